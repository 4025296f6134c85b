"""Youths who let their parents know less than all of a request: for warning staff [49].

Never for a guardian, in no view, count or log.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.requests import Request
from models.terms import ParentsKnow

AT_ONCE = 100
"""So many are asked for in one question: for more of them a store may rather read every request."""


def kept(session: Session, ungdom_ids: Iterable[int | None]) -> dict[int | None, ParentsKnow]:
    """The strictest that each has said of any request; who has kept nothing is not in it."""
    ids, less = list(ungdom_ids), (ParentsKnow.THAT, ParentsKnow.NOTHING)
    said = select(Request.ungdom_id, Request.parents_know).where(Request.parents_know.in_(less))
    rows = [
        (youth, told)
        for first in range(0, len(ids), AT_ONCE)
        for youth, told in session.execute(
            said.where(Request.ungdom_id.in_(ids[first : first + AT_ONCE]))
        )
    ]
    # the stricter one last
    return {youth: know for know in less for youth, told in rows if told == know}
