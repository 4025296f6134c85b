"""Youths who let their parents know less than all of a request: for warning staff [49].

Never for a guardian, in no view, count or log.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.people import Pupil
from models.requests import Request
from models.terms import ParentsKnow


def kept(session: Session, ungdom_ids: Iterable[int | None]) -> dict[int | None, ParentsKnow]:
    """The strictest that each has said of any request; who has kept nothing is not in it."""
    return _kept(session, Request.ungdom_id.in_(list(ungdom_ids)))


def kept_at(session: Session, school_id: int) -> dict[int | None, ParentsKnow]:
    """The same of every pupil of a school."""
    pupils = select(Pupil.person_id).where(Pupil.school_id == school_id)
    return _kept(session, Request.ungdom_id.in_(pupils))


def _kept(session: Session, whose: ColumnElement[bool]) -> dict[int | None, ParentsKnow]:
    less = (ParentsKnow.THAT, ParentsKnow.NOTHING)
    said = select(Request.ungdom_id, Request.parents_know).where(whose)
    rows = session.execute(said.where(Request.parents_know.in_(less))).all()
    # the stricter one last
    return {youth: know for know in less for youth, told in rows if told == know}
