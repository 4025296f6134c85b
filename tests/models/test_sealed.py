"""A cell opens in its own place with its own key, and nowhere else."""

from __future__ import annotations

import base64
import os

import pytest
from sqlalchemy import delete, select, update

from models import asking, inbox, people
from models.asking import Wish
from models.inbox import Parked
from models.people import Person
from models.sealed import (
    DataKey,
    Erased,
    Keyring,
    SealBroken,
    destroy_key,
    keyring_of,
    mark,
    token,
)
from models.terms import Topic
from tests.conftest import TEST_KEY

WORDS = "Mamma vet ikke at jeg er redd æøå"


@pytest.fixture
def ida(session, now) -> Person:
    return people.create(session, name=WORDS, language="nb", now=now)


@pytest.fixture
def kari(session, now) -> Person:
    return people.create(session, name="Kari", language="nb", now=now)


def put(session, row, **columns) -> None:
    """Change a row as someone with the database could, past the attribute."""
    table = type(row)
    session.execute(update(table).where(table.id == row.id).values(columns))
    session.expire(row)


def broken(session, row, name: str = "name") -> bool:
    """Whether a cell does not open in a transaction that has opened no key yet."""
    session.info.pop("opened_keys", None)
    session.expire_all()
    try:
        assert getattr(row, name) is not None
    except SealBroken:
        return True
    return False


def test_words_open_where_they_were_sealed(session, ida):
    assert not broken(session, ida)
    assert ida.name == WORDS


def test_the_same_words_never_look_the_same(session, ida):
    before = ida.name_sealed
    ida.name = WORDS
    assert ida.name_sealed != before
    assert WORDS.encode() not in before + ida.name_sealed


def test_nothing_is_kept_where_nothing_was_said(session, ida):
    ida.name = None
    session.flush()
    assert (ida.name_sealed, ida.name) == (None, None)


# --- swapped -------------------------------------------------------------------------------------


def test_a_cell_of_another_row_does_not_open(session, ida, kari):
    put(session, kari, name_sealed=ida.name_sealed)
    assert broken(session, kari)
    put(session, kari, key_id=ida.key_id)  # along with the key it is sealed under
    assert broken(session, kari)


def test_a_cell_of_another_column_does_not_open(session, cast, now):
    wish = Wish(Topic.SCHOOL, school_id=cast.school.id, named="Ida")
    request = asking.submit(session, actor=cast.sam, wish=wish, now=now)
    request.reason = "Haster"
    session.flush()
    assert not broken(session, request, "reason")
    put(session, request, reason_sealed=request.named_sealed, named_sealed=request.reason_sealed)
    assert broken(session, request, "reason")
    assert broken(session, request, "named")


def test_a_cell_of_another_table_does_not_open(session, ida, now):
    twin = Parked(
        id=ida.id, key_id=ida.key_id, channel="x", update_id=1, at=now, error="x", reference="x"
    )
    session.add(twin)
    session.flush()
    put(session, twin, payload_sealed=ida.name_sealed)
    assert broken(session, twin, "payload")


def test_a_row_under_another_key_does_not_open(session, ida, kari):
    put(session, ida, key_id=kari.key_id)
    assert broken(session, ida)


def test_a_row_under_another_id_does_not_open(session, now):
    inbox.park(session, channel="x", update_id=1, payload=WORDS, error="KeyError", now=now)
    parked = session.scalars(select(Parked)).one()
    assert not broken(session, parked, "payload")
    session.execute(update(Parked).values(id=Parked.id + 1))
    session.expunge(parked)
    assert broken(session, session.scalars(select(Parked)).one(), "payload")


# --- changed -------------------------------------------------------------------------------------


def test_no_byte_can_be_changed(session, ida):
    whole = ida.name_sealed
    for place in range(len(whole)):
        ida.name_sealed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        with pytest.raises(SealBroken):
            _ = ida.name
    ida.name_sealed = whole
    assert ida.name == WORDS


def test_nothing_can_be_cut_off_or_put_on(session, ida):
    whole = ida.name_sealed
    for length in range(len(whole)):
        for part in (whole[:length], whole[len(whole) - length :], whole + whole[: length + 1]):
            ida.name_sealed = part
            with pytest.raises(SealBroken):
                _ = ida.name


# --- the keys themselves -------------------------------------------------------------------------


def test_another_master_opens_nothing(session, ida):
    session.info["keyring"] = Keyring(os.urandom(32))
    assert broken(session, ida)
    session.info["keyring"] = Keyring(os.urandom(32), TEST_KEY)
    assert not broken(session, ida)


def test_a_data_key_of_another_does_not_open(session, ida, kari):
    own, other = session.get_one(DataKey, ida.key_id), session.get_one(DataKey, kari.key_id)
    put(session, own, wrapped=other.wrapped)
    assert broken(session, ida)


def test_no_byte_of_a_data_key_can_be_changed_or_cut_off(session, ida):
    own = session.get_one(DataKey, ida.key_id)
    whole = own.wrapped
    for place in range(len(whole)):
        changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        for wrapped in (changed, whole[:place]):
            put(session, own, wrapped=wrapped)
            assert broken(session, ida)
    put(session, own, wrapped=whole)
    assert not broken(session, ida)


def test_a_data_key_said_to_be_wrapped_by_another_master_does_not_open(session, ida):
    ring = session.info["keyring"] = Keyring(os.urandom(32), TEST_KEY)
    put(session, session.get_one(DataKey, ida.key_id), master=ring.fingerprint())
    assert broken(session, ida)


def test_a_data_key_that_is_missing_is_no_erasure(session, ida):
    session.execute(delete(DataKey).where(DataKey.id == ida.key_id))
    assert broken(session, ida)


def test_a_key_for_another_use_is_another_key(keyring):
    made = keyring.derive("buttons")
    assert made not in (TEST_KEY, keyring.derive("invitations"))
    assert Keyring(made).derive("buttons") != made


def test_a_mark_is_of_these_words_for_this_purpose_by_this_key(session):
    marks = {mark(session, *told) for told in (("a", "b"), ("a", "b"), ("a", "c"), ("b", "b"))}
    session.info["keyring"] = Keyring(os.urandom(32))
    assert len(marks | {mark(session, "a", "b")}) == 4
    half = base64.urlsafe_b64decode(token(session, "a", "b") + "==")
    assert half == mark(session, "a", "b")[:16]


def test_what_was_signed_stays_good_until_the_old_master_is_taken_out(keyring):
    newer = os.urandom(32)
    assert Keyring(newer, TEST_KEY).derive("buttons") == keyring.derive("buttons")
    assert Keyring(newer).derive("buttons") != keyring.derive("buttons")


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_none(length):
    with pytest.raises(ValueError, match="not 32 bytes"):
        Keyring(bytes(length))


# --- destroyed -----------------------------------------------------------------------------------


def test_what_was_sealed_under_a_destroyed_key_is_gone(session, ida):
    assert destroy_key(session, ida.key_id)
    assert ida.name is None
    assert ida.name_sealed, "what is left opens nothing"
    with pytest.raises(Erased):
        keyring_of(session).opened(session, ida.key_id)
    assert people.names(session, [ida.id]) == {ida.id: ""}


def test_nothing_is_written_under_a_destroyed_key(session, ida):
    destroy_key(session, ida.key_id)
    with pytest.raises(Erased):
        ida.name = "Ida"


def test_a_key_is_destroyed_once(session, ida):
    assert destroy_key(session, ida.key_id)
    assert not destroy_key(session, ida.key_id)
    assert not destroy_key(session, ida.key_id + 1)


def test_nobody_elses_key_is_destroyed(session, ida, kari):
    destroy_key(session, ida.key_id)
    assert not broken(session, kari)


def test_a_key_whose_destruction_was_taken_back_opens_again(session, ida):
    savepoint = session.begin_nested()
    destroy_key(session, ida.key_id)
    savepoint.rollback()
    assert ida.name == WORDS
