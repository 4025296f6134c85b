"""Files made when they are sent, read back as a calendar or a camera would."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from bot.attachments import File, make
from handlers.turns import Attachment
from locales import verbatim

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PLAIN = {
    "cancelled": False,
    "uid": "00c0ffee00c0ffee00c0ffee00",
    "sequence": 2,
    "starts_at": datetime(2026, 11, 26, 13, 15, tzinfo=UTC),
    "zone": "Europe/Oslo",
    "minutes": 45,
    "summary": verbatim("Avtale"),
    "place": None,
    "organizer": "Fjordvik kommune",
    "address": "noreply@kommune.invalid",
    "now": NOW,
}


def made(**changes) -> File:
    return make(Attachment("ics", {**PLAIN, **changes}), "nb")


def read(file: File) -> tuple[Calendar, Event]:
    calendar = Calendar.from_ical(file.data)
    [event] = calendar.walk("VEVENT")
    return calendar, event


def test_a_meeting_is_published_with_a_neutral_name_and_summary():
    file = made()
    calendar, event = read(file)
    assert (file.name, file.mime) == ("avtale.ics", "text/calendar")
    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    assert sorted(event) == [
        "CLASS", "DTEND", "DTSTAMP", "DTSTART", "ORGANIZER", "SEQUENCE", "STATUS", "SUMMARY",
        "UID",
    ]  # fmt: skip
    assert (event["SUMMARY"], event["STATUS"], event["CLASS"]) == (
        "Avtale", "CONFIRMED", "PRIVATE",
    )  # fmt: skip
    assert (event["UID"], event["SEQUENCE"], event.decoded("DTSTAMP")) == (PLAIN["uid"], 2, NOW)


def test_the_organizer_is_the_municipality_and_nobodys_address():
    _calendar, event = read(made())
    organizer = event["ORGANIZER"]
    assert (organizer, organizer.params["CN"]) == (
        "mailto:noreply@kommune.invalid", "Fjordvik kommune",
    )  # fmt: skip


def test_the_bots_name_is_nowhere_in_it():
    assert b"los" not in made().data.lower()


def test_a_cancellation_has_the_same_uid_and_a_higher_sequence():
    calendar, event = read(made(cancelled=True, sequence=3))
    assert (calendar["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")
    assert (event["UID"], event["SEQUENCE"]) == (PLAIN["uid"], 3)


def test_the_time_is_a_wall_clock_with_its_zones_rules():
    calendar, event = read(made())
    assert b"DTSTART;TZID=Europe/Oslo:20261126T141500" in made().data
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Oslo"]
    assert event.decoded("DTSTART").astimezone(UTC) == PLAIN["starts_at"]


@settings(max_examples=60, deadline=None)
@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)), st.integers(15, 240))  # noqa: DTZ001
def test_the_instant_survives_every_change_of_clocks(starts, minutes):
    starts = starts.replace(second=0, microsecond=0, tzinfo=UTC)
    oslo_fold = starts.astimezone(ZoneInfo("Europe/Oslo")).fold
    _calendar, event = read(made(starts_at=starts, minutes=minutes))
    if not oslo_fold:  # iCalendar cannot say which of the hour that comes twice
        assert event.decoded("DTSTART").astimezone(UTC) == starts
        ends = event.decoded("DTEND")
        assert ends.fold or ends.astimezone(UTC) in (
            starts + timedelta(minutes=minutes),
            starts + timedelta(minutes=minutes) - timedelta(hours=1),
        )


def test_the_place_is_there_only_when_it_was_given():
    _calendar, event = read(made(place=verbatim("Kafé Sol; 2. etasje, rom «A»")))
    assert event["LOCATION"] == "Kafé Sol; 2. etasje, rom «A»"


def test_words_cannot_add_lines_to_the_file():
    evil = "rom 2\r\nATTENDEE:mailto:ida@example.invalid\nDESCRIPTION:barnevern"
    _calendar, event = read(made(place=verbatim(evil), organizer='Ø"; X=1\r\nY:Z'))
    assert ("ATTENDEE" in event, "DESCRIPTION" in event, "Y" in event) == (False, False, False)


def test_lines_are_folded_as_calendars_demand():
    long = made(place=verbatim("æøå " * 60)).data
    assert max(len(line) for line in long.split(b"\r\n")) <= 75


def _pixels(data: bytes) -> list[bytes]:
    """Rows of a one-bit grey PNG, without a filter: what segno writes."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, _height, depth, colour = struct.unpack(">IIBB", data[16:26])
    assert (depth, colour) == (1, 0)
    at, body = 8, b""
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            body += data[at + 8 : at + 8 + size]
        at += size + 12
    raw, step = zlib.decompress(body), (width + 7) // 8 + 1
    return [raw[i + 1 : i + step] for i in range(0, len(raw), step)]


def test_a_code_is_a_picture_with_a_white_border():
    link = "https://t.me/losbot_demo_bot?start=AbCdEfGhIjKlMnOpQrStUv"
    file = make(Attachment("qr", {"link": link}), "nb")
    rows = _pixels(file.data)
    assert (file.name, file.mime) == ("kode.png", "image/png")
    assert len(rows) >= 300
    white = rows[0]
    assert rows[:40] == [white] * 40
    assert rows[-40:] == [white] * 40
    assert rows[45] != white


def test_a_kind_nobody_makes_is_an_error():
    with pytest.raises(KeyError):
        make(Attachment("pdf", {}), "nb")


def test_slow_libraries_are_not_loaded_before_they_are_needed():
    code = "import sys, bot.attachments; print({'icalendar', 'segno'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


# --- a series ------------------------------------------------------------------------------------


def test_a_series_is_one_file_of_meetings_with_times_of_their_own():
    """Over both changes of the clocks: the same time on the wall, and the zone's rules come along."""
    starts = [
        datetime(2026, 10, 22, 12, 15, tzinfo=UTC),
        datetime(2026, 10, 29, 13, 15, tzinfo=UTC),
        datetime(2027, 3, 25, 13, 15, tzinfo=UTC),
        datetime(2027, 4, 1, 12, 15, tzinfo=UTC),
    ]
    entries = tuple((f"{at:%Y%m%d}", at, 60, n == 1) for n, at in enumerate(starts))
    data = {**PLAIN, "entries": entries, "sequence": 3}
    file = make(Attachment("ics_series", data), "nb")
    found = Calendar.from_ical(file.data)
    assert (file.name, found["method"]) == ("avtale.ics", "PUBLISH")
    assert [str(each["tzid"]) for each in found.timezones] == ["Europe/Oslo"]
    assert {each["dtstart"].dt.strftime("%H:%M") for each in found.events} == {"14:15"}
    assert [each["dtstart"].dt.astimezone(UTC) for each in found.events] == starts
    uids = [str(each["uid"]) for each in found.events]
    assert len(set(uids)) == 4
    assert uids == [str(each["uid"]) for each in _again(data).events]
    assert [str(each["status"]) for each in found.events] == [
        "CONFIRMED", "CANCELLED", "CONFIRMED", "CONFIRMED",
    ]  # fmt: skip
    assert {each["sequence"] for each in found.events} == {3}
    assert {str(each["summary"]) for each in found.events} == {"Avtale"}
    assert not {"DESCRIPTION", "ATTENDEE", "LOCATION"} & {key for e in found.events for key in e}


def _again(data) -> Calendar:
    later = {**data, "now": data["now"] + timedelta(days=9)}
    return Calendar.from_ical(make(Attachment("ics_series", later), "nb").data)


def test_a_series_that_has_ended_is_cancelled():
    entries = (("20261203", datetime(2026, 12, 3, 13, 15, tzinfo=UTC), 60, True),)
    data = {**PLAIN, "entries": entries, "cancelled": True}
    found = Calendar.from_ical(make(Attachment("ics_series", data), "nb").data)
    assert found["method"] == "CANCEL"
    assert make(Attachment("ics_series", {**data, "entries": ()}), "nb").data
