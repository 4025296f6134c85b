"""A meeting goes from the calendar of whoever may not know of it any more, and tells nothing more."""

from __future__ import annotations

from datetime import timedelta

from icalendar import Calendar
from sqlalchemy import select

from bot.attachments import make
from handlers import compose
from handlers.turns import Reading
from models import cases, closing, contacts, meeting_files, meetings, people, retention, shielding
from models.closing import Wish
from models.invitees import invitee_of, item_of
from models.outbox import Outgoing
from models.shielded import Shield
from models.terms import ClosingReason, FamilyView, InfoKind
from tests import agreed
from tests.meeting_setup import called, take_back
from tests.ways import told_once


@told_once
def case(session, cast, now):
    return agreed.agreed(session, cast, now, {cast.club.id: [InfoKind.MEETINGS]})


@told_once
def meeting(session, cast, case, now):
    """Everybody has it in a calendar."""
    meeting = called(session, cast, case, now)
    for who in (cast.ida, cast.kari, cast.per, cast.jonas, cast.amina):
        meetings.take_file(session, actor=who, meeting_id=meeting.id, now=now)
    return meeting


def removed(session) -> dict[int, Outgoing]:
    rows = session.scalars(select(Outgoing).where(Outgoing.kind == meeting_files.GONE))
    return {row.recipient_id: row for row in rows}


def file_of(session, row, now) -> Calendar:
    person = people.get(session, row.recipient_id)
    contact = contacts.of(session, person.id)
    reading = Reading(session, person, contact, now, row.subject_id, row.params)
    message = compose(reading, row.kind)
    assert message is not None
    return Calendar.from_ical(make(message.attachment, "nb").data)


def test_nothing_is_removed_while_everybody_may_know(session, cast, meeting, now):
    assert meeting_files.take_from_who_lost_it(session, now, 10) == 0


def test_a_service_that_may_not_know_gets_the_file_that_removes_it_once(
    session, cast, meeting, now
):
    before = invitee_of(session, meeting.id, cast.amina.id)
    uid, starts = before.uid, meeting.starts_at
    take_back(session, cast.kari, now)
    retention.sweep(session, now)
    retention.sweep(session, now)
    rows = removed(session)
    assert set(rows) == {cast.amina.id}
    found = file_of(session, rows[cast.amina.id], now)
    [event] = found.events
    assert (found["method"], event["status"], event["uid"]) == ("CANCEL", "CANCELLED", uid)
    assert event["sequence"] == meeting.sequence + 1
    assert event["dtstart"].dt == starts
    assert set(event) == {
        "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS", "STATUS", "ORGANIZER",
    }  # fmt: skip


def test_its_time_is_that_of_the_file_they_have_however_late_it_is_sent(
    session, cast, meeting, now
):
    take_back(session, cast.kari, now)
    meeting_files.take_from_who_lost_it(session, now, 10)
    starts = meeting.starts_at
    meeting.starts_at += timedelta(days=3)
    [event] = file_of(session, removed(session)[cast.amina.id], now).events
    assert event["dtstart"].dt == starts


def test_who_may_know_again_gets_it_as_something_new(session, cast, case, meeting, now):
    uid = invitee_of(session, meeting.id, cast.amina.id).uid
    [service] = cases.services_of(session, case.id)
    service.ended_at = now
    session.flush()
    meeting_files.take_from_who_lost_it(session, now, 10)
    service.ended_at = None
    meetings.take_file(session, actor=cast.amina, meeting_id=meeting.id, now=now)
    assert invitee_of(session, meeting.id, cast.amina.id).uid != uid


def test_when_a_case_is_closed_it_goes_from_every_calendar(session, cast, case, meeting, now):
    wish = Wish(ClosingReason.REACHED, FamilyView.AGREES, "Målet er nådd.")
    closing.close(session, actor=cast.jonas, case_id=case.id, wish=wish, now=now)
    rows = removed(session)
    assert set(rows) == {p.id for p in (cast.ida, cast.kari, cast.per, cast.jonas, cast.amina)}
    for row in rows.values():
        found = file_of(session, row, now)
        assert found["method"] == "CANCEL"
        assert b"Ida" not in found.to_ical()


def test_a_guardian_from_whom_it_is_shielded_is_sent_nothing(session, cast, case, meeting, now):
    shielding.shield(
        session, actor=cast.jonas, case_id=case.id, now=now,
        item=item_of(meeting.id),
        shield=Shield("grunn", now.date() + timedelta(days=20)),
    )  # fmt: skip
    meeting_files.take_from_who_lost_it(session, now, 10)
    assert set(removed(session)).isdisjoint({cast.kari.id, cast.per.id})
