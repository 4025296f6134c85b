"""The rektor's and the los's desk: names in the card only, and every button asks who presses."""

from __future__ import annotations

import pytest
from sqlalchemy import select

import handlers
from handlers.deciding import About, giving
from handlers.dialogue import Flow, Pending, walk
from locales import say
from models import asking, people
from models.asking import Wish
from models.base import Refused
from models.outbox import Outgoing
from models.requests import Request
from models.terms import Place, Requester, RequestState, Topic
from tests.chatting import Chat, actions, labels, reveals
from tests.ways import told_once


@pytest.fixture
def randi(session, cast, now):
    return Chat(session, cast.randi, now)


@pytest.fixture
def lise(session, cast, now):
    return Chat(session, cast.lise, now)


@told_once
def request_of_ida(session, cast, now):
    wish = Wish(topic=Topic.HOME, ungdom_id=cast.ida.id, place=Place.HOME)
    return asking.submit(session, actor=cast.ida, wish=wish, now=now)


@told_once
def from_stranger(session, cast, now):
    wish = Wish(
        topic=Topic.HOME, school_id=cast.school.id, named="Ida Hemmelig", kind=Requester.GUARDIAN
    )
    return asking.submit(session, actor=cast.sam, wish=wish, now=now)


def test_the_queue_shows_references_and_no_names(randi, request_of_ida, from_stranger):
    [queue] = randi.command("ko")[-1:]
    shown = " ".join([randi.words(queue), *labels(queue)])
    assert [r.reference in shown for r in (request_of_ida, from_stranger)] == [True, True]
    assert [name for name in ("Ida", "Sam", "Hemmelig") if name in shown] == []


def test_the_card_has_the_names_and_says_who_is_not_confirmed(randi, from_stranger):
    words = randi.words(*randi.press("desk.open", from_stranger.id)[-1:])
    assert "Ida Hemmelig" in words
    assert "ikke bekreftet. Telegram viser navnet Sam." in words


def test_a_stranger_without_a_name_is_not_named_by_a_gap(cast, randi, from_stranger):
    cast.sam.name = "\u3164"
    words = randi.words(*randi.press("desk.open", from_stranger.id)[-1:])
    assert "Spurt av: en foresatt, ikke bekreftet. Telegram viser ikke noe navn." in words


def test_every_notice_to_the_desks_is_neutral_on_a_lock_screen(session, cast, now, request_of_ida):
    pushed = {
        k for k in handlers.NOTICES
        if k.startswith("desk.") and k not in
        ("desk.queue", "desk.request", "desk.mine", "desk.youth", "desk.advise", "desk.ended_card",
                     "desk.stuck_card")
    }  # fmt: skip
    request_of_ida.los_id = cast.lise.id
    seen = set()
    for state in RequestState:
        request_of_ida.state = state
        for person in (cast.randi, cast.lise):
            chat = Chat(session, person, now)
            for kind in pushed:
                message = chat.show(kind, request_of_ida.id)
                if message is not None:
                    seen.add(kind)
                    assert reveals(message) == []
    assert pushed - seen == {"desk.advice_asked", "desk.still", "desk.stuck"}


def test_the_project_leader_hears_of_a_school_not_of_a_youth(session, cast, now, request_of_ida):
    siri = Chat(session, cast.siri, now)
    assert siri.show("desk.stuck", request_of_ida.id) is None
    people.positions(session, cast.randi.id)[0].person_id = cast.kari.id
    session.flush()
    assert reveals(siri.show("desk.stuck", request_of_ida.id)) == []
    words = siri.words(*siri.press("desk.stuck", request_of_ida.id)[-1:])
    assert cast.school.name in words
    assert request_of_ida.reference in words
    assert "Ida" not in words


@pytest.mark.parametrize("who", ["ida", "kari", "jonas", "lise", "siri", "amina", "sam"])
def test_nobody_else_opens_the_queue_or_a_request(session, cast, now, request_of_ida, who):
    chat = Chat(session, getattr(cast, who), now)
    for action in (
        "desk.open",
        "desk.queue",
        "desk.waitlist",
        "desk.ask_advice",
        "desk.take_back",
    ):
        with pytest.raises(Refused):
            chat.press(action, request_of_ida.id)
    with pytest.raises(Refused):
        chat.command("ko")
    for flow in ("prioriter", "avsla", "gi", "hvem"):
        with pytest.raises(Refused):
            chat.question(flow, request_of_ida.id, {})
    assert chat.show("desk.request", request_of_ida.id) is None
    assert chat.show("desk.queue") is None


def test_prioritising_asks_for_a_reason_and_repeats_it(randi, request_of_ida):
    given = {"priority": "1", "reason": "Er mye borte"}
    asked = randi.question("prioriter", request_of_ida.id, given).question
    assert "Er mye borte" in say(asked.text, "nb")
    randi.run("prioriter", request_of_ida.id, {**given, "confirm": "True"})
    assert (request_of_ida.state, request_of_ida.reason) == (
        RequestState.PRIORITISED, "Er mye borte",
    )  # fmt: skip


def test_a_reason_stays_with_the_school(session, cast, now, randi, request_of_ida):
    given = {"reason": "Hemmelig grunn", "confirm": "True"}
    randi.run("avsla", request_of_ida.id, given)
    ida = Chat(session, cast.ida, now)
    heard = [*ida.hear(), *ida.press("request.status", request_of_ida.id)]
    assert "Hemmelig" not in ida.words(*heard)
    assert "Du får ikke en los nå" in ida.words(*heard)


def test_a_waitlisted_youth_is_told_without_a_word_on_the_lock_screen(
    session, cast, now, randi, request_of_ida
):
    ida = Chat(session, cast.ida, now)
    ida.hear()
    randi.press("desk.waitlist", request_of_ida.id, request_of_ida.version)
    [push] = ida.hear()
    assert reveals(push) == []
    assert "venteliste" in ida.words(*ida.press("request.status", request_of_ida.id))


def test_the_rektor_tells_who_it_is_and_the_youth_is_asked(
    session, cast, now, randi, from_stranger
):
    randi.run("hvem", from_stranger.id, {"pupil": str(cast.ida.id), "confirm": "True"})
    assert from_stranger.state == RequestState.AWAITING_YOUTH
    [push] = Chat(session, cast.ida, now).hear()
    assert (reveals(push), actions(push)) == ([], ["request.asking"])


def test_nobody_of_the_school_closes_it_and_nobody_is_told(session, cast, randi, from_stranger):
    before = set(session.scalars(select(Outgoing.id).where(Outgoing.recipient_id == cast.sam.id)))
    randi.run("hvem", from_stranger.id, {"pupil": "0", "confirm": "True"})
    assert from_stranger.state == RequestState.CLOSED
    after = set(session.scalars(select(Outgoing.id).where(Outgoing.recipient_id == cast.sam.id)))
    assert after == before


def test_one_pupil_is_still_asked_about(randi, from_stranger):
    """The only pupil of the school is not taken for the one who was named."""
    assert isinstance(randi.question("hvem", from_stranger.id, {}), Pending)


def test_a_los_with_many_youths_is_pointed_out():
    flow = Flow("gi", None, None, giving, None)
    plain = About(1, "L-AAAA", {7: "Lise"}, {7: 15}, warn=15)
    asked = walk(flow, plain, [])
    assert "Lise har alt 15 ungdommer. Det er mange." in say(asked.question.text, "nb")
    few = walk(flow, About(1, "L-AAAA", {7: "Lise"}, {7: 2}, warn=15), [])
    assert "Det er mange" not in say(few.question.text, "nb")


def test_the_whole_way_to_a_los(session, cast, now, randi, lise, request_of_ida):
    randi.press("desk.ask_advice", request_of_ida.id)
    siri = Chat(session, cast.siri, now)
    [push] = siri.hear()
    assert (reveals(push), actions(push)) == ([], ["desk.advise"])
    words = siri.words(*siri.press("desk.advise", request_of_ida.id))
    assert "Ida" not in words
    siri.run("rad", request_of_ida.id, {"advice": "yes", "words": "Bra", "confirm": "True"})
    card = randi.words(*randi.press("desk.open", request_of_ida.id)[-1:])
    assert "Siri: Ja, gi en los. «Bra»" in card
    lise.hear()
    randi.run("gi", request_of_ida.id, {"confirm": "True"})
    [offer] = lise.hear()
    assert (reveals(offer), actions(offer)) == ([], ["desk.youth"])
    [youth] = lise.press("desk.youth", request_of_ida.id)
    assert "Vil du være los for Ida?" in lise.words(youth)
    lise.press("desk.accept", request_of_ida.id, request_of_ida.version)
    lise.press("desk.accept", request_of_ida.id, request_of_ida.version - 1)
    assert request_of_ida.state == RequestState.ACTIVE
    ida = Chat(session, cast.ida, now)
    assert "tar kontakt med deg" in ida.words(ida.show("request.status", request_of_ida.id))
    [after] = lise.press("desk.contacted", request_of_ida.id)
    assert ida.words(ida.show("request.status", request_of_ida.id)).startswith(
        "Lise er losen din.\n"
    )
    assert "Kom i dag." not in randi.words(*randi.press("desk.open", request_of_ida.id)[-1:])
    assert "Første kontakt er tatt." in lise.words(after)
    lise.run("ferdig", request_of_ida.id, {"confirm": "True"})
    assert request_of_ida.state == RequestState.CLOSED
    assert lise.show("desk.youth", request_of_ida.id) is None


def test_a_los_no_longer_sees_who_was_handed_back(lise, randi, request_of_ida):
    randi.run("gi", request_of_ida.id, {"confirm": "True"})
    lise.press("desk.hand_back", request_of_ida.id, request_of_ida.version)
    with pytest.raises(Refused):
        lise.press("desk.youth", request_of_ida.id)


def test_the_los_is_told_that_it_ended_by_reference_only(
    session, cast, now, randi, lise, request_of_ida
):
    randi.run("gi", request_of_ida.id, {"confirm": "True"})
    lise.press("desk.accept", request_of_ida.id, request_of_ida.version)
    Chat(session, cast.ida, now).run("trekk", request_of_ida.id, {"confirm": "True"})
    [push] = lise.hear()
    assert reveals(push) == []
    words = lise.words(*lise.press("desk.ended", request_of_ida.id))
    assert (request_of_ida.reference in words, "Ida" in words) == (True, False)


def test_staff_buttons_do_nothing_where_staff_do_not_use_the_channel(
    session, cast, now, randi, lise, request_of_ida
):
    for chat, action in ((lise, "desk.mine"), (randi, "desk.open"), (randi, "desk.queue")):
        people.speaks_where(session, chat.person.id, staff_may=False, now=now)
        with pytest.raises(Refused):
            chat.press(action, request_of_ida.id)
    assert randi.show("desk.new", request_of_ida.id) is None
    assert session.scalars(select(Request)).one() is request_of_ida


def test_the_los_desk_lists_references_and_open_hours(lise, randi, request_of_ida):
    randi.run("gi", request_of_ida.id, {"confirm": "True"})
    [desk] = lise.command("mine")[-1:]
    shown = " ".join([lise.words(desk), *labels(desk)])
    assert request_of_ida.reference in shown
    assert "biblioteket på skolen" in shown
    assert "Ida" not in shown
