"""What was erased is not on the disk either, once the store was tidied [T14]."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text

from bot import keys, store_engines
from bot.store import Store, StoreRefused
from models import key_file, people, shredding
from models.base import new_id
from models.municipality import Unit
from models.people import Person
from models.sealed import DataKey, Keyring, SealBroken
from tests.canaries import Canary, lying_under

MANY = 1000


def on_disk(store: Store, given: Path, needle: bytes) -> set[str]:
    """The files in which these bytes lie."""
    if not store.is_sqlite:
        with store.engine.connect() as connection:
            given = Path(str(connection.scalar(text("SHOW data_directory"))))
        if not given.exists():
            pytest.skip("the server keeps its files elsewhere")
        with store.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text("CHECKPOINT"))
    return {
        str(file.relative_to(given)) for file in lying_under(given) if needle in file.read_bytes()
    }


def until_nobody_reads_what_was(store: Store) -> None:
    """PostgreSQL keeps what was destroyed for those who began to read before: here the tests in
    the other process."""
    if store.is_sqlite:
        return
    older = text(
        "SELECT count(*) FROM pg_stat_activity WHERE age(backend_xmin) > age(CAST(:then AS xid))"
    )
    with store.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        now = connection.scalar(text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text"))
        for _tenth in range(600):
            if not connection.scalar(older.bindparams(then=now)):
                return
            time.sleep(0.1)
    raise AssertionError("somebody reads for a minute")


@pytest.mark.on_sqlite
def test_words_that_were_deleted_are_on_the_disk_until_it_is_tidied(store: Store, tmp_path: Path):
    canary = Canary()

    def write(session) -> None:
        for number in range(MANY):
            name = canary.word(str(number))
            session.add(Unit(id=new_id(), key=f"u{number}", kind="school", name=name))

    def lying() -> set[str]:
        return on_disk(store, tmp_path, canary.mark.encode())

    store.write_now(write)
    assert lying() == {"losbot.db-wal"}
    store.tidy()
    assert lying() == {"losbot.db"}
    store.write_now(lambda session: session.execute(delete(Unit)))
    assert lying()
    assert store.tidy()
    assert canary.found_in(lying_under(tmp_path)) == []


@pytest.mark.on_sqlite
@pytest.mark.parametrize("overwritten", [True, False])
def test_it_is_the_settings_that_do_it(tmp_path: Path, overwritten: bool):
    canary = Canary()
    store = sqlite3.connect(tmp_path / "scratch.db")
    store.execute("PRAGMA journal_mode=WAL").fetchall()
    store.execute(f"PRAGMA secure_delete={'ON' if overwritten else 'OFF'}").fetchall()
    store.execute("CREATE TABLE scratch (words TEXT)")
    store.executemany(
        "INSERT INTO scratch VALUES (?)", [(canary.word(str(n)),) for n in range(MANY)]
    )
    store.commit()
    store.execute("DELETE FROM scratch")
    store.commit()
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert bool(canary.found_in(lying_under(tmp_path))) is not overwritten
    store.close()


@pytest.mark.on_sqlite
def test_whoever_reads_meanwhile_is_in_the_way(
    store_url: str, keyring, monkeypatch, tmp_path: Path, now
):
    monkeypatch.setitem(store_engines.PRAGMAS, "busy_timeout", ("50", 50))
    store = Store.open(store_url, keyring)
    store.create()
    reading = sqlite3.connect(tmp_path / "losbot.db", isolation_level=None)
    reading.execute("BEGIN")
    reading.execute("SELECT count(*) FROM units").fetchall()
    store.write_now(people.create, name="Ida", language="nb", now=now)
    assert not store.tidy()
    reading.close()
    assert store.tidy()
    store.close()


def test_a_destroyed_key_and_what_it_sealed_are_on_the_disk_no_more(
    store: Store, tmp_path: Path, now
):
    """But for what PostgreSQL has written ahead and will write over, which is why the master is
    replaced from time to time."""

    def write(session) -> int:
        made = [people.create(session, name=f"Navn {n}", language="nb", now=now) for n in range(9)]
        return made[4].id

    ida = store.write_now(write)
    store.tidy()
    key_id, cell = store.read_now(
        lambda s: s.execute(select(Person.key_id, Person.name_sealed).filter_by(id=ida)).one()
    )
    wrapped = store.read_now(lambda s: s.get_one(DataKey, key_id).wrapped)
    assert on_disk(store, tmp_path, wrapped)
    assert on_disk(store, tmp_path, cell)
    assert store.write_now(shredding.shred, key_id)
    until_nobody_reads_what_was(store)
    store.tidy()
    left = on_disk(store, tmp_path, wrapped)
    assert {file for file in left if not file.startswith("pg_wal/")} == set()
    if store.is_sqlite:
        assert on_disk(store, tmp_path, cell) == set()


@pytest.mark.on_sqlite
def test_a_backup_gives_back_what_was_erased_until_its_master_is_retired(
    store_url: str, tmp_path: Path, now
):
    key, backup = tmp_path / "key", tmp_path / "backup.db"
    key_file.create(key)

    @contextlib.contextmanager
    def opened(url: str) -> Iterator[Store]:
        store = Store.open(url, Keyring.from_file(key))
        yield store
        store.close()

    with opened(store_url) as store:
        store.create()
        store.check_key()
        ida = store.write_now(people.create, name="Ida", language="nb", now=now)
        store.tidy()
        shutil.copy(tmp_path / "losbot.db", backup)
        store.write_now(shredding.shred, ida.key_id)

    def name(session) -> str | None:
        return session.get_one(Person, ida.id).name

    with opened(f"sqlite:///{backup}") as restored:
        assert restored.read_now(name) == "Ida", "a backup is a backup"
    with opened(store_url) as store:
        list(keys.rotation_of(store, key))
    key_file.keep_newest(key)
    with opened(f"sqlite:///{backup}") as restored:
        with pytest.raises(StoreRefused, match="not the key"):
            restored.check_key()
        with pytest.raises(SealBroken):
            restored.read_now(name)
    with opened(store_url) as store:
        store.check_key()
        assert store.read_now(name) is None
