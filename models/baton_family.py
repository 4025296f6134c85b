"""What the family says to who holds the baton next: asked before it is offered [29].

One neutral question to the youth and each guardian. Having had the days to answer is enough; nobody
has to.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from models import (
    access,
    audit,
    batons,
    cases,
    family,
    follow_ups,
    municipality,
    outbox,
    policy,
    reminding,
    unasked,
)
from models.base import new_id, refuse, require
from models.batons import BatonWish
from models.cases import Case
from models.follow_ups import Ladder
from models.goals import worded
from models.outbox import Promise
from models.people import Person
from models.reminding import Step
from models.terms import FAMILY, Action, CaseState, FamilyAsked, HolderWish, Why

ASKED, ANSWERED, WAITS = "baton.asked", "baton.answered", "baton.wishes"


def opened(session: Session, actor: Person, case_id: int, now: datetime) -> Case:
    """A case whose baton somebody may hand over: its holder, or the rektor of its school [30]. Held
    until the transaction ends. Refused with ABSENT for anyone else."""
    case = cases.locked(session, case_id)
    if case is None or case.state == CaseState.CLOSED:
        refuse(Why.ABSENT)
    if not policy.may(Action.HAND_OVER, access.hats_in_case(session, actor, case, now)):
        leads(session, actor, case)
    return case


def leads(session: Session, actor: Person, case: Case) -> None:
    """Refuse with ABSENT all but the rektor of the case's school who is no parent of the youth's."""
    require(not family.is_guardian(session, actor.id, case.ungdom_id), Why.ABSENT)
    access.authorise_at_unit(session, actor=actor, action=Action.TAKE_OVER, unit_id=case.school_id)


# --- asking --------------------------------------------------------------------------------------


def ask_family(session: Session, *, actor: Person, case_id: int, now: datetime) -> list[BatonWish]:
    """Ask the youth and each guardian who takes part, in their own chats. Who waits with an answer
    is not asked again."""
    case = opened(session, actor, case_id, now)
    known = {wish.person_id: wish for wish in batons.wishes(session, case)}
    made = []
    for person in _asked_of(session, case, now):
        wish = known.get(person.id)
        if wish is None or wish.ended_at is not None:
            wish = _ask(session, case, person, actor, now)
            told = [person.id] if person.confirmed_at else []
            unasked.tell(session, ASKED, told, wish.id, "asked", now)
        made.append(wish)
    return made


def _asked_of(session: Session, case: Case, now: datetime) -> list[Person]:
    """Nobody who may not know of the case [58]."""
    relatives = family.of(session, case.ungdom_id, now)
    return [
        person
        for person in relatives
        if person.confirmed_at is None or access.hats_in_case(session, person, case, now)
    ]


def _ask(session: Session, case: Case, person: Person, actor: Person, now: datetime) -> BatonWish:
    wish = BatonWish(
        id=new_id(), key_id=case.key_id, case_id=case.id, person_id=person.id,
        asked_by=actor.id, asked_at=now, steps_done=[],
    )  # fmt: skip
    session.add(wish)
    session.flush()
    _recorded(session, wish, "batons.ask_family", actor, now)
    return wish


# --- answering -----------------------------------------------------------------------------------


def answer(
    session: Session,
    *,
    actor: Person,
    wish_id: int,
    said: HolderWish,
    now: datetime,
    words: str | None = None,
) -> BatonWish:
    """Say it oneself; the last word counts until the baton is offered. EXPIRED after that."""
    wish = mine(session, actor, wish_id, now)
    require(wish.ended_at is None, Why.EXPIRED)
    return _said(session, wish, actor, said, words, now)


def said_aloud(
    session: Session,
    *,
    actor: Person,
    wish_id: int,
    said: HolderWish,
    now: datetime,
    words: str | None = None,
) -> BatonWish:
    """Staff write down what one of the family said aloud. Nothing said in the chat is replaced."""
    wish = session.get(BatonWish, wish_id)
    if wish is None:
        refuse(Why.ABSENT)
    opened(session, actor, wish.case_id, now)
    require(wish.ended_at is None, Why.EXPIRED)
    require(wish.answer is None or wish.aloud_to is not None, Why.SAID_SINCE)
    wish.aloud_to = actor.id
    return _said(session, wish, actor, said, words, now)


def _said(
    session: Session,
    wish: BatonWish,
    actor: Person,
    said: HolderWish,
    words: str | None,
    now: datetime,
) -> BatonWish:
    words = worded(words) if words else None
    if (wish.answer, wish.words) == (said, words):
        return wish
    own = actor.id == wish.person_id
    wish.answer, wish.words, wish.answered_at = said, words, now
    if own:
        wish.aloud_to = None
    outbox.silence(session, subject_id=wish.id, kinds=(ASKED,))
    _recorded(session, wish, "batons.wish" if own else "batons.wish_aloud", actor, now)
    them = [each for each in _hearers(session, wish) if each != actor.id]
    unasked.tell(session, ANSWERED, them, wish.case_id, now.isoformat(), now)
    return wish


def mine(session: Session, actor: Person, wish_id: int, now: datetime) -> BatonWish:
    """What somebody of the family is asked; absent for anyone else, and for who left the case."""
    wish = session.get(BatonWish, wish_id)
    if wish is None or wish.person_id != actor.id:
        refuse(Why.ABSENT)
    case = cases.find(session, wish.case_id)
    if case is None or case.state == CaseState.CLOSED:
        refuse(Why.ABSENT)
    require(access.hats_in_case(session, actor, case, now) & FAMILY, Why.ABSENT)
    return wish


def asked(session: Session, case: Case, now: datetime) -> FamilyAsked | None:
    """How the family's wish is known, as far as each was asked since the baton last changed hands;
    None while somebody has neither answered nor had the days for it, or was not asked."""
    rules = municipality.policy_at(session, now)
    since = now - timedelta(days=rules.baton_wish_days)
    found = {wish.person_id: wish for wish in batons.wishes(session, case)}
    if any(person.id not in found for person in _asked_of(session, case, now)):
        return None
    if any(wish.answer is None and wish.asked_at > since for wish in found.values()):
        return None
    if any(wish.answer is None for wish in found.values()):
        return FamilyAsked.SILENT
    aloud = any(wish.aloud_to for wish in found.values())
    return FamilyAsked.ALOUD if aloud else FamilyAsked.ANSWERED


# --- the ladder ----------------------------------------------------------------------------------


def _recorded(
    session: Session, wish: BatonWish, action: str, actor: Person, now: datetime
) -> None:
    audit.record(
        session, action=action, actor_id=actor.id, object_id=wish.id, chain=wish.case_id, now=now,
        detail={"answer": wish.answer} if wish.answer else {},
    )  # fmt: skip
    follow_ups.reschedule(session, LADDER, wish, now)
    session.flush()


def _hearers(session: Session, wish: BatonWish) -> list[int]:
    """The holder, and the unit leader who asked."""
    case = session.get_one(Case, wish.case_id)
    return list(dict.fromkeys([case.stafettholder_id, wish.asked_by]))


def _plan(session: Session, wish: BatonWish, now: datetime) -> Sequence[Step]:
    if wish.ended_at is not None:
        return ()
    rules = municipality.policy_at(session, now), municipality.calendar_of(session)
    return reminding.wish_steps(wish.asked_at, wish.answer is not None, *rules, now)


def _take(session: Session, wish: BatonWish, step: Step, now: datetime) -> None:
    """Once a day however many were asked."""
    day = policy.today_in(now, municipality.policy_at(session, now)).isoformat()
    them = _hearers(session, wish)
    unasked.tell(session, WAITS, them, wish.case_id, day, now, Promise.REMINDER)


def _open() -> ColumnElement[bool]:
    return BatonWish.ended_at.is_(None)


def _responsible(session: Session, wish: BatonWish, now: datetime) -> Collection[int]:
    return cases.responsible(session, session.get_one(Case, wish.case_id), now)


LADDER = Ladder(table=BatonWish, plan=_plan, take=_take, open=_open, responsible=_responsible)
