"""The municipality's schools, clubs and services, as an administrator keeps them.

A unit is closed, never deleted: a consent names it for good. That something is open there is told,
never what, whose or how much of it [5].
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import access, audit, concerns, holding, municipality, policy
from models.base import new_id, refuse, require
from models.cases import Case, CaseService
from models.consent_history import ConsentQuestion, read_scope
from models.municipality import Unit
from models.people import Person, Position, Pupil
from models.requests import Request
from models.terms import OPEN_REQUESTS, Action, CaseState, InTheWay, UnitKind, Why

LONGEST = 80


@dataclass(frozen=True)
class Line:
    id: int
    kind: UnitKind
    name: str


@dataclass(frozen=True)
class Kept:
    """One unit, and what is in the way of closing it."""

    id: int
    kind: UnitKind
    name: str
    in_the_way: frozenset[InTheWay]


def listed(session: Session, *, actor: Person) -> list[Line]:
    """Every unit that is not closed, by kind and name."""
    access.authorise_at_work(session, actor=actor, action=Action.RUN_UNITS)
    found = session.scalars(select(Unit).where(Unit.closed_at.is_(None)))
    order = list(UnitKind)
    lines = [Line(unit.id, UnitKind(unit.kind), unit.name) for unit in found]
    return sorted(lines, key=lambda line: (order.index(line.kind), line.name.casefold()))


def one(session: Session, *, actor: Person, unit_id: int) -> Kept:
    unit = _found(session, actor, unit_id)
    return Kept(unit.id, UnitKind(unit.kind), unit.name, in_the_way(session, unit.id))


def add(session: Session, *, actor: Person, kind: UnitKind, name: str, now: datetime) -> int:
    """Returns its id. One of the same kind and name is the same, and is opened again if closed."""
    access.authorise_at_work(session, actor=actor, action=Action.RUN_UNITS)
    name = named(name)
    unit = _called(session, kind, name)
    if unit is not None and unit.closed_at is None:
        return unit.id
    if unit is None:
        made = new_id()
        unit = Unit(id=made, key=f"u{made}", kind=kind, name=name)
        session.add(unit)
    unit.closed_at = None
    _record(session, actor, "units.add", unit, now)
    return unit.id


def rename(session: Session, *, actor: Person, unit_id: int, name: str, now: datetime) -> None:
    """The new name holds everywhere from now on. Refused with NAME_STANDS, as `to_rename`."""
    unit, name = _found(session, actor, unit_id), named(name)
    if unit.name == name:
        return
    require(not _is_agreed(session, unit.id, now), Why.NAME_STANDS)
    same = _called(session, UnitKind(unit.kind), name)
    require(same is None or same.closed_at is not None, Why.ALREADY_OPEN)
    unit.name = name
    _record(session, actor, "units.rename", unit, now)


def to_rename(session: Session, *, actor: Person, unit_id: int, now: datetime) -> Kept:
    """Refused with NAME_STANDS while a family is asked about the unit, has said yes to it or has
    somebody of it in the case: they would have another service than the one they were told of."""
    unit = one(session, actor=actor, unit_id=unit_id)
    require(not _is_agreed(session, unit.id, now), Why.NAME_STANDS)
    return unit


def _is_agreed(session: Session, unit_id: int, now: datetime) -> bool:
    """What was taken back counts until the day it was asked for is over: it can be given again."""
    takes_part = select(CaseService.case_id).join(Case, Case.id == CaseService.case_id)
    here = takes_part.where(
        CaseService.unit_id == unit_id,
        CaseService.ended_at.is_(None),
        Case.state != CaseState.CLOSED,
    )
    if holding.any_of(session, here):
        return True
    today = policy.today_in(now, municipality.policy_at(session, now))
    scopes = session.scalars(
        select(ConsentQuestion.scope)
        .join(Case, Case.id == ConsentQuestion.case_id)
        .where(Case.state != CaseState.CLOSED, ConsentQuestion.until >= today)
    )
    return any(unit_id in read_scope(each) for each in scopes)


def close(session: Session, *, actor: Person, unit_id: int, now: datetime) -> None:
    """Refused with HAND_OVER_FIRST while anything is `in_the_way`. Closed already: quiet."""
    access.authorise_at_work(session, actor=actor, action=Action.RUN_UNITS)
    unit = session.get(Unit, unit_id, with_for_update=True)
    if unit is None:
        refuse(Why.ABSENT)
    if unit.closed_at is not None:
        return
    require(not in_the_way(session, unit.id), Why.HAND_OVER_FIRST)
    unit.closed_at = now
    _record(session, actor, "units.close", unit, now)


def in_the_way(session: Session, unit_id: int) -> frozenset[InTheWay]:
    takes_part = select(CaseService.case_id).where(
        CaseService.unit_id == unit_id, CaseService.ended_at.is_(None)
    )
    cases = select(Case.id).where(Case.state != CaseState.CLOSED)
    there = {
        InTheWay.REQUESTS: select(Request.id).where(
            Request.school_id == unit_id, Request.state.in_(OPEN_REQUESTS)
        ),
        InTheWay.CONCERNS: concerns.open_at(unit_id),
        InTheWay.CASES: cases.where((Case.school_id == unit_id) | Case.id.in_(takes_part)),
        InTheWay.PUPILS: select(Pupil.person_id).where(Pupil.school_id == unit_id),
        InTheWay.STAFF: select(Position.id).where(
            Position.unit_id == unit_id, Position.ended_at.is_(None)
        ),
    }
    return frozenset(what for what, found in there.items() if holding.any_of(session, found))


def named(name: str) -> str:
    """A name as it is kept. Refused when there is none, or too much of it."""
    name = " ".join(name.split())
    require(name, Why.WORDS_REQUIRED)
    require(len(name) <= LONGEST, Why.TOO_LONG)
    return name


def _found(session: Session, actor: Person, unit_id: int) -> Unit:
    access.authorise_at_work(session, actor=actor, action=Action.RUN_UNITS)
    unit = session.get(Unit, unit_id)
    if unit is None or unit.closed_at is not None:
        refuse(Why.ABSENT)
    return unit


def _called(session: Session, kind: UnitKind, name: str) -> Unit | None:
    return session.scalars(select(Unit).where(Unit.kind == kind, Unit.name == name)).first()


def _record(session: Session, actor: Person, action: str, unit: Unit, now: datetime) -> None:
    session.flush()
    audit.record(session, action=action, actor_id=actor.id, object_id=unit.id, now=now)
