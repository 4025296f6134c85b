"""What the signals of a stopped follow-up are read off: plain facts about one case (`break_rules`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import batons, goals, municipality, people, policy, reminding, shielded
from models.break_rules import CaseFacts, Doing
from models.cases import Case
from models.consent_history import ConsentQuestion
from models.consent_standing import standing
from models.invitees import Meeting, item_of
from models.people import Person, Position
from models.policy import MunicipalPolicy
from models.shielded import Shielded
from models.terms import STAFF_ROLES, CaseState, MeetingState, NextStep
from models.together import Rows

CANCELLED, NOT_HELD = MeetingState.CANCELLED, MeetingState.NOT_HELD

_MEETINGS = Rows(
    select(Meeting).where(Meeting.state != CANCELLED).order_by(Meeting.starts_at),
    by=Meeting.case_id,
)
_ASKED = Rows(select(ConsentQuestion.asked_at), by=ConsentQuestion.case_id)
_EVER_AT_WORK = Rows(select(Position), by=Position.person_id)
_IN_PLACE_OF = Rows(
    select(Position.id).where(Position.ended_at.is_(None)), by=Position.acts_for_id
)


def of(
    session: Session, case: Case, now: datetime, hidden: Shielded = shielded.NOTHING
) -> CaseFacts:
    """`hidden`: without the meetings that are not there for somebody; a day that is counted from
    one of them would tell of it."""
    rules = municipality.policy_at(session, now)
    today = policy.today_in(now, rules)
    holder = people.get(session, case.stafettholder_id)
    found = _MEETINGS.of(session, case.id)
    known = [each for each in found if not hidden.hides(item_of(each.id))]
    past = [each for each in known if each.starts_at <= now]
    been = [each for each in past if each.state != NOT_HELD]
    coming = [each.starts_at for each in known if each.starts_at > now]
    agreed_on = _agreed_on(past)
    carried = case.state == CaseState.ACTIVE
    doing = tuple(
        Doing(each.id, each.evaluate_on, each.deadline) for each in goals.active(session, case.id)
    )
    began = [case.opened_at, *_ASKED.of(session, case.id)]
    away = (holder.away_from, holder.away_until)
    return CaseFacts(
        id=case.id,
        carried=carried,
        active_since=policy.today_in(max(began), rules),
        holder_left=_left_on(session, holder, today),
        holder_away=(away[0], away[1]) if away[0] and away[1] else None,
        stand_in=_has_stand_in(session, holder),
        doing=doing,
        meets_at=min(coming, default=None),
        met_on=policy.today_in(been[-1].starts_at, rules) if been else None,
        next_on=been[-1].next_on if been else None,
        agreed_on=agreed_on,
        closing=bool(past) and past[-1].next_step == NextStep.CLOSING,
        on_paper=case.on_paper_since is not None,
        unwritten=_unwritten(past, rules),
        talks=tuple((each.id, each.contact_by) for each in been if each.contact_by is not None),
        offer=_offer(session, case, rules),
        consent_ended=None if carried or not doing else _ran_out(session, case, now, today),
    )


def _agreed_on(been: Sequence[Meeting]) -> date | None:
    """The day for the next meeting, as the last one left it. One that was not held and after which
    nothing was agreed changes nothing."""
    for each in reversed(been):
        if each.state != NOT_HELD or each.final_at is not None:
            return each.next_on if each.next_step == NextStep.MEETING else None
    return None


def _left_on(session: Session, holder: Person, today: date) -> date | None:
    """The last day of whoever has no work with youths here any more. None while they have."""
    told = _EVER_AT_WORK.of(session, holder.id)
    if any(each.ended_at is None and each.role in STAFF_ROLES for each in told):
        return None
    ends = [each.ended_at.date() for each in told if each.ended_at is not None]
    return max(ends, default=today)


def _has_stand_in(session: Session, holder: Person) -> bool:
    return bool(_IN_PLACE_OF.of(session, holder.id))


def _unwritten(past: Sequence[Meeting], rules: MunicipalPolicy) -> tuple[tuple[int, date], ...]:
    """The meetings nothing has been made final of: how it went, the minutes, or what follows."""
    days = timedelta(days=rules.minutes_days)
    return tuple(
        (each.id, policy.today_in(each.ends_at, rules) + days)
        for each in past
        if each.final_at is None
    )


def _offer(session: Session, case: Case, rules: MunicipalPolicy) -> tuple[int, date] | None:
    offer = batons.open_offer(session, case.id)
    if offer is None:
        return None
    offered = policy.today_in(offer.offered_at, rules)
    calendar = municipality.calendar_of(session)
    return offer.id, reminding.working_days_after(offered, rules.baton_leader_days, calendar)


def _ran_out(session: Session, case: Case, now: datetime, today: date) -> date | None:
    """The last day of what carried the case until it ran out; None when somebody took a yes back
    before that, or has been asked anew."""
    holds = standing(session, case, now)
    newest = [each for each in holds.questions if holds.newest(each) is each]
    if any(each.until >= today for each in newest):
        return None
    for each in sorted(newest, key=lambda each: each.until, reverse=True):
        at = datetime.combine(each.until, time(12), ZoneInfo(holds.rules.zone))
        if standing(session, case, at, then=at).holds(each):
            return each.until
    return None
