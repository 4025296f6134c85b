"""A request for a los: who asked, for whom, and the youth's own word on it. DOMAIN rules 45-51.

No los is given before the youth's own yes. Somebody nobody has confirmed reaches the school
only: whom they name is not written to, linked or confirmed to exist. What the school and the los
do with a request is in `queue`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import (
    audit,
    contacts,
    deciders,
    follow_ups,
    ledger,
    municipality,
    people,
    policy,
    reminding,
    unasked,
)
from models.base import Base, Id, Ref, refuse, require
from models.follow_ups import FollowedUp, Ladder
from models.journal import Ends
from models.municipality import Unit
from models.outbox import Promise
from models.people import Person
from models.reminding import Step
from models.sealed import Sealed, SealedRow
from models.terms import (
    OPEN_REQUESTS,
    QUEUED_REQUESTS,
    ParentsKnow,
    Requester,
    RequestState,
    Why,
)

_OPEN = text("state IN ({})".format(", ".join(f"'{s}'" for s in sorted(OPEN_REQUESTS))))


class Request(Ends, SealedRow, FollowedUp, Base):
    """One wish. At most one open for each youth and school; later ones are LINKED to it [48]."""

    __tablename__ = "requests"
    __table_args__ = (
        UniqueConstraint("reference"),
        Index(
            "uq_requests_open_ungdom_id_school_id",
            "ungdom_id",
            "school_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_requests_school_id_state", "school_id", "state"),
    )
    ENDS = ("state", "los_id", "requester_left_at")

    id: Mapped[Id]
    key_id: Mapped[Ref]  # its own: losing it erases what was written in this request
    reference: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str]
    state_since: Mapped[datetime]
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    kind: Mapped[str]  # Requester
    requester_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    requester_left_at: Mapped[datetime | None]  # the youth's own wish may go on without them
    ungdom_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"), index=True)
    youth_yes_at: Mapped[datetime | None]
    talk_first_at: Mapped[datetime | None]
    school_id: Mapped[Ref] = mapped_column(ForeignKey("units.id"))
    same_as_id: Mapped[Ref | None] = mapped_column(ForeignKey("requests.id"), index=True)
    topic: Mapped[str]
    place: Mapped[str | None]
    times: Mapped[list[str]] = mapped_column(default=list)
    contact_way: Mapped[str | None]
    parents_know: Mapped[str | None]
    youth_knows: Mapped[bool | None]  # as the adult who asked says
    answer_by: Mapped[date | None]  # the date shown in the receipt; a later policy keeps it
    priority: Mapped[int | None]
    los_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"), index=True)
    assigned_at: Mapped[datetime | None]  # to the los who has it, or the last who had
    first_contact_at: Mapped[datetime | None]
    named_sealed: Mapped[bytes | None]
    named = Sealed()  # what someone typed to name a youth
    reason_sealed: Mapped[bytes | None]
    reason = Sealed()  # why this priority, or why not


def find(session: Session, request_id: int) -> Request | None:
    ledger.note(session, request_id)  # a message it is read for tells of it
    return session.get(Request, request_id)


def own(session: Session, actor: Person, request_id: int) -> Request:
    """A request about the actor themselves. Else refused as absent."""
    request = find(session, request_id)
    if request is None or actor.confirmed_at is None or request.ungdom_id != actor.id:
        refuse(Why.ABSENT)
    return request


def open_for(session: Session, ungdom_id: int, school_id: int) -> Request | None:
    return session.scalars(
        select(Request).where(
            Request.ungdom_id == ungdom_id,
            Request.school_id == school_id,
            Request.state.in_(OPEN_REQUESTS),
        )
    ).first()


def about_me(session: Session, ungdom: Person) -> Request | None:
    """The open request a confirmed youth has said yes to or is being asked about."""
    pupil = people.pupil(session, ungdom.id) if ungdom.confirmed_at else None
    return open_for(session, ungdom.id, pupil.school_id) if pupil else None


def asked_by(session: Session, person: Person) -> list[Request]:
    """What someone has asked for and not taken back, newest first."""
    found = list(session.scalars(made_by(person)))
    for request in found:
        ledger.note(session, request.id)
    return found


def made_by(person: Person) -> Select[Request]:
    mine = Request.requester_id == person.id, Request.requester_left_at.is_(None)
    return select(Request).where(*mine).order_by(Request.created_at.desc())


def linked_to(session: Session, request: Request) -> list[Request]:
    return list(
        session.scalars(
            select(Request)
            .where(Request.same_as_id == request.id, Request.state == RequestState.LINKED)
            .order_by(Request.created_at, Request.id)
        )
    )


def school_of(session: Session, request: Request) -> Unit:
    return session.get_one(Unit, request.school_id)


_AFTER_YES = QUEUED_REQUESTS | {RequestState.ASSIGNED, RequestState.ACTIVE}
"""Whatever the arrows say, none of these without the youth's own yes [46]."""

ASKING = ("request.youth_asked", "request.youth_reminded")
STUCK = "desk.stuck"


def ask_youth(session: Session, request: Request, ungdom: Person, now: datetime) -> None:
    """Ask in the youth's own chat; without one the school is told, and invites them first."""
    if ungdom.confirmed_at is None or contacts.of(session, ungdom.id) is None:
        tell_school(session, "desk.new", request, now)
    else:
        tell(session, "request.youth_asked", [ungdom], request, now)


def tell(
    session: Session,
    kind: str,
    recipients: Sequence[Person],
    request: Request,
    now: datetime,
    occasion: str = "",
    as_a: Promise = Promise.NEWS,
) -> None:
    """Promise a notice about a request, by default once for each of its versions."""
    occasion = occasion or f"{request.id}.{request.version}"
    unasked.tell(session, kind, [p.id for p in recipients], request.id, occasion, now, as_a)


def tell_school(session: Session, kind: str, request: Request, now: datetime, *how: Any) -> None:
    """`tell` the rektors. Where every one of them is a guardian of the youth, the project leader
    hears, once and with each reminder, that another must be found."""
    them = deciders.rektors(session, request.school_id, request.ungdom_id)
    if not them:
        kind, how = STUCK, how or (f"{request.id}",)
        them = deciders.leaders(session, request.ungdom_id)
    tell(session, kind, them, request, now, *how)


# --- moving --------------------------------------------------------------------------------------


def move(
    session: Session, request: Request, state: RequestState, actor: Person | None, now: datetime
) -> None:
    """Take one arrow of `policy.REQUEST_ARROWS`; the ladder starts anew. Linked ones end along, or
    are asked about where this was no answer to them.

    Raises Refused(NOT_IN_STATE) when there is no such arrow.
    """
    before = RequestState(request.state)
    require(policy.request_may_move(before, state), Why.NOT_IN_STATE)
    if state in _AFTER_YES:
        require(request.youth_yes_at, Why.NOT_IN_STATE)
    request.state, request.state_since, request.steps_done = state, now, []
    if state is RequestState.ASSIGNED:
        request.assigned_at = now
    over = state not in OPEN_REQUESTS and state is not RequestState.LINKED
    request.decided_at = now if over else request.decided_at
    recorded(session, request, f"requests.{state}", actor, now)
    if over:
        let_go(session, request, actor, now)


def let_go(session: Session, main: Request, actor: Person | None, now: datetime) -> None:
    """`main` is over: those linked to it end along, but for what it was no answer to. The youth is
    asked about that, as if nobody had asked before."""
    first: Request | None = None
    for other in linked_to(session, main):
        if _ends_along(main, other):
            move(session, other, RequestState(main.state), actor, now)
        elif first is not None:
            other.same_as_id = first.id
        else:
            first, other.same_as_id, other.talk_first_at = other, None, None
    if first is not None:
        move(session, first, RequestState.AWAITING_YOUTH, actor, now)
        ask_youth(session, first, people.get(session, first.ungdom_id or 0), now)


def _ends_along(main: Request, other: Request) -> bool:
    """Not what others asked for, when a youth takes the own wish back: to them nobody has said no.
    Nor what somebody asked for who may not learn that there was a wish, and so not its end [49]."""
    if other.requester_left_at is not None or other.requester_id == main.ungdom_id:
        return True
    own = main.requester_id == main.ungdom_id
    taken_back = own and main.state == RequestState.WITHDRAWN
    return not (taken_back or kept_from(main, other))


def kept_from(main: Request, other: Request) -> bool:
    """Whether `main`, which `other` follows or is, stays hidden from who asked for `other` [49]."""
    return main.parents_know == ParentsKnow.NOTHING and other.kind == Requester.GUARDIAN


def follow(session: Session, main: Request | None, request: Request) -> None:
    """`main` was linked: it and those linked to it follow `request` now."""
    if main is None:
        return
    for other in [main, *linked_to(session, main)]:
        other.same_as_id = request.id
    session.flush()


def recorded(
    session: Session, request: Request, action: str, actor: Person | None, now: datetime
) -> None:
    """A change: the next version, its audit line, and when it wants attention next."""
    request.version += 1
    audit.record(
        session,
        action=action,
        actor_id=actor.id if actor else None,
        object_id=request.id,
        now=now,
        detail={"state": str(request.state)},
    )
    follow_ups.reschedule(session, LADDER, request, now)
    session.flush()


# --- reminding -----------------------------------------------------------------------------------

_TO_REKTOR = {
    "review": "desk.review",
    "promise_soon": "desk.promise",
    "promise_day": "desk.promise",
    "promise_over": "desk.promise",
    "los_silent": "desk.los_silent",
    "contact_late": "desk.contact_late",
}


def plan(session: Session, request: Request, now: datetime) -> Sequence[Step]:
    return reminding.request_steps(
        RequestState(request.state),
        request.state_since,
        municipality.policy_at(session, now),
        municipality.calendar_of(session),
        now,
        answer_by=request.answer_by,
        contacted=request.first_contact_at is not None,
    )


def take(session: Session, request: Request, step: Step, now: datetime) -> None:
    occasion = f"{step.name}.{request.version}"

    def to(kind: str, recipients: Sequence[Person]) -> None:
        tell(session, kind, recipients, request, now, occasion, Promise.REMINDER)

    los = [people.get(session, request.los_id)] if request.los_id else []
    if step.name == "youth" and request.ungdom_id is not None:
        if contacts.of(session, request.ungdom_id) is not None:
            to("request.youth_reminded", [people.get(session, request.ungdom_id)])
    elif step.name == "los":
        to("desk.offer_waits", los)
    elif step.name == "contact":
        to("desk.first_contact", los)
    elif step.name.startswith("still"):
        to("desk.still", los)
    else:
        kind = _TO_REKTOR[step.name.rstrip("0123456789")]
        tell_school(session, kind, request, now, occasion, Promise.REMINDER)
    if step.name == "promise_over":  # the date was not kept: say so, rather than nothing
        new = request.state == RequestState.SUBMITTED
        asker = [people.get(session, request.requester_id)]
        told = asker if new else everyone_told(session, request)
        tell(session, "request.not_yet", told, request, now, occasion)


def responsible(session: Session, request: Request, now: datetime) -> list[int]:
    """The los who was given it, else the rektor."""
    at = {"school_id": request.school_id, "ungdom_id": request.ungdom_id}
    return deciders.somebody(session, [request.los_id], now, **at)


LADDER = Ladder(
    table=Request, plan=plan, take=take, responsible=responsible,
    open=lambda: Request.state.in_(OPEN_REQUESTS),
)  # fmt: skip


def everyone_told(session: Session, request: Request) -> list[Person]:
    """The youth, and each requester who may learn that something has changed."""
    rows = [request, *linked_to(session, request)]
    askers = session.scalars(
        select(Person).where(
            or_(*(Person.id == row.requester_id for row in rows)),
            Person.confirmed_at.is_not(None),
        )
    ).all()
    hidden = {row.requester_id for row in rows if kept_from(request, row)}
    left = {row.requester_id for row in rows if row.requester_left_at is not None}
    found = [p for p in askers if p.id not in hidden | left and p.id != request.ungdom_id]
    youth = people.get(session, request.ungdom_id) if request.ungdom_id else None
    return [*([youth] if youth is not None and request.youth_yes_at else []), *found]
