"""A value that is typed: a whole number, a time of day, or some hours. Out of bounds is asked again,
with the bounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, ClassVar

from handlers.dialogue import Asking
from handlers.questions import Answer, Heard, Question, Redraw
from handlers.turns import Button
from locales import Text, _, join, verbatim

NUMBER, TIME, HOURS = "number", "time", "hours"
_CLOCK = re.compile(r"(?:kl\.? ?)?(?P<hour>\d{1,2})(?:[.:](?P<minute>\d{2}))?\Z")
MOST_HOURS = 4


@dataclass(frozen=True)
class Setting(Question):
    kind: str = NUMBER
    least: int = 0
    most: int = 0
    none: bool = False
    """Whether it may be nothing at all."""
    hears_words: ClassVar[bool] = True

    @property
    def keys(self) -> list[Any]:
        return [self.kind, self.least, self.most, self.none]

    def accepts(self, given: Any) -> bool:
        return (given is None and self.none) or self._within(given)

    def decode(self, given: Any) -> Any:
        if given is None:
            return None
        if self.kind == TIME:
            return time.fromisoformat(given)
        return tuple(given) if self.kind == HOURS else given

    def press(self, pressed: str, draft: Mapping[str, Any]) -> Heard:
        return Answer(None) if pressed == "none" and self.none else None

    def rows(self, draft: Mapping[str, Any], now: datetime) -> tuple[tuple[Button, ...], ...]:
        return ((Button(_("Ingen"), choice="none"),),) if self.none else ()

    def read(self, words: str, now: datetime, language: str) -> Heard:
        value = _read(self.kind, " ".join(words.split()).casefold())
        return Answer(value) if self._within(value) else Redraw({"hint": "bounds"})

    def body(self, draft: Mapping[str, Any]) -> Text:
        bounds = {
            NUMBER: _("Skriv et helt tall fra {least} til {most}.", least=self.least,
                      most=self.most),
            TIME: _("Skriv et klokkeslett fra {least} til {most}, for eksempel 09.00.",
                    least=verbatim(_hour(self.least)), most=verbatim(_hour(self.most))),
            HOURS: _("Skriv høyst {n} hele tall med komma mellom, for eksempel 48, 4. Hvert fra "
                     "{least} til {most}.", n=MOST_HOURS, least=self.least, most=self.most),
        }[self.kind]  # fmt: skip
        if draft.get("hint") == "bounds":
            return join([join([_("Det kan jeg ikke bruke."), bounds], " "), self.text], "\n\n")
        return join([self.text, bounds], "\n\n")

    def _within(self, given: Any) -> bool:
        match given:
            case bool():
                return False
            case int() if self.kind == NUMBER:
                return self.least <= given <= self.most
            case str() if self.kind == TIME:
                hour, minute = given.split(":")
                return self.least * 60 <= int(hour) * 60 + int(minute) <= self.most * 60
            case list() if self.kind == HOURS:
                sure = all(self.least <= each <= self.most for each in given)
                return 0 < len(given) <= MOST_HOURS and len(set(given)) == len(given) and sure
        return False


def _hour(hour: int) -> str:
    return f"{hour:02}.00"


def _read(kind: str, words: str) -> Any:
    if kind == NUMBER:
        return int(words) if _is_number(words) else None
    if kind == HOURS:
        parts = [part.strip() for part in words.replace(" og ", ",").split(",")]
        return sorted(map(int, parts), reverse=True) if all(map(_is_number, parts)) else None
    found = _CLOCK.match(words)
    if found is None:
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def _is_number(words: str) -> bool:
    return words.isascii() and words.isdecimal() and len(words) <= 5


def ask_setting(
    name: str, text: Text, kind: str, least: int, most: int, *, none: bool = False
) -> Asking[Any]:
    answer: Any = yield Setting(name, text, kind, least, most, none)
    return answer
