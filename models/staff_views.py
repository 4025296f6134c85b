"""Who works where, for the administrator who keeps it and for the rektor who is told.

Of what somebody holds an administrator is shown that it is there, and how much only when that is no
small number; never of whom [5].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import (
    access,
    contacts,
    holding,
    municipality,
    outbox,
    people,
    policy,
    posts,
    staffing,
    suppression,
)
from models.base import by_name, refuse, require
from models.municipality import Unit
from models.people import Person, Position
from models.suppression import Band
from models.terms import Action, InTheWay, Role, UnitKind, Why


@dataclass(frozen=True)
class Member:
    position_id: int
    person_id: int
    name: str
    role: Role
    joined: bool  # has a chat
    begins: date | None = None  # has not begun yet


@dataclass(frozen=True)
class Staffed:
    """A unit, those who work there, and what one can be there."""

    unit_id: int
    name: str
    members: tuple[Member, ...]
    posts: tuple[Role, ...]
    told: Mapping[Role, Sequence[int]]  # who hears of a role that is given here, by what they are


@dataclass(frozen=True)
class Post:
    """One person's role in one unit, and what is in the way of taking it, or of their leaving."""

    position_id: int
    person_id: int
    name: str
    role: Role
    unit_id: int
    unit: str
    others: tuple[tuple[Role, str], ...]  # the person's other roles, with the unit's name
    me: bool
    invitable: bool
    joined: bool
    here: frozenset[InTheWay]  # in the way of taking this role
    anywhere: frozenset[InTheWay]  # in the way of leaving
    batons: Band
    until: date | None  # the role's last day
    acts_for: str  # in whose place
    away: tuple[date, date] | None


@dataclass(frozen=True)
class Planned:
    position_id: int
    name: str
    role: Role
    unit_id: int
    unit: str
    begins: date
    until: date | None
    acts_for: str


def of_unit(session: Session, *, actor: Person, unit_id: int) -> Staffed:
    unit = staffing.unit_of(session, actor, unit_id)
    found = session.execute(
        select(Position, Person)
        .join(Person, Person.id == Position.person_id)
        .where(
            Position.unit_id == unit.id,
            or_(Position.ended_at.is_(None), Position.from_day.is_not(None)),
        )
    ).all()
    members = [
        Member(
            p.id,
            person.id,
            person.name or "",
            Role(p.role),
            _has_chat(session, person),
            p.from_day,
        )
        for p, person in found
    ]
    order = list(Role)
    members.sort(key=lambda each: (order.index(each.role), each.name.casefold()))
    told = posts.hearers(session, unit.id, but=(actor.id,))
    kinds = staffing.posts_in(UnitKind(unit.kind))
    return Staffed(unit.id, unit.name, tuple(members), kinds, told)


def colleagues(session: Session, *, actor: Person) -> dict[int, str]:
    """Everyone else who works in the municipality, by name: who may get one more role."""
    access.authorise_at_work(session, actor=actor, action=Action.RUN_STAFF)
    found = session.scalars(
        select(Person)
        .join(Position, Position.person_id == Person.id)
        .where(Position.ended_at.is_(None), Person.id != actor.id)
        .distinct()
    )
    return by_name({person.id: person.name or "" for person in found})


def post(session: Session, *, actor: Person, position_id: int, now: datetime) -> Post:
    position, person, unit = staffing.position_of(session, actor, position_id)
    rules = municipality.policy_at(session, now)
    every = people.positions(session, person.id)
    names = municipality.unit_names(session, [each.unit_id for each in every])
    others = [(Role(p.role), names[p.unit_id]) for p in every if p.id != position.id]
    return Post(
        position.id, person.id, person.name or "", Role(position.role), unit.id, unit.name,
        tuple(others),
        me=person.id == actor.id,
        invitable=staffing.may_invite(person, by=actor),
        joined=_has_chat(session, person),
        here=holding.by(session, [position], now),
        anywhere=holding.by(session, every, now),
        batons=suppression.band(
            holding.batons(session, person.id), rules.statistics_min_cell
        ),
        until=position.until,
        acts_for=_name(session, position.acts_for_id),
        away=_days(person, policy.today_in(now, rules)),
    )  # fmt: skip


def _name(session: Session, person_id: int | None) -> str:
    return people.get(session, person_id).name or "" if person_id is not None else ""


def _days(person: Person, today: date) -> tuple[date, date] | None:
    """When somebody is away; None once that is over."""
    if person.away_from is None or person.away_until is None or person.away_until < today:
        return None
    return person.away_from, person.away_until


def planned(session: Session, *, actor: Person, position_id: int) -> Planned:
    """A role that has not begun. Else absent."""
    access.authorise_at_work(session, actor=actor, action=Action.RUN_STAFF)
    position = session.get(Position, position_id)
    if position is None or position.from_day is None:
        refuse(Why.ABSENT)
    unit = session.get_one(Unit, position.unit_id)
    return Planned(
        position.id, _name(session, position.person_id), Role(position.role), unit.id, unit.name,
        position.from_day, position.until, _name(session, position.acts_for_id),
    )  # fmt: skip


# --- what others are told ------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    name: str
    role: Role | None = None
    unit: str = ""
    until: date | None = None
    begins: date | None = None
    is_over: bool = False


def new_here(session: Session, *, actor: Person, position_id: int) -> Told:
    """Who got which role, for those who were told: also when the role, or what they led themselves,
    was taken since. Else absent."""
    position = session.get(Position, position_id)
    if position is None or not outbox.was_promised(session, posts.GIVEN, position.id, actor.id):
        refuse(Why.ABSENT)
    require(not people.off_work(session, actor), Why.ABSENT)
    unit = session.get_one(Unit, position.unit_id)
    name = people.get(session, position.person_id).name or ""
    return Told(
        name, Role(position.role), unit.name, begins=position.from_day,
        is_over=position.ended_at is not None and not posts.is_planned(position),
    )  # fmt: skip


def hears_of_decisions(session: Session, *, actor: Person) -> bool:
    """Whether someone is to know that an administrator has decided something for everybody."""
    return bool(people.staff_roles(session, actor) & {Role.ADMINISTRATOR, Role.PROSJEKTLEDER})


def to_hand_over(session: Session, *, actor: Person, person_id: int, now: datetime) -> Told:
    """Who is to leave and holds something, for a rektor where it is, or the project leader."""
    schools = holding.schools(session, person_id, now)
    require(schools and actor.id != person_id, Why.ABSENT)
    leads = any(Role.REKTOR in people.roles_at(session, actor, each) for each in schools)
    require(leads or Role.PROSJEKTLEDER in people.staff_roles(session, actor), Why.ABSENT)
    return Told(people.get(session, person_id).name or "")


def who_is_away(session: Session, *, actor: Person, person_id: int, now: datetime) -> Told:
    """Who is away and for whom something waits, for who stands in just now. Else absent."""
    today = policy.today_in(now, municipality.policy_at(session, now))
    require(actor in people.stand_ins(session, person_id, today), Why.ABSENT)
    require(people.staff_roles(session, actor), Why.ABSENT)
    person = people.get(session, person_id)
    return Told(person.name or "", until=person.away_until)


def _has_chat(session: Session, person: Person) -> bool:
    return person.confirmed_at is not None and contacts.of(session, person.id) is not None
