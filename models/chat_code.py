"""The code of a chat: four to six digits pressed on a keypad, never written.

It is asked for when nothing was said for a while. Five wrong ones in a row shut the chat until
staff take the code off. What is kept is an Argon2id hash, sealed like a name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import audit, discretion, outbox
from models.base import new_id, require
from models.contacts import Contact
from models.discretion import MOST_TRIES, Discretion
from models.outbox import Promise
from models.people import Person
from models.terms import Why

SHORTEST, LONGEST = 4, 6
OPEN, CHOOSE, REPEAT, CHANGE, REMOVE = range(5)
"""What a keypad is open for."""

_hasher = PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1)
"""About 50 ms and 19 MiB, off the event loop: in the thread the transaction runs in."""


class Came(StrEnum):
    """What pressing OK came to."""

    SHORT = "short"
    WRONG = "wrong"
    LOCKED = "locked"
    OPENED = "opened"
    ONCE_MORE = "once_more"
    DIFFERENT = "different"
    CHOSEN = "chosen"
    REMOVED = "removed"


@dataclass(frozen=True)
class Keypad:
    """What a keypad shows."""

    purpose: int
    number: int  # of this keypad: an older one is heard no more
    typed: int
    tries_left: int
    hint: str = ""


def is_set(session: Session, contact_id: int) -> bool:
    row = discretion.of(session, contact_id)
    return row is not None and row.hash_sealed is not None


def begin(session: Session, *, actor: Person, contact_id: int, purpose: int) -> None:
    """Open a keypad. Nobody chooses a code while there is one without giving that first."""
    row = discretion.made(session, contact_id, actor)
    allowed = (CHOOSE,) if row.hash_sealed is None else (OPEN, CHANGE, REMOVE)
    require(purpose in allowed, Why.STALE)
    _lay_out(row, purpose)
    session.flush()


def keypad(session: Session, contact_id: int) -> Keypad | None:
    row = discretion.of(session, contact_id)
    if row is None or not row.keypad:
        return None
    return Keypad(
        purpose=row.keypad["for"],
        number=row.keypad["number"],
        typed=len(_typed(row)[0]),
        tries_left=max(0, MOST_TRIES - row.tries),
        hint=row.keypad.get("hint", ""),
    )


def press(session: Session, contact_id: int, digit: int | None) -> None:
    """One more digit; None takes the last away."""
    row = discretion.of(session, contact_id)
    require(row is not None and row.keypad, Why.STALE)
    assert row is not None  # noqa: S101 - require raised otherwise
    digits, first = _typed(row)
    digits = digits[:-1] if digit is None else (digits + str(digit))[:LONGEST]
    row.typed = json.dumps([digits, first])
    row.keypad = {**row.keypad, "hint": ""}
    session.flush()


def put_away(session: Session, contact_id: int) -> None:
    row = discretion.of(session, contact_id)
    if row is not None:
        row.keypad, row.typed = {}, None
        session.flush()


def enter(session: Session, *, actor: Person, contact_id: int, now: datetime) -> Came:
    """OK was pressed. Never refuses: a wrong try must be remembered."""
    row = discretion.of(session, contact_id)
    require(row is not None and row.keypad, Why.STALE)
    assert row is not None  # noqa: S101 - require raised otherwise
    digits, first = _typed(row)
    purpose = row.keypad["for"]
    if len(digits) < SHORTEST:
        came = Came.SHORT
        row.keypad = {**row.keypad, "hint": came}
    elif purpose == CHOOSE:
        came = Came.ONCE_MORE
        _lay_out(row, REPEAT, first=_hasher.hash(digits))
    elif purpose == REPEAT:
        came = _repeated(session, actor, row, digits, first, now)
    else:
        came = _given(session, actor, row, digits, purpose, now)
    session.flush()
    return came


def _repeated(
    session: Session, actor: Person, row: Discretion, digits: str, first: str, now: datetime
) -> Came:
    if not _fits(first, digits):
        _lay_out(row, CHOOSE, hint=Came.DIFFERENT)
        return Came.DIFFERENT
    row.hash, row.tries, row.active_at = first, 0, now
    row.keypad, row.typed = {}, None
    _recorded(session, "discretion.code", actor, actor, now)
    return Came.CHOSEN


def _given(
    session: Session, actor: Person, row: Discretion, digits: str, purpose: int, now: datetime
) -> Came:
    """The code itself, to open the chat, or to change or remove the code."""
    if row.tries >= MOST_TRIES or row.hash is None:
        return Came.LOCKED
    if not _fits(row.hash, digits):
        row.tries += 1
        came = Came.LOCKED if row.tries >= MOST_TRIES else Came.WRONG
        _lay_out(row, purpose, hint=came)
        _recorded(session, f"discretion.{came}", actor, actor, now)
        return came
    row.tries, row.active_at = 0, now
    if purpose == CHANGE:
        _lay_out(row, CHOOSE)
        return Came.OPENED
    row.keypad, row.typed = {}, None
    if purpose == REMOVE:
        row.hash = None
        _recorded(session, "discretion.no_code", actor, actor, now)
        return Came.REMOVED
    return Came.OPENED


def take_off(session: Session, *, person: Person, actor: Person | None, now: datetime) -> int:
    """Staff, or the operator (None), take the code off someone's chats. The person is told there.
    Returns how many chats had one."""
    theirs = select(Contact.id).where(Contact.person_id == person.id)
    rows = session.scalars(
        select(Discretion).where(Discretion.id.in_(theirs), Discretion.hash_sealed.is_not(None))
    ).all()
    for row in rows:
        row.hash, row.tries, row.keypad, row.typed = None, 0, {}, None
        _recorded(session, "discretion.code_taken_off", actor, person, now)
        outbox.promise(
            session, kind="code.taken_off", recipient_id=person.id, contact_id=row.id,
            subject_id=row.id, occasion=now.isoformat(), promise=Promise.RECEIPT, now=now,
        )  # fmt: skip
    session.flush()
    return len(rows)


def _lay_out(row: Discretion, purpose: int, *, first: str = "", hint: str = "") -> None:
    row.keypad = {"for": purpose, "number": new_id() % 2**31, "hint": hint}
    row.typed = json.dumps(["", first])


def _typed(row: Discretion) -> tuple[str, str]:
    """The digits so far, and the hash of what they are to repeat."""
    digits, first = json.loads(row.typed or '["", ""]')
    return digits, first


def _fits(hash: str, digits: str) -> bool:
    try:
        return _hasher.verify(hash, digits)
    except VerifyMismatchError:
        return False


def _recorded(
    session: Session, action: str, actor: Person | None, person: Person, now: datetime
) -> None:
    audit.record(
        session, action=action, actor_id=actor.id if actor else None, object_id=person.id, now=now
    )
