"""A small login provider on loopback, over real HTTP, that does as it is told: well, or badly."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp import web
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

CLIENT, SECRET = "losbot", "not-much-of-a-secret:&="
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"

Twist = Callable[[dict[str, Any], dict[str, Any]], None]
Signs = Callable[[dict[str, Any], dict[str, Any]], str]


@cache
def rsa(name: str) -> RSAKey:
    """A key by its name; made once a run, for it takes a while."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


@cache
def ec(name: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": name, "use": "sig"})


def _joined(*parts: bytes) -> str:
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return _joined(
        json.dumps({**header, "alg": "none"}).encode(), json.dumps(claims).encode(), b""
    )


def by_public_key(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """HS256 with the public key's own bytes as what is shared."""
    shared = rsa("one").as_pem(private=False)
    parts = json.dumps({**header, "alg": "HS256"}).encode(), json.dumps(claims).encode()
    return _joined(*parts, hmac.digest(shared, _joined(*parts).encode(), "sha256"))


def forged(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """By a key of somebody else's that goes by the name of theirs."""
    return jwt.encode({**header, "alg": "RS256"}, claims, rsa("another"))


def signed_with(key: Any, alg: str) -> Signs:
    """By some key and algorithm, whatever the header says."""
    allowed = jws.JWSRegistry(algorithms=[alg])
    return lambda header, claims: jwt.encode({**header, "alg": alg}, claims, key, registry=allowed)


@dataclass
class Pretender:
    """One person at a time has just typed their password here: `who`."""

    clock: Any
    who: str = "the-rektor"
    level: str | None = "high"
    issuer: str = ""
    key: Any = field(default_factory=lambda: rsa("one"))
    published: list[Any] = field(default_factory=lambda: [rsa("one")])
    twist: Twist | None = None  # what is changed in an id token's header and claims
    signs: Signs | None = None
    metadata: dict[str, Any] = field(default_factory=dict)  # what it says otherwise of itself
    down: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)  # logins
    fetched: list[str] = field(default_factory=list)  # paths
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    async def start(self) -> web.AppRunner:
        app = web.Application(middlewares=[self._seen])
        app.router.add_get("/.well-known/openid-configuration", self._tells)
        app.router.add_get("/keys", self._keys)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/token", self._token)
        app.router.add_get("/bye", self._bye)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.issuer = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    @web.middleware
    async def _seen(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.fetched.append(request.path)
        if self.down:
            return web.Response(status=500, text="<h1>no</h1>")
        return await handler(request)

    async def _tells(self, request: web.Request) -> web.Response:
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/bye",
        }
        told.update(self.metadata)
        return web.json_response({k: v for k, v in told.items() if v is not None})

    async def _keys(self, request: web.Request) -> web.Response:
        return web.json_response(KeySet(self.published).as_dict(private=False))

    async def _authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        self.asked.append(asked)
        code = base64.urlsafe_b64encode(hashlib.sha256(asked["state"].encode()).digest()).decode()
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return web.Response(status=303, headers={"Location": f"{asked['redirect_uri']}?{back}"})

    async def _bye(self, request: web.Request) -> web.Response:
        back = request.query["post_logout_redirect_uri"]
        return web.Response(status=303, headers={"Location": back})

    async def _token(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        asked = self.codes.pop(str(form["code"]), None)
        verified = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        challenge = base64.urlsafe_b64encode(verified).decode().rstrip("=")
        good = asked is not None and asked["code_challenge"] == challenge
        if (
            not good
            or not self._is_client(request, form)
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return web.json_response({"error": "invalid_grant"}, status=400)
        token = self.id_token(nonce=asked["nonce"])
        told = {"access_token": "x", "token_type": "Bearer", "id_token": token}
        return web.json_response(told)

    def _is_client(self, request: web.Request, form: dict[str, Any]) -> bool:
        if "client_assertion" in form:
            claims = jwt.decode(str(form["client_assertion"]), ec("ours")).claims
            return claims["iss"] == claims["sub"] == CLIENT and claims["aud"] == self.issuer
        given = request.headers["Authorization"].removeprefix("Basic ")
        pair = base64.b64decode(given).decode().partition(":")
        read = parse_qs(f"id={pair[0]}&secret={pair[2]}")
        return read == {"id": [CLIENT], "secret": [SECRET]}

    def id_token(self, **claims: Any) -> str:
        now = int(self.clock.now().timestamp())
        told = {
            "iss": self.issuer, "aud": CLIENT, "sub": self.who, "iat": now, "exp": now + 120,
            "acr": self.level, "sid": f"sid of {self.who}", **claims,
        }  # fmt: skip
        return self._signed({"kid": self.key.kid}, told, self.twist)

    def logout_token(self, twist: Twist | None = None) -> str:
        now = int(self.clock.now().timestamp())
        told = {
            "iss": self.issuer, "aud": CLIENT, "sub": self.who, "iat": now, "exp": now + 120,
            "jti": "bye-1", "events": {LOGOUT: {}},
        }  # fmt: skip
        return self._signed({"kid": self.key.kid, "typ": "logout+jwt"}, told, twist)

    def _signed(self, header: dict[str, Any], claims: dict[str, Any], twist: Twist | None) -> str:
        if twist is not None:
            twist(header, claims)
        if self.signs is not None:
            return self.signs(header, claims)
        alg = "ES256" if self.key.key_type == "EC" else "RS256"
        return jwt.encode({"alg": alg, **header}, claims, self.key)


def path_of(url: str) -> str:
    """What a browser asks its host for."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"
