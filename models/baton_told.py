"""What is told of a baton to the successor who is asked, to one of the family who is asked, and to who
asked for it or had it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import access, access_log, baton_family, cases, municipality, people, policy, stafett
from models.base import require
from models.baton_led import name_of, unit_name
from models.batons import BatonOffer
from models.cases import Case
from models.people import Person
from models.terms import STAFF_ROLES, Action, BatonState, CaseState, HolderWish, Purpose, Why


@dataclass(frozen=True)
class Asked:
    """An offer as the successor is shown it."""

    offer_id: int
    state: BatonState
    ungdom: str
    school: str
    holder: str
    unit: str  # for which they would hold it
    note: str | None
    until: date


@dataclass(frozen=True)
class Question:
    wish_id: int
    own: bool
    ungdom: str
    holder: str
    answer: HolderWish | None
    words: str | None
    open: bool


def asked(session: Session, *, actor: Person, offer_id: int, now: datetime) -> Asked:
    """Whose baton it is, and what the one who offers it wants them to know. Refused as absent when
    they may not have it any more."""
    found = stafett.as_successor(session, actor, offer_id)
    case = cases.find(session, found.case_id)
    assert case is not None  # noqa: S101 - a foreign key holds it
    state = BatonState(found.state)
    require(case.state != CaseState.CLOSED and state is not BatonState.ACCEPTED, Why.EXPIRED)
    if state is BatonState.OPEN:
        stafett.unit_for(session, case, actor, now)
    require(state is BatonState.OPEN, Why.EXPIRED)
    roles = people.roles_at(session, actor, found.unit_id) & STAFF_ROLES
    access_log.note(
        session, "batons", actor, chain=case.id, object_id=case.id, hat=min(roles),
        unit_id=found.unit_id, purpose=Purpose.COOPERATION, ungdom_id=case.ungdom_id, now=now,
    )  # fmt: skip
    rules = municipality.policy_at(session, now)
    on = policy.today_in(found.offered_at, rules)
    return Asked(
        offer_id=found.id,
        state=state,
        ungdom=name_of(session, case.ungdom_id),
        school=unit_name(session, case.school_id),
        holder=name_of(session, case.stafettholder_id),
        unit=unit_name(session, found.unit_id),
        note=found.note,
        until=on + timedelta(days=rules.baton_offer_days),
    )


def is_asked(session: Session, actor: Person, offer_id: int, now: datetime) -> bool:
    """True, or refused as `asked`; nothing is shown."""
    with access_log.unseen(session):
        return bool(asked(session, actor=actor, offer_id=offer_id, now=now))


def question(session: Session, *, actor: Person, wish_id: int, now: datetime) -> Question:
    wish = baton_family.mine(session, actor, wish_id, now)
    case = session.get_one(Case, wish.case_id)
    return Question(
        wish_id=wish.id,
        own=actor.id == case.ungdom_id,
        ungdom=name_of(session, case.ungdom_id),
        holder=name_of(session, case.stafettholder_id),
        answer=HolderWish(wish.answer) if wish.answer else None,
        words=wish.words,
        open=wish.ended_at is None,
    )


def asked_for(session: Session, *, actor: Person, case_id: int, now: datetime) -> bool:
    """Whether somebody who takes part has asked for the baton; or refused as absent."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now
    )
    mine = BatonOffer.offered_by == actor.id, BatonOffer.to_id == actor.id
    asked = select(BatonOffer.id).where(BatonOffer.case_id == case.id, *mine)
    return session.scalars(asked.limit(1)).first() is not None


def gave(session: Session, *, actor: Person, offer_id: int) -> bool:
    """Whether somebody had the baton that changed hands; nothing of what it was about."""
    found = session.get(BatonOffer, offer_id)
    return found is not None and found.from_id == actor.id
