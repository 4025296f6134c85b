"""The journal of consents: what stands in it, and what is done while it cannot be written."""

from __future__ import annotations

import itertools
import shutil

import pytest

from bot import journal
from bot.store import StoreRefused
from models.terms import ConsentAct, ConsentState
from tests.bot.house import House, asks_and_gets, cast_of, grants_of, state_of, takes_back
from tests.doses import slowly


def test_the_journal_says_nobodys_name_and_can_be_read_by_nobody(house: House):
    house.do(takes_back, "kari", house.now)
    told = house.journal.read_bytes()
    for word in (b"Kari", b"consent", b"withdrawn"):
        assert word not in told


def test_a_yes_is_not_recorded_while_the_journal_cannot_be_written(house: House):
    house.journal.unlink()
    house.journal.mkdir()
    with pytest.raises(journal.JournalDown):
        house.do(asks_and_gets, house.now)
    with house.store() as store:
        assert store.read_now(lambda s: grants_of(s, cast_of(s), house.now)) == store.read_now(
            lambda s: {cast_of(s).club.id}
        )


@pytest.mark.slow
def test_nobody_is_hindered_in_taking_back_while_it_cannot_be_written(house: House):
    """And it is written as soon as it can be."""
    shutil.move(house.journal, house.folder / "kept")
    house.journal.mkdir()
    house.back_up()
    house.do(takes_back, "kari", house.now)
    with house.store() as store:
        with store.reading() as connection:
            assert journal.missing(connection) == 1
        state = store.read_now(lambda s: state_of(s, cast_of(s), "kari", house.now))
        assert state is ConsentState.WITHDRAWN
    house.journal.rmdir()
    shutil.move(house.folder / "kept", house.journal)
    with house.store() as store:
        store.write_now(lambda session: store.journal.catch_up(session.connection()))
        with store.reading() as connection:
            assert journal.missing(connection) == 0
    house.lose()
    house.restore()
    with house.store() as store:
        state = store.read_now(lambda s: state_of(s, cast_of(s), "kari", house.later))
        assert state is ConsentState.WITHDRAWN


@pytest.mark.slow
def test_what_was_rolled_back_stands_in_no_journal(house: House):
    def half(session, cast) -> None:
        savepoint = session.begin_nested()
        takes_back(session, cast, "kari", house.now)
        savepoint.rollback()

    before = house.journal.read_bytes()
    house.do(half)
    assert house.journal.read_bytes() == before


def test_a_line_that_was_cut_is_none_and_one_that_was_changed_is_refused(house: House):
    house.do(takes_back, "kari", house.now)
    whole = house.journal.read_bytes()
    ring = house.settings.keyring()
    told, cut = journal.read([house.journal], ring)
    assert (len(told) >= 2, cut) == (True, 0)
    house.journal.write_bytes(whole + whole[:90])
    assert journal.read([house.journal], ring)[1] == 1
    place = len(whole) // 2
    damaged = bytearray(whole)
    damaged[place] ^= 4
    house.journal.write_bytes(damaged)
    with pytest.raises(StoreRefused, match="is damaged"):
        journal.read([house.journal], ring)


@pytest.mark.parametrize("every", [25, *slowly(1)])
def test_no_bit_can_be_turned_that_is_not_seen(house: House, every: int):
    """What ends and begins a line as well: else the damage would pass for a line that was cut."""
    house.do(takes_back, "kari", house.now)
    ring, whole = house.settings.keyring(), house.journal.read_bytes()
    told = journal.read([house.journal], ring)
    ends = {place for place, byte in enumerate(whole) if byte == ord("\n")}
    for place, bit in itertools.product({*range(0, len(whole), every), *ends}, range(8)):
        house.journal.write_bytes(
            whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :]
        )
        try:
            assert journal.read([house.journal], ring) == told
        except StoreRefused:
            continue


def test_a_line_that_is_not_there_is_missed(house: House):
    house.do(takes_back, "kari", house.now)
    *before, _entries, kept = house.journal.read_bytes().split(b"\n\n")
    house.journal.write_bytes(b"\n\n".join([*before, kept]))
    with pytest.raises(StoreRefused, match="lacks a line"):
        journal.read([house.journal], house.settings.keyring())


def test_a_journal_that_does_not_reach_back_to_the_backup_is_refused(house: House):
    """An old copy, or one begun anew since: what was taken back would be undone without a word."""
    stale, older = house.journal.read_bytes(), house.journal.with_name("older")
    house.back_up()
    house.journal.rename(older)
    house.do(takes_back, "kari", house.now)
    house.lose()
    copy = house.journal.with_name("copy")
    copy.write_bytes(stale)
    for wrong in (copy, house.journal):
        with pytest.raises(StoreRefused, match="knows nothing of this backup"):
            house.restore(wrong)
    house.restore(older, house.journal)
    with house.store() as store:
        state = store.read_now(lambda s: state_of(s, cast_of(s), "kari", house.later))
    assert state is ConsentState.WITHDRAWN


def test_every_act_of_consent_that_is_no_yes_goes_without_the_journal():
    from models.consent_history import ConsentEvent

    waits = set(ConsentAct) - ConsentEvent.GOES_ANYWAY
    assert waits == {ConsentAct.GIVEN, ConsentAct.IN_ERROR}
