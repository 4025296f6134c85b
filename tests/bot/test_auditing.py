"""The operator keeps the days' heads elsewhere, and is told when the log was changed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.clock import ManualClock
from bot.metronome import Metronome
from bot.store import Store
from models import audit, audit_check, audit_days
from tests.bot.machine import Losbot, store_of
from tests.bot.runtime import Runtime


@pytest.fixture
def written(ready: Losbot, env, now) -> Losbot:
    def write(session) -> None:
        for day in range(3):
            at = now + timedelta(days=day)
            audit.record(session, action="x", actor_id=None, chain=1 << 41, now=at)
            audit_days.keep_head(session, at)

    with store_of(env) as store:
        store.write_now(write)
    return ready


def test_a_log_that_holds_says_so(written: Losbot, tmp_path: Path):
    kept = tmp_path / "kept"
    kept.write_text(written("audit", "heads").output)
    assert len(kept.read_text().splitlines()) == 3
    assert written("audit", "heads", "--last").output == kept.read_text().splitlines()[-1] + "\n"
    for told in (written("audit", "verify"), written("audit", "verify", "--heads", str(kept))):
        assert told.output == "The log holds: 3 chains, 8 entries, 3 days.\n"
        assert told.exit_code == 0


def test_a_log_that_was_changed_is_a_line_for_each_thing_and_a_verdict(written: Losbot, env):
    with store_of(env) as store:
        store.write_now(
            lambda session: session.execute(text("UPDATE audit SET action = 'y' WHERE seq = 2"))
        )
    told = written("audit", "verify")
    assert told.exit_code == 1
    assert f"chain {1 << 41} at 2: is changed" in told.output.splitlines()
    assert told.output.splitlines()[-1].startswith("The log does not hold: ")
    assert f"audit: chain {1 << 41} at 2: is changed" in written("check").output


@pytest.mark.slow
def test_it_holds_after_the_key_was_replaced_and_the_old_one_taken_out(
    written: Losbot, env, tmp_path: Path, now
):
    kept = tmp_path / "kept"
    kept.write_text(written("audit", "heads").output)
    assert written("key", "rotate").exit_code == 0
    assert written("key", "retire").exit_code == 0
    with store_of(env) as store:
        at = now + timedelta(days=9)
        store.write_now(lambda session: audit_days.keep_head(session, at))
    told = written("audit", "verify", "--heads", str(kept))
    assert told.output == "The log holds: 3 chains, 9 entries, 4 days.\n"
    masters = {line.split()[5] for line in written("audit", "heads").output.splitlines()}
    assert len(masters) == 2


def test_an_empty_store_holds(ready: Losbot):
    assert ready("audit", "verify").output == "The log holds: 0 chains, 0 entries, 0 days.\n"


async def test_the_sweep_writes_one_head_a_day(store: Store, now):
    runtime = Runtime(store, ManualClock(now))
    metronome = Metronome(store, runtime.delivery, runtime.clock, [])
    for hours in (0, 1, 1, 24, 72):
        runtime.clock.move_to(runtime.now + timedelta(hours=hours))
        await metronome.sweep()
    told = store.read_now(lambda session: list(audit.entries(session, audit_days.DAYS)))
    days = [day.detail["day"] for day in told]
    assert days == ["2026-11-23", "2026-11-24", "2026-11-27"]
    assert store.read_now(lambda session: list(audit_check.findings(session))) == []


async def test_a_head_that_cannot_be_written_keeps_nothing_from_being_forgotten(
    store: Store, now, monkeypatch
):
    from models import retention

    swept: list[object] = []
    monkeypatch.setattr(retention, "sweep", lambda _session, at: swept.append(at))
    runtime = Runtime(store, ManualClock(now))
    store.write_now(
        lambda session: audit.record(session, action="x", actor_id=None, now=now, chain=1)
    )
    await Metronome(store, runtime.delivery, runtime.clock, []).sweep()
    assert swept == [now]
