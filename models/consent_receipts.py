"""Receipts, and what staff wrote down: each to the one whose answer it is, and nobody else."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models import cases, ledger, municipality, policy
from models.base import refuse, require
from models.consent_fold import filled, without
from models.consent_history import (
    ConsentEvent,
    ConsentQuestion,
    ConsentRecord,
    case_of,
    find,
    read_scope,
    scope_of,
)
from models.consent_rules import Kinds, Scope
from models.consent_standing import Standing, standing
from models.people import Person
from models.terms import CaseState, ConsentAct, Via, Why

Named = tuple[tuple[str, Kinds], ...]
"""Services by name, and kinds of information."""


@dataclass(frozen=True)
class Receipt:
    number: str
    act: ConsentAct
    at: datetime
    services: tuple[str, ...]
    until: date | None
    must: bool  # the reader's yes is needed, or was
    others: bool  # someone else's is needed too
    in_force: bool  # now, when it is read
    older_in_force: bool  # an earlier version is, while this one is not
    scope: Named  # of a yes: what it was a yes to
    partial: bool  # that was less than what was asked
    not_shared: Named  # of that, while it is in force: what services may not know all the same
    ended: Named  # of a yes: what the reader's own words had let services know, and then no more
    kept: Named  # what they let the same services know after it
    fresh: bool  # of a yes: it let some service know something more, too
    everything: bool  # it was about sharing everything with everyone
    struck_out: bool  # staff had recorded it by mistake: it counts for nothing


@dataclass(frozen=True)
class Recorded:
    """What staff wrote down that the reader said. Stands until the reader says it is wrong."""

    number: str
    act: ConsentAct
    via: Via
    given_on: date
    at: datetime
    services: tuple[str, ...]


def receipt(session: Session, *, actor: Person, number: str, now: datetime) -> Receipt:
    """What a receipt says, to the one it was given to and nobody else."""
    events = session.scalars(_OF_NUMBER, {"number": number, "consenter": actor.id}).all()
    require(events, Why.ABSENT)
    questions = [session.get_one(ConsentQuestion, event.question_id) for event in events]
    for question in questions:
        ledger.note(session, question.case_id)
    units = {unit for question in questions for unit in scope_of(question)}
    yes: Scope = {}
    if events[0].act == ConsentAct.GIVEN:
        part = events[0].scope
        yes = read_scope(part) if part is not None else scope_of(questions[0])
        units = set(yes)
    if events[0].act == ConsentAct.WITHDRAWN:
        units = _stopped(session, actor, questions, events, now)
    case = case_of(session, questions[0])
    holds = standing(session, case, now)
    must = {person.id for person in holds.must.everyone}
    ended, kept, fresh = _changed(holds, actor, events)
    older = [v for v in holds.versions(questions[0]) if v.version < questions[0].version]
    return Receipt(
        number=number,
        act=ConsentAct(events[0].act),
        at=events[0].at,
        services=named(session, units),
        until=events[0].until,
        must=actor.id in must,
        others=bool(must - {actor.id}),
        in_force=holds.holds(questions[0]),
        older_in_force=any(holds.holds(version) for version in older),
        scope=by_name(session, yes),
        partial=events[0].scope is not None,
        not_shared=by_name(session, holds.not_shared(questions[0], yes)),
        ended=by_name(session, ended),
        kept=by_name(session, kept),
        fresh=fresh,
        everything=questions[0].everything,
        struck_out=any(e.voids == events[0].id for e in holds.events.get(questions[0].id, ())),
    )


_OF_NUMBER = (
    select(ConsentEvent)
    .where(
        ConsentEvent.number == bindparam("number"),
        ConsentEvent.consenter_id == bindparam("consenter"),
    )
    .order_by(ConsentEvent.id)
)


def _changed(
    holds: Standing, actor: Person, events: Sequence[ConsentEvent]
) -> tuple[Scope, Scope, bool]:
    """What a yes made smaller, what is left for the same services, and whether it also gave more.
    By the reader's own words alone: of what the others have said nothing is to be read from it."""
    if events[0].act != ConsentAct.GIVEN:
        return {}, {}, False
    day = policy.today_in(events[0].at, holds.rules)
    before = holds.fold.before(events[0].id, day).own(actor.id)
    after = holds.fold.before(events[-1].id + 1, day).own(actor.id)
    ended = without(before, after)
    return (
        ended,
        filled({unit: after.get(unit, frozenset()) for unit in ended}),
        bool(without(after, before)),
    )


def _stopped(
    session: Session,
    actor: Person,
    questions: Sequence[ConsentQuestion],
    events: Sequence[ConsentEvent],
    now: datetime,
) -> set[int]:
    """Services of the yeses taken back, but for those that some other yes of the same person's
    still covered."""
    found: set[int] = set()
    for case_id in {question.case_id for question in questions}:
        ended = [question for question in questions if question.case_id == case_id]
        holds = standing(session, case_of(session, ended[0]), now)
        day = policy.today_in(events[-1].at, holds.rules)
        before = holds.fold.before(events[0].id, day)
        after = holds.fold.before(events[-1].id + 1, day)
        asked = {unit for question in ended for unit in scope_of(question)}
        said = before.named([before.by_id[question.id] for question in ended], actor.id)
        found |= (said or asked) - after.named(after.asked, actor.id)
    return found


def recorded(session: Session, *, actor: Person, question_id: int, now: datetime) -> Recorded:
    """What staff last wrote down that the reader said to a question. Refused as absent when
    nothing was, or when something else was said since."""
    question = find(session, question_id)
    case = cases.find(session, question.case_id) if question is not None else None
    if question is None or case is None or case.state == CaseState.CLOSED:
        refuse(Why.ABSENT)
    holds = standing(session, case, now)
    found = last_recorded(session, holds.answers(question, actor.id))
    if found is None:
        refuse(Why.ABSENT)
    ledger.note(session, case.id)
    return found


def last_recorded(session: Session, history: Sequence[ConsentEvent]) -> Recorded | None:
    """The last answer in a history, if staff wrote it down and nobody struck it out."""
    void = {event.voids for event in history}
    answers = [e for e in history if e.act != ConsentAct.ASKED and e.voids is None]
    last = answers[-1] if answers else None
    if last is None or last.record_id is None or last.id in void:
        return None
    record = session.get_one(ConsentRecord, last.record_id)
    question = session.get_one(ConsentQuestion, last.question_id)
    return Recorded(
        number=last.number or "",
        act=ConsentAct(last.act),
        via=Via(record.via),
        given_on=record.given_on,
        at=last.at,
        services=named(session, scope_of(question)),
    )


def named(session: Session, unit_ids: Collection[int]) -> tuple[str, ...]:
    return tuple(municipality.unit_names(session, unit_ids).values())


def by_name(session: Session, scope: Scope) -> Named:
    names = municipality.unit_names(session, scope)
    return tuple((name, scope[unit]) for unit, name in names.items())
