"""What is seen of a meeting that has been: how it went, what was agreed, what follows.

The holder sees it from the start, the youth and the guardians once it is final [41]. A service is
told by its consent to meetings that there was one; the minutes are about everything, so only a
service that may know everything of the case reads them. Nobody reads of one shielded from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    access,
    access_log,
    cases,
    child_contact,
    family,
    meeting_views,
    minutes,
    municipality,
    people,
    policy,
    right_views,
    shielded,
)
from models.base import refuse, require
from models.cases import Case
from models.invitees import Meeting, attending, find, hats_for, invitees_of, item_of
from models.people import Person
from models.right_views import Beside
from models.terms import (
    FAMILY,
    Action,
    InfoKind,
    MeetingState,
    NextStep,
    RightKind,
    Role,
    Why,
    YouthView,
)


@dataclass(frozen=True)
class PointView:
    id: int
    version: int
    words: str
    addendum: bool
    at: datetime


@dataclass(frozen=True)
class MinutesView:
    """The minutes as one reader may see them."""

    meeting_id: int
    case_id: int
    state: MeetingState
    starts_at: datetime
    zone: str
    about: str | None  # the youth's name; None for the youth
    own: bool  # the reader is the youth
    holds: bool
    keeps: bool  # may write them: the holder, or the los who keeps the log
    beside: Beside  # what the family said of them
    points: tuple[PointView, ...]
    stamp: int
    youth_view: YouthView | None  # for the youth and the holder
    youth_words: str | None
    next_step: NextStep | None
    next_on: date | None
    talker: str | None
    came: tuple[str, ...]  # for the holder
    missed: tuple[str, ...]
    shielded: date | None
    on_paper: bool  # the log is, and what was agreed with it


@dataclass(frozen=True)
class Telling:
    """What the holder needs to say how a meeting went."""

    meeting_id: int
    ungdom_id: int
    ungdom: str
    starts_at: datetime
    zone: str
    people: Mapping[int, str]
    on_paper: bool


@dataclass(frozen=True)
class Finishing:
    """What the holder needs to make the minutes final."""

    seen: MinutesView
    ungdom: str
    guardians: bool  # they will read it
    talkers: Mapping[int, str]
    planned: tuple[date, ...]  # days of meetings that are called already


def view(session: Session, *, actor: Person, meeting_id: int, now: datetime) -> MinutesView:
    """Refused(ABSENT) for who may not read them, or not yet. Staff's reading is recorded."""
    meeting = find(session, meeting_id)
    hats = hats_for(session, meeting, actor, now)
    case = cases.find(session, meeting.case_id)
    if case is None or not may_read(session, meeting, case, actor, hats, now):
        refuse(Why.ABSENT)
    seen = _see(session, meeting, case, actor, hats, now)
    kept = shielded.of_case(session, case.id).hides(item_of(meeting.id))
    access_log.looked(session, "minutes", actor, case, now, kept=kept)
    return seen


def may_read(
    session: Session,
    meeting: Meeting,
    case: Case,
    actor: Person,
    hats: frozenset[Role],
    now: datetime,
) -> bool:
    if Role.STAFETTHOLDER in hats and access.sees_whole(session, case, hats, now):
        return True
    kinds = access.kinds_by_unit(session, actor, case, now, of=item_of(meeting.id)).values()
    if Role.LOGGFORER in hats and any(InfoKind.MEETINGS in known for known in kinds):
        return True
    if meeting.state != MeetingState.MINUTES_FINAL:
        return False
    if hats & FAMILY:
        return True
    return Role.SERVICE in hats and any(known == frozenset(InfoKind) for known in kinds)


def _see(
    session: Session,
    meeting: Meeting,
    case: Case,
    actor: Person,
    hats: frozenset[Role],
    now: datetime,
) -> MinutesView:
    keeps, own = policy.may(Action.KEEP_MINUTES, hats), Role.UNGDOM in hats
    hears = own or Role.STAFETTHOLDER in hats
    points = minutes.points_of(session, meeting.id)
    listed = invitees_of(session, meeting.id) if keeps else []
    names = people.names(session, [each.person_id for each in listed])
    talker = people.get(session, meeting.talker_id).name if meeting.talker_id else None
    marks = shielded.of_case(session, case.id)
    return MinutesView(
        meeting_id=meeting.id,
        case_id=case.id,
        state=MeetingState(meeting.state),
        starts_at=meeting.starts_at,
        zone=meeting.zone,
        about=None if own else people.get(session, case.ungdom_id).name,
        own=own,
        holds=Role.STAFETTHOLDER in hats,
        keeps=keeps,
        beside=right_views.beside(session, RightKind.MINUTES, meeting.id, actor, now),
        points=tuple(PointView(p.id, p.version, p.words or "", p.addendum, p.at) for p in points),
        stamp=minutes.stamp(points),
        youth_view=YouthView(meeting.youth_view) if meeting.youth_view and hears else None,
        youth_words=meeting.youth_words if hears else None,
        next_step=NextStep(meeting.next_step) if meeting.next_step else None,
        next_on=meeting.next_on,
        talker=talker,
        came=tuple(names[each.person_id] for each in listed if each.came),
        missed=tuple(names[each.person_id] for each in listed if each.came is False),
        shielded=None if hats & FAMILY else marks.review_on(item_of(meeting.id)),
        on_paper=case.on_paper_since is not None,
    )


def telling(session: Session, *, actor: Person, meeting_id: int, now: datetime) -> Telling:
    meeting, case = minutes.opened(session, actor, meeting_id, now)
    over = (MeetingState.CANCELLED, MeetingState.MINUTES_FINAL)
    require(meeting.starts_at <= now and meeting.state not in over, Why.NOT_IN_STATE)
    asked = [each.person_id for each in attending(session, meeting, case, now)]
    listed = [each for each in asked if each != case.stafettholder_id]  # who was there to say it
    access_log.looked(session, "minutes", actor, case, now, kept=_kept(session, meeting, case))
    return Telling(
        meeting.id,
        case.ungdom_id,
        people.get(session, case.ungdom_id).name or "",
        meeting.starts_at,
        meeting.zone,
        people.names(session, listed),
        case.on_paper_since is not None,
    )


def finishing(session: Session, *, actor: Person, meeting_id: int, now: datetime) -> Finishing:
    meeting, case = minutes.opened(session, actor, meeting_id, now)
    require(meeting.state in (MeetingState.HELD, MeetingState.NOT_HELD), Why.NOT_IN_STATE)
    require(meeting.final_at is None, Why.STALE)
    seen = view(session, actor=actor, meeting_id=meeting.id, now=now)
    wordless = meeting.state == MeetingState.NOT_HELD or seen.on_paper
    require(seen.points or wordless, Why.WORDS_REQUIRED)
    kept = shielded.kept_from(session, case, item_of(meeting.id))
    readers = [p for p in family.guardians_of(session, case.ungdom_id, now) if p.id not in kept]
    rules = municipality.policy_at(session, now)
    ahead = session.scalars(
        select(Meeting).where(
            Meeting.case_id == case.id,
            Meeting.state == MeetingState.CALLED,
            Meeting.starts_at > now,
        )
    )
    return Finishing(
        seen,
        people.get(session, case.ungdom_id).name or "",
        bool(readers),
        people.names(session, child_contact.able_to_talk(session, case, now)),
        tuple(sorted({policy.today_in(each.starts_at, rules) for each in ahead})),
    )


def _kept(session: Session, meeting: Meeting, case: Case) -> bool:
    return shielded.of_case(session, case.id).hides(item_of(meeting.id))


# --- reminders -----------------------------------------------------------------------------------


def waits(session: Session, *, actor: Person, meeting_id: int, now: datetime) -> Meeting:
    """The meeting, for the holder who can still do something about it. Else Refused(ABSENT)."""
    with access_log.unseen(session):
        meeting, _case = minutes.opened(session, actor, meeting_id, now)
    return meeting


def missed(session: Session, *, actor: Person, meeting_id: int, now: datetime) -> str:
    """The holder's name, for the youth who did not come."""
    seen = meeting_views.view(session, actor=actor, meeting_id=meeting_id, now=now)
    mine = [i for i in invitees_of(session, meeting_id) if i.person_id == actor.id]
    require(not seen.holds and mine and mine[0].came is False, Why.ABSENT)
    return seen.holder
