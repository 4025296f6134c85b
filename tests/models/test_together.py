"""What is asked of each of many is asked once of all of them, and is told as the store has it."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from models import access, cases, consents, meeting_views, owed, people, together, views
from models.cases import CaseService
from models.family import Guardianship
from models.people import Person, Position, Pupil
from models.terms import Role
from tests import full_case
from tests.agreed import agreed
from tests.asked import asked_of
from tests.ways import told_once

case = told_once(agreed)
LATER = timedelta(days=20)
"""When more of what was agreed is due."""
LISTS = {
    "cases": views.my_cases,
    "meetings": lambda session, person, now: meeting_views.upcoming(
        session, actor=person, now=now, most=10
    ),
    "deadlines": lambda session, person, now: owed.of(session, person, now + LATER),
}


def _person(session, name, now) -> Person:
    return people.create(session, name=name, language="nb", now=now, confirmed=True)


def _family(session, cast, now, number: int) -> dict[str, Person]:
    names = {who: f"{who.title()} {number}" for who in ("ida", "kari", "per")}
    them = {who: _person(session, name, now) for who, name in names.items()}
    youth = them["ida"]
    youth.born = (now - timedelta(days=15.5 * 365)).date()
    session.add(Pupil(person_id=youth.id, school_id=cast.school.id))
    for who in ("kari", "per"):
        session.add(Guardianship(ungdom_id=youth.id, foresatt_id=them[who].id))
    session.flush()
    return them


def _at_work(session, cast, now, families: int) -> dict[str, Person]:
    """Somebody who holds so many cases like Ida's, and somebody who takes part in them."""
    them = {"jonas": _person(session, "Lærer", now), "amina": _person(session, "Klubb", now)}
    for who, unit, role in (
        ("jonas", cast.school, Role.KONTAKTLAERER),
        ("amina", cast.club, Role.SERVICE),
    ):
        session.add(Position(person_id=them[who].id, unit_id=unit.id, role=role))
    session.flush()
    for number in range(families):
        family = _family(session, cast, now, number)
        full_case.lived_in(session, SimpleNamespace(**{**vars(cast), **them, **family}), now)
        them |= {f"{who} {number}": person for who, person in family.items()}
    return them


@pytest.mark.parametrize("who", ["jonas", "amina"])
@pytest.mark.parametrize("name", LISTS)
def test_a_list_tells_of_each_what_is_told_of_it_alone(session, cast, now, who, name, monkeypatch):
    reader = _at_work(session, cast, now, families=2)[who]
    at_once = LISTS[name](session, reader, now)
    monkeypatch.setattr(together, "reading", lambda *_of: contextlib.nullcontext())
    assert at_once == LISTS[name](session, reader, now)
    assert bool(at_once) == (
        (who, name) != ("amina", "deadlines")
    )  # what she has to do is Jonas's


@pytest.mark.parametrize("sending", [False, True])
def test_of_a_list_each_case_is_judged_by_itself(session, cast, now, sending):
    """One of three families has taken a yes back: to the club nothing of theirs is there."""
    them = _at_work(session, cast, now, families=3)
    consents.withdraw_all(session, actor=them["kari 1"], now=now, occasion="stop")
    session.expire_all()
    session.info["sending"] = sending
    club = LISTS["cases"](session, them["amina"], now)
    assert {row.ungdom for row in club} == {"Ida 0", "Ida 2"}
    assert "Ida 1" not in repr(LISTS["meetings"](session, them["amina"], now))
    holder = LISTS["cases"](session, them["jonas"], now)
    assert {row.ungdom for row in holder} == {"Ida 0", "Ida 1", "Ida 2"}
    family = LISTS["cases"](session, them["kari 1"], now)
    assert {row.ungdom for row in family} == {"Ida 1"}


@pytest.mark.parametrize("who", ["jonas", "amina"])
@pytest.mark.parametrize("name", LISTS)
def test_a_longer_list_asks_the_store_no_more_often(session, cast, now, who, name):
    """But for the log of who looked: a line for each case that is shown."""
    few, many = (_at_work(session, cast, now, n)[who].id for n in (2, 6))
    nobody = cast.siri.id

    def asked(reader_id: int) -> list[str]:
        session.expunge_all()
        reader = people.get(session, reader_id)
        with asked_of(session) as told:
            LISTS[name](session, reader, now)
        return [sql for sql in told if "audit" not in sql and "access_watches" not in sql]

    asked(nobody)  # the municipality's own choices are read
    first, second = asked(few), asked(many)
    assert len(second) <= len(first), "\n".join(second)


# --- as the store has it -------------------------------------------------------------------------


WAYS = {
    "added": lambda session, new: session.add(CaseService(**new)),
    "inserted": lambda session, new: session.execute(insert(CaseService).values(**new)),
    "updated": lambda session, new: session.execute(
        update(CaseService).values(unit_id=new["unit_id"])
    ),
    "deleted": lambda session, new: session.execute(delete(CaseService)),
}


def _units(session: Session, case) -> list[int]:
    return [each.unit_id for each in cases.services_of(session, case.id)]


def _stored(session: Session, case) -> list[int]:
    services = select(CaseService.unit_id).where(CaseService.case_id == case.id)
    return list(session.scalars(services.order_by(CaseService.id)))


@pytest.mark.parametrize("way", WAYS)
def test_what_is_written_while_a_list_is_made_is_seen(session, cast, case, way):
    new = {"case_id": case.id, "unit_id": cast.los_unit.id, "person_id": cast.lise.id}
    with access.of_each(session, cast.jonas, [case]):
        before = _units(session, case)
        WAYS[way](session, new)
        assert _units(session, case) == _stored(session, case)
        assert _units(session, case) != before


def test_what_was_changed_and_not_yet_written_is_seen(session, cast, case, now):
    with access.of_each(session, cast.jonas, [case]):
        (service,) = cases.services_of(session, case.id)
        service.ended_at = now
        assert cases.services_of(session, case.id) == []


def test_what_was_taken_back_is_not_remembered(session, cast, case):
    new = {"case_id": case.id, "unit_id": cast.los_unit.id, "person_id": cast.lise.id}
    with access.of_each(session, cast.jonas, [case]):
        inner = session.begin_nested()
        session.add(CaseService(**new))
        assert len(_units(session, case)) == 2
        inner.rollback()
        assert len(_units(session, case)) == 1


def test_nothing_is_remembered_after_the_list(session, cast, case):
    with access.of_each(session, cast.jonas, [case]):
        assert together.includes(session, case)
        assert len(_units(session, case)) == 1
    assert not together.includes(session, case)
    session.connection().execute(delete(CaseService))  # by somebody else, as it were
    assert _units(session, case) == _stored(session, case) == []
