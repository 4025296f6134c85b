"""The youth's own curve: theirs first, the holder's when it is evaluated, and gone when taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.attachments import make
from handlers import case_page, log_curve, my_data
from handlers.turns import Attachment
from locales import say
from models import curves, evaluation_views, evaluations
from models.base import Refused
from models.terms import Decision, Role, VoiceState, Why
from tests.agreed import Verdict, agreed, planned
from tests.ways import told_once

SECRET = "Kråkeord"


@told_once
def case(session, cast, now):
    return agreed(session, cast, now)


@pytest.fixture
def thing(session, cast, case, now):
    return planned(session, cast, case, now)


@pytest.fixture
def says(session, cast, thing, now):
    def act(score, words=None, days=0):
        return evaluations.give_voice(
            session, actor=cast.ida, tiltak_id=thing.id, version=thing.version, score=score,
            words=words, now=now + timedelta(days=days),
        )  # fmt: skip

    return act


@pytest.fixture
def goes_on(session, cast, thing, now):
    def act(days):
        at = now + timedelta(days=days)
        verdict = Verdict(Decision.CONTINUE, at.date() + timedelta(days=28))
        return evaluations.evaluate(
            session, actor=cast.jonas, tiltak_id=thing.id, version=thing.version, verdict=verdict,
            now=at,
        )  # fmt: skip

    return act


@pytest.fixture
def scores(session, cast, case, now):
    def found(name, hat):
        seen = curves.of_case(
            session, actor=getattr(cast, name), case_id=case.id, hat=hat, now=now
        )
        return [point.score for curve in seen for point in curve.points]

    return found


def test_the_youth_sees_an_answer_first_and_the_holder_when_it_is_evaluated(says, goes_on, scores):
    says(2)
    assert scores("ida", Role.UNGDOM) == [2]
    assert scores("jonas", Role.STAFETTHOLDER) == []
    goes_on(0)
    assert scores("jonas", Role.STAFETTHOLDER) == [2]


def test_the_last_answer_of_each_round_counts_and_not_now_is_no_point(says, goes_on, scores):
    says(2)
    says(3)
    goes_on(1)
    says(None, days=20)
    goes_on(21)
    says(5, days=40)
    assert scores("ida", Role.UNGDOM) == [3, 5]


@pytest.mark.parametrize(
    ("name", "hat"),
    [("kari", Role.FORESATT), ("kari", Role.UNGDOM), ("amina", Role.SERVICE),
     ("amina", Role.STAFETTHOLDER), ("sam", Role.UNGDOM)],
)  # fmt: skip
def test_nobody_else_sees_it(says, scores, name, hat):
    says(1)
    with pytest.raises(Refused) as caught:
        scores(name, hat)
    assert caught.value.why == Why.ABSENT


def test_an_answer_taken_back_is_nowhere_and_what_rests_on_it_says_so(
    session, cast, case, now, says, goes_on, scores, thing
):
    says(4, "Først")
    voice = says(2, SECRET)
    made = goes_on(0)
    curves.take_back(session, actor=cast.ida, voice_id=voice.id, now=now)
    curves.take_back(session, actor=cast.ida, voice_id=voice.id, now=now)
    assert scores("ida", Role.UNGDOM) == scores("jonas", Role.STAFETTHOLDER) == []
    for who, hat in ((cast.ida, Role.UNGDOM), (cast.jonas, Role.STAFETTHOLDER)):
        seen = evaluation_views.outcome(session, who, made.id, now)
        assert (seen.voice, seen.score) == (VoiceState.TAKEN_BACK, None)
        data = case_page.data(session, me=who, case_id=case.id, hat=hat, now=now)
        assert SECRET not in repr(data)
        assert data["curves"] == ()
    assert SECRET not in repr(my_data.page_of(session, cast.ida, now))
    assert session.query(evaluations.Voice).filter_by(score=4).count() == 0


def test_who_took_an_answer_back_before_the_evaluation_has_not_answered(
    session, cast, now, says, thing
):
    curves.take_back(session, actor=cast.ida, voice_id=says(4).id, now=now)
    assert evaluations.voice_of(session, thing) is None
    assert says(5).score == 5


@pytest.mark.parametrize("name", ["kari", "jonas", "amina", "sam"])
def test_nobody_else_takes_it_back(session, cast, now, says, name):
    voice = says(3)
    with pytest.raises(Refused) as caught:
        curves.take_back(session, actor=getattr(cast, name), voice_id=voice.id, now=now)
    assert (caught.value.why, voice.score) == (Why.ABSENT, 3)


def test_it_can_be_read_as_words(session, cast, case, now, says):
    says(4)
    (curve,) = curves.of_case(session, actor=cast.ida, case_id=case.id, hat=Role.UNGDOM, now=now)
    assert say(log_curve.line(curve.points[0]), "nb") == "uke 48: 🙂 4 – bra ●●●●○"


def test_on_the_page_it_is_a_picture_that_says_what_it_shows(session, cast, case, now, says):
    says(2)
    data = case_page.data(session, me=cast.ida, case_id=case.id, hat=Role.UNGDOM, now=now)
    page = make(Attachment("page", data), "nb").data.decode()
    picture = page[page.index("<svg") : page.index("</svg>")]
    assert 'role="img"' in picture
    assert "<title" in picture
    assert "uke 48: 🙁 2 – ikke så bra" in picture.partition("<desc")[2]
    assert "currentColor" in picture
    assert "<li>uke 48" in page.partition("</svg>")[2]
