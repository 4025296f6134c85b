"""Calendar files of who may no longer know of a meeting: they get the one that removes it.

It says nothing that they had not: the time is that of the file they have, even if it was moved.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import cases, municipality, outbox, people, reminding, shielded
from models.base import new_id
from models.invitees import Invitee, Meeting, item_of, may_know
from models.terms import MeetingState

GONE = "meeting.gone"


def take_from_who_lost_it(session: Session, now: datetime, limit: int) -> int:
    """Everybody who has a meeting to come in a calendar and may not know of it any more, however
    that came about. Returns how many."""
    found = (
        select(Invitee, Meeting)
        .join(Meeting, Meeting.id == Invitee.meeting_id)
        .where(
            Invitee.file_sequence.is_not(None),
            Meeting.state == MeetingState.CALLED,
            Meeting.starts_at > now,
        )
        .order_by(Meeting.starts_at)
        .execution_options(yield_per=limit)
    )
    lost = (
        (invitee, meeting)
        for invitee, meeting in session.execute(found)
        if not may_know(session, meeting, people.get(session, invitee.person_id), now)
    )
    first = list(islice(lost, limit))  # no more is fetched; and then it is written
    return sum(take(session, meeting, invitee, now) for invitee, meeting in first)


def take_from_all(session: Session, meetings: Iterable[Meeting], now: datetime) -> None:
    """The case is closed: nobody opens these any more."""
    for meeting in meetings:
        has = Invitee.meeting_id == meeting.id, Invitee.file_sequence.is_not(None)
        for invitee in session.scalars(select(Invitee).where(*has)).all():
            take(session, meeting, invitee, now)


def take(session: Session, meeting: Meeting, invitee: Invitee, now: datetime) -> bool:
    """Not from a guardian from whom it is shielded: that would tell that something is [58]. Who may
    know of it again some day gets it as something new."""
    case = cases.find(session, meeting.case_id)
    if case and invitee.person_id in shielded.kept_from(session, case, item_of(meeting.id)):
        return False
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    outbox.promise(
        session,
        kind=GONE,
        recipient_id=invitee.person_id,
        subject_id=meeting.id,
        occasion=invitee.uid,
        params={
            "uid": invitee.uid,
            "sequence": meeting.sequence + 1,
            "starts": int(meeting.starts_at.timestamp()),
            "minutes": meeting.minutes,
            "zone": meeting.zone,
        },
        now=now,
        not_before=reminding.news_at(now, meeting.starts_at, rules, calendar),
        not_after=meeting.ends_at,
    )
    invitee.uid, invitee.file_sequence = f"{new_id():014x}{new_id():014x}", None
    session.flush()
    return True
