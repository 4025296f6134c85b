"""The youth's own word on a request [46], taking one back, and what joining changes.

No arrow leads to a los but through the yes that is said here, or by asking oneself.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import outbox, people, requests
from models.base import refuse, require
from models.people import Person
from models.requests import Request
from models.terms import OPEN_REQUESTS, Requester, RequestState, Why


def answer(session: Session, *, actor: Person, request_id: int, yes: bool, now: datetime) -> None:
    """The youth says yes or no to what somebody else asked for [46]. A yes is the school's queue.

    Nobody is told of a no: the one who asked learns that the request is closed by looking.
    """
    request = requests.own(session, actor, request_id)
    if request.state == (RequestState.READY if yes else RequestState.DECLINED_BY_YOUTH):
        return
    require(request.state == RequestState.AWAITING_YOUTH, Why.STALE)
    if yes:
        request.youth_yes_at = now
        requests.move(session, request, RequestState.READY, actor, now)
        requests.tell_school(session, "desk.new", request, now)
    else:
        requests.move(session, request, RequestState.DECLINED_BY_YOUTH, actor, now)
    outbox.silence(session, subject_id=request.id, kinds=requests.ASKING)


def talk_first(session: Session, *, actor: Person, request_id: int, now: datetime) -> None:
    """The youth wants to talk with somebody before answering; the rektor finds that somebody."""
    request = requests.own(session, actor, request_id)
    require(request.state == RequestState.AWAITING_YOUTH, Why.STALE)
    if request.talk_first_at is not None:
        return
    request.talk_first_at = now
    requests.recorded(session, request, "requests.talk_first", actor, now)
    requests.tell_school(session, "desk.talk_first", request, now)


def end(session: Session, *, actor: Person, request_id: int, now: datetime) -> None:
    """The youth does not want a los, or not any more [46]. No reason is asked for."""
    request = requests.own(session, actor, request_id)
    state = RequestState(request.state)
    if state not in OPEN_REQUESTS:
        return
    if state is RequestState.AWAITING_YOUTH:
        answer(session, actor=actor, request_id=request_id, yes=False, now=now)
        return
    active = state is RequestState.ACTIVE
    requests.move(
        session, request, RequestState.CLOSED if active else RequestState.WITHDRAWN, actor, now
    )
    if request.los_id is not None:
        requests.tell(session, "desk.ended", [people.get(session, request.los_id)], request, now)


def withdraw(session: Session, *, actor: Person, request_id: int, now: datetime) -> None:
    """Whoever asked takes it back. What the youth has said yes to goes on as their own."""
    request = requests.find(session, request_id)
    if request is None or request.requester_id != actor.id:
        refuse(Why.ABSENT)
    if actor.id == request.ungdom_id:
        end(session, actor=actor, request_id=request_id, now=now)
        return
    state = RequestState(request.state)
    if request.requester_left_at is not None or state not in OPEN_REQUESTS | {RequestState.LINKED}:
        return
    request.requester_left_at = now
    others = state is not RequestState.LINKED and requests.linked_to(session, request)
    if request.youth_yes_at is not None or others:
        requests.recorded(session, request, "requests.leave", actor, now)
        return
    outbox.silence(session, subject_id=request.id, kinds=requests.ASKING)
    requests.move(session, request, RequestState.WITHDRAWN, actor, now)
    main = requests.find(session, request.same_as_id) if request.same_as_id else None
    if main is not None and main.state in OPEN_REQUESTS:
        _nobody_left(session, main, actor, now)


def _nobody_left(session: Session, main: Request, actor: Person, now: datetime) -> None:
    """A request whose every asker has left, and which no youth has said yes to, ends."""
    if main.requester_left_at is None or main.youth_yes_at is not None:
        return
    if not requests.linked_to(session, main):
        outbox.silence(session, subject_id=main.id, kinds=requests.ASKING)
        requests.move(session, main, RequestState.WITHDRAWN, actor, now)


def joined(session: Session, *, person: Person, former_id: int, now: datetime) -> None:
    """An account became a confirmed person: what it asked for is theirs, and they can be asked.

    A youth who asked for themselves before the school knew who they were has now been seen by
    the school in person, so the wish is their own yes.
    """
    for request in session.scalars(select(Request).where(Request.requester_id == former_id)).all():
        request.requester_id = person.id
        if request.kind == Requester.YOUTH:
            _becomes_own(session, request, person, now)
    waiting = select(Request).where(
        Request.ungdom_id == person.id, Request.state == RequestState.AWAITING_YOUTH
    )
    for request in session.scalars(waiting).all():
        requests.ask_youth(session, request, person, now)
    session.flush()


def _becomes_own(session: Session, request: Request, person: Person, now: datetime) -> None:
    pupil = people.pupil(session, person.id)
    waiting = (RequestState.SUBMITTED, RequestState.AWAITING_YOUTH)
    if pupil is None or pupil.school_id != request.school_id or request.state not in waiting:
        return
    if request.ungdom_id not in (None, person.id):
        return
    main = requests.open_for(session, person.id, request.school_id)
    if main is not None and main.id != request.id:
        if main.youth_yes_at is not None:
            request.ungdom_id, request.same_as_id = person.id, main.id
            requests.move(session, request, RequestState.LINKED, person, now)
            return
        outbox.silence(session, subject_id=main.id, kinds=requests.ASKING)
        requests.move(session, main, RequestState.LINKED, person, now)
        requests.follow(session, main, request)
    request.ungdom_id, request.youth_yes_at = person.id, now
    requests.move(session, request, RequestState.READY, person, now)
    requests.tell_school(session, "desk.new", request, now)
