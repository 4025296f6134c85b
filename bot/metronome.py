"""Three beats: what is due is promised, what is promised is sent, what is old is swept.

APScheduler only keeps time, in UTC and in memory. What is due stands in the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.delivery import Delivery
from bot.log import log
from bot.store import Store
from models import follow_ups, inbox
from models.conversations import Conversation
from models.follow_ups import Ladder
from models.outbox import OPEN_STATES, Outgoing, OutState

TICK_SECONDS, DELIVER_SECONDS, SWEEP_HOURS = 5, 5, 1
MOST_ROUNDS = 400
KEPT = timedelta(days=90)
"""How long we know which message was what: as long as its buttons live."""
SWEPT_AT_ONCE = 500


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

    def start(self) -> None:
        for beat, seconds in (
            (self._beat, TICK_SECONDS),
            (self._nudge, DELIVER_SECONDS),
            (self.sweep, SWEEP_HOURS * 3600),
        ):
            self._scheduler.add_job(
                beat, "interval", seconds=seconds, coalesce=True, misfire_grace_time=None
            )
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def _beat(self) -> None:
        await self.tick(self._clock.now())

    async def _nudge(self) -> None:
        self._delivery.nudge()

    async def tick(self, now: datetime) -> None:
        """Promise everything that is due at `now`. One kind of thing that fails stops no other."""
        for ladder in self._ladders:
            try:
                for _round in range(MOST_ROUNDS):
                    if not await self._store.write(follow_ups.take_due, ladder, now):
                        break
                else:
                    log.error("tick.endless", where=ladder.table.__tablename__)
            except Exception as error:
                where = ladder.table.__tablename__
                log.error("tick.failed", where=where, error=type(error).__name__)
        self.last_tick = now
        self._delivery.nudge()

    async def next_due(self) -> datetime | None:
        """The next instant at which anything will happen by itself."""
        return await self._store.read(_next_due, self._ladders, self._clock.now())

    async def sweep(self) -> None:
        """Forget what need not be remembered, a little at a time."""
        now = self._clock.now()
        try:
            while await self._store.write(_sweep, now):
                pass
            self._store.tidy()
        except Exception as error:
            log.error("sweep.failed", error=type(error).__name__)


def _next_due(session: Session, ladders: Sequence[Ladder], now: datetime) -> datetime | None:
    waiting = session.scalar(
        select(func.min(Outgoing.not_before)).where(
            Outgoing.state == OutState.WAITING, Outgoing.not_before > now
        )
    )
    instants = [waiting, follow_ups.next_due(session, ladders)]
    return min((instant for instant in instants if instant is not None), default=None)


def _sweep(session: Session, now: datetime) -> int:
    """Returns how many old messages were forgotten; nought when there are no more."""
    inbox.forget_handled(session, now)
    session.execute(delete(Conversation).where(Conversation.expires_at < now))
    old = (
        select(Outgoing.id)
        .where(Outgoing.not_before < now - KEPT, Outgoing.state.not_in(OPEN_STATES))
        .limit(SWEPT_AT_ONCE)
    )
    ids = list(session.scalars(old))
    session.execute(delete(Outgoing).where(Outgoing.id.in_(ids)))
    return len(ids)
