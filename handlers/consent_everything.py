"""Asking whether all who take part may know everything: a question of its own, revocable alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.dialogue import Asking, Flow, choose, confirm
from handlers.stafett import about_asking, untils_in_words
from handlers.turns import Turn
from locales import Day, _, join, pgettext
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
    sure = yield from confirm(
        join(
            [
                _("Skal jeg spørre om alle som er med om {ungdom}, får vite alt?",
                  ungdom=form.ungdom),
                _("Til og med {day}", day=Day(day, year=True)),
                _("Hver får spørsmålet i sin egen chat. Ingen ser hva andre svarer."),
            ]
        ),
        yes=_("Ja, spør dem"),
    )  # fmt: skip
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
