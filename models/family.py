"""Who is whose: youths and those with parental responsibility for them. DOMAIN rules 1, 21, 59."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import municipality, people, policy
from models.base import Base, Counter, Ref
from models.people import Person


class Guardianship(Base):
    """Confirmed by staff or register, never self-declared [1]."""

    __tablename__ = "guardianships"
    __table_args__ = (UniqueConstraint("ungdom_id", "foresatt_id"),)

    id: Mapped[Counter]
    ungdom_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    foresatt_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    responsibility: Mapped[bool] = mapped_column(default=True)  # foreldreansvar [59]
    ended_at: Mapped[datetime | None]


_HOLDS = Guardianship.responsibility, Guardianship.ended_at.is_(None)


def _take_part(session: Session, youth: Person, now: datetime) -> bool:
    rules = municipality.policy_at(session, now)
    return policy.guardians_take_part(youth.born, policy.today_in(now, rules), rules)


def guardians_of(session: Session, ungdom_id: int, now: datetime) -> list[Person]:
    """The guardians who take part: everyone with responsibility, nobody once the youth decides
    alone [21, 59]."""
    if not _take_part(session, people.get(session, ungdom_id), now):
        return []
    return all_guardians_of(session, ungdom_id)


def all_guardians_of(session: Session, ungdom_id: int) -> list[Person]:
    """Everyone with parental responsibility for a youth, however old the youth is by now."""
    return list(
        session.scalars(
            select(Person)
            .join(Guardianship, Guardianship.foresatt_id == Person.id)
            .where(Guardianship.ungdom_id == ungdom_id, *_HOLDS)
            .order_by(Guardianship.id)
        )
    )


def ever_guardians_of(session: Session, ungdom_id: int) -> frozenset[int]:
    """Whoever has, or has had, anything to do with a youth as a guardian, by id."""
    found = select(Guardianship.foresatt_id).where(Guardianship.ungdom_id == ungdom_id)
    return frozenset(session.scalars(found))


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
