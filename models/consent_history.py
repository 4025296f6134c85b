"""What was asked and what was answered, append-only; everything else about consent is derived.

A question is never edited: asked anew about the same services it gets the next version of its
number. Once a later version has been answered yes by all, it replaces the earlier ones; until
then being asked about more takes nothing away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import cases, municipality, people, policy
from models.base import Base, Counter, Id, Ref
from models.cases import Case
from models.follow_ups import FollowedUp
from models.people import Person
from models.policy import MunicipalPolicy
from models.terms import CaseState, ConsentAct, ConsentState, InfoKind, Purpose

UNANSWERED = frozenset({ConsentState.NONE, ConsentState.ASKED})
Kinds = frozenset[InfoKind]


class ConsentQuestion(FollowedUp, Base):
    """What the family is asked to let which services know, what for and until when [11-14]."""

    __tablename__ = "consent_questions"
    __table_args__ = (UniqueConstraint("case_id", "number", "version"),)

    id: Mapped[Id]
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"), index=True)
    number: Mapped[int]  # within the case; the same services keep the same number
    version: Mapped[int]
    scope: Mapped[dict[str, Any]]  # unit id -> kinds; services, never people [12]
    purpose: Mapped[str] = mapped_column(default=Purpose.COOPERATION)
    until: Mapped[date]  # the last day it holds
    text_key: Mapped[str]
    asked_by: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]


class ConsentEvent(Base):
    """One thing a consenter did. Never changed, never removed [24]."""

    __tablename__ = "consent_events"

    id: Mapped[Counter]
    question_id: Mapped[Ref] = mapped_column(ForeignKey("consent_questions.id"), index=True)
    consenter_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    capacity: Mapped[str]
    act: Mapped[str]
    at: Mapped[datetime]
    until: Mapped[date | None]
    language: Mapped[str | None]  # of the text that was on the screen
    text_hash: Mapped[str | None]
    channel: Mapped[str]
    number: Mapped[str | None] = mapped_column(index=True)  # the reference on the receipt
    occasion: Mapped[str]


def scope_of(question: ConsentQuestion) -> dict[int, Kinds]:
    return {
        int(unit): frozenset(InfoKind(kind) for kind in kinds)
        for unit, kinds in question.scope.items()
    }


def find(session: Session, question_id: int) -> ConsentQuestion | None:
    return session.get(ConsentQuestion, question_id)


@dataclass(frozen=True)
class Consenters:
    """Who must say yes in a case on a day, as the policy then says [10, 21, 59]."""

    guardians: tuple[Person, ...]  # all with parental responsibility, while they must consent
    youth: Person | None  # when the youth must consent too
    guardians_needed: bool

    @property
    def everyone(self) -> list[Person]:
        return [*self.guardians, *([self.youth] if self.youth else ())]


def consenters(session: Session, case: Case, now: datetime) -> Consenters:
    """Unknown date of birth: the strictest reading, both the guardians and the youth."""
    rules = municipality.policy_at(session, now)
    today = policy.today_in(now, rules)
    youth = people.get(session, case.ungdom_id)
    born = youth.born
    needed = born is None or policy.guardians_must_consent(born, today, rules)
    own = born is None or policy.youth_must_consent(born, today, rules)
    guardians = people.guardians_of(session, case.ungdom_id) if needed else []
    return Consenters(tuple(guardians), youth if own else None, needed)


@dataclass(frozen=True)
class Standing:
    """What holds in one case at one instant: the fold of its whole consent history."""

    questions: tuple[ConsentQuestion, ...]  # by number, then version
    events: Mapping[int, tuple[ConsentEvent, ...]]  # by question
    must: Consenters
    rules: MunicipalPolicy
    today: date
    open: bool  # a closed case shares nothing

    def history(self, question: ConsentQuestion, person_id: int) -> list[ConsentEvent]:
        return [e for e in self.events.get(question.id, ()) if e.consenter_id == person_id]

    def state(self, question: ConsentQuestion, person_id: int) -> ConsentState:
        return policy.consent_state(self.history(question, person_id), self.today)

    def among(self, question: ConsentQuestion, states: Collection[ConsentState]) -> list[Person]:
        """Those who must answer, whose answer is one of `states`."""
        return [p for p in self.must.everyone if self.state(question, p.id) in states]

    def versions(self, question: ConsentQuestion) -> list[ConsentQuestion]:
        """Every version of a question's number, oldest first."""
        return [q for q in self.questions if q.number == question.number]

    def newest(self, question: ConsentQuestion) -> ConsentQuestion:
        return self.versions(question)[-1]

    def in_force(self) -> list[ConsentQuestion]:
        return [q for q in self.questions if self.holds(q)]

    def holds(self, question: ConsentQuestion) -> bool:
        """All who must say yes, and no later version ever took its place."""
        later = [v for v in self.versions(question) if v.version > question.version]
        return (
            self.open
            and self._agreed(question, ever=False)
            and not any(self._agreed(version, ever=True) for version in later)
        )

    def grants(self) -> dict[int, Kinds]:
        """What each service may know now: the union over what is in force."""
        granted: dict[int, Kinds] = defaultdict(frozenset)
        for question in self.in_force():
            for unit_id, kinds in scope_of(question).items():
                granted[unit_id] |= kinds
        return dict(granted)

    def given_by(self, question: ConsentQuestion, person_id: int) -> list[ConsentQuestion]:
        """The versions of a question's number to which a person's yes stands."""
        given = ConsentState.GIVEN
        return [v for v in self.versions(question) if self.state(v, person_id) is given]

    def given_about(self, units: Collection[int], person_id: int) -> list[ConsentQuestion]:
        """Every question touching one of these services to which a person's yes stands: what
        must end together, or taking one back would leave another that shares the same."""
        given = ConsentState.GIVEN
        return [
            q
            for q in self.questions
            if scope_of(q).keys() & set(units) and self.state(q, person_id) is given
        ]

    def _agreed(self, question: ConsentQuestion, *, ever: bool) -> bool:
        def answer(person: Person) -> ConsentState:
            if not ever:
                return self.state(question, person.id)
            acts = {event.act for event in self.history(question, person.id)}
            return ConsentState.GIVEN if ConsentAct.GIVEN in acts else ConsentState.NONE

        return policy.in_force(
            [answer(guardian) for guardian in self.must.guardians],
            answer(self.must.youth) if self.must.youth else ConsentState.NONE,
            guardians_needed=self.must.guardians_needed,
            youth_needed=self.must.youth is not None,
            policy=self.rules,
        )


def standing(session: Session, case: Case, now: datetime) -> Standing:
    questions = session.scalars(
        select(ConsentQuestion)
        .where(ConsentQuestion.case_id == case.id)
        .order_by(ConsentQuestion.number, ConsentQuestion.version)
    ).all()
    events: dict[int, list[ConsentEvent]] = defaultdict(list)
    for event in session.scalars(
        select(ConsentEvent)
        .where(ConsentEvent.question_id.in_([q.id for q in questions]))
        .order_by(ConsentEvent.id)
    ):
        events[event.question_id].append(event)
    rules = municipality.policy_at(session, now)
    return Standing(
        questions=tuple(questions),
        events={question_id: tuple(told) for question_id, told in events.items()},
        must=consenters(session, case, now),
        rules=rules,
        today=policy.today_in(now, rules),
        open=case.state != CaseState.CLOSED,
    )


def required(session: Session, case: Case, now: datetime) -> list[Person]:
    """Everyone who must say yes: the guardians with responsibility, and the youth from the age
    of co-consent. Some may not have joined yet; until they have, nothing is in force."""
    return consenters(session, case, now).everyone


def granted(session: Session, case: Case, unit_id: int, now: datetime) -> Kinds:
    """The kinds of information a service may know now [3, 14, 25]."""
    return standing(session, case, now).grants().get(unit_id, frozenset())


def carries(session: Session, case: Case, now: datetime) -> bool:
    """Whether some consent is in force, so that the log may be used at all [10]."""
    return bool(standing(session, case, now).in_force())


def questions_of(session: Session, person_id: int) -> list[ConsentQuestion]:
    """Every question a person was asked or answered, whatever became of it."""
    return list(
        session.scalars(
            select(ConsentQuestion)
            .where(
                ConsentQuestion.id.in_(
                    select(ConsentEvent.question_id).where(ConsentEvent.consenter_id == person_id)
                )
            )
            .order_by(ConsentQuestion.case_id, ConsentQuestion.number, ConsentQuestion.version)
        )
    )


def case_of(session: Session, question: ConsentQuestion) -> Case:
    case = cases.find(session, question.case_id)
    assert case is not None  # noqa: S101 - a foreign key holds it
    return case
