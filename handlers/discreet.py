"""A phone that others hold or look at: hiding everything, pausing, holding back, logging out; and
details that close again by themselves.
"""

from __future__ import annotations

import dataclasses

from handlers import conversing, help_now
from handlers.turns import Button, Message, Reading, Rows, Turn
from locales import Moment, Text, _, join, pgettext, verbatim
from models import chat_code, contacts, discretion, ledger
from models.base import refuse
from models.terms import Why

START = pgettext("menu", "Start")
CLOSED = _("Dette er skjult. Trykk Vis for å se det igjen.")
OVER = _("Dette er skjult.")
NEWS = _("Det er noe nytt til deg.")
NOT_HERE = _("Kommunen viser ikke dette i Telegram. Du kan få se det på skolen, eller på papir.")
STOPPED = "consent.keep"
"""Who has stopped everything is told so in its first words however late it is: nobody shall wonder."""
BLANK = "discreet.blank"
"""What is left standing: it tells nothing, and brings the keyboard, which goes with its message."""

# --- hiding --------------------------------------------------------------------------------------


def hide(turn: Turn, typed: str = "") -> None:
    """Everything goes, what they wrote and the command too, without a word or a sound."""
    if discretion.hide(
        turn.session, actor=turn.me, contact_id=turn.contact.id, now=turn.now, but=BLANK
    ):
        turn.say(BLANK)


def press_hide(turn: Turn, subject: int, version: int) -> None:
    hide(turn)


def blank(reading: Reading) -> Message:
    return Message(_("Hei. Trykk Start når du vil."), menu=((START, help_now.LABEL),), silent=True)


# --- details, and what stands in their place -----------------------------------------------------


def covered(reading: Reading) -> Message:
    """In place of details, some time after they were opened; an old question has no way back."""
    said = ledger.said_in(reading.session, reading.contact.id, reading.subject)
    if said is None or (said.kind == "question" and not conversing.still_asks(reading, said)):
        return Message(OVER)
    return Message(CLOSED, buttons=((_open(reading.subject),),))


def _open(row_id: int) -> Button:
    return Button(pgettext("button", "Vis"), action="discreet.open", subject=row_id)


def open_again(turn: Turn, subject: int, version: int) -> None:
    """Say once more, in place, what stood here. Whether it may be said is asked then."""
    said = ledger.said_in(turn.session, turn.contact.id, subject)
    if said is None or said.recipient_id != turn.me.id:
        refuse(Why.ABSENT)
    turn.show_again(said)


def late(message: Message, kind: str, row_id: int) -> Message:
    """In place of an answer that comes when the phone may lie where others see it."""
    plain = message.plain if kind == STOPPED else None
    return Message(plain.text if plain else NEWS, buttons=((_open(row_id),),))


def gone(reading: Reading) -> Message:
    """What was opened again is true no more, or not the reader's to know."""
    return Message(_("Dette er ikke åpent lenger."))


def withheld(reading: Reading, message: Message, row_id: int) -> Message:
    """What can be said where no fact of a case may stand."""
    if message.plain is not None:
        return message.plain
    if discretion.is_shut(reading.session, reading.contact.id, reading.now):
        return Message(
            _("Dette er skjult. Trykk Vis, og åpne med koden din."), buttons=((_open(row_id),),)
        )
    return Message(NOT_HERE)


def with_its_end(message: Message) -> Message:
    """A file cannot be covered: it goes, and says so."""
    text = _("Fila blir borte herfra om ti minutter. Lagre den først hvis du trenger den.")
    return dataclasses.replace(message, text=join([message.text, text], "\n\n"))


# --- settings ------------------------------------------------------------------------------------


def lines(reading: Reading) -> list[Text]:
    """What is chosen here and still holds, and how to clear one's own messages."""
    session, here, now = reading.session, reading.contact.id, reading.now
    told: list[Text] = []
    until = discretion.paused_until(session, here, now)
    if until is not None:
        told.append(_("Pause til {moment}.", moment=Moment(until)))
    row = discretion.of(session, here)
    if row is not None and row.holds:
        told.append(_("Meldinger venter til du skriver eller trykker her."))
    if chat_code.is_set(session, here):
        told.append(_("Denne chatten har kode."))
    told.append(
        _(
            "Skjul alt tar bort alt som er skrevet her de siste to døgnene, også det du har "
            "skrevet. Eldre meldinger fra meg blir til «…». Eldre meldinger fra deg sletter du i "
            "Telegram: hold på meldingen, eller slett hele chatten."
        )
        if reading.contact.channel == "telegram"
        else _(
            "Skjul alt tar bort alt som er skrevet her, også det du har skrevet. Meldinger fra meg "
            "som er eldre enn to døgn, blir til «…»."
        )
    )
    return told


ROWS: Rows = (
    (Button(_("Skjul alt nå"), action="discreet.hide"),),
    (Button(_("Pause, kode og utlogging"), action="discreet.card"),),
)
"""In the settings."""


def show_card(turn: Turn, subject: int, version: int) -> None:
    turn.show("discreet.card")


def show_settings(turn: Turn, subject: int, version: int) -> None:
    turn.show("settings")


def card(reading: Reading) -> Message:
    session, here, now = reading.session, reading.contact.id, reading.now
    row = discretion.of(session, here)
    holds = row is not None and row.holds
    paused = discretion.paused_until(session, here, now) is not None
    rows: list[tuple[Button, ...]] = [
        (Button(_("Avslutt pausen"), action="discreet.pause")
         if paused else Button(_("Ta en pause"), action="discreet.days"),),
        (Button(_("Slutt å holde meldinger tilbake"), action="discreet.hold")
         if holds else Button(_("Vent til jeg åpner chatten"), action="discreet.hold", subject=1),),
    ]  # fmt: skip
    if chat_code.is_set(session, here):
        rows.append(
            (
                Button(_("Bytt kode"), action="code.begin", subject=chat_code.CHANGE),
                Button(_("Fjern koden"), action="code.begin", subject=chat_code.REMOVE),
            )
        )
    else:
        rows.append((Button(_("Lag en kode"), action="code.begin", subject=chat_code.CHOOSE),))
    rows.append((Button(_("Logg ut her"), action="discreet.leave"),))
    rows.append((Button(_("‹ Tilbake"), action="discreet.back"),))
    return Message(join([_("Når andre kan se telefonen din:"), *_explained(reading)], "\n\n"),
                   buttons=tuple(rows))  # fmt: skip


def _explained(reading: Reading) -> list[Text]:
    return [
        *lines(reading)[:-1],
        _("Pause: jeg skriver ikke til deg, bortsett fra når et møte flyttes eller avlyses. "
          "Det som fortsatt gjelder, kommer etterpå."),
        _("Vent: jeg skriver ikke før du har skrevet eller trykket på noe her."),
        _("Kode: jeg spør om den når chatten har vært stille i ti minutter. Hjelp nå og /stopp "
          "virker alltid uten."),
        _("Ingen andre får vite hva du velger."),
    ]  # fmt: skip


def show_days(turn: Turn, subject: int, version: int) -> None:
    turn.show("discreet.days")


def days_card(reading: Reading) -> Message:
    days = range(1, discretion.LONGEST_PAUSE + 1)
    keys = [Button(verbatim(str(n)), action="discreet.pause", subject=n) for n in days]
    weeks = (tuple(keys[:7]), tuple(keys[7:]))
    back = (Button(_("‹ Tilbake"), action="discreet.card"),)
    return Message(_("Hvor mange dager vil du ha pause?"), buttons=(*weeks, back))


def pause(turn: Turn, subject: int, version: int) -> None:
    here = turn.contact.id
    discretion.pause(turn.session, actor=turn.me, contact_id=here, days=subject, now=turn.now)
    turn.toast("discreet.paused" if subject else "discreet.saved")
    turn.show("discreet.card")


def hold(turn: Turn, subject: int, version: int) -> None:
    here = turn.contact.id
    discretion.hold(
        turn.session, actor=turn.me, contact_id=here, holds=bool(subject), now=turn.now
    )
    turn.toast("discreet.saved")
    turn.show("discreet.card")


# --- logging out ---------------------------------------------------------------------------------


def ask_leave(turn: Turn, subject: int, version: int) -> None:
    turn.show("discreet.leave")


def leave_card(reading: Reading) -> Message:
    text = join(
        [
            _("Vil du logge ut på denne telefonen?"),
            _("Jeg skjuler alt jeg har skrevet her, og skriver ikke hit mer. Skolen må gi deg en "
              "ny lenke før du kan bruke chatten igjen."),
            _("Det du har sagt ja til, og avtalene dine, er som før."),
        ],
        "\n\n",
    )  # fmt: skip
    return Message(
        text,
        buttons=(
            (Button(_("Ja, logg ut"), action="discreet.left"),),
            (Button(_("Nei"), action="discreet.card"),),
        ),
    )


def leave(turn: Turn, subject: int, version: int) -> None:
    """Hidden first; from now on whoever writes here is a stranger."""
    here = turn.contact.id
    discretion.hide(turn.session, actor=turn.me, contact_id=here, now=turn.now, but="")
    contacts.give_up(turn.session, turn.me, turn.contact, actor=turn.me, now=turn.now)


COMMANDS = {"skjul": hide, "hide": hide}
BUTTONS = {
    "discreet.hide": press_hide,
    "discreet.open": open_again,
    "discreet.card": show_card,
    "discreet.back": show_settings,
    "discreet.days": show_days,
    "discreet.pause": pause,
    "discreet.hold": hold,
    "discreet.leave": ask_leave,
    "discreet.left": leave,
}
NOTICES = {
    BLANK: blank,
    ledger.COVERED: covered,
    "discreet.card": card,
    "discreet.days": days_card,
    "discreet.leave": leave_card,
}
TOASTS: dict[str, Text] = {
    "discreet.saved": pgettext("toast", "Lagret."),
    "discreet.paused": _("Pause. Bare møter som flyttes eller avlyses, kommer."),
}
