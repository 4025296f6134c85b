"""Leaving: what goes at once, what is held and by what, and that nothing else happens with it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from models import (
    answering,
    archiving,
    asking,
    audit,
    closing,
    consents,
    contact_wishes,
    contacts,
    conversations,
    erasing,
    erasing_holds,
    joining,
    kept_from_parents,
    outbox,
    people,
    queue,
    request_cards,
    retention,
    unasked,
)
from models.asking import Wish
from models.audit import AuditEntry
from models.base import Refused
from models.contacts import Contact
from models.family import Guardianship
from models.outbox import Outgoing, OutState
from models.people import Person, Pupil
from models.requests import Request
from models.sealed import DataKey
from models.terms import (
    ConsentState,
    ContactWay,
    Hold,
    ParentsKnow,
    Requester,
    RequestState,
    RequestStatus,
    Role,
    Topic,
    Why,
)
from tests.full_case import lived_in
from tests.meeting_setup import deliver_all

THEN = "telegram:1"


def leave(session, person, now):
    done = erasing.leave(session, actor=person, occasion=THEN, now=now)
    session.flush()
    return done


def held(session, person, now):
    return {each.by: each.until for each in erasing_holds.holds(session, person, now)}


def a_pupil(session, cast, now, name="Nora"):
    """Someone with a chat who is party to nothing."""
    contact = contacts.meet(
        session, channel="telegram", address=99, name=name, language="nb", now=now
    ).contact
    person = people.get(session, contact.person_id)
    person.confirmed_at, person.born = now, date(2011, 3, 2)
    session.add(Pupil(person_id=person.id, school_id=cast.school.id, kontaktlaerer_id=None))
    session.flush()
    return person


def swept(session, now):
    while retention.sweep(session, now):
        pass


def test_whoever_is_party_to_nothing_is_gone_at_once(session, cast, now):
    nora = a_pupil(session, cast, now)
    person_id, key_id = nora.id, nora.key_id
    assert leave(session, nora, now).at_once
    assert session.get(Person, person_id) is None
    assert session.get(Pupil, person_id) is None
    assert session.get_one(DataKey, key_id).wrapped is None
    assert audit.broken_link(session, 0) is None


def test_the_chat_goes_when_the_receipt_has_been_sent(session, cast, now):
    nora = a_pupil(session, cast, now)
    unasked.tell(session, "x", [nora.id], 1, "before", now)
    leave(session, nora, now)
    (contact,) = session.scalars(select(Contact).where(Contact.address == 99))
    rows = session.scalars(select(Outgoing).where(Outgoing.contact_id == contact.id)).all()
    assert [row.kind for row in rows] == [erasing.RECEIPT]
    assert rows[0].recipient_id == contact.person_id
    swept(session, now)
    assert session.get(Contact, contact.id) is not None
    rows[0].state = OutState.SENT
    swept(session, now)
    assert session.scalars(select(Contact).where(Contact.address == 99)).all() == []
    assert session.get(Person, rows[0].recipient_id) is None


def test_what_was_said_in_this_very_turn_still_goes_out(session, cast, now):
    nora = a_pupil(session, cast, now)
    contact = contacts.of(session, nora.id)
    outbox.promise(
        session, kind="toast", recipient_id=nora.id, contact_id=contact.id, occasion=THEN,
        mode=outbox.Mode.TOAST, callback_id="1", now=now,
    )  # fmt: skip
    leave(session, nora, now)
    kinds = session.scalars(select(Outgoing.kind).where(Outgoing.contact_id == contact.id))
    assert set(kinds) == {"toast", erasing.RECEIPT}


def test_a_wish_nobody_has_decided_about_ends_with_the_person(session, cast, now):
    wish = Wish(Topic.HOME, school_id=cast.school.id, named="Mia", kind=Requester.GUARDIAN)
    request = asking.submit(session, actor=cast.sam, wish=wish, now=now)
    contact_wishes.ask(session, actor=cast.sam, to=Role.LOS, way=ContactWay.CHAT, now=now)
    plan, sam_id = erasing.plan(session, actor=cast.sam, now=now), cast.sam.id
    assert (plan.ends, plan.wishes, plan.at_once) == ((request.reference,), 1, True)
    leave(session, cast.sam, now)
    assert (request.state, request.named, request.topic) == (
        RequestState.WITHDRAWN, None, Topic.OTHER,
    )  # fmt: skip
    assert session.get_one(DataKey, request.key_id).wrapped is None
    skeleton = session.get_one(Person, request.requester_id)  # the chat's, for a day
    assert (skeleton.name, skeleton.born, skeleton.confirmed_at) == (None, None, None)
    assert session.get(Person, sam_id) is None
    assert contact_wishes.waiting_for(session, cast.lise) == []


def test_a_wish_the_school_has_decided_about_stays_and_holds(session, cast, now):
    nora = a_pupil(session, cast, now)
    request = asking.submit(session, actor=nora, wish=Wish(Topic.HOME, ungdom_id=nora.id), now=now)
    queue.prioritise(
        session, actor=cast.randi, request_id=request.id, priority=1, reason="Kråke", now=now
    )
    assert held(session, nora, now) == {Hold.REQUEST: None}
    leave(session, nora, now)
    assert (request.state, request.reason, nora.name) == (
        RequestState.PRIORITISED, "Kråke", "Nora",
    )  # fmt: skip
    queue.decline(session, actor=cast.randi, request_id=request.id, reason="Kråke", now=now)
    later = now + timedelta(days=365)
    assert held(session, nora, now) == {Hold.REQUEST: later.date()}
    deliver_all(session)
    swept(session, later)
    assert nora.name == "Nora"
    swept(session, later + timedelta(days=1))
    assert (request.reason, session.get_one(Person, nora.id).name) == (None, None)


def test_leaving_never_gets_round_the_archive(session, cast, now):
    """Nor round a consent: nothing is withdrawn, and the case goes on."""
    case = lived_in(session, cast, now)
    for person in (cast.ida, cast.kari):
        plan = erasing.plan(session, actor=person, now=now)
        assert (Hold.CASE in {h.by for h in plan.held}, plan.consents) == (True, True)
        leave(session, person, now)
        assert person.name
        assert contacts.of(session, person.id) is None
    standing = consents.standing(session, case, now)
    assert standing.in_force()
    assert standing.state(standing.questions[0], cast.kari.id) is ConsentState.GIVEN
    swept(session, now + timedelta(days=4000))
    assert (cast.ida.name, cast.kari.name) == ("Ida", "Kari")


def test_the_rest_goes_when_the_case_is_purged(session, cast, now):
    case = lived_in(session, cast, now)
    leave(session, cast.ida, now)
    closing.close(session, actor=cast.kari, case_id=case.id, wish=closing.Wish(), now=now)
    archiving.packed(session, case_id=case.id, digest="x", path="x", now=now)
    archiving.receive(session, case_id=case.id, reference="2026/1", now=now)
    last = (now + timedelta(days=30)).date()
    assert held(session, cast.ida, now) == {Hold.CASE: last}
    deliver_all(session)
    swept(session, now + timedelta(days=29))
    assert cast.ida.name == "Ida"
    swept(session, now + timedelta(days=30))
    assert session.get_one(Person, cast.ida.id).name is None


@pytest.mark.parametrize("who", ["jonas", "randi", "lise"])
def test_staff_keep_name_and_work(session, cast, now, who):
    person = getattr(cast, who)
    assert Hold.STAFF in held(session, person, now)
    leave(session, person, now)
    swept(session, now + timedelta(days=400))
    assert person.name
    assert people.staff_roles(session, person)


def test_a_guardian_keeps_the_right_to_be_asked(session, cast, now):
    """Else the other could be the only one asked, by leaving being made to."""
    assert held(session, cast.per, now) == {Hold.GUARDIAN: None}
    leave(session, cast.per, now)
    swept(session, now + timedelta(days=400))
    assert cast.per.name == "Per"
    case = lived_in_without(session, cast, now)
    assert cast.per in consents.required(session, case, now)


def lived_in_without(session, cast, now):
    from tests.consent_setup import opened

    return opened(session, cast, now)


def test_a_pupil_who_leaves_lets_go_of_the_guardians(session, cast, now):
    leave(session, cast.per, now)
    leave(session, cast.ida, now)
    assert session.scalars(select(Guardianship)).all() == []
    deliver_all(session)
    swept(session, now)
    assert session.get(Person, cast.per.id) is None
    assert cast.kari.name == "Kari"  # who has not left


def test_what_was_being_asked_is_forgotten(session, cast, now):
    nora = a_pupil(session, cast, now)
    contact = contacts.of(session, nora.id)
    conversations.begin(
        session, contact_id=contact.id, key_id=nora.key_id, flow="los", subject_id=None, now=now
    )
    leave(session, nora, now)
    assert conversations.of_contact(session, contact.id, now) is None


def test_who_is_invited_again_has_not_left(session, cast, now):
    leave(session, cast.per, now)
    assert cast.per.leaving_at == now
    invitation, token = joining.invitations.invite(
        session, person=cast.per, invited_by=None, now=now
    )
    phone = contacts.meet(
        session, channel="telegram", address=77, name="P", language="nb", now=now
    ).contact
    joining.invitations.present(session, token=token, contact=phone, now=now)
    session.refresh(invitation)
    joining.settle(session, invitation=invitation, actor=None, now=now)
    assert cast.per.leaving_at is None


def test_whoever_writes_again_before_the_sweep_is_a_stranger_with_a_wish_of_their_own(
    session, cast, now
):
    nora = a_pupil(session, cast, now)
    leave(session, nora, now)
    deliver_all(session)
    again = contacts.meet(
        session, channel="telegram", address=99, name="Nora", language="nb", now=now
    ).person
    assert (again.confirmed_at, again.name) == (None, None)
    asking.submit(
        session, actor=again, wish=Wish(Topic.HOME, school_id=cast.school.id, named="x"), now=now
    )
    swept(session, now)
    assert contacts.of(session, again.id) is not None


def test_leaving_is_in_the_log_by_number_alone(session, cast, now):
    nora = a_pupil(session, cast, now)
    person_id = nora.id
    leave(session, nora, now)
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "people.leave"))
    assert (entry.actor_id, entry.object_id, entry.detail) == (person_id, person_id, {"held": []})


def test_nobody_elses_things_go_along(session, cast, now):
    lived_in(session, cast, now)
    before = session.scalar(select(func.count()).select_from(Request))
    nora = a_pupil(session, cast, now)
    leave(session, nora, now)
    swept(session, now)
    assert session.scalar(select(func.count()).select_from(Request)) == before
    assert (cast.ida.name, contacts.of(session, cast.ida.id) is not None) == ("Ida", True)


# --- what leaving must not tell, reset or leave standing -----------------------------------------


def kept_from_kari(session, cast, now):
    """Both have asked; Ida wants parents to know nothing."""
    wish = Wish(Topic.HOME, ungdom_id=cast.ida.id, parents_know=ParentsKnow.NOTHING)
    main = asking.submit(session, actor=cast.ida, wish=wish, now=now)
    hers = asking.submit(
        session, actor=cast.kari, wish=Wish(Topic.HOME, ungdom_id=cast.ida.id), now=now
    )
    return main, hers


def test_a_guardian_kept_out_learns_nothing_when_the_youth_leaves(session, cast, now):
    main, hers = kept_from_kari(session, cast, now)
    leave(session, cast.ida, now)
    assert session.get_one(DataKey, main.key_id).wrapped is None
    status = request_cards.for_requester(session, cast.kari, hers.id).status
    assert status is RequestStatus.RECEIVED


def test_a_guardian_kept_out_learns_nothing_when_the_words_are_erased(session, cast, now):
    main, hers = kept_from_kari(session, cast, now)
    answering.end(session, actor=cast.ida, request_id=main.id, now=now)
    swept(session, now + timedelta(days=400))
    assert session.get_one(DataKey, main.key_id).wrapped is None
    status = request_cards.for_requester(session, cast.kari, hers.id).status
    assert status is RequestStatus.RECEIVED
    known = kept_from_parents.kept(session, [cast.ida.id])
    assert known == {cast.ida.id: ParentsKnow.NOTHING}


@pytest.mark.slow
def test_leaving_does_not_begin_the_day_anew(session, cast, now):
    """As many wishes a day for a chat, whoever it belongs to."""
    contact = contacts.of(session, cast.sam.id)
    wish = Wish(Topic.HOME, school_id=cast.school.id, named="Mia", kind=Requester.GUARDIAN)
    made = []

    def ask(at):
        person = people.get(session, contact.person_id)
        made.append(asking.submit(session, actor=person, wish=wish, now=at))
        erasing.leave(session, actor=person, occasion=f"telegram:{len(made)}", now=at)
        deliver_all(session)
        swept(session, at)

    for _each in range(3):
        ask(now)
    with pytest.raises(Refused) as refused:
        ask(now + timedelta(hours=23))
    assert refused.value.why is Why.TOO_MANY
    assert {request.named for request in made} == {None}
    swept(session, now + timedelta(days=1, minutes=1))
    assert session.get(Contact, contact.id) is None
