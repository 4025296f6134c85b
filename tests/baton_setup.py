"""A baton on its way: the family asked, somebody offered it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import baton_family, batons, school_moves, stafett
from models.base import new_id
from models.batons import BatonWish, SchoolMove
from models.cases import Case
from models.municipality import Unit
from models.terms import HolderWish


def ask(session: Session, actor, case: Case, now: datetime) -> list[BatonWish]:
    return baton_family.ask_family(session, actor=actor, case_id=case.id, now=now)


def asked(session: Session, cast, case: Case, now: datetime) -> dict[int, BatonWish]:
    """By person; all have answered."""
    baton_family.ask_family(session, actor=cast.jonas, case_id=case.id, now=now)
    wishes = {wish.person_id: wish for wish in batons.wishes(session, case)}
    for person in (cast.ida, cast.kari, cast.per):
        baton_family.answer(
            session,
            actor=person,
            wish_id=wishes[person.id].id,
            said=HolderWish.NO_OPINION,
            now=now,
        )
    return wishes


def asked_and_offered(session: Session, cast, case: Case, now: datetime) -> tuple[int, int]:
    """Ida's wish, and the offer to Randi; by id. The family is asked once more beside it."""
    asked(session, cast, case, now)
    offer = stafett.offer(
        session, actor=cast.jonas, case_id=case.id, successor_id=cast.randi.id, now=now
    )
    wishes = baton_family.ask_family(session, actor=cast.jonas, case_id=case.id, now=now)
    ida = next(wish for wish in wishes if wish.person_id == cast.ida.id)
    return ida.id, offer.id


def moving(session: Session, cast, case: Case, now: datetime) -> SchoolMove:
    """Ida is to change school in 60 days."""
    there = Unit(id=new_id(), key="vgs", kind="school", name="Fjordvik videregående")
    session.add(there)
    session.flush()
    first = now.date() + timedelta(days=60)
    return school_moves.start(
        session, actor=cast.jonas, case_id=case.id, school_id=there.id, starts_on=first, now=now
    )
