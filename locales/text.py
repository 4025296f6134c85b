"""Words not yet in any language: a source sentence and the values that go into it.

Source sentences are bokmål and stand where they are said. `locales.speech.say` puts a `Text`
into the reader's language, as late as possible.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TypeAlias, TypeGuard
from zoneinfo import ZoneInfo

from locales.literal import NOTHING, literal

OSLO = "Europe/Oslo"

_PIECE = re.compile(r"\{\{|\}\}|\{([A-Za-z_][A-Za-z0-9_]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class Text:
    """Comparable and hashable by value. Made with `_`, `plural`, `verbatim` and their like."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as a wall clock in `zone` shows it: weekday, date and time."""

    instant: datetime
    zone: str = OSLO
    year: bool = False

    def __post_init__(self) -> None:
        if self.instant.tzinfo is None:
            raise ValueError("a moment is an aware instant")
        ZoneInfo(self.zone)
        # In UTC, because instants of one zone compare equal across the hour that comes twice.
        object.__setattr__(self, "instant", self.instant.astimezone(UTC))


@dataclass(frozen=True, slots=True)
class Day:
    """A date with its weekday."""

    date: date
    year: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.date, datetime):
            raise TypeError("a day is a date; an instant is a Moment")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day on the wall."""

    time: time


@dataclass(frozen=True, slots=True)
class MonthName:
    """A month by itself, 1 to 12, as above a calendar."""

    number: int


@dataclass(frozen=True, slots=True)
class WeekdayLetter:
    """A weekday as one letter, 0 (Monday) to 6, as above a column of a calendar."""

    number: int


Value: TypeAlias = str | int | Text | Moment | Day | Clock | MonthName | WeekdayLetter


@dataclass(frozen=True, slots=True)
class Message(Text):
    """A sentence the catalogues know; `many` when it counts something."""

    source: str
    values: tuple[tuple[str, Value], ...] = ()
    many: str | None = None
    context: str | None = None

    @property
    def count(self) -> int:
        """How many a counting sentence is about."""
        n = dict(self.values)["n"]
        assert isinstance(n, int)  # noqa: S101 - `plural` put it there
        return n


@dataclass(frozen=True, slots=True)
class Shown(Text):
    """One value by itself, without a sentence around it."""

    value: Value


@dataclass(frozen=True, slots=True)
class Joined(Text):
    """Parts one after the other."""

    parts: tuple[Text, ...]
    separator: str


@dataclass(frozen=True, slots=True)
class Listed(Text):
    """Parts as a spoken list: a, b og c."""

    parts: tuple[Text, ...]


def _(source: str, /, **values: Value) -> Text:
    """A sentence with its `{named}` values. Strings among them are shown literally."""
    return Message(source, _checked(values, source))


def plural(one: str, many: str, n: int, /, **values: Value) -> Text:
    """A sentence about `n` things; `{n}` is available in both forms."""
    return Message(one, _checked({**values, "n": n}, one, many), many=many)


def pgettext(context: str, source: str, /, **values: Value) -> Text:
    """As `_`, for short words that mean different things in different places."""
    return Message(source, _checked(values, source), context=context)


def verbatim(words: str) -> Text:
    """A name or someone's own words: never translated, shown literally and harmlessly."""
    return Shown(words)


def named(name: str | None) -> Text:
    """A person's name, at the head of a sentence; words for one in which there is nothing to see."""
    return verbatim(name) if has_name(name) else _("Noen uten navn")


def has_name(name: str | None) -> TypeGuard[str]:
    return literal(name or "") != NOTHING


def shown(value: Value) -> Text:
    """A date, a time or a number by itself."""
    return Shown(value)


def join(parts: Iterable[Text], separator: str = "\n") -> Text:
    """Parts one after the other, as lines unless told otherwise."""
    return Joined(tuple(parts), separator)


def list_of(parts: Iterable[Text]) -> Text:
    """'a, b og c' in the reader's language."""
    return Listed(tuple(parts))


def fields(template: str) -> frozenset[str]:
    """The names in braces. Anything but plain names (attributes, indices, formats) is a ValueError."""
    names = set()
    for piece in _PIECE.finditer(template):
        if piece[0] in ("{", "}"):
            raise ValueError(f"a brace that is neither a {{name}} nor doubled: {template!r}")
        if piece[1]:
            names.add(piece[1])
    return frozenset(names)


def fill(template: str, values: Mapping[str, str]) -> str:
    """Put values in. They are never read as templates themselves."""

    def one(piece: re.Match[str]) -> str:
        return values[piece[1]] if piece[1] else piece[0][0]

    return _PIECE.sub(one, template)


def _checked(values: Mapping[str, Value], *templates: str) -> tuple[tuple[str, Value], ...]:
    """Sorted, so that order of writing makes no difference. A slip shows where it was written."""
    for template in templates:
        if missing := fields(template) - values.keys():
            raise ValueError(f"no value for {sorted(missing)} in {template!r}")
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, Value):
            raise TypeError(f"{name} cannot be put into words: {type(value).__name__}")
    return tuple(sorted(values.items()))
