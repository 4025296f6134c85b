"""A store with thousands of people in it, and what is said in it before it is lost."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.orm import Session

from bot.journal import Journal
from models import consents, contacts, erasing, people, posts
from models.cases import Case
from models.consent_standing import standing
from models.contacts import Contact
from models.family import Guardianship
from models.outbox import Mode, Outgoing, OutState, Promise
from models.people import Person, Position
from models.terms import CaseState, ConsentState
from tests.chaos.losbot import Losbot
from tests.chaos.race_families import Family, founded, give

SINGLE = 7_600_000_000  # of those who are in no family
T = TypeVar("T")
Answers = dict[tuple[int, int], ConsentState]
"""By question and person."""


def fill(losbot: Losbot, size: int, messages: int, journal: Path) -> list[Family]:
    """Families with a case and consent in force, people besides them, and messages long sent."""
    store = losbot.store()
    store.journal = Journal(journal, store.keyring)
    now = datetime.now(UTC) - timedelta(days=1)
    try:
        families = [
            store.write_now(founded, now, number) for number in range(max(6, min(300, size // 20)))
        ]
        have = store.read_now(lambda session: session.scalar(select(func.count(Person.id)))) or 0
        for first in range(have, size, 500):
            store.write_now(_more_people, range(first, min(first + 500, size)), now)
        for _some in range(0, messages, 5000):
            store.write_now(_sent_before, min(5000, messages), now)
    finally:
        store.close()
    return families


def _more_people(session: Session, numbers: range, now: datetime) -> None:
    session.execute(update(Contact).values(blocked_until=None))
    for number in numbers:
        who = people.create(session, name=f"Elev {number}", language="nb", now=now, confirmed=True)
        contacts.add(session, who, "telegram", SINGLE + number, now)


def _sent_before(session: Session, count: int, now: datetime) -> None:
    chats = session.execute(select(Contact.id, Contact.person_id)).all()
    row = {
        "mode": Mode.NOTICE, "kind": "start", "promise": Promise.NEWS, "state": OutState.SENT,
        "params": {}, "not_before": now, "sent_at": now, "attempts": 1, "ambiguous": 0, "fence": 1,
        "fixed": False,
    }  # fmt: skip
    begun = session.scalar(select(func.count(Outgoing.id))) or 0
    rows = [
        {
            **row, "key": f"old|{number}", "occasion": str(number), "message_id": number,
            "contact_id": chats[number % len(chats)][0],
            "recipient_id": chats[number % len(chats)][1],
        }
        for number in range(begun, begun + count)
    ]  # fmt: skip
    session.execute(insert(Outgoing), rows)


# --- the gap ---------------------------------------------------------------------------------------


def in_the_gap(
    losbot: Losbot, families: list[Family], journal: Path, dice: random.Random
) -> list[int]:
    """One family of four takes something back, one gives anew, one loses a guardian, and of one a
    chat is taken; a few people leave, and one of staff loses their work."""
    store = losbot.store()
    store.journal = Journal(journal, store.keyring)
    try:
        for number, family in enumerate(families):
            if number % 4 < 2:
                store.write_now(_acts, family, number % 4 == 0, dice.random())
            else:
                store.write_now(_ends, family.guardians[0], number % 4 == 2)
        store.write_now(_stops_working)
        return store.write_now(_leave, dice)
    finally:
        store.close()


def _acts(session: Session, family: Family, takes_back: bool, draw: float) -> None:
    now = datetime.now(UTC)
    who = people.get(session, family.guardians[-1])
    consents.withdraw_all(session, actor=who, now=now, occasion=f"gap{draw}")
    if not takes_back:
        question = consents.find(session, family.question)
        assert question is not None
        give(session, who, question, now, None, f"again{draw}")


def _ends(session: Session, guardian: int, is_removed: bool) -> None:
    now, who = datetime.now(UTC), people.get(session, guardian)
    if not is_removed:
        contacts.take_from(session, who, actor=None, now=now)
    for each in session.scalars(select(Guardianship).where(Guardianship.foresatt_id == who.id)):
        each.ended_at = now if is_removed else each.ended_at


def _stops_working(session: Session) -> None:
    position = session.scalars(select(Position).where(Position.ended_at.is_(None))).all()[-1]
    posts.end(session, position, None, datetime.now(UTC))


def let_in(session: Session) -> set[tuple[str, int, int]]:
    """Everything that lets somebody know of somebody: guardians, work, a baton, a chat."""
    of = select(Guardianship.ungdom_id, Guardianship.foresatt_id)
    work = select(Position.id, Position.person_id).where(Position.ended_at.is_(None))
    held = select(Case.id, Case.stafettholder_id).where(Case.state != CaseState.CLOSED)
    known = Person.id == Contact.person_id, Person.confirmed_at.is_not(None)
    chats = select(Contact.id, Contact.person_id).join(Person, and_(*known))
    every = {
        "guardian": of.where(Guardianship.ended_at.is_(None)),
        "work": work,
        "baton": held,
        "chat": chats.where(Person.leaving_at.is_(None)),
    }
    return {(what, *row) for what, rows in every.items() for row in session.execute(rows)}


def _leave(session: Session, dice: random.Random) -> list[int]:
    single = session.scalars(select(Contact.person_id).where(Contact.address >= SINGLE)).all()
    gone = dice.sample(sorted(single), min(20, len(single)))
    for number in gone:
        actor = people.get(session, number)
        erasing.leave(session, actor=actor, occasion=f"gap{number}", now=datetime.now(UTC))
    return gone


def look(losbot: Losbot, what: Callable[[Session], T]) -> T:
    store = losbot.store()
    try:
        return store.read_now(what)
    finally:
        store.close()


def all_sent(session: Session) -> set[str]:
    told = select(Outgoing.key).where(Outgoing.state.in_((OutState.SENT, OutState.UNCERTAIN)))
    return set(session.scalars(told))


def all_answers(session: Session) -> Answers:
    told: Answers = {}
    for case in session.scalars(select(Case).where(Case.state != CaseState.CLOSED)).all():
        holds = standing(session, case, datetime.now(UTC))
        for question in holds.questions:
            for person in holds.must.everyone:
                told[question.id, person.id] = holds.state(question, person.id)
    return told
