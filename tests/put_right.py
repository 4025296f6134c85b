"""Something the family was asked about, and what one of them put right."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models import is_it_right
from models.cases import Case
from models.evaluations import Evaluation
from models.right_questions import RightQuestion
from models.terms import IsRight, RightKind


def put_right(
    session: Session,
    cast,
    case: Case,
    now: datetime,
    made: Evaluation | None = None,
    words: str = "Kråkerettelse",
) -> RightQuestion:
    """Ida's question; what she answered waits for Jonas. Of an evaluation the family is asked by
    itself; else it is about nothing that can be shown."""
    if made is None:
        is_it_right.ask(
            session, kind=RightKind.MINUTES, subject_id=17, case=case, recipients=[cast.ida.id],
            now=now,
        )  # fmt: skip
    asked = session.query(RightQuestion).filter_by(person_id=cast.ida.id)
    question = asked.filter_by(subject_id=made.id if made else 17).one()
    is_it_right.answer(
        session, actor=cast.ida, question_id=question.id, version=question.version,
        answer=IsRight.CORRECT, words=words, now=now,
    )  # fmt: skip
    return question
