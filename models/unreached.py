"""Someone could not be told: whoever holds the baton hears it, and sees who while that holds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models import access, cases, outbox, people
from models.people import Person
from models.terms import Action


def tell(session: Session, person_id: int, now: datetime) -> None:
    """Promise the news to the stafettholder of each case the person is in; once a day at most."""
    for case in cases.held_for(session, person_id, now):
        outbox.promise(
            session,
            kind="not_reached",
            recipient_id=case.stafettholder_id,
            subject_id=case.id,
            params={"person": person_id},
            occasion=f"{person_id}.{now:%Y-%m-%d}",
            now=now,
        )


def name(session: Session, *, actor: Person, case_id: int, person_id: int, now: datetime) -> str:
    """The name of who is not reached, for whoever holds the baton now; empty once the person is
    in the case no more. No consent needs to be in force to be told this."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.ASK_CONSENT, now=now
    )
    if case.id not in {held.id for held in cases.held_for(session, person_id, now)}:
        return ""
    return people.names(session, [person_id]).get(person_id, "")
