"""The school year's clock, 2026 to 2030: when nobody is written to, and where what waits goes then."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.municipality_file import red_days
from models import break_rules, follow_ups, reminding, tiltak, unasked
from models.municipality import Municipality
from models.outbox import Outgoing
from models.policy import Calendar, MunicipalPolicy
from models.reminding import Step
from models.terms import Rung, Signal
from tests.agreed import agreed, planned

OSLO = ZoneInfo("Europe/Oslo")
DAY = timedelta(days=1)
RED = frozenset(date.fromisoformat(day) for day in red_days(2026, 2030))


def span(first: str, last: str) -> set[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return {start + n * DAY for n in range((end - start).days + 1)}


ROUTE = frozenset(
    day
    for year in range(2026, 2031)
    for day in (
        span(f"{year}-06-20", f"{year}-08-17")
        | span(f"{year}-10-05", f"{year}-10-09")
        | span(f"{year}-12-21", f"{year}-12-31")
        | span(f"{year}-02-22", f"{year}-02-26")
    )
)
YEAR = Calendar(RED, ROUTE, frozenset(span("2027-05-18", "2027-05-28")))
RULES = MunicipalPolicy()
EARLY = MunicipalPolicy(window_from=time(6, 30), staff_window_from=time(7, 30),
                        staff_window_to=time(15, 30))  # fmt: skip


def at(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=OSLO).astimezone(UTC)


def told(day: str, clock: str, rules=RULES) -> str:
    found = reminding.in_window(at(day, clock), rules, YEAR)
    return found.astimezone(OSLO).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        # moving feasts: Maundy Thursday to Easter Monday, and Whit Monday
        ("2027-03-25", "10:00", "2027-03-30 09:00"),
        ("2028-04-13", "10:00", "2028-04-18 09:00"),
        ("2029-03-29", "10:00", "2029-04-03 09:00"),
        ("2030-04-18", "10:00", "2030-04-23 09:00"),
        ("2027-05-17", "10:00", "2027-05-18 09:00"),  # also Whit Monday
        ("2028-06-05", "10:00", "2028-06-06 09:00"),
        ("2029-05-10", "10:00", "2029-05-11 09:00"),  # Ascension Day
        # the nights on which the clock is moved
        ("2027-03-27", "23:00", "2027-03-30 09:00"),
        ("2028-03-26", "02:30", "2028-03-27 09:00"),
        ("2028-10-29", "02:30", "2028-10-30 09:00"),
        ("2029-03-25", "01:59", "2029-03-26 09:00"),
        ("2030-10-27", "03:00", "2030-10-28 09:00"),
        # New Year's Eve at night; New Year's Day is red, and 2027-01-02 a Saturday
        ("2026-12-31", "20:01", "2027-01-04 09:00"),
        ("2029-12-31", "21:00", "2030-01-02 09:00"),
    ],
)  # fmt: skip
def test_nobody_is_written_to_on_a_red_day_at_a_weekend_or_at_night(day, clock, expected):
    assert told(day, clock) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-10-12", "2026-10-12 08:00"),  # Monday after the autumn break
        ("2026-10-13", "2026-10-13 06:30"),
        ("2026-10-19", "2026-10-19 06:30"),  # any other Monday
        ("2027-03-01", "2027-03-01 08:00"),  # after the winter break
        ("2027-03-30", "2027-03-30 08:00"),  # Tuesday after Easter
        ("2027-05-18", "2027-05-18 08:00"),  # after 17 May
        ("2027-01-04", "2027-01-04 08:00"),
        ("2027-08-18", "2027-08-18 08:00"),  # the first day after summer
    ],
)
def test_not_before_eight_on_the_first_day_after_a_holiday(day, expected):
    assert told(day, "05:00", EARLY) == expected


def test_staff_have_hours_of_their_own():
    rules = reminding.for_staff(EARLY)
    assert told("2026-11-24", "05:00", rules) == "2026-11-24 07:30"
    assert told("2026-11-24", "15:31", rules) == "2026-11-25 07:30"
    assert told("2026-11-24", "15:31", EARLY) == "2026-11-24 15:31"
    assert told("2026-11-24", "15:31", reminding.for_staff(RULES)) == "2026-11-24 15:31"


def test_each_is_told_within_their_own_hours_and_a_parent_at_work_as_a_parent(session, cast, now):
    late = now.replace(hour=16)  # 17.00 in Oslo
    session.info["policy"] = {now.date(): EARLY}
    unasked.tell(session, "x", [cast.ida.id, cast.kari.id, cast.jonas.id], 1, "o", late)
    rows = session.scalars(select(Outgoing).where(Outgoing.kind == "x"))
    told = {row.recipient_id: row.not_before for row in rows}
    assert told[cast.ida.id] == told[cast.kari.id] == late
    assert told[cast.jonas.id] == at("2026-11-24", "07:30")


# --- exams ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "first", "expected"),
    [
        ("2027-05-14", "2027-05-01", "2027-05-14"),
        ("2027-05-18", "2027-05-01", "2027-05-14"),  # before them, and before 17 May
        ("2027-05-15", "2027-05-01", "2027-05-14"),  # a Saturday: Tuesday is one of exams
        ("2027-05-28", "2027-05-01", "2027-05-14"),
        ("2027-05-20", "2027-05-18", "2027-05-29"),  # it was agreed too late for that: after
        ("2027-05-29", "2027-05-01", "2027-05-29"),
    ],
)
def test_what_a_youth_is_asked_comes_before_the_exams_or_after_them(day, first, expected):
    found = reminding.not_in_exams(date.fromisoformat(day), RULES, YEAR, date.fromisoformat(first))
    assert found == date.fromisoformat(expected)


def test_the_evaluation_is_asked_about_before_the_exams():
    steps = reminding.evaluation_steps(
        date(2027, 5, 31), at("2027-05-03", "10:00"), RULES, YEAR, at("2027-05-04", "10:00")
    )
    before = next(step for step in steps if step.name == "before")
    assert before.at.astimezone(OSLO).date() == date(2027, 5, 14)


def test_no_youth_is_asked_in_the_days_of_exams_and_the_holder_is_reminded_all_the_same(
    session, cast, now
):
    case = agreed(session, cast, now)
    thing = planned(session, cast, case, now, evaluate_on=now.date() + 3 * DAY)
    here = session.scalars(select(Municipality)).one()
    here.exam_days = [(now.date() + n * DAY).isoformat() for n in range(9)]
    session.info.pop("calendar", None)
    tiltak.LADDER.take(session, thing, Step("day", now + 3 * DAY), now + 3 * DAY)
    kinds = [row.kind for row in session.scalars(select(Outgoing))]
    assert "evaluation.due" in kinds
    assert "evaluation.voice" not in kinds
    assert thing.asked_at is None
    tiltak.LADDER.take(session, thing, Step("week1", now + 10 * DAY), now + 10 * DAY)
    assert thing.asked_at == now + 10 * DAY


# --- holidays ------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", range(2026, 2030))
def test_no_rung_and_no_digest_comes_while_school_is_closed(year):
    """Every day of the year as the day something should have been done."""
    now = datetime(year, 1, 1, 9, tzinfo=UTC)
    for n in range(365):
        since = date(year, 1, 1) + n * DAY
        steps = break_rules.rungs(Signal.MEETING, since, RULES, YEAR)
        days = [step.at.astimezone(OSLO) for step in steps]
        assert [step.name for step in steps] == [*Rung]
        assert days == sorted(set(days))
        assert all(reminding.is_school_day(day.date(), YEAR) for day in days)
        assert all(9 <= day.hour <= 20 for day in days)
        weekly = reminding.digest_steps(RULES, YEAR, now + n * DAY)
        assert all(
            reminding.is_school_day(step.at.astimezone(OSLO).date(), YEAR) for step in weekly
        )
        assert follow_ups.next_at(weekly, [], now + n * DAY) is not None
