"""One login provider (OpenID Connect): where a browser is sent, and what proves who comes back.

The code flow with PKCE. Tokens are read by joserfc and by no more than we ask of it: the algorithm,
the key, the times; who issued a token, for whom and for which login is compared here, to the
letter. Of what a token says about a person only issuer and subject leave this file.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from bot.settings import LoginAt, is_safe
from bot.web.fetching import Away, Fetch, fetch
from bot.web.proving import proof
from models.web_identities import Subject

ALGORITHMS = ("RS256", "PS256", "ES256")
"""By a key of which we see the public half; never `none`, never one that we share."""
KEY_TYPES = ("RSA", "EC")
WELL_KNOWN = "/.well-known/openid-configuration"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
KNOWN_FOR = timedelta(hours=1)
"""So long a provider's addresses and keys are taken to be what they were."""
KEYS_AGAIN = timedelta(minutes=1)
"""So often, at most, a key nobody has heard of makes us ask for the keys anew."""
LEEWAY = 60
"""Clocks may differ by so many seconds."""
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
LONGEST_TOKEN = 32 * 1024
NATIONAL_NUMBER = re.compile(r"\d{11}")


class NotProven(Exception):
    """The login does not hold. `why` is one word of ours, for the log; nobody else is told."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Asked:
    """What one login was begun with, and must come back with."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What the provider says of itself."""

    told: Mapping[str, Any]
    keys: KeySet
    since: datetime
    keys_since: datetime


class Provider:
    def __init__(self, at: LoginAt, callback: str, fetch: Fetch) -> None:
        self.at = at
        self._callback = callback
        self._fetch = fetch
        self._known: _Known | None = None
        self._asking = asyncio.Lock()
        self._tokens = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)

    # -- there ----------------------------------------------------------------------------------

    async def address(self, asked: Asked, language: str, now: datetime) -> str:
        """Where the browser goes to log in. Raises Away."""
        known = await self.learn(now)
        challenge = hashlib.sha256(asked.verifier.encode()).digest()
        given = {
            "response_type": "code",
            "client_id": self.at.client_id,
            "redirect_uri": self._callback,
            "scope": "openid",
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
            "code_challenge_method": "S256",
            "ui_locales": language,
            **({"acr_values": " ".join(self.at.levels)} if self.at.levels else {}),
        }
        return _with(_address(known.told, "authorization_endpoint"), given)

    async def farewell(self, home: str, now: datetime) -> str | None:
        """Where the browser goes to log out there too, if there is such a place. Without the
        token it was logged in by, which we do not keep. Raises Away."""
        known = await self.learn(now)
        if "end_session_endpoint" not in known.told:
            return None
        given = {"client_id": self.at.client_id, "post_logout_redirect_uri": home}
        return _with(_address(known.told, "end_session_endpoint"), given)

    # -- and back -------------------------------------------------------------------------------

    async def redeem(self, given: Mapping[str, str], asked: Asked, now: datetime) -> Subject:
        """Who logged in, from what the browser brought back. Raises NotProven or Away."""
        known = await self.learn(now)
        named = known.told.get("authorization_response_iss_parameter_supported") is True
        if given.get("iss", None if named else self.at.issuer) != self.at.issuer:
            raise NotProven("mixed_up")
        if not given.get("code"):
            raise NotProven("declined")
        answer = await self._redeemed(known, given["code"], asked.verifier, now)
        token = answer.get("id_token")
        claims = await self._read(token, now, types=(None, "JWT"))
        if claims.get("nonce") != asked.nonce:
            raise NotProven("nonce")
        if self.at.levels and claims.get("acr") not in self.at.levels:
            raise NotProven("level")
        return self._subject(claims)

    async def logged_out(self, token: str, now: datetime) -> tuple[Subject, str]:
        """Who has logged out there, and the name of this notice. Raises NotProven or Away."""
        await self.learn(now)
        claims = await self._read(token, now, types=(None, "JWT", "logout+jwt"))
        events, name = claims.get("events"), claims.get("jti")
        if not isinstance(events, dict) or not isinstance(events.get(LOGOUT), dict):
            raise NotProven("no_logout")
        if "nonce" in claims or not isinstance(name, str) or not name:
            raise NotProven("no_logout")
        if "sub" not in claims and isinstance(claims.get("sid"), str):
            return Subject(self.at.kind, self.at.issuer, "", claims["sid"]), name
        return self._subject(claims), name

    async def _redeemed(
        self, known: _Known, code: str, verifier: str, now: datetime
    ) -> Mapping[str, Any]:
        ours, headers = proof(self.at, known.told, now)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback,
            "code_verifier": verifier,
            **ours,
        }
        answer = await self._fetch(_address(known.told, "token_endpoint"), form, headers)
        if answer is None:
            raise NotProven("code")
        return answer

    async def _read(
        self, token: object, now: datetime, *, types: tuple[str | None, ...]
    ) -> dict[str, Any]:
        """The claims of a token that this provider signed, for us, and that is good now."""
        if not isinstance(token, str) or not token or len(token) > LONGEST_TOKEN:
            raise NotProven("token")
        try:
            read = await self._verified(token, now)
            times = jwt.JWTClaimsRegistry(
                int(now.timestamp()), LEEWAY, exp={"essential": True}, iat={"essential": True}
            )
            times.validate(read.claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise NotProven(type(error).__name__) from error
        claims = read.claims
        if read.header.get("typ") not in types:
            raise NotProven("type")
        if claims.get("iss") != self.at.issuer:
            raise NotProven("issuer")
        if claims.get("aud") not in (self.at.client_id, [self.at.client_id]):
            raise NotProven("audience")
        if claims.get("azp", self.at.client_id) != self.at.client_id:
            raise NotProven("audience")
        return claims

    async def _verified(self, token: str, now: datetime) -> jwt.Token:
        """A key we do not know may be a new one: the keys are asked for once more, now and then."""
        known = await self.learn(now)
        try:
            return jwt.decode(token, _named(known.keys), registry=self._tokens)
        except InvalidKeyIdError:
            known = await self.learn(now, keys=True)
            return jwt.decode(token, _named(known.keys), registry=self._tokens)

    def _subject(self, claims: Mapping[str, Any]) -> Subject:
        """A national number is nobody's name here, not even as a hash: all of them can be tried."""
        name, sid = claims.get("sub"), claims.get("sid")
        if not isinstance(name, str) or not 0 < len(name) <= 255:
            raise NotProven("subject")
        if NATIONAL_NUMBER.fullmatch(name):
            raise NotProven("national_number")
        sid = sid if isinstance(sid, str) else None
        return Subject(self.at.kind, self.at.issuer, name, sid)

    # -- what the provider says of itself -------------------------------------------------------

    async def learn(self, now: datetime, *, keys: bool = False) -> _Known:
        """Ask for what is not known, or is known for too long; with `keys` for those that may be
        new. Raises Away."""
        async with self._asking:
            known = self._known
            if known is None or now - known.since >= KNOWN_FOR:
                told = await self._asked(self.at.issuer.rstrip("/") + WELL_KNOWN)
                if told.get("issuer") != self.at.issuer:
                    raise Away("the provider names another issuer")
                for name in ENDPOINTS:
                    _address(told, name)
                known = _Known(told, await self._keys(told), now, now)
            elif keys and now - known.keys_since >= KEYS_AGAIN:
                known = _Known(known.told, await self._keys(known.told), known.since, now)
            self._known = known
            return known

    async def _keys(self, told: Mapping[str, Any]) -> KeySet:
        found = await self._asked(_address(told, "jwks_uri"))
        usable = [key for key in found.get("keys", ()) if _is_usable(key)]
        try:
            return KeySet.import_key_set({"keys": usable})
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Away("the provider's keys cannot be read") from error

    async def _asked(self, url: str) -> Mapping[str, Any]:
        answer = await self._fetch(url)
        if answer is None:
            raise Away("the provider says nothing of itself")
        return answer


def lines(logins: Sequence[LoginAt], now: datetime) -> list[tuple[str, bool]]:
    """For the operator: whether each provider answers as one does, and whether that is well."""

    async def line(at: LoginAt) -> tuple[str, bool]:
        try:
            await Provider(at, "", fetch).learn(now)
        except Away as error:
            return f"Log in ({at.kind}): the provider is not there ({error}).", False
        return f"Log in ({at.kind}): the provider answers.", True

    return [asyncio.run(line(at)) for at in logins]


def _address(told: Mapping[str, Any], name: str) -> str:
    url = told.get(name)
    if not isinstance(url, str) or not is_safe(url) or not url.isprintable():
        raise Away(f"the provider has no {name}")
    return url


def _is_usable(key: object) -> bool:
    if not isinstance(key, dict) or key.get("kty") not in KEY_TYPES:
        return False
    return key.get("use", "sig") == "sig" and isinstance(key.get("kid"), str)


def _named(keys: KeySet) -> Any:
    """Of several keys the one the token names: a token that names none is not read."""

    def choose(token: Any) -> Any:
        header = token.headers()
        if not isinstance(header.get("kid"), str):
            raise NotProven("no_key_named")
        return keys.get_by_kid(header["kid"])

    return choose


def _with(url: str, given: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(given)}"
