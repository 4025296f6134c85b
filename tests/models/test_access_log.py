"""The family sees who has looked, each what they may know of, and is told once a week."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import (
    access_log,
    access_news,
    asking,
    audit,
    follow_ups,
    request_cards,
    requests,
    views,
)
from models.access_news import AccessWatch
from models.asking import Wish
from models.outbox import Outgoing, Promise
from models.terms import ParentsKnow, Purpose, Role, Topic, Why
from tests.agreed import agreed
from tests.look_setup import readings, told_on_fridays
from tests.refusals import why
from tests.ways import told_once

case = told_once(agreed)


def wish(session, cast, now, parents_know=None):
    asked = Wish(Topic.HOME, ungdom_id=cast.ida.id, parents_know=parents_know)
    return asking.submit(session, actor=cast.ida, wish=asked, now=now)


def read(session, actor, case, now):
    views.case_view(session, actor=actor, case_id=case.id, now=now)


def log(session, actor, youth, now):
    return access_log.of_youth(session, actor=actor, ungdom_id=youth.id, now=now)


# --- the log -------------------------------------------------------------------------------------


def test_a_line_tells_when_in_which_role_from_where_and_what_for(session, cast, case, now):
    request = wish(session, cast, now)
    read(session, cast.amina, case, now)
    request_cards.for_rektor(session, cast.randi, request.id, now + timedelta(hours=1))
    told = [
        (line.at, line.role, line.unit, line.what, line.purpose)
        for line in log(session, cast.ida, cast.ida, now)
    ]
    hour = timedelta(hours=1)
    assert told == [
        (now + hour, Role.REKTOR, cast.school.name, ("requests",), Purpose.LOS),
        (now, Role.SERVICE, cast.club.name, ("cases",), Purpose.COOPERATION),
    ]


def test_readings_close_together_are_one_visit_with_all_that_was_looked_at(
    session, cast, case, now
):
    from models import tiltak_views

    read(session, cast.jonas, case, now)
    tiltak_views.of_case(session, cast.jonas, case.id, now + timedelta(minutes=9))
    read(session, cast.jonas, case, now + timedelta(minutes=18))
    read(session, cast.amina, case, now + timedelta(minutes=19))
    read(session, cast.jonas, case, now + timedelta(minutes=40))
    assert [(line.role, line.what) for line in log(session, cast.ida, cast.ida, now)] == [
        (Role.STAFETTHOLDER, ("cases",)),
        (Role.SERVICE, ("cases",)),
        (Role.STAFETTHOLDER, ("cases", "tiltak")),
    ]
    assert len(readings(session)) == 5


@pytest.mark.parametrize("name", ["randi", "jonas", "lise", "amina", "siri", "sam"])
def test_nobody_but_the_family_sees_it(session, cast, case, now, name):
    read(session, cast.jonas, case, now)
    entry = readings(session)[-1]
    actor = getattr(cast, name)
    assert why(lambda: log(session, actor, cast.ida, now)) is Why.ABSENT
    told = {"actor": actor, "chain": entry.chain, "seq": entry.seq, "now": now}
    assert why(lambda: access_log.one(session, **told)) is Why.ABSENT
    assert cast.ida not in access_log.whose(session, actor, now)


def test_absent_and_forbidden_and_no_reading_sound_the_same(session, cast, case, now):
    read(session, cast.jonas, case, now)
    for chain, seq in ((case.id, 10**6), (case.id, 1), (17, 1), (0, 1), (cast.per.id, 1)):
        told = {"actor": cast.kari, "chain": chain, "seq": seq, "now": now}
        assert why(lambda told=told: access_log.one(session, **told)) is Why.ABSENT


def test_parents_see_no_trace_of_a_request_that_is_kept_from_them(session, cast, case, now):
    """Not the reading, not the line once a week, not the reading by its number."""
    for parents_know, seen in (
        (ParentsKnow.NOTHING, False),
        (None, False),
        (ParentsKnow.THAT, True),
        (ParentsKnow.ALL, True),
    ):
        request = wish(session, cast, now)
        request.parents_know = parents_know
        request_cards.for_rektor(session, cast.randi, request.id, now)
        entry = readings(session, request.id)[-1]
        told = {"chain": entry.chain, "seq": entry.seq, "now": now}
        assert access_log.one(session, actor=cast.ida, **told).what == ("requests",)
        for guardian in (cast.kari, cast.per):
            assert bool(log(session, guardian, cast.ida, now)) is seen
            if not seen:
                said = why(lambda g=guardian, t=told: access_log.one(session, actor=g, **t))
                assert said is Why.ABSENT
        requests.move(session, request, requests.RequestState.WITHDRAWN, cast.ida, now)
        request.parents_know = ParentsKnow.NOTHING


def test_a_request_a_parent_made_tells_them_no_more_than_its_status(session, cast, now):
    asked = Wish(Topic.HOME, ungdom_id=cast.ida.id)
    request = asking.submit(session, actor=cast.kari, wish=asked, now=now)
    request_cards.for_rektor(session, cast.randi, request.id, now)
    assert log(session, cast.kari, cast.ida, now) == ()
    assert len(log(session, cast.ida, cast.ida, now)) == 1


def test_guardians_of_a_grown_up_see_no_log(session, cast, case, now):
    read(session, cast.jonas, case, now)
    cast.ida.born = now.date().replace(year=now.year - 18)
    assert why(lambda: log(session, cast.kari, cast.ida, now)) is Why.ABSENT
    assert len(log(session, cast.ida, cast.ida, now)) == 1


def test_what_is_only_asked_and_shown_to_nobody_is_no_reading(session, cast, case, now):
    with access_log.unseen(session):
        read(session, cast.jonas, case, now)
    assert readings(session) == []
    read(session, cast.jonas, case, now)
    assert len(readings(session)) == 1
    assert audit.broken_link(session, case.id) is None


def test_a_refused_map_is_no_reading(session, cast, case, now):
    told = {"actor": cast.amina, "case_id": case.id, "now": now}
    assert why(lambda: views.consent_map(session, **told)) is Why.ABSENT
    assert readings(session) == []


# --- once a week ---------------------------------------------------------------------------------

FRIDAY = timedelta(days=4, hours=5)  # from Monday at ten until Friday at three
WEEK = timedelta(days=7)


@pytest.fixture
def fridays(session, cast, now):
    told_on_fridays(session, now)


def weekly(session, at):
    follow_ups.take_due(session, access_news.LADDER, at)
    kind = Outgoing.kind == "access.week"
    return list(session.scalars(select(Outgoing).where(kind).order_by(Outgoing.id)))


def news(session, actor, youth, now):
    return access_log.news(session, actor=actor, ungdom_id=youth.id, now=now)


def test_the_week_is_told_of_on_friday_and_only_if_somebody_looked(
    session, cast, case, now, fridays
):
    assert weekly(session, now + WEEK) == []
    read(session, cast.jonas, case, now)
    read(session, cast.amina, case, now + timedelta(days=2))
    assert weekly(session, now + FRIDAY - timedelta(minutes=1)) == []
    rows = weekly(session, now + FRIDAY)
    assert [row.recipient_id for row in rows] == [cast.ida.id, cast.kari.id, cast.per.id]
    assert {row.promise for row in rows} == {Promise.REMINDER}  # so muting turns it off
    assert weekly(session, now + FRIDAY + WEEK) == rows
    read(session, cast.jonas, case, now + FRIDAY + WEEK)
    assert weekly(session, now + FRIDAY + WEEK + timedelta(days=6)) == rows
    assert len(weekly(session, now + FRIDAY + 2 * WEEK)) == 6


def test_a_week_in_which_only_what_is_kept_from_parents_was_read_is_the_youths_alone(
    session, cast, case, now, fridays
):
    request = wish(session, cast, now, ParentsKnow.NOTHING)
    request_cards.for_rektor(session, cast.randi, request.id, now)
    weekly(session, now + FRIDAY)
    assert news(session, cast.ida, cast.ida, now + FRIDAY)
    assert not news(session, cast.kari, cast.ida, now + FRIDAY)
    read(session, cast.jonas, case, now + WEEK)
    weekly(session, now + FRIDAY + WEEK)
    assert news(session, cast.kari, cast.ida, now + FRIDAY + WEEK)


def test_a_municipality_may_choose_not_to_tell(session, cast, case, now):
    read(session, cast.jonas, case, now)
    assert weekly(session, now + FRIDAY) == []
    assert session.get_one(AccessWatch, cast.ida.id).next_follow_up_at is None


def test_nothing_is_due_for_a_youth_nobody_looked_at(session, cast, case, now, fridays):
    assert session.scalars(select(AccessWatch)).all() == []
    read(session, cast.jonas, case, now)
    watch = session.get_one(AccessWatch, cast.ida.id)
    assert watch.next_follow_up_at == now + FRIDAY
    assert follow_ups.disagreeing(session, access_news.LADDER, now) == []
