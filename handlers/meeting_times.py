"""What is unusual about a time that somebody sets for a meeting: told, never refused."""

from __future__ import annotations

from datetime import date, datetime

from locales import Text, _, plural
from models.meeting_steps import Odd, odd_day, oddities
from models.meeting_views import Times
from models.policy import Calendar

_DAYS: dict[Odd, Text] = {
    Odd.RED_DAY: _("⚠ Det er en rød dag."),
    Odd.WEEKEND: _("⚠ Det er i en helg."),
    Odd.SCHOOL_OFF: _("⚠ Skolen har fri den dagen."),
}


def day_warnings(day: date, calendar: Calendar) -> list[Text]:
    return [_DAYS[odd] for odd in odd_day(day, calendar)]


def warnings(times: Times | None, starts: datetime, minutes: int) -> list[Text]:
    if times is None:
        return []
    found = oddities(starts, times.today, times.rules, times.calendar, times.busy, minutes)
    days = times.rules.meeting_notice_days
    told: dict[Odd, Text] = {
        **_DAYS,
        Odd.SHORT_NOTICE: plural(
            "⚠ Det er mindre enn {n} dag til. Ikke alle rekker å gjøre seg klare.",
            "⚠ Det er mindre enn {n} dager til. Ikke alle rekker å gjøre seg klare.", days,
        ),
        Odd.ODD_HOUR: _("⚠ Det er tidlig på morgenen eller sent på kvelden."),
        Odd.OVERLAPS: _("⚠ Det er et annet møte i saken på samme tid."),
    }  # fmt: skip
    return [told[odd] for odd in found]
