"""What of a case is kept from the guardians, for the stafettholder: the whole list, and each thing.

Nobody else sees why; the others of the staff see on their own cards that a thing is shielded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import access, access_log, consents, people, shielded, shielding, withholding
from models.base import Refused, require
from models.cases import Case
from models.goals import Goal, Tiltak, items_of, today
from models.invitees import Meeting
from models.log_entries import LogEntry
from models.people import Person
from models.shielded import Shielded
from models.terms import Action, ItemKind, Why
from models.withheld import Item


@dataclass(frozen=True)
class Thing:
    """A goal, tiltak or meeting, or with no `item` the whole case."""

    id: int
    item: Item | None
    words: str | None
    starts_at: datetime | None  # of a meeting
    review_on: date | None  # None: it is not shielded itself
    with_goal: bool  # a tiltak whose goal is shielded, and it with it
    reason: str | None
    since: datetime | None


@dataclass(frozen=True)
class Shields:
    """What is shielded in a case, and what could be."""

    case_id: int
    ungdom: str
    whole: Thing
    may_whole: bool  # no guardian knows of the case
    may_call: bool  # a meeting without the guardians
    things: tuple[Thing, ...]


@dataclass(frozen=True)
class Form:
    """What there is to know before shielding something, or ending it."""

    case_id: int
    ungdom: str
    thing: Thing
    days: Mapping[date, int]  # day to look at it again -> weeks until then


def shields(session: Session, *, actor: Person, case_id: int, now: datetime) -> Shields:
    case = _opened(session, actor, case_id, now)
    access_log.looked(session, "cases", actor, case, now)
    held = shielded.of_case(session, case.id)
    current = [item for item, *_rest in withholding.things(session, case, actor, now)]
    items = dict.fromkeys([*current, *(item for item in held.by if item is not None)])
    whole = _thing(session, case, held, None)
    return Shields(
        case_id=case.id,
        ungdom=people.get(session, case.ungdom_id).name or "",
        whole=whole,
        may_whole=bool(whole.review_on) or not shielding.guardians_know(session, case),
        may_call=not held.whole and consents.carries(session, case, now),
        things=tuple(_thing(session, case, held, item) for item in items),
    )


def form(session: Session, *, actor: Person, thing_id: int, now: datetime) -> Form:
    """One thing or the whole case, by its id. Refused as absent to all but the holder."""
    case_id, item = shielding.place_of(session, thing_id)
    case = _opened(session, actor, case_id, now)
    access_log.looked(session, "cases", actor, case, now)
    return Form(
        case_id=case.id,
        ungdom=people.get(session, case.ungdom_id).name or "",
        thing=_thing(session, case, shielded.of_case(session, case.id), item),
        days=shielded.suggested_days(session, now),
    )


def due(session: Session, *, actor: Person, case_id: int, now: datetime) -> bool:
    """Whether it is time for the holder to look again at something that goes on: what is over
    stays shielded without a word. Shows nothing of it."""
    try:
        case = _opened(session, actor, case_id, now)
    except Refused:
        return False
    by = shielded.of_case(session, case.id).by
    current = (item for item, *_rest in withholding.things(session, case, actor, now))
    written = (item for item in by if item is not None and item.kind is ItemKind.ENTRY)
    going_on = (None, *current, *written)
    days = (by[item].review_on for item in going_on if item in by)
    return any(day is not None and day <= today(session, now) for day in days)


# --- the small parts -----------------------------------------------------------------------------


def _opened(session: Session, actor: Person, case_id: int, now: datetime) -> Case:
    return access.open_case(session, actor=actor, case_id=case_id, action=Action.SHIELD, now=now)


def _thing(session: Session, case: Case, held: Shielded, item: Item | None) -> Thing:
    found = shielding.thing_of(session, item) if item is not None else None
    require(item is None or found is not None, Why.ABSENT)
    act = held.by.get(item)
    goal = items_of(found)[1] if isinstance(found, Tiltak) else None
    return Thing(
        id=item.id if item is not None else case.id,
        item=item,
        words=found.words if isinstance(found, Goal | Tiltak | LogEntry) else None,
        starts_at=found.starts_at if isinstance(found, Meeting) else None,
        review_on=act.review_on if act is not None else None,
        with_goal=goal is not None and goal in held.by,
        reason=act.reason if act is not None else None,
        since=act.at if act is not None else None,
    )
