"""A case always has a next date [37]: when its last tiltak ends and no meeting lies ahead, the holder
agrees on a new one, calls a meeting or closes the case. Until then it stands here, with reminders."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import (
    access,
    audit,
    cases,
    consents,
    follow_ups,
    goals,
    municipality,
    reminding,
    unasked,
)
from models.base import Base, Id, Ref, new_id
from models.cases import Case
from models.follow_ups import FollowedUp, Ladder
from models.invitees import Meeting
from models.outbox import Promise
from models.people import Person
from models.reminding import Step
from models.terms import Action, MeetingState

WANTED = "evaluation.next"
EVERY = timedelta(weeks=1)


class NoNextDate(FollowedUp, Base):
    """A time during which nothing was agreed in a case; open until something is."""

    __tablename__ = "no_next_dates"

    id: Mapped[Id]
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"), index=True)
    since: Mapped[datetime]
    closed_at: Mapped[datetime | None]


def look(session: Session, case: Case, now: datetime) -> NoNextDate | None:
    """Note it when a case has nothing ahead, and no longer when it has. Returns what stands."""
    stands = _open_of(session, case.id)
    ahead = _anything_ahead(session, case, now)
    if ahead and stands is not None:
        end(session, case, now)
    if ahead or stands is not None:
        return None if ahead else stands
    made = NoNextDate(id=new_id(), case_id=case.id, since=now, steps_done=[])
    session.add(made)
    session.flush()
    _record(session, "lost", made, now)
    return made


def settle(session: Session, case: Case, now: datetime) -> None:
    """Something was agreed, or called: if the case waited for that, it waits no more."""
    if _open_of(session, case.id) is not None:
        look(session, case, now)


def again(session: Session, case_id: int, now: datetime) -> None:
    """A meeting was called off: a case that has waited for a date before may wait for one anew."""
    if session.scalars(select(NoNextDate.id).where(NoNextDate.case_id == case_id)).first():
        look(session, session.get_one(Case, case_id), now)


def end(session: Session, case: Case, now: datetime) -> None:
    """Something is agreed, or the case is closed."""
    stands = _open_of(session, case.id)
    if stands is not None:
        stands.closed_at = now
        _record(session, "found", stands, now)


def wanted(session: Session, actor: Person, case_id: int, now: datetime) -> bool:
    """Whether a case waits for its holder to agree on something. Shows nothing of it."""
    case = access.open_case(session, actor=actor, case_id=case_id, action=Action.EVALUATE, now=now)
    return _open_of(session, case.id) is not None


def _open_of(session: Session, case_id: int) -> NoNextDate | None:
    them = NoNextDate.case_id == case_id, NoNextDate.closed_at.is_(None)
    return session.scalars(select(NoNextDate).where(*them)).first()


def _anything_ahead(session: Session, case: Case, now: datetime) -> bool:
    coming = Meeting.state == MeetingState.CALLED, Meeting.starts_at > now
    called = select(Meeting.id).where(Meeting.case_id == case.id, *coming).limit(1)
    return bool(goals.active(session, case.id)) or session.scalar(called) is not None


def _record(session: Session, act: str, row: NoNextDate, now: datetime) -> None:
    audit.record(
        session, action=f"next_dates.{act}", actor_id=None, object_id=row.id, chain=row.case_id,
        now=now, detail={},
    )  # fmt: skip
    follow_ups.reschedule(session, LADDER, row, now)
    session.flush()


# --- the ladder ----------------------------------------------------------------------------------


def _plan(session: Session, row: NoNextDate, now: datetime) -> Sequence[Step]:
    """The holder was asked at once, where it was decided; then weekly, without an end."""
    if row.closed_at is not None:
        return ()
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    first = goals.today(session, row.since + EVERY)
    return reminding.review_steps(first, rules, calendar, now)


def _take(session: Session, row: NoNextDate, step: Step, now: datetime) -> None:
    case = session.get_one(Case, row.case_id)
    if look(session, case, now) is not None and consents.carries(session, case, now):
        day, holder = goals.today(session, now).isoformat(), [case.stafettholder_id]
        unasked.tell(session, WANTED, holder, case.id, day, now, Promise.REMINDER)


def _is_open() -> ColumnElement[bool]:
    return NoNextDate.closed_at.is_(None)


def _responsible(session: Session, row: NoNextDate, now: datetime) -> Collection[int]:
    return cases.responsible(session, session.get_one(Case, row.case_id), now)


LADDER = Ladder(table=NoNextDate, plan=_plan, take=_take, open=_is_open, responsible=_responsible)
