"""On which days a standing meeting falls, in the school year 2026-27 of the invented municipality."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import municipality_file
from models import recurring
from models.policy import Calendar, MunicipalPolicy
from models.recurring import LAST, Pattern, Slots
from models.reminding import is_school_day, may_tell_at
from models.terms import IfOff, OccasionState

FILE = municipality_file.read(Path(municipality_file.__file__).parent / "demo/municipality.toml")
CALENDAR = Calendar(
    frozenset(map(date.fromisoformat, municipality_file.red_days(2026, 2029))),
    frozenset(FILE.school_off),
)
RULES = MunicipalPolicy()
OSLO = ZoneInfo("Europe/Oslo")
UNTIL = date(2027, 6, 18)


def days(first, every=0, nth=0, if_off=IfOff.NEXT, until=UNTIL):
    pattern = Pattern(date.fromisoformat(first), until, every, nth, if_off)
    return {
        f.named.isoformat(): f.on and f.on.isoformat() for f in recurring.falls(pattern, CALENDAR)
    }


@pytest.mark.parametrize(
    ("first", "every", "named", "moved_to"),
    [
        ("2026-08-24", 2, "2026-10-05", "2026-10-12"),  # Monday of the autumn holiday
        ("2026-08-27", 1, "2026-10-08", "2026-10-12"),  # before the next one, on the Thursday
        ("2026-08-28", 2, "2026-11-20", "2026-11-23"),  # a day for teachers
        ("2026-08-31", 2, "2026-12-21", None),  # 4 January is the next one itself
        ("2026-08-25", 4, "2026-12-15", "2026-12-15"),
        ("2026-08-24", 2, "2027-02-22", "2027-03-01"),  # winter holiday
        ("2026-08-25", 1, "2027-03-23", None),  # before Easter; the next Tuesday comes first
        ("2026-08-27", 2, "2027-03-25", "2027-03-30"),  # Maundy Thursday
        ("2026-08-28", 2, "2027-03-26", "2027-03-30"),  # Good Friday
        ("2026-08-31", 2, "2027-03-29", "2027-03-30"),  # Easter Monday
        ("2026-08-27", 2, "2027-05-06", "2027-05-10"),  # Ascension Day; on the Friday nobody is there
        ("2026-08-24", 2, "2027-05-17", "2027-05-18"),  # both the 17 May and Whit Monday
        ("2026-08-31", 2, "2027-05-10", "2027-05-10"),
    ],
)  # fmt: skip
def test_a_red_day_or_a_holiday_moves_it_to_the_next_school_day(first, every, named, moved_to):
    assert days(first, every)[named] == moved_to
    skipped = days(first, every, if_off=IfOff.SKIP)[named]
    assert skipped == (named if moved_to == named else None)


@pytest.mark.parametrize(
    ("first", "nth", "found"),
    [
        ("2026-09-03", 1, ["2026-09-03", "2026-10-01", "2026-11-05", "2026-12-03", "2027-01-07"]),
        (
            "2026-08-27",
            LAST,
            ["2026-08-27", "2026-09-24", "2026-10-29", "2026-11-26", "2027-01-04"],
        ),
        ("2026-09-11", 2, ["2026-09-11", "2026-10-12", "2026-11-13", "2026-12-11", "2027-01-08"]),
    ],
)
def test_the_same_weekday_of_each_month(first, nth, found):
    assert list(days(first, nth=nth).values())[:5] == found


def test_which_weekday_of_the_month_a_day_is():
    assert [recurring.nth_of(date(2026, 8, d)) for d in (6, 13, 20, 27, 31)] == [1, 2, 3, 4, LAST]


PATTERNS = st.builds(
    lambda first, every, nth, weeks, off: Pattern(
        first, first + timedelta(weeks=weeks), every, 0 if every else nth, off
    ),
    st.dates(date(2026, 8, 17), date(2027, 6, 18)).filter(lambda d: d.weekday() < 5),
    st.integers(0, 12),
    st.sampled_from([1, 2, 3, 4, LAST]),
    st.integers(0, 60),
    st.sampled_from(IfOff),
)


@given(PATTERNS)
def test_never_on_a_day_off_never_twice_and_never_out_of_order(pattern):
    falls = list(recurring.falls(pattern, CALENDAR))
    on = [fall.on for fall in falls if fall.on is not None]
    assert all(is_school_day(day, CALENDAR) for day in on)
    assert all(a < b for a, b in pairwise(on))
    assert all(pattern.first <= fall.named <= pattern.until for fall in falls)
    assert all(fall.on is None or fall.named <= fall.on <= pattern.until for fall in falls)


@given(PATTERNS, st.times(time(7), time(21)).map(lambda t: t.replace(second=0, microsecond=0)))
def test_the_clock_on_the_wall_shows_the_same_all_the_year(pattern, at):
    """Over both changes of the clocks."""
    for fall in recurring.falls(pattern, CALENDAR):
        if fall.on is not None:
            starts = recurring.instant(fall.on, at, "Europe/Oslo")
            assert starts.tzinfo is UTC
            assert starts.astimezone(OSLO).time() == at


def test_an_hour_that_does_not_exist_is_the_instant_at_which_it_would_have_been():
    starts = recurring.instant(date(2027, 3, 28), time(2, 30), "Europe/Oslo")
    assert starts.astimezone(OSLO).time() == time(3, 30)


def test_eleven_clubs_and_nine_schools_with_one_leader_of_all_the_clubs():
    """99 pairs, one person in all of them: 99 different times, and no school has two at once."""
    slots = Slots(date(2027, 1, 4), (0, 1, 2, 3, 4), (time(9), time(12), time(14)), 8)
    busy = {
        club * 9 + school: {club, 100 + school, 500} for club in range(11) for school in range(9)
    }
    found = recurring.spread(busy, slots, CALENDAR)
    assert len(found) == len(set(found.values())) == 99
    fewer = Slots(slots.first, (1, 3), (time(14),), 4)
    assert len(recurring.spread(busy, fewer, CALENDAR)) == 8  # as many as there are times


def test_with_leaders_of_their_own_many_meet_at_once_and_nobody_twice():
    slots = Slots(date(2027, 1, 4), (0, 1, 2, 3), (time(12), time(14)), 2)
    busy = {club * 9 + school: {club, 100 + school} for club in range(11) for school in range(9)}
    found = recurring.spread(busy, slots, CALENDAR)
    assert len(found) == 99
    there = [(slot, who) for pair, slot in found.items() for who in busy[pair]]
    assert len(there) == len(set(there))


# --- following it up -----------------------------------------------------------------------------

STARTS = datetime(2026, 12, 3, 13, 15, tzinfo=UTC)
FIRST = datetime(2026, 8, 17, 6, tzinfo=UTC)
TOLD = datetime(2026, 11, 2, 9, tzinfo=UTC)


def steps(state, now, has_minutes=False, starts=STARTS, told=TOLD):
    found = recurring.occasion_steps(state, starts, told, has_minutes, RULES, CALENDAR, now)
    return {each.name: each.at.astimezone(OSLO).isoformat()[:16] for each in found}


def test_a_date_that_is_planned_is_reminded_of_and_then_asked_about():
    assert steps(OccasionState.PLANNED, TOLD) == {
        "agenda": "2026-11-26T14:15",
        "48h": "2026-12-01T14:15",
        "4h": "2026-12-03T10:15",
        "held": "2026-12-04T09:00",
        "held.1": "2026-12-11T09:00",
    }


def test_the_minutes_are_asked_for_after_two_days_and_then_every_week():
    told = steps(OccasionState.HELD, STARTS)
    assert told["minutes"] == "2026-12-07T09:00"  # two days after is a Saturday
    later = steps(OccasionState.HELD, datetime(2027, 1, 20, tzinfo=UTC))
    assert list(later)[-1] == "minutes.7"
    assert steps(OccasionState.HELD, STARTS, has_minutes=True) == {}
    assert steps(OccasionState.CANCELLED, STARTS) == {}


@given(
    st.integers(0, 300 * 24).map(lambda hours: FIRST + timedelta(hours=hours)),
    st.integers(0, 400),
    st.sampled_from([OccasionState.PLANNED, OccasionState.HELD]),
)
def test_what_waits_for_somebody_never_runs_dry_and_never_wakes_anybody(starts, days_on, state):
    now = starts - timedelta(days=30) + timedelta(days=days_on)
    found = recurring.occasion_steps(
        state, starts, starts - timedelta(days=40), False, RULES, CALENDAR, now
    )
    assert any(each.at > now for each in found)
    assert all(may_tell_at(each.at, RULES, CALENDAR) for each in found)
