"""In the end a person: who hears that somebody is not reached, and sees who it was."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from models import asking, people, unreached
from models.asking import Wish
from models.base import Refused
from models.outbox import Outgoing
from models.people import Person, Position
from models.terms import Role, Topic
from tests.consent_setup import opened
from tests.ways import told_once


def told(session, person, now) -> list[str]:
    unreached.tell(session, person.id, now)
    rows = session.scalars(select(Outgoing).where(Outgoing.kind == "not_reached")).all()
    for row in rows:
        reader = session.get_one(Person, row.recipient_id)
        assert _name(session, reader, row.subject_id, person, now) == person.name
    return sorted(people.get(session, row.recipient_id).name for row in rows)


def _name(session, reader, subject, person, now) -> str:
    return unreached.name(
        session, actor=reader, subject_id=subject, person_id=person.id, now=now
    ).name


@told_once
def asked(session, cast, now):
    wish = Wish(Topic.SCHOOL, ungdom_id=cast.ida.id)
    return asking.submit(session, actor=cast.ida, wish=wish, now=now)


def test_of_who_works_here_the_one_who_leads_hears_else_the_project_leader(session, cast, now):
    assert told(session, cast.jonas, now) == ["Randi"]
    session.execute(delete(Outgoing))
    assert told(session, cast.lise, now) == ["Siri"]
    session.execute(delete(Outgoing))
    assert told(session, cast.randi, now) == ["Siri"]


def test_of_who_waits_for_a_los_the_rektor_hears(session, cast, now, asked):
    assert told(session, cast.ida, now) == ["Randi"]


def test_who_is_in_a_case_is_its_holders_and_nobody_elses(session, cast, now, asked):
    opened(session, cast, now)
    assert told(session, cast.ida, now) == ["Jonas"]


def test_of_who_has_nothing_here_nobody_hears(session, cast, now):
    assert told(session, cast.kari, now) == []
    assert told(session, cast.sam, now) == []


@pytest.mark.parametrize("who", ["jonas", "kari", "siri", "sam"])
def test_nobody_else_sees_who_it_was(session, cast, now, asked, who):
    with pytest.raises(Refused):
        _name(session, getattr(cast, who), asked.id, cast.ida, now)


def test_who_leads_no_more_sees_nothing(session, cast, now):
    unreached.tell(session, cast.jonas.id, now)
    session.execute(
        delete(Position).where(Position.person_id == cast.randi.id, Position.role == Role.REKTOR)
    )
    with pytest.raises(Refused):
        _name(session, cast.randi, cast.jonas.id, cast.jonas, now)
