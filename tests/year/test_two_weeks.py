"""Two weeks of the simulated year; the whole of it is `python -m tests.year`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.doses import slowly
from tests.year.place import Size
from tests.year.run import BEGINS, Year, live

SMALL = Size(schools=2, clubs=1, loser=2, cases=4)
LARGER = Size(schools=2, clubs=2, loser=3, cases=7)


def lived(size: Size, days: int) -> Year:
    return live(seed=2, size=size, ends=BEGINS + timedelta(days=days))


@pytest.mark.parametrize("size", [SMALL, *slowly(LARGER)])
def test_nobody_falls_between_two_chairs(size):
    year = lived(size, 14)
    assert year.faults == []
    assert year.messages > 12 * size.cases
    assert year.done["opened"] == size.cases
    assert year.done["evaluated"]


@pytest.mark.parametrize(
    ("size", "days"), [(SMALL, 3), pytest.param(LARGER, 14, marks=pytest.mark.slow)]
)
def test_the_same_seed_sends_the_same_messages(size, days):
    once, again = lived(size, days), lived(size, days)
    assert once.messages > 0
    assert (again.messages, again.digest) == (once.messages, once.digest)
