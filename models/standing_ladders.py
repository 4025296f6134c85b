"""How standing meetings are followed up: the next few dates are made, people are reminded, and the
chair, or who takes the chair's place, always has the next step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from models import (
    follow_ups,
    municipality,
    outbox,
    people,
    recurring,
    reminding,
    standing,
    unasked,
)
from models.base import new_id
from models.follow_ups import Ladder
from models.outbox import Promise
from models.policy import Calendar, MunicipalPolicy
from models.reminding import Step
from models.standing import StandingFile, StandingMeeting, StandingOccasion
from models.terms import OccasionState

SET, CHANGED, OFF, FILE = "standing.set", "standing.changed", "standing.off", "standing.file"
AGENDA, REMINDER = "standing.agenda", "standing.reminder"
HELD, MINUTES, RENEW, LATE = "standing.held", "standing.minutes", "standing.renew", "standing.late"
MINUTED = "standing.minuted"
KINDS = (AGENDA, REMINDER, CHANGED, HELD, MINUTES)
AHEAD = 3
"""So many dates are rows at a time."""
LAST_WEEKS = timedelta(days=14)
"""So long before the last date the chair is asked to go on or to end."""


def rules_at(session: Session, now: datetime) -> tuple[MunicipalPolicy, Calendar]:
    return municipality.policy_at(session, now), municipality.calendar_of(session)


# --- making dates --------------------------------------------------------------------------------


def materialise(
    session: Session, meeting: StandingMeeting, now: datetime
) -> list[StandingOccasion]:
    """Make the next dates, until there are AHEAD to come. Returns the new ones."""
    made: list[StandingOccasion] = []
    if meeting.ended_at is not None:
        return made
    known = {each.named_on for each in standing.occasions_of(session, meeting.id)}
    missing = AHEAD - len(standing.coming(session, meeting.id, now))
    rules, calendar = rules_at(session, now)
    for fall in standing.falls_of(session, meeting):
        if len(made) >= missing:
            break
        if fall.on is None or fall.named in known:
            continue
        starts_at = recurring.instant(fall.on, meeting.local_time, meeting.zone)
        if starts_at <= now:
            continue
        each = StandingOccasion(
            id=new_id(), key_id=meeting.key_id, standing_id=meeting.id, named_on=fall.named,
            starts_at=starts_at, minutes=meeting.minutes,
            told_at=reminding.news_at(now, starts_at, rules, calendar),
        )  # fmt: skip
        session.add(each)
        session.flush()
        follow_ups.reschedule(session, LADDER, each, now)
        made.append(each)
    return made


def misplaced(session: Session, meeting: StandingMeeting, now: datetime) -> list[StandingOccasion]:
    """Dates to come that the calendar, as it is now, has made a day off."""
    calendar, zone = municipality.calendar_of(session), ZoneInfo(meeting.zone)
    return [
        each
        for each in standing.coming(session, meeting.id, now)
        if each.starts_at > now
        and not reminding.is_school_day(each.starts_at.astimezone(zone).date(), calendar)
    ]


def put_right(session: Session, meeting: StandingMeeting, now: datetime) -> None:
    """Move what lies on a day off to where the rule now has it, or leave it out; people are told. Nobody
    sits and waits for that, so never at night unless it is too late afterwards."""
    to = {fall.named: fall.on for fall in standing.falls_of(session, meeting)}
    by_day = reminding.in_window(now, *rules_at(session, now))
    for each in misplaced(session, meeting, now):
        day = to.get(each.named_on)
        starts_at = recurring.instant(day, meeting.local_time, meeting.zone) if day else None
        if starts_at is None or starts_at <= now:
            cancel(session, meeting, each, now, by_day)
        else:
            place(session, meeting, each, starts_at, now, by_day)


def place(
    session: Session,
    meeting: StandingMeeting,
    each: StandingOccasion,
    to: datetime,
    now: datetime,
    by_day: datetime | None = None,
) -> None:
    """Give one date another time: old reminders are silenced, everybody is told, files renewed."""
    outbox.silence(session, subject_id=each.id, kinds=KINDS)
    each.told_at = _told_at(session, min(each.starts_at, to), now, by_day)
    each.starts_at, each.sequence, each.steps_done = to, each.sequence + 1, []
    follow_ups.reschedule(session, LADDER, each, now)
    _changed(session, meeting, each, CHANGED, now)


def cancel(
    session: Session,
    meeting: StandingMeeting,
    each: StandingOccasion,
    now: datetime,
    by_day: datetime | None = None,
) -> None:
    """One date is not held; the others stand."""
    outbox.silence(session, subject_id=each.id, kinds=KINDS)
    each.state, each.sequence = OccasionState.CANCELLED, each.sequence + 1
    each.told_at = _told_at(session, each.starts_at, now, by_day)
    follow_ups.reschedule(session, LADDER, each, now)
    _changed(session, meeting, each, OFF, now)


def _told_at(
    session: Session, event: datetime, now: datetime, by_day: datetime | None
) -> datetime:
    """`by_day`, if that is in time; else as what somebody has just decided."""
    if by_day is not None and by_day < event:
        return by_day
    return reminding.news_at(now, event, *rules_at(session, now))


def _changed(
    session: Session, meeting: StandingMeeting, each: StandingOccasion, kind: str, now: datetime
) -> None:
    tell(session, each, kind, _ids(standing.seats(session, meeting)), now, each.told_at)
    renew_files(session, meeting, now, each.told_at)
    materialise(session, meeting, now)
    follow_ups.reschedule(session, SERIES, meeting, now)
    session.flush()


def renew_files(
    session: Session, meeting: StandingMeeting, now: datetime, at: datetime | None = None
) -> None:
    """Whoever has the meetings in a calendar gets the file that replaces it."""
    meeting.sequence += 1
    holders = select(StandingFile.person_id).where(StandingFile.standing_id == meeting.id)
    outbox.silence(session, subject_id=meeting.id, kinds=(FILE,))
    for person_id in session.scalars(holders).all():
        outbox.promise(
            session, kind=FILE, recipient_id=person_id, subject_id=meeting.id,
            occasion=str(meeting.sequence), now=now, not_before=at,
        )  # fmt: skip


def tell(
    session: Session,
    each: StandingOccasion,
    kind: str,
    to: Iterable[int],
    now: datetime,
    at: datetime,
    *,
    occasion: str = "",
    as_a: Promise = Promise.NEWS,
) -> None:
    """Promise the same about one date to several; nothing of it is said after it began."""
    for person_id in to:
        outbox.promise(
            session, kind=kind, recipient_id=person_id, subject_id=each.id, promise=as_a,
            occasion=f"{each.sequence}{occasion and '.' + occasion}",
            params={"sequence": each.sequence}, now=now, not_before=at,
            not_after=each.starts_at if each.starts_at > now else None,
        )  # fmt: skip


def _ids(persons: Iterable[people.Person]) -> list[int]:
    return [person.id for person in persons]


# --- one date ------------------------------------------------------------------------------------


def _meeting(session: Session, each: StandingOccasion) -> StandingMeeting:
    return session.get_one(StandingMeeting, each.standing_id)


def _plan(session: Session, each: StandingOccasion, now: datetime) -> Sequence[Step]:
    rules, calendar = rules_at(session, now)
    return recurring.occasion_steps(
        OccasionState(each.state), each.starts_at, each.told_at, each.decided_at is not None,
        rules, calendar, now,
    )  # fmt: skip


def _take(session: Session, each: StandingOccasion, step: Step, now: datetime) -> None:
    """Reminders go to everybody with a seat; what is left to do, to the chair, and from the first
    week late to who leads."""
    meeting, (name, _dot, week) = _meeting(session, each), step.name.partition(".")
    if name in ("held", "minutes"):
        kind = HELD if name == "held" else MINUTES
        occasion = f"{each.sequence}.{step.name}"
        unasked.tell(session, kind, standing.chairs(session, meeting, now), each.id, occasion, now)
        if week:
            late = standing.leaders(session, meeting, now)
            unasked.tell(session, LATE, late, each.id, f"{name}.{occasion}", now)
        return
    rules, calendar = rules_at(session, now)
    at = reminding.in_window(now, rules, calendar)
    if at < each.starts_at:
        them = [p.id for p in standing.seats(session, meeting) if not p.muted]
        kind = AGENDA if name == "agenda" else REMINDER
        tell(session, each, kind, them, now, at, occasion=step.name, as_a=Promise.REMINDER)


def _open() -> ColumnElement[bool]:
    held = StandingOccasion.state == OccasionState.HELD
    return or_(
        StandingOccasion.state == OccasionState.PLANNED,
        held & StandingOccasion.decided_at.is_(None),
    )


LADDER = Ladder(
    table=StandingOccasion,
    plan=_plan,
    take=_take,
    open=_open,
    responsible=lambda session, each, now: standing.chairs(session, _meeting(session, each), now),
)


# --- the series ----------------------------------------------------------------------------------


def _plan_series(session: Session, meeting: StandingMeeting, now: datetime) -> Sequence[Step]:
    """The next date is made when one is over; what a new calendar displaced is put right; before
    the last one the chair is asked to go on or end, week after week."""
    if meeting.ended_at is not None:
        return ()
    rules, calendar = rules_at(session, now)
    ask_on = meeting.until - LAST_WEEKS
    steps = recurring.weekly("renew", ask_on, rules, calendar, now)
    every = standing.occasions_of(session, meeting.id)
    over = [each for each in every if each.ends_at <= now]
    rolls = [*over[-1:], *standing.coming(session, meeting.id, now)[:1]]
    steps += [Step(f"roll.{each.named_on}", each.ends_at, settles=True) for each in rolls]
    steps += [
        Step(f"off.{each.id}.{each.sequence}", each.told_at, settles=True)
        for each in misplaced(session, meeting, now)
    ]
    return steps


def _take_series(session: Session, meeting: StandingMeeting, step: Step, now: datetime) -> None:
    name = step.name.partition(".")[0]
    if name == "off":
        put_right(session, meeting, now)
    elif name == "roll":
        materialise(session, meeting, now)
    else:
        chairing = standing.chairs(session, meeting, now)
        unasked.tell(session, RENEW, chairing, meeting.id, step.name, now)


SERIES = Ladder(
    table=StandingMeeting,
    plan=_plan_series,
    take=_take_series,
    open=lambda: StandingMeeting.ended_at.is_(None),
    responsible=standing.chairs,
)
