"""What leaders are told, on planted data; and that it names nobody and stands for a week."""

# ruff: noqa: F811 - a fixture that is imported and asked for
from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from models import figures, municipality, people
from models.base import Refused
from models.counted import Figure, Wait
from models.family import Guardianship
from models.figures import Overview
from models.suppression import Band, Spread
from models.terms import Why
from tests.figure_setup import CANARY, two_schools, wanted  # noqa: F401 - a fixture


def seen(session, person, now):
    figures.make(session, now)
    return figures.overview(session, actor=person, now=now)


def test_a_rektor_sees_the_own_school_in_bands(session, cast, two_schools, now):
    view = seen(session, cast.randi, now)
    assert [each.name for each in view.schools] == [cast.school.name]
    assert view.schools[0].counts == {
        Figure.WAITING: Band(5, 9),  # 7
        Figure.CONCERNS: Band(1, 4),  # 3: one is due today, one is decided
        Figure.LATE: Band(1, 4),  # 2
        Figure.STOPPED: Band(0, 0),
        Figure.ON_TIME: Band(5, 9),  # 6
        Figure.AFTER: Band(1, 4),  # 1
    }
    assert view.called == ("0", "1", "2", "3")
    assert view.schools[0].levels == (Band(0, 0), Band(1, 4), Band(0, 0), Band(0, 0))
    assert not view.whole


def test_the_project_leader_sees_every_school_and_what_the_bands_add_up_to(
    session, cast, two_schools, now
):
    view = seen(session, cast.siri, now)
    counts = {each.name: each.counts for each in view.schools}
    assert counts["Øvre skole"] == {
        Figure.WAITING: Band(1, 4),
        Figure.CONCERNS: Band(0, 0),
        Figure.LATE: Band(5, 9),
        Figure.STOPPED: Band(5, 9),  # 6: what is late by a count of its own is not in it
        Figure.ON_TIME: Band(0, 0),
        Figure.AFTER: Band(0, 0),
    }
    assert view.totals[Figure.WAITING] == Band(6, 13)  # never the true 10
    assert view.levels == (Band(0, 0), Band(2, 8), Band(5, 9), Band(0, 0))  # the closed are none
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


def test_who_is_a_guardian_there_sees_nothing_of_the_school(session, cast, two_schools, now):
    """A rektor knows all there but what is kept from a guardian: any number would tell of it."""
    session.add(Guardianship(ungdom_id=cast.ida.id, foresatt_id=cast.randi.id))
    session.add(Guardianship(ungdom_id=cast.ida.id, foresatt_id=cast.siri.id))
    session.flush()
    view = seen(session, cast.randi, now)
    assert (view.schools, view.left_out) == ((), True)
    assert set(view.totals.values()) | set(view.levels) == {Band(0, 0)}
    whole = seen(session, cast.siri, now)
    assert [each.name for each in whole.schools] == ["Øvre skole"]
    assert whole.totals[Figure.WAITING] == Band(1, 4)
    assert not seen(session, people.get(session, two_schools.id), now).left_out


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
        for least, most in (*each["counts"].values(), *each["levels"]):
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
