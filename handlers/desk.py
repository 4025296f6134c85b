"""The rektor's desk: the queue of the own school, and one request at a time."""

from __future__ import annotations

from typing import Any

from handlers import baton_leader, deciding, los_desk
from handlers.dialogue import Flow
from handlers.request_words import (
    ADVICE,
    ASKERS,
    LOOK,
    NEWS,
    STATES,
    WAITS,
    parents_warning,
    push,
    waited,
    wish_lines,
)
from handlers.turns import Button, Message, Reading, Rows, Turn
from locales import Day, Text, _, has_name, join, pgettext, plural
from models import los_work, people, queue, request_cards
from models.base import require
from models.request_cards import Card, Line, Said
from models.terms import OPEN_REQUESTS, QUEUED_REQUESTS, RequestState, Role, Why

SHOWN = 20
"""A phone shows no longer list; those after these come up as the first are decided."""

# --- the queue -----------------------------------------------------------------------------------


def open_queue(turn: Turn, typed: str) -> None:
    require(Role.REKTOR in people.staff_roles(turn.session, turn.me), Why.ABSENT)
    turn.say("desk.queue")


def show_queue(turn: Turn, subject: int, version: int) -> None:
    require(Role.REKTOR in people.staff_roles(turn.session, turn.me), Why.ABSENT)
    turn.show("desk.queue")


def queue_card(reading: Reading) -> Message | None:
    """References, waiting days and states. Names are in the card of one request only."""
    if Role.REKTOR not in people.staff_roles(reading.session, reading.reader):
        return None
    found = queue.waiting(reading.session, reading.reader)
    lines = request_cards.lines(reading.session, found, reading.now)
    batons = baton_leader.way(reading)
    if not lines:
        return Message(_("Køen er tom."), buttons=batons)
    rows = tuple(
        (Button(_line(line), action="desk.open", subject=line.id),) for line in lines[:SHOWN]
    )
    title = plural("{n} ønske venter.", "{n} ønsker venter.", len(lines))
    text = join([title, _("Trykk på ett for å se det.")])
    return Message(text, buttons=(*rows, *batons))


def _line(line: Line) -> Text:
    days = plural("{n} dag", "{n} dager", line.days) if line.days else _("kom i dag")
    if line.priority is None:
        return _("{ref} · {days} · {state}", ref=line.reference, days=days,
                 state=STATES[line.state])  # fmt: skip
    return _("{ref} · {days} · {state} {n}", ref=line.reference, days=days,
             state=STATES[line.state], n=line.priority)  # fmt: skip


# --- one request ---------------------------------------------------------------------------------


def show(turn: Turn, subject: int, version: int) -> None:
    request = queue.as_rektor(turn.session, turn.me, subject)
    turn.show("desk.request", request.id)


def request_card(reading: Reading) -> Message:
    card = request_cards.for_rektor(reading.session, reading.reader, reading.subject, reading.now)
    lines = [
        _("{ref}: {state}", ref=card.reference, state=STATES[card.state]),
        *([warning] if (warning := parents_warning(card.careful)) else []),
        join([*_who(card), *wish_lines(card)]),
        join(_work(card)),
    ]
    if card.advice:
        lines.append(join([_("Råd:"), *map(_advice, card.advice)]))
    return Message(join(lines, "\n\n"), buttons=_actions(card))


def _who(card: Card) -> list[Text]:
    lines = []
    if card.ungdom is not None:
        lines.append(_("Ungdom: {name}", name=card.ungdom))
    elif card.named is not None:
        lines.append(_("Skrevet om hvem: {words}", words=card.named))
    if card.asker_confirmed:
        asker = _("Spurt av: {who} ({name})", who=ASKERS[card.kind], name=card.asked_by or "")
    elif has_name(card.asked_by):
        asker = _(
            "Spurt av: {who}, ikke bekreftet. Telegram viser navnet {name}.",
            who=ASKERS[card.kind], name=card.asked_by,
        )  # fmt: skip
    else:
        asker = _("Spurt av: {who}, ikke bekreftet. Telegram viser ikke noe navn.",
                  who=ASKERS[card.kind])  # fmt: skip
    lines.append(asker)
    if card.others:
        lines.append(plural("{n} til har spurt.", "{n} til har spurt.", card.others))
    return lines


def _work(card: Card) -> list[Text]:
    lines = [] if card.state is RequestState.ACTIVE else [waited(card.days)]
    if card.answer_by is not None and card.state in (
        RequestState.SUBMITTED, RequestState.READY, RequestState.PRIORITISED,
    ):  # fmt: skip
        lines.append(_("Svar er lovet senest {day}.", day=Day(card.answer_by)))
    if card.talk_first:
        lines.append(_("Ungdommen vil snakke med noen før det svares."))
    if card.state is RequestState.AWAITING_YOUTH and not card.has_chat:
        lines.append(_("Ungdommen er ikke med i chatten ennå. Inviter, eller spør på skolen."))
    if card.priority is not None:
        lines.append(_("Prioritet {n} av 3.", n=card.priority))
    if card.reason is not None:
        lines.append(_("Begrunnelse: {words}", words=card.reason))
    if card.los is not None:
        lines.append(_("Los: {name}", name=card.los))
    if card.state is RequestState.ACTIVE:
        lines.append(
            _("Første kontakt er tatt.") if card.contacted else _("Ikke tatt kontakt ennå.")
        )
    return lines


def _advice(said: Said) -> Text:
    if said.advice is None:
        return _("{name}: ikke svart", name=said.name)
    if said.words is None:
        return _("{name}: {advice}", name=said.name, advice=ADVICE[said.advice])
    return _(
        "{name}: {advice}. «{words}»",
        name=said.name, advice=ADVICE[said.advice], words=said.words,
    )  # fmt: skip


def _actions(card: Card) -> Rows:
    def row(label: Text, action: str) -> tuple[Button, ...]:
        return (Button(label, action=action, subject=card.id, version=card.version),)

    rows: list[tuple[Button, ...]] = []
    if card.state is RequestState.SUBMITTED:
        rows.append(row(_("Hvem er dette?"), "flow:hvem"))
    if card.state is RequestState.AWAITING_YOUTH and not card.has_chat and card.ungdom_id:
        rows.append((Button(_("Inviter ungdommen"), action="flow:inviter",
                            subject=card.ungdom_id),))  # fmt: skip
    if card.state in QUEUED_REQUESTS:
        rows += [
            row(_("Be om råd"), "desk.ask_advice"),
            row(_("Prioriter"), "flow:prioriter"),
            row(_("Gi til los"), "flow:gi"),
        ]
        if card.state is not RequestState.WAITLISTED:
            rows.append(row(_("Sett på venteliste"), "desk.waitlist"))
    if card.state in QUEUED_REQUESTS or card.state is RequestState.AWAITING_YOUTH:
        rows.append(row(_("Avslå"), "flow:avsla"))
    if card.state is RequestState.ASSIGNED:
        rows.append(row(_("Ta tilbake fra losen"), "desk.take_back"))
    rows.append((Button(_("Til køen"), action="desk.queue"),))
    return tuple(rows)


def waitlist(turn: Turn, subject: int, version: int) -> None:
    queue.waitlist(turn.session, actor=turn.me, request_id=subject, now=turn.now, version=version)
    turn.toast("desk.done")
    turn.show("desk.request", subject)


def take_back(turn: Turn, subject: int, version: int) -> None:
    queue.take_back(turn.session, actor=turn.me, request_id=subject, now=turn.now, version=version)
    turn.toast("desk.done")
    turn.show("desk.request", subject)


def ask_advice(turn: Turn, subject: int, version: int) -> None:
    los_work.ask_advice(turn.session, actor=turn.me, request_id=subject, now=turn.now)
    turn.toast("desk.asked")
    turn.show("desk.request", subject)


# --- nobody there to decide ----------------------------------------------------------------------


def show_stuck(turn: Turn, subject: int, version: int) -> None:
    queue.stuck(turn.session, turn.me, subject)
    turn.show("desk.stuck_card", subject)


def stuck_card(reading: Reading) -> Message:
    """For the project leader. Why nobody can is not said: it would tell whose it is."""
    found = queue.stuck(reading.session, reading.reader, reading.subject)
    return Message(
        _(
            "Ingen som er rektor ved {school}, kan ta {ref}. Gi en til rollen som rektor der. "
            "Da ligger ønsket i køen.",
            school=found.school,
            ref=found.reference,
        )
    )


# --- tables --------------------------------------------------------------------------------------


def _waits(reading: Reading) -> bool:
    request = queue.as_rektor(reading.session, reading.reader, reading.subject)
    return request.state in OPEN_REQUESTS


FLOWS: tuple[Flow[Any], ...] = (*deciding.FLOWS, *los_desk.FLOWS)
BUTTONS = {
    "desk.queue": show_queue,
    "desk.open": show,
    "desk.waitlist": waitlist,
    "desk.take_back": take_back,
    "desk.ask_advice": ask_advice,
    "desk.stuck": show_stuck,
    **los_desk.BUTTONS,
}
NOTICES = {
    "desk.queue": queue_card,
    "desk.request": request_card,
    "desk.stuck": push(WAITS, "desk.stuck", lambda r: queue.stuck(r.session, r.reader, r.subject)),
    "desk.stuck_card": stuck_card,
    **{
        kind: push(line, "desk.open", _waits)
        for kind, line in {
            "desk.new": NEWS,
            "desk.review": WAITS,
            "desk.promise": _("Noe må besvares før fristen går ut."),
            "desk.talk_first": NEWS,
            "desk.los_silent": LOOK,
            "desk.contact_late": LOOK,
            "desk.accepted": NEWS,
            "desk.handed_back": NEWS,
            "desk.advice_given": NEWS,
        }.items()
    },
    **los_desk.NOTICES,
}
COMMANDS = {"ko": open_queue, **los_desk.COMMANDS}
TOASTS: dict[str, Text] = {
    "desk.done": pgettext("toast", "Lagret."),
    "desk.asked": pgettext("toast", "Losene og prosjektlederen er spurt."),
    **los_desk.TOASTS,
}
