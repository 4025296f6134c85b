"""What goes along when the baton changes hands, in the same transaction; and what ends for the one who
had it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    access,
    audit,
    case_record,
    cases,
    conversations,
    family,
    follow_ups,
    ledger,
    log_keeping,
    meeting_files,
    outbox,
    people,
    school_moves,
    tiltak,
    unasked,
)
from models.base import new_id
from models.batons import BatonOffer
from models.cases import Case
from models.contacts import Contact
from models.invitees import Invitee, Meeting
from models.people import Person
from models.terms import BatonState, Coming, MeetingState

CHANGED, GONE, TAKEN = "baton.changed", "baton.gone", "baton.taken"
OWN = ("tiltak.assigned", "tiltak.deadline", "stafett.added", GONE)
"""What somebody is told for another reason than that they hold the baton."""
_OURS = 1 << 40
"""From here on ids are made by `new_id`, and mean one thing only."""


def hand_on(session: Session, case: Case, change: BatonOffer, now: datetime) -> None:
    """The holder is another from now on: promises, reminders, meetings and tiltak are the new one's,
    and the old one is in the case no more, unless they are otherwise."""
    old, new = people.get(session, change.from_id), people.get(session, change.to_id)
    case.stafettholder_id = new.id
    school_moves.arrive(session, case, change, now)
    case.holder_unit_id = None if change.unit_id == case.school_id else change.unit_id
    session.flush()
    things = [
        each
        for ids in case_record.ids_of(session, case.id).values()
        for each in ids
        if each >= _OURS
    ]
    outbox.hand_on(session, things, old.id, new.id, but=OWN)
    log_keeping.end_all(session, case, now)
    _tiltak(session, case, old, new, change.with_tiltak, now)
    cases.stir(case, now)
    if not access.hats_in_case(session, old, case, now):
        _talks(session, case, old, new, now)
        _meetings(session, case, old, new, now)
        _conversation(session, old, things, now)
        ledger.take_back(session, ledger.about(session, case.id, {old.id}), now)
    audit.record(
        session, action="cases.hand_on", actor_id=change.offered_by, object_id=case.id,
        chain=case.id, now=now, detail={"from": old.id, "to": new.id},
    )  # fmt: skip
    _tell(session, case, change, now)


def _tell(session: Session, case: Case, change: BatonOffer, now: datetime) -> None:
    occasion = f"{change.number}"
    relatives = [
        person.id
        for person in family.of(session, case.ungdom_id, now)
        if access.hats_in_case(session, person, case, now)
    ]
    unasked.tell(session, CHANGED, relatives, case.id, occasion, now)
    unasked.tell(session, GONE, [change.from_id], change.id, occasion, now)
    if change.state == BatonState.ACCEPTED and change.offered_by != change.from_id:
        unasked.tell(session, TAKEN, [change.offered_by], case.id, occasion, now)


def _tiltak(
    session: Session, case: Case, old: Person, new: Person, every: bool, now: datetime
) -> None:
    """What the old holder was to do is the new one's, unless the old one takes part otherwise and
    may know of it, and keeps it: nothing agreed is left with somebody who cannot see it [36]."""
    for thing in tiltak.active(session, case.id):
        if thing.responsible_id != old.id:
            continue
        if not every and old.id in tiltak.responsibles(session, case, now, thing.id):
            continue
        thing.responsible_id = new.id
        audit.record(
            session, action="tiltak.hand_on", actor_id=None, object_id=thing.id, chain=case.id,
            now=now, detail={"responsible": new.id},
        )  # fmt: skip
        follow_ups.reschedule(session, tiltak.LADDER, thing, now)


def _meetings(session: Session, case: Case, old: Person, new: Person, now: datetime) -> None:
    """In the meetings to come the new holder has the old one's seat."""
    coming = (
        Meeting.case_id == case.id,
        Meeting.state == MeetingState.CALLED,
        Meeting.starts_at > now,
    )
    for meeting in session.scalars(select(Meeting).where(*coming)).all():
        listed = {
            each.person_id: each
            for each in session.scalars(select(Invitee).where(Invitee.meeting_id == meeting.id))
        }
        seat = listed.get(old.id)
        if seat is not None:
            if seat.file_sequence is not None:
                meeting_files.take(session, meeting, seat, now)
            session.delete(seat)
        if new.id not in listed:
            session.add(
                Invitee(
                    meeting_id=meeting.id,
                    person_id=new.id,
                    uid=f"{new_id():014x}{new_id():014x}",
                    answer=Coming.YES,
                    answers=0,
                )
            )
    session.flush()


def _talks(session: Session, case: Case, old: Person, new: Person, now: datetime) -> None:
    """The talk with the youth that the old holder was to have is the new one's [40]."""
    waits = select(Meeting).where(Meeting.case_id == case.id, Meeting.talker_id == old.id)
    for meeting in session.scalars(waits.where(Meeting.contact_by.is_not(None))).all():
        meeting.talker_id = new.id
    session.flush()


def _conversation(session: Session, old: Person, things: list[int], now: datetime) -> None:
    """What the old holder was in the middle of is not asked any more."""
    for contact_id in session.scalars(select(Contact.id).where(Contact.person_id == old.id)).all():
        talk = conversations.of_contact(session, contact_id, now)
        if talk is not None and talk.subject_id in things:
            conversations.end(session, contact_id)
