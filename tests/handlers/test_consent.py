"""Consent in chat: what is asked, what a yes takes, how it is stopped, and what no phone shows."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

import handlers
from handlers.consent_card import stamp
from locales import LANGUAGES, say
from models import consent_narrowing, consent_views, consents, follow_ups
from models.base import Refused
from models.consent_history import ConsentEvent
from models.municipality import ApprovedText
from models.terms import CaseState, ConsentState, InfoKind, Why
from tests.consent_setup import REVEALING, Phone, agreed, asked, opened
from tests.ways import told_once

NAMES = ("ida", "kari", "per", "jonas", "amina", "randi", "lise", "siri", "sam")

case = told_once(opened)


@told_once
def question(session, cast, case, now):
    return asked(session, cast, case, now, InfoKind.MEETINGS, InfoKind.TILTAK)


@pytest.fixture
def phones(session, cast, now):
    return {name: Phone(session, getattr(cast, name), now) for name in NAMES}


def state(session, person, question, now):
    return consent_views.card(session, actor=person, question_id=question.id, now=now).state


def say_yes(phone, question):
    phone.press(phone.see("consent.card", question.id), "Ja")


# --- asking --------------------------------------------------------------------------------------


def test_the_push_tells_nothing_and_the_card_everything(session, cast, question, phones):
    kari = phones["kari"]
    (pushed,) = [m for kind, m in kari.deliver() if kind == "consent.asked"]
    assert kari.labels(pushed) == ["Vis"]
    kari.press(pushed, "Vis")
    words = kari.words()
    for told in ("Jonas", cast.school.name, "Ida", cast.club.name, "når det er møter",
                 "hva som er avtalt å gjøre", "frivillig", "stopp"):  # fmt: skip
        assert told in words
    assert "Ikke: målene, hvordan det går på skolen og helse." in words


def test_there_is_no_yes_on_the_push(session, question, phones):
    for name in ("ida", "kari", "per"):
        for _kind, message in phones[name].deliver():
            actions = [b.action for row in message.buttons for b in row]
            assert actions == ["consent.show"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_arrives_unasked_is_safe_on_a_lock_screen(
    session, cast, case, question, phones, now, language
):
    """Every notice a consent can send to anyone, with names and services there to leak."""
    for phone in phones.values():
        phone.person.language = language
    seen = unasked(phones)
    agreed(session, question, now, cast.ida, cast.kari)
    consents.talk_first(
        session, actor=cast.per, question=question, language=language, now=now, occasion="t"
    )
    seen += unasked(phones)
    follow_ups.take_due(session, consents.LADDER, now + timedelta(days=4))
    seen += unasked(phones)
    agreed(session, question, now, cast.per)
    seen += unasked(phones)
    follow_ups.take_due(session, consents.LADDER, now + timedelta(days=61))
    seen += unasked(phones)
    consents.withdraw_all(session, actor=cast.per, now=now, occasion="stop")
    seen += unasked(phones)
    assert len(seen) > 12
    for message in seen:
        first = say(message.text, language).split("\n")[0].casefold()
        found = [word for word in REVEALING if f" {word}" in f" {first}"]
        assert found == [], first


def unasked(phones):
    """All that waits on every phone and is no reply to an own act."""
    told = [said for phone in phones.values() for said in phone.deliver()]
    return [message for kind, message in told if kind != "consent.receipt"]


def test_without_approved_words_nothing_is_shown_and_the_holder_gets_the_task(
    session, cast, case, phones, now
):
    session.execute(delete(ApprovedText).where(ApprovedText.language == "nn"))
    asked(session, cast, case, now)
    assert "consent.asked" not in [kind for kind, _m in phones["per"].deliver()]
    jonas = phones["jonas"]
    (task,) = [m for kind, m in jonas.deliver() if kind == "consent.text_missing"]
    jonas.press(task, "Vis")
    assert "nynorsk" in jonas.words()
    assert "consent.asked" in [kind for kind, _m in phones["kari"].deliver()]


def test_other_words_than_those_approved_are_not_sent_either(session, cast, question, phones):
    """Approved once, changed since: the hash tells, when the prompt is put into words."""
    session.execute(
        update(ApprovedText)
        .where(ApprovedText.language == "nn")
        .values(hash=ApprovedText.hash + "older")
    )
    assert phones["per"].deliver() == []
    assert "consent.text_missing" in [kind for kind, _m in phones["jonas"].deliver()]


def test_without_approved_words_the_card_asks_nothing(session, cast, question, phones):
    session.execute(delete(ApprovedText).where(ApprovedText.language == "nb"))
    message = phones["kari"].see("consent.card", question.id)
    assert message.buttons == ()
    assert cast.club.name not in say(message.text, "nb")


# --- answering -----------------------------------------------------------------------------------


def test_a_yes_is_one_press_under_the_card_and_gets_a_receipt(session, cast, question, phones):
    kari = phones["kari"]
    kari.deliver()
    say_yes(kari, question)
    assert kari.toasts() == ["consent.given"]
    words = kari.words()
    assert "Kvittering" in words
    assert "Venter på svar fra andre" in words
    assert "Per" not in words


def test_a_second_press_is_a_friendly_nothing(session, cast, question, phones):
    kari = phones["kari"]
    card = kari.see("consent.card", question.id)
    kari.press(card, "Ja")
    kari.press(card, "Ja")
    assert kari.toasts() == ["consent.given", "consent.already"]


def test_a_card_drawn_before_the_last_answer_gives_no_yes(session, cast, question, phones, now):
    kari = phones["kari"]
    old = kari.see("consent.card", question.id)
    kari.press(old, "Ja")
    consents.withdraw_all(session, actor=cast.kari, now=now, occasion="stop")
    kari.press(old, "Ja")
    assert kari.toasts()[-1] == "consent.changed"
    assert state(session, cast.kari, question, now) is ConsentState.WITHDRAWN


def test_a_yes_to_an_old_version_shows_the_new_one(session, cast, case, question, phones, now):
    kari = phones["kari"]
    old = kari.see("consent.card", question.id)
    newer = asked(session, cast, case, now, InfoKind.MEETINGS, InfoKind.HEALTH)
    kari.press(old, "Ja")
    assert kari.toasts() == ["consent.changed"]
    assert "helse" in say(kari.last().text, "nb")
    assert state(session, cast.kari, newer, now) is ConsentState.ASKED


def test_a_yes_in_another_language_than_the_card_was_drawn_in_is_none(
    session, cast, question, phones, now
):
    kari = phones["kari"]
    drawn = kari.see("consent.card", question.id)
    yes = drawn.buttons[0][0]
    cast.kari.language = "en"
    handlers.BUTTONS[yes.action](kari.turn(), yes.subject, yes.version)
    assert state(session, cast.kari, question, now) is ConsentState.ASKED


@pytest.mark.parametrize("action", ["consent.give", "consent.refuse", "consent.talk"])
@pytest.mark.parametrize("name", ["jonas", "amina", "sam", "randi"])
def test_a_forged_press_is_as_if_there_were_nothing(
    session, cast, question, phones, now, name, action
):
    card = consent_views.card(session, actor=cast.kari, question_id=question.id, now=now)
    with pytest.raises(Refused) as refused:
        handlers.BUTTONS[action](phones[name].turn(), question.id, stamp(card, "nb"))
    assert refused.value.why is Why.ABSENT
    assert phones[name].read("consent.card", question.id) is None


@pytest.mark.parametrize("action", ["consent.show", "consent.stop_ask", "consent.news"])
@pytest.mark.parametrize("name", ["amina", "sam", "randi"])
def test_a_forged_press_that_only_shows_is_refused_alike(session, question, phones, name, action):
    with pytest.raises(Refused) as refused:
        handlers.BUTTONS[action](phones[name].turn(), question.id, 0)
    assert refused.value.why is Why.ABSENT


def test_wanting_to_talk_reaches_the_holder_by_name(session, cast, question, phones):
    ida, jonas = phones["ida"], phones["jonas"]
    ida.press(ida.see("consent.card", question.id), "Snakk")
    (push,) = [m for kind, m in jonas.deliver() if kind == "consent.talk_first"]
    jonas.press(push, "Vis")
    assert "Ida vil snakke med deg" in jonas.words()


def test_a_younger_youth_is_heard_but_not_asked_to_decide(session, cast, case, phones, now):
    cast.ida.born = (now - timedelta(days=13 * 366)).date()
    question = asked(session, cast, case, now)
    ida = phones["ida"]
    (push,) = [m for kind, m in ida.deliver() if kind == "consent.told"]
    ida.press(push, "Vis")
    message = ida.last()
    assert ida.labels(message) == ["Snakk med meg om dette"]
    assert "Du bestemmer" not in say(message.text, "nb")
    ida.press(message, "Snakk")
    assert state(session, cast.ida, question, now) is ConsentState.TALK_FIRST


# --- taking back ---------------------------------------------------------------------------------


@told_once
def in_force(session, cast, case, question, now):
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    for name in NAMES:
        Phone(session, getattr(cast, name), now).deliver()
    return case


def test_it_is_taken_back_in_two_presses(session, cast, in_force, phones):
    kari = phones["kari"]
    kari.type("samtykke")
    kari.press(kari.last(), "Ta tilbake")
    ask = kari.last()
    assert in_force.state == CaseState.ACTIVE
    kari.press(ask, "Ja, stopp delingen")
    assert in_force.state == CaseState.FROZEN
    words = kari.words()
    assert "Kvittering" in words
    assert cast.club.name in words


def test_what_the_others_learn_of_it(session, cast, in_force, phones):
    phones["kari"].type("stopp")
    per, jonas, amina = phones["per"], phones["jonas"], phones["amina"]
    (push,) = [m for _k, m in per.deliver()]
    per.press(push, "Vis")
    told_per = per.words()
    (push,) = [m for _k, m in jonas.deliver()]
    jonas.press(push, "Vis")
    told_jonas = jonas.words()
    told_amina = amina.words()
    assert "pause" in told_per
    assert "tatt tilbake" in told_jonas
    for words in (told_per, told_jonas, told_amina):
        assert "Kari" not in words
    for secret in ("Ida", cast.club.name, "samtykke", "Jonas"):
        assert secret not in told_amina


def test_a_service_that_may_know_less_opens_what_is_left_with_one_press(
    session, cast, case, phones, now
):
    """Everything of the case is taken out of its people's chats: nobody can tell which message
    held what. So they are told, neutrally, and shown the way back."""
    question = asked(session, cast, case, now, InfoKind.MEETINGS, InfoKind.GOALS)
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    amina = phones["amina"]
    for drop, left in ((InfoKind.GOALS, ["Vis"]), (InfoKind.MEETINGS, [])):
        consent_narrowing.narrow(
            session, actor=cast.kari, case_id=case.id, unit_id=cast.club.id, drop=[drop], now=now,
            occasion=drop,
        )  # fmt: skip
        told = [m for kind, m in amina.deliver() if kind == "consent.access_changed"]
        assert amina.labels(told[-1]) == left
        assert say(told[-1].text, "nb").startswith("Det du har tilgang til her, er endret.")
        if left:
            amina.press(told[-1], "Vis")
            assert "målene" not in amina.words()
        now += timedelta(minutes=1)


def test_stopping_says_what_stopped_and_asks_what_to_keep(session, cast, in_force, phones, now):
    kari = phones["kari"]
    kari.type("stopp")
    assert in_force.state == CaseState.FROZEN
    keep = kari.last()
    kari.press(keep, "Behold")
    card = kari.last()
    assert in_force.state == CaseState.FROZEN  # nothing is kept before the text was shown
    kari.press(card, "Ja")
    assert in_force.state == CaseState.ACTIVE


def test_stopping_with_nothing_to_stop_says_so(session, phones):
    for name in ("jonas", "sam", "lise"):
        phones[name].type("stopp")
        assert "ingenting å stoppe" in say(phones[name].last().text, "nb")


@pytest.mark.parametrize("words", ["stopp", "stop", "slutt"])
def test_exact_words_stop(words):
    assert handlers.command_of(words) == "stopp"
    assert handlers.command_of(words.upper() + "!") == "stopp"


@pytest.mark.parametrize(
    "words",
    [
        "jeg vil ikke stoppe",
        "ikke stopp",
        "stoppested",
        "kan du stoppe mobbingen",
        "don't stop",
        "I don't want to stop",
        "ja",
        "ja, det er greit",
        "jeg samtykker",
        "yes",
    ],
)
def test_near_misses_do_nothing_and_no_words_ever_consent(words):
    assert handlers.command_of(words) is None


def test_no_command_gives_a_consent(session, cast, question, phones):
    events = select(ConsentEvent).where(ConsentEvent.act == "given")
    for name in handlers.COMMANDS:
        with contextlib.suppress(Refused):
            handlers.COMMANDS[name](phones["kari"].turn(pressed=None), "ja")
    assert session.scalars(events).all() == []


def test_the_receipt_names_what_was_on_its_way(session, cast, in_force, phones):
    kari = phones["kari"]
    number = consents.withdraw_all(
        session, actor=cast.kari, now=kari.now, occasion="stop"
    )[0].number  # fmt: skip
    words = kari.read("consent.receipt", 0, number=number, in_flight=2)
    assert number in words
    assert "2 meldinger var alt på vei" in words
    assert phones["per"].read("consent.receipt", 0, number=number, in_flight=2) is None


def test_one_who_is_asked_nothing_sees_nothing(session, cast, in_force, phones):
    for name in ("jonas", "amina", "sam"):
        phones[name].type("samtykke")
        message = phones[name].last()
        assert message.buttons == ()
        assert "Ida" not in say(message.text, phones[name].person.language)


def test_the_expiry_is_told_to_each_in_their_own_way(session, cast, in_force, question, phones):
    follow_ups.take_due(session, consents.LADDER, phones["kari"].now + timedelta(days=61))
    kari, jonas = phones["kari"], phones["jonas"]
    (push,) = [m for _k, m in kari.deliver()]
    kari.press(push, "Vis")
    assert "Du har sagt ja" in kari.words()
    (push,) = [m for _k, m in jonas.deliver()]
    jonas.press(push, "Vis")
    assert "går ut" in jonas.words()
