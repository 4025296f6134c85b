"""`/sjekk`: is a receipt genuine, is it unchanged, and does it still hold? For whom it was given to.

Anyone else learns nothing from a number, not even that there is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import audit, consent_receipts
from models.audit import AuditEntry
from models.base import require
from models.cases import Case
from models.consent_history import ConsentEvent, ConsentQuestion, case_of
from models.consent_proof import digest_of
from models.consent_receipts import Receipt
from models.consent_standing import standing
from models.people import Person
from models.terms import CaseState, ConsentAct, ConsentState, Why

CHECK = "receipts.check"
GUESSES = 10
"""So many numbers that are not one's own can be tried in a day; then none is found."""


@dataclass(frozen=True)
class Checked:
    """A receipt as it was given, and as it stands."""

    receipt: Receipt
    unchanged: bool  # every answer it is about, and the whole log around it
    state: ConsentState  # of the reader's answer now
    closed: bool  # the case is


def try_number(session: Session, *, actor: Person, number: str, now: datetime) -> bool:
    """Whether `number` is a receipt of the actor's. What is tried is counted, never kept."""
    found = bool(_events(session, actor, number)) and _wrong(session, actor, now) < GUESSES
    audit.record(
        session, action=CHECK, actor_id=actor.id, chain=actor.id, now=now,
        detail={"found": found},
    )  # fmt: skip
    return found


def checked(session: Session, *, actor: Person, number: str, now: datetime) -> Checked:
    """Refused as absent for a number that is not the actor's."""
    events = _events(session, actor, number)
    require(events, Why.ABSENT)
    receipt = consent_receipts.receipt(session, actor=actor, number=number, now=now)
    question = session.get_one(ConsentQuestion, events[0].question_id)
    case = case_of(session, question)
    return Checked(
        receipt=receipt,
        unchanged=not any(_wrong_with(session, events)),
        state=standing(session, case, now).state(question, actor.id),
        closed=case.state == CaseState.CLOSED,
    )


def _events(session: Session, actor: Person, number: str) -> list[ConsentEvent]:
    mine = ConsentEvent.number == number, ConsentEvent.consenter_id == actor.id
    return list(session.scalars(select(ConsentEvent).where(*mine).order_by(ConsentEvent.id)))


def _wrong(session: Session, actor: Person, now: datetime) -> int:
    """How many numbers somebody has tried within a day that were not theirs."""
    tried = select(AuditEntry.detail).where(
        AuditEntry.chain == actor.id,
        AuditEntry.action == CHECK,
        AuditEntry.at > now - timedelta(days=1),
    )
    return sum(not detail["found"] for detail in session.scalars(tried))


def _wrong_with(session: Session, events: list[ConsentEvent]) -> Iterator[str]:
    of = {e.id: session.get_one(ConsentQuestion, e.question_id) for e in events}
    for case_id in {question.case_id for question in of.values()}:
        if audit.broken_link(session, case_id) is not None:
            yield f"chain {case_id}"
        kept = _kept(session, case_id)
        for event in events:
            question = of[event.id]
            if question.case_id == case_id and kept.get(event.id) != digest_of(event, question):
                yield f"consent event {event.id} is changed"


def _kept(session: Session, case_id: int) -> dict[int, str]:
    """What the log of a case keeps of each answer in it."""
    told = session.scalars(
        select(AuditEntry.detail).where(
            AuditEntry.chain == case_id, AuditEntry.action.like("consents.%")
        )
    )
    return {detail["event"]: detail["digest"] for detail in told if "event" in detail}


def changed(session: Session) -> Iterator[str]:
    """A line for every answer in the store that is not as the log says, or is missing."""
    for case_id in session.scalars(select(Case.id).order_by(Case.id)).all():
        kept = _kept(session, case_id)
        for event, question in session.execute(
            select(ConsentEvent, ConsentQuestion)
            .join(ConsentQuestion, ConsentQuestion.id == ConsentEvent.question_id)
            .where(ConsentQuestion.case_id == case_id, ConsentEvent.act != ConsentAct.ASKED)
            .order_by(ConsentEvent.id)
        ).all():
            if kept.pop(event.id, None) != digest_of(event, question):
                yield f"consent event {event.id} is changed"
        yield from (f"consent event {gone} is gone" for gone in kept)
