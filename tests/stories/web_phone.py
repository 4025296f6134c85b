"""The same people, each in a browser: behind the pretend Telegram's own interface, so that every
story can be told on the web. They drive the real pages and hear the real stream of events."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.app import App
from bot.clock import ManualClock
from bot.emulator.api import PUSH_LENGTH
from bot.emulator.cast import CAST, Actor
from bot.emulator.emulator import Emulator
from bot.emulator.rules import MAX_TEXT
from bot.web import face
from models import web_sessions
from models.contacts import Contact
from models.web_sessions import WebSession
from tests.browsing import Asgi, Browser

COOKIE = "__Host-losbot"
HOW_LONG = 8.0


@dataclass
class WebPhone:
    """What one page shows."""

    name: str
    browser: Browser
    proof: str = ""
    change: int = 0
    messages: dict[float, dict[str, Any]] = field(default_factory=dict)
    keyboard: list[list[str]] = field(default_factory=list)
    pushes: list[dict[str, str]] = field(default_factory=list)
    toast: dict[str, Any] | None = None
    files: dict[float, bytes] = field(default_factory=dict)

    @property
    def is_in(self) -> bool:
        return COOKIE in self.browser.cookies

    def load(self, told: dict[str, Any]) -> None:
        """The page, opened or loaded anew: what was passing on it is gone."""
        self.proof, self.change = told["proof"], told["change"]
        self.keyboard = told["keyboard"]
        before = set(self.messages)
        self.messages = {message["message_id"]: message for message in told["messages"]}
        self._pushed(before)

    def hear(self, kind: str, number: str | None, data: dict[str, Any]) -> None:
        """As bot/web/page/main.js does."""
        if kind == "toast":
            self.toast = {"text": data["text"], "alert": False, "date": ""}
        if kind == "alone":
            place = max([0, *self.messages]) + 0.001
            self.messages[place] = {**data, "message_id": place}
            if not data["silent"]:
                self._push(data["text"], data["date"])
        if kind == "hid":
            for number in [each for each in self.messages if each % 1]:
                del self.messages[number]
        if kind == "over":
            self.browser.cookies.clear()
            self.messages.clear()
            self.keyboard = []
        if kind != "chat":
            return
        before = set(self.messages)
        self.change = int(number or 0)
        self.messages.update({message["message_id"]: message for message in data["messages"]})
        for gone in data["gone"]:
            self.messages.pop(gone, None)
        self.keyboard = data["keyboard"]
        self._pushed(before)

    def _pushed(self, before: set[float]) -> None:
        for number, message in sorted(self.messages.items()):
            if number not in before and message["from"] == "bot" and not message["silent"]:
                self._push(message["text"], message["date"])

    def _push(self, text: str, at: str) -> None:
        """As on a lock screen: an open page is read by whoever passes."""
        self.pushes.append({"date": at, "text": f"chat: {text[:PUSH_LENGTH]}"})

    def passing(self, sender: str, text: str, number: float, at: str) -> None:
        """What stands on this page alone; half a step after what it answers, which has a number."""
        self.messages[number] = {
            "message_id": number, "from": sender, "date": at, "edited": False, "silent": False,
            "text": text, "inline_keyboard": [], "document": None, "photo": None,
        }  # fmt: skip

    def button(self, label: str, message_id: float | None) -> dict[str, Any] | None:
        """The newest button so labelled, with its message."""
        for number, message in sorted(self.messages.items(), reverse=True):
            if message_id not in (None, number):
                continue
            for key in (key for row in message["inline_keyboard"] for key in row):
                if key["text"] == label:
                    return {**key, "message_id": number}
        return None


class WebWorld(Emulator):
    """The people's side is browsers; the bot's side is a Telegram in which nobody is."""

    def __init__(self, *, clock: ManualClock) -> None:
        super().__init__(clock=clock)
        self.world.web = {  # type: ignore[attr-defined]
            actor.id: WebPhone(actor.name, Browser(actor.language_code)) for actor in CAST
        }
        self._asgi: Asgi | None = None
        self._app: App | None = None
        self._lines: dict[int, tuple[asyncio.Task[None], asyncio.Event]] = {}
        self._posts: dict[int, list[dict[str, str]]] = {}
        self._posting = asyncio.Lock()

    @property
    def phones(self) -> dict[int, WebPhone]:
        return self.world.web  # type: ignore[attr-defined,no-any-return]

    # --- the bot comes and goes ------------------------------------------------------------------

    async def serves(self, app: App) -> None:
        """The bot is up: those with a session open their page again."""
        self._app, self._asgi = app, face.app_of(app)
        with contextlib.suppress(Exception):  # a store that is in ruins
            await app.store.write(_seen, self.clock.now())
        if not any(phone.is_in for phone in self.phones.values()):
            tokens = await app.store.write(_sit_down, self.clock.now())
            for person_id, token in tokens.items():
                self.phones[person_id].browser.cookies[COOKIE] = token
        for person_id, phone in self.phones.items():
            if phone.is_in and not phone.proof:
                await self._open_page(person_id)
            self._listen(person_id)

    async def stops(self) -> None:
        for line, cut in self._lines.values():
            cut.set()
            with contextlib.suppress(asyncio.CancelledError):
                await line
        self._lines.clear()
        self._asgi = None

    def _listen(self, person_id: int) -> None:
        phone = self.phones[person_id]
        line = self._lines.get(person_id)
        if self._asgi is None or not phone.is_in or (line and not line[0].done()):
            return
        cut = asyncio.Event()
        told = phone.browser.stream(self._asgi, phone.change, phone.hear, cut)
        self._lines[person_id] = asyncio.create_task(told), cut

    async def _open_page(self, person_id: int) -> None:
        phone = self.phones[person_id]
        assert self._asgi is not None
        reply = await phone.browser.get(self._asgi, "/")
        if reply.status == 200 and phone.is_in:
            phone.load(reply.told)

    # --- people act ------------------------------------------------------------------------------

    def add_person(self, name: str, language_code: str) -> Actor:
        actor = Actor(8_000_000_000 + secrets.randbelow(10**9), name, "stranger", language_code)
        self.world.add(actor, met=False)
        self.phones[actor.id] = WebPhone(name, Browser(language_code))
        return actor

    async def send(self, person_id: int, text: str | None = None, update: object = None) -> int:
        if text is None:
            raise NotImplementedError("a raw update is Telegram's: mark the story on_telegram")
        for start in range(0, len(text), MAX_TEXT):
            self._say(person_id, {"words": text[start : start + MAX_TEXT]})
        await self._post(person_id)
        return 0

    async def tap(
        self,
        person_id: int,
        button: str | None = None,
        data: str | None = None,
        message_id: int | None = None,
    ) -> int:
        phone = self.phones[person_id]
        if data is None:
            found = phone.button(button or "", message_id)
            if found is None:
                if not any(button in row for row in phone.keyboard):
                    raise LookupError(f"{phone.name} sees no button {button!r}")
                self._say(person_id, {"key": button or ""})
                await self._post(person_id)
                return 0
            data, message_id = found["callback_data"], found["message_id"]
            message_id = 0 if message_id % 1 else message_id
        self._say(person_id, {"press": f"{1 if message_id is None else message_id} {data}"})
        await self._post(person_id)
        return 0

    def _say(self, person_id: int, body: dict[str, str]) -> None:
        phone = self.phones[person_id]
        told = {"nonce": secrets.token_hex(8), "lang": phone.browser.language, **body}
        self._posts.setdefault(person_id, []).append(told)

    async def _post(self, person_id: int) -> None:
        """What waits is said in order; what is not heard now waits on."""
        async with self._posting:
            waiting = self._posts.get(person_id, [])
            while waiting and await self._try(person_id, waiting[0]):
                waiting.pop(0)

    async def _try(self, person_id: int, body: dict[str, str]) -> bool:
        """False when it was not heard, and is to be said again."""
        phone, app = self.phones[person_id], self._asgi
        if app is None:
            return False
        words, newest = body.get("words", ""), max([0, *phone.messages])
        reply = await phone.browser.post(app, "/si", {**body, "proof": phone.proof})
        told = json_of(reply.body)
        if help_card := told.get("help"):
            if reply.status == 200 and not told.get("kept"):
                phone.passing("person", words or body.get("key", ""), newest + 0.001, self._iso())
            after = told["after"] + 0.5 if told.get("after") else newest + 0.002
            phone.passing("bot", help_card, after, self._iso())
            phone._push(help_card, self._iso())
        if reply.status == 401:
            return await self._begin(person_id, words)
        assert reply.status in (200, 503), reply.status
        return reply.status == 200

    async def _begin(self, person_id: int, words: str) -> bool:
        """Whoever is not in gets in by the link they typed, or by the front door."""
        phone, app = self.phones[person_id], self._asgi
        assert app is not None
        by_link = words.startswith("/start ")
        if by_link:
            path = f"/inn/{words.removeprefix('/start ').strip()}"
            shown = await phone.browser.get(app, path)
            by_link = shown.status == 200
        if by_link:
            reply = await phone.browser.form(app, path)
        else:
            reply = await phone.browser.form(app, "/", name=phone.name)
        if reply.status != 303:
            return False
        await self._open_page(person_id)
        self._listen(person_id)
        return by_link or words == "/start"

    async def block(self, person_id: int, blocked: bool) -> None:
        raise NotImplementedError("nobody blocks a page: mark the story on_telegram")

    async def settle(self, within: float = HOW_LONG) -> None:
        async with asyncio.timeout(within):
            for person_id in list(self._posts):
                await self._post(person_id)
            await super().settle(within)
            for person_id in self.phones:
                self._listen(person_id)
            while not self._all_told():
                await asyncio.sleep(0.001)
            await self._fetch_files()

    def _all_told(self) -> bool:
        """Whether every open page has heard all there is."""
        chat = self._app.chat if self._app else None
        live = sum(not line.done() for line, _cut in self._lines.values())
        return chat is None or (chat.hub.open_pages >= live and chat.hub.idle)

    async def move_clock(self, target: datetime) -> datetime:
        """Nobody is logged out for having been away: they have opened their page now and then."""
        if self._asgi is not None and self._app is not None:
            await self._app.store.write(_seen, target)
        return await super().move_clock(target)

    async def _fetch_files(self) -> None:
        for phone in self.phones.values():
            for number, message in list(phone.messages.items()):
                file = message["document"] or message["photo"]
                if file and number not in phone.files and self._asgi is not None:
                    reply = await phone.browser.get(self._asgi, file["url"])
                    phone.files[number] = reply.body

    def _iso(self) -> str:
        return self.clock.now().isoformat()

    # --- what is seen ----------------------------------------------------------------------------

    def chat(self, person_id: int) -> dict[str, object]:
        phone = self.phones[person_id]
        return {
            "messages": [phone.messages[number] for number in sorted(phone.messages)],
            "reply_keyboard": {"rows": phone.keyboard} if phone.keyboard else None,
            "pushes": phone.pushes,
            "toast": phone.toast,
        }

    def chat_text(self, person_id: int) -> str:
        """As the pretend Telegram writes a chat down."""
        phone = self.phones[person_id]
        lines: list[str] = []
        for _number, message in sorted(phone.messages.items()):
            who = "Bot" if message["from"] == "bot" else phone.name
            first, *others = message["text"].split("\n")
            lines += [f"{who}: {first}".rstrip(), *(f"    {line}".rstrip() for line in others)]
            if message["document"]:
                lines.append(f"  <{message['document']['file_name']}>")
            if message["photo"]:
                lines.append("  <photo>")
            lines += [_row([key["text"] for key in row]) for row in message["inline_keyboard"]]
        if phone.keyboard:
            lines += ["Keyboard:", *map(_row, phone.keyboard)]
        lines += [f"Lock screen: {' '.join(push['text'].split())}" for push in phone.pushes]
        return "\n".join(lines) + "\n" if lines else ""

    def file_of(self, person_id: int) -> bytes:
        phone = self.phones[person_id]
        return phone.files[max(number for number in phone.files if number in phone.messages)]


def _row(labels: list[str]) -> str:
    return "  " + " ".join(f"[{label}]" for label in labels)


def json_of(body: bytes) -> dict[str, Any]:
    with contextlib.suppress(ValueError):
        return dict(json.loads(body))
    return {}


def _seen(session: Session, at: datetime) -> None:
    until = at + web_sessions.LIFE
    session.execute(update(WebSession).values(seen_at=at, expires_at=until))


def _sit_down(session: Session, now: Any) -> dict[int, str]:
    """Everybody of the cast who has a chat has a session."""
    found = session.scalars(select(Contact).where(Contact.channel == "web")).all()
    return {
        contact.address: web_sessions.begin(
            session, contact_id=contact.id, person_id=contact.person_id, now=now
        )
        for contact in found
    }
