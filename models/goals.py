"""Goals and the tiltak that serve them: the tables, and how they are found.

No tiltak is active without goal, responsible, deadline and evaluation date [36]: the columns
demand them. An evaluation ends a round or the tiltak; `version` counts the rounds.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import access, municipality, policy, reminding
from models.base import Base, Id, Ref, require
from models.cases import Case
from models.follow_ups import FollowedUp
from models.people import Person
from models.sealed import Sealed, SealedRow
from models.terms import Action, GoalState, ItemKind, TiltakState, Why
from models.together import Rows
from models.withheld import Item

LONGEST = 300
ON_PAPER = "–"
"""All the words of a goal or tiltak that stands on paper: here are its dates, and who does it."""


class Goal(SealedRow, Base):
    __tablename__ = "goals"

    id: Mapped[Id]
    key_id: Mapped[Ref]
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[str] = mapped_column(default=GoalState.OPEN)
    created_at: Mapped[datetime]
    words_sealed: Mapped[bytes | None]
    words = Sealed()


class Tiltak(SealedRow, FollowedUp, Base):
    __tablename__ = "tiltak"

    id: Mapped[Id]
    key_id: Mapped[Ref]
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"), index=True)
    goal_id: Mapped[Ref] = mapped_column(ForeignKey("goals.id"))
    responsible_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    deadline: Mapped[date]
    evaluate_on: Mapped[date]
    set_at: Mapped[datetime]  # when the evaluation date was set: the ladder starts after it
    asked_at: Mapped[datetime | None]  # when the youth was asked in this round, or spoke unasked
    reminded_at: Mapped[datetime | None]  # and once more
    state: Mapped[str] = mapped_column(default=TiltakState.ACTIVE)
    version: Mapped[int] = mapped_column(default=1)
    replaced_by: Mapped[Ref | None] = mapped_column(ForeignKey("tiltak.id"))
    created_at: Mapped[datetime]
    words_sealed: Mapped[bytes | None]
    words = Sealed()


def items_of(thing: Tiltak) -> tuple[Item, Item]:
    """What a tiltak is shielded with: itself, or the goal it serves."""
    return Item(ItemKind.TILTAK, thing.id), Item(ItemKind.GOAL, thing.goal_id)


def worded(words: str | None) -> str:
    """Someone's own words, trimmed. Refused when there are none, or more than 300 characters."""
    words = (words or "").strip()
    require(words, Why.WORDS_REQUIRED)
    require(len(words) <= LONGEST, Why.TOO_LONG)
    return words


def today(session: Session, now: datetime) -> date:
    return policy.today_in(now, municipality.policy_at(session, now))


def goals_of(session: Session, case_id: int) -> list[Goal]:
    """The goals still aimed at, oldest first."""
    chosen = select(Goal).where(Goal.case_id == case_id, Goal.state == GoalState.OPEN)
    return list(session.scalars(chosen.order_by(Goal.created_at, Goal.id)))


_ACTIVE = Rows(
    select(Tiltak)
    .where(Tiltak.state == TiltakState.ACTIVE)
    .order_by(Tiltak.evaluate_on, Tiltak.created_at, Tiltak.id),
    by=Tiltak.case_id,
)


def active(session: Session, case_id: int) -> list[Tiltak]:
    """What is being done in a case, the next to be looked at first."""
    return _ACTIVE.of(session, case_id)


def near(session: Session, case_id: int, now: datetime) -> list[Tiltak]:
    """The active tiltak whose evaluation is at most a week off, or overdue: one round."""
    rules, day = municipality.policy_at(session, now), today(session, now)
    return [
        t
        for t in active(session, case_id)
        if reminding.evaluation_is_near(t.evaluate_on, day, rules)
    ]


def open_one(
    session: Session, *, actor: Person, tiltak_id: int, action: Action, now: datetime
) -> tuple[Case, Tiltak]:
    """Fetch and permit in one act, whatever state the tiltak is in."""
    found = session.get(Tiltak, tiltak_id)
    case_id = found.case_id if found is not None else 0
    case = access.open_case(session, actor=actor, case_id=case_id, action=action, now=now)
    assert found is not None  # noqa: S101 - no case has id 0
    return case, found
