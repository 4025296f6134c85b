"""A browser without a screen: requests straight into the web chat, with cookies, and live events."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

Asgi = Callable[..., Awaitable[None]]
Heard = Callable[[str, str | None, dict[str, Any]], None]


@dataclass
class Reply:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for each, value in self.headers if each == name), "")

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> dict[str, Any]:
        """What a script is answered; nothing where that is no JSON."""
        with contextlib.suppress(ValueError):
            return dict(json.loads(self.body))
        return {}

    @property
    def told(self) -> dict[str, Any]:
        """What the page of the conversation gives its script."""
        begun = self.text.partition('<script type="application/json" id="told">')[2]
        return dict(json.loads(begun.partition("</script>")[0]))


@dataclass
class Browser:
    """One device's cookies. Everything it sends is what a real one would."""

    language: str = "nb"
    cookies: dict[str, str] = field(default_factory=dict)
    origin: str = ""

    async def get(self, app: Asgi, path: str, **headers: str) -> Reply:
        return await self.ask(app, "GET", path, b"", headers)

    async def form(self, app: Asgi, path: str, **given: str) -> Reply:
        kind = {"content-type": "application/x-www-form-urlencoded", "origin": self.origin}
        return await self.ask(app, "POST", path, urlencode(given).encode(), kind)

    async def post(self, app: Asgi, path: str, given: object) -> Reply:
        kind = {"content-type": "application/json", "origin": self.origin}
        return await self.ask(app, "POST", path, json.dumps(given).encode(), kind)

    async def ask(
        self, app: Asgi, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> Reply:
        """One request, whole."""
        reply = Reply(0, [], b"")
        sent = False

        async def receive() -> dict[str, Any]:
            nonlocal sent
            if sent:
                await asyncio.Event().wait()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                reply.status = message["status"]
                reply.headers = [(k.decode(), v.decode()) for k, v in message["headers"]]
            else:
                reply.body += message.get("body", b"")

        await app(self._scope(method, path, headers, len(body)), receive, send)
        self._eat(reply)
        return reply

    async def stream(
        self, app: Asgi, after: int, heard: Heard, cut: asyncio.Event, more: str = ""
    ) -> None:
        """Live events until the server ends them, or the line is cut."""
        left = ""
        headers = {"accept": "text/event-stream", "last-event-id": str(after)}
        asked = False

        async def receive() -> dict[str, Any]:
            nonlocal asked
            if not asked:
                asked = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await cut.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            nonlocal left
            left += message.get("body", b"").decode()
            while "\n\n" in left:
                event, _blank, left = left.partition("\n\n")
                fields = dict(line.split(": ", 1) for line in event.split("\n") if line[:1] != ":")
                if "event" in fields:
                    heard(fields["event"], fields.get("id"), json.loads(fields["data"]))

        with contextlib.suppress(asyncio.CancelledError):
            await app(self._scope("GET", f"/strom?etter={after}{more}", headers, 0), receive, send)

    def _scope(
        self, method: str, path: str, headers: Mapping[str, str], size: int
    ) -> dict[str, Any]:
        path, _mark, query = path.partition("?")
        here = urlsplit(self.origin)
        port = here.port or (443 if here.scheme == "https" else 80)
        told = {"host": here.netloc, "accept-language": self.language}
        if size:
            told["content-length"] = str(size)
        told.update(headers)
        if self.cookies:
            told["cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        told = {name.replace("_", "-"): value for name, value in told.items()}
        return {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
            "scheme": here.scheme, "path": path, "raw_path": path.encode(), "root_path": "",
            "query_string": query.encode(), "server": (here.hostname, port),
            "client": ("192.0.2.1", 50000),
            "headers": [(k.encode(), v.encode()) for k, v in told.items()],
        }  # fmt: skip

    def _eat(self, reply: Reply) -> None:
        for name, value in reply.headers:
            if name == "set-cookie":
                for key, morsel in SimpleCookie(value).items():
                    if morsel["max-age"] == "0":
                        self.cookies.pop(key, None)
                    else:
                        self.cookies[key] = morsel.value
