"""A day that has been: pressed, or typed as '3.11.2026', '3. november' or '2026-11-03'. Unsure is
asked again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from handlers.dialogue import Asking
from handlers.questions import Answer, Heard, Question, Redraw, in_rows
from handlers.turns import Button
from locales import Day, Text, _, join, shown

_MONTHS = ("jan", "feb", "mar", "apr", "mai may", "jun", "jul", "aug", "sep", "okt oct", "nov",
           "des dec")  # fmt: skip
_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\Z")
_USUAL = re.compile(
    r"(?:den )?(?P<day>\d{1,2})[. /-]{1,2}(?P<month>\d{1,2}|[a-z]{3,9})"
    r"(?:[. /-]{1,2}(?P<year>\d{4}|\d{2}))?\.?\Z"
)
_NOT_A_DAY = _("Jeg forsto ikke dagen. Skriv den slik: 3.11.2026.")


@dataclass(frozen=True)
class PastDay(Question):
    first: date = date.min
    last: date = date.max
    near: tuple[date, ...] = ()
    """Those that have a button."""
    hears_words: ClassVar[bool] = True
    keys: ClassVar[Any] = ("past day",)

    def accepts(self, given: Any) -> bool:
        return isinstance(given, str) and self.first <= date.fromisoformat(given) <= self.last

    def decode(self, given: Any) -> date:
        return date.fromisoformat(given)

    def press(self, pressed: str, draft: Mapping[str, Any]) -> Heard:
        return next((Answer(str(day)) for day in self.near if pressed == f"d{day}"), None)

    def rows(self, draft: Mapping[str, Any], now: datetime) -> tuple[tuple[Button, ...], ...]:
        return in_rows([Button(shown(Day(day)), choice=f"d{day}") for day in self.near], 2)

    def read(self, words: str, now: datetime, language: str) -> Heard:
        day = day_in(words, self.last)
        if day is None:
            return Redraw({"hint": "not_a_day"})
        within = self.first <= day <= self.last
        return Answer(day.isoformat()) if within else Redraw({"hint": "outside"})

    def body(self, draft: Mapping[str, Any]) -> Text:
        outside = _("Dagen må være fra {first} til {last}.", first=Day(self.first, year=True),
                    last=Day(self.last, year=True))  # fmt: skip
        told = {"not_a_day": _NOT_A_DAY, "outside": outside}.get(draft.get("hint", ""))
        return self.text if told is None else join([told, self.text], "\n\n")


def day_in(words: str, last: date) -> date | None:
    """The day that words name; without a year the latest that is not after `last`."""
    found = _ISO.match(words.strip()) or _USUAL.match(" ".join(words.casefold().split()))
    if found is None:
        return None
    month = found["month"]
    number = int(month) if month.isdecimal() else _NUMBER.get(month[:3], 0)
    year = found["year"]
    years = [int(year) + (2000 if len(year) == 2 else 0)] if year else [last.year, last.year - 1]
    days = [day for each in years if (day := _day(each, number, int(found["day"])))]
    return next((day for day in days if year or day <= last), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def ask_past_day(
    name: str, text: Text, first: date, last: date, near: tuple[date, ...]
) -> Asking[date]:
    answer: date = yield PastDay(name, text, first, last, near)
    return answer
