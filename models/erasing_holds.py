"""What holds somebody who wants to leave, and until when [69]: a position, a case, a child, a
decision about a request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select, union
from sqlalchemy.orm import Session

from models import family, municipality, people, policy, shielded, shredding
from models.batons import BatonOffer
from models.cases import Case, CaseService
from models.closing import Closing
from models.consents import ConsentEvent, ConsentQuestion
from models.people import Person
from models.requests import Request
from models.terms import OPEN_REQUESTS, Hold, RequestState


@dataclass(frozen=True)
class Held:
    """What holds somebody, and the day it lets go; None when that day is not known yet."""

    by: Hold
    until: date | None = None


def holds(session: Session, person: Person, now: datetime) -> Iterator[Held]:
    """Every reason why a person's name stays, the longest first of each kind. A request nobody
    has decided about is none: it ends with the person."""
    if people.positions(session, person.id):
        yield Held(Hold.STAFF)
    if held := _by_cases(session, person):
        yield Held(Hold.CASE, held[0])
    if family.all_ward_ids(session, person.id):
        yield Held(Hold.GUARDIAN)
    if ended := _by_requests(session, person, now):
        yield Held(Hold.REQUEST, ended[0])


def _by_cases(session: Session, person: Person) -> list[date | None]:
    """The days on which the cases somebody is in will be purged, the last first: not known yet
    sorts before any day."""
    youths = [person.id, *family.all_ward_ids(session, person.id)]
    # Of one thing each: for this or that of several tables every case would be looked at.
    mine = union(
        select(Case.id).where(Case.ungdom_id.in_(youths)),
        select(Case.id).where(Case.stafettholder_id == person.id),
        select(CaseService.case_id).where(CaseService.person_id == person.id),
        select(ConsentQuestion.case_id)
        .join(ConsentEvent, ConsentEvent.question_id == ConsentQuestion.id)
        .where(ConsentEvent.consenter_id == person.id),
        select(BatonOffer.case_id).where(BatonOffer.from_id == person.id),
        select(BatonOffer.case_id).where(BatonOffer.to_id == person.id),
    )
    found = session.execute(
        select(Case, Closing.purge_on)
        .outerjoin(Closing, Closing.case_id == Case.id)
        .where(Case.id.in_(mine), Closing.purged_at.is_(None))
    )
    known = (day for case, day in found if person.id not in shielded.kept_from(session, case))
    return _last_first(list(known))


def _by_requests(session: Session, person: Person, now: datetime) -> list[date | None]:
    rules = municipality.policy_at(session, now)
    kept = timedelta(days=rules.requests_kept_days)
    return _last_first(
        [
            policy.today_in(r.decided_at + kept, rules) if r.decided_at else None
            for r in theirs(session, person)
            if is_decided(r)
        ]
    )


def _last_first(days: Sequence[date | None]) -> list[date | None]:
    return sorted(days, key=lambda day: day or date.max, reverse=True)


def theirs(session: Session, person: Person) -> list[Request]:
    """Requests by or about somebody whose words are not destroyed yet."""
    mine = or_(Request.requester_id == person.id, Request.ungdom_id == person.id)
    chosen = select(Request).where(mine, Request.key_id.in_(shredding.alive()))
    return list(session.scalars(chosen.order_by(Request.created_at)))


def is_decided(request: Request) -> bool:
    """Whether the school has decided something: then it is the archive's too [67]."""
    states = (RequestState.PRIORITISED, RequestState.WAITLISTED, RequestState.DECLINED)
    return request.los_id is not None or bool(request.priority) or request.state in states


def undecided(session: Session, person: Person) -> list[Request]:
    return [request for request in theirs(session, person) if not is_decided(request)]


def is_open(request: Request) -> bool:
    return request.state in OPEN_REQUESTS | {RequestState.LINKED}
