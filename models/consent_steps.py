"""When something is due about a consent: the ladder's steps. Pure, as `reminding`.

Default times are DOMAIN section 12's; the key is named beside each in `policy`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.policy import Calendar, MunicipalPolicy, birthday, consent_ages
from models.reminding import Step, in_window, morning_of


def consent_steps(
    asked_at: datetime,
    ends: Iterable[date],
    born: date | None,
    policy: MunicipalPolicy,
    calendar: Calendar,
    *,
    policies_from: Iterable[date] = (),
) -> tuple[Step, ...]:
    """One reminder of an unanswered question, warnings before it expires, and its end [20, 21].

    `ends`: the last days, the question's own first; a yes recorded late may end before it. The
    end is the first instant after the last day, whatever the hour: access lapses then. So does a
    birthday that changes who must consent, and the day of a new policy (`policies_from`).
    """
    until, *sooner = ends
    asked_on = asked_at.astimezone(ZoneInfo(policy.zone)).date()
    over = _midnight(until + timedelta(days=1), policy)
    remind = asked_on + timedelta(days=policy.consent_remind_days)
    return (
        Step("remind", morning_of(remind, policy, calendar), not_after=over),
        *_of_the_end(asked_on, until, "", policy, calendar),
        *(s for day in sooner for s in _of_the_end(asked_on, day, f".{day}", policy, calendar)),
        *(_of_birthdays(asked_on, until, born, policy, calendar) if born else ()),
        *(
            Step(f"policy.{day}", datetime.combine(day, time(), UTC), settles=True)
            for day in policies_from
            if asked_on < day <= until
        ),
    )


def _of_the_end(
    asked_on: date, until: date, mark: str, policy: MunicipalPolicy, calendar: Calendar
) -> list[Step]:
    """Warnings that were past when it was asked are not given; one that would fall after the end,
    over a long holiday, comes on the last day people may be written to before it."""
    over = _midnight(until + timedelta(days=1), policy)
    steps = []
    for days in (policy.consent_warn_days, policy.consent_warn_again_days):
        day = until - timedelta(days=days)
        if day > asked_on:
            opens = datetime.combine(day, policy.window_from, ZoneInfo(policy.zone))
            at = in_window(opens, policy, calendar, event=over)
            steps.append(Step(f"warn{days}{mark}", at, not_after=over))
    return [*steps, Step(f"expired{mark}", over, settles=True)]


def _of_birthdays(
    asked_on: date, until: date, born: date, policy: MunicipalPolicy, calendar: Calendar
) -> list[Step]:
    """What a birthday changes, and three weeks before it that it will; asked within those weeks,
    the morning after. Told to others than the reminders are, so none of them may swallow it."""
    steps = []
    for age in consent_ages(policy):
        day = birthday(born, age)
        if day <= asked_on:
            continue
        at = _midnight(day, policy)
        soon = max(day - timedelta(days=policy.age_warn_days), asked_on + timedelta(days=1))
        told = morning_of(soon, policy, calendar)
        if soon <= until and told < at:
            steps.append(Step(f"soon{age}", told, not_after=at, settles=True))
        if day <= until:
            steps.append(Step(f"age{age}", at, settles=True))
    return steps


def _midnight(day: date, policy: MunicipalPolicy) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(policy.zone)).astimezone(UTC)
