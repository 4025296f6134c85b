"""When people may be reminded of a meeting: truth tables, and a property over three years."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import reminding
from models.policy import Calendar, MunicipalPolicy
from models.reminding import Step

OSLO = ZoneInfo("Europe/Oslo")
RULES = MunicipalPolicy()
RED = frozenset(
    date.fromisoformat(day)
    for day in (
        "2026-12-25", "2027-01-01", "2027-03-25", "2027-03-26", "2027-03-29",
        "2027-05-06", "2027-05-17", "2028-04-13", "2028-04-14", "2028-04-17",
    )
)  # fmt: skip
CALENDAR = Calendar(red_days=RED)


def oslo(text: str) -> datetime:
    """'2026-11-23 09:30' as a clock in Oslo shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=OSLO).astimezone(UTC)


def shown(instant: datetime) -> str:
    return f"{instant.astimezone(OSLO):%a %Y-%m-%d %H:%M}"


def reminders(starts: str, called: str = "2026-11-02 10:00", calendar=CALENDAR) -> list[str]:
    steps = reminding.meeting_steps(oslo(starts), oslo(called), RULES, calendar)
    return [f"{step.name} {shown(step.at)}" for step in steps]


@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        ("2026-11-23 08:59", False),
        ("2026-11-23 09:00", True),
        ("2026-11-23 20:00", True),
        ("2026-11-23 20:01", False),
        ("2026-11-21 12:00", False),  # Saturday
        ("2026-12-25 12:00", False),  # a red Friday
        ("2026-12-24 12:00", True),  # Christmas Eve is a working day until the file says not
    ],
)
def test_people_are_written_to_between_nine_and_eight_on_open_days(at, allowed):
    assert reminding.may_tell_at(oslo(at), RULES, CALENDAR) is allowed


def test_the_last_minute_lasts_a_minute():
    assert reminding.may_tell_at(oslo("2026-11-23 20:00") + timedelta(seconds=59), RULES, CALENDAR)


@pytest.mark.parametrize(
    ("due", "told"),
    [
        ("2026-11-23 10:00", "Mon 2026-11-23 10:00"),
        ("2026-11-23 05:00", "Mon 2026-11-23 09:00"),
        ("2026-11-23 22:00", "Tue 2026-11-24 09:00"),
        ("2026-11-20 20:30", "Mon 2026-11-23 09:00"),  # Friday evening
        ("2026-11-21 12:00", "Mon 2026-11-23 09:00"),
        ("2026-12-24 21:00", "Mon 2026-12-28 09:00"),  # a red Friday and a weekend between
        ("2027-03-24 21:00", "Tue 2027-03-30 09:00"),  # all of Easter, and summer time begins
    ],
)
def test_without_an_event_a_notice_waits_for_the_next_open_hour(due, told):
    assert shown(reminding.in_window(oslo(due), RULES, CALENDAR)) == told


@pytest.mark.parametrize(
    ("due", "event", "told"),
    [
        ("2026-11-24 05:30", "2026-11-24 09:30", "Mon 2026-11-23 20:00"),  # half an hour is late
        ("2026-11-24 06:00", "2026-11-24 10:00", "Tue 2026-11-24 09:00"),  # an hour is enough
        ("2026-11-24 05:59", "2026-11-24 09:59", "Mon 2026-11-23 20:00"),
        ("2026-11-23 22:00", "2026-11-24 12:00", "Mon 2026-11-23 20:00"),  # not to its own day
        ("2026-11-23 22:00", "2026-11-25 12:00", "Tue 2026-11-24 09:00"),
        ("2026-11-21 10:00", "2026-11-23 10:00", "Fri 2026-11-20 20:00"),
        ("2027-03-28 10:00", "2027-03-30 10:00", "Wed 2027-03-24 20:00"),  # before Easter
    ],
)
def test_what_would_come_too_late_is_pulled_forward(due, event, told):
    at = reminding.in_window(oslo(due), RULES, CALENDAR, event=oslo(event))
    assert shown(at) == told


@pytest.mark.parametrize(
    ("starts", "told"),
    [
        # two days and four hours before
        ("2026-11-26 14:15", ["48h Tue 2026-11-24 14:15", "4h Thu 2026-11-26 10:15"]),
        # at half past nine, four hours before is night: the evening before
        ("2026-11-26 09:30", ["48h Tue 2026-11-24 09:30", "4h Wed 2026-11-25 20:00"]),
        # Monday's meeting is told of on Friday
        ("2026-11-23 14:15", ["48h Fri 2026-11-20 20:00", "4h Mon 2026-11-23 10:15"]),
        ("2026-11-23 09:30", ["48h Fri 2026-11-20 20:00", "4h Fri 2026-11-20 20:00"]),
        # Tuesday's two days before is Sunday: Monday is early enough
        ("2026-11-24 14:15", ["48h Mon 2026-11-23 09:00", "4h Tue 2026-11-24 10:15"]),
        # the day after Easter, the Wednesday before it
        ("2027-03-30 14:00", ["48h Wed 2027-03-24 20:00", "4h Tue 2027-03-30 10:00"]),
        # an evening at the club
        ("2026-11-25 19:00", ["48h Mon 2026-11-23 19:00", "4h Wed 2026-11-25 15:00"]),
        # a meeting on a Saturday
        ("2026-11-28 12:00", ["48h Thu 2026-11-26 12:00", "4h Fri 2026-11-27 20:00"]),
    ],
)
def test_reminders_come_two_days_and_four_hours_before(starts, told):
    assert reminders(starts) == told


@pytest.mark.parametrize(
    ("called", "told"),
    [
        ("2026-11-24 14:14", ["48h Tue 2026-11-24 14:15", "4h Thu 2026-11-26 10:15"]),
        ("2026-11-24 14:15", ["4h Thu 2026-11-26 10:15"]),
        ("2026-11-26 10:14", ["4h Thu 2026-11-26 10:15"]),
        ("2026-11-26 10:15", []),
        ("2026-11-26 13:30", []),
        ("2026-11-26 14:00", []),
    ],
)
def test_a_meeting_called_late_is_not_reminded_of_what_has_passed(called, told):
    assert reminders("2026-11-26 14:15", called) == told


def test_a_meeting_booked_under_45_minutes_ahead_has_no_reminder():
    soon = MunicipalPolicy(meeting_reminders_hours=(0, 1))
    starts, calendar = oslo("2026-11-26 14:15"), Calendar()
    called = starts - timedelta(minutes=44)
    assert reminding.meeting_steps(starts, called, soon, calendar) == ()


def test_reminders_follow_real_hours_over_a_change_of_clocks():
    every_day = MunicipalPolicy(window_weekends=True)
    steps = reminding.meeting_steps(
        oslo("2027-03-29 14:00"), oslo("2027-03-01 10:00"), every_day, Calendar()
    )
    assert [shown(step.at) for step in steps] == ["Sat 2027-03-27 13:00", "Mon 2027-03-29 10:00"]


def test_a_zoned_start_is_counted_in_real_hours_too():
    every_day = MunicipalPolicy(window_weekends=True)
    starts, called = oslo("2027-03-29 14:00"), oslo("2027-03-01 10:00")
    as_utc = reminding.meeting_steps(starts, called, every_day, Calendar())
    assert (
        reminding.meeting_steps(starts.astimezone(OSLO), called, every_day, Calendar()) == as_utc
    )


def test_every_reminder_is_moot_once_the_meeting_has_begun():
    starts = oslo("2026-11-26 14:15")
    steps = reminding.meeting_steps(starts, oslo("2026-11-02 10:00"), RULES, CALENDAR)
    assert {step.not_after for step in steps} == {starts}
    assert [step.too_late(starts + timedelta(seconds=1)) for step in steps] == [True, True]


@pytest.mark.parametrize(
    ("now", "starts", "told"),
    [
        ("2026-11-23 10:00", "2026-11-26 14:15", "Mon 2026-11-23 10:00"),
        ("2026-11-23 22:30", "2026-11-26 14:15", "Tue 2026-11-24 09:00"),
        ("2026-11-21 12:00", "2026-11-26 14:15", "Mon 2026-11-23 09:00"),
        ("2026-11-23 22:30", "2026-11-24 14:15", "Mon 2026-11-23 22:30"),  # else too late
        ("2026-11-21 12:00", "2026-11-23 14:15", "Sat 2026-11-21 12:00"),
    ],
)
def test_news_keeps_the_quiet_hours_unless_it_would_leave_under_a_day(now, starts, told):
    assert shown(reminding.news_at(oslo(now), oslo(starts), RULES, CALENDAR)) == told


# --- three years ---------------------------------------------------------------------------------

instants = st.integers(0, 3 * 366 * 24 * 60).map(
    lambda minutes: datetime(2025, 12, 31, 23, tzinfo=UTC) + timedelta(minutes=minutes)
)
red = st.frozensets(st.dates(date(2026, 1, 1), date(2028, 12, 31)), max_size=60)


def _is_quiet(instant: datetime, calendar: Calendar) -> bool:
    """The rule said again, slowly."""
    local = instant.astimezone(OSLO)
    closed = local.weekday() in (5, 6) or local.date() in calendar.red_days
    return closed or local.time() < time(9) or local.time() >= time(20, 1)


def _steps(starts: datetime, called: datetime, more_red) -> tuple[tuple[Step, ...], Calendar]:
    calendar = Calendar(red_days=RED | more_red)
    return reminding.meeting_steps(starts, called, RULES, calendar), calendar


@settings(max_examples=300, deadline=None)
@given(instants, instants, red)
def test_no_reminder_is_ever_at_night_on_a_day_off_before_the_call_or_after_the_start(
    starts, called, more_red
):
    steps, calendar = _steps(starts, called, more_red)
    assert [step for step in steps if _is_quiet(step.at, calendar)] == []
    assert [step for step in steps if not called < step.at < starts] == []


@settings(max_examples=200, deadline=None)
@given(instants, red)
def test_a_meeting_called_long_before_always_has_both_and_the_first_on_an_earlier_day(
    starts, more_red
):
    steps, _calendar = _steps(starts, starts - timedelta(days=120), more_red)
    assert [step.name for step in steps] == ["48h", "4h"]
    assert steps[0].at.astimezone(OSLO).date() < starts.astimezone(OSLO).date()
    assert steps[1].at <= starts - timedelta(hours=1)


@settings(max_examples=200, deadline=None)
@given(instants, instants, red)
def test_news_is_never_told_after_the_start_and_quiet_hours_are_broken_only_in_a_hurry(
    now, starts, more_red
):
    calendar = Calendar(red_days=RED | more_red)
    told = reminding.news_at(now, starts, RULES, calendar)
    assert told == now or told <= starts - timedelta(days=1)
    if _is_quiet(told, calendar):
        opening = reminding.in_window(now, RULES, calendar)
        assert (told, opening > starts - timedelta(days=1)) == (now, True)
