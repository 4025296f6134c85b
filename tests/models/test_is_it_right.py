"""'Is this right?': who is asked about an evaluation, what stands beside it, and who must do what."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models import (
    closing,
    consents,
    contacts,
    evaluation_views,
    evaluations,
    follow_ups,
    is_it_right,
    right_views,
    shielding,
)
from models.audit import AuditEntry, broken_link
from models.base import Refused
from models.is_it_right import ADDED, LADDER, WAITING
from models.right_questions import RightAnswer, RightQuestion, last_answer
from models.shielded import Shield
from models.terms import Decision, IsRight, ItemKind, RightKind, Why
from models.withheld import Item
from tests.agreed import Verdict, agreed, planned, promised
from tests.refusals import why
from tests.ways import told_once

SECRET, SAID = "Mamma vet ikke om dette", "Det var ikke jeg som sluttet"
OTHERS = ("per", "jonas", "amina", "randi", "lise", "siri", "sam")

case = told_once(agreed)


@told_once
def made(session, cast, case, now):
    return decided(session, cast, planned(session, cast, case, now), now)


def decided(session, cast, thing, now, decision=Decision.DONE, **given):
    return evaluations.evaluate(
        session, actor=cast.jonas, tiltak_id=thing.id, version=thing.version,
        verdict=Verdict(decision, **given), now=now,
    )  # fmt: skip


def asked(session, subject) -> dict[int, RightQuestion]:
    them = select(RightQuestion).where(RightQuestion.subject_id == subject.id)
    return {question.person_id: question for question in session.scalars(them)}


def say(session, person, made, answer, now, words=None, *, of=None, version=1):
    return is_it_right.answer(
        session, actor=person, question_id=asked(session, made)[(of or person).id].id,
        version=version, answer=answer, words=words, now=now,
    )  # fmt: skip


def read(session, person, made, of, now, addendum=None, seq=1):
    is_it_right.read(
        session, actor=person, question_id=asked(session, made)[of.id].id, seq=seq,
        addendum=addendum, now=now,
    )  # fmt: skip


def beside(session, person, made, now):
    return right_views.beside(session, RightKind.EVALUATION, made.id, person, now)


# --- who is asked --------------------------------------------------------------------------------


def test_the_family_is_asked_about_what_was_decided(session, cast, made, now):
    assert set(asked(session, made)) == {cast.ida.id, cast.kari.id, cast.per.id}


def test_who_has_no_chat_is_not_asked(session, cast, case, now):
    contacts.close(contacts.of(session, cast.per.id), now)
    made = decided(session, cast, planned(session, cast, case, now), now)
    assert set(asked(session, made)) == {cast.ida.id, cast.kari.id}


@pytest.mark.parametrize("kind", [ItemKind.TILTAK, ItemKind.GOAL])
def test_of_what_is_shielded_the_youth_alone_is_asked(session, cast, case, now, kind):
    thing = planned(session, cast, case, now)
    item = Item(kind, thing.id if kind is ItemKind.TILTAK else thing.goal_id)
    shielding.shield(session, actor=cast.jonas, case_id=case.id, item=item, now=now,
                     shield=Shield("Redd", now.date() + timedelta(days=20)))  # fmt: skip
    made = decided(session, cast, thing, now, Decision.CHANGE, words="Noe annet",
                   next_on=now.date() + timedelta(days=30))  # fmt: skip
    assert set(asked(session, made)) == {cast.ida.id}


def test_asking_twice_is_asking_once_and_a_new_version_asks_anew(session, cast, case, made, now):
    ask = partial(is_it_right.ask, session, kind=RightKind.MINUTES, subject_id=5, case=case,
                  recipients=[cast.ida.id, cast.ida.id], now=now)  # fmt: skip
    assert ask() == ask() == [cast.ida.id]
    old = session.scalars(select(RightQuestion).where(RightQuestion.subject_id == 5)).one()
    assert ask(version=2) == [cast.ida.id]
    assert old.closed_at == now
    late = partial(is_it_right.answer, session, actor=cast.ida, question_id=old.id, version=1,
                   answer=IsRight.RIGHT, now=now)  # fmt: skip
    assert why(late) is Why.STALE


# --- what is answered ----------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [IsRight.RIGHT, IsRight.UNCLEAR])
def test_an_answer_needs_no_words(session, cast, made, now, answer):
    said = say(session, cast.kari, made, answer, now)
    assert (said.answer, said.words, said.seq) == (answer, None, 1)
    assert say(session, cast.kari, made, answer, now) is said


def test_putting_something_right_needs_words_and_they_are_sealed(session, cast, made, now):
    correct = partial(say, session, cast.ida, made, IsRight.CORRECT, now)
    assert why(correct) is Why.WORDS_REQUIRED
    said = correct(words=SAID)
    assert said.words == SAID
    assert SAID.encode() not in (said.words_sealed or b"")
    assert made.reason is None  # the text is as it was


def test_a_changed_answer_is_kept_beside_the_first(session, cast, made, now):
    say(session, cast.ida, made, IsRight.CORRECT, now, SAID)
    say(session, cast.ida, made, IsRight.RIGHT, now)
    kept = session.scalars(select(RightAnswer).order_by(RightAnswer.seq)).all()
    assert [(each.answer, each.words) for each in kept] == [("correct", SAID), ("right", None)]
    assert asked(session, made)[cast.ida.id].closed_at == now


def test_nobody_answers_for_another(session, cast, made, now):
    for name in OTHERS:
        act = partial(say, session, getattr(cast, name), made, IsRight.RIGHT, now, of=cast.kari)
        assert why(act) is Why.ABSENT, name
    assert session.scalars(select(RightAnswer)).all() == []


def test_silence_cannot_be_said(session, cast, made, now):
    assert why(lambda: say(session, cast.ida, made, IsRight.SILENT, now)) is Why.STALE


def test_nothing_is_answered_while_sharing_is_paused_or_after_it_is_over(
    session, cast, case, made, now
):
    consents.withdraw_all(session, actor=cast.per, now=now, occasion="stop")
    act = partial(say, session, cast.ida, made, IsRight.RIGHT, now)
    assert why(act) is Why.CONSENT_MISSING
    closing.close(session, actor=cast.kari, case_id=case.id, wish=closing.Wish(), now=now)
    assert why(act) is Why.ABSENT
    assert {question.closed_at for question in asked(session, made).values()} == {now}


# --- who sees what -------------------------------------------------------------------------------


def test_each_sees_their_own_and_the_holder_all(session, cast, made, now):
    say(session, cast.ida, made, IsRight.CORRECT, now, SECRET)
    say(session, cast.kari, made, IsRight.CORRECT, now, SAID)
    seen = beside(session, cast.jonas, made, now)
    assert {(one.name, one.words) for one in seen.others} == {
        ("Ida", SECRET), ("Kari", SAID), ("Per", None)
    }  # fmt: skip
    for name, words in (("ida", SECRET), ("kari", SAID), ("per", None)):
        found = beside(session, getattr(cast, name), made, now)
        assert (found.mine and found.mine.words, found.others) == (words, ())
    for name in ("amina", "randi", "lise", "siri", "sam"):
        assert beside(session, getattr(cast, name), made, now) == right_views.NOTHING


def test_what_is_shielded_later_takes_the_question_with_it(session, cast, case, now):
    thing = planned(session, cast, case, now)
    made = decided(session, cast, thing, now)
    shielding.shield(session, actor=cast.jonas, case_id=case.id, now=now,
                     item=Item(ItemKind.GOAL, thing.goal_id),
                     shield=Shield("Redd", now.date() + timedelta(days=20)))  # fmt: skip
    assert beside(session, cast.kari, made, now) == right_views.NOTHING
    question = asked(session, made)[cast.kari.id]
    act = partial(right_views.mine, session, cast.kari, question.id, now)
    assert why(act) is Why.ABSENT
    assert why(partial(say, session, cast.kari, made, IsRight.RIGHT, now)) is Why.ABSENT
    assert beside(session, cast.ida, made, now).mine is not None


def test_the_view_of_the_evaluation_carries_it(session, cast, made, now):
    say(session, cast.kari, made, IsRight.CORRECT, now, SAID)
    seen = evaluation_views.outcome(session, cast.jonas, made.id, now)
    assert SAID in [one.words for one in seen.beside.others]
    assert evaluation_views.outcome(session, cast.per, made.id, now).beside.others == ()


def test_what_was_said_is_not_in_the_audit(session, cast, case, made, now):
    say(session, cast.ida, made, IsRight.CORRECT, now, SECRET)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.chain == case.id)).all()
    told = [entry.detail for entry in entries if entry.action == "is_it_right.answer"]
    assert told == [{"kind": "evaluation", "subject": made.id}]
    assert broken_link(session, case.id) is None


# --- the holder ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "told"), [(IsRight.RIGHT, 0), (IsRight.CORRECT, 1), (IsRight.UNCLEAR, 1)]
)
def test_the_holder_hears_of_what_wants_something_done(session, cast, made, now, answer, told):
    say(session, cast.kari, made, answer, now, SAID if answer is IsRight.CORRECT else None)
    assert promised(session, WAITING) == [(WAITING, cast.jonas.id)] * told
    question = asked(session, made)[cast.kari.id]
    assert (question.talk_on == now.date() + timedelta(days=7)) == bool(told)
    assert len(right_views.waiting(session, cast.jonas, question.case_id, now)) == told


def test_read_once_and_nobody_waits_any_more(session, cast, case, made, now):
    say(session, cast.kari, made, IsRight.UNCLEAR, now)
    later = now + timedelta(days=1)
    read(session, cast.jonas, made, cast.kari, later)
    read(session, cast.jonas, made, cast.kari, later)
    question = asked(session, made)[cast.kari.id]
    assert (question.closed_at, question.next_follow_up_at) == (later, None)
    assert right_views.waiting(session, cast.jonas, case.id, later) == ()
    assert beside(session, cast.kari, made, later).mine.read
    assert promised(session, ADDED) == []


def test_an_addendum_is_for_all_who_may_read_the_text(session, cast, case, made, now):
    say(session, cast.kari, made, IsRight.CORRECT, now, SAID)
    read(session, cast.jonas, made, cast.kari, now, addendum="Fem ganger, ikke tre")
    them = {cast.ida.id, cast.kari.id, cast.per.id}
    assert {person_id for _kind, person_id in promised(session, ADDED)} == them
    for name in ("ida", "kari", "per", "jonas"):
        found = beside(session, getattr(cast, name), made, now)
        assert [words for _at, words in found.addenda] == ["Fem ganger, ikke tre"]
    again = partial(read, session, cast.jonas, made, cast.kari, now, addendum="Noe annet")
    assert why(again) is Why.STALE


def test_only_the_holder_reads_and_only_the_last_answer(session, cast, made, now):
    say(session, cast.kari, made, IsRight.CORRECT, now, SAID)
    for name in ("ida", "kari", "per", "amina", "randi", "lise", "siri", "sam"):
        act = partial(read, session, getattr(cast, name), made, cast.kari, now)
        assert why(act) is Why.ABSENT, name
    say(session, cast.kari, made, IsRight.CORRECT, now, "Enda noe")
    assert why(partial(read, session, cast.jonas, made, cast.kari, now)) is Why.STALE


# --- time ----------------------------------------------------------------------------------------


def test_silence_is_noted_as_silence_and_an_answer_is_heard_later_too(session, cast, made, now):
    say(session, cast.ida, made, IsRight.RIGHT, now)
    follow_ups.take_due(session, LADDER, now + timedelta(hours=71))
    questions = asked(session, made)
    assert questions[cast.per.id].answer is None
    late = now + timedelta(hours=72)
    follow_ups.take_due(session, LADDER, late)
    answers = {person_id: question.answer for person_id, question in questions.items()}
    assert answers == {cast.ida.id: "right", cast.kari.id: "silent", cast.per.id: "silent"}
    assert session.scalars(select(RightAnswer.answer)).all() == ["right"]
    say(session, cast.per, made, IsRight.UNCLEAR, late)
    assert (questions[cast.per.id].answer, questions[cast.per.id].closed_at) == ("unclear", None)


def test_the_holder_is_reminded_on_the_day_and_weekly_until_it_is_read(session, cast, made, now):
    say(session, cast.kari, made, IsRight.UNCLEAR, now)
    told = []
    for day in range(30):
        at = now + timedelta(days=day)
        before = len(promised(session, WAITING))
        follow_ups.take_due(session, LADDER, at)
        if len(promised(session, WAITING)) > before:
            told.append(day)
    assert told == [7, 14, 21, 28]


def test_two_that_wait_are_one_reminder_a_day(session, cast, case, now):
    for words in ("Det ene", "Det andre"):
        made = decided(session, cast, planned(session, cast, case, now, words), now)
        say(session, cast.kari, made, IsRight.UNCLEAR, now)
    before = len(promised(session, WAITING))
    follow_ups.take_due(session, LADDER, now + timedelta(days=7))
    assert len(promised(session, WAITING)) == before + 1


def test_nothing_open_is_adrift(session, cast, case, made, now):
    """Whatever is answered, read or left, at any hour of two months."""
    say(session, cast.kari, made, IsRight.CORRECT, now, SAID)
    say(session, cast.per, made, IsRight.UNCLEAR, now)
    acts = {
        3: lambda at: say(session, cast.ida, made, IsRight.UNCLEAR, at),
        9: lambda at: read(session, cast.jonas, made, cast.kari, at),
        11: lambda at: say(session, cast.kari, made, IsRight.CORRECT, at, "Enda mer"),
        20: lambda at: consents.withdraw_all(session, actor=cast.per, now=at, occasion="stop"),
        50: lambda at: closing.close(
            session, actor=cast.kari, case_id=case.id, wish=closing.Wish(), now=at
        ),
    }
    for day in range(60):
        at = now + timedelta(days=day)
        acts.get(day, lambda _at: None)(at)
        follow_ups.take_due(session, LADDER, at)
        assert follow_ups.adrift(session, LADDER, at) == []
        assert follow_ups.disagreeing(session, LADDER, at) == []
    assert session.scalars(select(RightQuestion).where(LADDER.open())).all() == []


ACTS = ("right", "correct", "unclear", "read", "add", "tick", "stop", "close")


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lived=st.lists(
        st.tuples(st.sampled_from(ACTS), st.sampled_from(("ida", "kari", "per")), st.integers(1, 8)),
        min_size=3, max_size=12,
    )
)  # fmt: skip
def test_whatever_is_lived_every_open_question_has_a_next_step(
    session, cast, case, made, now, lived
):
    nested, at = session.begin_nested(), now
    for act, name, days in lived:
        at += timedelta(days=days)
        person = getattr(cast, name)
        question = asked(session, made)[person.id]
        last = last_answer(session, question)
        with contextlib.suppress(Refused):
            match act:
                case "read" | "add":
                    words = "Et tillegg" if act == "add" else None
                    read(session, cast.jonas, made, person, at, words, last.seq if last else 1)
                case "tick":
                    follow_ups.take_due(session, LADDER, at)
                case "stop":
                    consents.withdraw_all(session, actor=person, now=at, occasion=str(at))
                case "close":
                    wish = closing.Wish()
                    closing.close(session, actor=person, case_id=case.id, wish=wish,
                                  now=at)  # fmt: skip
                case answer:
                    say(session, person, made, IsRight(answer), at, f"{SAID} {days}")
        assert follow_ups.adrift(session, LADDER, at) == []
        assert follow_ups.disagreeing(session, LADDER, at) == []
        said = session.scalars(select(RightAnswer).where(RightAnswer.answer == "correct")).all()
        assert all(one.words and one.words.startswith(SAID) for one in said)
    nested.rollback()
