"""What an operator's commands do in the store, each in one transaction."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app import open_store
from bot.clock import SystemClock
from bot.settings import load
from bot.store import Store
from models import (
    cases,
    chat_code,
    contacts,
    family,
    follow_ups,
    invitations,
    joining,
    municipality,
    people,
    posts,
    rehearsal,
)
from models.base import Refused
from models.family import Guardianship
from models.inbox import Parked
from models.invitations import Invitation
from models.municipality import Unit
from models.people import Position, Pupil
from models.terms import STAFF_ROLES, Role, UnitKind

PRIVATE = frozenset({Role.UNGDOM, Role.FORESATT})
INVITED = STAFF_ROLES | PRIVATE | {Role.ADMINISTRATOR}


@contextlib.contextmanager
def using(store: Store) -> Iterator[Store]:
    try:
        yield store
    finally:
        store.close()


@contextlib.contextmanager
def clear() -> Iterator[None]:
    """What was wrong in what the operator typed is said in one line."""
    try:
        yield
    except (LookupError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    except Refused as error:
        raise click.ClickException(f"refused: {error.why.value}") from error


@contextlib.contextmanager
def opened() -> Iterator[Store]:
    """The store that the settings name, while something is done in it, as `clear` says."""
    with clear(), using(open_store(load(), exclusive=False)) as store:
        yield store


class _Undone(Exception):
    """Rolls back what was only to be shown."""


def apply_file(store: Store, path: Path, *, dry_run: bool) -> list[str]:
    """Apply the municipality's file; with `dry_run` only tell what it would change."""
    from bot import municipality_file

    file = municipality_file.read(path)
    changes: list[str] = []

    def apply(session: Session) -> None:
        changes.extend(municipality_file.apply(session, file, SystemClock().now()))
        if dry_run:
            raise _Undone

    with contextlib.suppress(_Undone):
        store.write_now(apply)
    return changes


def municipality_lines(session: Session) -> list[str]:
    here = municipality.current(session)
    if here is None:
        return ["No municipality yet: losbot municipality apply FILE"]
    units = session.scalars(select(Unit).order_by(Unit.kind, Unit.key))
    policy = municipality.policy_at(session, SystemClock().now())
    return [
        here.name + (" (demo)" if here.demo else ""),
        *(f"  {unit.kind:8} {unit.key:20} {unit.name}" for unit in units),
        *(f"  {name} = {value}" for name, value in municipality.choices_of(policy).items()),
    ]


@dataclass(frozen=True)
class Invitee:
    """Whom the operator invites: staff by their unit, a pupil by the school, a guardian by the
    pupils and their school."""

    name: str
    role: str
    unit: str
    born: date | None = None
    wards: tuple[str, ...] = ()
    again: bool = False  # known already, with a new phone

    def __post_init__(self) -> None:
        if self.role not in INVITED:
            raise ValueError(f"no such role: {self.role} ({', '.join(sorted(INVITED))})")
        if (self.role == Role.FORESATT) != bool(self.wards):
            raise ValueError("--for PUPIL goes with --role foresatt, and with no other")
        if self.born is not None and self.role != Role.UNGDOM:
            raise ValueError("--born goes with --role ungdom")


def invite(session: Session, invitee: Invitee, web_url: str = "") -> str:
    """Register whoever is not known yet, and make a one-time link: for Telegram, and for the web
    chat where there is one; the first that is opened is the one. It gives nothing until the code
    was compared. The same name in the same place is the same person."""
    unit = _unit(session, invitee)
    bot = session.info["bot_username"]
    if not bot and not web_url:
        raise LookupError("the bot's name is not known yet; it is after the first losbot serve")
    now = SystemClock().now()
    person = _registered(session, invitee, unit, now)
    if contacts.of(session, person.id) is not None and not invitee.again:
        raise ValueError("that one is in already; --again invites with a new phone")
    _invitation, token = invitations.invite(session, person=person, invited_by=None, now=now)
    links = [f"https://t.me/{bot}?start={token}"] if bot else []
    if web_url:
        links.append(f"{web_url}/inn/{token}")
    return "\n".join(links)


def close_contacts(session: Session, who: Invitee) -> int:
    """Take every chat from someone. LookupError when there is no such person, or no chat."""
    person = known(session, who)
    taken = contacts.take_from(session, person, actor=None, now=SystemClock().now())
    if not taken:
        raise LookupError("that one has no chat")
    return taken


def take_code_off(session: Session, who: Invitee) -> None:
    """Open someone's chats again. LookupError when there is no such person, or no code."""
    person = known(session, who)
    if not chat_code.take_off(session, person=person, actor=None, now=SystemClock().now()):
        raise LookupError("that one has no code")


def put_guest(session: Session, whom: Invitee | int, *, guest: bool) -> bool:
    """On the guest list, or off it. False when nothing changed; LookupError for nobody we know."""
    person = session.get(people.Person, whom) if isinstance(whom, int) else known(session, whom)
    if person is None:
        raise LookupError("nobody has that number")
    return rehearsal.put(session, person, guest, SystemClock().now())


def guests(session: Session) -> list[str]:
    found = session.scalars(select(people.Person).where(people.Person.guest))
    return sorted(f"{person.id}  {person.name or ''}".rstrip() for person in found)


def known(session: Session, who: Invitee) -> people.Person:
    """Someone who is registered. LookupError when there is no such person."""
    person = _known(session, who, _unit(session, who))
    if person is None:
        raise LookupError("nobody is known there by that name and in that role")
    return person


def _unit(session: Session, who: Invitee) -> Unit:
    unit = session.scalar(select(Unit).where(Unit.key == who.unit))
    if unit is None:
        raise LookupError(f"no unit has the key {who.unit}")
    if who.role in PRIVATE and unit.kind != UnitKind.SCHOOL:
        raise LookupError(f"no school has the key {who.unit}")
    return unit


def _known(session: Session, who: Invitee, unit: Unit) -> people.Person | None:
    if who.role == Role.UNGDOM:
        known = list(people.pupils_of(session, unit.id))
    elif who.role == Role.FORESATT:
        wards = [_pupil(session, unit, name) for name in who.wards]
        known = [g for ward in wards for g in family.all_guardians_of(session, ward.id)]
    else:
        known = _in_post(session, unit.id, Role(who.role))
    return next((each for each in known if each.name == who.name), None)


def _registered(session: Session, who: Invitee, unit: Unit, now: datetime) -> people.Person:
    person = _known(session, who, unit)
    if person is None:
        person = people.create(session, name=who.name, language="nb", now=now, born=who.born)
        if who.role == Role.UNGDOM:
            session.add(Pupil(person_id=person.id, school_id=unit.id))
        elif who.role != Role.FORESATT:
            position = Position(person_id=person.id, unit_id=unit.id, role=who.role, steps_done=[])
            session.add(position)
            follow_ups.reschedule(session, posts.LADDER, position, now)
    elif who.born is not None and person.born not in (None, who.born):
        raise ValueError("a pupil of that name was born on another day; use the full name")
    person.born = person.born or who.born
    for ward in [_pupil(session, unit, name) for name in who.wards]:
        if person not in family.all_guardians_of(session, ward.id):
            if any(case.ungdom_id == ward.id for case in cases.held_by(session, person.id)):
                raise ValueError("that one is the stafettholder there; no guardian can be")
            session.add(Guardianship(ungdom_id=ward.id, foresatt_id=person.id))
    session.flush()
    return person


def _pupil(session: Session, school: Unit, name: str) -> people.Person:
    found = [each for each in people.pupils_of(session, school.id) if each.name == name]
    if len(found) != 1:
        raise LookupError(
            f"no pupil, or more than one, of {school.key} has the name given in --for"
        )
    return found[0]


def _in_post(session: Session, unit_id: int, role: Role) -> list[people.Person]:
    found = (
        select(people.Person)
        .join(Position, Position.person_id == people.Person.id)
        .where(Position.unit_id == unit_id, Position.role == role, Position.ended_at.is_(None))
    )
    return list(session.scalars(found))


def confirm(session: Session, *, code: str) -> None:
    """Confirm the one invitation by us that shows this code. LookupError otherwise."""
    opened = session.scalars(
        select(Invitation).where(
            Invitation.code == code,
            Invitation.invited_by.is_(None),
            Invitation.confirmed_at.is_(None),
            Invitation.rejected_at.is_(None),
        )
    ).all()
    if len(opened) != 1:
        raise LookupError("no opened invitation shows this code")
    joining.settle(session, invitation=opened[0], actor=None, now=SystemClock().now())


def parked_payload(session: Session, reference: str) -> str:
    parked = session.scalar(select(Parked).where(Parked.reference == reference))
    if parked is None:
        raise LookupError(f"nothing is parked as {reference}")
    return parked.payload or ""
