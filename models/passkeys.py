"""Passkeys: a device that lets its owner into one chat of the channel `web` by a fingerprint, a face
or a code of its own.

Here lie a public key and how often it was used; what opens it never leaves the device. What the
device calls its owner is drawn at random and is nobody's number. A challenge is good once, for a
few minutes, in the browser that asked for it; here lies a hash of the two together.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ForeignKey, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit, journal, web_identities, web_sessions
from models.base import Base, Id, Ref, new_id, refuse, require
from models.journal import Ends
from models.people import Person
from models.sealed import Sealed, SealedRow
from models.terms import Why
from models.web_sessions import WebSession

CHALLENGE_LIFE = timedelta(minutes=5)
MOST = 20
"""So many passkeys one chat may have."""
LONGEST_NAME = 40


class Passkey(Ends, SealedRow, Base):
    __tablename__ = "passkeys"

    id: Mapped[Id]
    contact_id: Mapped[Ref] = mapped_column(
        ForeignKey("contacts.id", ondelete="CASCADE"), index=True
    )
    key_id: Mapped[Ref]
    credential: Mapped[bytes] = mapped_column(unique=True)  # the device's own number for it
    handle: Mapped[bytes]  # by which a device knows whose it is: one for each chat
    public_key: Mapped[bytes]
    uses: Mapped[int] = mapped_column(BigInteger)  # as the device counts them; 0: it does not
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    name_sealed: Mapped[bytes | None]
    name = Sealed()


class PasskeyChallenge(Base):
    """Used is deleted."""

    __tablename__ = "passkey_challenges"

    id: Mapped[Id]
    hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Known:
    """A passkey, as far as it takes to check what a device answers."""

    id: int
    handle: bytes
    public_key: bytes
    uses: int


@dataclass(frozen=True, slots=True)
class Made:
    """What a device has made, after it was checked."""

    credential: bytes
    handle: bytes
    public_key: bytes
    uses: int
    name: str


# --- challenges ----------------------------------------------------------------------------------


def _hash(purpose: str, browser: str, challenge: bytes) -> str:
    told = f"{purpose}|{hashlib.sha256(browser.encode()).hexdigest()}|".encode() + challenge
    return hashlib.sha256(told).hexdigest()


def challenge(session: Session, purpose: str, browser: str, now: datetime) -> bytes:
    """Draw one for a browser, known by a secret in its cookie."""
    drawn = secrets.token_bytes(32)
    session.add(
        PasskeyChallenge(
            id=new_id(), hash=_hash(purpose, browser, drawn), expires_at=now + CHALLENGE_LIFE
        )
    )
    session.flush()
    return drawn


def claim(session: Session, purpose: str, browser: str, answered: bytes, now: datetime) -> bool:
    """Use a challenge up, whatever comes of the answer to it. False, alike, for one that was used,
    is too old, was drawn for another browser or another purpose, or never."""
    gone = session.scalar(
        delete(PasskeyChallenge)
        .where(PasskeyChallenge.hash == _hash(purpose, browser, answered))
        .returning(PasskeyChallenge.expires_at)
    )
    return gone is not None and gone > now


# --- making, using, removing ---------------------------------------------------------------------


def may_have(session: Session, person: Person) -> bool:
    """Whom staff have confirmed; but where staff have a login it is the one way in for them."""
    return person.confirmed_at is not None and not web_identities.must_log_in(session, person.id)


def of(session: Session, contact_id: int) -> Sequence[Passkey]:
    """The passkeys of a chat, newest first."""
    found = select(Passkey).where(Passkey.contact_id == contact_id)
    return session.scalars(found.order_by(Passkey.created_at.desc(), Passkey.id)).all()


def handle_of(session: Session, contact_id: int, challenge: bytes) -> bytes:
    """By which devices know whose a new passkey is: what they know already, or what follows from
    the challenge it is made with, which was drawn at random and told to nobody else."""
    known = session.scalar(select(Passkey.handle).where(Passkey.contact_id == contact_id).limit(1))
    return known or hashlib.sha256(b"handle|" + challenge).digest()


def make(
    session: Session, *, actor: Person, contact_id: int, made: Made, now: datetime
) -> Passkey:
    """Keep what a device has made. Refused when the chat has too many, or the device says a number
    that somebody's passkey has already."""
    require(may_have(session, actor), Why.ABSENT)
    require(len(of(session, contact_id)) < MOST, Why.TOO_MANY)
    taken = select(Passkey.id).where(Passkey.credential == made.credential)
    require(session.scalar(taken) is None, Why.ABSENT)
    row = Passkey(
        id=new_id(), contact_id=contact_id, key_id=actor.key_id, credential=made.credential,
        handle=made.handle, public_key=made.public_key, uses=made.uses, created_at=now,
    )  # fmt: skip
    session.add(row)
    row.name = made.name[:LONGEST_NAME] or None
    session.flush()
    _record(session, "passkeys.make", actor.id, row.id, now)
    return row


def find(session: Session, credential: bytes) -> Known | None:
    row = session.scalar(select(Passkey).where(Passkey.credential == credential))
    return Known(row.id, row.handle, row.public_key, row.uses) if row is not None else None


def used(session: Session, passkey_id: int, uses: int, now: datetime) -> Passkey | None:
    """A device has proven that it is there. None when the passkey is gone since, or the device has
    counted this use before: then there are two of it."""
    more = Passkey.uses < uses if uses else Passkey.uses == 0
    moved = session.scalar(
        update(Passkey)
        .where(Passkey.id == passkey_id, more)
        .values(uses=uses, used_at=now)
        .returning(Passkey.id)
    )
    return session.get_one(Passkey, moved, populate_existing=True) if moved is not None else None


def remove(
    session: Session, *, actor: Person, contact_id: int, passkey_id: int, now: datetime
) -> None:
    """It lets nobody in from here on, and whom it has let in is out. Refused for another's."""
    row = session.get(Passkey, passkey_id)
    if row is None or row.contact_id != contact_id:
        refuse(Why.ABSENT)
    for each in session.scalars(select(WebSession).where(WebSession.passkey_id == row.id)):
        web_sessions.end(session, each, actor_id=actor.id, now=now)
    _record(session, "passkeys.remove", actor.id, row.id, now)
    session.delete(row)
    session.flush()


def forget(session: Session, contact_id: int) -> None:
    """The chat is taken from its owner, or they leave: the devices open nothing any more. Who has
    left may still read the receipt, so no session ends here."""
    mine = select(Passkey.id).where(Passkey.contact_id == contact_id)
    session.execute(
        update(WebSession).where(WebSession.passkey_id.in_(mine)).values(passkey_id=None)
    )
    journal.all_of(session, mine)
    session.execute(delete(Passkey).where(Passkey.contact_id == contact_id))


def _record(session: Session, action: str, actor_id: int, row_id: int, now: datetime) -> None:
    audit.record(session, action=action, actor_id=actor_id, object_id=row_id, now=now)
