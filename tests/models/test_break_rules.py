"""When a follow-up has stopped, signal by signal: what is true on which day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models import break_rules
from models.break_rules import Broken, CaseFacts, Doing
from models.policy import Calendar, MunicipalPolicy
from models.terms import Rung, Signal

TODAY = date(2026, 11, 12)  # a Thursday
D = timedelta(days=1)
RULES, OPEN = MunicipalPolicy(), Calendar()
DOING = Doing(7, evaluate_on=TODAY + 5 * D, deadline=TODAY + 9 * D)
WELL = CaseFacts(
    id=1, carried=True, active_since=TODAY - 60 * D, holder_left=None, holder_away=None,
    stand_in=False, doing=(DOING,), meets_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
    met_on=TODAY - 30 * D, next_on=None, agreed_on=None, closing=False,
    on_paper=False, unwritten=(), talks=(), offer=None, consent_ended=None,
)  # fmt: skip


def found(facts=WELL, rules=RULES, calendar=OPEN, today=TODAY):
    return [(b.signal, b.since) for b in break_rules.broken(facts, today, rules, calendar)]


def test_where_all_goes_as_it_should_nothing_has_stopped():
    assert found() == []


@pytest.mark.parametrize(
    ("days", "expected"), [(1, []), (0, []), (-1, [(Signal.EVALUATION, TODAY - D)])]
)
def test_an_evaluation_is_late_from_the_day_after(days, expected):
    doing = replace(DOING, evaluate_on=TODAY + days * D)
    assert found(replace(WELL, doing=(doing,))) == expected


@pytest.mark.parametrize(
    ("evaluated", "deadline", "expected"),
    [
        (1, 0, []),
        (1, -1, [(Signal.DEADLINE, TODAY - D)]),
        (-1, -1, [(Signal.EVALUATION, TODAY - D)]),  # one thing is late once
        (-1, 3, [(Signal.EVALUATION, TODAY - D)]),
    ],
)
def test_a_deadline_without_a_word_on_how_it_went(evaluated, deadline, expected):
    doing = Doing(7, TODAY + evaluated * D, TODAY + deadline * D)
    assert found(replace(WELL, doing=(doing,))) == expected


@pytest.mark.parametrize(
    ("left", "away", "stand_in", "since"),
    [
        (None, None, False, None),
        (TODAY, None, False, TODAY),
        (TODAY, None, True, TODAY),  # who has left for good has nobody standing in
        (None, (TODAY, TODAY), False, None),
        (None, (TODAY - 6 * D, TODAY + 9 * D), False, None),
        (None, (TODAY - 7 * D, TODAY + 9 * D), False, TODAY),  # five school days away
        (None, (TODAY - 7 * D, TODAY + 9 * D), True, None),
        (None, (TODAY - 20 * D, TODAY - D), False, None),
        (None, (TODAY + D, TODAY + 90 * D), False, None),
    ],
)
def test_a_log_that_nobody_holds(left, away, stand_in, since):
    facts = replace(WELL, holder_left=left, holder_away=away, stand_in=stand_in)
    assert found(facts) == ([(Signal.HOLDER, since)] if since else [])
    assert found(replace(facts, carried=False)) == ([(Signal.HOLDER, since)] if since else [])


@pytest.mark.parametrize(
    ("met", "since"),
    [
        (date(2026, 9, 30), date(2026, 11, 11)),  # six school weeks after
        (date(2026, 10, 1), None),
        (None, date(2026, 10, 23)),  # never met: after the log was opened
    ],
)
def test_an_active_log_without_a_meeting_to_come(met, since):
    facts = replace(WELL, meets_at=None, met_on=met, active_since=date(2026, 9, 11))
    assert found(facts) == ([(Signal.MEETING, since)] if since else [])
    assert found(replace(facts, carried=False)) == []


def test_the_day_that_was_set_for_the_next_meeting_may_be_later():
    facts = replace(WELL, meets_at=None, met_on=date(2026, 9, 1), next_on=TODAY + D)
    assert found(facts) == []
    assert found(replace(facts, next_on=TODAY - D)) == [(Signal.MEETING, TODAY - D)]


@pytest.mark.parametrize(("days", "late"), [(1, False), (0, False), (-1, True)])
def test_the_day_that_was_agreed_on_for_a_meeting_counts_be_it_soon_or_late(days, late):
    agreed = TODAY + days * D
    for met_on in (TODAY - 7 * D, TODAY - 59 * D):
        facts = replace(WELL, meets_at=None, met_on=met_on, next_on=agreed, agreed_on=agreed)
        assert found(facts) == ([(Signal.MEETING, agreed)] if late else [])
        assert found(replace(facts, meets_at=WELL.meets_at)) == []


def test_a_case_that_was_at_rest_is_not_late_for_what_was_agreed_on_before():
    facts = replace(WELL, meets_at=None, agreed_on=TODAY - 40 * D, active_since=TODAY - D)
    assert found(facts) == [(Signal.MEETING, TODAY - D)]


@pytest.mark.parametrize(("days", "late"), [(1, False), (0, False), (-1, True)])
def test_an_adult_talks_with_the_youth_before_the_next_meeting(days, late):
    due = TODAY + days * D
    facts = replace(WELL, talks=((9, due),))
    assert found(facts) == ([(Signal.TALK, due)] if late else [])
    assert found(replace(facts, carried=False)) == []


@pytest.mark.parametrize(("days", "late"), [(1, False), (0, False), (-1, True)])
def test_an_offer_of_the_baton_that_nobody_answers(days, late):
    due = TODAY + days * D
    facts = replace(WELL, offer=(9, due))
    assert found(facts) == ([(Signal.OFFER, due)] if late else [])
    assert found(replace(facts, carried=False)) == found(facts)


@pytest.mark.parametrize(
    ("carried", "ended", "doing", "late"),
    [
        (False, TODAY - D, (DOING,), True),
        (False, TODAY, (DOING,), False),
        (False, TODAY - D, (), False),
        (True, TODAY - D, (DOING,), False),
        (False, None, (DOING,), False),  # taken back: that is nobody's break
    ],
)
def test_a_consent_that_has_run_out_with_something_to_do(carried, ended, doing, late):
    facts = replace(WELL, carried=carried, consent_ended=ended, doing=doing)
    assert found(facts) == ([(Signal.CONSENT, ended)] if late else [])


def test_a_los_who_said_yes_meets_the_youth_within_three_school_days():
    friday = date(2026, 11, 6)
    assert break_rules.no_first_contact(friday, date(2026, 11, 11), OPEN) is None
    assert break_rules.no_first_contact(friday, TODAY, OPEN) == date(2026, 11, 11)


@pytest.mark.parametrize(("due", "since"), [(TODAY, None), (TODAY - D, TODAY - D)])
def test_what_has_a_day_of_its_own(due, since):
    assert break_rules.late(due, TODAY) == since


def test_a_municipality_looks_for_what_it_chooses():
    late = replace(WELL, meets_at=None, doing=(replace(DOING, evaluate_on=TODAY - D),))
    rules = MunicipalPolicy(break_signals=(Signal.EVALUATION,))
    assert found(late, rules) == [(Signal.EVALUATION, TODAY - D)]
    assert found(late, MunicipalPolicy(break_signals=())) == []


def test_what_has_stopped_is_found_at_an_instant_that_was_told_beforehand():
    """Whatever begins or ends by itself does so at one of the `looks`, day by day over months."""
    facts = replace(
        WELL, holder_away=(TODAY + 13 * D, TODAY + 30 * D), talks=((9, TODAY + 6 * D),),
        offer=(10, TODAY + 17 * D),
        doing=(DOING, Doing(8, TODAY + 40 * D, TODAY + 12 * D)), consent_ended=TODAY + 3 * D,
    )  # fmt: skip
    at, seen = datetime(2026, 11, 12, 5, tzinfo=UTC), []
    for carried in (True, False):
        each = replace(facts, carried=carried)
        for hours in range(24 * 60):
            now = at + timedelta(hours=hours)
            meets = each.meets_at if each.meets_at and each.meets_at > now else None
            there = replace(each, meets_at=meets, met_on=None if meets else date(2026, 11, 20))
            day = now.astimezone(ZoneInfo("Europe/Oslo")).date()
            state = break_rules.broken(there, day, RULES, OPEN)
            coming = break_rules.looks(there, RULES, OPEN, now)
            assert coming
            assert coming[0] <= now + timedelta(days=8)
            if seen and seen[-1][0] == carried and seen[-1][1] != state:
                assert seen[-1][2] <= now < seen[-1][2] + timedelta(hours=1)
            seen.append((carried, state, coming[0]))
    assert len({tuple(state) for _c, state, _n in seen}) > 5


@pytest.mark.parametrize(
    ("since", "off", "expected"),
    [
        (date(2026, 11, 3), (), ["11-04", "11-10", "11-17"]),
        (date(2026, 11, 6), (), ["11-09", "11-13", "11-20"]),
        # over Christmas nobody hears: school begins on Monday 4 January
        (date(2026, 12, 18), [date(2026, 12, 19) + n * D for n in range(16)],
         ["01-04", "01-08", "01-15"]),
    ],
)  # fmt: skip
def test_the_rungs_come_on_school_days_and_end(since, off, expected):
    steps = break_rules.rungs(Signal.MEETING, since, RULES, Calendar(school_off=frozenset(off)))
    assert [step.name for step in steps] == [*Rung]
    assert [step.at.astimezone(ZoneInfo("Europe/Oslo")).strftime("%m-%d") for step in steps] == (
        expected
    )
    assert {step.at.astimezone(ZoneInfo("Europe/Oslo")).hour for step in steps} == {9}


def test_fewer_rungs_if_the_municipality_says_so():
    steps = break_rules.rungs(Signal.MEETING, TODAY, MunicipalPolicy(break_days=(2,)), OPEN)
    assert [step.name for step in steps] == [Rung.HOLDER]


def test_a_broken_follow_up_is_known_by_what_and_since_when():
    assert Broken(Signal.HOLDER, 1, TODAY) == Broken(Signal.HOLDER, 1, TODAY)
    assert Broken(Signal.HOLDER, 1, TODAY) != Broken(Signal.HOLDER, 1, TODAY - D)


def test_of_an_offer_who_leads_hears_before_it_ends_by_itself():
    every = break_rules.rungs(Signal.OFFER, TODAY, RULES, OPEN)
    assert len({step.at for step in every}) == 1
    assert (every[0].at.date() - TODAY).days <= RULES.baton_offer_days - RULES.baton_leader_days


def test_what_is_not_written_of_a_meeting_is_late_the_day_after_it_was_due():
    for days, expected in ((0, []), (-1, [(Signal.MINUTES, TODAY - D)])):
        assert found(replace(WELL, unwritten=((3, TODAY + days * D),))) == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, [Signal.MEETING]),
        ({"closing": True}, []),
        ({"on_paper": True}, []),  # its tiltak have days
        ({"on_paper": True, "doing": ()}, [Signal.MEETING]),
    ],
)
def test_no_meeting_is_missed_where_none_is_to_come(changed, expected):
    without = replace(WELL, meets_at=None, met_on=TODAY - 90 * D, **changed)
    assert [signal for signal, _since in found(without)] == expected
