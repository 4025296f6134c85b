"""A guardian with a job at the school, or as a los, meets the own child as a parent only [49]."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import (
    answering,
    asking,
    case_forms,
    cases,
    contact_wishes,
    contacts,
    deciders,
    joining,
    los_work,
    queue,
    request_cards,
)
from models.asking import Wish
from models.family import Guardianship
from models.outbox import Outgoing
from models.people import Position
from models.terms import (
    Action,
    ContactWay,
    ParentsKnow,
    Requester,
    RequestState,
    RequestStatus,
    Role,
    Topic,
    Why,
)
from tests.refusals import why


def works(session, person, unit, role):
    session.add(Position(person_id=person.id, unit_id=unit.id, role=role))
    session.flush()


def ends(session, cast, now, **lost):
    """Kari's guardianship is not what it was."""
    bond = select(Guardianship).where(Guardianship.foresatt_id == cast.kari.id)
    for name, value in lost.items():
        setattr(session.scalars(bond).one(), name, value)
    session.flush()


def own(session, cast, now, know=ParentsKnow.NOTHING):
    wish = Wish(Topic.HOME, ungdom_id=cast.ida.id, parents_know=know)
    return asking.submit(session, actor=cast.ida, wish=wish, now=now)


def told(session, person):
    return set(session.scalars(select(Outgoing.kind).where(Outgoing.recipient_id == person.id)))


@pytest.mark.parametrize("know", [None, *ParentsKnow])
@pytest.mark.parametrize("lost", [{}, {"responsibility": False}, {"ended_at": "now"}])
def test_a_rektor_who_is_a_parent_has_not_the_request_on_the_desk(session, cast, now, know, lost):
    ends(session, cast, now, **{name: now if v == "now" else v for name, v in lost.items()})
    works(session, cast.kari, cast.school, Role.REKTOR)
    request = own(session, cast, now, know)
    assert "desk.new" in told(session, cast.randi)
    assert told(session, cast.kari) == set()
    assert queue.waiting(session, cast.kari) == []
    assert queue.waiting(session, cast.randi) == [request]
    assert why(request_cards.for_rektor, session, cast.kari, request.id, now) is Why.ABSENT
    as_kari = {"actor": cast.kari, "request_id": request.id, "now": now}
    for verb, more in (
        (queue.prioritise, {"priority": 1, "reason": "x"}),
        (queue.waitlist, {}),
        (queue.decline, {"reason": "x"}),
        (queue.assign, {"los_id": cast.lise.id}),
        (queue.take_back, {}),
        (los_work.ask_advice, {}),
    ):
        assert why(verb, session, **as_kari, **more) is Why.ABSENT
    for action in (Action.CONFIRM_REQUEST, Action.PRIORITISE_REQUEST):
        assert why(queue.as_rektor, session, cast.kari, request.id, action) is Why.ABSENT


def test_a_rektor_who_confirms_that_it_is_the_own_child_hears_no_more(session, cast, now):
    works(session, cast.kari, cast.school, Role.REKTOR)
    wish = Wish(Topic.HOME, school_id=cast.school.id, named="Ida", kind=Requester.GUARDIAN)
    request = asking.submit(session, actor=cast.sam, wish=wish, now=now)
    assert request in queue.waiting(session, cast.kari)
    queue.confirm_who(
        session, actor=cast.kari, request_id=request.id, ungdom_id=cast.ida.id, now=now
    )
    answering.answer(session, actor=cast.ida, request_id=request.id, yes=True, now=now)
    assert request not in queue.waiting(session, cast.kari)
    assert why(request_cards.for_rektor, session, cast.kari, request.id, now) is Why.ABSENT


def test_a_parent_is_not_the_childs_los_and_gives_no_advice(session, cast, now):
    works(session, cast.kari, cast.los_unit, Role.LOS)
    request = own(session, cast, now)
    as_randi = {"actor": cast.randi, "request_id": request.id, "now": now}
    assert why(queue.assign, session, **as_randi, los_id=cast.kari.id) is Why.NOBODY
    assert set(deciders.loser(session, cast.ida.id)) == {cast.lise}
    los_work.ask_advice(session, **as_randi)
    assert {row.adviser_id for row in los_work.advice_on(session, request)} == {
        cast.lise.id, cast.siri.id,
    }  # fmt: skip
    assert told(session, cast.kari) == set()


def test_a_los_who_turns_out_to_be_a_parent_has_it_no_more(session, cast, now):
    request = own(session, cast, now)
    los_work.ask_advice(session, actor=cast.randi, request_id=request.id, now=now)
    assert los_work.advice_awaited(session, cast.lise) == [request]
    queue.assign(session, actor=cast.randi, request_id=request.id, los_id=cast.lise.id, now=now)
    assert los_work.youths_of(session, cast.lise) == [request]
    session.add(Guardianship(ungdom_id=cast.ida.id, foresatt_id=cast.lise.id))
    session.flush()
    assert los_work.youths_of(session, cast.lise) == []
    assert los_work.advice_awaited(session, cast.lise) == []
    for look in (request_cards.for_los, request_cards.for_adviser):
        assert why(look, session, cast.lise, request.id, now) is Why.ABSENT
    take = {"actor": cast.lise, "request_id": request.id, "now": now}
    assert why(los_work.accept, session, **take) is Why.ABSENT
    assert los_work.had(session, cast.lise, request.id) is None


def test_a_parent_who_asked_as_staff_learns_what_a_parent_learns(session, cast, now):
    """Without responsibility, and so asking as one of the school's."""
    ends(session, cast, now, responsibility=False)
    works(session, cast.kari, cast.school, Role.REKTOR)
    wish = Wish(Topic.HOME, ungdom_id=cast.ida.id)
    hers = asking.submit(session, actor=cast.kari, wish=wish, now=now)
    assert hers.kind == Requester.GUARDIAN
    main = own(session, cast, now)
    at = {"actor": cast.randi, "request_id": main.id, "now": now}
    queue.decline(session, reason="Kråke", **at)
    assert request_cards.for_requester(session, cast.kari, hers.id).status is (
        RequestStatus.RECEIVED
    )
    assert "request.update" not in told(session, cast.kari)


def test_so_does_one_who_asked_by_name_as_another_kind_of_staff(session, cast, now):
    works(session, cast.kari, cast.los_unit, Role.LOS)
    wish = Wish(Topic.HOME, school_id=cast.school.id, named="Ida")
    hers = asking.submit(session, actor=cast.kari, wish=wish, now=now)
    assert hers.kind != Requester.GUARDIAN
    own(session, cast, now)
    queue.confirm_who(
        session, actor=cast.randi, request_id=hers.id, ungdom_id=cast.ida.id, now=now
    )
    assert hers.kind == Requester.GUARDIAN


# --- nobody else at the school -------------------------------------------------------------------


def alone(session, cast, now):
    """Kari is the only rektor."""
    works(session, cast.kari, cast.school, Role.REKTOR)
    randi = select(Position).where(Position.person_id == cast.randi.id)
    session.scalars(randi).one().ended_at = now
    session.flush()


def test_where_no_other_rektor_is_the_project_leader_hears_that_one_must_be_found(
    session, cast, now
):
    alone(session, cast, now)
    request = own(session, cast, now)
    assert request.state == RequestState.READY
    assert (told(session, cast.kari), told(session, cast.siri)) == (set(), {"desk.stuck"})
    stuck = queue.stuck(session, cast.siri, request.id)
    assert (stuck.reference, stuck.school) == (request.reference, cast.school.name)
    for other in (cast.kari, cast.lise, cast.ida, cast.sam):
        assert why(queue.stuck, session, other, request.id) is Why.ABSENT
    works(session, cast.jonas, cast.school, Role.REKTOR)
    assert queue.waiting(session, cast.jonas) == [request]
    assert why(queue.stuck, session, cast.siri, request.id) is Why.ABSENT


def test_whoever_could_find_one_must_be_there_or_it_is_refused(session, cast, now):
    alone(session, cast, now)
    session.add(Guardianship(ungdom_id=cast.ida.id, foresatt_id=cast.siri.id))
    session.flush()
    assert why(own, session, cast, now) is Why.NOBODY


# --- getting in touch, joining, the baton --------------------------------------------------------


def test_a_child_who_wants_contact_does_not_reach_the_own_parent(session, cast, now):
    works(session, cast.kari, cast.los_unit, Role.LOS)
    wish = contact_wishes.ask(session, actor=cast.ida, to=Role.LOS, way=ContactWay.CHAT, now=now)
    assert ("contact.wanted" in told(session, cast.lise), told(session, cast.kari)) == (
        True, set(),
    )  # fmt: skip
    assert contact_wishes.waiting_for(session, cast.kari) == []
    assert contact_wishes.waiting_for(session, cast.lise) == [wish]
    assert why(contact_wishes.seen_by, session, cast.kari, wish.id) is Why.ABSENT
    works(session, cast.per, cast.los_unit, Role.PROSJEKTLEDER)
    for name in ("first", "silent"):
        contact_wishes.take(session, wish, contact_wishes.Step(name, now), now)
    assert (told(session, cast.kari), told(session, cast.per)) == (set(), set())
    assert "contact.wanted" in told(session, cast.siri)


def test_no_parent_lets_anyone_into_the_childs_chat(session, cast, now):
    """Or the parent could become the child there."""
    works(session, cast.kari, cast.school, Role.REKTOR)
    known = {each.id for each in joining.invitable(session, cast.kari, now)}
    assert not known & {cast.ida.id, cast.per.id}
    assert cast.ida.id in {each.id for each in joining.invitable(session, cast.randi, now)}
    invite = {"session": session, "now": now, "person_id": cast.ida.id}
    assert why(joining.invite, actor=cast.kari, **invite) is Why.ABSENT
    invitation = joining.invite(actor=cast.randi, **invite)
    invitation.used_by = contacts.of(session, cast.sam.id).id
    assert why(
        joining.waiting, session, actor=cast.kari, invitation_id=invitation.id
    ) is Why.ABSENT  # fmt: skip


@pytest.mark.parametrize("lost", ["responsibility", "ended_at"])
def test_who_is_or_was_a_parent_never_holds_the_baton(session, cast, now, lost):
    ends(session, cast, now, **{lost: False if lost == "responsibility" else now})
    works(session, cast.kari, cast.school, Role.KONTAKTLAERER)
    assert why(
        cases.open, session, actor=cast.randi, ungdom=cast.ida, school_id=cast.school.id,
        stafettholder=cast.kari, now=now,
    ) is Why.NOBODY  # fmt: skip


def test_nobody_is_offered_to_open_a_case_of_the_own_child(session, cast, now):
    works(session, cast.kari, cast.school, Role.REKTOR)
    assert cast.ida.id in case_forms.opening(session, actor=cast.randi).pupils
    assert why(case_forms.opening, session, actor=cast.kari) is Why.NOBODY
    assert why(
        case_forms.open_case, session, actor=cast.kari, pupil_id=cast.ida.id,
        holder_id=cast.jonas.id, now=now,
    ) is Why.NOBODY  # fmt: skip
