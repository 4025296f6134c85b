"""What is seen of proposed times: everybody the own answers, the holder everyone's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import access, access_log, meeting_views, people, policy, proposals
from models.base import refuse, require
from models.cases import Case
from models.meeting_views import Times
from models.people import Person
from models.terms import Action, Fits, MeetingPlace, ProposalState, Role, Why


@dataclass(frozen=True)
class TimeView:
    id: int
    starts_at: datetime
    past: bool
    mine: Fits | None  # None: the reader was not asked
    said: tuple[tuple[Fits, tuple[str, ...]], ...]  # for the holder: who said what


@dataclass(frozen=True)
class ProposalView:
    id: int
    case_id: int
    state: ProposalState
    zone: str
    minutes: int
    place_kind: MeetingPlace
    about: str | None
    holder: str
    holds: bool
    keeps: bool  # may take it back: the holder, or the los who keeps the log
    asked: bool
    times: tuple[TimeView, ...]
    meeting_id: int | None


@dataclass(frozen=True)
class Choosing:
    """One time that the holder may choose, and what is unusual about it."""

    time: TimeView
    view: ProposalView
    times: Times


def view(session: Session, *, actor: Person, proposal_id: int, now: datetime) -> ProposalView:
    """For those who are asked, and the holder. Anyone else: Refused(ABSENT)."""
    made = proposals.find(session, proposal_id)
    case = session.get_one(Case, made.case_id)
    hats = access.hats_in_case(session, actor, case, now)
    asked = actor.id in proposals.asked_of(session, made.id)
    holds = Role.STAFETTHOLDER in hats
    may = proposals.may_answer(session, made, case, actor, now)
    keeps = policy.may(Action.CANCEL_MEETING, hats)
    require(may and (asked or keeps), Why.ABSENT)
    times = tuple(
        _time(session, option, made.id, actor, holds, now)
        for option in proposals.times_of(session, made.id)
    )
    access_log.looked(session, "meetings", actor, case, now)
    return ProposalView(
        id=made.id,
        case_id=case.id,
        state=ProposalState(made.state),
        zone=made.zone,
        minutes=made.minutes,
        place_kind=MeetingPlace(made.place_kind),
        about=None if Role.UNGDOM in hats else people.get(session, case.ungdom_id).name,
        holder=people.get(session, case.stafettholder_id).name or "",
        holds=holds,
        keeps=keeps,
        asked=asked,
        times=times,
        meeting_id=made.meeting_id,
    )


def _time(
    session: Session,
    option: proposals.ProposedTime,
    proposal_id: int,
    actor: Person,
    holds: bool,
    now: datetime,
) -> TimeView:
    votes = [v for v in proposals.votes_of(session, proposal_id) if v.time_id == option.id]
    names = people.names(session, [v.person_id for v in votes]) if holds else {}
    mine = next((Fits(v.fits) for v in votes if v.person_id == actor.id), None)
    return TimeView(
        option.id,
        option.starts_at,
        option.starts_at <= now,
        mine,
        tuple(
            (fits, tuple(sorted(names[v.person_id] for v in votes if v.fits == fits)))
            for fits in (Fits if holds else ())
            if any(v.fits == fits for v in votes)
        ),
    )


def proposal_of(session: Session, *, actor: Person, time_id: int, now: datetime) -> int:
    """Of which proposal a time is. Refused(ABSENT) for whom it is not there."""
    option = session.get(proposals.ProposedTime, time_id)
    if option is None:
        refuse(Why.ABSENT)
    with access_log.unseen(session):
        return view(session, actor=actor, proposal_id=option.proposal_id, now=now).id


def choosing(session: Session, *, actor: Person, time_id: int, now: datetime) -> Choosing:
    """What the holder needs to choose. Refused: ABSENT, STALE, PAST, CONSENT_MISSING."""
    proposal_id = proposal_of(session, actor=actor, time_id=time_id, now=now)
    seen = view(session, actor=actor, proposal_id=proposal_id, now=now)
    require(seen.holds, Why.ABSENT)
    access.open_case(
        session, actor=actor, case_id=seen.case_id, action=Action.CALL_MEETING, now=now
    )
    require(seen.state is ProposalState.OPEN, Why.STALE)
    time = next(each for each in seen.times if each.id == time_id)
    require(not time.past, Why.PAST)
    times = meeting_views.times(session, actor=actor, case_id=seen.case_id, now=now)
    return Choosing(time, seen, times)


def waits(session: Session, *, actor: Person, proposal_id: int, now: datetime) -> bool:
    """Whether an open proposal waits for the reader: asked and silent, or the holder."""
    with access_log.unseen(session):
        seen = view(session, actor=actor, proposal_id=proposal_id, now=now)
    if seen.state is not ProposalState.OPEN:
        return False
    silent = any(t.mine is Fits.UNANSWERED and not t.past for t in seen.times)
    return seen.holds or silent
