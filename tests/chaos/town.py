"""A pretend Telegram with people who tap and type, and bots that are processes of their own.

What is done to the bots meanwhile is what the runs differ in.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot import demo
from bot.clock import SystemClock
from bot.emulator.cast import CAST
from bot.emulator.emulator import Emulator
from bot.emulator.server import serving
from bot.store import Store
from models.consent_history import ConsentQuestion
from models.municipality import Unit
from models.outbox import OPEN_STATES, Outgoing
from tests import consent_setup
from tests.canaries import Canary
from tests.chaos import crowd
from tests.chaos.failpoints import Plan
from tests.chaos.losbot import Losbot

AT_ONCE = 10
"""How many strangers are on their way through /los at any time."""
LONGEST_LIFE = 3.0
LONGEST = 24 * 60.0
"""Minutes a run may take where nothing else is said."""
LONGEST_OUTAGE = 45.0
LONGEST_DRAIN = 150.0
"""I12: nothing is stuck. What may have been sent is repeated 45 s later, and maybe that again."""
IDS = {actor.name: actor.id for actor in CAST}


class Telegram(Emulator):
    """Counts what the bot has asked of it since it was started last; and, over the whole run, how
    often two asked for updates at once."""

    polls = 0
    calls_made = 0
    conflicts = 0

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._gateway.record._calls = deque()  # all are judged, however many

    async def call(self, token: str, method: str, *given: Any) -> Any:
        self.polls += method in ("getUpdates", "setWebhook")
        self.calls_made += method not in ("getUpdates", "setWebhook")
        answer = await super().call(token, method, *given)
        self.conflicts += answer.status == HTTPStatus.CONFLICT
        return answer

    def begin(self) -> None:
        """A bot is started: it cannot know that the one before was told to wait."""
        self._gateway.patience.forget("setWebhook")
        self.polls = self.calls_made = 0

    @property
    def longest_wait(self) -> float:
        """For how many seconds the oldest update has waited to be heard."""
        now = self.clock.now()
        return max(((now - item.at).total_seconds() for item in self.queue), default=0.0)

    async def listened(self, losbot: Losbot) -> None:
        """Returns when the bot that was started asks for updates, or to be told of them, or died."""
        for _ in range(800):
            if self.polls or not losbot.alive:
                return
            await asyncio.sleep(0.05)
        raise RuntimeError(f"losbot does not ask for updates: {losbot.last_lines()}")

    async def called(self, times: int) -> None:
        """Returns after so many calls, or when little happens."""
        for _ in range(int(LONGEST_LIFE / 0.02)):
            if self.calls_made >= times:
                return
            await asyncio.sleep(0.02)


class Town:
    """Everybody who does something during the run, and the bots they talk with."""

    def __init__(
        self,
        telegram: Telegram,
        dice: random.Random,
        bots: Sequence[Losbot],
        plan: Plan | None,
        rest: float = 0.0,
    ) -> None:
        self.said = crowd.Said()
        self.strangers: list[crowd.Stranger] = []
        self.telegram = telegram
        self.dice = dice
        self.canary = Canary()
        """In every name."""
        self.bots = bots
        self.plan = plan
        """What every start of a bot has in store, where a run has nothing else for it."""
        self.deaths = 0
        self.rested_at = datetime.max.replace(tzinfo=UTC)
        """When there was nothing left to send. Cards close all the same while bots are stopped."""
        self._rest = rest
        self._late_at = float("inf")
        self._over = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def budget(self, minutes: float) -> None:
        self._late_at = time.monotonic() + minutes * 60

    @property
    def is_late(self) -> bool:
        """The time there was is over; what was done so far is judged."""
        return time.monotonic() > self._late_at

    def _phone(self, person: int) -> crowd.Phone:
        own = random.Random(self.dice.random())
        return crowd.Phone(self.telegram, self.said, own, person, self._rest)

    def begin(self, strangers: int) -> None:
        lives = [crowd.consenting(self._phone(IDS[n]), self._over) for n in ("Ida", "Kari", "Per")]
        lives += [crowd.toggling(self._phone(IDS[n]), self._over) for n in ("Siri", "Amina")]
        lives += [crowd.needing_help(self._phone(IDS["Lise"]), self._over)]
        lives += [self._arrivals() for _ in range(strangers)]
        self._tasks = [asyncio.create_task(life) for life in lives]

    async def _arrivals(self) -> None:
        """One stranger after the other."""
        while not self._over.is_set():
            actor = self.telegram.add_person(self.canary.word(str(len(self.strangers))), "nb")
            stranger = crowd.Stranger(self._phone(actor.id), self._over)
            self.strangers.append(stranger)
            await stranger.live()
            await asyncio.sleep(self.dice.uniform(0, 1))

    async def end(self) -> None:
        """Nobody begins anything more; what was begun is finished, and all is sent."""
        self._over.set()
        async with asyncio.timeout(LONGEST_DRAIN):
            await asyncio.gather(*self._tasks)
        await self._drain()
        self.rested_at = datetime.now(UTC)

    def cancel(self) -> None:
        for task in self._tasks:
            task.cancel()

    def again(self, bot: Losbot, plan: Plan | None = None) -> None:
        """kill -9, unless it died by its plan, and start it."""
        bot.bury()
        self.deaths += 1
        self.telegram.begin()
        bot.start(plan or self.plan)

    async def breathe(self) -> None:
        """A press lives 150 s with Telegram: on a slow machine a bot is let live in time."""
        if self.telegram.longest_wait < LONGEST_OUTAGE:
            return
        for bot in self.bots:
            self.again(bot)
        async with asyncio.timeout(LONGEST_OUTAGE):
            while self.telegram.longest_wait > LONGEST_LIFE:
                await asyncio.sleep(0.1)

    async def _drain(self) -> None:
        """Until no update waits and nothing is left to send of what is due soon, or was tried. What
        is for later may wait: cards with details close for ten minutes after the last one. A chat
        hears one message a second, so what many strangers bring to one desk takes its time; but
        there is always less of it."""
        store, soon = self.bots[0].store(), datetime.now(UTC) + timedelta(seconds=LONGEST_DRAIN)
        try:
            left = await self._left(store, soon)
            while left:
                try:
                    async with asyncio.timeout(2 * LONGEST_DRAIN):
                        while (now_left := await self._left(store, soon)) >= left:
                            await asyncio.sleep(0.5)
                except TimeoutError:
                    what = await store.read(_left_to_send, soon)
                    said = f"{self.telegram.pending_updates()} updates wait, and {what}"
                    raise TimeoutError(f"no rest: {said}") from None
                left = now_left
        finally:
            store.close()

    async def _left(self, store: Store, soon: datetime) -> int:
        waiting = await store.read(_left_to_send, soon)
        return self.telegram.pending_updates() + waiting.total()


@contextlib.asynccontextmanager
async def living(
    folder: Path,
    database: str,
    *,
    seed: int,
    workers: int = 1,
    webhook: bool = False,
    plan: Plan | None = None,
    telegram: Telegram | None = None,
    strangers: int = AT_ONCE,
    rest: float = 0.0,
) -> AsyncIterator[Town]:
    """A town with its bots up and everybody at it, resting so many seconds between two acts. When the block is over people finish what they
    began, everything comes to rest, and the bots are stopped."""
    telegram = telegram or Telegram(clock=SystemClock(), webhook_retry=0.2)
    async with serving(telegram) as port:
        url = f"http://127.0.0.1:{port}"
        bots = [
            Losbot(
                folder, url, database, webhook=webhook, name=f"losbot{number or ''}",
                LOSBOT_CONSENT_JOURNAL=str(folder / "journal"),
            )
            for number in range(workers)
        ]  # fmt: skip
        await asyncio.to_thread(bots[0].set_up)
        await asyncio.to_thread(ask_the_family, bots[0])
        town = Town(telegram, random.Random(seed), bots, plan, rest)
        try:
            for bot in bots:
                bot.start(plan)
            await asyncio.gather(*(bot.ready() for bot in bots))
            town.begin(strangers)
            yield town
            await asyncio.gather(*(bot.ready() for bot in bots))
            await town.end()
            for bot in bots:
                bot.stop()
        finally:
            town.cancel()
            for bot in bots:
                with contextlib.suppress(RuntimeError):
                    bot.kill()


def _left_to_send(session: Session, soon: datetime) -> Counter[tuple[str, ...]]:
    """How many there are, by what they are."""
    open_still = Outgoing.state.in_(OPEN_STATES)
    due = or_(Outgoing.not_before <= soon, Outgoing.attempts > 0)
    rows = session.execute(
        select(Outgoing.kind, Outgoing.mode, Outgoing.state, Outgoing.error).where(open_still, due)
    )
    return Counter(tuple(str(each) for each in row) for row in rows)


def ask_the_family(losbot: Losbot) -> None:
    """Ida's case, and three questions to Ida, Kari and Per."""
    _written(losbot, _ask)


def let_be_due(losbot: Losbot) -> None:
    """The questions to the family want attention now; the next tick sees that they do not."""
    due = update(ConsentQuestion)
    _written(losbot, lambda session, now: session.execute(due.values(next_follow_up_at=now)))


def _written(losbot: Losbot, fn: Callable[[Session, datetime], object]) -> None:
    store = losbot.store()
    try:
        store.write_now(fn, datetime.now(UTC))
    finally:
        store.close()


def _ask(session: Session, now: datetime) -> None:
    units = {unit.key: unit for unit in session.scalars(select(Unit))}
    cast = SimpleNamespace(
        **demo.cast_of(session), school=units["ungdomsskolen"], club=units["fyret"]
    )
    case = consent_setup.opened(session, cast, now)
    for unit in ("fyret", "skolehelsetjenesten", "bti"):
        consent_setup.asked(session, cast, case, now, unit=units[unit])
