"""A pupil changes school: what is done before the baton goes there, and who does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.baton_words import ITEMS, changes_school, whose
from handlers.dialogue import Asking, Flow, ask_day, choose, confirm
from handlers.request_words import WAITS, push
from handlers.turns import Button, Message, Reading, Turn
from locales import Day, Text, _, join, pgettext, verbatim
from models import baton_views, school_moves
from models.baton_views import Card, Move
from models.terms import MoveItem

# --- deciding ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Form:
    case_id: int
    ungdom: str
    schools: Mapping[int, str]


@dataclass(frozen=True)
class Moving:
    case_id: int
    school_id: int
    starts_on: date


def about_moving(turn: Turn, subject: int | None) -> Form:
    case_id = subject or 0
    ungdom, found = baton_views.schools(turn.session, actor=turn.me, case_id=case_id, now=turn.now)
    return Form(case_id, ungdom, found)


def moving(form: Form) -> Asking[Moving | None]:
    options: dict[int, Text] = {unit: verbatim(name) for unit, name in form.schools.items()}
    school = yield from choose(
        "school", _("Hvilken skole skal {ungdom} begynne på?", ungdom=form.ungdom), options
    )
    first = (yield from ask_day("day", _("Når er den første dagen der?"))).date()
    lines = [
        _("Skal {ungdom} begynne på {school} {day}?", ungdom=form.ungdom,
          school=form.schools[school], day=Day(first, year=True)),
        _("Du får en liste over det som gjøres først. Ingen på den nye skolen får vite noe før "
          "familien har sagt ja, og ansvaret er ditt til en der har tatt stafettpinnen."),
    ]  # fmt: skip
    sure = yield from confirm(join(lines, "\n\n"), yes=_("Ja, lag listen"))
    return Moving(form.case_id, school, first) if sure else None


def moved(turn: Turn, wish: Moving) -> None:
    school_moves.start(
        turn.session, actor=turn.me, case_id=wish.case_id, school_id=wish.school_id,
        starts_on=wish.starts_on, now=turn.now,
    )  # fmt: skip
    turn.say("baton.list", wish.case_id)


# --- the list ------------------------------------------------------------------------------------


def _card(reading: Reading) -> Card:
    return baton_views.card(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now,
        moving=True,
    )  # fmt: skip


def show(turn: Turn, subject: int, version: int) -> None:
    baton_views.may_hand_over(turn.session, actor=turn.me, case_id=subject, now=turn.now)
    turn.show("baton.list", subject)


def list_card(reading: Reading) -> Message:
    seen = _card(reading)
    move = seen.who.move
    assert move is not None  # noqa: S101 - the view would have been refused
    text = join([whose(seen.who.ungdom, own=False), changes_school(move, seen.who.holder)], "\n\n")
    rows = [row for each in move.items if not each.settled for row in _rows(seen, move, each.item)]
    rows.append((Button(_("Bytter ikke skole likevel"), "flow:baton.blir", seen.who.case_id),))
    rows.append((Button(_("Til stafettpinnen"), "baton.show", seen.who.case_id),))
    return Message(text, buttons=tuple(rows))


def _rows(seen: Card, move: Move, item: MoveItem) -> list[tuple[Button, ...]]:
    """What to press for one thing that is left; nothing where only waiting helps."""
    if item is MoveItem.CONSENT:
        if seen.leads:
            return []
        return [(Button(_("Be om samtykke"), "flow:samtykke.be", seen.who.case_id),)]
    if item is MoveItem.WISH:
        asked = any(wish.open for wish in seen.wishes)
        return [] if asked else [(Button(_("Spør familien"), "baton.ask", seen.who.case_id),)]
    place = 2 * list(MoveItem).index(item)
    return [
        (Button(_("Gjort: {what}", what=ITEMS[item]), "baton.item", move.move_id, place),),
        (
            Button(
                _("Trengs ikke: {what}", what=ITEMS[item]), "baton.item", move.move_id, place + 1
            ),
        ),
    ]


def settle(turn: Turn, subject: int, version: int) -> None:
    items = list(MoveItem)
    moved_one = school_moves.settle(
        turn.session, actor=turn.me, move_id=subject, item=items[version // 2 % len(items)],
        needed=version % 2 == 0, now=turn.now,
    )  # fmt: skip
    turn.toast("baton.done")
    turn.show("baton.list", moved_one.case_id)


def about_staying(turn: Turn, subject: int | None) -> Card:
    return baton_views.card(
        turn.session, actor=turn.me, case_id=subject or 0, now=turn.now, moving=True
    )


def staying(card: Card) -> Asking[Card | None]:
    text = _("Skal {ungdom} ikke bytte skole likevel? Listen slutter å gjelde.",
             ungdom=card.who.ungdom)  # fmt: skip
    return card if (yield from confirm(text, yes=_("Ja, ta den bort"))) else None


def stayed(turn: Turn, card: Card) -> None:
    assert card.who.move is not None  # noqa: S101 - prepared so
    school_moves.call_off(turn.session, actor=turn.me, move_id=card.who.move.move_id, now=turn.now)
    turn.say("baton.card", card.who.case_id)


FLOWS: tuple[Flow[Any], ...] = (
    Flow("baton.skole", pgettext("flow", "Bytter skole"), about_moving, moving, moved),
    Flow(
        "baton.blir", pgettext("flow", "Bytter ikke skole likevel"), about_staying, staying, stayed
    ),
)
BUTTONS = {"baton.list": show, "baton.item": settle}
NOTICES = {
    "baton.list": list_card,
    school_moves.DUE: push(WAITS, "baton.list", lambda r: _card(r).who.move),
    school_moves.LATE: push(WAITS, "baton.show", lambda r: _card(r).who.move),
}
