"""Days and times: how they are said in every language, and what a typed one means.

Reading never guesses. What has two meanings gives both, for the person to choose from; what was
only half understood gives nothing. Always say back what was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from typing import Generic, Literal, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from locales import lexicon as lex
from locales.clauses import Date, Impossible, Near, Reason, Week, Weekday
from locales.grammar import Found, parse
from locales.text import OSLO, Clock, Day, Moment, MonthName, Text, WeekdayLetter, _, shown

__all__ = [
    "Ambiguous",
    "Clock",
    "Day",
    "DayReading",
    "Invalid",
    "Moment",
    "NoTime",
    "Nothing",
    "Ok",
    "Reading",
    "Reason",
    "WhichDay",
    "WrongWeekday",
    "month_name",
    "read_day",
    "read_when",
    "relative_day",
    "weekday_letters",
]

MONTHS_AHEAD = 18

T = TypeVar("T", date, datetime)


@dataclass(frozen=True, slots=True)
class Ok(Generic[T]):
    """One meaning: an instant in UTC, or a day."""

    value: T
    kind: Literal["ok"] = "ok"


@dataclass(frozen=True, slots=True)
class Ambiguous(Generic[T]):
    """Several meanings, the earliest first."""

    options: tuple[T, ...]
    kind: Literal["ambiguous"] = "ambiguous"


@dataclass(frozen=True, slots=True)
class NoTime:
    """One day, without a time."""

    day: date
    kind: Literal["no_time"] = "no_time"


@dataclass(frozen=True, slots=True)
class WhichDay:
    """Several days, and no time either: 'neste tirsdag'."""

    days: tuple[date, ...]
    kind: Literal["which_day"] = "which_day"


@dataclass(frozen=True, slots=True)
class WrongWeekday(Generic[T]):
    """The weekday is not that of the days `named`. `options`: those, and the nearest days with
    that weekday, the earliest first; either may be meant."""

    named: tuple[date, ...]
    options: tuple[T, ...]
    kind: Literal["wrong_weekday"] = "wrong_weekday"


@dataclass(frozen=True, slots=True)
class Invalid:
    """Understood, but it cannot be."""

    reason: Reason
    kind: Literal["invalid"] = "invalid"


@dataclass(frozen=True, slots=True)
class Nothing:
    """No day in it, or something in it that was not understood."""

    kind: Literal["none"] = "none"


Reading: TypeAlias = (
    Ok[datetime]
    | Ambiguous[datetime]
    | NoTime
    | WhichDay
    | WrongWeekday[datetime]
    | WrongWeekday[date]
    | Invalid
    | Nothing
)
DayReading: TypeAlias = Ok[date] | Ambiguous[date] | WrongWeekday[date] | Invalid | Nothing


def relative_day(day: date, today: date) -> Text:
    """'I dag', 'i morgen', else weekday and date."""
    if day == today:
        return _("i dag")
    if day == today + timedelta(days=1):
        return _("i morgen")
    return shown(Day(day))


def month_name(number: int) -> Text:
    """1 to 12."""
    return shown(MonthName(number))


def weekday_letters() -> tuple[Text, ...]:
    """Monday first, as calendars here begin."""
    return tuple(shown(WeekdayLetter(number)) for number in range(7))


def read_when(words: str, now: datetime, language: str, zone: str = OSLO) -> Reading:
    """The instant that typed words mean on the wall clock of `zone`, seen from `now`."""
    found = parse(words, language)
    if found is None or not _single(found):
        return Nothing()
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    try:
        days, wrong = _days(found, today)
        if not days:
            return Nothing()
        if not found.times:
            days = _in_reach(days, today, today)
            if wrong:
                return WrongWeekday(wrong, days)
            return NoTime(days[0]) if len(days) == 1 else WhichDay(days)
        instants = _instants(found, days, place)
        if not instants:
            return Nothing()
        instants = _in_reach(instants, now + timedelta(microseconds=1), today)
    except Impossible as impossible:
        return Invalid(impossible.reason)
    if wrong:
        return WrongWeekday(wrong, instants)
    return Ok(instants[0]) if len(instants) == 1 else Ambiguous(instants)


def read_day(words: str, now: datetime, language: str, zone: str = OSLO) -> DayReading:
    """The day that typed words mean, for a deadline. A time of day in them is not ignored."""
    found = parse(words, language, lex.HARMLESS | lex.DEADLINE)
    if found is None or not _single(found) or found.times or found.parts or found.summer:
        return Nothing()
    today = now.astimezone(ZoneInfo(zone)).date()
    try:
        days, wrong = _days(found, today)
        if not days:
            return Nothing()
        days = _in_reach(days, today, today)
    except Impossible as impossible:
        return Invalid(impossible.reason)
    if wrong:
        return WrongWeekday(wrong, days)
    return Ok(days[0]) if len(days) == 1 else Ambiguous(days)


def _single(found: Found) -> bool:
    """At most one of what there can only be one of."""
    kinds = (found.weekdays, found.times, found.parts, found.summer)
    return all(len(kind) <= 1 for kind in kinds)


def _days(found: Found, today: date) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """The days all clauses agree on; none when they contradict each other or name no day.

    When only the weekday disagrees: either that was meant or the other, and what it is wrong for.
    """
    weekday = found.weekdays[0] if found.weekdays else None
    meanings = [set(clause.days(today, weekday=weekday is not None)) for clause in found.dates]
    if weekday is None:
        if all(isinstance(clause, Week) for clause in found.dates):
            return (), ()
    elif not meanings or weekday.near is not Near.PLAIN:
        meanings.append(set(weekday.days(today)))
    agreed = reduce(set.intersection, meanings)
    named = tuple(sorted(agreed))
    if weekday is None or not named:
        return named, ()
    fitting = tuple(day for day in named if day.weekday() == weekday.number)
    if fitting:
        return fitting, ()
    if _has_just_been(found, weekday, today):
        raise Impossible(Reason.PAST)
    return tuple(sorted(agreed | {_nearest(weekday, day, today) for day in named})), named


def _nearest(weekday: Weekday, day: date, today: date) -> date:
    """The day with that weekday that is nearest to `day`; not a past one, to a day to come."""
    nearest = day + timedelta(days=(weekday.number - day.weekday() + 3) % 7 - 3)
    return nearest + timedelta(days=7) if nearest < today <= day else nearest


def _has_just_been(found: Found, weekday: Weekday, today: date) -> bool:
    """'Fredag 20. november' on the day after is in the past, not next year's wrong weekday."""
    passed = [clause.just_passed(today) for clause in found.dates if isinstance(clause, Date)]
    return any(day and day.weekday() == weekday.number for day in passed)


def _instants(found: Found, days: tuple[date, ...], zone: ZoneInfo) -> tuple[datetime, ...]:
    """Every day with every time, as instants; none when the clauses contradict each other."""
    part = found.parts[0] if found.parts else None
    times = found.times[0].times(part)
    if not times:
        return ()
    instants = sorted(i for day in days for at in times for i in _exact(day, at, zone))
    if not instants:
        raise Impossible(Reason.NO_SUCH_TIME)
    if found.summer:
        wanted = found.summer[0]
        instants = [i for i in instants if bool(i.astimezone(zone).dst()) is wanted]
    return tuple(instants)


def _exact(day: date, at: time, zone: ZoneInfo) -> set[datetime]:
    """None for a time that is skipped in spring, two for one that comes twice in autumn."""
    wall = datetime.combine(day, at)
    both = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return {instant for instant in both if instant.astimezone(zone).replace(tzinfo=None) == wall}


def _in_reach(options: tuple[T, ...], first: T, today: date) -> tuple[T, ...]:
    """Without what has been and what is too far off; it is an error when nothing remains."""
    ahead = [option for option in options if option >= first]
    if not ahead:
        raise Impossible(Reason.PAST)
    month = today.year * 12 + today.month - 1 + MONTHS_AHEAD
    limit = date(month // 12, month % 12 + 1, 1) + timedelta(days=today.day - 1)
    near = tuple(option for option in ahead if _day_of(option) <= limit)
    if not near:
        raise Impossible(Reason.FAR)
    return near


def _day_of(option: date) -> date:
    return option.date() if isinstance(option, datetime) else option
