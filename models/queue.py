"""The rektor's desk: who a request is about, which comes first, and who gets it [47].

Only the rektor of the school decides; every decision carries a reason, kept sealed.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import access, deciders, family, outbox, people, requests
from models.base import refuse, require
from models.people import Person, Pupil
from models.requests import Request
from models.terms import OPEN_REQUESTS, QUEUED_REQUESTS, Action, Requester, RequestState, Role, Why

PRIORITIES = (1, 2, 3)


def confirm_who(
    session: Session, *, actor: Person, request_id: int, ungdom_id: int | None, now: datetime
) -> None:
    """Tell who a request is about: a pupil of the school, or nobody the chat can reach.

    Then the youth is asked; if somebody asked before, this request follows the other [48]. The
    one who asked learns nothing either way.
    """
    request = as_rektor(session, actor, request_id, Action.CONFIRM_REQUEST)
    if request.state != RequestState.SUBMITTED:
        require(request.ungdom_id == ungdom_id, Why.STALE)
        return
    if ungdom_id is None:
        requests.move(session, request, RequestState.CLOSED, actor, now)
        return
    pupil = session.get(Pupil, ungdom_id)
    require(pupil is not None and pupil.school_id == request.school_id, Why.ABSENT)
    if family.is_guardian(session, request.requester_id, ungdom_id):
        request.kind = Requester.GUARDIAN  # whatever they asked as
    main = requests.open_for(session, ungdom_id, request.school_id)
    if main is not None:
        request.state = RequestState.LINKED  # before the youth is set: one open request each
        request.ungdom_id, request.same_as_id = ungdom_id, main.id
        requests.recorded(session, request, "requests.linked", actor, now)
        return
    request.ungdom_id = ungdom_id
    requests.move(session, request, RequestState.AWAITING_YOUTH, actor, now)
    requests.ask_youth(session, request, people.get(session, ungdom_id), now)


def prioritise(
    session: Session, *, actor: Person, request_id: int, priority: int, reason: str, now: datetime
) -> None:
    request = as_rektor(session, actor, request_id)
    require(priority in PRIORITIES and reason.strip(), Why.NOT_IN_STATE)
    if request.priority == priority and request.reason == reason:
        return
    _queued(request)
    request.priority, request.reason = priority, reason
    requests.move(session, request, RequestState.PRIORITISED, actor, now)


def waitlist(
    session: Session,
    *,
    actor: Person,
    request_id: int,
    now: datetime,
    reason: str | None = None,
    version: int | None = None,
) -> None:
    """Nobody is free now. The youth is told, and the rektor is reminded of it again."""
    request = as_rektor(session, actor, request_id)
    if request.state == RequestState.WAITLISTED:
        return
    require(version in (None, request.version), Why.STALE)
    request.reason = reason or request.reason
    requests.move(session, request, RequestState.WAITLISTED, actor, now)
    if request.ungdom_id is not None:
        requests.tell(
            session, "request.update", [people.get(session, request.ungdom_id)], request, now
        )


def decline(
    session: Session, *, actor: Person, request_id: int, reason: str, now: datetime
) -> None:
    """Say no, with a reason that stays with the school. Who asked is told that it is closed."""
    request = as_rektor(session, actor, request_id)
    if request.state == RequestState.DECLINED:
        return
    require(reason.strip(), Why.NOT_IN_STATE)
    told = requests.everyone_told(session, request)
    request.reason = reason
    outbox.silence(session, subject_id=request.id, kinds=requests.ASKING)
    requests.move(session, request, RequestState.DECLINED, actor, now)
    requests.tell(session, "request.update", told, request, now)


def assign(
    session: Session, *, actor: Person, request_id: int, los_id: int, now: datetime
) -> None:
    """Offer the youth to a los, who accepts or hands back. Never before the youth's yes [46]."""
    request = as_rektor(session, actor, request_id)
    if request.state == RequestState.ASSIGNED and request.los_id == los_id:
        return
    _queued(request)
    people.held_still(session, los_id)
    los = next((p for p in deciders.loser(session, request.ungdom_id) if p.id == los_id), None)
    if los is None:
        refuse(Why.NOBODY)
    request.los_id = los.id
    requests.move(session, request, RequestState.ASSIGNED, actor, now)
    requests.tell(session, "desk.offered", [los], request, now)


def take_back(
    session: Session,
    *,
    actor: Person,
    request_id: int,
    now: datetime,
    version: int | None = None,
) -> None:
    """The los has not answered: the request is the rektor's again."""
    request = as_rektor(session, actor, request_id)
    if request.state in QUEUED_REQUESTS:
        return
    require(request.state == RequestState.ASSIGNED, Why.NOT_IN_STATE)
    require(version in (None, request.version), Why.STALE)
    back_in_queue(session, request, actor, now)


def back_in_queue(session: Session, request: Request, actor: Person, now: datetime) -> None:
    request.los_id = None
    state = RequestState.READY if request.priority is None else RequestState.PRIORITISED
    requests.move(session, request, state, actor, now)


def as_rektor(
    session: Session,
    actor: Person,
    request_id: int,
    action: Action = Action.PRIORITISE_REQUEST,
) -> Request:
    """The request, or the one it follows, for the rektor of its school. Else absent, as to a rektor
    who is a guardian of the youth."""
    request = requests.find(session, request_id)
    if request is not None and request.same_as_id is not None:
        request = requests.find(session, request.same_as_id)
    if request is None:
        refuse(Why.ABSENT)
    access.authorise_at_unit(session, actor=actor, action=action, unit_id=request.school_id)
    require(not family.is_guardian(session, actor.id, request.ungdom_id), Why.ABSENT)
    return request


def _queued(request: Request) -> None:
    require(request.state in QUEUED_REQUESTS, Why.NOT_IN_STATE)


def waiting(session: Session, actor: Person) -> list[Request]:
    """The open requests of the schools someone is rektor of, the longest waiting first."""
    schools = [unit.id for unit in people.units_where(session, actor, Role.REKTOR)]
    return list(
        session.scalars(
            select(Request)
            .where(
                Request.school_id.in_(schools),
                family.not_a_ward(Request.ungdom_id, actor),
                Request.state.in_(OPEN_REQUESTS - {RequestState.ACTIVE}),
            )
            .order_by(Request.priority.is_(None), Request.priority, Request.created_at)
        )
    )


class Stuck(NamedTuple):
    """A request that nobody at the school may decide on: not whose it is, nor why."""

    reference: str
    school: str


def stuck(session: Session, actor: Person, request_id: int) -> Stuck:
    """For the project leader, until the school has another rektor. Else absent."""
    request = requests.find(session, request_id)
    if request is None or request.state not in OPEN_REQUESTS:
        refuse(Why.ABSENT)
    require(Role.PROSJEKTLEDER in people.staff_roles(session, actor), Why.ABSENT)
    require(not family.is_guardian(session, actor.id, request.ungdom_id), Why.ABSENT)
    require(not deciders.rektors(session, request.school_id, request.ungdom_id), Why.ABSENT)
    return Stuck(request.reference, requests.school_of(session, request).name)


def load_of(session: Session, los_id: int) -> int:
    """How many youths a los has been given, those not yet accepted too (los_caseload_warn)."""
    counted = session.scalar(
        select(func.count())
        .select_from(Request)
        .where(
            Request.los_id == los_id,
            Request.state.in_([RequestState.ASSIGNED, RequestState.ACTIVE]),
        )
    )
    return counted or 0
