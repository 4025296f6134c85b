"""The web chat: one page with the conversation, kept up to date, and what a browser may post.

What is said here goes the same way as what is said in Telegram: one update, one transaction. The
help card is answered first of all, to anyone, with nothing but the request.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels import hearing, web
from bot.desk import Shown
from bot.log import log
from bot.web import pages, seats, words
from bot.web.assets import Assets
from bot.web.bodies import BadBody, fields
from bot.web.guard import Guard
from bot.web.limits import Limits, address_of
from bot.web.seats import Cookies, Seat
from bot.web.streams import MOST, Hub, TooManyTabs
from bot.web.told import news_json
from handlers import help_now
from handlers.crisis import speaks_of_danger
from locales import Text, language_of
from models import invitations, municipality, web_chats, web_sessions

if TYPE_CHECKING:
    from bot.app import App

LONGEST_WORDS = 4096
LONGEST_NAME = 60
LONGEST_NONCE = 64
LARGEST_NUMBER = 2**53
SETTLES = 1.0
"""So long a form waits for its answer before the page is shown anew, in seconds."""

Answer = Callable[[Request], Awaitable[Response]]


class WebChat:
    def __init__(self, app: App, origin: str, limits: Limits | None = None) -> None:
        self._app = app
        self._origin = origin
        self._limits = limits or Limits.usual()
        self._cookies = Cookies(origin)
        self._assets = Assets()
        self._place = "losbot"
        self.hub = Hub(app.store, app.clock)

    def asgi(self) -> ASGIApp:
        get, post = ["GET"], ["POST"]
        routes = [
            Route("/", self._answered(self._home), methods=get),
            Route("/", self._answered(self._begin), methods=post),
            Route("/inn/{token:str}", self._answered(self._link), methods=get),
            Route("/inn/{token:str}", self._answered(self._enter), methods=post),
            Route("/si", self._answered(self._say), methods=post),
            Route("/strom", self._answered(self._stream), methods=get),
            Route("/fil/{number:int}", self._answered(self._file), methods=get),
            Route("/enheter", self._answered(self._devices), methods=get),
            Route("/enheter", self._answered(self._end_others), methods=post),
            Route("/ut", self._answered(self._out), methods=post),
            Route("/manifest.webmanifest", self._answered(self._manifest), methods=get),
            Route(self._assets.root + "/{name}", self._assets.serve, methods=get),
        ]
        return Guard(Starlette(routes=routes), self._origin)

    def _answered(self, answer: Answer) -> Answer:
        """What goes wrong is told in few words; a store that is away means: later."""

        async def answered(request: Request) -> Response:
            try:
                if not self._limits.read.take(address_of(request), self._now()):
                    return self._failure(request, 429)
                return await answer(request)
            except BadBody as error:
                return self._failure(request, error.status)
            except Exception as error:
                log.error("web.failed", error=type(error).__name__)
                return self._failure(request, 503)

        return answered

    def _now(self) -> Any:
        return self._app.clock.now()

    # -- pages --------------------------------------------------------------------------

    async def _home(self, request: Request) -> Response:
        found = await self._app.store.read(_home_of, self._cookies.token(request), self._now())
        self._place = found.place
        if found.seat is None:
            response = self._page(pages.front(self._look(self._tongue(request))))
            return self._cookies.drop(response) if self._cookies.token(request) else response
        seat, news = found.seat, found.news
        await self._app.store.write(seats.seen, seat, self._now())
        look = self._look(seat.language)
        nonce = secrets.token_urlsafe(12)
        return self._page(
            pages.conversation(look, news_json(news), news.change, seat.proof, nonce)
        )

    async def _link(self, request: Request) -> Response:
        """Only shows; programs that look through links must use nothing up."""
        token = request.path_params["token"]
        look = self._look(self._tongue(request))
        if not await self._good_link(request, token):
            return self._page(pages.plain(look, words.FAILED, words.NO_LINK), 404)
        return self._page(pages.opened(look, token))

    async def _good_link(self, request: Request, token: str) -> bool:
        if len(token) > seats.LONGEST_TOKEN:
            return False
        now = self._now()
        if await self._app.store.read(invitations.is_open, token, now):
            return True
        if not self._limits.opened.take(address_of(request), now):
            raise BadBody(429)
        return False

    async def _devices(self, request: Request) -> Response:
        seat = await self._seat(request)
        if seat is None:
            return RedirectResponse("/", 303)
        rows = await self._app.store.read(web_sessions.of, seat.contact_id, self._now())
        told = [(row.id == seat.session_id, row.created_at, row.seen_at) for row in rows]
        return self._page(pages.devices(self._look(seat.language), told, seat.proof))

    async def _file(self, request: Request) -> Response:
        """A file of one's own chat, by its message; for nobody else it is there."""
        seat = await self._seat(request)
        number = min(request.path_params["number"], LARGEST_NUMBER)
        found = seat and await self._app.store.read(web_chats.file_of, seat.contact_id, number)
        if not found:
            return self._failure(request, 404)
        told, data = found
        shown = told["mime"].startswith("image/")
        how = "inline" if shown else "attachment"
        named = f"{how}; filename*=UTF-8''{quote(told['name'], safe='')}"
        mime = told["mime"] if shown else "application/octet-stream"
        return Response(data, media_type=mime, headers={"Content-Disposition": named})

    async def _manifest(self, request: Request) -> Response:
        here = await self._app.store.read(municipality.current)
        return self._assets.manifest(here.name if here else self._place)

    # -- getting in and out -------------------------------------------------------------

    async def _begin(self, request: Request) -> Response:
        """A chat for somebody nobody knows yet."""
        given = await fields(request)
        if await self._seat(request) is not None:
            return RedirectResponse("/", 303)
        language = language_of(given.get("sprak") or self._tongue(request))
        name = hearing.clean(given.get("name", ""))[:LONGEST_NAME].strip()
        token = await self._new_chat(request, name, language)
        await self._hear(token, "/start")
        return self._cookies.put(RedirectResponse("/", 303), token)

    async def _enter(self, request: Request) -> Response:
        """The link is used up: what the chat hears is what Telegram's link would say."""
        link = request.path_params["token"]
        look = self._look(self._tongue(request))
        if not await self._good_link(request, link):
            return self._page(pages.plain(look, words.FAILED, words.NO_LINK), 404)
        seat = await self._seat(request)
        token = self._cookies.token(request)
        if seat is None or seat.confirmed:
            token = await self._new_chat(request, "", look.language)
        await self._hear(token, f"/start {link}")
        return self._cookies.put(RedirectResponse("/", 303), token)

    async def _new_chat(self, request: Request, name: str, language: str) -> str:
        if not self._limits.opened.take(address_of(request), self._now()):
            raise BadBody(429)
        return await self._app.store.write(seats.begin, web.CHANNEL, name, language, self._now())

    async def _hear(self, token: str, text: str) -> None:
        seat = await self._app.store.read(seats.find, token, self._now())
        if seat is None or not await self._take(seat, {"kind": "words", "text": text}, token):
            raise BadBody(503)
        await self._settled()

    async def _out(self, request: Request) -> Response:
        seat = await self._proven(request, await fields(request))
        await self._app.store.write(seats.leave, seat, self._now())
        self.hub.tell([Shown(seat.contact_id)])
        return self._cookies.drop(RedirectResponse("/", 303))

    async def _end_others(self, request: Request) -> Response:
        seat = await self._proven(request, await fields(request))
        await self._app.store.write(seats.leave, seat, self._now(), others=True)
        self.hub.tell([Shown(seat.contact_id)])
        return RedirectResponse("/enheter", 303)

    async def _seat(self, request: Request) -> Seat | None:
        token = self._cookies.token(request)
        if not token:
            return None
        return await self._app.store.read(seats.find, token, self._now())

    async def _proven(self, request: Request, given: dict[str, str]) -> Seat:
        """Who posts this, from a page of ours."""
        seat = await self._seat(request)
        if seat is None:
            raise BadBody(401)
        if not hmac.compare_digest(given.get("proof", "").encode(), seat.proof.encode()):
            raise BadBody(403)
        return seat

    # -- saying -------------------------------------------------------------------------

    async def _say(self, request: Request) -> Response:
        """Words, a press, a key of the keyboard. A call for help is answered before it is asked
        who calls, and is kept nowhere."""
        given = await fields(request)
        raw = _raw_of(given)
        said = web.parse({**raw, "address": 0, "update_id": 0}, self._now())
        tongue = language_of(given.get("lang") or self._tongue(request))
        if hearing.is_help(said):
            return self._said(request, help_now.card(tongue, self._now().date()))
        seat = await self._proven(request, given)
        if not self._limits.said.take(seat.contact_id, self._now()):
            raise BadBody(429)
        card = None
        if speaks_of_danger(said.typed):
            card = help_now.card(seat.language, self._now().date(), unasked=True)
        if not await self._take(seat, raw, given.get("nonce", "")):
            return self._said(request, card, 503)
        if not _is_fetch(request):
            await self._settled()
        return self._said(request, card, kept=True)

    async def _take(self, seat: Seat, raw: dict[str, Any], nonce: str) -> bool:
        """Into the same place as everything that is said. The same said twice is one update."""
        if not nonce or len(nonce) > LONGEST_NONCE:
            raise BadBody(400)
        key = self._app.store.keyring.derive("web updates")
        told = hmac.new(key, f"{seat.contact_id}|{nonce}".encode(), hashlib.sha256).digest()
        number = int.from_bytes(told[:8], "big") >> 1
        raw = {**raw, "address": seat.address, "update_id": number, "language": seat.language}
        try:
            said = web.parse(raw, self._now())
        except (KeyError, ValueError):
            raise BadBody(400) from None
        taken = await self._app.intake.take(raw, said)
        self.hub.tell([Shown(seat.contact_id)])
        return taken

    async def _settled(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._app.delivery.settled(), SETTLES)

    def _said(
        self, request: Request, card: str | None, status: int = 200, *, kept: bool = False
    ) -> Response:
        """`kept`: what was said stands in the chat, or was done; a call for help stands nowhere."""
        if _is_fetch(request):
            return JSONResponse({"help": card, "kept": kept}, status)
        if status != 200:
            return self._failure(request, status)
        return RedirectResponse("/#hjelp" if card else "/", 303)

    # -- live ---------------------------------------------------------------------------

    async def _stream(self, request: Request) -> Response:
        seat = await self._seat(request)
        if seat is None:
            return Response(b"event: over\ndata: {}\n\n", media_type="text/event-stream")
        after = _number(request.headers.get("last-event-id") or request.query_params.get("etter"))
        stack = contextlib.ExitStack()
        try:
            page = stack.enter_context(self.hub.listening(seat.contact_id))
        except TooManyTabs:
            return self._failure(request, 429)
        told = self.hub.stream(page, seat.session_id, seat.contact_id, after)
        return _Stream(told, stack)

    # -- what pages are made of ---------------------------------------------------------

    def _look(self, language: str) -> pages.Look:
        return pages.Look(self._place, language, self._assets.root, self._now().date())

    def _tongue(self, request: Request) -> str:
        asked = request.query_params.get("sprak") or request.headers.get("accept-language", "")
        return language_of(asked.partition(",")[0].partition(";")[0][:20])

    def _page(self, html: str, status: int = 200) -> Response:
        return Response(html, status, media_type="text/html; charset=utf-8")

    def _failure(self, request: Request, status: int) -> Response:
        """The same few words whatever it was; who fetches gets the number alone."""
        if _is_fetch(request) or request.method == "GET" and request.url.path == "/strom":
            return JSONResponse({}, status)
        text: Text = words.PAGE["slow"] if status == 429 else words.FAILED_TEXT
        html = pages.plain(self._look(self._tongue(request)), words.FAILED, text)
        return self._page(html, status)


class _Stream(StreamingResponse):
    """Server-sent events; lets go of its place when the line is cut."""

    def __init__(self, told: AsyncIterator[bytes], stack: contextlib.ExitStack) -> None:
        headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
        super().__init__(told, media_type="text/event-stream", headers=headers)
        self._stack = stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._stack:
            await super().__call__(scope, receive, send)


class _Home:
    """What the front door shows, read at once."""

    def __init__(self, session: Session, token: str, now: Any) -> None:
        here = municipality.current(session)
        self.place = here.name if here else "losbot"
        self.seat = seats.find(session, token, now) if token else None
        contact_id = self.seat.contact_id if self.seat else 0
        self.news = web_chats.news(session, contact_id, 0, MOST)


def _home_of(session: Session, token: str, now: Any) -> _Home:
    return _Home(session, token, now)


def _raw_of(given: dict[str, str]) -> dict[str, Any]:
    """What was said, as the channel reads it. BadBody for what no page of ours posts."""
    if press := given.get("press"):
        number, _space, data = press.partition(" ")
        if not number.isdecimal() or len(number) > 16 or len(data) > 200:
            raise BadBody(400)
        return {"kind": "press", "data": data, "message_id": int(number)}
    if given.get("file"):
        return {"kind": "file"}
    text = given.get("key") or given.get("words") or ""
    if len(text) > LONGEST_WORDS:
        raise BadBody(413)
    if not hearing.clean(text).strip():
        raise BadBody(400)
    return {"kind": "words", "text": text}


def _is_fetch(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("application/json")


def _number(told: str | None) -> int:
    return int(told) if told and told.isdecimal() and len(told) < 16 else 0
