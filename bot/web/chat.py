"""The web chat: one page with the conversation, kept up to date, and what a browser may post.

What is said here goes the same way as what is said in Telegram: one update, one transaction. The
help card is answered first of all, to anyone, with nothing but the request.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels import hearing, web
from bot.intake import StoreDown
from bot.web import seats
from bot.web.answers import Answers
from bot.web.bodies import BadBody, fields
from bot.web.ground import is_fetch
from bot.web.guard import Guard
from bot.web.linking import Linking
from bot.web.papers import Papers
from bot.web.passkeys import Passkeys
from bot.web.streams import TooManyTabs
from handlers import help_now
from handlers.crisis import speaks_of_danger
from locales import language_of
from models import channels, municipality, web_chats

LONGEST_WORDS = 4096
LARGEST_NUMBER = 2**53


class WebChat(Passkeys, Linking, Papers, Answers):
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
            Route("/side/{case:int}/{hat:int}", self._answered(self._case), methods=get),
            Route("/enheter", self._answered(self._devices), methods=get),
            Route("/enheter", self._answered(self._end), methods=post),
            Route("/til/{token:str}", self._answered(self._invited), methods=get),
            Route("/til/{token:str}", self._answered(self._wait), methods=post),
            Route("/venter", self._answered(self._waiting), methods=get),
            Route("/venter/svar", self._answered(self._answer), methods=get),
            Route("/nokkel/ny", self._answered(self._ask_make), methods=post),
            Route("/nokkel/lag", self._answered(self._make), methods=post),
            Route("/nokkel/be-om", self._answered(self._ask_enter), methods=post),
            Route("/nokkel/vis", self._answered(self._show), methods=post),
            Route("/nokkel/fjern", self._answered(self._remove_passkey), methods=post),
            Route("/ut", self._answered(self._out), methods=post),
            Route("/logg-inn/{kind}", self._answered(self._log_in), methods=get),
            Route("/logg-inn/{kind}/svar", self._answered(self._logged_in), methods=get),
            Route("/logg-inn/{kind}/ut", self._answered(self._notified), methods=post),
            Route("/logget-ut/{kind}", self._answered(self._farewell), methods=get),
            Route("/svar/{token:str}", self._answered(self._asked_by_mail), methods=get),
            Route("/svar/{token:str}", self._answered(self._answered_by_mail), methods=post),
            Route("/manifest.webmanifest", self._answered(self._manifest), methods=get),
            Route(self._assets.root + "/{name}", self._assets.serve, methods=get),
        ]
        notices = {f"/logg-inn/{kind}/ut" for kind in self._providers}
        return Guard(Starlette(routes=routes), self._origin, notices)

    async def _file(self, request: Request) -> Response:
        """A file of one's own chat, by its message; for nobody else it is there."""
        seat = await self._seat(request)
        number = min(request.path_params["number"], LARGEST_NUMBER)
        if seat is None:
            return self._failure(request, 404)
        if await self._app.store.read(channels.is_stopped, web.CHANNEL):
            return self._failure(request, 503)
        found = await self._app.store.read(web_chats.file_of, seat.contact_id, number)
        if found is None:
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

    async def _say(self, request: Request) -> Response:
        """Words, a press, a key of the keyboard. A call for help is answered before it is asked
        who calls, and is kept nowhere."""
        given = await fields(request)
        raw = _raw_of(given)
        said = web.parse({**raw, "address": 0, "update_id": 0}, self._now())
        tongue = language_of(given.get("lang") or self._tongue(request))
        if hearing.is_help(said):
            return self._said(request, help_now.card(tongue, self._now().date()))
        danger = speaks_of_danger(said.typed)
        try:
            seat = await self._proven(request, given)
        except BadBody:
            raise
        except Exception:  # the store is away: of who is in nothing is known
            if not danger:
                raise
            told = help_now.card(tongue, self._now().date(), unasked=True)
            return self._said(request, told, 503)
        if not self._limits.said.take(seat.contact_id, self._now()):
            raise BadBody(429)
        card = None
        if danger:
            card = help_now.card(seat.language, self._now().date(), unasked=True)
        try:
            await self._take(seat, raw, given.get("nonce", ""))
        except StoreDown:
            return self._said(request, card, 503)
        if seat.stale:
            await self._app.store.write(seats.seen, seat, self._now())
        if not is_fetch(request):
            await self._settled()
        after = 0
        if card is not None:  # it stands right below the words it answers
            after = await self._app.store.read(web_chats.last_written, seat.contact_id)
        return self._said(request, card, kept=True, after=after)

    def _said(
        self,
        request: Request,
        card: str | None,
        status: int = 200,
        *,
        kept: bool = False,
        after: int = 0,
    ) -> Response:
        """`kept`: what was said stands in the chat, or was done; a call for help stands nowhere."""
        if is_fetch(request):
            return JSONResponse({"help": card, "kept": kept, "after": after}, status)
        if status != 200:
            return self._failure(request, status)
        return RedirectResponse("/#hjelp" if card else "/", 303)

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
        closed = "stengt" in request.query_params
        told = self.hub.stream(page, seat.session_id, seat.contact_id, after, closed=closed)
        return _Stream(told, stack)


class _Stream(StreamingResponse):
    """Server-sent events; lets go of its place when the line is cut."""

    def __init__(self, told: AsyncIterator[bytes], stack: contextlib.ExitStack) -> None:
        headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
        super().__init__(told, media_type="text/event-stream", headers=headers)
        self._stack = stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._stack:
            await super().__call__(scope, receive, send)


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


def _number(told: str | None) -> int:
    return int(told) if told and told.isdecimal() and len(told) < 16 else 0
