"""Planning a tiltak, who sees it, and who is reminded."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from models import (
    cases,
    consents,
    contacts,
    follow_ups,
    meeting_views,
    meetings,
    people,
    tiltak,
    tiltak_views,
    withholding,
)
from models.audit import AuditEntry
from models.base import Refused
from models.outbox import Outgoing
from models.people import Pupil
from models.policy import Calendar
from models.terms import CaseState, InfoKind, ItemKind, MeetingPlace, TiltakState, Why
from models.tiltak import LADDER, Goal
from models.withheld import Item
from tests.agreed import BOTH, agreed, consent, on_them, planned, promised, wish
from tests.refusals import why
from tests.ways import told_once

case = told_once(agreed)
OSLO = ZoneInfo("Europe/Oslo")


def tick(session, at: datetime) -> None:
    follow_ups.take_due(session, LADDER, at)


def on(thing, days: int, hour: int = 9) -> datetime:
    """Nine in Oslo, so many days after the evaluation date."""
    day = thing.evaluate_on + timedelta(days=days)
    return datetime.fromisoformat(f"{day}T{hour:02}:00+01:00")


def stop_sharing(session, cast, now):
    consents.withdraw_all(session, actor=cast.kari, now=now, occasion="stop")


# --- planning ------------------------------------------------------------------------------------


def test_a_tiltak_has_goal_responsible_deadline_and_evaluation_date(session, cast, now, case):
    made = planned(session, cast, case, now, responsible_id=cast.amina.id)
    asked = wish(cast, now, responsible_id=cast.amina.id)
    assert (made.words, made.responsible_id) == (asked.words, cast.amina.id)
    assert (made.deadline, made.evaluate_on) == (asked.deadline, asked.evaluate_on)
    assert session.get_one(Goal, made.goal_id).words == "Få til skoledagen"
    assert made.next_follow_up_at == on(made, -7)


def test_words_are_sealed_in_the_store(session, cast, now, case):
    made = planned(session, cast, case, now, "Ida får hjelp av mormor")
    assert b"mormor" not in (made.words_sealed or b"")
    assert made.words == "Ida får hjelp av mormor"


def test_a_goal_can_serve_several_tiltak(session, cast, now, case):
    first = planned(session, cast, case, now)
    by_id = planned(session, cast, case, now, "Noe annet", goal=first.goal_id)
    by_words = planned(session, cast, case, now, "Noe tredje")
    assert {by_id.goal_id, by_words.goal_id} == {first.goal_id}


def test_the_goal_of_another_case_is_absent(session, cast, now, case):
    other = people.create(session, name="Bo", language="nb", now=now, confirmed=True)
    session.add(Pupil(person_id=other.id, school_id=cast.school.id))
    session.flush()
    theirs = cases.open(
        session, actor=cast.randi, ungdom=other, school_id=cast.school.id,
        stafettholder=cast.jonas, now=now,
    )  # fmt: skip
    goal = Goal(id=77, key_id=theirs.key_id, case_id=theirs.id, created_at=now)
    session.add(goal)
    goal.words = "Bos mål"
    session.flush()
    assert why(lambda: planned(session, cast, case, now, goal=77)) is Why.ABSENT


def test_planning_the_same_twice_plans_it_once(session, cast, now, case):
    first = planned(session, cast, case, now, responsible_id=cast.amina.id)
    again = planned(session, cast, case, now, responsible_id=cast.amina.id)
    assert again is first
    assert promised(session, "tiltak.assigned") == [("tiltak.assigned", cast.amina.id)]


def test_the_responsible_is_told_unless_it_is_the_planner(session, cast, now, case):
    planned(session, cast, case, now)
    assert promised(session, "tiltak.assigned") == []


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        pytest.param({"deadline": -1}, Why.PAST, id="a deadline that has been"),
        pytest.param({"evaluate_on": -1}, Why.PAST, id="an evaluation that has been"),
        pytest.param({"words": "  "}, Why.WORDS_REQUIRED, id="no words"),
        pytest.param({"words": "x" * 301}, Why.TOO_LONG, id="too many words"),
        pytest.param({"goal": ""}, Why.WORDS_REQUIRED, id="no goal"),
        pytest.param({"responsible_id": "sam"}, Why.NOBODY, id="a stranger"),
        pytest.param({"responsible_id": "lise"}, Why.NOBODY, id="a los the family has not let in"),
        pytest.param({"responsible_id": "kari"}, Why.NOBODY, id="a guardian"),
    ],
)
def test_what_cannot_be_planned(session, cast, now, case, given, wanted):
    if days := {k: v for k, v in given.items() if k in ("deadline", "evaluate_on")}:
        given = {k: now.date() + timedelta(days=v) for k, v in days.items()}
    if who := given.get("responsible_id"):
        given = {"responsible_id": getattr(cast, who).id}
    assert why(lambda: planned(session, cast, case, now, **given)) is wanted
    assert tiltak.active(session, case.id) == []


def test_today_is_not_past(session, cast, now, case):
    made = planned(session, cast, case, now, deadline=now.date(), evaluate_on=now.date())
    assert made.evaluate_on == now.date()


def test_only_the_holder_plans(session, cast, now, case):
    for who in ("ida", "kari", "per", "amina", "randi", "lise", "siri", "sam"):
        act = partial(
            tiltak.plan, session, actor=getattr(cast, who), case_id=case.id,
            wish=wish(cast, now), now=now,
        )  # fmt: skip
        assert why(act) is Why.ABSENT, who


def test_nothing_is_planned_while_sharing_is_paused(session, cast, now, case):
    stop_sharing(session, cast, now)
    assert why(lambda: planned(session, cast, case, now)) is Why.CONSENT_MISSING


def test_a_service_that_may_not_know_of_tiltak_cannot_be_responsible(session, cast, now):
    case = agreed(session, cast, now, {cast.club.id: [InfoKind.MEETINGS]})
    act = lambda: planned(session, cast, case, now, responsible_id=cast.amina.id)  # noqa: E731
    assert why(act) is Why.CONSENT_MISSING
    assert tiltak.responsibles(session, case, now) == [cast.jonas.id]


def test_a_los_can_be_responsible_once_the_los_service_may_know(session, cast, now, case):
    cases.add_service(session, case=case, unit_id=cast.los_unit.id, person=cast.lise, now=now)
    consent(session, cast, case, {cast.los_unit.id: BOTH}, now)
    able = tiltak.responsibles(session, case, now)
    assert able == [cast.jonas.id, cast.amina.id, cast.lise.id]


def test_suggested_dates_are_school_days_so_many_whole_weeks_ahead(session, now):
    off = {date(2027, 2, 22) + timedelta(days=n) for n in range(5)}
    off |= {date(2027, 6, 19) + timedelta(days=n) for n in range(60)}
    red = {date(2026, 12, 25), date(2027, 3, 29), date(2027, 5, 17)}
    session.info["calendar"] = Calendar(frozenset(red), frozenset(off))
    for days_on in range(300):
        at = now + timedelta(days=days_on)
        found = tiltak.suggested_dates(session, at)
        assert found
        for weeks, day in found.items():
            assert day.weekday() < 5, at
            assert day not in red | off, at
            assert weeks >= 4
            assert 0 <= (day - at.date()).days - 7 * weeks < 7
    assert tiltak.suggested_dates(session, now) == {
        4: date(2026, 12, 21), 6: date(2027, 1, 4), 8: date(2027, 1, 18)
    }  # fmt: skip


def test_what_would_fall_in_a_holiday_is_suggested_once_after_it(session, cast, now):
    """The demo's schools are closed from 21 December."""
    found = tiltak.suggested_dates(session, now)
    assert found == {6: date(2027, 1, 4), 8: date(2027, 1, 18)}


# --- who sees what -------------------------------------------------------------------------------


def words_seen(session, person, case, now) -> list[str]:
    found = tiltak_views.of_case(session, person, case.id, now)
    return [view.words for view in found.tiltak]


@told_once
def two(session, cast, now, case):
    """Amina's tiltak, and one that is none of Fyret's business."""
    mine = planned(
        session, cast, case, now, "Prøve Fyret", goal="Fritid", responsible_id=cast.amina.id
    )
    other = planned(session, cast, case, now, "Snakke om hjemme", goal="Ro hjemme")
    return mine, other


def test_the_family_and_the_holder_see_all(session, cast, now, case, two):
    for who in ("ida", "kari", "per", "jonas"):
        seen = words_seen(session, getattr(cast, who), case, now)
        assert sorted(seen) == ["Prøve Fyret", "Snakke om hjemme"], who


def test_a_service_sees_its_own_tiltak_and_its_goal_only(session, cast, now, case, two):
    found = tiltak_views.of_case(session, cast.amina, case.id, now)
    assert [(v.words, v.goal, v.mine) for v in found.tiltak] == [("Prøve Fyret", "Fritid", True)]
    assert "hjemme" not in repr(found)
    assert on_them(session, cast.amina, now) == found.tiltak
    assert why(
        lambda: tiltak_views.one(session, cast.amina, two[1].id, now)
    ) is Why.ABSENT  # fmt: skip


def test_a_service_not_given_goals_sees_its_tiltak_without_one(session, cast, now):
    case = agreed(session, cast, now, {cast.club.id: [InfoKind.TILTAK]})
    planned(session, cast, case, now, responsible_id=cast.amina.id)
    found = tiltak_views.of_case(session, cast.amina, case.id, now)
    assert [(v.words, v.goal) for v in found.tiltak] == [("Lekser på biblioteket", None)]


def test_everyone_else_sees_nothing(session, cast, now, case, two):
    for person in (cast.randi, cast.lise, cast.siri, cast.sam):
        act = partial(tiltak_views.of_case, session, person, case.id, now)
        assert why(act) is Why.ABSENT, person.name
        assert tiltak_views.overview(session, person, now) == (), person.name
        assert not tiltak_views.concerns(session, person, two[0].id, now), person.name


def test_a_service_loses_sight_of_it_with_the_consent(session, cast, now, case, two):
    assert tiltak_views.concerns(session, cast.amina, two[0].id, now)
    stop_sharing(session, cast, now)
    assert on_them(session, cast.amina, now) == ()
    assert not tiltak_views.concerns(session, cast.amina, two[0].id, now)
    assert sorted(words_seen(session, cast.ida, case, now)) == ["Prøve Fyret", "Snakke om hjemme"]


def test_absent_and_forbidden_tiltak_sound_the_same(session, cast, now, two):
    unknown = why(lambda: tiltak_views.one(session, cast.sam, 12345, now))
    forbidden = why(lambda: tiltak_views.one(session, cast.sam, two[0].id, now))
    assert unknown is forbidden is Why.ABSENT


def test_readings_by_staff_are_recorded_and_the_familys_are_not(session, cast, now, case, two):
    for who in ("ida", "kari", "jonas", "amina"):
        tiltak_views.of_case(session, getattr(cast, who), case.id, now)
    readers = session.execute(
        select(AuditEntry.actor_id, AuditEntry.detail).where(AuditEntry.action == "tiltak.read")
    ).all()
    assert [(actor, detail["hat"], detail["unit"]) for actor, detail in readers] == [
        (cast.jonas.id, "stafettholder", cast.school.id),
        (cast.amina.id, "service", cast.club.id),
    ]


# --- the ladder ----------------------------------------------------------------------------------


def deadlines(session):
    return promised(session, "tiltak.deadline")


def test_who_is_responsible_is_reminded_of_the_deadline_a_week_before_and_on_the_day(
    session, cast, now, case
):
    """Nobody else, and once a day however many there are."""
    amina = {"responsible_id": cast.amina.id, "evaluate_on": date(2027, 1, 25)}
    for words in ("Ringe hjem", "Møte Ida"):
        made = planned(session, cast, case, now, words, **amina)
    for day in (15, 16, 17, 22, 23, 24):
        tick(session, datetime(2026, 12, day, 9, tzinfo=OSLO))
    assert made.deadline == date(2026, 12, 23)
    assert deadlines(session) == [("tiltak.deadline", cast.amina.id)] * 2
    assert promised(session, "evaluation.voice", "evaluation.due") == []


def test_neither_reminder_swallows_the_other(session, cast, now, case):
    made = planned(session, cast, case, now, responsible_id=cast.amina.id)
    made.deadline = made.evaluate_on
    tick(session, on(made, -7))
    tick(session, on(made, 0))
    assert deadlines(session) == [("tiltak.deadline", cast.amina.id)] * 2
    assert promised(session, "evaluation.due") == [("evaluation.due", cast.jonas.id)] * 2


def test_the_holder_is_not_reminded_twice_of_one_day(session, cast, now, case):
    made = planned(session, cast, case, now)
    made.deadline = made.evaluate_on
    tick(session, on(made, -7))
    tick(session, on(made, 0))
    assert deadlines(session) == []
    assert promised(session, "evaluation.due") == [("evaluation.due", cast.jonas.id)] * 2


@pytest.mark.parametrize("how", ["done", "withheld", "no longer part"])
def test_what_is_done_or_not_for_them_any_more_reminds_nobody(session, cast, now, case, how):
    made = planned(session, cast, case, now, responsible_id=cast.amina.id)
    at = datetime(2026, 12, 16, 9, tzinfo=OSLO)
    assert made.deadline == date(2026, 12, 23)
    match how:
        case "done":
            made.state = TiltakState.COMPLETED
        case "withheld":
            withholding.withhold(
                session, actor=cast.kari, case_id=case.id, item=Item(ItemKind.TILTAK, made.id),
                unit_id=None, now=now, occasion="no",
            )  # fmt: skip
        case "no longer part":
            stop_sharing(session, cast, now)
    tick(session, at)
    assert deadlines(session) == []
    assert not tiltak_views.has_deadline(session, cast.amina, case.id, at)


def test_a_deadline_reminder_is_moot_where_it_says_nothing_any_more(session, cast, now, case):
    made = planned(session, cast, case, now, responsible_id=cast.amina.id)
    at = datetime(2026, 12, 16, 9, tzinfo=OSLO)
    assert tiltak_views.has_deadline(session, cast.amina, case.id, at)
    assert not tiltak_views.has_deadline(session, cast.amina, case.id, at - timedelta(days=1))
    assert not tiltak_views.has_deadline(session, cast.jonas, case.id, at)
    made.state = TiltakState.COMPLETED
    assert not tiltak_views.has_deadline(session, cast.amina, case.id, at)


def test_a_week_before_the_youth_is_asked_and_then_the_holder_reminded(session, cast, now, case):
    made = planned(session, cast, case, now)
    tick(session, on(made, -7))
    assert promised(session, "evaluation.voice", "evaluation.due") == [
        ("evaluation.voice", cast.ida.id),
        ("evaluation.due", cast.jonas.id),
    ]
    assert made.asked_at == on(made, -7)


def test_on_the_day_and_then_weekly_the_holder(session, cast, now, case):
    made = planned(session, cast, case, now)
    for days in (-7, 0, 7, 14):
        tick(session, on(made, days))
    assert promised(session, "evaluation.due") == [("evaluation.due", cast.jonas.id)] * 4
    assert made.next_follow_up_at == on(made, 21)


def test_one_question_round_a_day_however_many_are_due(session, cast, now, case):
    first = planned(session, cast, case, now)
    second = planned(session, cast, case, now, "Noe annet")
    tick(session, on(first, -7))
    assert promised(session, "evaluation.voice") == [("evaluation.voice", cast.ida.id)]
    assert promised(session, "evaluation.due") == [("evaluation.due", cast.jonas.id)]
    assert second.asked_at == first.asked_at == on(first, -7)


def test_a_second_tick_promises_nothing_twice(session, cast, now, case):
    made = planned(session, cast, case, now)
    tick(session, on(made, -7))
    before = promised(session)
    tick(session, on(made, -7) + timedelta(minutes=1))
    assert promised(session) == before


def test_the_youth_is_asked_once_even_if_the_week_before_was_slept_through(
    session, cast, now, case
):
    made = planned(session, cast, case, now)
    for days in (0, 7):
        tick(session, on(made, days))
    assert promised(session, "evaluation.voice") == [("evaluation.voice", cast.ida.id)]


@pytest.mark.parametrize("how", ["no chat", "muted"])
def test_a_youth_who_cannot_be_asked_was_not_asked(session, cast, now, case, how):
    made = planned(session, cast, case, now)
    if how == "no chat":
        contact = contacts.of(session, cast.ida.id)
        assert contact is not None
        contacts.close(contact, now)
    else:
        people.mute(session, cast.ida, True, now)
    tick(session, on(made, -7))
    assert promised(session, "evaluation.voice", "evaluation.due") == [
        ("evaluation.due", cast.jonas.id)
    ]
    assert made.asked_at is None


def test_while_sharing_is_paused_nobody_is_asked_or_reminded(session, cast, now, case):
    made = planned(session, cast, case, now)
    stop_sharing(session, cast, now)
    assert case.state == CaseState.FROZEN
    for days in (-7, 0, 2, 7, 9):
        tick(session, on(made, days))
    kinds = ("evaluation.voice", "evaluation.due", "tiltak.deadline")
    assert promised(session, *kinds) == []
    assert made.next_follow_up_at == on(made, 14)


def test_when_the_pause_ends_the_youth_is_asked_before_the_next_reminder(session, cast, now, case):
    made = planned(session, cast, case, now)
    stop_sharing(session, cast, now)
    tick(session, on(made, 0))
    consent(session, cast, case, {cast.club.id: BOTH}, on(made, 1))
    tick(session, on(made, 7))
    assert promised(session, "evaluation.voice", "evaluation.due") == [
        ("evaluation.voice", cast.ida.id),
        ("evaluation.due", cast.jonas.id),
    ]


def test_a_tick_at_night_promises_for_the_morning(session, cast, now, case):
    made = planned(session, cast, case, now)
    tick(session, on(made, -7, hour=22))
    row = session.scalars(select(Outgoing).where(Outgoing.kind == "evaluation.due")).one()
    assert row.not_before == on(made, -6)


def test_the_stored_instant_is_the_computed_one(session, cast, now, case):
    made = planned(session, cast, case, now)
    for days in (-7, 0, 7):
        tick(session, on(made, days))
        assert follow_ups.disagreeing(session, LADDER, on(made, days)) == []


def test_with_the_last_consent_the_log_is_frozen_for_the_holder_too(session, cast, case, now):
    """The family goes on seeing it; the meeting can be called off, its agenda is not read [66]."""
    made = planned(session, cast, case, now)
    meeting = meetings.call(
        session, actor=cast.jonas, case_id=case.id, starts=datetime(2026, 11, 26, 14, 15),  # noqa: DTZ001
        minutes=45, place_kind=MeetingPlace.SCHOOL, workers=[], agenda="mobbing", now=now,
    )  # fmt: skip

    def seen(person):
        shown = meeting_views.view(session, actor=person, meeting_id=meeting.id, now=now)
        tiltak = tiltak_views.of_case(session, person, case.id, now).tiltak
        return [view.id for view in tiltak], shown.agenda

    assert seen(cast.jonas) == seen(cast.ida) == ([made.id], "mobbing")
    consents.withdraw_all(session, actor=cast.per, now=now, occasion="stop")
    assert seen(cast.jonas) == ([], None)
    with pytest.raises(Refused):
        tiltak_views.one(session, cast.jonas, made.id, now)
    assert seen(cast.ida) == seen(cast.per) == ([made.id], "mobbing")
