"""The Bot API methods that put messages on a phone, change them and take them away."""

from __future__ import annotations

from datetime import timedelta

from bot.clock import Clock
from bot.emulator import markups, pictures, rules, words
from bot.emulator.events import Events
from bot.emulator.params import Params
from bot.emulator.rules import Rejected, bad
from bot.emulator.state import (
    PUSH_LENGTH,
    Chat,
    File,
    Markup,
    Message,
    Stored,
    World,
    file_facts,
    message_json,
)

DELETABLE = timedelta(hours=48)
MAX_TOAST = 200


class MessageMethods:
    """One Python method per Bot API method, `send_message` for sendMessage."""

    def __init__(
        self, world: World, clock: Clock, events: Events, callback_seconds: float
    ) -> None:
        self._world = world
        self._clock = clock
        self._events = events
        self._callback_seconds = callback_seconds

    def get_me(self, params: Params) -> object:
        return self._world.me()

    def log_out(self, params: Params) -> object:
        return True

    def close(self, params: Params) -> object:
        return True

    def send_message(self, params: Params) -> object:
        if not params.text("text"):
            raise bad("message text is empty")
        text, entities = rules.formatted(params, "text", "entities")
        markup = markups.read(params)
        chat = rules.target_chat(self._world, params)
        reply_to = rules.replied(chat, params)
        text, entities = rules.settled(text, entities, caption=False)
        message = Message(0, chat.id, True, self._clock.now(), text, entities, markup)
        message.reply_to = reply_to
        return self._deliver(chat, message, params)

    def send_document(self, params: Params) -> object:
        return self._send_file(params, "document")

    def send_photo(self, params: Params) -> object:
        return self._send_file(params, "photo")

    def _send_file(self, params: Params, kind: str) -> object:
        caption, entities = rules.formatted(params, "caption", "caption_entities")
        file = self._file(params, kind)
        markup = markups.read(params)
        chat = rules.target_chat(self._world, params)
        reply_to = rules.replied(chat, params)
        caption, entities = rules.settled(caption, entities, caption=True)
        stored = file if isinstance(file, Stored) else self._keep(file, kind)
        message = Message(0, chat.id, True, self._clock.now(), caption, entities, markup, stored)
        message.reply_to = reply_to
        return self._deliver(chat, message, params)

    def _file(self, params: Params, kind: str) -> File | Stored:
        given = params.text(kind)
        name = given.removeprefix("attach://") if given.startswith("attach://") else kind
        if name in params.files:
            file = params.files[name]
            if not file.data:
                raise bad("file must be non-empty")
            if len(file.data) > (rules.MAX_PHOTO if kind == "photo" else rules.MAX_DOCUMENT):
                raise Rejected(413, "Request Entity Too Large")
            return file
        if not given or given.startswith("attach://"):
            raise bad(f"there is no {kind} in the request")
        if given not in self._world.files:
            raise bad("wrong file identifier/HTTP URL specified")
        return self._world.files[given]

    def _keep(self, file: File, kind: str) -> Stored:
        if kind == "document":
            return self._world.keep(file, kind)
        size = pictures.size_of(file.data)
        if size is None:
            raise bad("IMAGE_PROCESS_FAILED")
        file = File(file.name, file.data, pictures.kind_of(file.data))
        if sum(size) > 10_000 or max(size) > 20 * min(size):
            raise bad("PHOTO_INVALID_DIMENSIONS")
        return self._world.keep(file, kind, size)

    def _deliver(self, chat: Chat, message: Message, params: Params) -> object:
        """The far end's last doubts, then the phone."""
        markups.check_words(message.markup)
        markups.check_data(message.markup)
        rules.reachable(chat)
        message.message_id = self._world.next_message_id()
        chat.messages[message.message_id] = message
        self._show_keyboard(chat, message)
        self._events.publish("chat", id=chat.id)
        if not params.flag("disable_notification"):
            self._push(chat, message)
        return message_json(self._world, chat, message)

    def _show_keyboard(self, chat: Chat, message: Message) -> None:
        markup = message.markup
        if markup and markup.kind == "keyboard":
            chat.keyboard, chat.keyboard_from = markup, message.message_id
        elif markup and markup.kind == "remove":
            chat.keyboard = chat.keyboard_from = None

    def _push(self, chat: Chat, message: Message) -> None:
        words_shown = message.text
        if message.stored:
            photo = message.stored.is_photo
            name = "Photo" if photo else message.stored.file.name
            words_shown = f"{'🖼' if photo else '📎'} {message.text or name}"
        language = chat.actor.language_code if chat.actor else ""
        name = self._world.name_in("name", language)
        text = f"{name}: {words_shown[:PUSH_LENGTH]}"
        chat.pushes.append((message.date, text))
        self._events.publish("push", id=chat.id, text=text)

    def send_chat_action(self, params: Params) -> object:
        if params.text("action").lower() not in rules.ACTIONS:
            raise bad("wrong parameter action in request")
        chat = rules.target_chat(self._world, params)
        rules.reachable(chat)
        self._events.publish("typing", id=chat.id)
        return True

    def edit_message_text(self, params: Params) -> object:
        if not params.text("text"):
            raise bad("message text is empty")
        text, entities = rules.formatted(params, "text", "entities")
        markup = self._inline_only(params)
        chat, message = self._editable(params)
        if message.stored:
            raise bad("there is no text in the message to edit")
        text, entities = rules.settled(text, entities, caption=False)
        return self._change(chat, message, text, entities, markup)

    def edit_message_caption(self, params: Params) -> object:
        caption, entities = rules.formatted(params, "caption", "caption_entities")
        markup = self._inline_only(params)
        chat, message = self._editable(params)
        if not message.stored:
            raise bad("there is no caption in the message to edit")
        caption, entities = rules.settled(caption, entities, caption=True)
        return self._change(chat, message, caption, entities, markup)

    def edit_message_reply_markup(self, params: Params) -> object:
        markup = self._inline_only(params)
        chat, message = self._editable(params)
        return self._change(chat, message, message.text, message.entities, markup)

    def _inline_only(self, params: Params) -> Markup | None:
        markup = markups.read(params)
        if markup and markup.kind != "inline":
            params.complain("an edit takes inline keyboards only; this one was ignored")
            return None
        return markup

    def _editable(self, params: Params) -> tuple[Chat, Message]:
        if params.text("inline_message_id"):
            raise bad("MESSAGE_ID_INVALID")
        chat = rules.target_chat(self._world, params)
        return chat, rules.own_message(chat, params)

    def _change(
        self,
        chat: Chat,
        message: Message,
        text: str,
        entities: list[dict[str, object]],
        markup: Markup | None,
    ) -> object:
        markups.check_words(markup)
        markups.check_data(markup)
        if (text, entities, markup) == (message.text, message.entities, message.markup):
            raise bad(rules.NOT_MODIFIED)
        message.text, message.entities, message.markup = text, entities, markup
        message.edited = self._clock.now()
        self._events.publish("chat", id=chat.id)
        return message_json(self._world, chat, message)

    def delete_message(self, params: Params) -> object:
        chat = rules.target_chat(self._world, params, "chat identifier is not specified")
        message_id = params.integer("message_id")
        if not message_id:
            raise bad("message identifier is not specified")
        message = chat.messages.get(message_id)
        if message is None:
            raise bad("message to delete not found")
        if self._clock.now() - message.date > DELETABLE:
            raise bad("message can't be deleted for everyone")
        self._remove(chat, message_id)
        return True

    def delete_messages(self, params: Params) -> object:
        listed = params.json("message_ids", "can't parse message identifiers JSON object")
        if not isinstance(listed, list) or not listed:
            raise bad("message identifiers are not specified")
        if len(listed) > 100:
            raise bad("too many message identifiers specified")
        chat = rules.target_chat(self._world, params, "chat identifier is not specified")
        for message_id in listed:
            message = chat.messages.get(message_id) if isinstance(message_id, int) else None
            if message and self._clock.now() - message.date <= DELETABLE:
                self._remove(chat, message.message_id)
        return True

    def _remove(self, chat: Chat, message_id: int) -> None:
        del chat.messages[message_id]
        if chat.keyboard_from == message_id:
            # A phone drops the keyboard together with the message that brought it.
            chat.keyboard = chat.keyboard_from = None
        self._events.publish("chat", id=chat.id)

    def answer_callback_query(self, params: Params) -> object:
        text = words.tidy(params.text("text"), [])[0]
        now = self._clock.now()
        query = self._world.open_query(
            params.text("callback_query_id"), now, self._callback_seconds
        )
        if query is None:
            raise bad(rules.QUERY_TOO_OLD)
        if len(text) > MAX_TOAST:
            raise bad("MESSAGE_TOO_LONG")
        if params.text("url"):
            raise bad("URL_INVALID")
        query.answered = True
        if text:
            alert = params.flag("show_alert")
            self._world.chats[query.chat_id].toast = (now, text, alert)
            self._events.publish("toast", id=query.chat_id, text=text, alert=alert)
        return True

    def get_file(self, params: Params) -> object:
        stored = self._world.files.get(params.text("file_id"))
        if stored is None:
            raise bad("invalid file id")
        if len(stored.file.data) > rules.MAX_DOWNLOAD:
            raise bad("file is too big")
        return file_facts(stored) | {"file_path": stored.path}

    def get_chat(self, params: Params) -> object:
        chat = rules.target_chat(self._world, params)
        return {**chat.peer, "accent_color_id": 0, "max_reaction_count": 11}

    def leave_chat(self, params: Params) -> object:
        chat = rules.target_chat(self._world, params)
        if chat.private:
            raise bad("chat not found")
        rules.reachable(chat)
        chat.blocked = True
        return True
