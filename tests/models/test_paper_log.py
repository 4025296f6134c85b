"""The log on paper: nothing is written here, and every date goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import (
    agenda,
    child_contact,
    closing,
    evaluation_views,
    evaluations,
    follow_ups,
    log_pens,
    log_views,
    log_writing,
    minutes,
    paper_log,
    tiltak,
)
from models.goals import ON_PAPER
from models.log_writing import Draft
from models.minutes import After, Went
from models.municipality import PolicyVersion
from models.terms import ContactView, Decision, EntryKind, InfoKind, NextStep, Role, Why, YouthView
from tests.agreed import Verdict, agreed, planned, promised, settled, wish
from tests.meeting_setup import called
from tests.refusals import why
from tests.ways import told_once


@told_once
def case(session, cast, now):
    """With a tiltak that was planned here before."""
    case = agreed(session, cast, now, {cast.club.id: list(InfoKind)})
    planned(session, cast, case, now, evaluate_on=now.date() + timedelta(days=3))
    draft = Draft(EntryKind.NOTE, "Før papiret")
    log_writing.write(
        session, actor=cast.kari, case_id=case.id, hat=Role.FORESATT, draft=draft, now=now
    )
    return case


def put(session, cast, case, now, actor=None, on_paper=True):
    return paper_log.put(
        session, actor=actor or cast.jonas, case_id=case.id, on_paper=on_paper, now=now
    )


@pytest.fixture
def paper(session, cast, case, now):
    put(session, cast, case, now)
    return case


def test_nothing_is_written_here_and_each_is_told_so(session, cast, paper, now):
    (thing,) = tiltak.active(session, paper.id)
    here = {"case_id": paper.id, "now": now}
    note = Draft(EntryKind.NOTE, "Ord")
    evaluated = {"actor": cast.jonas, "tiltak_id": thing.id, "version": 1, "now": now}
    change = Verdict(Decision.CHANGE, now.date() + timedelta(days=9), "Noe nytt")
    wanted = Verdict(Decision.STOP, reason="Fordi")
    for verb, given in (
        (log_writing.write, {"actor": cast.ida, "hat": Role.UNGDOM, "draft": note, **here}),
        (log_writing.write, {"actor": cast.jonas, "hat": Role.STAFETTHOLDER, "draft": note, **here}),
        (tiltak.plan, {"actor": cast.jonas, "wish": wish(cast, now, "Nytt"), **here}),
        (tiltak.plan, {"actor": cast.jonas, "wish": wish(cast, now, ON_PAPER), **here}),
        (evaluations.evaluate, {"verdict": change, **evaluated}),
        (evaluations.evaluate, {"verdict": wanted, **evaluated}),
        (evaluations.give_voice, {**evaluated, "actor": cast.ida, "score": 3}),
        (closing.close, {"actor": cast.jonas, **here,
                         "wish": closing.Wish(note="Ord", settled=settled(session, paper))}),
    ):  # fmt: skip
        assert why(verb, session, **given) == Why.ON_PAPER
    assert why(called, session, cast, paper, now, agenda="Tema") == Why.ON_PAPER


def test_nothing_is_written_of_meetings_and_talks_either(session, cast, paper, now):
    meeting = called(session, cast, paper, now)
    later = meeting.starts_at + timedelta(hours=1)
    of_it = {"actor": cast.jonas, "meeting_id": meeting.id}
    talk = {"actor": cast.jonas, "case_id": paper.id, "talked_on": now.date(), "now": now}
    assert why(agenda.add, session, words="Tema", now=now, **of_it) == Why.ON_PAPER
    assert why(
        child_contact.note, session, view=ContactView.SAID, words="Ord", **talk
    ) == Why.ON_PAPER  # fmt: skip
    child_contact.note(session, view=ContactView.SAID, **talk)
    went = Went(True, view=YouthView.SAID)
    minutes.went(session, how=went, now=later, **of_it)
    assert why(minutes.write, session, words="Avtale", now=later, **of_it) == Why.ON_PAPER
    after = After(NextStep.MEETING, now.date() + timedelta(days=30))
    assert minutes.finish(session, after=after, now=later, **of_it).final_at == later


def test_the_dates_go_on(session, cast, paper, now):
    made = planned(session, cast, paper, now, ON_PAPER, goal=ON_PAPER)
    assert called(session, cast, paper, now).starts_at > now
    follow_ups.take_due(session, tiltak.LADDER, made.evaluate_on and now + timedelta(days=30))
    kinds = {kind for kind, _who in promised(session)}
    assert "evaluation.due" in kinds
    assert "evaluation.voice" not in kinds
    (thing, *_rest) = tiltak.active(session, paper.id)
    verdict = Verdict(Decision.CONTINUE, now.date() + timedelta(days=40))
    evaluations.evaluate(
        session, actor=cast.jonas, tiltak_id=thing.id, version=1, verdict=verdict, now=now
    )


def test_the_youth_is_not_asked_here(session, cast, paper, now):
    assert evaluation_views.open_questions(session, cast.ida, paper.id, now) == ()


def test_what_was_written_before_can_be_read_and_not_added_to(session, cast, paper, now):
    seen = log_views.log(session, actor=cast.ida, case_id=paper.id, now=now)
    assert [each.words for each in seen.entries] == ["Før papiret"]
    assert (seen.writes, seen.on_paper) == ((), now.date())
    detail = log_views.entry(session, actor=cast.ida, entry_id=seen.entries[0].id, now=now)
    assert not detail.may_add
    assert why(
        log_pens.writing, session, actor=cast.ida, case_id=paper.id, now=now
    ) == Why.ON_PAPER  # fmt: skip


def test_the_family_is_told_and_it_can_come_back(session, cast, case, now):
    assert put(session, cast, case, now)
    assert not put(session, cast, case, now)
    told = {who for _kind, who in promised(session, paper_log.TOLD)}
    assert told == {cast.ida.id, cast.kari.id, cast.per.id}
    assert put(session, cast, case, now, on_paper=False)
    planned(session, cast, case, now, "Nytt")


@pytest.mark.parametrize("name", ["ida", "kari", "amina", "randi", "sam"])
def test_only_the_holder_writes_it_down(session, cast, case, now, name):
    assert why(put, session, cast, case, now, getattr(cast, name)) == Why.ABSENT


def test_where_the_municipality_has_no_paper_there_is_only_the_way_back(session, cast, case, now):
    for version in session.query(PolicyVersion):
        version.choices = {**version.choices, "manual_log_option": False}
    session.flush()
    assert why(put, session, cast, case, now) == Why.NOT_IN_STATE
    assert not put(session, cast, case, now, on_paper=False)


def test_a_log_on_paper_is_closed_with_its_note_on_the_paper(session, cast, paper, now):
    wanted = closing.Wish(settled=settled(session, paper))
    made = closing.close(session, actor=cast.jonas, case_id=paper.id, wish=wanted, now=now)
    assert (made.note, paper.state) == (None, "closed")
