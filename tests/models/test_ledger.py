"""Which cases a message is about, and whose messages go when access is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import consent_views, consents, ledger, mail, outbox, views
from models.outbox import Outgoing, OutState
from models.terms import InfoKind
from tests.consent_setup import agreed, asked, opened
from tests.ways import told_once

MEETINGS, TILTAK = InfoKind.MEETINGS, InfoKind.TILTAK


@told_once
def case(session, cast, now):
    case = opened(session, cast, now)
    question = asked(session, cast, case, now, MEETINGS, TILTAK)
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    return case


@pytest.fixture
def tell(session, case, now):
    """A message about the case that stands in someone's chat."""

    def told(person, occasion="1"):
        key = outbox.key_of("stafett.card", case.id, occasion, person.id)
        outbox.promise(
            session, kind="stafett.card", recipient_id=person.id, subject_id=case.id,
            occasion=occasion, now=now,
        )  # fmt: skip
        row = outbox.by_key(session, key)
        row.state, row.message_id, row.sent_at = OutState.SENT, row.id + 1000, now
        ledger.keep(session, row, {case.id})
        return row

    return told


def taken_back(session) -> list[int]:
    wanted = select(Outgoing.recipient_id).where(Outgoing.kind == ledger.HIDDEN)
    return list(session.scalars(wanted.order_by(Outgoing.id)))


def noted(session, look) -> set[int]:
    found = ledger.begin_noting(session)
    look()
    return found


def test_what_is_opened_to_a_reader_is_noted_and_what_is_not_is_not(session, cast, case, now):
    def list_of(person):
        return lambda: views.my_cases(session, person, now)

    def consents_of(person):
        return lambda: consent_views.mine(session, actor=person, now=now)

    for person in (cast.ida, cast.kari, cast.jonas, cast.amina):
        assert noted(session, list_of(person)) == {case.id}, person.name
    for person in (cast.ida, cast.kari):
        assert noted(session, consents_of(person)) == {case.id}
    for person in (cast.siri, cast.sam):
        assert noted(session, list_of(person)) == noted(session, consents_of(person)) == set()


def test_a_receipt_of_a_consent_is_about_its_case(session, cast, case, now):
    events = consents.withdraw_all(session, actor=cast.kari, now=now, occasion="stop")
    number = events[0].number

    def read():
        return consent_views.receipt(session, actor=cast.kari, number=number, now=now)

    assert noted(session, read) == {case.id}


def test_reading_without_writing_a_message_needs_no_ledger(session, cast, case, now):
    session.info.pop("noted", None)
    assert len(views.my_cases(session, cast.amina, now)) == 1


def test_who_loses_access_loses_the_messages_and_nobody_else_does(session, cast, case, tell, now):
    for person in (cast.amina, cast.jonas, cast.ida, cast.per):
        tell(person)
    consents.withdraw_all(session, actor=cast.kari, now=now, occasion="stop")
    assert taken_back(session) == [cast.amina.id]


def test_who_gets_to_know_less_is_shown_it_anew(session, cast, case, tell, now):
    """The chat does not know which of its messages told what: all of them go."""
    tell(cast.amina)
    later = now + timedelta(minutes=1)
    fewer = asked(session, cast, case, later, MEETINGS)
    agreed(session, fewer, later, cast.ida, cast.kari)
    assert taken_back(session) == []
    agreed(session, fewer, later, cast.per)
    assert taken_back(session) == [cast.amina.id]


def test_who_gets_to_know_more_keeps_the_chat(session, cast, case, tell, now):
    tell(cast.amina)
    later = now + timedelta(minutes=1)
    more = asked(session, cast, case, later, MEETINGS, TILTAK, InfoKind.GOALS)
    agreed(session, more, later, cast.ida, cast.kari, cast.per)
    assert taken_back(session) == []


def test_who_is_in_it_under_another_hat_keeps_the_chat(session, cast, case, tell, now):
    tell(cast.amina)
    case.stafettholder_id = cast.amina.id
    consents.withdraw_all(session, actor=cast.kari, now=now, occasion="stop")
    assert taken_back(session) == []


def test_one_list_about_two_cases_is_taken_back_and_counted_once(session, cast, case, tell, now):
    row = tell(cast.amina)
    ledger.keep(session, row, {7, 8})
    first = ledger.take_back(session, ledger.about(session, 7, [cast.amina.id]), now)
    second = ledger.take_back(session, ledger.about(session, 8, [cast.amina.id]), now)
    assert (first["removed"], second["removed"]) == (1, 0)
    assert taken_back(session) == [cast.amina.id]


def test_a_mail_is_counted_as_left_and_nothing_goes_to_fetch_it(session, cast, case, tell, now):
    for occasion, state in (("1", OutState.SENT), ("2", OutState.SENDING)):
        row = tell(cast.amina, occasion)
        row.kind, row.state, row.message_id = mail.MEETING, state, None
    taken = ledger.take_back(session, ledger.about(session, case.id, [cast.amina.id]), now)
    assert taken == {"removed": 0, "in_flight": 0, "left": 2}
    assert taken_back(session) == []
