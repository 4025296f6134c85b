"""T1, a small dose: fifty `kill -9` of `losbot serve` while people tap and type."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import kill

pytestmark = pytest.mark.slow


async def test_fifty_kills_lose_nothing_and_double_nothing(tmp_path: Path, store_url: str):
    found = await kill.run(tmp_path, store_url, kills=50, seed=7)
    print(found.line())
    assert found.wrong == []
    # On PostgreSQL a chat waits for a dead worker's lease, 45 s: fewer get through meanwhile.
    fewest = (20, 5) if store_url.startswith("sqlite") else (10, 0)
    assert found.requests >= fewest[0]
    assert found.answers >= fewest[1]
