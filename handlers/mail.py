"""Choosing notices by e-mail: an address, the code that was sent to it, meetings too, and off again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from handlers import conversing, mail_words
from handlers.dialogue import Asking, Flow, confirm
from handlers.questions import Answer, Heard, Redraw, Words
from handlers.turns import Button, Message, Reading, Turn
from locales import Text, _, join, verbatim
from models import mail, mail_addresses
from models.base import require
from models.mail import Came
from models.terms import Why

CARD = "mail.card"


def show_card(turn: Turn, subject: int, version: int) -> None:
    require(mail.may_have(turn.session, turn.me, turn.now), Why.NOT_IN_STATE)
    turn.show(CARD)


def card(reading: Reading) -> Message:
    """What is chosen. The address as far as its owner needs it: others may see the screen."""
    chosen = mail.chosen(reading.session, reading.reader, reading.now)
    parts = [_("Beskjed på e-post"), *_state(chosen)]
    when = (
        _("Er det noe nytt her som du ikke har sett, får du en e-post om det.")
        if reading.contact.channel == "web"
        else _("Får jeg ikke skrevet til deg her, får du en e-post når det er noe nytt.")
    )
    limits = _(
        "Den sier bare at du har en beskjed fra kommunen, aldri hva den handler om. Andre som "
        "leser e-posten din, ser at du har fått den."
    )
    parts.append(join([when, limits], " "))
    return Message(join(parts, "\n\n"), buttons=_ways(chosen))


def _state(chosen: mail.Chosen) -> list[Text]:
    told = []
    if chosen.bounced:
        told.append(
            _("E-post til {address} kommer ikke fram.", address=verbatim(chosen.now or ""))
        )
    elif chosen.now:
        told.append(_("På: {address}", address=verbatim(chosen.now)))
    if chosen.failed:
        told.append(
            _("Koden kom ikke fram til {address}.", address=verbatim(chosen.waiting or ""))
        )
    elif chosen.waiting:
        told.append(
            _(
                "Jeg har sendt en kode til {address}. Den gjelder i én time.",
                address=verbatim(chosen.waiting),
            )
        )
    if chosen.meetings:
        told.append(_("Avtaler kommer også på e-post, med en kalenderfil som bare sier når."))
    return told or [_("Av.")]


def _ways(chosen: mail.Chosen) -> tuple[tuple[Button, ...], ...]:
    rows = []
    if chosen.waiting and not chosen.failed:
        rows.append((Button(_("Skriv koden"), action="flow:epost.kode"),))
    label = _("Bytt adresse") if chosen.now or chosen.waiting else _("Skriv inn e-postadressen")
    rows.append((Button(label, action="flow:epost"),))
    if chosen.now and chosen.meetings is not None:
        label = _("Ikke avtaler på e-post") if chosen.meetings else _("Avtaler på e-post også")
        rows.append((Button(label, action="mail.meetings", subject=0 if chosen.meetings else 1),))
    if chosen.now or chosen.waiting:
        rows.append((Button(_("Slå av e-post"), action="mail.off"),))
    rows.append((Button(_("‹ Tilbake"), action="mail.back"),))
    return tuple(rows)


def turn_off(turn: Turn, subject: int, version: int) -> None:
    mail.remove(turn.session, actor=turn.me, now=turn.now)
    turn.toast("settings.saved")
    turn.show(CARD)


def want_meetings(turn: Turn, subject: int, version: int) -> None:
    mail.want_meetings(turn.session, actor=turn.me, wanted=bool(subject), now=turn.now)
    turn.toast("settings.saved")
    turn.show(CARD)


def back(turn: Turn, subject: int, version: int) -> None:
    turn.show("settings")


def in_settings(reading: Reading) -> tuple[tuple[Button, ...], ...]:
    """The way in, for whom the municipality lets."""
    if not mail.may_have(reading.session, reading.reader, reading.now):
        return ()
    return ((Button(_("Beskjed på e-post"), action="mail.card"),),)


@dataclass(frozen=True)
class MailWords(Words):
    """An address, or it is asked again."""

    def read(self, words: str, now: datetime, language: str) -> Heard:
        given = mail_addresses.normalised(words)
        return Answer(given) if given else Redraw({"hint": "no_address"})


def _prepare(turn: Turn, subject: int | None) -> None:
    require(mail.may_have(turn.session, turn.me, turn.now), Why.NOT_IN_STATE)


def _talk_address(plain: None) -> Asking[str | None]:
    answer: str | None = yield MailWords(
        "address", _("Skriv e-postadressen din. Jeg sender en kode dit, og tar bort det du skrev.")
    )
    shown = verbatim(mail_addresses.masked(answer or ""))
    sure = yield from confirm(
        _("Skal jeg sende en kode til {address}?", address=shown), yes=_("Ja, send")
    )
    return answer if sure else None


def _ask(turn: Turn, address: str) -> None:
    mail.ask(turn.session, actor=turn.me, address=address, now=turn.now)
    turn.say(CARD)


@dataclass(frozen=True)
class Code:
    """What was typed: itself the confirmation of what was asked before."""

    typed: str
    changes_nothing: ClassVar[bool] = True


def _talk_code(plain: None) -> Asking[Code | None]:
    answer: str | None = yield Words("code", _("Skriv koden som står i e-posten."))
    return Code(answer or "")


def _confirm(turn: Turn, code: Code) -> None:
    """One answer for every code that opens nothing, whatever the reason."""
    digits = "".join(each for each in code.typed if each.isdecimal())
    came = mail.confirm(turn.session, actor=turn.me, code=digits, now=turn.now)
    turn.say("mail.on" if came is Came.RIGHT else "mail.wrong", over=came is Came.OVER)
    if came is Came.WRONG:
        conversing.begin(turn, CODE_FLOW, None)


def on(reading: Reading) -> Message:
    return Message(_("Da er e-post på. Du kan slå det av under Innstillinger."))


def wrong(reading: Reading) -> Message:
    if reading.params.get("over"):
        return Message(
            _("Den koden virker ikke lenger. Be om en ny."),
            buttons=((Button(_("Beskjed på e-post"), action="mail.card"),),),
        )
    return Message(_("Det var ikke riktig kode. Se i e-posten, og prøv igjen."))


def bounced(reading: Reading) -> Message | None:
    row = mail_addresses.get(reading.session, reading.subject)
    if row is None or row.bounced_at is None:
        return None
    return Message(
        _("E-post til deg kommer ikke fram. Se over adressen."),
        buttons=((Button(_("Beskjed på e-post"), action="mail.card"),),),
    )


CODE_FLOW = Flow("epost.kode", _("Bekreft e-postadressen"), _prepare, _talk_code, _confirm)
FLOWS = (Flow("epost", _("Få beskjed på e-post"), _prepare, _talk_address, _ask), CODE_FLOW)
BUTTONS = {
    "mail.meetings": want_meetings,
    "mail.card": show_card,
    "mail.off": turn_off,
    "mail.back": back,
}
NOTICES = {
    CARD: card,
    "mail.on": on,
    "mail.wrong": wrong,
    "mail.bounced": bounced,
    **mail_words.NOTICES,
}
