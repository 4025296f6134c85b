"""T9, a small dose: workers on one PostgreSQL are killed, held beyond their lease and cut off."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import replicas

pytestmark = pytest.mark.slow


async def test_what_happens_to_one_of_three_workers_loses_and_doubles_nothing(
    tmp_path: Path, store_url: str
):
    if store_url.startswith("sqlite"):
        pytest.skip("a SQLite file is one process's own")
    found, happened = await replicas.run(tmp_path, store_url, events=6, workers=3, seed=7)
    print(found.line())
    assert found.wrong == found.shrank == []
    assert set(happened) == set(replicas.EVENTS)
