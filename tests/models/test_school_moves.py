"""A pupil changes school: the old holder is responsible until a new one over there has the baton."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models import (
    access,
    baton_views,
    batons,
    closing,
    follow_ups,
    people,
    school_moves,
    stafett,
)
from models.base import new_id
from models.ladders import LADDERS
from models.municipality import Unit
from models.people import Person, Position
from models.school_moves import LADDER
from models.terms import BatonState, InfoKind, MoveItem, MoveState, Role, Why
from tests import agreed, baton_setup
from tests.meeting_setup import deliver_all, promised, take_back
from tests.refusals import why
from tests.ways import told_once

DAY = timedelta(days=1)
FIRST = date(2027, 8, 17)


@told_once
def there(session, cast, now):
    """The new school, with Olav teaching at it."""
    made = Unit(id=new_id(), key="vgs", kind="school", name="Fjordvik videregående")
    session.add(made)
    olav = people.create(session, name="Olav", language="nb", now=now, confirmed=True)
    session.flush()
    session.add(Position(person_id=olav.id, unit_id=made.id, role=Role.KONTAKTLAERER))
    session.flush()
    return made


@told_once
def case(session, cast, now, there):
    found = agreed.agreed(session, cast, now)
    school_moves.start(
        session, actor=cast.jonas, case_id=found.id, school_id=there.id, starts_on=FIRST, now=now
    )
    deliver_all(session)
    return found


@pytest.fixture
def olav(session, there):
    return next(p for p in session.query(Person) if p.name == "Olav")


@pytest.fixture
def move(session, case):
    return batons.move_of(session, case.id)


def all_done(session, cast, case, move, there, now):
    agreed.consent(session, cast, case, {there.id: list(InfoKind)}, now)
    baton_setup.asked(session, cast, case, now)
    for item in (MoveItem.CONTACT, MoveItem.MEETING, MoveItem.KNOWN):
        school_moves.settle(session, actor=cast.jonas, move_id=move.id, item=item, now=now)
    school_moves.settle(
        session, actor=cast.jonas, move_id=move.id, item=MoveItem.TILTAK, needed=False, now=now
    )


def offered(session, cast, case, to, now):
    return stafett.offer(session, actor=cast.jonas, case_id=case.id, successor_id=to.id, now=now)


def test_nobody_over_there_gets_it_before_the_family_has_said_yes_to_all_of_it(
    session, cast, case, move, there, olav, now
):
    baton_setup.asked(session, cast, case, now)
    assert why(offered, session, cast, case, olav, now) is Why.NOBODY
    agreed.consent(session, cast, case, {there.id: [InfoKind.GOALS]}, now)
    assert why(offered, session, cast, case, olav, now) is Why.CONSENT_MISSING
    agreed.consent(session, cast, case, {there.id: list(InfoKind)}, now)
    assert why(offered, session, cast, case, olav, now) is Why.LIST_FIRST


def test_the_case_is_the_old_schools_until_a_new_holder_has_accepted(
    session, cast, case, move, there, olav, now
):
    all_done(session, cast, case, move, there, now)
    made = offered(session, cast, case, olav, now)
    assert (case.school_id, case.stafettholder_id) == (cast.school.id, cast.jonas.id)
    stafett.accept(session, actor=olav, offer_id=made.id, now=now)
    assert (case.school_id, case.stafettholder_id) == (there.id, olav.id)
    assert (case.holder_unit_id, move.state) == (None, MoveState.DONE)
    pupil = people.pupil(session, cast.ida.id)
    assert (pupil.school_id, pupil.kontaktlaerer_id) == (there.id, olav.id)
    assert access.hats_in_case(session, cast.jonas, case, now) == frozenset()
    assert why(baton_views.card, session, actor=cast.randi, case_id=case.id, now=now) is Why.ABSENT


def test_a_yes_taken_back_at_the_last_moment_leaves_everything_where_it_was(
    session, cast, case, move, there, olav, now
):
    all_done(session, cast, case, move, there, now)
    made = offered(session, cast, case, olav, now)
    take_back(session, cast.per, now)
    assert why(stafett.accept, session, actor=olav, offer_id=made.id, now=now)
    assert (case.school_id, case.stafettholder_id) == (cast.school.id, cast.jonas.id)


def test_the_familys_yes_and_wish_are_not_ticked_by_staff(session, cast, case, move, now):
    for item in (MoveItem.CONSENT, MoveItem.WISH):
        tick = {"move_id": move.id, "item": item, "now": now}
        assert why(school_moves.settle, session, actor=cast.jonas, **tick) is Why.NOT_IN_STATE


def test_the_family_sees_the_list(session, cast, case, move, now):
    school_moves.settle(session, actor=cast.jonas, move_id=move.id, item=MoveItem.CONTACT, now=now)
    for one in (cast.ida, cast.kari):
        seen = baton_views.who(session, actor=one, case_id=case.id, now=now).move
        assert (seen.school, seen.starts_on) == ("Fjordvik videregående", FIRST)
        assert [each.item for each in seen.items if each.settled] == [MoveItem.CONTACT]
        assert seen.items[0].day == now.date()


def test_the_list_never_runs_dry_and_the_leader_hears_when_school_has_begun(
    session, cast, case, move, now
):
    for _week in range(60):
        now += 7 * DAY
        follow_ups.take_due(session, LADDER, now)
        assert follow_ups.adrift(session, LADDER, now) == []
    assert set(promised(session, "baton.move_due")) == {cast.jonas.id}
    assert set(promised(session, "baton.move_late")) == {cast.randi.id}


def test_a_pupil_who_stays_and_a_closed_case_end_it(session, cast, case, move, olav, now):
    asked = stafett.row(
        session, case, cast.jonas, olav.id, move.to_school_id, BatonState.OPEN, now
    )  # fmt: skip
    school_moves.call_off(session, actor=cast.jonas, move_id=move.id, now=now)
    assert (move.state, move.next_follow_up_at) == (MoveState.CALLED_OFF, None)
    assert asked.state == BatonState.CANCELLED
    start = {"case_id": case.id, "school_id": move.to_school_id, "starts_on": FIRST, "now": now}
    again = school_moves.start(session, actor=cast.jonas, **start)
    assert school_moves.start(session, actor=cast.jonas, **start) is again
    past = start | {"starts_on": now.date(), "school_id": new_id()}
    assert why(school_moves.start, session, actor=cast.jonas, **past) is Why.ALREADY_OPEN
    closing.close(session, actor=cast.ida, case_id=case.id, wish=closing.Wish(), now=now)
    assert again.state == MoveState.CALLED_OFF
    assert all(not follow_ups.adrift(session, ladder, now) for ladder in LADDERS)


def test_outsiders_start_nothing(session, cast, case, move, olav, now):
    start = {"case_id": case.id, "school_id": move.to_school_id, "starts_on": FIRST, "now": now}
    for other in (olav, cast.amina, cast.ida, cast.kari, cast.siri, cast.turid):
        assert why(school_moves.start, session, actor=other, **start) is Why.ABSENT
        end = {"move_id": move.id, "now": now}
        assert why(school_moves.call_off, session, actor=other, **end) is Why.ABSENT
