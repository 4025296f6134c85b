"""How long what was written for standing meetings is kept, and what somebody who leaves takes along."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import shredding
from models.on_agenda import CaseOnAgenda
from models.standing import StandingFile, StandingMeeting, StandingOccasion, StandingTopic
from models.terms import OccasionState


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


def forget_files_of(session: Session, person_id: int) -> None:
    session.execute(delete(StandingFile).where(StandingFile.person_id == person_id))
