"""A case always has a next date: a tiltak, a meeting, or an end; and who must see to it [37]."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models import closing, consents, evaluations, follow_ups, meetings, next_dates
from models.base import Refused
from models.next_dates import LADDER, WANTED, NoNextDate
from models.terms import Decision, Effect, InfoKind
from tests.agreed import Verdict, agreed, planned, promised
from tests.meeting_setup import called
from tests.ways import told_once

D = Decision


@told_once
def case(session, cast, now):
    return agreed(session, cast, now, {cast.club.id: list(InfoKind)})


def ended(session, cast, thing, now, decision=D.DONE, **given):
    verdict = Verdict(decision, effect=Effect.HELPED, **given)
    return evaluations.evaluate(
        session, actor=cast.jonas, tiltak_id=thing.id, version=thing.version, verdict=verdict,
        now=now,
    )  # fmt: skip


def wanted(session, cast, case, now) -> bool:
    return next_dates.wanted(session, cast.jonas, case.id, now)


def adrift(session, now) -> list[int]:
    assert follow_ups.disagreeing(session, LADDER, now) == []
    return follow_ups.adrift(session, LADDER, now)


@pytest.mark.parametrize("decision", [D.DONE, D.STOP])
def test_the_last_that_ends_leaves_the_case_without_a_date(session, cast, case, now, decision):
    first, last = planned(session, cast, case, now), planned(session, cast, case, now, "To")
    ended(session, cast, first, now, decision)
    assert not wanted(session, cast, case, now)
    ended(session, cast, last, now, decision)
    assert wanted(session, cast, case, now)
    assert adrift(session, now) == []


@pytest.mark.parametrize("decision", [D.CONTINUE, D.CHANGE])
def test_what_goes_on_is_a_date(session, cast, case, now, decision):
    on = now.date() + timedelta(days=30)
    ended(
        session, cast, planned(session, cast, case, now), now, decision, next_on=on, words="Nytt"
    )
    assert session.scalars(select(NoNextDate)).all() == []


def test_so_is_a_meeting_that_lies_ahead(session, cast, case, now):
    called(session, cast, case, now)
    ended(session, cast, planned(session, cast, case, now), now)
    assert not wanted(session, cast, case, now)


@pytest.mark.parametrize("way", ["tiltak", "meeting", "closing"])
def test_each_of_the_three_ways_ends_it(session, cast, case, now, way):
    ended(session, cast, planned(session, cast, case, now), now)
    later = now + timedelta(days=2)
    if way == "tiltak":
        planned(session, cast, case, later, "Noe nytt")
    elif way == "meeting":
        called(session, cast, case, later)
    else:
        wish = closing.Wish(note="Slutt")
        closing.close(session, actor=cast.jonas, case_id=case.id, wish=wish, now=later)
    (row,) = session.scalars(select(NoNextDate))
    assert (row.closed_at, row.next_follow_up_at) == (later, None)
    assert adrift(session, later) == []


def test_the_holder_is_reminded_every_week_until_then(session, cast, case, now):
    ended(session, cast, planned(session, cast, case, now), now)
    days = []
    for day in range(40):
        at = now + timedelta(days=day)
        before = len(promised(session, WANTED))
        follow_ups.take_due(session, LADDER, at)
        days += [day] * (len(promised(session, WANTED)) - before)
        assert adrift(session, at) == []
    assert days == [7, 14, 21, 28, 35]
    assert {who for _kind, who in promised(session, WANTED)} == {cast.jonas.id}


def test_while_sharing_is_paused_nobody_is_reminded_and_it_is_not_forgotten(
    session, cast, case, now
):
    ended(session, cast, planned(session, cast, case, now), now)
    consents.withdraw_all(session, actor=cast.per, now=now, occasion="stop")
    for day in range(20):
        follow_ups.take_due(session, LADDER, now + timedelta(days=day))
    assert promised(session, WANTED) == []
    assert adrift(session, now + timedelta(days=20)) == []
    assert session.scalars(select(NoNextDate).where(LADDER.open())).all() != []


def test_only_the_holder_is_asked(session, cast, case, now):
    ended(session, cast, planned(session, cast, case, now), now)
    for name in ("ida", "kari", "per", "amina", "randi", "lise", "siri", "sam"):
        with pytest.raises(Refused):
            next_dates.wanted(session, getattr(cast, name), case.id, now)


def test_a_meeting_that_is_called_off_leaves_it_without_a_date_again(session, cast, case, now):
    ended(session, cast, planned(session, cast, case, now), now)
    meeting = called(session, cast, case, now, starts=datetime(2026, 12, 3, 14, 15))  # noqa: DTZ001
    meetings.cancel(session, actor=cast.jonas, meeting_id=meeting.id, sequence=0, now=now)
    assert wanted(session, cast, case, now)
    assert adrift(session, now) == []
