"""Whatever is posted to the webhook that is no update: a quick refusal, no work, no trace of the
program, and nothing of it in any log."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import logging
import time

import pytest

from bot.web import bodies
from bot.web.face import SECRET_HEADER
from tests.bot.test_web import HOOK, SECRET, Face, face, update

__all__ = ["face"]

CANARY = "kanarifugl"
WITH = {SECRET_HEADER: SECRET}
WITHOUT = {SECRET_HEADER: f"not-{SECRET}"}
WORDS = update(1, f"/start {CANARY}")
LARGE = b'{"update_id":1,"x":"' + CANARY.encode() + b"x" * 5_000_000 + b'"}'
ZIPPED = {**WITH, "Content-Encoding": "gzip"}
CHUNKED = {**WITH, "Transfer-Encoding": "chunked"}

REFUSED = {
    "another secret": (WITHOUT, WORDS, 403),
    "no secret and much to read": ({}, LARGE, 403),
    "five megabytes": (WITH, LARGE, 413),
    "packed": (ZIPPED, gzip.compress(WORDS), 400),
    "a bomb": (ZIPPED, gzip.compress(b" " * 50_000_000), 400),
    "a list": (WITH, f'["{CANARY}"]'.encode(), 400),
    "a deep object": (WITH, b'{"a":' * 100_000, 400),
    "a form": (WITH, f"update_id=1&text={CANARY}".encode(), 400),
    "bytes": (WITH, bytes(range(256)), 400),
    "a number without end": (WITH, b'{"update_id":' + b"9" * 10_000 + b"}", 400),
    "chunks that are none": (CHUNKED, f"zz\r\n{CANARY}\r\n0\r\n\r\n".encode(), 400),
}
IGNORED = {
    "nothing in it": b"{}",
    "an id that is no number": f'{{"update_id":"{CANARY}"}}'.encode(),
    "an id below nought": b'{"update_id":-1}',
    "an id beyond all": b'{"update_id":1e400}',
    "an id that is true": b'{"update_id":true}',
}
"""Taken, so that Telegram does not send it for ever, and left alone."""


class Caller:
    """Posts byte by byte what no client would."""

    def __init__(self, face: Face, seen: pytest.LogCaptureFixture) -> None:
        self.face = face
        self._seen = seen
        self._port = int(face.base.rpartition(":")[2])

    async def say(
        self, headers: dict[str, str], body: bytes, *, method: str = "POST", length: int = -1
    ) -> tuple[int, float]:
        """The status of the answer and how long it took; nought when there is none."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        lines = [f"{method} {HOOK} HTTP/1.1", "Host: bot.example", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if "Transfer-Encoding" not in headers:
            lines.append(f"Content-Length: {len(body) if length < 0 else length}")
        began = time.monotonic()
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        status = b""
        with contextlib.suppress(ConnectionError):
            status = await asyncio.wait_for(reader.readline(), 5)
        took = time.monotonic() - began
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        return int(status.split()[1]) if status else 0, took

    async def left_no_trace(self, capfd: pytest.CaptureFixture[str]) -> None:
        figures = await self.face.app.figures()
        assert not [name for name in figures if name.startswith("outbox_rows")]
        assert self.face.app.intake.counts["handled"] == 0
        assert self.face.app.intake.counts["parked"] == 0
        told = "".join([*capfd.readouterr(), self._seen.text])
        assert CANARY not in told
        assert "Traceback" not in told


@pytest.fixture
def caller(face: Face, caplog: pytest.LogCaptureFixture) -> Caller:
    caplog.set_level(logging.DEBUG)
    return Caller(face, caplog)


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_no_update_is_refused_at_once(caller: Caller, capfd, name: str):
    headers, body, status = REFUSED[name]
    answered, took = await caller.say(headers, body)
    assert answered == status
    assert took < 2
    await caller.left_no_trace(capfd)


@pytest.mark.parametrize("name", IGNORED)
async def test_what_has_no_number_is_taken_and_left_alone(caller: Caller, capfd, name: str):
    answered, _took = await caller.say(WITH, IGNORED[name])
    assert answered == 200
    await caller.left_no_trace(capfd)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
async def test_it_is_posted_or_not_heard(caller: Caller, capfd, method: str):
    answered, _took = await caller.say(WITH, WORDS, method=method)
    assert answered == 405
    await caller.left_no_trace(capfd)


async def test_bytes_that_never_come_are_not_waited_for(caller: Caller, capfd, monkeypatch):
    monkeypatch.setattr(bodies, "SLOWEST", 0.2)
    answered, took = await caller.say(WITH, WORDS, length=len(WORDS) + 1)
    assert answered == 400
    assert took < 2
    await caller.left_no_trace(capfd)


async def test_without_the_secret_they_are_not_waited_for_at_all(caller: Caller, capfd):
    answered, took = await caller.say({}, WORDS, length=len(WORDS) + 1)
    assert answered == 403
    assert took < bodies.SLOWEST / 2
    await caller.left_no_trace(capfd)
