"""That a follow-up has stopped (oppfolgingsbrudd): noticed by itself, told up a ladder with an end [44].

A case is looked at when something of it has changed (`cases.stir`) and when a day of its own comes
(`break_rules.looks`), never all of them at once. What has stopped gets a row, which ends when it
goes on again; what has ended before its next rung is told to nobody. Leaders hear that there is
something, once a day, however much it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import (
    audit,
    break_facts,
    break_rules,
    cases,
    concerns,
    family,
    follow_ups,
    municipality,
    people,
    policy,
    requests,
    shielded,
    unasked,
)
from models.base import Base, Id, Ref, new_id
from models.batons import BatonOffer
from models.break_rules import Broken
from models.cases import Case
from models.concerns import Concern
from models.follow_ups import FollowedUp, Ladder
from models.outbox import Promise
from models.reminding import Step
from models.requests import Request
from models.shielded import Shielded
from models.terms import (
    CaseState,
    ConcernState,
    RequestState,
    Role,
    Rung,
    Signal,
)

MINE, LED = "breaks.mine", "breaks.led"
"""To who has it to do; to who leads. One of each a day, whatever it is about."""
TOLD_ELSEWHERE = frozenset(
    {
        (Signal.EVALUATION, Rung.HOLDER),
        (Signal.FIRST_CONTACT, Rung.HOLDER),
        (Signal.FIRST_CONTACT, Rung.UNIT),
        (Signal.OFFER, Rung.HOLDER),
        (Signal.MINUTES, Rung.HOLDER),
        (Signal.TALK, Rung.HOLDER),
        (Signal.HOLDER, Rung.HOLDER),  # who is not here; who leads was told of it on the first day
        (Signal.CONCERN, Rung.HOLDER),
        (Signal.CONCERN, Rung.UNIT),  # the same person
    }
)
"""The thing's own ladder reminds them already."""


Owner = Case | Request | Concern
"""What a follow-up that has stopped belongs to."""


class Break(FollowedUp, Base):
    """One follow-up that stopped. Who was told when is kept: the family sees it on their card."""

    __tablename__ = "breaks"
    __table_args__ = (
        Index("ix_breaks_case_id_ended_at", "case_id", "ended_at"),
        Index("ix_breaks_school_id_ended_at", "school_id", "ended_at"),
    )

    id: Mapped[Id]
    signal: Mapped[str]
    subject_id: Mapped[Ref]  # the tiltak, meeting, offer, request or concern, or the case itself
    case_id: Mapped[Ref | None] = mapped_column(ForeignKey("cases.id"))  # None: of no case
    school_id: Mapped[Ref] = mapped_column(ForeignKey("units.id"))
    since: Mapped[date]  # by when it should have been done
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)  # rung -> the day it was told


# --- what has stopped ----------------------------------------------------------------------------


def found_in(
    session: Session, case: Case, now: datetime, hidden: Shielded = shielded.NOTHING
) -> list[Broken]:
    """What has stopped in a case; by what there is for somebody from whom `hidden` is kept."""
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    if case.state == CaseState.CLOSED:
        return []
    today = policy.today_in(now, rules)
    facts = break_facts.of(session, case, now, hidden)
    return break_rules.broken(facts, today, rules, calendar)


def found_of(session: Session, thing: Request | Concern, now: datetime) -> list[Broken]:
    """What has stopped of a request for a los, or a concern, which belong to no case."""
    if isinstance(thing, Request):
        return _of_request(session, thing, now)
    return _of_concern(session, thing, now)


def _of_concern(session: Session, concern: Concern, now: datetime) -> list[Broken]:
    rules = municipality.policy_at(session, now)
    if concern.state == ConcernState.DECIDED or Signal.CONCERN not in rules.break_signals:
        return []
    due = concerns.pressed_from(session, concern, now)
    since = break_rules.late(due, policy.today_in(now, rules))
    return [Broken(Signal.CONCERN, concern.id, since)] if since is not None else []


def _of_request(session: Session, request: Request, now: datetime) -> list[Broken]:
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    waits = request.state == RequestState.ACTIVE and request.first_contact_at is None
    if not waits or Signal.FIRST_CONTACT not in rules.break_signals:
        return []
    since = break_rules.no_first_contact(
        policy.today_in(request.state_since, rules), policy.today_in(now, rules), calendar
    )
    return [Broken(Signal.FIRST_CONTACT, request.id, since)] if since is not None else []


# --- kept ----------------------------------------------------------------------------------------


def look(session: Session, case: Case, now: datetime) -> None:
    """Open a row for each follow-up that has stopped, end those of what goes on again."""
    session.info.pop(_SEEN, None)
    chosen = select(Break).where(Break.case_id == case.id)
    rows = session.scalars(chosen.order_by(Break.began_at)).all()
    for row in rows:
        row.school_id = case.school_id  # which may be another by now: its leader is told
    _keep(session, rows, found_in(session, case, now), case, now)


def look_at(session: Session, thing: Request | Concern, now: datetime) -> None:
    chosen = select(Break).where(Break.case_id.is_(None), Break.subject_id == thing.id)
    _keep(session, session.scalars(chosen).all(), found_of(session, thing, now), thing, now)


def _keep(
    session: Session,
    rows: Iterable[Break],
    found: Sequence[Broken],
    owner: Owner,
    now: datetime,
) -> None:
    known = {Broken(Signal(r.signal), r.subject_id, r.since): r for r in rows}
    for each, row in known.items():
        if row.ended_at is None and each not in found:
            end(session, row, now)
    for each in found:
        before = known.get(each)
        if before is None:
            _begin(session, each, owner, now)
        elif before.ended_at is not None:  # the same once more: nobody hears of it twice
            before.ended_at = None
            _recorded(session, before, "breaks.again", now)
    session.flush()


def _begin(session: Session, found: Broken, owner: Owner, now: datetime) -> None:
    case_id = owner.id if isinstance(owner, Case) else None
    row = Break(
        id=new_id(), signal=found.signal, subject_id=found.subject_id, case_id=case_id,
        school_id=owner.school_id, since=found.since, began_at=now, told={}, steps_done=[],
    )  # fmt: skip
    session.add(row)
    session.flush()
    _recorded(session, row, "breaks.begin", now)


def end(session: Session, row: Break, now: datetime) -> None:
    row.ended_at = now
    _recorded(session, row, "breaks.end", now)


def _recorded(session: Session, row: Break, action: str, now: datetime) -> None:
    audit.record(
        session, action=action, actor_id=None, object_id=row.id,
        chain=row.case_id or row.subject_id, now=now, detail={"signal": str(row.signal)},
    )  # fmt: skip
    follow_ups.reschedule(session, LADDER, row, now)


def lasts(session: Session, row: Break, now: datetime) -> bool:
    """Whether it is still so, at this very moment."""
    if row.ended_at is not None:
        return False
    each = Broken(Signal(row.signal), row.subject_id, row.since)
    if row.case_id is not None:
        return each in found_in(session, session.get_one(Case, row.case_id), now)
    owner = owner_of(session, row)
    assert not isinstance(owner, Case)  # noqa: S101 - it has no case
    return each in found_of(session, owner, now)


_SEEN = "breaks"
"""What was found in the case that was asked about last: of two hundred rungs in one, once."""


def _lasts_still(session: Session, row: Break, now: datetime) -> bool:
    """As `lasts`, while rungs are told: nothing of the case changes between them."""
    if row.case_id is None:
        return lasts(session, row, now)
    if session.info.get(_SEEN, (None,))[0] != (row.case_id, now):
        case = session.get_one(Case, row.case_id)
        session.info[_SEEN] = ((row.case_id, now), frozenset(found_in(session, case, now)))
    return Broken(Signal(row.signal), row.subject_id, row.since) in session.info[_SEEN][1]


def open_in(session: Session, case_id: int) -> list[Break]:
    chosen = select(Break).where(Break.case_id == case_id, Break.ended_at.is_(None))
    return list(session.scalars(chosen.order_by(Break.since, Break.id)))


# --- who hears -----------------------------------------------------------------------------------


def _plan(session: Session, row: Break, now: datetime) -> Sequence[Step]:
    if row.ended_at is not None:
        return ()
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    return break_rules.rungs(Signal(row.signal), row.since, rules, calendar)


def _take(session: Session, row: Break, step: Step, now: datetime) -> None:
    """Tell one rung. Not of what goes on again meanwhile, and who has nothing to hear of it is not
    put down as told."""
    if not _lasts_still(session, row, now):
        end(session, row, now)
        return
    rung = Rung(step.name)
    them = hearers(session, row, rung, now)
    if not them and rung is Rung.UNIT:  # who leads is whose it is: the next hears in their place
        rung = Rung.PROJECT
        them = hearers(session, row, rung, now)
    if not them or rung in row.told:
        return
    day = policy.today_in(now, municipality.policy_at(session, now)).isoformat()
    kind = MINE if rung is Rung.HOLDER else LED
    for person_id in () if _told_elsewhere(session, row, rung) else them:
        unasked.tell(session, kind, [person_id], person_id, day, now, Promise.REMINDER)
    row.told = {**row.told, rung.value: day}


def hearers(session: Session, row: Break, rung: Rung, now: datetime) -> list[int]:
    """Who hears of it on a rung: never a guardian of the youth it is about, nor as a leader whoever
    has it to do, or is one of those an offer is between."""
    owner = owner_of(session, row)
    if rung is Rung.HOLDER:
        return _responsible(session, owner, now)
    if rung is Rung.UNIT:
        leading = people.staff_of(session, row.school_id, Role.REKTOR)
    elif row.signal == Signal.OFFER and Rung.UNIT in row.told:
        leading = []
    else:
        leading = people.with_role(session, Role.PROSJEKTLEDER)
    left_out = whose(session, row, now) | _asked_of(session, row)
    them = family.but_guardians(session, leading, owner.ungdom_id)
    return [each.id for each in them if each.id not in left_out]


def whose(session: Session, row: Break, now: datetime) -> set[int]:
    """Who has it to do, and is no leader of it. Of a concern it is the leader who decides: nobody
    else has it."""
    owner = owner_of(session, row)
    if isinstance(owner, Concern):
        return set()
    held = {owner.stafettholder_id} if isinstance(owner, Case) else set()
    if row.signal in (Signal.HOLDER, Signal.OFFER):
        return held  # the baton itself: who leads is the one to see to it
    return held | set(_responsible(session, owner, now))


def _asked_of(session: Session, row: Break) -> set[int]:
    """Those whom an offer of the baton is between: none of them is told that it is unanswered."""
    if row.signal != Signal.OFFER:
        return set()
    offer = session.get_one(BatonOffer, row.subject_id)
    return {offer.to_id, offer.offered_by, offer.from_id}


def _told_elsewhere(session: Session, row: Break, rung: Rung) -> bool:
    if (row.signal, rung) == (
        Signal.HOLDER,
        Rung.UNIT,
    ):  # away (`posts.tell_of_absence`), not gone
        owner = owner_of(session, row)
        return isinstance(owner, Case) and _is_away(session, owner)
    return (row.signal, rung) in TOLD_ELSEWHERE


def _is_away(session: Session, case: Case) -> bool:
    return people.get(session, case.stafettholder_id).away_from is not None


def owner_of(session: Session, row: Break) -> Owner:
    if row.case_id is not None:
        return session.get_one(Case, row.case_id)
    if row.signal == Signal.CONCERN:
        return session.get_one(Concern, row.subject_id)
    return session.get_one(Request, row.subject_id)


def _responsible(session: Session, owner: Owner, now: datetime) -> list[int]:
    match owner:
        case Case():
            return cases.responsible(session, owner, now)
        case Request():
            return requests.responsible(session, owner, now)
        case Concern():
            return concerns.responsible(session, owner, now)


LADDER = Ladder(table=Break, plan=_plan, take=_take)


# --- when a case is looked at --------------------------------------------------------------------


def _plan_case(session: Session, case: Case, now: datetime) -> Sequence[Step]:
    """When it was stirred; else the days on which something of it may stop. What is due is looked at
    before it is worked out when next: the facts of a case are many questions to the store."""
    due = case.next_follow_up_at
    if due is not None and due <= now:
        return [Step(f"look.{due.isoformat()}", due)]
    if case.state == CaseState.CLOSED:
        return []
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    ats = break_rules.looks(break_facts.of(session, case, now), rules, calendar, now)
    return [Step(f"look.{at.isoformat()}", at) for at in ats]


def _take_case(session: Session, case: Case, step: Step, now: datetime) -> None:
    case.steps_done, case.next_follow_up_at = [], None
    look(session, case, now)


CASES = Ladder(
    table=Case, plan=_plan_case, take=_take_case, responsible=cases.responsible,
    open=lambda: Case.state != CaseState.CLOSED,
)  # fmt: skip


def _looking(ladder: Ladder) -> Ladder:
    """A ladder at each step of which it is looked whether its thing has stopped."""

    def take(session: Session, thing: Any, step: Step, now: datetime) -> None:
        ladder.take(session, thing, step, now)
        look_at(session, thing, now)

    return replace(ladder, take=take)


REQUESTS, CONCERNS = _looking(requests.LADDER), _looking(concerns.LADDER)
