"""A county of schools, each with its staff and families with a case: one told by the verbs, the rest
copied from it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot import demo
from bot.channels.telegram import CHANNEL
from bot.store import Store
from models import contacts, people
from models.base import new_id
from models.contacts import Contact
from models.family import Guardianship
from models.municipality import Unit
from models.outbox import Outgoing, OutState
from models.people import Person, Position, Pupil
from models.terms import Role, UnitKind
from tests import full_case
from tests.bench import copying
from tests.bench.copying import Stencil

FAMILIES, TEACHERS = 20, 2
"""At each school, with a case; and who holds them."""
SIBLINGS = 2
PHONES = 1_000_000_000


def told(store: Store, now: datetime) -> Stencil:
    """Tell of one school in a store with Fjordvik, and return what copies are made of."""
    before = store.write_now(copying.present)
    store.write_now(_school, now)
    return store.write_now(Stencil, before, now)


def _school(session: Session, now: datetime) -> None:
    cast = demo.cast_of(session)
    units = {unit.key: unit for unit in session.scalars(select(Unit))}
    school = _unit(session, "skole", UnitKind.SCHOOL, "Kråkeskolen")
    club = _unit(session, "klubb", UnitKind.CLUB, "Kråkefyret")
    shared = {"school": school, "club": club, "los_unit": units["los"], "lise": cast["lise"]}
    phones = iter(range(PHONES, PHONES + copying.ADDRESSES))
    shared["randi"] = _staff(session, "Rektor", Role.REKTOR, school, next(phones), now)
    shared["amina"] = _staff(session, "Amina", Role.SERVICE, club, next(phones), now)
    teachers = [
        _staff(session, "Lærer", Role.KONTAKTLAERER, school, next(phones), now)
        for _each in range(TEACHERS)
    ]
    for number in range(FAMILIES):
        family = _family(session, school, teachers[number % TEACHERS], phones, now)
        staff: dict[str, Any] = {**shared, "jonas": teachers[number % TEACHERS]}
        full_case.lived_in(session, SimpleNamespace(**staff, **family), now)
    _sent(session, now)


def _sent(session: Session, now: datetime) -> None:
    """Of what was promised a quarter is remembered, as said in its reader's chat."""
    session.execute(delete(Outgoing).where(Outgoing.id % 4 != 0))
    chat = select(Contact.id).where(Contact.person_id == Outgoing.recipient_id)
    where = chat.limit(1).scalar_subquery()
    session.execute(
        update(Outgoing).values(
            state=OutState.SENT, sent_at=now, attempts=1, fence=1, contact_id=where,
            message_id=Outgoing.id,
        )
    )  # fmt: skip


def _unit(session: Session, key: str, kind: UnitKind, name: str) -> Unit:
    made = Unit(id=new_id(), key=key, kind=kind, name=name)
    session.add(made)
    session.flush()
    return made


def _person(session: Session, name: str, phone: int, now: datetime) -> Person:
    made = people.create(session, name=name, language="nb", now=now, confirmed=True)
    contacts.add(session, made, CHANNEL, phone, now)
    return made


def _staff(
    session: Session, name: str, role: Role, unit: Unit, phone: int, now: datetime
) -> Person:
    made = _person(session, name, phone, now)
    session.add(Position(person_id=made.id, unit_id=unit.id, role=role))
    session.flush()
    return made


def _family(
    session: Session, school: Unit, teacher: Person, phones: Any, now: datetime
) -> dict[str, Person]:
    parents = [_person(session, name, next(phones), now) for name in ("Kari", "Per")]
    youths = [_person(session, "Ida", next(phones), now) for _each in range(1 + SIBLINGS)]
    for youth in youths:
        youth.born = (now - timedelta(days=15.5 * 365)).date()
        session.add(Pupil(person_id=youth.id, school_id=school.id, kontaktlaerer_id=teacher.id))
        for parent in parents:
            session.add(Guardianship(ungdom_id=youth.id, foresatt_id=parent.id))
    session.flush()
    return {"ida": youths[0], "kari": parents[0], "per": parents[1]}


__all__ = ["FAMILIES", "PHONES", "date", "told"]
