"""A small dose of withdrawals that race what is being sent; and the bugs that the races find."""

from __future__ import annotations

import pytest

from tests.chaos import races
from tests.chaos.race_bugs import BUGS

pytestmark = pytest.mark.slow


async def test_nothing_is_started_after_the_withdrawals_commit(store_url: str):
    found = await races.run(store_url, races=150, seed=7)
    print(found.line())
    assert found.wrong == []


@pytest.mark.parametrize("name", sorted(BUGS))
async def test_a_planted_bug_is_found(store_url: str, name: str):
    if name == "unlocked" and store_url.startswith("sqlite"):
        pytest.skip("one writer: nothing can change before the commit")
    found = await races.run(store_url, races=64, seed=7, bug=BUGS[name]())
    assert any("after the commit" in wrong for wrong in found.wrong)
