from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import event, inspect, select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from bot import store_engines, store_schema
from bot.store import Store, StoreBusy, StoreRefused
from bot.store_writer import SHARED
from models import outbox, people, store_facts
from models.sealed import Keyring
from models.store_facts import StoreFact


def put(session: Session, key: str, value: str = "x") -> str:
    store_facts.put(session, key, value)
    return value


def kept(store: Store) -> set[str]:
    return store.read_now(lambda session: set(session.scalars(select(StoreFact.key))))


async def holding(store: Store) -> tuple[asyncio.Future[object], threading.Event]:
    """A job that keeps the writer busy until its gate is opened."""
    begun, gate = threading.Event(), threading.Event()

    def hold(_session: Session) -> None:
        begun.set()
        gate.wait(5)

    job = asyncio.ensure_future(store.write(hold))
    await asyncio.to_thread(begun.wait, 5)
    return job, gate


async def test_what_is_written_is_read_after_the_commit(store: Store):
    assert await store.write(put, "a", "1") == "1"
    assert await store.read(store_facts.get, "a") == "1"


async def test_a_failing_job_keeps_nothing_and_takes_nobody_with_it(store: Store):
    def fails(session: Session) -> None:
        put(session, "bad")
        raise KeyError("no")

    good, bad, also = await asyncio.gather(
        store.write(put, "a"), store.write(fails), store.write(put, "b"), return_exceptions=True
    )
    assert isinstance(bad, KeyError)
    assert (good, also) == ("x", "x")
    assert kept(store) == {"a", "b"}


async def test_a_savepoint_that_is_rolled_back_does_not_survive_in_the_commit(store: Store):
    def half(session: Session) -> None:
        put(session, "outer")
        inner = session.begin_nested()
        put(session, "inner")
        inner.rollback()

    await store.write(half)
    assert kept(store) == {"outer"}


async def test_a_hundred_increments_at_once_are_a_hundred(store: Store):
    store.write_now(put, "n", "0")

    def increment(session: Session) -> None:
        fact = session.get(StoreFact, "n", with_for_update=True)
        assert fact is not None
        fact.value = str(int(fact.value) + 1)

    await asyncio.gather(*(store.write(increment) for _ in range(100)))
    assert store.read_now(store_facts.get, "n") == "100"


@pytest.mark.on_sqlite
async def test_those_who_wait_share_a_commit(store: Store):
    commits: list[int] = []
    event.listen(store.engine, "commit", lambda _connection: commits.append(1))
    first, gate = await holding(store)
    rest = [asyncio.ensure_future(store.write(put, f"k{i}")) for i in range(20)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(first, *rest)
    assert len(kept(store)) == 20
    assert len(commits) <= 2 + 20 / SHARED


@pytest.mark.on_sqlite
async def test_nobody_is_answered_before_the_commit_and_a_failed_one_is_done_again_alone(
    store: Store,
):
    failures: list[str] = []
    first, gate = await holding(store)
    jobs = [asyncio.ensure_future(store.write(put, f"k{i}")) for i in range(5)]
    await asyncio.sleep(0)

    @event.listens_for(store.engine, "commit")
    def fail_once(_connection: object) -> None:
        if len(failures) == 1:  # the second commit is the shared one
            failures.append("failed")
            raise sqlite3.OperationalError("disk I/O error")
        failures.append("passed")

    gate.set()
    await asyncio.gather(first, *jobs)
    assert kept(store) == {f"k{i}" for i in range(5)}
    assert failures.count("failed") == 1
    assert len(failures) == 7


@pytest.mark.on_sqlite
async def test_a_full_disk_is_each_jobs_own_failure_and_passes(store: Store, tmp_path: Path):
    pages = store.write_now(lambda s: s.connection().exec_driver_sql("PRAGMA page_count").scalar())
    store.write_now(
        lambda s: s.connection().exec_driver_sql(f"PRAGMA max_page_count={pages + 2}").scalar()
    )
    first, gate = await holding(store)
    jobs = [
        asyncio.ensure_future(store.write(put, "small")),
        asyncio.ensure_future(store.write(put, "huge", "x" * 1_000_000)),
    ]
    await asyncio.sleep(0)
    gate.set()
    await first
    small, huge = await asyncio.gather(*jobs, return_exceptions=True)
    assert isinstance(huge, OperationalError)
    assert small == "x"
    assert kept(store) == {"small"}


@pytest.mark.on_sqlite
async def test_a_cancelled_job_that_did_not_begin_is_not_done(store: Store):
    first, gate = await holding(store)
    second = asyncio.ensure_future(store.write(put, "never"))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.sleep(0)
    gate.set()
    await first
    await store.write(put, "after")
    assert kept(store) == {"after"}


async def test_whoever_promised_is_heard_before_they_go_on(store: Store, now):
    heard: list[str] = []
    store.listen(asyncio.get_running_loop(), lambda: heard.append("nudged"))

    def promise(session: Session) -> None:
        person = people.create(session, name="Ida", language="nb", now=now)
        outbox.promise(session, kind="x", recipient_id=person.id, occasion="1", now=now)

    await store.write(put, "quiet")
    assert heard == []
    await store.write(promise)
    assert heard == ["nudged"]


async def test_a_reader_cannot_write(store: Store):
    with pytest.raises(DBAPIError):
        await store.read(put, "a")


@pytest.mark.on_sqlite
def test_every_pragma_is_set_and_read_back(store: Store):
    def found(session: Session) -> dict[str, object]:
        ask = session.connection().exec_driver_sql
        return {name: ask(f"PRAGMA {name}").scalar() for name in store_engines.PRAGMAS}

    wanted = {name: value for name, (_set, value) in store_engines.PRAGMAS.items()}
    assert store.write_now(found) == wanted
    assert store.read_now(found) == wanted


@pytest.mark.on_sqlite
def test_a_sqlite_that_does_not_take_a_pragma_is_refused(
    store_url: str, keyring: Keyring, monkeypatch
):
    monkeypatch.setitem(store_engines.PRAGMAS, "synchronous", ("FULL", 99))
    with pytest.raises(StoreRefused, match="does not take synchronous=FULL"):
        Store.open(store_url, keyring)


@pytest.mark.on_sqlite
def test_a_second_process_is_refused_until_the_first_is_gone(store: Store, store_url: str):
    script = (
        "import sys; from bot.store import *; from models.sealed import Keyring\n"
        "try: Store.open(sys.argv[1], Keyring(b'x' * 32))\n"
        "except StoreBusy as busy: print(busy)\n"
        "else: print('opened')"
    )

    def second() -> str:
        command = [sys.executable, "-c", script, store_url]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    assert second() == "another losbot is using losbot.db; stop it first"
    store.close()
    assert second() == "opened"


@pytest.mark.on_sqlite
def test_short_commands_may_work_beside_a_running_bot(
    store: Store, store_url: str, keyring: Keyring
):
    with pytest.raises(StoreBusy):
        Store.open(store_url, keyring)
    beside = Store.open(store_url, keyring, exclusive=False)
    beside.write_now(put, "beside")
    store.write_now(put, "running")
    assert kept(beside) == {"beside", "running"}
    beside.close()


@pytest.mark.on_sqlite
def test_its_files_are_nobody_elses_to_read(keyring: Keyring, tmp_path: Path):
    before = os.umask(0o022)
    try:
        store = Store.open(f"sqlite:///{tmp_path / 'new.db'}", keyring)
        store.create()
        store.write_now(store_facts.put, "probe", "here")
        files = {path.name: path.stat().st_mode & 0o077 for path in tmp_path.glob("new.db*")}
        store.close()
    finally:
        os.umask(before)
    assert "new.db" in files
    assert set(files.values()) == {0}


def test_a_store_in_memory_is_refused(keyring: Keyring):
    with pytest.raises(StoreRefused):
        Store.open("sqlite://", keyring)


def test_only_the_key_the_store_was_sealed_with_opens_it(store: Store, store_url: str):
    store.check_key()
    store.check_key()
    other = Store.open(store_url, Keyring(b"another key that is 32 bytes lon"), exclusive=False)
    with pytest.raises(StoreRefused, match="not the key"):
        other.check_key()
    other.close()


def test_a_store_without_tables_is_none_and_migrating_makes_it_fit(
    store_url: str, keyring: Keyring
):
    store = Store.open(store_url, keyring)
    with pytest.raises(StoreRefused, match=r"no losbot store .* run: losbot migrate"):
        store.check_schema()
    store.migrate()
    store.check_schema()
    store.migrate()
    store.close()


def test_the_newest_revision_is_the_one_alembic_finds():
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(store_schema.config())
    assert store_schema.head() == scripts.get_current_head()


def test_a_store_of_a_later_losbot_is_refused(store: Store):
    store.check_schema()
    store.write_now(
        lambda s: s.connection().exec_driver_sql(
            "UPDATE alembic_version SET version_num = 'ffffffffffff'"
        )
    )
    with pytest.raises(StoreRefused, match="newer than this losbot"):
        store.check_schema()


@pytest.mark.on_sqlite
def test_migrating_makes_the_tables_the_code_knows(store: Store, keyring: Keyring, tmp_path: Path):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from models.base import Base

    migrated = Store.open(f"sqlite:///{tmp_path / 'migrated.db'}", keyring)
    migrated.migrate()
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    for table in Base.metadata.tables:
        ours, theirs = inspect(store.engine), inspect(migrated.engine)
        names = {index["name"] for index in ours.get_indexes(table)}
        assert {index["name"] for index in theirs.get_indexes(table)} == names
        assert _by_name(theirs.get_foreign_keys(table)) == _by_name(ours.get_foreign_keys(table))
    migrated.close()


def _by_name(found: list) -> list:
    return sorted(found, key=lambda each: each["name"])


@pytest.mark.on_sqlite
def test_rebuilding_a_table_empties_no_other(store_url: str, keyring: Keyring, monkeypatch):
    """ECOSYSTEM trap 2: with foreign keys on, the children would be gone without a word."""
    store = Store.open(store_url, keyring)

    def family(session: Session) -> None:
        run = session.connection().exec_driver_sql
        run("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        run("CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL "
            "REFERENCES parent(id) ON DELETE CASCADE)")  # fmt: skip
        run("INSERT INTO parent VALUES (1)")
        run("INSERT INTO child VALUES (1, 1)")

    def children(session: Session) -> object:
        joined = "SELECT count(*) FROM child, parent WHERE parent_id = parent.id"
        return session.connection().exec_driver_sql(joined).scalar()

    def rebuild(config: object, _revision: str) -> None:
        run = config.attributes["connection"].exec_driver_sql  # type: ignore[attr-defined]
        run("CREATE TABLE parent_new (id INTEGER PRIMARY KEY, name TEXT)")
        run("INSERT INTO parent_new (id) SELECT id FROM parent")
        run("DROP TABLE parent")
        run("ALTER TABLE parent_new RENAME TO parent")

    def lose(config: object, _revision: str) -> None:
        config.attributes["connection"].exec_driver_sql("DELETE FROM parent")  # type: ignore[attr-defined]

    store.write_now(family)
    monkeypatch.setattr("alembic.command.upgrade", rebuild)
    store.migrate()
    assert store.read_now(children) == 1
    monkeypatch.setattr("alembic.command.upgrade", lose)
    with pytest.raises(StoreRefused, match="loose ends in child"):
        store.migrate()
    assert store.read_now(children) == 1
    store.close()


@pytest.mark.on_sqlite
def test_what_was_deleted_is_not_left_in_the_files(store: Store, tmp_path: Path):
    canary = "kanarifugl-" * 50
    store.write_now(put, "secret", canary)
    store.write_now(lambda session: session.delete(session.get_one(StoreFact, "secret")))
    store.tidy()
    for path in tmp_path.iterdir():
        assert b"kanarifugl" not in path.read_bytes()


@pytest.mark.on_postgresql
async def test_a_deadlock_is_tried_again(store: Store):
    for key in ("a", "b"):
        store.write_now(put, key, "0")
    both = threading.Barrier(2, timeout=5)
    tries: list[str] = []

    def cross(session: Session, first: str, second: str) -> None:
        tries.append(first)
        session.get_one(StoreFact, first, with_for_update=True).value += "1"
        session.flush()
        if len(tries) <= 2:
            both.wait()
        session.get_one(StoreFact, second, with_for_update=True).value += "1"

    await asyncio.gather(store.write(cross, "a", "b"), store.write(cross, "b", "a"))
    assert len(tries) == 3
    assert store.read_now(store_facts.get, "a") == "011"


@pytest.mark.slow
@pytest.mark.on_sqlite
def test_a_command_beside_a_busy_bot_waits_for_its_turn(
    store: Store, store_url: str, keyring, now
):
    """Longer than SQLite itself would, which is five seconds."""
    beside = Store.open(store_url, keyring, exclusive=False)
    held = threading.Thread(target=lambda: store.write_now(lambda session: time.sleep(7)))
    held.start()
    time.sleep(0.3)
    began = time.monotonic()
    beside.write_now(store_facts.put, "beside", "x")
    assert 5 < time.monotonic() - began < 20
    held.join()
    beside.close()


@pytest.mark.on_postgresql
def test_who_stands_still_in_a_transaction_holds_nobody_up_for_ever(store: Store):
    asked = text("SHOW idle_in_transaction_session_timeout")
    assert store.read_now(lambda session: session.scalar(asked)) == "30s"
