"""The los's desk: youths offered and followed, and a word of advice on the rektor's queue."""

from __future__ import annotations

from typing import Any

from handlers.dialogue import Asking, Flow, ask_words, choose, confirm
from handlers.request_words import (
    ADVICE,
    LOOK,
    NEWS,
    WAITS,
    hours_of,
    parents_warning,
    push,
    waited,
    wish_lines,
)
from handlers.turns import Button, Message, Reading, Turn
from locales import Text, _, join, pgettext
from models import access, contact_wishes, los_work, people, request_cards
from models.base import require
from models.request_cards import Card
from models.terms import QUEUED_REQUESTS, Action, Advice, ParentsKnow, RequestState, Role, Why

ADVISERS = frozenset({Role.LOS, Role.PROSJEKTLEDER})

# --- the list ------------------------------------------------------------------------------------


def open_desk(turn: Turn, typed: str) -> None:
    require(ADVISERS & people.staff_roles(turn.session, turn.me), Why.ABSENT)
    turn.say("desk.mine")


def show_desk(turn: Turn, subject: int, version: int) -> None:
    require(ADVISERS & people.staff_roles(turn.session, turn.me), Why.ABSENT)
    turn.show("desk.mine")


def desk_card(reading: Reading) -> Message | None:
    """Own youths by reference; questions about advice; people who want to get in touch."""
    session, me = reading.session, reading.reader
    if not ADVISERS & people.staff_roles(session, me):
        return None
    youths = request_cards.lines(session, los_work.youths_of(session, me), reading.now)
    asked = request_cards.lines(session, los_work.advice_awaited(session, me), reading.now)
    wishes = contact_wishes.waiting_for(session, me)
    rows = [
        (Button(_("{ref}: vil du ta den?", ref=line.reference)
                if line.state is RequestState.ASSIGNED
                else _("{ref}: du er los", ref=line.reference),
                action="desk.youth", subject=line.id),)
        for line in youths
    ]  # fmt: skip
    rows += [
        (Button(_("{ref}: gi et råd", ref=line.reference), action="desk.advise",
                subject=line.id),)
        for line in asked
    ]  # fmt: skip
    rows += [
        (Button(_("Noen vil ha kontakt"), action="contact.open", subject=wish.id),)
        for wish in wishes
    ]
    lines = [_("Dette er ditt bord.") if rows else _("Ingenting venter på deg nå.")]
    hours = hours_of(request_cards.los_hours(session, reading.now))
    if access.may_at_work(session, me, Action.PUBLISH_HOURS):
        rows.append((Button(_("Tidene mine"), action="hours.mine"),))
    return Message(join([*lines, *([hours] if hours else [])], "\n\n"), buttons=tuple(rows))


# --- one youth -----------------------------------------------------------------------------------


def show_youth(turn: Turn, subject: int, version: int) -> None:
    request_cards.for_los(turn.session, turn.me, subject, turn.now)
    turn.show("desk.youth", subject)


def youth_card(reading: Reading) -> Message:
    card = request_cards.for_los(reading.session, reading.reader, reading.subject, reading.now)
    offered = card.state is RequestState.ASSIGNED
    lines = [
        _("Vil du være los for {name}?", name=card.ungdom or "")
        if offered
        else _("Du er los for {name}.", name=card.ungdom or ""),
        join([_("Referanse: {ref}", ref=card.reference), *wish_lines(card)]),
        waited(card.days),
    ]
    if not offered:
        lines[-1] = _("Første kontakt er tatt.") if card.contacted else _("Ta kontakt når du kan.")
    if warning := parents_warning(card.careful):
        lines.insert(1, warning)
    return Message(join(lines, "\n\n"), buttons=_youth_buttons(card, offered))


def _youth_buttons(card: Card, offered: bool) -> tuple[tuple[Button, ...], ...]:
    def row(label: Text, action: str) -> tuple[Button, ...]:
        return (Button(label, action=action, subject=card.id, version=card.version),)

    back = (Button(_("Til bordet mitt"), action="desk.mine"),)
    if offered:
        return (
            row(_("Ja, jeg tar den"), "desk.accept"),
            row(_("Gi tilbake til rektor"), "desk.hand_back"),
            back,
        )
    contact = [] if card.contacted else [row(_("Har hatt første kontakt"), "desk.contacted")]
    return (*contact, row(_("Avslutt sammen med ungdommen"), "flow:ferdig"), back)


def accept(turn: Turn, subject: int, version: int) -> None:
    los_work.accept(turn.session, actor=turn.me, request_id=subject, now=turn.now, version=version)
    turn.toast("desk.accepted")
    turn.show("desk.youth", subject)


def hand_back(turn: Turn, subject: int, version: int) -> None:
    los_work.hand_back(
        turn.session, actor=turn.me, request_id=subject, now=turn.now, version=version
    )
    turn.toast("desk.handed_back")
    turn.show("desk.mine")


def contacted(turn: Turn, subject: int, version: int) -> None:
    los_work.record_first_contact(turn.session, actor=turn.me, request_id=subject, now=turn.now)
    turn.toast("desk.contacted")
    turn.show("desk.youth", subject)


def followed(turn: Turn, subject: int | None) -> tuple[int, str, ParentsKnow | None]:
    card = request_cards.for_los(turn.session, turn.me, subject or 0, turn.now)
    require(card.state is RequestState.ACTIVE, Why.STALE)
    return card.id, card.ungdom or "", card.careful


def finishing(plain: tuple[int, str, ParentsKnow | None]) -> Asking[int | None]:
    text = _(
        "Du og {name} er ferdige. {name} og den som spurte, får vite at det er avsluttet. "
        "Stemmer det?",
        name=plain[1],
    )
    if warning := parents_warning(plain[2]):
        text = join([warning, text], "\n\n")
    agreed = yield from confirm(text, yes=_("Ja, avslutt"))
    return plain[0] if agreed else None


def finished(turn: Turn, request_id: int) -> None:
    los_work.close(turn.session, actor=turn.me, request_id=request_id, now=turn.now)
    turn.say("desk.mine")


# --- advice --------------------------------------------------------------------------------------


def show_advice(turn: Turn, subject: int, version: int) -> None:
    request_cards.for_adviser(turn.session, turn.me, subject, turn.now)
    turn.show("desk.advise", subject)


def advice_card(reading: Reading) -> Message:
    """What is asked for, without who: advice needs no name."""
    card = request_cards.for_adviser(reading.session, reading.reader, reading.subject, reading.now)
    lines = [
        _("Rektor vil ha råd om {ref}. Navnet trengs ikke.", ref=card.reference),
        *([warning] if (warning := parents_warning(card.careful)) else []),
        join(wish_lines(card)),
        waited(card.days),
    ]
    said = card.advice[0]
    if said.advice is not None:
        lines.append(_("Ditt råd: {advice}", advice=ADVICE[said.advice]))
    label = _("Gi et råd") if said.advice is None else _("Endre rådet")
    button = Button(label, action="flow:rad", subject=card.id)
    return Message(join(lines, "\n\n"), buttons=((button,),))


def advised(turn: Turn, subject: int | None) -> tuple[int, str]:
    request, _row = los_work.asked_of(turn.session, turn.me, subject or 0)
    require(request.state in QUEUED_REQUESTS, Why.STALE)
    return request.id, request.reference


def advising(plain: tuple[int, str]) -> Asking[tuple[int, Advice, str | None] | None]:
    advice = yield from choose("advice", _("Hva er ditt råd?"), ADVICE)
    words = yield from ask_words("words", _("Vil du si hvorfor? Ikke skriv navn."), optional=True)
    lines = [
        _("Råd om {ref}: {advice}", ref=plain[1], advice=ADVICE[advice]),
        *([_("«{words}»", words=words)] if words else []),
        _("Skal jeg sende det til rektor?"),
    ]
    agreed = yield from confirm(join(lines), yes=_("Ja, send"))
    return (plain[0], advice, words) if agreed else None


def advice_given(turn: Turn, done: tuple[int, Advice, str | None]) -> None:
    los_work.give_advice(
        turn.session, actor=turn.me, request_id=done[0], advice=done[1], words=done[2],
        now=turn.now,
    )  # fmt: skip
    turn.say("desk.mine")


# --- tables --------------------------------------------------------------------------------------


def _mine(state: RequestState) -> Any:
    def look(reading: Reading) -> bool:
        card = request_cards.for_los(reading.session, reading.reader, reading.subject, reading.now)
        return card.state is state and not card.contacted

    return look


def _goes_on(reading: Reading) -> bool:
    """Now and then, so that nobody is followed up on paper alone: is it still so?"""
    card = request_cards.for_los(reading.session, reading.reader, reading.subject, reading.now)
    return card.state is RequestState.ACTIVE and card.contacted


def _asked(reading: Reading) -> bool:
    request, row = los_work.asked_of(reading.session, reading.reader, reading.subject)
    return request.state in QUEUED_REQUESTS and row.advice is None


def _was_mine(reading: Reading) -> bool:
    return los_work.had(reading.session, reading.reader, reading.subject) is not None


def show_ended(turn: Turn, subject: int, version: int) -> None:
    require(los_work.had(turn.session, turn.me, subject), Why.ABSENT)
    turn.show("desk.ended_card", subject)


def ended_card(reading: Reading) -> Message | None:
    """By reference: whose it was, the los knows."""
    request = los_work.had(reading.session, reading.reader, reading.subject)
    if request is None:
        return None
    return Message(_("{ref}: ungdommen ønsker ikke los lenger.", ref=request.reference))


FLOWS: tuple[Flow[Any], ...] = (
    Flow("ferdig", pgettext("flow", "Avslutt"), followed, finishing, finished, home="desk.youth"),
    Flow(
        "rad", pgettext("flow", "Gi et råd"), advised, advising, advice_given, home="desk.advise"
    ),
)
BUTTONS = {
    "desk.mine": show_desk,
    "desk.youth": show_youth,
    "desk.accept": accept,
    "desk.hand_back": hand_back,
    "desk.contacted": contacted,
    "desk.advise": show_advice,
    "desk.ended": show_ended,
}
NOTICES = {
    "desk.mine": desk_card,
    "desk.youth": youth_card,
    "desk.advise": advice_card,
    "desk.offered": push(WAITS, "desk.youth", _mine(RequestState.ASSIGNED)),
    "desk.offer_waits": push(WAITS, "desk.youth", _mine(RequestState.ASSIGNED)),
    "desk.first_contact": push(LOOK, "desk.youth", _mine(RequestState.ACTIVE)),
    "desk.still": push(LOOK, "desk.youth", _goes_on),
    "desk.advice_asked": push(WAITS, "desk.advise", _asked),
    "desk.ended": push(NEWS, "desk.ended", _was_mine),
    "desk.ended_card": ended_card,
}
COMMANDS = {"mine": open_desk}
TOASTS: dict[str, Text] = {
    "desk.accepted": pgettext("toast", "Ungdommen får vite det."),
    "desk.handed_back": pgettext("toast", "Rektor får vite det."),
    "desk.contacted": pgettext("toast", "Notert."),
}
