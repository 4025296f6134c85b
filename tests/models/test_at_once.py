"""What is asked of many at once is what is asked of each, and opens no more names than are read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from models import contacts, family, joining, kept_from_parents, people, policy
from models.family import Guardianship
from models.people import Person, Pupil
from models.terms import Action, ParentsKnow, RequestState, Role, UnitKind
from tests import figure_setup


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


def test_what_pupils_keep_from_parents_is_what_each_keeps(session, cast, school, now):
    ids = [pupil.id for pupil in people.pupils_of(session, school.id)]
    assert kept_from_parents.kept_at(session, school.id) == kept_from_parents.kept(session, ids)
    assert set(kept_from_parents.kept(session, ids).values()) == {ParentsKnow.NOTHING}


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


def test_a_teacher_has_the_own_pupils_alone(session, cast, school):
    every, own = (people.pupils_of(session, school.id, who) for who in (None, cast.jonas.id))
    assert set(own) == {p for p, entry in every.items() if entry.kontaktlaerer_id == cast.jonas.id}
    assert 0 < len(own) < len(every)


def test_an_administrator_is_invited_by_no_rektor(session, cast, school, now):
    session.add(
        people.Position(
            person_id=cast.jonas.id, unit_id=cast.club.id, role=Role.ADMINISTRATOR, steps_done=[]
        )
    )
    before = {each.id for each in joining.invitable(session, cast.randi, now)}
    assert cast.jonas.id not in before


def test_many_names_are_opened_with_one_question(session, cast, school):
    asked: list[str] = []

    def note(_c, _cur, statement, *_more) -> None:
        if "data_keys" in statement:
            asked.append(statement)

    session.flush()
    session.expunge_all()
    session.info.pop("opened_keys", None)
    event.listen(session.get_bind(), "before_cursor_execute", note)
    try:
        names = [person.name for person in session.scalars(select(Person)).all()]
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", note)
    assert len(names) > 10
    assert len(asked) == 1
