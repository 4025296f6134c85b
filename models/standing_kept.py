"""What of standing meetings is kept: for how long, and what of it is about a person who asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import municipality, outbox, people, reminding, shredding, standing
from models.municipality import Unit
from models.on_agenda import CaseOnAgenda
from models.people import Person
from models.standing import StandingFile, StandingMeeting, StandingOccasion, StandingTopic
from models.standing_calendar import entries_of
from models.terms import OccasionState

GONE = "standing.gone"


def forget_old(session: Session, before: datetime, limit: int) -> int:
    """Dates that are over and done with since `before` go with all that was written for them; then
    a series that was ended and has none left, and its key. Returns how many rows of either."""
    done = select(StandingOccasion.id).where(
        StandingOccasion.starts_at < before,
        (StandingOccasion.state == OccasionState.CANCELLED)
        | StandingOccasion.decided_at.is_not(None),
    )
    ids = session.scalars(done.limit(limit)).all()
    for table in (StandingTopic, CaseOnAgenda):
        session.execute(delete(table).where(table.occasion_id.in_(ids)))
    session.execute(delete(StandingOccasion).where(StandingOccasion.id.in_(ids)))
    left = select(StandingOccasion.standing_id)
    over = select(StandingMeeting).where(
        StandingMeeting.ended_at < before, StandingMeeting.id.not_in(left)
    )
    ended = session.scalars(over.limit(limit)).all()
    for meeting in ended:
        session.execute(delete(StandingFile).where(StandingFile.standing_id == meeting.id))
        shredding.shred(session, meeting.key_id)
        session.delete(meeting)
    session.flush()
    return len(ids) + len(ended)


def take_files_of_who_left(session: Session, now: datetime, limit: int) -> int:
    """Who works at neither place any more gets the file that takes the series out of the calendar,
    with the times as they are now and never again. Returns how many."""
    found = (
        select(StandingFile, StandingMeeting)
        .join(StandingMeeting, StandingMeeting.id == StandingFile.standing_id)
        .where(StandingMeeting.ended_at.is_(None))
        .order_by(StandingFile.id)
        .execution_options(yield_per=limit)
    )
    gone = (
        (file, meeting)
        for file, meeting in session.execute(found)
        if not standing.attends(session, people.get(session, file.person_id), meeting)
    )
    left = list(islice(gone, limit))
    for file, meeting in left:
        entries = [e for e in entries_of(session, meeting) if e.starts_at > now]
        told = {
            "uid": file.uid,
            "sequence": meeting.sequence + 1,
            "zone": meeting.zone,
            "entries": [
                [f"{e.named_on:%Y%m%d}", int(e.starts_at.timestamp()), e.minutes] for e in entries
            ],
        }
        rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
        outbox.promise(
            session, kind=GONE, recipient_id=file.person_id, subject_id=meeting.id,
            occasion=file.uid, params=told, now=now,
            not_before=reminding.in_window(now, rules, calendar),
        )  # fmt: skip
        session.delete(file)
    session.flush()
    return len(left)


def forget_files_of(session: Session, person_id: int) -> None:
    session.execute(delete(StandingFile).where(StandingFile.person_id == person_id))


def work_of(session: Session, person: Person) -> Iterator[Mapping[str, Any]]:
    """The standing meetings somebody comes to or has in a calendar; whose case is on any is not
    theirs to take home."""
    files = set(
        session.scalars(
            select(StandingFile.standing_id).where(StandingFile.person_id == person.id)
        )
    )
    for meeting in standing.all_open(session):
        comes = any(each.id == person.id for each in standing.seats(session, meeting))
        if comes or meeting.id in files:
            yield {
                "service": session.get_one(Unit, meeting.club_id).name,
                "school": session.get_one(Unit, meeting.school_id).name,
                "leads": meeting.chair_id == person.id,
                "in_calendar": meeting.id in files,
            }
