"""Who is asked about what before an evaluation, how often, and who sees the answers."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models import (
    asked_views,
    cases,
    consents,
    contacts,
    evaluation_answers,
    evaluation_views,
    evaluations,
    follow_ups,
    people,
    shielding,
    withholding,
)
from models.evaluation_answers import ASKS, EvaluationAnswer, EvaluationAsked
from models.outbox import Outgoing, OutState
from models.shielded import Shield
from models.terms import Decision, Effect, InfoKind, ItemKind, Progress, VoiceState, Why
from models.tiltak import LADDER
from models.withheld import Item
from tests.agreed import BOTH, Verdict, agreed, consent, planned, promised
from tests.refusals import why
from tests.ways import told_once

VOICE = "evaluation.voice"
CANARY = "Kråkeord"


@told_once
def case(session, cast, now):
    """Amina of the club is given tiltak, Siri's service takes part and is given meetings alone."""
    scope = {cast.club.id: BOTH, cast.los_unit.id: [InfoKind.MEETINGS]}
    made = agreed(session, cast, now, scope)
    cases.add_service(session, case=made, unit_id=cast.los_unit.id, person=cast.lise, now=now)
    return made


def tick(session, at) -> None:
    follow_ups.take_due(session, LADDER, at)


def told(session, kind, since=0) -> list[str]:
    """First names of whom a question was put to."""
    rows = promised(session, kind)[since:]
    return [people.get(session, person_id).name for _kind, person_id in rows]


def asked(session) -> dict[str, set[str]]:
    """Who was asked about what."""
    found: dict[str, set[str]] = {}
    for row in session.scalars(select(EvaluationAsked)):
        thing = session.get_one(evaluation_views.Tiltak, row.tiltak_id)
        found.setdefault(people.get(session, row.person_id).name, set()).add(thing.words)
    return found


def say(session, person, thing, effect, at, progress=None, *, version=None, words=None):
    return evaluation_answers.answer(
        session, actor=person, tiltak_id=thing.id, version=version or thing.version,
        effect=effect, progress=progress, words=words, now=at,
    )  # fmt: skip


# --- who is asked about what ---------------------------------------------------------------------


def test_each_is_asked_about_what_is_theirs(session, cast, case, now):
    """Four tiltak: an open one of Amina's, one of Jonas's, one shielded from the parents, and one
    of Amina's that the family withholds from the club."""
    later = now + timedelta(days=14)
    planned(session, cast, case, now, "Aminas", responsible_id=cast.amina.id)
    planned(session, cast, case, now, "Jonas'")
    hidden = planned(session, cast, case, now, "Skjermet", responsible_id=cast.amina.id)
    kept = planned(session, cast, case, now, "Holdt unna", responsible_id=cast.amina.id)
    shielding.shield(session, actor=cast.jonas, case_id=case.id, now=now,
                     item=Item(ItemKind.TILTAK, hidden.id),
                     shield=Shield("Redd", now.date() + timedelta(days=28)))  # fmt: skip
    withholding.withhold(
        session, actor=cast.kari, case_id=case.id, item=Item(ItemKind.TILTAK, kept.id),
        unit_id=cast.club.id, now=now, occasion="keep",
    )  # fmt: skip
    tick(session, later)
    open_to_parents = {"Aminas", "Jonas'", "Holdt unna"}
    assert asked(session) == {
        "Kari": open_to_parents,
        "Per": open_to_parents,
        "Amina": {"Aminas", "Skjermet"},
    }
    assert told(session, VOICE) == ["Ida"]
    assert sorted(told(session, ASKS)) == ["Amina", "Kari", "Per"]  # one each, of all together


def test_of_what_serves_a_shielded_goal_no_parent_is_asked(session, cast, case, now):
    thing = planned(session, cast, case, now)
    shielding.shield(session, actor=cast.jonas, case_id=case.id, now=now,
                     item=Item(ItemKind.GOAL, thing.goal_id),
                     shield=Shield("Redd", now.date() + timedelta(days=28)))  # fmt: skip
    tick(session, now + timedelta(days=14))
    assert asked(session) == {}
    assert told(session, VOICE) == ["Ida"]


@pytest.mark.parametrize("wanted", ["muted", "no chat", "no consent"])
def test_who_cannot_be_asked_is_told_to_the_holder(session, cast, case, now, wanted):
    thing, near = planned(session, cast, case, now), now + timedelta(days=14)
    if wanted == "muted":
        cast.kari.muted = True
    elif wanted == "no chat":
        contacts.close(contacts.of(session, cast.kari.id), now)
    else:
        consents.withdraw_all(session, actor=cast.per, now=now, occasion="stop")
    tick(session, near)
    assert asked(session) == ({} if wanted == "no consent" else {"Per": {thing.words}})
    if wanted != "no consent":
        (due,) = evaluation_views.due_in(session, cast.jonas, case.id, near).due
        states = {one.name: one.state for one in due.answers}
        assert states == {"Kari": VoiceState.NOT_ASKED, "Per": VoiceState.SILENT}


# --- how often -----------------------------------------------------------------------------------


def test_asked_once_and_reminded_once(session, cast, case, now):
    """The 14th is the day: asked on the 7th, those who are silent again on the 11th."""
    thing = planned(session, cast, case, now, responsible_id=cast.amina.id)
    rounds = {}
    for day in range(40):
        at = now + timedelta(days=day)
        before = len(promised(session, VOICE, ASKS))
        tick(session, at)
        if new := promised(session, VOICE, ASKS)[before:]:
            rounds[at.date()] = sorted(people.get(session, who).name for _kind, who in new)
        if at.date() == date(2026, 12, 8):
            say(session, cast.kari, thing, Effect.HELPED, at)
            say(session, cast.per, thing, None, at)
    everyone = ["Amina", "Ida", "Kari", "Per"]
    assert rounds == {date(2026, 12, 7): everyone, date(2026, 12, 11): ["Amina", "Ida"]}


def test_of_two_on_days_after_each_other_nobody_is_reminded_twice(session, cast, case, now):
    """The 14th and the 15th of December: asked of each a week before, reminded of both at once."""
    planned(session, cast, case, now, "Det ene")
    planned(session, cast, case, now, "Det andre", evaluate_on=date(2026, 12, 15))
    days = []
    for day in range(22):
        before = len(promised(session, VOICE, ASKS))
        tick(session, now + timedelta(days=day))
        days += [(now + timedelta(days=day)).day] * (len(promised(session, VOICE, ASKS)) - before)
    assert days == [7, 7, 7, 8, 8, 8, 11, 11, 11]


def test_not_now_is_an_answer_for_the_youth_too(session, cast, case, now):
    thing = planned(session, cast, case, now)
    tick(session, now + timedelta(days=14))
    evaluations.give_voice(session, actor=cast.ida, tiltak_id=thing.id, version=1, score=None,
                           now=now + timedelta(days=15))  # fmt: skip
    tick(session, now + timedelta(days=18))
    assert told(session, VOICE) == ["Ida"]


def test_the_reminder_takes_the_place_of_a_question_that_is_not_sent_yet(session, cast, case, now):
    planned(session, cast, case, now)
    for days in (14, 18):
        tick(session, now + timedelta(days=days))
    rows = session.scalars(select(Outgoing).where(Outgoing.kind == VOICE).order_by(Outgoing.id))
    assert [row.state for row in rows] == [OutState.MOOT, OutState.WAITING]


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(offs=st.lists(st.integers(1, 30), min_size=2, max_size=4))
def test_a_youth_is_never_asked_twice_a_day(session, cast, case, now, offs):
    nested = session.begin_nested()
    for n, off in enumerate(offs):
        on = now.date() + timedelta(days=off)
        planned(session, cast, case, now, f"Nummer {n}", evaluate_on=on, deadline=on)
    for hour in range(0, 24 * 34, 12):
        tick(session, now + timedelta(hours=hour))
    rows = session.scalars(select(Outgoing).where(Outgoing.kind.in_([VOICE, ASKS]))).all()
    days = [(row.recipient_id, row.not_before.date()) for row in rows]
    assert days
    assert len(days) == len(set(days))
    nested.rollback()


# --- what is answered ----------------------------------------------------------------------------


def test_a_changed_answer_is_kept_and_words_are_sealed(session, cast, case, now):
    thing, near = planned(session, cast, case, now), now + timedelta(days=14)
    first = say(session, cast.kari, thing, Effect.NOT, near)
    assert say(session, cast.kari, thing, Effect.NOT, near) is first
    last = say(session, cast.kari, thing, Effect.SOMEWHAT, near, words=CANARY)
    assert (last.seq, last.words) == (2, CANARY)
    assert CANARY.encode() not in (last.words_sealed or b"")
    assert evaluation_answers.last_of(session, thing, cast.kari.id) is last
    tapped = say(session, cast.kari, thing, Effect.HELPED, near)
    assert (tapped.seq, tapped.effect, tapped.words) == (
        3,
        Effect.HELPED,
        CANARY,
    )  # as said before
    assert say(session, cast.kari, thing, None, near).words is None


@pytest.mark.parametrize(
    ("who", "effect", "progress", "wanted"),
    [
        pytest.param("kari", Effect.TOO_EARLY, None, Why.STALE, id="a guardian has three"),
        pytest.param("kari", Effect.NOT, Progress.DONE, Why.STALE, id="and no progress"),
        pytest.param("amina", Effect.NOT, None, Why.STALE, id="the responsible says both"),
        *(
            pytest.param(who, Effect.NOT, None, Why.ABSENT, id=f"not {who}")
            for who in ("ida", "jonas", "lise", "randi", "siri", "sam")
        ),
    ],
)
def test_only_their_own_answers_fit(session, cast, case, now, who, effect, progress, wanted):
    thing = planned(session, cast, case, now, responsible_id=cast.amina.id)
    act = partial(say, session, getattr(cast, who), thing, effect, now, progress)
    assert why(act) is wanted
    assert session.scalars(select(EvaluationAnswer)).all() == []


def test_another_round_is_stale_and_a_pause_stops_it(session, cast, case, now):
    thing = planned(session, cast, case, now)
    assert why(partial(say, session, cast.per, thing, Effect.NOT, now, version=2)) is Why.STALE
    consents.withdraw_all(session, actor=cast.per, now=now, occasion="stop")
    act = partial(say, session, cast.kari, thing, Effect.NOT, now)
    assert why(act) is Why.CONSENT_MISSING


# --- who sees it ---------------------------------------------------------------------------------


def test_the_holder_alone_sees_the_answers(session, cast, case, now):
    thing = planned(session, cast, case, now, responsible_id=cast.amina.id)
    near = now + timedelta(days=14)
    tick(session, near)
    say(session, cast.kari, thing, Effect.NOT, near, words=CANARY)
    say(session, cast.amina, thing, Effect.HELPED, near, Progress.UNDER_WAY, words="Går fint")
    (due,) = evaluation_views.due_in(session, cast.jonas, case.id, near).due
    seen = {one.name: (one.state, one.effect, one.progress, one.words) for one in due.answers}
    assert seen == {
        "Kari": (VoiceState.ANSWERED, Effect.NOT, None, CANARY),
        "Per": (VoiceState.SILENT, None, None, None),
        "Amina": (VoiceState.ANSWERED, Effect.HELPED, Progress.UNDER_WAY, "Går fint"),
    }
    (mine,) = evaluation_views.open_questions(session, cast.ida, case.id, near)
    assert mine.others == ("Amina", "Kari", "Per")
    for other in (cast.per, cast.amina):
        assert CANARY not in str(asked_views.question(session, other, thing.id, near))


def test_an_answer_stays_when_who_gave_it_has_lost_access(session, cast, case, now):
    thing = planned(session, cast, case, now, responsible_id=cast.amina.id)
    near = now + timedelta(days=14)
    say(session, cast.amina, thing, Effect.HELPED, near, Progress.DONE)
    other = consent(session, cast, case, {cast.nurse.id: BOTH}, near)
    assert other is not None
    for service in cases.services_of(session, case.id):
        service.ended_at = near
    session.flush()
    (due,) = evaluation_views.due_in(session, cast.jonas, case.id, near).due
    assert ("Amina", Effect.HELPED) in [(one.name, one.effect) for one in due.answers]


def test_the_curve_follows_a_tiltak_through_its_rounds_and_its_changes(session, cast, case, now):
    thing, at = planned(session, cast, case, now), now
    for score, decision in ((2, Decision.CONTINUE), (3, Decision.CHANGE), (4, None)):
        at += timedelta(days=1)
        evaluations.give_voice(session, actor=cast.ida, tiltak_id=thing.id, version=thing.version,
                               score=score, now=at)  # fmt: skip
        if decision is not None:
            verdict = Verdict(decision, at.date() + timedelta(days=5), words="Nytt")
            evaluations.evaluate(session, actor=cast.jonas, tiltak_id=thing.id, now=at,
                                 version=thing.version, verdict=verdict)  # fmt: skip
            (thing,) = evaluation_views.tiltak.active(session, case.id)
    (due,) = evaluation_views.due_in(session, cast.jonas, case.id, at).due
    assert [score for _at, score in due.curve] == [2, 3, 4]
