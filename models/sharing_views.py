"""Which things of a case may be known to which services: what the family withholds, seen whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import access, consents, municipality, withheld
from models.access_log import looked
from models.base import require
from models.people import Person
from models.terms import Action, InfoKind, Role, Why
from models.withheld import Item
from models.withholding import kind_of, releasable, things


@dataclass(frozen=True)
class From:
    """One service, or every service (`unit_id` None), and whether it may know of a thing."""

    unit_id: int | None
    name: str
    knows: bool
    withheld: bool  # by somebody; never whose, when it is another's
    mine: bool  # the reader withheld it, or may release it for one who has no part any more


@dataclass(frozen=True)
class Shared:
    """A thing of a case and who may know of it, for the family and the holder."""

    item: Item
    words: str | None
    starts_at: datetime | None  # of a meeting
    services: tuple[From, ...]
    everyone: From


def shared(session: Session, *, actor: Person, case_id: int, now: datetime) -> tuple[Shared, ...]:
    """Everything that can be withheld, and from whom it is: for the family and the holder."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now
    )
    hats = access.hats_in_case(session, actor, case, now)
    require(hats & {Role.UNGDOM, Role.FORESATT, Role.STAFETTHOLDER}, Why.ABSENT)
    looked(session, "withheld", actor, case, now)
    grants = consents.standing(session, case, now).grants()
    names = municipality.unit_names(session, grants)
    held = withheld.of_case(session, case.id)
    found = []
    for item, words, starts_at in things(session, case, actor, now):
        kind = kind_of(session, item)

        def row(
            unit: int | None, name: str, item: Item = item, kind: InfoKind | None = kind
        ) -> From:
            who = held.who(item, unit)
            mine = releasable(session, case, actor, who, now)
            knows = _knows(grants, held, item, kind, unit)
            return From(unit, name, knows, bool(who), bool(mine))

        rows = tuple(row(unit, name) for unit, name in names.items())
        found.append(Shared(item, words, starts_at, rows, row(None, "")))
    return tuple(found)


def _knows(
    grants: dict[int, frozenset[InfoKind]],
    held: withheld.Withheld,
    item: Item,
    kind: InfoKind | None,
    unit: int | None,
) -> bool:
    if unit is None:
        return any(_knows(grants, held, item, kind, each) for each in grants)
    return kind in grants[unit] and not held.hides(item, unit)
