"""Asking for a los: who may ask for whom, and what each way of asking leads to [45, 48].

Whoever asks gets the same receipt, whether or not somebody asked before and whether or not the
school knows the one they name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import access, deciders, family, municipality, outbox, people, policy, requests
from models.base import new_id, refuse, require, untaken
from models.people import Person
from models.requests import Request
from models.sealed import keyring_of
from models.terms import (
    OPEN_REQUESTS,
    Action,
    ContactWay,
    ParentsKnow,
    Place,
    Requester,
    RequestState,
    Role,
    TimeOfDay,
    Topic,
    UnitKind,
    Why,
)

_AS_STAFF_OF = {
    UnitKind.SCHOOL: Requester.SCHOOL,
    UnitKind.NURSE: Requester.NURSE,
    UnitKind.GP: Requester.GP,
    UnitKind.CLUB: Requester.CLUB,
}

CLAIMS = frozenset({Requester.YOUTH, Requester.GUARDIAN, Requester.SERVICE})
"""As what someone nobody has confirmed can say they ask."""


@dataclass(frozen=True)
class Wish:
    """What someone asks for. `ungdom_id` or, when only the school can tell who it is, `named`."""

    topic: Topic
    ungdom_id: int | None = None
    school_id: int | None = None
    named: str | None = None
    kind: Requester = Requester.YOUTH  # believed of nobody: for people not confirmed, a claim
    place: Place | None = None
    times: tuple[TimeOfDay, ...] = ()
    contact_way: ContactWay | None = None
    parents_know: ParentsKnow | None = None
    youth_knows: bool | None = None


def submit(session: Session, *, actor: Person, wish: Wish, now: datetime) -> Request:
    """Ask for a los; the open request if the actor has asked for the same youth already.

    Whoever asks gets the same receipt, whether or not somebody asked before [48] and whether or
    not the school knows the one they name.
    """
    if wish.ungdom_id is not None:
        return _submit_for_known(session, actor, wish, now)
    return _submit_to_school(session, actor, wish, now)


def _submit_for_known(session: Session, actor: Person, wish: Wish, now: datetime) -> Request:
    ungdom, school_id, kind = _whom(session, actor, wish, now)
    own = kind is Requester.YOUTH
    main = requests.open_for(session, ungdom.id, school_id)
    mine = _asked_before(session, actor, ungdom)
    if mine is not None:
        return mine
    if own and main is not None and main.youth_yes_at is not None:
        return main
    day = policy.today_in(now, municipality.policy_at(session, now))
    if ungdom.born is not None:
        target = policy.in_target_group(ungdom.born, day, municipality.policy_at(session, now))
        require(target, Why.OUTSIDE_TARGET)
    require(deciders.is_received(session, school_id, ungdom.id), Why.NOBODY)
    if own and main is not None:  # somebody asked for me; now I ask myself, and that is my yes
        outbox.silence(session, subject_id=main.id, kinds=requests.ASKING)
        requests.move(session, main, RequestState.LINKED, actor, now)
    state = RequestState.READY if own else RequestState.AWAITING_YOUTH
    if main is not None and not own:
        state = RequestState.LINKED
    request = _add(session, actor, wish, kind, school_id, state, now, ungdom=ungdom)
    if own:
        request.youth_yes_at = now
        requests.follow(session, main, request)
    elif main is not None:
        request.same_as_id = main.id
    _recorded(session, request, actor, now)
    if state is RequestState.READY:
        requests.tell_school(session, "desk.new", request, now)
    elif state is RequestState.AWAITING_YOUTH:
        requests.ask_youth(session, request, ungdom, now)
    return request


def _submit_to_school(session: Session, actor: Person, wish: Wish, now: datetime) -> Request:
    """Only the school can tell who this is; until it has, one open request for an account."""
    school = municipality.unit(session, wish.school_id or 0)
    if school is None or school.kind != UnitKind.SCHOOL:
        refuse(Why.ABSENT)
    kind = wish.kind if wish.kind in CLAIMS else Requester.SERVICE
    staff = access.may_at_work(session, actor, Action.REQUEST_BY_NAME)
    require(wish.named or kind is Requester.YOUTH, Why.ABSENT)
    if staff:
        kind = staff_kind(session, actor)
    else:
        _not_too_many(session, actor, now)
    require(deciders.is_received(session, school.id, None), Why.NOBODY)
    request = _add(session, actor, wish, kind, school.id, RequestState.SUBMITTED, now)
    _recorded(session, request, actor, now)
    requests.tell_school(session, "desk.new", request, now)
    return request


def _not_too_many(session: Session, actor: Person, now: datetime) -> None:
    mine = Request.requester_id == actor.id
    waiting = session.scalar(
        select(func.count())
        .select_from(Request)
        .where(mine, Request.state == RequestState.SUBMITTED)
    )
    require(not waiting, Why.ALREADY_OPEN)
    lately = session.scalar(
        select(func.count())
        .select_from(Request)
        .where(mine, Request.created_at > now - timedelta(days=1))
    )
    require((lately or 0) < municipality.policy_at(session, now).requests_a_day, Why.TOO_MANY)


def _whom(
    session: Session, actor: Person, wish: Wish, now: datetime
) -> tuple[Person, int, Requester]:
    """The youth someone may ask for by picking, and as what they ask. Else refused as absent."""
    require(actor.confirmed_at, Why.ABSENT)
    pupil = people.pupil(session, wish.ungdom_id or 0)
    if pupil is None:
        refuse(Why.ABSENT)
    ungdom = people.get(session, pupil.person_id)
    if ungdom.id == actor.id:
        return ungdom, pupil.school_id, Requester.YOUTH
    if any(ward.id == ungdom.id for ward in family.wards_of(session, actor, now)):
        return ungdom, pupil.school_id, Requester.GUARDIAN
    access.authorise_at_unit(
        session, actor=actor, action=Action.REQUEST_FOR_PUPIL, unit_id=pupil.school_id
    )
    parent = family.is_guardian(session, actor.id, ungdom.id)  # without responsibility, or before
    return ungdom, pupil.school_id, Requester.GUARDIAN if parent else Requester.SCHOOL


def staff_kind(session: Session, actor: Person) -> Requester:
    kinds = [
        _AS_STAFF_OF.get(UnitKind(unit.kind), Requester.SERVICE)
        for unit in people.units_where(session, actor, *Role)
    ]
    return kinds[0] if kinds else Requester.SERVICE


def _asked_before(session: Session, actor: Person, ungdom: Person) -> Request | None:
    return session.scalars(
        select(Request).where(
            Request.requester_id == actor.id,
            Request.ungdom_id == ungdom.id,
            Request.requester_left_at.is_(None),
            Request.state.in_([*OPEN_REQUESTS, RequestState.LINKED]),
        )
    ).first()


def _add(
    session: Session,
    actor: Person,
    wish: Wish,
    kind: Requester,
    school_id: int,
    state: RequestState,
    now: datetime,
    ungdom: Person | None = None,
) -> Request:
    request = Request(
        id=new_id(),
        key_id=keyring_of(session).new_key(session),
        reference=_reference(session),
        state=state,
        state_since=now,
        created_at=now,
        version=1,
        kind=kind,
        requester_id=actor.id,
        ungdom_id=ungdom.id if ungdom else None,
        school_id=school_id,
        topic=wish.topic,
        place=wish.place,
        times=list(wish.times),
        contact_way=wish.contact_way,
        parents_know=wish.parents_know if kind is Requester.YOUTH else None,
        youth_knows=wish.youth_knows,
        answer_by=_promised(session, actor, kind, now),
        steps_done=[],
    )
    session.add(request)
    request.named = wish.named if ungdom is None else None
    session.flush()
    return request


def _promised(session: Session, actor: Person, kind: Requester, now: datetime) -> date | None:
    """The date by which an answer is promised, where one can be kept: a confirmed youth who asks
    for themselves hears of every decision. Anyone else learns only received, in hand, closed."""
    rules = municipality.policy_at(session, now)
    days = rules.answer_promised_days
    if days is None or kind is not Requester.YOUTH or actor.confirmed_at is None:
        return None
    return policy.today_in(now, rules) + timedelta(days=days)


def _reference(session: Session) -> str:
    return untaken(session, Request.reference, 4, "L-")


def _recorded(session: Session, request: Request, actor: Person, now: datetime) -> None:
    """A new request: recorded, and its receipt promised."""
    requests.recorded(session, request, "requests.submit", actor, now)
    outbox.promise(
        session,
        kind="request.receipt",
        recipient_id=actor.id,
        subject_id=request.id,
        occasion="receipt",
        promise=outbox.Promise.RECEIPT,
        now=now,
    )
