"""What a browser posts: small, soon, and JSON or a form; anything else is refused."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from bot.web.guard import LARGEST

SLOWEST = 10.0
MOST_FIELDS = 20


class BadBody(Exception):
    """Refused with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def limited(request: Request, largest: int) -> bytes:
    """The body; BadBody when it is too large, too slow or cut off."""

    async def whole() -> bytes:
        parts: list[bytes] = []
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > largest:
                raise BadBody(413)
            parts.append(part)
        return b"".join(parts)

    try:
        return await asyncio.wait_for(whole(), SLOWEST)
    except (TimeoutError, ClientDisconnect):
        raise BadBody(400) from None


async def fields(request: Request) -> dict[str, str]:
    """The fields of a form or of a JSON object; of each name the last."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await limited(request, LARGEST)
    try:
        if kind == "application/json":
            read = json.loads(body)
        elif kind == "application/x-www-form-urlencoded":
            read = dict(
                parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
            )
        else:
            raise BadBody(415)
    except (ValueError, RecursionError):
        raise BadBody(400) from None
    if not isinstance(read, dict) or not all(isinstance(value, str) for value in read.values()):
        raise BadBody(400)
    return read
