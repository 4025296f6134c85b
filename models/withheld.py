"""'Not this': one goal, tiltak or meeting kept from one service, or from all [14]. Append-only.

Who withheld can release; nobody else. What is withheld is as if it were not there, for whoever
sees a case under a service's hat only: `access.kinds_by_unit` is the one door that asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit
from models.base import Base, Counter, Ref
from models.cases import Case
from models.journal import Journaled
from models.people import Person
from models.terms import ItemKind, Withholding
from models.together import Rows


class Item(NamedTuple):
    kind: ItemKind
    id: int


class WithholdEvent(Journaled, Base):
    """Somebody withheld or released something. Never changed, never removed."""

    __tablename__ = "withhold_events"
    GOES_ANYWAY = frozenset({Withholding.WITHHELD})
    __table_args__ = (Index("ix_withhold_events_case", "case_id", "id"),)

    id: Mapped[Counter]
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"))
    item: Mapped[str]  # its kind
    item_id: Mapped[Ref]
    unit_id: Mapped[Ref | None] = mapped_column(ForeignKey("units.id"))  # None: every service
    act: Mapped[str]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))  # who withheld it
    by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))  # and who did this
    at: Mapped[datetime]
    occasion: Mapped[str]


@dataclass(frozen=True)
class Withheld:
    """What is withheld in a case now, from whom and by whom: the last act of each decides."""

    by: Mapping[tuple[Item, int | None], frozenset[int]]

    def who(self, item: Item, unit_id: int | None) -> frozenset[int]:
        return self.by.get((item, unit_id), frozenset())

    def hides(self, item: Item, unit_id: int) -> bool:
        return bool(self.who(item, unit_id) | self.who(item, None))


_OF_CASE = Rows(
    select(WithholdEvent).order_by(WithholdEvent.case_id, WithholdEvent.id),  # as the index lies
    by=WithholdEvent.case_id,
)


def of_case(session: Session, case_id: int) -> Withheld:
    return fold(_OF_CASE.of(session, case_id))


def fold(told: Iterable[WithholdEvent]) -> Withheld:
    by: dict[tuple[Item, int | None], frozenset[int]] = {}
    for event in told:
        place = Item(ItemKind(event.item), event.item_id), event.unit_id
        who = by.get(place, frozenset())
        withholds = event.act == Withholding.WITHHELD
        by[place] = who | {event.person_id} if withholds else who - {event.person_id}
    return Withheld(by)


def note(
    session: Session,
    case: Case,
    item: Item,
    unit_id: int | None,
    act: Withholding,
    actor: Person,
    now: datetime,
    *,
    occasion: str,
    person_id: int | None = None,
) -> WithholdEvent:
    """Append one act, and its line in the case's chain. `person_id`: whose withholding it is,
    where that is not the actor."""
    event = WithholdEvent(
        case_id=case.id, item=item.kind, item_id=item.id, unit_id=unit_id, act=act,
        person_id=person_id or actor.id, by_id=actor.id, at=now, occasion=occasion,
    )  # fmt: skip
    session.add(event)
    session.flush()
    audit.record(
        session, action=f"consents.{act.value}", actor_id=actor.id, object_id=item.id,
        chain=case.id, now=now, detail={"item": item.kind.value, "unit": unit_id},
    )  # fmt: skip
    return event


def follow(
    session: Session, case: Case, old: Item, new: Item, actor: Person, now: datetime
) -> None:
    """What takes the place of something withheld is withheld too, by the same and from the same."""
    for (item, unit_id), persons in of_case(session, case.id).by.items():
        for person_id in sorted(persons) if item == old else ():
            note(
                session, case, new, unit_id, Withholding.WITHHELD, actor, now,
                occasion=f"follows.{old.id}", person_id=person_id,
            )  # fmt: skip
