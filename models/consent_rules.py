"""What a history of consent amounts to: who has said what, what holds, what is shared. Pure.

As `policy`, which it belongs to: imports `policy`, `terms` and the standard library only. People,
services and questions are ids. Numbers in brackets are DOMAIN section 10's rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, reduce
from typing import Any, NamedTuple

from models import policy
from models.policy import MunicipalPolicy
from models.terms import ConsentAct, ConsentState, InfoKind

Kinds = frozenset[InfoKind]
Scope = Mapping[int, Kinds]
"""Which service would know what."""

EVERYTHING: Kinds = frozenset(InfoKind)


# --- who must say yes ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Required:
    """Who has to say yes at one moment [10, 21, 59]. Kept with every answer: what a yes amounted
    to is judged by who had to say yes then, and whether it still carries by who must now."""

    guardians: tuple[int, ...] = ()
    youth: int | None = None
    guardians_needed: bool = True
    one_guardian: bool = False  # enough, unless another is against

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> Required:
        return cls(tuple(facts["guardians"]), facts["youth"], facts["needed"], facts["one"])

    def facts(self) -> dict[str, Any]:
        return {
            "guardians": list(self.guardians),
            "youth": self.youth,
            "needed": self.guardians_needed,
            "one": self.one_guardian,
        }

    @property
    def everyone(self) -> tuple[int, ...]:
        return self.guardians if self.youth is None else (*self.guardians, self.youth)


def required(
    youth: int, born: date | None, guardians: Iterable[int], day: date, rules: MunicipalPolicy
) -> Required:
    """Who must say yes on a day: the guardians with responsibility until the youth is old enough,
    the youth too from the age of co-consent."""
    needed = policy.guardians_must_consent(born, day, rules)
    return Required(
        guardians=tuple(guardians) if needed else (),
        youth=youth if policy.youth_must_consent(born, day, rules) else None,
        guardians_needed=needed,
        one_guardian=rules.guardians_required == "one",
    )


# --- one consenter and one question --------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """One event of a question's history, as the rules read it."""

    id: int
    by: int
    act: ConsentAct
    day: date
    until: date | None = None  # of a yes: the last day it holds
    scope: Scope | None = None  # of a yes: to what; None is all that was asked
    voids: int | None = None  # of IN_ERROR: which event is struck out
    must: Required | None = None  # who had to say yes when this was said


class Answer(NamedTuple):
    """Where one consenter stands with one question, and the yes it rests on."""

    state: ConsentState = ConsentState.NONE
    yes: Said | None = None

    def on(self, day: date) -> ConsentState:
        """A yes holds through its last day [20]."""
        lapsed = self.yes is not None and self.yes.until is not None and self.yes.until < day
        return ConsentState.EXPIRED if lapsed else self.state


def after(answer: Answer, event: Said) -> Answer:
    """An answer with one more event: the last word decides [24].

    Being asked anew does not undo a yes. What was struck out says nothing; but a yes that it had
    been written over does not come back by itself: the question is open again [17, 25].
    """
    stands = answer.state is ConsentState.GIVEN
    match event.act:
        case ConsentAct.SHOWN:
            return answer
        case ConsentAct.GIVEN:
            return Answer(ConsentState.GIVEN, event)
        case ConsentAct.ASKED:
            return answer if stands else Answer(ConsentState.ASKED)
        case ConsentAct.IN_ERROR:
            return Answer(ConsentState.ASKED) if stands else answer
    return Answer(ConsentState(event.act))


def heard(told: Sequence[Said]) -> list[Said]:
    """A history in which the place of what was recorded in error is struck out."""
    void = {event.voids for event in told if event.act is ConsentAct.IN_ERROR}
    return [
        replace(event, act=ConsentAct.IN_ERROR) if event.id in void else event
        for event in told
        if event.act is not ConsentAct.IN_ERROR
    ]


def answer(told: Sequence[Said]) -> Answer:
    """Where one consenter stands, from all that was said by that one."""
    return reduce(after, heard(told), Answer())


# --- everyone and one question -------------------------------------------------------------------


def agreed(answers: Mapping[int, Answer], must: Required, day: date) -> bool:
    """Whether everyone who must has said yes [10, 17].

    Nobody who must: no. Guardians needed but none known: no. Where one guardian is enough,
    another's no or withdrawal still stops it: no one can override it.
    """

    def state(person: int) -> ConsentState:
        return answers.get(person, Answer()).on(day)

    if must.youth is not None and state(must.youth) is not ConsentState.GIVEN:
        return False
    if not must.guardians_needed:
        return must.youth is not None
    said = {state(guardian) for guardian in must.guardians}
    if must.one_guardian:
        against = {ConsentState.REFUSED, ConsentState.WITHDRAWN}
        return ConsentState.GIVEN in said and not against & said
    return said == {ConsentState.GIVEN}


class Course(NamedTuple):
    """What became of a question so far."""

    answers: Mapping[int, Answer]
    carried: bool  # all who then had to, said yes, and nothing said since has ended it
    ever: bool  # it was so at some time


def course(told: Sequence[Said]) -> Course:
    """Go through a history, judging each moment by who had to say yes then.

    Only a yes makes a question carry: a birthday, a new policy or a guardian who leaves can take
    away, but gives nothing that nobody said yes to under those who must [21, 25].
    """
    answers: dict[int, Answer] = {}
    carried = ever = False
    for event in heard(told):
        answers[event.by] = after(answers.get(event.by, Answer()), event)
        if event.must is not None:
            given = event.act is ConsentAct.GIVEN
            carried = (given or carried) and agreed(answers, event.must, event.day)
            ever = ever or carried
    return Course(answers, carried, ever)


@dataclass(frozen=True)
class Asked:
    """A version of a question, with its history. An `everything` names no service: it is about
    every service that some other question lets know anything. A yes to it may name those to which
    it gives less, and what it gives them [14]."""

    id: int
    number: int
    version: int
    scope: Scope
    until: date
    everything: bool = False
    told: tuple[Said, ...] = ()

    @cached_property
    def course(self) -> Course:
        return course(self.told)

    def part(self, yes: Said) -> Scope:
        return self.scope if yes.scope is None else yes.scope

    def gives(self, yes: Said, unit: int) -> Kinds:
        """What a yes to everything gives a service that knows something."""
        return self.part(yes).get(unit, EVERYTHING)
