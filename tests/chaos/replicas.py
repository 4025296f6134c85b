"""Several `losbot serve` on one PostgreSQL, all of them asking Telegram for updates: they are killed,
held still for longer than their lease, and cut off from the store (RELIABILITY T9).

python -m tests.chaos.replicas --events 40 --workers 3 --seed 7
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections import Counter
from pathlib import Path

import psycopg

from tests.chaos import verdict
from tests.chaos.failpoints import LEASE, Plan
from tests.chaos.ground import ground
from tests.chaos.losbot import Losbot
from tests.chaos.town import LONGEST, Town, living

EVENTS = ("kill", "hold", "cut")
BEYOND = 1.3
"""Of the lease: so long a worker is held, and comes back to a world that went on."""
REST = 2.0
"""Seconds between two events, at most."""


async def run(
    folder: Path,
    database: str,
    *,
    events: int,
    workers: int,
    seed: int,
    minutes: float | None = None,
) -> tuple[verdict.Killed, Counter[str]]:
    """So many events, or as many as there is time for in so many `minutes`, each to one worker; then
    judge. Every event may leave messages in doubt as a death does."""
    happened: Counter[str] = Counter()
    plan = Plan(hasty=True)
    async with living(folder, database, seed=seed, workers=workers, plan=plan) as town:
        town.budget(LONGEST if minutes is None else minutes)
        while happened.total() < events and not town.is_late:
            await asyncio.sleep(town.dice.uniform(0, REST))
            what = EVENTS[happened.total() % len(EVENTS)]
            await _happen(what, town, town.dice.choice(town.bots), database)
            happened[what] += 1
            await town.breathe()
    found = await asyncio.to_thread(verdict.judge, town)
    found.did("events", happened.total(), events, cut_short=minutes is not None)
    found.must(workers < 2 or town.telegram.conflicts, "no two of them asked for updates at once")
    return found, happened


async def _happen(what: str, town: Town, bot: Losbot, database: str) -> None:
    if what == "kill":
        town.again(bot)
        return
    town.deaths += 1
    if what == "hold":
        bot.send(signal.SIGSTOP)
        await asyncio.sleep(LEASE.total_seconds() * BEYOND)
        bot.send(signal.SIGCONT)
    else:
        async with await psycopg.AsyncConnection.connect(database, autocommit=True) as line:
            await line.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--events", type=int, default=40)
    options.add_argument("--workers", type=int, default=3)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--minutes", type=float, help="the most it may take; else all of it")
    given = options.parse_args()
    with ground("postgresql") as (folder, database):
        found, happened = asyncio.run(
            run(
                folder, database, events=given.events, workers=given.workers, seed=given.seed,
                minutes=given.minutes,
            )
        )  # fmt: skip
    print(", ".join(f"{number} x {what}" for what, number in happened.items()))
    return found.tell()


if __name__ == "__main__":
    sys.exit(main())
