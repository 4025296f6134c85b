"""The web chat with many pages open: how long a tap takes until its card stands on the page.

    python -m tests.bench.streams                 500 pages, a tap every 20 s from each, for a minute
    python -m tests.bench.streams --people 100    fewer

`losbot serve` as a process of its own, on SQLite, with everyone's page open over server-sent events;
those who press are another process on the same machine, so its cores are shared with them. Everyone
comes from an address of their own, as through a proxy. Telegram is away, which is nothing to them.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy.orm import Session

from bot.web import seats
from tests.bench.__main__ import _times
from tests.bench.demo import Demo
from tests.bench.table import Figure, print_table, share_of
from tests.bench.walking import LAST, WALK
from tests.chaos.losbot import Losbot

GOAL = 300
SLOWEST = 30.0
FOREVER = aiohttp.ClientTimeout(total=None, sock_read=None)


@dataclass
class Page:
    """One person with the chat open. `seconds`: from each tap to its card."""

    web: aiohttp.ClientSession
    token: str
    address: str
    seconds: list[float] = field(default_factory=list)
    messages: dict[int, Any] = field(default_factory=dict)
    proof: str = ""
    change: int = 0
    lost: int = 0

    def __post_init__(self) -> None:
        self._changed = asyncio.Event()
        self.headers = {"Cookie": f"losbot={self.token}", "X-Forwarded-For": self.address}

    async def load(self) -> None:
        async with self.web.get("/", headers=self.headers) as answer:
            answer.raise_for_status()
            page = await answer.text()
        told = json.loads(page.partition('id="told">')[2].partition("</script>")[0])
        self.proof, self.change = told["proof"], told["change"]

    async def listen(self, opened: asyncio.Event) -> None:
        """The live page, until it is cancelled; a line that is cut is counted and opened again."""
        while True:
            path = f"/strom?etter={self.change}"
            with contextlib.suppress(aiohttp.ClientError):
                async with self.web.get(path, headers=self.headers, timeout=FOREVER) as stream:
                    opened.set()
                    await self._hear(stream)
            self.lost += 1
            await asyncio.sleep(1)

    async def _hear(self, stream: aiohttp.ClientResponse) -> None:
        kind = ""
        async for line in stream.content:
            if line.startswith(b"event: "):
                kind = line[7:].strip().decode()
            elif line.startswith(b"id: "):
                self.change = int(line[4:])
            elif line.startswith(b"data: ") and kind == "chat":
                for message in json.loads(line[6:])["messages"]:
                    self.messages[message["message_id"]] = message
                self._changed.set()

    async def walk(self, dice: random.Random, thinks: float) -> None:
        """Once through /los, and again, until it is cancelled; the last press is never made, for
        nobody may ask so often."""
        await asyncio.sleep(thinks * dice.random())
        while True:
            await self._say(words="/los")
            question = await self._question(None)
            for step in WALK:
                await asyncio.sleep(thinks * dice.uniform(0.5, 1.5))
                began = time.perf_counter()
                number, data = question["message_id"], _data(question, step)
                press = asyncio.create_task(self._say(press=f"{number} {data}"))
                question = await self._question(question)
                self.seconds.append(time.perf_counter() - began)
                await press
            _data(question, LAST)  # it came to its end
            await self._say(words="/avbryt")
            await self._settled()

    async def _say(self, **body: str) -> None:
        given = {**body, "proof": self.proof, "nonce": secrets.token_hex(8)}
        async with self.web.post("/si", json=given, headers=self.headers) as answer:
            answer.raise_for_status()

    async def _question(self, before: Any) -> Any:
        """The newest question, once it is another than `before`."""
        async with asyncio.timeout(SLOWEST):
            while True:
                keyed = [m for _n, m in sorted(self.messages.items()) if m["inline_keyboard"]]
                if keyed and keyed[-1] != before:
                    return keyed[-1]
                self._changed.clear()
                await self._changed.wait()

    async def _settled(self) -> None:
        async with asyncio.timeout(SLOWEST):
            while any(message["inline_keyboard"] for message in self.messages.values()):
                self._changed.clear()
                await self._changed.wait()


def _data(question: Any, label: str) -> str:
    keys = [key for row in question["inline_keyboard"] for key in row]
    return str(next(key["callback_data"] for key in keys if key["text"].startswith(label)))


def _sit_down(session: Session, people: int) -> list[str]:
    now = datetime.now(UTC)
    return [seats.begin(session, "web", f"Elev {n}", "nb", "", now) for n in range(people)]


@dataclass
class Measured:
    """One run."""

    seconds: list[float]
    cpu: float  # of one core
    rss: float
    lost: int


async def _measure(bot: Losbot, url: str, people: int, thinks: float, length: float) -> Measured:
    store = bot.store()
    tokens = store.write_now(_sit_down, people)
    store.close()
    process = Demo(url, bot.pid, 0)
    limits = aiohttp.TCPConnector(limit=0, keepalive_timeout=3)  # before the server hangs up
    headers = {"Origin": url}
    async with aiohttp.ClientSession(url, connector=limits, headers=headers) as web:
        pages = [
            Page(web, token, f"10.0.{number // 250}.{number % 250 + 1}")
            for number, token in enumerate(tokens)
        ]
        tasks = [asyncio.create_task(_open(page)) for page in pages]
        lines = await asyncio.gather(*tasks)
        dice = random.Random(4)
        walks = [asyncio.create_task(page.walk(dice, thinks)) for page in pages]
        await asyncio.sleep(thinks)  # until everyone has begun
        for page in pages:
            page.seconds.clear()
        before, began = process.cpu(), time.perf_counter()
        done, _going = await asyncio.wait(
            walks, timeout=length, return_when=asyncio.FIRST_EXCEPTION
        )
        cpu = (process.cpu() - before) / (time.perf_counter() - began)
        for task in (*walks, *lines):
            task.cancel()
        for task in done:
            task.result()
        seconds = [second for page in pages for second in page.seconds]
        return Measured(seconds, cpu, process.rss(), sum(page.lost for page in pages))


async def _open(page: Page) -> asyncio.Task[None]:
    await page.load()
    opened = asyncio.Event()
    line = asyncio.create_task(page.listen(opened))
    await opened.wait()
    return line


async def _run(people: int, thinks: float, length: float, runs: int) -> list[Figure]:
    bare = statistics.median(_times([sys.executable, "-c", "pass"], 7))
    found = []
    for _run in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            bot = Losbot(
                Path(folder), "http://127.0.0.1:9", f"sqlite:///{folder}/losbot.db", web=True
            )
            bot.set_up()
            bot.start()
            try:
                await bot.ready()
                found.append(await _measure(bot, bot.url, people, thinks, length))
            finally:
                bot.stop()
    return _figures(found, bare, people, thinks)


def _figures(found: Sequence[Measured], bare: float, people: int, thinks: float) -> list[Figure]:
    def ms(share: float) -> float:
        return 1000 * statistics.median(share_of(each.seconds, share) for each in found)

    each = ", ".join(f"{1000 * share_of(run.seconds, 0.95):.0f}" for run in found)
    taps = len(found[0].seconds)
    told = f"{people} pages, {taps} taps, one in {thinks:g} s from each"
    busy = os.getloadavg()[0]
    return [
        Figure("a bare interpreter starts", bare * 1000, "ms", note=f"load average {busy:.1f}"),
        Figure("tap to card, p50", ms(0.5), "ms", note=told),
        Figure("tap to card, p95", ms(0.95), "ms", most=GOAL, note=f"p95 of each run: {each}"),
        Figure("tap to card, p99", ms(0.99), "ms"),
        Figure("the process, of one core", 100 * statistics.median(r.cpu for r in found), "%"),
        Figure("the process holds", statistics.median(r.rss for r in found), "MB"),
        Figure("lines that were cut", sum(run.lost for run in found), "", most=0),
    ]


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.bench.streams")
    options.add_argument("--people", type=int, default=500)
    options.add_argument("--thinks", type=float, default=20)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--runs", type=int, default=1)
    chosen = options.parse_args()
    figures = asyncio.run(_run(chosen.people, chosen.thinks, chosen.seconds, chosen.runs))
    return print_table(figures)


if __name__ == "__main__":
    sys.exit(main())
