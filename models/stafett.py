"""The baton goes from hand to hand and is never dropped [26-31].

The holder keeps it until the named successor has accepted; in one transaction everything that waits
goes along, the old holder's part ends and all are told. What the family says first is in
`baton_family`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from models import (
    access,
    baton_family,
    batons,
    cases,
    consents,
    family,
    follow_ups,
    handing_on,
    municipality,
    outbox,
    people,
    school_moves,
    unasked,
)
from models.base import new_id, refuse, require
from models.baton_ladder import LADDER, OFFERED, REFUSED, come_to_nothing, recorded
from models.batons import BatonOffer
from models.cases import Case
from models.goals import worded
from models.people import Person
from models.terms import BatonState, CaseState, Role, Why

AT_SCHOOL = frozenset({Role.KONTAKTLAERER, Role.REKTOR})
IN_SERVICE = frozenset({Role.SERVICE, Role.LOS})


# --- who can -------------------------------------------------------------------------------------


def unit_for(session: Session, case: Case, person: Person, now: datetime) -> int:
    """For which unit somebody would hold the baton: the case's school, or a service the family has
    said yes to for it [15, 29]. Refused: CONSENT_MISSING for who works in a service that knows
    something already, NOBODY for anyone else."""
    is_one_of_family = family.is_guardian(session, person.id, case.ungdom_id)
    require(person.id != case.stafettholder_id and not is_one_of_family, Why.NOBODY)
    require(person.confirmed_at and person.id != case.ungdom_id, Why.NOBODY)
    if people.roles_at(session, person, case.school_id) & AT_SCHOOL:
        return case.school_id
    services = consents.standing(session, case, now).grants()
    works_in = [
        unit
        for unit, roles in able_at(session, case, services).items()
        if people.roles_at(session, person, unit) & roles
    ]
    for unit_id in works_in:
        if access.may_hold_for(session, case, unit_id, now):
            return unit_id
    refuse(Why.CONSENT_MISSING if works_in else Why.NOBODY)


def able_at(session: Session, case: Case, services: Collection[int]) -> dict[int, frozenset[Role]]:
    """As what one can hold the baton where: of other schools only the one the pupil changes to."""
    move = batons.move_of(session, case.id)
    roles = {unit: IN_SERVICE for unit in services if not municipality.is_school(session, unit)}
    if move is not None and move.to_school_id in services:
        roles[move.to_school_id] = AT_SCHOOL
    return roles


# --- the offer -----------------------------------------------------------------------------------


def offer(
    session: Session,
    *,
    actor: Person,
    case_id: int,
    successor_id: int,
    now: datetime,
    note: str | None = None,
    with_tiltak: bool = False,
) -> BatonOffer:
    """Ask a successor; `note` is for the successor alone. What the holder has to do goes along where
    they could not know of it any more, and `with_tiltak` all of it. The same open offer is returned
    as it is.

    Raises Refused: ABSENT, ALREADY_OPEN while another is asked [28], FAMILY_FIRST [29], and as
    `unit_for`, or LIST_FIRST before all that a change of school takes is done.
    """
    case = baton_family.opened(session, actor, case_id, now)
    waiting = batons.open_offer(session, case.id)
    if waiting is not None and waiting.to_id == successor_id:
        return waiting
    require(waiting is None, Why.ALREADY_OPEN)
    people.held_still(session, successor_id)
    successor = people.get(session, successor_id)
    unit_id = unit_for(session, case, successor, now)
    known = baton_family.asked(session, case, now)
    require(known, Why.FAMILY_FIRST)
    move = batons.move_of(session, case.id)
    if move is not None and unit_id == move.to_school_id:
        require(not school_moves.left(session, case, move, now), Why.LIST_FIRST)
    made = row(session, case, actor, successor.id, unit_id, BatonState.OPEN, now)
    made.family, made.note = known, worded(note) if note else None
    made.with_tiltak = with_tiltak
    _end_requests(session, case, now, but=successor.id)
    batons.end_wishes(session, case.id, now)
    recorded(session, made, "batons.offer", actor, now)
    unasked.tell(session, OFFERED, [successor.id], made.id, "offered", now)
    return made


def row(
    session: Session,
    case: Case,
    actor: Person,
    to_id: int,
    unit_id: int,
    state: BatonState,
    now: datetime,
) -> BatonOffer:
    made = BatonOffer(
        id=new_id(), key_id=case.key_id, case_id=case.id,
        number=batons.next_number(session, case.id), state=state, from_id=case.stafettholder_id,
        to_id=to_id, unit_id=unit_id, offered_by=actor.id, offered_at=now, steps_done=[],
    )  # fmt: skip
    session.add(made)
    return made


def cancel(session: Session, *, actor: Person, offer_id: int, now: datetime) -> BatonOffer:
    """Take an offer back. STALE when it has been answered."""
    found = session.get(BatonOffer, offer_id)
    case = baton_family.opened(session, actor, found.case_id if found else 0, now)
    assert found is not None  # noqa: S101 - no case was opened otherwise
    if found.state == BatonState.CANCELLED:
        return found
    require(found.state == BatonState.OPEN, Why.STALE)
    come_to_nothing(session, case, found, BatonState.CANCELLED, actor, now)
    return found


# --- the successor -------------------------------------------------------------------------------


def as_successor(session: Session, actor: Person, offer_id: int) -> BatonOffer:
    """An offer to somebody who still works here. Absent for anyone else."""
    found = session.get(BatonOffer, offer_id)
    own = found is not None and found.to_id == actor.id and found.offered_by != actor.id
    if found is None or not own:
        refuse(Why.ABSENT)
    require(people.keeps_batons(session, actor), Why.ABSENT)
    return found


def accept(session: Session, *, actor: Person, offer_id: int, now: datetime) -> BatonOffer:
    """Take the baton: from this instant it is the successor's, with everything that waits.

    Raises Refused: ABSENT, EXPIRED for an offer that ended or a closed case, and as `unit_for`: who
    has changed work meanwhile, or a consent that is gone. Then the holder keeps it.
    """
    found = as_successor(session, actor, offer_id)
    case = cases.locked(session, found.case_id)
    assert case is not None  # noqa: S101 - a foreign key holds it
    session.refresh(found)
    if found.state == BatonState.ACCEPTED:
        return found
    require(found.state == BatonState.OPEN and case.state != CaseState.CLOSED, Why.EXPIRED)
    people.held_still(session, actor.id)
    require(unit_for(session, case, actor, now) == found.unit_id, Why.STALE)
    _change_hands(session, case, found, BatonState.ACCEPTED, actor, now)
    return found


def decline(
    session: Session, *, actor: Person, offer_id: int, now: datetime, reason: str | None = None
) -> BatonOffer:
    """Say no; a reason is for those who hand over, and nobody has to give one."""
    found = as_successor(session, actor, offer_id)
    if found.state == BatonState.DECLINED:
        return found
    require(found.state == BatonState.OPEN, Why.EXPIRED)
    case = session.get_one(Case, found.case_id)
    found.reason = worded(reason) if reason else None
    come_to_nothing(session, case, found, BatonState.DECLINED, actor, now)
    return found


# --- the unit leader -----------------------------------------------------------------------------


def take_over(
    session: Session, *, actor: Person, case_id: int, reason: str, now: datetime
) -> BatonOffer:
    """The rektor of the school takes the baton at once, with a reason [30]: the holder is ill, or
    has left. The family is told; whoever was asked is asked no more. ABSENT for anyone else."""
    case = cases.locked(session, case_id)
    if case is None or case.state == CaseState.CLOSED:
        refuse(Why.ABSENT)
    baton_family.leads(session, actor, case)
    if case.stafettholder_id == actor.id:
        changed = batons.changes(session, case.id)
        require(changed, Why.NOT_IN_STATE)
        return changed[-1]
    reason = worded(reason)
    people.held_still(session, actor.id)
    waiting = batons.open_offer(session, case.id)
    if waiting is not None:
        batons.end(waiting, BatonState.CANCELLED, now)
        outbox.silence(session, subject_id=waiting.id, kinds=(OFFERED,))
        recorded(session, waiting, "batons.cancelled", actor, now)
    made = row(session, case, actor, actor.id, case.school_id, BatonState.TAKEN_OVER, now)
    made.reason = reason
    session.flush()
    _change_hands(session, case, made, BatonState.TAKEN_OVER, actor, now)
    return made


def _end_requests(session: Session, case: Case, now: datetime, but: int) -> None:
    """It goes to another: who had asked for it hears that; the one who gets it sees it."""
    for each in batons.requests(session, case.id):
        batons.end(each, BatonState.CANCELLED, now)
        recorded(session, each, "batons.cancelled", None, now)
        if each.to_id != but:
            unasked.tell(session, REFUSED, [each.to_id], case.id, f"{each.number}", now)


def _change_hands(
    session: Session,
    case: Case,
    found: BatonOffer,
    state: BatonState,
    actor: Person,
    now: datetime,
) -> None:
    batons.end(found, state, now)
    outbox.silence(session, subject_id=found.id, kinds=(OFFERED,))
    batons.end_wishes(session, case.id, now)
    _end_requests(session, case, now, but=found.to_id)
    recorded(session, found, f"batons.{state}", actor, now)
    for before in batons.changes(session, case.id)[:-1]:
        before.next_follow_up_at = None
    handing_on.hand_on(session, case, found, now)
    follow_ups.reschedule(session, LADDER, found, now)
    session.flush()
