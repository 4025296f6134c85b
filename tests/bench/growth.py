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
TICKS, STARTS = 15, 3
JOBS = {"jobqueue": (1_000, 10_000, 100_000), "jobstore": (1_000, 10_000, 100_000)}
NAMES = {"jobqueue": "PTB's JobQueue", "jobstore": "APScheduler's job store"}


@dataclass(frozen=True)
class Size:
    stored: int
    tick_ms: float
    rss: float
    start: float
    filled: float


def measured(folder: Path, wanted: int) -> Size:
    folder.mkdir()
    losbot = Losbot(folder, "http://127.0.0.1:9", f"sqlite:///{folder / 'losbot.db'}")
    losbot.set_up()
    store = losbot.store()
    try:
        now = datetime.now(UTC)
        stencil = county.told(store, now)
        each = store.read_now(followed)
        began = time.perf_counter()
        copying.fill(store.engine, stencil, max(1, round(wanted / each) - 1))
        filled = time.perf_counter() - began
        while sum(store.write_now(follow_ups.take_due, ladder, now) for ladder in LADDERS):
            pass
        tick_ms = 1000 * median(_tick(store, now) for _each in range(TICKS))
        stored = store.read_now(followed)
    finally:
        store.close()
    starts = [asyncio.run(_start(losbot)) for _each in range(STARTS)]
    size, start = (median(found) for found in zip(*starts, strict=True))
    return Size(stored, tick_ms, size, start, filled)


def _tick(store: Store, now: datetime) -> float:
    """Nothing is due. In the processor's time: others work on this machine too."""
    began = time.process_time()
    for ladder in LADDERS:
        store.write_now(follow_ups.take_due, ladder, now)
    store.read_now(follow_ups.next_due, LADDERS)
    return time.process_time() - began


async def _start(losbot: Losbot) -> tuple[float, float]:
    """What `losbot serve` holds, and has taken of the processor, when it says that it is ready."""
    losbot.start()
    try:
        await losbot.ready()
        return rss(losbot.pid), cpu(losbot.pid)
    finally:
        losbot.stop()


def jobs(kind: str, count: int, folder: Path) -> dict[str, float]:
    store = folder / f"{kind}{count}.db"
    python, script = peers_python(), str(PEERS / "jobs.py")
    if kind == "jobstore":
        subprocess.run([python, script, "fill", str(count), store], check=True)
    told = [python, script, kind, str(count), store]
    found: dict[str, float] = json.loads(subprocess.check_output(told))
    return found


def figures(many: int) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="losbot-bench-") as name:
        folder = Path(name)
        few, lots = measured(folder / "few", FEW), measured(folder / "many", many)
        told = [
            Figure(f"{size.stored:,} follow-ups: {what}", value, unit)
            for size in (few, lots)
            for what, value, unit in (
                ("a tick with nothing due", size.tick_ms, "ms CPU"),
                ("memory", size.rss, "MB"),
                ("start until ready", size.start, "s CPU"),
            )
        ]
        for what, ratio in {
            "tick": lots.tick_ms / few.tick_ms, "memory": lots.rss / few.rss,
            "start": lots.start / few.start,
        }.items():  # fmt: skip
            told.append(Figure(f"many to few: {what}", ratio, "x", most=SAME))
        for kind, counts in JOBS.items():
            for count in counts:
                found = jobs(kind, count, folder)
                told.append(
                    Figure(f"{NAMES[kind]}, {count:,} jobs: memory", found["rss"], "MB",
                           note=f"ready in {found['ready']:.2f} s, a look {found['look_ms']:.2f} ms")
                )  # fmt: skip
    return told


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.bench.growth")
    options.add_argument("--many", type=int, default=MANY)
    return print_table(figures(options.parse_args().many))


if __name__ == "__main__":
    sys.exit(main())
