"""The log on paper, and here again: what the family wants, and the stafettholder writes down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handlers.dialogue import Asking, Flow, confirm
from handlers.log_keeping import FAMILY, news_under
from handlers.turns import Button, Turn
from locales import Day, Text, _, join
from models import log_views, paper_log
from models.base import require
from models.log_views import LogView
from models.terms import Role, Why


def line(seen: LogView) -> list[Text]:
    if seen.on_paper is None:
        return []
    return [
        _("Loggen er på papir fra {day}. Her står datoene, og det som ble skrevet før.",
          day=Day(seen.on_paper))
    ]  # fmt: skip


def button(seen: LogView) -> Button:
    label = _("Før loggen på papir") if seen.on_paper is None else _("Før loggen her igjen")
    return Button(label, "flow:log.papir", seen.case_id)


@dataclass(frozen=True)
class Wanted:
    case_id: int
    ungdom: str
    on_paper: bool


def _prepare(turn: Turn, subject: int | None) -> Wanted:
    seen = log_views.log(
        turn.session, actor=turn.me, case_id=subject or 0, now=turn.now, hat=Role.STAFETTHOLDER
    )
    require(seen.may_paper, Why.ABSENT)
    return Wanted(seen.case_id, seen.ungdom, seen.on_paper is None)


def _talk(plain: Wanted) -> Asking[Wanted | None]:
    if plain.on_paper:
        text = [
            _("Vil {ungdom} og foresatte ha loggen på papir?", ungdom=plain.ungdom),
            _("Da skrives ingenting her. Stafettholder, samtykke og datoer er som før, og alle blir "
              "minnet på det som er avtalt. Det som alt er skrevet, kan fortsatt leses."),
        ]  # fmt: skip
    else:
        text = [_("Vil {ungdom} og foresatte ha loggen her igjen?", ungdom=plain.ungdom)]
    yes = _("Ja, det er det de vil")
    return plain if (yield from confirm(join(text, "\n\n"), yes=yes)) else None


def _finish(turn: Turn, wanted: Wanted) -> None:
    paper_log.put(
        turn.session, actor=turn.me, case_id=wanted.case_id, on_paper=wanted.on_paper,
        now=turn.now,
    )  # fmt: skip
    turn.say("log.card", wanted.case_id, hat=Role.STAFETTHOLDER.value)


FLOWS: tuple[Flow[Any], ...] = (Flow("log.papir", _("Loggen på papir"), _prepare, _talk, _finish),)
NOTICES = {paper_log.TOLD: news_under(*FAMILY, opens="log.show")}
