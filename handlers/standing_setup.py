"""Setting up standing meetings: one club and one school, or all that lack one at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from handlers import standing_words as words
from handlers.dialogue import Asking, Flow, ask_day, ask_when, choose, confirm, several
from handlers.turns import Turn
from locales import Clock, Day, Text, _, join, pgettext, plural, shown, verbatim
from models import recurring, standing_running, standing_views
from models.recurring import Slots
from models.standing_running import Setup, school_year_end
from models.standing_views import AllForm, SetupForm
from models.terms import IfOff, MeetingPlace, UnitKind

LENGTHS = (30, 45, 60, 90)
TIMES = (time(9), time(12), time(13), time(14), time(15))
MOST_SHOWN = 5


# --- one -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class One:
    unit_id: int
    other_id: int
    club: bool  # `unit_id` is the club
    chair_id: int
    setup: Setup

    @property
    def pair(self) -> tuple[int, int]:
        """The club and the school."""
        return (self.unit_id, self.other_id) if self.club else (self.other_id, self.unit_id)


def _about_one(turn: Turn, subject: int | None) -> SetupForm:
    return standing_views.setting_up(
        turn.session, actor=turn.me, unit_id=subject or 0, now=turn.now
    )


def _one(form: SetupForm) -> Asking[One | None]:
    text = _("Hvilken skole?") if form.club else _("Hvilken fritidsklubb?")
    other = yield from choose("other", text, _names(form.others))
    when = yield from ask_when("when", _("Når skal det første møtet være?"))
    every = yield from choose("often", _("Hvor ofte skal dere møtes?"), words.OFTEN)
    if_off = yield from choose("off", _("Hva hvis det er rød dag eller skoleferie?"), words.IF_OFF)
    minutes = yield from choose(
        "minutes", _("Hvor lenge varer det?"),
        {n: plural("{n} minutt", "{n} minutter", n) for n in LENGTHS}, columns=2,
    )  # fmt: skip
    place = yield from choose("place", _("Hvor skal dere møtes?"), words.PLACES)
    chair = yield from choose("chair", _("Hvem leder møtene?"), _names(form.chairs[other]))
    wall = when.astimezone(ZoneInfo(form.zone)).replace(tzinfo=None)
    until = school_year_end(wall.date())
    setup = Setup(wall.date(), wall.time(), every, until, if_off, minutes, place)
    told = _preview(form, other, chair, setup)
    if (yield from confirm(told, yes=_("Ja, sett opp"))):
        return One(form.unit_id, other, form.club, chair, setup)
    return None


def _names(found: Mapping[int, str]) -> dict[int, Text]:
    return {key: verbatim(name) for key, name in found.items()}


def _preview(form: SetupForm, other: int, chair: int, setup: Setup) -> Text:
    falls = (
        list(recurring.falls(setup.pattern, form.calendar)) if setup.first.weekday() < 5 else []
    )
    days = [fall.on for fall in falls if fall.on is not None]
    at = datetime.combine(setup.first, setup.at, ZoneInfo(form.zone))
    lines = [
        _("{unit} og {other}", unit=form.unit, other=form.others[other]),
        words.rhythm(setup.pattern, at, form.zone) if falls else _("Lørdag og søndag går ikke."),
        plural("Varer: {n} minutt", "Varer: {n} minutter", setup.minutes),
        _("Sted: {place}", place=words.PLACES[setup.place_kind]),
        _("Leder: {name}", name=form.chairs[other][chair]),
    ]
    if days:
        lines.append(
            plural("Det blir {n} møte til og med {day}.", "Det blir {n} møter til og med {day}.",
                   len(days), day=Day(setup.until, year=True))
        )  # fmt: skip
    off = [fall for fall in falls if fall.on != fall.named]
    asked = _("Skal jeg sette det opp? De andre får beskjed.")
    return join([join(lines), *words.off_told(off), asked], "\n\n")


def _set_up(turn: Turn, wish: One) -> None:
    club_id, school_id = wish.pair
    made = standing_running.set_up(
        turn.session, actor=turn.me, club_id=club_id, school_id=school_id, setup=wish.setup,
        chair_id=wish.chair_id, now=turn.now,
    )  # fmt: skip
    turn.say("standing.series", made.id)


# --- all that lack one ---------------------------------------------------------------------------


@dataclass(frozen=True)
class All:
    slots: Slots
    chair: UnitKind
    setup: Setup


def _about_all(turn: Turn, subject: int | None) -> AllForm:
    return standing_views.setting_up_all(turn.session, actor=turn.me, now=turn.now)


def _all(form: AllForm) -> Asking[All | None]:
    first = yield from ask_day("first", _("Fra hvilken dag?"))
    every = yield from choose(
        "often", _("Hvor ofte skal hver klubb møte hver skole?"), words.OFTEN_FOR_ALL
    )
    weekdays = yield from several(
        "weekdays", _("Hvilke dager kan brukes?"), dict(enumerate(words.WEEKDAYS))
    )
    times = yield from several(
        "times", _("Hvilke klokkeslett kan brukes?"),
        {f"{at:%H:%M}": shown(Clock(at)) for at in TIMES},
    )  # fmt: skip
    if_off = yield from choose("off", _("Hva hvis det er rød dag eller skoleferie?"), words.IF_OFF)
    chair = yield from choose(
        "chair", _("Hvem leder møtene?"),
        {UnitKind.CLUB: _("En fra fritidsklubben"), UnitKind.SCHOOL: _("Rektor")},
    )  # fmt: skip
    day = first.astimezone(ZoneInfo(form.zone)).date()
    slots = Slots(day, weekdays, tuple(map(time.fromisoformat, times)), every)
    found = recurring.spread(dict(form.busy), slots, form.calendar)
    if not found:
        return None
    told = _preview_all(form, slots, found, if_off)
    if (yield from confirm(told, yes=_("Ja, sett opp alle"))):
        setup = Setup(
            day, slots.times[0], every, school_year_end(day), if_off, 60, MeetingPlace.SCHOOL
        )
        return All(slots, chair, setup)
    return None


def _preview_all(
    form: AllForm, slots: Slots, found: Mapping[int, tuple[date, time]], if_off: IfOff
) -> Text:
    lines = [
        _("• {club} og {school}: {day} {clock}", club=form.names[i][0], school=form.names[i][1],
          day=Day(found[i][0]), clock=Clock(found[i][1]))
        for i in list(found)[:MOST_SHOWN]
    ]  # fmt: skip
    if rest := len(found) - len(lines):
        lines.append(plural("• og {n} til", "• og {n} til", rest))
    parts = [
        plural("{n} fast møte blir satt opp:", "{n} faste møter blir satt opp:", len(found)),
        join(lines),
        _("Ingen får to på samme tid. Hvert møte varer 60 minutter og er på skolen. Dere kan endre "
          "hvert av dem etterpå."),
    ]  # fmt: skip
    if missing := len(form.busy) - len(found):
        parts.append(
            plural("{n} par får ikke plass. Velg flere dager eller klokkeslett, eller sjeldnere.",
                   "{n} par får ikke plass. Velg flere dager eller klokkeslett, eller sjeldnere.",
                   missing)
        )  # fmt: skip
    parts.append(_("Rød dag eller skoleferie: {rule}.", rule=words.IF_OFF[if_off]))
    parts.append(_("Skal jeg sette dem opp? De som skal være med, får beskjed."))
    return join(parts, "\n\n")


def _set_up_all(turn: Turn, wish: All) -> None:
    made = standing_running.set_up_all(
        turn.session, actor=turn.me, slots=wish.slots, chair=wish.chair, setup=wish.setup,
        now=turn.now,
    )  # fmt: skip
    turn.say("standing.list", made=made)


FLOWS: tuple[Flow[Any], ...] = (
    Flow("fast.ny", pgettext("flow", "Sett opp et fast møte"), _about_one, _one, _set_up),
    Flow(
        "fast.alle", pgettext("flow", "Sett opp alle faste møter"), _about_all, _all, _set_up_all
    ),
)
