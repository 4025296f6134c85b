"""T6, a small dose: nothing that can come in by the door escapes it."""

from __future__ import annotations

import pytest

from tests.chaos import fuzz


async def _none_is_lost(store_url: str, updates: int, seed: int) -> None:
    found = await fuzz.run(store_url, updates=updates, seed=seed)
    print(found.line())
    assert found.wrong == []
    assert found.parked


async def test_sixty_odd_updates_are_heard_or_parked(store_url: str):
    await _none_is_lost(store_url, 60, 7)


@pytest.mark.slow
async def test_two_thousand_odd_updates_are_heard_or_parked(store_url: str):
    await _none_is_lost(store_url, 2000, 8)
