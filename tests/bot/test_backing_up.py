"""A backup is whole or refused, and what is put back is what there was."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from bot import backup_file, dumping
from bot.store import StoreRefused
from models import (
    audit_check,
    follow_ups,
)
from models.ladders import LADDERS
from models.people import Person
from tests.bot.house import House, cast_of, takes_back
from tests.bot.machine import line_of
from tests.doses import slowly

FLIPS = 100


@pytest.mark.parametrize("flips", [4, *slowly(FLIPS)])
def test_a_bit_turned_anywhere_in_a_backup_is_seen(house: House, losbot, flips: int):
    house.back_up()
    house.lose()
    whole, dice, seen = house.backup.read_bytes(), random.Random(4), 0
    places = [0, len(backup_file.MAGIC) + 5, len(whole) - 1]
    places += [dice.randrange(len(whole)) for _ in range(flips - len(places))]
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << dice.randrange(8)
        house.backup.write_bytes(damaged)
        line = line_of(losbot("restore", str(house.backup), "--no-journal"))
        seen += line.startswith("losbot: ") and str(house.backup) in line
    assert seen == flips
    house.backup.write_bytes(whole)
    assert "is whole" in losbot("restore", str(house.backup), "--look").output


@pytest.mark.slow
@pytest.mark.parametrize("cut", [0, 40, 400, -1, -30])
def test_a_backup_that_was_cut_is_refused(house: House, losbot, cut: int):
    house.back_up()
    whole = house.backup.read_bytes()
    house.backup.write_bytes(whole[:cut])
    assert "damaged" in line_of(losbot("restore", str(house.backup), "--look"))
    house.backup.write_bytes(whole + b"x")
    assert "damaged" in line_of(losbot("restore", str(house.backup), "--look"))


@pytest.mark.slow
def test_a_backup_can_be_looked_at(house: House, losbot):
    house.back_up()
    said = losbot("restore", str(house.backup), "--look").output
    assert "is whole" in said
    assert "tables of" in said


@pytest.mark.slow
def test_nothing_in_a_backup_can_be_read(house: House):
    house.back_up()
    bytes_of = house.backup.read_bytes()
    assert b"consent" not in bytes_of
    assert b"people" not in bytes_of


@pytest.mark.slow
def test_another_key_opens_no_backup(house: House, losbot, tmp_path: Path):
    house.back_up()
    house.lose()
    assert losbot("key", "new", str(tmp_path / "other")).exit_code == 0
    line = line_of(
        losbot(
            "restore", str(house.backup), "--no-journal", LOSBOT_KEY_FILE=str(tmp_path / "other")
        )
    )
    assert "does not have the key" in line


@pytest.mark.slow
def test_a_backup_that_fails_leaves_the_one_before(house: House, monkeypatch):
    house.back_up()
    before = house.backup.read_bytes()

    def breaks(connection):
        yield b"T[]"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dumping, "dump", breaks)
    with pytest.raises(StoreRefused, match="No space left"):
        house.back_up()
    assert house.backup.read_bytes() == before
    assert not list(house.folder.glob(".*.new"))


@pytest.mark.slow
def test_a_backup_is_put_back_into_an_empty_store_only(house: House, losbot):
    house.back_up()
    assert "not empty" in line_of(losbot("restore", str(house.backup)))


@pytest.mark.slow
def test_what_is_put_back_is_what_there_was(house: House):
    """Row by row, but for what a restore itself does."""
    with house.store() as store, store.reading() as connection:
        before = dumping.sums(connection)
    house.back_up()
    house.lose()
    house.restore()
    with house.store() as store, store.reading() as connection:
        after = dumping.sums(connection)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"audit", "audit_heads", "outbox", "store_facts", "cases"}
    with house.store() as store:
        assert store.read_now(lambda s: list(audit_check.findings(s))) == []
        assert store.read_now(lambda s: s.get_one(Person, cast_of(s).ida.id).name) == "Ida"
        for ladder in LADDERS:
            assert store.read_now(follow_ups.disagreeing, ladder, house.later) == []
            assert store.read_now(follow_ups.adrift, ladder, house.later) == []


@pytest.mark.slow
def test_counters_go_on_where_they_were(house: House):
    house.back_up()
    house.lose()
    house.restore()
    house.do(takes_back, "kari", house.now + timedelta(hours=3))
