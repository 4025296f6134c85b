from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from telegram.error import BadRequest, Forbidden, InvalidToken

from bot.channels.outcomes import What, outcome_of
from bot.channels.request import Ambiguous, HttpRequest, NotSent, TooMany
from bot.channels.telegram import Sender
from bot.render import Rendered

TOKEN = "1:DEMO-x"
Answering = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def http(status: int, body: str) -> bytes:
    raw = body.encode()
    return (
        f"HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {len(raw)}\r\n\r\n".encode()
        + raw
    )


def says(answer: bytes) -> Answering:
    async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(answer)
        await writer.drain()

    return answering


class Far:
    """The far end of a line, which answers as told."""

    def __init__(self) -> None:
        self.answering: Answering = says(http(200, "{}"))
        self.heard = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.answering(reader, writer)
        writer.close()
        await writer.wait_closed()


@pytest.fixture
async def far() -> Far:
    return Far()


@pytest.fixture
async def sender(far: Far) -> AsyncIterator[Sender]:
    server = await asyncio.start_server(far.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    sender = Sender(
        TOKEN, HttpRequest(proxies=False), HttpRequest(proxies=False), f"http://127.0.0.1:{port}"
    )
    yield sender
    await sender.stop()
    server.close()
    await server.wait_closed()


def refused(code: int, description: str = "no", **parameters: object) -> bytes:
    body = {"ok": False, "error_code": code, "description": description}
    return http(code, json.dumps(body | ({"parameters": parameters} if parameters else {})))


@pytest.mark.parametrize(
    ("answer", "error", "what"),
    [
        (refused(400, "Bad Request: chat not found"), BadRequest, What.GONE),
        (refused(400, "Bad Request: message is not modified: x"), BadRequest, What.SENT),
        (refused(400, "Bad Request: message can't be edited"), BadRequest, What.NO_TARGET),
        (refused(400, "Bad Request: message to edit not found"), BadRequest, What.VANISHED),
        (refused(400, "Bad Request: query is too old"), BadRequest, What.TOO_LATE),
        (refused(400, "Bad Request: BUTTON_DATA_INVALID"), BadRequest, What.REFUSED),
        (refused(403, "Forbidden: bot was blocked by the user"), Forbidden, What.GONE),
        (refused(401, "Unauthorized"), InvalidToken, What.NOT_SENT),
        (refused(404, "Not Found"), InvalidToken, What.NOT_SENT),
        (refused(429, "Too Many Requests", retry_after=7), TooMany, What.WAIT),
        (refused(429, "Too Many Requests"), TooMany, What.WAIT),
        (http(404, "<html>"), NotSent, What.NOT_SENT),
        (http(403, "<html>"), NotSent, What.NOT_SENT),
        (http(302, ""), NotSent, What.NOT_SENT),
        (refused(500, "Internal Server Error: restart"), Ambiguous, What.AMBIGUOUS),
        (http(502, "<html>Bad Gateway"), Ambiguous, What.AMBIGUOUS),
        (http(200, "<html>"), Ambiguous, What.AMBIGUOUS),
        (http(200, "[]"), Ambiguous, What.AMBIGUOUS),
        (http(200, '{"ok":true}'), Ambiguous, What.AMBIGUOUS),
        (b"", Ambiguous, What.AMBIGUOUS),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", Ambiguous, What.AMBIGUOUS),
        (b"nonsense\r\n\r\n", Ambiguous, What.AMBIGUOUS),
    ],
)
async def test_each_answer_says_what_became_of_the_message(
    far: Far, sender: Sender, answer: bytes, error: type[Exception], what: What
):
    far.answering = says(answer)
    with pytest.raises(error) as raised:
        await sender.send(5, Rendered("hei"))
    assert outcome_of(raised.value).what is what


async def test_asked_to_wait_tells_how_long(far: Far, sender: Sender):
    far.answering = says(refused(429, "Too Many Requests", retry_after=7))
    with pytest.raises(TooMany) as raised:
        await sender.send(5, Rendered("hei"))
    assert outcome_of(raised.value).seconds == 7


async def test_nobody_at_home_means_not_sent():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        sender = Sender(TOKEN, HttpRequest(proxies=False), HttpRequest(), address)
        with pytest.raises(NotSent):
            await sender.send(5, Rendered("hei"))
        await sender.stop()


async def test_a_name_that_does_not_resolve_means_not_sent():
    sender = Sender(TOKEN, HttpRequest(proxies=False), HttpRequest(), "http://telegram.invalid")
    with pytest.raises(NotSent):
        await sender.send(5, Rendered("hei"))
    await sender.stop()


async def test_silence_after_sending_is_ambiguous(far: Far):
    far.answering = says(b"")
    hanging = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hanging.wait()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    request = HttpRequest(proxies=False)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    with pytest.raises(Ambiguous):
        await request.call(url, {}, read_timeout=0.05)
    hanging.set()
    await request.shutdown()
    server.close()
    await server.wait_closed()


async def test_no_error_tells_the_token(far: Far, sender: Sender):
    for answer in (b"", http(502, "x"), http(404, "<html>")):
        far.answering = says(answer)
        with pytest.raises(Exception) as raised:  # noqa: PT011 - whatever it is
            await sender.send(5, Rendered("hei"))
        told = repr(raised.value) + repr(raised.value.__cause__)
        assert TOKEN not in told


async def test_a_file_goes_as_multipart_and_words_as_a_form(far: Far, sender: Sender):
    from bot.attachments import File

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        far.heard = head + await reader.readexactly(length)
        sent = {"message_id": 9, "date": 0, "chat": {"id": 5, "type": "private"}}
        writer.write(http(200, json.dumps({"ok": True, "result": sent})))
        await writer.drain()

    far.answering = listen
    file = File("avtale.ics", "text/calendar", b"BEGIN:VCALENDAR")
    assert await sender.send(5, Rendered("Filen", document=file)) == 9
    assert b"/sendDocument" in far.heard
    assert b"multipart/form-data" in far.heard
    assert b'filename="avtale.ics"' in far.heard
    assert b"BEGIN:VCALENDAR" in far.heard
    assert await sender.send(5, Rendered("å<b>")) == 9
    assert b"application/x-www-form-urlencoded" in far.heard
    assert b"text=%C3%A5%3Cb%3E" in far.heard
    assert b"parse_mode" not in far.heard
