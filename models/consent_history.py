"""What was asked and what was answered, append-only; everything else about consent is derived.

A question is never edited: asked anew about the same services it gets the next version of its
number. Once a later version has been answered yes by all, it replaces the earlier ones; until
then being asked about more takes nothing away. What it amounts to is in `consent_standing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import cases
from models.base import Base, Counter, Id, Ref
from models.cases import Case
from models.consent_rules import Asked, Kinds, Required, Said, Scope
from models.follow_ups import FollowedUp
from models.journal import Journaled
from models.sealed import Sealed, SealedRow
from models.terms import ConsentAct, InfoKind, Purpose

_NULLABLE = JSON(none_as_null=True)


class ConsentQuestion(Journaled, FollowedUp, Base):
    """What the family is asked to let which services know, what for and until when [11-14]."""

    __tablename__ = "consent_questions"
    __table_args__ = (UniqueConstraint("case_id", "number", "version"),)

    id: Mapped[Id]
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"), index=True)
    number: Mapped[int]  # within the case; the same services keep the same number
    version: Mapped[int]
    scope: Mapped[dict[str, Any]]  # unit id -> kinds; services, never people [12]
    everything: Mapped[bool] = mapped_column(default=False)  # share all with all; then no scope
    purpose: Mapped[str] = mapped_column(default=Purpose.COOPERATION)
    until: Mapped[date]  # the last day it holds
    text_key: Mapped[str]
    asked_by: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]


class ConsentEvent(Journaled, Base):
    """One thing a consenter did. Never changed, never removed [24]."""

    __tablename__ = "consent_events"
    GOES_ANYWAY = frozenset(ConsentAct) - {ConsentAct.GIVEN, ConsentAct.IN_ERROR}

    id: Mapped[Counter]
    question_id: Mapped[Ref] = mapped_column(ForeignKey("consent_questions.id"), index=True)
    consenter_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    capacity: Mapped[str]
    act: Mapped[str]
    at: Mapped[datetime]
    until: Mapped[date | None]
    scope: Mapped[dict[str, Any] | None] = mapped_column(_NULLABLE)  # of a yes; None: all asked
    must: Mapped[dict[str, Any] | None] = mapped_column(_NULLABLE)  # who had to say yes just then
    language: Mapped[str | None]  # of the text that was on the screen, or read out
    text_hash: Mapped[str | None]
    channel: Mapped[str]  # telegram, web; paper and oral for what staff recorded
    verified: Mapped[str | None]  # how it was known who it is
    number: Mapped[str | None] = mapped_column(index=True)  # the reference on the receipt
    occasion: Mapped[str]
    record_id: Mapped[Ref | None] = mapped_column(ForeignKey("consent_records.id"))
    voids: Mapped[Ref | None] = mapped_column(ForeignKey("consent_events.id"))  # of IN_ERROR
    reason: Mapped[str | None]  # of IN_ERROR: which mistake
    struck_by: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))  # of IN_ERROR


class ConsentRecord(Journaled, SealedRow, Base):
    """What staff wrote down of an answer given aloud or on paper [18]. Never changed."""

    __tablename__ = "consent_records"

    id: Mapped[Id]
    key_id: Mapped[Ref]  # the case's
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"), index=True)
    via: Mapped[str]
    given_on: Mapped[date]
    recorded_by: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    recorded_at: Mapped[datetime]
    text_key: Mapped[str | None]  # of the approved words; None: those of the paper itself
    witness_sealed: Mapped[bytes | None]
    document_sealed: Mapped[bytes | None]
    witness = Sealed()
    document = Sealed()


def scope_of(question: ConsentQuestion) -> dict[int, Kinds]:
    return read_scope(question.scope)


def read_scope(stored: Mapping[str, Any]) -> dict[int, Kinds]:
    return {int(unit): frozenset(map(InfoKind, kinds)) for unit, kinds in stored.items()}


def stored_scope(scope: Scope) -> dict[str, Any]:
    return {str(unit): sorted(kinds) for unit, kinds in sorted(scope.items())}


def find(session: Session, question_id: int) -> ConsentQuestion | None:
    return session.get(ConsentQuestion, question_id)


def asked(question: ConsentQuestion, told: Iterable[ConsentEvent], zone: str) -> Asked:
    """A question and its history as plain facts, for the rules."""
    return Asked(
        id=question.id,
        number=question.number,
        version=question.version,
        scope=scope_of(question),
        until=question.until,
        everything=question.everything,
        told=tuple(said(event, zone) for event in told),
    )


def said(event: ConsentEvent, zone: str) -> Said:
    return Said(
        id=event.id,
        by=event.consenter_id,
        act=ConsentAct(event.act),
        day=event.at.astimezone(ZoneInfo(zone)).date(),
        until=event.until,
        scope=None if event.scope is None else read_scope(event.scope),
        voids=event.voids,
        must=None if event.must is None else Required.read(event.must),
    )


def questions_of(session: Session, person_id: int) -> list[ConsentQuestion]:
    """Every question a person was asked or answered, whatever became of it."""
    return list(
        session.scalars(
            select(ConsentQuestion)
            .where(
                ConsentQuestion.id.in_(
                    select(ConsentEvent.question_id).where(ConsentEvent.consenter_id == person_id)
                )
            )
            .order_by(ConsentQuestion.case_id, ConsentQuestion.number, ConsentQuestion.version)
        )
    )


def case_of(session: Session, question: ConsentQuestion) -> Case:
    case = cases.find(session, question.case_id)
    assert case is not None  # noqa: S101 - a foreign key holds it
    return case
