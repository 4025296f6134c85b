"""Three beats: what is due is promised, what is promised is sent, what is old is swept.

APScheduler only keeps time, in UTC and in memory. What is due stands in the store.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.delivery import Delivery
from bot.journal import missing
from bot.log import log
from bot.store import Store
from handlers import help_now
from models import (
    audit_check,
    audit_days,
    follow_ups,
    help_lines,
    meetings,
    municipality,
    retention,
)
from models.follow_ups import Ladder
from models.outbox import Outgoing, OutState

TICK_SECONDS, DELIVER_SECONDS, JOURNAL_SECONDS, SWEEP_HOURS = 5, 3, 60, 1
"""A channel that another process starts again is noticed by the second beat, within five seconds; so is
what another worker has promised into a chat in which we marked the message before it just then."""
FIRST_SWEEP = timedelta(minutes=5)
MOST_ROUNDS = 400
AT_ONCE = 50
"""So many rows are put right in one transaction."""


class Metronome:
    def __init__(
        self, store: Store, delivery: Delivery, clock: Clock, ladders: Sequence[Ladder]
    ) -> None:
        self._store = store
        self._delivery = delivery
        self._clock = clock
        self._ladders = ladders
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self.last_tick: datetime | None = None
        self.moved = 0
        """Grows with every step of a tick, also with one that fails."""
        self._checked_on: date | None = None
        self.adrift: int | None = None  # how many open things have no next step; None: not looked
        self.audit_findings: int | None = None  # places where the log does not hold

    def start(self) -> None:
        self.every(TICK_SECONDS, self.beat)
        self.every(DELIVER_SECONDS, self._nudge)
        self.every(JOURNAL_SECONDS, self.catch_up)
        self.every(SWEEP_HOURS * 3600, self.sweep)
        # Whoever is begun anew every day, or oftener, sweeps and looks at the log all the same.
        soon = self._clock.now() + FIRST_SWEEP
        self._scheduler.add_job(self.sweep, "date", run_date=soon, misfire_grace_time=None)
        self._scheduler.start()

    def every(self, seconds: float, beat: Callable[[], Awaitable[None]]) -> None:
        """From `start` on, and never twice at a time."""
        self._scheduler.add_job(
            beat, "interval", seconds=seconds, coalesce=True, misfire_grace_time=None
        )

    async def catch_up(self) -> None:
        """See whether the journal of consents can be written, and write into it what it lacks."""
        journal = self._store.journal
        if journal is None or not await asyncio.to_thread(journal.probe):
            return
        try:
            if await self._store.read(lambda session: missing(session.connection())):
                await self._store.write(lambda session: journal.catch_up(session.connection()))
        except Exception as error:
            log.error("journal.failed", error=type(error).__name__)

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def beat(self) -> None:
        """A tick now. One that fails comes again."""
        try:
            await self.tick(self._clock.now())
        except Exception as error:
            log.error("tick.failed", where="tick", error=type(error).__name__)
        finally:
            self.moved += 1

    async def _nudge(self) -> None:
        self._delivery.nudge()

    async def tick(self, now: datetime) -> None:
        """Promise everything that is due at `now`. One kind of thing that fails stops no other."""
        over: list[Ladder] = []
        for _round in range(MOST_ROUNDS):
            due = await self._store.read(follow_ups.due, self._ladders, now)
            left = [ladder for ladder in due if ladder not in over]
            if not left:
                break
            over += [ladder for ladder in left if not await self._take(ladder, now)]
        else:
            log.error("tick.endless")
        await self.learn(now)
        self.last_tick = now
        self._delivery.nudge()

    async def _take(self, ladder: Ladder, now: datetime) -> bool:
        """Some of what is due. False when nothing more can be done now: another worker has the
        rest, or it fails."""
        try:
            return bool(await self._store.write(follow_ups.take_due, ladder, now))
        except Exception as error:
            where = ladder.table.__tablename__
            log.error("tick.failed", where=where, error=type(error).__name__)
            return False
        finally:
            self.moved += 1

    async def know_help_lines(self) -> None:
        """Let the store know of the help lines this release has, and what it knows of them be known."""
        now = self._clock.now()
        try:
            await self._store.write(help_lines.know, help_now.SHIPPED, now)
        except Exception as error:
            log.error("help_lines.failed", error=type(error).__name__)
        await self.learn(now)

    async def learn(self, now: datetime) -> None:
        """Keep in mind until when each help line is shown, for when the store is gone."""
        try:
            help_now.learn(await self._store.read(help_lines.expiries, now))
        except Exception as error:
            log.error("help_lines.failed", error=type(error).__name__)

    async def next_due(self) -> datetime | None:
        """The next instant at which anything will happen by itself."""
        return await self._store.read(_next_due, self._ladders, self._clock.now())

    async def sweep(self) -> None:
        """Once a day vouch for the log and compute anew what is due when; forget what need not be
        remembered, a little at a time."""
        now = self._clock.now()
        try:
            await self._store.write(audit_days.keep_head, now)
        except Exception as error:
            log.error("head.failed", error=type(error).__name__)
        try:
            if now.date() != self._checked_on:
                await self._check(now)
                self._checked_on = now.date()
        except Exception as error:
            log.error("check.failed", error=type(error).__name__)
        try:
            for _round in range(MOST_ROUNDS):
                if not await self._store.write(retention.sweep, now):
                    break
            else:
                log.error("sweep.endless")
            if not await asyncio.to_thread(self._store.tidy):
                log.warning("tidy.busy")
        except Exception as error:
            log.error("sweep.failed", error=type(error).__name__)

    async def _check(self, now: datetime) -> None:
        """On a new policy's first day much moves; on any other, a row that differs is a fault,
        put right and reported."""
        if rederived := await self._store.write(meetings.rederive, now):
            log.warning("meetings.rederived", count=rederived)
        expected = now.date() in await self._store.read(municipality.policy_days)
        for ladder in self._ladders:
            ids = await self._store.read(follow_ups.disagreeing, ladder, now)
            for first in range(0, len(ids), AT_ONCE):
                some = ids[first : first + AT_ONCE]
                await self._store.write(follow_ups.recompute, ladder, now, some)
            if ids:
                say = log.info if expected else log.error
                say("follow_ups.recomputed", where=ladder.table.__tablename__, count=len(ids))
        await self._look_for_drifting(now)
        self.audit_findings = await self._store.read(_findings)
        if self.audit_findings:
            log.error("audit.broken", count=self.audit_findings)

    async def _look_for_drifting(self, now: datetime) -> None:
        """Nothing open is without a next step and somebody who has it [44]; else it is a fault."""
        count = 0
        for ladder in self._ladders:
            ids = await self._store.read(follow_ups.adrift, ladder, now)
            count += len(ids)
            if ids:
                where = ladder.table.__tablename__
                log.error("follow_ups.adrift", where=where, count=len(ids), ids=ids[:AT_ONCE])
        self.adrift = count


def _findings(session: Session) -> int:
    return sum(1 for _line in audit_check.findings(session))


def _next_due(session: Session, ladders: Sequence[Ladder], now: datetime) -> datetime | None:
    waiting = session.scalar(
        select(func.min(Outgoing.not_before)).where(
            Outgoing.state == OutState.WAITING, Outgoing.not_before > now
        )
    )
    instants = [waiting, follow_ups.next_due(session, ladders)]
    return min((instant for instant in instants if instant is not None), default=None)
