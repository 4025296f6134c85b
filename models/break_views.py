"""What each is shown of follow-ups that have stopped: the family and the holder what they wait for and
who was told, who leads how many, nobody whose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    access,
    breaks,
    family,
    friday,
    municipality,
    people,
    policy,
    shielded,
    suppression,
)
from models.base import require
from models.break_rules import Broken
from models.breaks import Break
from models.cases import Case
from models.goals import Tiltak, items_of
from models.people import Person
from models.terms import FAMILY, Action, Role, Rung, Signal, Why

_BATON = frozenset({Signal.OFFER, Signal.HOLDER})
_READERS = FAMILY | {Role.STAFETTHOLDER}
SHOWN = frozenset({Signal.EVALUATION, Signal.DEADLINE, Signal.MEETING})
"""What the family waits for. Of who holds the baton they are told by name when it changes."""


@dataclass(frozen=True)
class Stopped:
    """One thing that is late; how often it is so, with the earliest day of each."""

    signal: Signal
    since: date
    days: int
    leader_told: date | None
    project_told: date | None = None  # in the leader's place, who has it to do


@dataclass(frozen=True)
class Led:
    """How much has stopped, for who leads; None: some, and too few to tell who may see no case. Who
    leads no school is told `at_least` so many: how many, beside the schools' figures, would tell one."""

    count: int | None
    oldest: date
    at_least: bool
    put_off: int  # how many things are put off with a reason, at who leads a school
    batons: tuple[int, ...]  # the cases whose baton nobody has hold of, for who may take it over


def of_case(
    session: Session, *, actor: Person, case_id: int, now: datetime
) -> tuple[Stopped, ...]:
    """For the family and whoever holds the baton: the oldest of each kind, without what is shielded
    from the reader, or late by a day that is counted from something that is [58]. Absent for all
    others."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now
    )
    require(access.hats_in_case(session, actor, case, now) & _READERS, Why.ABSENT)
    today = policy.today_in(now, municipality.policy_at(session, now))
    hidden = shielded.hidden_from(session, case, actor)
    live = frozenset(breaks.found_in(session, case, now, hidden))
    found: dict[Signal, Stopped] = {}
    for row in breaks.open_in(session, case.id):
        signal = Signal(row.signal)
        each = Broken(signal, row.subject_id, row.since)
        thing = session.get(Tiltak, row.subject_id)
        if thing is not None and hidden.hides(*items_of(thing)):
            continue
        if each in live and signal in SHOWN and signal not in found:
            found[signal] = Stopped(
                signal,
                row.since,
                (today - row.since).days,
                _told_on(row, Rung.UNIT),
                _told_on(row, Rung.PROJECT),
            )
    return tuple(found.values())


def _told_on(row: Break, rung: Rung) -> date | None:
    told = row.told.get(rung)
    return date.fromisoformat(told) if told else None


def led_by(session: Session, *, actor: Person, now: datetime) -> Led:
    """What was told to somebody as a leader and lasts. Absent for who leads nothing, or when
    nothing does."""
    access.authorise_at_work(session, actor=actor, action=Action.SEE_OVERDUE)
    # of a case the tick keeps the rows true; of the others some end at their own next step only
    lasting = [
        row
        for row in _told(session, actor)
        if actor.id not in breaks.whose(session, row, now)
        and (row.case_id is not None or breaks.lasts(session, row, now))
    ]
    require(lasting, Why.ABSENT)
    leads = Role.REKTOR in people.staff_roles(session, actor)
    rules = municipality.policy_at(session, now)
    some = suppression.band(len(lasting), rules.statistics_min_cell).least
    count = len(lasting) if leads else some if some > 1 else None
    schools = [unit.id for unit in people.units_where(session, actor, Role.REKTOR)]
    put_off = friday.put_off_at(session, actor, schools, now) if leads else 0
    oldest = min(row.since for row in lasting)
    return Led(count, oldest, not leads, put_off, _batons(session, actor, lasting))


def _batons(session: Session, actor: Person, lasting: Iterable[Break]) -> tuple[int, ...]:
    """Of those one leads, the cases in which nobody answers an offer or is there to hold it."""
    schools = {unit.id for unit in people.units_where(session, actor, Role.REKTOR)}
    stuck = [row for row in lasting if row.signal in _BATON and row.school_id in schools]
    them = dict.fromkeys(row.case_id for row in stuck if row.case_id is not None)
    return tuple(case_id for case_id in them if _may_take(session, actor, case_id))


def _may_take(session: Session, actor: Person, case_id: int) -> bool:
    return not family.is_guardian(session, actor.id, session.get_one(Case, case_id).ungdom_id)


def _told(session: Session, actor: Person) -> Iterable[Break]:
    """The open ones that have come so far up as to somebody: by the school, or all of them. None of
    a youth they meet as a parent: from whom something may be shielded, in any number too [58]."""
    wards = frozenset(session.scalars(family.ever_wards(actor.id)))
    schools = [unit.id for unit in people.units_where(session, actor, Role.REKTOR)]
    overall = Role.PROSJEKTLEDER in people.staff_roles(session, actor)
    chosen = select(Break).where(Break.ended_at.is_(None))
    if not overall:
        chosen = chosen.where(Break.school_id.in_(schools))
    for row in session.scalars(chosen.order_by(Break.since)):
        if wards and breaks.owner_of(session, row).ungdom_id in wards:
            continue
        mine = row.school_id in schools and Rung.UNIT in row.told
        if mine or (overall and Rung.PROJECT in row.told):
            yield row
