"""People, and the positions and schools they belong to. Whose is whom is in `family`.

Roles are not here: a person has positions in units, wards and cases, and wears a hat in each.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Select,
    UniqueConstraint,
    and_,
    bindparam,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit, municipality, policy, together
from models.base import Base, BigId, Counter, Id, Ref, by_name, new_id, require
from models.journal import Ends
from models.municipality import Unit
from models.sealed import Sealed, SealedRow, keyring_of
from models.terms import STAFF_ROLES, Role, UnitKind, Why
from models.together import Rows

Ts = TypeVarTuple("Ts")


class Person(SealedRow, Base):
    """Someone losbot talks with. Without `confirmed_at` just an account: no role has effect [1]."""

    __tablename__ = "people"

    id: Mapped[Id]
    key_id: Mapped[Ref]
    language: Mapped[str] = mapped_column(default="nb")
    confirmed_at: Mapped[datetime | None]
    born: Mapped[date | None]
    muted: Mapped[bool] = mapped_column(default=False)  # no reminders; receipts still come
    show_place: Mapped[bool] = mapped_column(
        default=False
    )  # the place of a meeting in calendar files
    guest: Mapped[bool] = mapped_column(default=False)  # is written to in a rehearsal too
    created_at: Mapped[datetime]
    away_from: Mapped[date | None]  # from work, the first and the last day
    away_until: Mapped[date | None]
    leaving_at: Mapped[datetime | None]  # asked to be forgotten; what holds them is in `erasing`
    name_sealed: Mapped[bytes | None]
    found_at_sealed: Mapped[bytes | None]
    name = Sealed()
    found_at = Sealed()  # where families find a holder, in their own words


class Position(Ends, Base):
    """A job in a unit: rektor of a school, los, a service's worker."""

    __tablename__ = "positions"
    __table_args__ = (UniqueConstraint("person_id", "unit_id", "role"),)
    ENDS = ("ended_at", "until")

    id: Mapped[Counter]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("units.id"), index=True)
    role: Mapped[str]
    staff_key: Mapped[str | None] = mapped_column(unique=True)  # in the municipality's file
    ended_at: Mapped[datetime | None]  # also of one that has not begun
    from_day: Mapped[date | None]  # when it begins, until it has
    until: Mapped[date | None]  # its last day
    acts_for_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))  # in whose place
    next_follow_up_at: Mapped[datetime | None] = mapped_column(index=True)
    steps_done: Mapped[list[str]] = mapped_column(default=list)


class Pupil(Ends, Base):
    """A youth at a school, with the teacher who is usually stafettholder."""

    __tablename__ = "pupils"
    ENDS = ("school_id", "kontaktlaerer_id")

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("people.id"), primary_key=True, autoincrement=False
    )
    school_id: Mapped[Ref] = mapped_column(ForeignKey("units.id"), index=True)
    kontaktlaerer_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))


def create(
    session: Session,
    *,
    name: str,
    language: str,
    now: datetime,
    confirmed: bool = False,
    born: date | None = None,
) -> Person:
    person = Person(
        id=new_id(),
        key_id=keyring_of(session).new_key(session),
        language=language,
        confirmed_at=now if confirmed else None,
        born=born,
        created_at=now,
    )
    session.add(person)
    person.name = name
    session.flush()
    return person


def get(session: Session, person_id: int) -> Person:
    """A person by id. Refused as absent when there is none."""
    found = together.get(session, Person, person_id)
    require(found, Why.ABSENT)
    assert found is not None  # noqa: S101 - require raised otherwise
    return found


def speak(session: Session, person: Person, language: str, now: datetime) -> None:
    person.language = language
    _recorded(session, person, "people.speak", now)


def mute(session: Session, person: Person, muted: bool, now: datetime) -> None:
    """Reminders off or on; receipts of one's own acts come anyway, and sharing is not touched."""
    person.muted = muted
    _recorded(session, person, "people.mute", now, muted=muted)


def show_place(session: Session, person: Person, shown: bool, now: datetime) -> None:
    """Whether the person's own calendar files tell where; off unless the person chose it."""
    person.show_place = shown
    _recorded(session, person, "people.show_place", now, shown=shown)


def found_where(session: Session, person: Person, words: str | None, now: datetime) -> None:
    """What a holder writes of where families find them; None: nothing."""
    words = (words or "").strip() or None
    require(len(words or "") <= 300, Why.TOO_LONG)
    person.found_at = words
    _recorded(session, person, "people.found_where", now, told=words is not None)


def _recorded(session: Session, person: Person, action: str, now: datetime, **to: bool) -> None:
    """A person's own choice."""
    audit.record(
        session, action=action, actor_id=person.id, object_id=person.id, now=now, detail=to
    )


# --- who works where -----------------------------------------------------------------------------


def positions(session: Session, person_id: int) -> list[Position]:
    return _OWN.of(session, person_id)


def held_still(session: Session, person_id: int) -> None:
    """Until the commit: who is being given something to hold does not leave meanwhile."""
    session.get(Person, person_id, with_for_update={"read": True})


def administers(session: Session, person_id: int) -> bool:
    """Whether someone is an administrator, confirmed or not."""
    return any(p.role == Role.ADMINISTRATOR for p in positions(session, person_id))


def speaks_where(session: Session, person_id: int, *, staff_may: bool, now: datetime) -> None:
    """Say who speaks or is spoken to in this transaction, when, and whether staff's hats have effect
    in that channel (staff_channel). Everybody else's hats are what they are: whom something concerns
    does not depend on where it was said. Without a channel (the tick) nobody is limited.

    From here on no role has effect after its last day, whether the tick has ended it or not: what
    its holder must hand over first keeps the tick from it for weeks.
    """
    session.info["without_hats_at_work"] = None if staff_may else person_id
    session.info["today"] = policy.today_in(now, municipality.policy_at(session, now))
    session.info["acts_for"] = {}


def _in_force(session: Session) -> ColumnElement[bool]:
    """Of positions: not ended, nor after the last day (of `speaks_where`)."""
    today = session.info.get("today")
    if today is None:
        return Position.ended_at.is_(None)
    lasts = or_(Position.until.is_(None), Position.until >= today)
    return and_(Position.ended_at.is_(None), lasts)


_UNENDED = select(Position).where(Position.ended_at.is_(None)).order_by(Position.id)
_OWN = Rows(_UNENDED, by=Position.person_id)
_OWN_STILL = Rows(
    _UNENDED.where(or_(Position.until.is_(None), Position.until >= bindparam("today"))),
    by=Position.person_id,
)


def _worn(session: Session, person_id: int) -> list[Position]:
    """As `_in_force`, with statements made once: asked for more often than anything else."""
    today = session.info.get("today")
    if today is None:
        return _OWN.of(session, person_id)
    return _OWN_STILL.of(session, person_id, today=today)


def keeps_batons(session: Session, person: Person) -> bool:
    """Whether whoever holds a baton has it still: also after the last day, until it is another's."""
    return not off_work(session, person) and any(
        position.role in STAFF_ROLES for position in positions(session, person.id)
    )


def answered_by(
    session: Session, person: Person, roles: Collection[Role], unit_id: int | None = None
) -> None:
    """One of these roles, in that unit or any, has let someone do something: if they have it only
    in the place of another, the audit of it says so. All else they do is their own."""
    let = [
        position.acts_for_id
        for position in _worn(session, person.id)
        if Role(position.role) in roles and unit_id in (None, position.unit_id)
    ]
    if let:
        acts = session.info.setdefault("acts_for", {})
        acts[person.id] = None if None in let else let[0]


def off_work(session: Session, person: Person) -> bool:
    """Nobody is at work before confirmation [1], nor in a channel that is closed to staff."""
    return person.confirmed_at is None or session.info.get("without_hats_at_work") == person.id


def roles_at(session: Session, person: Person, unit_id: int) -> frozenset[Role]:
    """The hats a person wears in a unit."""
    if off_work(session, person):
        return frozenset()
    return frozenset(Role(p.role) for p in _worn(session, person.id) if p.unit_id == unit_id)


def staff_roles(session: Session, person: Person) -> frozenset[Role]:
    if off_work(session, person):
        return frozenset()
    return frozenset(Role(p.role) for p in _worn(session, person.id))


def staff_of(session: Session, unit_id: int, *roles: Role) -> list[Person]:
    return _at_work(session, _AT_UNIT, {"unit": unit_id, "roles": sorted(roles)})


def staff_at(session: Session, kind: UnitKind, *roles: Role) -> dict[int, list[int]]:
    """As `staff_of`, at every unit of a kind at once: ids only, nobody's name is opened."""
    them: dict[int, list[int]] = {}
    given = {"kind": kind, "roles": sorted(roles)}
    for unit_id, person_id in session.execute(*_as_of(session, _AT_KIND, given)):
        them.setdefault(unit_id, []).append(person_id)
    return them


def staffed(session: Session, kind: UnitKind, *roles: Role) -> set[int]:
    """The units of a kind, not closed, where `staff_of` finds somebody."""
    given = {"kind": kind, "roles": sorted(roles)}
    return set(session.scalars(*_as_of(session, _STAFFED, given)))


def with_role(session: Session, role: Role) -> list[Person]:
    return _at_work(session, _IN_ROLE, {"roles": [role]})


_CONFIRMED = (
    select(Person)
    .join(Position, Position.person_id == Person.id)
    .where(Position.ended_at.is_(None), Person.confirmed_at.is_not(None))
    .order_by(Position.id)
)
_ROLES = Position.role.in_(bindparam("roles", expanding=True))
_STILL = or_(Position.until.is_(None), Position.until >= bindparam("today"))


def _either(found: Select[*Ts]) -> tuple[Select[*Ts], Select[*Ts]]:
    """On no day, and on a certain one (`_as_of`): made once, asked often."""
    return found, found.where(_STILL)


def _people(*where: ColumnElement[bool]) -> tuple[Select[Person], Select[Person]]:
    """Confirmed people with a position that is in force."""
    return _either(_CONFIRMED.where(*where))


_OF_KIND = Unit.kind == bindparam("kind"), Unit.closed_at.is_(None)
_WORKING = Position.ended_at.is_(None), Person.confirmed_at.is_not(None), _ROLES
_AT_KIND = _either(
    select(Position.unit_id, Position.person_id)
    .join(Person, Position.person_id == Person.id)
    .join(Unit, Position.unit_id == Unit.id)
    .where(*_OF_KIND, *_WORKING)
    .order_by(Position.id)
)
_HERE = _either(
    select(Position.id)
    .join(Person, Position.person_id == Person.id)
    .where(Position.unit_id == Unit.id, *_WORKING)
    .correlate(Unit)
)
_STAFFED = tuple(select(Unit.id).where(*_OF_KIND, each.exists()) for each in _HERE)
_AT_UNIT = _people(Position.unit_id == bindparam("unit"), _ROLES)
_IN_ROLE = _people(_ROLES)
_AT_UNITS = _people(Position.unit_id.in_(bindparam("units", expanding=True)), _ROLES)
_ACTING = _people(Position.acts_for_id == bindparam("person"))


def _as_of(
    session: Session, found: tuple[Select[*Ts], ...], values: dict[str, Any]
) -> tuple[Select[*Ts], dict[str, Any]]:
    """The one of them for the day that is asked about, and what it is asked with."""
    today = session.info.get("today")
    return (found[0], values) if today is None else (found[1], {**values, "today": today})


def _at_work(
    session: Session, found: tuple[Select[Person], Select[Person]], values: dict[str, Any]
) -> list[Person]:
    return list(session.scalars(*_as_of(session, found, values)))


def is_away(person: Person, day: date) -> bool:
    first, last = person.away_from, person.away_until
    return first is not None and last is not None and first <= day <= last


def stand_ins(session: Session, person_id: int, day: date) -> list[Person]:
    """Who is told that something waits for somebody who is away from work: those in their place,
    else the rektors of their units, else the project leaders; nobody who is away too."""
    person = session.get(Person, person_id)
    if person is None or not is_away(person, day):
        return []
    units = [p.unit_id for p in positions(session, person_id)]
    for found in (
        _at_work(session, _ACTING, {"person": person_id}),
        _at_work(session, _AT_UNITS, {"units": units, "roles": [Role.REKTOR]}),
        with_role(session, Role.PROSJEKTLEDER),
    ):
        here = [each for each in found if each.id != person_id and not is_away(each, day)]
        if here:
            return list({each.id: each for each in here}.values())
    return []


def pupil(session: Session, person_id: int) -> Pupil | None:
    return session.get(Pupil, person_id)


def pupils_of(session: Session, school_id: int, teacher: int | None = None) -> dict[Person, Pupil]:
    """The pupils of a school; with `teacher` those of one kontaktlaerer."""
    found = (
        select(Person, Pupil)
        .join(Pupil, Pupil.person_id == Person.id)
        .where(Pupil.school_id == school_id)
        .order_by(Pupil.person_id)
    )
    own = found if teacher is None else found.where(Pupil.kontaktlaerer_id == teacher)
    return dict(iter(session.execute(own)))


def born_at(
    session: Session, school_id: int, teacher: int | None = None
) -> dict[int, date | None]:
    """As `pupils_of`: ids and dates of birth only."""
    of_school = Pupil.school_id == school_id
    found = select(Person.id, Person.born).join(Pupil, Pupil.person_id == Person.id)
    own = found if teacher is None else found.where(Pupil.kontaktlaerer_id == teacher)
    return dict(iter(session.execute(own.where(of_school).order_by(Pupil.person_id))))


def units_where(session: Session, person: Person, *roles: Role) -> list[Unit]:
    """The units in which a confirmed person holds one of `roles`."""
    if off_work(session, person):
        return []
    return list(
        session.scalars(
            select(Unit)
            .join(Position, Position.unit_id == Unit.id)
            .where(
                Position.person_id == person.id,
                Position.role.in_(roles),
                _in_force(session),
            )
            .order_by(Unit.id)
            .distinct()
        )
    )


def names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Names by id, in their order, opened one by one: ask only for those that will be shown."""
    found = together.get_each(session, Person, ids)
    return by_name({person.id: person.name or "" for person in found})
