"""ISO 8601 as /sim takes it: durations without months, instants with a zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d{1,5})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?:(?P<hours>\d{1,7})H)?(?:(?P<minutes>\d{1,8})M)?"
    r"(?:(?P<seconds>\d{1,9}(?:\.\d{1,6})?)S)?)?",
    re.ASCII,
)


def duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    parts = (
        {name: float(value) for name, value in match.groupdict().items() if value} if match else {}
    )
    if not parts or text.endswith("T"):
        raise ValueError(f"{text!r} is no duration; write PT1H, P1D, P1DT12H or P2W")
    return timedelta(**parts)


def instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no instant; write 2027-01-31T08:00:00Z") from None
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no zone; add Z or +01:00")
    return moment.astimezone(UTC)


def later(now: datetime, by: timedelta) -> datetime:
    try:
        return now + by
    except OverflowError:
        raise ValueError("that is beyond the end of the calendar") from None
