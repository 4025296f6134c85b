"""Request bodies as bots send them: urlencoded, multipart or JSON, never larger than allowed."""

from __future__ import annotations

import json
from email.message import Message as Headers
from email.parser import HeaderParser
from urllib.parse import parse_qsl

from starlette.requests import Request

from bot.emulator.rules import Rejected, bad
from bot.emulator.state import File

API_LIMIT = 50 * 1024 * 1024
SIM_LIMIT = 1024 * 1024
UNKNOWN_KIND = "application/octet-stream"


class TooLarge(Exception):
    """The body is over the limit; the rest of it was not read."""


async def read_limited(request: Request, limit: int) -> bytes:
    """The whole body; ClientDisconnect if it breaks off, so that no half call is carried out."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise TooLarge
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)


async def read_call(request: Request) -> tuple[dict[str, object], dict[str, File]]:
    """Parameters and files of a Bot API call. Rejected says what Telegram would."""
    try:
        body = await read_limited(request, API_LIMIT)
    except TooLarge:
        raise Rejected(413, "Request Entity Too Large") from None
    values: dict[str, object] = dict(_urlencoded(request.url.query.encode()))
    if not body:
        return values, {}
    headers = _headers("content-type", request.headers.get("content-type", ""))
    kind = headers.get_content_type()
    if kind == "multipart/form-data":
        return _multipart(values, body, str(headers.get_param("boundary") or ""))
    if kind == "application/json":
        return values | _json(body), {}
    return values | dict(_urlencoded(body)), {}


def _headers(name: str, value: str) -> Headers:
    headers = Headers()
    headers[name] = value
    return headers


def _urlencoded(raw: bytes) -> list[tuple[str, str]]:
    # What is not UTF-8 becomes lone surrogates, which the gateway refuses in Telegram's words.
    return parse_qsl(
        raw.decode("ascii", "surrogateescape"), keep_blank_values=True, errors="surrogateescape"
    )


def _json(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body)
    except ValueError:
        raise bad("can't parse request body as JSON") from None
    if not isinstance(value, dict):
        raise bad("can't parse request body: expected an Object")
    return value


def _multipart(
    values: dict[str, object], body: bytes, boundary: str
) -> tuple[dict[str, object], dict[str, File]]:
    files: dict[str, File] = {}
    if not boundary:
        raise bad("can't find boundary of the multipart body")
    # The first delimiter has no line break before it; with one added, all look the same.
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:]:
        if part.startswith(b"--"):
            break
        head, _, content = part.partition(b"\r\n\r\n")
        headers = HeaderParser().parsestr(head.lstrip().decode("utf-8", "replace"))
        name = headers.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            continue
        filename = headers.get_filename()
        if filename is None:
            values[name] = content.decode("utf-8", "surrogateescape")
        else:
            kind = headers.get_content_type()
            files[name] = File(filename, content, kind if kind.isascii() else UNKNOWN_KIND)
    return values, files
