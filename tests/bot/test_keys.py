"""The master key is replaced, whenever whoever does it dies; and destroyed keys stay destroyed."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import keys
from bot.store import Store, StoreRefused
from models import inbox, key_file, people, rotation, store_facts
from models.inbox import Parked
from models.people import Person
from models.sealed import DataKey, Erased, Keyring, SealBroken, destroy_key, keyring_of
from tests.bot.machine import Losbot, line_of

MANY, BATCH = 11, 5
"""People in the store; how many keys are wrapped in one transaction."""


@pytest.fixture(autouse=True)
def _few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "BATCH", BATCH)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    key_file.create(tmp_path / "key")
    return tmp_path / "key"


@pytest.fixture
def url(store_url: str, file: Path, now, at_home) -> str:
    """A store with many people in it, and something parked."""
    at_home("many", lambda: _fill(store_url, file, now))
    return store_url


def _fill(store_url: str, file: Path, now) -> None:
    with opened(store_url, file) as store:
        store.create()
        store.check_key()

        def meet(session) -> None:
            for number in range(MANY):
                people.create(session, name=f"Navn {number}", language="nb", now=now)
            inbox.park(session, channel="x", update_id=1, payload="ord", error="x", now=now)

        store.write_now(meet)


@contextlib.contextmanager
def opened(url: str, file: Path) -> Iterator[Store]:
    store = Store.open(url, Keyring.from_file(file), exclusive=False)
    try:
        yield store
    finally:
        store.close()


def names(url: str, file: Path) -> set[str]:
    """Every name in the store, opened by a process that has just started."""
    with opened(url, file) as store:
        store.check_key()
        return store.read_now(lambda s: {person.name for person in s.scalars(select(Person))})


ALL = {f"Navn {number}" for number in range(MANY)}


def masters(store: Store) -> set[str | None]:
    return set(store.read_now(lambda s: s.scalars(select(DataKey.master).distinct()).all()))


def test_afterwards_everything_opens_with_the_new_key_alone(url: str, file: Path):
    before = key_file.read(file).masters
    with opened(url, file) as store:
        assert sum(keys.rotation_of(store, file)) == MANY + 1
        assert masters(store) == {store.keyring.fingerprint()}
        assert not store.read_now(rotation.under_way)
    newest, *older = key_file.read(file).masters
    assert older == before
    assert newest not in before
    assert names(url, file) == ALL
    key_file.keep_newest(file)
    assert names(url, file) == ALL


def test_no_cell_is_touched(url: str, file: Path):
    def cells(session):
        return dict(session.execute(select(Person.id, Person.name_sealed)).all())

    with opened(url, file) as store:
        before = store.read_now(cells)
        list(keys.rotation_of(store, file))
        assert store.read_now(cells) == before


@pytest.mark.parametrize("reseal", [False, True])
def test_whenever_it_dies_everything_opens_and_it_goes_on(url: str, file: Path, reseal: bool):
    died = 0
    while True:
        with opened(url, file) as store:
            going = keys.rotation_of(store, file, reseal=reseal)
            if next(going, None) is None:
                break
            going.close()
        died += 1
        assert names(url, file) == ALL
        assert len(key_file.read(file).masters) == 2, "going on makes no third key"
    assert died == 3
    with opened(url, file) as store:
        assert masters(store) == {store.keyring.fingerprint()}
    assert names(url, file) == ALL


def test_dying_between_the_file_and_the_store_needs_no_third_key(url: str, file: Path):
    key_file.add(file)
    assert names(url, file) == ALL
    with opened(url, file) as store:
        list(keys.rotation_of(store, file))
    assert len(key_file.read(file).masters) == 2


def test_the_old_key_is_needed_until_it_is_done(url: str, file: Path, tmp_path: Path):
    old = tmp_path / "old"
    old.write_bytes(file.read_bytes())
    old.chmod(0o400)
    with opened(url, file) as store:
        next(keys.rotation_of(store, file))
    new = tmp_path / "new"
    new.write_bytes(file.read_bytes())
    new.chmod(0o600)
    key_file.keep_newest(new)
    for half in (old, new):
        with pytest.raises(StoreRefused, match=r"not the key that .* \(\w{16} is missing\)$"):
            names(url, half)


def test_whoever_runs_meanwhile_goes_on_reading_and_writing(url: str, file: Path, now):
    with opened(url, file) as running, opened(url, file) as store:
        going = keys.rotation_of(store, file)
        next(going)

        def meet(session):
            return people.create(session, name="Ny", language="nb", now=now).key_id

        key_id = running.write_now(meet)
        assert running.read_now(lambda s: s.get_one(DataKey, key_id).master) == (
            store.keyring.fingerprint()
        ), "nothing new is wrapped by the old"
        list(going)
        read = running.read_now(lambda s: {person.name for person in s.scalars(select(Person))})
    assert read == ALL | {"Ny"}


def test_whoever_has_only_a_copy_of_the_old_file_writes_nothing_that_would_be_lost(
    url: str, file: Path, tmp_path: Path, now
):
    copy = tmp_path / "copy"
    copy.write_bytes(file.read_bytes())
    copy.chmod(0o400)
    with opened(url, copy) as running:
        with opened(url, file) as store:
            list(keys.rotation_of(store, file))
        with pytest.raises(SealBroken, match="does not have the key"):
            running.write_now(people.create, name="Ny", language="nb", now=now)
        copy.chmod(0o600)
        copy.write_bytes(file.read_bytes())
        running.write_now(people.create, name="Ny", language="nb", now=now)
    assert names(url, file) == ALL | {"Ny"}


@pytest.mark.parametrize("reseal", [False, True])
def test_whoever_is_in_the_middle_of_writing_is_waited_for(
    url: str, file: Path, now, reseal: bool
):
    """Else what it goes on to write would be sealed under a key, or wrapped by one, that is gone."""
    begun, go = threading.Event(), threading.Event()

    def write(session) -> None:
        ida = session.scalars(select(Person).where(Person.id == first)).one()
        people.create(session, name="Ny", language="nb", now=now)
        begun.set()
        go.wait(5)
        ida.name = "Ida"

    with opened(url, file) as running, opened(url, file) as store, ThreadPoolExecutor(2) as pool:
        first, name = running.read_now(
            lambda s: next((p.id, p.name) for p in s.scalars(select(Person).order_by(Person.id)))
        )
        writing = pool.submit(running.write_now, write)
        begun.wait(5)
        rotating = pool.submit(lambda: list(keys.rotation_of(store, file, reseal=reseal)))
        time.sleep(0.3)
        assert not rotating.done()
        go.set()
        writing.result(20)
        rotating.result(20)
        assert masters(store) == {store.keyring.fingerprint()}
    assert names(url, file) == ALL - {name} | {"Ny", "Ida"}


def test_sealing_anew_leaves_no_key_that_was_known(url: str, file: Path):
    def known(session):
        ring = keyring_of(session)
        return {
            key_id: ring.unwrap(session, key_id) for key_id in session.scalars(select(DataKey.id))
        }

    with opened(url, file) as store:
        before = store.read_now(known)
        cells = store.read_now(lambda s: set(s.scalars(select(Person.name_sealed))))
        list(keys.rotation_of(store, file, reseal=True))
        after = store.read_now(known)
        assert len(after) == len(before)
        assert not after.keys() & before.keys()
        assert not set(after.values()) & set(before.values())
        assert not cells & store.read_now(lambda s: set(s.scalars(select(Person.name_sealed))))
        assert store.read_now(lambda s: s.scalars(select(Parked)).one().payload) == "ord"
    assert names(url, file) == ALL


@pytest.mark.parametrize("reseal", [False, True])
def test_what_was_destroyed_stays_destroyed(url: str, file: Path, reseal: bool):
    with opened(url, file) as store:
        ida = store.read_now(lambda s: s.scalars(select(Person)).first())
        store.write_now(destroy_key, ida.key_id)
        list(keys.rotation_of(store, file, reseal=reseal))
        assert store.read_now(rotation.counted)[None] == 1
        assert store.read_now(lambda s: s.get_one(Person, ida.id).name) is None


def test_a_key_destroyed_in_one_process_is_destroyed_in_all(url: str, file: Path):
    with opened(url, file) as one, opened(url, file) as other:
        ida = one.read_now(lambda s: s.scalars(select(Person)).first())
        assert other.read_now(lambda s: s.get_one(Person, ida.id).name) is not None
        assert one.write_now(destroy_key, ida.key_id)
        assert other.read_now(lambda s: s.get_one(Person, ida.id).name) is None
        with pytest.raises(Erased):
            other.write_now(lambda s: setattr(s.get_one(Person, ida.id), "name", "Ida"))


def test_a_store_begins_with_the_key_it_first_meets(url: str, file: Path, tmp_path: Path):
    other = tmp_path / "other"
    key_file.create(other)
    with opened(url, other) as store, pytest.raises(StoreRefused, match="not the key"):
        store.check_key()
    with opened(url, file) as store:
        assert store.read_now(store_facts.get, store_facts.KEY) == store.keyring.fingerprint()


# --- what an operator types ----------------------------------------------------------------------


def test_rotating_step_by_step(url: str, losbot: Losbot, file: Path):
    def typed(*words: str) -> str:
        return losbot(*words).output

    (old,) = Keyring.from_file(file).ids
    assert typed("key", "status") == (
        f"{old}  newest, wraps {MANY + 1}\nDestroyed, and with them what they sealed: 0\n"
    )
    rotated = typed("key", "rotate").splitlines()
    new, _old = Keyring.from_file(file).ids
    assert rotated[-2:] == [
        f"The store is sealed under {new}.",
        "Backups need the old one. When they are gone: losbot key retire",
    ]
    assert typed("key", "status").splitlines() == [
        f"{new}  newest, wraps {MANY + 1}",
        f"{old}  old, wraps 0",
        "Destroyed, and with them what they sealed: 0",
        "The old ones are for backups only: losbot key retire",
    ]
    assert typed("key", "retire").startswith(f"1 old keys taken out of {file}.")
    assert Keyring.from_file(file).ids == [new]
    assert typed("key", "status").splitlines()[0] == f"{new}  newest, wraps {MANY + 1}"


def test_nothing_is_retired_that_is_still_needed(url: str, losbot: Losbot, file: Path):
    assert "holds a new key, and the old" in losbot("key", "add", str(file)).output
    assert "Not finished: losbot key rotate" in losbot("key", "status").output
    told = losbot("check", LOSBOT_TOKEN_FILE=None).output
    assert "the key is not replaced everywhere: losbot key rotate" in told
    refused = line_of(losbot("key", "retire"))
    assert refused == "Error: the old key is still needed: losbot key rotate"
    assert len(Keyring.from_file(file).ids) == 2


@pytest.mark.skipif(os.name == "nt", reason="no such modes there")
def test_a_file_that_is_open_to_others_is_said_in_one_line(url: str, losbot: Losbot, file: Path):
    file.chmod(0o644)
    assert line_of(losbot("key", "status")) == (
        f"losbot: {file} is open to others (0644): chmod 0400 {file}"
    )


def test_a_key_that_cannot_be_put_first_is_said_in_one_line(losbot: Losbot, tmp_path: Path):
    assert "No such file" in line_of(losbot("key", "add", str(tmp_path / "none")))
    (tmp_path / "x").write_text("x")
    assert "does not hold a losbot key" in line_of(losbot("key", "add", str(tmp_path / "x")))


@pytest.mark.slow
def test_killed_at_any_instant_it_goes_on(url: str, losbot: Losbot, file: Path, now):
    """kill -9, and not only between commits."""
    many = {f"Flere {number}" for number in range(3000)}

    def meet(session) -> None:
        for name in many:
            people.create(session, name=name, language="nb", now=now)

    with opened(url, file) as store:
        store.write_now(meet)
    dice, halves = random.Random(7), 0
    for kill in range(16):
        command = [sys.executable, "-m", "bot", "key", "rotate", *["--reseal"] * (kill % 2)]
        going = subprocess.Popen(
            command,
            env={**os.environ, **losbot.env},
            stdout=subprocess.PIPE,  # type: ignore[attr-defined]
        )
        assert going.stdout is not None
        if kill % 3:
            going.stdout.readline()  # it has begun
        time.sleep(dice.uniform(0, 0.5))
        going.kill()
        going.communicate()
        assert names(url, file) == ALL | many
        with opened(url, file) as store:
            halves += len(masters(store)) > 1
    assert halves, "it was never killed in the middle"
    assert "The store is sealed under" in losbot("key", "rotate").output
    assert names(url, file) == ALL | many
