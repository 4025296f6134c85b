"""A case: one youth, one stafettholder, the services that take part. The frame of a stafettlogg.

`pending_consent -> active -> frozen -> closed`; it is active only while the consents that carry
it are in force, and who holds the baton is clear at every instant (DOMAIN rules 10 and 26).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit, deciders, family, ledger, people, unasked
from models.base import Base, Counter, Id, Ref, new_id, require
from models.follow_ups import FollowedUp
from models.journal import Ends
from models.people import Person
from models.sealed import keyring_of
from models.terms import STAFF_ROLES, CaseState, Why
from models.together import Rows


class Case(Ends, FollowedUp, Base):
    __tablename__ = "cases"
    __table_args__ = (
        Index(
            "uq_cases_open_ungdom_id",
            "ungdom_id",
            unique=True,
            sqlite_where=text("state != 'closed'"),
            postgresql_where=text("state != 'closed'"),
        ),
    )
    ENDS = ("stafettholder_id", "holder_unit_id", "school_id")

    id: Mapped[Id]
    key_id: Mapped[Ref]  # all that is written in the case is sealed under one key
    ungdom_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    school_id: Mapped[Ref] = mapped_column(ForeignKey("units.id"), index=True)
    stafettholder_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    holder_unit_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("units.id")
    )  # the service the holder holds it for; None: the school
    state: Mapped[str] = mapped_column(default=CaseState.PENDING_CONSENT)
    level: Mapped[int] = mapped_column(default=1)  # its place in level_scheme; moved by `levels`
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    on_paper_since: Mapped[datetime | None]  # the log is kept there; here are dates and consents


class CaseService(Ends, Base):
    """A service that takes part, and who in it does. Access is the consent's, not this row's."""

    __tablename__ = "case_services"
    __table_args__ = (UniqueConstraint("case_id", "unit_id", "person_id"),)
    ENDS = ("ended_at",)

    id: Mapped[Counter]
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"), index=True)
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("units.id"))
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    ended_at: Mapped[datetime | None]


def open(
    session: Session,
    *,
    actor: Person,
    ungdom: Person,
    school_id: int,
    stafettholder: Person,
    now: datetime,
    level: int = 1,
) -> Case:
    """Start a case that waits for consent; the open one if there is one already.

    Who may open it is asked by the caller (`access`, which this module cannot import). The holder
    is staff, and neither is nor was a guardian of the youth. Someone else who is made holder is
    told.
    """
    people.held_still(session, stafettholder.id)
    require(ungdom.confirmed_at and stafettholder.confirmed_at, Why.NOT_CONFIRMED)
    pupil = people.pupil(session, ungdom.id)
    require(pupil is not None and pupil.school_id == school_id, Why.ABSENT)
    require(people.staff_roles(session, stafettholder) & STAFF_ROLES, Why.NOBODY)
    require(not family.is_guardian(session, stafettholder.id, ungdom.id), Why.NOBODY)
    existing = open_for(session, ungdom.id)
    if existing is not None:
        return existing
    case = Case(
        id=new_id(), key_id=keyring_of(session).new_key(session), ungdom_id=ungdom.id,
        school_id=school_id, stafettholder_id=stafettholder.id, opened_at=now, steps_done=[],
        level=level,
    )  # fmt: skip
    session.add(case)
    session.flush()
    _record(session, case, "cases.open", actor, now, stafettholder=stafettholder.id, level=level)
    if stafettholder.id != actor.id:
        unasked.tell(session, "stafett.opened", [stafettholder.id], case.id, "opened", now)
    return case


def locked(session: Session, case_id: int) -> Case | None:
    """The case, held until the transaction ends: two who answer at once are heard in turn."""
    session.flush()
    return session.get(Case, case_id, with_for_update=True, populate_existing=True)


def move(session: Session, case: Case, state: CaseState, now: datetime) -> None:
    """Record that the consents now carry the case, or no longer do."""
    if case.state == state:
        return
    before, case.state = case.state, state
    _record(session, case, "cases.move", None, now, **{"from": str(before), "to": str(state)})


def _record(
    session: Session, case: Case, action: str, actor: Person | None, now: datetime, **to: object
) -> None:
    audit.record(
        session, action=action, actor_id=actor.id if actor else None, object_id=case.id,
        chain=case.id, now=now, detail=to,
    )  # fmt: skip
    stir(case, now)


def responsible(session: Session, case: Case, now: datetime) -> list[int]:
    """Who has the next step in a case: whoever holds the baton, or who is there in their place."""
    at = {"school_id": case.school_id, "ungdom_id": case.ungdom_id}
    return deciders.somebody(session, [case.stafettholder_id], now, **at)


def stir(case: Case, now: datetime) -> None:
    """Something of the case has changed: the next tick looks whether a follow-up has stopped, or
    goes on again (`breaks`)."""
    case.next_follow_up_at, case.steps_done = now, []


def stir_of(session: Session, thing: Any, now: datetime) -> None:
    """`stir` the case a thing is part of (`Ladder.stirs`)."""
    case = session.get(Case, thing.case_id)
    if case is not None and case.state != CaseState.CLOSED:
        stir(case, now)


def stir_held(session: Session, person_id: int, now: datetime) -> None:
    """Who holds these is away, is back, or has left."""
    held = select(Case).where(Case.stafettholder_id == person_id, Case.state != CaseState.CLOSED)
    for case in session.scalars(held):
        stir(case, now)


def digital(case: Case, *words: object) -> None:
    """Refused(ON_PAPER) where the log is kept on paper, if there are any words to write."""
    require(case.on_paper_since is None or not any(words), Why.ON_PAPER)


def find(session: Session, case_id: int) -> Case | None:
    return session.get(Case, case_id)


def open_for(session: Session, ungdom_id: int) -> Case | None:
    return session.scalar(
        select(Case).where(Case.ungdom_id == ungdom_id, Case.state != CaseState.CLOSED)
    )


def holders_of(session: Session, ungdom_ids: Iterable[int]) -> dict[int, int]:
    """Who holds the baton of each of these youths that has an open case."""
    found = session.execute(
        select(Case.ungdom_id, Case.stafettholder_id).where(
            Case.ungdom_id.in_(ungdom_ids), Case.state != CaseState.CLOSED
        )
    )
    return dict(iter(found))


def held_by(session: Session, person_id: int) -> list[Case]:
    """The open cases in which someone holds the baton."""
    held = session.scalars(
        select(Case)
        .where(Case.stafettholder_id == person_id, Case.state != CaseState.CLOSED)
        .order_by(Case.opened_at)
    ).all()
    for case in held:
        ledger.note(session, case.id)
    return list(held)


def add_service(
    session: Session,
    *,
    case: Case,
    unit_id: int,
    person: Person,
    now: datetime,
    actor: Person | None = None,
) -> None:
    """Let a person of a service take part. What they see is still the consent's question.

    With an `actor` it is recorded and the person is told; who may add is the caller's question.
    """
    people.held_still(session, person.id)
    require(people.roles_at(session, person, unit_id) & STAFF_ROLES, Why.NOBODY)
    existing = session.scalar(
        select(CaseService).where(
            CaseService.case_id == case.id,
            CaseService.unit_id == unit_id,
            CaseService.person_id == person.id,
        )
    )
    if existing is None:
        session.add(CaseService(case_id=case.id, unit_id=unit_id, person_id=person.id))
    elif existing.ended_at is None:
        return
    else:
        existing.ended_at = None
    session.flush()
    if actor is not None:
        _record(session, case, "cases.add_service", actor, now, unit=unit_id, person=person.id)
        occasion = f"{unit_id}.{now.isoformat()}"
        unasked.tell(session, "stafett.added", [person.id], case.id, occasion, now)


_SERVICES = Rows(
    select(CaseService).where(CaseService.ended_at.is_(None)).order_by(CaseService.id),
    by=CaseService.case_id,
)


def services_of(session: Session, case_id: int) -> list[CaseService]:
    return _SERVICES.of(session, case_id)


def taken_part_in(session: Session, person_id: int) -> list[Case]:
    """Open cases a service's worker takes part in."""
    takes_part = select(CaseService.case_id).where(
        CaseService.person_id == person_id, CaseService.ended_at.is_(None)
    )
    return list(
        session.scalars(
            select(Case)
            .where(Case.id.in_(takes_part), Case.state != CaseState.CLOSED)
            .order_by(Case.opened_at)
        )
    )


def held_for(session: Session, person_id: int, now: datetime) -> list[Case]:
    """The open cases a person is in as youth, guardian who takes part or service's worker: whose
    stafettholder wants to know that the person cannot be reached."""
    own = open_for(session, person_id)
    wards = [
        open_for(session, youth)
        for youth in family.all_ward_ids(session, person_id)
        if any(each.id == person_id for each in family.guardians_of(session, youth, now))
    ]
    found = [own, *wards, *taken_part_in(session, person_id)]
    return [case for case in found if case is not None and case.stafettholder_id != person_id]
