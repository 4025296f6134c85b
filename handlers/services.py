"""Who helps with what: by need, by words, and one service at a time. For everybody, logged in or not."""

from __future__ import annotations

from handlers import help_now
from handlers.paging import page_of
from handlers.request_words import hour_line
from handlers.turns import Button, Message, Reading, Turn
from locales import Text, _, join, list_of, pgettext, say, verbatim
from models import services
from models.base import require
from models.services import Line, Shown
from models.terms import Need, ServiceLine, Why

NEEDS: dict[Need, Text] = {
    Need.SCHOOL: pgettext("need", "Skole og fravær"),
    Need.WORRY: pgettext("need", "Søvn, uro og tunge tanker"),
    Need.HOME: pgettext("need", "Det er vanskelig hjemme"),
    Need.FRIENDS: pgettext("need", "Venner og ensomhet"),
    Need.LEISURE: pgettext("need", "Noe å gjøre på fritiden"),
    Need.HEALTH: pgettext("need", "Kropp og helse"),
    Need.SUBSTANCES: pgettext("need", "Rus og spill"),
    Need.VIOLENCE: pgettext("need", "Vold og overgrep"),
    Need.ECONOMY: pgettext("need", "Penger og jobb"),
    Need.OTHER: pgettext("need", "Noe annet"),
}
LINES: dict[ServiceLine, Text] = {
    ServiceLine.FIRST: _("Du kan ta kontakt selv."),
    ServiceLine.SECOND: _(
        "Du må bli henvist hit. Lege, helsesykepleier eller skolen kan gjøre det."
    ),
}
NEAR: dict[Need, Text] = {
    Need.SCHOOL: _("skole skolen lekser fravær skulke mobbing lærer karakterer utdanning"),
    Need.WORRY: _(
        "søvn sove uro angst redd lei trist deprimert tanker stress sorg psykisk selvskading"
    ),
    Need.HOME: _("hjemme foreldre mamma pappa familie krangel skilsmisse bo"),
    Need.FRIENDS: _("venner venn ensom alene utenfor mobbing"),
    Need.LEISURE: _("fritid klubb aktivitet trening idrett musikk kjeder"),
    Need.HEALTH: _("kropp helse lege sex prevensjon mat spise syk vondt"),
    Need.SUBSTANCES: _("rus alkohol drikke hasj narkotika snus spill gaming"),
    Need.VIOLENCE: _("vold slår slått slag overgrep voldtekt trusler mishandling kontroll"),
    Need.ECONOMY: _("penger økonomi jobb arbeid sommerjobb gjeld"),
    Need.OTHER: _("annet"),
}
"""What people write when they need it."""

_NEED = tuple(Need)
MOST = 10
"""So many hits are shown; nobody reads more."""


def open_directory(turn: Turn, typed: str) -> None:
    """With words after it they are looked for, and then taken out of the chat: nothing of what
    somebody searched for stays anywhere."""
    if not typed.strip():
        turn.say("services.needs")
        return
    names = {need: [say(words, turn.me.language) for words in (NEEDS[need], NEAR[need])]
             + [say(NEAR[need], "nb")] for need in Need}  # fmt: skip
    needs = services.named_needs(typed, names)
    found = services.search(turn.session, typed, turn.me.language, needs)
    turn.say("services.found", ids=[line.id for line in found[:MOST]])
    if turn.written:
        turn.unsay(turn.written)


def show_needs(turn: Turn, subject: int, version: int) -> None:
    turn.show("services.needs")


def needs_card(reading: Reading) -> Message:
    met = services.needs_met(reading.session)
    if not met:
        text = _(
            "Kommunen har ikke lagt inn noen tjenester ennå. Trykk Hjelp nå for telefonnumre."
        )
        return Message(text, buttons=(_HELP,))
    rows = tuple(
        (Button(NEEDS[need], action="services.need", subject=_NEED.index(need)),) for need in met
    )
    lines = [
        _("Hva trenger du hjelp til?"),
        _("Eller skriv /tjenester og det du leter etter, for eksempel «/tjenester søvn». Jeg tar "
          "ikke vare på det du skriver."),
    ]  # fmt: skip
    return Message(join(lines, "\n\n"), buttons=(*rows, _HELP))


_HELP = (Button(help_now.LABEL, command="hjelp"),)
_BACK = (Button(_("Alle tjenester"), action="services.needs"),)


def show_need(turn: Turn, subject: int, version: int) -> None:
    require(subject < len(_NEED), Why.ABSENT)
    turn.show("services.need", subject, page=version)


def need_card(reading: Reading) -> Message:
    require(reading.subject < len(_NEED), Why.ABSENT)
    need = _NEED[reading.subject]
    found = services.for_need(reading.session, need, reading.reader.language)
    page = int(reading.params.get("page", 0))
    rows = page_of(_buttons(found, need), page, action="services.need", subject=reading.subject)
    text = (
        join([NEEDS[need], _("Trykk på en for å se hvordan du når dem.")])
        if found
        else join([NEEDS[need], _("Her er det ingen nå.")])
    )
    return Message(text, buttons=(*rows, _BACK, *_at_once(need)))


def _at_once(need: Need) -> tuple[tuple[Button, ...], ...]:
    """Where it may be urgent, the help lines are one press away."""
    return (_HELP,) if need in (Need.VIOLENCE, Need.WORRY, Need.HOME, Need.SUBSTANCES) else ()


def _buttons(found: list[Line], need: Need | None = None) -> list[Button]:
    """The version is the need it was found under, counted from one: the way back leads there."""
    came = _NEED.index(need) + 1 if need is not None else 0
    return [
        Button(verbatim(line.name), action="services.one", subject=line.id, version=came)
        for line in found
    ]


def found_card(reading: Reading) -> Message:
    ids = [int(each) for each in reading.params.get("ids", ())]
    found = services.of_ids(reading.session, ids, reading.reader.language)
    text = (
        _("Dette kan passe:")
        if found
        else _("Jeg fant ingen med de ordene. Prøv et annet ord, eller se hva som finnes.")
    )
    rows = tuple((button,) for button in _buttons(found))
    return Message(text, buttons=(*rows, _BACK, _HELP))


def show_one(turn: Turn, subject: int, version: int) -> None:
    services.one(turn.session, subject, turn.me.language)
    turn.show("services.one", subject, came=version)


def one_card(reading: Reading) -> Message:
    found = services.one(reading.session, reading.subject, reading.reader.language)
    came = int(reading.params.get("came", 0))
    need = _NEED[came - 1] if 0 < came <= len(_NEED) else found.needs[0]
    back = Button(NEEDS[need], action="services.need", subject=_NEED.index(need))
    return Message(described(found), buttons=((back,), _BACK, *_at_once(need)))


def described(found: Shown) -> Text:
    """All that is known of a service, the way in before the rest."""
    words = found.words
    parts = [join([verbatim(words["name"]), verbatim(words["what"])])]
    facts = [_("Slik når du dem: {words}", words=words["reach"])]
    if "hours" in words:
        facts.append(_("Åpent: {words}", words=words["hours"]))
    if "place" in words:
        facts.append(_("Sted: {words}", words=words["place"]))
    if whom := _whom(found):
        facts.append(_("For: {whom}", whom=whom))
    facts.append(LINES[found.line])
    parts.append(join(facts))
    if found.drop_in:
        hours = [hour_line(each) for each in found.drop_in]
        parts.append(join([_("Uten avtale:"), *hours]))
    return join(parts, "\n\n")


def _whom(found: Shown) -> Text | None:
    told: list[Text] = []
    if "for_whom" in found.words:
        told.append(verbatim(found.words["for_whom"]))
    match found.ages:
        case (int(first), int(last)):
            told.append(_("{first} til {last} år", first=first, last=last))
        case (int(first), None):
            told.append(_("fra {first} år", first=first))
        case (None, int(last)):
            told.append(_("til {last} år", last=last))
    return join(told, ", ") if told else None


def needs_of(found: Shown) -> Text:
    return list_of(NEEDS[need] for need in found.needs)


COMMANDS = {
    "tjenester": open_directory,
    "tenester": open_directory,
    "services": open_directory,
}
BUTTONS = {
    "services.needs": show_needs,
    "services.need": show_need,
    "services.one": show_one,
}
NOTICES = {
    "services.needs": needs_card,
    "services.need": need_card,
    "services.found": found_card,
    "services.one": one_card,
}
