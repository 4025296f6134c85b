"""Who of the staff can have a request for a los on their desk: never a guardian of the youth it is
about, whatever the youth lets parents know [47, 49].
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from models import family, people
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
