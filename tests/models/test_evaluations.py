"""The youth's voice, the holder's decision, and what is due after it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models import (
    closing,
    consents,
    evaluation_views,
    evaluations,
    follow_ups,
    tiltak,
)
from models.audit import AuditEntry, broken_link
from models.base import Refused
from models.evaluations import Evaluation, Voice
from models.own_voice import Said
from models.terms import (
    Decision,
    Effect,
    InfoKind,
    OwnVoice,
    Settled,
    TiltakState,
    VoiceState,
    Why,
)
from models.tiltak import LADDER, Tiltak
from tests.agreed import BOTH, Verdict, agreed, consent, planned, promised
from tests.refusals import why
from tests.ways import told_once

OSLO = ZoneInfo("Europe/Oslo")
D = Decision
UNWILLING, ALOUD = Said(OwnVoice.NOT_WANTED), Said(OwnVoice.SAID, "Kråka sier det går")
EVERYONE_ELSE = ("ida", "kari", "per", "amina", "randi", "lise", "siri", "sam")


case = told_once(agreed)


@pytest.fixture
def due_on(case, now) -> datetime:
    """Ten in the morning of the evaluation's day."""
    return now + timedelta(days=21)


@told_once
def thing(session, cast, case, now) -> Tiltak:
    return planned(session, cast, case, now)


def say(session, person, thing, score, at, *, version=None, words=None) -> Voice:
    return evaluations.give_voice(
        session, actor=person, tiltak_id=thing.id, version=version or thing.version,
        score=score, words=words, now=at,
    )  # fmt: skip


def decide(session, person, thing, decision, at, *, version=None, **given) -> Evaluation:
    if decision in evaluations.GOES_ON:
        given.setdefault("next_on", at.date() + timedelta(days=42))
    if decision is D.CHANGE:
        given.setdefault("words", "Noe nytt")
    return evaluations.evaluate(
        session, actor=person, tiltak_id=thing.id, version=version or thing.version,
        verdict=Verdict(decision, **given), now=at,
    )  # fmt: skip


# --- the youth's voice ---------------------------------------------------------------------------


@pytest.mark.parametrize("score", [1, 5, None])
def test_the_youth_answers_or_does_not_want_to(session, cast, thing, due_on, score):
    voice = say(session, cast.ida, thing, score, due_on)
    assert (voice.score, voice.round, voice.words) == (score, 1, None)


def test_an_answer_can_be_changed_and_the_first_is_kept(session, cast, thing, due_on):
    say(session, cast.ida, thing, 2, due_on)
    say(session, cast.ida, thing, 4, due_on)
    kept = session.scalars(select(Voice.score).order_by(Voice.seq)).all()
    last = evaluations.voice_of(session, thing)
    assert (kept, last and last.score) == ([2, 4], 4)


def test_the_same_answer_twice_is_one(session, cast, thing, due_on):
    assert say(session, cast.ida, thing, 3, due_on) is say(session, cast.ida, thing, 3, due_on)


def test_words_can_be_added_and_are_sealed(session, cast, thing, due_on):
    say(session, cast.ida, thing, 3, due_on)
    voice = say(session, cast.ida, thing, 3, due_on, words="Litt kjedelig")
    assert (voice.score, voice.words, voice.seq) == (3, "Litt kjedelig", 2)
    assert b"kjedelig" not in (voice.words_sealed or b"")


def test_nobody_else_has_the_youths_voice(session, cast, thing, due_on):
    for who in ("kari", "per", "jonas", "amina", "randi", "lise", "siri", "sam"):
        act = partial(say, session, getattr(cast, who), thing, 5, due_on)
        assert why(act) is Why.ABSENT, who
    assert session.scalars(select(Voice)).all() == []


def test_a_button_of_an_earlier_round_is_stale(session, cast, thing, due_on):
    decide(session, cast.jonas, thing, D.CONTINUE, due_on)
    assert why(lambda: say(session, cast.ida, thing, 5, due_on, version=1)) is Why.STALE


@pytest.mark.parametrize("score", [0, 6, -1])
def test_there_are_five_scores(session, cast, thing, due_on, score):
    assert why(lambda: say(session, cast.ida, thing, score, due_on)) is Why.STALE


def test_nothing_is_asked_while_sharing_is_paused(session, cast, case, thing, due_on):
    consents.withdraw_all(session, actor=cast.per, now=due_on, occasion="stop")
    assert why(lambda: say(session, cast.ida, thing, 5, due_on)) is Why.CONSENT_MISSING
    assert evaluation_views.my_questions(session, cast.ida, due_on) == ()


def test_what_the_youth_said_is_not_in_the_audit(session, cast, case, thing, due_on):
    say(session, cast.ida, thing, 1, due_on, words="Hemmelig")
    decide(session, cast.jonas, thing, D.CONTINUE, due_on)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.chain == case.id)).all()
    told = [e.detail for e in entries if e.action.startswith("evaluations.")]
    assert told == [{"tiltak": thing.id}, {"tiltak": thing.id, "decision": "continue"}]
    assert broken_link(session, case.id) is None


def test_the_youth_is_asked_about_what_is_near_and_not_answered(
    session, cast, case, thing, now, due_on
):
    other = planned(session, cast, case, now + timedelta(minutes=1), "Noe annet")
    planned(session, cast, case, now, "Langt fram", evaluate_on=date(2027, 3, 1))
    asked = evaluation_views.open_questions(session, cast.ida, case.id, due_on)
    assert [(q.words, q.more) for q in asked] == [("Lekser på biblioteket", 1), ("Noe annet", 1)]
    say(session, cast.ida, thing, None, due_on)
    asked = evaluation_views.open_questions(session, cast.ida, case.id, due_on)
    assert [(q.tiltak_id, q.more) for q in asked] == [(other.id, 0)]


# --- the decision --------------------------------------------------------------------------------


@pytest.mark.parametrize("decision", [D.CONTINUE, D.CHANGE])
@pytest.mark.parametrize(
    ("next_on", "wanted"),
    [
        pytest.param(None, Why.DATE_REQUIRED, id="no date"),
        pytest.param(date(2026, 12, 13), Why.PAST, id="yesterday"),
    ],
)
def test_what_goes_on_has_a_next_evaluation(
    session, cast, thing, due_on, decision, next_on, wanted
):
    act = partial(decide, session, cast.jonas, thing, decision, due_on, next_on=next_on)
    assert why(act) is wanted
    assert thing.version == 1


@pytest.mark.parametrize("decision", [D.DONE, D.STOP])
def test_what_is_closed_has_no_next_date(session, cast, thing, due_on, decision):
    act = partial(decide, session, cast.jonas, thing, decision, due_on, next_on=due_on.date())
    assert why(act) is Why.NOT_IN_STATE


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        pytest.param(D.CONTINUE, TiltakState.ACTIVE, id="continue"),
        pytest.param(D.CHANGE, TiltakState.CHANGED, id="change"),
        pytest.param(D.DONE, TiltakState.COMPLETED, id="done"),
        pytest.param(D.STOP, TiltakState.STOPPED, id="stop"),
    ],
)
def test_each_decision_and_the_state_it_leaves(session, cast, thing, due_on, decision, state):
    decide(session, cast.jonas, thing, decision, due_on)
    assert (thing.state, thing.version) == (state, 2)
    assert (thing.next_follow_up_at is not None) == (decision is D.CONTINUE)


def test_continuing_starts_a_new_round(session, cast, thing, due_on):
    follow_ups.take_due(session, LADDER, due_on)
    say(session, cast.ida, thing, 4, due_on)
    decide(session, cast.jonas, thing, D.CONTINUE, due_on, next_on=date(2027, 1, 25))
    assert (thing.evaluate_on, thing.steps_done, thing.asked_at) == (date(2027, 1, 25), [], None)
    assert thing.deadline < date(2027, 1, 18)  # whoever is responsible is reminded before that
    assert thing.next_follow_up_at == datetime(2026, 12, 16, 9, tzinfo=OSLO)
    assert evaluations.voice_of(session, thing) is None


def test_a_change_makes_a_new_tiltak_for_the_same_goal(session, cast, case, thing, due_on):
    decide(session, cast.jonas, thing, D.CHANGE, due_on, words="Lekser på Fyret")
    (new,) = tiltak.active(session, case.id)
    assert thing.replaced_by == new.id
    assert (new.words, new.goal_id, new.responsible_id, new.version) == (
        "Lekser på Fyret", thing.goal_id, thing.responsible_id, 1,
    )  # fmt: skip
    assert thing.words == "Lekser på biblioteket"


def test_a_change_needs_words(session, cast, thing, due_on):
    act = partial(decide, session, cast.jonas, thing, D.CHANGE, due_on, words=None)
    assert why(act) is Why.WORDS_REQUIRED


@pytest.mark.parametrize("decision", [D.CONTINUE, D.CHANGE])
def test_a_deadline_that_has_passed_moves_with_the_evaluation(
    session, cast, case, thing, now, decision
):
    late = now + timedelta(days=31)
    decide(session, cast.jonas, thing, decision, late, next_on=date(2027, 2, 1))
    assert [t.deadline for t in tiltak.active(session, case.id)] == [date(2027, 2, 1)]


def test_a_deadline_to_come_stays(session, cast, case, thing, due_on):
    before = thing.deadline
    decide(session, cast.jonas, thing, D.CONTINUE, due_on)
    assert thing.deadline == before


def test_only_the_holder_evaluates(session, cast, case, now, due_on):
    thing = planned(session, cast, case, now, responsible_id=cast.amina.id)
    for who in EVERYONE_ELSE:
        act = partial(decide, session, getattr(cast, who), thing, D.DONE, due_on)
        assert why(act) is Why.ABSENT, who
    assert thing.state == TiltakState.ACTIVE


def test_an_unknown_tiltak_is_absent(session, cast, case, due_on):
    act = partial(
        evaluations.evaluate, session, actor=cast.jonas, tiltak_id=99, version=1,
        verdict=Verdict(D.DONE), now=due_on,
    )  # fmt: skip
    assert why(act) is Why.ABSENT


def test_nothing_is_evaluated_while_sharing_is_paused(session, cast, thing, due_on):
    consents.withdraw_all(session, actor=cast.kari, now=due_on, occasion="stop")
    act = partial(decide, session, cast.jonas, thing, D.DONE, due_on)
    assert why(act) is Why.CONSENT_MISSING


def test_the_same_decision_twice_is_one_and_another_is_stale(session, cast, thing, due_on):
    first = decide(session, cast.jonas, thing, D.CONTINUE, due_on, version=1)
    told = promised(session)
    assert decide(session, cast.jonas, thing, D.CONTINUE, due_on, version=1) is first
    assert promised(session) == told
    act = partial(decide, session, cast.jonas, thing, D.STOP, due_on, version=1)
    assert why(act) is Why.STALE


def test_a_round_that_is_not_there_yet_is_stale(session, cast, thing, due_on):
    act = partial(decide, session, cast.jonas, thing, D.DONE, due_on, version=2)
    assert why(act) is Why.STALE


@told_once
def aminas(session, cast, case, now) -> Tiltak:
    return planned(session, cast, case, now, responsible_id=cast.amina.id)


def lose_fyret(session, cast, case, at) -> None:
    """The family keeps sharing with the school health service, but not with the club."""
    consent(session, cast, case, {cast.nurse.id: BOTH}, at)
    (club, *_rest) = consents.questions_of(session, cast.kari.id)
    consents.withdraw(session, actor=cast.kari, question=club, now=at, occasion="stop")


def test_what_goes_on_needs_a_responsible_who_may_know(session, cast, case, aminas, due_on):
    lose_fyret(session, cast, case, due_on)
    act = partial(decide, session, cast.jonas, aminas, D.CONTINUE, due_on)
    assert why(act) is Why.CONSENT_MISSING
    decide(session, cast.jonas, aminas, D.CONTINUE, due_on, responsible_id=cast.jonas.id)
    assert aminas.responsible_id == cast.jonas.id


def test_what_is_closed_needs_no_responsible(session, cast, case, aminas, due_on):
    lose_fyret(session, cast, case, due_on)
    decide(session, cast.jonas, aminas, D.STOP, due_on)
    assert aminas.state == TiltakState.STOPPED


def test_a_new_responsible_is_told(session, cast, thing, due_on):
    decide(session, cast.jonas, thing, D.CONTINUE, due_on, responsible_id=cast.amina.id)
    assert promised(session, "tiltak.assigned") == [("tiltak.assigned", cast.amina.id)]


def test_the_youth_the_guardians_and_the_responsible_are_told(session, cast, aminas, due_on):
    decide(session, cast.jonas, aminas, D.CONTINUE, due_on)
    told = {person for _kind, person in promised(session, "evaluation.done")}
    assert told == {cast.ida.id, cast.kari.id, cast.per.id, cast.amina.id}


def test_from_the_18th_birthday_no_guardian_is_told(session, cast, aminas, due_on):
    cast.ida.born = due_on.date().replace(year=due_on.year - 18)
    decide(session, cast.jonas, aminas, D.CONTINUE, due_on)
    told = {person for _kind, person in promised(session, "evaluation.done")}
    assert told == {cast.ida.id, cast.amina.id}


# --- the voice in the evaluation -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "scores", "said", "state"),
    [
        pytest.param(False, [], UNWILLING, VoiceState.NOT_NOW, id="asked by the holder alone"),
        pytest.param(True, [], UNWILLING, VoiceState.NOT_NOW, id="asked twice, did not want to"),
        pytest.param(True, [], ALOUD, VoiceState.TOLD, id="said it to the holder"),
        pytest.param(True, [None], None, VoiceState.NOT_NOW, id="asked, did not want to answer"),
        pytest.param(True, [4], None, VoiceState.ANSWERED, id="answered"),
        pytest.param(True, [4], ALOUD, VoiceState.ANSWERED, id="the own answer goes first"),
        pytest.param(True, [4, None], None, VoiceState.NOT_NOW, id="took the answer back"),
        pytest.param(False, [4], None, VoiceState.ANSWERED, id="spoke unasked"),
    ],
)
def test_an_evaluation_keeps_what_was_known_of_the_youths_view(
    session, cast, thing, due_on, asked, scores, said, state
):
    if asked:
        follow_ups.take_due(session, LADDER, due_on)
    for score in scores:
        say(session, cast.ida, thing, score, due_on)
    made = decide(session, cast.jonas, thing, D.CONTINUE, due_on, said=said)
    assert made.voice == state
    voice = session.get(Voice, made.voice_id or 0)
    assert (voice.words if voice else None) == (ALOUD.words if state == VoiceState.TOLD else None)


@pytest.mark.parametrize("asked", [True, False])
def test_nothing_is_decided_before_the_youth_was_asked(session, cast, thing, due_on, asked):
    if asked:
        follow_ups.take_due(session, LADDER, due_on)
    blank = Said(OwnVoice.SAID, " ")
    for said, expected in ((None, Why.VOICE_REQUIRED), (blank, Why.WORDS_REQUIRED)):
        act = partial(decide, session, cast.jonas, thing, D.DONE, due_on, said=said)
        assert why(act) is expected


def test_what_was_said_to_the_holder_is_for_the_two_of_them(session, cast, thing, due_on):
    made = decide(session, cast.jonas, thing, D.CONTINUE, due_on, said=ALOUD)
    for who in (cast.ida, cast.jonas):
        seen = evaluation_views.outcome(session, who, made.id, due_on)
        assert (seen.voice, seen.voice_words) == (VoiceState.TOLD, ALOUD.words)
    for who in (cast.kari, cast.per):
        seen = evaluation_views.outcome(session, who, made.id, due_on)
        assert (seen.voice, seen.voice_words, seen.score) == (None, None, None)
    assert ALOUD.words.encode() not in session.get_one(Voice, made.voice_id).words_sealed


# --- what each sees of it ------------------------------------------------------------------------


def test_the_holder_sees_the_answers_in_place(session, cast, case, thing, now, due_on):
    planned(session, cast, case, now + timedelta(minutes=1), "Noe annet")
    say(session, cast.ida, thing, 2, due_on, words="Vet ikke helt")
    found = evaluation_views.due_in(session, cast.jonas, case.id, due_on)
    assert [(d.words, d.voice, d.score, d.voice_words) for d in found.due] == [
        ("Lekser på biblioteket", VoiceState.ANSWERED, 2, "Vet ikke helt"),
        ("Noe annet", VoiceState.NOT_ASKED, None, None),
    ]
    assert evaluation_views.due_for(session, cast.jonas, due_on) == (found,)


def test_only_the_holder_has_the_list(session, cast, case, thing, due_on):
    for who in EVERYONE_ELSE:
        person = getattr(cast, who)
        for view in (evaluation_views.due_in, evaluation_views.anything_due):
            assert why(partial(view, session, person, case.id, due_on)) is Why.ABSENT, who
        assert evaluation_views.due_for(session, person, due_on) == (), who
        act = partial(evaluation_views.to_evaluate, session, person, thing.id, due_on)
        assert why(act) is Why.ABSENT, who


@pytest.mark.parametrize(
    ("who", "reason", "score"),
    [
        pytest.param("ida", "Fordi", 2, id="the youth sees the reason and the own answer"),
        pytest.param("jonas", "Fordi", 2, id="the holder sees both"),
        pytest.param("kari", "Fordi", None, id="a guardian sees the reason, not the answer"),
        pytest.param("per", "Fordi", None, id="so does the other guardian"),
        pytest.param("amina", None, None, id="the responsible sees neither"),
    ],
)
def test_what_each_sees_of_an_evaluation(session, cast, case, aminas, due_on, who, reason, score):
    say(session, cast.ida, aminas, 2, due_on, words="Hemmelig")
    made = decide(session, cast.jonas, aminas, D.CHANGE, due_on, reason="Fordi", words="Nytt")
    found = evaluation_views.outcome(session, getattr(cast, who), made.id, due_on)
    assert (found.decision, found.words, found.new_words) == (
        D.CHANGE, "Lekser på biblioteket", "Nytt",
    )  # fmt: skip
    assert (found.reason, found.score) == (reason, score)
    assert "Hemmelig" not in repr(found)


def test_a_service_does_not_see_the_evaluation_of_anothers_tiltak(
    session, cast, case, aminas, now, due_on
):
    other = planned(session, cast, case, now, "Snakke om hjemme")
    made = decide(session, cast.jonas, other, D.STOP, due_on)
    act = partial(evaluation_views.outcome, session, cast.amina, made.id, due_on)
    assert why(act) is Why.ABSENT


def test_a_responsible_who_may_know_no_longer_sees_no_outcome(session, cast, case, aminas, due_on):
    made = decide(session, cast.jonas, aminas, D.STOP, due_on)
    consent(session, cast, case, {cast.club.id: [InfoKind.MEETINGS]}, due_on)
    act = partial(evaluation_views.outcome, session, cast.amina, made.id, due_on)
    assert why(act) is Why.ABSENT


# --- always something next -----------------------------------------------------------------------

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["plan", "tick", "say", *Decision]),
        st.integers(0, 7),  # which
        st.integers(0, 40),  # days pass first
        st.integers(0, 23),  # at what hour
    ),
    max_size=12,
)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS)
def test_an_active_tiltak_always_has_a_next_step_and_it_is_the_computed_one(
    session, cast, now, acts
):
    with session.begin_nested() as savepoint:
        case = agreed(session, cast, now, until=now.date() + timedelta(days=365))
        at = now
        for act, which, days, hour in acts:
            at = max(at, (at + timedelta(days=days)).replace(hour=hour))
            _do(session, cast, case, act, which, at)
            for thing in session.scalars(select(Tiltak)):
                lives = thing.state == TiltakState.ACTIVE
                assert (thing.next_follow_up_at is not None) == lives
                if lives and thing.next_follow_up_at > at:
                    assert thing.next_follow_up_at == follow_ups.next_at(
                        LADDER.plan(session, thing, at), thing.steps_done, at
                    )
        savepoint.rollback()
    session.expire_all()


def _do(session, cast, case, act, which, at) -> None:
    things = tiltak.active(session, case.id)
    thing = things[which % len(things)] if things else None
    try:
        if act == "tick":
            follow_ups.take_due(session, LADDER, at)
        elif act == "plan":
            planned(session, cast, case, at, f"Tiltak {which}", responsible_id=cast.amina.id)
        elif thing is None:
            return
        elif act == "say":
            say(session, cast.ida, thing, which % 5 + 1, at)
        else:
            decide(session, cast.jonas, thing, act, at)
    except Refused as refusal:
        if refusal.why is not Why.CONSENT_MISSING:  # it expired on the way
            raise


@pytest.mark.slow
def test_the_column_never_differs_over_months_of_ticks(session, cast, now, case, thing):
    for days in range(120):
        at = now + timedelta(days=days)
        follow_ups.take_due(session, LADDER, at)
        assert follow_ups.disagreeing(session, LADDER, at) == []


# --- what cannot be ------------------------------------------------------------------------------


def test_nothing_is_evaluated_in_a_case_that_is_closed(session, cast, case, thing, due_on):
    wish = closing.Wish(note="Slutt", settled={thing.id: Settled.STOPPED})
    closing.close(session, actor=cast.jonas, case_id=case.id, wish=wish, now=due_on)
    assert why(partial(decide, session, cast.jonas, thing, D.DONE, due_on)) is Why.ABSENT
    assert why(partial(say, session, cast.ida, thing, 3, due_on)) is Why.ABSENT
    assert session.scalars(select(Evaluation)).all() == []


def test_what_came_of_it_is_kept_with_the_decision(session, cast, thing, due_on):
    made = decide(session, cast.jonas, thing, D.STOP, due_on, effect=Effect.NOT)
    seen = evaluation_views.outcome(session, cast.kari, made.id, due_on)
    assert (made.effect, seen.effect) == (Effect.NOT, Effect.NOT)
