"""Which messages people wrote in their chats: numbers, so that they can be taken out again, and
never a word of what they said."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, BigId, Ref, insert_once

DELETABLE = timedelta(hours=48)
"""Telegram lets us delete what is younger, also what was written to us [TELEGRAM 4]."""


class Written(Base):
    __tablename__ = "written"

    contact_id: Mapped[Ref] = mapped_column(
        ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True
    )
    message_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)


def keep(session: Session, contact_id: int, message_id: int, at: datetime) -> None:
    row = {"contact_id": contact_id, "message_id": message_id, "at": at}
    insert_once(session, Written, row)


def gone(session: Session, contact_id: int, message_id: int) -> None:
    """It is being taken out of the chat already."""
    session.execute(
        delete(Written).where(Written.contact_id == contact_id, Written.message_id == message_id)
    )


def take(session: Session, contact_id: int, now: datetime) -> list[int]:
    """Everything that can be taken out of a chat, the newest first; from now on nobody knows of
    any of it."""
    young = Written.contact_id == contact_id, Written.at > now - DELETABLE
    found = session.scalars(select(Written.message_id).where(*young)).all()
    session.execute(delete(Written).where(Written.contact_id == contact_id))
    return sorted(found, reverse=True)


def count(session: Session, contact_id: int) -> int:
    number = select(func.count()).where(Written.contact_id == contact_id)
    return session.scalar(number) or 0


def forget_old(session: Session, now: datetime) -> None:
    session.execute(delete(Written).where(Written.at < now - DELETABLE))
