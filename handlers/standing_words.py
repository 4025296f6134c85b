"""Words of standing meetings: how often, where, and whether words look like they name somebody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from locales import Clock, Day, Text, _, join, pgettext, plural, verbatim
from models.recurring import LAST, Falls, Pattern
from models.terms import IfOff, MeetingPlace

WEEKDAYS: tuple[Text, ...] = (
    pgettext("weekday", "mandag"),
    pgettext("weekday", "tirsdag"),
    pgettext("weekday", "onsdag"),
    pgettext("weekday", "torsdag"),
    pgettext("weekday", "fredag"),
)
OFTEN: dict[int, Text] = {
    1: _("Hver uke"),
    2: _("Annenhver uke"),
    4: _("Hver fjerde uke"),
    0: _("Én gang i måneden, samme ukedag"),
}
OFTEN_FOR_ALL: dict[int, Text] = {
    4: _("Hver fjerde uke"),
    8: _("Hver åttende uke"),
    12: _("Hver tolvte uke"),
}
IF_OFF: dict[IfOff, Text] = {
    IfOff.NEXT: _("Flytt til neste skoledag"),
    IfOff.SKIP: _("La det gå ut"),
}
PLACES: dict[MeetingPlace, Text] = {
    MeetingPlace.SCHOOL: _("På skolen"),
    MeetingPlace.CLUB: _("På fritidsklubben"),
    MeetingPlace.DIGITAL: _("Digitalt"),
}
_NTH: dict[int, Text] = {
    1: pgettext("of the month", "Første"),
    2: pgettext("of the month", "Andre"),
    3: pgettext("of the month", "Tredje"),
    4: pgettext("of the month", "Fjerde"),
    LAST: pgettext("of the month", "Siste"),
}
MOST_TOLD = 6
"""So many of the days that a holiday moves are listed one by one."""


def rhythm(pattern: Pattern, at: datetime, zone: str) -> Text:
    """'Annenhver torsdag kl. 14.15'."""
    weekday = WEEKDAYS[pattern.first.weekday()]
    clock = Clock(at.astimezone(ZoneInfo(zone)).time())
    if not pattern.every_weeks:
        return _("{nth} {weekday} i måneden {clock}",
                 nth=_NTH[pattern.nth], weekday=weekday, clock=clock)  # fmt: skip
    if pattern.every_weeks == 1:
        return _("Hver {weekday} {clock}", weekday=weekday, clock=clock)
    if pattern.every_weeks == 2:
        return _("Annenhver {weekday} {clock}", weekday=weekday, clock=clock)
    return _("Hver {n}. uke, {weekday} {clock}",
             weekday=weekday, n=pattern.every_weeks, clock=clock)  # fmt: skip


def off_lines(off: Iterable[Falls]) -> list[Text]:
    """What red days and holidays do to the rule, a line each, the first few."""
    every = list(off)
    lines = [
        _("• {day}: flyttes til {to}", day=Day(fall.named), to=Day(fall.on))
        if fall.on is not None
        else _("• {day}: går ut", day=Day(fall.named))
        for fall in every[:MOST_TOLD]
    ]
    if rest := len(every) - len(lines):
        lines.append(plural("• og {n} til", "• og {n} til", rest))
    return lines


def off_told(off: Iterable[Falls]) -> list[Text]:
    """As a paragraph, or none when nothing is moved."""
    lines = off_lines(off)
    return [join([_("Røde dager og skoleferie:"), *lines])] if lines else []


# --- does it name somebody -----------------------------------------------------------------------

_WORD = re.compile(r"[^\W\d_][\w.'’-]*")
_NUMBERS = re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{6}\b|\b\d{11}\b")
_INITIALS = re.compile(r"(?:^|\s)(?:[A-ZÆØÅ]\.\s?){1,3}(?=\s|$|,)")


def may_name(words: str) -> Text | None:
    """What in some words looks like a name, initials or a date of birth; None when nothing does.

    A reminder to whoever writes, no lock: a sentence can point at somebody without any name.
    """
    for pattern in (_NUMBERS, _INITIALS):
        if found := pattern.search(words):
            return verbatim(found.group().strip())
    begins = True
    for word in _WORD.finditer(words):
        said = word.group()
        if not begins and said[:1].isupper() and not said.isupper():
            return verbatim(said.rstrip("."))
        rest = words[word.end() :].lstrip()
        begins = said.endswith(".") or rest[:1] in ".!?:"
    return None


NO_NAMES = _("Skriv uten navn og uten noe som viser hvem det gjelder.")


def sure_without_names(words: str) -> Text:
    """What is asked before words go on an agenda or into minutes that others read."""
    parts = [_("«{words}»", words=verbatim(words))]
    if (found := may_name(words)) is not None:
        parts.append(
            _("Dette kan være noe som viser hvem det gjelder: «{found}». Er det det, så avbryt og "
              "skriv det på nytt.", found=found)
        )  # fmt: skip
    parts.append(_("Er det uten navn, og uten noe som kan vise hvem det gjelder?"))
    return join(parts, "\n\n")
