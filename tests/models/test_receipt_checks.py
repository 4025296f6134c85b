"""A receipt is checked by whom it was given to: whether anybody has changed it, and how it stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from models import audit, closing, consents, receipt_checks
from models.audit import AuditEntry
from models.base import Refused
from models.consent_history import ConsentEvent, ConsentQuestion
from models.receipt_checks import GUESSES
from models.terms import ConsentState, Why
from tests.consent_setup import agreed, asked, opened
from tests.ways import told_once

case = told_once(opened)


@told_once
def question(session, cast, case, now):
    found = asked(session, cast, case, now)
    agreed(session, found, now, cast.ida, cast.kari, cast.per)
    return found


def number_of(session, person) -> str:
    mine = ConsentEvent.consenter_id == person.id, ConsentEvent.number.is_not(None)
    events = select(ConsentEvent.number).where(*mine).order_by(ConsentEvent.id.desc())
    return session.scalars(events).first()


def check(session, person, number, now):
    session.expire_all()
    return receipt_checks.checked(session, actor=person, number=number, now=now)


def tried(session, person, number, now) -> bool:
    return receipt_checks.try_number(session, actor=person, number=number, now=now)


def test_it_is_genuine_and_in_force(session, cast, case, question, now):
    number = number_of(session, cast.kari)
    assert tried(session, cast.kari, number, now)
    found = check(session, cast.kari, number, now)
    assert (found.unchanged, found.state, found.receipt.in_force) == (
        True, ConsentState.GIVEN, True,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["per", "ida", "jonas", "randi", "sam"])
def test_to_anyone_else_a_number_is_as_if_there_were_none(session, cast, question, now, name):
    number, actor = number_of(session, cast.kari), getattr(cast, name)
    assert not tried(session, actor, number, now)
    assert not tried(session, actor, "ZZZZZZ", now)
    for any_number in (number, "ZZZZZZ"):
        with pytest.raises(Refused) as refused:
            check(session, actor, any_number, now)
        assert refused.value.why is Why.ABSENT


def test_a_yes_that_was_taken_back_is_genuine_and_no_longer_in_force(
    session, cast, case, question, now
):
    yes = number_of(session, cast.kari)
    consents.withdraw_all(session, actor=cast.kari, now=now, occasion="stop")
    no = number_of(session, cast.kari)
    told = [check(session, cast.kari, number, now) for number in (yes, no)]
    assert [(t.unchanged, t.state, t.receipt.in_force) for t in told] == [
        (True, ConsentState.WITHDRAWN, False)
    ] * 2


def test_after_the_last_day_and_after_closing_it_says_so(session, cast, case, question, now):
    number = number_of(session, cast.kari)
    later = now + timedelta(days=400)
    assert check(session, cast.kari, number, later).state is ConsentState.EXPIRED
    closing.close(session, actor=cast.kari, case_id=case.id, wish=closing.Wish(), now=now)
    assert check(session, cast.kari, number, now).closed


@pytest.mark.parametrize(
    "change",
    [
        {"act": "refused"},
        {"until": None},
        {"text_hash": "x"},
        {"channel": "paper"},
        {"scope": {"1": ["health"]}},
        {"capacity": "self"},
    ],
)
def test_an_answer_that_somebody_changed_is_not_confirmed(session, cast, question, now, change):
    number = number_of(session, cast.kari)
    mine = ConsentEvent.number == number
    event_id = session.scalars(select(ConsentEvent.id).where(mine)).one()
    session.execute(update(ConsentEvent).where(mine).values(**change))
    assert not check(session, cast.kari, number, now).unchanged
    assert list(receipt_checks.changed(session)) == [f"consent event {event_id} is changed"]


def test_a_question_that_somebody_changed_is_not_confirmed(session, cast, question, now):
    number = number_of(session, cast.kari)
    wider = {str(cast.nurse.id): ["health"], **question.scope}
    session.execute(update(ConsentQuestion).values(scope=wider))
    assert not check(session, cast.kari, number, now).unchanged


def test_what_a_reminder_moves_is_no_change(session, cast, question, now):
    question.steps_done, question.next_follow_up_at = ["remind"], now
    session.flush()
    assert check(session, cast.kari, number_of(session, cast.kari), now).unchanged


def test_a_log_that_somebody_changed_confirms_nothing(session, cast, case, question, now):
    number = number_of(session, cast.kari)
    session.execute(text(f"UPDATE audit SET actor_id = 5 WHERE chain = {case.id} AND seq = 1"))
    assert not check(session, cast.kari, number, now).unchanged


def test_an_answer_that_is_gone_is_told_to_the_operator(session, cast, case, question, now):
    assert list(receipt_checks.changed(session)) == []
    consents.refuse(
        session, actor=cast.kari, question=asked(session, cast, case, now, unit=cast.nurse),
        language="nb", now=now, occasion="no",
    )  # fmt: skip
    gone = session.scalars(select(ConsentEvent).order_by(ConsentEvent.id.desc())).first()
    session.delete(gone)
    session.flush()
    assert list(receipt_checks.changed(session)) == [f"consent event {gone.id} is gone"]


def test_guessing_ends_quietly_and_keeps_no_guess(session, cast, question, now):
    number = number_of(session, cast.kari)
    for guess in range(GUESSES):
        assert tried(session, cast.kari, number, now)
        assert not tried(session, cast.kari, f"AAAA{guess:02}", now)
    assert not tried(session, cast.kari, number, now)
    assert tried(session, cast.kari, number, now + timedelta(days=1, seconds=1))
    told = session.scalars(
        select(AuditEntry.detail).where(AuditEntry.action == receipt_checks.CHECK)
    ).all()
    assert {tuple(detail) for detail in told} == {("found",)}
    assert audit.broken_link(session, cast.kari.id) is None
