"""People, the chats they are met in, and how an account becomes a confirmed person.

Roles are not here: a person has positions in units, wards and cases, and wears a hat in each.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit, municipality, policy
from models.base import Base, BigId, Counter, Id, Ref, new_id, require
from models.municipality import Unit
from models.sealed import Sealed, SealedRow, keyring_of
from models.terms import Role, Why


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
    created_at: Mapped[datetime]
    name_sealed: Mapped[bytes | None]
    name = Sealed()


class Contact(Base):
    """An address in a channel. A Telegram account is a channel address, not a person."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("channel", "address"),)

    id: Mapped[Id]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    channel: Mapped[str]
    address: Mapped[int] = mapped_column(BigId)
    closed_at: Mapped[datetime | None]  # blocked or gone; opens when they write again
    blocked_until: Mapped[datetime | None]  # Telegram asked us to wait with this chat
    created_at: Mapped[datetime]


class Position(Base):
    """A job in a unit: rektor of a school, los, a service's worker."""

    __tablename__ = "positions"
    __table_args__ = (UniqueConstraint("person_id", "unit_id", "role"),)

    id: Mapped[Counter]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("units.id"), index=True)
    role: Mapped[str]
    staff_key: Mapped[str | None] = mapped_column(unique=True)  # in the municipality's file
    ended_at: Mapped[datetime | None]


class Pupil(Base):
    """A youth at a school, with the teacher who is usually stafettholder."""

    __tablename__ = "pupils"

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("people.id"), primary_key=True, autoincrement=False
    )
    school_id: Mapped[Ref] = mapped_column(ForeignKey("units.id"), index=True)
    kontaktlaerer_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))


class Guardianship(Base):
    """Confirmed by staff or register, never self-declared [1]."""

    __tablename__ = "guardianships"
    __table_args__ = (UniqueConstraint("ungdom_id", "foresatt_id"),)

    id: Mapped[Counter]
    ungdom_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    foresatt_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    responsibility: Mapped[bool] = mapped_column(default=True)  # foreldreansvar [59]
    ended_at: Mapped[datetime | None]


class Met(NamedTuple):
    person: Person
    contact: Contact
    new: bool


def meet(
    session: Session, *, channel: str, address: int, name: str, language: str, now: datetime
) -> Met:
    """Find who writes from an address; a new address gets a person nobody has confirmed.

    Writing opens a contact that was closed: who writes can be written to.
    """
    contact = session.scalar(
        select(Contact).where(Contact.channel == channel, Contact.address == address)
    )
    if contact is not None:
        contact.closed_at = None
        person = session.get_one(Person, contact.person_id)
        return Met(person, contact, new=False)
    person = create(session, name=name, language=language, now=now)
    contact = Contact(
        id=new_id(), person_id=person.id, channel=channel, address=address, created_at=now
    )
    session.add(contact)
    session.flush()
    return Met(person, contact, new=True)


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
    found = session.get(Person, person_id)
    require(found, Why.ABSENT)
    assert found is not None  # noqa: S101 - require raised otherwise
    return found


def contact_of(session: Session, person_id: int) -> Contact | None:
    """Where a person can be written to now: the newest open contact."""
    return session.scalars(
        select(Contact)
        .where(Contact.person_id == person_id, Contact.closed_at.is_(None))
        .order_by(Contact.created_at.desc())
        .limit(1)
    ).first()


def close_contact(session: Session, contact: Contact, now: datetime) -> None:
    """The bot was blocked, or the account is gone. Never touches a consent."""
    contact.closed_at = now


def speak(session: Session, person: Person, language: str, now: datetime) -> None:
    person.language = language
    audit.record(session, action="people.speak", actor_id=person.id, object_id=person.id, now=now)


def mute(session: Session, person: Person, muted: bool, now: datetime) -> None:
    """Reminders off or on; receipts of one's own acts come anyway, and sharing is not touched."""
    person.muted = muted
    audit.record(
        session,
        action="people.mute",
        actor_id=person.id,
        object_id=person.id,
        now=now,
        detail={"muted": muted},
    )


def show_place(session: Session, person: Person, shown: bool, now: datetime) -> None:
    """Whether the person's own calendar files tell where; off unless the person chose it."""
    person.show_place = shown
    audit.record(
        session,
        action="people.show_place",
        actor_id=person.id,
        object_id=person.id,
        now=now,
        detail={"shown": shown},
    )


# --- who is whose --------------------------------------------------------------------------------


def positions(session: Session, person_id: int) -> list[Position]:
    return list(
        session.scalars(
            select(Position).where(Position.person_id == person_id, Position.ended_at.is_(None))
        )
    )


def staff_may(session: Session) -> bool:
    """Whether staff's hats have effect in the channel this transaction speaks in (staff_channel).

    Dispatch and delivery say so in `session.info["staff_here"]`; a session without a channel
    (the tick, the command line) is not limited.
    """
    return bool(session.info.get("staff_here", True))


def roles_at(session: Session, person: Person, unit_id: int) -> frozenset[Role]:
    """The hats a confirmed person wears in a unit; none before confirmation [1]."""
    if person.confirmed_at is None or not staff_may(session):
        return frozenset()
    return frozenset(Role(p.role) for p in positions(session, person.id) if p.unit_id == unit_id)


def staff_roles(session: Session, person: Person) -> frozenset[Role]:
    if person.confirmed_at is None or not staff_may(session):
        return frozenset()
    return frozenset(Role(p.role) for p in positions(session, person.id))


def staff_of(session: Session, unit_id: int, *roles: Role) -> list[Person]:
    return list(
        session.scalars(
            select(Person)
            .join(Position, Position.person_id == Person.id)
            .where(
                Position.unit_id == unit_id,
                Position.role.in_(roles),
                Position.ended_at.is_(None),
                Person.confirmed_at.is_not(None),
            )
            .order_by(Position.id)
        )
    )


def with_role(session: Session, role: Role) -> list[Person]:
    return list(
        session.scalars(
            select(Person)
            .join(Position, Position.person_id == Person.id)
            .where(
                Position.role == role,
                Position.ended_at.is_(None),
                Person.confirmed_at.is_not(None),
            )
            .order_by(Position.id)
        )
    )


def pupil(session: Session, person_id: int) -> Pupil | None:
    return session.get(Pupil, person_id)


def pupils_of(session: Session, school_id: int) -> list[Person]:
    return list(
        session.scalars(
            select(Person)
            .join(Pupil, Pupil.person_id == Person.id)
            .where(Pupil.school_id == school_id)
            .order_by(Pupil.person_id)
        )
    )


def wards_of(session: Session, foresatt: Person, now: datetime | None = None) -> list[Person]:
    """The youths a confirmed guardian has responsibility for; with `now`, those for whom
    guardians still decide then."""
    if foresatt.confirmed_at is None:
        return []
    youths = session.scalars(
        select(Person)
        .join(Guardianship, Guardianship.ungdom_id == Person.id)
        .where(
            Guardianship.foresatt_id == foresatt.id,
            Guardianship.responsibility,
            Guardianship.ended_at.is_(None),
        )
        .order_by(Person.id)
    )
    return [youth for youth in youths if now is None or guardians_decide(session, youth, now)]


def guardians_decide(session: Session, youth: Person, now: datetime) -> bool:
    """Whether a youth is of the age for which guardians must consent; past it they have no part
    in the case [21]. An unknown date of birth is read as under age."""
    rules = municipality.policy_at(session, now)
    return youth.born is None or policy.guardians_must_consent(
        youth.born, policy.today_in(now, rules), rules
    )


def ward_ids(session: Session, foresatt_id: int) -> list[int]:
    return list(
        session.scalars(
            select(Guardianship.ungdom_id).where(
                Guardianship.foresatt_id == foresatt_id,
                Guardianship.responsibility,
                Guardianship.ended_at.is_(None),
            )
        )
    )


def guardians_of(session: Session, ungdom_id: int) -> list[Person]:
    """Everyone with parental responsibility for a youth [59]."""
    return list(
        session.scalars(
            select(Person)
            .join(Guardianship, Guardianship.foresatt_id == Person.id)
            .where(
                Guardianship.ungdom_id == ungdom_id,
                Guardianship.responsibility,
                Guardianship.ended_at.is_(None),
            )
            .order_by(Guardianship.id)
        )
    )


def units_where(session: Session, person: Person, *roles: Role) -> list[Unit]:
    """The units in which a confirmed person holds one of `roles`."""
    if person.confirmed_at is None or not staff_may(session):
        return []
    return list(
        session.scalars(
            select(Unit)
            .join(Position, Position.unit_id == Unit.id)
            .where(
                Position.person_id == person.id,
                Position.role.in_(roles),
                Position.ended_at.is_(None),
            )
            .order_by(Unit.id)
            .distinct()
        )
    )


def names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Names by id, opened one by one: ask only for those that will be shown."""
    return {
        person.id: person.name or ""
        for person in session.scalars(select(Person).where(Person.id.in_(ids)))
    }
