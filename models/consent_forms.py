"""What the stafettholder chooses from when writing down an answer, or striking one out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from models import access, access_log, consents, municipality, people
from models.base import require
from models.cases import Case
from models.consent_history import ConsentEvent, ConsentQuestion, ConsentRecord, scope_of
from models.consent_receipts import named
from models.consent_rules import Kinds
from models.consent_standing import Standing
from models.people import Person
from models.terms import Action, ConsentAct, Via, Why

DAYS = 14
"""How far back a day is offered; earlier ones are typed."""

_SAID = (ConsentAct.GIVEN, ConsentAct.REFUSED, ConsentAct.WITHDRAWN)


@dataclass(frozen=True)
class Asked:
    services: tuple[str, ...]
    scope: Mapping[int, tuple[str, Kinds]]  # by service: its name, and what it would know
    everything: bool
    until: date
    text_key: str


@dataclass(frozen=True)
class RecordForm:
    case_id: int
    ungdom: str
    questions: Mapping[int, Asked]
    people: Mapping[int, str]
    givers: Mapping[
        int, tuple[str, Mapping[int, Asked]]
    ]  # who has a yes to take back, and to what
    days: tuple[date, ...]  # today first
    oldest: date  # that can be written down


@dataclass(frozen=True)
class Written:
    """One answer that staff wrote down and nobody has struck out."""

    number: str
    name: str
    act: ConsentAct
    via: Via
    given_on: date
    services: tuple[str, ...]
    part: bool  # of a yes: it was to some of what was asked


def recording(session: Session, *, actor: Person, case_id: int, now: datetime) -> RecordForm:
    """The newest version of every question that is open still; those who must answer; and every
    yes that stands, whosever, to take back. NOBODY where there is none of it."""
    case, holds = _held(session, actor, case_id, now)
    newest = [q for q in holds.questions if q is holds.newest(q) and q.until >= holds.today]
    givers = _givers(session, holds)
    require((newest and holds.must.everyone) or givers, Why.NOBODY)
    validity = timedelta(days=holds.rules.consent_validity_days - 1)
    return RecordForm(
        case_id=case.id,
        ungdom=people.get(session, case.ungdom_id).name or "",
        questions={q.id: _asked(session, q) for q in newest},
        people={person.id: person.name or "" for person in holds.must.everyone},
        givers=givers,
        days=tuple(holds.today - timedelta(days=ago) for ago in range(DAYS)),
        oldest=holds.today - validity,
    )


def _asked(session: Session, question: ConsentQuestion) -> Asked:
    scope = scope_of(question)
    names = municipality.unit_names(session, scope)
    return Asked(
        tuple(names.values()), {unit: (name, scope[unit]) for unit, name in names.items()},
        question.everything, question.until, question.text_key,
    )  # fmt: skip


def _givers(session: Session, holds: Standing) -> dict[int, tuple[str, Mapping[int, Asked]]]:
    """Also one who need not say yes any more: whoever gave may take back [16]."""
    said = {event.consenter_id for told in holds.events.values() for event in told}
    found: dict[int, tuple[str, Mapping[int, Asked]]] = {}
    for person in sorted(said):
        given = [q for q in holds.questions if holds.yes(q, person)]
        if given:
            name = people.get(session, person).name or ""
            found[person] = (name, {q.id: _asked(session, q) for q in given})
    return found


def written(
    session: Session, *, actor: Person, case_id: int, now: datetime
) -> tuple[Written, ...]:
    """What staff wrote down in a case, the latest first, for the stafettholder."""
    _case, holds = _held(session, actor, case_id, now)
    told = [event for events in holds.events.values() for event in events]
    void = {event.voids for event in told}
    found = [
        event
        for event in sorted(told, key=lambda event: event.id, reverse=True)
        if event.record_id is not None and event.act in _SAID and event.id not in void
    ]
    by_number = {event.number or "": event for event in reversed(found)}
    return tuple(_written(session, holds, event) for event in reversed(by_number.values()))


def _written(session: Session, holds: Standing, event: ConsentEvent) -> Written:
    record = session.get_one(ConsentRecord, event.record_id)
    question = next(q for q in holds.questions if q.id == event.question_id)
    return Written(
        number=event.number or "",
        name=people.get(session, event.consenter_id).name or "",
        act=ConsentAct(event.act),
        via=Via(record.via),
        given_on=record.given_on,
        services=named(session, scope_of(question)),
        part=event.scope is not None,
    )


def _held(session: Session, actor: Person, case_id: int, now: datetime) -> tuple[Case, Standing]:
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.RECORD_CONSENT, now=now
    )
    access_log.looked(session, "cases", actor, case, now)
    return case, consents.standing(session, case, now)
