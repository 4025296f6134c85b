"""What an administrator does in the chat of what the operator does at the machine: receipts of the
archive, the guest list, the switch of each channel. Nobody's name is shown who is no staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models import (
    access,
    archiving,
    channels,
    municipality,
    people,
    rehearsal,
    suppression,
    unasked,
)
from models.base import by_name, require
from models.people import Person, Position
from models.suppression import Band
from models.terms import Action, Why


@dataclass(frozen=True)
class Packed:
    """A closed case on its way to the archive: its number and a day."""

    case_id: int
    closed_on: date


@dataclass(frozen=True)
class Guests:
    """Who is written to in a rehearsal: staff by name; of others only how many, if they are many."""

    on: bool
    staff: Mapping[int, str]
    others: Band


def to_receive(session: Session, *, actor: Person) -> list[Packed]:
    """Those whose package was made, and which the archive has not confirmed.

    Each of them, however few: the number on the package and its day are what is to be confirmed,
    and say neither whose case it was nor at which school. No small number is hidden here.
    """
    access.authorise_at_work(session, actor=actor, action=Action.RECEIVE_ARCHIVE)
    return [
        Packed(made.case_id, made.decided_on)
        for made in archiving.waiting(session)
        if made.package is not None and made.receipt is None
    ]


def receive(
    session: Session, *, actor: Person, case_id: int, reference: str, now: datetime
) -> None:
    """The archive has it. Our copy of the package lies where the operator made it, and is taken away
    there (`losbot archive list` says so)."""
    access.authorise_at_work(session, actor=actor, action=Action.RECEIVE_ARCHIVE)
    archiving.receive(session, case_id=case_id, reference=reference, now=now, by=actor.id)


def guests(session: Session, *, actor: Person, now: datetime) -> Guests:
    access.authorise_at_work(session, actor=actor, action=Action.KEEP_GUESTS)
    staff = _staff(session, Person.guest.is_(True))
    others = (session.scalar(select(func.count()).where(Person.guest)) or 0) - len(staff)
    rules = municipality.policy_at(session, now)
    return Guests(
        rehearsal.is_on(session, now), staff, suppression.band(others, rules.statistics_min_cell)
    )


def not_guests(session: Session, *, actor: Person) -> dict[int, str]:
    """Staff who can be put on the list. Youths and parents are put there at the machine."""
    access.authorise_at_work(session, actor=actor, action=Action.KEEP_GUESTS)
    return _staff(session, Person.guest.is_(False))


def put_guest(
    session: Session, *, actor: Person, person_id: int, guest: bool, now: datetime
) -> None:
    access.authorise_at_work(session, actor=actor, action=Action.KEEP_GUESTS)
    require(people.positions(session, person_id), Why.ABSENT)
    if rehearsal.put(session, people.get(session, person_id), guest, now, by=actor.id):
        unasked.tell_of_decision(session, actor.id, "guests", now)


def stopped(session: Session, *, actor: Person) -> dict[str, datetime | None]:
    """Every channel, and since when it stands still."""
    access.authorise_at_work(session, actor=actor, action=Action.SWITCH_CHANNELS)
    since = channels.stopped(session)
    return {name: since.get(name) for name in channels.CHANNELS}


def switch(session: Session, *, actor: Person, channel: str, on: bool, now: datetime) -> bool:
    """Stop a channel, or open it again. False when it is so already."""
    access.authorise_at_work(session, actor=actor, action=Action.SWITCH_CHANNELS)
    require(channel in channels.CHANNELS, Why.ABSENT)
    is_new = (channels.start if on else channels.stop)(session, channel, now, by=actor.id)
    if is_new:
        unasked.tell_of_decision(session, actor.id, f"{channel}.{on}", now)
    return is_new


def _staff(session: Session, which: ColumnElement[bool]) -> dict[int, str]:
    found = session.scalars(
        select(Person)
        .join(Position, Position.person_id == Person.id)
        .where(Position.ended_at.is_(None), which)
        .distinct()
    )
    return by_name({person.id: person.name or "" for person in found})
