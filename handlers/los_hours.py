"""The los's own drop-in times and absence, as the youths who wait see them [L2]."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from handlers.dialogue import Asking, Flow, ask_day, ask_words, choose, confirm
from handlers.request_words import WEEKDAYS, hour_line
from handlers.setting import TIME, ask_setting
from handlers.turns import Button, Message, Reading, Turn
from locales import Clock, Day, Text, _, join, pgettext
from models import access, los_hours
from models.terms import Action

EARLIEST, LATEST = 7, 22


def show(turn: Turn, subject: int, version: int) -> None:
    _may(turn)
    turn.show("hours.mine")


def _may(turn: Turn) -> None:
    access.authorise_at_work(turn.session, actor=turn.me, action=Action.PUBLISH_HOURS)


def card(reading: Reading) -> Message:
    found = los_hours.own(reading.session, actor=reading.reader, now=reading.now)
    lines = [_("Her kan unge møte deg uten avtale. De ser tidene mens de venter.")]
    if found.times:
        lines.append(join([hour_line(each) for each in found.times]))
    else:
        lines.append(_("Du har ikke lagt inn noen tider."))
    rows = [
        (Button(_("Ta bort: {time}", time=hour_line(each)), action="hours.remove",
                subject=each.id),)
        for each in found.times
    ]  # fmt: skip
    rows.append((Button(_("Legg til en tid"), action="flow:tid.ny"),))
    if found.away:
        first, last = (Day(each, year=True) for each in found.away)
        lines.append(_("Du er borte fra {first} til og med {last}. Da vises ikke tidene dine.",
                       first=first, last=last))  # fmt: skip
        rows.append((Button(_("Jeg er tilbake"), action="hours.back"),))
    else:
        rows.append((Button(_("Jeg skal være borte"), action="flow:tid.borte"),))
    lines.append(_("Ingen blir lovet svar. Dette er bare når og hvor du er."))
    rows.append((Button(_("Til bordet mitt"), action="desk.mine"),))
    return Message(join(lines, "\n\n"), buttons=tuple(rows))


def remove(turn: Turn, subject: int, version: int) -> None:
    los_hours.remove(turn.session, actor=turn.me, hours_id=subject, now=turn.now)
    turn.toast("hours.saved")
    turn.show("hours.mine")


def back(turn: Turn, subject: int, version: int) -> None:
    los_hours.be_away(turn.session, actor=turn.me, first=None, last=None, now=turn.now)
    turn.toast("hours.saved")
    turn.show("hours.mine")


# --- a new time ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wish:
    weekday: int
    from_time: time
    to_time: time
    place: str


def about(turn: Turn, subject: int | None) -> None:
    _may(turn)


def adding(plain: None) -> Asking[Wish | None]:
    days = dict(enumerate(WEEKDAYS))
    weekday = yield from choose("weekday", _("Hvilken dag?"), days, columns=2)
    start = yield from ask_setting("from", _("Fra når?"), TIME, EARLIEST, LATEST - 1)
    end = yield from ask_setting("to", _("Til når?"), TIME, start.hour + 1, LATEST)
    place = yield from ask_words("place", _("Hvor er du da? Alle kan se det."))
    lines = [
        _("{weekday} fra {start} til {end}: {place}", weekday=WEEKDAYS[weekday],
          start=Clock(start), end=Clock(end), place=place or ""),
        _("Alle kan se det, hver uke, til du tar det bort."),
    ]  # fmt: skip
    sure = yield from confirm(join(lines, "\n\n"), yes=_("Ja, legg ut"))
    return Wish(weekday, start, end, place or "") if sure else None


def added(turn: Turn, wish: Wish) -> None:
    los_hours.publish(
        turn.session, actor=turn.me, weekday=wish.weekday, from_time=wish.from_time,
        to_time=wish.to_time, place=wish.place, now=turn.now,
    )  # fmt: skip
    turn.say("hours.mine")


# --- being away ----------------------------------------------------------------------------------


def leaving(plain: None) -> Asking[tuple[date, date] | None]:
    first = (yield from ask_day("begins", _("Fra hvilken dag?"))).date()
    last = (yield from ask_day("until", _("Til og med hvilken dag?"))).date()
    lines = [
        _("Er du borte fra {first} til og med {last}?", first=Day(first, year=True),
          last=Day(last, year=True)),
        _("Da vises ikke tidene dine. Vikaren din, eller den som leder, får vite når noe venter på "
          "deg, ikke hva."),
    ]  # fmt: skip
    sure = yield from confirm(join(lines, "\n\n"), yes=_("Ja, jeg er borte"))
    return (first, last) if sure else None


def left(turn: Turn, days: tuple[date, date]) -> None:
    los_hours.be_away(turn.session, actor=turn.me, first=days[0], last=days[1], now=turn.now)
    turn.say("hours.mine")


FLOWS: tuple[Flow[Any], ...] = (
    Flow("tid.ny", pgettext("flow", "Legg til en tid"), about, adding, added),
    Flow("tid.borte", pgettext("flow", "Jeg skal være borte"), about, leaving, left),
)
BUTTONS = {"hours.mine": show, "hours.remove": remove, "hours.back": back}
NOTICES = {"hours.mine": card}
TOASTS: dict[str, Text] = {"hours.saved": pgettext("toast", "Lagret.")}
