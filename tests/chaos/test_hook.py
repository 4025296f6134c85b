"""T11, a small dose: every update is posted five times, and the bot dies before its 200."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import hook

pytestmark = pytest.mark.slow


async def test_what_is_posted_five_times_is_done_once_and_nothing_is_lost(
    tmp_path: Path, store_url: str
):
    found = await hook.run(tmp_path, store_url, deliveries=150, seed=7, minutes=2)
    print(found.line())
    assert found.wrong == found.shrank == []
