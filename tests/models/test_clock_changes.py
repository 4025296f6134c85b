"""Every change of the clocks in Oslo from 2024 to 2037: reminders at the right local time, none at
night, none twice; a meeting is when its clock on the wall says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from models import recurring, reminding
from models.base import Refused
from models.follow_ups import next_at
from models.invitees import instant_of
from models.policy import Calendar, MunicipalPolicy
from models.recurring import Pattern
from models.reminding import Step
from models.terms import OccasionState, RequestState, Why

OSLO = ZoneInfo("Europe/Oslo")
RULES, ALWAYS = MunicipalPolicy(), MunicipalPolicy(window_weekends=True)
NO_RED = Calendar()
HOUR, QUARTER, DAY = timedelta(hours=1), timedelta(minutes=15), timedelta(days=1)


def changes() -> Iterator[datetime]:
    """The instants at which Oslo's offset changes, found hour by hour."""
    at, end = datetime(2024, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
    offset = at.astimezone(OSLO).utcoffset()
    while at < end:
        at += HOUR
        if (now := at.astimezone(OSLO).utcoffset()) != offset:
            offset = now
            yield at


EVERY = tuple(changes())
each_change = pytest.mark.parametrize("change", EVERY, ids=lambda at: at.date().isoformat())


def around(change: datetime, days: int = 2, step: timedelta = QUARTER) -> Iterator[datetime]:
    at = change - days * DAY
    while at < change + days * DAY:
        yield at
        at += step


def local(at: datetime) -> datetime:
    assert at.tzinfo is UTC
    return at.astimezone(OSLO)


def is_by_day(at: datetime, rules: MunicipalPolicy) -> bool:
    clock = local(at)
    open_day = rules.window_weekends or clock.weekday() < 5
    return open_day and rules.window_from <= clock.time() <= rules.window_to


def test_there_are_two_a_year_on_sundays_at_one_utc():
    assert len(EVERY) == 28
    assert {(at.hour, at.astimezone(OSLO).weekday()) for at in EVERY} == {(1, 6)}
    assert [at.month for at in EVERY] == [3, 10] * 14


@each_change
def test_what_is_due_then_waits_for_the_morning_on_the_wall(change):
    """From two days before until two days after: at once by day, else at nine the next open day."""
    for rules in (RULES, ALWAYS):
        for at in around(change):
            sent = reminding.in_window(at, rules, NO_RED)
            assert is_by_day(sent, rules), at
            assert sent >= at
            if sent != at:
                assert not is_by_day(at, rules)
                assert local(sent).time() == time(9)
                between = {local(at + n * HOUR) for n in range(int((sent - at) / HOUR))}
                assert not any(is_by_day(each.astimezone(UTC), rules) for each in between), at


@each_change
def test_nine_oclock_is_another_instant_after_it_than_before(change):
    sunday = local(change).date()
    nine = [reminding.morning_of(sunday + n * DAY, ALWAYS, NO_RED) for n in (-1, 0, 1)]
    spring = change.month == 3
    assert [at.hour for at in nine] == ([8, 7, 7] if spring else [7, 8, 8])
    assert nine[1] - nine[0] == timedelta(hours=23 if spring else 25)


@each_change
def test_news_keeps_the_night_unless_it_would_come_too_late(change):
    for now in around(change, step=HOUR):
        for ahead in (2 * HOUR, 20 * HOUR, 30 * HOUR, 50 * HOUR, 5 * DAY):
            told = reminding.news_at(now, now + ahead, RULES, NO_RED)
            later = reminding.in_window(now, RULES, NO_RED)
            assert told == (later if later <= now + ahead - DAY else now)
            assert told == now or is_by_day(told, RULES)


@each_change
def test_a_meeting_is_when_the_clock_on_the_wall_says(change):
    """The hour that is skipped is refused; the one that comes twice is two instants."""
    sunday, spring = local(change).date(), change.month == 3
    midnight = datetime.combine(sunday, time())
    for quarter in range(96):
        wall = midnight + quarter * QUARTER
        odd = wall.hour == 2
        if odd and spring:
            with pytest.raises(Refused) as refused:
                instant_of(wall, "Europe/Oslo")
            assert refused.value.why is Why.NO_SUCH_TIME
            continue
        first, second = (instant_of(wall.replace(fold=fold), "Europe/Oslo") for fold in (0, 1))
        assert local(first).replace(tzinfo=None) == local(second).replace(tzinfo=None) == wall
        assert second - first == (HOUR if odd else timedelta())


def ladders(starts: datetime, booked: datetime) -> dict[str, Iterable[Step]]:
    """What follows up something of that instant, by the functions every ladder is made of."""
    day = local(starts).date()
    evaluated = reminding.evaluation_steps(day, booked, RULES, NO_RED, starts)
    return {
        "meeting": reminding.meeting_steps(starts, booked, RULES, NO_RED),
        "evaluation": evaluated,
        "deadline": reminding.deadline_steps(day, booked, RULES, NO_RED),
        "review": reminding.review_steps(day, RULES, NO_RED, starts),
        "request": reminding.request_steps(
            RequestState.READY, starts - 7 * DAY, RULES, NO_RED, starts
        ),
        "contact": reminding.contact_wish_steps(starts - 2 * DAY, RULES, NO_RED, starts),
        "standing": recurring.occasion_steps(
            OccasionState.PLANNED, starts, booked, False, RULES, NO_RED, starts
        ),
        "minutes": recurring.occasion_steps(
            OccasionState.HELD, starts, booked, False, RULES, NO_RED, starts
        ),
    }


@each_change
def test_no_reminder_comes_at_night_or_twice_or_after_its_meeting(change):
    """Meetings from the Friday before to the Wednesday after, at every hour of the working day."""
    sunday = local(change).date()
    for days in (-2, 0, 1, 2, 3):
        for hour in (8, 9, 12, 16, 19):
            wall = datetime.combine(sunday + days * DAY, time(hour))
            starts = instant_of(wall, "Europe/Oslo")
            for name, steps in ladders(starts, starts - 20 * DAY).items():
                named = [step.name for step in steps]
                assert len(named) == len(set(named)), (name, wall)
                assert all(is_by_day(step.at, RULES) for step in steps), (name, wall)
                if name == "meeting":
                    assert all(step.at < starts for step in steps), wall


@each_change
@pytest.mark.parametrize(("wall", "messages"), [(time(14, 15), 2), (time(8), 1)])
def test_the_tick_takes_each_reminder_once_whenever_it_looks(change, wall, messages):
    """It looks every hour, over the change; what is due together is one message
    (`follow_ups.take_due`): on Friday evening both of a meeting on Monday at eight."""
    monday = local(change).date() + DAY
    starts = instant_of(datetime.combine(monday, wall), "Europe/Oslo")
    steps = reminding.meeting_steps(starts, starts - 20 * DAY, RULES, NO_RED)
    done: list[str] = []
    said: list[datetime] = []
    for at in around(change, days=4, step=HOUR):
        due = next_at(steps, done, at)
        if due is not None and due <= at:
            done += [s.name for s in steps if s.at <= at and s.name not in done]
            said.append(at)
    assert sorted(done) == ["48h", "4h"]
    assert len(said) == messages
    assert all(is_by_day(at, RULES) and at < starts for at in said)


@each_change
def test_reminders_of_a_monday_meeting_keep_to_friday_and_the_same_morning(change):
    """Two days before is a Saturday, or Sunday's night: it is told of on Friday at eight in the
    evening at the latest, by the clock that then holds."""
    monday = local(change).date() + DAY
    starts = instant_of(datetime.combine(monday, time(14, 15)), "Europe/Oslo")
    steps = reminding.meeting_steps(starts, starts - 20 * DAY, RULES, NO_RED)
    walls = {step.name: local(step.at).replace(tzinfo=None) for step in steps}
    assert walls["4h"] == datetime.combine(monday, time(10, 15))
    assert walls["48h"].date() == monday - 3 * DAY
    assert walls["48h"].time() == time(20)


@each_change
def test_an_evaluation_set_for_the_day_after_is_told_of_at_nine(change):
    monday = local(change).date() + DAY
    steps = reminding.evaluation_steps(monday, change - 20 * DAY, RULES, NO_RED, change)
    walls = {step.name: local(step.at) for step in steps}
    assert (walls["day"].date(), walls["day"].time()) == (monday, time(9))
    assert (walls["before"].date(), walls["before"].time()) == (monday - 7 * DAY, time(9))
    assert {wall.time() for wall in walls.values()} == {time(9)}


@each_change
def test_a_standing_meeting_keeps_its_time_on_the_wall(change):
    thursday = local(change).date() - 3 * DAY
    pattern = Pattern(thursday, thursday + timedelta(weeks=6), every_weeks=1)
    found = [fall.on for fall in recurring.falls(pattern, NO_RED)]
    assert found == [thursday + timedelta(weeks=n) for n in range(7)]
    instants = [recurring.instant(day, time(14, 15), "Europe/Oslo") for day in found if day]
    assert {local(at).time() for at in instants} == {time(14, 15)}
    shifts = [b - a - timedelta(weeks=1) for a, b in pairwise(instants)]
    assert [s for s in shifts if s] == [-HOUR if change.month == 3 else HOUR]


def test_the_last_day_counts_as_any_other():
    assert date(2037, 10, 25) == EVERY[-1].date()
