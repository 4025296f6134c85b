"""What somebody who works here holds, that must be another's before they leave [30]."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models import people, queue
from models.cases import Case
from models.people import Position
from models.requests import Request
from models.terms import OPEN_REQUESTS, STAFF_ROLES, CaseState, InTheWay, Role


def by(session: Session, positions: Sequence[Position]) -> frozenset[InTheWay]:
    """What would be left without somebody if these positions of one person ended together."""
    found = set()
    for position in positions:
        if position.role in STAFF_ROLES and _batons_end_with(session, position, positions):
            found.add(InTheWay.BATON)
        if position.role == Role.LOS and queue.load_of(session, position.person_id):
            found.add(InTheWay.LOS)
        if position.role == Role.REKTOR and leads_alone(session, position):
            found.add(InTheWay.LEADER)
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
    return any_of(session, batons.where(Case.school_id == position.unit_id) if left else batons)


def leads_alone(session: Session, position: Position) -> bool:
    """Whether a rektor is the only one of a school where something is open."""
    found = people.staff_of(session, position.unit_id, Role.REKTOR)
    if any(person.id != position.person_id for person in found):
        return False
    requests = select(Request.id).where(
        Request.school_id == position.unit_id, Request.state.in_(OPEN_REQUESTS)
    )
    cases = select(Case.id).where(
        Case.school_id == position.unit_id, Case.state != CaseState.CLOSED
    )
    return any_of(session, requests) or any_of(session, cases)


def schools(session: Session, person_id: int) -> set[int]:
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
    return found | {each.unit_id for each in led if leads_alone(session, each)}


def schools_of_batons(person_id: int) -> Select[int]:
    return select(Case.school_id).where(
        Case.stafettholder_id == person_id, Case.state != CaseState.CLOSED
    )


def batons(session: Session, person_id: int) -> int:
    held = schools_of_batons(person_id).subquery()
    return session.scalar(select(func.count()).select_from(held)) or 0


def any_of(session: Session, found: Select[int]) -> bool:
    return session.scalars(found.limit(1)).first() is not None
