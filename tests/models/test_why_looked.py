"""Somebody of the family asks why a view was opened; whoever looked answers, and nobody else knows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models import access_log, follow_ups, people, request_cards, views, why_looked
from models.outbox import Outgoing, OutState
from models.people import Position
from models.terms import LookReason, ParentsKnow, Why
from models.why_looked import LookQuestion
from tests.agreed import agreed
from tests.look_setup import readings, why_asked
from tests.models.test_access_log import wish
from tests.refusals import why
from tests.ways import told_once

FOLLOWING, OTHER = LookReason.FOLLOWING, LookReason.OTHER


case = told_once(agreed)


@told_once
def asked(session, cast, case, now) -> LookQuestion:
    return why_asked(session, cast, case, now)


def promised(session) -> list[tuple[str, int]]:
    kinds = Outgoing.kind.like("access.%"), Outgoing.state == OutState.WAITING
    rows = session.scalars(select(Outgoing).where(*kinds).order_by(Outgoing.id))
    return [(row.kind, row.recipient_id) for row in rows]


def answer(session, actor, question, now, reason=FOLLOWING, words=None):
    why_looked.answer(
        session, actor=actor, question_id=question.id, reason=reason, words=words, now=now
    )


def seen(session, actor, question, now):
    return why_looked.asked(session, actor=actor, chain=question.chain, seq=question.seq, now=now)


def test_whoever_looked_is_asked_and_not_told_by_whom(session, cast, asked, now):
    assert promised(session) == [(why_looked.ASKED, cast.jonas.id)]
    told = why_looked.to_answer(session, actor=cast.jonas, question_id=asked.id, now=now)
    assert (told.at, told.what, told.mine, told.about) == (now, "cases", True, "Ida")
    assert str(cast.ida.id) not in str(told)


def test_it_is_due_in_three_working_days(session, cast, asked, now):
    assert asked.due_on == date(2026, 11, 26)  # asked on a Monday
    thursday = now + timedelta(days=3)
    views.case_view(session, actor=cast.amina, case_id=asked.chain, now=thursday)
    entry = readings(session, asked.chain)[-1]
    told = {"chain": entry.chain, "seq": entry.seq, "now": thursday}
    later = why_looked.ask(session, actor=cast.kari, **told)
    assert later.due_on == date(2026, 12, 1)
    assert later.to_id == cast.amina.id


def test_asking_twice_is_asking_once(session, cast, asked, now):
    told = {"chain": asked.chain, "seq": asked.seq, "now": now}
    assert why_looked.ask(session, actor=cast.ida, **told) is asked
    assert len(promised(session)) == 1


def test_only_who_asked_gets_the_answer_and_sees_that_it_was_asked(session, cast, asked, now):
    answer(session, cast.jonas, asked, now, OTHER, "Du ba meg om det")
    assert promised(session) == [(why_looked.ANSWERED, cast.ida.id)]
    mine = seen(session, cast.ida, asked, now)
    assert (mine.reason, mine.words) == (OTHER, "Du ba meg om det")
    for guardian in (cast.kari, cast.per):
        theirs = seen(session, guardian, asked, now)
        assert (theirs.due_on, theirs.reason, theirs.words) == (None, None, None)
        told = {"actor": guardian, "question_id": asked.id, "now": now}
        assert why(lambda told=told: why_looked.mine(session, **told)) is Why.ABSENT


@pytest.mark.parametrize("name", ["ida", "kari", "randi", "amina", "lise", "sam"])
def test_nobody_else_answers(session, cast, asked, now, name):
    actor = getattr(cast, name)
    assert why(lambda: answer(session, actor, asked, now)) is Why.ABSENT
    told = {"actor": actor, "question_id": asked.id, "now": now}
    assert why(lambda: why_looked.to_answer(session, **told)) is Why.ABSENT


def test_an_answer_is_given_once(session, cast, asked, now):
    answer(session, cast.jonas, asked, now)
    answer(session, cast.jonas, asked, now)
    assert why(lambda: answer(session, cast.jonas, asked, now, LookReason.MISTAKE)) is Why.STALE
    assert seen(session, cast.ida, asked, now).reason is FOLLOWING


def test_another_reason_needs_words(session, cast, asked, now):
    assert why(lambda: answer(session, cast.jonas, asked, now, OTHER)) is Why.WORDS_REQUIRED


def test_what_one_does_not_see_one_cannot_ask_about(session, cast, case, now):
    """And neither whoever looked nor the parents learn of it."""
    request = wish(session, cast, now, ParentsKnow.NOTHING)
    request_cards.for_rektor(session, cast.randi, request.id, now)
    entry = readings(session, request.id)[-1]
    told = {"chain": entry.chain, "seq": entry.seq, "now": now}
    for actor in (cast.kari, cast.per, cast.jonas, cast.sam):
        asking = {"actor": actor, **told}
        assert why(lambda asking=asking: why_looked.ask(session, **asking)) is Why.ABSENT
    question = why_looked.ask(session, actor=cast.ida, **told)
    assert question.to_id == cast.randi.id
    at = {"actor": cast.randi, "question_id": question.id, "now": now}
    assert why_looked.to_answer(session, **at).about == request.reference


def test_when_whoever_looked_is_gone_the_stafettholder_is_asked(session, cast, case, now):
    views.case_view(session, actor=cast.amina, case_id=case.id, now=now)
    for position in people.positions(session, cast.amina.id):
        position.ended_at = now
    entry = readings(session, case.id)[-1]
    told = {"chain": entry.chain, "seq": entry.seq, "now": now}
    question = why_looked.ask(session, actor=cast.kari, **told)
    assert question.to_id == cast.jonas.id
    at = {"actor": cast.jonas, "question_id": question.id, "now": now}
    assert not why_looked.to_answer(session, **at).mine


def test_with_nobody_left_it_is_said_at_once(session, cast, case, now):
    views.case_view(session, actor=cast.jonas, case_id=case.id, now=now)
    for position in session.scalars(select(Position)):
        position.ended_at = now
    entry = readings(session, case.id)[-1]
    told = {"actor": cast.ida, "chain": entry.chain, "seq": entry.seq, "now": now}
    assert why(lambda: why_looked.ask(session, **told)) is Why.NOBODY


def test_who_may_no_longer_know_of_the_case_is_not_told_whose_it_was(session, cast, case, now):
    from models import consents

    views.case_view(session, actor=cast.amina, case_id=case.id, now=now)
    consents.withdraw_all(session, actor=cast.per, now=now, occasion="stop")
    entry = readings(session, case.id)[-1]
    told = {"chain": entry.chain, "seq": entry.seq, "now": now}
    question = why_looked.ask(session, actor=cast.kari, **told)
    at = {"actor": cast.amina, "question_id": question.id, "now": now}
    assert why_looked.to_answer(session, **at).about is None


def test_it_is_asked_again_twice_and_then_of_the_next_in_line(session, cast, case, now):
    views.case_view(session, actor=cast.amina, case_id=case.id, now=now)
    entry = readings(session, case.id)[-1]
    told = {"chain": entry.chain, "seq": entry.seq, "now": now}
    question = why_looked.ask(session, actor=cast.kari, **told)
    found = []
    for day in range(1, 8):
        before = len(promised(session))
        follow_ups.take_due(session, why_looked.LADDER, now + timedelta(days=day))
        found.append(promised(session)[before:])
    again = [(why_looked.ASKED, cast.amina.id)]
    late = [(why_looked.ASKED, cast.jonas.id), (why_looked.LATE, cast.kari.id)]
    assert found == [[], again, again, late, [], [], []]
    assert why(lambda: answer(session, cast.amina, question, now)) is Why.ABSENT
    answer(session, cast.jonas, question, now)
    assert promised(session) == [(why_looked.ANSWERED, cast.kari.id)]
    assert question.next_follow_up_at is None


def test_that_somebody_asked_is_in_no_log_of_the_case(session, cast, case, asked, now):
    from models.audit import AuditEntry

    chains = select(AuditEntry.chain).where(AuditEntry.action.like("access.%"))
    assert set(session.scalars(chains)) == {cast.ida.id}
    lines = access_log.of_youth(session, actor=cast.kari, ungdom_id=cast.ida.id, now=now)
    assert [line.what for line in lines] == [("cases",)]
