"""/sjekk: a receipt that was given can be checked later, by whom it was given to."""

from __future__ import annotations

from handlers.turns import Message, Reading, Turn
from locales import Day, Moment, Text, _, join, list_of, verbatim
from models import receipt_checks
from models.receipt_checks import Checked
from models.terms import ConsentAct, ConsentState, Why

LENGTH = 6
_ALIKE = str.maketrans("OIL", "011", " -–.")
"""What is written for another, in letters that no number has."""


def check(turn: Turn, typed: str) -> None:
    """What is not a number of one's own sounds as if there were none."""
    number = typed.upper().translate(_ALIKE)
    if not number:
        turn.say("check.how")
    elif receipt_checks.try_number(turn.session, actor=turn.me, number=number, now=turn.now):
        turn.say("check.receipt", number=number)
    else:
        turn.say("why", why=Why.ABSENT.value)


def how(reading: Reading) -> Message:
    return Message(
        _("Skriv /sjekk og nummeret på kvitteringen, slik: /sjekk {number}", number="4F7Q2B")
    )


def receipt(reading: Reading) -> Message:
    found = receipt_checks.checked(
        reading.session, actor=reading.reader, number=str(reading.params["number"]),
        now=reading.now,
    )  # fmt: skip
    number = found.receipt.number
    if not found.unchanged:
        return Message(
            _(
                "Kvittering {number}: Jeg kan ikke bekrefte at den er uendret. Ta kontakt med "
                "skolen, og ta vare på meldingen du fikk.",
                number=number,
            )
        )
    genuine = _("Kvittering {number} er ekte og uendret.", number=number)
    return Message(join([genuine, *_told(found)]), plain=Message(genuine))


def _told(found: Checked) -> list[Text]:
    """What it says, and how that stands now."""
    given = found.receipt
    services = list_of(verbatim(name) for name in given.services)
    if given.everything and not given.services:
        services = _("alle som er med")
    when = Moment(given.at)
    match given.act:
        case ConsentAct.GIVEN if given.ended and not given.fresh:
            said = _("Du sa ja til mindre enn før {moment}.", moment=when)
        case ConsentAct.GIVEN:
            said = _(
                "Du sa ja til deling med {services} {moment}.", services=services, moment=when
            )
        case ConsentAct.REFUSED:
            said = _("Du sa nei til deling med {services} {moment}.", services=services,
                     moment=when)  # fmt: skip
        case ConsentAct.WITHDRAWN:
            said = _("Du stoppet delingen med {services} {moment}.", services=services,
                     moment=when)  # fmt: skip
        case _other:
            return [_("Du ville snakke med noen først. Det sa du {moment}.", moment=when)]
    return [said, _stands(found)]


_ANSWERS: dict[ConsentAct, ConsentState] = {
    ConsentAct.REFUSED: ConsentState.REFUSED,
    ConsentAct.WITHDRAWN: ConsentState.WITHDRAWN,
}


def _stands(found: Checked) -> Text:
    given = found.receipt
    if given.struck_out:
        return _("Det er strøket, fordi det ble skrevet ned ved en feil. Det gjelder ikke.")
    if found.closed:
        return _("Samarbeidet er avsluttet, og ingenting deles.")
    if given.act in _ANSWERS:
        if found.state is _ANSWERS[given.act]:
            return _("Det gjelder fortsatt.")
        return _("Du har svart noe annet siden.")
    if found.state is ConsentState.EXPIRED and given.until is not None:
        return _("Det gjaldt til og med {day}.", day=Day(given.until, year=True))
    if found.state is not ConsentState.GIVEN:
        return _("Du har svart noe annet siden.")
    if given.in_force and given.until is not None:
        return _("Det gjelder nå, til og med {day}.", day=Day(given.until, year=True))
    return _("Det gjelder ikke nå: noen andre som må si ja, har ikke gjort det.")


COMMANDS = {"sjekk": check}
NOTICES = {"check.how": how, "check.receipt": receipt}
