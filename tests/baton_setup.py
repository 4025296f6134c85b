"""A baton on its way: the family asked, somebody offered it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models import baton_family, batons, stafett
from models.batons import BatonWish
from models.cases import Case
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
