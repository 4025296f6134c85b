"""The help lines as the municipality answers for them: when each was checked, and checking it again.

What the numbers are, and that they are shown whatever else is down, is in `help_now`.
"""

from __future__ import annotations

from handlers import help_now
from handlers.request_words import WAITS, push
from handlers.turns import Button, Message, Reading, Turn
from locales import Day, Text, _, join, pgettext, verbatim
from models import access, help_lines
from models.help_lines import Checked
from models.terms import Action, HowChecked

HOW: dict[HowChecked, Text] = {
    HowChecked.CALLED: _("Jeg har ringt"),
    HowChecked.PAGE: _("Jeg har sett den offisielle siden"),
}
_HOW = tuple(HowChecked)
_ABOUT = {each.number: each for each in (*help_now.LINES, help_now.FOR_ADULTS)}
DOOR = Button(_("Hjelpetelefonene"), action="help.lines")
TO_LIST = Button(_("Til hjelpetelefonene"), action="help.lines")


def open_list(turn: Turn, typed: str) -> None:
    _may(turn)
    turn.say("help.lines")


def show_list(turn: Turn, subject: int, version: int) -> None:
    _may(turn)
    turn.show("help.lines")


def _may(turn: Turn) -> None:
    access.authorise_at_work(turn.session, actor=turn.me, action=Action.VERIFY_HELP)


def list_card(reading: Reading) -> Message:
    found = help_lines.listed(reading.session, actor=reading.reader, now=reading.now)
    rows = tuple((Button(_label(each), action="help.line", subject=each.id),) for each in found)
    due = any(each.due for each in found)
    lines = [
        _("Telefonnumrene bak «Hjelp nå», og når de sist ble sjekket."),
        _("Et nummer som går ut, blir ikke vist før noen har sjekket det. 113, 112 og 116 117 "
          "blir alltid vist."),
        _("Sjekk dem som er merket med ⚠.") if due else _("Ingen trenger å sjekkes nå."),
    ]  # fmt: skip
    return Message(join(lines, "\n\n"), buttons=rows)


def _label(each: Checked) -> Text:
    number = verbatim(each.number)
    day = Day(each.expires_on, year=True)
    if each.due:
        return _("⚠ {number}: til {day}", number=number, day=day)
    return _("{number}: til {day}", number=number, day=day)


def show_line(turn: Turn, subject: int, version: int) -> None:
    help_lines.one(turn.session, actor=turn.me, line_id=subject, now=turn.now)
    turn.show("help.line", subject)


def line_card(reading: Reading) -> Message:
    found = help_lines.one(
        reading.session, actor=reading.reader, line_id=reading.subject, now=reading.now
    )
    about = _ABOUT.get(found.number)
    number = verbatim(found.number)
    told = _("Sjekket {day}.", day=Day(found.verified_on, year=True))
    if found.by:
        told = _("Sjekket {day} av {name}.", day=Day(found.verified_on, year=True), name=found.by)
    until = Day(found.expires_on, year=True)
    if about is not None and about.always:
        holds = _("Blir alltid vist. Sjekk det igjen innen {day}.", day=until)
    elif found.lapsed:
        holds = _("Gikk ut {day} og blir ikke vist nå.", day=until)
    else:
        holds = _("Blir vist til og med {day}.", day=until)
    lines = [
        join([number, about.what], " – ") if about is not None else number,
        join([told, holds]),
        _("Ring nummeret, eller se på tjenestens egen side. Stemmer det ikke, så si fra til "
          "driften: numrene kan bare endres der."),
    ]  # fmt: skip
    rows = tuple(
        (Button(label, action="help.checked", subject=found.id, version=_HOW.index(how)),)
        for how, label in HOW.items()
    )
    return Message(join(lines, "\n\n"), buttons=(*rows, (TO_LIST,)))


def checked(turn: Turn, subject: int, version: int) -> None:
    help_lines.verify(
        turn.session, actor=turn.me, line_id=subject, how=_HOW[version % len(_HOW)], now=turn.now
    )
    turn.toast("help.checked")
    turn.show("help.lines")


def _still_due(reading: Reading) -> bool:
    may = help_lines.may_verify(reading.session, reading.reader)
    return may and help_lines.any_due(reading.session, reading.now)


COMMANDS = {"hjelpetelefoner": open_list}
BUTTONS = {"help.lines": show_list, "help.line": show_line, "help.checked": checked}
NOTICES = {
    "help.lines": list_card,
    "help.line": line_card,
    help_lines.REVERIFY: push(WAITS, "help.lines", _still_due),
}
TOASTS: dict[str, Text] = {"help.checked": pgettext("toast", "Notert med dagens dato.")}
