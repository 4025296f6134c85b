"""Youths who let their parents know less than all of a request: for warning staff [49].

Never for a guardian, in no view, count or log.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.requests import Request
from models.terms import ParentsKnow


def kept(session: Session, ungdom_ids: Iterable[int | None]) -> dict[int | None, ParentsKnow]:
    """The strictest that each has said of any request; who has kept nothing is not in it."""
    found: dict[int | None, ParentsKnow] = {}
    for know in (ParentsKnow.THAT, ParentsKnow.NOTHING):
        said = select(Request.ungdom_id).where(
            Request.ungdom_id.in_(list(ungdom_ids)), Request.parents_know == know
        )
        found |= dict.fromkeys(session.scalars(said), know)
    return found
