"""Letting a los keep the log, and ending it [38]. The holder decides; the family is told and sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import (
    access,
    audit,
    cases,
    family,
    log_keeping,
    municipality,
    people,
    shielded,
    unasked,
)
from models.base import new_id, require
from models.cases import Case
from models.log_keeping import LogKeeping
from models.people import Person
from models.terms import Action, Role, Why

TOLD = "log.keeper"


@dataclass(frozen=True)
class Keepers:
    """Who keeps the log now, and who could."""

    case_id: int
    ungdom: str
    now: str | None
    able: Mapping[int, str]  # person -> name and service


def keepers(session: Session, *, actor: Person, case_id: int, now: datetime) -> Keepers:
    case = _opened(session, actor, case_id, now)
    able = {
        service.person_id: service.unit_id
        for service in cases.services_of(session, case.id)
        if access.may_keep_log(session, people.get(session, service.person_id), case,
                               service.unit_id, now)
    }  # fmt: skip
    names = people.names(session, list(able))
    units = municipality.unit_names(session, set(able.values()))
    return Keepers(
        case_id=case.id,
        ungdom=people.get(session, case.ungdom_id).name or "",
        now=keeper(session, case, now),
        able={each: f"{name} ({units[able[each]]})" for each, name in names.items()},
    )


def keeper(session: Session, case: Case, now: datetime) -> str | None:
    """The name of who keeps the log now."""
    row = log_keeping.given(session, case)
    person = people.get(session, row.person_id) if row is not None else None
    if person is None or Role.LOGGFORER not in access.hats_in_case(session, person, case, now):
        return None
    return person.name


def give(
    session: Session, *, actor: Person, case_id: int, person_id: int, now: datetime
) -> LogKeeping:
    """Let a los keep the log, in place of whoever did. Refused: ABSENT, NOBODY for one who is no los
    of a service whose consent covers meetings, goals and tiltak. The same again is what stands."""
    case = _opened(session, actor, case_id, now)
    person = people.get(session, person_id)
    units = [
        service.unit_id
        for service in cases.services_of(session, case.id)
        if service.person_id == person_id
        and access.may_keep_log(session, person, case, service.unit_id, now)
    ]
    require(units, Why.NOBODY)
    before = log_keeping.given(session, case)
    if before is not None and before.person_id == person_id and before.unit_id == units[0]:
        return before
    if before is not None:
        before.ended_at = now
    row = LogKeeping(
        id=new_id(), case_id=case.id, person_id=person_id, unit_id=units[0], by_id=actor.id,
        since=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _record(session, case, "log.give", actor, now, person=person_id)
    _tell(session, case, [person_id], f"{row.id}", now)
    return row


def end(session: Session, *, actor: Person, case_id: int, now: datetime) -> bool:
    """The holder keeps it again. False: nobody else did."""
    case = _opened(session, actor, case_id, now)
    row = log_keeping.given(session, case)
    if row is None:
        return False
    row.ended_at = now
    session.flush()
    _record(session, case, "log.take", actor, now, person=row.person_id)
    _tell(session, case, [row.person_id], f"{row.id}.over", now)
    return True


def _opened(session: Session, actor: Person, case_id: int, now: datetime) -> Case:
    cases.locked(session, case_id)
    return access.open_case(
        session, actor=actor, case_id=case_id, action=Action.DELEGATE_LOG, now=now
    )


def _record(
    session: Session, case: Case, action: str, actor: Person, now: datetime, **told: int
) -> None:
    audit.record(
        session, action=action, actor_id=actor.id, object_id=case.id, chain=case.id, now=now,
        detail=told,
    )  # fmt: skip


def _tell(session: Session, case: Case, persons: list[int], occasion: str, now: datetime) -> None:
    kept = shielded.kept_from(session, case)
    relatives = [p.id for p in family.of(session, case.ungdom_id, now) if p.id not in kept]
    unasked.tell(session, TOLD, [*relatives, *persons], case.id, occasion, now)
