"""Files made when they are sent: calendar files, QR codes, bars, a person's own data. Nothing is kept
on disk.

A calendar file gives nothing away: no names, no attendees, no description, a neutral summary and
file name. The makers' libraries are imported only when a file is made: they are slow to load.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot import charts, documents
from locales import say

if TYPE_CHECKING:
    from icalendar import Event

    from handlers.turns import Attachment


@dataclass(frozen=True, slots=True)
class File:
    name: str
    mime: str
    data: bytes


def make(attachment: Attachment, language: str) -> File:
    """Raises KeyError for a kind nobody makes."""
    return _MAKERS[attachment.kind](attachment.data, language)


def _calendar(data: Mapping[str, Any], language: str) -> File:
    """One meeting, published or (the same UID, a higher SEQUENCE) cancelled."""
    entry = data["uid"], data["starts_at"], data["minutes"], data["cancelled"]
    return _calendar_of([entry], data, language)


def _series(data: Mapping[str, Any], language: str) -> File:
    """Many meetings in one file, each for itself: a rule cannot say where the school holidays are.
    Those that are off are marked so; a series that is ended is cancelled."""
    entries = [
        (f"{data['uid']}-{place}", starts_at, minutes, off)
        for place, starts_at, minutes, off in data["entries"]
    ]
    return _calendar_of(entries, data, language)


def _calendar_of(
    entries: Sequence[tuple[str, datetime, int, bool]], data: Mapping[str, Any], language: str
) -> File:
    from icalendar import Calendar

    calendar = Calendar()
    # Not the bot's name: it says what the meeting is about.
    calendar.add("prodid", "-//Kommune//Avtale//NO")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if data["cancelled"] else "PUBLISH")
    for entry in entries:
        calendar.add_component(_event(entry, data, language))
    days = [starts_at.date() for _uid, starts_at, _minutes, _off in entries]
    near = timedelta(days=400)
    if days:
        calendar.add_missing_timezones(min(days) - near, max(days) + near)
    return File("avtale.ics", "text/calendar", calendar.to_ical())


def _event(
    entry: tuple[str, datetime, int, bool], data: Mapping[str, Any], language: str
) -> Event:
    from icalendar import Event, vCalAddress

    uid, starts_at, minutes, off = entry
    zone = ZoneInfo(data["zone"])
    ends = starts_at.astimezone(UTC) + timedelta(minutes=minutes)
    organizer = vCalAddress(f"mailto:{data['address']}")
    organizer.params["CN"] = data["organizer"]
    event = Event()
    event.add("uid", uid)
    event.add("sequence", data["sequence"])
    event.add("dtstamp", data["now"].astimezone(UTC))
    event.add("dtstart", starts_at.astimezone(zone))
    event.add("dtend", ends.astimezone(zone))
    event.add("summary", say(data["summary"], language))
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event["organizer"] = organizer
    if data["place"] is not None:
        event.add("location", say(data["place"], language))
    return event


def _qr(data: Mapping[str, Any], language: str) -> File:
    """A link as a picture that a phone's camera reads from a screen or from paper."""
    import segno

    picture = BytesIO()
    segno.make(data["link"], error="m", micro=False).save(
        picture, kind="png", scale=10, border=4, dark="black", light="white"
    )
    return File("kode.png", "image/png", picture.getvalue())


def _page(data: Mapping[str, Any], language: str) -> File:
    return File("oversikt.html", "text/html", documents.page(data, language))


def _json(data: Mapping[str, Any], language: str) -> File:
    return File("oversikt.json", "application/json", documents.as_json(data))


def _bars(data: Mapping[str, Any], language: str) -> File:
    return File("oversikt.png", "image/png", charts.bars(data["bars"]))


_MAKERS: dict[str, Callable[[Mapping[str, Any], str], File]] = {
    "ics": _calendar,
    "ics_series": _series,
    "qr": _qr,
    "page": _page,
    "json": _json,
    "bars": _bars,
}
