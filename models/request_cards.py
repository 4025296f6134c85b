"""What each may see of a request: fetching and permitting are one act, and staff reads are audited.

A name is opened only for the card of the one rektor or los it is for; lists have references.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    access_log,
    contact_wishes,
    contacts,
    kept_from_parents,
    ledger,
    los_work,
    municipality,
    people,
    policy,
    queue,
    requests,
)
from models.base import refuse, require
from models.contact_wishes import ContactWish
from models.municipality import OpenHours
from models.people import Person
from models.requests import Request
from models.terms import (
    OPEN_REQUESTS,
    QUEUED_REQUESTS,
    Advice,
    ContactWay,
    ParentsKnow,
    Place,
    Purpose,
    Requester,
    RequestState,
    RequestStatus,
    Role,
    TimeOfDay,
    Topic,
    Why,
)


@dataclass(frozen=True)
class Line:
    """A request in a list: no name, no words."""

    id: int
    reference: str
    state: RequestState
    days: int
    priority: int | None


@dataclass(frozen=True)
class Said:
    """What an adviser said."""

    name: str
    advice: Advice | None
    words: str | None


@dataclass(frozen=True)
class Card:
    """The visible parts of one request; None is what this reader does not see, or nobody wrote."""

    id: int
    version: int
    reference: str
    state: RequestState
    days: int
    kind: Requester
    school: str
    topic: Topic
    place: Place | None
    times: tuple[TimeOfDay, ...]
    contact_way: ContactWay | None
    parents_know: ParentsKnow | None
    youth_knows: bool | None
    answer_by: date | None
    ungdom_id: int | None = None
    ungdom: str | None = None
    named: str | None = None
    asked_by: str | None = None
    asker_confirmed: bool = False
    others: int = 0  # how many more have asked for the same youth
    has_chat: bool = False
    talk_first: bool = False
    careful: ParentsKnow | None = None  # what parents shall not know of, whichever request it is
    priority: int | None = None
    reason: str | None = None
    los: str | None = None
    contacted: bool = False
    advice: tuple[Said, ...] = ()


def for_rektor(session: Session, actor: Person, request_id: int, now: datetime) -> Card:
    request = queue.as_rektor(session, actor, request_id)
    _read(session, actor, request, now, Role.REKTOR)
    asker = people.get(session, request.requester_id)
    advice = los_work.advice_on(session, request)
    wanted = [row.adviser_id for row in advice]
    named = people.names(session, [*wanted, *filter(None, (request.los_id, request.ungdom_id))])
    return _card(
        session,
        request,
        now,
        ungdom_id=request.ungdom_id,
        ungdom=named.get(request.ungdom_id or 0),
        named=request.named,
        asked_by=asker.name,
        asker_confirmed=asker.confirmed_at is not None,
        others=len(requests.linked_to(session, request)),
        has_chat=_has_chat(session, request),
        talk_first=request.talk_first_at is not None and request.youth_yes_at is None,
        priority=request.priority,
        reason=request.reason,
        los=named.get(request.los_id or 0),
        contacted=request.first_contact_at is not None,
        advice=tuple(
            Said(named[r.adviser_id], Advice(r.advice) if r.advice else None, r.words)
            for r in sorted(advice, key=lambda row: named[row.adviser_id].casefold())
        ),
    )


def for_los(session: Session, actor: Person, request_id: int, now: datetime) -> Card:
    """For the los it is given to, as long as it is. What the rektor wrote is not in it."""
    request = los_work.as_los(session, actor, request_id)
    require(request.state in (RequestState.ASSIGNED, RequestState.ACTIVE), Why.ABSENT)
    _read(session, actor, request, now, Role.LOS)
    named = people.names(session, [request.ungdom_id] if request.ungdom_id else [])
    return _card(
        session,
        request,
        now,
        ungdom_id=request.ungdom_id,
        ungdom=named.get(request.ungdom_id or 0),
        contacted=request.first_contact_at is not None,
    )


def for_adviser(session: Session, actor: Person, request_id: int, now: datetime) -> Card:
    """What is needed to give advice: not who it is, nor who asked [4, 5]."""
    request, row = los_work.asked_of(session, actor, request_id)
    require(request.state in QUEUED_REQUESTS, Why.ABSENT)
    _read(session, actor, request, now, Role.LOS, Role.PROSJEKTLEDER)
    own = Said(actor.name or "", Advice(row.advice) if row.advice else None, row.words)
    return _card(session, request, now, advice=(own,))


def for_youth(session: Session, actor: Person, request_id: int, now: datetime) -> Card:
    """The youth's own: everything that is asked for, and who the los is once there is one."""
    request = requests.own(session, actor, request_id)
    if request.state == RequestState.LINKED and request.same_as_id is not None:
        request = requests.own(session, actor, request.same_as_id)
    known = request.state == RequestState.ACTIVE and request.los_id
    named = people.names(session, [request.los_id] if known and request.los_id else [])
    asker = people.get(session, request.requester_id)
    return _card(
        session,
        request,
        now,
        los=named.get(request.los_id or 0),
        contacted=request.first_contact_at is not None,
        asker_confirmed=asker.confirmed_at is not None,
    )


def status_of(session: Session, request: Request, reader: Person) -> RequestStatus:
    """All that a requester other than the youth learns [47].

    An account nobody has confirmed never learns more than that it was received: whether the
    one it named exists is not told [2]. Nor does a guardian when the youth wants parents to know
    nothing [49]: then it looks as if the youth had not answered.
    """
    if request.requester_left_at is not None:
        return RequestStatus.CLOSED
    main = requests.find(session, request.same_as_id) if request.same_as_id else None
    main = main or request
    if requests.kept_from(main, request) or reader.confirmed_at is None:
        return RequestStatus.RECEIVED
    if main.state not in OPEN_REQUESTS:
        return RequestStatus.CLOSED
    in_hand = main.state in (RequestState.ASSIGNED, RequestState.ACTIVE)
    return RequestStatus.IN_HAND if in_hand else RequestStatus.RECEIVED


@dataclass(frozen=True)
class Asked:
    """What someone who asked, and is not the youth, sees of it."""

    id: int
    reference: str
    status: RequestStatus
    school: str
    answer_by: date | None
    confirmed: bool


def for_requester(session: Session, actor: Person, request_id: int) -> Asked:
    request = requests.find(session, request_id)
    if request is None or request.requester_id != actor.id:
        refuse(Why.ABSENT)
    return Asked(
        id=request.id,
        reference=request.reference,
        status=status_of(session, request, actor),
        school=requests.school_of(session, request).name,
        answer_by=request.answer_by,
        confirmed=actor.confirmed_at is not None,
    )


@dataclass(frozen=True)
class Open:
    """Something one has asked for, or said yes to, that is not over."""

    id: int
    has_los: bool  # one has said yes; known of one's own alone


def still_open(session: Session, actor: Person) -> tuple[Open, ...]:
    """As far as each may know that it is, newest first; the own one before them."""
    own = requests.about_me(session, actor)
    said_yes = [own] if own is not None and own.youth_yes_at is not None else []
    made = session.scalars(requests.made_by(actor)).all()
    others = [request for request in made if request.ungdom_id != actor.id]
    theirs = [r for r in others if status_of(session, r, actor) is not RequestStatus.CLOSED]
    for request in (*said_yes, *theirs):
        ledger.note(session, request.id)
    return (
        *(Open(request.id, request.state == RequestState.ACTIVE) for request in said_yes),
        *(Open(request.id, has_los=False) for request in theirs),
    )


def lines(session: Session, found: list[Request], now: datetime) -> list[Line]:
    for request in found:
        ledger.note(session, request.id)
    return [
        Line(r.id, r.reference, RequestState(r.state), _days(session, r, now), r.priority)
        for r in found
    ]


def los_hours(session: Session, now: datetime) -> list[OpenHours]:
    """When and where the loser can be met: data, never a promise [51]. Not those of a los who is
    away."""
    loser = people.with_role(session, Role.LOS)
    units = {
        position.unit_id
        for los in loser
        for position in people.positions(session, los.id)
        if position.role == Role.LOS
    }
    today = policy.today_in(now, municipality.policy_at(session, now))
    here = [los.id for los in loser if not people.is_away(los, today)]
    own = session.scalars(select(OpenHours).where(OpenHours.person_id.in_(here)))
    found = [hours for unit in units for hours in municipality.open_hours(session, unit)]
    found += own
    return sorted(found, key=lambda hours: (hours.weekday, hours.from_time, hours.place))


def _days(session: Session, request: Request, now: datetime) -> int:
    choices = municipality.policy_at(session, now)
    return (policy.today_in(now, choices) - policy.today_in(request.created_at, choices)).days


def _has_chat(session: Session, request: Request) -> bool:
    if request.ungdom_id is None:
        return False
    ungdom = people.get(session, request.ungdom_id)
    return ungdom.confirmed_at is not None and contacts.of(session, ungdom.id) is not None


def for_wish(session: Session, actor: Person, wish_id: int, now: datetime) -> ContactWish:
    """Someone's wish to get in touch, shown to one it is addressed to."""
    wish = contact_wishes.seen_by(session, actor, wish_id)
    hat, unit_id = _as(session, actor, Role.LOS, Role.PROSJEKTLEDER)
    access_log.note(
        session, "contact_wishes", actor, chain=wish.person_id, object_id=wish.id, hat=hat,
        unit_id=unit_id, purpose=Purpose.CONTACT, ungdom_id=_pupil(session, wish.person_id),
        now=now,
    )  # fmt: skip
    return wish


def _pupil(session: Session, person_id: int) -> int | None:
    return person_id if people.pupil(session, person_id) is not None else None


def _read(session: Session, actor: Person, request: Request, now: datetime, *hats: Role) -> None:
    """A request is shown to one of the staff, in the first of these roles that they have."""
    hat, unit_id = _as(session, actor, *hats, at=request.school_id)
    access_log.note(
        session, "requests", actor, chain=request.id, object_id=request.id, hat=hat,
        unit_id=unit_id, purpose=Purpose.LOS, ungdom_id=request.ungdom_id, now=now,
    )  # fmt: skip


def _as(session: Session, actor: Person, *hats: Role, at: int = 0) -> tuple[Role, int]:
    """The first of these roles that somebody has, and where; rather at one unit than at others."""
    held = [p for p in people.positions(session, actor.id) if p.role in hats]
    first = min(held, key=lambda p: (hats.index(Role(p.role)), p.unit_id != at, p.unit_id))
    return Role(first.role), first.unit_id


def _card(session: Session, request: Request, now: datetime, **seen: object) -> Card:
    return Card(
        careful=kept_from_parents.kept(session, [request.ungdom_id]).get(request.ungdom_id),
        id=request.id,
        version=request.version,
        reference=request.reference,
        state=RequestState(request.state),
        days=_days(session, request, now),
        kind=Requester(request.kind),
        school=requests.school_of(session, request).name,
        topic=Topic(request.topic),
        place=Place(request.place) if request.place else None,
        times=tuple(map(TimeOfDay, request.times)),
        contact_way=ContactWay(request.contact_way) if request.contact_way else None,
        parents_know=ParentsKnow(request.parents_know) if request.parents_know else None,
        youth_knows=request.youth_knows,
        answer_by=request.answer_by,
        **seen,  # type: ignore[arg-type]  # each caller names the fields this reader sees
    )
