"""The code of a chat: kept as a hash, asked for when the chat was quiet, five tries."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from models import chat_code, contacts, discretion, invitations, people
from models.audit import AuditEntry
from models.base import Refused
from models.chat_code import CHANGE, CHOOSE, OPEN, REMOVE, Came
from models.outbox import Outgoing
from models.sealed import destroy_key
from models.terms import Why
from tests.ways import told_once

QUIET = discretion.IDLE


@pytest.fixture
def here(session, cast) -> int:
    return contacts.of(session, cast.ida.id).id


def entering(session, cast):
    """Ida presses digits and OK on the keypad that is open, or on one opened for a purpose."""
    here = contacts.of(session, cast.ida.id).id

    def entered(digits: str, at, purpose: int | None = None) -> Came:
        if purpose is not None:
            chat_code.begin(session, actor=cast.ida, contact_id=here, purpose=purpose)
        for digit in digits:
            chat_code.press(session, here, int(digit))
        return chat_code.enter(session, actor=cast.ida, contact_id=here, now=at)

    return entered


@pytest.fixture
def enter(session, cast):
    return entering(session, cast)


@told_once
def chosen(session, cast, now) -> None:
    enter = entering(session, cast)
    assert enter("4711", now, CHOOSE) is Came.ONCE_MORE
    assert enter("4711", now) is Came.CHOSEN


def shut(session, here, at) -> bool:
    return discretion.is_shut(session, here, at)


def test_a_chat_without_a_code_is_never_shut(session, cast, here, now):
    discretion.pause(session, actor=cast.ida, contact_id=here, days=3, now=now)
    assert not shut(session, here, now + timedelta(days=300))


def test_a_chat_is_shut_after_ten_quiet_minutes(session, here, chosen, now):
    assert not shut(session, here, now + QUIET - timedelta(seconds=1))
    assert shut(session, here, now + QUIET)
    discretion.opened(session, here, now + QUIET / 2)
    assert not shut(session, here, now + QUIET)


def test_what_is_kept_is_a_sealed_argon2id_hash_and_no_digit(session, here, chosen):
    row = discretion.of(session, here)
    assert row.hash.startswith("$argon2id$v=19$m=19456,t=3,p=1$")
    kept = session.execute(text("SELECT * FROM discretions")).mappings().one()
    cells = [each for name, each in kept.items() if not name.endswith("id")]  # ids are numbers too
    assert "argon2" not in str(cells)
    assert "4711" not in str(cells) + row.hash
    assert row.typed is None


def test_while_it_is_pressed_the_digits_are_sealed(session, cast, here):
    chat_code.begin(session, actor=cast.ida, contact_id=here, purpose=CHOOSE)
    for digit in (4, 7, 1):
        chat_code.press(session, here, digit)
    kept = session.execute(text("SELECT * FROM discretions")).mappings().one()
    assert "471" not in str({n: value for n, value in kept.items() if not n.endswith("id")})
    assert chat_code.keypad(session, here).typed == 3


def test_a_try_takes_about_fifty_milliseconds():
    started = time.process_time()
    for _try in range(4):
        chat_code._fits(chat_code._hasher.hash("1234"), "4321")
    assert 0.005 < (time.process_time() - started) / 8 < 0.5


@pytest.mark.parametrize(("digits", "kept"), [("4711", 4), ("471122", 6), ("47112233", 6)])
def test_it_has_four_to_six_digits(session, cast, here, digits, kept):
    chat_code.begin(session, actor=cast.ida, contact_id=here, purpose=CHOOSE)
    for digit in digits:
        chat_code.press(session, here, int(digit))
    assert chat_code.keypad(session, here).typed == kept


def test_three_are_too_few_and_two_that_differ_are_none(session, here, enter, now):
    assert enter("471", now, CHOOSE) is Came.SHORT
    assert enter("1", now) is Came.ONCE_MORE
    assert enter("4712", now) is Came.DIFFERENT
    assert not chat_code.is_set(session, here)


def test_the_last_digit_can_be_taken_away(session, cast, here, chosen, enter, now):
    chat_code.begin(session, actor=cast.ida, contact_id=here, purpose=OPEN)
    chat_code.press(session, here, 9)
    chat_code.press(session, here, None)
    chat_code.press(session, here, None)
    assert enter("4711", now) is Came.OPENED


def test_the_fifth_wrong_one_shuts_it_for_good_the_right_one_too(
    session, here, chosen, enter, now
):
    tries = [enter("1111", now, OPEN) for _try in range(5)]
    assert tries == [Came.WRONG] * 4 + [Came.LOCKED]
    assert shut(session, here, now)
    assert enter("4711", now + timedelta(days=9), OPEN) is Came.LOCKED
    assert shut(session, here, now + timedelta(days=9))


@pytest.mark.slow
def test_wrong_tries_at_changing_count_as_well(session, here, chosen, enter, now):
    for purpose in (CHANGE, REMOVE, CHANGE, OPEN):
        assert enter("1111", now, purpose) is Came.WRONG
    assert enter("1111", now, REMOVE) is Came.LOCKED


@pytest.mark.slow
def test_the_right_one_begins_the_count_anew(session, here, chosen, enter, now):
    for _try in range(4):
        enter("1111", now, OPEN)
    assert enter("4711", now, OPEN) is Came.OPENED
    assert enter("1111", now, OPEN) is Came.WRONG
    assert chat_code.keypad(session, here).tries_left == 4


def test_nobody_chooses_over_a_code_that_is_there(session, cast, here, chosen):
    with pytest.raises(Refused) as refused:
        chat_code.begin(session, actor=cast.ida, contact_id=here, purpose=CHOOSE)
    assert refused.value.why is Why.STALE


def test_removing_takes_the_code(session, here, chosen, enter, now):
    assert enter("4711", now, REMOVE) is Came.REMOVED
    assert not chat_code.is_set(session, here)


def test_staff_take_it_off_it_is_audited_and_the_person_told(
    session, cast, here, chosen, enter, now
):
    for _try in range(5):
        enter("1111", now, OPEN)
    assert chat_code.take_off(session, person=cast.ida, actor=cast.jonas, now=now) == 1
    assert not shut(session, here, now + timedelta(days=1))
    told = session.scalars(select(Outgoing).where(Outgoing.kind == "code.taken_off")).one()
    assert told.recipient_id == cast.ida.id
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "discretion.code_taken_off")
    ).one()
    assert (entry.actor_id, entry.object_id, entry.detail) == (cast.jonas.id, cast.ida.id, {})
    assert chat_code.take_off(session, person=cast.ida, actor=None, now=now) == 0


def test_wrong_tries_are_audited_without_a_digit(session, chosen, enter, now):
    for _try in range(5):
        enter("1111", now, OPEN)
    actions = session.scalars(
        select(AuditEntry.action).where(AuditEntry.action.like("discretion.%"))
    ).all()
    assert actions == ["discretion.code", *["discretion.wrong"] * 4, "discretion.locked"]


def test_a_stranger_who_joins_keeps_the_code(session, cast, now):
    """It is sealed by the person's own key from then on: the stranger's may be destroyed."""
    sam = contacts.of(session, cast.sam.id)
    chat_code.begin(session, actor=cast.sam, contact_id=sam.id, purpose=CHOOSE)
    for _twice in range(2):
        for digit in (4, 7, 1, 1):
            chat_code.press(session, sam.id, digit)
        chat_code.enter(session, actor=cast.sam, contact_id=sam.id, now=now)
    mia = people.create(session, name="Mia", language="nb", now=now)
    made, token = invitations.invite(session, person=mia, invited_by=cast.jonas, now=now)
    invitations.present(session, token=token, contact=sam, now=now)
    invitations.confirm(session, invitation=made, actor=cast.jonas, now=now)
    destroy_key(session, cast.sam.key_id)
    session.info.pop("opened_keys", None)
    chat_code.begin(session, actor=mia, contact_id=sam.id, purpose=OPEN)
    for digit in (4, 7, 1, 1):
        chat_code.press(session, sam.id, digit)
    assert chat_code.enter(session, actor=mia, contact_id=sam.id, now=now) is Came.OPENED
