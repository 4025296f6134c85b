"""T2, a small dose: two thousand sends to a Telegram in a bad mood."""

from __future__ import annotations

import pytest

from tests.chaos import faulty

pytestmark = pytest.mark.slow


async def test_two_thousand_sends_through_faults_arrive_and_repeats_are_flagged(store_url: str):
    found = await faulty.run(store_url, sends=2000, seed=7)
    print(found.line())
    assert found.wrong == []
    assert set(found.suffered) == set(faulty.FAULTS)


async def test_without_faults_nothing_is_said_twice(store_url: str):
    found = await faulty.run(store_url, sends=500, seed=7, share=0)
    assert (found.wrong, found.repeated, found.states) == ([], 0, {"sent": 500})
