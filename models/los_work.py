"""What a los does with a youth they were given: accept or hand back, meet, end.

A los asked to advise, or the project leader, gives a word on the queue without seeing a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import access, deciders, family, queue, requests
from models.base import Base, Id, Ref, new_id, refuse, require
from models.people import Person
from models.requests import Request
from models.sealed import Sealed, SealedRow
from models.terms import QUEUED_REQUESTS, Action, Advice, RequestState, Why


class RequestAdvice(SealedRow, Base):
    """What one adviser was asked and said about one request [47]."""

    __tablename__ = "request_advice"
    __table_args__ = (UniqueConstraint("request_id", "adviser_id"),)

    id: Mapped[Id]
    key_id: Mapped[Ref]  # the request's
    request_id: Mapped[Ref] = mapped_column(ForeignKey("requests.id"), index=True)
    adviser_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime]
    advice: Mapped[str | None]
    given_at: Mapped[datetime | None]
    words_sealed: Mapped[bytes | None]
    words = Sealed()


def accept(
    session: Session, *, actor: Person, request_id: int, now: datetime, version: int | None = None
) -> None:
    """The los takes it on. The youth is told who it is; who asked, that it is in hand."""
    request = as_los(session, actor, request_id)
    if request.state == RequestState.ACTIVE:
        return
    require(version in (None, request.version), Why.STALE)
    requests.move(session, request, RequestState.ACTIVE, actor, now)
    requests.tell(
        session, "request.update", requests.everyone_told(session, request), request, now
    )
    requests.tell_school(session, "desk.accepted", request, now)


def hand_back(
    session: Session, *, actor: Person, request_id: int, now: datetime, version: int | None = None
) -> None:
    """The los cannot take it on; it is in the rektor's queue again, nobody else is told."""
    request = as_los(session, actor, request_id)
    require(request.state == RequestState.ASSIGNED, Why.NOT_IN_STATE)
    require(version in (None, request.version), Why.STALE)
    queue.back_in_queue(session, request, actor, now)
    requests.tell_school(session, "desk.handed_back", request, now)


def record_first_contact(
    session: Session, *, actor: Person, request_id: int, now: datetime
) -> None:
    request = as_los(session, actor, request_id)
    require(request.state == RequestState.ACTIVE, Why.NOT_IN_STATE)
    if request.first_contact_at is None:
        request.first_contact_at = now
        requests.recorded(session, request, "requests.first_contact", actor, now)


def close(session: Session, *, actor: Person, request_id: int, now: datetime) -> None:
    """The los and the youth are done. Everyone who asked is told that it is closed."""
    request = as_los(session, actor, request_id)
    if request.state == RequestState.CLOSED:
        return
    told = requests.everyone_told(session, request)
    requests.move(session, request, RequestState.CLOSED, actor, now)
    requests.tell(session, "request.update", told, request, now)


def as_los(session: Session, actor: Person, request_id: int) -> Request:
    request = requests.find(session, request_id)
    if request is None or request.los_id != actor.id:
        refuse(Why.ABSENT)
    access.authorise_at_work(session, actor=actor, action=Action.TAKE_REQUEST)
    require(not family.is_guardian(session, actor.id, request.ungdom_id), Why.ABSENT)
    return request


def had(session: Session, actor: Person, request_id: int) -> Request | None:
    """A request that ended while it was the los's; None for anyone else."""
    request = requests.find(session, request_id)
    if request is None or request.los_id != actor.id or _open(request):
        return None
    return None if family.is_guardian(session, actor.id, request.ungdom_id) else request


def _open(request: Request) -> bool:
    return request.state in (RequestState.ASSIGNED, RequestState.ACTIVE)


def youths_of(session: Session, actor: Person) -> list[Request]:
    """Those offered to a los and those the los follows, offers first."""
    if not access.may_at_work(session, actor, Action.TAKE_REQUEST):
        return []
    return list(
        session.scalars(
            select(Request)
            .where(
                Request.los_id == actor.id,
                family.not_a_ward(Request.ungdom_id, actor),
                Request.state.in_([RequestState.ASSIGNED, RequestState.ACTIVE]),
            )
            .order_by(Request.state.desc(), Request.state_since)
        )
    )


# --- advice --------------------------------------------------------------------------------------


def ask_advice(session: Session, *, actor: Person, request_id: int, now: datetime) -> None:
    """The rektor asks every los and the project leader; those asked before are not asked twice."""
    request = queue.as_rektor(session, actor, request_id)
    require(request.state in QUEUED_REQUESTS, Why.NOT_IN_STATE)
    known = {row.adviser_id for row in advice_on(session, request)}
    asked = [
        p
        for p in deciders.advisers(session, request.ungdom_id)
        if p.id not in known and p.id != actor.id
    ]
    require(asked or known, Why.NOBODY)
    if not asked:
        return
    for person in asked:
        session.add(
            RequestAdvice(
                id=new_id(),
                key_id=request.key_id,
                request_id=request.id,
                adviser_id=person.id,
                asked_at=now,
            )
        )
    requests.recorded(session, request, "requests.ask_advice", actor, now)
    requests.tell(session, "desk.advice_asked", asked, request, now)


def give_advice(
    session: Session,
    *,
    actor: Person,
    request_id: int,
    advice: Advice,
    words: str | None,
    now: datetime,
) -> None:
    """Only who was asked, and only while the request waits for a decision."""
    request, row = asked_of(session, actor, request_id)
    if row.advice == advice and row.words == words:
        return
    require(request.state in QUEUED_REQUESTS, Why.STALE)
    row.advice, row.words, row.given_at = advice, words, now
    requests.recorded(session, request, "requests.give_advice", actor, now)
    requests.tell_school(session, "desk.advice_given", request, now)


def asked_of(session: Session, actor: Person, request_id: int) -> tuple[Request, RequestAdvice]:
    """The request someone was asked to advise on, and their row. Else refused as absent."""
    request = requests.find(session, request_id)
    access.authorise_at_work(session, actor=actor, action=Action.ADVISE_REQUEST)
    row = session.scalar(
        select(RequestAdvice).where(
            RequestAdvice.request_id == request_id, RequestAdvice.adviser_id == actor.id
        )
    )
    if request is None or row is None:
        refuse(Why.ABSENT)
    require(not family.is_guardian(session, actor.id, request.ungdom_id), Why.ABSENT)
    return request, row


def advice_on(session: Session, request: Request) -> Sequence[RequestAdvice]:
    return session.scalars(
        select(RequestAdvice)
        .where(RequestAdvice.request_id == request.id)
        .order_by(RequestAdvice.asked_at, RequestAdvice.id)
    ).all()


def advice_awaited(session: Session, actor: Person) -> list[Request]:
    """What someone was asked to advise on and has not answered, while it still matters."""
    if not access.may_at_work(session, actor, Action.ADVISE_REQUEST):
        return []
    return list(
        session.scalars(
            select(Request)
            .join(RequestAdvice, RequestAdvice.request_id == Request.id)
            .where(
                RequestAdvice.adviser_id == actor.id,
                RequestAdvice.advice.is_(None),
                family.not_a_ward(Request.ungdom_id, actor),
                Request.state.in_(QUEUED_REQUESTS),
            )
            .order_by(RequestAdvice.asked_at)
        )
    )
