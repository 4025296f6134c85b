"""What every answer of the web chat stands on: who asks, in what language, and what is said when
it goes wrong."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.channels import Heard, web
from bot.desk import Shown
from bot.log import log
from bot.settings import LoginAt
from bot.web import pages, seats, words
from bot.web.assets import Assets
from bot.web.bodies import BadBody
from bot.web.fetching import fetch
from bot.web.limits import Limits, address_of
from bot.web.oidc import Provider
from bot.web.seats import Cookies, Seat
from bot.web.streams import Hub
from locales import Text, language_of
from models import municipality, rehearsal

if TYPE_CHECKING:
    from bot.app import App

LONGEST_NONCE = 64
SETTLES = 1.0
"""So long a form waits for its answer before the page is shown anew, in seconds."""

Answer = Callable[[Request], Awaitable[Response]]


class Ground:
    def __init__(
        self,
        app: App,
        origin: str,
        limits: Limits | None = None,
        logins: Sequence[LoginAt] = (),
    ) -> None:
        self._app = app
        self._origin = origin
        self._limits = limits or Limits.usual()
        self._cookies = Cookies(origin)
        self._providers = {
            at.kind: Provider(at, f"{origin}/logg-inn/{at.kind}/svar", fetch) for at in logins
        }
        self._assets = Assets()
        self._place = "losbot"
        self._rehearsal = False
        self.hub = Hub(app.store, app.clock)

    def _answered(self, answer: Answer) -> Answer:
        """What goes wrong is told in few words; a store that is away means: later."""

        async def answered(request: Request) -> Response:
            try:
                inside = self._limits.inside.key(self._cookies.token(request))
                if not self._limits.read.take(inside or address_of(request), self._now()):
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

    def _look(self, language: str) -> pages.Look:
        return pages.Look(
            self._place, language, self._assets.root, self._now().date(), self._rehearsal
        )

    def _tongue(self, request: Request) -> str:
        asked = request.query_params.get("sprak") or request.headers.get("accept-language", "")
        return language_of(asked.partition(",")[0].partition(";")[0][:20])

    def _page(self, html: str, status: int = 200) -> Response:
        return Response(html, status, media_type="text/html; charset=utf-8")

    def _failure(self, request: Request, status: int) -> Response:
        """The same few words whatever it was; who fetches gets the number alone."""
        if is_fetch(request) or request.url.path == "/strom":
            return JSONResponse({}, status)
        text: Text = words.PAGE["slow"] if status == 429 else words.FAILED_TEXT
        html = pages.plain(self._look(self._tongue(request)), words.FAILED, text)
        return self._page(html, status)

    async def _learn(self) -> None:
        """What every page says at its top: whose it is, and whether it is a rehearsal."""
        self._place, self._rehearsal = await self._app.store.read(head_of, self._now())

    async def _seat(self, request: Request) -> Seat | None:
        token = self._cookies.token(request)
        if not token:
            return None
        seat = await self._app.store.read(seats.find, token, self._now())
        if seat is not None:
            self._limits.inside.add(token)
        return seat

    async def _proven(self, request: Request, given: dict[str, str]) -> Seat:
        """Who posts this, from a page of ours."""
        seat = await self._seat(request)
        if seat is None:
            raise BadBody(401)
        if not hmac.compare_digest(given.get("proof", "").encode(), seat.proof.encode()):
            raise BadBody(403)
        return seat

    async def _take(self, seat: Seat, raw: dict[str, Any], nonce: str) -> None:
        """Into the same place as everything that is said. The same said twice is one update."""
        if not nonce or len(nonce) > LONGEST_NONCE:
            raise BadBody(400)
        told = hmac.new(seat.proof.encode(), nonce.encode(), hashlib.sha256).digest()
        number = int.from_bytes(told[:8], "big") >> 1
        raw = {**raw, "address": seat.address, "update_id": number, "language": seat.language}
        try:
            said = web.parse(raw, self._now())
        except (KeyError, ValueError):
            raise BadBody(400) from None
        hid = await self._app.intake.take(raw, said) is Heard.HID
        if hid or raw["kind"] != "press":  # what a press leads to is told when it is said
            self.hub.tell([Shown(seat.contact_id)], hid=hid)

    async def _settled(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._app.delivery.settled(), SETTLES)


def head_of(session: Session, now: datetime) -> tuple[str, bool]:
    here = municipality.current(session)
    return here.name if here else "losbot", rehearsal.is_on(session, now)


def is_fetch(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("application/json")
