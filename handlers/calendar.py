"""Asking when: a calendar to page in, times to press, or words to type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from handlers.questions import Answer, Heard, Question, Redraw, in_rows
from handlers.turns import Button
from locales import Text, _, join, pgettext, shown, verbatim
from locales.dates import (
    Ambiguous,
    Day,
    Invalid,
    Moment,
    NoTime,
    Ok,
    WhichDay,
    WrongWeekday,
    month_name,
    read_day,
    read_when,
    weekday_letters,
)

ZONE = ZoneInfo("Europe/Oslo")


@dataclass(frozen=True)
class When(Question):
    """A calendar to page in, times to press, or words to type.

    The draft holds the page (`month`), the chosen `day`, or the `options` (or `days`) a phrase
    may mean, and the day that was `named` with another's weekday.
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
            case WrongWeekday(named, options):
                kind = "options" if isinstance(options[0], datetime) else "days"
                which = self._iso if kind == "options" else date.isoformat
                draft: dict[str, Any] = {kind: [which(option) for option in options]}
                if len(named) > 1:
                    return Redraw({**draft, "hint": "ambiguous"})
                return Redraw({**draft, "named": named[0].isoformat()})
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
        buttons = [Button(_hour(s), choice=f"o{day}T{s:%H:%M}") for s in to_come]
        page = (Button(_("Annen dag"), choice=f"m{day:%Y-%m}"),)
        return (*in_rows(buttons, 4), page)

    def body(self, draft: Mapping[str, Any]) -> Text:
        body = super().body(draft)
        if named := draft.get("named"):
            told = _("Ukedagen stemmer ikke. Dagen du skrev, er {day}. Hvilken dag mente du?",
                     day=Day(date.fromisoformat(named), year=True))  # fmt: skip
            return join([told, body], "\n\n")
        if day := draft.get("day"):
            return join([body, shown(Day(date.fromisoformat(day)))])
        return body


def _hour(slot: time) -> Text:
    return pgettext("time on a button", "{hour}.{minute}", hour=f"{slot:%H}", minute=f"{slot:%M}")


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
    weeks = [week for week in in_rows(days, 7) if any(b is not blank for b in week)]
    return (title, letters, *weeks)


def when_at(name: str, text: Text, *, with_time: bool) -> When:
    return When(name, text, with_time)
