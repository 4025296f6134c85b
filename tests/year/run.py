"""Time goes on from one instant at which something happens to the next, as in the demo."""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import composing, outgoing
from bot.channels.outcomes import Outcome, What
from bot.desk import Claimed, Desk, Result
from bot.pacing import Pace
from bot.store import Store
from models import follow_ups, meetings, retention
from models.base import seed_ids
from models.ladders import LADDERS
from models.outbox import Outgoing, OutState
from models.sealed import Keyring
from tests.year.life import Life
from tests.year.place import Size, settle
from tests.year.watch import Watch

BEGINS = datetime(2026, 8, 17, 6, 0, tzinfo=UTC)
ENDS = datetime(2027, 6, 30, 20, 0, tzinfo=UTC)
SAME = timedelta(minutes=1)
"""What is due within a minute is done together, as one beat of the metronome does."""
TOGETHER = 25
"""How many beats share a transaction at most."""


@dataclass(frozen=True)
class Year:
    """What came of it."""

    seconds: float
    messages: int
    sent: Counter[str]
    done: Counter[str]
    refused: Counter[str]
    faults: list[str]
    digest: str
    outbox: Counter[str]


def live(*, seed: int, size: Size, begins: datetime = BEGINS, ends: datetime = ENDS) -> Year:
    """Live from `begins` to `ends` in a store of its own, which is gone afterwards."""
    seed_ids(seed)
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory() as here:
            store = Store.open(f"sqlite:///{Path(here) / 'year.db'}", Keyring(bytes(32)))
            try:
                store.create()
                return _live(store, seed, size, begins, ends, began)
            finally:
                store.close()
    finally:
        seed_ids(None)


def _live(
    store: Store, seed: int, size: Size, begins: datetime, ends: datetime, began: float
) -> Year:
    dice = random.Random(seed)
    place = store.write_now(settle, begins, dice, size)
    life = Life(place, dice, begins, ends)
    watch = Watch(place)
    pace, jitter = Pace.unhurried(), random.Random(seed)
    desk = Desk(composing.compose, composing.unreachable, pace, jitter=jitter)
    now, looked = begins, begins
    while (at := store.read_now(_next, life, now)) is not None and at <= ends:
        now = store.write_now(_beats, life, watch, desk, max(now, at), ends)
        if now - looked >= timedelta(days=7):
            looked = now
            store.read_now(watch.things, now)
            store.write_now(meetings.rederive, now)
            store.write_now(retention.sweep, now)
    store.read_now(watch.things, now)
    store.read_now(watch.ended, now)
    return Year(
        time.monotonic() - began,
        sum(watch.sent.values()),
        watch.sent,
        life.diary.done,
        life.diary.refused,
        watch.faults,
        watch.digest,
        store.read_now(_outbox),
    )


_WAITING = select(func.min(Outgoing.not_before)).where(Outgoing.state == OutState.WAITING)


def _next(session: Session, life: Life, now: datetime) -> datetime | None:
    found = [life.diary.moment, session.scalar(_WAITING), follow_ups.next_due(session, LADDERS)]
    first = min((each for each in found if each is not None), default=None)
    if first is None:
        return None
    beat = datetime.fromtimestamp(-(-first.timestamp() // 60) * 60, UTC)
    return max(beat, now + SAME)


def _beats(
    session: Session, life: Life, watch: Watch, desk: Desk, now: datetime, ends: datetime
) -> datetime:
    """Some that come after each other on one day, in one transaction, as those who wait share a
    commit. Returns when the last of them was."""
    for _more in range(TOGETHER):
        lived = now
        for kind, recipient, subject in _beat(session, life, watch, desk, now):
            life.reached(kind, recipient, subject, now)
        at = _next(session, life, now)
        if at is None or at > ends or at.date() != now.date():
            break
        now = at
    return lived


def _beat(
    session: Session, life: Life, watch: Watch, desk: Desk, now: datetime
) -> list[tuple[str, int, int]]:
    """People do what they do, what is due is promised, what is promised is sent."""
    session.info.pop("sending", None)
    life.diary.live(session, now)
    while due := follow_ups.due(session, LADDERS, now):
        for ladder in due:
            follow_ups.take_due(session, ladder, now)
    return _send(session, watch, desk, now)


def _send(session: Session, watch: Watch, desk: Desk, now: datetime) -> list[tuple[str, int, int]]:
    told: list[tuple[str, int, int]] = []
    results: list[Result] = []
    waits = session.scalar(_WAITING)
    if waits is None or waits > now:
        return told
    while True:
        mine = [claimed.row_id for claimed, _outcome in results]
        done = outgoing.step(session, results, mine, outgoing.BATCH, desk, now)
        results = [(each, _arrives(session, watch, each, told, now)) for each in done.claimed]
        if not (results or done.changed):
            return told


def _arrives(
    session: Session,
    watch: Watch,
    claimed: Claimed,
    told: list[tuple[str, int, int]],
    now: datetime,
) -> Outcome:
    row = session.get_one(Outgoing, claimed.row_id)
    if claimed.what is not None:
        watch.message(session, row, claimed.what.text, now)
        told.append((row.kind, row.recipient_id, row.subject_id or 0))
    return Outcome(What.SENT, message_id=row.id)


def _outbox(session: Session) -> Counter[str]:
    counted = select(Outgoing.state, func.count().label("rows")).group_by(Outgoing.state)
    return Counter({row.state: row.rows for row in session.execute(counted)})
