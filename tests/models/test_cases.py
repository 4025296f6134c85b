"""Opening a case, and letting a service take part."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from models import cases, people
from models.base import Refused
from models.outbox import Outgoing
from models.terms import Why
from tests.consent_setup import opened

NIGHT = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)  # nine o'clock in Oslo


def told(session, kind):
    rows = session.scalars(select(Outgoing).where(Outgoing.kind == kind))
    return [(row.recipient_id, row.not_before) for row in rows]


def test_who_is_made_holder_at_night_is_told_in_the_morning(session, cast):
    opened(session, cast, NIGHT)
    assert told(session, "stafett.opened") == [(cast.jonas.id, MORNING)]


def test_who_is_added_at_night_is_told_in_the_morning(session, cast):
    case = opened(session, cast, NIGHT)
    cases.add_service(
        session, case=case, unit_id=cast.los_unit.id, person=cast.lise, now=NIGHT,
        actor=cast.jonas,
    )  # fmt: skip
    assert told(session, "stafett.added") == [(cast.lise.id, MORNING)]


def test_opening_twice_gives_the_same_case_and_tells_once(session, cast, now):
    assert opened(session, cast, now) is opened(session, cast, now)
    assert len(told(session, "stafett.opened")) == 1


def test_no_guardian_holds_the_baton_not_even_of_a_grown_up(session, cast, now):
    cast.ida.born = now.date().replace(year=now.year - 18)
    session.add(people.Position(person_id=cast.kari.id, unit_id=cast.school.id, role="rektor"))
    session.flush()
    with pytest.raises(Refused) as refused:
        cases.open(
            session, actor=cast.randi, ungdom=cast.ida, school_id=cast.school.id,
            stafettholder=cast.kari, now=now,
        )  # fmt: skip
    assert refused.value.why is Why.NOBODY


def test_of_a_guardian_of_one_who_decides_alone_the_holder_hears_no_more(session, cast, now):
    case = opened(session, cast, now)
    eve = now.date().replace(year=now.year - 18) + timedelta(days=1)
    for born, held in ((eve, [case]), (eve - timedelta(days=1), [])):
        cast.ida.born = born
        assert cases.held_for(session, cast.kari.id, now) == held
        assert cases.held_for(session, cast.ida.id, now) == [case]
        assert cases.held_for(session, cast.amina.id, now) == [case]
