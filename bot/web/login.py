"""Logging in to the web chat: by a provider for staff, and by one for citizens (ID-porten).

Whoever is known gets a session of their own chat. Whoever is not, and came by a one-time link, gets
a stranger's chat in which the link is opened; when staff say yes, the chat and with it the login
are theirs. Everybody else reads the same few words, whatever was wrong: a login that we do not
know, one that was tampered with, and one whose owner has left sound alike.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.desk import Shown
from bot.log import log
from bot.web import pages, seats, words
from bot.web.bodies import BadBody, fields
from bot.web.devices import device_of
from bot.web.doors import Doors
from bot.web.fetching import Away
from bot.web.limits import address_of
from bot.web.oidc import Asked, NotProven, Provider
from bot.web.seats import Entered
from models.terms import LoginKind
from models.web_sessions import LOGIN_LIFE

TAKES = timedelta(minutes=10)
"""So long one may take to log in."""
LONGEST_ANSWER = 4096
LINK = re.compile(rf"[A-Za-z0-9_-]{{1,{seats.LONGEST_TOKEN}}}")


class Login(Doors):
    async def _log_in(self, request: Request) -> Response:
        """To the provider, with a secret in the cookie that only this browser can come back with."""
        provider, now = self._provider(request), self._now()
        seat = await self._seat(request)
        if seat is not None and seat.confirmed:
            return RedirectResponse("/", 303)
        link = request.query_params.get("lenke", "")
        link = link if LINK.fullmatch(link) else ""
        secret = secrets.token_urlsafe(32)
        asked = _asked(secret, provider.at.kind, f"{int(now.timestamp())}~{secrets.token_hex(8)}")
        try:
            address = await provider.address(asked, self._tongue(request), now)
        except Away as error:
            raise self._away(provider, error) from error
        return self._cookies.put_login(RedirectResponse(address, 303), f"{secret}~{link}", TAKES)

    async def _logged_in(self, request: Request) -> Response:
        """Back from the provider. What was begun is used up, whatever comes of it."""
        provider, here = self._provider(request), address_of(request)
        if not self._limits.opened.has(here, self._now()):
            raise BadBody(429)
        secret, _tilde, link = self._cookies.login(request).partition("~")
        seat = await self._seat(request)
        try:
            asked = self._begun(request, provider.at.kind, secret)
            if not await self._app.store.write(seats.first_answer, asked.state, self._now()):
                raise NotProven("replayed")
            given = dict(request.query_params)
            subject = await provider.redeem(given, asked, self._now())
            entered = await self._app.store.write(
                seats.log_in,
                subject,
                link,
                seat,
                self._tongue(request),
                device_of(request),
                self._now(),
            )
        except Away as error:
            raise self._away(provider, error) from error
        except NotProven as error:
            return await self._refused(request, provider, error.why)
        if entered is None:
            return await self._refused(request, provider, "unknown")
        return await self._entered(entered, link)

    async def _entered(self, entered: Entered, link: str) -> Response:
        if entered.by_link:
            await self._hear(entered.token, f"/start {link}")
        response = self._cookies.put(RedirectResponse("/", 303), entered.token, LOGIN_LIFE)
        return self._cookies.drop_login(response)

    def _begun(self, request: Request, kind: LoginKind, secret: str) -> Asked:
        """The login this browser began. NotProven for another's, an old one, and none at all."""
        given = request.query_params.get("state", "")
        salt = given.partition(".")[0]
        began = salt.partition("~")[0]
        if not secret or len(str(request.url.query)) > LONGEST_ANSWER or not began.isdecimal():
            raise NotProven("state")
        asked = _asked(secret, kind, salt)
        age = int(self._now().timestamp()) - int(began[:12])
        if not hmac.compare_digest(given.encode(), asked.state.encode()):
            raise NotProven("state")
        if not 0 <= age <= TAKES.total_seconds():
            raise NotProven("late")
        return asked

    async def _refused(self, request: Request, provider: Provider, why: str) -> Response:
        """The same page for all of it; why stands in the log and in the audit, in one word."""
        self._limits.opened.take(address_of(request), self._now())
        log.warning("login.refused", kind=provider.at.kind.value, why=why)
        await self._app.store.write(seats.turned_away, provider.at.kind, why, self._now())
        look = self._look(self._tongue(request))
        page = self._page(pages.plain(look, words.FAILED, words.NO_LOGIN), 403)
        return self._cookies.drop_login(page)

    def _away(self, provider: Provider, error: Away) -> BadBody:
        log.warning("login.away", kind=provider.at.kind.value, why=str(error))
        return BadBody(503)

    # -- out again ------------------------------------------------------------------------------

    async def _notified(self, request: Request) -> Response:
        """The provider itself says that somebody has logged out there (back-channel)."""
        provider = self._provider(request)
        given = await fields(request)
        try:
            who, name = await provider.logged_out(given.get("logout_token", ""), self._now())
        except (NotProven, Away) as error:
            log.warning("logout.refused", kind=provider.at.kind.value, why=str(error))
            return Response(status_code=400)
        ended = await self._app.store.write(seats.logged_out, who, name, self._now())
        self.hub.tell([Shown(contact_id) for contact_id in ended])
        return Response(status_code=200)

    async def _out(self, request: Request) -> Response:
        """Out here, and on to the provider's own page for it, if it has one. By a page of ours in
        between, for a form of ours leads nowhere else."""
        seat = await self._seat(request)
        response = await super()._out(request)
        if seat is not None and seat.login in self._providers:
            response.headers["location"] = f"/logget-ut/{seat.login}"
        return response

    async def _farewell(self, request: Request) -> Response:
        provider = self._provider(request)
        look = self._look(self._tongue(request))
        try:
            address = await provider.farewell(f"{self._origin}/", self._now())
        except Away:
            address = None
        response = self._page(pages.logged_out(look, address))
        if address is not None:
            response.headers["Refresh"] = f"0; url={address}"
        return response

    def _provider(self, request: Request) -> Provider:
        """BadBody where nobody has set one up."""
        try:
            return self._providers[LoginKind(request.path_params["kind"])]
        except (KeyError, ValueError):
            raise BadBody(404) from None


def _asked(secret: str, kind: LoginKind, salt: str) -> Asked:
    """Everything one login needs follows from the cookie's secret and when it began; nothing of it
    is kept here."""

    def made(what: str) -> str:
        told = hmac.new(secret.encode(), f"{what}|{kind}|{salt}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(told).decode().rstrip("=")

    return Asked(state=f"{salt}.{made('state')}", nonce=made("nonce"), verifier=made("verifier"))
