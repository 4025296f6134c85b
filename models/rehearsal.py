"""Rehearsal: a municipality tries everything out, and nobody off its guest list is written to.

That it is one, and until when, is a dated choice of the policy; who is a guest stands with the
person. Whoever opens a guest's one-time link is one until staff have said yes or no.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from models import audit, municipality
from models.invitations import Invitation
from models.outbox import Outgoing
from models.people import Person

ENDED = "rehearsal"
"""In the place of an error: why a message was not sent."""


def is_on(session: Session, now: datetime) -> bool:
    return municipality.policy_at(session, now).rehearsal


def keeps_back(session: Session, row: Outgoing, now: datetime) -> bool:
    """Whether a message is for somebody who may not be written to now."""
    if not is_on(session, now) or session.get_one(Person, row.recipient_id).guest:
        return False
    opened = (
        exists()
        .where(Invitation.used_by == row.contact_id, Invitation.person_id == Person.id)
        .where(Invitation.confirmed_at.is_(None), Invitation.rejected_at.is_(None), Person.guest)
    )
    return row.contact_id is None or not session.scalar(select(opened))


def put(
    session: Session, person: Person, guest: bool, now: datetime, by: int | None = None
) -> bool:
    """On the guest list, or off it. False when nothing changed."""
    if person.guest == guest:
        return False
    person.guest = guest
    audit.record(
        session, action="rehearsal.guest", actor_id=by, object_id=person.id, now=now,
        detail={"guest": guest},
    )  # fmt: skip
    session.flush()
    return True


def count(session: Session) -> int:
    return session.scalar(select(func.count()).where(Person.guest)) or 0
