"""After a meeting: how it went, the minutes, what follows, and that nobody forgets any of it."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import product

import pytest

from models import (
    child_contact,
    delegating,
    follow_ups,
    is_it_right,
    meeting_views,
    meetings,
    minutes,
    minutes_views,
    owed,
    proposal_views,
    shielding,
    talk_views,
)
from models.base import Refused
from models.meeting_ladder import LADDER
from models.minutes import After, Went
from models.outbox import Outgoing
from models.shielded import Shield
from models.terms import (
    ContactView,
    InfoKind,
    IsRight,
    ItemKind,
    MeetingState,
    NextStep,
    Owing,
    Why,
    YouthView,
)
from models.withheld import Item
from tests import agreed, doses
from tests.meeting_setup import (
    called,
    consented,
    deliver_all,
    final,
    held,
    promised,
    proposed,
    take_back,
)
from tests.refusals import why_if
from tests.ways import told_once

case = told_once(consented)
S = MeetingState


@told_once
def meeting(session, cast, case, now):
    made = called(session, cast, case, now)
    deliver_all(session)
    return made


@pytest.fixture
def later(meeting):
    """The day after the meeting, at work."""
    return meeting.ends_at + timedelta(hours=20)


def went(session, cast, meeting, now, how=None, actor=None):
    how = how or Went(True, frozenset([cast.ida.id]), YouthView.NOT_WANTED)
    return minutes.went(
        session, actor=actor or cast.jonas, meeting_id=meeting.id, how=how, now=now
    )


def write(session, cast, meeting, now, words="Lekser sammen", actor=None):
    return minutes.write(
        session, actor=actor or cast.jonas, meeting_id=meeting.id, words=words, now=now
    )


def finish(session, cast, meeting, now, after=None, **more):
    after = after or After(NextStep.MEETING, (now + timedelta(days=14)).date(), cast.jonas.id)
    return minutes.finish(
        session, actor=cast.jonas, meeting_id=meeting.id, after=after, now=now, **more
    )


def seen(session, person, meeting, now):
    return minutes_views.view(session, actor=person, meeting_id=meeting.id, now=now)


def run(session, until, start) -> list[tuple[str, str, str]]:
    """Every step until then: who was told what."""
    told, known = [], set(session.scalars(_rows()).all())
    while (at := follow_ups.next_due(session, [LADDER])) is not None and at <= until:
        follow_ups.take_due(session, LADDER, max(at, start))
        for row in session.scalars(_rows()).all():
            if row not in known:
                known.add(row)
                told.append((f"{row.not_before:%d.%m %H}", row.kind, row.recipient_id))
        assert follow_ups.adrift(session, LADDER, max(at, start)) == []
    return told


def _rows():
    from sqlalchemy import select

    return select(Outgoing).order_by(Outgoing.id)


# --- who may, and in which state -----------------------------------------------------------------

TABLE = {
    (S.CALLED, "went"): None, (S.CALLED, "write"): Why.NOT_IN_STATE,
    (S.CALLED, "finish"): Why.NOT_IN_STATE, (S.CALLED, "cancel"): Why.PAST,
    (S.HELD, "went"): None, (S.HELD, "write"): None,
    (S.HELD, "finish"): None, (S.HELD, "cancel"): Why.STALE,
    (S.NOT_HELD, "went"): None, (S.NOT_HELD, "write"): Why.NOT_IN_STATE,
    (S.NOT_HELD, "finish"): None, (S.NOT_HELD, "cancel"): Why.STALE,
    (S.MINUTES_FINAL, "went"): Why.STALE, (S.MINUTES_FINAL, "write"): None,
    (S.MINUTES_FINAL, "finish"): None, (S.MINUTES_FINAL, "cancel"): Why.STALE,
    (S.CANCELLED, "went"): Why.STALE, (S.CANCELLED, "write"): Why.NOT_IN_STATE,
    (S.CANCELLED, "finish"): Why.NOT_IN_STATE, (S.CANCELLED, "cancel"): None,
}  # fmt: skip
"""After its time, what each state lets the holder do; None: it is done, or is done already."""


def brought_to(session, cast, meeting, state, now, later):
    match state:
        case S.CANCELLED:
            meetings.cancel(session, actor=cast.jonas, meeting_id=meeting.id, sequence=0, now=now)
        case S.NOT_HELD:
            went(session, cast, meeting, later, Went(held=False))
        case S.HELD:
            went(session, cast, meeting, later)
            write(session, cast, meeting, later, "Frokost")
        case S.MINUTES_FINAL:
            final(session, meeting, cast, later)


@pytest.mark.parametrize("state", MeetingState)
def test_each_state_allows_what_the_table_says(session, cast, meeting, now, later, state):
    brought_to(session, cast, meeting, state, now, later)
    assert meeting.state == state
    acts = {
        "went": lambda: went(session, cast, meeting, later, Went(held=False)),
        "write": lambda: write(session, cast, meeting, later),
        "finish": lambda: finish(session, cast, meeting, later),
        "cancel": lambda: meetings.cancel(
            session, actor=cast.jonas, meeting_id=meeting.id, sequence=meeting.sequence, now=later
        ),
    }
    for verb, act in acts.items():
        nested = session.begin_nested()
        assert why_if(act) is TABLE[state, verb], verb
        nested.rollback()
        session.expire_all()


def test_the_table_knows_every_state():
    assert {state for state, _verb in TABLE} == set(MeetingState)


def test_nobody_but_the_stafettholder_says_how_it_went_or_writes(session, cast, meeting, later):
    for name in ("ida", "kari", "per", "randi", "lise", "siri", "amina", "sam"):
        actor = getattr(cast, name)
        assert why_if(went, session, cast, meeting, later, actor=actor) is Why.ABSENT
        assert why_if(write, session, cast, meeting, later, actor=actor) is Why.ABSENT


def test_nothing_is_written_after_a_consent_was_taken_back(session, cast, meeting, later):
    went(session, cast, meeting, later)
    take_back(session, cast.per, later)
    assert why_if(write, session, cast, meeting, later) is Why.CONSENT_MISSING


def test_it_has_not_been_held_before_it_began(session, cast, meeting, now):
    assert why_if(went, session, cast, meeting, now) is Why.NOT_IN_STATE


# --- the youth's own view, and what follows ------------------------------------------------------


def test_no_meeting_was_held_without_the_youths_view_or_why_there_is_none(
    session, cast, meeting, later
):
    assert why_if(went, session, cast, meeting, later, Went(True)) is Why.WORDS_REQUIRED
    said = Went(True, view=YouthView.SAID)
    assert why_if(went, session, cast, meeting, later, said) is Why.WORDS_REQUIRED
    went(session, cast, meeting, later, Went(True, view=YouthView.NOT_WANTED))
    assert meeting.state == S.HELD


def test_no_minutes_are_final_without_a_date_or_a_decision_to_close(session, cast, meeting, later):
    held(session, meeting, cast, later)
    write(session, cast, meeting, later)
    today = later.date()
    for step, on in product(NextStep, (None, today - timedelta(days=1), today)):
        wanted = {
            (NextStep.CLOSING, None): None,
            (NextStep.MEETING, today): None,
            (NextStep.EVALUATION, today): None,
        }.get((step, on), Why.DATE_REQUIRED)
        if step is not NextStep.CLOSING and on is not None and on < today:
            wanted = Why.PAST
        nested = session.begin_nested()
        assert why_if(finish, session, cast, meeting, later, After(step, on)) is wanted, (step, on)
        nested.rollback()


def test_no_minutes_are_final_without_a_word(session, cast, meeting, later):
    held(session, meeting, cast, later)
    assert why_if(finish, session, cast, meeting, later) is Why.WORDS_REQUIRED


def test_who_talks_with_the_youth_takes_part(session, cast, meeting, later):
    held(session, meeting, cast, later)
    write(session, cast, meeting, later)
    after = After(NextStep.MEETING, (later + timedelta(days=9)).date(), cast.siri.id)
    assert why_if(finish, session, cast, meeting, later, after) is Why.NOBODY


# --- who reads -----------------------------------------------------------------------------------


def test_minutes_are_read_by_the_family_when_they_are_final_and_not_before(
    session, cast, meeting, later
):
    went(session, cast, meeting, later)
    write(session, cast, meeting, later)
    for person in (cast.ida, cast.kari, cast.per, cast.amina):
        assert why_if(seen, session, person, meeting, later) is Why.ABSENT
    finish(session, cast, meeting, later)
    for person in (cast.ida, cast.kari, cast.per):
        assert [p.words for p in seen(session, person, meeting, later).points] == ["Lekser sammen"]
    assert set(promised(session, minutes.READY)) == {cast.ida.id, cast.kari.id, cast.per.id}


def test_a_service_that_is_told_of_meetings_reads_no_minutes(session, cast, meeting, later):
    final(session, meeting, cast, later)
    for person in (cast.amina, cast.lise, cast.siri, cast.randi, cast.sam):
        assert why_if(seen, session, person, meeting, later) is Why.ABSENT


def test_a_service_that_may_know_everything_reads_them(session, cast, case, meeting, now, later):
    final(session, meeting, cast, later)
    agreed.consent(session, cast, case, {cast.club.id: list(InfoKind)}, later)
    assert seen(session, cast.amina, meeting, later).points
    assert seen(session, cast.amina, meeting, later).youth_words is None


def test_what_the_youth_thinks_is_for_the_youth_and_the_holder(session, cast, meeting, later):
    final(session, meeting, cast, later)
    told = {p.name: seen(session, p, meeting, later).youth_words for p in
            (cast.ida, cast.jonas, cast.kari, cast.per)}  # fmt: skip
    assert told == {"Ida": "Kråkemening", "Jonas": "Kråkemening", "Kari": None, "Per": None}


def test_who_came_is_the_holders_to_know(session, cast, meeting, later):
    final(session, meeting, cast, later)
    assert seen(session, cast.jonas, meeting, later).came
    for person in (cast.ida, cast.kari, cast.per):
        assert seen(session, person, meeting, later).came == ()


def test_a_meeting_shielded_since_leaves_the_guardians_no_minutes(
    session, cast, case, meeting, later
):
    final(session, meeting, cast, later)
    shielding.shield(
        session, actor=cast.jonas, case_id=case.id, item=Item(ItemKind.MEETING, meeting.id),
        shield=Shield("Redd", later.date() + timedelta(days=20)), now=later,
    )  # fmt: skip
    for person in (cast.kari, cast.per):
        assert why_if(seen, session, person, meeting, later) is Why.ABSENT
    write(session, cast, meeting, later, "Tilføyd i fred")
    told = [r for r in session.scalars(_rows()) if r.occasion.startswith("addendum")]
    assert [row.recipient_id for row in told] == [cast.ida.id]


# --- corrections ---------------------------------------------------------------------------------


def test_final_minutes_are_corrected_by_an_addendum_only(session, cast, meeting, later):
    final(session, meeting, cast, later)
    (point,) = minutes.points_of(session, meeting.id)
    change = {"actor": cast.jonas, "point_id": point.id, "version": 1, "now": later}
    assert why_if(minutes.change, session, words="Noe annet", **change) is Why.STALE
    write(session, cast, meeting, later, "Ikke i uke 51")
    told = [(p.words, p.addendum) for p in seen(session, cast.kari, meeting, later).points]
    assert told == [("Kråkeavtale", False), ("Ikke i uke 51", True)]


def test_two_who_change_the_same_point_at_once_lose_nothing(session, cast, meeting, later):
    held(session, meeting, cast, later)
    point = write(session, cast, meeting, later, "Først")
    change = {"actor": cast.jonas, "point_id": point.id, "version": 1, "now": later}
    assert minutes.change(session, words="Den enes", **change)
    assert not minutes.change(session, words="Den andres", **change)
    words = [each.words for each in minutes.points_of(session, meeting.id)]
    assert words == ["Den enes", "Den andres"]


def test_what_was_added_meanwhile_is_read_before_it_is_final(session, cast, meeting, later):
    held(session, meeting, cast, later)
    write(session, cast, meeting, later, "Først")
    known = seen(session, cast.jonas, meeting, later).stamp
    write(session, cast, meeting, later, "Så")
    assert why_if(finish, session, cast, meeting, later, known=known) is Why.STALE


def test_minutes_hold_twelve_points_and_the_same_words_once(session, cast, meeting, later):
    held(session, meeting, cast, later)
    for n in range(minutes.MOST_POINTS):
        write(session, cast, meeting, later, f"Punkt {n}")
    assert write(session, cast, meeting, later, "Punkt 3").seq == 4
    assert why_if(write, session, cast, meeting, later, "Ett til") is Why.TOO_MANY


# --- nobody forgets ------------------------------------------------------------------------------


def test_a_meeting_nobody_says_anything_about_is_asked_of_the_day_after(
    session, cast, meeting, now
):
    told = run(session, meeting.ends_at + timedelta(days=9), now)
    after = [each for each in told if each[1] != "meeting.reminder"]
    jonas = cast.jonas.id
    assert after == [
        ("27.11 08", "meeting.how_did_it_go", jonas),
        ("04.12 08", "meeting.how_did_it_go", jonas),
    ]


def test_minutes_are_due_in_two_days_and_then_weekly(session, cast, meeting, now):
    held(session, meeting, cast, meeting.ends_at)
    told = run(session, meeting.ends_at + timedelta(days=11), now)
    jonas = cast.jonas.id
    assert told == [
        ("30.11 08", "meeting.minutes_due", jonas),  # two days after is a Saturday
        ("07.12 08", "meeting.minutes_due", jonas),
    ]


def test_a_meeting_that_was_not_held_waits_for_what_follows(session, cast, meeting, later):
    went(session, cast, meeting, later, Went(held=False))
    told = run(session, later + timedelta(days=3), later)
    assert [each[1] for each in told] == ["meeting.next_due"]
    finish(session, cast, meeting, later, After(NextStep.CLOSING))
    assert (meeting.next_follow_up_at, meeting.state) == (None, S.NOT_HELD)


def test_a_youth_who_did_not_come_is_asked_kindly_once(session, cast, meeting, later):
    away = Went(True, frozenset([cast.kari.id]), YouthView.NOT_THERE)
    for _twice in range(2):
        went(session, cast, meeting, later, away)
    assert promised(session, minutes.MISSED) == [cast.ida.id]


# --- talks between meetings ----------------------------------------------------------------------


def talk(session, cast, case, on, now, actor=None, view=ContactView.NOT_WANTED, words=None):
    return child_contact.note(
        session, actor=actor or cast.jonas, case_id=case.id, talked_on=on, view=view,
        words=words, now=now,
    )  # fmt: skip


def test_a_talk_is_expected_until_somebody_has_had_one(session, cast, case, meeting, later):
    final(session, meeting, cast, later)
    assert meeting.contact_by == (later + timedelta(days=14)).date()
    told = run(session, later + timedelta(days=20), later)
    assert [(kind, to) for _at, kind, to in told] == [
        ("talk.due", cast.jonas.id), ("talk.due", cast.jonas.id)
    ]  # fmt: skip
    talk(session, cast, case, later.date(), later + timedelta(days=20))
    assert (meeting.contact_by, meeting.next_follow_up_at) == (None, None)


def test_an_older_talk_does_not_count(session, cast, case, meeting, later):
    final(session, meeting, cast, later)
    talk(session, cast, case, later.date() - timedelta(days=5), later)
    assert meeting.contact_by is not None


def test_talks_are_for_the_youth_and_the_holder_alone(session, cast, case, now):
    talk(session, cast, case, now.date(), now, cast.amina, ContactView.SAID, "Kråkesamtale")

    def look(person):
        found = talk_views.talks(session, actor=person, case_id=case.id, now=now)
        return [each.words for each in found.talks]

    assert look(cast.ida) == look(cast.jonas) == look(cast.amina) == ["Kråkesamtale"]
    assert look(cast.lise) == []
    for person in (cast.kari, cast.per, cast.randi, cast.siri, cast.sam):
        assert why_if(look, person) is Why.ABSENT


def test_bad_days_and_bad_words_are_refused(session, cast, case, now):
    for days, wanted in ((1, Why.NO_SUCH_DATE), (-400, Why.NO_SUCH_DATE), (0, None)):
        on = now.date() + timedelta(days=days)
        assert why_if(talk, session, cast, case, on, now) is wanted
    said = {"view": ContactView.SAID}
    assert why_if(talk, session, cast, case, now.date(), now, **said) is Why.WORDS_REQUIRED
    assert why_if(talk, session, cast, case, now.date(), now, cast.kari) is Why.ABSENT


# --- whatever happens ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, *doses.slowly(*range(2, 40))])
def test_nothing_is_ever_adrift_nor_reminded_of_too_late(session, cast, case, now, seed):
    """A random life of three meetings: every open one has a next step and somebody responsible, no
    reminder comes after its meeting began, and none to who may not know."""
    dice, at, mine = random.Random(seed), now, []
    for _act in range(25):
        at += timedelta(hours=dice.choice((1, 5, 30, 100)))
        follow_ups.take_due(session, LADDER, at)
        _something(session, cast, case, mine, dice, at)
        session.flush()
        assert follow_ups.adrift(session, LADDER, at) == []
        assert follow_ups.disagreeing(session, LADDER, at) == []
    about = {m.id: m for m in mine}
    for row in session.scalars(_rows()):
        if row.kind == "meeting.reminder":
            assert row.not_after <= about[row.subject_id].starts_at or row.state == "moot"
            assert row.recipient_id not in (cast.siri.id, cast.sam.id, cast.randi.id)


def _something(session, cast, case, mine, dice, at):
    acts = ["call", "went", "not", "write", "finish", "cancel", "move", "talk"]
    act = dice.choice(acts) if mine else "call"
    one = dice.choice(mine) if mine else None
    later = (at + timedelta(days=dice.randint(1, 9))).replace(tzinfo=None)
    try:
        match act:
            case "call":
                mine.append(called(session, cast, case, at, starts=later))
            case "went":
                went(session, cast, one, at)
            case "not":
                went(session, cast, one, at, Went(held=False))
            case "write":
                write(session, cast, one, at, f"Punkt {at}")
            case "finish":
                finish(session, cast, one, at)
            case "talk":
                talk(session, cast, case, at.date(), at)
            case "cancel":
                meetings.cancel(session, actor=cast.jonas, meeting_id=one.id,
                                sequence=one.sequence, now=at)  # fmt: skip
            case "move":
                meetings.move(session, actor=cast.jonas, meeting_id=one.id, starts=later,
                              sequence=one.sequence, now=at)  # fmt: skip
    except Refused:
        pass


# --- who keeps them, and whether they are right --------------------------------------------------


def test_the_family_is_asked_whether_final_minutes_are_right(session, cast, meeting, later):
    final(session, meeting, cast, later)
    for person in (cast.ida, cast.kari, cast.per):
        assert seen(session, person, meeting, later).beside.mine.answer is None
    kari = seen(session, cast.kari, meeting, later).beside.mine
    is_it_right.answer(
        session, actor=cast.kari, question_id=kari.question_id, version=1,
        answer=IsRight.CORRECT, words="Kråkerettelse", now=later,
    )  # fmt: skip
    told = seen(session, cast.jonas, meeting, later).beside.others
    assert "Kråkerettelse" in {one.words for one in told}
    (waits,) = [o for o in owed.of(session, cast.jonas, later) if o.kind is Owing.RIGHT]
    assert (waits.subject_id, waits.due) == (kari.question_id, later.date() + timedelta(days=7))
    is_it_right.read(session, actor=cast.jonas, question_id=kari.question_id, seq=1, now=later)
    assert Owing.RIGHT not in {each.kind for each in owed.of(session, cast.jonas, later)}
    for person in (cast.ida, cast.per):
        assert "Kråkerettelse" not in repr(seen(session, person, meeting, later))
    assert [p.words for p in minutes.points_of(session, meeting.id)] == ["Kråkeavtale"]


def test_a_new_holder_goes_on_where_the_old_one_left(session, cast, case, meeting, later):
    """The holder leaves between the meeting and its minutes: nothing is lost, and the one who
    holds the baton now is reminded."""
    held(session, meeting, cast, later)
    write(session, cast, meeting, later, "Først")
    case.stafettholder_id = cast.randi.id
    session.flush()
    assert why_if(write, session, cast, meeting, later, "Så") is Why.ABSENT
    write(session, cast, meeting, later, "Så", actor=cast.randi)
    words = [p.words for p in seen(session, cast.randi, meeting, later).points]
    assert words == ["Først", "Så"]
    told = run(session, later + timedelta(days=4), later)
    assert [(kind, to) for _at, kind, to in told] == [("meeting.minutes_due", cast.randi.id)]
    assert follow_ups.adrift(session, LADDER, later) == []


def test_a_los_who_keeps_the_log_calls_and_writes_and_sees_no_answers(session, cast, case, now):
    kinds = [InfoKind.MEETINGS, InfoKind.GOALS, InfoKind.TILTAK]
    agreed.consent(session, cast, case, {cast.los_unit.id: kinds}, now)
    delegating.give(session, actor=cast.jonas, case_id=case.id, person_id=cast.lise.id, now=now)
    meeting = called(session, cast, case, now, actor=cast.lise, workers=[])
    view = meeting_views.view(session, actor=cast.lise, meeting_id=meeting.id, now=now)
    assert (view.keeps, view.holds, view.answers) == (True, False, ())
    made = proposed(session, cast, case, now, actor=cast.lise, workers=[])
    times = proposal_views.view(session, actor=cast.lise, proposal_id=made.id, now=now).times
    assert [time.said for time in times] == [(), (), ()]
    later = meeting.ends_at + timedelta(hours=20)
    said = Went(True, frozenset([cast.ida.id]), YouthView.SAID, "Kråkemening")
    went(session, cast, meeting, later, said, actor=cast.lise)
    write(session, cast, meeting, later, actor=cast.lise)
    shown = seen(session, cast.lise, meeting, later)
    assert (len(shown.points), shown.keeps, shown.youth_words) == (1, True, None)
    delegating.end(session, actor=cast.jonas, case_id=case.id, now=later)
    assert why_if(seen, session, cast.lise, meeting, later) is Why.ABSENT
    assert why_if(write, session, cast, meeting, later, "Mer", actor=cast.lise) is Why.ABSENT
