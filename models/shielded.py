"""Kept from the guardians: one goal, tiltak or meeting, or a whole case [58]. Append-only.

For a guardian what is shielded is as if it were not there: `hidden_from` and `kept_from` are the
doors that ask. The youth and the staff see it as before, and the guardians stay those who must
consent. Nothing is ever unshielded by itself; on its day the stafettholder is told to look at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, UniqueConstraint, and_, exists, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from models import (
    audit,
    cases,
    family,
    follow_ups,
    municipality,
    policy,
    reminding,
    unasked,
)
from models.base import Base, Id, Ref, new_id, require
from models.cases import Case
from models.follow_ups import FollowedUp, Ladder
from models.journal import Journaled
from models.outbox import Promise
from models.people import Person
from models.reminding import Step
from models.sealed import Sealed, SealedRow
from models.terms import CaseState, ItemKind, Shielding, Why
from models.together import Rows
from models.withheld import Item

REVIEW = "shield.review"
LONGEST_MONTHS = 3
"""No day to look at it again is later than that."""
WEEKS = (2, 4, 8)


class ShieldEvent(Journaled, SealedRow, FollowedUp, Base):
    """Somebody shielded something, set a later day for it, or ended it. Never changed."""

    __tablename__ = "shield_events"
    GOES_ANYWAY = frozenset({Shielding.SHIELDED})
    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: Mapped[Id]
    key_id: Mapped[Ref]  # the case's
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"))
    seq: Mapped[int]
    item: Mapped[str | None]  # its kind; None: the whole case
    item_id: Mapped[Ref | None]
    act: Mapped[str]
    review_on: Mapped[date | None]  # None: it is ended
    by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    reason_sealed: Mapped[bytes | None]
    reason = Sealed()


@dataclass(frozen=True)
class Shield:
    """Why something is shielded, for staff to read, and the day somebody looks at it again."""

    reason: str
    review_on: date


@dataclass(frozen=True)
class Shielded:
    """What is shielded in a case now, and the act it rests on: the last one of each decides."""

    by: Mapping[Item | None, ShieldEvent]

    @property
    def whole(self) -> bool:
        return None in self.by

    def hides(self, *items: Item) -> bool:
        """Whether any of these is shielded. With a tiltak its goal is named: what serves a
        shielded goal is shielded with it."""
        return self.whole or any(item in self.by for item in items)

    def review_on(self, *items: Item) -> date | None:
        """The last of the days on which something that hides these is looked at again."""
        found = (self.by[item].review_on for item in (None, *items) if item in self.by)
        return max((day for day in found if day is not None), default=None)


NOTHING = Shielded({})


def fold(told: Iterable[ShieldEvent]) -> Shielded:
    by: dict[Item | None, ShieldEvent] = {}
    for event in told:
        by.pop(item_of(event), None)
        if event.act == Shielding.SHIELDED:
            by[item_of(event)] = event
    return Shielded(by)


def item_of(event: ShieldEvent) -> Item | None:
    return None if event.item is None else Item(ItemKind(event.item), event.item_id or 0)


# --- who asks ------------------------------------------------------------------------------------


_OF_CASE = Rows(select(ShieldEvent).order_by(ShieldEvent.seq), by=ShieldEvent.case_id)


def of_case(session: Session, case_id: int) -> Shielded:
    return fold(_OF_CASE.of(session, case_id))


def hidden_from(session: Session, case: Case, person: Person) -> Shielded:
    """What is not there for someone, whichever hat they wear: nothing, but for a guardian."""
    found = of_case(session, case.id)
    return found if found.by and person.id in _guardians(session, case) else NOTHING


def kept_from(session: Session, case: Case, *items: Item) -> frozenset[int]:
    """Those for whom these things are not there; of no things, the case itself."""
    hides = of_case(session, case.id).hides(*items)
    return _guardians(session, case) if hides else frozenset()


def _guardians(session: Session, case: Case) -> frozenset[int]:
    """Also one without responsibility, and one of a youth who is of age: it is kept from parents.
    None of them holds the baton (`cases.open`)."""
    return family.ever_guardians_of(session, case.ungdom_id)


# --- acts ----------------------------------------------------------------------------------------


def checked(session: Session, shield: Shield, now: datetime) -> Shield:
    """As it will be kept. Refused: WORDS_REQUIRED without a reason, TOO_LONG, PAST for a day that
    does not lie ahead, NO_SUCH_DATE for one too far off."""
    today = policy.today_in(now, municipality.policy_at(session, now))
    reason = shield.reason.strip()
    require(reason, Why.WORDS_REQUIRED)
    require(len(reason) <= 300, Why.TOO_LONG)
    require(shield.review_on > today, Why.PAST)
    require(shield.review_on <= policy.months_after(today, LONGEST_MONTHS), Why.NO_SUCH_DATE)
    return Shield(reason, shield.review_on)


def note(
    session: Session,
    case: Case,
    item: Item | None,
    shield: Shield | None,
    actor: Person,
    now: datetime,
) -> ShieldEvent:
    """Append one act, None ending what was shielded, and its line in the case's chain."""
    before = of_case(session, case.id).by.get(item)
    act = Shielding.SHIELDED if shield else Shielding.ENDED
    event = ShieldEvent(
        id=new_id(), key_id=case.key_id, case_id=case.id, seq=_next(session, case),
        item=item and item.kind, item_id=item and item.id, act=act,
        review_on=shield and shield.review_on, by_id=actor.id, at=now, steps_done=[],
    )  # fmt: skip
    session.add(event)
    event.reason = shield.reason if shield else None
    session.flush()
    kind, day = item.kind.value if item else "case", shield and shield.review_on.isoformat()
    audit.record(
        session, action=f"shielding.{act.value}", actor_id=actor.id,
        object_id=item.id if item else case.id, chain=case.id, now=now,
        detail={"item": kind, "review": day},
    )  # fmt: skip
    for each in (event, before):
        if each is not None:
            follow_ups.reschedule(session, LADDER, each, now)
    session.flush()
    return event


def _next(session: Session, case: Case) -> int:
    last = select(ShieldEvent.seq).where(ShieldEvent.case_id == case.id)
    return max(session.scalars(last), default=0) + 1


def follow(
    session: Session, case: Case, old: Item, new: Item, actor: Person, now: datetime
) -> None:
    """What takes the place of something shielded is shielded too, for the same reason."""
    event = of_case(session, case.id).by.get(old)
    if event is not None and event.review_on is not None:
        note(session, case, new, Shield(event.reason or "", event.review_on), actor, now)


# --- looked at again -----------------------------------------------------------------------------


def suggested_days(session: Session, now: datetime) -> dict[date, int]:
    """Day -> weeks until then. The municipality's own is one of them."""
    rules = municipality.policy_at(session, now)
    today = policy.today_in(now, rules)
    last = policy.months_after(today, LONGEST_MONTHS)
    lengths = {*(weeks * 7 for weeks in WEEKS), rules.shield_review_days}
    days = {today + timedelta(days=days): days // 7 for days in sorted(lengths)}
    return {day: weeks for day, weeks in days.items() if day <= last}


def stop_reviews(session: Session, case: Case, now: datetime) -> None:
    """The case is closed: what is shielded stays so, and nobody looks at it again."""
    for event in of_case(session, case.id).by.values():
        follow_ups.reschedule(session, LADDER, event, now)


def _plan(session: Session, event: ShieldEvent, now: datetime) -> Sequence[Step]:
    case = cases.find(session, event.case_id)
    stands = of_case(session, event.case_id).by.get(item_of(event)) is event
    if not stands or event.review_on is None or case is None or case.state == CaseState.CLOSED:
        return ()
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    return reminding.review_steps(event.review_on, rules, calendar, now)


def _take(session: Session, event: ShieldEvent, step: Step, now: datetime) -> None:
    """The holder is reminded once a day, however much there is to look at."""
    case = session.get_one(Case, event.case_id)
    day = policy.today_in(now, municipality.policy_at(session, now)).isoformat()
    holder = [case.stafettholder_id]
    unasked.tell(session, REVIEW, holder, case.id, day, now, Promise.REMINDER)


def _open() -> ColumnElement[bool]:
    """What stands shielded, in a case that goes on."""
    later = aliased(ShieldEvent)
    same = and_(
        later.case_id == ShieldEvent.case_id,
        later.item.is_not_distinct_from(ShieldEvent.item),
        later.item_id.is_not_distinct_from(ShieldEvent.item_id),
        later.seq > ShieldEvent.seq,
    )
    going_on = select(Case.id).where(Case.state != CaseState.CLOSED)
    stands = ShieldEvent.act == Shielding.SHIELDED, ~exists().where(same)
    return and_(ShieldEvent.case_id.in_(going_on), *stands)


def _responsible(session: Session, event: ShieldEvent, now: datetime) -> list[int]:
    return cases.responsible(session, session.get_one(Case, event.case_id), now)


LADDER = Ladder(table=ShieldEvent, plan=_plan, take=_take, open=_open, responsible=_responsible)
