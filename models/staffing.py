"""Who works where, as an administrator keeps it: a role is given and taken, somebody is let in,
somebody leaves.

Nobody leaves while holding a baton [30].
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import access, audit, cases, follow_ups, holding, joining, people, posts, units
from models.base import refuse, require
from models.invitations import Invitation
from models.municipality import Unit
from models.people import Person, Position
from models.terms import Action, Role, UnitKind, Why


class Term(NamedTuple):
    """From a day, or now, to a last day, or for good."""

    begins: date | None = None
    until: date | None = None


ALWAYS = Term()

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
    term: Term = ALWAYS,
    acts_for: int | None = None,
) -> int:
    """Give somebody who works here, or somebody new by `name`, a role in a unit: from now on or for
    a `term`, and then maybe in the place of another. Returns the position's id; who has it already
    keeps it as it is. ALREADY_OPEN for who is to have it later: that is called off first."""
    unit = unit_of(session, actor, unit_id)
    require(role in posts_in(UnitKind(unit.kind)), Why.ABSENT)
    require(person_id != actor.id, Why.NOT_ONESELF)
    today = posts.today(session, now)
    begins = term.begins if term.begins is not None and term.begins > today else None
    require(term.until is None or term.until >= (begins or today), Why.PAST)
    if person_id is None:
        person = people.create(session, name=units.named(name), language="nb", now=now)
    else:
        require(people.positions(session, person_id), Why.ABSENT)
        person = people.get(session, person_id)
    position = _at(session, person, unit, role)
    require(position.id is None or not posts.is_planned(position), Why.ALREADY_OPEN)
    if position.id is not None and position.ended_at is None:
        return position.id
    position.ended_at, position.from_day, position.until = now, begins, term.until
    position.acts_for_id, position.steps_done = acts_for, []
    session.add(position)
    session.flush()
    posts.tell_of(session, position, actor.id, now)
    if begins is None:
        posts.begin(session, position, actor.id, now)
        return position.id
    follow_ups.reschedule(session, posts.LADDER, position, now)
    told = {"unit": unit.id, "role": role.value, "from": begins.isoformat()}
    _record(session, actor, "staffing.give", person, now, **told)
    return position.id


def _at(session: Session, person: Person, unit: Unit, role: Role) -> Position:
    """The one there is, or a new one."""
    found = select(Position).where(
        Position.person_id == person.id, Position.unit_id == unit.id, Position.role == role
    )
    known = session.scalars(found).one_or_none()
    return known or Position(person_id=person.id, unit_id=unit.id, role=role)


def lend(
    session: Session, *, actor: Person, position_id: int, person_id: int, term: Term, now: datetime
) -> int:
    """Somebody stands in for another for a while, with the same role: all they do is in the audit as
    done in the other's place. Neither batons nor youths of the other's go along. Returns the
    position's id; ALREADY_OPEN for who has the role themselves."""
    position, person, unit = position_of(session, actor, position_id)
    require(person_id != person.id, Why.NOT_ONESELF)
    require(term.until is not None, Why.DATE_REQUIRED)
    mine = [p for p in people.positions(session, person_id) if p.unit_id == unit.id]
    require(position.role not in {p.role for p in mine}, Why.ALREADY_OPEN)
    return give(
        session, actor=actor, unit_id=unit.id, role=Role(position.role), person_id=person_id,
        term=term, acts_for=person.id, now=now,
    )  # fmt: skip


def take(session: Session, *, actor: Person, position_id: int, now: datetime) -> None:
    """End one role, at once. Refused with HAND_OVER_FIRST while what it carries is held [30]."""
    position, person, _unit = position_of(session, actor, position_id)
    require(person.id != actor.id, Why.NOT_ONESELF)
    require(len(people.positions(session, person.id)) > 1, Why.NOT_IN_STATE)  # that is leaving
    holding.locked(session, [position])
    require(not holding.by(session, [position], now), Why.HAND_OVER_FIRST)
    posts.end(session, position, actor.id, now)


def call_off(session: Session, *, actor: Person, position_id: int, now: datetime) -> None:
    """A role that has not begun never will. Refused with STALE when it has begun."""
    access.authorise_at_work(session, actor=actor, action=Action.RUN_STAFF)
    position = session.get(Position, position_id)
    if position is None or not posts.is_planned(position):
        refuse(Why.STALE)
    position.from_day = position.until = None
    follow_ups.reschedule(session, posts.LADDER, position, now)
    _record(session, actor, "staffing.call_off", people.get(session, position.person_id), now)


def deactivate(session: Session, *, actor: Person, person_id: int, now: datetime) -> None:
    """Somebody works here no more, at once. Refused with HAND_OVER_FIRST while anything is held."""
    person = _colleague(session, actor, person_id)
    holding.locked(session, people.positions(session, person.id))
    every = people.positions(session, person.id)
    require(not holding.by(session, every, now), Why.HAND_OVER_FIRST)
    posts.leave(session, person, actor.id, now)


def ask_to_hand_over(session: Session, *, actor: Person, person_id: int, now: datetime) -> None:
    """Give those who lead the school the task."""
    person = _colleague(session, actor, person_id)
    require(holding.schools(session, person.id, now), Why.NOT_IN_STATE)
    if posts.ask_to_hand_over(session, person, now):
        _record(session, actor, "staffing.ask_to_hand_over", person, now)


def away(
    session: Session, *, actor: Person, person_id: int, term: Term | None, now: datetime
) -> None:
    """Somebody is away from work for some days, or (None) is back: what waits for them meanwhile is
    told to who stands in, or leads the unit (`people.stand_ins`)."""
    access.authorise_at_work(session, actor=actor, action=Action.RUN_STAFF)
    require(people.positions(session, person_id), Why.ABSENT)
    person, today = people.get(session, person_id), posts.today(session, now)
    if term is not None:
        require(term.until is not None, Why.DATE_REQUIRED)
        require((term.until or today) >= max(today, term.begins or today), Why.PAST)
    days = (term.begins or today, term.until) if term is not None else (None, None)
    if (person.away_from, person.away_until) == days:
        return
    person.away_from, person.away_until = days
    cases.stir_held(session, person_id, now)
    # not the days: the audit is never erased, and how long somebody is ill is near their health
    _record(session, actor, "staffing.away", person, now, away=term is not None)
    posts.tell_of_absence(session, person, now)


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


def _record(
    session: Session, actor: Person, action: str, person: Person, now: datetime, **to: object
) -> None:
    audit.record(
        session, action=action, actor_id=actor.id, object_id=person.id, now=now, detail=to
    )
