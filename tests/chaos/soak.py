"""Hours of ordinary evenings with a Telegram that fails now and then: what `losbot serve` holds of
memory and descriptors stays what it was, and nothing is lost (RELIABILITY T20).

    python -m tests.chaos.soak --minutes 120 --seed 7
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from statistics import median

from bot.clock import SystemClock
from bot.emulator.emulator import Answer, File
from bot.store import THREADS
from tests.chaos import verdict
from tests.chaos.faulty import FAULTS, SHARES, delivered_then_failed
from tests.chaos.ground import ground
from tests.chaos.losbot import Losbot
from tests.chaos.promises import Promises
from tests.chaos.town import Telegram, Town, living

SHARE = 0.01
STALL = 8.0
"""Longer than `serve` waits for an answer."""
REST = 3.0
"""How many seconds people think before they press: two hours are no load test."""
STRANGERS = 1
LOOKS = 400
"""So often in a run the process is looked at."""
SLACK = 0.1
ROOM = {"threads": THREADS}
"""The store's pool of threads fills up as they are needed, and no further."""


class Rough(Telegram):
    """A seeded share of all calls goes wrong, that for updates too."""

    def __init__(self, dice: random.Random, share: float) -> None:
        super().__init__(clock=SystemClock(), webhook_retry=0.2)
        self._dice = dice
        self._share = share
        self.suffered: Counter[str] = Counter()
        self.asked = 0

    async def call(
        self, token: str, method: str, params: Mapping[str, object], files: Mapping[str, File]
    ) -> Answer:
        self.asked += 1
        if self._dice.random() < self._share:
            (name,) = self._dice.choices(list(SHARES), list(SHARES.values()))
            fault = FAULTS[name]
            delay = STALL if fault.delay else 0.0
            self.suffered[name] += 1
            self.faults.ahead.append(replace(fault, method=method, delay=delay))
        return await super().call(token, method, params, files)


@dataclass
class Held:
    """What the process has in its hands at one moment."""

    memory: int
    """Resident, in kilobytes."""
    descriptors: int
    threads: int

    @classmethod
    def by(cls, pid: int) -> Held:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        said = dict(line.split(":", 1) for line in lines)
        return cls(
            memory=int(said["VmRSS"].split()[0]),
            descriptors=len(list(Path(f"/proc/{pid}/fd").iterdir())),
            threads=int(said["Threads"]),
        )


NAMES = [each.name for each in fields(Held)]


@dataclass
class Soaked(Promises):
    """What was counted; `wrong` has a line for each promise that was broken."""

    minutes: float
    killed: verdict.Killed
    suffered: Counter[str]
    asked: int
    held: list[Held] = field(default_factory=list)

    def line(self) -> str:
        early, late = (
            (f"{h.memory / 1024:.1f} MB, {h.descriptors} descriptors, {h.threads} threads")
            for h in (early_and_late(self.held))
        )
        return (
            f"{self.verdict}: {self.minutes:.1f} minutes, {self.suffered.total()} faults in "
            f"{self.asked} calls, {self.killed.updates} updates, {self.killed.answers} answers to "
            f"consent, {self.killed.receipts} receipts, {self.killed.repeated} texts repeated; "
            f"{early}, later {late}; {len(self.wrong)} promises broken"
        )


def early_and_late(held: Sequence[Held]) -> tuple[Held, Held]:
    """The middle of the second and of the last quarter: in the first one caches fill."""
    quarter = len(held) // 4
    return _middle(held[quarter : 2 * quarter]), _middle(held[-quarter:])


def _middle(held: Sequence[Held]) -> Held:
    return Held(**{n: round(median(getattr(each, n) for each in held)) for n in NAMES})


def not_flat(held: Sequence[Held]) -> list[str]:
    """What grew or shrank by more than a tenth."""
    early, late = early_and_late(held)
    return [
        f"{name} went from {before} to {after}"
        for name in NAMES
        if not -SLACK * (before := getattr(early, name))
        <= (after := getattr(late, name)) - before
        <= max(SLACK * before, ROOM.get(name, 0))
    ]


async def run(
    folder: Path, database: str, *, minutes: float, seed: int, share: float = SHARE
) -> Soaked:
    """So many minutes in a town; then everything comes to rest, and is judged."""
    telegram = Rough(random.Random(seed), share)
    held: list[Held] = []
    lived = living(folder, database, seed=seed, telegram=telegram, strangers=STRANGERS, rest=REST)
    async with lived as town:
        began = time.monotonic()
        await _look_on(town, minutes * 60, held)
        lasted = (time.monotonic() - began) / 60
    found = await asyncio.to_thread(verdict.judge, town, delivered_then_failed(telegram.suffered))
    soaked = Soaked(
        minutes=lasted, killed=found, suffered=telegram.suffered, asked=telegram.asked, held=held
    )
    soaked.wrong = [*found.wrong, *not_flat(held)]
    soaked.must(telegram.suffered, "nothing went wrong")
    return soaked


async def _look_on(town: Town, seconds: float, held: list[Held]) -> None:
    bot: Losbot = town.bots[0]
    for _ in range(LOOKS):
        await asyncio.sleep(seconds / LOOKS)
        held.append(Held.by(bot.pid))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--minutes", type=float, default=120)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--faults", type=float, default=SHARE, help="the share of calls")
    options.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    given = options.parse_args()
    with ground(given.store) as (folder, database):
        soaked = asyncio.run(
            run(folder, database, minutes=given.minutes, seed=given.seed, share=given.faults)
        )
    return soaked.tell()


if __name__ == "__main__":
    sys.exit(main())
