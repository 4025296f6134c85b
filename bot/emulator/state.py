"""What the pretend Telegram remembers: people, chats, messages and files."""

from __future__ import annotations

import secrets
from collections import OrderedDict, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bot.emulator.cast import BOT_USERNAME, Actor

MarkupKind = Literal["inline", "keyboard", "remove", "force"]
Entity = dict[str, object]

PUSH_LENGTH = 120


@dataclass(frozen=True, slots=True)
class File:
    """A file as it arrives in a multipart body, or as a person downloads it."""

    name: str
    data: bytes
    mime_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Markup:
    """A keyboard under a message, as the bot gave it."""

    kind: MarkupKind
    value: dict[str, object]

    @property
    def rows(self) -> list[list[dict[str, object]]]:
        rows = self.value.get("inline_keyboard" if self.kind == "inline" else "keyboard", [])
        return rows if isinstance(rows, list) else []


@dataclass(frozen=True, slots=True)
class Stored:
    """A file Telegram keeps."""

    file: File
    file_id: str
    unique_id: str
    path: str
    width: int = 0
    height: int = 0

    @property
    def is_photo(self) -> bool:
        return self.width > 0


@dataclass(slots=True)
class Message:
    """`text` is the caption where there is a file."""

    message_id: int
    chat_id: int
    from_bot: bool
    date: datetime
    text: str
    entities: list[Entity]
    markup: Markup | None = None
    stored: Stored | None = None
    edited: datetime | None = None
    reply_to: int | None = None

    @property
    def inline_rows(self) -> list[list[dict[str, object]]]:
        return self.markup.rows if self.markup and self.markup.kind == "inline" else []


@dataclass(slots=True)
class Chat:
    """One chat with the bot, private or not; `peer` is the Bot API's chat object."""

    id: int
    peer: dict[str, object]
    met: bool
    actor: Actor | None = None
    blocked: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    keyboard_from: int | None = None
    keyboard: Markup | None = None
    pushes: deque[tuple[datetime, str]] = field(default_factory=lambda: deque(maxlen=100))
    toast: tuple[datetime, str, bool] | None = None

    @property
    def private(self) -> bool:
        return self.peer.get("type") == "private"


@dataclass(slots=True)
class Query:
    """A pressed button that waits for answerCallbackQuery."""

    chat_id: int
    at: datetime
    answered: bool = False


class World:
    """Everyone and everything, found by id in constant time."""

    MAX_QUERIES = 20_000

    def __init__(self, token: str, cast: Sequence[Actor], strangers: Collection[int]) -> None:
        self.token = token
        self.bot_id = int(token.partition(":")[0])
        self.people: dict[int, Actor] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, Stored] = {}
        self.paths: dict[str, Stored] = {}
        self.queries: OrderedDict[str, Query] = OrderedDict()
        self.names: dict[str, dict[str, str]] = {
            "name": {"": "losbot"},
            "description": {},
            "short_description": {},
        }
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        # Telegram never gives a message id twice; a bot's kept store must not meet one again
        # only because the pretend Telegram was started anew.
        self._last_message = secrets.randbelow(1_000_000) * 1_000
        for actor in cast:
            self.add(actor, met=actor.id not in strangers)

    def add(self, actor: Actor, *, met: bool) -> Chat:
        peer: dict[str, object] = {
            "id": actor.id,
            "first_name": actor.name,
            "type": "private",
        }
        self.people[actor.id] = actor
        self.chats[actor.id] = Chat(actor.id, peer, met=met, actor=actor)
        return self.chats[actor.id]

    def chat_of(self, person_id: int) -> Chat:
        """A person's chat. LookupError for a group or for nobody."""
        if person_id not in self.people:
            raise LookupError(f"no person has the id {person_id}")
        return self.chats[person_id]

    def next_message_id(self) -> int:
        self._last_message += 1
        return self._last_message

    def keep(self, file: File, kind: str, size: tuple[int, int] = (0, 0)) -> Stored:
        unique = secrets.token_hex(8)
        suffix = file.name.rpartition(".")[2] if "." in file.name else "bin"
        stored = Stored(
            file=file,
            file_id=f"BQACAgQ{secrets.token_urlsafe(24)}",
            unique_id=unique,
            path=f"{kind}s/file_{len(self.files)}.{suffix}",
            width=size[0],
            height=size[1],
        )
        self.files[stored.file_id] = self.paths[stored.path] = stored
        return stored

    def ask(self, chat_id: int, now: datetime) -> str:
        """Remember a pressed button; the id is what the bot must answer with."""
        query_id = str(secrets.randbits(63))
        self.queries[query_id] = Query(chat_id, now)
        while len(self.queries) > self.MAX_QUERIES:
            self.queries.popitem(last=False)
        return query_id

    def open_query(self, query_id: str, now: datetime, limit: float) -> Query | None:
        """The query if it can still be answered."""
        query = self.queries.get(query_id)
        if query is None or query.answered or now - query.at > timedelta(seconds=limit):
            return None
        return query

    def name_in(self, what: str, language: str) -> str:
        names = self.names[what]
        return names.get(language[:2]) or names.get("", "")

    def me(self) -> dict[str, object]:
        """getMe, with every `can_*` there is."""
        return {
            **self.bot_user(),
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
            "has_topics_enabled": False,
            "allows_users_to_create_topics": False,
        }

    def bot_user(self) -> dict[str, object]:
        name = self.name_in("name", "")
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": name,
            "username": BOT_USERNAME,
        }

    def meet(self, peer: Mapping[str, object]) -> Chat | None:
        """A chat named in a raw update exists from then on, whatever kind it is."""
        chat_id = peer.get("id")
        if not isinstance(chat_id, int) or isinstance(chat_id, bool):
            return None
        chat = self.chats.get(chat_id)
        if chat is None:
            chat = self.chats[chat_id] = Chat(chat_id, dict(peer), met=True)
        chat.met = True
        return chat


def user_of(actor: Actor) -> dict[str, object]:
    user: dict[str, object] = {"id": actor.id, "is_bot": False, "first_name": actor.name}
    if actor.language_code:
        user["language_code"] = actor.language_code
    return user


def message_json(world: World, chat: Chat, message: Message) -> dict[str, object]:
    """The message as the Bot API shows it: no null fields, seconds, `entities` only if any."""
    sender = world.bot_user() if message.from_bot else user_of(chat.actor) if chat.actor else None
    shown: dict[str, object] = {"message_id": message.message_id}
    if sender:
        shown["from"] = sender
    shown |= {"chat": chat.peer, "date": int(message.date.timestamp())}
    if message.edited:
        shown["edit_date"] = int(message.edited.timestamp())
    if message.reply_to in chat.messages and message.reply_to is not None:
        original = chat.messages[message.reply_to]
        shown["reply_to_message"] = message_json(world, chat, original)
    words, marks = ("caption", "caption_entities") if message.stored else ("text", "entities")
    if message.stored:
        shown |= file_json(message.stored)
    if message.text or not message.stored:
        shown[words] = message.text
    if message.entities:
        shown[marks] = message.entities
    if message.markup and message.markup.kind == "inline":
        shown["reply_markup"] = message.markup.value
    return shown


def file_facts(stored: Stored) -> dict[str, object]:
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.file.data),
    }


def file_json(stored: Stored) -> dict[str, object]:
    about = file_facts(stored)
    if stored.is_photo:
        return {"photo": [about | {"width": stored.width, "height": stored.height}]}
    named = {"file_name": stored.file.name, "mime_type": stored.file.mime_type}
    return {"document": about | named}
