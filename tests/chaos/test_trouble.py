"""T19, small doses: the disk is full, the database is locked or takes no writes, the line is cut at
a commit."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.store import Store
from models import store_facts
from models.sealed import Keyring
from tests import postgres
from tests.chaos import trouble
from tests.chaos.ground import database_in
from tests.places import TEST_KEY

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("what", ["full", "locked", "read-only", "cut"])
async def test_nothing_unstored_is_acknowledged_and_it_goes_on_by_itself(
    tmp_path: Path, store_url: str, what: str
):
    store = "sqlite" if store_url.startswith("sqlite") else "postgresql"
    if trouble.STORES.get(what, store) != store:
        pytest.skip("about the other store")
    if (what, store) == ("full", "postgresql"):
        pytest.skip("on a disk of its own, below")
    await _suffers(tmp_path, store_url, what)


@pytest.mark.on_sqlite
@pytest.mark.skipif(postgres.binaries() is None, reason="no PostgreSQL here")
async def test_a_postgresql_whose_disk_is_full_is_no_fault_of_what_was_said(tmp_path: Path):
    try:
        with database_in(tmp_path, "postgresql", trouble.ROOM) as database:
            await _suffers(tmp_path, database, "full")
    except postgres.NoDisk as why:
        pytest.skip(str(why))


@pytest.mark.on_sqlite
def test_a_store_that_was_opened_while_it_took_no_writes_takes_them_afterwards(tmp_path: Path):
    file = tmp_path / "losbot.db"
    store = Store.open(f"sqlite:///{file}", Keyring(TEST_KEY))
    store.create()
    store.close()
    try:
        with trouble.immutable(tmp_path, str(file)):
            store = Store.open(f"sqlite:///{file}", Keyring(TEST_KEY))
            with pytest.raises(OperationalError, match="readonly"):
                store.write_now(store_facts.put, "probe", "a")
    except trouble.NotHere as why:
        pytest.skip(str(why))
    store.write_now(store_facts.put, "probe", "b")
    store.close()


async def _suffers(folder: Path, database: str, what: str) -> None:
    try:
        found = await trouble.run(folder, database, what=what, seconds=8, seed=7, times=20)
    except trouble.NotHere as why:
        pytest.skip(str(why))
    print(found.line())
    assert found.wrong == found.shrank == []
