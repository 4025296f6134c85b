"""Answering a meeting from a mail: a signed link that stands for one answer of one person to one
time of one meeting, for as long as they have given no other since.

It is a way to say it, not to see anything: who holds the link learns when, which the mail said.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import mail, mail_addresses, meetings, people, sealed
from models.base import Refused
from models.contacts import Contact
from models.invitees import Meeting, invitee_of, may_know
from models.people import Person
from models.terms import Coming, MeetingState

CAN_SAY = {"ja": Coming.YES, "nei": Coming.NO}
LONGEST = 120


@dataclass(frozen=True)
class Said:
    """What a link would say, for the page that asks for the press."""

    coming: Coming
    starts_at: datetime
    zone: str
    language: str


def token_of(session: Session, contact_id: int, meeting_id: int, word: str) -> str | None:
    """A link's token for the present time of a meeting; None for who is not asked to come."""
    contact, meeting = session.get(Contact, contact_id), session.get(Meeting, meeting_id)
    if contact is None or meeting is None:
        return None
    invitee = invitee_of(session, meeting_id, contact.person_id)
    if invitee is None:
        return None
    body = f"{word}.{contact_id:x}.{meeting_id:x}.{meeting.sequence:x}.{invitee.answers:x}"
    return f"{body}.{_mark(session, body)}"


def _mark(session: Session, body: str) -> str:
    return sealed.token(session, "mail answers", body)


def read(session: Session, token: str, now: datetime) -> Said | None:
    """What a link says, which uses nothing up. None, alike, for what is forged, spent, of another
    time, past, or no longer its owner's to answer."""
    found = _found(session, token, now)
    if found is None:
        return None
    person, meeting, coming = found
    return Said(coming, meeting.starts_at, meeting.zone, person.language)


def give(session: Session, token: str, now: datetime) -> Said | None:
    """Say it, through the same verb as the button in the chat; None as for `read`. Who answers has
    read their mail: the next news is worth another."""
    found = _found(session, token, now, held=True)
    if found is None:
        return None
    person, meeting, coming = found
    try:
        meetings.answer(
            session, actor=person, meeting_id=meeting.id, coming=coming,
            sequence=meeting.sequence, now=now,
        )  # fmt: skip
    except Refused:
        return None
    chosen = mail.of(session, person.id)
    if chosen is not None:
        chosen.looked_at = now
    return Said(coming, meeting.starts_at, meeting.zone, person.language)


def _found(
    session: Session, token: str, now: datetime, *, held: bool = False
) -> tuple[Person, Meeting, Coming] | None:
    """`held`: the meeting stays as it is until the commit, so that a link is used once."""
    body, _dot, mark = token.rpartition(".")
    if len(token) > LONGEST or not hmac.compare_digest(
        _mark(session, body).encode(), mark.encode()
    ):
        return None
    word, *numbers = body.split(".")
    contact_id, meeting_id, sequence, answers = (int(number, 16) for number in numbers)
    person = _owner(session, contact_id, now)
    meeting = session.get(Meeting, meeting_id, with_for_update=held)
    if person is None or meeting is None or word not in CAN_SAY:
        return None
    invitee = invitee_of(session, meeting_id, person.id)
    if invitee is None or (invitee.answers, meeting.sequence) != (answers, sequence):
        return None
    if meeting.state != MeetingState.CALLED or meeting.starts_at <= now:
        return None
    people.speaks_where(session, person.id, staff_may=True, now=now)
    if not may_know(session, meeting, person, now):
        return None
    return person, meeting, CAN_SAY[word]


def _owner(session: Session, contact_id: int, now: datetime) -> Person | None:
    """Whose address it is, if they still want meetings by mail and may have them."""
    row = mail_addresses.get(session, contact_id)
    if row is None or not mail.wants_meetings(session, row.person_id, now):
        return None
    chosen = mail.of(session, row.person_id)
    if chosen is None or chosen.id != contact_id:
        return None
    return session.get_one(Person, row.person_id)
