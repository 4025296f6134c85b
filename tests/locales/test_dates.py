"""Days and times said and read back, the two nights a year when clocks move, and odd input."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from locales import LANGUAGES, Day, Moment, say, shown
from locales.dates import (
    Ambiguous,
    Invalid,
    Nothing,
    Ok,
    Reading,
    Reason,
    WrongWeekday,
    month_name,
    read_day,
    read_when,
    relative_day,
    weekday_letters,
)

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2026, 11, 21, 10, tzinfo=OSLO)
"""A Saturday."""


@pytest.mark.parametrize("language", LANGUAGES)
@settings(deadline=None)
@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    quarters=st.integers(1, 4 * 24 * 545),
)
@example(start=datetime(2026, 10, 24, 12, tzinfo=UTC), quarters=50)
@example(start=datetime(2026, 10, 24, 12, tzinfo=UTC), quarters=54)
@example(start=datetime(2028, 2, 28, 12, tzinfo=UTC), quarters=96)
def test_what_is_said_is_read_back(language: str, start: datetime, quarters: int) -> None:
    hour = start.replace(minute=0, second=0, microsecond=0)
    instant = hour + quarters * timedelta(minutes=15)
    if instant <= start:
        return
    assert _read_back(Moment(instant, year=True), start, language) == Ok(instant)
    without_year = _read_back(Moment(instant), start, language)
    if instant - start < timedelta(days=364):
        assert without_year == Ok(instant)
    else:
        sure = Ok(instant), Invalid(Reason.PAST)
        assert without_year in sure or isinstance(without_year, WrongWeekday)
    day = instant.astimezone(OSLO).date()
    assert read_day(say(shown(Day(day, year=True)), language), start, language) == Ok(day)


def _read_back(moment: Moment, now: datetime, language: str) -> Reading:
    return read_when(say(shown(moment), language), now, language)


@pytest.mark.parametrize("year", range(2026, 2031))
def test_the_hour_that_is_skipped_does_not_exist(year: int) -> None:
    day = _last_sunday(year, 3)
    now = datetime(year, 1, 15, 12, tzinfo=UTC)
    for wall in ("02.00", "02.15", "02.59"):
        reading = read_when(f"{day:%d.%m.%Y} kl {wall}", now, "nb")
        assert reading == Invalid(Reason.NO_SUCH_TIME)
    before = read_when(f"{day:%d.%m.%Y} kl 01.59", now, "nb")
    after = read_when(f"{day:%d.%m.%Y} kl 03.00", now, "nb")
    assert isinstance(before, Ok)
    assert isinstance(after, Ok)
    assert after.value - before.value == timedelta(minutes=1)


@pytest.mark.parametrize("year", range(2026, 2031))
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_hour_that_comes_twice_is_two_times(year: int, language: str) -> None:
    day = _last_sunday(year, 10)
    now = datetime(year, 6, 15, 12, tzinfo=UTC)
    twice = read_when(f"{day:%d.%m.%Y} kl 02.30", now, language)
    assert isinstance(twice, Ambiguous)
    first, second = twice.options
    assert second - first == timedelta(hours=1)
    assert say(shown(Moment(first)), language) != say(shown(Moment(second)), language)
    for option in twice.options:
        assert _read_back(Moment(option), now, language) == Ok(option)
    for wall in ("01.59", "03.00"):
        assert isinstance(read_when(f"{day:%d.%m.%Y} kl {wall}", now, language), Ok)


def _last_sunday(year: int, month: int) -> date:
    day = date(year, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


def test_today_is_today_on_the_wall_there() -> None:
    """A quarter to midnight in UTC is already tomorrow in Oslo."""
    late = datetime(2026, 11, 20, 23, 45, tzinfo=UTC)
    assert read_when("i dag kl 9", late, "nb") == Ok(datetime(2026, 11, 21, 8, tzinfo=UTC))
    assert read_when("i dag kl 23.50", late, "nb", zone="UTC") == Ok(late + timedelta(minutes=5))


def _pieces(line: str) -> list[str]:
    return line.split()


PIECES = _pieces(
    """
kl klokka halv kvart over på ti to ni 14 14.15 14:15 3. 3.12 31. desember des mai neste denne
uke i dag om en - – . , ? ikke eller pm at the of og 2026 9 0 99 ¦ og den ½ ² ١ \u2068 \u202e 🙂
    """
)


@settings(deadline=None)
@given(
    st.one_of(st.text(max_size=400), st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join))
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_makes_it_fall_over(language: str, words: str) -> None:
    read_day(words, NOW, language)
    read_when(words, NOW, language)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["kl 14", "halv ni", "14:15", "2 pm", "om kvelden", "passer", "🙂", "x", "9"]
        )
    )
)
def test_without_a_day_nothing_is_sure(pieces: list[str]) -> None:
    assert read_when(" ".join(pieces), NOW, "en") == Nothing()


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=("Nd",)), max_size=80))
def test_text_without_digits_or_names_of_days_is_never_sure(words: str) -> None:
    assert not isinstance(read_when(words, NOW, "nb"), Ok | Ambiguous)


def test_days_near_today_have_names() -> None:
    today = NOW.date()
    days = [relative_day(today + timedelta(days=n), today) for n in (-1, 0, 1, 2)]
    assert [say(day, "nb") for day in days] == [
        "fredag 20. november",
        "i dag",
        "i morgen",
        "mandag 23. november",
    ]
    assert [say(day, "nn") for day in days][2:] == ["i morgon", "måndag 23. november"]
    assert [say(day, "en") for day in days][:3] == ["Friday 20 November", "today", "tomorrow"]


def test_the_head_of_a_calendar() -> None:
    assert "".join(say(letter, "nb") for letter in weekday_letters()) == "MTOTFLS"
    assert [say(month_name(n), "en") for n in (1, 12)] == ["January", "December"]


def test_a_very_long_line_costs_nothing() -> None:
    assert read_when("3. " * 50_000, NOW, "nb") == Nothing()
