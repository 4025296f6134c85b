"""Keeping the log for the stafettholder [38]: who does, since when. What it amounts to is in `access`.

It holds while the one who gave it holds the baton and the consent covers the los's service: with
either of them it is over at once, and nothing has to end it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Ref
from models.cases import Case
from models.journal import Ends
from models.together import Rows


class LogKeeping(Ends, Base):
    """Somebody keeps a log. One row for each time it was given."""

    __tablename__ = "log_keepings"
    ENDS = ("ended_at",)

    id: Mapped[Id]
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("units.id"))
    by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]


_GIVEN = Rows(
    select(LogKeeping).where(LogKeeping.ended_at.is_(None)).order_by(LogKeeping.since.desc()),
    by=LogKeeping.case_id,
)


def given(session: Session, case: Case) -> LogKeeping | None:
    """To whom whoever holds the baton now has given it; whether a consent covers it is not asked."""
    rows = _GIVEN.of(session, case.id)
    return next((row for row in rows if row.by_id == case.stafettholder_id), None)


def end_all(session: Session, case: Case, now: datetime) -> None:
    """Another holds the baton: what the one before had given is not given again by itself, should it
    come back to them."""
    going_on = LogKeeping.case_id == case.id, LogKeeping.ended_at.is_(None)
    for row in session.scalars(select(LogKeeping).where(*going_on)).all():
        row.ended_at = now
    session.flush()
