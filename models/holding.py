"""What somebody who works here holds, that must be another's before they leave [30]."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from models import concerns, municipality, people, policy, queue
from models.audit import AuditEntry
from models.cases import Case
from models.people import Person, Position
from models.requests import Request
from models.terms import OPEN_REQUESTS, STAFF_ROLES, CaseState, InTheWay, Role

NEW = timedelta(hours=72)
"""So long somebody who has got a role does not count as another who leads: those who were told of it
have seen it by then, a weekend between or not."""


def locked(session: Session, positions: Sequence[Position]) -> None:
    """Until the commit the one whose positions these are is given nothing to hold, and of two who
    lead the same not both leave, each as if the other stayed."""
    for person_id in {position.person_id for position in positions}:
        session.get(Person, person_id, with_for_update=True)
    units = [position.unit_id for position in positions]
    leads = or_(
        Position.role == Role.ADMINISTRATOR,
        and_(Position.role == Role.REKTOR, Position.unit_id.in_(units)),
    )
    session.scalars(
        select(Position)
        .where(leads, Position.ended_at.is_(None))
        .order_by(Position.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def by(session: Session, positions: Sequence[Position], now: datetime) -> frozenset[InTheWay]:
    """What would be left without somebody if these positions of one person ended together."""
    found = set()
    for position in positions:
        if position.role in STAFF_ROLES and _batons_end_with(session, position, positions):
            found.add(InTheWay.BATON)
        if position.role == Role.LOS and queue.load_of(session, position.person_id):
            found.add(InTheWay.LOS)
        if position.role == Role.REKTOR and leads_alone(session, position, now):
            found.add(InTheWay.LEADER)
        if position.role == Role.ADMINISTRATOR and _administers_alone(session, position, now):
            found.add(InTheWay.ADMINISTRATOR)
    return frozenset(found)


def _batons_end_with(session: Session, position: Position, ending: Sequence[Position]) -> bool:
    """Any baton with the last of one's work; else those of the school one leaves."""
    left = [
        each
        for each in people.positions(session, position.person_id)
        if each not in ending and each.role in STAFF_ROLES
    ]
    if any(each.unit_id == position.unit_id for each in left):
        return False
    batons = schools_of_batons(position.person_id)
    held_for = func.coalesce(Case.holder_unit_id, Case.school_id)
    return any_of(session, batons.where(held_for == position.unit_id) if left else batons)


def leads_alone(session: Session, position: Position, now: datetime) -> bool:
    """Whether a rektor is the only one of a school where something is open: who is so for good by
    `_others`, who is so for a while by any other."""
    here = Position.unit_id == position.unit_id
    if position.until is not None or position.acts_for_id is not None:
        there = people.staff_of(session, position.unit_id, Role.REKTOR)
        if any(person.id != position.person_id for person in there):
            return False
    elif _others(session, position, now, here):
        return False
    requests = select(Request.id).where(
        Request.school_id == position.unit_id, Request.state.in_(OPEN_REQUESTS)
    )
    cases = select(Case.id).where(
        Case.school_id == position.unit_id, Case.state != CaseState.CLOSED
    )
    open_concerns = concerns.open_at(position.unit_id)
    return any(any_of(session, found) for found in (requests, cases, open_concerns))


def _administers_alone(session: Session, position: Position, now: datetime) -> bool:
    return position.until is None and not _others(session, position, now)


def _others(
    session: Session, position: Position, now: datetime, *where: ColumnElement[bool]
) -> bool:
    """Whether others have the same role: for good, in nobody's place, not away and not since just
    now. Else one administrator could make up the other who is said to lead."""
    today = policy.today_in(now, municipality.policy_at(session, now))
    found = session.execute(
        select(Position, Person)
        .join(Person, Person.id == Position.person_id)
        .where(
            Position.role == position.role,
            Position.person_id != position.person_id,
            Position.ended_at.is_(None),
            Position.until.is_(None),
            Position.acts_for_id.is_(None),
            Person.confirmed_at.is_not(None),
            *where,
        )
    ).all()
    return any(
        not people.is_away(person, today) and not _is_new(session, other, now)
        for other, person in found
    )


def _is_new(session: Session, position: Position, now: datetime) -> bool:
    """When it was given stands in the audit alone; what came with the municipality's file or the
    operator does not, and is the municipality's word."""
    given = session.scalars(
        select(AuditEntry.detail).where(
            AuditEntry.chain == 0,
            AuditEntry.action == "staffing.give",
            AuditEntry.object_id == position.person_id,
            AuditEntry.at > now - NEW,
        )
    )
    here = position.unit_id, position.role
    return any((each.get("unit"), each.get("role")) == here for each in given)


def schools(session: Session, person_id: int, now: datetime) -> set[int]:
    """The schools at which something must be handed over before this person leaves."""
    found = set(session.scalars(schools_of_batons(person_id)))
    found |= set(
        session.scalars(
            select(Request.school_id).where(
                Request.los_id == person_id, Request.state.in_(OPEN_REQUESTS)
            )
        )
    )
    led = (p for p in people.positions(session, person_id) if p.role == Role.REKTOR)
    return found | {each.unit_id for each in led if leads_alone(session, each, now)}


def schools_of_batons(person_id: int) -> Select[int]:
    return select(Case.school_id).where(
        Case.stafettholder_id == person_id, Case.state != CaseState.CLOSED
    )


def batons(session: Session, person_id: int) -> int:
    held = schools_of_batons(person_id).subquery()
    return session.scalar(select(func.count()).select_from(held)) or 0


def any_of(session: Session, found: Select[int]) -> bool:
    return session.scalars(found.limit(1)).first() is not None
