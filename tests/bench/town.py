"""Families who are asked for a consent: what taps in the benches are about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import demo
from bot.channels.telegram import CHANNEL
from bot.render import Pressed, make_handle
from bot.store import Store
from handlers.approved import text_hash
from handlers.consent_card import stamp_of
from models import cases, consents, contacts, people
from models.cases import Case
from models.consents import TEXT_KEY
from models.family import Guardianship
from models.municipality import Unit
from models.outbox import Outgoing, OutState
from models.people import Person, Pupil
from models.sealed import keyring_of
from models.terms import InfoKind

FIRST = 1_000_000
"""The number of the first update, of its press and of its message."""
MOTHERS, FATHERS = 10_000_000, 20_000_000
"""Their telephones: these and the family's number."""
AT_ONCE = 50


class Asked(NamedTuple):
    """A mother who has been asked, and the button that says yes."""

    address: int
    data: str


def asked_families(store: Store, count: int, now: datetime) -> list[Asked]:
    """In a seeded store: each a youth and two parents, the question sent and not answered."""
    found: list[Asked] = []
    for first in range(0, count, AT_ONCE):
        some = range(first, min(first + AT_ONCE, count))
        found += store.write_now(_asked, some, now)
    return found


def _asked(session: Session, numbers: range, now: datetime) -> list[Asked]:
    made = list(_made(session, numbers, now))
    session.execute(
        update(Outgoing).where(Outgoing.state == OutState.WAITING).values(state=OutState.SENT)
    )
    # As if the tick had looked at them already.
    session.execute(update(Case).values(next_follow_up_at=now + timedelta(days=1)))
    return made


def _made(session: Session, numbers: range, now: datetime) -> Iterator[Asked]:
    cast, until = demo.cast_of(session), (now + timedelta(days=90)).date()
    units = {unit.key: unit.id for unit in session.scalars(select(Unit))}
    for number in numbers:
        youth, mother = _family(session, number, units["ungdomsskolen"], cast["jonas"], now)
        case = cases.open(
            session, actor=cast["randi"], ungdom=youth, school_id=units["ungdomsskolen"],
            stafettholder=cast["jonas"], now=now,
        )  # fmt: skip
        question = consents.ask(
            session, actor=cast["jonas"], case=case, until=until, now=now,
            scope={units["fyret"]: (InfoKind.MEETINGS,)},
        )  # fmt: skip
        words = text_hash(TEXT_KEY, mother.language)
        # To be asked is the first thing in the history of an answer.
        yes = Pressed("consent.give", question.id, stamp_of(question.id, 1, "nb", words))
        contact = contacts.of(session, mother.id)
        assert contact is not None
        data = make_handle(yes, contact.id, keyring_of(session), now)
        yield Asked(MOTHERS + number, data)


def _family(
    session: Session, number: int, school: int, teacher: Person, now: datetime
) -> tuple[Person, Person]:
    """A youth who does not decide yet, and the mother."""
    names = (f"Elev {number}", f"Mor {number}", f"Far {number}")
    youth, mother, father = (
        people.create(session, name=name, language="nb", now=now, confirmed=True) for name in names
    )
    youth.born = date(now.year - 12, 1, 1)
    session.add(Pupil(person_id=youth.id, school_id=school, kontaktlaerer_id=teacher.id))
    for parent, phone in ((mother, MOTHERS), (father, FATHERS)):
        session.add(Guardianship(ungdom_id=youth.id, foresatt_id=parent.id))
        contacts.add(session, parent, CHANNEL, phone + number, now)
    return youth, mother
