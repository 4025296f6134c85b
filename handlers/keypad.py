"""The code of a chat on a keypad of buttons: never typed, shown as dots, in one message."""

from __future__ import annotations

import re

from handlers import conversing, help_now
from handlers.turns import Button, Message, Reading, Rows, Turn
from locales import Text, _, join, plural, verbatim
from models import chat_code, discretion, ledger
from models.chat_code import Came, Keypad

CARD = "code.card"
_CODE = re.compile(r"\W*(?:\d\W*){4,8}")
"""What may be a code: digits and nothing else."""

ASKS: dict[int, Text] = {
    chat_code.OPEN: _("Trykk koden din for å åpne chatten."),
    chat_code.CHOOSE: _("Velg en kode med 4 til 6 tall."),
    chat_code.REPEAT: _("Trykk den samme koden en gang til."),
    chat_code.CHANGE: _("Trykk koden du har nå."),
    chat_code.REMOVE: _("Trykk koden du har nå, så fjerner jeg den."),
}
HINTS: dict[str, Text] = {
    Came.SHORT: _("Koden må ha minst 4 tall."),
    Came.DIFFERENT: _("De to var ikke like. Prøv på nytt."),
}
TYPED = _("Trykk tallene på tastaturet under. Det du skrev, tar jeg bort.")
LOCKED = _(
    "Koden er stengt etter fem feil. Be skolen om å ta den bort. Hjelp nå og /stopp virker uten "
    "kode."
)


def ask(turn: Turn, *, typed: bool = False) -> None:
    """The chat is shut: ask for the code, in one place only."""
    chat_code.begin(
        turn.session, actor=turn.me, contact_id=turn.contact.id, purpose=chat_code.OPEN
    )
    turn.toast("code.needed")
    _anew(turn, typed=typed)


def _anew(turn: Turn, *, typed: bool) -> None:
    before = ledger.of_kind(turn.session, turn.contact.id, CARD)
    ledger.take_back(turn.session, before, turn.now)
    turn.say(CARD, **({"typed": True} if typed else {}))


def typed(turn: Turn, words: str) -> bool:
    """Digits that were written where the code is asked for: gone at once, and asked for anew."""
    shut = discretion.is_shut(turn.session, turn.contact.id, turn.now)
    pad = chat_code.keypad(turn.session, turn.contact.id)
    asked = shut or (pad and not conversing.is_pending(turn))
    if not (asked and turn.written and _CODE.fullmatch(words)):
        return False
    turn.unsay(turn.written)
    if shut:
        ask(turn, typed=True)
    else:
        _anew(turn, typed=True)
    return True


def begin(turn: Turn, subject: int, version: int) -> None:
    chat_code.begin(turn.session, actor=turn.me, contact_id=turn.contact.id, purpose=subject)
    turn.show(CARD)


def card(reading: Reading) -> Message | None:
    pad = chat_code.keypad(reading.session, reading.contact.id)
    if pad is None:
        return None
    if not pad.tries_left:
        return Message(LOCKED, buttons=((Button(help_now.LABEL, command="hjelp"),),))
    dots = verbatim(" ".join("●" * pad.typed) or "–")
    typed = [TYPED] if reading.params.get("typed") else []
    return Message(
        join([*typed, *_hint(pad), ASKS[pad.purpose], dots], "\n\n"), buttons=_keys(pad)
    )


def _hint(pad: Keypad) -> list[Text]:
    if pad.hint == Came.WRONG:
        left = plural("Du har {n} forsøk igjen.", "Du har {n} forsøk igjen.", pad.tries_left)
        return [join([_("Feil kode."), left], " ")]
    return [HINTS[pad.hint]] if pad.hint in HINTS else []


def _keys(pad: Keypad) -> Rows:
    def key(label: Text, action: str, digit: int = 0) -> Button:
        return Button(label, action=action, subject=digit, version=pad.number)

    def digits(*wanted: int) -> tuple[Button, ...]:
        return tuple(key(verbatim(str(digit)), "code.digit", digit) for digit in wanted)

    back, done = key(verbatim("⌫"), "code.back"), key(verbatim("OK"), "code.enter")
    opens = pad.purpose == chat_code.OPEN
    out = Button(help_now.LABEL, command="hjelp") if opens else key(_("Avbryt"), "code.cancel")
    last = (back, *digits(0), done)
    return (digits(1, 2, 3), digits(4, 5, 6), digits(7, 8, 9), last, (out,))


# --- pressing ------------------------------------------------------------------------------------


def _heard(turn: Turn, number: int) -> bool:
    """Whether this is the keypad that is open, and open for what may be done now."""
    pad = chat_code.keypad(turn.session, turn.contact.id)
    if pad is None or pad.number != number:
        turn.toast("code.old")
        return False
    if pad.purpose != chat_code.OPEN and discretion.is_shut(
        turn.session, turn.contact.id, turn.now
    ):
        ask(turn)
        return False
    return True


def digit(turn: Turn, subject: int, version: int) -> None:
    if _heard(turn, version):
        chat_code.press(turn.session, turn.contact.id, subject % 10)
        turn.show(CARD)


def back(turn: Turn, subject: int, version: int) -> None:
    if _heard(turn, version):
        chat_code.press(turn.session, turn.contact.id, None)
        turn.show(CARD)


def cancel(turn: Turn, subject: int, version: int) -> None:
    if _heard(turn, version):
        chat_code.put_away(turn.session, turn.contact.id)
        turn.show("discreet.card")


def enter(turn: Turn, subject: int, version: int) -> None:
    if not _heard(turn, version):
        return
    pad = chat_code.keypad(turn.session, turn.contact.id)
    came = chat_code.enter(turn.session, actor=turn.me, contact_id=turn.contact.id, now=turn.now)
    opened = came is Came.OPENED and pad is not None and pad.purpose == chat_code.OPEN
    if opened:
        turn.show("code.opened")
    elif came in (Came.CHOSEN, Came.REMOVED):
        turn.toast(f"code.{came}")
        turn.show("discreet.card")
    else:
        turn.show(CARD)


def opened(reading: Reading) -> Message:
    return Message(_("Åpent. Trykk på det du ville, eller skriv det en gang til."))


def taken_off(reading: Reading) -> Message:
    """Arrives unasked: nothing in it tells whose bot this is."""
    return Message(
        _("Koden til denne chatten er tatt bort. Var det ikke du som ba om det, så si fra.")
    )


FREE = frozenset({"code.digit", "code.back", "code.enter"})
"""What is heard while the chat is shut; each asks what the keypad is open for."""

BUTTONS = {
    "code.begin": begin,
    "code.digit": digit,
    "code.back": back,
    "code.enter": enter,
    "code.cancel": cancel,
}
NOTICES = {CARD: card, "code.opened": opened, "code.taken_off": taken_off}
TOASTS: dict[str, Text] = {
    "code.needed": _("Trykk koden din først."),
    "code.old": _("Dette tastaturet er gammelt."),
    "code.chosen": _("Koden er lagret."),
    "code.removed": _("Koden er fjernet."),
}
