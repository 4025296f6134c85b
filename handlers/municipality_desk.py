"""The municipality's own work: the administrator's front door. Nothing of any case is behind it."""

from __future__ import annotations

import zlib

from handlers.turns import Button, Message, Reading, Turn
from locales import Text, _, join, pgettext
from models import people
from models.base import require
from models.terms import Role, Why

DOORS: tuple[tuple[Text, str], ...] = (
    (_("Enheter og ansatte"), "adm.units"),
    (_("Faste møter"), "standing.list"),
    (_("Regler"), "adm.rules"),
    (_("Tekster"), "adm.texts"),
    (_("Tjenestekatalogen"), "services.kept"),
    (_("Hjelpetelefonene"), "help.lines"),
    (_("Kvitteringer fra arkivet"), "adm.archive"),
    (_("Gjesteliste og øvelse"), "adm.guests"),
    (_("Kanaler"), "adm.channels"),
)


def open_desk(turn: Turn, typed: str) -> None:
    _authorise(turn)
    turn.say("adm.menu")


def show_desk(turn: Turn, subject: int, version: int) -> None:
    _authorise(turn)
    turn.show("adm.menu")


def _authorise(turn: Turn) -> None:
    require(Role.ADMINISTRATOR in people.staff_roles(turn.session, turn.me), Why.ABSENT)


def desk_card(reading: Reading) -> Message | None:
    if Role.ADMINISTRATOR not in people.staff_roles(reading.session, reading.reader):
        return None
    lines = [
        _("Her styrer du det som er kommunens eget."),
        _("Som administrator ser du ingen saker, ønsker eller ungdommer. Alt du gjør, blir ført."),
    ]
    rows = tuple((Button(label, action=action),) for label, action in DOORS)
    return Message(join(lines, "\n\n"), buttons=rows)


def number_of(name: str) -> int:
    """What a button carries for something that has a name and no number: the same in every version."""
    return zlib.crc32(name.encode())


BACK = Button(pgettext("button", "Til kommunen"), action="adm.menu")
COMMANDS = {"kommune": open_desk}
BUTTONS = {"adm.menu": show_desk}
NOTICES = {"adm.menu": desk_card}
