"""Meetings: who may call them, who is on the list, what a move and an end do, who is reminded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from models import audit, contacts, family, follow_ups, meeting_views, meetings, people
from models.invitees import instant_of, invitee_of, invitees_of
from models.outbox import Outgoing, OutState
from models.terms import Coming, MeetingHelp, MeetingState, Why
from tests.meeting_setup import (
    called,
    case_of_ida,
    consented,
    deliver_all,
    give_all,
    promised,
    take_back,
)
from tests.refusals import why
from tests.ways import told_once

OSLO = ZoneInfo("Europe/Oslo")
THURSDAY = datetime(2026, 11, 26, 14, 15)  # noqa: DTZ001 - a wall clock
FRIDAY = datetime(2026, 11, 27, 10, 0)  # noqa: DTZ001


case = told_once(consented)


@told_once
def meeting(session, cast, case, now):
    return called(session, cast, case, now)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def names(session, ids) -> list[str]:
    return sorted(people.get(session, person_id).name or "" for person_id in ids)


def answer(session, person, meeting, coming, now, **more):
    given = {"sequence": meeting.sequence, **more}
    return meetings.answer(
        session, actor=person, meeting_id=meeting.id, coming=coming, now=now, **given
    )


def move(session, cast, meeting, to, now):
    return meetings.move(
        session, actor=cast.jonas, meeting_id=meeting.id, starts=to,
        sequence=meeting.sequence, now=now,
    )  # fmt: skip


def cancel(session, cast, meeting, now):
    return meetings.cancel(
        session, actor=cast.jonas, meeting_id=meeting.id, sequence=meeting.sequence, now=now
    )


def run_until(session, meeting, until, now) -> list[tuple[str, str]]:
    """Take every due step until an instant; what was promised then, as (when, to whom)."""
    told = []
    while meeting.next_follow_up_at is not None and meeting.next_follow_up_at <= until:
        now = meeting.next_follow_up_at
        before = set(session.scalars(select(Outgoing.id)))
        follow_ups.take_due(session, meetings.LADDER, now)
        for row in session.scalars(select(Outgoing).order_by(Outgoing.id)):
            if row.id not in before and row.kind == "meeting.reminder":
                name = people.get(session, row.recipient_id).name
                told.append((f"{row.not_before.astimezone(OSLO):%a %H:%M}", name))
        deliver_all(session)
    return told


# --- calling -------------------------------------------------------------------------------------


def test_only_the_stafettholder_calls_a_meeting(session, cast, case, now):
    for name in ("ida", "kari", "per", "randi", "lise", "siri", "amina", "sam"):
        actor = getattr(cast, name)
        assert why(called, session, cast, case, now, actor=actor) is Why.ABSENT


def test_no_meeting_is_called_without_consent_in_force(session, cast, now):
    case = case_of_ida(session, cast, now)
    assert why(called, session, cast, case, now, workers=[]) is Why.CONSENT_MISSING


def test_no_meeting_is_called_after_a_consent_was_taken_back(session, cast, case, now):
    take_back(session, cast.per, now)
    assert why(called, session, cast, case, now, workers=[]) is Why.CONSENT_MISSING


def test_youth_and_guardians_are_always_on_the_list(session, cast, case, now):
    meeting = called(session, cast, case, now, workers=[])
    listed = [i.person_id for i in invitees_of(session, meeting.id)]
    assert names(session, listed) == ["Ida", "Jonas", "Kari", "Per"]


@pytest.mark.parametrize(
    ("days", "family"), [(1, ["Ida", "Kari", "Per"]), (0, ["Ida"]), (-1, ["Ida"])]
)
def test_guardians_are_invited_until_the_18th_birthday(session, cast, case, now, days, family):
    eighteen = (now + timedelta(days=days)).date()
    cast.ida.born = eighteen.replace(year=eighteen.year - 18)
    plan = meeting_views.planning(session, actor=cast.jonas, case_id=case.id, now=now)
    assert [plan.ungdom, *plan.family] == family
    called(session, cast, case, now, workers=[])
    assert names(session, promised(session, "meeting.invited")) == family


def test_everyone_on_the_list_but_the_caller_is_told(session, meeting):
    assert names(session, promised(session, "meeting.invited")) == ["Amina", "Ida", "Kari", "Per"]


def test_a_service_is_invited_only_if_a_consent_lets_it_know_of_meetings(session, cast, case, now):
    uncovered = [cast.lise.id]  # goals only
    assert why(called, session, cast, case, now, workers=uncovered) is Why.CONSENT_MISSING


def test_nobody_outside_the_case_is_invited(session, cast, case, now):
    for person in (cast.siri, cast.sam, cast.randi):
        outside = [cast.amina.id, person.id]
        assert why(called, session, cast, case, now, workers=outside) is Why.CONSENT_MISSING


def test_a_meeting_is_not_called_for_a_time_that_has_been(session, cast, case, now):
    for starts in ("2026-11-23T09:59", "2026-11-23T10:00", "2020-01-01T10:00"):
        assert why(called, session, cast, case, now, starts=wall(starts)) is Why.PAST


def test_a_meeting_lasts_some_minutes_and_no_more_than_a_day_of_work(session, cast, case, now):
    for minutes in (0, -5, 481):
        assert why(called, session, cast, case, now, minutes=minutes) is Why.TOO_LONG


def test_a_place_in_own_words_is_short(session, cast, case, now):
    assert why(called, session, cast, case, now, place="x" * 301) is Why.TOO_LONG


def test_calling_the_same_meeting_twice_calls_one(session, cast, case, meeting, now):
    again = called(session, cast, case, now + timedelta(seconds=1))
    assert again is meeting
    assert names(session, promised(session, "meeting.invited")) == ["Amina", "Ida", "Kari", "Per"]


def test_place_and_agenda_are_sealed(session, cast, case, now):
    meeting = called(session, cast, case, now, place="hos helsesykepleier", agenda="mobbing")
    stored = meeting.place_sealed + meeting.agenda_sealed
    assert (b"helsesykepleier" in stored, b"mobbing" in stored) == (False, False)
    assert (meeting.place, meeting.agenda) == ("hos helsesykepleier", "mobbing")


def test_a_meeting_with_nobody_who_has_joined_is_not_called(session, cast, case, now):
    for person in (cast.ida, cast.kari, cast.per):
        person.confirmed_at = None
    assert why(called, session, cast, case, now, workers=[]) is Why.NOBODY


# --- wall clocks ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "utc"),
    [
        ("2026-11-26T14:15", "2026-11-26T13:15"),
        ("2027-03-27T14:15", "2027-03-27T13:15"),
        ("2027-03-28T14:15", "2027-03-28T12:15"),  # summer time has begun
        ("2027-10-31T14:15", "2027-10-31T13:15"),  # and ended
        ("2027-10-31T02:30", "2027-10-31T00:30"),  # the first of two
    ],
)
def test_the_instant_follows_from_the_wall_clock(clock, utc):
    assert instant_of(wall(clock), "Europe/Oslo") == wall(utc).replace(tzinfo=UTC)


def test_the_second_of_the_hour_that_comes_twice_can_be_meant():
    second = wall("2027-10-31T02:30").replace(fold=1)
    assert instant_of(second, "Europe/Oslo") == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


def test_an_hour_that_summer_time_skips_is_refused(session, cast, case, now):
    skipped = wall("2027-03-28T02:30")
    assert why(called, session, cast, case, now, starts=skipped) is Why.NO_SUCH_TIME


def test_a_meeting_keeps_its_wall_clock_when_the_zone_changes_its_rules(session, meeting, now):
    meeting.starts_at += timedelta(hours=1)  # as if stored under the old rules
    assert meetings.rederive(session, now) == 1
    assert meeting.starts_at == datetime(2026, 11, 26, 13, 15, tzinfo=UTC)
    assert follow_ups.disagreeing(session, meetings.LADDER, now) == []
    assert meetings.rederive(session, now) == 0


# --- who may know --------------------------------------------------------------------------------


def test_those_on_the_list_see_the_meeting(session, cast, meeting, now):
    for person in (cast.ida, cast.kari, cast.per, cast.amina, cast.jonas):
        seen = meeting_views.view(session, actor=person, meeting_id=meeting.id, now=now)
        assert seen.starts_at == datetime(2026, 11, 26, 13, 15, tzinfo=UTC)


def test_for_everyone_else_there_is_no_such_meeting(session, cast, meeting, now):
    for actor in (cast.randi, cast.lise, cast.siri, cast.sam):
        for ask in (meeting_views.view, meeting_views.look, meetings.take_file):
            for meeting_id in (meeting.id, 12345):
                request = {"actor": actor, "meeting_id": meeting_id, "now": now}
                assert why(ask, session, **request) is Why.ABSENT
        assert meeting_views.upcoming(session, actor=actor, now=now) == ()
        assert why(answer, session, actor, meeting, Coming.YES, now) is Why.ABSENT


def test_only_the_stafettholder_sees_what_the_others_answered(session, cast, meeting, now):
    answer(session, cast.kari, meeting, Coming.NO, now)
    seen = {
        name: meeting_views.view(
            session, actor=getattr(cast, name), meeting_id=meeting.id, now=now
        )
        for name in ("jonas", "ida", "kari", "per", "amina")
    }
    told = {a.name: a.coming for a in seen["jonas"].answers}
    assert told == {
        "Ida": Coming.UNANSWERED, "Kari": Coming.NO, "Per": Coming.UNANSWERED,
        "Amina": Coming.UNANSWERED,
    }  # fmt: skip
    assert [seen[name].answers for name in ("ida", "kari", "per", "amina")] == [()] * 4
    assert {name: seen[name].mine for name in seen} == {
        "jonas": None, "ida": Coming.UNANSWERED, "kari": Coming.NO, "per": Coming.UNANSWERED,
        "amina": Coming.UNANSWERED,
    }  # fmt: skip


def test_a_service_is_told_when_and_where_but_not_what_about_nor_who(session, cast, case, now):
    meeting = called(session, cast, case, now, agenda="fraværet")
    club = meeting_views.view(session, actor=cast.amina, meeting_id=meeting.id, now=now)
    mother = meeting_views.view(session, actor=cast.kari, meeting_id=meeting.id, now=now)
    assert (club.agenda, club.names) == (None, ())
    assert (mother.agenda, len(mother.names)) == ("fraværet", 5)


def test_a_service_knows_nothing_from_the_moment_a_consent_is_taken_back(
    session, cast, meeting, now
):
    take_back(session, cast.per, now)
    request = {"actor": cast.amina, "meeting_id": meeting.id, "now": now}
    assert why(meeting_views.view, session, **request) is Why.ABSENT
    assert why(meetings.take_file, session, **request) is Why.ABSENT
    assert meeting_views.upcoming(session, actor=cast.amina, now=now) == ()
    assert why(answer, session, cast.amina, meeting, Coming.YES, now) is Why.ABSENT


def test_who_cannot_be_reached_here_is_named_to_the_stafettholder(session, cast, meeting, now):
    contact = contacts.of(session, cast.per.id)
    contacts.close(contact, now)
    session.flush()
    seen = meeting_views.view(session, actor=cast.jonas, meeting_id=meeting.id, now=now)
    assert {a.name: a.reachable for a in seen.answers} == {
        "Ida": True, "Kari": True, "Per": False, "Amina": True,
    }  # fmt: skip


def test_what_is_over_is_not_upcoming(session, cast, meeting, now):
    end = meeting.ends_at
    during = meeting_views.upcoming(session, actor=cast.ida, now=end - timedelta(minutes=1))
    assert [seen.id for seen in during] == [meeting.id]
    assert meeting_views.upcoming(session, actor=cast.ida, now=end) == ()


def test_reading_by_staff_is_recorded_and_reading_by_the_family_is_not(
    session, cast, meeting, now
):
    for person in (cast.ida, cast.kari, cast.amina, cast.jonas):
        meeting_views.look(session, actor=person, meeting_id=meeting.id, now=now)
    read = select(audit.AuditEntry.actor_id).where(audit.AuditEntry.action == "meetings.read")
    assert names(session, session.scalars(read)) == ["Amina", "Jonas"]
    assert audit.broken_link(session, meeting.case_id) is None


def test_planning_offers_only_workers_a_consent_covers(session, cast, case, now):
    plan = meeting_views.planning(session, actor=cast.jonas, case_id=case.id, now=now)
    assert (plan.ungdom, plan.family) == ("Ida", ("Kari", "Per"))
    assert plan.workers == ((cast.amina.id, "Amina", "Fyret fritidsklubb"),)


# --- answers -------------------------------------------------------------------------------------


def test_an_answer_is_told_to_the_stafettholder(session, cast, meeting, now):
    assert answer(session, cast.ida, meeting, Coming.YES, now) is True
    assert names(session, promised(session, "meeting.answered")) == ["Jonas"]


def test_the_same_answer_again_tells_nothing_more(session, cast, meeting, now):
    answer(session, cast.ida, meeting, Coming.YES, now)
    deliver_all(session)
    assert answer(session, cast.ida, meeting, Coming.YES, now) is False
    assert promised(session, "meeting.answered") == []


def test_one_may_change_ones_mind_and_back(session, cast, meeting, now):
    for coming in (Coming.YES, Coming.NO, Coming.YES):
        answer(session, cast.ida, meeting, coming, now)
    assert invitee_of(session, meeting.id, cast.ida.id).answer == Coming.YES
    assert len(promised(session, "meeting.answered")) == 1
    assert len(promised(session, "meeting.answered", OutState.MOOT)) == 2


def test_dreading_can_say_what_would_help(session, cast, meeting, now):
    answer(session, cast.ida, meeting, Coming.DREADING, now, help=MeetingHelp.SOMEONE)
    seen = meeting_views.view(session, actor=cast.jonas, meeting_id=meeting.id, now=now)
    ida = next(a for a in seen.answers if a.name == "Ida")
    assert (ida.coming, ida.help) == (Coming.DREADING, MeetingHelp.SOMEONE)


def test_dreading_and_what_would_help_are_told_in_one_notice(session, cast, meeting, now):
    answer(session, cast.ida, meeting, Coming.DREADING, now)
    (first,) = session.scalars(select(Outgoing).where(Outgoing.kind == "meeting.answered"))
    assert first.not_before == now + timedelta(minutes=2)  # there is time to say what would help
    soon = now + timedelta(seconds=20)
    answer(session, cast.ida, meeting, Coming.DREADING, soon, help=MeetingHelp.TALK)
    (told,) = session.scalars(
        select(Outgoing).where(
            Outgoing.kind == "meeting.answered", Outgoing.state == OutState.WAITING
        )
    )
    assert told.not_before == soon
    assert first.state == OutState.MOOT


def test_dreading_just_before_it_begins_is_told_at_once(session, cast, meeting, now):
    late = meeting.starts_at - timedelta(minutes=1)
    answer(session, cast.ida, meeting, Coming.DREADING, late)
    (told,) = session.scalars(select(Outgoing).where(Outgoing.kind == "meeting.answered"))
    assert told.not_before == late


def test_an_answer_to_an_older_time_is_not_an_answer_to_the_new(session, cast, meeting, now):
    move(session, cast, meeting, FRIDAY, now)
    old = {"sequence": 0}
    assert why(answer, session, cast.ida, meeting, Coming.YES, now, **old) is Why.STALE
    assert invitee_of(session, meeting.id, cast.ida.id).answer == Coming.UNANSWERED


def test_nobody_answers_what_has_begun(session, cast, meeting):
    late = meeting.starts_at
    assert why(answer, session, cast.ida, meeting, Coming.YES, late) is Why.PAST


def test_an_answer_at_night_reaches_the_stafettholder_in_the_morning(session, cast, meeting, now):
    night = now + timedelta(hours=13)
    answer(session, cast.ida, meeting, Coming.DREADING, night)
    row = session.scalars(select(Outgoing).where(Outgoing.kind == "meeting.answered")).one()
    assert f"{row.not_before.astimezone(OSLO):%a %H:%M}" == "Tue 09:00"


# --- moving and cancelling -----------------------------------------------------------------------


def test_a_move_asks_everyone_anew(session, cast, meeting, now):
    deliver_all(session)
    answer(session, cast.ida, meeting, Coming.YES, now)
    move(session, cast, meeting, FRIDAY, now)
    assert meeting.sequence == 1
    answers = {i.person_id: i.answer for i in invitees_of(session, meeting.id)}
    assert answers.pop(cast.jonas.id) == Coming.YES
    assert set(answers.values()) == {Coming.UNANSWERED}
    assert names(session, promised(session, "meeting.moved")) == ["Amina", "Ida", "Kari", "Per"]


def test_a_move_before_anyone_was_told_is_simply_the_invitation(session, cast, meeting, now):
    move(session, cast, meeting, FRIDAY, now)
    assert promised(session, "meeting.moved") == []
    assert names(session, promised(session, "meeting.invited")) == ["Amina", "Ida", "Kari", "Per"]
    assert len(promised(session, "meeting.invited", OutState.MOOT)) == 4


def test_a_move_to_the_same_time_changes_nothing(session, cast, meeting, now):
    move(session, cast, meeting, THURSDAY, now)
    assert meeting.sequence == 0


def test_a_move_kills_waiting_reminders_and_starts_the_ladder_anew(session, cast, meeting, now):
    due = datetime(2026, 11, 24, 13, 15, tzinfo=UTC)
    follow_ups.take_due(session, meetings.LADDER, due)
    assert names(session, promised(session, "meeting.reminder")) == [
        "Amina", "Ida", "Jonas", "Kari", "Per",
    ]  # fmt: skip
    move(session, cast, meeting, FRIDAY, due)
    assert promised(session, "meeting.reminder") == []
    assert meeting.steps_done == []
    assert run_until(session, meeting, meeting.starts_at, due)[0][0] == "Wed 10:00"


def test_a_moved_meetings_reminders_are_new_ones(session, cast, meeting, now):
    first = run_until(session, meeting, meeting.starts_at - timedelta(hours=1), now)
    move(session, cast, meeting, wall("2026-12-03T14:15"), now + timedelta(days=3))
    deliver_all(session)
    again = run_until(session, meeting, meeting.starts_at, now)
    assert list(first) == again


def test_only_the_stafettholder_moves_and_cancels(session, cast, meeting, now):
    for actor in (cast.ida, cast.kari, cast.amina, cast.randi, cast.sam):
        request = {"actor": actor, "meeting_id": meeting.id, "sequence": 0, "now": now}
        assert why(meetings.move, session, starts=FRIDAY, **request) is Why.ABSENT
        assert why(meetings.cancel, session, **request) is Why.ABSENT


def test_cancelling_tells_those_who_knew_and_silences_the_rest(session, cast, meeting, now):
    for row in session.scalars(select(Outgoing).where(Outgoing.kind == "meeting.invited")):
        if row.recipient_id != cast.per.id:
            row.state = OutState.SENT
    session.flush()
    follow_ups.take_due(session, meetings.LADDER, datetime(2026, 11, 24, 13, 15, tzinfo=UTC))
    cancel(session, cast, meeting, now)
    assert (meeting.state, meeting.sequence) == (MeetingState.CANCELLED, 1)
    assert names(session, promised(session, "meeting.cancelled")) == ["Amina", "Ida", "Kari"]
    assert promised(session, "meeting.reminder") == promised(session, "meeting.invited") == []
    assert meeting.next_follow_up_at is None


def test_cancelling_twice_tells_once(session, cast, meeting, now):
    deliver_all(session)
    cancel(session, cast, meeting, now)
    cancel(session, cast, meeting, now)
    assert len(promised(session, "meeting.cancelled")) == 4


def test_a_meeting_can_be_cancelled_after_a_consent_was_taken_back(session, cast, meeting, now):
    take_back(session, cast.kari, now)
    assert cancel(session, cast, meeting, now).state == MeetingState.CANCELLED


def test_what_has_begun_is_neither_moved_nor_cancelled(session, cast, meeting):
    late = meeting.starts_at + timedelta(minutes=5)
    assert why(move, session, cast, meeting, FRIDAY, late) is Why.PAST
    assert why(cancel, session, cast, meeting, late) is Why.PAST


def test_an_old_button_does_not_cancel_a_meeting_that_moved(session, cast, meeting, now):
    move(session, cast, meeting, FRIDAY, now)
    request = {"actor": cast.jonas, "meeting_id": meeting.id, "sequence": 0, "now": now}
    assert why(meetings.cancel, session, **request) is Why.STALE


def test_whoever_has_a_calendar_file_gets_the_next_and_the_last(session, cast, meeting, now):
    for person in (cast.ida, cast.jonas):
        meetings.take_file(session, actor=person, meeting_id=meeting.id, now=now)
    move(session, cast, meeting, FRIDAY, now)
    assert names(session, promised(session, "meeting.file")) == ["Ida", "Jonas"]
    deliver_all(session)
    cancel(session, cast, meeting, now)
    assert names(session, promised(session, "meeting.file")) == ["Ida", "Jonas"]


def test_every_recipients_calendar_uid_is_their_own_and_stays(session, cast, meeting, now):
    before = {i.person_id: i.uid for i in invitees_of(session, meeting.id)}
    move(session, cast, meeting, FRIDAY, now)
    assert {i.person_id: i.uid for i in invitees_of(session, meeting.id)} == before
    assert len(set(before.values())) == 5


def test_a_guardian_who_has_come_since_is_asked_at_the_next_move(session, cast, meeting, now):
    session.add(family.Guardianship(ungdom_id=cast.ida.id, foresatt_id=cast.siri.id))
    session.flush()
    assert meeting_views.upcoming(session, actor=cast.siri, now=now) == ()
    give_all(session, cast.siri, meeting.case_id, now)
    move(session, cast, meeting, FRIDAY, now)
    assert cast.siri.id in promised(session, "meeting.invited")


def test_what_is_decided_at_night_is_told_in_the_morning(session, cast, case, now):
    night = now + timedelta(hours=13)  # 23.00
    called(session, cast, case, night)
    rows = session.scalars(select(Outgoing).where(Outgoing.kind == "meeting.invited"))
    assert {f"{row.not_before.astimezone(OSLO):%a %H:%M}" for row in rows} == {"Tue 09:00"}


def test_an_end_that_cannot_wait_is_told_at_night(session, cast, meeting, now):
    deliver_all(session)
    night = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)
    cancel(session, cast, meeting, night)
    rows = session.scalars(select(Outgoing).where(Outgoing.kind == "meeting.cancelled"))
    assert {row.not_before for row in rows} == {night}


# --- reminders -----------------------------------------------------------------------------------


def test_everyone_is_reminded_two_days_and_four_hours_before(session, cast, meeting, now):
    deliver_all(session)
    told = run_until(session, meeting, meeting.starts_at, now)
    everyone = ["Amina", "Ida", "Jonas", "Kari", "Per"]
    assert sorted(told) == [
        *(("Thu 10:15", name) for name in everyone),
        *(("Tue 14:15", name) for name in everyone),
    ]


def test_mondays_meeting_is_told_of_on_friday(session, cast, case, now):
    meeting = called(session, cast, case, now, starts=wall("2026-11-30T09:30"))
    deliver_all(session)
    told = run_until(session, meeting, meeting.starts_at, now)
    assert {when for when, _name in told} == {"Fri 20:00"}
    assert len(told) == 5


def test_who_cannot_come_or_wants_no_reminders_gets_none(session, cast, meeting, now):
    answer(session, cast.kari, meeting, Coming.NO, now)
    people.mute(session, cast.per, True, now)
    deliver_all(session)
    told = run_until(session, meeting, meeting.starts_at, now)
    assert sorted({name for _when, name in told}) == ["Amina", "Ida", "Jonas"]


def test_a_service_is_not_reminded_after_a_consent_was_taken_back(session, cast, meeting, now):
    take_back(session, cast.per, now)
    deliver_all(session)
    told = run_until(session, meeting, meeting.starts_at, now)
    assert sorted({name for _when, name in told}) == ["Ida", "Jonas", "Kari", "Per"]


def test_a_double_tick_reminds_once(session, cast, meeting, now):
    due = datetime(2026, 11, 24, 13, 15, tzinfo=UTC)
    follow_ups.take_due(session, meetings.LADDER, due)
    meeting.steps_done, meeting.next_follow_up_at = [], due  # as a crash might leave it
    follow_ups.take_due(session, meetings.LADDER, due)
    assert len(promised(session, "meeting.reminder")) == 5


def test_after_a_long_silence_there_is_one_reminder_not_two(session, cast, meeting, now):
    deliver_all(session)
    follow_ups.take_due(session, meetings.LADDER, meeting.starts_at - timedelta(hours=1))
    assert len(promised(session, "meeting.reminder")) == 5
    assert meeting.next_follow_up_at > meeting.ends_at  # then somebody is asked how it went


def test_a_meeting_that_has_been_is_never_reminded_of(session, cast, meeting, now):
    follow_ups.take_due(session, meetings.LADDER, meeting.starts_at)
    follow_ups.take_due(session, meetings.LADDER, meeting.starts_at + timedelta(hours=1))
    assert promised(session, "meeting.reminder") == []


def test_a_late_reminder_keeps_the_quiet_hours(session, cast, meeting, now):
    night = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)  # the machine was down all evening
    follow_ups.take_due(session, meetings.LADDER, night)
    rows = session.scalars(select(Outgoing).where(Outgoing.kind == "meeting.reminder"))
    assert {f"{row.not_before.astimezone(OSLO):%a %H:%M}" for row in rows} == {"Wed 09:00"}


def test_a_late_reminder_gives_way_to_the_next_one(session, cast, case, now):
    """The machine was down over a weekend: both are for Monday at nine, and one is said."""
    called(session, cast, case, now, starts=wall("2026-11-30T10:00"))
    deliver_all(session)
    for at in (
        datetime(2026, 11, 29, 22, 0, tzinfo=UTC),
        datetime(2026, 11, 30, 8, 0, tzinfo=UTC),
    ):
        follow_ups.take_due(session, meetings.LADDER, at)
    rows = session.scalars(select(Outgoing).where(Outgoing.kind == "meeting.reminder")).all()
    assert {row.not_before for row in rows} == {datetime(2026, 11, 30, 8, 0, tzinfo=UTC)}
    waiting = [row.recipient_id for row in rows if row.state == OutState.WAITING]
    assert len(waiting) == len(set(waiting)) == len(rows) / 2


def test_a_reminder_too_late_for_the_morning_is_not_sent(session, cast, case, now):
    called(session, cast, case, now, starts=wall("2026-11-26T08:30"))
    deliver_all(session)
    follow_ups.take_due(session, meetings.LADDER, datetime(2026, 11, 25, 22, 0, tzinfo=UTC))
    assert promised(session, "meeting.reminder") == []


def test_what_is_due_is_always_what_the_state_says(session, cast, meeting, now):
    def agrees(at):
        assert follow_ups.disagreeing(session, meetings.LADDER, at) == []

    agrees(now)
    answer(session, cast.ida, meeting, Coming.DREADING, now)
    agrees(now)
    move(session, cast, meeting, FRIDAY, now)
    agrees(now)
    follow_ups.take_due(session, meetings.LADDER, datetime(2026, 11, 25, 9, 0, tzinfo=UTC))
    agrees(datetime(2026, 11, 25, 9, 0, tzinfo=UTC))
    cancel(session, cast, meeting, datetime(2026, 11, 25, 9, 0, tzinfo=UTC))
    agrees(datetime(2026, 11, 25, 9, 0, tzinfo=UTC))


def test_what_a_consent_carries_is_not_shown_after_its_last_day(session, cast, meeting, now):
    later = now + timedelta(days=301)
    request = {"actor": cast.amina, "meeting_id": meeting.id, "now": later}
    assert why(meeting_views.view, session, **request) is Why.ABSENT
