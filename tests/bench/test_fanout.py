"""What the diary of a fan-out comes to."""

from __future__ import annotations

from tests.bench import fanout
from tests.bench.telegram import CHANGED, TAKEN


def test_a_changed_card_counts_neither_in_the_rate_nor_in_the_busiest_second():
    new = [(second / 10, second, TAKEN) for second in range(21)]
    changed = [(second / 10 + 0.01, 999, CHANGED) for second in range(20)]
    told = fanout._judged(sorted([*new, *changed]), dict.fromkeys(range(21), 1), 0, 0)
    assert round(told.rate, 1) == 10.5
    assert told.most == 10


def test_one_of_several_that_never_came_is_missing_and_one_too_many_is_told():
    noted = [(0.0, 1, TAKEN), (0.1, 1, TAKEN), (0.2, 2, TAKEN), (0.3, 2, TAKEN), (3.0, 2, TAKEN)]
    told = fanout._judged(noted, {1: 3, 2: 2}, 0, 0)
    assert (told.wanted, told.missing, told.twice, told.to_one) == (5, 1, 1, 2)
