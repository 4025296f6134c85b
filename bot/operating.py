"""What an operator's commands do in the store, each in one transaction."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import SystemClock
from bot.store import Store
from models import audit, follow_ups, invitations, municipality, people
from models.audit import AuditHead
from models.base import Refused
from models.inbox import Parked
from models.invitations import Invitation
from models.municipality import Unit
from models.people import Position
from models.terms import STAFF_ROLES, Role


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


def invite(session: Session, *, name: str, role: str, unit_key: str) -> str:
    """A person with a position and a one-time link. Who is confirmed stands open until the code
    was compared."""
    if role not in STAFF_ROLES:
        raise ValueError(f"no such role: {role} ({', '.join(sorted(STAFF_ROLES))})")
    unit = session.scalar(select(Unit).where(Unit.key == unit_key))
    if unit is None:
        raise LookupError(f"no unit has the key {unit_key}")
    now = SystemClock().now()
    person = next((p for p in _in_post(session, unit.id, Role(role)) if p.name == name), None)
    if person is None:
        person = people.create(session, name=name, language="nb", now=now)
        session.add(Position(person_id=person.id, unit_id=unit.id, role=role))
    _invitation, token = invitations.invite(session, person=person, invited_by=None, now=now)
    return f"https://t.me/{session.info['bot_username'] or 'BOT'}?start={token}"


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
    invitations.confirm(session, invitation=opened[0], actor=None, now=SystemClock().now())


def parked_payload(session: Session, reference: str) -> str:
    parked = session.scalar(select(Parked).where(Parked.reference == reference))
    if parked is None:
        raise LookupError(f"nothing is parked as {reference}")
    return parked.payload or ""


def problems(session: Session) -> list[str]:
    """What an operator must look at. Empty when all is well."""
    from models.ladders import LADDERS

    now = SystemClock().now()
    found = [
        f"audit chain {chain} is broken at {seq}"
        for chain in session.scalars(select(AuditHead.chain))
        if (seq := audit.broken_link(session, chain)) is not None
    ]
    for ladder in LADDERS:
        found += [
            f"{ladder.table.__tablename__} {each}: the next follow-up is not what it should be"
            for each in follow_ups.disagreeing(session, ladder, now)
        ]
    waiting = list(session.scalars(select(Parked.reference).where(Parked.replayed_at.is_(None))))
    if waiting:
        found.append(f"{len(waiting)} updates are parked: losbot parked list")
    return found
