"""What people are told without having asked: within the hours they may be written to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from models import municipality, outbox, reminding
from models.outbox import Promise


def tell(
    session: Session,
    kind: str,
    recipients: Iterable[int],
    subject_id: int,
    occasion: str,
    now: datetime,
    as_a: Promise = Promise.NEWS,
) -> bool:
    """Promise the same notice to several people, once each, not before the quiet hours are over.
    True if any of it is new."""
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    fresh = [
        outbox.promise(
            session,
            kind=kind,
            recipient_id=person_id,
            subject_id=subject_id,
            occasion=occasion,
            now=now,
            not_before=reminding.in_window(now, rules, calendar),
            promise=as_a,
        )
        for person_id in dict.fromkeys(recipients)
    ]
    return any(fresh)
