"""Some of the people sit in browsers, in the web chat; the others have phones, in the pretend
Telegram. Everybody is driven the same way: in the demo, and in the stories."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

from starlette.types import ASGIApp

from bot import demo
from bot.app import App
from bot.clock import Clock
from bot.demo.browser import Browser
from bot.demo.window import Window
from bot.emulator.cast import Actor
from bot.emulator.emulator import Emulator
from bot.emulator.rules import MAX_TEXT
from bot.emulator.state import Stored
from bot.web.seats import Cookies

SLOWEST = 5.0


class Mixed(Emulator):
    """The people's side of both. They drive the real pages, and hear the real stream of events.

    Their browsers ask the web chat of the running bot, in this process, without a socket.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        origin: str,
        on_web: Collection[int],
        strangers_on_web: bool = False,
        tour: object | None = None,
    ) -> None:
        super().__init__(clock=clock, tour=tour)
        self.origin = origin
        self.world.web = {  # type: ignore[attr-defined]
            person_id: self._window(actor)
            for person_id, actor in self.world.people.items()
            if person_id in on_web
        }
        self._strangers_on_web = strangers_on_web
        self._asgi: ASGIApp | None = None
        self._app: App | None = None
        self._lines: dict[int, tuple[asyncio.Task[None], asyncio.Event]] = {}
        self._posts: dict[int, list[dict[str, str]]] = {}
        self._posting = asyncio.Lock()
        self._fetching: set[asyncio.Task[None]] = set()

    @property
    def windows(self) -> dict[int, Window]:
        return self.world.web  # type: ignore[attr-defined,no-any-return]

    def _window(self, actor: Actor) -> Window:
        return Window(actor.name, Browser(actor.language_code, origin=self.origin))

    # --- the bot comes and goes ------------------------------------------------------------------

    async def serves(self, app: App) -> ASGIApp:
        """The bot is up: those with a session open their page again. Returns the web chat."""
        if app.chat is None:
            raise ValueError("this bot has no web chat")
        self._app, self._asgi = app, app.chat.asgi()
        with contextlib.suppress(Exception):  # a store that is in ruins
            await app.store.write(demo.all_seen, self.clock.now())
        if not any(window.is_in for window in self.windows.values()):
            tokens = await app.store.write(demo.sit_down, list(self.windows), self.clock.now())
            for person_id, token in tokens.items():
                self.windows[person_id].browser.cookies[Cookies(self.origin).name] = token
        for person_id, window in self.windows.items():
            if window.is_in and not window.proof:
                await self._open_page(self._asgi, person_id)
            self._listen(person_id)
        return self._asgi

    async def stops(self) -> None:
        for line, cut in self._lines.values():
            cut.set()
            with contextlib.suppress(asyncio.CancelledError):
                await line
        self._lines.clear()
        self._asgi = None

    def _listen(self, person_id: int) -> None:
        window = self.windows[person_id]
        line = self._lines.get(person_id)
        if self._asgi is None or not window.is_in or (line and not line[0].done()):
            return

        def heard(kind: str, number: str | None, data: dict[str, Any]) -> None:
            window.hear(kind, number, data, self._iso())
            self._tell(person_id, kind)

        cut = asyncio.Event()
        told = window.browser.stream(self._asgi, window.change, heard, cut)
        self._lines[person_id] = asyncio.create_task(told), cut

    def _tell(self, person_id: int, kind: str = "chat") -> None:
        """The demo's page hears that something is new in a window, when it has the files too."""
        window = self.windows[person_id]
        if kind == "toast" and window.toast is not None:
            self.events.publish("toast", id=person_id, text=window.toast["text"], alert=False)
        elif window.missing():
            fetching = asyncio.create_task(self._fetch_files(person_id))
            self._fetching.add(fetching)
            fetching.add_done_callback(self._fetching.discard)
        else:
            self.events.publish("chat", id=person_id)

    async def _open_page(self, app: ASGIApp, person_id: int) -> None:
        window = self.windows[person_id]
        reply = await window.browser.get(app, "/")
        if reply.status == 200 and window.is_in:
            window.load(reply.told)
            self._tell(person_id)

    # --- people act ------------------------------------------------------------------------------

    def add_person(self, name: str, language_code: str) -> Actor:
        actor = super().add_person(name, language_code)
        if self._strangers_on_web:
            self.sits(actor.id)
        return actor

    def sits(self, person_id: int) -> None:
        """From here on this one has a browser, and no phone."""
        if person_id not in self.windows:
            self.windows[person_id] = self._window(self.world.people[person_id])

    async def send(self, person_id: int, text: str | None = None, update: object = None) -> int:
        if person_id not in self.windows or text is None:
            return await super().send(person_id, text, update)
        if not text.strip():
            raise ValueError("nobody sends an empty message")
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
        if person_id not in self.windows:
            return await super().tap(person_id, button, data, message_id)
        pressed = self.windows[person_id].pressed(button, data, message_id)
        self._say(person_id, pressed)
        await self._post(person_id)
        return 0

    async def block(self, person_id: int, blocked: bool) -> None:
        if person_id in self.windows:
            raise ValueError("nobody blocks a page")
        await super().block(person_id, blocked)

    async def door(self, person_id: int, path: str) -> tuple[str, dict[str, str]]:
        if person_id not in self.windows or self._app is None or not path.startswith("/"):
            return await super().door(person_id, path)
        tokens = await self._app.store.write(demo.sit_down, [person_id], self.clock.now())
        return self.origin + path, {Cookies(self.origin).name: tokens[person_id]}

    # --- what is said to the web chat ------------------------------------------------------------

    def _say(self, person_id: int, body: dict[str, str]) -> None:
        told = {"nonce": secrets.token_hex(8), "lang": self.windows[person_id].browser.language}
        self._posts.setdefault(person_id, []).append({**told, **body})

    async def _post(self, person_id: int) -> None:
        """What waits is said in order; what is not heard now waits on."""
        async with self._posting:
            waiting = self._posts.get(person_id, [])
            while waiting:
                try:
                    heard = await self._try(person_id, waiting[0])
                except ValueError:
                    waiting.pop(0)
                    raise
                if not heard:
                    return
                waiting.pop(0)

    async def _try(self, person_id: int, body: dict[str, str]) -> bool:
        """False when it was not heard, and is to be said again. ValueError when it is refused."""
        window, app = self.windows[person_id], self._asgi
        if app is None:
            return False
        words, newest = body.get("words", ""), max([0, *window.messages])
        reply = await window.browser.post(app, "/si", {**body, "proof": window.proof})
        told = reply.json
        if help_card := told.get("help"):
            if reply.status == 200 and not told.get("kept"):
                window.passing("person", words or body.get("key", ""), newest + 0.001, self._iso())
            after = told["after"] + 0.5 if told.get("after") else newest + 0.002
            if after not in window.messages:
                window.passing("bot", help_card, after, self._iso())
                window.push(help_card, self._iso())
            self._tell(person_id)
        if reply.status == 401:
            return await self._begin(app, person_id, words)
        if reply.status not in (200, 503):
            raise ValueError(f"the web chat refuses it with {reply.status}")
        return reply.status == 200

    async def _begin(self, app: ASGIApp, person_id: int, words: str) -> bool:
        """Whoever is not in gets in by the link they typed, or by the front door."""
        window = self.windows[person_id]
        by_link = words.startswith("/start ")
        if by_link:
            path = f"/inn/{words.removeprefix('/start ').strip()}"
            shown = await window.browser.get(app, path)
            by_link = shown.status == 200
        if by_link:
            reply = await window.browser.form(app, path)
        else:
            reply = await window.browser.form(app, "/", name=window.name)
        if reply.status != 303:
            return False
        await self._open_page(app, person_id)
        self._listen(person_id)
        return by_link or words == "/start"

    # --- until nothing moves ---------------------------------------------------------------------

    async def settle(self, within: float = 30.0) -> None:
        async with asyncio.timeout(within):
            for person_id in list(self._posts):
                await self._post(person_id)
            await super().settle(within)
            await self._all_told()

    async def _all_told(self) -> None:
        """Every open page has heard all there is, and fetched the files."""
        for person_id in self.windows:
            self._listen(person_id)
        chat = self._app.chat if self._app and self._asgi else None
        while chat is not None:
            live = sum(not line.done() for line, _cut in self._lines.values())
            if chat.hub.open_pages >= live and chat.hub.idle:
                break
            await asyncio.sleep(0.001)
        if self._fetching:
            await asyncio.wait(self._fetching)

    async def _go(self, target: datetime) -> datetime:
        """Nobody is logged out for having been away: they have opened their page now and then."""
        if self._asgi is not None and self._app is not None:
            await self._app.store.write(demo.all_seen, target)
        return await super()._go(target)

    async def _arrive(self, instant: datetime) -> None:
        await super()._arrive(instant)
        with contextlib.suppress(TimeoutError):  # a page of somebody's own may read slowly
            async with asyncio.timeout(SLOWEST):
                await self._all_told()

    def _heard(self) -> int:
        return super()._heard() + sum(len(window.pushes) for window in self.windows.values())

    async def _fetch_files(self, person_id: int) -> None:
        window = self.windows[person_id]
        for number, url in window.missing().items():
            if self._asgi is not None:
                reply = await window.browser.get(self._asgi, url)
                if number in window.messages and reply.status == 200:
                    window.keep(number, reply.body)
        self.events.publish("chat", id=person_id)

    def _iso(self) -> str:
        return self.clock.now().isoformat()

    # --- what is seen ----------------------------------------------------------------------------

    def person(self, person_id: int) -> dict[str, object]:
        told = super().person(person_id)
        here = {"channel": "web", "page": self.origin}
        return {**told, **here} if person_id in self.windows else told

    def chat(self, person_id: int) -> dict[str, object]:
        window = self.windows.get(person_id)
        return window.told(self.person(person_id)) if window else super().chat(person_id)

    def chat_text(self, person_id: int) -> str:
        window = self.windows.get(person_id)
        return window.text() if window else super().chat_text(person_id)

    def file_of(self, person_id: int, unique_id: str) -> Stored:
        window = self.windows.get(person_id)
        return window.file_of(unique_id) if window else super().file_of(person_id, unique_id)
