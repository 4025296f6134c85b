"""Asking whether all who take part may know everything: a question of its own, revocable alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.dialogue import Asking, Flow, choose, confirm
from handlers.stafett import ASK_THEM, about_asking, untils_in_words, who_is_asked
from handlers.turns import Turn
from locales import Day, _, join, list_of, pgettext, verbatim
from models import case_forms
from models.case_forms import AskForm
from models.terms import Role


@dataclass(frozen=True)
class Asked:
    case_id: int
    until: date


def talk(form: AskForm) -> Asking[Asked | None]:
    until = yield from choose(
        "until", _("Hvor lenge skal det gjelde?"), untils_in_words(form.untils)
    )
    day = date.fromisoformat(until)
    lines = [
        _("Skal jeg spørre om alle som er med om {ungdom}, får vite alt?", ungdom=form.ungdom),
        _("Til og med {day}", day=Day(day, year=True)),
    ]
    if form.sharing:
        names = list_of(map(verbatim, form.sharing))
        lines.insert(1, _("Med nå: {services}", services=names))
    sure = yield from confirm(join([join(lines), *who_is_asked(form)], "\n\n"), yes=ASK_THEM)
    return Asked(form.case_id, day) if sure else None


def asked(turn: Turn, wish: Asked) -> None:
    case_forms.ask(
        turn.session,
        actor=turn.me,
        case_id=wish.case_id,
        scope=None,
        until=wish.until,
        now=turn.now,
    )
    turn.say("stafett.card", wish.case_id, hat=Role.STAFETTHOLDER.value)


FLOW = Flow("samtykke.alt", pgettext("flow", "Spør om alt til alle"), about_asking, talk, asked)
FLOWS = (FLOW,)
