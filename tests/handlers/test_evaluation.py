"""Evaluation in chat: the youth is asked first, the holder decides, the family is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

import handlers
from handlers.dialogue import Done, walk
from handlers.evaluation import DECISIONS, EVALUER, Decided
from handlers.tiltak import A_PAGE
from handlers.voice import EVALUERING_ORD, SCORES
from locales import LANGUAGES, say
from models import consents, evaluations, people
from models.base import Refused
from models.own_voice import Said
from models.terms import Decision, Effect, OwnVoice, TiltakState, Why
from tests.agreed import BOTH, Verdict, agreed, consent, planned, promised, turn
from tests.handlers.test_tiltak import REVEALING, actions, asks, labels, message, text
from tests.ways import told_once

WHY, RIGHT = ["Hvorfor: Fordi"], ["", "Stemmer dette?"]
PRESSED = {"pressed": 7, "callback_id": "c"}


case = told_once(agreed)


@told_once
def thing(session, cast, case, now):
    return planned(session, cast, case, now, responsible_id=cast.amina.id)


@pytest.fixture
def near(now, thing):
    """A week before the evaluation."""
    return now + timedelta(days=14)


def press(session, person, action, subject, at, version=0, occasion="press"):
    handlers.BUTTONS[action](turn(session, person, at, occasion, **PRESSED), subject, version)


def decided(session, cast, thing, at, decision=Decision.STOP, **given):
    return evaluations.evaluate(
        session, actor=cast.jonas, tiltak_id=thing.id, version=thing.version,
        verdict=Verdict(decision, **given), now=at,
    )  # fmt: skip


# --- the youth is asked --------------------------------------------------------------------------


def test_the_question_has_five_answers_in_numbers_and_words_and_a_way_not_to(
    session, cast, case, thing, near
):
    found = message(session, cast.ida, "evaluation.ask", case.id, near)
    assert text(found).splitlines()[0] == "Hvordan går det med «Lekser på biblioteket»?"
    assert labels(found) == [
        "1 – veldig dårlig",
        "2 – ikke så bra",
        "3 – midt på treet",
        "4 – bra",
        "5 – veldig bra",
        "Vil ikke svare nå",
    ]


@pytest.mark.parametrize("score", list(SCORES))
def test_an_answer_is_thanked_for_and_says_who_sees_it(session, cast, thing, near, score):
    press(session, cast.ida, f"evaluation.voice.{score}", thing.id, near, 1)
    assert promised(session, "toast", "evaluation.thanks") == [
        ("toast", cast.ida.id),
        ("evaluation.thanks", cast.ida.id),
    ]
    shown = text(message(session, cast.ida, "evaluation.thanks", thing.id, near))
    assert shown.splitlines() == [
        f"Takk. Du svarte: {say(SCORES[score], 'nb')}.",
        "Jonas ser svaret før dere bestemmer noe. Foreldrene dine ser det ikke her.",
    ]


def test_not_wanting_to_answer_is_fine_and_can_be_changed(session, cast, thing, near):
    press(session, cast.ida, "evaluation.voice.0", thing.id, near, 1)
    found = message(session, cast.ida, "evaluation.thanks", thing.id, near)
    assert text(found).splitlines()[0] == "Det er helt greit."
    assert (labels(found), actions(found)) == (
        ["Svar likevel"],
        [("evaluation.again", thing.id)],
    )
    assert labels(message(session, cast.ida, "evaluation.question", thing.id, near))[0] == (
        "1 – veldig dårlig"
    )


def test_the_next_question_waits_behind_a_button(session, cast, case, now, thing, near):
    planned(session, cast, case, now + timedelta(minutes=1), "Noe annet")
    press(session, cast.ida, "evaluation.voice.4", thing.id, near, 1)
    found = message(session, cast.ida, "evaluation.thanks", thing.id, near)
    assert labels(found) == ["Neste spørsmål", "Legg til noen ord", "Endre svaret"]
    asked = message(session, cast.ida, "evaluation.ask", case.id, near)
    assert text(asked).splitlines()[0] == "Hvordan går det med «Noe annet»?"


def test_when_all_is_answered_the_old_push_says_so(session, cast, case, thing, near):
    press(session, cast.ida, "evaluation.voice.4", thing.id, near, 1)
    assert message(session, cast.ida, "evaluation.voice", case.id, near) is None
    shown = text(message(session, cast.ida, "evaluation.ask", case.id, near))
    assert shown == "Du har svart på alt. Takk."


def test_a_button_of_an_old_round_shows_the_present_question(session, cast, thing, near):
    decided(session, cast, thing, near, Decision.CONTINUE, next_on=date(2027, 1, 25))
    press(session, cast.ida, "evaluation.voice.5", thing.id, near, 1)
    assert evaluations.voice_of(session, thing) is None
    assert promised(session, "evaluation.question", "evaluation.thanks") == [
        ("evaluation.question", cast.ida.id)
    ]


def test_a_button_of_a_tiltak_that_is_done_with_is_stale(session, cast, thing, near):
    decided(session, cast, thing, near)
    with pytest.raises(Refused) as refused:
        press(session, cast.ida, "evaluation.voice.5", thing.id, near, 1)
    assert refused.value.why is Why.STALE


def test_pressing_twice_answers_once(session, cast, thing, near):
    for occasion in ("a", "b"):
        press(session, cast.ida, "evaluation.voice.5", thing.id, near, 1, occasion)
    last = evaluations.voice_of(session, thing)
    assert last is not None
    assert (last.score, last.seq) == (5, 1)


@pytest.mark.parametrize("action", ["evaluation.ask", "evaluation.again", "evaluation.voice.1"])
def test_nobody_else_answers_for_the_youth(session, cast, case, thing, near, action):
    subject = case.id if action == "evaluation.ask" else thing.id
    for who in ("kari", "per", "jonas", "amina", "sam"):
        with pytest.raises(Refused) as refused:
            press(session, getattr(cast, who), action, subject, near, 1)
        assert refused.value.why is Why.ABSENT, who


def test_words_can_be_added_to_an_answer(session, cast, thing, near):
    press(session, cast.ida, "evaluation.voice.3", thing.id, near, 1)
    me = turn(session, cast.ida, near, "words")
    plain = EVALUERING_ORD.prepare(me, thing.id)
    outcome = walk(EVALUERING_ORD, plain, [("words1", "Litt kjedelig"), ("confirm", "True")])
    assert isinstance(outcome, Done)
    EVALUERING_ORD.finish(me, outcome.value)
    last = evaluations.voice_of(session, thing)
    assert last is not None
    assert (last.score, last.words) == (3, "Litt kjedelig")


def test_there_are_no_words_without_an_answer(session, cast, thing, near):
    with pytest.raises(Refused) as refused:
        EVALUERING_ORD.prepare(turn(session, cast.ida, near), thing.id)
    assert refused.value.why is Why.STALE


# --- the holder's list ---------------------------------------------------------------------------


def test_the_list_shows_the_youths_answers_in_place(session, cast, case, now, thing, near):
    planned(session, cast, case, now + timedelta(minutes=1), "Noe annet")
    press(session, cast.ida, "evaluation.voice.2", thing.id, near, 1)
    found = message(session, cast.jonas, "evaluation.list", case.id, near)
    assert text(found).split("\n\n") == [
        "Å evaluere for Ida:",
        "1. «Lekser på biblioteket»\nAnsvarlig: Amina\nEvalueres: mandag 14. desember\n"
        "Ida svarte: 2 – ikke så bra.\nAndre som har svart: 0 av 3",
        "2. «Noe annet»\nAnsvarlig: Jonas\nEvalueres: mandag 14. desember\n"
        "Ida er ikke spurt her. Snakk sammen først.\nAndre som har svart: 0 av 2",
    ]
    assert labels(found) == ["Evaluer 1", "Evaluer 2"]


def test_a_long_list_fits_in_a_message(session, cast, case, now):
    at = now + timedelta(days=14)
    for n in range(A_PAGE + 2):
        made = planned(session, cast, case, now, f"{n}" + "x" * 299)
        evaluations.give_voice(
            session, actor=cast.ida, tiltak_id=made.id, version=1, score=1, words="z" * 300, now=at
        )
    found = message(session, cast.jonas, "evaluation.list", case.id, at)
    assert all(len(text(found, language)) <= 4096 for language in LANGUAGES)
    assert text(found).endswith("Og 2 til etter disse.")
    assert len(labels(found)) == A_PAGE


@pytest.mark.parametrize(
    ("who", "first"),
    [
        pytest.param("jonas", "Å evaluere for Ida:", id="the holder gets the list"),
        pytest.param(
            "ida", "Hvordan går det med «Lekser på biblioteket»?", id="the youth is asked"
        ),
        pytest.param("kari", "Det gjelder Ida: «Lekser på biblioteket»", id="so is a guardian"),
        pytest.param(
            "amina", "Det gjelder Ida: «Lekser på biblioteket»", id="and the responsible"
        ),
        pytest.param("randi", "Det er ingenting å evaluere nå.", id="the rektor has nothing"),
        pytest.param("sam", "Det er ingenting å evaluere nå.", id="nor has a stranger"),
    ],
)
def test_the_command_gives_each_their_own(session, cast, thing, near, who, first):
    person = getattr(cast, who)
    handlers.COMMANDS["evaluering"](turn(session, person, near), "")
    assert promised(session, "evaluation.mine") == [("evaluation.mine", person.id)]
    assert text(message(session, person, "evaluation.mine", 0, near)).splitlines()[0] == first


# --- the holder decides --------------------------------------------------------------------------


@pytest.fixture
def plain(session, cast, thing, near):
    return EVALUER.prepare(turn(session, cast.jonas, near), thing.id)


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        pytest.param(
            [("voice.1", None), ("effect", "1.helped"), ("decision", "1.continue"), ("evaluation", "2027-01-18"), ("reason", None)],
            Verdict(Decision.CONTINUE, date(2027, 1, 18)),
            id="continue needs a date",
        ),
        pytest.param(
            [("voice.1", None), ("effect", "1.helped"), ("decision", "1.continue"), ("evaluation", "other"),
             ("evaluation_day", "2027-01-20T00:00:00+01:00"), ("reason", "Det virker")],
            Verdict(Decision.CONTINUE, date(2027, 1, 20), reason="Det virker"),
            id="any day, with a reason",
        ),
        pytest.param(
            [("voice.1", None), ("effect", "1.helped"), ("decision", "1.change"), ("words", "Noe nytt"), ("evaluation", "2027-01-18"),
             ("reason", None)],
            Verdict(Decision.CHANGE, date(2027, 1, 18), "Noe nytt"),
            id="a change needs words and a date",
        ),
        pytest.param(
            [("voice.1", None), ("effect", "1.helped"), ("decision", "1.done"), ("reason", None)], Verdict(Decision.DONE),
            id="done needs neither",
        ),
        pytest.param(
            [("voice.1", None), ("effect", "1.helped"), ("decision", "1.stop"), ("reason", "Flyttet")],
            Verdict(Decision.STOP, reason="Flyttet"),
            id="stop, with a reason",
        ),
    ],
)  # fmt: skip
def test_the_questions_of_each_decision(plain, thing, given, verdict):
    for count, (name, _answer) in enumerate(given):
        assert asks(walk(EVALUER, plain, given[:count])) == name
    assert asks(walk(EVALUER, plain, given)) == "confirm"
    assert walk(EVALUER, plain, [*given, ("confirm", "True")]) == Done(
        Decided(thing.id, 1, replace(verdict, effect=Effect.HELPED))
    )
    assert walk(EVALUER, plain, [*given, ("confirm", "False")]) == Done(None)


def test_what_the_youth_says_is_asked_first_and_repeated(session, cast, thing, plain):
    asked = say(walk(EVALUER, plain, []).question.text, "nb")
    assert "Hva sier Ida selv?" in asked
    given = [
        ("voice.1", "Det går greit"),
        ("effect", "1.helped"),
        ("decision", "1.done"),
        ("reason", None),
    ]
    repeated = say(walk(EVALUER, plain, given).question.text, "nb")
    assert "Ida sier selv: «Det går greit»" in repeated


def test_on_paper_it_is_noted_that_something_was_said_and_no_more(plain):
    paper = replace(plain, on_paper=True)
    given = [("voice.1", "said"), ("effect", "1.helped"), ("decision", "1.done"), ("reason", None)]
    done = walk(EVALUER, paper, [*given, ("confirm", "True")])
    assert done.value.verdict.said == Said(OwnVoice.SAID, None)


def test_every_decision_has_words():
    assert set(DECISIONS) == set(Decision)


def test_the_decision_is_made_with_the_youths_answer_in_sight(session, cast, thing, near):
    press(session, cast.ida, "evaluation.voice.0", thing.id, near, 1)
    plain = EVALUER.prepare(turn(session, cast.jonas, near), thing.id)
    shown = say(walk(EVALUER, plain, []).question.text, "nb")
    assert shown.split("\n\n") == [
        "«Lekser på biblioteket»",
        "Ida er spurt og ville ikke svare nå.\n"
        "Kari (foresatt): ikke spurt her: snakk sammen.\n"
        "Per (foresatt): ikke spurt her: snakk sammen.\n"
        "Amina (ansvarlig): ikke spurt her: snakk sammen.",
        "Hva har det ført til?",
    ]


def test_confirming_repeats_everything_and_names_a_deadline_that_moves(session, cast, thing, now):
    late = now + timedelta(days=35)
    plain = EVALUER.prepare(turn(session, cast.jonas, late), thing.id)
    given = [("voice.1", None), ("effect", "1.helped"), ("decision", "1.change"), ("words", "Noe nytt"), ("evaluation", "2027-02-08"),
             ("reason", "Bedre sånn")]  # fmt: skip
    assert say(walk(EVALUER, plain, given).question.text, "nb").splitlines() == [
        "Skal jeg lagre dette?",
        "Tiltak: Lekser på biblioteket",
        "Ida er spurt og ville ikke svare.",
        "Virkning: Det har hjulpet",
        "Avgjørelse: Endre tiltaket",
        "Nytt tiltak: Noe nytt",
        "Ny frist: mandag 8. februar",
        "Evalueres igjen: mandag 8. februar",
        "Hvorfor: Bedre sånn",
        "Ungdommen og foresatte får beskjed.",
    ]


def test_evaluated_elsewhere_meanwhile_everything_is_asked_anew(session, cast, thing, near, plain):
    given = [("voice.1", None), ("effect", "1.helped"), ("decision", "1.done"), ("reason", None)]
    assert asks(walk(EVALUER, plain, given)) == "confirm"
    decided(session, cast, thing, near, Decision.CONTINUE, next_on=date(2027, 1, 25))
    again = EVALUER.prepare(turn(session, cast.jonas, near), thing.id)
    assert asks(walk(EVALUER, again, given)) == "voice.2"


def test_a_responsible_is_asked_for_when_the_one_there_was_may_not_know(
    session, cast, case, thing, near
):
    consent(session, cast, case, {cast.nurse.id: BOTH}, near)
    (club, *_rest) = consents.questions_of(session, cast.kari.id)
    consents.withdraw(session, actor=cast.kari, question=club, now=near, occasion="stop")
    plain = EVALUER.prepare(turn(session, cast.jonas, near), thing.id)
    assert plain.responsibles == {cast.jonas.id: "Jonas"}
    given = [("voice.1", None), ("effect", "1.helped"), ("decision", "1.continue"), ("evaluation", "2027-01-18"), ("reason", None),
             ("confirm", "True")]  # fmt: skip
    to = {"responsible_id": cast.jonas.id, "effect": Effect.HELPED}
    verdict = Verdict(Decision.CONTINUE, date(2027, 1, 18), **to)
    assert walk(EVALUER, plain, given) == Done(Decided(thing.id, 1, verdict))


def test_the_flow_opens_for_the_holder_only(session, cast, thing, near):
    for who in ("ida", "kari", "amina", "randi", "sam"):
        with pytest.raises(Refused) as refused:
            EVALUER.prepare(turn(session, getattr(cast, who), near), thing.id)
        assert refused.value.why is Why.ABSENT, who


def test_finishing_stores_the_decision_and_gives_a_receipt(session, cast, thing, near):
    verdict = Verdict(Decision.DONE, reason="Det går bra")
    EVALUER.finish(turn(session, cast.jonas, near), Decided(thing.id, 1, verdict))
    assert thing.state == TiltakState.COMPLETED
    assert promised(session, "evaluation.receipt") == [("evaluation.receipt", cast.jonas.id)]


# --- what came of it -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "lines"),
    [
        pytest.param("ida", [*WHY, "Svaret ditt: 2 – ikke så bra", *RIGHT], id="youth"),
        pytest.param("kari", [*WHY, *RIGHT], id="guardian"),
        pytest.param("per", [*WHY, *RIGHT], id="the other guardian"),
        pytest.param("amina", [], id="responsible"),
    ],
)
def test_everyone_is_told_what_they_may_know(session, cast, thing, near, who, lines):
    press(session, cast.ida, "evaluation.voice.2", thing.id, near, 1)
    made = decided(
        session, cast, thing, near, Decision.CONTINUE, next_on=date(2027, 1, 25), reason="Fordi"
    )
    person = getattr(cast, who)
    assert ("evaluation.done", person.id) in promised(session)
    shown = text(message(session, person, "evaluation.outcome", made.id, near))
    assert shown.splitlines() == [
        "«Lekser på biblioteket»",
        "Det fortsetter som nå.",
        "Frist: onsdag 23. desember",
        "Evalueres igjen: mandag 25. januar",
        *lines,
    ]


def test_the_receipt_offers_the_next(session, cast, case, now, thing, near):
    planned(session, cast, case, now, "Noe annet")
    made = decided(session, cast, thing, near)
    found = message(session, cast.jonas, "evaluation.receipt", made.id, near)
    assert text(found).split("\n\n") == [
        "Lagret. Ungdommen og foresatte får beskjed.",
        "«Lekser på biblioteket»\nDet er stoppet.",
        "Ett tiltak til skal evalueres.",
    ]
    assert actions(found) == [("flow:log.provd", thing.id), ("evaluation.list", case.id)]


# --- pushes --------------------------------------------------------------------------------------


@pytest.fixture
def pushes(session, cast, case, now, thing, near):
    """Every notice of an evaluation that arrives unasked, to someone it is for."""
    made = decided(session, cast, planned(session, cast, case, now, "Mormor hjelper"), near)
    return [
        ("evaluation.voice", cast.ida, case.id, near),
        ("evaluation.due", cast.jonas, case.id, near),
        ("evaluation.done", cast.ida, made.id, near),
        ("evaluation.done", cast.kari, made.id, near),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lock_screen_is_told_nothing(session, pushes, language):
    for kind, person, subject, at in pushes:
        found = message(session, person, kind, subject, at)
        assert found is not None, kind
        shown = text(found, language).casefold()
        assert [word for word in (*REVEALING, "mormor") if word in shown] == [], kind


def test_every_push_is_moot_once_sharing_is_paused(session, cast, pushes, near):
    consents.withdraw_all(session, actor=cast.per, now=near, occasion="stop")
    for kind, person, subject, at in pushes:
        if kind != "evaluation.done":  # of what was decided while it was not
            assert message(session, person, kind, subject, at) is None, kind


def test_every_push_is_moot_for_anyone_else(session, cast, pushes):
    strangers = [people.get(session, cast.sam.id), cast.siri, cast.lise]
    for kind, _person, subject, at in pushes:
        for stranger in strangers:
            assert message(session, stranger, kind, subject, at) is None, kind


def test_every_toast_has_words():
    assert set(handlers.TOASTS) >= {"evaluation.heard", "evaluation.moved"}
