"""When what surrounds a meeting is due: before it, after it, and until it is done. Pure.

As `reminding`, whose windows it keeps. Every ladder here that somebody is waited for in goes on
weekly; only the last and the next of the repeats are named.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from models.policy import Calendar, MunicipalPolicy, today_in
from models.reminding import Step, in_window, is_school_day, morning_of, times_named


class Odd(StrEnum):
    """What is unusual about a time: told to whoever sets it, who may choose it all the same."""

    RED_DAY = "red_day"
    WEEKEND = "weekend"
    SCHOOL_OFF = "school_off"
    SHORT_NOTICE = "short_notice"
    ODD_HOUR = "odd_hour"
    OVERLAPS = "overlaps"  # with another meeting in the case


def oddities(
    starts: datetime,
    today: date,
    policy: MunicipalPolicy,
    calendar: Calendar,
    busy: tuple[tuple[datetime, datetime], ...] = (),
    minutes: int = 0,
) -> tuple[Odd, ...]:
    """Of an aware instant, the municipality's wall clock deciding. `busy`: other meetings."""
    local = starts.astimezone(ZoneInfo(policy.zone))
    day, ends = local.date(), starts + timedelta(minutes=minutes)
    found = {
        Odd.SHORT_NOTICE: day < today + timedelta(days=policy.meeting_notice_days),
        Odd.ODD_HOUR: not 7 <= local.hour < 21,
        Odd.OVERLAPS: any(starts < until and since < ends for since, until in busy),
    }
    return (*odd_day(day, calendar), *(odd for odd, is_so in found.items() if is_so))


def odd_day(day: date, calendar: Calendar) -> tuple[Odd, ...]:
    """Also of a day that is no meeting's: an evaluation's."""
    found = {
        Odd.RED_DAY: day in calendar.red_days,
        Odd.WEEKEND: day.weekday() >= 5 and day not in calendar.red_days,
        Odd.SCHOOL_OFF: not is_school_day(day, calendar)
        and day in calendar.school_off - calendar.red_days,
    }
    return tuple(odd for odd, is_so in found.items() if is_so)


def until_done(
    name: str, first: date, policy: MunicipalPolicy, calendar: Calendar, now: datetime
) -> tuple[Step, ...]:
    """On a day, and weekly until somebody has done it: `name0`, then the last and the next."""
    return tuple(
        Step(
            f"{name}{n}",
            morning_of(first + timedelta(weeks=n), policy, calendar),
            settles=True,
        )
        for n in (0, *times_named(first, policy, now))
    )


def before_steps(
    starts_at: datetime, told_at: datetime, policy: MunicipalPolicy, calendar: Calendar
) -> tuple[Step, ...]:
    """A day before, the holder who has not read what the youth wishes, and who has small tasks left,
    is reminded. None after it has begun, none before it was told of."""
    due = max(starts_at - timedelta(days=1), told_at)
    at = in_window(due, policy, calendar, event=starts_at)
    if not told_at <= at < starts_at:
        return ()
    return tuple(Step(name, at, not_after=starts_at, settles=True) for name in ("unread", "help"))


def day_after(ends_at: datetime, policy: MunicipalPolicy) -> date:
    return today_in(ends_at, policy) + timedelta(days=1)
