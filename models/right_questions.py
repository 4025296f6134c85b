"""The tables of 'is this right?', and how they are found: see `is_it_right`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import access, consents, people, shielded
from models.base import Base, Id, Ref, refuse, require
from models.cases import Case
from models.follow_ups import FollowedUp
from models.people import Person
from models.sealed import Sealed, SealedRow
from models.terms import FAMILY, Action, ItemKind, Why
from models.together import Rows
from models.withheld import Item


class RightQuestion(FollowedUp, Base):
    """One text in one version, and one who is asked. Open until nobody has anything more to do."""

    __tablename__ = "right_questions"
    __table_args__ = (UniqueConstraint("kind", "subject_id", "version", "person_id"),)

    id: Mapped[Id]
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str]
    subject_id: Mapped[Ref]
    version: Mapped[int]
    items: Mapped[list[str]]  # what the text is about, for whoever it is shielded from
    asked_at: Mapped[datetime]
    until: Mapped[datetime]  # then silence is noted; an answer is heard later too
    answer: Mapped[str | None]  # IsRight, the last one
    talk_on: Mapped[date | None]  # when the holder has read it, or talked with them
    closed_at: Mapped[datetime | None]


class RightAnswer(SealedRow, Base):
    """What somebody answered, in their words, and what the holder did with it."""

    __tablename__ = "right_answers"
    __table_args__ = (UniqueConstraint("question_id", "seq"),)

    id: Mapped[Id]
    key_id: Mapped[Ref]  # the case's
    question_id: Mapped[Ref] = mapped_column(ForeignKey("right_questions.id"))
    seq: Mapped[int]
    answer: Mapped[str]
    at: Mapped[datetime]
    words_sealed: Mapped[bytes | None]
    words = Sealed()
    read_at: Mapped[datetime | None]
    read_by: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))
    addendum_sealed: Mapped[bytes | None]
    addendum = Sealed()  # the holder's: for everyone who reads the text


# --- who may -------------------------------------------------------------------------------------


def own(
    session: Session, actor: Person, question_id: int, now: datetime
) -> tuple[RightQuestion, Case]:
    question = session.get(RightQuestion, question_id)
    case_id = question.case_id if question is not None else 0
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now
    )
    if question is None or question.person_id != actor.id:
        refuse(Why.ABSENT)
    require(may(session, question, case, now), Why.ABSENT)
    return question, case


def may(session: Session, question: RightQuestion, case: Case, now: datetime) -> bool:
    """Whether who was asked may know of the text still."""
    person = people.get(session, question.person_id)
    family = access.hats_in_case(session, person, case, now) & FAMILY
    hidden = shielded.hidden_from(session, case, person).hides(*items_of(question))
    return bool(family) and not hidden


def held(session: Session, actor: Person, case_id: int, now: datetime) -> Case:
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.SEE_ANSWERS, now=now
    )
    require(consents.carries(session, case, now), Why.CONSENT_MISSING)
    return case


def items_of(question: RightQuestion) -> list[Item]:
    pairs = (item.split(".") for item in question.items)
    return [Item(ItemKind(kind), int(number)) for kind, number in pairs]


# --- found ---------------------------------------------------------------------------------------


def about(session: Session, kind: str, subject_id: int) -> Sequence[RightQuestion]:
    them = RightQuestion.kind == kind, RightQuestion.subject_id == subject_id
    order = RightQuestion.asked_at, RightQuestion.id
    return session.scalars(select(RightQuestion).where(*them).order_by(*order)).all()


_OPEN = Rows(
    select(RightQuestion)
    .where(RightQuestion.closed_at.is_(None))
    .order_by(RightQuestion.asked_at, RightQuestion.id),
    by=RightQuestion.case_id,
)


def open_in(session: Session, case_id: int) -> Sequence[RightQuestion]:
    return _OPEN.of(session, case_id)


def last_answer(session: Session, question: RightQuestion) -> RightAnswer | None:
    said = select(RightAnswer).where(RightAnswer.question_id == question.id)
    return session.scalars(said.order_by(RightAnswer.seq.desc()).limit(1)).first()
