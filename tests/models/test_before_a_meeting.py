"""Before a meeting: what the youth says alone, the agenda, and answers that start help."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import access_log, agenda, follow_ups, meeting_views, meetings, preparing
from models.invitees import invitee_of
from models.meeting_ladder import LADDER
from models.meeting_preparation import Preparation, of_meeting
from models.municipality import Municipality
from models.outbox import Outgoing
from models.preparing import Wishes
from models.terms import Coming, Companion, InfoKind, Topic, Why
from tests import agreed, doses
from tests.meeting_setup import called, consented, deliver_all, promised
from tests.refusals import why_if
from tests.ways import told_once

case = told_once(consented)
HOURS = timedelta(hours=1)


@told_once
def meeting(session, cast, case, now):
    made = called(session, cast, case, now)
    deliver_all(session)
    return made


def say(session, cast, meeting, now, wishes=None, actor=None):
    private = Wishes(
        talk=(Topic.SCHOOL,), avoid=(Topic.HOME,), there=(cast.amina.id,), not_there=(cast.per.id,),
        companion=Companion.FRIEND, companion_name="Kråkevenn", words="Kråkehemmelighet",
    )  # fmt: skip
    return preparing.say(
        session, actor=actor or cast.ida, meeting_id=meeting.id, wishes=wishes or private, now=now
    )


def told(session, person, meeting, now):
    return preparing.prepared(session, actor=person, meeting_id=meeting.id, now=now)


def tick(session, at):
    follow_ups.take_due(session, LADDER, at)
    session.flush()


# --- three taps ----------------------------------------------------------------------------------


def may(session, person, meeting, at):
    return preparing.may_prepare(session, actor=person, meeting_id=meeting.id, now=at)


def test_the_youth_alone_is_asked_until_it_is_said_and_while_it_is_of_use(
    session, cast, meeting, now
):
    assert may(session, cast.ida, meeting, now)
    for name in ("kari", "per", "jonas", "amina"):
        assert why_if(may, session, getattr(cast, name), meeting, now) is Why.ABSENT
    assert not may(session, cast.ida, meeting, meeting.starts_at)
    say(session, cast, meeting, now)
    assert not may(session, cast.ida, meeting, now)


def test_a_youth_with_exams_is_not_asked_on_those_days(session, cast, meeting, now):
    here = session.scalars(select(Municipality)).one()
    here.exam_days = [now.date().isoformat()]
    session.info.pop("calendar", None)
    assert not may(session, cast.ida, meeting, now)
    assert may(session, cast.ida, meeting, now + timedelta(days=1))


def test_only_the_youth_says_it_and_only_before_the_meeting(session, cast, meeting, now):
    for name in ("kari", "per", "jonas", "amina", "randi", "lise", "siri", "sam"):
        actor = getattr(cast, name)
        assert why_if(say, session, cast, meeting, now, actor=actor) is Why.ABSENT
    assert why_if(say, session, cast, meeting, meeting.starts_at) is Why.STALE


def test_nobody_is_wished_for_who_is_not_asked_to_come(session, cast, meeting, now):
    for person in (cast.siri, cast.sam, cast.lise):
        wishes = Wishes(there=(person.id,))
        assert why_if(say, session, cast, meeting, now, wishes) is Why.NOBODY


def test_it_is_for_the_youth_and_the_holder_and_leaves_no_trace(session, cast, meeting, now):
    say(session, cast, meeting, now)
    for person in (cast.ida, cast.jonas):
        assert told(session, person, meeting, now).wishes.words == "Kråkehemmelighet"
    for name in ("kari", "per", "amina", "randi", "lise", "siri", "sam"):
        assert why_if(told, session, getattr(cast, name), meeting, now) is Why.ABSENT
    what = {
        person.name: {what for visit in access_log.of_youth(
            session, actor=person, ungdom_id=cast.ida.id, now=now) for what in visit.what}
        for person in (cast.ida, cast.kari, cast.per)
    }  # fmt: skip
    assert "preparations" in what["Ida"]
    assert "preparations" not in what["Kari"] | what["Per"]
    assert promised(session, preparing.TOLD) == [cast.jonas.id]


def test_whom_one_would_rather_not_have_there_is_sealed(session, cast, meeting, now):
    say(session, cast, meeting, now)
    row = session.execute(select(Preparation.__table__)).one()
    for value in row:
        assert str(cast.per.id) not in str(value)
        assert "Kråke" not in str(value)


def test_the_holder_ticks_read_what_was_said_last(session, cast, meeting, now):
    say(session, cast, meeting, now)
    say(session, cast, meeting, now, Wishes(words="Noe nytt"))
    tick_read = {"actor": cast.jonas, "meeting_id": meeting.id, "now": now}
    assert not preparing.tick_read(session, version=1, **tick_read)
    assert of_meeting(session, meeting.id).read_at is None
    assert preparing.tick_read(session, version=2, **tick_read)
    assert told(session, cast.ida, meeting, now).read


@pytest.mark.parametrize("read", [True, False])
def test_the_holder_who_has_not_read_it_is_reminded_the_day_before(
    session, cast, meeting, now, read
):
    say(session, cast, meeting, now)
    if read:
        preparing.tick_read(session, actor=cast.jonas, meeting_id=meeting.id, version=1, now=now)
    tick(session, meeting.starts_at - timedelta(days=1))
    assert promised(session, "meeting.unread") == ([] if read else [cast.jonas.id])


# --- the agenda ----------------------------------------------------------------------------------


def add(session, person, meeting, words, now):
    return agenda.add(session, actor=person, meeting_id=meeting.id, words=words, now=now)


def points(session, person, meeting, now):
    seen = agenda.agenda(session, actor=person, meeting_id=meeting.id, now=now)
    return [point.words for point in seen.points]


def test_a_wish_is_its_owners_and_the_holders_until_it_is_taken_in(session, cast, meeting, now):
    add(session, cast.jonas, meeting, "Skoledagen", now)
    wish = add(session, cast.kari, meeting, "Kråkekrangel", now + HOURS)
    family = (cast.ida, cast.per)
    assert points(session, cast.kari, meeting, now) == ["Skoledagen", "Kråkekrangel"]
    assert [points(session, p, meeting, now) for p in family] == [["Skoledagen"]] * 2
    agenda.take_in(session, actor=cast.jonas, point_id=wish.id, now=now)
    assert [points(session, p, meeting, now)[1:] for p in family] == [["Kråkekrangel"]] * 2
    seen = agenda.agenda(session, actor=cast.per, meeting_id=meeting.id, now=now)
    assert {point.by for point in seen.points} == {None}


def test_a_service_wishes_and_reads_the_rest_only_if_it_may_know_all(
    session, cast, case, meeting, now
):
    add(session, cast.jonas, meeting, "Skoledagen", now)
    add(session, cast.amina, meeting, "Fotball", now + HOURS)
    assert points(session, cast.amina, meeting, now) == ["Fotball"]
    agreed.consent(session, cast, case, {cast.club.id: list(InfoKind)}, now)
    assert points(session, cast.amina, meeting, now) == ["Skoledagen", "Fotball"]
    for person in (cast.lise, cast.siri, cast.randi, cast.sam):
        assert why_if(points, session, person, meeting, now) is Why.ABSENT
        assert why_if(add, session, person, meeting, "Noe", now) is Why.ABSENT


def test_an_agenda_has_six_points_and_the_same_words_once(session, cast, meeting, now):
    for n in range(agenda.MOST):
        add(session, cast.jonas, meeting, f"Punkt {n}", now)
    assert why_if(add, session, cast.jonas, meeting, "Punkt 2", now) is None
    assert why_if(add, session, cast.jonas, meeting, "Ett til", now) is Why.TOO_MANY
    wish = add(session, cast.ida, meeting, "Mitt", now)
    take_in = {"actor": cast.jonas, "point_id": wish.id, "now": now}
    assert why_if(agenda.take_in, session, **take_in) is Why.TOO_MANY


def test_nobody_takes_off_what_is_anothers(session, cast, meeting, now):
    mine = add(session, cast.kari, meeting, "Kråkekrangel", now)
    for person in (cast.per, cast.ida, cast.amina):
        assert why_if(agenda.drop, session, actor=person, point_id=mine.id, now=now) is Why.ABSENT
    agenda.drop(session, actor=cast.kari, point_id=mine.id, now=now)
    assert points(session, cast.jonas, meeting, now) == []


# --- answers that start help ---------------------------------------------------------------------


def answer(session, person, meeting, coming, now):
    meetings.answer(
        session, actor=person, meeting_id=meeting.id, coming=coming, sequence=meeting.sequence,
        now=now,
    )  # fmt: skip


def to_do(session, cast, meeting, now):
    seen = meeting_views.view(session, actor=cast.jonas, meeting_id=meeting.id, now=now)
    return [one.name for one in seen.answers if one.to_do]


def test_each_answer_but_yes_brings_a_small_task(session, cast, meeting, now):
    for coming in (each for each in Coming if each is not Coming.UNANSWERED):
        answer(session, cast.kari, meeting, coming, now)
        nothing = coming is Coming.YES
        assert to_do(session, cast, meeting, now) == ([] if nothing else ["Kari"]), coming


@pytest.mark.parametrize("coming", [Coming.RIDE, *doses.slowly(Coming.YES, Coming.NO)])
def test_the_holder_is_reminded_of_tasks_that_are_left(session, cast, meeting, now, coming):
    answer(session, cast.kari, meeting, coming, now)
    tick(session, meeting.starts_at - timedelta(days=1))
    nothing = coming is Coming.YES
    assert promised(session, "meeting.help_due") == ([] if nothing else [cast.jonas.id])


def test_a_task_is_done_when_the_holder_says_so_and_opens_again_with_another_answer(
    session, cast, meeting, now
):
    answer(session, cast.kari, meeting, Coming.RIDE, now)
    mine = invitee_of(session, meeting.id, cast.kari.id)
    done = {"actor": cast.jonas, "invitee_id": mine.id, "now": now}
    assert why_if(meetings.helped, session, actor=cast.kari, invitee_id=mine.id, answers=1,
               now=now) is Why.ABSENT  # fmt: skip
    assert meetings.helped(session, answers=1, **done)
    assert to_do(session, cast, meeting, now) == []
    answer(session, cast.kari, meeting, Coming.NO, now)
    answer(session, cast.kari, meeting, Coming.DIGITAL, now)
    assert to_do(session, cast, meeting, now) == ["Kari"]
    assert not meetings.helped(session, answers=2, **done)  # of an older answer
    assert to_do(session, cast, meeting, now) == ["Kari"]


def test_after_a_move_everyone_is_asked_again_and_no_task_is_left(session, cast, meeting, now):
    answer(session, cast.kari, meeting, Coming.RIDE, now)
    meetings.move(
        session, actor=cast.jonas, meeting_id=meeting.id, sequence=0, now=now,
        starts=(meeting.starts_at + timedelta(days=4)).replace(tzinfo=None),
    )  # fmt: skip
    assert to_do(session, cast, meeting, now) == []
    assert invitee_of(session, meeting.id, cast.kari.id).answer == Coming.UNANSWERED


def test_parents_never_see_each_others_answers_nor_tasks(session, cast, meeting, now):
    answer(session, cast.kari, meeting, Coming.RIDE, now)
    for person in (cast.per, cast.ida, cast.amina):
        seen = meeting_views.view(session, actor=person, meeting_id=meeting.id, now=now)
        assert seen.answers == ()


def test_no_reminder_waits_beyond_its_meeting(session, cast, meeting, now):
    say(session, cast, meeting, now)
    answer(session, cast.per, meeting, Coming.DREADING, now)
    tick(session, meeting.starts_at - HOURS)
    late = select(Outgoing).where(Outgoing.kind.in_(("meeting.unread", "meeting.help_due")))
    for row in session.scalars(late):
        assert row.not_after == meeting.starts_at
