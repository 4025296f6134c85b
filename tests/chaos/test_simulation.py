"""T3: the same seed gives the same run, and nothing that was promised breaks in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos import sim_town, simulation, who_may_know
from tests.chaos.sim_watch import AMINA
from tests.chaos.simulation import Course

pytestmark = pytest.mark.on_sqlite

STEPS = 300
PART = 25
"""So many seeds together: processes share the parts."""


@pytest.fixture(scope="module")
def course() -> Iterator[Course]:
    with simulation.course() as here:
        yield here


def test_the_same_seed_gives_the_same_trace(course: Course):
    one, again, other = (course.run(seed, 40) for seed in (5, 5, 6))
    assert one.wrong == other.wrong == []
    assert one.trace == again.trace != other.trace


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1, 201, PART))
def test_two_hundred_seeds_break_no_promise(course: Course, first: int):
    ran = [course.run(seed, STEPS) for seed in range(first, first + PART)]
    assert {each.seed: each.wrong for each in ran if each.wrong} == {}
    assert sum(each.faults for each in ran) > PART
    assert sum(each.steps["crash"] + each.steps["die committing"] for each in ran) > PART


@pytest.mark.slow
def test_a_seed_that_ever_failed_fails_no_more(course: Course):
    ran = [course.run(seed, STEPS) for seed in simulation.kept_seeds()]
    assert {each.seed: each.wrong for each in ran if each.wrong} == {}


def test_a_yes_to_the_nurse_lets_the_club_know_nothing(session, now):
    sim_town.taken_back(session, now)
    assert any(yes for _at, yes in who_may_know.history(session, AMINA))
    assert not who_may_know.now(session, AMINA)
