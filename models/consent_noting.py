"""Writing an event into the history of a consent, and the receipt for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import audit, contacts, invitations, outbox
from models.base import untaken
from models.cases import Case
from models.consent_history import ConsentEvent, ConsentQuestion, ConsentRecord, stored_scope
from models.consent_proof import digest_of
from models.consent_rules import Required, Scope
from models.outbox import Promise
from models.people import Person
from models.terms import Capacity, ConsentAct, Verified


def note(
    session: Session,
    case: Case,
    question: ConsentQuestion,
    person: Person,
    act: ConsentAct,
    now: datetime,
    *,
    occasion: str,
    must: Required | None = None,
    scope: Scope | None = None,
    record: ConsentRecord | None = None,
    **told: Any,
) -> ConsentEvent:
    """Append one event, and its line in the case's chain.

    `must` is who had to say yes just before, with every answer; `record` what staff wrote down,
    when the consenter did not answer here; `told` the other columns.
    """
    event = ConsentEvent(
        question_id=question.id,
        consenter_id=person.id,
        capacity=Capacity.SELF if person.id == case.ungdom_id else Capacity.GUARDIAN,
        act=act,
        at=now,
        channel=record.via if record is not None else _channel(session, person),
        occasion=occasion,
        must=must.facts() if must is not None else None,
        scope=stored_scope(scope) if scope is not None else None,
        record_id=record.id if record is not None else None,
        **told,
    )
    if act is not ConsentAct.ASKED:
        event.verified = Verified.STAFF if record is not None else _verified(session, person)
    session.add(event)
    session.flush()
    if act is not ConsentAct.ASKED:
        by = record.recorded_by if record is not None else event.struck_by
        vouch(session, event, question, by or person.id, now)
    return event


def vouch(
    session: Session,
    event: ConsentEvent,
    question: ConsentQuestion,
    by: int,
    now: datetime,
    **more: object,
) -> None:
    """The line of an event in the chain of its case, by which a change of it shows."""
    audit.record(
        session, action=f"consents.{ConsentAct(event.act).value}", actor_id=by,
        object_id=question.id, chain=question.case_id, now=now,
        detail={"number": event.number, "text": event.text_hash, "consenter": event.consenter_id,
                "event": event.id, "digest": digest_of(event, question), **more},
    )  # fmt: skip


def _channel(session: Session, person: Person) -> str:
    """Where the person answers from: the chat they have just said it in."""
    contact = contacts.of(session, person.id)
    return contact.channel if contact is not None else ""


def _verified(session: Session, person: Person) -> Verified:
    met = invitations.has_joined(session, person.id)
    return Verified.IN_PERSON_CODE if met else Verified.REGISTER


def reference(session: Session) -> str:
    """Six letters and digits that no other receipt has."""
    return untaken(session, ConsentEvent.number, 6)


def receipt(
    session: Session,
    person: Person,
    question: ConsentQuestion | None,
    event: ConsentEvent,
    now: datetime,
    taken: Mapping[str, int] | None = None,
) -> None:
    """To the consenter; what staff wrote down is told of in its own words (`consent.recorded`)."""
    if event.record_id is not None:
        return
    outbox.promise(
        session, kind="consent.receipt", recipient_id=person.id,
        subject_id=question.id if question else None, occasion=event.number or "", now=now,
        promise=Promise.RECEIPT, params={"number": event.number, **(taken or {})},
    )  # fmt: skip
