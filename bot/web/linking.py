"""A browser that comes in by a link its owner has asked for in another chat of theirs.

Opening the link uses it up and lets nobody in: the browser waits, shows a code, and gets its
session when the press has come in the chat that asked.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.channels.web import CHANNEL
from bot.desk import Shown
from bot.web import link_pages, pages, seats, words
from bot.web.bodies import BadBody, fields
from bot.web.devices import device_of
from bot.web.limits import address_of
from bot.web.login import Login
from bot.web.seats import Seat
from models import linking

COOKIE = "venter"


class Linking(Login):
    async def _invited(self, request: Request) -> Response:
        """Only shows; programs that look through links must use nothing up."""
        token = request.path_params["token"]
        await self._learn()
        look = self._look(self._tongue(request))
        if not await self._opens(request, token):
            return self._page(pages.plain(look, words.FAILED, words.NO_LINK), 404)
        return self._page(link_pages.opened(look, token))

    async def _wait(self, request: Request) -> Response:
        """The link is used up; from here on only this browser can come in by it."""
        token = request.path_params["token"]
        await fields(request)
        look = self._look(self._tongue(request))
        store, secret = self._app.store, None
        if await self._opens(request, token):
            secret = await store.write(linking.open_in_browser, token, self._now())
        if secret is None:
            return self._page(pages.plain(look, words.FAILED, words.NO_LINK), 404)
        response = RedirectResponse("/venter", 303)
        return self._cookies.put_aside(response, COOKIE, secret, linking.LIFE * 2)

    async def _waiting(self, request: Request) -> Response:
        """The code, until there is an answer; then in, or the same few words as for any other
        link."""
        secret, store = self._cookies.aside(request, COOKIE), self._app.store
        await self._learn()
        look = self._look(self._tongue(request))
        found = await store.read(_waits, secret, self._now())
        if found is not None and not found[1]:
            return self._page(link_pages.waiting(look, found[0]))
        seat = await self._seat(request)
        token = (
            await store.write(_enter, secret, seat, device_of(request), self._now())
            if found
            else None
        )
        if token is None:
            page = self._page(pages.plain(look, words.FAILED, words.NO_LINK), 404)
            return self._cookies.drop_aside(page, COOKIE)
        if seat is not None:
            self.hub.tell([Shown(seat.contact_id)])
        response = self._cookies.put(RedirectResponse("/", 303), token)
        return self._cookies.drop_aside(response, COOKIE)

    async def _answer(self, request: Request) -> Response:
        """Asked again and again by the page that waits; it tells nothing but that it is over."""
        secret = self._cookies.aside(request, COOKIE)
        over = await self._app.store.read(linking.is_answered, secret, self._now())
        return JSONResponse({"over": over})

    async def _opens(self, request: Request, token: str) -> bool:
        now = self._now()
        given = token[: seats.LONGEST_TOKEN + 1]
        if await self._app.store.read(linking.can_be_opened, given, CHANNEL, now):
            return True
        if not self._limits.opened.take(address_of(request), now):
            raise BadBody(429)
        return False


def _waits(session: Session, secret: str, now: datetime) -> tuple[str, bool] | None:
    """The code, and whether a yes has come."""
    found = linking.waits(session, secret, now) if secret else None
    return (found.code or "", bool(found.let_in)) if found is not None else None


def _enter(
    session: Session, secret: str, seat: Seat | None, device: str, now: datetime
) -> str | None:
    token = linking.enter(session, secret, device, now)
    if token is not None and seat is not None:
        seats.leave(session, seat, now)
    return token
