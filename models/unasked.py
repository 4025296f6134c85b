"""What people are told without having asked: within the hours they may be written to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from models import family, municipality, outbox, people, policy, reminding
from models.outbox import Promise
from models.terms import Role

AWAY = "staff.away"
"""Something waits for somebody who is away: not what."""
CHANGED = "staff.changed"
"""An administrator has decided something for everybody: not what."""


def tell(
    session: Session,
    kind: str,
    recipients: Iterable[int],
    subject_id: int,
    occasion: str,
    now: datetime,
    as_a: Promise = Promise.NEWS,
    params: Mapping[str, object] | None = None,
) -> bool:
    """Promise the same notice to several people, once each, not before the quiet hours are over; and
    to who stands in for one who is away that something waits. True if any of it is new."""
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    recipients = list(dict.fromkeys(recipients))
    at = reminding.in_window(now, rules, calendar)
    at_work = reminding.in_window(now, reminding.for_staff(rules), calendar)
    fresh = [
        outbox.promise(
            session,
            kind=kind,
            recipient_id=person_id,
            subject_id=subject_id,
            occasion=occasion,
            now=now,
            not_before=at_work if at != at_work and _works_only(session, person_id) else at,
            promise=as_a,
            params=params,
        )
        for person_id in recipients
    ]
    for person_id in recipients if any(fresh) and kind != AWAY else ():
        tell_stand_ins(session, person_id, now)
    return any(fresh)


def _works_only(session: Session, person_id: int) -> bool:
    """Whether somebody is here for their work alone: no parent, and no pupil."""
    return bool(people.positions(session, person_id)) and not (
        family.all_ward_ids(session, person_id) or people.pupil(session, person_id)
    )


def tell_of_decision(session: Session, by: int, what: str, now: datetime) -> None:
    """The other administrators and the project leaders hear that something was decided for everybody;
    once a day of each kind of thing."""
    leads = [
        *people.with_role(session, Role.ADMINISTRATOR),
        *people.with_role(session, Role.PROSJEKTLEDER),
    ]
    day = policy.today_in(now, municipality.policy_at(session, now)).isoformat()
    them = (person.id for person in leads if person.id != by)
    tell(session, CHANGED, them, by, f"{what}.{day}", now)


def tell_stand_ins(session: Session, person_id: int, now: datetime) -> None:
    """Something waits for somebody at work: who stands in hears that, if that one is away."""
    day = policy.today_in(now, municipality.policy_at(session, now))
    them = [stand_in.id for stand_in in people.stand_ins(session, person_id, day)]
    if them and not family.all_ward_ids(session, person_id):  # it may be as a parent
        tell(session, AWAY, them, person_id, day.isoformat(), now)
