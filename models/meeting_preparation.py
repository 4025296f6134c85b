"""What the youth alone has said before a meeting: the table. What is done with it: `preparing`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Ref
from models.sealed import Sealed, SealedRow


class Preparation(SealedRow, Base):
    """One for each meeting; said again, it takes the place of what was said before. Whom the youth
    would rather not have there is sealed too, not only the words."""

    __tablename__ = "preparations"

    id: Mapped[Id]
    key_id: Mapped[Ref]  # the case's
    meeting_id: Mapped[Ref] = mapped_column(ForeignKey("meetings.id"), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]  # when the holder said it is read, this version
    said_sealed: Mapped[bytes | None]
    said = Sealed()  # `preparing.Wishes` as JSON


def of_meeting(session: Session, meeting_id: int) -> Preparation | None:
    return session.scalar(select(Preparation).where(Preparation.meeting_id == meeting_id))
