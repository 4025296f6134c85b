"""What is due is a fact about a thing: one indexed column, computed from the thing's own state.

Every verb that changes a thing calls `reschedule` in its record step. The tick asks each table
for `next_follow_up_at <= now`; its cost grows with what is due, not with what is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, union_all
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit
from models.base import Base, Id
from models.reminding import Step


class FollowedUp:
    """Mixin: a thing that needs attention now and then.

    `steps_done` holds names of ladder steps taken, so a restart takes none twice. A verb that
    starts the ladder anew (a moved meeting, a next date) empties it.
    """

    id: Mapped[Id]
    next_follow_up_at: Mapped[datetime | None] = mapped_column(index=True)
    steps_done: Mapped[list[str]] = mapped_column(default=list)


@dataclass(frozen=True)
class Ladder:
    """How one kind of thing is followed up: its table, its plan and what a due step promises.

    `plan` is pure apart from reading the thing and the municipality's policy; `take` promises
    the messages of one due step, and changes something only for a step that settles.

    A kind of thing that somebody has promised something about says which rows are `open`, and who
    is `responsible` for the next step of one: see `adrift`. What a change of one makes others look
    at anew is said by `stirs`.
    """

    table: type[Base]
    plan: Callable[[Session, Any, datetime], Sequence[Step]]
    take: Callable[[Session, Any, Step, datetime], None]
    open: Callable[[], ColumnElement[bool]] | None = None
    responsible: Callable[[Session, Any, datetime], Collection[int]] | None = None
    stirs: Callable[[Session, Any, datetime], None] | None = None


def reschedule(session: Session, ladder: Ladder, thing: Any, now: datetime) -> None:
    """Set the thing's next instant from its state: the first step neither done nor too late.

    A step that became too late unsent is never taken (no reminder of a past meeting).
    """
    thing.next_follow_up_at = next_at(ladder.plan(session, thing, now), thing.steps_done, now)
    if ladder.stirs is not None:
        ladder.stirs(session, thing, now)


def next_at(steps: Sequence[Step], done: Sequence[str], now: datetime) -> datetime | None:
    open_steps = [s for s in steps if s.name not in done and not s.too_late(now)]
    return min((s.at for s in open_steps), default=None)


def take_due(session: Session, ladder: Ladder, now: datetime, *, limit: int = 50) -> int:
    """Promise what is due for one kind of thing. Returns how many things were looked at.

    Of several steps due at once every one that settles something is taken, in order; of those
    that only remind, the last: after a day of silence one message with the right words, not a
    heap. The earlier ones count as done.
    """
    table: Any = ladder.table
    things = session.scalars(
        select(table)
        .where(table.next_follow_up_at <= now)
        .order_by(table.next_follow_up_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for thing in things:
        steps = [s for s in ladder.plan(session, thing, now) if s.at <= now]
        fresh = [s for s in steps if s.name not in thing.steps_done and not s.too_late(now)]
        for step in _worth_taking(fresh):
            ladder.take(session, thing, step, now)
        thing.steps_done = sorted({*thing.steps_done, *(s.name for s in steps)})
        reschedule(session, ladder, thing, now)
    session.flush()
    return len(things)


def _worth_taking(due: Sequence[Step]) -> list[Step]:
    """All that settle, in order, then the last of those that only remind."""
    reminding = [step for step in due if not step.settles]
    last = (
        [max(reminding, key=lambda step: step.at)] if reminding else []
    )  # the first named of equals
    return [*sorted((s for s in due if s.settles), key=lambda step: step.at), *last]


def due(session: Session, ladders: Sequence[Ladder], now: datetime) -> list[Ladder]:
    """The kinds of things of which something wants attention at `now`."""
    firsts = zip(ladders, _firsts(session, ladders), strict=True)
    return [ladder for ladder, first in firsts if first is not None and first <= now]


def next_due(session: Session, ladders: Sequence[Ladder]) -> datetime | None:
    """The earliest instant at which anything at all wants attention."""
    return min((first for first in _firsts(session, ladders) if first is not None), default=None)


def _firsts(session: Session, ladders: Sequence[Ladder]) -> list[datetime | None]:
    """Of each kind the earliest instant, in one question to the store."""
    return list(session.scalars(_asking_for_firsts(tuple(ladders)))) if ladders else []


@lru_cache(maxsize=8)
def _asking_for_firsts(ladders: tuple[Ladder, ...]) -> Select[datetime | None]:
    tables: list[Any] = [ladder.table for ladder in ladders]
    kinds = [
        select(literal(place).label("place"), func.min(table.next_follow_up_at).label("first"))
        for place, table in enumerate(tables)
    ]
    each = union_all(*kinds).subquery()
    return select(each.c.first).order_by(each.c.place)


def disagreeing(session: Session, ladder: Ladder, now: datetime) -> list[int]:
    """Ids of things whose stored instant differs from the computed one. What is due already is
    left to the tick, which computes anew whatever it looks at."""
    table: Any = ladder.table
    column = table.next_follow_up_at
    waiting = select(table).where(or_(column.is_(None), column > now))
    return [
        thing.id
        for thing in session.scalars(waiting.execution_options(yield_per=500))
        if thing.next_follow_up_at
        != next_at(ladder.plan(session, thing, now), thing.steps_done, now)
    ]


def adrift(session: Session, ladder: Ladder, now: datetime) -> list[int]:
    """Ids of open things that have no next step with an instant, or nobody who is responsible for
    it: no break in follow-up begins unseen [44]. Empty for what is never open."""
    if ladder.open is None or ladder.responsible is None:
        return []
    waiting = select(ladder.table).where(ladder.open()).execution_options(yield_per=500)
    things: Iterable[Any] = session.scalars(waiting)
    return [
        thing.id
        for thing in things
        if thing.next_follow_up_at is None or not ladder.responsible(session, thing, now)
    ]


def recompute(
    session: Session, ladder: Ladder, now: datetime, ids: Collection[int] | None = None
) -> None:
    """Set the next instant of these things anew, or of all that disagree: the policy or the
    calendar is another. Audited by how many it moved."""
    table: Any = ladder.table
    ids = disagreeing(session, ladder, now) if ids is None else ids
    held = select(table).where(table.id.in_(ids)).order_by(table.id).with_for_update()
    moved = 0
    for thing in session.scalars(held).all() if ids else ():
        before = thing.next_follow_up_at
        reschedule(session, ladder, thing, now)
        moved += thing.next_follow_up_at != before
    session.flush()
    if moved:
        audit.record(
            session, action="follow_ups.recompute", actor_id=None, now=now,
            detail={"what": table.__tablename__, "count": moved},
        )  # fmt: skip
