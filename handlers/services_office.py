"""Keeping the directory of services: add one, change a line of it, take it out [B3]."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handlers.dialogue import Asking, Flow, ask_words, choose, confirm, several
from handlers.paging import page_of
from handlers.services import LINES, NEEDS, described, needs_of
from handlers.turns import Button, Message, Reading, Turn
from locales import Text, _, join, pgettext, verbatim
from models import access, services
from models.services import NEEDED, Shown, Wish
from models.terms import Action, Need, ServiceLine

PARTS: dict[str, Text] = {
    "name": pgettext("service", "Navnet"),
    "what": pgettext("service", "Hva de hjelper med"),
    "reach": pgettext("service", "Hvordan man når dem"),
    "hours": pgettext("service", "Når de har åpent"),
    "place": pgettext("service", "Hvor de er"),
    "for_whom": pgettext("service", "Hvem de er for"),
}
NEEDS_PART = "needs"
LIST = "services.kept"

# --- looking -------------------------------------------------------------------------------------


def open_list(turn: Turn, typed: str) -> None:
    _may(turn)
    turn.say(LIST)


def show_list(turn: Turn, subject: int, version: int) -> None:
    _may(turn)
    turn.show(LIST, page=version)


def _may(turn: Turn) -> None:
    access.authorise_at_work(turn.session, actor=turn.me, action=Action.KEEP_SERVICES)


def list_card(reading: Reading) -> Message:
    found = services.listed(reading.session, actor=reading.reader)
    rows = [Button(verbatim(line.name), action="services.keep", subject=line.id) for line in found]
    lines = [
        _("Tjenestekatalogen. Alle kan lese den, også uten å logge inn."),
        _("Skriv bare det som er offentlig, og aldri navn på unge."),
    ]
    page = int(reading.params.get("page", 0))
    new = Button(_("Legg til en tjeneste"), action="flow:tjeneste.ny")
    return Message(join(lines), buttons=(*page_of(rows, page, action=LIST), (new,)))


def show_one(turn: Turn, subject: int, version: int) -> None:
    services.to_keep(turn.session, actor=turn.me, service_id=subject)
    turn.show("services.keep", subject)


def one_card(reading: Reading) -> Message:
    found = services.to_keep(reading.session, actor=reading.reader, service_id=reading.subject)
    lines = [described(found), _("Vises under: {needs}", needs=needs_of(found))]
    rows = (
        (Button(_("Endre"), action="flow:tjeneste.endre", subject=found.id),),
        (Button(_("Ta ut av katalogen"), action="flow:tjeneste.ut", subject=found.id),),
        (Button(_("Til katalogen"), action=LIST),),
    )
    return Message(join(lines, "\n\n"), buttons=rows)


# --- adding --------------------------------------------------------------------------------------


def about_new(turn: Turn, subject: int | None) -> None:
    _may(turn)


def adding(plain: None) -> Asking[Wish | None]:
    name = yield from ask_words("name", _("Hva heter tjenesten?"))
    what = yield from ask_words("what", _("Hva kan man få hjelp til der? Skriv det kort."))
    needs = yield from several("needs", _("Når skal den vises?"), NEEDS)
    line = yield from choose("line", _("Kan man ta kontakt selv?"), {
        ServiceLine.FIRST: _("Ja, alle kan ta kontakt"),
        ServiceLine.SECOND: _("Nei, man må bli henvist"),
    })  # fmt: skip
    reach = yield from ask_words("reach", _("Hvordan når man dem? Telefon, nettside eller sted."))
    hours = yield from ask_words("hours", _("Når har de åpent?"), optional=True)
    words = {"name": name or "", "what": what or "", "reach": reach or "", "hours": hours or ""}
    said = [verbatim(words[each]) for each in ("name", "what", "reach", "hours") if words[each]]
    shown = [*said, LINES[line], *[NEEDS[need] for need in needs]]
    text = join([_("Skal jeg legge dette i katalogen? Alle kan se det."), join(shown)], "\n\n")
    sure = yield from confirm(text, yes=_("Ja, legg til"))
    return Wish(line, tuple(needs), words) if sure else None


def added(turn: Turn, wish: Wish) -> None:
    made = services.add(turn.session, actor=turn.me, wish=wish, now=turn.now)
    turn.say("services.keep", made)


# --- changing ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    service_id: int
    part: str
    words: str = ""
    needs: tuple[Need, ...] = ()


def about_one(turn: Turn, subject: int | None) -> Shown:
    return services.to_keep(turn.session, actor=turn.me, service_id=subject or 0)


def changing(found: Shown) -> Asking[Change | None]:
    options = PARTS | {NEEDS_PART: pgettext("service", "Når den vises")}
    part = yield from choose("part", _("Hva skal endres?"), options)
    if part == NEEDS_PART:
        needs = yield from several("needs", _("Når skal den vises?"), NEEDS)
        new, change = join([NEEDS[need] for need in needs]), Change(found.id, part, needs=needs)
    else:
        asked = _("{part}: skriv det som skal stå.", part=PARTS[part])
        words = yield from ask_words("words", asked, optional=part not in NEEDED)
        new = verbatim(words) if words else _("Ingenting skal stå der.")
        change = Change(found.id, part, words or "")
    lines = [
        _("Skal jeg endre {name}?", name=found.words["name"]),
        join([options[part], new]),
        _("Alle ser det med en gang. Oversettelsen av det gamle faller bort."),
    ]
    sure = yield from confirm(join(lines, "\n\n"), yes=_("Ja, endre"))
    return change if sure else None


def changed(turn: Turn, wish: Change) -> None:
    if wish.part == NEEDS_PART:
        services.set_needs(
            turn.session, actor=turn.me, service_id=wish.service_id, needs=wish.needs, now=turn.now
        )
    else:
        services.change(
            turn.session, actor=turn.me, service_id=wish.service_id, name=wish.part,
            text=wish.words, now=turn.now,
        )  # fmt: skip
    turn.say("services.keep", wish.service_id)


# --- taking out ----------------------------------------------------------------------------------


def ending(found: Shown) -> Asking[int | None]:
    text = _("Skal jeg ta {name} ut av katalogen? Ingen ser den da.", name=found.words["name"])
    return found.id if (yield from confirm(text, yes=_("Ja, ta den ut"))) else None


def ended(turn: Turn, service_id: int) -> None:
    services.end(turn.session, actor=turn.me, service_id=service_id, now=turn.now)
    turn.say(LIST)


FLOWS: tuple[Flow[Any], ...] = (
    Flow("tjeneste.ny", pgettext("flow", "Legg til en tjeneste"), about_new, adding, added),
    Flow("tjeneste.endre", pgettext("flow", "Endre en tjeneste"), about_one, changing, changed),
    Flow("tjeneste.ut", pgettext("flow", "Ta ut en tjeneste"), about_one, ending, ended),
)
COMMANDS = {"katalogen": open_list}
BUTTONS = {LIST: show_list, "services.keep": show_one}
NOTICES = {LIST: list_card, "services.keep": one_card}
