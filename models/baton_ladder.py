"""What becomes of an offer of the baton by itself: who is reminded, and its end. That nobody answers who
leads hears with everything else (`breaks`); that a service holds without a yes, here, each morning.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

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
    people,
    policy,
    reminding,
    unasked,
)
from models.batons import BatonOffer
from models.cases import Case
from models.follow_ups import Ladder
from models.people import Person
from models.reminding import Step
from models.terms import BatonState, CaseState, Role

OFFERED, ENDED = "baton.offered", "baton.ended"
REQUESTED, REFUSED = "baton.requested", "baton.refused"
STUCK, LOST = "baton.stuck", "baton.lost"


def come_to_nothing(
    session: Session,
    case: Case,
    found: BatonOffer,
    state: BatonState,
    actor: Person | None,
    now: datetime,
) -> None:
    """It comes to nothing: the holder has it as before, and hears of it."""
    batons.end(found, state, now)
    recorded(session, found, f"batons.{state}", actor, now)
    outbox.silence(session, subject_id=found.id, kinds=(OFFERED,))
    them = dict.fromkeys([case.stafettholder_id, found.offered_by])
    them.pop(actor.id if actor else 0, None)
    unasked.tell(session, ENDED, them, case.id, f"{found.number}", now)


def _tell_leaders(session: Session, case: Case, now: datetime) -> None:
    """The rektor of the school; where nobody is, the project leader, who sees no case: not even the
    row says which it is."""
    day = policy.today_in(now, municipality.policy_at(session, now)).isoformat()
    led = family.but_guardians(
        session, people.staff_of(session, case.school_id, Role.REKTOR), case.ungdom_id
    )
    if them := [person.id for person in led]:
        unasked.tell(session, LOST, them, case.id, day, now)
        return
    leads = [person.id for person in people.with_role(session, Role.PROSJEKTLEDER)]
    unasked.tell(session, STUCK, leads, case.school_id, day, now)


def recorded(
    session: Session, found: BatonOffer, action: str, actor: Person | None, now: datetime
) -> None:
    session.flush()
    audit.record(
        session, action=action, actor_id=actor.id if actor else None, object_id=found.id,
        chain=found.case_id, now=now, detail={"from": found.from_id, "to": found.to_id},
    )  # fmt: skip
    follow_ups.reschedule(session, LADDER, found, now)
    session.flush()


def _plan(session: Session, found: BatonOffer, now: datetime) -> Sequence[Step]:
    """Of one who holds it for a service: each morning whether the family still says yes to that."""
    rules = municipality.policy_at(session, now), municipality.calendar_of(session)
    if found.state == BatonState.ACCEPTED and _holds_for_service(session, found):
        return reminding.mornings(found.ended_at or now, *rules, now)
    if found.state not in (BatonState.OPEN, BatonState.REQUESTED):
        return ()
    return reminding.baton_steps(found.offered_at, *rules)


def _holds_for_service(session: Session, found: BatonOffer) -> bool:
    case = session.get_one(Case, found.case_id)
    last = batons.changes(session, case.id)[-1:]
    return last == [found] and case.holder_unit_id is not None and case.state != CaseState.CLOSED


def _take(session: Session, found: BatonOffer, step: Step, now: datetime) -> None:
    case = session.get_one(Case, found.case_id)
    if found.state == BatonState.ACCEPTED:
        if not access.may_hold_for(session, case, found.unit_id, now):
            _tell_leaders(session, case, now)
        return
    if found.state == BatonState.REQUESTED:
        _take_request(session, case, found, step, now)
    elif found.state != BatonState.OPEN:
        return
    elif step.name == "remind":
        unasked.tell(session, OFFERED, [found.to_id], found.id, step.name, now)
    else:
        come_to_nothing(session, case, found, BatonState.EXPIRED, None, now)


def _take_request(
    session: Session, case: Case, found: BatonOffer, step: Step, now: datetime
) -> None:
    """The holder has not answered who would have it: is reminded; then it counts as a no."""
    if step.name == "remind":
        unasked.tell(session, REQUESTED, [case.stafettholder_id], case.id, step.name, now)
    elif step.name == "expire":
        batons.end(found, BatonState.EXPIRED, now)
        recorded(session, found, "batons.expired", None, now)
        unasked.tell(session, REFUSED, [found.to_id], case.id, f"{found.number}", now)


def _open() -> ColumnElement[bool]:
    return BatonOffer.state.in_((BatonState.OPEN, BatonState.REQUESTED))


def _responsible(session: Session, found: BatonOffer, now: datetime) -> Collection[int]:
    """Whoever is asked; who has the next step in the case, should that one work here no more, or have
    asked for it."""
    works = people.keeps_batons(session, people.get(session, found.to_id))
    if works and found.state == BatonState.OPEN:
        return [found.to_id]
    return cases.responsible(session, session.get_one(Case, found.case_id), now)


LADDER = Ladder(
    table=BatonOffer, plan=_plan, take=_take, open=_open, responsible=_responsible,
    stirs=cases.stir_of,
)  # fmt: skip
