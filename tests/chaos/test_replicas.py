"""T9, a small dose: of two workers on one PostgreSQL one is killed, one held beyond its lease, and
both are cut off."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import postgres
from tests.chaos import replicas
from tests.chaos.ground import database_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(postgres.binaries() is None, reason="no PostgreSQL here"),
]


async def test_workers_that_die_sleep_and_are_cut_off_lose_nothing(tmp_path: Path):
    with database_in(tmp_path, "postgresql") as database:  # its own: all who are there are cut off
        found, happened = await replicas.run(
            tmp_path, database, events=len(replicas.EVENTS), workers=2, seed=7
        )
    print(found.line())
    assert found.wrong == found.shrank == []
    assert set(happened) == set(replicas.EVENTS)
    assert found.requests >= 5
