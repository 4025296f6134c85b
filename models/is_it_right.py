"""'Is this right?': the family is asked about a text that was written of them, and answers beside it.

A question is one text in one version to one person. Answers are append-only, and never change the
text. Silence is noted as silence. The stafettholder reads what is put right, and talks with who
does not understand; until then the question is open, with a day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from models import (
    audit,
    cases,
    consents,
    contacts,
    follow_ups,
    municipality,
    policy,
    reminding,
    unasked,
)
from models.base import new_id, refuse, require
from models.cases import Case
from models.follow_ups import Ladder
from models.goals import worded
from models.outbox import Promise
from models.people import Person
from models.reminding import Step
from models.right_questions import (
    RightAnswer,
    RightQuestion,
    about,
    held,
    last_answer,
    may,
    open_in,
    own,
)
from models.terms import IsRight, RightKind, Why
from models.withheld import Item

WAITING, ADDED = "right.waiting", "right.added"
DAYS = 7
"""So soon the holder has read what was put right, or talked with who did not understand."""
FOR_THE_HOLDER = frozenset({IsRight.CORRECT, IsRight.UNCLEAR})


# --- asking and answering ------------------------------------------------------------------------


def ask(
    session: Session,
    *,
    kind: RightKind,
    subject_id: int,
    case: Case,
    recipients: Iterable[int],
    now: datetime,
    items: Iterable[Item] = (),
    version: int = 1,
) -> list[int]:
    """Ask these people about a text; who has no chat is not asked. Returns who is asked by now.

    Tells nobody: the caller does, with a notice that leads to the text, beside whose words
    `beside` stands. `items` is what the text is about: from whom one of them is shielded, the
    question is too. A new version ends the questions about the older ones. That they may know
    the text is the caller's to see to.
    """
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    until = reminding.in_window(now, rules, calendar) + timedelta(hours=rules.is_it_right_hours)
    known = about(session, kind, subject_id)
    for older in known:
        if older.version < version and older.closed_at is None:
            older.closed_at = now
            follow_ups.reschedule(session, LADDER, older, now)
    asked = [each.person_id for each in known if each.version == version]
    for person_id in dict.fromkeys(recipients):
        if person_id in asked or contacts.of(session, person_id) is None:
            continue
        question = RightQuestion(
            id=new_id(), case_id=case.id, person_id=person_id, kind=kind, subject_id=subject_id,
            version=version, items=[f"{item.kind}.{item.id}" for item in items], asked_at=now,
            until=until, steps_done=[],
        )  # fmt: skip
        session.add(question)
        session.flush()
        follow_ups.reschedule(session, LADDER, question, now)
        asked.append(person_id)
    session.flush()
    return asked


def answer(
    session: Session,
    *,
    actor: Person,
    question_id: int,
    version: int,
    answer: IsRight,
    words: str | None = None,
    now: datetime,
) -> RightAnswer:
    """Say what one thinks of a text, also after the window; the same again changes nothing.

    The holder is told of what wants something done. Raises Refused: ABSENT, CONSENT_MISSING,
    STALE for another version than the last, WORDS_REQUIRED to put something right without any.
    """
    question, case = own(session, actor, question_id, now)
    require(consents.carries(session, case, now), Why.CONSENT_MISSING)
    cases.digital(case, words)
    newest = max(q.version for q in about(session, question.kind, question.subject_id))
    require(answer is not IsRight.SILENT and version == question.version == newest, Why.STALE)
    said = worded(words) if words or answer is IsRight.CORRECT else None
    last = last_answer(session, question)
    if last is not None and (last.answer, last.words) == (answer, said):
        return last
    made = RightAnswer(
        id=new_id(), key_id=case.key_id, question_id=question.id, answer=answer, at=now,
        seq=last.seq + 1 if last is not None else 1,
    )  # fmt: skip
    session.add(made)
    made.words = said
    waits = answer in FOR_THE_HOLDER
    today = policy.today_in(now, municipality.policy_at(session, now))
    question.answer, question.steps_done = answer, []
    question.talk_on = today + timedelta(days=DAYS) if waits else None
    question.closed_at = None if waits else now
    _record(session, "answer", actor, question, now)
    if waits:
        holder, occasion = [case.stafettholder_id], f"{question.id}.{made.seq}"
        unasked.tell(session, WAITING, holder, case.id, occasion, now)
    return made


def read(
    session: Session,
    *,
    actor: Person,
    question_id: int,
    seq: int,
    addendum: str | None = None,
    now: datetime,
) -> None:
    """The holder has read an answer, or talked with them about it; with an `addendum` to the text,
    everyone who was asked is told that there is one. Never twice.

    Raises Refused: ABSENT, CONSENT_MISSING, STALE when something else was answered meanwhile.
    """
    question = session.get(RightQuestion, question_id)
    case = held(session, actor, question.case_id if question is not None else 0, now)
    if question is None:
        refuse(Why.ABSENT)
    said = last_answer(session, question)
    if said is None or said.seq != seq:
        refuse(Why.STALE)
    added = worded(addendum) if addendum is not None else None
    if said.read_at is not None and added in (None, said.addendum):
        return
    require(said.addendum is None, Why.STALE)
    said.read_at, said.read_by = said.read_at or now, actor.id
    question.closed_at = question.closed_at or now
    if added is not None:
        said.addendum = added
        for each in about(session, question.kind, question.subject_id):
            if each.version == question.version and may(session, each, case, now):
                unasked.tell(session, ADDED, [each.person_id], each.id, f"{said.id}", now)
    _record(session, "heard", actor, question, now)


def stop(session: Session, case: Case, now: datetime) -> None:
    """The case is closed: nobody waits for an answer in it any more, nor for the holder."""
    for question in open_in(session, case.id):
        question.closed_at = now
        follow_ups.reschedule(session, LADDER, question, now)


# --- noted ---------------------------------------------------------------------------------------


def _record(
    session: Session, act: str, actor: Person | None, question: RightQuestion, now: datetime
) -> None:
    """That something was said of which text, never what."""
    audit.record(
        session, action=f"is_it_right.{act}", actor_id=actor.id if actor else None,
        object_id=question.id, chain=question.case_id, now=now,
        detail={"kind": str(question.kind), "subject": question.subject_id},
    )  # fmt: skip
    follow_ups.reschedule(session, LADDER, question, now)
    session.flush()


# --- the ladder ----------------------------------------------------------------------------------


def _plan(session: Session, question: RightQuestion, now: datetime) -> Sequence[Step]:
    if question.closed_at is not None:
        return ()
    if question.talk_on is None:
        return (Step("window", question.until, settles=True),)
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    return reminding.review_steps(question.talk_on, rules, calendar, now)


def _take(session: Session, question: RightQuestion, step: Step, now: datetime) -> None:
    """Silence is noted when the window is over. The holder is reminded on the day and weekly after
    it, once a day and case; of nothing while the case's consents do not carry it."""
    if step.name == "window":
        question.answer, question.closed_at = IsRight.SILENT, now
        _record(session, "silent", None, question, now)
        return
    case = session.get_one(Case, question.case_id)
    if consents.carries(session, case, now):
        day = policy.today_in(now, municipality.policy_at(session, now)).isoformat()
        holder = [case.stafettholder_id]
        unasked.tell(session, WAITING, holder, case.id, day, now, Promise.REMINDER)


def _is_open() -> ColumnElement[bool]:
    return RightQuestion.closed_at.is_(None)


def _responsible(session: Session, question: RightQuestion, now: datetime) -> Collection[int]:
    """Who was asked, until the window is over; then the holder, or who is there for one."""
    if question.talk_on is None:
        return [question.person_id]
    case = session.get_one(Case, question.case_id)
    return cases.responsible(session, case, now)


LADDER = Ladder(
    table=RightQuestion, plan=_plan, take=_take, open=_is_open, responsible=_responsible
)
