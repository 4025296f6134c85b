"""A consent tap: heard, durably written down and answered. losbot and what one would pick instead.

    python -m tests.bench.inbound --runs 3

All poll the same pretend Telegram, in turn, each a process of its own on one core. What losbot and
those that store something have left behind is counted afterwards.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench import telegram, town
from tests.bench.process import cpu, keep_on, rss
from tests.bench.table import Figure, print_table
from tests.bench.telegram import Load, NotMeasured, Telegram
from tests.chaos.losbot import Losbot

PEERS = Path(__file__).with_name("peers")
CORE = 0
FAMILIES, PEERS_TAPS = 1500, 40_000
UNHURRIED = {"LOSBOT_PACE_BROADCASTS": "1000000", "LOSBOT_PACE_REPLIES": "1000000"}
"""As fast as it goes: the pace that Telegram asks for is another bench's."""

LOSBOT = "losbot"
PTB, AIOGRAM, ORM, FLOOR = (
    "(a) python-telegram-bot, default", "(b) aiogram", "(c) aiogram and async ORM",
    "(d) no library",
)  # fmt: skip
STORING = (LOSBOT, ORM, FLOOR)
SCRIPTS = {
    PTB: "ptb_default.py",
    AIOGRAM: "aiogram_plain.py",
    ORM: "aiogram_orm.py",
    FLOOR: "floor.py",
}
FAST = Load("as fast as it goes")
SLOW_API = Load("an API that takes 50 ms", window=128, delay=0.05)
STEADY = Load("50 taps a second", rate=50, warm=100, seconds=10)
ON_THE_WAY = 25
"""So many may have been tapped in the last half second; else those that were never answered would be
missing in the figures of how long it took."""
GOALS = {PTB: 1.5, ORM: 4.0, AIOGRAM: 0.9}


@dataclass(frozen=True)
class Run:
    rate: float
    cpu_ms: float  # of the bot for an update
    p50: float  # ms from the tap until it is answered and the card is changed
    p99: float
    rss: float
    stub_us: float  # of the pretend Telegram for an update
    lost: int  # answered, and not in the store
    repeats: int
    unanswered: int  # tapped, and not answered when the time was over


class Ground:
    """What every run begins with, made once."""

    def __init__(self, folder: Path, families: int = FAMILIES, python: str | None = None) -> None:
        self.folder = folder
        self.python = peers_python() if python is None else python
        self._losbot = folder / "losbot"
        self._losbot.mkdir()
        losbot = Losbot(self._losbot, "http://127.0.0.1:9", self._url(self._losbot))
        losbot.set_up()
        store = losbot.store()
        asked = town.asked_families(store, families, datetime.now(UTC))
        store.close()
        telegram.write_updates(self._updates(LOSBOT), town.mothers(asked), town.FIRST)
        plain = ((town.MOTHERS + n, f"consent:yes:{n + 1}") for n in range(PEERS_TAPS))
        telegram.write_updates(self._updates(PTB), plain, town.FIRST)
        fill_peers(folder / "peers.db", PEERS_TAPS)

    def _updates(self, bot: str) -> Path:
        return self.folder / ("losbot.jsonl" if bot == LOSBOT else "peers.jsonl")

    @staticmethod
    def _url(folder: Path) -> str:
        return f"sqlite:///{folder / 'losbot.db'}"

    def measure(self, bot: str, load: Load) -> Run:
        """One bot under one load, from a fresh store."""
        own = Path(tempfile.mkdtemp(dir=self.folder))
        with telegram.running(self._updates(bot), load) as api:
            if bot == LOSBOT:
                shutil.copytree(self._losbot, own, dirs_exist_ok=True)
                with self._losbot_in(own, api) as pid:
                    found = observe(api, pid)
            else:
                shutil.copy(self.folder / "peers.db", own / "peers.db")
                with self._peer(bot, own, api) as pid:
                    found = observe(api, pid)
        lost = missing(bot, own, int(found["count"]) + load.warm)
        shutil.rmtree(own)
        return _run(found, lost)

    @contextlib.contextmanager
    def _losbot_in(self, own: Path, api: Telegram) -> Iterator[int]:
        losbot = Losbot(own, api.url, self._url(own), **UNHURRIED)
        losbot.start()
        try:
            keep_on(losbot.pid, CORE)
            yield losbot.pid
        finally:
            losbot.stop()

    @contextlib.contextmanager
    def _peer(self, bot: str, own: Path, api: Telegram) -> Iterator[int]:
        command = [self.python, PEERS / SCRIPTS[bot], api.url, own / "peers.db"]
        with (own / "log").open("w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=own)
        try:
            keep_on(process.pid, CORE)
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def observe(api: Telegram, pid: int) -> dict[str, Any]:
    api.says("START")
    before = cpu(pid)
    found = api.figures()
    return {**found, "cpu": cpu(pid) - before, "rss": rss(pid)}


def _run(found: dict[str, Any], lost: int) -> Run:
    count = max(1, found["count"])
    return Run(
        rate=found["rate"], cpu_ms=1000 * found["cpu"] / count, p50=found.get("p50", 0.0),
        p99=found.get("p99", 0.0), rss=found["rss"], stub_us=1e6 * found["own_cpu"] / count,
        lost=lost, repeats=found["repeats"], unanswered=found["unfinished"],
    )  # fmt: skip


def missing(bot: str, own: Path, answered: int) -> int:
    """How many of those that were answered are not in the store with what belongs to them."""
    if bot not in STORING:
        return 0
    with sqlite3.connect(own / ("losbot.db" if bot == LOSBOT else "peers.db")) as store:
        kept = [
            store.execute(f"SELECT count(*) FROM {where}").fetchone()[0]
            for where in (
                "handled",
                "consent_events WHERE act = 'given'",
                "audit WHERE action = 'consents.given'",
                "outbox WHERE kind = 'toast'",
                "outbox WHERE kind IN ('consent.card', 'card')",
                "outbox WHERE kind IN ('consent.receipt', 'receipt')",
            )
        ]
    return answered - min(kept)


def fill_peers(path: Path, count: int) -> None:
    """The people and questions of rows.sql."""
    numbers = range(1, count + 1)
    with contextlib.closing(sqlite3.connect(path)) as store, store:
        store.execute("PRAGMA journal_mode=WAL")
        store.executescript((PEERS / "rows.sql").read_text())
        for table, row in {
            "people": lambda n: (n, "nb", "2026-01-01", f"Mor {n}"),
            "contacts": lambda n: (n, n, town.MOTHERS + n - 1, "2026-01-01"),
            "guardianships": lambda n: (n, count + n, n, True),
            "consent_questions": lambda n: (n, count + n, 1, "2027-01-01", "{}"),
        }.items():
            marks = ", ".join("?" * len(row(1)))
            store.executemany(f"INSERT INTO {table} VALUES ({marks})", map(row, numbers))


def peers_python() -> str:
    """A Python that has the peers: what they want does not always go together with what we use."""
    given = os.environ.get("BENCH_PEERS")
    if given:
        return given
    home = Path(tempfile.gettempdir()) / "losbot-bench-peers"
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        wanted = PEERS / "requirements.txt"
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", wanted], check=True)
    return str(python)


# --- the table -----------------------------------------------------------------------------------


def measured(ground: Ground, load: Load, bots: tuple[str, ...], runs: int) -> dict[str, list[Run]]:
    """In turn, so that what the machine does besides hits all alike."""
    found: dict[str, list[Run]] = {bot: [] for bot in bots}
    for _run_of in range(runs):
        for bot in bots:
            found[bot].append(ground.measure(bot, load))
    return found


def figures(runs: int, seconds: float) -> list[Figure]:
    told: list[Figure] = []
    bots = (LOSBOT, *SCRIPTS)
    with tempfile.TemporaryDirectory(prefix="losbot-bench-") as folder:
        ground = Ground(Path(folder))
        for load in (FAST, SLOW_API):
            shorter = Load(load.name, load.window, load.rate, load.delay, load.warm, seconds)
            told += compared(load.name, measured(ground, shorter, bots, runs))
        steady = measured(ground, STEADY, (LOSBOT, ORM), 1)
        for bot, found in steady.items():
            goal = 250.0 if bot == LOSBOT else None
            told.append(Figure(f"{STEADY.name}: {bot}, p99", found[0].p99, "ms", most=goal,
                               note=f"p50 {found[0].p50:.0f} ms, lost {found[0].lost}"))  # fmt: skip
        left = steady[LOSBOT][0].unanswered
        told.append(Figure(f"{STEADY.name}: not answered by losbot at the end", left, "",
                           most=ON_THE_WAY))  # fmt: skip
        lost = max(0, steady[LOSBOT][0].lost)
        told.append(Figure(f"{STEADY.name}: answered by losbot and not kept", lost, "", most=0))
    return told


def compared(load: str, found: dict[str, list[Run]]) -> list[Figure]:
    rate = {bot: median(run.rate for run in runs) for bot, runs in found.items()}
    cost = {bot: median(run.cpu_ms for run in runs) for bot, runs in found.items()}
    told = [
        Figure(f"{load}: {bot}", rate[bot], "/s", note=_told(runs)) for bot, runs in found.items()
    ]
    for bot, goal in GOALS.items():
        told.append(Figure(f"{load}: losbot to {bot}", rate[LOSBOT] / rate[bot], "x", least=goal,
                           note="updates a second"))  # fmt: skip
        told.append(Figure(f"{load}: {bot} to losbot", cost[bot] / cost[LOSBOT], "x", least=goal,
                           note="CPU for an update"))  # fmt: skip
    lost = sum(run.lost for bot in (LOSBOT,) for run in found[bot] if run.lost > 0)
    stub = min(run.stub_us for runs in found.values() for run in runs)
    told.append(Figure(f"{load}: answered by losbot and not kept", lost, "", most=0))
    told.append(Figure(f"{load}: ceiling of the pretend Telegram", 1e6 / stub, "/s",
                       note="by the CPU it took for one"))  # fmt: skip
    return told


def _told(runs: list[Run]) -> str:
    each = " ".join(f"{run.rate:.0f}" for run in runs)
    cost, p99 = median(run.cpu_ms for run in runs), median(run.p99 for run in runs)
    size = median(run.rss for run in runs)
    return f"runs {each}; {cost:.2f} ms CPU; p99 {p99:.0f} ms; {size:.0f} MB"


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.bench.inbound")
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--seconds", type=float, default=5)
    given = options.parse_args()
    try:
        return print_table(figures(given.runs, given.seconds))
    except NotMeasured as error:
        print(error)
        return 2


if __name__ == "__main__":
    sys.exit(main())
