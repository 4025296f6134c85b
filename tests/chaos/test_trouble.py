"""T19, small doses: the disk is full, the database is locked, the line is cut at a commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import trouble

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("what", ["full", "locked", "read-only", "cut"])
async def test_nothing_unstored_is_acknowledged_and_it_goes_on_by_itself(
    tmp_path: Path, store_url: str, what: str
):
    store = "sqlite" if store_url.startswith("sqlite") else "postgresql"
    if trouble.STORES.get(what, store) != store:
        pytest.skip("about the other store")
    found = await trouble.run(tmp_path, store_url, what=what, seconds=8, seed=7, times=20)
    print(found.line())
    assert found.wrong == found.shrank == []
