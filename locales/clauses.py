"""What one clause about a day or a time can mean, seen from today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import Enum, StrEnum, auto
from typing import Protocol

# Meetings are held in the daytime: of two o'clock at night and in the afternoon, the afternoon.
EARLIEST, LATEST = time(7), time(21)
_DAY = timedelta(days=1)


class Reason(StrEnum):
    """Why an understood date or time cannot be used."""

    PAST = auto()
    FAR = auto()
    """More than eighteen months ahead."""
    NO_SUCH_DATE = auto()
    NO_SUCH_TIME = auto()
    """25.00, or inside the hour that is skipped in spring."""


class Impossible(Exception):
    """A clause names something that does not exist, or that cannot be meant."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class DateClause(Protocol):
    def days(self, today: date, *, weekday: bool) -> tuple[date, ...]:
        """The days it can mean. `weekday`: whether a weekday will choose among them."""


@dataclass(frozen=True, slots=True)
class Date:
    """3. desember, 3.12.2026, or just 'den 3.': without a year, the next such date."""

    day: int
    month: int | None = None
    year: int | None = None
    either_way: bool = False

    def days(self, today: date, *, weekday: bool) -> tuple[date, ...]:
        if self.either_way and self.month != self.day and self.month is not None:
            as_american = Date(self.month, self.day, self.year)
            return Date(self.day, self.month, self.year).days(today, weekday=weekday) + (
                as_american.days(today, weekday=weekday)
            )
        if self.year is not None:
            days = [_date(self.year, self.month or 0, self.day)]
        else:
            days = [day for day in self._coming(today) if day is not None and day >= today]
        if not days or days[0] is None:
            raise Impossible(Reason.NO_SUCH_DATE)
        return (days[0],)

    def just_passed(self, today: date) -> date | None:
        """This year's such date, when it was named without a year and has been."""
        day = _date(today.year, self.month, self.day) if self.month and not self.year else None
        return day if day and day < today else None

    def _coming(self, today: date) -> list[date | None]:
        if self.month is not None:
            # Eight years apart at most: 29 February around 2100.
            return [_date(today.year + n, self.month, self.day) for n in range(9)]
        months = [today.year * 12 + today.month - 1 + n for n in range(3)]
        return [_date(month // 12, month % 12 + 1, self.day) for month in months]


@dataclass(frozen=True, slots=True)
class Ahead:
    """I dag, i morgen, om 14 dager."""

    number: int

    def days(self, today: date, *, weekday: bool) -> tuple[date, ...]:
        return (today + self.number * _DAY,)


@dataclass(frozen=True, slots=True)
class InWeeks:
    """Om to uker. With a weekday, the one on either side: nobody agrees which is meant."""

    number: int

    def days(self, today: date, *, weekday: bool) -> tuple[date, ...]:
        target = today + 7 * self.number * _DAY
        reach = range(-6, 7) if weekday else range(1)
        return tuple(target + n * _DAY for n in reach)


@dataclass(frozen=True, slots=True)
class Week:
    """Denne uka, neste uke, or uke 49: a day only together with a weekday."""

    ahead: int = 0
    number: int | None = None

    def days(self, today: date, *, weekday: bool) -> tuple[date, ...]:
        if self.number is None:
            monday = today + (7 * self.ahead - today.weekday()) * _DAY
        else:
            monday = self._numbered(today)
        return tuple(monday + n * _DAY for n in range(7))

    def _numbered(self, today: date) -> date:
        this_monday = today - today.weekday() * _DAY
        for year in range(today.year, today.year + 9):
            try:
                monday = date.fromisocalendar(year, self.number or 0, 1)
            except ValueError:
                continue
            if monday >= this_monday:
                return monday
        raise Impossible(Reason.NO_SUCH_DATE)


class Near(Enum):
    """Which of the coming Tuesdays."""

    PLAIN = auto()
    COMING = auto()
    NEXT = auto()
    """'Neste': the coming one to some, the one after to others."""


@dataclass(frozen=True, slots=True)
class Weekday:
    """Tirsdag, kommende tirsdag, neste tirsdag."""

    number: int
    near: Near = Near.PLAIN

    def days(self, today: date) -> tuple[date, ...]:
        """By itself. On a Tuesday, 'tirsdag' is today or in a week."""
        ahead = (self.number - today.weekday()) % 7
        if self.near is Near.PLAIN:
            return (today, today + 7 * _DAY) if ahead == 0 else (today + ahead * _DAY,)
        first = today + (ahead or 7) * _DAY
        return (first,) if self.near is Near.COMING else (first, first + 7 * _DAY)


@dataclass(frozen=True, slots=True)
class At:
    """A time as written or said. `sure` when it says which half of the day."""

    hour: int
    minute: int
    sure: bool = False
    spoken: bool = False

    @classmethod
    def of_half(cls, hour: int, minute: int, afternoon: bool) -> At:
        """2 pm. There is no 14 pm; what is out of range here stays so."""
        return cls(hour % 12 + 12 * afternoon if 1 <= hour <= 12 else 99, minute, sure=True)

    def times(self, part: range | None) -> tuple[time, ...]:
        """What it can mean, narrowed by the part of the day that was named."""
        if self.hour > 23 or self.minute > 59:
            raise Impossible(Reason.NO_SUCH_TIME)
        if self.sure or self.hour > 12 or not (self.spoken or part or 1 <= self.hour <= 7):
            both = [time(self.hour, self.minute)]
        else:
            both = [time(self.hour % 12 + half, self.minute) for half in (0, 12)]
        if part is not None:
            return tuple(each for each in both if each.hour in part)
        daytime = tuple(each for each in both if EARLIEST <= each <= LATEST)
        return daytime or tuple(both)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
