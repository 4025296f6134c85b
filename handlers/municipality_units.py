"""The administrator's list of schools, clubs and services: add, rename, close."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handlers.dialogue import Asking, Flow, ask_words, choose, confirm
from handlers.municipality_desk import BACK
from handlers.paging import page_of
from handlers.turns import Button, Message, Reading, Turn
from locales import Text, _, join, pgettext
from models import access, units
from models.base import require
from models.terms import Action, InTheWay, UnitKind, Why
from models.units import Kept

KINDS: dict[UnitKind, Text] = {
    UnitKind.SCHOOL: pgettext("unit", "Skole"),
    UnitKind.CLUB: pgettext("unit", "Fritidsklubb"),
    UnitKind.NURSE: pgettext("unit", "Skolehelsetjeneste"),
    UnitKind.GP: pgettext("unit", "Fastlege"),
    UnitKind.LOS: pgettext("unit", "Ungdomslos"),
    UnitKind.PPT: pgettext("unit", "PPT"),
    UnitKind.VOLUNTEERS: pgettext("unit", "Frivillige"),
    UnitKind.OTHER: pgettext("unit", "Annet"),
}
IN_THE_WAY: dict[InTheWay, Text] = {
    InTheWay.REQUESTS: _("Noe i køen er ikke avsluttet. Rektor må gjøre det ferdig."),
    InTheWay.CONCERNS: _("Noe er meldt hit og ikke vurdert. Rektor må gjøre det ferdig."),
    InTheWay.CASES: _("Minst én sak er åpen her. De som har den, må avslutte den først."),
    InTheWay.PUPILS: _("Elever hører til her. Driften flytter dem."),
    InTheWay.STAFF: _("Noen arbeider her. De må slutte her først."),
}

# --- looking -------------------------------------------------------------------------------------


def show_units(turn: Turn, subject: int, version: int) -> None:
    access.authorise_at_work(turn.session, actor=turn.me, action=Action.RUN_UNITS)
    turn.show("adm.units", page=version)


def units_card(reading: Reading) -> Message:
    lines = units.listed(reading.session, actor=reading.reader)
    rows = [
        Button(_("{name} · {kind}", name=line.name, kind=KINDS[line.kind]),
               action="adm.unit", subject=line.id)
        for line in lines
    ]  # fmt: skip
    return Message(
        _("Skoler og tjenester. Trykk på en for å se hvem som arbeider der."),
        buttons=(
            *page_of(rows, int(reading.params.get("page", 0)), action="adm.units"),
            (Button(_("Legg til"), action="flow:enhet.ny"),),
            (BACK,),
        ),
    )


def show_unit(turn: Turn, subject: int, version: int) -> None:
    units.one(turn.session, actor=turn.me, unit_id=subject)
    turn.show("adm.unit", subject)


def unit_card(reading: Reading) -> Message:
    unit = units.one(reading.session, actor=reading.reader, unit_id=reading.subject)
    lines = [_("{name} · {kind}", name=unit.name, kind=KINDS[unit.kind])]
    actions = [(_("Ansatte"), "adm.staff"), (_("Endre navnet"), "flow:enhet.navn")]
    if unit.in_the_way:  # that it is there, never what, whose or how much
        told = [IN_THE_WAY[each] for each in IN_THE_WAY if each in unit.in_the_way]
        lines.append(join([_("Kan ikke legges ned ennå:"), *told]))
    else:
        actions.append((_("Legg ned"), "flow:enhet.steng"))
    rows = tuple((Button(label, action=action, subject=unit.id),) for label, action in actions)
    back = (Button(_("Til listen"), action="adm.units"),)
    return Message(join(lines, "\n\n"), buttons=(*rows, back))


# --- adding --------------------------------------------------------------------------------------


def _may(turn: Turn, subject: int | None) -> None:
    access.authorise_at_work(turn.session, actor=turn.me, action=Action.RUN_UNITS)


def adding(plain: None) -> Asking[tuple[UnitKind, str] | None]:
    kind = yield from choose("kind", _("Hva slags sted er det?"), KINDS)
    name = yield from ask_words("name", _("Hva heter det?"))
    sure = yield from confirm(
        _("Skal jeg legge til {name} ({kind})?", name=name or "", kind=KINDS[kind]),
        yes=_("Ja, legg til"),
    )
    return (kind, name or "") if sure else None


def added(turn: Turn, wish: tuple[UnitKind, str]) -> None:
    kind, name = wish
    made = units.add(turn.session, actor=turn.me, kind=kind, name=name, now=turn.now)
    turn.say("adm.unit", made)


# --- renaming ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Renamed:
    unit_id: int
    name: str


def about_unit(turn: Turn, subject: int | None) -> Kept:
    return units.one(turn.session, actor=turn.me, unit_id=subject or 0)


def about_renaming(turn: Turn, subject: int | None) -> Kept:
    return units.to_rename(turn.session, actor=turn.me, unit_id=subject or 0, now=turn.now)


def renaming(unit: Kept) -> Asking[Renamed | None]:
    name = yield from ask_words("name", _("Hva skal {name} hete?", name=unit.name))
    lines = [
        _("Skal {old} hete {new}?", old=unit.name, new=name or ""),
        _("Alle ser det nye navnet med en gang."),
    ]
    sure = yield from confirm(join(lines, "\n\n"), yes=_("Ja, endre navnet"))
    return Renamed(unit.id, name or "") if sure else None


def renamed(turn: Turn, wish: Renamed) -> None:
    units.rename(turn.session, actor=turn.me, unit_id=wish.unit_id, name=wish.name, now=turn.now)
    turn.say("adm.unit", wish.unit_id)


# --- closing -------------------------------------------------------------------------------------


def about_closing(turn: Turn, subject: int | None) -> Kept:
    unit = about_unit(turn, subject)
    require(not unit.in_the_way, Why.HAND_OVER_FIRST)
    return unit


def closing(unit: Kept) -> Asking[int | None]:
    sure = yield from confirm(
        _("Skal jeg legge ned {name}? Den kan ikke velges mer. Det som er gjort, står.",
          name=unit.name),
        yes=_("Ja, legg ned"),
    )  # fmt: skip
    return unit.id if sure else None


def closed(turn: Turn, unit_id: int) -> None:
    units.close(turn.session, actor=turn.me, unit_id=unit_id, now=turn.now)
    turn.say("adm.units")


FLOWS: tuple[Flow[Any], ...] = (
    Flow("enhet.ny", pgettext("flow", "Legg til et sted"), _may, adding, added),
    Flow(
        "enhet.navn",
        pgettext("flow", "Endre navnet på et sted"),
        about_renaming,
        renaming,
        renamed,
    ),
    Flow("enhet.steng", pgettext("flow", "Legg ned et sted"), about_closing, closing, closed),
)
BUTTONS = {"adm.units": show_units, "adm.unit": show_unit}
NOTICES = {"adm.units": units_card, "adm.unit": unit_card}
