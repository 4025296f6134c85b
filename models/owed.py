"""What waits for a member of staff, with a day: what Friday's five minutes and `/frister` are made of.

The notice that something waits names nobody [44]. The opened list has first names, and is withheld or
covered again like a case card where details may not stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models import (
    access,
    access_log,
    break_facts,
    breaks,
    cases,
    concerns,
    consents,
    contact_wishes,
    evaluations,
    family,
    los_work,
    municipality,
    people,
    policy,
    queue,
    reminding,
    right_questions,
    tiltak,
    together,
)
from models.batons import BatonOffer
from models.cases import Case
from models.concerns import Concern
from models.consent_standing import UNANSWERED, standing
from models.invitees import Meeting, invitees_of
from models.people import Person
from models.terms import (
    QUEUED_REQUESTS,
    BatonState,
    CaseState,
    Coming,
    MeetingState,
    Owing,
    RequestState,
    Signal,
)
from models.together import Rows

AHEAD = timedelta(days=7)
CONSENT_AHEAD = timedelta(days=30)
_CODE = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class Owed:
    """One thing, by when. Of whom no more than this: `who` is a first name, or all of it where two have
    the same; `code` the case's."""

    kind: Owing
    subject_id: int
    case_id: int | None
    who: str
    code: str
    due: date


def code_of(id: int) -> str:
    """Three signs by which two who know of a thing can name it aloud; tells nothing of anybody."""
    signs = []
    for _each in range(3):
        id, rest = divmod(id, len(_CODE))
        signs.append(_CODE[rest])
    return "".join(signs)


def of(session: Session, person: Person, now: datetime) -> list[Owed]:
    """Everything that waits for somebody, the most pressing first."""
    mine = list(each_of(session, person, now))
    return sorted(_by_first_names(mine), key=lambda each: (each.due, each.kind, each.subject_id))


def each_of(session: Session, person: Person, now: datetime) -> Iterator[Owed]:
    """The same one by one as it is found, in no order and with whole names."""
    for each in chain(_elsewhere(session, person, now), _in_cases(session, person, now)):
        if not _of_own_child(session, person, each):
            yield each


def _by_first_names(found: Sequence[Owed]) -> list[Owed]:
    firsts = Counter(_first(who) for who in {each.case_id: each.who for each in found}.values())
    return [
        replace(each, who=_first(each.who)) if firsts[_first(each.who)] == 1 else each
        for each in found
    ]


def _first(name: str) -> str:
    return name.split(maxsplit=1)[0] if name.strip() else ""


def _of_own_child(session: Session, person: Person, each: Owed) -> bool:
    """A concern about somebody whose parent its receiver is: for them it is not there."""
    concern = session.get(Concern, each.subject_id) if each.kind is Owing.CONCERN else None
    return concern is not None and family.is_guardian(session, person.id, concern.ungdom_id)


def looked(session: Session, person: Person, found: Iterable[Owed], now: datetime) -> None:
    """Whoever is shown these has looked into the cases they are of [8]."""
    ids = list({each.case_id for each in found if each.case_id is not None})
    opened = sorted(together.get_each(session, Case, ids), key=lambda case: case.id)
    with access.of_each(session, person, opened):
        for case in opened:
            access_log.looked(session, "cases", person, case, now)


# --- as one who holds a baton, or has something to do in a case -------------------------------------


def _in_cases(session: Session, person: Person, now: datetime) -> list[Owed]:
    held = cases.held_by(session, person.id) if people.keeps_batons(session, person) else []
    also = cases.taken_part_in(session, person.id)
    with access.of_each(session, person, [*held, *also]):
        found = [
            _of_case(session, case, kind, subject, due)
            for case in held
            for kind, subject, due in _held(session, case, now)
        ]
        for case in [*held, *also]:
            things = _to_do(session, case, person, now)
            for thing in things if things and consents.carries(session, case, now) else ():
                found.append(_of_case(session, case, Owing.DEADLINE, thing.id, thing.deadline))
    return found


def _of_case(session: Session, case: Case, kind: Owing, subject: int, due: date) -> Owed:
    name = people.get(session, case.ungdom_id).name or ""
    return Owed(kind, subject, case.id, name, code_of(case.id), due)


def _held(session: Session, case: Case, now: datetime) -> Iterator[tuple[Owing, int, date]]:
    rules = municipality.policy_at(session, now)
    today = policy.today_in(now, rules)
    if case.state == CaseState.ACTIVE:
        for thing in tiltak.near(session, case.id, now):
            yield Owing.EVALUATION, thing.id, thing.evaluate_on
            if evaluations.voice_of(session, thing) is None:
                yield Owing.VOICE, thing.id, thing.evaluate_on
        yield from _meetings(session, case, now, rules)
        for question in right_questions.open_in(session, case.id):
            if question.talk_on is not None:
                yield Owing.RIGHT, question.id, question.talk_on
    yield from _consents(session, case, now, today)
    agreed_on = _to_call(session, case, now)
    if agreed_on is not None:
        yield Owing.MEETING, case.id, agreed_on
    for each in breaks.found_in(session, case, now):
        told = each.signal is Signal.MEETING and agreed_on is not None
        if each.signal in _BREAKS and not told:
            yield _BREAKS[each.signal], each.subject_id, each.since


_BREAKS = {
    Signal.MEETING: Owing.MEETING,
    Signal.CONSENT: Owing.RENEW,
    Signal.DEADLINE: Owing.STATUS,
}
"""What has stopped and is not in the list already as the thing itself."""


def _to_call(session: Session, case: Case, now: datetime) -> date | None:
    """The day that was agreed on for a meeting which is not called yet."""
    facts = break_facts.of(session, case, now)
    return facts.agreed_on if facts.carried and facts.meets_at is None else None


def _meetings(
    session: Session, case: Case, now: datetime, rules: policy.MunicipalPolicy
) -> Iterator[tuple[Owing, int, date]]:
    for meeting in _MEETINGS.of(session, case.id, until=now + AHEAD):
        day = policy.today_in(meeting.starts_at, rules)
        if meeting.state == MeetingState.HELD and meeting.final_at is None:
            yield Owing.MINUTES, meeting.id, day + timedelta(days=rules.minutes_days)
        elif meeting.state == MeetingState.CALLED and meeting.ends_at <= now:
            yield Owing.HELD, meeting.id, day
        elif meeting.state == MeetingState.CALLED and _unanswered(session, meeting):
            yield Owing.RSVP, meeting.id, day
        if meeting.contact_by is not None and meeting.starts_at <= now:
            yield Owing.TALK, meeting.id, meeting.contact_by


_MEETINGS = Rows(
    select(Meeting).where(Meeting.starts_at <= bindparam("until")), by=Meeting.case_id
)


def _unanswered(session: Session, meeting: Meeting) -> bool:
    return any(each.answer == Coming.UNANSWERED for each in invitees_of(session, meeting.id))


def _consents(
    session: Session, case: Case, now: datetime, today: date
) -> Iterator[tuple[Owing, int, date]]:
    holds = standing(session, case, now)
    for question in holds.questions:
        if holds.newest(question) is not question or question.until < today:
            continue
        if holds.holds(question):
            if question.until <= today + CONSENT_AHEAD:
                yield Owing.CONSENT, question.id, question.until
        elif holds.among(question, UNANSWERED):
            waited = policy.today_in(question.asked_at, holds.rules) + AHEAD
            yield Owing.QUESTION, question.id, waited


def _to_do(session: Session, case: Case, person: Person, now: datetime) -> list[tiltak.Tiltak]:
    """What somebody has to do themselves within a week, or should have, and may know of."""
    rules, day = municipality.policy_at(session, now), tiltak.today(session, now)
    return [
        thing
        for thing in tiltak.active(session, case.id)
        if thing.responsible_id == person.id
        and reminding.deadline_is_near(thing.deadline, day, rules)
        and person.id in tiltak.responsibles(session, case, now, thing.id)
    ]


def _offered(session: Session, person: Person) -> list[BatonOffer]:
    """Of the baton, to somebody who has work here."""
    chosen = select(BatonOffer).where(
        BatonOffer.to_id == person.id, BatonOffer.state == BatonState.OPEN
    )
    at_work = people.staff_roles(session, person)
    return list(session.scalars(chosen.order_by(BatonOffer.offered_at))) if at_work else []


# --- as a los, a rektor, or who is asked to get in touch ---------------------------------------------


def _elsewhere(session: Session, person: Person, now: datetime) -> Iterator[Owed]:
    rules = municipality.policy_at(session, now)

    def since(at: datetime, days: int) -> date:
        return policy.today_in(at, rules) + timedelta(days=days)

    for offer in _offered(session, person):
        due = since(offer.offered_at, rules.baton_remind_days)
        yield Owed(Owing.BATON, offer.id, None, "", code_of(offer.case_id), due)
    for request in los_work.youths_of(session, person):
        if request.state == RequestState.ASSIGNED:
            kind, due = Owing.OFFER, since(request.state_since, 2)
        elif request.first_contact_at is None:
            kind, due = Owing.FIRST_CONTACT, since(request.state_since, 3)
        else:
            continue
        yield Owed(kind, request.id, None, "", request.reference, due)
    decides = QUEUED_REQUESTS | {RequestState.SUBMITTED}
    for request in queue.waiting(session, person):
        if request.state in decides:
            due = request.answer_by or since(
                request.created_at, rules.los_request_first_review_days
            )
            yield Owed(Owing.REQUEST, request.id, None, "", request.reference, due)
    for concern in concerns.waiting(session, person):
        due = policy.decide_concern_by(concern.arose_on, rules)
        yield Owed(Owing.CONCERN, concern.id, None, "", concern.reference, due)
    for wish in contact_wishes.waiting_for(session, person):
        code = code_of(wish.id)
        yield Owed(Owing.WISH, wish.id, None, "", code, since(wish.created_at, 2))
