"""What can be done with a standing meeting: set up, go on, end; and with one of its dates: move,
call off, say that it was held, write the minutes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    audit,
    follow_ups,
    municipality,
    outbox,
    people,
    policy,
    recurring,
    standing,
    unasked,
)
from models import standing_ladders as ladders
from models.base import insert_once, new_id, require
from models.municipality import Unit
from models.people import Person
from models.recurring import Pattern, Slots
from models.sealed import keyring_of
from models.standing import StandingFile, StandingMeeting
from models.terms import IfOff, MeetingPlace, OccasionState, Role, UnitKind, Why

LONGEST_MINUTES = 8 * 60
DAY_BEGINS, DAY_ENDS = time(7), time(21)


@dataclass(frozen=True)
class Setup:
    """How often, when and where; the first day's weekday is the meeting's."""

    first: date
    at: time
    every_weeks: int  # 0: the same weekday of each month, by its number in it
    until: date
    if_off: IfOff
    minutes: int
    place_kind: MeetingPlace

    @property
    def pattern(self) -> Pattern:
        nth = 0 if self.every_weeks else recurring.nth_of(self.first)
        return Pattern(self.first, self.until, self.every_weeks, nth, self.if_off)


def school_year_end(day: date) -> date:
    """Schools end before the summer: the last day a standing meeting is set up for at first."""
    return date(day.year + (day.month >= 7), 6, 19)


# --- setting up ----------------------------------------------------------------------------------


def set_up(
    session: Session,
    *,
    actor: Person,
    club_id: int,
    school_id: int,
    setup: Setup,
    chair_id: int,
    now: datetime,
) -> StandingMeeting:
    """Begin a standing meeting; the one these two have, if they have one already.

    Refused: ABSENT, NOBODY (a chair who works at neither), PAST, TOO_LONG, NOT_VALID (at night, or
    a rule that never falls on a day).
    """
    _kinds(session, club_id, school_id)
    standing.required_to_run(session, actor, club_id, school_id)
    require(chair_id in standing.may_chair(session, club_id, school_id), Why.NOBODY)
    _valid(session, setup, now)
    there = standing.of_pair(session, club_id, school_id)
    if there is not None:
        return there
    return _make(session, actor, club_id, school_id, setup, chair_id, now)


def _kinds(session: Session, club_id: int, school_id: int) -> None:
    for unit_id, kind in ((club_id, UnitKind.CLUB), (school_id, UnitKind.SCHOOL)):
        unit = municipality.unit(session, unit_id)
        require(unit is not None and unit.kind == kind and unit.closed_at is None, Why.ABSENT)


def _valid(session: Session, setup: Setup, now: datetime) -> None:
    zone = municipality.policy_at(session, now).zone
    require(recurring.instant(setup.first, setup.at, zone) > now, Why.PAST)
    require(setup.first.weekday() < 5, Why.DAY_OFF)
    require(0 < setup.minutes <= LONGEST_MINUTES, Why.TOO_LONG)
    require(DAY_BEGINS <= setup.at <= DAY_ENDS, Why.NOT_VALID)
    calendar = municipality.calendar_of(session)
    require(any(fall.on for fall in recurring.falls(setup.pattern, calendar)), Why.NOT_VALID)


def _make(
    session: Session,
    actor: Person,
    club_id: int,
    school_id: int,
    setup: Setup,
    chair_id: int,
    now: datetime,
) -> StandingMeeting:
    pattern = setup.pattern
    meeting = StandingMeeting(
        id=new_id(), key_id=keyring_of(session).new_key(session), club_id=club_id,
        school_id=school_id, chair_id=chair_id, first_day=pattern.first, until=pattern.until,
        every_weeks=pattern.every_weeks, nth=pattern.nth, if_off=pattern.if_off,
        local_time=setup.at, zone=municipality.policy_at(session, now).zone,
        minutes=setup.minutes, place_kind=setup.place_kind, set_by=actor.id, set_at=now,
    )  # fmt: skip
    session.add(meeting)
    session.flush()
    ladders.materialise(session, meeting, now)
    _record(session, meeting, "standing.set_up", actor, now)
    them = [p.id for p in standing.seats(session, meeting) if p.id != actor.id]
    unasked.tell(session, ladders.SET, them, meeting.id, "set", now)
    return meeting


@dataclass(frozen=True)
class Lacking:
    """A pair without a standing meeting, and whom it needs to be free: both, and who comes."""

    club: Unit
    school: Unit
    workers: tuple[int, ...]  # of the club
    leaders: tuple[int, ...]  # of the school

    @property
    def busy(self) -> frozenset[int]:
        return frozenset({self.club.id, self.school.id, *self.workers, *self.leaders})

    def chair(self, side: UnitKind) -> int:
        """The first of that side, or of the other when it has nobody."""
        first, second = self.workers, self.leaders
        if side is UnitKind.SCHOOL:
            first, second = second, first
        return (first or second)[0]


def lacking(session: Session, actor: Person) -> list[Lacking]:
    """The pairs someone may set up that have none; those where nobody works are left out."""
    there = {(each.club_id, each.school_id) for each in standing.all_open(session)}
    units = [
        pair for pair in standing.pairs(session, actor) if (pair[0].id, pair[1].id) not in there
    ]
    workers = people.staff_at(session, UnitKind.CLUB, Role.SERVICE)
    leaders = people.staff_at(session, UnitKind.SCHOOL, Role.REKTOR)
    found = [
        Lacking(club, school, tuple(workers.get(club.id, ())), tuple(leaders.get(school.id, ())))
        for club, school in units
    ]
    return [each for each in found if each.workers or each.leaders]


def set_up_all(
    session: Session,
    *,
    actor: Person,
    slots: Slots,
    chair: UnitKind,
    setup: Setup,
    now: datetime,
) -> int:
    """Set up every pair of the actor's that has none, with a time for each (`recurring.spread`):
    neither a unit nor anybody who comes has two at once. Whom no time is left for gets none.
    Returns how many."""
    pairs = lacking(session, actor)
    busy = {i: each.busy for i, each in enumerate(pairs)}
    found = recurring.spread(busy, slots, municipality.calendar_of(session))
    for i, (day, at) in found.items():
        each = pairs[i]
        own = replace(setup, first=day, at=at, every_weeks=slots.every_weeks)
        set_up(
            session, actor=actor, club_id=each.club.id, school_id=each.school.id, setup=own,
            chair_id=each.chair(chair), now=now,
        )  # fmt: skip
    return len(found)


# --- the series ----------------------------------------------------------------------------------


def _series(session: Session, actor: Person, standing_id: int) -> StandingMeeting:
    meeting = standing.find(session, standing_id)
    standing.required_to_run(session, actor, meeting.club_id, meeting.school_id)
    return meeting


def go_on(session: Session, *, actor: Person, standing_id: int, now: datetime) -> StandingMeeting:
    """Another school year by the same rule. Quiet when it lasts that long already."""
    meeting = _series(session, actor, standing_id)
    require(meeting.ended_at is None, Why.STALE)
    today = policy.today_in(now, municipality.policy_at(session, now))
    until = school_year_end(max(today, meeting.until))
    if until <= meeting.until:
        until = school_year_end(date(meeting.until.year, 8, 1))
    if (until - today).days > 540 or until == meeting.until:
        return meeting
    meeting.until, meeting.steps_done = until, []
    ladders.materialise(session, meeting, now)
    ladders.renew_files(session, meeting, now)
    _record(session, meeting, "standing.go_on", actor, now)
    return meeting


def hand_on(
    session: Session, *, actor: Person, standing_id: int, chair_id: int, now: datetime
) -> StandingMeeting:
    """Another chair, who is told."""
    meeting = _series(session, actor, standing_id)
    require(meeting.ended_at is None, Why.STALE)
    able = standing.may_chair(session, meeting.club_id, meeting.school_id)
    require(chair_id in able, Why.NOBODY)
    if meeting.chair_id == chair_id:
        return meeting
    meeting.chair_id = chair_id
    _record(session, meeting, "standing.hand_on", actor, now)
    if chair_id != actor.id:
        unasked.tell(session, ladders.SET, [chair_id], meeting.id, now.isoformat(), now)
    return meeting


def end(session: Session, *, actor: Person, standing_id: int, now: datetime) -> StandingMeeting:
    """No more dates: those to come are called off in one notice, and go from the calendars."""
    meeting = _series(session, actor, standing_id)
    if meeting.ended_at is not None:
        return meeting
    meeting.ended_at = now
    for each in standing.coming(session, meeting.id, now):
        if each.starts_at > now:
            outbox.silence(session, subject_id=each.id, kinds=ladders.KINDS)
            each.state = OccasionState.CANCELLED
            follow_ups.reschedule(session, ladders.LADDER, each, now)
    ladders.renew_files(session, meeting, now)
    _record(session, meeting, "standing.end", actor, now)
    them = [p.id for p in standing.seats(session, meeting) if p.id != actor.id]
    unasked.tell(session, ladders.SET, them, meeting.id, "end", now)
    return meeting


def take_file(session: Session, *, actor: Person, standing_id: int, now: datetime) -> None:
    """Remember that someone has it in a calendar, so that every change and the end reach it."""
    meeting = standing.find(session, standing_id)
    standing.required_to_attend(session, actor, meeting)
    require(meeting.ended_at is None, Why.STALE)
    insert_once(
        session,
        StandingFile,
        {
            "id": new_id(), "standing_id": meeting.id, "person_id": actor.id,
            "uid": f"{new_id():014x}{new_id():014x}",
        },
    )  # fmt: skip


def uid_of(session: Session, meeting: StandingMeeting, person: Person) -> str | None:
    return session.scalar(
        select(StandingFile.uid).where(
            StandingFile.standing_id == meeting.id, StandingFile.person_id == person.id
        )
    )


# --- recording -----------------------------------------------------------------------------------


def _record(
    session: Session, meeting: StandingMeeting, action: str, actor: Person, now: datetime
) -> None:
    follow_ups.reschedule(session, ladders.SERIES, meeting, now)
    session.flush()
    audit.record(
        session, action=action, actor_id=actor.id, object_id=meeting.id, now=now,
        detail={"club": meeting.club_id, "school": meeting.school_id, "chair": meeting.chair_id},
    )  # fmt: skip
