"""Who is whose: youths and those with parental responsibility for them. DOMAIN rules 1, 21, 59."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Select,
    UniqueConstraint,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from models import municipality, people, policy
from models.base import Base, Counter, Ref
from models.journal import Ends
from models.people import Person
from models.together import Rows


class Guardianship(Ends, Base):
    """Confirmed by staff or register, never self-declared [1]."""

    __tablename__ = "guardianships"
    __table_args__ = (UniqueConstraint("ungdom_id", "foresatt_id"),)
    ENDS = ("ended_at", "responsibility")

    id: Mapped[Counter]
    ungdom_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    foresatt_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    responsibility: Mapped[bool] = mapped_column(default=True)  # foreldreansvar [59]
    ended_at: Mapped[datetime | None]


_HOLDS = Guardianship.responsibility, Guardianship.ended_at.is_(None)
_ALL_GUARDIANS = Rows(
    select(Person)
    .join(Guardianship, Guardianship.foresatt_id == Person.id)
    .where(*_HOLDS)
    .order_by(Guardianship.id),
    by=Guardianship.ungdom_id,
)
_EVER_GUARDIANS = Rows(select(Guardianship.foresatt_id), by=Guardianship.ungdom_id)


def _take_part(session: Session, youth: Person, now: datetime) -> bool:
    rules = municipality.policy_at(session, now)
    return policy.guardians_take_part(youth.born, policy.today_in(now, rules), rules)


def guardians_of(session: Session, ungdom_id: int, now: datetime) -> list[Person]:
    """The guardians who take part: everyone with responsibility, nobody once the youth decides
    alone [21, 59]."""
    if not _take_part(session, people.get(session, ungdom_id), now):
        return []
    return all_guardians_of(session, ungdom_id)


def guardians_at(
    session: Session, born: Mapping[int, date | None], school_id: int, now: datetime
) -> dict[int, list[int]]:
    """`guardians_of` these pupils of one school, by their dates of birth, in one question: ids."""
    rules = municipality.policy_at(session, now)
    today = policy.today_in(now, rules)
    rows = session.execute(
        select(Guardianship.ungdom_id, Guardianship.foresatt_id)
        .join(people.Pupil, people.Pupil.person_id == Guardianship.ungdom_id)
        .where(people.Pupil.school_id == school_id, *_HOLDS)
        .order_by(Guardianship.id)
    )
    found: dict[int, list[int]] = {}
    for youth, guardian in rows:
        if youth in born and policy.guardians_take_part(born[youth], today, rules):
            found.setdefault(youth, []).append(guardian)
    return found


def all_guardians_of(session: Session, ungdom_id: int) -> list[Person]:
    """Everyone with parental responsibility for a youth, however old the youth is by now."""
    return _ALL_GUARDIANS.of(session, ungdom_id)


def ever_guardians_of(session: Session, ungdom_id: int) -> frozenset[int]:
    """Whoever has, or has had, anything to do with a youth as a guardian, by id."""
    return frozenset(_EVER_GUARDIANS.of(session, ungdom_id))


def is_guardian(session: Session, person_id: int, ungdom_id: int | None) -> bool:
    """Whether someone is, or ever was, a youth's guardian: then they meet the youth as a parent,
    whatever their job is."""
    return ungdom_id is not None and person_id in ever_guardians_of(session, ungdom_id)


def but_guardians(session: Session, them: Iterable[Person], ungdom_id: int | None) -> list[Person]:
    """Those of staff who do not meet a youth as a parent."""
    parents = ever_guardians_of(session, ungdom_id) if ungdom_id is not None else frozenset()
    return [person for person in them if person.id not in parents]


def ever_wards(person_id: int) -> Select[int]:
    """Every youth for whom `is_guardian`."""
    return select(Guardianship.ungdom_id).where(Guardianship.foresatt_id == person_id)


def not_a_ward(ungdom_id: InstrumentedAttribute[Any], person: Person) -> ColumnElement[bool]:
    """In a query: of no youth, or of one for whom someone is not `is_guardian`."""
    return or_(ungdom_id.is_(None), ungdom_id.not_in(ever_wards(person.id)))


def of(session: Session, ungdom_id: int, now: datetime) -> list[Person]:
    """A youth, and the guardians who take part."""
    return [people.get(session, ungdom_id), *guardians_of(session, ungdom_id, now)]


def wards_of(session: Session, foresatt: Person, now: datetime) -> list[Person]:
    """The youths for whom a confirmed guardian takes part."""
    if foresatt.confirmed_at is None:
        return []
    youths = select(Person).where(Person.id.in_(_wards(foresatt.id))).order_by(Person.id)
    return [youth for youth in session.scalars(youths) if _take_part(session, youth, now)]


def all_ward_ids(session: Session, foresatt_id: int) -> list[int]:
    """The youths a guardian has responsibility for, however old they are by now."""
    return list(session.scalars(_wards(foresatt_id)))


def _wards(foresatt_id: int) -> Select[int]:
    return select(Guardianship.ungdom_id).where(Guardianship.foresatt_id == foresatt_id, *_HOLDS)
