"""The unit leader's side of the baton [30]: who holds batons at the school, taking one over at once;
and what a holder writes of where they are found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.dialogue import Asking, Flow, ask_words, confirm
from handlers.request_words import NEWS, WAITS, push
from handlers.turns import Button, Message, Reading, Rows, Turn
from locales import Day, _, join, pgettext, plural, verbatim
from models import (
    baton_ladder,
    baton_led,
    baton_told,
    baton_views,
    handing_on,
    people,
    posts,
    stafett,
)
from models.base import require
from models.baton_views import Card
from models.terms import Why

# --- the school's batons -------------------------------------------------------------------------


def way(reading: Reading) -> Rows:
    """The way to them, for a rektor."""
    if not baton_led.leads_any(reading.session, reading.reader):
        return ()
    return ((Button(_("Stafettpinner ved skolen"), "baton.led"),),)


def open_led(turn: Turn, typed: str) -> None:
    baton_led.led(turn.session, actor=turn.me)
    turn.say("baton.led")


def show_led(turn: Turn, subject: int, version: int) -> None:
    baton_led.led(turn.session, actor=turn.me)
    turn.show("baton.led")


def led_card(reading: Reading) -> Message:
    """Names of staff and how many; no youth."""
    held = baton_led.led(reading.session, actor=reading.reader)
    if not held:
        return Message(_("Ingen holder en stafettpinne ved skolen nå."))
    rows = tuple(
        (Button(_("{name}: {n}", name=name, n=count), "baton.led_by", person),)
        for person, (name, count) in held.items()
    )
    text = _("Disse holder stafettpinner. Du kan gi dem videre når noen er borte eller slutter.")
    return Message(text, buttons=rows)


def show_led_by(turn: Turn, subject: int, version: int) -> None:
    baton_led.led(turn.session, actor=turn.me)
    turn.show("baton.led_by", subject)


def led_by_card(reading: Reading) -> Message:
    name, held = baton_led.led_by(
        reading.session, actor=reading.reader, person_id=reading.subject, now=reading.now
    )
    rows = tuple((Button(verbatim(youth), "baton.show", case),) for case, youth in held.items())
    text = plural(
        "{name} holder {n} stafettpinne.", "{name} holder {n} stafettpinner.", len(held), name=name
    )
    lines = [text, _("Familien ser at du har sett det.")]
    back = (Button(_("Til alle"), "baton.led"),)
    return Message(join(lines), buttons=(*rows, back))


# --- taking over ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Taking:
    case_id: int
    reason: str


def about_taking(turn: Turn, subject: int | None) -> Card:
    card = baton_views.card(turn.session, actor=turn.me, case_id=subject or 0, now=turn.now)
    require(card.leads, Why.NOT_IN_STATE)
    return card


def taking(card: Card) -> Asking[Taking | None]:
    reason = yield from ask_words("reason", _("Hvorfor må du ta over nå?"))
    lines = [
        _("Skal du bli stafettholder for {ungdom} nå, i stedet for {name}?",
          ungdom=card.who.ungdom, name=card.who.holder),
        _("Det gjelder med en gang. Familien og {name} får vite det.", name=card.who.holder),
        verbatim(reason or ""),
    ]  # fmt: skip
    sure = yield from confirm(join(lines, "\n\n"), yes=_("Ja, ta over"))
    return Taking(card.who.case_id, reason or "") if sure else None


def taken(turn: Turn, wish: Taking) -> None:
    stafett.take_over(
        turn.session, actor=turn.me, case_id=wish.case_id, reason=wish.reason, now=turn.now
    )
    turn.say("stafett.card", wish.case_id, hat="stafettholder")


def show_gone(turn: Turn, subject: int, version: int) -> None:
    require(baton_told.gave(turn.session, actor=turn.me, offer_id=subject), Why.ABSENT)
    turn.show("baton.gone_card", subject)


def gone_card(reading: Reading) -> Message | None:
    """That it is over, and nothing of what it was about: the reader is in it no more."""
    if not baton_told.gave(reading.session, actor=reading.reader, offer_id=reading.subject):
        return None
    return Message(
        join(
            [
                _("En annen har tatt over en stafettpinne du hadde. Takk for det du har gjort."),
                _("Du har ikke ansvar eller tilgang i den saken lenger. Husk at egen "
                  "journalplikt gjelder som før."),
            ],
            "\n\n",
        )
    )  # fmt: skip


def show_stuck(turn: Turn, subject: int, version: int) -> None:
    baton_led.stuck(turn.session, actor=turn.me, school_id=subject)
    turn.show("baton.stuck_card", subject)


def _stuck(reading: Reading) -> str:
    return baton_led.stuck(reading.session, actor=reading.reader, school_id=reading.subject)


def stuck_card(reading: Reading) -> Message:
    return Message(
        _("Ved {school} må et ansvar over til en annen, og ingen der kan ta imot beskjed om det. "
          "Gi noen rollen som rektor der.", school=_stuck(reading))
    )  # fmt: skip


def _absent(reading: Reading) -> tuple[str, date | None]:
    return baton_led.absent(
        reading.session, actor=reading.reader, person_id=reading.subject, now=reading.now
    )


def show_absent(turn: Turn, subject: int, version: int) -> None:
    baton_led.absent(turn.session, actor=turn.me, person_id=subject, now=turn.now)
    turn.show("baton.absent_card", subject)


def absent_card(reading: Reading) -> Message:
    name, until = _absent(reading)
    lines = [
        _("{name} er borte til og med {day} uten vikar, og holder stafettpinner.", name=name,
          day=Day(until) if until else ""),
        _("{name} har ansvaret fortsatt. Kan noe ikke vente, så ta pinnen over, eller spør en "
          "annen om å ta den.", name=name),
    ]  # fmt: skip
    rows = ((Button(_("Vis hvilke"), "baton.led_by", reading.subject),),)
    return Message(join(lines, "\n\n"), buttons=rows)


# --- where a holder is found ---------------------------------------------------------------------


def about_place(turn: Turn, subject: int | None) -> str:
    require(people.staff_roles(turn.session, turn.me), Why.ABSENT)
    return turn.me.found_at or ""


def place(known: str) -> Asking[tuple[str | None] | None]:
    lines = [_("Hvor finner ungdom og foreldre deg? Skriv for eksempel et rom og en tid.")]
    if known:
        lines.append(_("Nå står det: «{words}»", words=known))
    lines.append(_("Hopper du over, står det ingenting."))
    where = yield from ask_words("where", join(lines, "\n\n"), optional=True)
    text = (
        _("Skal familiene se dette? «{words}»", words=where)
        if where
        else _("Skal det ikke stå noe om hvor du er?")
    )
    return (where,) if (yield from confirm(text, yes=_("Ja, lagre"))) else None


def placed(turn: Turn, where: tuple[str | None]) -> None:
    people.found_where(turn.session, turn.me, where[0], turn.now)
    turn.say("baton.placed")


def placed_card(reading: Reading) -> Message:
    return Message(_("Lagret. Familiene ser det på kortet om hvem som holder stafetten."))


FLOWS: tuple[Flow[Any], ...] = (
    Flow("baton.overta", pgettext("flow", "Overta en stafettpinne"), about_taking, taking, taken),
    Flow("baton.sted", pgettext("flow", "Hvor familien finner deg"), about_place, place, placed),
)
BUTTONS = {
    "baton.led": show_led,
    "baton.led_by": show_led_by,
    "baton.gone": show_gone,
    "baton.stuck": show_stuck,
    "baton.away": show_absent,
}


def _card(reading: Reading) -> Card:
    return baton_views.card(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )


NOTICES = {
    "baton.led": led_card,
    "baton.led_by": led_by_card,
    "baton.gone_card": gone_card,
    "baton.placed": placed_card,
    baton_ladder.LOST: push(WAITS, "baton.show", lambda r: _card(r).lost),
    baton_ladder.STUCK: push(WAITS, "baton.stuck", _stuck),
    "baton.stuck_card": stuck_card,
    posts.ABSENT: push(WAITS, "baton.away", _absent),
    "baton.absent_card": absent_card,
    handing_on.GONE: push(
        NEWS, "baton.gone",
        lambda r: baton_told.gave(r.session, actor=r.reader, offer_id=r.subject),
    ),
}  # fmt: skip
COMMANDS = {"stafettpinner": open_led}
