"""Five minutes on Friday: staff who chose mail hear once, before the weekend, that something waits.

It tells neither what nor how many; whether anything does is asked again when it is sent.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models import (
    access,
    access_log,
    cases,
    concerns,
    contact_wishes,
    evaluation_views,
    falling_back,
    los_work,
    mail,
    next_dates,
    people,
    queue,
    right_views,
)
from models.base import Refused
from models.falling_back import WEEKLY
from models.follow_ups import Ladder
from models.mail_addresses import MailAddress
from models.outbox import Promise
from models.people import Person
from models.reminding import Step
from models.terms import QUEUED_REQUESTS, RequestState


def something_waits(session: Session, person: Person, now: datetime) -> bool:
    """Whether a member of staff is waited for, or has news unseen. Shows nothing of it."""
    decides = QUEUED_REQUESTS | {RequestState.SUBMITTED}
    with access_log.unseen(session):
        return (
            any(request.state in decides for request in queue.waiting(session, person))
            or bool(concerns.waiting(session, person))
            or bool(los_work.advice_awaited(session, person))
            or bool(contact_wishes.waiting_for(session, person))
            or _anything_due(session, person, now)
            or bool(falling_back.still_new(session, person, now))
        )


def _anything_due(session: Session, person: Person, now: datetime) -> bool:
    held = cases.held_by(session, person.id)
    with access.of_each(session, person, held):
        return any(_is_due(session, person, case.id, now) for case in held)


def _is_due(session: Session, person: Person, case_id: int, now: datetime) -> bool:
    """To evaluate, to answer of what the family put right, or to agree on."""
    try:
        return (
            evaluation_views.anything_due(session, person, case_id, now)
            or right_views.anything_waits(session, person, case_id, now)
            or next_dates.wanted(session, person, case_id, now)
        )
    except Refused:
        return False


def _take(session: Session, row: MailAddress, step: Step, now: datetime) -> None:
    row.weekly_at, row.steps_done = now, []
    person = session.get_one(Person, row.person_id)
    if people.positions(session, person.id) and something_waits(session, person, now):
        falling_back.notify(session, person.id, now, WEEKLY, Promise.REMINDER)


LADDER = Ladder(table=MailAddress, plan=mail.week, take=_take)
