"""`losbot serve` is killed while people tap and type: at random instants, or at each of the named
points before and after every commit, call and acknowledgement (RELIABILITY T1).

    python -m tests.chaos.kill --kills 50 --seed 7
    python -m tests.chaos.kill --kills 0 --at-each 50
    python -m tests.chaos.kill --kills 50 --store postgresql --workers 4
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.chaos import failpoints, verdict
from tests.chaos.failpoints import Plan
from tests.chaos.ground import ground
from tests.chaos.losbot import Losbot
from tests.chaos.town import AT_ONCE, LONGEST, Town, let_be_due, living

MOST_CALLS = 70
"""A bot is killed after up to so many calls to Telegram, or some seconds."""
MOST_PASSAGES = 6
"""A bot is killed when it has come by a point up to so many times."""
SELDOM = (*failpoints.JOURNAL, *failpoints.ONCE, failpoints.TICK)
"""What it seldom comes by: then the first time counts."""
TRIES = 5
"""So many lives for a death at a point: whoever does not come by is killed anyhow."""
PATIENCE = 30.0
"""So many seconds it has for that; a slow machine needs some."""


async def run(
    folder: Path,
    database: str,
    *,
    kills: int,
    seed: int,
    at_each: int = 0,
    points: Sequence[str] | None = None,
    workers: int = 1,
    minutes: float | None = None,
    strangers: int = AT_ONCE,
    bug: str = "",
) -> verdict.Killed:
    """Kill it so many times at random, then so often at each point, or as often as there is time in
    so many `minutes`; let everything come to rest, and judge. Several `workers` share one
    PostgreSQL, with short leases."""
    plan = Plan(hasty=workers > 1, bug=bug)
    if points is None:
        points = failpoints.points_of(alone=database.startswith("sqlite"))
    if workers > 1:  # nobody knows which of them takes what is due
        points = [point for point in points if not point.endswith(failpoints.TICK)]
    lived = living(folder, database, seed=seed, workers=workers, plan=plan, strangers=strangers)
    async with lived as town:
        town.budget(LONGEST if minutes is None else minutes)
        killed = 0
        while killed < kills and not town.is_late:
            await _kill(town, town.dice.choice(town.bots))
            killed += 1
            await town.breathe()
        died = await _kill_at(town, points, at_each)
        for bot in town.bots:
            town.again(bot)
    found = await asyncio.to_thread(verdict.judge, town)
    found.did("kills at random", killed, kills, cut_short=minutes is not None)
    found.at_points = {point: died[point] for point in points if at_each}
    found.asked_at_points = at_each * len(found.at_points)
    for point, times in found.at_points.items():
        found.did(f"deaths {point}", times, at_each, cut_short=minutes is not None)
    return found


async def _kill(town: Town, bot: Losbot) -> None:
    """At any instant: mostly after some work, however fast the machine is; one time in five while
    it is still starting."""
    dice = town.dice
    if dice.random() < 0.2:
        await asyncio.sleep(dice.uniform(0, 0.5))
    else:
        await town.telegram.listened(bot)
        await town.telegram.called(dice.randrange(MOST_CALLS))
        await asyncio.sleep(dice.uniform(0, 0.1))
    town.again(bot)


async def _kill_at(town: Town, points: Sequence[str], each: int) -> Counter[str]:
    """In any order. Returns how many died at which."""
    died: Counter[str] = Counter()
    order = [point for point in points for _ in range(each)]
    town.dice.shuffle(order)
    for point in order:
        for left in reversed(range(TRIES)):
            if town.is_late:
                return died
            first = not left or point.endswith(SELDOM)
            passage = 1 if first else town.dice.randint(1, MOST_PASSAGES)
            dead = await _life_until(town, town.dice.choice(town.bots), point, passage)
            died[point] += dead
            await town.breathe()
            if dead:
                break
    return died


async def _life_until(town: Town, bot: Losbot, point: str, passage: int) -> bool:
    """Whether a bot that is begun anew has come by in time."""
    plan = town.plan or Plan()
    if point.endswith(failpoints.TICK):
        bot.bury()  # else it sees to what is due itself
        await asyncio.to_thread(let_be_due, bot)
    town.again(bot, replace(plan, point=point, passage=passage))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while bot.alive:
                await asyncio.sleep(0.02)
    return not bot.alive


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--at-each", type=int, default=0, help="so often at each named point")
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--minutes", type=float, help="the most it may take; else all of it")
    options.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--workers", type=int, default=1, help="processes on one PostgreSQL")
    options.add_argument("--keep", type=Path, help="a folder for the store and the log")
    given = options.parse_args()
    if given.workers > 1 and given.store == "sqlite":
        options.error("a SQLite file is one process's own")
    with ground(given.store, keep=given.keep) as (folder, database):
        found = asyncio.run(
            run(
                folder, database, kills=given.kills, seed=given.seed, at_each=given.at_each,
                workers=given.workers, minutes=given.minutes,
            )
        )  # fmt: skip
    return found.tell()


if __name__ == "__main__":
    sys.exit(main())
