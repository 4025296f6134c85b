"""Two weeks of the simulated year; the whole of it is `python -m tests.year`."""

from __future__ import annotations

from datetime import timedelta

from tests.year.place import Size
from tests.year.run import BEGINS, Year, live

SMALL = Size(schools=2, clubs=2, loser=3, cases=7)


def two_weeks(seed: int) -> Year:
    return live(seed=seed, size=SMALL, ends=BEGINS + timedelta(weeks=2))


def test_nobody_falls_between_two_chairs_and_the_same_seed_sends_the_same_messages():
    once = two_weeks(3)
    assert once.faults == []
    assert once.messages > 100
    assert once.done["opened"] == SMALL.cases
    assert once.done["evaluated"]
    again = two_weeks(3)
    assert (again.messages, again.digest) == (once.messages, once.digest)
