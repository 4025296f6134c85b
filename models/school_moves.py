"""A pupil changes school: a handover with a list of what is done first. Until a new holder over there
has accepted, the old one is responsible, and the case is the old school's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from models import (
    access,
    audit,
    baton_family,
    baton_ladder,
    batons,
    cases,
    deciders,
    follow_ups,
    municipality,
    people,
    policy,
    reminding,
    unasked,
)
from models.base import new_id, refuse, require
from models.batons import BatonOffer, SchoolMove
from models.cases import Case
from models.follow_ups import Ladder
from models.outbox import Promise
from models.people import Person
from models.reminding import Step
from models.terms import BatonState, MoveItem, MoveState, Role, Why

DUE, LATE = "baton.move_due", "baton.move_late"

WEEKS_BEFORE: dict[MoveItem, int] = {
    MoveItem.CONTACT: 8,
    MoveItem.CONSENT: 6,
    MoveItem.WISH: 5,
    MoveItem.MEETING: 3,
    MoveItem.KNOWN: 2,
    MoveItem.TILTAK: 1,
}
"""When each is to be done, before the first day over there."""
BY_ITSELF = frozenset({MoveItem.CONSENT, MoveItem.WISH})
"""What nobody ticks: it is so, or it is not."""


# --- verbs ---------------------------------------------------------------------------------------


def start(
    session: Session,
    *,
    actor: Person,
    case_id: int,
    school_id: int,
    starts_on: date,
    now: datetime,
) -> SchoolMove:
    """The pupil is to go to another school. The one under way is returned if it is the same.

    Raises Refused: ABSENT, ALREADY_OPEN for another school, PAST.
    """
    case = baton_family.opened(session, actor, case_id, now)
    under_way = batons.move_of(session, case.id)
    if under_way is not None and under_way.to_school_id == school_id:
        return under_way
    require(under_way is None, Why.ALREADY_OPEN)
    there = municipality.unit(session, school_id)
    open_school = there is not None and there.closed_at is None
    require(open_school and municipality.is_school(session, school_id), Why.ABSENT)
    require(school_id != case.school_id, Why.ABSENT)
    today = policy.today_in(now, municipality.policy_at(session, now))
    require(starts_on > today, Why.PAST)
    made = SchoolMove(
        id=new_id(), case_id=case.id, state=MoveState.OPEN, from_school_id=case.school_id,
        to_school_id=school_id, starts_on=starts_on, started_by=actor.id, started_at=now,
        done={}, steps_done=[],
    )  # fmt: skip
    session.add(made)
    _recorded(session, made, "school_moves.start", actor, now)
    return made


def settle(
    session: Session,
    *,
    actor: Person,
    move_id: int,
    item: MoveItem,
    now: datetime,
    needed: bool = True,
) -> SchoolMove:
    """One thing of the list is done, or (`needed` False) is not needed. The family's yes and wish
    are not ticked: NOT_IN_STATE."""
    move, _case = _open_one(session, actor, move_id, now)
    require(item not in BY_ITSELF, Why.NOT_IN_STATE)
    today = policy.today_in(now, municipality.policy_at(session, now))
    day = today.isoformat() if needed else ""
    if item.value in move.done:
        return move
    move.done = {**move.done, item.value: day}
    _recorded(session, move, "school_moves.settle", actor, now, item=item.value, needed=needed)
    return move


def call_off(session: Session, *, actor: Person, move_id: int, now: datetime) -> SchoolMove:
    """The pupil stays. Who has been asked to take the baton over there is asked no more."""
    found = session.get(SchoolMove, move_id)
    if found is not None and found.state == MoveState.CALLED_OFF:
        baton_family.opened(session, actor, found.case_id, now)
        return found
    move, case = _open_one(session, actor, move_id, now)
    batons.end_move(move, MoveState.CALLED_OFF, now)
    _recorded(session, move, "school_moves.call_off", actor, now)
    offer = batons.open_offer(session, case.id)
    if offer is not None and offer.unit_id == move.to_school_id:
        baton_ladder.come_to_nothing(session, case, offer, BatonState.CANCELLED, actor, now)
    return move


def _open_one(
    session: Session, actor: Person, move_id: int, now: datetime
) -> tuple[SchoolMove, Case]:
    move = session.get(SchoolMove, move_id)
    if move is None:
        refuse(Why.ABSENT)
    case = baton_family.opened(session, actor, move.case_id, now)
    require(move.state == MoveState.OPEN, Why.STALE)
    return move, case


# --- what is left --------------------------------------------------------------------------------


def settled(session: Session, case: Case, move: SchoolMove, now: datetime) -> dict[MoveItem, bool]:
    """Each thing of the list, in order, and whether it is done or not needed."""
    by_itself = {
        MoveItem.CONSENT: access.may_hold_for(session, case, move.to_school_id, now),
        MoveItem.WISH: baton_family.asked(session, case, now) is not None,
    }
    return {item: by_itself.get(item, item.value in move.done) for item in MoveItem}


def left(session: Session, case: Case, move: SchoolMove, now: datetime) -> list[MoveItem]:
    return [item for item, is_done in settled(session, case, move, now).items() if not is_done]


def due_on(move: SchoolMove, item: MoveItem) -> date:
    return move.starts_on - timedelta(weeks=WEEKS_BEFORE[item])


def arrive(session: Session, case: Case, change: BatonOffer, now: datetime) -> None:
    """The new holder over there has accepted: from now on the case and the pupil are that school's.
    Any other handover leaves the move as it is, with the new holder responsible for it."""
    move = batons.move_of(session, case.id)
    if move is None or change.unit_id != move.to_school_id:
        return
    case.school_id = move.to_school_id
    pupil = people.pupil(session, case.ungdom_id)
    if pupil is not None:
        teaches = people.roles_at(session, people.get(session, change.to_id), move.to_school_id)
        pupil.school_id = move.to_school_id
        pupil.kontaktlaerer_id = change.to_id if Role.KONTAKTLAERER in teaches else None
    batons.end_move(move, MoveState.DONE, now)
    session.flush()
    audit.record(
        session, action="school_moves.arrive", actor_id=change.to_id, object_id=move.id,
        chain=case.id, now=now, detail={"from": move.from_school_id, "to": move.to_school_id},
    )  # fmt: skip


# --- the ladder ----------------------------------------------------------------------------------


def _recorded(
    session: Session, move: SchoolMove, action: str, actor: Person, now: datetime, **to: object
) -> None:
    session.flush()
    follow_ups.reschedule(session, LADDER, move, now)
    audit.record(
        session, action=action, actor_id=actor.id, object_id=move.id, chain=move.case_id, now=now,
        detail={"to": move.to_school_id, **to},
    )  # fmt: skip
    session.flush()


def _plan(session: Session, move: SchoolMove, now: datetime) -> Sequence[Step]:
    if move.state != MoveState.OPEN:
        return ()
    days = {item.value: due_on(move, item) for item in MoveItem if item.value not in move.done}
    rules = municipality.policy_at(session, now), municipality.calendar_of(session)
    return reminding.move_steps(move.started_at, days, *rules, now)


def _take(session: Session, move: SchoolMove, step: Step, now: datetime) -> None:
    """The holder, if anything is due; once the first day over there has come, who leads the school
    too."""
    case = session.get_one(Case, move.case_id)
    today = policy.today_in(now, municipality.policy_at(session, now))
    remind = partial(unasked.tell, as_a=Promise.REMINDER)
    remind(session, DUE, [case.stafettholder_id], case.id, today.isoformat(), now)
    if today >= move.starts_on:
        leads = deciders.rektors(session, case.school_id, case.ungdom_id)
        them = [each.id for each in leads if each.id != case.stafettholder_id]
        remind(session, LATE, them, case.id, today.isoformat(), now)


def _open() -> ColumnElement[bool]:
    return SchoolMove.state == MoveState.OPEN


def _responsible(session: Session, move: SchoolMove, now: datetime) -> Collection[int]:
    return cases.responsible(session, session.get_one(Case, move.case_id), now)


LADDER = Ladder(table=SchoolMove, plan=_plan, take=_take, open=_open, responsible=_responsible)
