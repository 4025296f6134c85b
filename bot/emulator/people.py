"""What a person can do with a phone: write, press, block. And everything a stranger can forge."""

from __future__ import annotations

import secrets
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from bot.clock import Clock
from bot.emulator import words
from bot.emulator.cast import BOT_USERNAME, Actor
from bot.emulator.events import Events
from bot.emulator.rules import MAX_TEXT
from bot.emulator.state import Chat, Message, World, message_json, user_of
from bot.emulator.updates import UpdateQueue


class People:
    """Each act becomes an update, shaped as Telegram shapes it."""

    def __init__(self, world: World, queue: UpdateQueue, clock: Clock, events: Events) -> None:
        self._world = world
        self._queue = queue
        self._clock = clock
        self._events = events

    def add(self, name: str, language_code: str) -> Actor:
        """A stranger, with an id no earlier run has used."""
        actor = Actor(8_000_000_000 + secrets.randbelow(10**9), name, "stranger", language_code)
        self._world.add(actor, met=False)
        self._events.publish("people")
        return actor

    def write(self, person_id: int, text: str) -> int:
        """Text too long for one message goes as several, as a phone does it."""
        chat = self._world.chat_of(person_id)
        cleaned = words.tidy(text, [])[0]
        if not cleaned:
            raise ValueError("a phone sends no empty message")
        self._open(chat)
        update_id = 0
        for start in range(0, len(cleaned), MAX_TEXT):
            part = cleaned[start : start + MAX_TEXT]
            update_id = self._say(chat, Message(0, chat.id, False, self._now(), part, []))
        return update_id

    def _say(self, chat: Chat, message: Message) -> int:
        message.message_id = self._world.next_message_id()
        message.entities = words.found(message.text)
        chat.messages[message.message_id] = message
        self._events.publish("chat", id=chat.id)
        return self._queue.add("message", message_json(self._world, chat, message))

    def forge(self, person_id: int, update: object) -> int:
        """Any update at all. What it says about chats and messages is true from then on."""
        chat = self._world.chat_of(person_id)
        chat.met = True
        for part in update.values() if isinstance(update, dict) else ():
            self._believe(part)
        return self._queue.add_raw(update)

    def _believe(self, part: object) -> None:
        peer = part.get("chat") if isinstance(part, dict) else None
        chat = self._world.meet(peer) if isinstance(peer, dict) else None
        if chat is None or not isinstance(part, dict):
            return
        message_id, sender = part.get("message_id"), part.get("from")
        from_bot = isinstance(sender, dict) and sender.get("id") == self._world.bot_id
        if not isinstance(message_id, int) or message_id in chat.messages or from_bot:
            return
        said = part.get("text") or part.get("caption")
        if not isinstance(said, str):
            said = f"[{', '.join(str(name) for name in part.keys() - _PLAIN) or 'message'}]"
        message = Message(message_id, chat.id, False, self._now(), said, words.found(said))
        chat.messages[message_id] = message
        self._events.publish("chat", id=chat.id)

    def tap(
        self,
        person_id: int,
        button: str | None = None,
        data: str | None = None,
        message_id: int | None = None,
    ) -> int:
        chat = self._world.chat_of(person_id)
        if data is not None:
            return self._press(chat, data, message_id)
        if button is None:
            raise ValueError("tap needs a button or data")
        for message in reversed(chat.messages.values()):
            if message_id not in (None, message.message_id):
                continue
            for found in (each for row in message.inline_rows for each in row):
                if found["text"] == button:
                    return self._follow(chat, message, found)
        if message_id is None and button in _keys(chat):
            if chat.keyboard and chat.keyboard.value.get("one_time_keyboard"):
                chat.keyboard = None
            return self.write(person_id, button)
        raise LookupError(f"{self._name(chat)} sees no button {button!r}; {_buttons(chat)}")

    def _follow(self, chat: Chat, message: Message, button: dict[str, object]) -> int:
        if "url" not in button:
            return self._press(chat, str(button.get("callback_data", "")), message.message_id)
        url = str(button["url"])
        parts = urlsplit(url)
        if parts.hostname in ("t.me", "telegram.me") and parts.path.strip("/") == BOT_USERNAME:
            start = parse_qs(parts.query).get("start", [""])[0]
            return self.write(chat.id, f"/start {start}")
        raise LookupError(f"{button['text']!r} opens {url}; the bot hears nothing of it")

    def _press(self, chat: Chat, data: str, message_id: int | None) -> int:
        """`data` need not be on any button, nor the message exist: presses can be forged."""
        self._open(chat)
        message = self._pressed(chat, message_id)
        content: dict[str, object] = {
            "id": self._world.ask(chat.id, self._now()),
            "from": user_of(chat.actor) if chat.actor else {},
        }
        if message:
            content["message"] = message_json(self._world, chat, message)
        else:
            content["message"] = {"chat": chat.peer, "message_id": message_id or 1, "date": 0}
        content |= {"chat_instance": str(chat.id * 7919), "data": data}
        return self._queue.add("callback_query", content)

    def _pressed(self, chat: Chat, message_id: int | None) -> Message | None:
        if message_id is not None:
            return chat.messages.get(message_id)
        own = [message for message in reversed(chat.messages.values()) if message.from_bot]
        return next((each for each in own if each.inline_rows), own[0] if own else None)

    def block(self, person_id: int, blocked: bool) -> None:
        chat = self._world.chat_of(person_id)
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        self._events.publish("people")
        if not chat.met:
            return
        bot = self._world.bot_user()
        member: dict[str, object] = {"user": bot, "status": "member"}
        kicked: dict[str, object] = {"user": bot, "status": "kicked", "until_date": 0}
        content: dict[str, object] = {
            "chat": chat.peer,
            "from": user_of(chat.actor) if chat.actor else {},
            "date": int(self._now().timestamp()),
            "old_chat_member": member if blocked else kicked,
            "new_chat_member": kicked if blocked else member,
        }
        self._queue.add("my_chat_member", content)

    def _open(self, chat: Chat) -> None:
        """Writing to a bot one has blocked lifts the block first, as phones insist."""
        chat.met = True
        self.block(chat.id, False)

    def _now(self) -> datetime:
        return self._clock.now()

    def _name(self, chat: Chat) -> str:
        return chat.actor.name if chat.actor else str(chat.id)


_PLAIN = frozenset(
    [
        "message_id",
        "from",
        "chat",
        "date",
        "text",
        "caption",
        "entities",
        "caption_entities",
        "edit_date",
        "sender_chat",
        "reply_to_message",
    ]
)


def _keys(chat: Chat) -> list[object]:
    rows = chat.keyboard.rows if chat.keyboard else []
    return [key["text"] for row in rows for key in row]


def _buttons(chat: Chat) -> str:
    inline = [
        button["text"]
        for message in reversed(chat.messages.values())
        for row in message.inline_rows
        for button in row
    ]
    labels = [f"[{label}]" for label in dict.fromkeys(inline + _keys(chat))]
    return f"there are {' '.join(labels)}" if labels else "there are none"
