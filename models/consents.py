"""Consent: what can be done with it. Asking is in `consent_asking`; answering and taking back here.

Every answer is an event in an append-only history (`consent_history`); the case's state and
everyone's access follow from it. Refusing and withdrawing never block help or a los [19].
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models import audit, base, cases, municipality, outbox
from models.base import require
from models.cases import Case
from models.consent_asking import TEXT_KEY, ask, catch_up
from models.consent_effects import (
    LADDER,
    note,
    receipt,
    reference,
    settle,
    stop,
    tell,
    text_missing,
)
from models.consent_history import (
    ConsentEvent,
    ConsentQuestion,
    Standing,
    carries,
    case_of,
    find,
    granted,
    questions_of,
    required,
    scope_of,
    standing,
)
from models.people import Person
from models.terms import CaseState, ConsentAct, ConsentState, Why

__all__ = [
    "LADDER", "TEXT_KEY", "ConsentEvent", "ConsentQuestion", "Standing", "ask", "carries",
    "case_of", "catch_up", "find", "give", "granted", "questions_of", "refuse", "required",
    "scope_of", "settle", "standing", "talk_first", "text_missing", "wish_stop", "withdraw",
    "withdraw_all",
]  # fmt: skip

_OF_A_YES = ("consent.complete", "consent.expiring", "consent.expired")
"""Notices that are untrue once a yes is taken back."""


# --- answering -----------------------------------------------------------------------------------


def give(
    session: Session,
    *,
    actor: Person,
    question: ConsentQuestion,
    text_hash: str,
    language: str,
    now: datetime,
    occasion: str,
) -> ConsentEvent:
    """Say yes to exactly this version, having seen exactly these approved words [11, 23].

    Also how something taken back is kept after all: an explicit yes anew. The same yes again
    returns the first. Raises Refused: ABSENT (not asked), STALE (a newer version), EXPIRED,
    TEXT_NOT_APPROVED.
    """
    case, before = _opened(session, question, now)
    require(_must_answer(before, actor), Why.ABSENT)
    require(question is before.newest(question), Why.STALE)
    if before.state(question, actor.id) is ConsentState.GIVEN:
        return before.history(question, actor.id)[-1]
    require(question.until >= before.today, Why.EXPIRED)
    require(
        municipality.is_approved(
            session, key=question.text_key, language=language, hash=text_hash
        ),
        Why.TEXT_NOT_APPROVED,
    )
    event = note(
        session, case, question, actor, ConsentAct.GIVEN, now,
        occasion=occasion, language=language, text_hash=text_hash, number=reference(session),
    )  # fmt: skip
    settle(session, case, before, now)
    if question in standing(session, case, now).in_force():
        tell(session, "consent.complete", [case.stafettholder_id], question.id, event.number, now)
    receipt(session, actor, question, event, now)
    return event


def refuse(
    session: Session,
    *,
    actor: Person,
    question: ConsentQuestion,
    language: str,
    now: datetime,
    occasion: str,
) -> ConsentEvent | None:
    """Say no. A no to what one has said yes to takes the yes back; a no to a later version
    leaves the earlier as it is. Nobody else learns who."""
    case, before = _opened(session, question, now)
    if before.state(question, actor.id) is ConsentState.GIVEN:
        events = withdraw(session, actor=actor, question=question, now=now, occasion=occasion)
        return events[-1] if events else None
    require(_must_answer(before, actor), Why.ABSENT)
    require(question is before.newest(question), Why.STALE)
    if before.state(question, actor.id) in (ConsentState.REFUSED, ConsentState.WITHDRAWN):
        return before.history(question, actor.id)[-1]
    event = note(
        session, case, question, actor, ConsentAct.REFUSED, now,
        occasion=occasion, language=language, number=reference(session),
    )  # fmt: skip
    settle(session, case, before, now)
    tell(session, "consent.declined", [case.stafettholder_id], question.id, event.number, now)
    receipt(session, actor, question, event, now)
    return event


def talk_first(
    session: Session,
    *,
    actor: Person,
    question: ConsentQuestion,
    language: str,
    now: datetime,
    occasion: str,
) -> ConsentEvent:
    """Ask to talk with a person before answering; the stafettholder is told who. Not a no.

    Open to the youth at any age. A yes that stands is not touched by it: Refused(STALE).
    """
    case, before = _opened(session, question, now)
    require(_must_answer(before, actor) or _is_youth(case, actor), Why.ABSENT)
    require(question is before.newest(question), Why.STALE)
    state = before.state(question, actor.id)
    require(state is not ConsentState.GIVEN, Why.STALE)
    if state is ConsentState.TALK_FIRST:
        return before.history(question, actor.id)[-1]
    event = note(
        session, case, question, actor, ConsentAct.TALK_FIRST, now,
        occasion=occasion, language=language, number=reference(session),
    )  # fmt: skip
    tell(session, "consent.talk_first", [case.stafettholder_id], question.id, event.number, now)
    receipt(session, actor, question, event, now)
    return event


def withdraw(
    session: Session, *, actor: Person, question: ConsentQuestion, now: datetime, occasion: str
) -> list[ConsentEvent]:
    """Take back every yes of one's own that lets the named services know something, whichever
    question it answered; it holds from this transaction's commit [16, 17].

    Needs no reason, no hat and no newest version: whoever gave may take back. Empty when there
    was nothing to take back.
    """
    return _withdraw(session, actor, [question], now, occasion)


def withdraw_all(
    session: Session, *, actor: Person, now: datetime, occasion: str
) -> list[ConsentEvent]:
    """/stopp: take back every yes a person has given, in every case, under one receipt."""
    return _withdraw(session, actor, questions_of(session, actor.id), now, occasion)


def wish_stop(session: Session, *, actor: Person, now: datetime, occasion: str) -> bool:
    """A youth who does not decide yet wants sharing to end: the stafettholder is told [22].

    Stops nothing by itself. False when there is nothing in force to end.
    """
    case = cases.open_for(session, actor.id) if actor.confirmed_at is not None else None
    if case is None or not carries(session, case, now):
        return False
    audit.record(
        session, action="consents.wish_stop", actor_id=actor.id, object_id=case.id,
        chain=case.id, now=now,
    )  # fmt: skip
    tell(session, "consent.youth_wishes_stop", [case.stafettholder_id], case.id, occasion, now)
    return True


def _withdraw(
    session: Session,
    actor: Person,
    questions: Sequence[ConsentQuestion],
    now: datetime,
    occasion: str,
) -> list[ConsentEvent]:
    number, in_flight = reference(session), 0
    events: list[ConsentEvent] = []
    for case_id in sorted({question.case_id for question in questions}):
        case = cases.locked(session, case_id)
        assert case is not None  # noqa: S101 - a foreign key holds it
        before = standing(session, case, now)
        named = {
            unit
            for question in questions
            if question.case_id == case_id
            for unit in scope_of(question)
        }
        given = before.given_about(named, actor.id)
        if not given:
            continue
        for question in given:
            event = note(
                session, case, question, actor, ConsentAct.WITHDRAWN, now,
                occasion=occasion, number=number,
            )  # fmt: skip
            events.append(event)
            outbox.silence(session, subject_id=question.id, kinds=_OF_A_YES)
        in_flight += stop(session, case, before, actor, number, now)
    if events:
        receipt(session, actor, find(session, events[0].question_id), events[0], now, in_flight)
    return events


# --- the small parts -----------------------------------------------------------------------------


def _opened(session: Session, question: ConsentQuestion, now: datetime) -> tuple[Case, Standing]:
    case = cases.locked(session, question.case_id)
    if case is None or case.state == CaseState.CLOSED:
        base.refuse(Why.ABSENT)
    return case, standing(session, case, now)


def _must_answer(holds: Standing, person: Person) -> bool:
    return person.confirmed_at is not None and person.id in {p.id for p in holds.must.everyone}


def _is_youth(case: Case, person: Person) -> bool:
    return person.id == case.ungdom_id and person.confirmed_at is not None
