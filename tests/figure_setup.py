"""Requests, cases and evaluations to count, at two schools."""

from __future__ import annotations

from datetime import timedelta

from models import people
from models.base import new_id
from models.breaks import Break
from models.cases import Case
from models.concerns import Concern
from models.evaluations import Evaluation
from models.goals import Goal, Tiltak
from models.municipality import Unit
from models.people import Position
from models.requests import Request
from models.terms import (
    CaseState,
    ConcernState,
    Decision,
    Requester,
    RequestState,
    Role,
    Signal,
    TiltakState,
    Topic,
    VoiceState,
    Worry,
)
from tests.ways import told_once

CANARY = "Kanari Hemmelig"
"""The name, and every word, of whatever is counted."""


def ungdom(session, now):
    return people.create(session, name=CANARY, language="nb", now=now, confirmed=True)


def wanted(session, school, now, state=RequestState.READY, *, waited=0, met=None, los=None, ago=0):
    """A request made so that it was assigned `ago` days before, after `waited` days."""
    who = ungdom(session, now)
    assigned = now - timedelta(days=ago) if los else None
    made = Request(
        id=new_id(), key_id=who.key_id, reference=str(new_id()), state=state, state_since=now,
        created_at=now - timedelta(days=ago + waited), requester_id=who.id, ungdom_id=who.id,
        kind=Requester.YOUTH, school_id=school.id, topic=Topic.HOME, times=[], steps_done=[],
        version=1, youth_yes_at=now, los_id=los.id if los else None, assigned_at=assigned,
        first_contact_at=assigned + timedelta(days=met) if assigned and met is not None else None,
    )  # fmt: skip
    session.add(made)
    made.reason = CANARY
    session.flush()
    return made


def stopped(session, cast, school, now, signal=Signal.TALK, *, ended=False):
    case, _goal = a_case(session, cast, school, now, state=CaseState.CLOSED)
    session.add(
        Break(
            id=new_id(), signal=signal, subject_id=case.id, case_id=case.id, school_id=school.id,
            since=now.date(), began_at=now, ended_at=now if ended else None, told={}, steps_done=[],
        )
    )  # fmt: skip
    session.flush()


def concern(session, cast, school, now, *, days, state=ConcernState.RAISED):
    who = ungdom(session, now)
    made = Concern(
        id=new_id(), key_id=who.key_id, reference=str(new_id()), version=1, state=state,
        raiser_id=cast.amina.id, unit_id=cast.club.id, school_id=school.id, raised_at=now,
        arose_on=now.date() - timedelta(days=days), worry=next(iter(Worry)), steps_done=[],
    )  # fmt: skip
    session.add(made)
    made.named, made.words = CANARY, CANARY
    session.flush()


def a_case(session, cast, school, now, *, late=0, state=CaseState.ACTIVE, level=1):
    """Open, with so many tiltak that should have been evaluated long ago."""
    who = ungdom(session, now)
    case = Case(
        id=new_id(), key_id=who.key_id, ungdom_id=who.id, school_id=school.id, state=state, level=level,
        stafettholder_id=cast.jonas.id, opened_at=now,
    )  # fmt: skip
    session.add(case)
    session.flush()
    goal = Goal(id=new_id(), key_id=case.key_id, case_id=case.id, state="open", created_at=now)
    session.add(goal)
    goal.words = CANARY
    session.flush()
    for _each in range(late):
        a_tiltak(session, cast, case, goal, now, now.date() - timedelta(days=30))
    return case, goal


def a_tiltak(session, cast, case, goal, now, evaluate_on, state=TiltakState.ACTIVE):
    thing = Tiltak(
        id=new_id(), key_id=case.key_id, case_id=case.id, goal_id=goal.id, version=1,
        responsible_id=cast.amina.id, deadline=evaluate_on, evaluate_on=evaluate_on, set_at=now,
        state=state, created_at=now, steps_done=[],
    )  # fmt: skip
    session.add(thing)
    thing.words = CANARY
    session.flush()
    return thing


def evaluated(session, cast, case, goal, now, *, days_late):
    due = now.date() - timedelta(days=days_late)
    thing = a_tiltak(session, cast, case, goal, now, due, TiltakState.COMPLETED)
    session.add(
        Evaluation(
            id=new_id(), key_id=case.key_id, tiltak_id=thing.id, version=1, due_on=due, at=now,
            decision=Decision.DONE, by_id=cast.jonas.id, voice=VoiceState.NOT_ASKED,
        )
    )  # fmt: skip
    session.flush()


@told_once
def two_schools(session, cast, now):
    """At the cast's school 7 wait and 16 are followed by Lise; 2 evaluations are late. At the other
    3 wait, 5 evaluations are late, 6 things have stopped and 5 of 6 cases are at level 2."""
    other = Unit(id=new_id(), key="ovre", kind="school", name="Øvre skole")
    session.add(other)
    session.flush()
    rolf = people.create(session, name="Rolf", language="nb", now=now, confirmed=True)
    session.add(Position(person_id=rolf.id, unit_id=other.id, role=Role.REKTOR))
    for school, count in ((cast.school, 7), (other, 3)):
        for _each in range(count):
            wanted(session, school, now)
    for each in range(16):
        wanted(
            session, cast.school, now, RequestState.ACTIVE, los=cast.lise, waited=7 * (each % 4),
            met=1 if each < 4 else None, ago=10,
        )  # fmt: skip
    case, goal = a_case(session, cast, cast.school, now, late=2)
    for days_late in (0, 0, 0, 0, 0, -1, 1):
        evaluated(session, cast, case, goal, now, days_late=days_late)
    a_case(session, cast, other, now, late=5)
    for _each in range(5):
        a_case(session, cast, other, now, level=2)
    a_case(session, cast, other, now, late=5, state=CaseState.CLOSED)
    for days in (15, 20, 90):
        concern(session, cast, cast.school, now, days=days)
    concern(session, cast, cast.school, now, days=14)
    concern(session, cast, cast.school, now, days=90, state=ConcernState.DECIDED)
    for signal in (Signal.TALK, Signal.MEETING, Signal.EVALUATION, Signal.CONCERN):
        for _each in range(3):
            stopped(session, cast, other, now, signal)
    stopped(session, cast, other, now, ended=True)
    return rolf
