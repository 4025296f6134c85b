"""How a meeting is followed up, from its first reminder until what follows it is settled.

Everyone is reminded of the meeting itself. The holder is reminded of what is the holder's: the
youth's wishes, the small tasks, how it went, the minutes, a talk before the next. Who leads hears of
what is left undone with everything else (`breaks`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from models import (
    cases,
    consents,
    meeting_steps,
    outbox,
    people,
    policy,
    reminding,
    unasked,
)
from models.cases import Case
from models.follow_ups import Ladder
from models.invitees import Meeting, invitees_of, may_know, needs_help
from models.meeting_notices import HELP, REMINDER, UNREAD, rules_at
from models.meeting_preparation import of_meeting
from models.outbox import Promise
from models.policy import Calendar, MunicipalPolicy
from models.reminding import Step
from models.terms import CaseState, Coming, MeetingState

HOW, MINUTES, NEXT = "meeting.how_did_it_go", "meeting.minutes_due", "meeting.next_due"
TALK = "talk.due"
TO_HOLDER = {"went": HOW, "minutes": MINUTES, "next": NEXT, "contact": TALK}
"""What the holder is reminded of, by what the step's name begins with."""


def _plan(session: Session, meeting: Meeting, now: datetime) -> Sequence[Step]:
    case = cases.find(session, meeting.case_id)
    if case is None or case.state == CaseState.CLOSED:
        return ()
    rules, calendar = rules_at(session, now)
    steps = [*_of_state(meeting, rules, calendar, now)]
    if meeting.contact_by is not None:
        eve = meeting.contact_by - timedelta(days=2)
        steps += meeting_steps.until_done("contact", eve, rules, calendar, now)
    return tuple(steps)


def _of_state(
    meeting: Meeting, rules: MunicipalPolicy, calendar: Calendar, now: datetime
) -> Sequence[Step]:
    after = meeting_steps.day_after(meeting.ends_at, rules)
    match meeting.state:
        case MeetingState.CALLED:
            return (
                *reminding.meeting_steps(meeting.starts_at, meeting.told_at, rules, calendar),
                *meeting_steps.before_steps(meeting.starts_at, meeting.told_at, rules, calendar),
                *meeting_steps.until_done("went", after, rules, calendar, now),
            )
        case MeetingState.HELD:
            last = policy.today_in(meeting.ends_at, rules) + timedelta(days=rules.minutes_days)
            return meeting_steps.until_done("minutes", last, rules, calendar, now)
        case MeetingState.NOT_HELD if meeting.final_at is None:
            first = after + timedelta(days=1)
            return meeting_steps.until_done("next", first, rules, calendar, now)
    return ()


def _take(session: Session, meeting: Meeting, step: Step, now: datetime) -> None:
    name = step.name.rstrip("0123456789")
    if name in TO_HOLDER:
        _tell_holder(session, meeting, TO_HOLDER[name], now)
    elif name in BEFORE:
        BEFORE[name](session, meeting, now)
    else:
        _remind_all(session, meeting, step, now)


def _tell_holder(session: Session, meeting: Meeting, kind: str, now: datetime) -> None:
    """While the case's consents do not carry it, nothing can be written and nobody is reminded."""
    case = session.get_one(Case, meeting.case_id)
    if not consents.carries(session, case, now):
        return
    day = policy.today_in(now, rules_at(session, now)[0]).isoformat()
    unasked.tell(session, kind, [case.stafettholder_id], meeting.id, day, now, Promise.REMINDER)


def _remind_all(session: Session, meeting: Meeting, step: Step, now: datetime) -> None:
    """Promise a reminder to everyone on the list who may know, comes perhaps, and wants reminders.

    Late (the machine was down) it still keeps the quiet hours, or is not sent at all.
    """
    rules, calendar = rules_at(session, now)
    tell_at = reminding.in_window(now, rules, calendar)
    if tell_at >= meeting.starts_at:
        return
    for invitee in invitees_of(session, meeting.id):
        person = people.get(session, invitee.person_id)
        if invitee.answer == Coming.NO or person.muted:
            continue
        if may_know(session, meeting, person, now):
            to: Any = {"kind": REMINDER, "subject_id": meeting.id, "recipient_id": person.id}
            occasion = f"{meeting.sequence}.{step.name}"
            outbox.silence_older(session, **to, but=occasion)  # one that waited until now
            outbox.promise(
                session,
                **to,
                occasion=occasion,
                promise=Promise.REMINDER,
                params={"sequence": meeting.sequence},
                now=now,
                not_before=tell_at,
                not_after=meeting.starts_at,
            )


def _unread(session: Session, meeting: Meeting, now: datetime) -> None:
    said = of_meeting(session, meeting.id)
    if said is not None and said.read_at is None:
        _before(session, meeting, UNREAD, _holder(session, meeting), now)


def _help_left(session: Session, meeting: Meeting, now: datetime) -> None:
    if any(needs_help(invitee) for invitee in invitees_of(session, meeting.id)):
        _before(session, meeting, HELP, _holder(session, meeting), now)


def _holder(session: Session, meeting: Meeting) -> int:
    return session.get_one(Case, meeting.case_id).stafettholder_id


def _before(session: Session, meeting: Meeting, kind: str, person_id: int, now: datetime) -> None:
    """Within the hours, and only while it is of use: not after the meeting has begun."""
    at = reminding.in_window(now, *rules_at(session, now))
    if at < meeting.starts_at and may_know(session, meeting, people.get(session, person_id), now):
        outbox.promise(
            session, kind=kind, recipient_id=person_id, subject_id=meeting.id,
            occasion=str(meeting.sequence), promise=Promise.REMINDER, now=now, not_before=at,
            not_after=meeting.starts_at, params={"sequence": meeting.sequence},
        )  # fmt: skip


BEFORE = {"unread": _unread, "help": _help_left}


def _open() -> ColumnElement[bool]:
    unsettled = or_(
        Meeting.state.in_((MeetingState.CALLED, MeetingState.HELD)),
        and_(Meeting.state == MeetingState.NOT_HELD, Meeting.final_at.is_(None)),
        Meeting.contact_by.is_not(None),
    )
    under_way = select(Case.id).where(Case.state != CaseState.CLOSED)
    return and_(unsettled, Meeting.case_id.in_(under_way))


def _responsible(session: Session, meeting: Meeting, now: datetime) -> Collection[int]:
    return cases.responsible(session, session.get_one(Case, meeting.case_id), now)


LADDER = Ladder(
    table=Meeting, plan=_plan, take=_take, open=_open, responsible=_responsible,
    stirs=cases.stir_of,
)  # fmt: skip
