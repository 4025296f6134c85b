"""When a los can be met is the los's own to say, and is shown while it is so."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from models import erasing, los_hours, my_data, request_cards
from models.audit import AuditEntry
from models.base import Refused
from models.municipality import OpenHours
from models.terms import Why
from tests.agreed import agreed


def publish(session, cast, now, place="Fyret", start=17, end=19):
    los_hours.publish(
        session, actor=cast.lise, weekday=1, from_time=time(start), to_time=time(end),
        place=place, now=now,
    )  # fmt: skip


def places(session, now):
    return [hours.place for hours in request_cards.los_hours(session, now)]


def test_own_times_are_shown_beside_the_units(session, cast, now):
    publish(session, cast, now)
    publish(session, cast, now)
    assert places(session, now) == ["biblioteket på skolen", "Fyret", "kantina"]


def test_they_are_not_shown_while_the_los_is_away_and_then_are_again(session, cast, now):
    publish(session, cast, now)
    first, last = now.date() + timedelta(days=1), now.date() + timedelta(days=3)
    los_hours.be_away(session, actor=cast.lise, first=first, last=last, now=now)
    shown = [("Fyret" in places(session, now + timedelta(days=n))) for n in range(5)]
    assert shown == [True, False, False, False, True]


def test_the_audit_does_not_know_how_long(session, cast, now):
    """It is never erased, and how long somebody is away is near their health."""
    day = now.date() + timedelta(days=3)
    los_hours.be_away(session, actor=cast.lise, first=day, last=day, now=now)
    told = session.scalars(select(AuditEntry).where(AuditEntry.action == "los_hours.away")).one()
    assert told.detail == {}


def test_nothing_is_shown_of_who_is_no_los_any_more(session, cast, now):
    publish(session, cast, now)
    for position in session.scalars(select(los_hours.people.Position)):
        if position.person_id == cast.lise.id:
            position.ended_at = now
    session.flush()
    assert "Fyret" not in places(session, now)


def test_a_case_whose_holder_is_away_is_looked_at_anew(session, cast, now):
    case = agreed(session, cast, now)
    case.stafettholder_id, case.next_follow_up_at = cast.lise.id, now + timedelta(days=5)
    day = now.date() + timedelta(days=1)
    los_hours.be_away(session, actor=cast.lise, first=day, last=day, now=now)
    assert case.next_follow_up_at == now


def test_only_ones_own_are_taken_away(session, cast, now):
    publish(session, cast, now)
    units = session.scalars(select(OpenHours).where(OpenHours.person_id.is_(None))).first()
    with pytest.raises(Refused):
        los_hours.remove(session, actor=cast.lise, hours_id=units.id, now=now)
    [own] = los_hours.own(session, actor=cast.lise, now=now).times
    los_hours.remove(session, actor=cast.lise, hours_id=own.id, now=now)
    los_hours.remove(session, actor=cast.lise, hours_id=own.id, now=now)
    assert "Fyret" not in places(session, now)


@pytest.mark.parametrize(
    ("start", "end", "place", "why"),
    [
        (19, 17, "Fyret", Why.NOT_VALID),
        (17, 17, "Fyret", Why.NOT_VALID),
        (17, 19, "  ", Why.WORDS_REQUIRED),
        (17, 19, "x" * 81, Why.TOO_LONG),
    ],
)
def test_what_makes_no_sense_is_refused(session, cast, now, start, end, place, why):
    with pytest.raises(Refused) as refused:
        publish(session, cast, now, place, start, end)
    assert refused.value.why is why


def test_no_more_than_anybody_keeps(session, cast, now):
    for n in range(los_hours.MOST):
        publish(session, cast, now, f"sted {n}")
    with pytest.raises(Refused) as refused:
        publish(session, cast, now, "ett til")
    assert refused.value.why is Why.TOO_MANY


@pytest.mark.parametrize("name", ["ida", "randi", "siri", "amina", "turid", "sam"])
def test_nobody_else_publishes_any(session, cast, now, name):
    with pytest.raises(Refused) as refused:
        los_hours.own(session, actor=getattr(cast, name), now=now)
    assert refused.value.why is Why.ABSENT


def test_they_are_among_ones_own_data_and_go_when_one_leaves(session, cast, now):
    publish(session, cast, now)
    told = my_data.gather(session, actor=cast.lise, now=now)
    assert any(entry.get("met_place") == "Fyret" for part in told for entry in part.entries)
    erasing.leave(session, actor=cast.lise, occasion="leave", now=now)
    assert (
        session.scalars(select(OpenHours).where(OpenHours.person_id == cast.lise.id)).all() == []
    )
