"""T12, a small dose; and a backup of one release is put back by the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import backing_up, store_schema
from bot.clock import SystemClock
from bot.settings import load
from tests.chaos import migrate
from tests.chaos.losbot import Losbot
from tests.chaos.losing import fill

pytestmark = pytest.mark.slow


def test_a_migration_that_is_killed_leaves_all_or_nothing(tmp_path: Path, store_url: str):
    found = migrate.run(tmp_path, store_url, size=60, messages=300, kills=4, seed=7)
    print(found.line())
    assert found.wrong == []


@pytest.mark.on_sqlite
def test_a_backup_of_one_release_is_put_back_by_the_next(tmp_path: Path, monkeypatch):
    losbot = Losbot(tmp_path, "http://127.0.0.1:1", f"sqlite:///{tmp_path / 'lost.db'}")
    losbot.set_up()
    fill(losbot, 30, 50, tmp_path / "journal")
    assert losbot.types("backup", str(tmp_path / "the.backup")).returncode == 0
    monkeypatch.setattr(store_schema, "SCRIPTS", migrate.next_release(tmp_path / "next"))
    clean = load(
        database_url=f"sqlite:///{tmp_path / 'clean.db'}", key_file=tmp_path / "losbot.key"
    )
    backing_up.put_back(
        tmp_path / "the.backup", clean, [tmp_path / "journal"], SystemClock().now()
    )
    losbot = Losbot(tmp_path, "http://127.0.0.1:1", f"sqlite:///{tmp_path / 'clean.db'}")
    store = losbot.store()
    store.check_schema()
    assert store_schema.head() == migrate.NEXT
    assert store.read_now(migrate._names_open) >= 30
    store.close()
