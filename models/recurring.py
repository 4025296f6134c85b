"""Which days a standing meeting falls on, and when it is followed up. Pure.

As `policy`, which it belongs to. The rule names a day ("every other Thursday"); on a red day or in
a school holiday the meeting comes on the next school day instead, or not at all, as was chosen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from models.policy import Calendar, MunicipalPolicy
from models.reminding import (
    Step,
    in_window,
    is_school_day,
    meeting_steps,
    morning_of,
    times_named,
)
from models.terms import IfOff, OccasionState

LAST = -1
"""As `nth`: the last one of the month."""
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pattern:
    """Every so many weeks from `first`, or (`nth`) a certain weekday of each month; never both."""

    first: date  # its weekday is the meeting's
    until: date
    every_weeks: int = 0
    nth: int = 0  # 1 to 4, or LAST
    if_off: IfOff = IfOff.NEXT


@dataclass(frozen=True)
class Falls:
    """One time the rule names, and the day on which the meeting is then: None when it is skipped."""

    named: date
    on: date | None

    @property
    def moved(self) -> bool:
        return self.on is not None and self.on != self.named


def named_days(pattern: Pattern) -> Iterator[date]:
    """The days the rule names, in order."""
    day = pattern.first
    if pattern.every_weeks:
        while day <= pattern.until:
            yield day
            day += pattern.every_weeks * WEEK
        return
    month = day.replace(day=1)
    while month <= pattern.until:
        found = _nth(month, day.weekday(), pattern.nth)
        if day <= found <= pattern.until:
            yield found
        month = (month + timedelta(days=31)).replace(day=1)


def _nth(month: date, weekday: int, nth: int) -> date:
    """A certain weekday of the month that begins on `month`."""
    first = month + timedelta(days=(weekday - month.weekday()) % 7)
    if nth != LAST:
        return first + (nth - 1) * WEEK
    found = first + 4 * WEEK
    return found if found.month == month.month else found - WEEK


def falls(pattern: Pattern, calendar: Calendar) -> Iterator[Falls]:
    """Every time the rule names, with its day. None on a day off, and no day twice: what would come
    on or after the next one is left out, that one takes its place."""
    for named, following in pairwise([*named_days(pattern), pattern.until + DAY]):
        yield Falls(named, _held_on(named, following, pattern.if_off, calendar))


def _held_on(named: date, before: date, if_off: IfOff, calendar: Calendar) -> date | None:
    if is_school_day(named, calendar):
        return named
    day = named
    while if_off is IfOff.NEXT and (day := day + DAY) < before:
        if is_school_day(day, calendar):
            return day
    return None


def nth_of(day: date) -> int:
    """Which of its weekday in the month a day is: the fifth is the last."""
    number = (day.day - 1) // 7 + 1
    return number if number <= 4 else LAST


def instant(day: date, at: time, zone: str) -> datetime:
    """When clocks there show `at`: the same time on the wall all the year. In the hour that does
    not exist, the instant at which it would have been; the clock then shows an hour more."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


# --- all pairs at once ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Slots:
    """Where meetings may be put: these weekdays and times, in each of so many weeks."""

    first: date  # the first day that counts
    weekdays: tuple[int, ...]
    times: tuple[time, ...]
    every_weeks: int

    def __iter__(self) -> Iterator[tuple[date, time]]:
        """By week, then day, then time."""
        for days in range(7 * self.every_weeks):
            day = self.first + timedelta(days=days)
            if day.weekday() in self.weekdays:
                yield from ((day, at) for at in self.times)


def spread(
    busy: Mapping[int, Collection[int]], slots: Slots, calendar: Calendar
) -> dict[int, tuple[date, time]]:
    """Give each pair (by its place) the first slot in which none of those it needs (`busy`: units
    and people, by id) has another of these meetings. Whom no slot is left for is not in it."""
    free: list[tuple[tuple[date, time], set[int]]] = [
        (slot, set()) for slot in slots if is_school_day(slot[0], calendar)
    ]
    found = {}
    for pair, needed in busy.items():
        for slot, there in free:
            if there.isdisjoint(needed):
                there.update(needed)
                found[pair] = slot
                break
    return found


# --- following it up -----------------------------------------------------------------------------


def weekly(
    name: str, first: date, rules: MunicipalPolicy, calendar: Calendar, now: datetime
) -> list[Step]:
    """On a day, then every week until it is done: only the last and the next are named."""
    steps = [Step(name, morning_of(first, rules, calendar))]
    for week in times_named(first, rules, now):
        at = morning_of(first + week * WEEK, rules, calendar)
        steps.append(Step(f"{name}.{week}", at))
    return steps


def occasion_steps(
    state: OccasionState,
    starts_at: datetime,
    told_at: datetime,
    has_minutes: bool,
    rules: MunicipalPolicy,
    calendar: Calendar,
    now: datetime,
) -> Sequence[Step]:
    """The agenda a week before (meeting_notice), reminders as for any meeting, the morning after
    whether it was held, and two days after (minutes_deadline) the minutes: weekly until it is said."""
    day = starts_at.astimezone(ZoneInfo(rules.zone)).date()
    if state is OccasionState.HELD and not has_minutes:
        return weekly("minutes", day + 2 * DAY, rules, calendar, now)
    if state is not OccasionState.PLANNED:
        return ()
    reminders = meeting_steps(starts_at, told_at, rules, calendar)
    agenda_at = in_window(starts_at - WEEK, rules, calendar, event=starts_at)
    until = min((each.at for each in reminders), default=starts_at)
    agenda = [Step("agenda", agenda_at, not_after=until)] if told_at < agenda_at < until else []
    return [*agenda, *reminders, *weekly("held", day + DAY, rules, calendar, now)]
