"""A standing meeting as a calendar has it: every date for itself, as no rule says where holidays are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import recurring, standing
from models.standing import StandingMeeting
from models.terms import OccasionState


@dataclass(frozen=True)
class Entry:
    """One date in a calendar file; `named_on` keeps its place in it for good."""

    named_on: date
    starts_at: datetime
    minutes: int
    off: bool


def entries_of(session: Session, meeting: StandingMeeting) -> list[Entry]:
    """Every date of the series: by the rule, and as the next ones were changed."""
    made = {each.named_on: each for each in standing.occasions_of(session, meeting.id)}
    entries: list[Entry] = []
    for fall in standing.falls_of(session, meeting):
        row = made.get(fall.named)
        if row is not None:
            off = row.state == OccasionState.CANCELLED or meeting.ended_at is not None
            entries.append(Entry(fall.named, row.starts_at, row.minutes, off))
        elif fall.on is not None:
            starts_at = recurring.instant(fall.on, meeting.local_time, meeting.zone)
            entries.append(
                Entry(fall.named, starts_at, meeting.minutes, meeting.ended_at is not None)
            )
    return entries
