"""What holds in a whole case on a day, and what a question would change in it. Pure.

As `consent_rules`, which say what one question amounts to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from models.consent_rules import (
    EVERYTHING,
    Answer,
    Asked,
    Kinds,
    Required,
    Said,
    Scope,
    agreed,
)
from models.terms import ConsentState


@dataclass(frozen=True)
class Fold:
    """The state as a function of what was said, who must say yes, and the day."""

    asked: tuple[Asked, ...]  # by number, then version
    must: Required
    today: date
    open: bool = True  # a closed case shares nothing

    @cached_property
    def by_id(self) -> Mapping[int, Asked]:
        return {question.id: question for question in self.asked}

    # --- one question ----------------------------------------------------------------------------

    def state(self, question: Asked, person: int) -> ConsentState:
        return question.course.answers.get(person, Answer()).on(self.today)

    def yes(self, question: Asked, person: int) -> Said | None:
        """The yes of a person's that stands."""
        answer = question.course.answers.get(person, Answer())
        return answer.yes if answer.on(self.today) is ConsentState.GIVEN else None

    def yeses(self, question: Asked) -> list[Said]:
        """Of those who must say yes, everyone's that stands."""
        said = [self.yes(question, person) for person in self.must.everyone]
        return [yes for yes in said if yes is not None]

    def holds(self, question: Asked) -> bool:
        """All who must say yes, and no later version ever took its place."""
        return self._stands(question) and question.course.carried

    def again(self, question: Asked) -> bool:
        """All who must now say yes, but who had to when they said it was another matter: it holds
        once one of them says so anew."""
        return self._stands(question) and not question.course.carried

    def _stands(self, question: Asked) -> bool:
        replaced, answers = self._replaced(question), question.course.answers
        return self.open and not replaced and agreed(answers, self.must, self.today)

    def _replaced(self, question: Asked) -> bool:
        same = [other for other in self.asked if other.number == question.number]
        return any(v.course.ever for v in same if v.version > question.version)

    def shared(self, question: Asked) -> dict[int, Kinds]:
        """The common part of every yes to a question: nothing that anyone required left out [14]."""
        parts = [question.part(yes) for yes in self.yeses(question)]
        common = {
            unit: kinds.intersection(*(part.get(unit, frozenset()) for part in parts))
            for unit, kinds in question.scope.items()
        }
        return filled(common) if parts else {}

    def ends_on(self, question: Asked) -> date:
        return min([question.until, *(y.until for y in self.yeses(question) if y.until)])

    def differs(self, question: Asked) -> bool:
        """Two who must say yes said it to different things: a conflict a person must settle."""
        return len(self.parts(question)) > 1

    def parts(self, question: Asked) -> frozenset[frozenset[tuple[int, Kinds]]]:
        """The different things that those who must have said yes to; never whose."""
        said = [question.part(yes) for yes in self.yeses(question)]
        # Of everything, nothing for a service is less than all.
        parts = said if question.everything else [filled(part) for part in said]
        return frozenset(frozenset(part.items()) for part in parts)

    # --- all of them -----------------------------------------------------------------------------

    def in_force(self) -> list[Asked]:
        """The questions by which some service may know something now."""
        return [q for q in self.asked if self.holds(q) and self.shared(q)]

    def everything(self) -> Asked | None:
        """The choice to share everything with everyone, while it is in force."""
        return next((q for q in self.asked if q.everything and self.holds(q)), None)

    def grants(self) -> dict[int, Kinds]:
        """What each service may know now: the sum of what is in force."""
        carrying = self.in_force()
        granted = union(self.shared(question) for question in carrying)
        wide = self.everything()
        return granted if wide is None else self._widened(granted, wide, carrying)

    def _widened(
        self, granted: Scope, wide: Asked, carrying: Collection[Asked]
    ) -> dict[int, Kinds]:
        """Everything for every service that knows something, or what is left of that; not where
        somebody required has said since that this service only gets that: the last word about a
        service decides."""
        yeses = self.yeses(wide)
        narrowed = set[int]().union(*(self.only_that(yes, carrying) for yes in yeses))
        return {
            unit: kinds if unit in narrowed
            else kinds | EVERYTHING.intersection(*(wide.gives(yes, unit) for yes in yeses))
            for unit, kinds in granted.items()
        }  # fmt: skip

    def only_that(self, wide: Said, among: Iterable[Asked]) -> set[int]:
        """Services of which somebody, after a yes to everything, has said yes to less than was
        asked."""
        since = ((question, self.yes(question, wide.by)) for question in among)
        return {
            unit
            for question, yes in since
            if yes is not None and yes.id > wide.id
            for unit, kinds in question.scope.items()
            if question.part(yes).get(unit) != kinds
        }

    def own(self, person: int) -> dict[int, Kinds]:
        """What a person's own words let each service know, were they the only ones."""
        said = [(q, yes) for q in self.asked if (yes := self.yes(q, person)) is not None]
        named = union(q.part(yes) for q, yes in said if not q.everything)
        wide = [(q, yes) for q, yes in said if q.everything]
        units = {*named, *(self.grants() if wide else ())}
        given = union(self.gives(q, yes, units) for q, yes in wide)
        return filled(union([named, given]))

    def named(self, questions: Iterable[Asked], person: int) -> set[int]:
        """The services that a person has said yes to, of what some questions ask; not by a yes in
        whose place a later version's came."""
        said = ((q, self.yes(q, person)) for q in questions if not self._replaced(q))
        parts = (q.part(yes) for q, yes in said if yes is not None and not q.everything)
        return set(union(map(filled, parts)))

    def before(self, event: int, day: date) -> Fold:
        """As it stood on a day before one thing was said, with those who must as now."""
        told = (replace(q, told=tuple(e for e in q.told if e.id < event)) for q in self.asked)
        return replace(self, asked=tuple(told), today=day)

    def gives(self, wide: Asked, yes: Said, units: Iterable[int]) -> dict[int, Kinds]:
        """What a yes to everything still gives each service, after all its giver has said since."""
        since = self.only_that(yes, self.asked)
        return {u: frozenset() if u in since else wide.gives(yes, u) for u in units}

    def difference(self, question: Asked) -> Difference:
        """What a yes of everyone's to all of a question would change."""
        carrying = self.in_force()
        kept = [q for q in carrying if q.number != question.number]
        then = union([*(self.shared(q) for q in kept), question.scope])
        wide = self.everything()
        if question.everything:
            then = dict.fromkeys(then, EVERYTHING)
        elif wide is not None:
            then = self._widened(then, wide, kept)
        about = set(then if question.everything else question.scope)
        ends = [q.until for q in carrying if q.number == question.number or about & q.scope.keys()]
        return difference(self.grants(), then, about, question.until, max(ends, default=None))


def union(scopes: Iterable[Scope]) -> dict[int, Kinds]:
    total: dict[int, Kinds] = {}
    for scope in scopes:
        for unit, kinds in scope.items():
            total[unit] = total.get(unit, frozenset()) | kinds
    return total


def filled(scope: Scope) -> dict[int, Kinds]:
    return {unit: kinds for unit, kinds in scope.items() if kinds}


def without(scope: Scope, other: Scope) -> dict[int, Kinds]:
    return filled({unit: kinds - other.get(unit, frozenset()) for unit, kinds in scope.items()})


# --- what a question would change ----------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """'New: PPT may see goals. Not health. Until 12 June. Everything else as before.' As data."""

    new: Scope  # what services would know beyond what they may now
    ends: Scope  # what they may know now and then no more
    not_asked: Scope  # what the services asked about would still not know
    as_before: Scope  # what they may know now and would go on knowing, the others too
    until: date
    until_before: date | None  # till when what the services asked about know now holds

    @property
    def until_changes(self) -> bool:
        return self.until_before is not None and self.until_before != self.until


def difference(
    now: Scope, then: Scope, about: Collection[int], until: date, until_before: date | None
) -> Difference:
    """Compare what each service may know now with what it would; `about`: the services asked for."""
    ends = without(now, then)
    return Difference(
        new=without(then, now),
        ends=ends,
        not_asked=without(dict.fromkeys(sorted(about), EVERYTHING), then),
        as_before=without(now, ends),
        until=until,
        until_before=until_before,
    )
