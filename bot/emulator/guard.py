"""Who may knock: this machine only, by its own name, and never on another web page's behalf."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOME = frozenset({"127.0.0.1", "localhost", "::1"})
PAGE_POLICY = (
    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
    "object-src 'none'"
)


class Guard:
    """Refuses foreign Host and Origin headers (DNS rebinding, other pages), sets strict ones."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        refused = _refusal(headers, guarded=scope["path"].startswith(("/sim", "/bot", "/file")))
        if refused is not None:
            await refused(scope, receive, send)
            return

        async def send_strict(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.setdefault("Content-Security-Policy", PAGE_POLICY)
                answer["X-Content-Type-Options"] = "nosniff"
                answer["Referrer-Policy"] = "no-referrer"
                answer["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_strict)


def _refusal(headers: Headers, *, guarded: bool) -> JSONResponse | None:
    host = headers.get("host", "")
    if _name(host) not in HOME:
        return _no(421, "this server answers as 127.0.0.1 or localhost only")
    origin = headers.get("origin")
    if origin is not None and origin != f"http://{host}":
        return _no(403, "this server takes no requests from other pages")
    # A picture or a script tag of another page sends no Origin, but says where it stands.
    if guarded and headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return _no(403, "this server takes no requests from other pages")
    return None


def _name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _no(status: int, error: str) -> JSONResponse:
    return JSONResponse({"error": error}, status)
