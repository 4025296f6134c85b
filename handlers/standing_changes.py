"""Changing a standing meeting: another chair, an end; moving one date, or letting it go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.dialogue import Asking, Flow, ask_when, choose, confirm
from handlers.turns import Turn
from locales import Moment, _, pgettext, verbatim
from models import (
    access_log,
    standing_date_views,
    standing_dates,
    standing_running,
    standing_views,
)
from models.base import require
from models.standing_views import SeriesView
from models.terms import OccasionState, Why

# --- the series ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chair:
    standing_id: int
    chair_id: int


def _about_series(turn: Turn, subject: int | None) -> SeriesView:
    seen = standing_views.series(
        turn.session, actor=turn.me, standing_id=subject or 0, now=turn.now
    )
    require(seen.runs and not seen.ended, Why.ABSENT)
    return seen


def _about_chair(turn: Turn, subject: int | None) -> tuple[SeriesView, dict[int, str]]:
    seen = _about_series(turn, subject)
    found = standing_views.chairs_for(turn.session, actor=turn.me, standing_id=seen.id)
    require(found, Why.NOBODY)
    return seen, found


def _ask_chair(plain: tuple[SeriesView, dict[int, str]]) -> Asking[Chair | None]:
    seen, found = plain
    chair = yield from choose(
        "chair", _("Hvem skal lede møtene?"), {i: verbatim(name) for i, name in found.items()}
    )
    text = _("Skal {name} lede møtene mellom {club} og {school}?",
             name=found[chair], club=seen.club, school=seen.school)  # fmt: skip
    return Chair(seen.id, chair) if (yield from confirm(text, yes=_("Ja, bytt"))) else None


def _hand_on(turn: Turn, wish: Chair) -> None:
    standing_running.hand_on(
        turn.session, actor=turn.me, standing_id=wish.standing_id, chair_id=wish.chair_id,
        now=turn.now,
    )  # fmt: skip
    turn.say("standing.series", wish.standing_id)


def _ask_end(seen: SeriesView) -> Asking[int | None]:
    text = _("Skal jeg avslutte møtene mellom {club} og {school}? De som kommer, går ut, og de "
             "andre får beskjed.", club=seen.club, school=seen.school)  # fmt: skip
    return seen.id if (yield from confirm(text, yes=_("Ja, avslutt"))) else None


def _end(turn: Turn, standing_id: int) -> None:
    standing_running.end(turn.session, actor=turn.me, standing_id=standing_id, now=turn.now)
    turn.say("standing.list")


# --- one date ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    occasion_id: int
    sequence: int
    starts: datetime  # a wall clock


def _about_date(turn: Turn, subject: int | None) -> dict[str, Any]:
    with access_log.unseen(turn.session):  # nothing but the time is shown
        seen = standing_date_views.look(
            turn.session, actor=turn.me, occasion_id=subject or 0, now=turn.now
        )
    require(seen.decides, Why.ABSENT)
    require(seen.state is OccasionState.PLANNED and not seen.begun, Why.STALE)
    return {"id": seen.id, "sequence": seen.sequence, "at": seen.starts_at, "zone": seen.zone}


def _ask_move(plain: dict[str, Any]) -> Asking[Move | None]:
    when = yield from ask_when("when", _("Når skal møtet være i stedet?"))
    text = _("Skal jeg flytte møtet fra {old} til {new}? De andre møtene står.",
             old=Moment(plain["at"], plain["zone"]), new=Moment(when, plain["zone"]))  # fmt: skip
    if not (yield from confirm(text, yes=_("Ja, flytt"))):
        return None
    wall = when.astimezone(ZoneInfo(plain["zone"])).replace(tzinfo=None)
    return Move(plain["id"], plain["sequence"], wall)


def _move(turn: Turn, wish: Move) -> None:
    standing_dates.move(
        turn.session, actor=turn.me, occasion_id=wish.occasion_id, starts=wish.starts,
        sequence=wish.sequence, now=turn.now,
    )  # fmt: skip
    turn.say("standing.date", wish.occasion_id)


def _ask_off(plain: dict[str, Any]) -> Asking[tuple[int, int] | None]:
    text = _("Skal møtet {when} gå ut? De andre møtene står.",
             when=Moment(plain["at"], plain["zone"]))  # fmt: skip
    sure = yield from confirm(text, yes=_("Ja, la det gå ut"))
    return (plain["id"], plain["sequence"]) if sure else None


def _off(turn: Turn, wish: tuple[int, int]) -> None:
    occasion_id, sequence = wish
    standing_dates.call_off(
        turn.session, actor=turn.me, occasion_id=occasion_id, sequence=sequence, now=turn.now
    )
    turn.say("standing.date", occasion_id)


FLOWS: tuple[Flow[Any], ...] = (
    Flow("fast.leder", pgettext("flow", "Bytt leder"), _about_chair, _ask_chair, _hand_on),
    Flow("fast.slutt", pgettext("flow", "Avslutt faste møter"), _about_series, _ask_end, _end),
    Flow("fast.flytt", pgettext("flow", "Flytt et fast møte"), _about_date, _ask_move, _move),
    Flow("fast.ut", pgettext("flow", "La et fast møte gå ut"), _about_date, _ask_off, _off),
)
