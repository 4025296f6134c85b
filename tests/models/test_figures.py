"""What leaders are told, on planted data; and that it names nobody and stands for a week."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from models import figures, municipality, people
from models.base import Refused, new_id
from models.cases import Case
from models.evaluations import Evaluation
from models.figures import Figure, Overview, Wait
from models.goals import Goal, Tiltak
from models.municipality import Unit
from models.people import Position
from models.requests import Request
from models.suppression import Band, Spread
from models.terms import (
    CaseState,
    Decision,
    Requester,
    RequestState,
    Role,
    TiltakState,
    Topic,
    VoiceState,
    Why,
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


def a_case(session, cast, school, now, *, late=0, state=CaseState.ACTIVE):
    """Open, with so many tiltak that should have been evaluated long ago."""
    who = ungdom(session, now)
    case = Case(
        id=new_id(), key_id=who.key_id, ungdom_id=who.id, school_id=school.id, state=state,
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
    3 wait and 5 evaluations are late."""
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
    a_case(session, cast, other, now, late=5, state=CaseState.CLOSED)
    return rolf


def seen(session, person, now):
    figures.make(session, now)
    return figures.overview(session, actor=person, now=now)


def test_a_rektor_sees_the_own_school_in_bands(session, cast, two_schools, now):
    view = seen(session, cast.randi, now)
    assert [each.name for each in view.schools] == [cast.school.name]
    assert view.schools[0].counts == {
        Figure.WAITING: Band(5, 9),  # 7
        Figure.CASES: Band(1, 4),  # 1
        Figure.LATE: Band(1, 4),  # 2
        Figure.ON_TIME: Band(5, 9),  # 6
        Figure.AFTER: Band(1, 4),  # 1
    }
    assert not view.whole


def test_the_project_leader_sees_every_school_and_what_the_bands_add_up_to(
    session, cast, two_schools, now
):
    view = seen(session, cast.siri, now)
    counts = {each.name: each.counts for each in view.schools}
    assert counts["Øvre skole"] == {
        Figure.WAITING: Band(1, 4),
        Figure.CASES: Band(1, 4),  # the closed one is none
        Figure.LATE: Band(5, 9),
        Figure.ON_TIME: Band(0, 0),
        Figure.AFTER: Band(0, 0),
    }
    assert view.totals[Figure.WAITING] == Band(6, 13)  # never the true 10
    assert view.whole


def test_who_leads_the_other_school_sees_that_alone(session, cast, two_schools, now):
    rolf = people.get(session, two_schools.id)
    assert [each.name for each in seen(session, rolf, now).schools] == ["Øvre skole"]


def test_a_los_with_as_many_as_the_municipality_warns_at_is_marked(
    session, cast, two_schools, now
):
    [lise] = seen(session, cast.randi, now).loads
    assert (lise.name, lise.count, lise.full) == ("Lise", Band(15, 19), True)


def test_times_are_told_of_five_and_no_fewer(session, cast, two_schools, now):
    at = {each.name: each.waits for each in seen(session, cast.siri, now).schools}
    assert at[cast.school.name] == {
        Wait.FOR_LOS: Spread(1, 2, 3),  # 0, 7, 14 and 21 days, four of each
        Wait.FOR_CONTACT: None,  # four
    }
    assert at["Øvre skole"] == {Wait.FOR_LOS: None, Wait.FOR_CONTACT: None}


@pytest.mark.parametrize("name", ["ida", "kari", "jonas", "lise", "amina", "turid", "sam"])
def test_nobody_else_sees_any(session, cast, now, name):
    figures.make(session, now)
    with pytest.raises(Refused) as refused:
        figures.overview(session, actor=getattr(cast, name), now=now)
    assert refused.value.why is Why.ABSENT


def test_figures_stand_for_a_week_whatever_happens(session, cast, two_schools, now):
    """Nobody looks before and after one wish to see what it did."""
    before = seen(session, cast.siri, now)
    for _each in range(5):
        wanted(session, cast.school, now)
    assert seen(session, cast.siri, now + timedelta(days=6)) == before
    after = seen(session, cast.siri, now + timedelta(days=7))
    assert after.made_on == before.made_on + timedelta(days=7)
    assert after.schools[0].counts[Figure.WAITING] == Band(10, 14)


def test_what_is_kept_is_bands_and_names_nobody(session, cast, two_schools, now):
    figures.make(session, now)
    [row] = session.query(Overview).all()
    assert row.week == date(2026, 11, 23)
    kept = json.dumps(row.figures)
    told = repr(seen(session, cast.siri, now))
    assert CANARY not in kept + told
    for each in row.figures["schools"].values():
        for least, most in each["counts"].values():
            assert (least, most) == (0, 0) or most - least >= 3


def test_a_higher_limit_of_the_municipality_holds_from_the_next_figures(
    session, cast, two_schools, now
):
    rules = municipality.PolicyVersion(
        valid_from=now.date() + timedelta(days=1), applied_at=now,
        choices={"statistics_min_cell": 10, "staff_telegram": True},
    )  # fmt: skip
    session.add(rules)
    session.flush()
    later = now + timedelta(days=7)
    assert seen(session, cast.randi, later).schools[0].counts[Figure.WAITING] == Band(1, 9)
