"""A case on the agenda of a standing meeting: that it is there, without a word about it [53].

It may be there only while consent covers the club and the school. When that ends the row goes, as
if it had never been; that somebody of the family said no stays, so that it is not put on again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Ref
from models.journal import Ends


class CaseOnAgenda(Ends, Base):
    __tablename__ = "standing_cases"
    __table_args__ = (UniqueConstraint("occasion_id", "case_id"),)
    ENDS = ("declined_at", "declined_by", "declined_too")

    id: Mapped[Id]
    occasion_id: Mapped[Ref] = mapped_column(ForeignKey("standing_occasions.id"), index=True)
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"), index=True)
    club_id: Mapped[Ref] = mapped_column(ForeignKey("units.id"))
    put_on_by: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    put_on_at: Mapped[datetime]
    declined_at: Mapped[datetime | None]  # by one of the family; the whole series is meant
    declined_by: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))
    declined_too: Mapped[list[str]] = mapped_column(default=list)  # ids of who has said so since


def of_case(session: Session, case_id: int) -> list[CaseOnAgenda]:
    """Where a case is on an agenda or the family has said no, the first first."""
    return list(session.scalars(_OF_CASE, {"case": case_id}))


_OF_CASE = (
    select(CaseOnAgenda)
    .where(CaseOnAgenda.case_id == bindparam("case"))
    .order_by(CaseOnAgenda.put_on_at, CaseOnAgenda.id)
)


def take_off(session: Session, case_id: int, still: Collection[int]) -> int:
    """Off every agenda with a club that is not among those that may know of meetings `still`, or
    with any when there are none. Returns how many."""
    gone = [
        each
        for each in of_case(session, case_id)
        if each.declined_at is None and each.club_id not in still
    ]
    for each in gone:
        session.delete(each)
    if gone:
        session.flush()
    return len(gone)
