"""Who sits in a browser: a session belongs to one chat of the channel `web`, on one device.

The token is in the browser's cookie and nowhere else; here lies a hash of it. No key of ours goes
into that: whoever must stop something gets in although the key is gone.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, and_, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit, journal
from models.base import Base, Id, Ref, new_id
from models.journal import Ends

LIFE = timedelta(days=90)
"""So long a session lasts, however much it is used."""
IDLE = timedelta(days=14)
"""So long it lasts unused."""
LOGIN_LIFE = timedelta(hours=10)
LOGIN_IDLE = timedelta(hours=1)
"""The same of a session that a login began: there one logs in again in a moment."""
NOTED = timedelta(minutes=5)
"""That a session was used is noted no oftener: reading a page writes nothing."""
LAST_LOOK = timedelta(hours=1)
"""So long somebody who has left may still read the receipt."""


class WebSession(Ends, Base):
    """Ended is deleted; the audit remembers that there was one."""

    __tablename__ = "web_sessions"

    id: Mapped[Id]
    contact_id: Mapped[Ref] = mapped_column(
        ForeignKey("contacts.id", ondelete="CASCADE"), index=True
    )
    hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    identity_id: Mapped[Ref | None] = mapped_column(  # began it by a login; None: a one-time link
        ForeignKey("web_identities.id", ondelete="SET NULL"), index=True
    )
    passkey_id: Mapped[Ref | None] = mapped_column(  # began it
        ForeignKey("passkeys.id", ondelete="CASCADE"), index=True
    )
    device: Mapped[str] = mapped_column(default="")  # what kind it says it is, of a short list
    sid: Mapped[str | None]  # a hash of the provider's own name for the login


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()  # of 256 bits drawn at random


def begin(
    session: Session,
    *,
    contact_id: int,
    person_id: int,
    now: datetime,
    identity_id: int | None = None,
    sid: str | None = None,
    passkey_id: int | None = None,
    device: str = "",
) -> str:
    """Start a session. Returns the token for the cookie: 256 bits, seen this once."""
    token = secrets.token_urlsafe(32)
    life = LIFE if identity_id is None else LOGIN_LIFE
    row = WebSession(
        id=new_id(), contact_id=contact_id, hash=_hash(token),
        created_at=now, seen_at=now, expires_at=now + life, identity_id=identity_id, sid=sid,
        passkey_id=passkey_id, device=device,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(
        session, action="web_sessions.begin", actor_id=person_id, object_id=row.id, now=now
    )
    return token


def find(session: Session, token: str, now: datetime) -> WebSession | None:
    """The session of a cookie. None, alike, for unknown, ended and expired."""
    row = session.scalar(select(WebSession).where(WebSession.hash == _hash(token)))
    return row if row is not None and is_alive(row, now) else None


def is_alive(row: WebSession, now: datetime) -> bool:
    idle = IDLE if row.identity_id is None else LOGIN_IDLE
    return row.expires_at > now and now - row.seen_at < idle


def used(session: Session, row_id: int, now: datetime) -> None:
    """Note, now and then, that a session is in use."""
    session.execute(
        update(WebSession)
        .where(WebSession.id == row_id, WebSession.seen_at < now - NOTED)
        .values(seen_at=now)
    )


def of(session: Session, contact_id: int, now: datetime) -> Sequence[WebSession]:
    """The sessions of a chat, newest first."""
    alive = ~or_(*is_over(now))
    found = select(WebSession).where(WebSession.contact_id == contact_id, alive)
    return session.scalars(found.order_by(WebSession.created_at.desc())).all()


def end(session: Session, row: WebSession, *, actor_id: int | None, now: datetime) -> None:
    audit.record(session, action="web_sessions.end", actor_id=actor_id, object_id=row.id, now=now)
    session.delete(row)
    session.flush()


def end_all(session: Session, contact_id: int) -> None:
    """The chat is taken from its owner, who may not be the one who sits there."""
    theirs = WebSession.contact_id == contact_id
    journal.all_of(session, select(WebSession.id).where(theirs))
    session.execute(delete(WebSession).where(theirs))


def end_soon(session: Session, contact_id: int, now: datetime) -> None:
    """Whoever has left reads the receipt, and is out."""
    theirs = WebSession.contact_id == contact_id, WebSession.expires_at > now + LAST_LOOK
    session.execute(update(WebSession).where(*theirs).values(expires_at=now + LAST_LOOK))


def is_over(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What nobody can use any more, for the sweep."""
    logged_in = WebSession.identity_id.is_not(None)
    return (
        or_(
            WebSession.expires_at <= now,
            WebSession.seen_at <= now - IDLE,
            and_(logged_in, WebSession.seen_at <= now - LOGIN_IDLE),
        ),
    )
