"""Someone could not be told: whoever can find another way hears it, and sees who while that holds.

That is who holds the baton of a case they are in, else the rektor of a school they have asked for
a los at, else who leads where they work.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import access, cases, deciders, ledger, outbox, people
from models.base import require
from models.people import Person
from models.requests import Request
from models.terms import OPEN_REQUESTS, Action, Role, Why


class Missed(NamedTuple):
    name: str  # empty once the person is in the case no more
    in_case: bool


def tell(session: Session, person_id: int, now: datetime) -> None:
    """Promise the news to each of them; once a day at most."""
    held = [(case.id, case.stafettholder_id) for case in cases.held_for(session, person_id, now)]
    for subject, recipient in (
        held or _by_request(session, person_id) or _at_work(session, person_id)
    ):
        outbox.promise(
            session,
            kind="not_reached",
            recipient_id=recipient,
            subject_id=subject,
            params={"person": person_id},
            occasion=f"{person_id}.{now:%Y-%m-%d}",
            now=now,
        )


def _by_request(session: Session, person_id: int) -> list[tuple[int, int]]:
    """The rektors who have an open request of somebody confirmed on their desk: the youth it is
    about, or who asked."""
    person = session.get(Person, person_id)
    if person is None or person.confirmed_at is None:  # who leaves may be gone already
        return []
    asked = (Request.requester_id == person_id) & Request.requester_left_at.is_(None)
    theirs = or_(asked, Request.ungdom_id == person_id), Request.state.in_(OPEN_REQUESTS)
    return [
        (request.id, rektor.id)
        for request in session.scalars(select(Request).where(*theirs))
        for rektor in deciders.rektors(session, request.school_id, request.ungdom_id)
        if rektor.id != person_id
    ]


def _at_work(session: Session, person_id: int) -> list[tuple[int, int]]:
    """Who leads a unit of somebody who works here, else the project leaders; by the person."""
    posts = people.positions(session, person_id)
    at_units = {
        p.id for post in posts for p in people.staff_of(session, post.unit_id, Role.REKTOR)
    }
    in_all = {p.id for p in people.with_role(session, Role.PROSJEKTLEDER) if posts}
    found = at_units - {person_id} or in_all - {person_id}
    return [(person_id, each) for each in sorted(found)]


def name(
    session: Session, *, actor: Person, subject_id: int, person_id: int, now: datetime
) -> Missed:
    """Who it was, for whoever would be told now. No consent needs to be in force for it."""
    if cases.find(session, subject_id) is None:
        told = {*_by_request(session, person_id), *_at_work(session, person_id)}
        may = people.staff_roles(session, actor) and (subject_id, actor.id) in told
        require(may, Why.ABSENT)
        if subject_id != person_id:
            ledger.note(session, subject_id)
        return Missed(_name_of(session, person_id), in_case=False)
    case = access.open_case(
        session, actor=actor, case_id=subject_id, action=Action.ASK_CONSENT, now=now
    )
    if case.id not in {held.id for held in cases.held_for(session, person_id, now)}:
        return Missed("", in_case=True)
    return Missed(_name_of(session, person_id), in_case=True)


def _name_of(session: Session, person_id: int) -> str:
    return people.names(session, [person_id]).get(person_id, "")
