"""What leaders' figures are made of: counted in the store, and let out as bands alone (`figures`)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import concerns, municipality, people, policy, reminding
from models.breaks import Break
from models.cases import Case
from models.concerns import Concern
from models.evaluations import Evaluation
from models.goals import Tiltak
from models.policy import MunicipalPolicy
from models.requests import Request
from models.suppression import Band, band, spread
from models.terms import (
    QUEUED_REQUESTS,
    CaseState,
    RequestState,
    Role,
    Signal,
    TiltakState,
    UnitKind,
)

A_YEAR = timedelta(days=365)
COUNTED_APART = (Signal.EVALUATION, Signal.CONCERN)
"""Of what has stopped: in LATE and in CONCERNS."""


class Figure(StrEnum):
    """What is counted at each school."""

    WAITING = "waiting"  # youths who have said yes to a los and have none yet
    CONCERNS = "concerns"  # at level 0, with no decision by the day it was due
    LATE = "late"  # evaluations so late that the leader was told
    STOPPED = "stopped"  # whatever else should have gone on and has not (`breaks`)
    ON_TIME = "on_time"  # evaluations of the last year, done by their day
    AFTER = "after"  # and those done later


class Wait(StrEnum):
    """What takes time, over the last year."""

    FOR_LOS = "for_los"  # from the wish to the day somebody was given it
    FOR_CONTACT = "for_contact"  # from that day to the first contact


def told(session: Session, rules: MunicipalPolicy, today: date, now: datetime) -> dict[str, Any]:
    """Bands and spreads of this moment; nothing else leaves this function."""
    smallest = rules.statistics_min_cell
    since = now - A_YEAR
    counts = _counts(session, rules, today, since)
    waits = _waits(session, since)
    called = policy.levels(rules)
    levels = _levels(session)

    def of(school_id: int) -> dict[str, Any]:
        spreads = {each: spread(waits[each].get(school_id, []), smallest) for each in Wait}
        return {
            "counts": {
                each.value: _told(band(counts[each].get(school_id, 0), smallest))
                for each in Figure
            },
            "levels": [
                _told(band(levels.get((school_id, level), 0), smallest))
                for level in range(len(called))
            ],
            "waits": {
                each.value: [found.low, found.middle, found.high]
                for each, found in spreads.items()
                if found is not None
            },
        }

    schools = municipality.units_of_kind(session, UnitKind.SCHOOL)
    loads = _youths_of(session)
    loser = {person.id for person in people.with_role(session, Role.LOS)}
    return {
        "smallest": smallest,
        "called": list(called),
        "schools": {str(unit.id): of(unit.id) for unit in schools},
        "loser": {str(i): _told(band(loads.get(i, 0), smallest)) for i in sorted(loser)},
    }


def _told(found: Band) -> list[int]:
    return [found.least, found.most]


def _counts(
    session: Session, rules: MunicipalPolicy, today: date, since: datetime
) -> dict[Figure, dict[int, int]]:
    waiting = select(Request.school_id, func.count()).where(Request.state.in_(QUEUED_REQUESTS))
    concerns_ = select(Concern.school_id, func.count()).where(
        concerns.is_open(),
        Concern.arose_on < today - timedelta(days=rules.level0_decision_days),
    )
    stopped = select(Break.school_id, func.count()).where(
        Break.ended_at.is_(None), Break.signal.not_in(COUNTED_APART)
    )
    late = (
        select(Case.school_id, func.count())
        .join(Tiltak, Tiltak.case_id == Case.id)
        .where(
            Case.state != CaseState.CLOSED,
            Tiltak.state == TiltakState.ACTIVE,
            Tiltak.evaluate_on <= reminding.overdue_since(today, rules),
        )
    )
    counted = {
        figure: {
            row[0]: row[1] for row in session.execute(query.group_by(query.selected_columns[0]))
        }
        for figure, query in {
            Figure.WAITING: waiting, Figure.CONCERNS: concerns_, Figure.LATE: late,
            Figure.STOPPED: stopped,
        }.items()
    }  # fmt: skip
    return counted | _evaluated(session, rules, since)


def _levels(session: Session) -> dict[tuple[int, int], int]:
    rows = session.execute(
        select(Case.school_id, Case.level, func.count())
        .where(Case.state != CaseState.CLOSED)
        .group_by(Case.school_id, Case.level)
    )
    return {(school_id, level): count for school_id, level, count in rows}


def _evaluated(
    session: Session, rules: MunicipalPolicy, since: datetime
) -> dict[Figure, dict[int, int]]:
    found: dict[Figure, dict[int, int]] = {Figure.ON_TIME: {}, Figure.AFTER: {}}
    done = session.execute(
        select(Case.school_id, Evaluation.at, Evaluation.due_on)
        .join(Tiltak, Tiltak.id == Evaluation.tiltak_id)
        .join(Case, Case.id == Tiltak.case_id)
        .where(Evaluation.at >= since)
    )
    for school_id, at, due_on in done:
        kept = policy.today_in(at, rules) <= due_on
        of = found[Figure.ON_TIME if kept else Figure.AFTER]
        of[school_id] = of.get(school_id, 0) + 1
    return found


def _waits(session: Session, since: datetime) -> dict[Wait, dict[int, list[int]]]:
    """Days, by school."""
    found: dict[Wait, dict[int, list[int]]] = {each: {} for each in Wait}
    rows = session.execute(
        select(
            Request.school_id, Request.created_at, Request.assigned_at, Request.first_contact_at
        ).where(Request.assigned_at >= since)
    )
    for school_id, created_at, assigned_at, met_at in rows:
        if assigned_at is None:  # never, as it is asked for: said to the type checker
            continue
        found[Wait.FOR_LOS].setdefault(school_id, []).append((assigned_at - created_at).days)
        if met_at is not None:
            found[Wait.FOR_CONTACT].setdefault(school_id, []).append((met_at - assigned_at).days)
    return found


def _youths_of(session: Session) -> dict[int, int]:
    """As `queue.load_of`, of every los at once."""
    rows = session.execute(
        select(Request.los_id, func.count())
        .where(
            Request.los_id.is_not(None),
            Request.state.in_([RequestState.ASSIGNED, RequestState.ACTIVE]),
        )
        .group_by(Request.los_id)
    )
    return {los_id: count for los_id, count in rows if los_id is not None}
