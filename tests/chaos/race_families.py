"""A family and its case, to race again and again: who is in it, how it begins and is put back.

Each has its own people and chats, so that many race side by side in one store.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from handlers.approved import text_hash
from models import cases, consents, contacts, people, tiltak
from models.cases import Case
from models.consents import ConsentEvent, ConsentQuestion
from models.contacts import Contact
from models.evaluations import Evaluation
from models.family import Guardianship
from models.invitees import Invitee, Meeting
from models.ledger import Shown
from models.municipality import Unit
from models.outbox import Outgoing
from models.people import Person, Position, Pupil
from models.terms import CaseState, InfoKind, Role
from models.tiltak import Tiltak, Wish
from models.withheld import WithholdEvent

KINDS = frozenset({InfoKind.MEETINGS, InfoKind.GOALS, InfoKind.TILTAK})
FAR_OFF = datetime(2099, 1, 1, tzinfo=UTC)
FIRST, MOST = 7_400_000_000, 100_000_000
"""The address of the first phone, and how many there may be."""


@dataclass(frozen=True)
class Family:
    """One case: who is in it, by id, and the worker of a service who may know of it."""

    case: int
    question: int
    unit: int
    youth: int
    guardians: tuple[int, ...]
    holder: int
    worker: int
    goal: int
    tiltak: int  # the worker is responsible for it

    @property
    def all(self) -> tuple[int, ...]:
        return (self.youth, *self.guardians, self.holder, self.worker)


def founded(session: Session, now: datetime, number: int) -> Family:
    """A case with consent in force. Two families of three have one guardian, and a youth too young
    to consent: then one yes carries everything."""
    units = {unit.key: unit for unit in session.scalars(select(Unit))}
    school, club = units["ungdomsskolen"], units["fyret"]
    small = number % 3 != 0
    born = date(now.year - (13 if small else 16), 1, 1)
    youth = _person(session, f"Ungdom{number}", now, born)
    guardians = [_person(session, f"Foresatt{number}.{n}", now) for n in range(1 if small else 2)]
    holder, worker = (_person(session, f"{who}{number}", now) for who in ("Holder", "Arbeider"))
    session.add(Pupil(person_id=youth.id, school_id=school.id))
    session.add_all(Guardianship(ungdom_id=youth.id, foresatt_id=g.id) for g in guardians)
    session.add(Position(person_id=holder.id, unit_id=school.id, role=Role.KONTAKTLAERER))
    session.add(Position(person_id=worker.id, unit_id=club.id, role=Role.SERVICE))
    session.flush()
    case = cases.open(
        session, actor=holder, ungdom=youth, school_id=school.id, stafettholder=holder, now=now
    )
    cases.add_service(session, case=case, unit_id=club.id, person=worker, now=now)
    until = (now + timedelta(days=300)).date()
    question = consents.ask(
        session, actor=holder, case=case, scope={club.id: KINDS}, until=until, now=now
    )
    for person in consents.required(session, case, now):
        give(session, person, question, now, None, "first")
    day = now.date() + timedelta(days=60)
    wish = Wish("Trives", "Treffes på klubben", worker.id, day, day)
    planned = tiltak.plan(session, actor=holder, case_id=case.id, wish=wish, now=now)
    of_all = youth.id, tuple(g.id for g in guardians), holder.id, worker.id
    family = Family(case.id, question.id, club.id, *of_all, planned.goal_id, planned.id)
    _said_and_done(session, family)
    return family


def _person(session: Session, name: str, now: datetime, born: date | None = None) -> Person:
    made = people.create(session, name=name, language="nb", now=now, confirmed=True, born=born)
    given = Contact.address.between(FIRST, FIRST + MOST)
    last = session.scalar(select(func.max(Contact.address)).where(given))
    contacts.add(session, made, "telegram", FIRST if last is None else last + 1, now)
    return made


def give(
    session: Session,
    person: Person,
    question: ConsentQuestion,
    now: datetime,
    scope: dict[int, Iterable[InfoKind]] | None,
    occasion: str,
) -> None:
    consents.give(
        session, actor=person, question=question, text_hash=text_hash("consent.ask", "nb") or "",
        language="nb", now=now, occasion=occasion, scope=scope,
    )  # fmt: skip


def _said_and_done(session: Session, family: Family) -> None:
    """As if all that was promised had been said long ago. What is said to others than the worker
    is nothing to these races: their chats are to wait, as Telegram may ask."""
    theirs = select(Outgoing.id).where(Outgoing.recipient_id.in_(family.all))
    session.execute(delete(Shown).where(Shown.outgoing_id.in_(theirs)))
    session.execute(delete(Outgoing).where(Outgoing.recipient_id.in_(family.all)))
    others = Contact.person_id.in_(family.all), Contact.person_id != family.worker
    session.execute(update(Contact).where(*others).values(blocked_until=FAR_OFF))


def restored(session: Session, family: Family) -> None:
    """As it was when it began: with verbs alone the history of ten thousand races would grow and
    grow."""
    _said_and_done(session, family)
    of_case = select(Meeting.id).where(Meeting.case_id == family.case)
    for rows in (
        delete(ConsentEvent).where(
            ConsentEvent.question_id == family.question, ConsentEvent.occasion.like("race%")
        ),
        delete(WithholdEvent).where(WithholdEvent.case_id == family.case),
        delete(Invitee).where(Invitee.meeting_id.in_(of_case)),
        delete(Meeting).where(Meeting.case_id == family.case),
        delete(Evaluation).where(Evaluation.tiltak_id == family.tiltak),
        delete(Tiltak).where(Tiltak.case_id == family.case, Tiltak.id != family.tiltak),
        update(Tiltak)
        .where(Tiltak.id == family.tiltak)
        .values(version=1, asked_at=None, steps_done=[], next_follow_up_at=None),
        update(Case).where(Case.id == family.case).values(state=CaseState.ACTIVE),
    ):
        session.execute(rows)


def addresses(session: Session) -> dict[int, int]:
    """Whose phone is where."""
    return {contact.person_id: contact.address for contact in session.scalars(select(Contact))}
