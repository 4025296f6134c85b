"""Friday's five minutes: one list for each, done, put off or handed on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from models import (
    asking,
    break_views,
    evaluations,
    follow_ups,
    friday,
    mail,
    owed,
    people,
    posts,
    reminding,
)
from models.asking import Wish
from models.base import new_id
from models.family import Guardianship
from models.friday import DIGEST, Postponement
from models.outbox import Outgoing
from models.people import Position
from models.policy import Calendar, MunicipalPolicy
from models.terms import Decision, Owing, PutOff, Role, Topic, Why
from tests.agreed import Verdict, agreed, planned
from tests.refusals import why
from tests.ways import told_once

DAY = timedelta(days=1)
FRIDAY = datetime(2026, 11, 27, 11, tzinfo=UTC)


@told_once
def case(session, cast, now):
    return agreed(session, cast, now)


@told_once
def thing(session, cast, case, now):
    """To be looked at on Tuesday, and the youth has not been heard."""
    return planned(session, cast, case, now, evaluate_on=now.date() + 8 * DAY)


@pytest.fixture
def on_fridays(session, cast, now):
    rules = MunicipalPolicy(staff_telegram=True)
    session.info["policy"] = {now.date() + n * DAY: rules for n in range(90)}
    for position in session.scalars(select(Position)):
        follow_ups.reschedule(session, posts.LADDER, position, now)


def kinds(session, person, at):
    return [each.owed.kind for each in friday.lines(session, person, at)]


def off(session, person, kind, subject, at, reason=PutOff.TIME):
    return friday.put_off(
        session, actor=person, kind=kind, subject_id=subject, reason=reason, now=at
    )


def digests(session):
    rows = session.scalars(select(Outgoing).where(Outgoing.kind == DIGEST).order_by(Outgoing.id))
    return [(row.occasion, row.recipient_id) for row in rows]


def test_everyone_at_work_gets_one_and_only_one_a_week(session, cast, now, on_fridays):
    session.add(Position(person_id=cast.jonas.id, unit_id=cast.school.id, role=Role.REKTOR))
    session.flush()
    ladder = posts.LADDER
    for position in session.scalars(select(Position)):
        follow_ups.reschedule(session, ladder, position, now)
    follow_ups.take_due(session, ladder, FRIDAY - timedelta(minutes=1))
    assert digests(session) == []
    for minutes in (0, 5, 60):
        follow_ups.take_due(session, ladder, FRIDAY + timedelta(minutes=minutes))
    staff = {p.person_id for p in session.scalars(select(Position))
             if p.role != Role.ADMINISTRATOR}  # fmt: skip
    assert sorted(digests(session)) == sorted(("2026-11-27", each) for each in staff)
    follow_ups.take_due(session, ladder, FRIDAY + 7 * DAY)
    assert len(digests(session)) == 2 * len(staff)
    for position in session.scalars(select(Position)):
        assert len(position.steps_done) <= 2


def test_a_machine_that_was_down_on_friday_tells_nothing_on_saturday(
    session, cast, now, on_fridays
):
    follow_ups.take_due(session, posts.LADDER, FRIDAY + DAY)
    assert digests(session) == []


def test_there_is_one_mail_and_not_two(session, cast, now):
    """The digest brings the mail: the weekly mail of before has no step of its own then."""
    from models.mail_addresses import MailAddress

    session.info["policy"] = {now.date(): MunicipalPolicy()}
    row = MailAddress(confirmed_at=now, bounced_at=None, weekly_at=None, steps_done=[])
    assert mail.week(session, row, now) == ()
    session.info["policy"] = {now.date(): MunicipalPolicy(friday_digest=False)}
    assert len(mail.week(session, row, now)) == 1


def test_the_list_is_what_waits_for_its_reader_and_for_nobody_else(
    session, cast, case, thing, now
):
    at = now + 4 * DAY
    assert kinds(session, cast.jonas, at) == [Owing.EVALUATION, Owing.VOICE]
    for who in (cast.amina, cast.randi, cast.lise, cast.siri, cast.ida, cast.kari):
        assert kinds(session, who, at) == []
    found = friday.lines(session, cast.jonas, at)[0].owed
    assert (found.who, found.code) == ("Ida", owed.code_of(case.id))
    assert len(found.code) == 3


def test_two_of_the_same_first_name_are_told_apart(session, cast, case, thing, now):
    found = friday.lines(session, cast.jonas, now + 4 * DAY)[0].owed
    mine = replace(found, who="Ida Berg")
    other = replace(found, who="Ida Lie", case_id=found.case_id + 1)
    third = replace(found, who="Omar Ali", case_id=found.case_id + 2)
    called = [each.who for each in owed._by_first_names([mine, mine, other, third])]
    assert called == ["Ida Berg", "Ida Berg", "Ida Lie", "Omar"]
    assert [each.who for each in owed._by_first_names([mine, mine, third])] == [
        "Ida",
        "Ida",
        "Omar",
    ]


def test_what_is_done_is_off_the_list_by_itself(session, cast, case, thing, now):
    evaluations.evaluate(
        session, actor=cast.jonas, tiltak_id=thing.id, version=thing.version, now=now + 4 * DAY,
        verdict=Verdict(Decision.CONTINUE, now.date() + 40 * DAY),
    )  # fmt: skip
    assert kinds(session, cast.jonas, now + 4 * DAY) == []


def test_put_off_once_is_off_for_a_week_and_pressed_twice_is_once(session, cast, case, thing, now):
    at = now + 4 * DAY
    for _press in range(2):
        assert off(session, cast.jonas, Owing.EVALUATION, thing.id, at) == at.date() + 7 * DAY
    (row,) = session.scalars(select(Postponement))
    assert (row.reason, row.school_id, row.case_id) == (PutOff.TIME, cast.school.id, case.id)
    assert kinds(session, cast.jonas, at) == [Owing.VOICE]
    assert kinds(session, cast.jonas, at + 6 * DAY) == [Owing.VOICE]
    assert Owing.EVALUATION in kinds(session, cast.jonas, at + 7 * DAY)


def test_nothing_is_put_off_for_ever(session, cast, case, thing, now):
    at = now + 4 * DAY
    for week in range(2):
        off(session, cast.jonas, Owing.EVALUATION, thing.id, at + week * 7 * DAY)
    late = at + 14 * DAY
    act = partial(off, session, cast.jonas, Owing.EVALUATION, thing.id, late)
    assert why(act) is Why.TOO_MANY
    assert Owing.EVALUATION in kinds(session, cast.jonas, late)


def test_nobody_puts_off_what_is_anothers(session, cast, case, thing, now):
    for who in (cast.amina, cast.randi, cast.ida, cast.kari, cast.sam):
        act = partial(off, session, who, Owing.EVALUATION, thing.id, now + 4 * DAY)
        assert why(act) is Why.ABSENT


def test_noted_as_done_costs_no_postponement(session, cast, case, thing, now):
    at = now + 4 * DAY
    for week in range(4):
        when = at + week * 7 * DAY
        off(session, cast.jonas, Owing.VOICE, thing.id, when, PutOff.DONE)
    assert friday.put_off_at(session, cast.randi, [cast.school.id], at) == 0


def test_what_a_leader_has_put_off_of_their_own_child_is_not_counted(session, cast, now):
    """Nor what belongs to no case: a wish for a los, a concern."""
    wish = asking.submit(
        session, actor=cast.ida, wish=Wish(Topic.SCHOOL, ungdom_id=cast.ida.id), now=now
    )
    session.add(
        Postponement(
            id=new_id(), person_id=cast.lise.id, kind=Owing.OFFER, subject_id=wish.id,
            school_id=cast.school.id, reason=PutOff.OTHERS,
            at=now, until=(now + 7 * DAY).date(),
        )
    )  # fmt: skip
    session.flush()
    assert friday.put_off_at(session, cast.randi, [cast.school.id], now) == 1
    session.add(Guardianship(ungdom_id=cast.ida.id, foresatt_id=cast.randi.id))
    session.flush()
    assert friday.put_off_at(session, cast.randi, [cast.school.id], now) == 0


def test_who_leads_sees_how_many_are_put_off_and_the_ladder_goes_on(
    session, cast, case, thing, now
):
    from models import breaks

    late = now + 17 * DAY
    for day in (0, 9, 17):
        for ladder in (breaks.CASES, breaks.LADDER):
            follow_ups.take_due(session, ladder, now + day * DAY)
        if day == 9:
            off(session, cast.jonas, Owing.EVALUATION, thing.id, now + 11 * DAY)
    led = break_views.led_by(session, actor=cast.randi, now=late)
    assert (led.count, led.put_off) == (1, 1)


def test_who_has_left_is_told_nothing(session, cast, now, on_fridays):
    for position in people.positions(session, cast.jonas.id):
        position.ended_at = now
        follow_ups.reschedule(session, posts.LADDER, position, now)
    follow_ups.take_due(session, posts.LADDER, FRIDAY)
    assert cast.jonas.id not in [who for _day, who in digests(session)]


EASTER = frozenset({date(2027, 3, 25), date(2027, 3, 26), date(2027, 3, 29)})


@pytest.mark.parametrize(
    ("now", "calendar", "days"),
    [
        ("2026-11-23", Calendar(), ["2026-11-27", "2026-12-04"]),
        ("2026-11-28", Calendar(), ["2026-11-27", "2026-12-04"]),
        ("2027-03-22", Calendar(red_days=EASTER), ["2027-03-24", "2027-04-02"]),
        (
            "2026-12-14",
            Calendar(school_off=frozenset(date(2026, 12, 21) + n * DAY for n in range(14))),
            ["2026-12-18"],  # the next is found once this is past
        ),
        (
            "2026-12-19",
            Calendar(school_off=frozenset(date(2026, 12, 21) + n * DAY for n in range(14))),
            ["2026-12-18", "2027-01-08"],
        ),
    ],
)
def test_it_comes_on_friday_or_the_last_school_day_before_it(now, calendar, days):
    at = datetime.fromisoformat(now).replace(hour=9, tzinfo=UTC)
    steps = reminding.digest_steps(MunicipalPolicy(), calendar, at)
    assert [step.name for step in steps] == [f"friday.{day}" for day in days]
    assert {step.at.astimezone(ZoneInfo("Europe/Oslo")).hour for step in steps} == {12}
