"""What is asked of many at once is what is asked of each, and opens no more names than are read."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models import (
    concern_views,
    contacts,
    family,
    joining,
    kept_from_parents,
    municipality,
    people,
    policy,
    standing_views,
)
from models.base import new_id
from models.family import Guardianship
from models.municipality import Unit
from models.people import Person, Position, Pupil
from models.terms import Action, ParentsKnow, RequestState, Role, UnitKind
from tests import figure_setup
from tests.asked import asked_of


@pytest.fixture
def school(session, cast, now):
    """Ida's, with somebody who decides alone, a guardian without responsibility, one without a
    chat, and youths who keep more or less from their parents."""
    for number, years in enumerate((14, 16, 19)):
        youth = people.create(
            session, name=f"Elev {number}", language="nb", now=now, confirmed=True,
            born=(now - timedelta(days=years * 365.25 + 30)).date(),
        )  # fmt: skip
        session.add(Pupil(person_id=youth.id, school_id=cast.school.id))
        for foresatt, responsible in ((cast.kari, True), (cast.per, number == 1)):
            made = Guardianship(
                ungdom_id=youth.id, foresatt_id=foresatt.id, responsibility=responsible
            )
            session.add(made)
        for know in (ParentsKnow.NOTHING, ParentsKnow.THAT, ParentsKnow.ALL)[: number + 1]:
            _wants(session, cast.school, youth, know, now)
    session.flush()
    return cast.school


def _wants(session, school, youth, know: ParentsKnow, now) -> None:
    made = figure_setup.wanted(session, school, now, RequestState.WITHDRAWN)
    made.ungdom_id, made.parents_know = youth.id, know
    session.flush()


def test_guardians_of_a_school_are_those_of_each_pupil(session, cast, school, now):
    born = people.born_at(session, school.id)
    assert list(born) == [pupil.id for pupil in people.pupils_of(session, school.id)]
    at_once = family.guardians_at(session, born, school.id, now)
    for pupil in born:
        one_by_one = [each.id for each in family.guardians_of(session, pupil, now)]
        assert at_once.get(pupil, []) == one_by_one
    assert any(at_once.values())
    assert any(not at_once.get(pupil) for pupil in born)


def test_what_many_pupils_keep_from_parents_is_what_each_keeps(session, cast, school, now):
    ids = [pupil.id for pupil in people.pupils_of(session, school.id)]
    each = {id: kept for id in ids for kept in kept_from_parents.kept(session, [id]).values()}
    more = [*range(1, kept_from_parents.AT_ONCE), *ids]  # more than are asked for at once
    assert kept_from_parents.kept(session, more) == each
    assert set(each.values()) == {ParentsKnow.NOTHING}


def test_the_strictest_that_was_said_counts_in_whatever_order(session, cast, school, now):
    for know in (ParentsKnow.THAT, ParentsKnow.NOTHING, ParentsKnow.THAT):
        _wants(session, school, cast.ida, know, now)
    assert kept_from_parents.kept(session, [cast.ida.id]) == {cast.ida.id: ParentsKnow.NOTHING}


def test_who_has_a_chat_is_who_can_be_written_to(session, cast, school, now):
    contacts.take_from(session, cast.per, actor=None, now=now)
    ids = list(session.scalars(select(Person.id)))
    one_by_one = {id for id in ids if contacts.of(session, id) is not None}
    assert contacts.have_one(session, ids) == one_by_one
    assert cast.per.id not in one_by_one


def test_who_works_at_the_schools_is_who_works_at_each(session, cast, school, now):
    roles = policy.MAY[Action.RECEIVE_CONCERN]
    at_once = people.staff_at(session, UnitKind.SCHOOL, *roles)
    one_by_one = [p.id for p in people.staff_of(session, school.id, *roles)]
    assert at_once[school.id] == one_by_one
    assert one_by_one
    assert people.staffed(session, UnitKind.SCHOOL, *roles) == set(at_once)
    for person_id in one_by_one:
        session.get_one(Person, person_id).confirmed_at = None
    assert school.id not in people.staffed(session, UnitKind.SCHOOL, *roles)


def test_where_somebody_works_is_where_the_staff_of_each_are(session, cast, now):
    """Whatever has ended, is still to end, was closed or never confirmed."""
    dice, day = random.Random(3), now.date()
    everybody = session.scalars(select(Person)).all()
    for number in range(60):
        unit = Unit(id=new_id(), key=f"sted-{number}", kind=dice.choice(("school", "club")),
                    name=f"Sted {number}", closed_at=dice.choice((None, None, now)))  # fmt: skip
        session.add(unit)
        for person in dice.sample(everybody, dice.randint(0, 3)):
            last = dice.choice((None, *(day + timedelta(days=days) for days in (-1, 0, 1))))
            session.add(Position(
                person_id=person.id, unit_id=unit.id, until=last, ended_at=dice.choice((None, now)),
                role=dice.choice((Role.REKTOR, Role.KONTAKTLAERER, Role.SERVICE)),
            ))  # fmt: skip
    for person in dice.sample(everybody, len(everybody) // 2):
        person.confirmed_at = None
    session.flush()
    found: Counter[date | None] = Counter()
    for today in (None, day, day + timedelta(days=1)):
        session.info["today"] = today
        for kind in (UnitKind.SCHOOL, UnitKind.CLUB):
            for roles in ((Role.REKTOR,), (Role.SERVICE, Role.KONTAKTLAERER)):
                still = municipality.units_of_kind(session, kind)
                them = {
                    u.id: [p.id for p in people.staff_of(session, u.id, *roles)] for u in still
                }
                there = {unit: ids for unit, ids in them.items() if ids}
                assert people.staff_at(session, kind, *roles) == there
                assert people.staffed(session, kind, *roles) == set(there)
                found[today] += len(there)
    assert found[None] > found[day] > found[day + timedelta(days=1)] > 0


def test_a_teacher_has_the_own_pupils_alone(session, cast, school):
    every, own = (people.pupils_of(session, school.id, who) for who in (None, cast.jonas.id))
    assert set(own) == {p for p, entry in every.items() if entry.kontaktlaerer_id == cast.jonas.id}
    assert 0 < len(own) < len(every)


def test_an_administrator_is_invited_by_no_rektor(session, cast, school, now):
    session.add(
        Position(
            person_id=cast.jonas.id, unit_id=cast.club.id, role=Role.ADMINISTRATOR, steps_done=[]
        )
    )
    before = {each.id for each in joining.invitable(session, cast.randi, now)}
    assert cast.jonas.id not in before


def test_many_names_are_opened_with_one_question(session, cast, school):
    session.flush()
    session.expunge_all()
    session.info.pop("opened_keys", None)
    with asked_of(session) as asked:
        names = [person.name for person in session.scalars(select(Person)).all()]
    assert len(names) > 10
    assert len([each for each in asked if "data_keys" in each]) == 1


def test_many_clubs_and_schools_are_asked_about_at_once(session, cast, school, now):
    """Whoever sets up standing meetings, or raises a concern, chooses among all of them."""
    _asked_about_places(session, cast, now)  # what is asked once in a transaction
    before = _asked_about_places(session, cast, now)
    for number in range(20):
        for kind, who, role in (
            ("club", cast.amina, Role.SERVICE),
            ("school", cast.randi, Role.REKTOR),
        ):
            unit = Unit(id=new_id(), key=f"{kind}-{number}", kind=kind, name=f"Sted {number}")
            session.add_all([unit, Position(person_id=who.id, unit_id=unit.id, role=role)])
    assert _asked_about_places(session, cast, now) == before


def _asked_about_places(session, cast, now) -> tuple[int, int]:
    with asked_of(session) as asked:
        form = standing_views.setting_up_all(session, actor=cast.siri, now=now)
        of_standing = len(asked)
        raising = concern_views.raise_form(session, actor=cast.jonas, now=now)
    assert len(form.busy) >= 1
    assert cast.school.id in raising.schools
    assert raising.receivers[cast.school.id]
    return of_standing, len(asked)
