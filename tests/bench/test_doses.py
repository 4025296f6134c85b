"""Small doses of the benches: what they stand on works, and nothing is lost or looked through."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import postgres
from tests.bench import inbound, million
from tests.bench.telegram import Load

pytestmark = pytest.mark.slow


@pytest.mark.skipif(shutil.which("gcc") is None, reason="the pretend Telegram is compiled")
def test_every_answered_tap_is_in_the_store(tmp_path: Path):
    ground = inbound.Ground(tmp_path, families=60, python="")
    found = ground.measure(inbound.LOSBOT, Load("a dose", window=8, warm=5, seconds=2))
    assert found.rate > 0
    assert found.lost <= 0


@pytest.mark.skipif(postgres.binaries() is None, reason="no PostgreSQL here")
def test_no_operation_of_the_chat_looks_through_a_big_table():
    with postgres.running() as url:
        big = million.measured(url, cases=4_000, walkers=1)
    assert big.rounds.failed == []
    assert big.scans == []
