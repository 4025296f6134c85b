"""Friday's five minutes: one digest for each member of staff, of what waits for them; done, put off
with a reason, or handed on.

It is promised to everybody at work and moot for those for whom nothing waits: that is asked when it
is sent. What is put off is off the list for a while, never off the ladder: who leads and the family
see the same day as before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, UniqueConstraint, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import (
    audit,
    falling_back,
    family,
    mail_addresses,
    municipality,
    owed,
    people,
    policy,
    unasked,
)
from models.base import Base, Id, Ref, new_id, refuse, require
from models.cases import Case
from models.concerns import Concern
from models.outbox import Promise
from models.owed import Owed
from models.people import Person
from models.requests import Request
from models.terms import Owing, PutOff, Why

DIGEST = "friday.digest"


class Postponement(Base):
    """Somebody put off one thing, or noted it as done for now. Never changed."""

    __tablename__ = "postponements"
    __table_args__ = (UniqueConstraint("person_id", "kind", "subject_id", "until"),)

    id: Mapped[Id]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str]  # Owing
    subject_id: Mapped[Ref] = mapped_column(index=True)
    case_id: Mapped[Ref | None] = mapped_column(ForeignKey("cases.id"), index=True)
    school_id: Mapped[Ref | None] = mapped_column(ForeignKey("units.id"), index=True)
    reason: Mapped[str]  # PutOff
    at: Mapped[datetime]
    until: Mapped[date]  # on the list again from this day


@dataclass(frozen=True)
class Line:
    """One thing on the list, and how often it may still be put off."""

    owed: Owed
    left: int


def lines(session: Session, person: Person, now: datetime) -> tuple[Line, ...]:
    """What is on somebody's list now, the most pressing first."""
    rules = municipality.policy_at(session, now)
    found = owed.of(session, person, now)
    told = _put_off_by(session, person) if found else ()
    return tuple(
        Line(each, max(0, rules.postpone_most - _times(told, each)))
        for each in found
        if not _is_off(session, told, each, now)
    )


def anything(session: Session, person: Person, now: datetime) -> bool:
    """Whether there is anything on somebody's list; looks no further than the first."""
    told = _put_off_by(session, person)
    return any(
        not _is_off(session, told, each, now) for each in owed.each_of(session, person, now)
    )


def _put_off_by(session: Session, person: Person) -> Sequence[Postponement]:
    chosen = select(Postponement).where(Postponement.person_id == person.id)
    return session.scalars(chosen).all()


def _is_off(session: Session, told: Sequence[Postponement], each: Owed, now: datetime) -> bool:
    today = policy.today_in(now, municipality.policy_at(session, now))
    return any(
        (row.kind, row.subject_id) == (each.kind, each.subject_id)
        for row in told
        if row.until > today
    )


def _times(told: Sequence[Postponement], each: Owed) -> int:
    mine = (each.kind, each.subject_id)
    return sum((row.kind, row.subject_id) == mine and row.reason != PutOff.DONE for row in told)


def line(session: Session, person: Person, kind: Owing, subject_id: int, now: datetime) -> Line:
    """One line of somebody's list. Absent when it is not on it: done, put off, or another's."""
    for each in lines(session, person, now):
        if (each.owed.kind, each.owed.subject_id) == (kind, subject_id):
            return each
    refuse(Why.ABSENT)


def put_off(
    session: Session,
    *,
    actor: Person,
    kind: Owing,
    subject_id: int,
    reason: PutOff,
    now: datetime,
) -> date:
    """Off the list for `postpone_days`; at most `postpone_most` times, whoever asks (DONE is no
    postponement). The same again is a no-op. Returns the day it is back.

    Raises Refused: ABSENT for what does not wait for the actor, TOO_MANY.
    """
    rules = municipality.policy_at(session, now)
    today = policy.today_in(now, rules)
    until = today + timedelta(days=rules.postpone_days)
    before = session.scalar(
        select(Postponement.until).where(
            Postponement.person_id == actor.id,
            Postponement.kind == kind,
            Postponement.subject_id == subject_id,
            Postponement.until > today,
        )
    )
    if before is not None:
        return before
    found = line(session, actor, kind, subject_id, now)
    require(found.left or reason is PutOff.DONE, Why.TOO_MANY)
    each = found.owed
    row = Postponement(
        id=new_id(), person_id=actor.id, kind=kind, subject_id=subject_id, reason=reason, at=now,
        case_id=each.case_id, school_id=_school(session, each), until=until,
    )  # fmt: skip
    session.add(row)
    audit.record(
        session, action="friday.put_off", actor_id=actor.id, object_id=subject_id,
        chain=each.case_id or 0, now=now, detail={"kind": kind.value, "reason": reason.value},
    )  # fmt: skip
    session.flush()
    return until


def _school(session: Session, each: Owed) -> int | None:
    if each.case_id is not None:
        return session.get_one(Case, each.case_id).school_id
    found = session.get(Request, each.subject_id) or session.get(Concern, each.subject_id)
    return found.school_id if found is not None else None


def put_off_at(session: Session, reader: Person, school_ids: Sequence[int], now: datetime) -> int:
    """How many things are put off just now at some schools: a number, for who leads them. Without
    what is of a youth the reader meets as a parent."""
    wards = family.ever_wards(reader.id)
    as_parent = select(Case.id).where(Case.ungdom_id.in_(wards))
    of_no_case = (
        Postponement.subject_id.not_in(select(table.id).where(table.ungdom_id.in_(wards)))
        for table in (Request, Concern)
    )
    today = policy.today_in(now, municipality.policy_at(session, now))
    counted = select(func.count()).where(
        Postponement.school_id.in_(school_ids),
        or_(Postponement.case_id.is_(None), Postponement.case_id.not_in(as_parent)),
        Postponement.until > today,
        Postponement.reason != PutOff.DONE,
        *of_no_case,
    )
    return session.scalar(counted) or 0


def tell(session: Session, person_id: int, day: str, now: datetime) -> None:
    """Promise this week's digest, once however many roles somebody has; and the mail that tells of
    it to those who chose mail (`mail_friday`)."""
    rules = municipality.policy_at(session, now)
    fresh = unasked.tell(session, DIGEST, [person_id], person_id, day, now, Promise.REMINDER)
    mails = fresh and rules.mail_friday and mail_addresses.confirmed(session, person_id)
    if mails and lines(session, people.get(session, person_id), now):
        falling_back.notify(session, person_id, now, falling_back.WEEKLY, Promise.REMINDER)
