"""T13, a small dose: a disk is lost under load, and a clean folder goes on from a backup."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import restore

pytestmark = [pytest.mark.slow, pytest.mark.on_sqlite]


async def test_a_lost_store_comes_back_by_commands_alone(tmp_path: Path):
    with restore.databases(tmp_path, "sqlite") as urls:
        found = await restore.run(tmp_path, urls, size=120, messages=500, seed=7)
    print(found.line())
    assert found.wrong == []
    assert found.counted["answers in the gap"] > 0
