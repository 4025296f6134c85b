"""What was answered aloud or on paper, written down by the stafettholder and struck out again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers import consent_struck, consent_written
from handlers.consent_struck import FEIL
from handlers.consent_written import NOTER
from handlers.dialogue import Done, walk
from handlers.questions import Answer, Redraw
from locales import say
from models import consents
from models.base import Refused
from models.terms import ConsentState, InfoKind
from tests.consent_setup import Phone, agreed, asked, opened
from tests.ways import told_once

case = told_once(opened)


@told_once
def question(session, cast, case, now):
    return asked(session, cast, case, now, InfoKind.MEETINGS, InfoKind.TILTAK)


@pytest.fixture
def jonas(session, cast, now):
    return Phone(session, cast.jonas, now)


def wrote(jonas, case, *answers):
    form = consent_written.about(jonas.turn(), case.id)
    given = dict([("day", form.record.days[0].isoformat()), *answers])
    outcome = walk(NOTER, form, list(given.items()))
    assert isinstance(outcome, Done), outcome.question.name
    consent_written.write(jonas.turn(), outcome.value)


def paper(person, act="given", **more):
    who = "giver" if act == "withdrawn" else "person"
    answers = {who: str(person.id), "act": act, "via": "paper",
               "document": "Mappe 12", "confirm": "True", **more}  # fmt: skip
    return list(answers.items())


def oral(person, act="given"):
    answers = dict(paper(person, act)) | {"via": "nb" if act == "given" else "oral"}
    answers |= {"witness": "Randi"}
    return list(answers.items())


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
    given = [("day", form.record.days[0].isoformat()), *oral(cast.per)]
    given.remove(("confirm", "True"))
    words = say(walk(NOTER, form, given).question.text, "nb")
    for told in ("Per: Ja", "Vitne: Randi", "Muntlig", "Dette ble lest opp:\n\nDu bestemmer."):
        assert told in words


def test_a_no_and_a_taking_back_are_written_down_too(session, cast, case, question, now, jonas):
    wrote(jonas, case, *paper(cast.kari, "refused"))
    assert state(session, case, question, cast.kari, now) is ConsentState.REFUSED
    agreed(session, question, now, cast.ida)
    wrote(jonas, case, *oral(cast.ida, "withdrawn"))
    assert state(session, case, question, cast.ida, now) is ConsentState.WITHDRAWN


def test_a_yes_to_some_of_it_is_written_down_as_that(session, cast, case, question, now, jonas):
    agreed(session, question, now, cast.ida, cast.kari)
    some = f"{cast.club.id}.{InfoKind.TILTAK.value}"
    form = consent_written.about(jonas.turn(), case.id)
    answers = dict(paper(cast.per, "some", day=form.record.days[0].isoformat()))
    assert walk(NOTER, form, list(answers.items())).question.name == "part"
    del answers["confirm"]
    repeated = say(walk(NOTER, form, [*answers.items(), ("part", [some])]).question.text, "nb")
    assert "Per: Ja, til noe av det\n" in repeated
    assert f"• {cast.club.name}: hva som er avtalt å gjøre\n" in repeated
    wrote(jonas, case, *paper(cast.per, "some", part=[some]))
    assert consents.granted(session, case, cast.club.id, now) == {InfoKind.TILTAK}
    assert "Per: Ja, til noe av det" in jonas.words()


def test_an_earlier_day_is_typed_and_can_be_no_day_to_come(
    session, cast, case, question, now, jonas
):
    form = consent_written.about(jonas.turn(), case.id)
    asked_when = walk(NOTER, form, paper(cast.kari, "refused")).question
    assert asked_when.name == "day"
    assert asked_when.press(f"d{form.record.days[2]}", {}) == Answer(str(form.record.days[2]))
    assert asked_when.press("d2020-01-01", {}) is None
    today = now.date()
    assert asked_when.read("3. oktober", now, "nb") == Answer("2026-10-03")
    for late in (
        f"{today + timedelta(days=1):%d.%m.%Y}",
        "1.1.2020",
        "kanskje i oktober",
        "31.9.",
    ):
        assert isinstance(asked_when.read(late, now, "nb"), Redraw), late
    wrote(jonas, case, *paper(cast.kari, "refused", day="2026-10-03"))
    assert state(session, case, question, cast.kari, now) is ConsentState.REFUSED
    assert "3. oktober" in jonas.words()


def test_a_withdrawal_on_paper_asks_for_less_than_a_yes(session, cast, case, question, now, jonas):
    """Neither a witness nor where the paper lies is needed; several yeses end with one answer."""
    nurse = asked(session, cast, case, now, InfoKind.HEALTH, unit=cast.nurse)
    for each in (question, nurse):
        agreed(session, each, now, cast.kari)
    wrote(jonas, case, *paper(cast.kari, "withdrawn", document=None, stops="0"))
    for each in (question, nurse):
        assert state(session, case, each, cast.kari, now) is ConsentState.WITHDRAWN
    kinds = [kind for kind, _m in Phone(session, cast.kari, now).deliver()]
    assert kinds.count("consent.recorded") == 1


def test_who_need_not_say_yes_any_more_takes_back_all_the_same(
    session, cast, case, question, now, jonas
):
    agreed(session, question, now, cast.kari)
    cast.ida.born = now.date().replace(year=now.year - 18)
    wrote(jonas, case, *paper(cast.kari, "withdrawn"))
    assert state(session, case, question, cast.kari, now) is ConsentState.WITHDRAWN


def test_what_is_struck_out_does_not_count_and_is_listed_no_more(
    session, cast, case, question, now, jonas
):
    wrote(jonas, case, *paper(cast.per))
    _case, (found,) = plain = consent_struck.about_mistakes(jonas.turn(), case.id)
    outcome = walk(FEIL, plain, [("reason", "wrong_person"), ("confirm", "True")])
    consent_struck.strike(jonas.turn(), outcome.value)
    assert found.name == "Per"
    assert state(session, case, question, cast.per, now) is ConsentState.ASKED
    assert "consent.struck_out" in [kind for kind, _m in Phone(session, cast.per, now).deliver()]
    with pytest.raises(Refused):
        consent_struck.about_mistakes(jonas.turn(), case.id)


@pytest.mark.parametrize("name", ["kari", "amina", "randi", "sam"])
def test_only_the_holder_opens_any_of_it(session, cast, case, question, now, name):
    phone = Phone(session, getattr(cast, name), now)
    for opens in (consent_written.about, consent_struck.about_mistakes):
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
