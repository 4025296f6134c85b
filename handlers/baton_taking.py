"""The successor's side of the baton: somebody is asked to take it, or asks to get it."""

from __future__ import annotations

from typing import Any

from handlers import baton_words as words
from handlers.dialogue import Asking, Flow, ask_words, confirm
from handlers.request_words import NEWS, WAITS, push
from handlers.turns import Button, Message, Reading, Turn
from locales import _, pgettext
from models import baton_ladder, baton_requests, baton_told, stafett
from models.baton_told import Asked

# --- the successor -------------------------------------------------------------------------------


def _offer(reading: Reading) -> Asked:
    return baton_told.asked(
        reading.session, actor=reading.reader, offer_id=reading.subject, now=reading.now
    )


def show_offer(turn: Turn, subject: int, version: int) -> None:
    baton_told.is_asked(turn.session, turn.me, subject, turn.now)
    turn.show("baton.offer", subject)


def offer_card(reading: Reading) -> Message:
    asked = _offer(reading)
    rows = (
        (Button(words.YES, "baton.take", asked.offer_id),),
        (Button(words.NO, "flow:baton.nei", asked.offer_id),),
    )
    return Message(words.offer(asked), buttons=rows)


def take(turn: Turn, subject: int, version: int) -> None:
    taken = stafett.accept(turn.session, actor=turn.me, offer_id=subject, now=turn.now)
    turn.toast("baton.taken")
    turn.show("stafett.card", taken.case_id, hat="stafettholder")


def about_declining(turn: Turn, subject: int | None) -> Asked:
    return baton_told.asked(turn.session, actor=turn.me, offer_id=subject or 0, now=turn.now)


def declining(asked: Asked) -> Asking[tuple[int, str | None] | None]:
    reason = yield from ask_words(
        "reason", _("Vil du si hvorfor? Du trenger ikke."), optional=True
    )  # fmt: skip
    sure = yield from confirm(
        _("Skal jeg si at du ikke kan ta den? {name} holder den som før.", name=asked.holder),
        yes=_("Ja, si nei"),
    )
    return (asked.offer_id, reason) if sure else None


def declined(turn: Turn, no: tuple[int, str | None]) -> None:
    stafett.decline(turn.session, actor=turn.me, offer_id=no[0], reason=no[1], now=turn.now)
    turn.say("baton.said_no")


def said_no(reading: Reading) -> Message:
    return Message(_("Greit. Jeg har sagt fra, og den er der den var."))


# --- asking to get it ------------------------------------------------------------------------------


def request(turn: Turn, subject: int, version: int) -> None:
    baton_requests.ask(turn.session, actor=turn.me, case_id=subject, now=turn.now)
    turn.toast("baton.requested")


def say_no(turn: Turn, subject: int, version: int) -> None:
    answered = baton_requests.say_no(turn.session, actor=turn.me, offer_id=subject, now=turn.now)
    turn.toast("baton.done")
    turn.show("baton.card", answered.case_id)


def _asked_for(reading: Reading) -> bool:
    return baton_told.asked_for(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )


def show_refused(turn: Turn, subject: int, version: int) -> None:
    baton_told.asked_for(turn.session, actor=turn.me, case_id=subject, now=turn.now)
    turn.show("baton.refused_card", subject)


def refused_card(reading: Reading) -> Message | None:
    if not _asked_for(reading):
        return None
    return Message(_("Takk for at du ville ta stafettpinnen. Den blir ikke din denne gangen."))


FLOWS: tuple[Flow[Any], ...] = (
    Flow("baton.nei", pgettext("flow", "Si nei til stafettpinnen"), about_declining, declining,
         declined),
)  # fmt: skip
BUTTONS = {
    "baton.open": show_offer,
    "baton.take": take,
    "baton.request": request,
    "baton.say_no": say_no,
    "baton.refusal": show_refused,
}
NOTICES = {
    "baton.offer": offer_card,
    "baton.said_no": said_no,
    "baton.refused_card": refused_card,
    baton_ladder.OFFERED: push(WAITS, "baton.open", _offer),
    baton_ladder.REFUSED: push(NEWS, "baton.refusal", _asked_for),
}
