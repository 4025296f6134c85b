"""What may be seen of one date of a standing meeting: by who comes, by who is told something of it,
and by a family whose case is on the agenda."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import access, access_log, cases, on_agenda, people, standing, standing_agenda
from models.base import require
from models.cases import Case
from models.municipality import Unit
from models.people import Person
from models.standing import StandingMeeting, StandingOccasion
from models.terms import FAMILY, Action, MeetingPlace, OccasionState, Role, Why

STILL_WRITTEN = timedelta(days=14)


@dataclass(frozen=True)
class TopicView:
    id: int
    words: str
    mine: bool  # the reader may take it off


@dataclass(frozen=True)
class CaseLine:
    case_id: int
    name: str
    holds: bool
    seen_by: tuple[
        str, ...
    ]  # for the holder: who else of those who come may know that it is there


@dataclass(frozen=True)
class DateView:
    id: int
    standing_id: int
    sequence: int
    club: str
    school: str
    chair: str
    starts_at: datetime
    zone: str
    minutes: int
    place_kind: MeetingPlace
    state: OccasionState
    begun: bool
    over: bool
    decides: bool  # the reader chairs it or leads one of the two
    topics: tuple[TopicView, ...]
    cases: tuple[CaseLine, ...]
    puts_on: bool  # the reader holds a case that could be put on
    decided: str | None


@dataclass(frozen=True)
class FamilyRow:
    """A meeting at which somebody's case is, or was declined to be, on the agenda."""

    row_id: int
    starts_at: datetime
    zone: str
    club: str
    school: str
    declined: bool
    may_allow: bool  # the reader may take that back
    knows: tuple[str, ...]  # who of those who come may know that it is there


@dataclass(frozen=True)
class Brief:
    """One date, as a notice needs it: nothing of what is on."""

    sequence: int
    starts_at: datetime
    zone: str
    state: OccasionState
    coming: bool
    unsaid: bool  # whether it was held
    lacks_minutes: bool
    decided: bool
    decides: bool


def brief(session: Session, *, actor: Person, occasion_id: int, now: datetime) -> Brief:
    each = standing.occasion(session, occasion_id)
    meeting = standing.find(session, each.standing_id)
    runs = standing.runs(session, actor, meeting.club_id, meeting.school_id)
    require(runs or standing.attends(session, actor, meeting), Why.ABSENT)
    planned = each.state == OccasionState.PLANNED
    return Brief(
        each.sequence, each.starts_at, meeting.zone, OccasionState(each.state),
        coming=planned and each.starts_at > now,
        unsaid=planned and each.ends_at <= now,
        lacks_minutes=each.state == OccasionState.HELD and each.decided_at is None,
        decided=each.decided_at is not None,
        decides=runs or meeting.chair_id == actor.id,
    )  # fmt: skip


def may_look(session: Session, *, actor: Person, occasion_id: int) -> None:
    """Refused as absent unless `look` would show it."""
    each = standing.occasion(session, occasion_id)
    standing.required_to_attend(session, actor, standing.find(session, each.standing_id))


def look(session: Session, *, actor: Person, occasion_id: int, now: datetime) -> DateView:
    """One date for who comes. That a case is on it is seen by those who may know it, and then it
    is a reading of that case [8]."""
    each = standing.occasion(session, occasion_id)
    meeting = standing.find(session, each.standing_id)
    standing.required_to_attend(session, actor, meeting)
    runs = standing.runs(session, actor, meeting.club_id, meeting.school_id)
    open_now = each.state == OccasionState.PLANNED and each.ends_at > now
    can_put = open_now and standing_agenda.may_put_on(
        session, actor=actor, occasion_id=each.id, now=now
    )
    return DateView(
        id=each.id,
        standing_id=meeting.id,
        sequence=each.sequence,
        club=_named(session, meeting.club_id).name,
        school=_named(session, meeting.school_id).name,
        chair=people.get(session, meeting.chair_id).name or "",
        starts_at=each.starts_at,
        zone=meeting.zone,
        minutes=each.minutes,
        place_kind=MeetingPlace(meeting.place_kind),
        state=OccasionState(each.state),
        begun=each.starts_at <= now,
        over=each.ends_at <= now,
        decides=runs or meeting.chair_id == actor.id,
        topics=tuple(
            TopicView(t.id, t.words or "", actor.id in (t.by_id, meeting.chair_id))
            for t in standing_agenda.topics_of(session, each.id)
        ),
        cases=_lines(session, meeting, each, actor, now) if _is_lately(each, now) else (),
        puts_on=bool(can_put),
        decided=each.decided,
    )


def _is_lately(each: StandingOccasion, now: datetime) -> bool:
    """To come, or over so lately that what was agreed about a case may still be written in it."""
    return each.state != OccasionState.CANCELLED and now < each.ends_at + STILL_WRITTEN


def _lines(
    session: Session,
    meeting: StandingMeeting,
    each: StandingOccasion,
    actor: Person,
    now: datetime,
) -> tuple[CaseLine, ...]:
    lines = []
    for _put, case in standing_agenda.cases_on(session, meeting, each, actor, now):
        holds = Role.STAFETTHOLDER in access.hats_in_case(session, actor, case, now)
        seen_by = _who_knows(session, case, meeting, now, actor.id) if holds else ()
        name = people.get(session, case.ungdom_id).name or ""
        access_log.looked(session, "meetings", actor, case, now)
        lines.append(CaseLine(case.id, name, holds, seen_by))
    return tuple(lines)


# --- the family ----------------------------------------------------------------------------------


def of_family(
    session: Session, *, actor: Person, case_id: int, now: datetime
) -> tuple[FamilyRow, ...]:
    """The meetings to come at which a case is on the agenda, or was to be; for the family."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now
    )
    require(access.hats_in_case(session, actor, case, now) & FAMILY, Why.ABSENT)
    rows = []
    for row in on_agenda.of_case(session, case.id):
        each = session.get_one(StandingOccasion, row.occasion_id)
        meeting = session.get_one(StandingMeeting, each.standing_id)
        coming = each.ends_at > now and each.state == OccasionState.PLANNED
        stands = coming and standing_agenda.covers_both(session, case, meeting, now)
        if not stands and row.declined_at is None:
            continue
        rows.append(
            FamilyRow(
                row.id, each.starts_at, meeting.zone, _named(session, meeting.club_id).name,
                _named(session, meeting.school_id).name, row.declined_at is not None,
                standing_agenda.may_allow(session, case, row, actor, now),
                () if row.declined_at else _who_knows(session, case, meeting, now),
            )
        )  # fmt: skip
    return tuple(rows)


def _who_knows(
    session: Session, case: Case, meeting: StandingMeeting, now: datetime, but: int = 0
) -> tuple[str, ...]:
    """The holder, and those with a seat who take part in the case."""
    here = [person.id for person in standing.seats(session, meeting)]
    able = [
        person_id
        for person_id in dict.fromkeys([case.stafettholder_id, *here])
        if person_id != but
        and standing_agenda.may_know(session, case, meeting, people.get(session, person_id), now)
    ]
    return tuple(people.names(session, able).values())


def on_any(session: Session, *, actor: Person, case_id: int, now: datetime) -> bool:
    """Whether `of_family` would show anything."""
    if not on_agenda.of_case(session, case_id):
        return False
    case = cases.find(session, case_id)
    hats = access.hats_in_case(session, actor, case, now) if case else frozenset()
    return bool(hats & FAMILY) and bool(of_family(session, actor=actor, case_id=case_id, now=now))


def was_declined(session: Session, *, actor: Person, case_id: int, now: datetime) -> bool:
    """Whether who holds a case may know that it is not to be on some agenda."""
    case = cases.find(session, case_id)
    hats = access.hats_in_case(session, actor, case, now) if case else frozenset()
    rows = on_agenda.of_case(session, case_id)
    return Role.STAFETTHOLDER in hats and any(row.declined_at for row in rows)


def _named(session: Session, unit_id: int) -> Unit:
    return session.get_one(Unit, unit_id)
