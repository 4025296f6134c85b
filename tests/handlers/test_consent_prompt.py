"""What a consent question says, in every length and language, and which words a yes is a yes to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.approved import Length, in_force, text_hash
from handlers.consent_prompt import KINDS, LENGTHS
from locales import LANGUAGES, Day, _, say
from models import consents
from models.consent_history import ConsentEvent
from models.terms import ConsentAct, InfoKind
from tests.consent_setup import Phone, agreed, opened
from tests.ways import told_once

case = told_once(opened)


def ask(session, cast, case, now, scope, days=90):
    until = (now + timedelta(days=days)).date()
    return consents.ask(session, actor=cast.jonas, case=case, scope=scope, until=until, now=now)


@told_once
def question(session, cast, case, now):
    scope = {cast.club.id: [InfoKind.GOALS], cast.nurse.id: [InfoKind.HEALTH, InfoKind.MEETINGS]}
    return ask(session, cast, case, now, scope)


def events(session, person, act):
    found = session.query(ConsentEvent).filter_by(consenter_id=person.id, act=act.value)
    return found.order_by(ConsentEvent.id).all()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("length", Length)
def test_every_length_names_all_services_kinds_the_last_day_and_the_way_out(
    session, cast, question, now, language, length
):
    cast.kari.language = language
    assert in_force(session, "consent.ask", language, length), "not written or not approved"
    words = Phone(session, cast.kari, now).read("consent.card", question.id, length=int(length))
    for told in (
        cast.club.name, cast.nurse.name, say(KINDS[InfoKind.GOALS], language),
        say(KINDS[InfoKind.HEALTH], language), say(_("{day}", day=Day(question.until, year=True)), language),
        "/samtykke", "Jonas", cast.school.name,
    ):  # fmt: skip
        assert told in words, (told, words)
    assert words.casefold().count("stop") == 1  # in the approved words, and not twice


@pytest.mark.parametrize("length", Length)
def test_the_words_on_the_screen_are_what_a_yes_is_kept_with(session, cast, question, now, length):
    kari = Phone(session, cast.kari, now)
    kari.press(kari.see("consent.card", question.id, length=int(length)), "Ja")
    (given,) = events(session, cast.kari, ConsentAct.GIVEN)
    assert given.text_hash == text_hash("consent.ask", "nb", length)


def test_each_length_that_was_opened_is_noted_once(session, cast, question, now):
    kari = Phone(session, cast.kari, now)
    card = kari.see("consent.card", question.id)
    kari.press(card, "Kort")
    kari.press(card, "Kort")
    kari.press(card, "Full")
    shown = [event.text_hash for event in events(session, cast.kari, ConsentAct.SHOWN)]
    assert shown == [text_hash("consent.ask", "nb", each) for each in (Length.SHORT, Length.FULL)]


def test_a_length_nobody_approved_is_not_offered_and_not_shown(session, cast, question, now):
    from models.municipality import ApprovedText

    short = text_hash("consent.ask", "nb", Length.SHORT)
    session.query(ApprovedText).filter_by(hash=short).delete()
    kari = Phone(session, cast.kari, now)
    card = kari.see("consent.card", question.id, length=int(Length.SHORT))
    assert "Kort" not in kari.labels(card)
    assert card == kari.see("consent.card", question.id)


def test_a_yes_under_words_no_longer_approved_is_none(session, cast, question, now):
    from models.municipality import ApprovedText

    kari = Phone(session, cast.kari, now)
    card = kari.see("consent.card", question.id, length=int(Length.FULL))
    full = text_hash("consent.ask", "nb", Length.FULL)
    session.query(ApprovedText).filter_by(hash=full).delete()
    kari.press(card, "Ja")
    assert kari.toasts() == ["consent.changed"]
    assert events(session, cast.kari, ConsentAct.GIVEN) == []


def test_what_ends_and_another_last_day_are_said(session, cast, case, question, now):
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    narrower = {cast.club.id: [InfoKind.GOALS], cast.nurse.id: [InfoKind.MEETINGS]}
    newer = ask(session, cast, case, now, narrower, days=30)
    words = Phone(session, cast.kari, now).read("consent.card", newer.id)
    assert f"Dette får de ikke vite lenger:\n• {cast.nurse.name}: helse\n" in words
    assert "Nytt:" not in words
    assert "Nå gjelder det til og med" in words
    assert "Nei: det blir som det er nå." in words


def test_every_length_has_a_name():
    assert set(LENGTHS) == set(Length)


def test_sharing_everything_names_each_who_would_learn_more(session, cast, case, question, now):
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    wide = consents.ask_everything(
        session, actor=cast.jonas, case=case, until=question.until, now=now
    )
    words = Phone(session, cast.kari, now).read("consent.card", wide.id)
    assert cast.club.name in words
    assert cast.nurse.name in words
    assert "alle som er med" in words


def test_one_who_has_said_yes_is_not_asked_again(session, cast, question, now):
    agreed(session, question, now, cast.kari)
    kari = Phone(session, cast.kari, now)
    card = kari.see("consent.card", question.id)
    assert "Nytt:" not in say(card.text, "nb")
    assert not {"Kort", "Full"} & set(kari.labels(card))
