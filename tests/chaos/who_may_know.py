"""I8: a service is told of somebody only while everybody's yes to a question about it is in force."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.consent_history import ConsentEvent, ConsentQuestion, scope_of
from models.contacts import Contact
from models.people import Position
from models.terms import ConsentAct

ANSWERS = (ConsentAct.GIVEN, ConsentAct.REFUSED, ConsentAct.TALK_FIRST, ConsentAct.WITHDRAWN)
FAMILY = 3
"""Ida, Kari and Per: so many have to say yes."""


def history(session: Session, address: int) -> list[tuple[datetime, bool]]:
    """After each answer, whether all had then said yes last to one question about where the owner of
    this chat works. The first is of before any answer."""
    found = [(datetime.min.replace(tzinfo=UTC), False)]
    about = _about(session, address)
    last: dict[int, dict[int, bool]] = defaultdict(dict)
    for event in session.scalars(select(ConsentEvent).order_by(ConsentEvent.id)):
        if event.act in ANSWERS and event.question_id in about:
            last[event.question_id][event.consenter_id] = event.act == ConsentAct.GIVEN
            agreed = (len(each) >= FAMILY and all(each.values()) for each in last.values())
            found.append((event.at, any(agreed)))
    return found


def now(session: Session, address: int) -> bool:
    return history(session, address)[-1][1]


def _about(session: Session, address: int) -> set[int]:
    """The questions whose scope has a unit in which this person works."""
    works = select(Position.unit_id).join(Contact, Contact.person_id == Position.person_id)
    units = set(session.scalars(works.where(Contact.address == address)))
    return {
        question.id
        for question in session.scalars(select(ConsentQuestion))
        if question.everything or units & scope_of(question).keys()
    }
