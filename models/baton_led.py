"""The unit leader's view of the batons at the school [30]: who holds how many, and of whom."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import access, access_log, family, municipality, people, policy
from models.base import by_name, require
from models.cases import Case
from models.people import Person
from models.terms import Action, CaseState, Purpose, Role, UnitKind, Why


def leads_any(session: Session, person: Person) -> bool:
    """Whether somebody leads a school at which a baton is held."""
    return access.may_at_work(session, person, Action.TAKE_OVER) and bool(_led(session, person))


def led(session: Session, *, actor: Person) -> dict[int, tuple[str, int]]:
    """Who holds batons at the schools somebody is rektor of, and how many. Names no youth."""
    held = _led(session, actor)
    names = people.names(session, [case.stafettholder_id for case in held])
    counts = [case.stafettholder_id for case in held]
    return {person: (name, counts.count(person)) for person, name in names.items()}


def led_by(
    session: Session, *, actor: Person, person_id: int, now: datetime
) -> tuple[str, dict[int, str]]:
    """The youths whose baton one holds, for the rektor who may have to take them over."""
    held = [case for case in _led(session, actor) if case.stafettholder_id == person_id]
    require(held, Why.ABSENT)
    for case in held:
        looked(session, actor, case, now)
    found = by_name({case.id: name_of(session, case.ungdom_id) for case in held})
    return name_of(session, person_id), found


def absent(
    session: Session, *, actor: Person, person_id: int, now: datetime
) -> tuple[str, date | None]:
    """The name of a holder at the rektor's school who is away, and until when."""
    require(person_id in led(session, actor=actor), Why.ABSENT)
    person = people.get(session, person_id)
    today = policy.today_in(now, municipality.policy_at(session, now))
    require(person.away_until is not None and person.away_until >= today, Why.EXPIRED)
    return person.name or "", person.away_until


def _led(session: Session, actor: Person) -> list[Case]:
    """None whose parent one is; one's own among them."""
    require(access.may_at_work(session, actor, Action.TAKE_OVER), Why.ABSENT)
    schools = [unit.id for unit in people.units_where(session, actor, Role.REKTOR)]
    held = select(Case).where(
        Case.school_id.in_(schools),
        Case.state != CaseState.CLOSED,
        family.not_a_ward(Case.ungdom_id, actor),
    )
    return list(session.scalars(held.order_by(Case.opened_at, Case.id)))


def stuck(session: Session, *, actor: Person, school_id: int) -> str:
    """The school at which nobody can be told, for the project leader. Nothing of a case."""
    require(Role.PROSJEKTLEDER in people.staff_roles(session, actor), Why.ABSENT)
    school = municipality.unit(session, school_id)
    require(school is not None and school.kind == UnitKind.SCHOOL, Why.ABSENT)
    return unit_name(session, school_id)


def looked(session: Session, actor: Person, case: Case, now: datetime) -> None:
    """The holder's reading is the holder's; the rektor's is the school's."""
    if actor.id == case.stafettholder_id:
        access_log.looked(session, "batons", actor, case, now)
        return
    access_log.note(
        session, "batons", actor, chain=case.id, object_id=case.id, hat=Role.REKTOR,
        unit_id=case.school_id, purpose=Purpose.COOPERATION, ungdom_id=case.ungdom_id, now=now,
    )  # fmt: skip


def name_of(session: Session, person_id: int) -> str:
    return people.get(session, person_id).name or ""


def unit_name(session: Session, unit_id: int) -> str:
    found = municipality.unit(session, unit_id)
    return found.name if found is not None else ""
