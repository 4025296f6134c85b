"""What was answered aloud or on paper, written down by the stafettholder and struck out again."""

from __future__ import annotations

import pytest

from handlers import consent_written
from handlers.consent_written import FEIL, NOTER
from handlers.dialogue import walk
from locales import say
from models import consents
from models.base import Refused
from models.terms import ConsentState, InfoKind
from tests.consent_setup import Phone, agreed, asked, opened


@pytest.fixture
def case(session, cast, now):
    return opened(session, cast, now)


@pytest.fixture
def question(session, cast, case, now):
    return asked(session, cast, case, now, InfoKind.MEETINGS, InfoKind.TILTAK)


@pytest.fixture
def jonas(session, cast, now):
    return Phone(session, cast.jonas, now)


def wrote(jonas, case, *answers):
    form = consent_written.about(jonas.turn(), case.id)
    outcome = walk(NOTER, form, [("day", form.record.days[0].isoformat()), *answers])
    consent_written.write(jonas.turn(), outcome.value)


def paper(person, act="given"):
    return [("person", str(person.id)), ("act", act), ("via", "paper"), ("document", "Mappe 12"),
            ("confirm", "True")]  # fmt: skip


def oral(person, act="given"):
    return [("person", str(person.id)), ("act", act), ("via", "oral"), ("witness", "Randi"),
            ("language", "nb"), ("confirm", "True")]  # fmt: skip


def state(session, case, question, person, now):
    return consents.standing(session, case, now).state(question, person.id)


@pytest.mark.parametrize("how", [paper, oral])
def test_a_yes_is_written_down_and_the_one_it_is_about_is_told(
    session, cast, case, question, now, jonas, how
):
    wrote(jonas, case, *how(cast.per))
    assert state(session, case, question, cast.per, now) is ConsentState.GIVEN
    assert "consent.recorded" in [kind for kind, _m in Phone(session, cast.per, now).deliver()]
    assert "Per: Ja, til alt det er spurt om" in jonas.words()


def test_what_was_read_aloud_is_repeated_before_it_is_kept(cast, case, question, jonas):
    form = consent_written.about(jonas.turn(), case.id)
    given = [("day", form.record.days[0].isoformat()), *oral(cast.per)[:-1]]
    words = say(walk(NOTER, form, given).question.text, "nb")
    for told in ("Per: Ja", "Vitne: Randi", "Muntlig", "Dette ble lest opp:\n\nDu bestemmer."):
        assert told in words


def test_a_no_and_a_taking_back_are_written_down_too(session, cast, case, question, now, jonas):
    wrote(jonas, case, *paper(cast.kari, "refused"))
    assert state(session, case, question, cast.kari, now) is ConsentState.REFUSED
    agreed(session, question, now, cast.ida)
    wrote(jonas, case, *oral(cast.ida, "withdrawn"))
    assert state(session, case, question, cast.ida, now) is ConsentState.WITHDRAWN


def test_what_is_struck_out_does_not_count_and_is_listed_no_more(
    session, cast, case, question, now, jonas
):
    wrote(jonas, case, *paper(cast.per))
    _case, (found,) = plain = consent_written.about_mistakes(jonas.turn(), case.id)
    outcome = walk(FEIL, plain, [("reason", "wrong_person"), ("confirm", "True")])
    consent_written.strike(jonas.turn(), outcome.value)
    assert found.name == "Per"
    assert state(session, case, question, cast.per, now) is ConsentState.ASKED
    assert "consent.struck_out" in [kind for kind, _m in Phone(session, cast.per, now).deliver()]
    with pytest.raises(Refused):
        consent_written.about_mistakes(jonas.turn(), case.id)


@pytest.mark.parametrize("name", ["kari", "amina", "randi", "sam"])
def test_only_the_holder_opens_any_of_it(session, cast, case, question, now, name):
    phone = Phone(session, getattr(cast, name), now)
    for opens in (consent_written.about, consent_written.about_mistakes):
        with pytest.raises(Refused):
            opens(phone.turn(), case.id)
    with pytest.raises(Refused):
        consent_written.show_held(phone.turn(), case.id, 0)
    assert phone.read("consent.held", case.id) is None


def test_different_answers_are_a_task_for_the_holder_and_nobody_is_named(
    session, cast, case, question, now, jonas
):
    agreed(session, question, now, cast.ida, cast.per)
    consents.give(
        session, actor=cast.kari, question=question, language="nb", now=now, occasion="k",
        text_hash=consents.standing(session, case, now).yes(question, cast.ida.id).text_hash,
        scope={cast.club.id: [InfoKind.TILTAK]},
    )  # fmt: skip
    words = jonas.read("stafett.card", case.id, hat="stafettholder")
    assert "Svarene er ulike: snakk med dem." in words
    assert "Kari" not in words
