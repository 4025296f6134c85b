"""Who holds the baton of a case, who has held it, and who is asked to: the tables, and what others may
know of them. What can be done with it is in `stafett`.

`cases.stafettholder_id` is the one who holds it now. Offers that ended in a change of hands are the
history; they are never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Ref
from models.cases import Case
from models.follow_ups import FollowedUp
from models.sealed import Sealed, SealedRow
from models.terms import CHANGES_HANDS, BatonState, MoveState
from models.together import Rows


class BatonOffer(SealedRow, FollowedUp, Base):
    """One asked whether they take the baton, or (TAKEN_OVER) one who took it. At most one is open [28]."""

    __tablename__ = "baton_offers"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        Index(
            "uq_baton_offers_open_case_id",
            "case_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[Id]
    key_id: Mapped[Ref]  # the case's
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    state: Mapped[str]
    from_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)  # who held it then
    to_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("units.id"))  # for which they would hold it
    offered_by: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    offered_at: Mapped[datetime]
    family: Mapped[str | None]  # how its wish was known; None: nobody asked, it was urgent
    with_tiltak: Mapped[bool] = mapped_column(default=False)  # also what the old holder could keep
    ended_at: Mapped[datetime | None]
    note_sealed: Mapped[bytes | None]
    reason_sealed: Mapped[bytes | None]
    note = Sealed()  # for the successor alone
    reason = Sealed()  # why it was declined, or taken over: for those who hand over


class BatonWish(SealedRow, FollowedUp, Base):
    """One of the family is asked whom they would like [29], and what they said. Open until the baton
    is offered, or nobody asks any more."""

    __tablename__ = "baton_wishes"

    id: Mapped[Id]
    key_id: Mapped[Ref]  # the case's
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    asked_by: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    answer: Mapped[str | None]  # HolderWish
    answered_at: Mapped[datetime | None]
    aloud_to: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))  # who wrote it down
    ended_at: Mapped[datetime | None]
    words_sealed: Mapped[bytes | None]
    words = Sealed()


class SchoolMove(FollowedUp, Base):
    """A pupil's case is to go to another school, and what is done before it does."""

    __tablename__ = "school_moves"
    __table_args__ = (
        Index(
            "uq_school_moves_open_case_id",
            "case_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[Id]
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"))
    state: Mapped[str]
    from_school_id: Mapped[Ref] = mapped_column(ForeignKey("units.id"))
    to_school_id: Mapped[Ref] = mapped_column(ForeignKey("units.id"))
    starts_on: Mapped[date]  # the first day there
    started_by: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    started_at: Mapped[datetime]
    done: Mapped[dict[str, Any]] = mapped_column(default=dict)  # MoveItem -> day, "" if not needed
    ended_at: Mapped[datetime | None]


def move_of(session: Session, case_id: int) -> SchoolMove | None:
    """The one that is under way."""
    found = select(SchoolMove).where(
        SchoolMove.case_id == case_id, SchoolMove.state == MoveState.OPEN
    )
    return session.scalars(found).one_or_none()


def end_move(move: SchoolMove, state: MoveState, now: datetime) -> None:
    move.state, move.ended_at, move.next_follow_up_at = state, now, None


_OPEN_OFFER = Rows(
    select(BatonOffer).where(BatonOffer.state == BatonState.OPEN), by=BatonOffer.case_id
)


def open_offer(session: Session, case_id: int) -> BatonOffer | None:
    return next(iter(_OPEN_OFFER.of(session, case_id)), None)


def requests(session: Session, case_id: int) -> Sequence[BatonOffer]:
    """Those who have asked to get it, and are not answered."""
    found = select(BatonOffer).where(
        BatonOffer.case_id == case_id, BatonOffer.state == BatonState.REQUESTED
    )
    return session.scalars(found.order_by(BatonOffer.number)).all()


def next_number(session: Session, case_id: int) -> int:
    last = session.scalar(select(func.max(BatonOffer.number)).where(BatonOffer.case_id == case_id))
    return (last or 0) + 1


def changes(session: Session, case_id: int) -> Sequence[BatonOffer]:
    """Every time the baton changed hands, the first first."""
    told = select(BatonOffer).where(
        BatonOffer.case_id == case_id, BatonOffer.state.in_(CHANGES_HANDS)
    )
    return session.scalars(told.order_by(BatonOffer.number)).all()


def held_since(session: Session, case: Case) -> datetime:
    """When the one who holds it now got it."""
    last = [each.ended_at for each in changes(session, case.id)][-1:]
    return last[0] if last and last[0] else case.opened_at


def wishes(session: Session, case: Case) -> list[BatonWish]:
    """What the family was asked since the baton last changed hands; of each person the last."""
    asked = select(BatonWish).where(
        BatonWish.case_id == case.id, BatonWish.asked_at >= held_since(session, case)
    )
    told = session.scalars(asked.order_by(BatonWish.asked_at, BatonWish.id))
    return list({wish.person_id: wish for wish in told}.values())


def end(offer: BatonOffer, state: BatonState, now: datetime) -> None:
    offer.state, offer.ended_at, offer.next_follow_up_at = state, now, None


def end_wishes(session: Session, case_id: int, now: datetime) -> None:
    """What was said stays; nobody waits for more."""
    still = BatonWish.case_id == case_id, BatonWish.ended_at.is_(None)
    for wish in session.scalars(select(BatonWish).where(*still)):
        wish.ended_at, wish.next_follow_up_at = now, None


def end_all(session: Session, case: Case, now: datetime) -> None:
    """The case is closed: nobody is asked for anything any more."""
    offer = open_offer(session, case.id)
    for each in (*([offer] if offer else []), *requests(session, case.id)):
        end(each, BatonState.CANCELLED, now)
    end_wishes(session, case.id, now)
    move = move_of(session, case.id)
    if move is not None:
        end_move(move, MoveState.CALLED_OFF, now)
    for change in changes(session, case.id):
        change.next_follow_up_at = None
    session.flush()
