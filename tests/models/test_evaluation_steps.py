"""When an evaluation is asked about and reminded of: a week before, on the day, weekly after."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.follow_ups import next_at
from models.policy import Calendar, MunicipalPolicy
from models.reminding import evaluation_is_near, evaluation_steps, is_open_day

OSLO = ZoneInfo("Europe/Oslo")
RULES = MunicipalPolicy()
EASTER = Calendar(
    frozenset({date(2027, 3, 25), date(2027, 3, 26), date(2027, 3, 28), date(2027, 3, 29)})
)
LONG_AGO = datetime(2026, 8, 17, 10, tzinfo=OSLO)


def nine(month: int, day: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, 9, tzinfo=OSLO)


def names_and_times(evaluate_on, now, *, set_at=LONG_AGO, calendar=EASTER, rules=RULES):
    steps = evaluation_steps(evaluate_on, set_at, rules, calendar, now)
    return [(step.name, step.at) for step in steps]


@pytest.mark.parametrize(
    ("evaluate_on", "set_at", "now", "expected"),
    [
        pytest.param(
            date(2026, 12, 9), LONG_AGO, nine(11, 1),
            [("before", nine(12, 2)), ("day", nine(12, 9)), ("week1", nine(12, 16))],
            id="a week before, on the day, and the first repeat",
        ),
        pytest.param(
            date(2026, 12, 5), LONG_AGO, nine(11, 1),
            [("before", nine(11, 30)), ("day", nine(12, 7)), ("week1", nine(12, 14))],
            id="a Saturday's steps wait for Monday",
        ),
        pytest.param(
            date(2027, 4, 1), LONG_AGO, nine(11, 1),
            [("before", nine(3, 30, 2027)), ("day", nine(4, 1, 2027)), ("week1", nine(4, 8, 2027))],
            id="red days and the weekend after are passed over",
        ),
        pytest.param(
            date(2026, 10, 27), LONG_AGO, nine(9, 1),
            [("before", nine(10, 20)), ("day", nine(10, 27)), ("week1", nine(11, 3))],
            id="nine o'clock stays nine o'clock when summer time ends",
        ),
        pytest.param(
            date(2026, 12, 9), nine(12, 7), nine(12, 7),
            [("before", nine(12, 8)), ("day", nine(12, 9)), ("week1", nine(12, 16))],
            id="set two days ahead, the youth is asked the next morning",
        ),
        pytest.param(
            date(2026, 12, 8), nine(12, 7), nine(12, 7),
            [("day", nine(12, 8)), ("week1", nine(12, 15))],
            id="set for tomorrow, there is only the day",
        ),
        pytest.param(
            date(2026, 12, 7), nine(12, 7), nine(12, 7),
            [("day", nine(12, 8)), ("week1", nine(12, 14))],
            id="nobody is reminded on the day they set it",
        ),
        pytest.param(
            date(2026, 12, 14), datetime(2026, 12, 7, 23, 30, tzinfo=OSLO), nine(12, 7),
            [("before", nine(12, 8)), ("day", nine(12, 14)), ("week1", nine(12, 21))],
            id="the day it was set is Oslo's day, not UTC's",
        ),
        pytest.param(
            date(2026, 12, 9), LONG_AGO, nine(12, 16),
            [("before", nine(12, 2)), ("day", nine(12, 9)),
             ("week1", nine(12, 16)), ("week2", nine(12, 23))],
            id="a week over, the next repeat is named",
        ),
        pytest.param(
            date(2026, 12, 9), LONG_AGO, nine(12, 31),
            [("before", nine(12, 2)), ("day", nine(12, 9)),
             ("week3", nine(12, 30)), ("week4", nine(1, 6, 2027))],
            id="long over, only the last repeat and the next",
        ),
    ],
)  # fmt: skip
def test_the_steps_of_an_evaluation(evaluate_on, set_at, now, expected):
    assert names_and_times(evaluate_on, now, set_at=set_at) == expected


def test_the_week_before_makes_no_sense_on_the_day_itself():
    before = evaluation_steps(date(2026, 12, 9), LONG_AGO, RULES, EASTER, nine(12, 1))[0]
    assert not before.too_late(datetime(2026, 12, 8, 23, 0, tzinfo=OSLO))
    assert before.too_late(datetime(2026, 12, 9, 0, 0, tzinfo=OSLO))


def test_a_municipality_may_remind_earlier_and_more_often():
    rules = MunicipalPolicy(evaluation_remind_days=14, evaluation_repeat_days=2)
    found = names_and_times(date(2026, 12, 9), nine(12, 13), rules=rules)
    assert found == [
        ("before", nine(11, 25)),
        ("day", nine(12, 9)),
        ("week2", nine(12, 14)),
        ("week3", nine(12, 15)),
    ]


@pytest.mark.parametrize(
    ("today", "near"),
    [
        pytest.param(date(2026, 12, 1), False, id="eight days before: not yet"),
        pytest.param(date(2026, 12, 2), True, id="a week before: near"),
        pytest.param(date(2026, 12, 9), True, id="on the day: near"),
        pytest.param(date(2027, 2, 1), True, id="long over: still near"),
    ],
)
def test_an_evaluation_is_near_from_a_week_before(today, near):
    assert evaluation_is_near(date(2026, 12, 9), today, RULES) is near


DAYS = st.dates(date(2026, 8, 1), date(2027, 7, 1))
TIMES = st.times()


@given(evaluate_on=DAYS, day=DAYS, at=TIMES, set_on=DAYS, repeat=st.integers(1, 30))
def test_there_is_always_a_next_step_and_none_in_quiet_hours(evaluate_on, day, at, set_on, repeat):
    rules = MunicipalPolicy(evaluation_repeat_days=repeat)
    now = datetime.combine(day, at, UTC)
    set_at = datetime.combine(min(set_on, evaluate_on, day), time(10), OSLO)
    steps = evaluation_steps(evaluate_on, set_at, rules, EASTER, now)
    taken = [step.name for step in steps if step.at <= now]
    assert next_at(steps, taken, now) is not None
    assert len({step.name for step in steps}) == len(steps) <= 4
    for step in steps:
        local = step.at.astimezone(OSLO)
        assert is_open_day(local.date(), rules, EASTER)
        assert rules.window_from <= local.time() <= rules.window_to
        assert step.at > set_at
