"""What holds in a case at one instant: the fold of its whole consent history, with its people.

The rules are `consent_rules` and `consent_fold`, and know only ids; here the rows are fetched and
the questions and people put back in their places.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import consent_rules, family, municipality, people, policy
from models.cases import Case
from models.consent_fold import Difference, Fold, union, without
from models.consent_history import ConsentEvent, ConsentQuestion, asked, scope_of
from models.consent_rules import Asked, Kinds, Required, Scope
from models.people import Person
from models.policy import MunicipalPolicy
from models.terms import CaseState, ConsentAct, ConsentState
from models.together import Rows

UNANSWERED = frozenset({ConsentState.NONE, ConsentState.ASKED})


@dataclass(frozen=True)
class Consenters:
    """Who must say yes in a case on a day, as the policy then says [10, 21, 59]."""

    guardians: tuple[Person, ...]  # all with parental responsibility, while they must consent
    youth: Person | None  # when the youth must consent too
    facts: Required

    @property
    def everyone(self) -> list[Person]:
        return [*self.guardians, *([self.youth] if self.youth else ())]


def consenters(session: Session, case: Case, now: datetime) -> Consenters:
    """Unknown date of birth: the strictest reading, both the guardians and the youth."""
    rules = municipality.policy_at(session, now)
    youth = people.get(session, case.ungdom_id)
    guardians = {each.id: each for each in family.all_guardians_of(session, case.ungdom_id)}
    facts = consent_rules.required(
        youth.id, youth.born, guardians, policy.today_in(now, rules), rules
    )
    return Consenters(
        tuple(guardians[person_id] for person_id in facts.guardians),
        youth if facts.youth is not None else None,
        facts,
    )


@dataclass(frozen=True)
class Standing:
    """What holds in one case at one instant. Answers are those of people by their id."""

    questions: tuple[ConsentQuestion, ...]  # by number, then version
    events: Mapping[int, tuple[ConsentEvent, ...]]  # by question
    must: Consenters
    rules: MunicipalPolicy
    fold: Fold

    @property
    def today(self) -> date:
        return self.fold.today

    @property
    def open(self) -> bool:
        """A closed case shares nothing."""
        return self.fold.open

    @property
    def next_number(self) -> int:
        """For a question about services nobody was asked about before."""
        return max((question.number for question in self.questions), default=0) + 1

    # --- one question ----------------------------------------------------------------------------

    def history(self, question: ConsentQuestion, person_id: int) -> list[ConsentEvent]:
        return [e for e in self.events.get(question.id, ()) if e.consenter_id == person_id]

    def answers(self, question: ConsentQuestion, person_id: int) -> list[ConsentEvent]:
        """A person's history without what answers nothing: that it was opened."""
        told = self.history(question, person_id)
        return [event for event in told if event.act != ConsentAct.SHOWN]

    def state(self, question: ConsentQuestion, person_id: int) -> ConsentState:
        return self.fold.state(self._asked(question), person_id)

    def answer(self, question: ConsentQuestion, person_id: int) -> ConsentState:
        """As `state`, but a yes that has to be said anew is a question that waits."""
        found = self.state(question, person_id)
        stale = found is ConsentState.GIVEN and self.again(question)
        return ConsentState.ASKED if stale else found

    def yes(self, question: ConsentQuestion, person_id: int) -> ConsentEvent | None:
        """The event of a yes that stands."""
        found = self.fold.yes(self._asked(question), person_id)
        told = self.events.get(question.id, ())
        return next((event for event in told if found and event.id == found.id), None)

    def said_yes_to(self, question: ConsentQuestion, person_id: int) -> Scope:
        """What a person's yes is a yes to: all that was asked, or less. Empty without one."""
        found = self._asked(question)
        yes = self.fold.yes(found, person_id)
        return found.part(yes) if yes is not None else {}

    def own(self, person_id: int) -> dict[int, Kinds]:
        """What a person's own words let each service know."""
        return self.fold.own(person_id)

    def gives(
        self, question: ConsentQuestion, person_id: int, units: Iterable[int]
    ) -> dict[int, Kinds]:
        """What a person's yes to everything gives each service. Nothing without one."""
        found = self._asked(question)
        yes = self.fold.yes(found, person_id)
        return self.fold.gives(found, yes, units) if yes is not None else {}

    def among(self, question: ConsentQuestion, states: Collection[ConsentState]) -> list[Person]:
        """Those who must answer, whose answer is one of `states`."""
        return [p for p in self.must.everyone if self.answer(question, p.id) in states]

    def holds(self, question: ConsentQuestion) -> bool:
        """All who must say yes, and no later version ever took its place."""
        return self.fold.holds(self._asked(question))

    def again(self, question: ConsentQuestion) -> bool:
        """Everyone's yes stands, but somebody must say so anew: who has to has changed since."""
        return self.fold.again(self._asked(question))

    def differs(self, question: ConsentQuestion) -> bool:
        return self.fold.differs(self._asked(question))

    def parts(self, question: ConsentQuestion) -> frozenset[object]:
        """The different things that were said yes to; never whose."""
        return self.fold.parts(self._asked(question))

    def ends_on(self, question: ConsentQuestion) -> date:
        """The last day of what was said yes to: a yes recorded late may end before the rest."""
        return self.fold.ends_on(self._asked(question))

    def shared(self, question: ConsentQuestion) -> dict[int, Kinds]:
        return self.fold.shared(self._asked(question))

    def not_shared(self, question: ConsentQuestion, yes: Scope) -> Scope:
        """Of somebody's yes, while the question is in force: what services may not know all the
        same, as another's is to less. Nobody is told whose."""
        return without(yes, self.grants()) if self.holds(question) else {}

    def difference(self, question: ConsentQuestion) -> Difference:
        return self.fold.difference(self._asked(question))

    # --- all of them -----------------------------------------------------------------------------

    def versions(self, question: ConsentQuestion) -> list[ConsentQuestion]:
        """Every version of a question's number, oldest first."""
        return [q for q in self.questions if q.number == question.number]

    def newest(self, question: ConsentQuestion) -> ConsentQuestion:
        return self.versions(question)[-1]

    def in_force(self) -> list[ConsentQuestion]:
        """The questions by which some service may know something now."""
        ids = {found.id for found in self.fold.in_force()}
        return [q for q in self.questions if q.id in ids]

    def everything(self) -> ConsentQuestion | None:
        """The choice to share everything with everyone, while it is in force."""
        found = self.fold.everything()
        return next((q for q in self.questions if found and q.id == found.id), None)

    def grants(self) -> dict[int, Kinds]:
        """What each service may know now."""
        return self.fold.grants()

    def lost(self) -> dict[int, Kinds]:
        """What services might once know in the case, and may not now."""
        told = [event.id for events in self.events.values() for event in events]
        then = (self.fold.before(event, self.today).grants() for event in told)
        return without(union(then), self.grants())

    def given_by(self, question: ConsentQuestion, person_id: int) -> list[ConsentQuestion]:
        """The versions of a question's number to which a person's yes stands."""
        given = ConsentState.GIVEN
        return [v for v in self.versions(question) if self.state(v, person_id) is given]

    def ends_with(
        self, questions: Iterable[ConsentQuestion], person_id: int
    ) -> list[ConsentQuestion]:
        """Every yes of a person's that ends when these are taken back: each that lets one of
        their services know anything, or taking one back would leave another that does."""
        numbers, units = set(), set[int]()
        for question in questions:
            numbers.add(question.number)
            units |= self._about(question, person_id)
        given = ConsentState.GIVEN
        return [
            q
            for q in self.questions
            if (q.number in numbers or self._about(q, person_id) & units)
            and self.state(q, person_id) is given
        ]

    def _about(self, question: ConsentQuestion, person_id: int) -> set[int]:
        """The services a person has said yes to; without a yes to any, all that are asked about."""
        said = {} if question.everything else self.said_yes_to(question, person_id)
        return set(said or scope_of(question))

    def named(self, questions: Iterable[ConsentQuestion], person_id: int) -> set[int]:
        """The services that a person's yeses to some questions are yeses to."""
        return self.fold.named(map(self._asked, questions), person_id)

    def _asked(self, question: ConsentQuestion) -> Asked:
        return self.fold.by_id[question.id]


_QUESTIONS = Rows(
    select(ConsentQuestion).order_by(ConsentQuestion.number, ConsentQuestion.version),
    by=ConsentQuestion.case_id,
)
_EVENTS = Rows(select(ConsentEvent).order_by(ConsentEvent.id), by=ConsentEvent.question_id)


def standing(
    session: Session, case: Case, now: datetime, *, then: datetime | None = None
) -> Standing:
    """All that was said in a case, read at `now`, whatever the clock of who said it: what was
    taken back and committed is never read as standing. With `then`, only what was said before:
    how it stood at an instant that has been."""
    questions = _QUESTIONS.of(session, case.id)
    told = _EVENTS.of_each(session, [question.id for question in questions])
    if then is not None:
        told = {of: [each for each in events if each.at < then] for of, events in told.items()}
    rules = municipality.policy_at(session, now)
    must = consenters(session, case, now)
    return Standing(
        questions=tuple(questions),
        events={question_id: tuple(events) for question_id, events in told.items()},
        must=must,
        rules=rules,
        fold=Fold(
            asked=tuple(asked(q, told[q.id], rules.zone) for q in questions),
            must=must.facts,
            today=policy.today_in(now, rules),
            open=case.state != CaseState.CLOSED,
        ),
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
