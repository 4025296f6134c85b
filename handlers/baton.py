"""Handing the baton over [27-29]: how it stands, asking the family, offering it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handlers import baton_asking, baton_leader, baton_school, baton_taking
from handlers import baton_words as words
from handlers.dialogue import Asking, Flow, ask_words, choose, confirm
from handlers.request_words import NEWS, WAITS, push
from handlers.turns import Button, Message, Reading, Turn
from locales import Text, _, join, list_of, pgettext, plural, verbatim
from models import baton_family, baton_ladder, baton_views, handing_on, stafett
from models.baton_views import OfferForm

# --- those who hand over -------------------------------------------------------------------------


def _card(reading: Reading) -> baton_views.Card:
    return baton_views.card(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )


def show(turn: Turn, subject: int, version: int) -> None:
    baton_views.may_hand_over(turn.session, actor=turn.me, case_id=subject, now=turn.now)
    turn.show("baton.card", subject)


def card(reading: Reading) -> Message:
    seen = _card(reading)
    case_id, rows = seen.who.case_id, list[tuple[Button, ...]]()
    if seen.offered is not None:
        rows.append(
            (Button(_("Trekk spørsmålet tilbake"), "baton.cancel", seen.offered.offer_id),)
        )
    elif seen.ready:
        rows.append((Button(_("Gi den videre"), "flow:baton.gi", case_id),))
    if seen.offered is None and not any(wish.open for wish in seen.wishes):
        rows.append((Button(_("Spør familien"), "baton.ask", case_id),))
    rows += [
        (Button(_("Skriv ned det {name} sa", name=wish.name), "flow:baton.aloud", wish.wish_id),)
        for wish in seen.wishes
        if wish.open and (wish.answer is None or wish.aloud)
    ]
    rows += [
        (Button(_("Si nei til {name}", name=name), "baton.say_no", each),)
        for each, name in seen.requests.items()
    ]
    if seen.who.move is not None:
        rows.append((Button(_("Listen for skolebytte"), "baton.list", case_id),))
    elif seen.may_move:
        rows.append((Button(_("Bytter skole"), "flow:baton.skole", case_id),))
    if seen.leads:
        rows.append((Button(_("Overta den nå"), "flow:baton.overta", case_id),))
    else:
        rows.append((Button(_("Hvor familien finner deg"), "flow:baton.sted", case_id),))
    return Message(words.stands(seen), buttons=tuple(rows))


def ask(turn: Turn, subject: int, version: int) -> None:
    baton_family.ask_family(turn.session, actor=turn.me, case_id=subject, now=turn.now)
    turn.toast("baton.asked")
    turn.show("baton.card", subject)


def cancel(turn: Turn, subject: int, version: int) -> None:
    ended = stafett.cancel(turn.session, actor=turn.me, offer_id=subject, now=turn.now)
    turn.toast("baton.done")
    turn.show("baton.card", ended.case_id)


@dataclass(frozen=True)
class Offering:
    case_id: int
    successor_id: int
    note: str | None
    with_tiltak: bool = False


def about_offering(turn: Turn, subject: int | None) -> OfferForm:
    return baton_views.form(turn.session, actor=turn.me, case_id=subject or 0, now=turn.now)


NEEDS_YES = -1


def offering(form: OfferForm) -> Asking[Offering | None]:
    options: dict[int, Text] = {
        person: _("{name} ({unit})", name=name, unit=form.units[person])
        for person, name in form.candidates.items()
    }
    if form.lacking:
        options[NEEDS_YES] = _("Noen i en annen tjeneste")
    whom = yield from choose("whom", _("Hvem spør du om å ta over?"), options)
    if whom == NEEDS_YES:
        text = _(
            "Stafettholderen ser alt. Skal noen i {services} holde pinnen, må familien først ha "
            "sagt ja til at de får vite alt. Vil du be om det nå?",
            services=list_of(map(verbatim, form.lacking)),
        )
        sure = yield from confirm(text, yes=_("Ja, be om samtykke"), name="first")
        return Offering(form.case_id, NEEDS_YES, None) if sure else None
    name = form.candidates[whom]
    note = yield from ask_words(
        "note",
        _("Hva trenger {name} å vite? Bare {name} ser det.", name=name),
        optional=True,
    )
    along = (yield from _ask_tiltak(form, name)) if form.may_keep else False
    lines = [
        _("Skal jeg spørre {name} om å bli stafettholder for {ungdom}?", name=name,
          ungdom=form.ungdom),
        *([verbatim(note)] if note else []),
        *([_("Tiltakene du har ansvar for, følger med.")] if _goes_along(form, along) else []),
        _("Ansvaret er der det er nå, til {name} har sagt ja.", name=name),
    ]  # fmt: skip
    sure = yield from confirm(join(lines, "\n\n"), yes=_("Ja, spør"))
    return Offering(form.case_id, whom, note, along) if sure else None


def _ask_tiltak(form: OfferForm, name: str) -> Asking[bool]:
    text = plural(
        "Du har ansvar for {n} tiltak. Hvem skal ha det når {name} er stafettholder?",
        "Du har ansvar for {n} tiltak. Hvem skal ha dem når {name} er stafettholder?",
        form.tiltak, name=name,
    )  # fmt: skip
    return (yield from choose("tiltak", text, {False: _("Fortsatt jeg"), True: verbatim(name)}))


def _goes_along(form: OfferForm, chosen: bool) -> bool:
    """What is the holder's to do: all of it where none could be kept."""
    return bool(form.tiltak) and (chosen or not form.may_keep)


def offered(turn: Turn, wish: Offering) -> None:
    if wish.successor_id == NEEDS_YES:
        turn.say("baton.consent", wish.case_id)
        return
    stafett.offer(
        turn.session, actor=turn.me, case_id=wish.case_id, successor_id=wish.successor_id,
        note=wish.note, with_tiltak=wish.with_tiltak, now=turn.now,
    )  # fmt: skip
    turn.say("baton.card", wish.case_id)


def consent_card(reading: Reading) -> Message:
    baton_views.may_hand_over(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )
    button = Button(_("Be om samtykke"), "flow:samtykke.be", reading.subject)
    text = _(
        "Velg tjenesten og alt de skal få vite. Når familien har sagt ja, kan du gi den videre."
    )
    return Message(text, buttons=((button,),))


# --- tables --------------------------------------------------------------------------------------


FLOWS: tuple[Flow[Any], ...] = (
    Flow("baton.gi", pgettext("flow", "Gi stafettpinnen videre"), about_offering, offering, offered),
    *baton_asking.FLOWS,
    *baton_taking.FLOWS,
    *baton_leader.FLOWS,
    *baton_school.FLOWS,
)  # fmt: skip
BUTTONS = {
    "baton.show": show,
    "baton.ask": ask,
    "baton.cancel": cancel,
    **baton_asking.BUTTONS,
    **baton_taking.BUTTONS,
    **baton_leader.BUTTONS,
    **baton_school.BUTTONS,
}
NOTICES = {
    "baton.card": card,
    "baton.consent": consent_card,
    baton_family.ANSWERED: push(NEWS, "baton.show", _card),
    baton_family.WAITS: push(WAITS, "baton.show", _card),
    baton_ladder.ENDED: push(NEWS, "baton.show", _card),
    baton_ladder.REQUESTED: push(WAITS, "baton.show", lambda r: _card(r).requests),
    handing_on.TAKEN: push(NEWS, "baton.show", _card),
    **baton_asking.NOTICES,
    **baton_taking.NOTICES,
    **baton_leader.NOTICES,
    **baton_school.NOTICES,
}
COMMANDS = baton_leader.COMMANDS
TOASTS: dict[str, Text] = {
    "baton.heard": pgettext("toast", "Takk, det er sagt videre."),
    "baton.asked": pgettext("toast", "Familien er spurt."),
    "baton.requested": pgettext("toast", "Stafettholderen får vite det."),
    "baton.done": pgettext("toast", "Lagret."),
    "baton.taken": pgettext("toast", "Du er stafettholder nå."),
}
