"""Passkeys in the web chat: made by who is in, and from then on a way in of one press.

Whoever is turned away reads the same sentence, whatever was wrong: a device we do not know, an
answer that was tampered with, and staff who have another way in sound alike.
"""

from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.channels import hearing
from bot.log import log
from bot.web import devices, seats, words
from bot.web.authenticators import Answer, Authenticators, NotShown
from bot.web.bodies import BadBody, fields
from bot.web.limits import address_of
from bot.web.login import Login
from locales import say
from models import discretion, passkeys
from models.passkeys import CHALLENGE_LIFE, LONGEST_NAME

COOKIE = "passkey"
MAKE, ENTER = "make", "enter"


class Passkeys(Login):
    @property
    def _authenticators(self) -> Authenticators:
        return Authenticators(self._origin)

    async def _ask_make(self, request: Request) -> Response:
        """What the browser needs to make one, for who is in."""
        given = await fields(request)
        seat = await self._proven(request, given)
        store, token = self._app.store, self._cookies.token(request)
        self._count(request)
        if not await store.read(devices.may_have_passkey, seat, self._now()):
            raise BadBody(403)
        await self._learn()
        challenge = await store.write(passkeys.challenge, MAKE, token, self._now())
        handle = await store.read(passkeys.handle_of, seat.contact_id, challenge)
        known = [each.credential for each in await store.read(passkeys.of, seat.contact_id)]
        name = _name(given) or devices.device_of(request)
        return JSONResponse(
            self._authenticators.to_make(self._place, name, handle, challenge, known)
        )

    async def _make(self, request: Request) -> Response:
        given = await fields(request)
        seat = await self._proven(request, given)
        self._count(request)
        try:
            answer = Answer(given.get("credential", ""))
            await self._claim(MAKE, self._cookies.token(request), answer)
            given_to = seat.contact_id, answer.challenge
            handle = await self._app.store.read(passkeys.handle_of, *given_to)
            name = _name(given) or devices.device_of(request)
            made = self._authenticators.made(answer, handle, name)
            if not await self._app.store.write(devices.keep_passkey, seat, made, self._now()):
                raise NotShown("refused")
        except NotShown as error:
            return await self._turned_away(request, error.why)
        return JSONResponse({})

    async def _ask_enter(self, request: Request) -> Response:
        """The same for everybody, and nobody is asked who they are."""
        await fields(request)
        self._count(request)
        secret = secrets.token_urlsafe(32)
        challenge = await self._app.store.write(passkeys.challenge, ENTER, secret, self._now())
        response = JSONResponse(self._authenticators.to_show(challenge))
        return self._cookies.put_aside(response, COOKIE, secret, CHALLENGE_LIFE)

    async def _show(self, request: Request) -> Response:
        """The device's answer. The challenge is used up, whatever comes of it."""
        given = await fields(request)
        self._count(request)
        store, seat = self._app.store, await self._seat(request)
        try:
            answer = Answer(given.get("credential", ""))
            await self._claim(ENTER, self._cookies.aside(request, COOKIE), answer)
            known = await store.read(passkeys.find, answer.credential)
            if known is None:
                raise NotShown("unknown")
            uses = self._authenticators.shown(answer, known)
            token = await store.write(
                devices.enter, known.id, uses, seat, devices.device_of(request), self._now()
            )
            if token is None:
                raise NotShown("refused")
        except NotShown as error:
            return await self._turned_away(request, error.why)
        response = self._cookies.put(JSONResponse({}), token)
        return self._cookies.drop_aside(response, COOKIE)

    async def _remove_passkey(self, request: Request) -> Response:
        given = await fields(request)
        seat = await self._proven(request, given)
        told = given.get("passkey", "")
        if not told.isdecimal() or len(told) > 19:
            raise BadBody(400)
        if await self._app.store.read(discretion.is_shut, seat.contact_id, self._now()):
            raise BadBody(403)
        await self._app.store.write(devices.remove_passkey, seat, int(told), self._now())
        return RedirectResponse("/enheter", 303)

    async def _claim(self, purpose: str, browser: str, answer: Answer) -> None:
        """NotShown for a challenge that was used, is too old, or was never this browser's."""
        given = purpose, browser, answer.challenge, self._now()
        if not browser or not await self._app.store.write(passkeys.claim, *given):
            raise NotShown("challenge")

    def _count(self, request: Request) -> None:
        """A whole school may come from one address; who was turned away too often may wait."""
        here, now = address_of(request), self._now()
        if not self._limits.opened.has(here, now) or not self._limits.proved.take(here, now):
            raise BadBody(429)

    async def _turned_away(self, request: Request, why: str) -> Response:
        """One sentence for all of it; why stands in the log and in the audit, in one word."""
        self._limits.opened.take(address_of(request), self._now())
        log.warning("passkey.refused", why=why)
        await self._app.store.write(seats.turned_away, "passkey", why, self._now())
        told = {"said": say(words.NO_PASSKEY, self._tongue(request))}
        return self._cookies.drop_aside(JSONResponse(told, 403), COOKIE)


def _name(given: dict[str, str]) -> str:
    return " ".join(hearing.clean(given.get("name", "")).split())[:LONGEST_NAME]
