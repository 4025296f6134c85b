"""Who may knock on the web chat: by the municipality's own address, from its own pages only."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
STRICT = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # 'no-referrer' would take the Origin from our own forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "X-Robots-Tag": "noindex",
}
SAFE = ("GET", "HEAD")
LARGEST = 64 * 1024
"""No request to the web chat has a larger body."""


class Guard:
    """Refuses what does not come from our own pages, before anything is read of it."""

    def __init__(self, app: ASGIApp, origin: str, machines: Collection[str] = ()) -> None:
        """`machines`: paths to which programs post, that are no browsers and come from nowhere."""
        self._app = app
        self._machines = machines
        self._origin = origin
        self._host = urlsplit(origin).netloc
        self._secure = origin.startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return

        async def send_strict(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in STRICT.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                if self._secure:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        status = self._refusal(scope)
        if status is not None:
            await PlainTextResponse("", status)(scope, receive, send_strict)
            return
        await self._app(scope, receive, send_strict)

    def _refusal(self, scope: Scope) -> int | None:
        headers = Headers(scope=scope)
        if headers.getlist("host") != [self._host]:
            return 421
        if not headers.get("content-length", "0").isdecimal():
            return 400
        if int(headers.get("content-length", "0")) > LARGEST:
            return 413
        site = headers.get("sec-fetch-site")
        if scope["method"] not in SAFE:
            # A browser names the page every such request comes from; who names none is none.
            ours = headers.get("origin") == self._origin and site in (None, "same-origin")
            return None if ours or scope["path"] in self._machines else 403
        # A link from elsewhere may open a page, but nothing else of ours can be taken in there.
        if site == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            return 403
        return None
