"""'Why did you look?': somebody of the family asks about one reading, and gets an answer.

Whoever looked is asked, without being told by whom; after three working days without an answer
whoever is responsible is. Only who asked sees the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import (
    access,
    access_log,
    audit,
    contacts,
    deciders,
    follow_ups,
    municipality,
    outbox,
    people,
    policy,
    reminding,
    unasked,
)
from models.access_log import Looked
from models.audit import AuditEntry
from models.base import Base, Id, Ref, new_id, refuse, require
from models.cases import Case
from models.follow_ups import FollowedUp, Ladder
from models.outbox import Promise
from models.people import Person
from models.reminding import Step
from models.requests import Request
from models.sealed import Sealed, SealedRow
from models.terms import LookReason, Why

ASKED, ANSWERED, LATE = "access.asked", "access.answered", "access.late"
WORKING_DAYS = 3


class LookQuestion(SealedRow, FollowedUp, Base):
    """A question about one entry of the log."""

    __tablename__ = "look_questions"
    __table_args__ = (UniqueConstraint("chain", "seq", "asked_by"),)

    id: Mapped[Id]
    key_id: Mapped[Ref]  # of who asked: the answer is theirs
    chain: Mapped[Ref]
    seq: Mapped[Ref]
    asked_by: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime]
    due_on: Mapped[date]  # as it was promised
    to_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    answered_by: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    reason: Mapped[str | None]  # LookReason
    words_sealed: Mapped[bytes | None]
    words = Sealed()


@dataclass(frozen=True)
class Asked:
    """A reading and what came of asking about it, for who may ask; `due_on` None: not asked."""

    looked: Looked
    due_on: date | None = None
    reason: LookReason | None = None
    words: str | None = None


@dataclass(frozen=True)
class ToAnswer:
    """What whoever is asked learns: which reading. Never who asked."""

    id: int
    at: datetime
    what: str
    mine: bool  # the one who is asked is the one who looked
    about: str | None  # the youth, to who may know of the case or request still
    due_on: date
    answered: bool


def ask(session: Session, *, actor: Person, chain: int, seq: int, now: datetime) -> LookQuestion:
    """Ask why; the question that was asked before, if there is one.

    Raises Refused: ABSENT for a reading the actor does not see, NOBODY when nobody can answer.
    """
    access_log.one(session, actor=actor, chain=chain, seq=seq, now=now)
    known = _asked(session, actor, chain, seq)
    if known is not None:
        return known
    reader = session.get_one(AuditEntry, (chain, seq)).actor_id
    to = next((p for p in _can_answer(session, chain, reader)), None)
    require(to, Why.NOBODY)
    assert to is not None  # noqa: S101 - require raised otherwise
    today = policy.today_in(now, municipality.policy_at(session, now))
    due = reminding.working_days_after(today, WORKING_DAYS, municipality.calendar_of(session))
    question = LookQuestion(
        id=new_id(), key_id=actor.key_id, chain=chain, seq=seq, asked_by=actor.id, asked_at=now,
        due_on=due, to_id=to, steps_done=[],
    )  # fmt: skip
    session.add(question)
    session.flush()
    _recorded(session, question, "access.ask", actor, now)
    unasked.tell(session, ASKED, [to], question.id, "new", now)
    return question


def answer(
    session: Session,
    *,
    actor: Person,
    question_id: int,
    reason: LookReason,
    words: str | None,
    now: datetime,
) -> None:
    """Answer once; the same again is a no-op. Raises Refused: ABSENT, STALE for another answer,
    WORDS_REQUIRED for another reason than those there are."""
    question = _to(session, actor, question_id)
    if question.answered_at is not None:
        require((question.reason, question.words) == (reason, words), Why.STALE)
        return
    require(words or reason is not LookReason.OTHER, Why.WORDS_REQUIRED)
    question.reason, question.words = reason, words
    question.answered_by, question.answered_at = actor.id, now
    _recorded(session, question, "access.answer", actor, now, reason=reason.value)
    outbox.silence(session, subject_id=question.id, kinds=(ASKED, LATE))
    unasked.tell(session, ANSWERED, [question.asked_by], question.id, "done", now)


# --- seen ----------------------------------------------------------------------------------------


def asked(session: Session, *, actor: Person, chain: int, seq: int, now: datetime) -> Asked:
    """A reading, and the answer to whoever asked about it; to nobody else that it was asked."""
    looked = access_log.one(session, actor=actor, chain=chain, seq=seq, now=now)
    known = _asked(session, actor, chain, seq)
    if known is None:
        return Asked(looked)
    reason = LookReason(known.reason) if known.reason else None
    return Asked(looked, known.due_on, reason, known.words)


def mine(session: Session, *, actor: Person, question_id: int, now: datetime) -> Asked:
    """As `asked`, by the question's id."""
    question = session.get(LookQuestion, question_id)
    if question is None or question.asked_by != actor.id:
        refuse(Why.ABSENT)
    return asked(session, actor=actor, chain=question.chain, seq=question.seq, now=now)


def to_answer(session: Session, *, actor: Person, question_id: int, now: datetime) -> ToAnswer:
    question = _to(session, actor, question_id)
    entry = session.get_one(AuditEntry, (question.chain, question.seq))
    return ToAnswer(
        id=question.id,
        at=entry.at,
        what=entry.action.removesuffix(access_log.READ),
        mine=entry.actor_id == actor.id,
        about=_about(session, actor, question.chain, now),
        due_on=question.due_on,
        answered=question.answered_at is not None,
    )


def _to(session: Session, actor: Person, question_id: int) -> LookQuestion:
    """A question put to the actor. Else refused as absent."""
    question = session.get(LookQuestion, question_id)
    if question is None or question.to_id != actor.id or actor.confirmed_at is None:
        refuse(Why.ABSENT)
    require(people.staff_roles(session, actor), Why.ABSENT)
    return question


def _asked(session: Session, actor: Person, chain: int, seq: int) -> LookQuestion | None:
    return session.scalar(
        select(LookQuestion).where(
            LookQuestion.chain == chain,
            LookQuestion.seq == seq,
            LookQuestion.asked_by == actor.id,
        )
    )


def _about(session: Session, actor: Person, chain: int, now: datetime) -> str | None:
    """The youth's name, while the actor may know of the case; a request by its reference."""
    request = session.get(Request, chain)
    if request is not None:
        return request.reference
    case = session.get(Case, chain)
    if case is None or not access.hats_in_case(session, actor, case, now):
        return None
    return people.get(session, case.ungdom_id).name


# --- who answers, and when -----------------------------------------------------------------------


def _can_answer(session: Session, chain: int, reader: int | None) -> list[int]:
    """Whoever looked, while they work here; then whoever holds the baton, or leads the school."""
    case, request = session.get(Case, chain), session.get(Request, chain)
    at = (request.school_id, request.ungdom_id) if request is not None else None
    leads = deciders.rektors(session, *at) if at is not None else []
    them = [reader, case.stafettholder_id if case else None, *(person.id for person in leads)]
    return [p for p in dict.fromkeys(them) if p is not None and people.positions(session, p)]


def _recorded(
    session: Session,
    question: LookQuestion,
    action: str,
    actor: Person,
    now: datetime,
    **told: str,
) -> None:
    """In the chain of who asked: it is in nobody else's log that somebody did."""
    audit.record(
        session, action=action, actor_id=actor.id, object_id=question.id,
        chain=question.asked_by, now=now, detail=told,
    )  # fmt: skip
    follow_ups.reschedule(session, LADDER, question, now)
    session.flush()


def _plan(session: Session, question: LookQuestion, now: datetime) -> Sequence[Step]:
    if question.answered_at is not None:
        return ()
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    asked_on = policy.today_in(question.asked_at, rules)
    days = {
        "remind": reminding.working_days_after(asked_on, WORKING_DAYS - 1, calendar),
        "day": question.due_on,
        "late": reminding.working_days_after(question.due_on, 1, calendar),
    }
    weeks = max(0, (policy.today_in(now, rules) - days["late"]).days // 7)
    days |= {f"late{n}": days["late"] + timedelta(weeks=n) for n in range(1, weeks + 2)}
    return [
        Step(name, reminding.morning_of(day, rules, calendar), settles=name == "late")
        for name, day in days.items()
    ]


def _take(session: Session, question: LookQuestion, step: Step, now: datetime) -> None:
    """Late: the next in line is asked instead, and who asked is told that it takes longer. From
    then on whoever it is with is reminded every week; with one who has left it does not stay."""
    if step.name.startswith("late") and not _can(session, question.to_id):
        question.to_id = next(iter(_responsible(session, question, now)), question.to_id)
    if step.name != "late":
        to, kind = [question.to_id], Promise.REMINDER
        unasked.tell(session, ASKED, to, question.id, step.name, now, kind)
        return
    reader = session.get_one(AuditEntry, (question.chain, question.seq)).actor_id
    others = [p for p in _can_answer(session, question.chain, reader) if p != question.to_id]
    question.to_id = next(iter(others), question.to_id)
    unasked.tell(session, ASKED, [question.to_id], question.id, f"late.{question.to_id}", now)
    if contacts.of(session, question.asked_by) is not None:
        unasked.tell(session, LATE, [question.asked_by], question.id, "late", now)


def _can(session: Session, person_id: int) -> bool:
    return bool(people.positions(session, person_id))


def _responsible(session: Session, question: LookQuestion, now: datetime) -> list[int]:
    entry = session.get_one(AuditEntry, (question.chain, question.seq))
    thing = session.get(Case, question.chain) or session.get(Request, question.chain)
    at = {"school_id": thing.school_id, "ungdom_id": thing.ungdom_id} if thing else {}
    first = [question.to_id, *_can_answer(session, question.chain, entry.actor_id)]
    return deciders.somebody(session, first, now, **at)


LADDER = Ladder(
    table=LookQuestion, plan=_plan, take=_take, responsible=_responsible,
    open=lambda: LookQuestion.answered_at.is_(None),
)  # fmt: skip
