"""What stands beside a text that people were asked about: their answers, and what was added.

To each their own; to the holder everybody's; the holder's addenda to all of the family.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import access, access_log, cases, people, shielded
from models.base import refuse
from models.cases import Case
from models.is_it_right import FOR_THE_HOLDER
from models.people import Person
from models.right_questions import (
    RightAnswer,
    RightQuestion,
    about,
    held,
    items_of,
    last_answer,
    may,
    open_in,
    own,
)
from models.terms import IsRight, RightKind, Role, Why


@dataclass(frozen=True)
class Said:
    """One person's answer as its reader may know it; `answer` None: not answered yet."""

    question_id: int
    version: int
    kind: RightKind
    subject_id: int
    name: str
    role: Role
    answer: IsRight | None
    until: datetime
    words: str | None
    seq: int
    at: datetime | None
    read: bool
    talk_on: date | None
    addendum: str | None


@dataclass(frozen=True)
class Beside:
    """What stands beside a text: the reader's own answer, to the holder everybody's, to all of the
    family the holder's addenda."""

    mine: Said | None = None
    others: tuple[Said, ...] = ()
    addenda: tuple[tuple[datetime, str], ...] = ()


NOTHING = Beside()


def beside(
    session: Session, kind: RightKind, subject_id: int, reader: Person, now: datetime
) -> Beside:
    """What stands beside a text that its reader may read; nothing for a service. Logged by the
    view that shows the text."""
    questions = about(session, kind, subject_id)
    case = cases.find(session, questions[0].case_id) if questions else None
    if case is None:
        return NOTHING
    hats = access.hats_in_case(session, reader, case, now)
    if not access.sees_whole(session, case, hats, now):
        return NOTHING
    if shielded.hidden_from(session, case, reader).hides(*items_of(questions[0])):
        return NOTHING
    said = _said(session, case, questions)
    newest = max(question.version for question in questions)
    own = {q.id for q in questions if q.person_id == reader.id and q.version == newest}
    holds = Role.STAFETTHOLDER in hats
    addenda = [(one.at, one.addendum) for one in said if one.at and one.addendum]
    return Beside(
        mine=next((one for one in said if one.question_id in own), None),
        others=tuple(one for one in said if one.question_id not in own) if holds else (),
        addenda=tuple(sorted(addenda)),
    )


def mine(session: Session, actor: Person, question_id: int, now: datetime) -> Said:
    """One's own question. Refused as absent when the text is not there for one any more."""
    question, case = own(session, actor, question_id, now)
    return _said(session, case, [question])[0]


def one(session: Session, actor: Person, question_id: int, now: datetime) -> Said:
    """One answer, for the holder."""
    question = session.get(RightQuestion, question_id)
    case = held(session, actor, question.case_id if question is not None else 0, now)
    if question is None:
        refuse(Why.ABSENT)
    _looked(session, actor, case, [question], now)
    return _said(session, case, [question])[0]


def waiting(session: Session, actor: Person, case_id: int, now: datetime) -> tuple[Said, ...]:
    """What the holder of a case has not read, or talked about; the youth's first."""
    case = held(session, actor, case_id, now)
    open_ones = [q for q in open_in(session, case.id) if q.answer in FOR_THE_HOLDER]
    if open_ones:
        _looked(session, actor, case, open_ones, now)
    return _said(session, case, open_ones)


def anything_waits(session: Session, actor: Person, case_id: int, now: datetime) -> bool:
    """As `waiting`, showing nothing."""
    with access_log.unseen(session):
        return bool(waiting(session, actor, case_id, now))


def own_answers(session: Session, me: Person, case: Case, now: datetime) -> list[RightAnswer]:
    """All that somebody has ever answered in a case, for that person's own data."""
    found = select(RightQuestion, RightAnswer).join(
        RightAnswer, RightAnswer.question_id == RightQuestion.id
    )
    own = RightQuestion.case_id == case.id, RightQuestion.person_id == me.id
    told = session.execute(found.where(*own).order_by(RightAnswer.at, RightAnswer.id))
    return [a for q, a in told.all() if may(session, q, case, now)]


def _said(session: Session, case: Case, questions: Sequence[RightQuestion]) -> tuple[Said, ...]:
    names = people.names(session, [question.person_id for question in questions])
    found = []
    for question in questions:
        last = last_answer(session, question)
        found.append(
            Said(
                question_id=question.id,
                version=question.version,
                kind=RightKind(question.kind),
                subject_id=question.subject_id,
                name=names[question.person_id],
                role=Role.UNGDOM if question.person_id == case.ungdom_id else Role.FORESATT,
                answer=IsRight(question.answer) if question.answer else None,
                until=question.until,
                words=last.words if last else None,
                seq=last.seq if last else 0,
                at=last.at if last else None,
                read=last is not None and last.read_at is not None,
                talk_on=question.talk_on,
                addendum=last.addendum if last else None,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.role is not Role.UNGDOM, one.name.casefold())))


def _looked(
    session: Session,
    actor: Person,
    case: Case,
    questions: Sequence[RightQuestion],
    now: datetime,
) -> None:
    marks = shielded.of_case(session, case.id)
    kept = all(marks.hides(*items_of(question)) for question in questions)
    access_log.looked(session, "evaluations", actor, case, now, kept=kept)
