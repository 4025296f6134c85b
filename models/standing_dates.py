"""What can be done with one date of a standing meeting: move it, call it off, say that it was held,
write the minutes.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models import audit, follow_ups, municipality, outbox, reminding, standing, unasked
from models import standing_ladders as ladders
from models.base import require
from models.goals import worded
from models.invitees import instant_of
from models.people import Person
from models.standing import StandingMeeting, StandingOccasion
from models.terms import OccasionState, Why


def _date(
    session: Session, actor: Person, occasion_id: int, sequence: int | None = None
) -> tuple[StandingMeeting, StandingOccasion]:
    """One date for who comes to it: those who only count do nothing with it."""
    each = standing.occasion(session, occasion_id)
    meeting = standing.find(session, each.standing_id)
    standing.required_to_attend(session, actor, meeting)
    require(sequence is None or sequence == each.sequence, Why.STALE)
    return meeting, each


def _runs_date(session: Session, actor: Person, meeting: StandingMeeting) -> None:
    """Who chairs, or leads one of the two, decides about a date."""
    chairing = meeting.chair_id == actor.id
    run = standing.runs(session, actor, meeting.club_id, meeting.school_id)
    require(chairing or run, Why.ABSENT)


def move(
    session: Session,
    *,
    actor: Person,
    occasion_id: int,
    starts: datetime,
    sequence: int,
    now: datetime,
) -> StandingOccasion:
    """Give one date another time; the others stay. `starts` is a naive wall clock time.

    Refused: PAST, DAY_OFF (red, or no school), STALE.
    """
    meeting, each = _date(session, actor, occasion_id, sequence)
    _runs_date(session, actor, meeting)
    require(each.state == OccasionState.PLANNED and each.starts_at > now, Why.STALE)
    to = instant_of(starts, meeting.zone)
    require(to > now, Why.PAST)
    calendar = municipality.calendar_of(session)
    require(reminding.is_school_day(starts.date(), calendar), Why.DAY_OFF)
    if to == each.starts_at:
        return each
    each.by_hand = True
    ladders.place(session, meeting, each, to, now)
    _record_date(session, each, "standing.move", actor, now)
    return each


def call_off(
    session: Session, *, actor: Person, occasion_id: int, sequence: int, now: datetime
) -> StandingOccasion:
    """One date is not held. Called off already: quiet."""
    meeting, each = _date(session, actor, occasion_id)
    _runs_date(session, actor, meeting)
    if each.state == OccasionState.CANCELLED:
        return each
    require(each.sequence == sequence and each.state == OccasionState.PLANNED, Why.STALE)
    ladders.cancel(session, meeting, each, now)
    _record_date(session, each, "standing.call_off", actor, now)
    return each


def held(
    session: Session, *, actor: Person, occasion_id: int, was: bool, now: datetime
) -> StandingOccasion:
    """Say that a date that is over was held, or was not. Said already: quiet."""
    meeting, each = _date(session, actor, occasion_id)
    _runs_date(session, actor, meeting)
    require(each.starts_at <= now, Why.NOT_IN_STATE)
    state = OccasionState.HELD if was else OccasionState.CANCELLED
    if each.state == state:
        return each
    require(each.state == OccasionState.PLANNED, Why.STALE)
    each.state = state
    outbox.silence(session, subject_id=each.id, kinds=(ladders.HELD, ladders.LATE))
    _record_date(session, each, "standing.held", actor, now, was=was)
    return each


def minute(
    session: Session, *, actor: Person, occasion_id: int, words: str, now: datetime
) -> StandingOccasion:
    """Write what was decided about how the two work together; final, and the others are told.

    Nothing about anybody: what is agreed about a case belongs in the case. Refused: STALE when
    somebody has written them, NOT_IN_STATE when it was not held.
    """
    meeting, each = _date(session, actor, occasion_id)
    _runs_date(session, actor, meeting)
    words = worded(" ".join(words.split()))
    require(each.decided_at is None or each.decided == words, Why.STALE)
    if each.decided_at is not None:
        return each
    if each.state == OccasionState.PLANNED:
        held(session, actor=actor, occasion_id=each.id, was=True, now=now)
    require(each.state == OccasionState.HELD, Why.NOT_IN_STATE)
    each.decided, each.decided_at = words, now
    outbox.silence(session, subject_id=each.id, kinds=(ladders.MINUTES, ladders.LATE))
    _record_date(session, each, "standing.minute", actor, now)
    them = [p.id for p in standing.seats(session, meeting) if p.id != actor.id]
    unasked.tell(session, ladders.MINUTED, them, each.id, "minutes", now)
    return each


def _record_date(
    session: Session,
    each: StandingOccasion,
    action: str,
    actor: Person,
    now: datetime,
    **to: object,
) -> None:
    follow_ups.reschedule(session, ladders.LADDER, each, now)
    session.flush()
    audit.record(
        session, action=action, actor_id=actor.id, object_id=each.id, now=now,
        detail={"sequence": each.sequence, **to},
    )  # fmt: skip
