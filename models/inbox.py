"""What has been heard: each update counts once, and one that cannot be heard is parked visibly."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, BigId, Id, Ref, insert_once, new_id, untaken
from models.sealed import Sealed, SealedRow, keyring_of

REMEMBERED = timedelta(hours=72)
"""Telegram keeps an update 24 h; ids may restart after a silent week, so not for ever."""


class Handled(Base):
    __tablename__ = "handled"

    channel: Mapped[str] = mapped_column(primary_key=True)
    update_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)


class Parked(SealedRow, Base):
    """An update that failed three times, or could not be parsed. The payload is sealed."""

    __tablename__ = "parked"

    id: Mapped[Id]
    key_id: Mapped[Ref]
    channel: Mapped[str]
    update_id: Mapped[Ref]
    at: Mapped[datetime]
    error: Mapped[str]  # the exception's class, never its words
    reference: Mapped[str] = mapped_column(unique=True)
    replayed_at: Mapped[datetime | None]
    payload_sealed: Mapped[bytes | None]
    payload = Sealed()


def first_time(session: Session, channel: str, update_id: int, now: datetime) -> bool:
    """Remember an update. False if it was heard before, so that nothing happens twice."""
    return insert_once(session, Handled, {"channel": channel, "update_id": update_id, "at": now})


def park(
    session: Session, *, channel: str, update_id: int, payload: str, error: str, now: datetime
) -> str:
    """Set an update aside, sealed, and remember it as heard. Returns the reference to quote."""
    if not first_time(session, channel, update_id, now):
        same = (Parked.channel == channel, Parked.update_id == update_id)
        latest = select(Parked.reference).where(*same).order_by(Parked.at.desc())
        if known := session.scalars(latest).first():
            return known
    parked = Parked(
        id=new_id(),
        key_id=keyring_of(session).new_key(session),
        channel=channel,
        update_id=update_id,
        at=now,
        error=error,
        reference=_reference(session),
    )
    session.add(parked)
    parked.payload = payload
    session.flush()
    return parked.reference


def _reference(session: Session) -> str:
    """One that leads to this update alone: who looks it up reads what somebody wrote."""
    return untaken(session, Parked.reference, 6, "P-")


def forget_handled(session: Session, now: datetime) -> None:
    session.execute(delete(Handled).where(Handled.at < now - REMEMBERED))
