"""The staff's side of a case: open one, ask for consent, let people take part; and everyone's list.

What each sees of a case is their own card, under the hat it was opened with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from handlers import case_cards, shield_words
from handlers.consent_card import KINDS, kinds_in_words
from handlers.dialogue import Asking, Flow, choose, confirm, several
from handlers.picking import pick
from handlers.turns import Message, Reading, Turn
from locales import Day, Text, _, join, list_of, pgettext, plural, verbatim
from models import case_forms
from models.case_forms import AskForm, OpenForm, ParticipantForm
from models.terms import InfoKind, Role

# --- opening a case ------------------------------------------------------------------------------


NO_LOG = _("På nivået saken begynner på, føres det ingen stafettlogg. Nivået kan endres senere.")


@dataclass(frozen=True)
class Opened:
    pupil_id: int
    holder_id: int


def about_opening(turn: Turn, subject: int | None) -> OpenForm:
    form = case_forms.opening(turn.session, actor=turn.me)
    return replace(form, has_log=case_forms.has_log(turn.session, turn.now))


def opening(form: OpenForm) -> Asking[Opened | None]:
    pupil = yield from pick(_("Hvilken elev gjelder det?"), form.pupils, {})
    holder = yield from choose(
        "holder",
        _("Hvem skal være stafettholder for {ungdom}?", ungdom=form.pupils[pupil]),
        _candidates(form, pupil),
    )
    sure = yield from confirm(
        join(
            [
                _("Skal jeg opprette en sak for {ungdom}?", ungdom=form.pupils[pupil]),
                _("Stafettholder: {name}", name=form.holders[holder]),
                _("Ingenting deles med noen før de som må, har sagt ja."),
                _(
                    "Ingen får beskjed nå, men familien ser saken om de åpner Mine saker. Snakk "
                    "gjerne med dem før."
                ),
                *([] if form.has_log else [NO_LOG]),
            ]
        ),
        yes=_("Ja, opprett saken"),
    )
    return Opened(pupil, holder) if sure else None


def _candidates(form: OpenForm, pupil: int) -> dict[int, Text]:
    """The pupil's own kontaktlærer first, and named as such; nobody is chosen beforehand."""
    own = form.teachers.get(pupil)
    ordered = sorted(form.holders, key=lambda person: person != own)
    return {
        person: _("{name} (kontaktlærer)", name=form.holders[person])
        if person == own
        else verbatim(form.holders[person])
        for person in ordered
    }


def opened(turn: Turn, wish: Opened) -> None:
    case_id = case_forms.open_case(
        turn.session, actor=turn.me, pupil_id=wish.pupil_id, holder_id=wish.holder_id, now=turn.now
    )
    if wish.holder_id == turn.me.id:
        turn.say("stafett.card", case_id, hat=Role.STAFETTHOLDER.value)
    else:
        turn.say("stafett.opened_for", case_id)


def opened_for(reading: Reading) -> Message:
    return Message(_("Saken er opprettet. Stafettholderen får beskjed og tar det derfra."))


# --- asking for consent --------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    case_id: int
    units: tuple[int, ...]
    kinds: tuple[InfoKind, ...]
    until: date


def about_asking(turn: Turn, subject: int | None) -> AskForm:
    return case_forms.asking(turn.session, actor=turn.me, case_id=subject or 0, now=turn.now)


def asking(form: AskForm) -> Asking[Asked | None]:
    """The last day is chosen as a date: what was confirmed is what is asked, a day later too."""
    units = yield from several(
        "units",
        _("Hvem vil du samarbeide med om {ungdom}? Velg bare dem som trengs.", ungdom=form.ungdom),
        {unit: verbatim(name) for unit, name in form.units.items()},
    )
    kinds = yield from several("kinds", _("Hva skal de få vite? Velg bare det som trengs."), KINDS)
    until = yield from choose(
        "until", _("Hvor lenge skal det gjelde?"), untils_in_words(form.untils)
    )
    day = date.fromisoformat(until)
    names = list_of(verbatim(form.units[unit]) for unit in units)
    lines = [
        _("Skal jeg spørre de som må si ja for {ungdom}?", ungdom=form.ungdom),
        _("Samarbeid med: {services}", services=names),
        _("De får vite: {kinds}", kinds=kinds_in_words(frozenset(kinds))),
        _("Til og med {day}", day=Day(day, year=True)),
    ]
    sure = yield from confirm(join([join(lines), *who_is_asked(form)], "\n\n"), yes=ASK_THEM)
    return Asked(form.case_id, units, kinds, day) if sure else None


ASK_THEM = _("Ja, spør dem")


def who_is_asked(form: AskForm) -> list[Text]:
    """By name, with what to think of before a parent is reached."""
    lines = [_("Disse blir spurt: {names}", names=list_of(map(verbatim, form.asked)))]
    if form.not_joined:
        lines.append(_("Noen som må svare, er ikke med her ennå. Inviter dem."))
    lines.append(_("Hver får spørsmålet i sin egen chat. Ingen ser hva andre svarer."))
    warned = shield_words.before_parents(form.ungdom, careful=form.careful, shields=form.shields)
    return [join(lines), *warned]


def untils_in_words(untils: Mapping[int, date]) -> dict[str, Text]:
    return {
        day.isoformat(): plural(
            "{n} måned, til {day}", "{n} måneder, til {day}", months, day=Day(day, year=True)
        )
        for months, day in untils.items()
    }


def asked(turn: Turn, wish: Asked) -> None:
    case_forms.ask(
        turn.session,
        actor=turn.me,
        case_id=wish.case_id,
        scope=dict.fromkeys(wish.units, wish.kinds),
        until=wish.until,
        now=turn.now,
    )
    turn.say("stafett.card", wish.case_id, hat=Role.STAFETTHOLDER.value)


# --- letting people of a service take part -------------------------------------------------------


@dataclass(frozen=True)
class Added:
    case_id: int
    unit_id: int
    workers: tuple[int, ...]


def about_adding(turn: Turn, subject: int | None) -> ParticipantForm:
    return case_forms.adding(turn.session, actor=turn.me, case_id=subject or 0, now=turn.now)


def adding(form: ParticipantForm) -> Asking[Added | None]:
    unit = yield from choose(
        "unit",
        _("Hvilken tjeneste?"),
        {unit: verbatim(name) for unit, name in form.units.items()},
    )
    workers = yield from several(
        "workers",
        _("Hvem fra {service} skal være med?", service=form.units[unit]),
        {person: verbatim(name) for person, name in form.workers[unit].items()},
    )
    names = list_of(verbatim(form.workers[unit][person]) for person in workers)
    sure = yield from confirm(
        join(
            [
                _("Skal {names} fra {service} være med om {ungdom}?", names=names,
                  service=form.units[unit], ungdom=form.ungdom),
                _("De ser bare det det er sagt ja til, og bare så lenge det gjelder."),
            ]
        ),
        yes=_("Ja, ta med"),
    )  # fmt: skip
    return Added(form.case_id, unit, workers) if sure else None


def added(turn: Turn, wish: Added) -> None:
    case_forms.add_workers(
        turn.session,
        actor=turn.me,
        case_id=wish.case_id,
        unit_id=wish.unit_id,
        worker_ids=wish.workers,
        now=turn.now,
    )
    turn.say("stafett.card", wish.case_id, hat=Role.STAFETTHOLDER.value)


def my_cases(turn: Turn, typed: str) -> None:
    turn.say("stafett.list")


APNE = Flow("sak.apne", pgettext("flow", "Opprett en sak"), about_opening, opening, opened)
BE_OM_SAMTYKKE = Flow(
    "samtykke.be", pgettext("flow", "Be om samtykke"), about_asking, asking, asked
)
LEGG_TIL_DELTAKER = Flow(
    "sak.deltaker", pgettext("flow", "Ta med deltakere"), about_adding, adding, added
)

FLOWS = (APNE, BE_OM_SAMTYKKE, LEGG_TIL_DELTAKER)
COMMANDS = {"saker": my_cases, "cases": my_cases}
BUTTONS = {**case_cards.BUTTONS}
NOTICES = {"stafett.opened_for": opened_for, **case_cards.NOTICES}
