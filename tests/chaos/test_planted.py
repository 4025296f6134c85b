"""T21: every bug of the list can be put in and is taken out again; and the benches see each."""

from __future__ import annotations

import pytest

from tests.chaos import planted
from tests.chaos.plants import PLANTS

pytestmark = pytest.mark.on_sqlite


def test_every_bug_still_has_a_place_in_the_code():
    assert len(PLANTS) >= 12
    for plant in PLANTS.values():
        with plant.planting():
            pass


LONG = ("kill", "restore", "hook", "migrate")
QUICK = sorted(name for name, plant in PLANTS.items() if plant.bench not in LONG)
"""The others take minutes: `python -m tests.chaos.planted` plants them all."""


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_a_planted_bug_is_seen(name: str):
    said, seconds = planted.caught(PLANTS[name])
    assert said
    assert seconds < PLANTS[name].seconds
