"""The kinds of question: what buttons each shows, what it hears in a press or in words.

A question hears a press (what a button carries) or words, and says whether that is an answer,
a redraw (a tick, a page of the calendar: not an answer) or neither. Answers are plain JSON.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from handlers.turns import Button
from locales import Text, _, join, shown, verbatim
from locales.dates import (
    Ambiguous,
    Day,
    Invalid,
    Moment,
    NoTime,
    Ok,
    WhichDay,
    month_name,
    read_day,
    read_when,
    weekday_letters,
)

ZONE = ZoneInfo("Europe/Oslo")
LONGEST = 300
BACK, CANCEL = "b", "c"

HINTS: dict[str, Text] = {
    "buttons": _("Trykk på en av knappene."),
    "too_long": _("Det ble litt langt. Skriv det med høyst 300 tegn."),
    "empty": _("Skriv det med noen ord."),
    "at_least": _("Velg minst én."),
    "not_understood": _(
        "Jeg forsto ikke tidspunktet. Skriv for eksempel «torsdag 3. des kl 14.15»."
    ),
    "no_time": _("Hvilket klokkeslett? Velg det under, eller skriv dag og klokkeslett."),
    "past": _("Det tidspunktet er passert. Velg et som kommer."),
    "invalid": _("Den dagen eller det klokkeslettet finnes ikke. Prøv igjen."),
    "ambiguous": _("Mente du en av disse?"),
}


@dataclass(frozen=True)
class Answer:
    value: Any


@dataclass(frozen=True)
class Redraw:
    draft: dict[str, Any]


Heard = Answer | Redraw | None


@dataclass(frozen=True)
class Question:
    name: str
    text: Text

    keys: ClassVar[Any] = ()
    """What the fingerprint covers beside the name: the options, in order."""
    only: ClassVar[Any] = None
    """The one possible answer, when there is just one."""
    hears_words: ClassVar[bool] = False

    def accepts(self, given: Any) -> bool:
        raise NotImplementedError

    def decode(self, given: Any) -> Any:
        return given

    def press(self, pressed: str, draft: Mapping[str, Any]) -> Heard:
        return None

    def read(self, words: str, now: datetime, language: str) -> Heard:
        return Redraw({"hint": "buttons"})

    def rows(self, draft: Mapping[str, Any], now: datetime) -> tuple[tuple[Button, ...], ...]:
        return ()

    def body(self, draft: Mapping[str, Any]) -> Text:
        """The question, with a hint when the last reply was not an answer."""
        hint = HINTS.get(draft.get("hint", ""))
        return self.text if hint is None else join([hint, self.text], "\n\n")


def _key(option: Any) -> str:
    return str(option.value if isinstance(option, Enum) else option)


@dataclass(frozen=True)
class _Options(Question):
    options: tuple[tuple[Any, Text], ...] = ()
    columns: int = 1

    @property
    def keys(self) -> list[str]:
        return [_key(option) for option, _label in self.options]

    def _option(self, key: str) -> Any:
        return next(option for option, _label in self.options if _key(option) == key)

    def _index(self, pressed: str) -> int | None:
        return int(pressed) if pressed.isdecimal() and int(pressed) < len(self.options) else None


@dataclass(frozen=True)
class Choice(_Options):
    ask_single: bool = False

    @property
    def only(self) -> str | None:
        return self.keys[0] if len(self.options) == 1 and not self.ask_single else None

    def accepts(self, given: Any) -> bool:
        return given in self.keys

    def decode(self, given: Any) -> Any:
        return self._option(given)

    def press(self, pressed: str, draft: Mapping[str, Any]) -> Heard:
        index = self._index(pressed)
        return None if index is None else Answer(self.keys[index])

    def rows(self, draft: Mapping[str, Any], now: datetime) -> tuple[tuple[Button, ...], ...]:
        buttons = [Button(label, choice=str(i)) for i, (_o, label) in enumerate(self.options)]
        return _in_rows(buttons, self.columns)


@dataclass(frozen=True)
class Several(_Options):
    at_least: int = 1

    def accepts(self, given: Any) -> bool:
        return (
            isinstance(given, list)
            and len(given) >= self.at_least
            and set(given) <= set(self.keys)
        )

    def decode(self, given: Any) -> tuple[Any, ...]:
        return tuple(self._option(key) for key in given)

    def press(self, pressed: str, draft: Mapping[str, Any]) -> Heard:
        """`+2` ticks, `-2` unticks, `ok` answers: a double tap changes nothing twice."""
        ticked = [key for key in draft.get("ticked", ()) if key in self.keys]
        if pressed == "ok":
            if len(ticked) < self.at_least:
                return Redraw({"ticked": ticked, "hint": "at_least"})
            return Answer([key for key in self.keys if key in ticked])
        index = self._index(pressed[1:])
        if index is None or pressed[:1] not in ("+", "-"):
            return None
        key = self.keys[index]
        chosen = [k for k in ticked if k != key] + ([key] if pressed[0] == "+" else [])
        return Redraw({"ticked": chosen})

    def rows(self, draft: Mapping[str, Any], now: datetime) -> tuple[tuple[Button, ...], ...]:
        ticked = draft.get("ticked", ())
        buttons = [
            Button(join([verbatim("☑" if key in ticked else "☐"), label], " "),
                   choice=("-" if key in ticked else "+") + str(i))
            for i, (key, (_o, label)) in enumerate(zip(self.keys, self.options, strict=True))
        ]  # fmt: skip
        return (*_in_rows(buttons, 1), (Button(_("Ferdig"), choice="ok"),))


@dataclass(frozen=True)
class Words(Question):
    optional: bool = False
    hears_words: ClassVar[bool] = True

    def accepts(self, given: Any) -> bool:
        return (given is None and self.optional) or isinstance(given, str)

    def press(self, pressed: str, draft: Mapping[str, Any]) -> Heard:
        return Answer(None) if pressed == "skip" and self.optional else None

    def read(self, words: str, now: datetime, language: str) -> Heard:
        words = unicodedata.normalize("NFC", words).strip()
        if not words:
            return Redraw({"hint": "empty"})
        return Answer(words) if len(words) <= LONGEST else Redraw({"hint": "too_long"})

    def rows(self, draft: Mapping[str, Any], now: datetime) -> tuple[tuple[Button, ...], ...]:
        return ((Button(_("Hopp over"), choice="skip"),),) if self.optional else ()

    def body(self, draft: Mapping[str, Any]) -> Text:
        # DOMAIN rule 56: every free-text place says that nobody reads along.
        caution = _("Ingen leser dette fortløpende. Haster det, trykk Hjelp nå.")
        return join([super().body(draft), caution], "\n\n")


@dataclass(frozen=True)
class When(Question):
    """A calendar to page in, times to press, or words to type.

    The draft holds the page (`month`), the chosen `day`, or the `options` a phrase may mean.
    """

    with_time: bool = True
    hears_words: ClassVar[bool] = True
    keys: ClassVar[Any] = ("when",)

    def accepts(self, given: Any) -> bool:
        return isinstance(given, str)

    def decode(self, given: Any) -> datetime:
        return datetime.fromisoformat(given).astimezone(ZONE)

    def press(self, pressed: str, draft: Mapping[str, Any]) -> Heard:
        kind, rest = pressed[:1], pressed[1:]
        try:
            if kind == "m":
                return Redraw({"month": date.fromisoformat(rest + "-01").isoformat()[:7]})
            if kind == "d":
                day = date.fromisoformat(rest)
                if not self.with_time:
                    return Answer(datetime.combine(day, time(), ZONE).isoformat())
                return Redraw({"day": day.isoformat()})
            if kind == "o":
                return Answer(self._iso(_in_zone(datetime.fromisoformat(rest))))
        except ValueError:
            return None
        return None

    def read(self, words: str, now: datetime, language: str) -> Heard:
        reading: Any = (read_when if self.with_time else read_day)(words, now, language)
        match reading:
            case Ok(value):
                return Answer(self._iso(value))
            case Ambiguous(options):
                return Redraw({"options": [self._iso(o) for o in options], "hint": "ambiguous"})
            case WhichDay(days):
                return Redraw({"days": [day.isoformat() for day in days], "hint": "ambiguous"})
            case NoTime(day):
                return Redraw({"day": day.isoformat(), "hint": "no_time"})
            case Invalid(reason):
                return Redraw({"hint": "past" if reason == "past" else "invalid"})
        return Redraw({"hint": "not_understood"})

    @staticmethod
    def _iso(value: datetime | date) -> str:
        if isinstance(value, datetime):
            return value.astimezone(ZONE).isoformat()
        return datetime.combine(value, time(), ZONE).isoformat()

    def rows(self, draft: Mapping[str, Any], now: datetime) -> tuple[tuple[Button, ...], ...]:
        if options := draft.get("options"):
            return tuple((Button(self._label(o), choice=_exactly(o)),) for o in options)
        if days := draft.get("days"):
            which = [date.fromisoformat(day) for day in days]
            return tuple((Button(shown(Day(day)), choice=f"d{day}"),) for day in which)
        if day := draft.get("day"):
            return self._times(date.fromisoformat(day), now)
        today = now.astimezone(ZONE).date()
        month = date.fromisoformat(draft.get("month", today.isoformat()[:7]) + "-01")
        return _month_page(max(month, today.replace(day=1)), today)

    def _label(self, iso: str) -> Text:
        instant = datetime.fromisoformat(iso)
        return shown(Moment(instant) if self.with_time else Day(instant.date()))

    def _times(self, day: date, now: datetime) -> tuple[tuple[Button, ...], ...]:
        slots = [time(h, m) for h in range(8, 18) for m in (0, 30)]
        to_come = [s for s in slots if datetime.combine(day, s, ZONE) > now]
        buttons = [Button(verbatim(f"{s:%H.%M}"), choice=f"o{day}T{s:%H:%M}") for s in to_come]
        page = (Button(_("Annen dag"), choice=f"m{day:%Y-%m}"),)
        return (*_in_rows(buttons, 4), page)

    def body(self, draft: Mapping[str, Any]) -> Text:
        body = super().body(draft)
        if day := draft.get("day"):
            return join([body, shown(Day(date.fromisoformat(day)))])
        return body


def _in_zone(wall: datetime) -> datetime:
    return wall.replace(tzinfo=ZONE) if wall.tzinfo is None else wall


def _exactly(iso: str) -> str:
    """What an option's button carries: the wall clock itself, so an old button means what it says."""
    return f"o{datetime.fromisoformat(iso):%Y-%m-%dT%H:%M%z}"


def _month_page(month: date, today: date) -> tuple[tuple[Button, ...], ...]:
    """A month as rows of seven; days that have passed are blank."""
    after = (month + timedelta(days=32)).replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    blank = Button(verbatim("·"), choice=f"m{month:%Y-%m}")
    days: list[Button] = [blank] * month.weekday()
    day = month
    while day < after:
        days.append(Button(verbatim(str(day.day)), choice=f"d{day}") if day >= today else blank)
        day += timedelta(days=1)
    days += [blank] * (-len(days) % 7)
    back = Button(verbatim("‹"), choice=f"m{before:%Y-%m}") if month > today else blank
    title = (
        back,
        Button(_("{month} {year}", month=month_name(month.month), year=month.year),
               choice=f"m{month:%Y-%m}"),
        Button(verbatim("›"), choice=f"m{after:%Y-%m}"),
    )  # fmt: skip
    letters = tuple(Button(letter, choice=f"m{month:%Y-%m}") for letter in weekday_letters())
    return (title, letters, *_in_rows(days, 7))


def _in_rows(buttons: list[Button], columns: int) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(buttons[i : i + columns]) for i in range(0, len(buttons), columns))


def choosing(
    name: str, text: Text, options: Mapping[Any, Text], columns: int, ask_single: bool = False
) -> Choice:
    return Choice(name, text, tuple(options.items()), columns, ask_single)


def several_of(name: str, text: Text, options: Mapping[Any, Text], at_least: int) -> Several:
    return Several(name, text, tuple(options.items()), 1, at_least)


def worded(name: str, text: Text, optional: bool) -> Words:
    return Words(name, text, optional)


def when_at(name: str, text: Text, *, with_time: bool) -> When:
    return When(name, text, with_time)
