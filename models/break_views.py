"""What each is shown of follow-ups that have stopped: the family and the holder what they wait for and
who was told, who leads how many, nobody whose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import access, breaks, friday, municipality, people, policy, shielded, suppression
from models.base import require
from models.break_rules import Broken
from models.breaks import Break
from models.goals import Tiltak, items_of
from models.people import Person
from models.terms import Action, Role, Rung, Signal, Why

_READERS = frozenset({Role.UNGDOM, Role.FORESATT, Role.STAFETTHOLDER})
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


def of_case(
    session: Session, *, actor: Person, case_id: int, now: datetime
) -> tuple[Stopped, ...]:
    """For the family and whoever holds the baton: the oldest of each kind, without what is shielded
    from the reader [58]. Absent for all others."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now
    )
    require(access.hats_in_case(session, actor, case, now) & _READERS, Why.ABSENT)
    today = policy.today_in(now, municipality.policy_at(session, now))
    live = frozenset(breaks.found_in(session, case, now))
    hidden = shielded.hidden_from(session, case, actor)
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
    put_off = friday.put_off_at(session, schools, now) if leads else 0
    return Led(count, min(row.since for row in lasting), not leads, put_off)


def _told(session: Session, actor: Person) -> Iterable[Break]:
    """The open ones that have come so far up as to somebody: by the school, or all of them."""
    schools = [unit.id for unit in people.units_where(session, actor, Role.REKTOR)]
    overall = Role.PROSJEKTLEDER in people.staff_roles(session, actor)
    chosen = select(Break).where(Break.ended_at.is_(None))
    if not overall:
        chosen = chosen.where(Break.school_id.in_(schools))
    for row in session.scalars(chosen.order_by(Break.since)):
        mine = row.school_id in schools and Rung.UNIT in row.told
        if mine or (overall and Rung.PROJECT in row.told):
            yield row
