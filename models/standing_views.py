"""What may be seen of standing meetings: who has one with whom and when; and, for those who come,
what is on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models import (
    access,
    municipality,
    people,
    recurring,
    standing,
    standing_ladders,
    standing_running,
)
from models.base import Opening, refuse, require
from models.municipality import Unit
from models.people import Person
from models.policy import Calendar
from models.recurring import Falls, Pattern
from models.standing import StandingMeeting, StandingOccasion
from models.standing_calendar import Entry, entries_of
from models.terms import Action, MeetingPlace, OccasionState, UnitKind, Why


class Pair(NamedTuple):
    """A club and a school, and the standing meeting they have, if any."""

    club_id: int
    club: str
    school_id: int
    school: str
    standing_id: int | None
    next_at: datetime | None


@dataclass(frozen=True)
class Overview:
    """Everything someone may set up, and the series they come to."""

    pairs: tuple[Pair, ...]
    mine: tuple[Pair, ...]
    zone: str

    @property
    def having(self) -> int:
        return sum(pair.standing_id is not None for pair in self.pairs)


@dataclass(frozen=True)
class DateRow:
    id: int
    starts_at: datetime
    state: OccasionState
    moved: bool  # not on the day the rule names
    has_minutes: bool


@dataclass(frozen=True)
class SeriesView:
    id: int
    club: str
    school: str
    chair: str
    pattern: Pattern
    at: datetime  # any one, for its time on the wall
    zone: str
    minutes: int
    place_kind: MeetingPlace
    ended: bool
    comes: bool  # the reader may see what is on
    runs: bool
    dates: tuple[DateRow, ...]  # the next few
    past: tuple[DateRow, ...]  # the last few, for who comes
    last_is_near: bool
    off: tuple[Falls, ...]  # what red days and holidays do to the rule, from today on


@dataclass(frozen=True)
class SetupForm:
    unit_id: int
    unit: str
    club: bool  # the unit is the club; the others are schools
    others: dict[int, str]  # that it has no standing meeting with
    chairs: Mapping[int, Mapping[int, str]]  # who may chair, by the other unit
    zone: str
    calendar: Calendar


# --- who with whom -------------------------------------------------------------------------------


def overview(session: Session, *, actor: Person, now: datetime) -> Overview:
    """Refused as absent for who neither runs nor comes to any."""
    found = {(each.club_id, each.school_id): each for each in standing.all_open(session)}
    ahead = standing.next_dates(session, now)
    rows = [
        _pair(club, school, found.get((club.id, school.id)), ahead)
        for club, school in standing.pairs(session, actor)
    ]
    mine = [
        _pair(_unit(session, each.club_id), _unit(session, each.school_id), each, ahead)
        for each in standing.attended(session, actor)
    ]
    able = access.may_at_work(session, actor, Action.ATTEND_STANDING)
    require(rows or mine or able, Why.ABSENT)
    zone = municipality.policy_at(session, now).zone
    return Overview(tuple(rows), tuple(sorted(mine, key=_by_time)), zone)


def any_for(session: Session, *, actor: Person) -> bool:
    """Whether someone has anything to do with standing meetings."""
    return bool(standing.pairs(session, actor) or standing.attended(session, actor))


def _by_time(pair: Pair) -> tuple[bool, datetime | None, str]:
    return pair.next_at is None, pair.next_at, pair.club


def _pair(
    club: Unit, school: Unit, meeting: StandingMeeting | None, ahead: Mapping[int, datetime]
) -> Pair:
    standing_id = meeting.id if meeting is not None else None
    next_at = ahead.get(standing_id) if standing_id is not None else None
    return Pair(club.id, club.name, school.id, school.name, standing_id, next_at)


def _unit(session: Session, unit_id: int) -> Unit:
    return session.get_one(Unit, unit_id)


def setting_up(session: Session, *, actor: Person, unit_id: int, now: datetime) -> SetupForm:
    """What there is to choose from for a club or a school. Refused: ABSENT; NOBODY when it has a
    standing meeting with everybody, or nobody works there."""
    mine = [pair for pair in standing.pairs(session, actor) if unit_id in {u.id for u in pair}]
    require(mine, Why.ABSENT)
    unit = _unit(session, unit_id)
    is_club = unit.kind == UnitKind.CLUB
    lacking = standing.lacking_of(session, mine)
    others = {other.id: other.name for other in (pair[is_club] for pair in lacking)}
    pairs = {pair[is_club].id: (pair[0].id, pair[1].id) for pair in lacking}
    chairs = Opening(pairs, lambda pair: standing.may_chair(session, *pair))
    require(others, Why.NOBODY)
    rules = municipality.policy_at(session, now)
    return SetupForm(
        unit.id, unit.name, is_club, others, chairs, rules.zone,
        municipality.calendar_of(session),
    )  # fmt: skip


@dataclass(frozen=True)
class AllForm:
    """Every pair without a standing meeting: by place, what it needs and what it is called."""

    busy: tuple[tuple[int, frozenset[int]], ...]
    names: tuple[tuple[str, str], ...]
    zone: str
    calendar: Calendar


def setting_up_all(session: Session, *, actor: Person, now: datetime) -> AllForm:
    """Refused: ABSENT; NOBODY when none is lacking, or nobody works there."""
    require(standing.pairs(session, actor), Why.ABSENT)
    lacking = standing_running.lacking(session, actor)
    require(lacking, Why.NOBODY)
    zone = municipality.policy_at(session, now).zone
    busy = tuple((i, each.busy) for i, each in enumerate(lacking))
    return AllForm(
        busy,
        tuple((each.club.name, each.school.name) for each in lacking),
        zone,
        municipality.calendar_of(session),
    )


# --- a series ------------------------------------------------------------------------------------


def series(session: Session, *, actor: Person, standing_id: int, now: datetime) -> SeriesView:
    meeting = standing.find(session, standing_id)
    comes = standing.attends(session, actor, meeting)
    runs = standing.runs(session, actor, meeting.club_id, meeting.school_id)
    require(comes or runs, Why.ABSENT)
    zone = ZoneInfo(meeting.zone)
    today = now.astimezone(zone).date()
    every = standing.occasions_of(session, meeting.id)
    ahead = [each for each in every if each.ends_at > now]
    past = [each for each in every if each.ends_at <= now][::-1]
    return SeriesView(
        id=meeting.id,
        club=_unit(session, meeting.club_id).name,
        school=_unit(session, meeting.school_id).name,
        chair=people.get(session, meeting.chair_id).name or "",
        pattern=meeting.pattern,
        at=recurring.instant(meeting.first_day, meeting.local_time, meeting.zone),
        zone=meeting.zone,
        minutes=meeting.minutes,
        place_kind=MeetingPlace(meeting.place_kind),
        ended=meeting.ended_at is not None,
        comes=comes,
        runs=runs,
        dates=tuple(_row(each, zone) for each in ahead),
        past=tuple(_row(each, zone) for each in past[:5]) if comes else (),
        last_is_near=today >= meeting.until - standing_ladders.LAST_WEEKS,
        off=tuple(
            fall
            for fall in standing.falls_of(session, meeting)
            if fall.named >= today and fall.on != fall.named
        ),
    )


def _row(each: StandingOccasion, zone: ZoneInfo) -> DateRow:
    on = each.starts_at.astimezone(zone).date()
    return DateRow(
        each.id, each.starts_at, OccasionState(each.state), on != each.named_on,
        each.decided_at is not None,
    )  # fmt: skip


@dataclass(frozen=True)
class FileView:
    uid: str
    sequence: int
    zone: str
    ended: bool
    place_kind: MeetingPlace
    entries: tuple[Entry, ...]


def calendar(session: Session, *, actor: Person, standing_id: int, now: datetime) -> FileView:
    """The whole series as a calendar has it: by the rule, and as its next dates were changed."""
    meeting = standing.find(session, standing_id)
    uid = standing_running.uid_of(session, meeting, actor)
    if uid is None:
        refuse(Why.ABSENT)
    if meeting.ended_at is None:
        standing.required_to_attend(session, actor, meeting)
    entries = entries_of(session, meeting)
    still = tuple(each for each in entries if each.starts_at > now)
    return FileView(
        uid, meeting.sequence, meeting.zone, meeting.ended_at is not None,
        MeetingPlace(meeting.place_kind), still,
    )  # fmt: skip


def chairs_for(session: Session, *, actor: Person, standing_id: int) -> dict[int, str]:
    """Who could chair, but for who does."""
    meeting = standing.find(session, standing_id)
    standing.required_to_run(session, actor, meeting.club_id, meeting.school_id)
    able = standing.may_chair(session, meeting.club_id, meeting.school_id)
    return {i: name for i, name in able.items() if i != meeting.chair_id}
