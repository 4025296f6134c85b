"""For a while: somebody stands in for another, a role that has not begun, somebody who is away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handlers.dialogue import Asking, Flow, ask_day, choose, confirm
from handlers.picking import pick
from handlers.record_words import ROLES
from handlers.turns import Button, Message, Reading, Turn
from locales import Day, Text, _, join, list_of, pgettext
from models import staff_views, staffing
from models.base import require
from models.staff_views import Post, Staffed
from models.staffing import ALWAYS, Term
from models.terms import Role, Why

FROM_NOW, FOR_A_WHILE = "now", "while"


def ask_term() -> Asking[Term]:
    """For good from now, or from a day to another."""
    how = yield from choose(
        "how_long",
        _("Hvor lenge?"),
        {FROM_NOW: _("Fra nå, uten sluttdato"), FOR_A_WHILE: _("I en periode")},
    )
    return ALWAYS if how == FROM_NOW else (yield from ask_period())


def ask_period() -> Asking[Term]:
    begins = (yield from ask_day("begins", _("Fra hvilken dag?"))).date()
    until = (yield from ask_day("until", _("Til og med hvilken dag?"))).date()
    return Term(begins, until)


def in_words(term: Term) -> Text:
    if term.begins is None or term.until is None:
        return _("Det gjelder med en gang.")
    return _("Fra {first} til og med {last}.", first=Day(term.begins, year=True),
             last=Day(term.until, year=True))  # fmt: skip


HEARERS: dict[Role, Text] = {
    Role.REKTOR: pgettext("told", "rektor der"),
    Role.PROSJEKTLEDER: pgettext("told", "prosjektleder"),
    Role.ADMINISTRATOR: pgettext("told", "de andre administratorene"),
}


def who_hears(unit: Staffed, but: int) -> Text:
    """Who will be told that somebody gets a role in a unit; that one is not told."""
    them = [HEARERS[role] for role in HEARERS if set(unit.told.get(role, ())) - {but}]
    if not them:
        return _("Ingen andre leder noe her ennå, så ingen andre får vite det.")
    return _("Dette sier jeg med en gang til {people}.", people=list_of(them))


# --- standing in ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lending:
    post: Post
    names: dict[int, str]
    unit: Staffed


def about_lending(turn: Turn, subject: int | None) -> Lending:
    post = staff_views.post(turn.session, actor=turn.me, position_id=subject or 0, now=turn.now)
    found = staff_views.colleagues(turn.session, actor=turn.me)
    unit = staff_views.of_unit(turn.session, actor=turn.me, unit_id=post.unit_id)
    same = {each.person_id for each in unit.members if each.role == post.role}
    names = {i: name for i, name in found.items() if i not in same}
    require(names, Why.NOBODY)
    return Lending(post, names, unit)


def lending(plain: Lending) -> Asking[tuple[Post, int, Term] | None]:
    post = plain.post
    whom = yield from pick(_("Hvem skal være vikar for {name}?", name=post.name), plain.names, {})
    term = yield from ask_period()
    lines = [
        _("Skal {name} være {role} ved {unit} i stedet for {other}?", name=plain.names[whom],
          role=ROLES[post.role], unit=post.unit, other=post.name),
        in_words(term),
        _("Det vikaren gjør i rollen, blir ført som gjort for {other}. Saker og ungdommer følger ikke med.",
          other=post.name),
        who_hears(plain.unit, whom),
    ]  # fmt: skip
    sure = yield from confirm(join(lines, "\n\n"), yes=_("Ja, sett inn vikar"))
    return (post, whom, term) if sure else None


def lent(turn: Turn, wish: tuple[Post, int, Term]) -> None:
    post, whom, term = wish
    staffing.lend(
        turn.session, actor=turn.me, position_id=post.position_id, person_id=whom, term=term,
        now=turn.now,
    )  # fmt: skip
    turn.say("adm.staff", post.unit_id)


# --- what has not begun --------------------------------------------------------------------------


def show_planned(turn: Turn, subject: int, version: int) -> None:
    staff_views.planned(turn.session, actor=turn.me, position_id=subject)
    turn.show("adm.planned", subject)


def planned_card(reading: Reading) -> Message:
    found = staff_views.planned(reading.session, actor=reading.reader, position_id=reading.subject)
    term = Term(found.begins, found.until)
    lines = [
        _("{name} · {role} ved {unit}", name=found.name, role=ROLES[found.role], unit=found.unit),
        in_words(term) if found.until else _("Fra {day}.", day=Day(found.begins, year=True)),
    ]
    if found.acts_for:
        lines.append(_("Vikar for {name}", name=found.acts_for))
    rows = (
        (Button(_("Avlys"), action="adm.call_off", subject=found.position_id),),
        (Button(_("Til listen"), action="adm.staff", subject=found.unit_id),),
    )
    return Message(join(lines), buttons=rows)


def call_off(turn: Turn, subject: int, version: int) -> None:
    found = staff_views.planned(turn.session, actor=turn.me, position_id=subject)
    staffing.call_off(turn.session, actor=turn.me, position_id=subject, now=turn.now)
    turn.toast("adm.saved")
    turn.show("adm.staff", found.unit_id)


# --- being away ----------------------------------------------------------------------------------


def about_away(turn: Turn, subject: int | None) -> Post:
    return staff_views.post(turn.session, actor=turn.me, position_id=subject or 0, now=turn.now)


def being_away(post: Post) -> Asking[tuple[Post, Term] | None]:
    term = yield from ask_period()
    lines = [
        _("Er {name} borte?", name=post.name),
        in_words(term),
        _("Vikaren, eller den som leder stedet, får vite når noe venter på {name}, ikke hva.",
          name=post.name),
    ]  # fmt: skip
    sure = yield from confirm(join(lines, "\n\n"), yes=_("Ja, er borte"))
    return (post, term) if sure else None


def is_away(turn: Turn, wish: tuple[Post, Term]) -> None:
    post, term = wish
    staffing.away(turn.session, actor=turn.me, person_id=post.person_id, term=term, now=turn.now)
    turn.say("adm.post", post.position_id)


def back(turn: Turn, subject: int, version: int) -> None:
    post = staff_views.post(turn.session, actor=turn.me, position_id=subject, now=turn.now)
    staffing.away(turn.session, actor=turn.me, person_id=post.person_id, term=None, now=turn.now)
    turn.toast("adm.saved")
    turn.show("adm.post", subject)


def lines_of(post: Post) -> list[Text]:
    """What is only for a while, on somebody's card."""
    found = []
    if post.acts_for:
        found.append(_("Vikar for {name}", name=post.acts_for))
    if post.until is not None:
        found.append(_("Til og med {day}.", day=Day(post.until, year=True)))
    if post.away is not None:
        first, last = (Day(each, year=True) for each in post.away)
        found.append(_("Borte fra {first} til og med {last}.", first=first, last=last))
    return found


def buttons_of(post: Post) -> list[Button]:
    found = [Button(_("Sett inn vikar"), action="flow:rolle.vikar", subject=post.position_id)]
    if post.away is None:
        found.append(Button(_("Er borte"), action="flow:ansatt.borte", subject=post.position_id))
    else:
        found.append(Button(_("Er tilbake"), action="adm.back", subject=post.position_id))
    return found


FLOWS: tuple[Flow[Any], ...] = (
    Flow("rolle.vikar", pgettext("flow", "Sett inn vikar"), about_lending, lending, lent),
    Flow("ansatt.borte", pgettext("flow", "Er borte"), about_away, being_away, is_away),
)
BUTTONS = {"adm.planned": show_planned, "adm.call_off": call_off, "adm.back": back}
NOTICES = {"adm.planned": planned_card}
