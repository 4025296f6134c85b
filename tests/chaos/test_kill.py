"""T1, small doses: `kill -9` of `losbot serve` while people tap and type."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import failpoints, kill

pytestmark = pytest.mark.slow


async def test_fifty_kills_lose_nothing_and_double_nothing(tmp_path: Path, store_url: str):
    found = await kill.run(tmp_path, store_url, kills=50, seed=7)
    print(found.line())
    assert found.wrong == found.shrank == []
    # On PostgreSQL a chat waits for a dead worker's lease, 45 s: fewer get through meanwhile.
    fewest = (20, 5) if store_url.startswith("sqlite") else (10, 0)
    assert found.requests >= fewest[0]
    assert found.answers >= fewest[1]


DANGEROUS = [
    f"{when} {what}"
    for what in (
        f"commit of {failpoints.HEAR}",
        "commit of claim",
        "commit of mark",
        "ack",
        "sendMessage",
    )
    for when in ("before", "after")
]


async def test_dying_at_each_of_the_worst_instants_loses_nothing(tmp_path: Path, store_url: str):
    found = await kill.run(tmp_path, store_url, kills=0, seed=7, at_each=3, points=DANGEROUS)
    print(found.line())
    assert found.wrong == found.shrank == []
    assert set(DANGEROUS) < set(failpoints.points_of(alone=True))


async def test_four_workers_on_one_store_may_die_one_by_one(tmp_path: Path, store_url: str):
    if store_url.startswith("sqlite"):
        pytest.skip("a SQLite file is one process's own")
    found = await kill.run(tmp_path, store_url, kills=20, seed=7, workers=4)
    print(found.line())
    assert found.wrong == found.shrank == []
