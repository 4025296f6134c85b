"""What is kept from the parents [58]: the stafettholder's list, and how something is put on it.

The youth and the services are not affected; the parents get no notice of it and find no trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers import meetings, shield_words
from handlers.case_cards import case_button
from handlers.dialogue import Asking, Flow, confirm
from handlers.meetings import Plan
from handlers.request_words import LOOK, push
from handlers.shield_asking import ask_why, repeated
from handlers.turns import Button, Message, Press, Reading, Turn
from locales import Moment, Text, _, join, verbatim
from models import meeting_views, shield_views, shielded, shielding
from models.base import require
from models.shield_views import Form, Thing
from models.shielded import Shield
from models.terms import ItemKind, Role, Why
from models.withheld import Item

ENTRIES = 5
"""So many of what stands in the log are listed; each can be shielded from the log itself."""

# --- the list ------------------------------------------------------------------------------------


def show_list(turn: Turn, subject: int, version: int) -> None:
    shield_views.shields(turn.session, actor=turn.me, case_id=subject, now=turn.now)
    turn.show("shield.list", subject)


def list_card(reading: Reading) -> Message:
    seen = shield_views.shields(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )
    parts = [
        _("Skjerming for foreldrene til {ungdom}", ungdom=seen.ungdom),
        _("Det du skjermer, blir borte for dem: ingen varsler og ingen spor. Ungdommen ser det "
          "fortsatt."),
    ]  # fmt: skip
    if seen.whole.review_on:
        parts += _standing(seen.whole, seen.whole.review_on)
    rows: list[tuple[Button, ...]] = []
    written = [thing for thing in seen.things if thing.item and thing.item.kind is ItemKind.ENTRY]
    older = [thing for thing in written[ENTRIES:] if not thing.review_on]
    listed = (thing for thing in seen.things if thing not in older)
    rows += [(Button(_on_list(thing), "shield.thing", thing.id),) for thing in listed]
    if seen.may_call:
        plan = Button(_("Planlegg et møte uten foreldrene"), "flow:skjerm.mote", seen.case_id)
        rows.append((plan,))
    if seen.may_whole:
        rows.append((Button(_("Hele saken"), "shield.thing", seen.case_id),))
    rows.append((case_button(_("‹ Tilbake"), seen.case_id, Role.STAFETTHOLDER),))
    return Message(join(parts, "\n\n"), tuple(rows))


def _on_list(thing: Thing) -> Text:
    hidden = thing.review_on or thing.with_goal
    return _("Skjermet: {thing}", thing=named(thing)) if hidden else named(thing)


def named(thing: Thing) -> Text:
    match thing.item:
        case Item(ItemKind.GOAL):
            return _("Mål: {words}", words=thing.words or "")
        case Item(ItemKind.TILTAK):
            return _("Tiltak: {words}", words=thing.words or "")
        case Item(ItemKind.MEETING):
            assert thing.starts_at is not None  # noqa: S101 - meetings have a time
            return _("Møte {moment}", moment=Moment(thing.starts_at))
        case Item(ItemKind.ENTRY):
            return _("I loggen: {words}", words=thing.words or "")
    return _("Hele saken")


def _standing(thing: Thing, review_on: date) -> list[Text]:
    return [
        shield_words.mark(review_on),
        _("Grunn: {reason}", reason=verbatim(thing.reason or "")),
    ]


# --- one thing -----------------------------------------------------------------------------------


def show_thing(turn: Turn, subject: int, version: int) -> None:
    shield_views.form(turn.session, actor=turn.me, thing_id=subject, now=turn.now)
    turn.show("shield.thing", subject)


def thing_card(reading: Reading) -> Message:
    form = shield_views.form(
        reading.session, actor=reading.reader, thing_id=reading.subject, now=reading.now
    )
    thing, parts = form.thing, [named(form.thing)]
    back = (Button(_("‹ Tilbake"), "shield.list", form.case_id),)
    if thing.review_on:
        parts += _standing(thing, thing.review_on)
        later = Button(_("Ny dato eller grunn"), "flow:skjerm", thing.id)
        end = Button(_("Slutt å skjerme"), "flow:skjerm.slutt", thing.id)
        return Message(join(parts, "\n\n"), ((later,), (end,), back))
    parts.append(
        _("Målet er skjermet for foreldrene, og tiltaket sammen med det.")
        if thing.with_goal
        else _("Foreldrene kan få vite om dette.")
    )
    hide = Button(_("Skjerm for foreldrene"), "flow:skjerm", thing.id)
    return Message(join(parts, "\n\n"), ((hide,), back))


# --- shielding -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wish:
    case_id: int
    item: Item | None
    shield: Shield | None  # None: end it


def _prepare(turn: Turn, subject: int | None) -> Form:
    return shield_views.form(turn.session, actor=turn.me, thing_id=subject or 0, now=turn.now)


def _talk(form: Form) -> Asking[Wish | None]:
    wanted = yield from ask_why(form.days)
    lines = [
        _("Skal dette skjermes for foreldrene?"),
        named(form.thing) if form.thing.item else _whole(form),
        *repeated(wanted),
    ]
    text = join([join(lines), *_consequences(form.thing)], "\n\n")
    if (yield from confirm(text, yes=_("Ja, skjerm"))):
        return Wish(form.case_id, form.thing.item, wanted)
    return None


def _whole(form: Form) -> Text:
    return _("Hele saken om {ungdom}", ungdom=form.ungdom)


def _consequences(thing: Thing) -> list[Text]:
    told = [_("Det slutter ikke av seg selv. Jeg minner deg på det.")]
    match thing.item:
        case None:
            first = _("Foreldrene får ikke vite om saken, og kan ikke bli spurt om samtykke. Det "
                      "som trenger et ja fra dem, kan ikke deles så lenge.")  # fmt: skip
        case Item(ItemKind.GOAL):
            first = _("Målet og tiltakene under det blir borte for foreldrene. Har de sett det, tas "
                      "det bort fra chatten deres, men de kan huske det.")  # fmt: skip
        case _item:
            first = _("Det blir borte for foreldrene. Har de sett det, tas det bort fra chatten "
                      "deres, men de kan huske det.")  # fmt: skip
    return [first, *told]


def _finish(turn: Turn, wish: Wish) -> None:
    if wish.shield is None:
        shielding.end(
            turn.session, actor=turn.me, case_id=wish.case_id, item=wish.item, now=turn.now
        )
    else:
        shielding.shield(
            turn.session, actor=turn.me, case_id=wish.case_id, item=wish.item,
            shield=wish.shield, now=turn.now,
        )  # fmt: skip
    turn.say("shield.list", wish.case_id)


SKJERM = Flow("skjerm", _("Skjerm for foreldrene"), _prepare, _talk, _finish)


# --- ending it -----------------------------------------------------------------------------------


def _prepare_end(turn: Turn, subject: int | None) -> Form:
    form = _prepare(turn, subject)
    require(form.thing.review_on, Why.STALE)
    return form


def _talk_end(form: Form) -> Asking[Wish | None]:
    what = named(form.thing) if form.thing.item else _whole(form)
    parts = [join([_("Skal foreldrene kunne se dette igjen?"), what])]
    match form.thing.item:
        case None:
            parts.append(_("Da kan de se at det finnes en sak, og du kan be dem om samtykke."))
        case Item(ItemKind.MEETING):
            parts.append(_("Er møtet ikke holdt, blir de invitert."))
    if (yield from confirm(join(parts, "\n\n"), yes=_("Ja, slutt å skjerme"))):
        return Wish(form.case_id, form.thing.item, None)
    return None


SLUTT = Flow("skjerm.slutt", _("Slutt å skjerme"), _prepare_end, _talk_end, _finish)


# --- a meeting without the parents ---------------------------------------------------------------


@dataclass(frozen=True)
class Meeting:
    plan: Plan
    shield: Shield


@dataclass(frozen=True)
class Planning:
    plain: dict[str, Any]  # as for any meeting
    days: Mapping[date, int]


def _prepare_meeting(turn: Turn, subject: int | None) -> Planning:
    view = meeting_views.planning(turn.session, actor=turn.me, case_id=subject or 0, now=turn.now)
    plain = {**meetings.plainly(view), "family": []}
    return Planning(plain, shielded.suggested_days(turn.session, turn.now))


def _talk_meeting(planning: Planning) -> Asking[Meeting | None]:
    plan, told = yield from meetings.ask_plan(planning.plain)
    wanted = yield from ask_why(planning.days)
    parts = [
        join([told, *repeated(wanted)]),
        _("Foreldrene blir ikke invitert, og ser ikke møtet."),
        _("Skal jeg kalle inn?"),
    ]
    if (yield from confirm(join(parts, "\n\n"), yes=_("Ja, kall inn"))):
        return Meeting(plan, wanted)
    return None


def _finish_meeting(turn: Turn, wish: Meeting) -> None:
    meetings.call(turn, wish.plan, wish.shield)


MOTE = Flow("skjerm.mote", _("Planlegg et møte uten foreldrene"), _prepare_meeting, _talk_meeting,
            _finish_meeting)  # fmt: skip


# --- looked at again -----------------------------------------------------------------------------


def _is_due(reading: Reading) -> bool:
    return shield_views.due(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )


FLOWS: tuple[Flow[Any], ...] = (SKJERM, SLUTT, MOTE)
BUTTONS: dict[str, Press] = {"shield.list": show_list, "shield.thing": show_thing}
NOTICES = {
    "shield.list": list_card,
    "shield.thing": thing_card,
    shielded.REVIEW: push(LOOK, "shield.list", _is_due),
}
