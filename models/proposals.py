"""Two or three times are proposed, and everybody asked says what suits: in private.

The holder sees who can when, and calls the meeting at one of the times. Nobody else sees another's
answer. A proposal nobody chooses from ends when its last time has come.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from sqlalchemy import ColumnElement, ForeignKey, UniqueConstraint, and_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import (
    access,
    audit,
    cases,
    consents,
    family,
    follow_ups,
    meetings,
    municipality,
    outbox,
    people,
    policy,
    reminding,
    shielded,
    unasked,
)
from models.base import Base, Counter, Id, Ref, new_id, refuse, require
from models.cases import Case
from models.follow_ups import FollowedUp, Ladder
from models.invitees import Meeting, covered, instant_of
from models.meeting_notices import rules_at
from models.meeting_steps import until_done
from models.outbox import Promise
from models.people import Person
from models.reminding import Step
from models.sealed import SealedRow
from models.terms import Action, CaseState, Fits, MeetingPlace, ProposalState, Role, Why

PROPOSED, REMIND, CHOOSE = "proposal.asked", "proposal.reminder", "proposal.choose"
ALL_IN, EXPIRED = "proposal.all_in", "proposal.expired"
KINDS = (PROPOSED, REMIND, CHOOSE, ALL_IN)
FEWEST, MOST = 2, 3
REMIND_DAYS, CHOOSE_DAYS = 2, 3


class Proposal(SealedRow, FollowedUp, Base):
    __tablename__ = "proposals"

    id: Mapped[Id]
    key_id: Mapped[Ref]  # the case's
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[str] = mapped_column(default=ProposalState.OPEN)
    zone: Mapped[str]
    minutes: Mapped[int]
    place_kind: Mapped[str]
    by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    told_at: Mapped[datetime]
    ends_at: Mapped[datetime]  # when the last of its times begins
    meeting_id: Mapped[Ref | None] = mapped_column(ForeignKey("meetings.id"))  # what came of it


class ProposedTime(Base):
    """A wall clock, as a meeting's."""

    __tablename__ = "proposed_times"

    id: Mapped[Id]
    proposal_id: Mapped[Ref] = mapped_column(ForeignKey("proposals.id"), index=True)
    local_day: Mapped[date]
    local_time: Mapped[time]
    fold: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime]


class Vote(Base):
    """What one person asked says to one time."""

    __tablename__ = "votes"
    __table_args__ = (UniqueConstraint("time_id", "person_id"),)

    id: Mapped[Counter]
    time_id: Mapped[Ref] = mapped_column(ForeignKey("proposed_times.id"), index=True)
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    fits: Mapped[str] = mapped_column(default=Fits.UNANSWERED)
    answered_at: Mapped[datetime | None]


# --- proposing -----------------------------------------------------------------------------------


def propose(
    session: Session,
    *,
    actor: Person,
    case_id: int,
    starts: Sequence[datetime],
    minutes: int,
    place_kind: MeetingPlace,
    now: datetime,
    workers: Collection[int] = (),
) -> Proposal:
    """Ask the family and `workers` which of some naive wall clock times suit.

    The same again gives the same. Refused: PAST, NO_SUCH_TIME, OVERLAPPING, TOO_MANY for other than
    two or three, CONSENT_MISSING, ALREADY_OPEN while another waits, NOBODY.
    """
    cases.locked(session, case_id)
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.CALL_MEETING, now=now
    )
    zone = municipality.policy_at(session, now).zone
    instants = sorted(instant_of(wall, zone) for wall in starts)
    require(FEWEST <= len(instants) <= MOST, Why.TOO_MANY)
    require(instants[0] > now, Why.PAST)
    require(0 < minutes <= meetings.LONGEST_MINUTES, Why.TOO_LONG)
    length = timedelta(minutes=minutes)
    apart = all(b - a >= length for a, b in pairwise(instants))
    require(apart, Why.OVERLAPPING)
    require(all(covered(session, case, w, now) for w in workers), Why.CONSENT_MISSING)
    waiting = open_in(session, case.id)
    if waiting is not None:
        same = [each.starts_at for each in times_of(session, waiting.id)] == instants
        require(same, Why.ALREADY_OPEN)
        return waiting
    made = Proposal(
        id=new_id(), key_id=case.key_id, case_id=case.id, zone=zone, minutes=minutes,
        place_kind=place_kind, by_id=actor.id, at=now, ends_at=instants[-1],
        told_at=reminding.news_at(now, instants[0], *rules_at(session, now)),
    )  # fmt: skip
    session.add(made)
    session.flush()
    _ask(session, made, case, actor, starts, zone, workers, now)
    _record(session, made, "proposals.propose", actor, now)
    for person_id in asked_of(session, made.id):
        _promise(session, made, PROPOSED, person_id, now, made.told_at)
    return made


def _ask(
    session: Session,
    made: Proposal,
    case: Case,
    actor: Person,
    starts: Sequence[datetime],
    zone: str,
    workers: Collection[int],
    now: datetime,
) -> None:
    kept = shielded.kept_from(session, case)
    relatives = [p.id for p in family.of(session, case.ungdom_id, now) if p.id not in kept]
    them = [each for each in dict.fromkeys([*relatives, *workers]) if each != actor.id]
    require(any(people.get(session, each).confirmed_at for each in them), Why.NOBODY)
    for wall in starts:
        option = ProposedTime(
            id=new_id(), proposal_id=made.id, local_day=wall.date(), fold=wall.fold,
            local_time=wall.time().replace(fold=0), starts_at=instant_of(wall, zone),
        )  # fmt: skip
        session.add(option)
        session.flush()
        session.add_all([Vote(time_id=option.id, person_id=each) for each in them])
    session.flush()


# --- answering and choosing ----------------------------------------------------------------------


def vote(session: Session, *, actor: Person, time_id: int, fits: Fits, now: datetime) -> bool:
    """Somebody asked says whether a time suits, as often as they like. The holder is told once
    everybody has answered. True if it is another answer. Refused: ABSENT, STALE, PAST."""
    option, made, case = _option(session, time_id)
    mine = session.scalar(
        select(Vote).where(Vote.time_id == option.id, Vote.person_id == actor.id)
    )
    if mine is None or not may_answer(session, made, case, actor, now):
        refuse(Why.ABSENT)
    require(made.state == ProposalState.OPEN, Why.STALE)
    require(option.starts_at > now, Why.PAST)
    if mine.fits == fits:
        return False
    mine.fits, mine.answered_at = fits, now
    _record(session, made, "proposals.vote", actor, now)
    if not waiting_for(session, made, case, now):
        unasked.tell(session, ALL_IN, [case.stafettholder_id], made.id, "all", now)
    return True


def choose(session: Session, *, actor: Person, time_id: int, now: datetime) -> Meeting:
    """Call the meeting at one of the times, with those who were asked and may still know of it."""
    option, made, _case = _option(session, time_id)
    cases.locked(session, made.case_id)
    session.refresh(made)
    case = access.open_case(
        session, actor=actor, case_id=made.case_id, action=Action.CALL_MEETING, now=now
    )
    if made.state == ProposalState.CHOSEN and made.meeting_id is not None:
        return session.get_one(Meeting, made.meeting_id)
    require(made.state == ProposalState.OPEN, Why.STALE)
    require(option.starts_at > now, Why.PAST)
    near = {person.id for person in family.of(session, case.ungdom_id, now)}
    others = [each for each in asked_of(session, made.id) if each not in near]
    wall = datetime.combine(option.local_day, option.local_time.replace(fold=option.fold))
    meeting = meetings.call(
        session, actor=actor, case_id=case.id, starts=wall, minutes=made.minutes,
        place_kind=MeetingPlace(made.place_kind), now=now,
        workers=[each for each in others if covered(session, case, each, now)],
    )  # fmt: skip
    meetings.fits_already(session, meeting, _suited(session, option), now)
    made.state, made.meeting_id = ProposalState.CHOSEN, meeting.id
    _end(session, made, "proposals.choose", actor, now)
    return meeting


def _suited(session: Session, option: ProposedTime) -> dict[int, datetime]:
    """Who has said that it suits them, and when."""
    chosen = select(Vote).where(Vote.time_id == option.id, Vote.fits == Fits.WORKS)
    return {
        vote.person_id: vote.answered_at
        for vote in session.scalars(chosen)
        if vote.answered_at is not None
    }


def withdraw(session: Session, *, actor: Person, proposal_id: int, now: datetime) -> Proposal:
    """Take a proposal back; what waits of it is not sent. Possible also when a consent is gone."""
    made = find(session, proposal_id)
    access.open_case(
        session, actor=actor, case_id=made.case_id, action=Action.CANCEL_MEETING, now=now
    )
    if made.state == ProposalState.OPEN:
        made.state = ProposalState.WITHDRAWN
        _end(session, made, "proposals.withdraw", actor, now)
    return made


def stop(session: Session, case: Case, actor: Person, now: datetime) -> None:
    """The case is closed."""
    made = open_in(session, case.id)
    if made is not None:
        made.state = ProposalState.WITHDRAWN
        _end(session, made, "proposals.withdraw", actor, now)


def _end(
    session: Session, made: Proposal, action: str, actor: Person | None, now: datetime
) -> None:
    outbox.silence(session, subject_id=made.id, kinds=list(KINDS))
    _record(session, made, action, actor, now)


# --- found ---------------------------------------------------------------------------------------


def find(session: Session, proposal_id: int) -> Proposal:
    found = session.get(Proposal, proposal_id)
    if found is None:
        refuse(Why.ABSENT)
    return found


def open_in(session: Session, case_id: int) -> Proposal | None:
    chosen = select(Proposal).where(
        Proposal.case_id == case_id, Proposal.state == ProposalState.OPEN
    )
    return session.scalars(chosen).first()


def times_of(session: Session, proposal_id: int) -> list[ProposedTime]:
    chosen = select(ProposedTime).where(ProposedTime.proposal_id == proposal_id)
    return list(session.scalars(chosen.order_by(ProposedTime.starts_at)))


def votes_of(session: Session, proposal_id: int) -> list[Vote]:
    chosen = select(Vote).join(ProposedTime, ProposedTime.id == Vote.time_id)
    return list(
        session.scalars(chosen.where(ProposedTime.proposal_id == proposal_id).order_by(Vote.id))
    )


def asked_of(session: Session, proposal_id: int) -> list[int]:
    return list(dict.fromkeys(each.person_id for each in votes_of(session, proposal_id)))


def may_answer(
    session: Session, made: Proposal, case: Case, person: Person, now: datetime
) -> bool:
    """Whether somebody who was asked may still know of it: with a hat, a service's worker only
    while consent lets the service know of meetings [3]."""
    if case.state == CaseState.CLOSED:
        return False
    hats = access.hats_in_case(session, person, case, now)
    if Role.SERVICE in hats and not covered(session, case, person.id, now):
        hats -= {Role.SERVICE, Role.LOGGFORER}
    return bool(hats)


def waiting_for(session: Session, made: Proposal, case: Case, now: datetime) -> list[int]:
    """Who has yet to say something to a time that is still to come."""
    ahead = {each.id for each in times_of(session, made.id) if each.starts_at > now}
    silent = {
        vote.person_id
        for vote in votes_of(session, made.id)
        if vote.time_id in ahead and vote.fits == Fits.UNANSWERED
    }
    return [
        each
        for each in asked_of(session, made.id)
        if each in silent and may_answer(session, made, case, people.get(session, each), now)
    ]


def _option(session: Session, time_id: int) -> tuple[ProposedTime, Proposal, Case]:
    option = session.get(ProposedTime, time_id)
    if option is None:
        refuse(Why.ABSENT)
    made = find(session, option.proposal_id)
    return option, made, session.get_one(Case, made.case_id)


def _record(
    session: Session, made: Proposal, action: str, actor: Person | None, now: datetime
) -> None:
    audit.record(
        session, action=action, actor_id=actor.id if actor else None, object_id=made.id,
        chain=made.case_id, now=now, detail={"state": made.state},
    )  # fmt: skip
    follow_ups.reschedule(session, LADDER, made, now)
    session.flush()


def _promise(
    session: Session, made: Proposal, kind: str, person_id: int, now: datetime, at: datetime,
    as_a: Promise = Promise.NEWS,
) -> None:  # fmt: skip
    if at < made.ends_at:
        outbox.promise(
            session, kind=kind, recipient_id=person_id, subject_id=made.id, occasion="1",
            promise=as_a, now=now, not_before=at, not_after=made.ends_at,
        )  # fmt: skip


# --- the ladder ----------------------------------------------------------------------------------


def _plan(session: Session, made: Proposal, now: datetime) -> Sequence[Step]:
    """Reminded once after two days, the holder told to choose after three or a day before the first
    time, weekly again; over when the last time has come."""
    case = cases.find(session, made.case_id)
    over = case is None or case.state == CaseState.CLOSED
    if over or made.state != ProposalState.OPEN:
        return ()
    rules, calendar = rules_at(session, now)
    first = min(each.starts_at for each in times_of(session, made.id))
    start = policy.today_in(made.told_at, rules)
    remind = reminding.morning_of(start + timedelta(days=REMIND_DAYS), rules, calendar)
    eve = policy.today_in(first, rules) - timedelta(days=1)
    days = max(start, min(start + timedelta(days=CHOOSE_DAYS), eve))
    early = (Step("remind", remind, not_after=first, settles=True),) if remind < first else ()
    return (
        *early,
        *until_done("choose", days, rules, calendar, now),
        Step("expire", made.ends_at.astimezone(UTC), settles=True),
    )


def _take(session: Session, made: Proposal, step: Step, now: datetime) -> None:
    case = session.get_one(Case, made.case_id)
    holder, day = [case.stafettholder_id], now.date().isoformat()
    if step.name == "expire":
        made.state = ProposalState.EXPIRED
        _end(session, made, "proposals.expire", None, now)
        unasked.tell(session, EXPIRED, holder, made.id, "expired", now)
    elif made.state != ProposalState.OPEN or not consents.carries(session, case, now):
        return
    elif step.name == "remind":
        at = reminding.in_window(now, *rules_at(session, now))
        for person_id in waiting_for(session, made, case, now):
            if not people.get(session, person_id).muted:
                _promise(session, made, REMIND, person_id, now, at, Promise.REMINDER)
    else:
        unasked.tell(session, CHOOSE, holder, made.id, day, now, Promise.REMINDER)


def _open() -> ColumnElement[bool]:
    under_way = select(Case.id).where(Case.state != CaseState.CLOSED)
    return and_(Proposal.state == ProposalState.OPEN, Proposal.case_id.in_(under_way))


def _responsible(session: Session, made: Proposal, now: datetime) -> Collection[int]:
    return cases.responsible(session, session.get_one(Case, made.case_id), now)


LADDER = Ladder(table=Proposal, plan=_plan, take=_take, open=_open, responsible=_responsible)
