"""Getting in and out of the web chat: the front page, one-time links, and where one is logged in."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels import hearing, web
from bot.desk import Shown
from bot.web import cards, device_pages, devices, pages, seats, words
from bot.web.bodies import BadBody, fields
from bot.web.ground import Ground, head_of
from bot.web.limits import address_of
from bot.web.streams import MOST
from bot.web.told import news_json
from locales import language_of
from models import channels, discretion, web_chats
from models.terms import LoginKind
from models.web_chats import News

LONGEST_NAME = 60
LONGEST_ID = 18


class Doors(Ground):
    async def _home(self, request: Request) -> Response:
        found = await self._app.store.read(_home_of, self._cookies.token(request), self._now())
        self._place, self._rehearsal = found.head
        if found.seat is None:
            response = self._page(
                pages.front(
                    self._look(self._tongue(request)), list(self._providers), closed=found.closed
                )
            )
            return self._cookies.drop(response) if self._cookies.token(request) else response
        seat, news = found.seat, found.news
        self._limits.inside.add(self._cookies.token(request))
        await self._app.store.write(seats.seen, seat, self._now())
        look = self._look(seat.language)
        nonce = secrets.token_urlsafe(12)
        return self._page(
            pages.conversation(
                look, news_json(news), news.change, seat.proof, nonce, closed=found.closed
            )
        )

    async def _link(self, request: Request) -> Response:
        """Only shows; programs that look through links must use nothing up."""
        token = request.path_params["token"]
        await self._learn()
        look = self._look(self._tongue(request))
        good = await self._good_link(request, token)
        if good is None:
            return self._page(pages.plain(look, words.FAILED, words.NO_LINK), 404)
        logins = [LoginKind.STAFF] if good.must_log_in else list(self._providers)
        return self._page(pages.opened(look, token, logins, enter=not good.must_log_in))

    async def _good_link(self, request: Request, token: str) -> seats.Link | None:
        now = self._now()
        if len(token) <= seats.LONGEST_TOKEN:
            good = await self._app.store.read(seats.link, token, now)
            if good is not None:
                return good
        if not self._limits.opened.take(address_of(request), now):
            raise BadBody(429)
        return None

    async def _devices(self, request: Request) -> Response:
        seat = await self._seat(request)
        if seat is None:
            return RedirectResponse("/", 303)
        await self._learn()
        if await self._app.store.read(discretion.is_shut, seat.contact_id, self._now()):
            look = self._look(seat.language)
            return self._page(pages.plain(look, words.FAILED, words.LOCKED), 403)
        places, keys, may_make = await self._app.store.read(devices.of, seat, self._now())
        look, here = self._look(seat.language), seat.session_id
        return self._page(
            device_pages.devices(
                look, here, places, seat.proof, keys, may_make=may_make, logs_in=bool(seat.login)
            )
        )

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
        good = await self._good_link(request, link)
        if good is None or good.must_log_in:
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
        given = web.CHANNEL, name, language, devices.device_of(request), self._now()
        return await self._app.store.write(seats.begin, *given)

    async def _hear(self, token: str, text: str) -> None:
        seat = await self._app.store.read(seats.find, token, self._now())
        if seat is None:
            raise BadBody(503)
        await self._take(seat, {"kind": "words", "text": text}, token)
        await self._settled()

    async def _out(self, request: Request) -> Response:
        seat = await self._proven(request, await fields(request))
        await self._app.store.write(seats.leave, seat, self._now())
        self.hub.tell([Shown(seat.contact_id)])
        return self._cookies.drop(RedirectResponse("/", 303))

    async def _end(self, request: Request) -> Response:
        """One of the places where they are logged in, or all others."""
        given = await fields(request)
        seat = await self._proven(request, given)
        place = given.get("place", "")
        if place and (not place.isdecimal() or len(place) > LONGEST_ID):
            raise BadBody(400)
        if await self._app.store.read(discretion.is_shut, seat.contact_id, self._now()):
            raise BadBody(403)
        number = int(place) if place else None
        await self._app.store.write(devices.end, seat, number, self._now())
        self.hub.tell([Shown(seat.contact_id)])
        return RedirectResponse("/enheter", 303)


class _Home:
    """What the front door shows, read at once."""

    def __init__(self, session: Session, token: str, now: Any) -> None:
        self.head = head_of(session, now)
        self.seat = seats.find(session, token, now) if token else None
        contact_id = self.seat.contact_id if self.seat else 0
        self.closed = channels.is_stopped(session, web.CHANNEL)
        nothing = News(0, (), (), ())
        self.news = nothing if self.closed else web_chats.news(session, contact_id, 0, MOST)
        self.news = cards.instead(session, contact_id, self.news, now.date())


def _home_of(session: Session, token: str, now: Any) -> _Home:
    return _Home(session, token, now)
