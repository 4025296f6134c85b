"""Families who are asked for a consent: what taps in the benches are about."""

from __future__ import annotations

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
from models.consents import TEXT_KEY, ConsentEvent
from models.contacts import Contact
from models.family import Guardianship
from models.municipality import Unit
from models.outbox import Outgoing, OutState
from models.people import Person, Pupil
from models.sealed import keyring_of
from models.terms import InfoKind
from tests.bench import copying
from tests.bench.copying import Stencil

FIRST = 1_000_000
"""The number of the first update, of its press and of its message."""
MOTHERS, FATHERS = 1_000_000_000, 2_000_000_000
"""Their telephones: these and the family's number."""
TOLD = 20
"""So many families are told by the verbs; the others are copies of them."""


class Asked(NamedTuple):
    """A mother who has been asked, and the button that says yes."""

    address: int
    data: str
    person: int
    question: int


def asked_families(store: Store, count: int, now: datetime) -> list[Asked]:
    """In a seeded store: each a youth and two parents, the question sent and not answered."""
    before = store.write_now(copying.present)
    store.write_now(_tell, range(TOLD), now)
    stencil = store.write_now(Stencil, before, now)
    copying.fill(store.engine, stencil, -(-count // TOLD) - 1)
    return store.read_now(_asked, now)


def _asked(session: Session, now: datetime) -> list[Asked]:
    words, ring = text_hash(TEXT_KEY, "nb"), keyring_of(session)
    found = session.execute(
        select(Contact.address, Contact.id, Contact.person_id, ConsentEvent.question_id)
        .join(ConsentEvent, ConsentEvent.consenter_id == Contact.person_id)
        .where(Contact.address >= MOTHERS)
        .order_by(Contact.address)
    ).all()
    asked = []
    for address, contact, person, question in found:
        # To be asked is the first thing in the history of an answer.
        yes = Pressed("consent.give", question, stamp_of(question, 1, "nb", words))
        asked.append(Asked(address, make_handle(yes, contact, ring, now), person, question))
    return asked


def mothers(asked: list[Asked]) -> list[tuple[int, str]]:
    return [(each.address, each.data) for each in asked if each.address < FATHERS]


def _tell(session: Session, numbers: range, now: datetime) -> None:
    _families(session, numbers, now)
    session.execute(
        update(Outgoing).where(Outgoing.state == OutState.WAITING).values(state=OutState.SENT)
    )
    # As if the tick had looked at them already.
    session.execute(update(Case).values(next_follow_up_at=now + timedelta(days=1)))


def _families(session: Session, numbers: range, now: datetime) -> None:
    cast, until = demo.cast_of(session), (now + timedelta(days=90)).date()
    units = {unit.key: unit.id for unit in session.scalars(select(Unit))}
    for number in numbers:
        youth = _family(session, number, units["ungdomsskolen"], cast["jonas"], now)
        case = cases.open(
            session, actor=cast["randi"], ungdom=youth, school_id=units["ungdomsskolen"],
            stafettholder=cast["jonas"], now=now,
        )  # fmt: skip
        consents.ask(
            session, actor=cast["jonas"], case=case, until=until, now=now,
            scope={units["fyret"]: (InfoKind.MEETINGS,)},
        )  # fmt: skip


def _family(session: Session, number: int, school: int, teacher: Person, now: datetime) -> Person:
    """A youth who does not decide yet, with a mother and a father."""
    names = (f"Elev {number}", f"Mor {number}", f"Far {number}")
    youth, mother, father = (
        people.create(session, name=name, language="nb", now=now, confirmed=True) for name in names
    )
    youth.born = date(now.year - 12, 1, 1)
    session.add(Pupil(person_id=youth.id, school_id=school, kontaktlaerer_id=teacher.id))
    for parent, phone in ((mother, MOTHERS), (father, FATHERS)):
        session.add(Guardianship(ungdom_id=youth.id, foresatt_id=parent.id))
        contacts.add(session, parent, CHANNEL, phone + number, now)
    return youth
