"""Every update is posted to the webhook five times, soon and late, out of order, and the bot is
killed between the commit and the 200 (RELIABILITY T11).

    python -m tests.chaos.hook --deliveries 2000 --seed 7
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import aiohttp

from bot.clock import SystemClock
from bot.emulator.webhook import Reply
from tests.chaos import failpoints, verdict
from tests.chaos.failpoints import Plan
from tests.chaos.ground import ground
from tests.chaos.town import LONGEST, LONGEST_LIFE, Telegram, Town, living

TIMES = 5
SOON, LATE = 0.05, 3.0
"""How many seconds apart a delivery's copies come; one of them is late."""
NOBODY_HOME = 0.7
"""So soon it knocks again: a Telegram that waits longer each time would outlast the run."""
STRANGERS = 4
"""Few enough that a slow machine keeps up with five times what they say."""
MOST_PASSAGES = 120
POLITE = (200, 503)
"""What a webhook may answer; a cut line is none of these."""


class Insistent(Telegram):
    """Posts each delivery several times at once. One of the answers, whichever, is what it goes
    by: the others it does not hear."""

    def __init__(self, dice: random.Random) -> None:
        super().__init__(clock=SystemClock(), webhook_retry=0.2)
        self._dice = dice
        self._post = self.webhook.post
        self.webhook.post = self._posted
        self.posts: Counter[int] = Counter()
        """Answers by status; nought for none."""
        self.order: list[int] = []
        """Updates as they were first posted."""
        self._copies: set[asyncio.Task[Reply]] = set()

    async def _posted(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        waits = [0.0, *(self._dice.uniform(0, SOON) for _ in range(TIMES - 2))]
        waits.append(self._dice.uniform(SOON, LATE))
        first = self._dice.uniform(0, SOON)  # so that a press overtakes words, and words a press
        copies = [
            asyncio.create_task(self._copy(first + wait, url, body, headers)) for wait in waits
        ]
        for copy in copies:
            self._copies.add(copy)
            copy.add_done_callback(self._copies.discard)
        return await asyncio.shield(self._dice.choice(copies[:-1]))

    async def _copy(self, wait: float, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        await asyncio.sleep(wait)
        while True:
            self.order.append(json.loads(body)["update_id"])
            try:
                reply = await self._post(url, body, headers)
            except (OSError, aiohttp.ClientError):
                self.posts[0] += 1
                await asyncio.sleep(NOBODY_HOME)
            else:
                self.posts[reply.status] += 1
                return reply

    @property
    def delivered(self) -> int:
        return len(set(self.order))

    @property
    def swapped(self) -> int:
        """How often an older update came after a newer one."""
        return sum(one > two for one, two in zip(self.order, self.order[1:], strict=False))

    async def close(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LATE * 2):
                await asyncio.gather(*self._copies, return_exceptions=True)
        await super().close()


async def run(
    folder: Path,
    database: str,
    *,
    deliveries: int,
    seed: int,
    minutes: float | None = None,
    bug: str = "",
) -> verdict.Killed:
    """Until so many updates were posted, or as many as there is time for in so many `minutes`. A
    bot's life ends at the point, sooner or later, or while it still works."""
    telegram = Insistent(random.Random(seed))
    died = 0
    lived = living(
        folder, database, seed=seed, webhook=True, telegram=telegram, strangers=STRANGERS,
        plan=Plan(bug=bug),
    )  # fmt: skip
    async with lived as town:
        town.budget(LONGEST if minutes is None else minutes)
        while telegram.delivered < deliveries and not town.is_late:
            died += await _life(town)
        town.again(town.bots[0])
    found = await asyncio.to_thread(verdict.judge, town)
    found.at_points, found.asked_at_points = {failpoints.BEFORE_200: died}, 1
    found.did("deliveries", telegram.delivered, deliveries, cut_short=minutes is not None)
    found.posts = telegram.posts.total()
    found.must(died, "nobody died between the commit and the 200")
    found.must(telegram.swapped, "nothing came out of order")
    rude = {status: n for status, n in telegram.posts.items() if status and status not in POLITE}
    found.must(not rude, f"the webhook answered {rude}")
    return found


async def _life(town: Town) -> bool:
    """One bot's, and whether it died between a commit and its 200."""
    (bot,) = town.bots
    passage = town.dice.randint(1, MOST_PASSAGES)
    plan = town.plan or Plan()
    town.again(bot, replace(plan, point=failpoints.BEFORE_200, passage=passage))
    await town.telegram.listened(bot)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(town.dice.uniform(1, 2 * LONGEST_LIFE)):
            while bot.alive:
                await asyncio.sleep(0.02)
    return not bot.alive


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--deliveries", type=int, default=2000)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--minutes", type=float, help="the most it may take; else all of it")
    options.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    given = options.parse_args()
    with ground(given.store) as (folder, database):
        found = asyncio.run(
            run(
                folder, database, deliveries=given.deliveries, seed=given.seed,
                minutes=given.minutes,
            )
        )  # fmt: skip
        return found.tell()


if __name__ == "__main__":
    sys.exit(main())
