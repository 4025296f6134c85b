"""What an answer does, whether the consenter gave it here or staff wrote it down.

Who may answer, and to which words, is asked in `consents` and `consent_recording`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from models import base, cases, journal, outbox
from models.base import require
from models.cases import Case
from models.consent_effects import begin, pause, settle, stop
from models.consent_fold import without
from models.consent_history import ConsentEvent, ConsentQuestion, ConsentRecord, find, scope_of
from models.consent_noting import note, receipt, reference
from models.consent_rules import Scope
from models.consent_standing import Standing, standing
from models.people import Person
from models.terms import CaseState, ConsentAct, InfoKind, Why
from models.unasked import tell

_OF_A_YES = ("consent.complete", "consent.differs", "consent.expiring", "consent.expired")
"""Notices that are untrue once a yes is taken back."""


def opened(session: Session, question: ConsentQuestion, now: datetime) -> tuple[Case, Standing]:
    """The case, held alone until the transaction ends, and how it stands. Closed: ABSENT."""
    case = cases.locked(session, question.case_id)
    if case is None or case.state == CaseState.CLOSED:
        base.refuse(Why.ABSENT)
    return case, standing(session, case, now)


def part_of(
    question: ConsentQuestion, scope: dict[int, Iterable[InfoKind]] | None
) -> Scope | None:
    """What is said yes to: None for all that was asked. Refused: NOBODY for nothing at all,
    ABSENT for what was not asked."""
    whole = scope_of(question)
    if scope is None:
        return None
    part = {unit: frozenset(map(InfoKind, kinds)) for unit, kinds in scope.items() if kinds}
    require(part, Why.NOBODY)
    require(not without(part, whole), Why.ABSENT)
    return None if part == whole else part


def already(
    before: Standing, question: ConsentQuestion, person: Person, part: Scope | None
) -> ConsentEvent | None:
    """The same yes, standing; None where it must be said, also once more."""
    same = before.said_yes_to(question, person.id) == (part or scope_of(question))
    return before.yes(question, person.id) if same and not before.again(question) else None


def yes(
    session: Session,
    case: Case,
    before: Standing,
    question: ConsentQuestion,
    person: Person,
    part: Scope | None,
    until: date,
    now: datetime,
    **told: Any,
) -> ConsentEvent:
    """Append a yes to `part` of a question. Who narrows an earlier yes ends the rest at once."""
    told.setdefault("number", reference(session))
    event, taken = said_yes(session, case, before, question, person, part, until, now, **told)
    receipt(session, person, question, event, now, taken)
    return event


def said_yes(
    session: Session,
    case: Case,
    before: Standing,
    question: ConsentQuestion,
    person: Person,
    part: Scope | None,
    until: date,
    now: datetime,
    **told: Any,
) -> tuple[ConsentEvent, Counter[str]]:
    """`yes`, without its receipt; and what was taken back from whom it ends something for.

    Raises Refused(STALE) for what an operator has heard again: whoever pressed was told that it
    did not count, and a yes is only ever of the moment it is given.
    """
    require(not session.info.get("heard_again"), Why.STALE)
    event = note(
        session, case, question, person, ConsentAct.GIVEN, now, must=before.must.facts,
        scope=part, until=until, **told,
    )  # fmt: skip
    if (earlier := before.said_yes_to(question, person.id)) and not without(
        part or scope_of(question), earlier
    ):
        journal.is_less(session, event.id)
    after = standing(session, case, now)
    taken = settle(session, case, before, after, now)
    if after.holds(question) and not before.holds(question):
        for older in after.versions(question)[:-1]:
            outbox.silence(session, subject_id=older.id, kinds=_OF_A_YES)
    if _complete(after, question) and not _complete(before, question):
        tell_holder(session, "consent.complete", case, event, now)
    elif without(before.grants(), after.grants()):
        number = event.number or ""
        tell(session, "consent.narrowed", [case.stafettholder_id], case.id, number, now)
        pause(session, case, before, after, person, number, now)
    begin(session, case, before, after, person, event.number or "", now)
    if after.differs(question) and after.parts(question) != before.parts(question):
        tell_holder(session, "consent.differs", case, event, now)
    return event, taken


def _complete(holds: Standing, question: ConsentQuestion) -> bool:
    """Everyone said yes, and to the same."""
    return holds.holds(question) and not holds.differs(question)


def no(
    session: Session,
    case: Case,
    before: Standing,
    question: ConsentQuestion,
    person: Person,
    now: datetime,
    **told: Any,
) -> ConsentEvent:
    event = note(
        session, case, question, person, ConsentAct.REFUSED, now, must=before.must.facts,
        number=reference(session), **told,
    )  # fmt: skip
    settle(session, case, before, standing(session, case, now), now)
    tell_holder(session, "consent.declined", case, event, now)
    receipt(session, person, question, event, now)
    return event


def take_back(
    session: Session,
    person: Person,
    questions: Iterable[ConsentQuestion],
    now: datetime,
    occasion: str,
    record: ConsentRecord | None = None,
) -> list[ConsentEvent]:
    """Every yes that ends with these, in every case, under one number. Empty: there was none."""
    events, taken = taken_back(
        session, person, questions, now, occasion, reference(session), record
    )
    if events:
        receipt(session, person, find(session, events[0].question_id), events[0], now, taken)
    return events


def taken_back(
    session: Session,
    person: Person,
    questions: Iterable[ConsentQuestion],
    now: datetime,
    occasion: str,
    number: str,
    record: ConsentRecord | None = None,
) -> tuple[list[ConsentEvent], Counter[str]]:
    """`take_back`, without its receipt; and what was taken back from others."""
    taken, events = Counter[str](), list[ConsentEvent]()
    questions = list(questions)
    for case_id in sorted({question.case_id for question in questions}):
        case = cases.locked(session, case_id)
        assert case is not None  # noqa: S101 - a foreign key holds it
        before = standing(session, case, now)
        ending = before.ends_with([q for q in questions if q.case_id == case_id], person.id)
        for question in ending:
            event = note(
                session, case, question, person, ConsentAct.WITHDRAWN, now, occasion=occasion,
                number=number, record=record, must=before.must.facts,
            )  # fmt: skip
            events.append(event)
            outbox.silence(session, subject_id=question.id, kinds=_OF_A_YES)
        if ending:
            taken.update(stop(session, case, before, person, number, now))
    return events, taken


def tell_holder(
    session: Session, kind: str, case: Case, event: ConsentEvent, now: datetime
) -> None:
    holder, occasion = case.stafettholder_id, event.number or ""
    tell(session, kind, [holder], event.question_id, occasion, now)
