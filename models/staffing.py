"""Who works where, as an administrator keeps it: a role is given and taken, somebody is let in,
somebody leaves.

Nobody leaves while holding a baton [30].
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    access,
    audit,
    contacts,
    family,
    holding,
    invitations,
    joining,
    municipality,
    people,
    policy,
    unasked,
    units,
    unreached,
)
from models.base import refuse, require
from models.invitations import Invitation
from models.municipality import Unit
from models.people import Person, Position
from models.terms import Action, Role, UnitKind, Why

GIVEN, HAND_OVER = "staff.given", "staff.hand_over"

POSTS: dict[UnitKind, tuple[Role, ...]] = {
    UnitKind.SCHOOL: (Role.REKTOR, Role.KONTAKTLAERER),
    UnitKind.LOS: (Role.LOS,),
    UnitKind.OTHER: (Role.PROSJEKTLEDER, Role.SERVICE, Role.ADMINISTRATOR),
}
"""What one can be where; in every other unit one works in a service."""


def posts_in(kind: UnitKind) -> tuple[Role, ...]:
    return POSTS.get(kind, (Role.SERVICE,))


# --- giving and taking ---------------------------------------------------------------------------


def give(
    session: Session,
    *,
    actor: Person,
    unit_id: int,
    role: Role,
    now: datetime,
    person_id: int | None = None,
    name: str = "",
) -> int:
    """Give somebody who works here, or somebody new by `name`, a role in a unit. Returns the
    position's id; who has it already keeps it. The unit's rektor is told, whoever gave it."""
    unit = unit_of(session, actor, unit_id)
    require(role in posts_in(UnitKind(unit.kind)), Why.ABSENT)
    require(person_id != actor.id, Why.NOT_ONESELF)
    if person_id is None:
        person = people.create(session, name=units.named(name), language="nb", now=now)
    else:
        require(people.positions(session, person_id), Why.ABSENT)
        person = people.get(session, person_id)
    position = session.scalars(
        select(Position).where(
            Position.person_id == person.id, Position.unit_id == unit.id, Position.role == role
        )
    ).one_or_none()
    if position is not None and position.ended_at is None:
        return position.id
    if position is None:
        position = Position(person_id=person.id, unit_id=unit.id, role=role)
        session.add(position)
    position.ended_at = None
    session.flush()
    _record(session, actor, "staffing.give", person, now, unit=unit.id, role=role.value)
    told = [p.id for p in people.staff_of(session, unit.id, Role.REKTOR) if p.id != person.id]
    unasked.tell(session, GIVEN, told, position.id, now.isoformat(), now)
    return position.id


def take(session: Session, *, actor: Person, position_id: int, now: datetime) -> None:
    """End one role, at once. Refused with HAND_OVER_FIRST while what it carries is held [30]."""
    position, person, unit = position_of(session, actor, position_id)
    require(person.id != actor.id, Why.NOT_ONESELF)
    last = len(people.positions(session, person.id)) == 1
    require(not last, Why.NOT_IN_STATE)  # that is leaving
    _lock(session, person)
    require(not holding.by(session, [position]), Why.HAND_OVER_FIRST)
    position.ended_at = now
    session.flush()
    _record(session, actor, "staffing.take", person, now, unit=unit.id, role=position.role)


def deactivate(session: Session, *, actor: Person, person_id: int, now: datetime) -> None:
    """Somebody works here no more: every role, link, session and chat ends at once. Refused with
    HAND_OVER_FIRST while anything is held [30]. The chat of one who is also somebody's parent, or a
    pupil, stays theirs, without the hats."""
    person = _colleague(session, actor, person_id)
    _lock(session, person)
    every = people.positions(session, person.id)
    require(not holding.by(session, every), Why.HAND_OVER_FIRST)
    for position in every:
        position.ended_at = now
    session.flush()
    invitations.void(session, person.id, now)
    private = family.all_ward_ids(session, person.id) or people.pupil(session, person.id)
    if not private:
        contacts.take_from(session, person, actor=actor, now=now)
    _record(session, actor, "staffing.deactivate", person, now, positions=len(every))
    unreached.tell(session, person.id, now)


def ask_to_hand_over(session: Session, *, actor: Person, person_id: int, now: datetime) -> None:
    """Give those who lead the school the task; once a day. Who led it alone is nobody's to ask:
    then the project leader is told."""
    person = _colleague(session, actor, person_id)
    schools = holding.schools(session, person.id)
    require(schools, Why.NOT_IN_STATE)
    fresh = False
    for school_id in schools:
        found = people.staff_of(session, school_id, Role.REKTOR)
        them = [p for p in found if p.id != person.id]
        them = them or [p for p in people.with_role(session, Role.PROSJEKTLEDER) if p != person]
        day = policy.today_in(now, municipality.policy_at(session, now))
        fresh |= unasked.tell(session, HAND_OVER, [p.id for p in them], person.id, f"{day}", now)
    if fresh:
        _record(session, actor, "staffing.ask_to_hand_over", person, now)


# --- letting in ----------------------------------------------------------------------------------


def invite(session: Session, *, actor: Person, person_id: int, now: datetime) -> Invitation:
    """A one-time link for somebody who has never been in. Who was in and has a new phone gets it
    from the rektor or at the machine: else an administrator could come in as any of them."""
    person = _colleague(session, actor, person_id)
    require(may_invite(person, by=actor), Why.ABSENT)
    return joining.hand_out(session, actor, person, now)


def may_invite(person: Person, *, by: Person) -> bool:
    return person.id != by.id and person.confirmed_at is None


# --- who is meant --------------------------------------------------------------------------------


def unit_of(session: Session, actor: Person, unit_id: int) -> Unit:
    access.authorise_at_work(session, actor=actor, action=Action.RUN_STAFF)
    unit = session.get(Unit, unit_id)
    if unit is None or unit.closed_at is not None:
        refuse(Why.ABSENT)
    return unit


def position_of(
    session: Session, actor: Person, position_id: int
) -> tuple[Position, Person, Unit]:
    access.authorise_at_work(session, actor=actor, action=Action.RUN_STAFF)
    position = session.get(Position, position_id)
    if position is None or position.ended_at is not None:
        refuse(Why.ABSENT)
    unit = session.get_one(Unit, position.unit_id)
    return position, people.get(session, position.person_id), unit


def _colleague(session: Session, actor: Person, person_id: int) -> Person:
    """Somebody who works here, and is not the one who asks."""
    access.authorise_at_work(session, actor=actor, action=Action.RUN_STAFF)
    require(people.positions(session, person_id), Why.ABSENT)
    require(person_id != actor.id, Why.NOT_ONESELF)
    return people.get(session, person_id)


def _lock(session: Session, person: Person) -> None:
    """Until the commit nobody is given anything to hold who is about to leave."""
    session.get(Person, person.id, with_for_update=True)


def _record(
    session: Session, actor: Person, action: str, person: Person, now: datetime, **to: object
) -> None:
    audit.record(
        session, action=action, actor_id=actor.id, object_id=person.id, now=now, detail=to
    )
