"""Whatever goes wrong on the line, we listen again within a minute of its being right again.

Over real sockets. What would be long waiting, for an answer or before the next try, is done by
pushing the clock: only while nothing else can happen.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.channels import Said
from bot.channels.request import Ambiguous, HttpRequest, RequestData
from bot.channels.telegram import Sender
from bot.clock import ManualClock
from bot.emulator.cast import DEMO_TOKEN
from bot.intake import Intake
from bot.polling import Polling
from bot.store import Store
from models import inbox
from tests.bot.test_intake import message
from tests.bot.test_request import refused

LONGEST = timedelta(seconds=60)
MANY = 12
"""So often it goes wrong: more often than the wait between two tries grows."""


def page(status: int, body: str) -> bytes:
    raw = body.encode()
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(raw)}\r\n\r\n".encode() + raw


ME = {"id": 1, "is_bot": True, "first_name": "Los", "username": "losbot_demo_bot"}


class Line:
    """The far end: a Telegram with one update, on kept connections, until something is wrong."""

    def __init__(self) -> None:
        self.update: dict[str, Any] | None = message(1, "før")
        self.wrong: bytes | None = None
        """What is answered instead; nothing at all is a black hole."""
        self.left = 0
        self.answers_others = False
        """While polling goes wrong, everything else that is asked is answered."""
        self.swallowed = asyncio.Event()
        """A request came that is never answered."""
        self.dead: set[asyncio.StreamWriter] = set()
        self.open: set[asyncio.StreamWriter] = set()
        self.mended: Callable[[], None] = lambda: None
        self._server: asyncio.Server | None = None
        self.port = 0

    async def up(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self.open:
            writer.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open.add(writer)
        try:
            while request := await self._request(reader):
                if "/getupdates" not in request:
                    if not self.answers_others:
                        break
                    writer.write(page(200, json.dumps({"ok": True, "result": ME})))
                elif writer in self.dead:
                    self.swallowed.set()
                elif self.left:
                    await self._go_wrong(writer)
                else:
                    await self._answer(writer, request)
        except ConnectionError:
            pass
        finally:
            self.open.discard(writer)
            writer.close()

    async def _request(self, reader: asyncio.StreamReader) -> str:
        """What was asked for and posted, or nothing when the other end has gone."""
        with contextlib.suppress(asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(head.partition("content-length:")[2].split("\r\n")[0])
            return f"{head.splitlines()[0]}\n{(await reader.readexactly(length)).decode()}"
        return ""

    async def _go_wrong(self, writer: asyncio.StreamWriter) -> None:
        self.left -= 1
        if not self.left:
            self.mended()
        if self.wrong is None:
            self.dead.add(writer)
            self.swallowed.set()
        else:
            writer.write(self.wrong)
            await writer.drain()

    async def _answer(self, writer: asyncio.StreamWriter, request: str) -> None:
        form = request.partition("\n")[2]
        offset = int(dict(pair.split("=") for pair in form.split("&"))["offset"])
        if self.update is not None and offset > self.update["update_id"]:
            self.update = None
        while self.update is None and writer not in self.dead and not self.left:
            await asyncio.sleep(0.001)  # a long poll
        if writer in self.dead:
            self.swallowed.set()
        elif self.left:
            await self._go_wrong(writer)
        else:
            writer.write(page(200, json.dumps({"ok": True, "result": [self.update]})))
            await writer.drain()


class OnClock(HttpRequest):
    """Gives up on an answer when the house's clock says so."""

    def __init__(self, clock: ManualClock, line: Line) -> None:
        super().__init__(connections=4, proxies=False)
        self._clock = clock
        self._line = line
        self.under_way = False

    async def _exchange(
        self, url: str, data: RequestData | None, connect: float, read: float
    ) -> tuple[int, bytes]:
        self._line.swallowed.clear()
        self.under_way = True
        exchange = asyncio.create_task(super()._exchange(url, data, 60, 60))
        patience = asyncio.create_task(self._clock.sleep(2 * connect + read))  # the longest it may
        try:
            await asyncio.wait({exchange, patience}, return_when=asyncio.FIRST_COMPLETED)
            if exchange.done():
                return exchange.result()
            raise Ambiguous("TimeoutError")
        finally:
            for task in (exchange, patience):
                task.cancel()
            await asyncio.gather(exchange, patience, return_exceptions=True)
            self.under_way = False


class Ear:
    """The bot's end: the real intake, asking over the line."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.clock = ManualClock(now)
        self.line = Line()
        self.heard: list[str] = []
        self.mended_at: datetime | None = None
        self.line.mended = self.mend
        self._store = store

    async def start(self) -> None:
        await self.line.up()
        self.request = OnClock(self.clock, self.line)
        address = f"http://127.0.0.1:{self.line.port}"
        self.sender = Sender(DEMO_TOKEN, HttpRequest(proxies=False), self.request, address)
        self.intake = Intake(self._store, self.sender, self.clock, self._hear)
        self.polling = Polling(self.sender, self.clock, self.intake)
        self.polling.start()

    async def stop(self) -> None:
        await self.polling.stop()
        await self.intake.stop()
        await self.sender.stop()
        await self.line.down()

    def _hear(self, session: Session, said: Said, now: datetime) -> None:
        if inbox.first_time(session, said.channel, said.update_id, now):
            self.heard.append(said.typed)

    def mend(self) -> None:
        self.mended_at = self.clock.now()
        self.line.update = message(2, "etter")

    async def until(self, true: Callable[[], object]) -> None:
        """The clock moves while a request is never answered, and between two tries."""
        async with asyncio.timeout(20):
            while not true():
                wake = self.clock.next_wake()
                waits = self.line.swallowed.is_set() or not self.request.under_way
                if waits and wake is not None:
                    self.clock.move_to(wake)
                await asyncio.sleep(0.001)

    async def hears_again(self) -> timedelta:
        """How long after it was right again what had come was heard."""
        await self.until(lambda: "etter" in self.heard)
        assert self.heard == ["før", "etter"]
        assert self.mended_at is not None
        return self.clock.now() - self.mended_at


@pytest.fixture
async def ear(store: Store, now: datetime) -> AsyncIterator[Ear]:
    ear = Ear(store, now)
    await ear.start()
    await ear.until(lambda: ear.heard and ear.line.update is None)
    yield ear
    await ear.stop()


OTHER_POLLER = "Conflict: terminated by other getUpdates request"


@pytest.mark.parametrize(
    ("wrong", "times"),
    [
        pytest.param(page(404, "<html>404 Not Found</html>"), MANY, id="a proxy's 404"),
        pytest.param(refused(404, "Not Found"), MANY, id="Telegram's 404"),
        pytest.param(refused(401, "Unauthorized"), MANY, id="401"),
        pytest.param(refused(409, OTHER_POLLER), 100, id="409, a hundred times"),
        pytest.param(page(502, "<html>Bad Gateway</html>"), MANY, id="502"),
        pytest.param(None, MANY, id="a black hole"),
    ],
)
async def test_we_listen_again_within_a_minute(ear: Ear, wrong: bytes | None, times: int):
    ear.line.wrong, ear.line.left = wrong, times
    moved = ear.polling.moved
    assert await ear.hears_again() <= LONGEST
    assert ear.polling.moved - moved > times  # nobody to end, however long it lasts


async def test_a_line_that_only_looks_open_is_given_up_within_a_minute(ear: Ear):
    """The far end has forgotten our connection; a new one would be answered."""
    ear.line.dead.update(ear.line.open)
    ear.mend()
    assert await ear.hears_again() <= LONGEST


async def test_when_nobody_was_at_home_we_listen_again_within_a_minute(ear: Ear):
    await ear.line.down()
    failed = ear.intake.counts["poll_failed"]
    await ear.until(lambda: ear.intake.counts["poll_failed"] >= failed + MANY)
    await ear.line.up()
    ear.mend()
    assert await ear.hears_again() <= LONGEST


async def test_who_alone_hears_nothing_on_a_good_line_stands_still(ear: Ear):
    """And is ended by the watchdog, which knows by `moved`."""
    ear.line.wrong, ear.line.left, ear.line.answers_others = None, 1000, True
    await ear.until(lambda: ear.intake.counts["poll_failed"] == 3)
    moved, since = ear.polling.moved, ear.clock.now()
    await ear.until(lambda: ear.clock.now() - since > 3 * LONGEST)
    assert ear.polling.moved == moved
    ear.line.left = 1
    await ear.hears_again()
    assert ear.polling.moved > moved


async def test_who_is_told_to_wait_long_does_not_stand_still(ear: Ear):
    ear.line.wrong, ear.line.left = refused(429, "Too Many", retry_after=600), 1
    failed = ear.intake.counts["poll_failed"]
    await ear.until(lambda: ear.intake.counts["poll_failed"] > failed)
    for _minute in range(9):
        moved, since = ear.polling.moved, ear.clock.now()
        await ear.until(lambda since=since: ear.clock.now() - since >= LONGEST)
        assert ear.polling.moved > moved
    assert "etter" not in ear.heard
    await ear.hears_again()
