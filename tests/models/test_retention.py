"""Every table has its rule, and the sweep keeps them: no sooner, no later, and twice is once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot import store_schema
from models import (
    answering,
    archiving,
    asking,
    audit,
    case_record,
    closing,
    contact_wishes,
    contacts,
    family,
    inbox,
    invitations,
    los_work,
    people,
    queue,
    retention,
    unasked,
    written,
)
from models.asking import Wish
from models.base import Base, Refused
from models.contact_wishes import ContactWish
from models.contacts import Contact
from models.inbox import Parked
from models.invitations import Invitation
from models.outbox import Outgoing, OutState
from models.people import Person
from models.policy import MunicipalPolicy
from models.retention import RULES
from models.sealed import DataKey
from models.terms import Advice, ContactWay, RequestState, Role, Topic, Why
from tests import agreed
from tests.full_case import CANARIES, lived_in
from tests.ways import told_once

RULES_OF = MunicipalPolicy()
DAY = timedelta(days=1)


def swept(session, now) -> int:
    total = 0
    while done := retention.sweep(session, now):
        total += done
    session.flush()
    return total


def test_every_table_has_a_rule():
    store_schema.know_every_table()
    assert set(RULES) == set(Base.metadata.tables)


def test_nothing_is_too_old_in_a_fresh_store(session, cast, now):
    lived_in(session, cast, now)
    names = {person.id: person.name for person in session.scalars(select(Person))}
    assert swept(session, now) == 0
    assert {person.id: person.name for person in session.scalars(select(Person))} == names


@pytest.mark.parametrize("state", [OutState.SENT, OutState.MOOT, OutState.FAILED])
def test_messages_are_remembered_as_long_as_their_buttons_live(session, cast, now, state):
    unasked.tell(session, "x", [cast.ida.id], 1, "x", now)
    row = session.scalars(select(Outgoing)).one()
    row.state = state
    at = now + RULES_OF.messages_kept_days * DAY
    swept(session, at)
    assert session.scalars(select(Outgoing)).all() == [row]
    swept(session, at + DAY)
    assert session.scalars(select(Outgoing)).all() == []


def test_what_is_still_to_be_sent_is_never_forgotten(session, cast, now):
    unasked.tell(session, "x", [cast.sam.id], 1, "x", now)
    swept(session, now + 1000 * DAY)
    assert session.get(Person, cast.sam.id) is not None
    assert len(session.scalars(select(Outgoing)).all()) == 1


def test_the_words_of_a_request_go_some_time_after_it_ended(session, cast, now):
    wish = Wish(Topic.HOME, ungdom_id=cast.ida.id)
    request = asking.submit(session, actor=cast.ida, wish=wish, now=now)
    los_work.ask_advice(session, actor=cast.randi, request_id=request.id, now=now)
    los_work.give_advice(
        session, actor=cast.lise, request_id=request.id, advice=Advice.YES, words="Kråke", now=now
    )
    queue.prioritise(
        session, actor=cast.randi, request_id=request.id, priority=1, reason="Kråke", now=now
    )
    at = now + RULES_OF.requests_kept_days * DAY
    swept(session, at + 1000 * DAY)
    assert request.reason == "Kråke"  # it is still open
    answering.end(session, actor=cast.ida, request_id=request.id, now=now)
    swept(session, at)
    assert request.reason == "Kråke"
    swept(session, at + DAY)
    (advice,) = [a for a in los_work.advice_on(session, request) if a.advice]
    assert (request.reason, advice.words, request.topic) == (None, None, Topic.OTHER)
    assert (request.state, request.priority) == (RequestState.WITHDRAWN, 1)
    assert session.get_one(DataKey, request.key_id).wrapped is None
    assert swept(session, at + DAY) == 0


def test_a_wish_for_contact_is_kept_until_somebody_has_answered(session, cast, now):
    wish = contact_wishes.ask(session, actor=cast.ida, to=Role.LOS, way=ContactWay.CHAT, now=now)
    swept(session, now + 1000 * DAY)
    assert session.get(ContactWish, wish.id) is not None
    contact_wishes.answer(session, actor=cast.lise, wish_id=wish.id, now=now)
    at = now + RULES_OF.contact_wishes_kept_days * DAY
    swept(session, at)
    assert session.get(ContactWish, wish.id) is not None
    swept(session, at + DAY)
    assert session.get(ContactWish, wish.id) is None


def test_a_stranger_is_forgotten_unless_something_is_open(session, cast, now):
    at = now + (RULES_OF.strangers_kept_days + 1) * DAY
    wish = Wish(Topic.HOME, school_id=cast.school.id, named="Kråke")
    request = asking.submit(session, actor=cast.sam, wish=wish, now=now)
    swept(session, at)
    assert cast.sam.name == "Sam"
    answering.withdraw(session, actor=cast.sam, request_id=request.id, now=now)
    for row in session.scalars(select(Outgoing)):
        row.state = OutState.SENT
    swept(session, now + RULES_OF.strangers_kept_days * DAY)
    assert cast.sam.name == "Sam"
    swept(session, at)
    assert (cast.sam.name, request.named) == (None, None)
    assert contacts.of(session, cast.sam.id) is None


def test_whom_the_school_registered_is_no_stranger(session, cast, now):
    """Not even when nobody ever joined."""
    mia = people.create(session, name="Mia", language="nb", now=now)
    session.add(people.Pupil(person_id=mia.id, school_id=cast.school.id))
    mor = people.create(session, name="Mor", language="nb", now=now)
    session.add(family.Guardianship(ungdom_id=mia.id, foresatt_id=mor.id))
    session.flush()
    swept(session, now + 1000 * DAY)
    assert (mia.name, mor.name) == ("Mia", "Mor")


def test_whoever_is_spoken_with_is_kept(session, cast, now):
    at = now + 100 * DAY
    unasked.tell(session, "x", [cast.sam.id], 1, "x", at - DAY)
    for row in session.scalars(select(Outgoing)):
        row.state = OutState.SENT
    swept(session, at)
    assert cast.sam.name == "Sam"


def test_which_messages_somebody_wrote_is_forgotten_after_two_days(session, cast, now):
    chat = contacts.of(session, cast.ida.id).id
    written.keep(session, chat, 1, now)
    written.keep(session, chat, 2, now + DAY)
    swept(session, now + 2 * DAY)
    assert written.count(session, chat) == 2
    swept(session, now + 2.5 * DAY)
    assert written.take(session, chat, now + 2.5 * DAY) == [2]
    assert written.count(session, chat) == 0


def test_invitations_and_unheard_updates_go(session, cast, now):
    invitations.invite(session, person=cast.per, invited_by=None, now=now)
    inbox.park(session, channel="x", update_id=1, payload="Kråke", error="E", now=now)
    key_id = session.scalars(select(Parked.key_id)).one()
    swept(session, now + 30 * DAY)
    assert len(session.scalars(select(Invitation)).all()) == 1
    assert len(session.scalars(select(Parked)).all()) == 1
    swept(session, now + 40 * DAY)
    assert session.scalars(select(Invitation)).all() == []
    assert session.scalars(select(Parked)).all() == []
    assert session.get_one(DataKey, key_id).wrapped is None


@pytest.mark.slow
def test_more_than_one_round_of_each_is_taken(session, cast, now, monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 3)
    for number in range(10):
        contacts.meet(
            session, channel="telegram", address=number, name="x", language="nb", now=now
        )
    assert swept(session, now + 100 * DAY) >= 10
    assert session.scalar(select(func.count()).where(Contact.address < 10)) == 0


# --- cases ---------------------------------------------------------------------------------------


@told_once
def closed(session, cast, now):
    case = lived_in(session, cast, now)
    closing.close(
        session, actor=cast.jonas, case_id=case.id, now=now,
        wish=closing.Wish(note="Kråkeslutt", settled=agreed.settled(session, case)),
    )  # fmt: skip
    return case


def opened_words(session, case_id) -> str:
    return str(case_record.record(session, case_id))


def test_a_closed_case_is_never_purged_without_the_archives_receipt(session, cast, closed, now):
    archiving.packed(session, case_id=closed.id, digest="x", path="x", now=now)
    swept(session, now + 10_000 * DAY)
    assert [w for w in CANARIES if w not in opened_words(session, closed.id)] == []


def test_no_receipt_for_what_was_never_packed(session, cast, closed, now):
    with pytest.raises(Refused) as refused:
        archiving.receive(session, case_id=closed.id, reference="2026/1", now=now)
    assert refused.value.why is Why.NOT_IN_STATE


def test_a_case_is_purged_when_the_days_after_the_receipt_have_passed(session, cast, closed, now):
    assert all(word in opened_words(session, closed.id) for word in (*CANARIES, "Kråkeslutt"))
    archiving.packed(session, case_id=closed.id, digest="x", path="x", now=now)
    made = archiving.receive(session, case_id=closed.id, reference="2026/1", now=now)
    assert made.purge_on == (now + 30 * DAY).date()
    swept(session, now + 29 * DAY)
    assert opened_words(session, closed.id).count("Kråke")
    swept(session, now + 30 * DAY)
    left = case_record.record(session, closed.id)
    assert [w for w in (*CANARIES, "Kråkeslutt") if w in str(left)] == []
    rows = {name: len(found) for name, found in left.items() if found}
    assert rows.keys() - archiving.STAYS == {"cases", "people", "units", "audit"}
    assert session.get_one(DataKey, closed.key_id).wrapped is None
    assert audit.broken_link(session, closed.id) is None
    swept(session, now + 31 * DAY)
    assert swept(session, now + 31 * DAY) == 0


def test_a_later_policy_does_not_move_the_day(session, cast, closed, now):
    archiving.packed(session, case_id=closed.id, digest="x", path="x", now=now)
    made = archiving.receive(session, case_id=closed.id, reference="2026/1", now=now)
    same = archiving.receive(session, case_id=closed.id, reference="2026/1", now=now + DAY)
    assert same is made
    assert made.purge_on == (now + 30 * DAY).date()
    with pytest.raises(Refused):
        archiving.receive(session, case_id=closed.id, reference="2026/2", now=now)


def test_the_consent_of_a_purged_case_can_still_be_proven(session, cast, closed, now):
    archiving.packed(session, case_id=closed.id, digest="x", path="x", now=now)
    archiving.receive(session, case_id=closed.id, reference="2026/1", now=now)
    swept(session, now + 30 * DAY)
    left = case_record.record(session, closed.id)
    assert [row["act"] for row in left["consent_events"]].count("given") == 3


def test_the_record_of_a_case_has_every_table_that_leads_to_it():
    """By hand, so that the walk along the foreign keys can be wrong."""
    assert {
        "case_services", "closings", "consent_questions", "consent_events", "meetings",
        "invitees", "goals", "tiltak", "voices", "evaluations",
    } <= set(case_record.owned())  # fmt: skip
