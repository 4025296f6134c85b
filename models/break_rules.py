"""When a follow-up has stopped, and who hears of it when (DOMAIN section 3, [44]). Pure.

One function for each signal, over plain facts; each returns the day by which it should have been
done, or None. A municipality decides which signals are looked for (`break_signals`) and after how
many school days each rung comes (`break_days`). All default numbers are ours (strength C): no page
gives one but the unit leader's week (evaluation_reminders) and who comes after (escalation_no_progress).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.policy import Calendar, MunicipalPolicy, today_in
from models.reminding import Step, morning_of, school_day_after
from models.terms import Rung, Signal

MEETING_DAYS = 30
"""School days after a meeting (or after the log was opened) by which the next one is called: the six
weeks of evaluation_interval, C."""
AT_ONCE = (1, 1, 1)
"""School days, of an offer of the baton: it ends by itself before the municipality's rungs come."""
CONTACT_DAYS = 3
"""School days until a los who has said yes has met the youth: C, as the reminder of it."""


@dataclass(frozen=True)
class Doing:
    """A tiltak under way."""

    id: int
    evaluate_on: date
    deadline: date


@dataclass(frozen=True)
class CaseFacts:
    """What the signals are read off, of one case that is not closed."""

    id: int
    carried: bool  # the consents are in force: the log is active
    active_since: date
    holder_left: date | None  # the day whoever holds the baton had no work here any more
    holder_away: tuple[date, date] | None  # the first and last day
    stand_in: bool  # somebody is in the holder's place meanwhile
    doing: tuple[Doing, ...]
    meets_at: datetime | None  # the next meeting
    met_on: date | None  # the day of the last one
    next_on: date | None  # the day that was set for something else when the last one ended
    agreed_on: date | None  # the day that was agreed on for the next meeting
    closing: bool  # it was agreed there to close the case
    on_paper: bool  # the log is kept on paper: the days stand here, the meetings there
    unwritten: tuple[
        tuple[int, date], ...
    ]  # meeting -> by when it is said how it went, in writing
    talks: tuple[
        tuple[int, date], ...
    ]  # meeting -> by when somebody talks with the youth after it
    offer: tuple[int, date] | None  # of the baton, open: by when it should be answered
    consent_ended: date | None  # the last day of what has run out and was not asked anew


@dataclass(frozen=True)
class Broken:
    """One follow-up that has stopped: by when it should have been, and of what."""

    signal: Signal
    subject_id: int
    since: date


# --- the signals ---------------------------------------------------------------------------------


def holder_gone(
    facts: CaseFacts, today: date, policy: MunicipalPolicy, calendar: Calendar
) -> date | None:
    """An open log always has somebody who holds it: from the very day nobody works here who does, or
    when whoever does has been away for baton_absence_days with nobody in their place."""
    if facts.holder_left is not None:
        return facts.holder_left
    if facts.holder_away is None or facts.stand_in:
        return None
    last, due = facts.holder_away[1], absent_by(facts.holder_away, policy, calendar)
    return due if due <= today <= last else None


def absent_by(away: tuple[date, date], policy: MunicipalPolicy, calendar: Calendar) -> date:
    return school_day_after(away[0], policy.baton_absence_days, calendar)


def evaluation_passed(doing: Doing, today: date) -> date | None:
    return doing.evaluate_on if doing.evaluate_on < today else None


def deadline_passed(doing: Doing, today: date) -> date | None:
    """Without a word on how it went. An evaluation that is late as well says it already."""
    if doing.evaluate_on < today:
        return None
    return doing.deadline if doing.deadline < today else None


def no_meeting(facts: CaseFacts, today: date, calendar: Calendar) -> date | None:
    due = next_meeting_by(facts, calendar)
    return due if due is not None and due < today else None


def next_meeting_by(facts: CaseFacts, calendar: Calendar) -> date | None:
    """What was agreed on counts, be it sooner or later than what is usual; a case that was at rest
    since begins anew."""
    if facts.meets_at is not None or facts.closing or (facts.on_paper and facts.doing):
        return None
    if facts.agreed_on is not None:
        return max(facts.agreed_on, facts.active_since)
    last = max(facts.met_on or facts.active_since, facts.active_since)
    due = school_day_after(last, MEETING_DAYS, calendar)
    return max(due, facts.next_on or due)


def consent_run_out(facts: CaseFacts, today: date) -> date | None:
    """Run out with something still to do. One that was taken back is nobody's break: nobody asks
    why [16]."""
    if facts.carried or not facts.doing or facts.consent_ended is None:
        return None
    return facts.consent_ended if facts.consent_ended < today else None


def no_first_contact(said_yes_on: date, today: date, calendar: Calendar) -> date | None:
    due = school_day_after(said_yes_on, CONTACT_DAYS, calendar)
    return due if due < today else None


def late(due_on: date, today: date) -> date | None:
    """For what has a day of its own: a concern to decide, an offer to answer."""
    return due_on if due_on < today else None


# --- together ------------------------------------------------------------------------------------


def broken(
    facts: CaseFacts, today: date, policy: MunicipalPolicy, calendar: Calendar
) -> list[Broken]:
    """All that has stopped in a case, of what the municipality looks for."""
    return [
        Broken(signal, subject, since)
        for signal, subject, since in _found(facts, today, policy, calendar)
        if since is not None and signal in policy.break_signals
    ]


def _found(
    facts: CaseFacts, today: date, policy: MunicipalPolicy, calendar: Calendar
) -> Iterator[tuple[Signal, int, date | None]]:
    yield Signal.HOLDER, facts.id, holder_gone(facts, today, policy, calendar)
    if facts.offer is not None:
        yield Signal.OFFER, facts.offer[0], late(facts.offer[1], today)
    yield Signal.CONSENT, facts.id, consent_run_out(facts, today)
    if not facts.carried:
        return  # nothing may be done meanwhile, so nothing of it is late
    yield Signal.MEETING, facts.id, no_meeting(facts, today, calendar)
    for meeting_id, due in facts.unwritten:
        yield Signal.MINUTES, meeting_id, late(due, today)
    for meeting_id, due in facts.talks:
        yield Signal.TALK, meeting_id, late(due, today)
    for doing in facts.doing:
        yield Signal.EVALUATION, doing.id, evaluation_passed(doing, today)
        yield Signal.DEADLINE, doing.id, deadline_passed(doing, today)


def looks(
    facts: CaseFacts, policy: MunicipalPolicy, calendar: Calendar, now: datetime
) -> list[datetime]:
    """The instants after `now` at which one of the signals may begin or end by itself; and Monday:
    an open case is never left for longer."""
    today = today_in(now, policy)
    monday = today + timedelta(days=7 - today.weekday())
    days = [
        monday,
        *(day + timedelta(days=1) for each in facts.doing
          for day in (each.evaluate_on, each.deadline)),
        *(due + timedelta(days=1) for _meeting, due in (*facts.talks, *facts.unwritten)),
    ]  # fmt: skip
    if facts.holder_away is not None:
        days.append(absent_by(facts.holder_away, policy, calendar))
        days.append(facts.holder_away[1] + timedelta(days=1))
    offered = facts.offer[1] if facts.offer is not None else None
    for due in (next_meeting_by(facts, calendar), facts.consent_ended, offered):
        if due is not None:
            days.append(due + timedelta(days=1))
    return sorted(at for at in {*_midnights(days, policy), *_met(facts)} if at > now)


def _met(facts: CaseFacts) -> Iterable[datetime]:
    return () if facts.meets_at is None else (facts.meets_at.astimezone(UTC),)


def _midnights(days: Iterable[date], policy: MunicipalPolicy) -> Iterator[datetime]:
    zone = ZoneInfo(policy.zone)
    for day in days:
        yield datetime.combine(day, time(), zone).astimezone(UTC)


def rungs(
    signal: Signal, since: date, policy: MunicipalPolicy, calendar: Calendar
) -> tuple[Step, ...]:
    """Who hears, and on which morning. Holidays do not count: who should have done it is not
    there. Each goes to somebody else, so none swallows another."""
    every = AT_ONCE if signal is Signal.OFFER else policy.break_days
    return tuple(
        Step(
            rung,
            morning_of(school_day_after(since, days, calendar), policy, calendar),
            settles=True,
        )
        for rung, days in zip(Rung, every, strict=False)
    )
