"""Who of the staff can have a request for a los on their desk: never a guardian of the youth it is
about, whatever the youth lets parents know [47, 49]. And who has a next step when whoever had it is
away, or works here no longer [44].
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import family, municipality, people, policy
from models.people import Person
from models.terms import Role


def rektors(session: Session, school_id: int, ungdom_id: int | None) -> list[Person]:
    found = people.staff_of(session, school_id, Role.REKTOR)
    return family.but_guardians(session, found, ungdom_id)


def leaders(session: Session, ungdom_id: int | None) -> list[Person]:
    return family.but_guardians(session, people.with_role(session, Role.PROSJEKTLEDER), ungdom_id)


def loser(session: Session, ungdom_id: int | None) -> list[Person]:
    return family.but_guardians(session, people.with_role(session, Role.LOS), ungdom_id)


def advisers(session: Session, ungdom_id: int | None) -> list[Person]:
    found = [*loser(session, ungdom_id), *leaders(session, ungdom_id)]
    return list({person.id: person for person in found}.values())


def is_received(session: Session, school_id: int, ungdom_id: int | None) -> bool:
    """Whether somebody decides at a school, or could be told that another must be found."""
    can = rektors(session, school_id, ungdom_id) or leaders(session, ungdom_id)
    return bool(can and people.staff_of(session, school_id, Role.REKTOR))


def somebody(
    session: Session,
    first: Iterable[int | None],
    now: datetime,
    *,
    school_id: int | None = None,
    ungdom_id: int | None = None,
) -> list[int]:
    """Who really has the next step: the first of `first` who is at work, or those who stand in for
    one who is away; else who leads the school, the project or the municipality's own work."""
    day = policy.today_in(now, municipality.policy_at(session, now))
    for person_id in first:
        person = session.get(Person, person_id) if person_id is not None else None
        if person is None or people.off_work(session, person):
            continue
        if people.is_away(person, day):
            ins = family.but_guardians(
                session, people.stand_ins(session, person.id, day), ungdom_id
            )
            if ins:
                return [each.id for each in ins]
        elif people.positions(session, person.id):
            return [person.id]
    return [each.id for each in _leading(session, school_id, ungdom_id, day)]


def _leading(
    session: Session, school_id: int | None, ungdom_id: int | None, day: date
) -> list[Person]:
    """The first of the rektors, the project leaders and the administrators who are at work; if all
    are away, the first there are: nothing is nobody's."""
    ranks = [
        rektors(session, school_id, ungdom_id) if school_id is not None else [],
        leaders(session, ungdom_id),
        family.but_guardians(session, people.with_role(session, Role.ADMINISTRATOR), ungdom_id),
    ]
    here = [[each for each in rank if not people.is_away(each, day)] for rank in ranks]
    return next((rank for rank in (*here, *ranks) if rank), [])
