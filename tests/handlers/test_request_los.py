"""Asking for a los in chat: how many questions, what is confirmed, and what each phone shows."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

import handlers
from handlers.dialogue import Done, Pending, walk
from handlers.questions import Words
from handlers.request_los import LOS, Asker, Outside
from locales import say
from models import los_work, queue
from models.asking import Wish
from models.base import Refused
from models.contact_wishes import ContactWish
from models.requests import Request
from models.terms import (
    ContactWay,
    ParentsKnow,
    Place,
    Requester,
    RequestState,
    TimeOfDay,
    Topic,
    Why,
)
from tests.chatting import Chat, actions, labels, reveals

ONE_SCHOOL = Asker(schools={5: "Fjordvik ungdomsskole"})
TWO_SCHOOLS = Asker(schools={5: "Fjordvik ungdomsskole", 6: "Neset skole"})
OWN = {
    "topic": "friends", "place": "club", "times": ["afternoon", "evening"], "way": "chat",
    "parents": "that", "confirm": "True",
}  # fmt: skip


def path(plain, given):
    """The questions asked on the way down, with the answers in `given`."""
    asked, answers = [], {}
    while isinstance(outcome := walk(LOS, plain, list(answers.items())), Pending):
        asked.append(outcome.question)
        answers[outcome.question.name] = given[outcome.question.name]
    return asked, outcome.value


@pytest.fixture
def ida(session, cast, now):
    return Chat(session, cast.ida, now)


@pytest.fixture
def kari(session, cast, now):
    return Chat(session, cast.kari, now)


@pytest.fixture
def sam(session, cast, now):
    cast.sam.language = "nb"
    return Chat(session, cast.sam, now)


def the_request(session):
    return session.scalars(select(Request)).one()


# --- the talk ------------------------------------------------------------------------------------


@pytest.mark.parametrize("plain", [ONE_SCHOOL, TWO_SCHOOLS, Asker(me=1)])
def test_a_youth_asks_with_at_most_seven_questions_and_buttons_only(plain):
    asked, value = path(plain, {"who": "me", "school": "5", **OWN})
    assert isinstance(value, Wish)
    assert len(asked) <= 7 + 1  # and the confirmation
    assert not any(isinstance(question, Words) for question in asked)


@pytest.mark.parametrize("who", ["child", "named"])
def test_an_adult_nobody_knows_has_at_most_seven_questions_too(who):
    given = {"who": who, "name": "Ida", "school": "5", "knows": "False", "topic": "school"}
    asked, value = path(TWO_SCHOOLS, {**given, "confirm": "True"})
    assert len(asked) <= 7
    assert (value.ungdom_id, value.named, value.school_id) == (None, "Ida", 5)


@pytest.mark.parametrize("who", ["young", "old"])
def test_outside_the_target_group_nothing_more_is_asked(who):
    asked, value = path(ONE_SCHOOL, {"who": who})
    assert (len(asked), value) == (1, Outside(who))


def test_the_confirmation_repeats_every_answer():
    asked, _value = path(TWO_SCHOOLS, {"who": "me", "school": "5", **OWN})
    words = say(asked[-1].text, "nb")
    shown = ("Fjordvik", "Venner", "På fritidsklubben", "Her i chatten", "ikke hvorfor")
    assert [part for part in shown if part not in words] == []
    assert "Om ettermiddagen, Om kvelden" in words


def test_no_answer_at_the_end_sends_nothing(ida, session):
    ida.run("los", None, {**OWN, "confirm": "False"})
    assert session.scalars(select(Request)).all() == []


def test_a_guardian_with_one_child_is_not_asked_which():
    asked, value = path(
        Asker(wards={9: "Ida"}), {"topic": "home", "place": "school", "confirm": "True"}
    )
    assert [question.name for question in asked] == ["topic", "place", "confirm"]
    assert value == Wish(topic=Topic.HOME, ungdom_id=9, place=Place.SCHOOL)
    assert "Ida" in say(asked[-1].text, "nb")


def test_a_long_list_of_pupils_is_asked_for_by_letter_first():
    plain = Asker(pupils={i: f"{chr(65 + i % 3)}navn{i}" for i in range(30)})
    given = {"letter": "B", "pupil": "4", "knows": "True", "topic": "school", "place": "school"}
    asked, value = path(plain, {**given, "confirm": "True"})
    assert len(asked) <= 7
    assert value.ungdom_id == 4


# --- what is sent and shown ----------------------------------------------------------------------


def test_a_youths_answers_become_the_request(ida, session):
    ida.run("los", None, OWN)
    request = the_request(session)
    assert (request.state, request.kind) == (RequestState.READY, Requester.YOUTH)
    assert (request.topic, request.place, request.times, request.contact_way) == (
        Topic.FRIENDS, Place.CLUB, [TimeOfDay.AFTERNOON, TimeOfDay.EVENING], ContactWay.CHAT,
    )  # fmt: skip
    assert request.parents_know == ParentsKnow.THAT


def test_the_receipt_has_a_reference_and_promises_no_date(ida, session):
    [receipt] = ida.run("los", None, OWN)
    words = ida.words(receipt)
    assert the_request(session).reference in words
    assert "Jeg kan ikke love når svaret kommer." in words


def test_the_receipt_shows_a_date_when_the_municipality_sets_one(ida, session):
    ida.run("los", None, OWN)
    the_request(session).answer_by = date(2026, 12, 4)
    words = ida.words(ida.show("request.receipt", the_request(session).id))
    assert "senest fredag 4. desember" in words
    assert "ikke love" not in words


def test_a_youth_with_an_open_request_is_shown_it(ida, session):
    ida.run("los", None, OWN)
    [shown] = ida.run("los", None, {})
    assert the_request(session).reference in ida.words(shown)


def test_every_receipt_of_adults_nobody_knows_sounds_the_same(session, cast, sam, now):
    """About a youth that exists, that was asked for already, and that nobody has heard of."""
    heard = []
    for name in ("Ida i 10A", "Ida i 10A", "Nils Ingensteds"):
        given = {"who": "child", "name": name, "knows": "False", "topic": "school"}
        [receipt] = sam.run("los", None, {**given, "confirm": "True"})
        request = session.scalars(
            select(Request).where(Request.state == RequestState.SUBMITTED)
        ).one()
        who = cast.ida.id if name.startswith("Ida") else None
        queue.confirm_who(session, actor=cast.randi, request_id=request.id, ungdom_id=who, now=now)
        [status] = sam.press("request.status", request.id)
        heard.append(
            sam.words(receipt, status).replace(request.reference, "REF") + str(labels(status))
        )
    assert len(set(heard)) == 1
    assert "Ida" not in heard[0]


def test_a_guardian_sees_three_words_and_never_the_los(session, cast, kari, ida, now):
    kari.run("los", None, {"topic": "home", "place": "home", "confirm": "True"})
    request = the_request(session)
    ida.press("request.yes", request.id)
    seen = [kari.words(*kari.press("request.status", request.id))]
    queue.assign(session, actor=cast.randi, request_id=request.id, los_id=cast.lise.id, now=now)
    los_work.accept(session, actor=cast.lise, request_id=request.id, now=now)
    [update] = kari.hear()
    assert reveals(update) == []
    seen.append(kari.words(*kari.press("request.status", request.id)))
    los_work.close(session, actor=cast.lise, request_id=request.id, now=now)
    seen.append(kari.words(*kari.press("request.status", request.id)))
    ref = request.reference
    assert seen == [f"{ref}: mottatt", f"{ref}: i arbeid", seen[2]]
    assert seen[2].endswith(f"{ref}: avsluttet")
    assert not any("Lise" in words for words in seen)


def test_the_youth_sees_who_the_los_is_and_when_they_can_meet(session, cast, ida, now):
    ida.run("los", None, OWN)
    request = the_request(session)
    queue.assign(session, actor=cast.randi, request_id=request.id, los_id=cast.lise.id, now=now)
    assert "Lise" not in ida.words(*ida.press("request.status", request.id))
    los_work.accept(session, actor=cast.lise, request_id=request.id, now=now)
    [push] = ida.hear()
    assert (reveals(push), actions(push)) == ([], ["request.status"])
    words = ida.words(*ida.press("request.status", request.id))
    assert "Lise er losen din" in words
    hours = "Mandag fra kl. 14.15 til kl. 16.00: biblioteket på skolen"
    assert hours in words.replace("\xa0", " ")


NO_CASE = "Du er ikke med i noen sak nå"
STANDS = f"{NO_CASE}, men ønsket ditt om en los står."


def test_in_no_case_one_reads_that_the_wish_stands_and_then_that_there_is_a_los(
    session, cast, ida, now
):
    [before] = ida.command("saker")
    ida.run("los", None, OWN)
    request = the_request(session)
    queue.assign(session, actor=cast.randi, request_id=request.id, los_id=cast.lise.id, now=now)
    [asked] = ida.command("saker")
    assert (ida.words(asked), actions(asked)) == (STANDS, ["request.status"])
    los_work.accept(session, actor=cast.lise, request_id=request.id, now=now)
    ida.hear()
    [given] = ida.command("saker")
    assert ida.words(given) == f"{NO_CASE}, men du har en los."
    assert actions(given) == ["request.status"]
    los_work.close(session, actor=cast.lise, request_id=request.id, now=now)
    ida.hear()
    [after] = ida.command("saker")
    assert ida.words(after) == ida.words(before)


def test_in_no_case_who_asked_for_another_reads_no_more_than_that_it_stands(
    session, cast, kari, ida, now
):
    kari.run("los", None, {"topic": "home", "place": "home", "confirm": "True"})
    request = the_request(session)
    assert ida.words(*ida.command("saker")[-1:]).startswith(f"{NO_CASE}. ")  # and has said no yes
    ida.press("request.yes", request.id)
    assert ida.words(*ida.command("saker")) == STANDS
    queue.assign(session, actor=cast.randi, request_id=request.id, los_id=cast.lise.id, now=now)
    los_work.accept(session, actor=cast.lise, request_id=request.id, now=now)
    kari.hear()
    assert kari.words(*kari.command("saker")) == STANDS
    kari.run("trekk", request.id, {"confirm": "True"})
    assert kari.words(*kari.command("saker")).startswith(f"{NO_CASE}. ")


@pytest.mark.parametrize("state", list(RequestState))
def test_every_state_has_words_for_the_youth(session, cast, ida, now, state):
    ida.run("los", None, OWN)
    request = the_request(session)
    request.state, request.los_id = state, cast.lise.id
    if state in (RequestState.SUBMITTED, RequestState.LINKED):
        return  # about a youth nobody has confirmed, or shown as the request it follows
    assert ida.show("request.status", request.id) is not None


# --- the youth is asked --------------------------------------------------------------------------


@pytest.fixture
def asked(session, kari):
    kari.run("los", None, {"topic": "home", "place": "home", "confirm": "True"})
    return the_request(session)


def test_the_card_says_a_guardian_asked_only_when_that_is_confirmed(session, cast, ida, asked):
    assert "En foresatt har spurt" in ida.words(ida.show("request.asking", asked.id))
    asked.requester_id = cast.sam.id
    words = ida.words(ida.show("request.asking", asked.id))
    assert ("foresatt" in words, "Noen har spurt" in words) == (False, True)


def test_the_question_on_the_lock_screen_gives_nothing_away(ida, asked):
    [push] = ida.hear()
    assert (reveals(push), actions(push)) == ([], ["request.asking"])


def test_the_card_names_confidentiality_and_all_three_duties(ida, asked):
    [card] = ida.press("request.asking", asked.id)[-1:]
    words = ida.words(card)
    for said in ("taushetsplikt", "Spør barnevernet", "selv si fra til barnevernet", "avverge"):
        assert said in words
    assert labels(card) == ["Ja, det vil jeg", "Nei takk", "Snakk med noen først"]


def test_what_a_los_is_names_them_too_for_anyone(sam):
    [card] = sam.command("omlos")
    for said in ("taushetsplikt", "Spør barnevernet", "selv si fra til barnevernet", "avverge"):
        assert said in sam.words(card)


def test_yes_and_no_and_talk_first(ida, asked, session, cast, now):
    [shown] = ida.press("request.talk_first", asked.id)[-1:]
    assert labels(shown) == ["Ja, det vil jeg", "Nei takk"]
    assert asked.state == RequestState.AWAITING_YOUTH
    randi = Chat(session, cast.randi, now)
    [push] = randi.hear()
    assert (reveals(push), actions(push)) == ([], ["desk.open"])
    ida.press("request.yes", asked.id)
    ida.press("request.yes", asked.id)
    assert asked.state == RequestState.READY


def test_an_answered_question_is_moot(ida, asked):
    ida.press("request.no", asked.id)
    assert ida.show("request.youth_asked", asked.id) is None
    assert ida.show("request.youth_reminded", asked.id) is None


@pytest.mark.parametrize("who", ["kari", "per", "jonas", "randi", "lise", "sam"])
@pytest.mark.parametrize("action", ["request.asking", "request.yes", "request.no"])
def test_nobody_else_can_press_the_youths_buttons(session, cast, now, asked, who, action):
    chat = Chat(session, getattr(cast, who), now)
    with pytest.raises(Refused) as refused:
        chat.press(action, asked.id)
    assert refused.value.why is Why.ABSENT
    for kind in ("request.youth_asked", "request.asking", "request.talking"):
        assert chat.show(kind, asked.id) is None


def test_taking_it_back_is_two_presses(ida, kari, asked, session):
    kari.run("trekk", asked.id, {"confirm": "True"})
    assert asked.state == RequestState.WITHDRAWN
    assert ida.hear() == []
    ida.run("los", None, OWN)
    own = session.scalars(select(Request).where(Request.kind == Requester.YOUTH)).one()
    ida.run("trekk", own.id, {"confirm": "True"})
    assert own.state == RequestState.WITHDRAWN


@pytest.mark.parametrize("who", ["per", "jonas", "randi", "sam"])
def test_only_who_asked_or_whom_it_is_about_takes_it_back(session, cast, now, asked, who):
    with pytest.raises(Refused):
        Chat(session, getattr(cast, who), now).run("trekk", asked.id, {"confirm": "True"})


def test_too_young_is_shown_the_other_way_in_and_nothing_is_kept(sam, session):
    [shown] = sam.run("los", None, {"who": "young"})
    words = sam.words(shown)
    assert "helsesykepleier" in words
    assert "ikke lagret" in words
    assert session.scalars(select(Request)).all() == []


# --- just getting in touch -----------------------------------------------------------------------


def test_a_stranger_gets_in_touch_and_is_answered(session, cast, sam, now):
    sam.run("kontakt", None, {"to": "los", "way": "chat", "confirm": "True"})
    lise, wish = Chat(session, cast.lise, now), session.scalars(select(ContactWish)).one()
    [push] = lise.hear()
    assert (reveals(push), actions(push)) == ([], ["contact.open"])
    [card] = lise.press("contact.open", wish.id)
    assert "Sam vil ha kontakt" in lise.words(card)
    lise.press("contact.answer", wish.id)
    lise.press("contact.answer", wish.id)
    [answer] = sam.hear()
    assert reveals(answer) == []
    assert "Lise har sett" in sam.words(*sam.press("contact.answered", wish.id))


@pytest.mark.parametrize("who", ["ida", "kari", "jonas", "randi", "amina"])
def test_a_wish_for_contact_is_seen_by_those_it_is_for_only(session, cast, sam, now, who):
    sam.run("kontakt", None, {"to": "los", "way": "chat", "confirm": "True"})
    wish, chat = session.scalars(select(ContactWish)).one(), Chat(session, getattr(cast, who), now)
    for action in ("contact.open", "contact.answer", "contact.answered"):
        with pytest.raises(Refused):
            chat.press(action, wish.id)
    assert chat.show("contact.card", wish.id) is None


def test_wishing_twice_is_wishing_once(session, cast, sam, now):
    for _twice in range(2):
        sam.run("kontakt", None, {"to": "los", "way": "chat", "confirm": "True"})
    assert len(session.scalars(select(ContactWish)).all()) == 1


def test_the_flows_end_with_what_they_promise(sam):
    outcome = walk(handlers.FLOWS["kontakt"], ["los"], [("way", "chat"), ("confirm", "True")])
    assert isinstance(outcome, Done)
