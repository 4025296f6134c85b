"""'Stemmer dette?' in chat: three answers under a text, and what the holder is shown of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

import handlers
from bot.attachments import make
from handlers import case_page, my_data
from handlers.dialogue import Done, Pending, walk
from handlers.turns import Attachment
from locales import LANGUAGES, say
from models import evaluations, follow_ups, is_it_right
from models.base import Refused
from models.is_it_right import LADDER, WAITING
from models.terms import Decision, IsRight, Role
from tests.agreed import Verdict, agreed, planned, promised, turn
from tests.handlers.test_tiltak import REVEALING, labels, message, text
from tests.models.test_is_it_right import asked
from tests.ways import told_once

SAID = "Det var ikke jeg som sluttet"
RETT, TILLEGG = handlers.FLOWS["stemmer.rett"], handlers.FLOWS["stemmer.tillegg"]

case = told_once(agreed)


@told_once
def made(session, cast, case, now):
    thing = planned(session, cast, case, now)
    return evaluations.evaluate(
        session, actor=cast.jonas, tiltak_id=thing.id, version=1, now=now,
        verdict=Verdict(Decision.DONE, reason="Ida klarer seg"),
    )  # fmt: skip


def press(session, person, action, subject, at, version=1):
    pressed = turn(session, person, at, "press", pressed=7, callback_id="c")
    handlers.BUTTONS[action](pressed, subject, version)


def shown(session, person, made, now, **params) -> str:
    return text(message(session, person, "evaluation.outcome", made.id, now, **params))


def buttons(session, person, made, now, **params) -> list[str]:
    return labels(message(session, person, "evaluation.outcome", made.id, now, **params))


def test_the_family_reads_what_was_decided_and_has_three_answers(session, cast, made, now):
    for person in (cast.ida, cast.kari, cast.per):
        assert shown(session, person, made, now).endswith(
            "Hvorfor: Ida klarer seg\n\nStemmer dette?"
        )
        three = ["Stemmer", "Rett på", "Forstår ikke", "Se alle tiltak"]
        assert buttons(session, person, made, now) == three
    assert "Stemmer" not in shown(session, cast.jonas, made, now)


def test_an_answer_can_be_changed(session, cast, made, now):
    press(session, cast.kari, "right.yes", asked(session, made)[cast.kari.id].id, now)
    assert shown(session, cast.kari, made, now).endswith("Du har sagt at det stemmer.")
    assert buttons(session, cast.kari, made, now) == ["Endre svaret", "Se alle tiltak"]
    assert buttons(session, cast.kari, made, now, again=True)[0] == "Stemmer"
    assert "Kari: det stemmer." in shown(session, cast.jonas, made, now)


def test_putting_right_says_who_reads_it_and_repeats_it(session, cast, made, now):
    for person, line in (
        (cast.ida, "Foreldrene dine ser det ikke her."),
        (cast.kari, "De andre i familien ser det ikke her."),
    ):
        question = asked(session, made)[person.id]
        plain = RETT.prepare(turn(session, person, now), question.id)
        first = walk(RETT, plain, [])
        assert isinstance(first, Pending)
        assert line in say(first.question.text, "nb")
        end = walk(RETT, plain, [("words1", SAID), ("confirm", "True")])
        assert isinstance(end, Done)
        RETT.finish(turn(session, person, now, f"send{person.id}"), end.value)
    assert f"Ida retter på: «{SAID}»" in shown(session, cast.jonas, made, now)
    assert f"Du har rettet på det: «{SAID}»" in shown(session, cast.kari, made, now)
    assert SAID not in shown(session, cast.per, made, now)


def test_who_does_not_understand_is_told_by_when_somebody_talks_with_them(
    session, cast, case, made, now
):
    press(session, cast.per, "right.unclear", asked(session, made)[cast.per.id].id, now)
    told = (
        "Du har sagt at du ikke forstår det.\n\nStafettholderen snakker med deg senest mandag 30."
    )
    assert told in shown(session, cast.per, made, now)
    found = message(session, cast.jonas, "right.list", case.id, now)
    assert "Per forstår det ikke. Snakk sammen senest mandag 30. november." in text(found)
    assert labels(found) == ["Åpne: Per"]
    assert "Vi har snakket sammen" in buttons(session, cast.jonas, made, now)


def test_the_holder_ticks_it_off_and_may_add_to_the_text(session, cast, case, made, now):
    question = asked(session, made)[cast.kari.id]
    is_it_right.answer(
        session, actor=cast.kari, question_id=question.id, version=1, answer=IsRight.CORRECT,
        words=SAID, now=now,
    )  # fmt: skip
    plain = TILLEGG.prepare(turn(session, cast.jonas, now), question.id)
    end = walk(TILLEGG, plain, [("words1", "Ida sluttet ikke selv"), ("confirm", "True")])
    TILLEGG.finish(turn(session, cast.jonas, now), end.value)
    assert "«Det var ikke jeg som sluttet» Lest." in shown(session, cast.jonas, made, now)
    for person in (cast.ida, cast.kari, cast.per):
        assert "Tillegg: «Ida sluttet ikke selv»" in shown(session, person, made, now)
    assert text(message(session, cast.jonas, "right.list", case.id, now)) == (
        "Ingen svar venter på deg her."
    )
    with pytest.raises(Refused):
        TILLEGG.prepare(turn(session, cast.jonas, now), question.id)


def test_silence_is_not_told_as_a_yes(session, cast, made, now):
    later = now + timedelta(hours=72)
    follow_ups.take_due(session, LADDER, later)
    found = shown(session, cast.jonas, made, later)
    assert "Per har ikke svart på om det stemmer." in found
    assert "det stemmer.\n" not in found.replace("om det stemmer.", "")
    assert buttons(session, cast.per, made, later)[0] == "Stemmer"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_push_to_the_holder_reveals_nothing(session, cast, case, made, now, language):
    press(session, cast.per, "right.unclear", asked(session, made)[cast.per.id].id, now)
    assert promised(session, WAITING) == [(WAITING, cast.jonas.id)]
    told = text(message(session, cast.jonas, WAITING, case.id, now), language).casefold()
    assert told
    assert [word for word in REVEALING if word in told.split()] == []


def test_the_page_and_the_own_data_have_what_their_reader_may_know(session, cast, case, made, now):
    """The holder's page everyone's corrections; each of the family the own, and the addendum."""
    for person, words in ((cast.ida, "Idas ord"), (cast.kari, "Karis ord")):
        is_it_right.answer(
            session, actor=person, question_id=asked(session, made)[person.id].id, version=1,
            answer=IsRight.CORRECT, words=words, now=now,
        )  # fmt: skip
    is_it_right.read(
        session, actor=cast.jonas, question_id=asked(session, made)[cast.kari.id].id, seq=1,
        addendum="Nytt ord", now=now,
    )  # fmt: skip
    hats = (
        (cast.jonas, Role.STAFETTHOLDER, {"Idas ord", "Karis ord", "Nytt ord"}),
        (cast.ida, Role.UNGDOM, {"Idas ord", "Nytt ord"}),
        (cast.kari, Role.FORESATT, {"Karis ord", "Nytt ord"}),
        (cast.per, Role.FORESATT, {"Nytt ord"}),
    )
    for person, hat, seen in hats:
        page = case_page.data(session, me=person, case_id=case.id, hat=hat, now=now)
        on_page = make(Attachment("page", page), "nb").data.decode()
        assert {
            words for words in ("Idas ord", "Karis ord", "Nytt ord") if words in on_page
        } == seen
        if hat is not Role.STAFETTHOLDER:
            file = make(my_data.json_of(session, person, now), "nb").data.decode()
            assert {w for w in ("Idas ord", "Karis ord", "Nytt ord") if w in file} == seen


def test_who_closes_sees_what_is_not_right_and_nobody_has_answered(session, cast, case, made, now):
    question = asked(session, made)[cast.kari.id]
    is_it_right.answer(
        session, actor=cast.kari, question_id=question.id, version=1, answer=IsRight.CORRECT,
        words=SAID, now=now,
    )  # fmt: skip
    closes = handlers.FLOWS["sak.avslutt"]

    def told(person):
        plain = closes.prepare(turn(session, person, now), case.id)
        return say(walk(closes, plain, []).question.text, "nb")

    assert f"Kari retter på: «{SAID}»" in told(cast.jonas)
    for person in (cast.ida, cast.per):
        assert SAID not in told(person)
    is_it_right.read(session, actor=cast.jonas, question_id=question.id, seq=1, now=now)
    assert SAID not in told(cast.jonas)
