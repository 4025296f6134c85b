"""What a tick, the memory and a start take with few follow-ups stored and with many, in SQLite; and
what jobs take in the usual schedulers.

    python -m tests.bench.growth --many 1000000
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bot.app import App
from bot.clock import SystemClock
from bot.emulator.emulator import Emulator
from bot.store import Store
from models import follow_ups
from models.ladders import LADDERS
from tests.bench import copying, county
from tests.bench.inbound import PEERS, peers_python
from tests.bench.million import followed
from tests.bench.process import cpu, rss
from tests.bench.table import Figure, print_table
from tests.chaos.losbot import Losbot

FEW, MANY = 1_000, 1_000_000
SAME = 1.2
"""Within a fifth."""
TICKS, WARM, STARTS = 60, 10, 3
NAMES = {"jobqueue": "PTB's JobQueue", "jobstore": "APScheduler's job store"}
FEWER = 100_000
"""What of them is also asked of whom `MOST` seconds are too few for all."""
MOST = 180.0


@dataclass(frozen=True)
class Size:
    """`tick_ms` and `start` in the processor's time: others work on this machine too."""

    stored: int
    tick_ms: float
    rss: float
    start: float

    def figures(self, of: str, tick: str) -> list[Figure]:
        return [
            Figure(f"{of}: {tick} with nothing due", self.tick_ms, "ms CPU"),
            Figure(f"{of}: memory", self.rss, "MB"),
            Figure(f"{of}: start until ready", self.start, "s CPU"),
        ]

    def grown(self, few: Size) -> dict[str, float]:
        return {
            "tick": self.tick_ms / few.tick_ms,
            "memory": self.rss / few.rss,
            "start": self.start / few.start,
        }


def measured(folder: Path, wanted: int) -> Size:
    folder.mkdir()
    losbot = Losbot(folder, "http://127.0.0.1:9", f"sqlite:///{folder / 'losbot.db'}")
    losbot.set_up()
    store = losbot.store()
    try:
        now = datetime.now(UTC)
        stencil = county.told(store, now)
        each = store.read_now(followed)
        copying.fill(store.engine, stencil, max(1, round(wanted / each) - 1))
        while sum(store.write_now(follow_ups.take_due, ladder, now) for ladder in LADDERS):
            pass
        tick_ms = 1000 * median(asyncio.run(_ticks(store, now)))
        stored = store.read_now(followed)
    finally:
        store.close()
    starts = [asyncio.run(_start(losbot)) for _each in range(STARTS)]
    size, start = (median(found) for found in zip(*starts, strict=True))
    return Size(stored, tick_ms, size, start)


async def _ticks(store: Store, now: datetime) -> list[float]:
    """Those of a bot that does nothing else."""
    clock = SystemClock()
    telegram = Emulator(clock=clock)
    metronome = App.for_story(telegram, store, clock).metronome
    took = []
    for _each in range(WARM + TICKS):
        began = time.process_time()
        await metronome.tick(now)
        took.append(time.process_time() - began)
    await telegram.close()
    return took[WARM:]


async def _start(losbot: Losbot) -> tuple[float, float]:
    """What `losbot serve` holds, and has taken of the processor, when it says that it is ready."""
    losbot.start()
    try:
        await losbot.ready()
        return rss(losbot.pid), cpu(losbot.pid)
    finally:
        losbot.stop()


def jobs(kind: str, count: int, folder: Path) -> Size:
    """TimeoutExpired when that takes too long."""
    store = folder / f"{kind}{count}.db"
    command = [peers_python(), str(PEERS / "jobs.py")]
    if kind == "jobstore":
        subprocess.run([*command, "fill", str(count), store], check=True, timeout=MOST)
    told = subprocess.check_output([*command, kind, str(count), store], timeout=MOST)
    found: dict[str, float] = json.loads(told)
    return Size(count, found["look_ms"], found["rss"], found["ready"])


def _peer(kind: str, many: int, folder: Path) -> list[Figure]:
    """At the same numbers, or at as many as it can."""
    sizes, late = [jobs(kind, FEW, folder)], []
    try:
        sizes.append(jobs(kind, many, folder))
    except subprocess.TimeoutExpired:
        of = f"{NAMES[kind]}, {many:,} jobs: not ready after"
        late.append(Figure(of, MOST, "s", note=f"so {min(many, FEWER):,} stand for them below"))
        sizes.append(jobs(kind, min(many, FEWER), folder))
    told = [
        f for size in sizes for f in size.figures(f"{NAMES[kind]}, {size.stored:,} jobs", "a look")
    ]
    grown = sizes[1].grown(sizes[0])
    return [
        *late,
        *told,
        *(Figure(f"{NAMES[kind]}, many to few: {w}", x, "x") for w, x in grown.items()),
    ]


def figures(many: int) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="losbot-bench-") as name:
        folder = Path(name)
        few, lots = measured(folder / "few", FEW), measured(folder / "many", many)
        told = [
            f
            for size in (few, lots)
            for f in size.figures(f"{size.stored:,} follow-ups", "a tick")
        ]
        told += [
            Figure(f"many to few: {what}", ratio, "x", most=SAME)
            for what, ratio in lots.grown(few).items()
        ]
        for kind in NAMES:
            told += _peer(kind, many, folder)
    return told


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.bench.growth")
    options.add_argument("--many", type=int, default=MANY)
    return print_table(figures(options.parse_args().many))


if __name__ == "__main__":
    sys.exit(main())
