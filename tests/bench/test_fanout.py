"""What the diary of a fan-out comes to."""

from __future__ import annotations

from tests.bench import fanout
from tests.bench.telegram import CHANGED, TAKEN


def test_a_changed_card_counts_neither_in_the_rate_nor_in_the_busiest_second():
    new = [(second / 10, second, TAKEN) for second in range(21)]
    changed = [(second / 10 + 0.01, 999, CHANGED) for second in range(20)]
    told = fanout._judged(sorted([*new, *changed]), set(range(21)), 0)
    assert round(told.rate, 1) == 10.5
    assert told.most == 10
