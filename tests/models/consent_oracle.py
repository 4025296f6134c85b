"""A slow second reading of the rules of consent, to hold the real one against.

Written from DOMAIN sections 4 and 10 over the rows as they lie in the tables, with loops instead of
folds, each question put from the start every time. It imports nothing of the rules; who had to say
yes at which moment it works out itself, from what was known of the youth, the guardians and the
municipality's choices then.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from models.terms import InfoKind

ALL = {str(kind) for kind in InfoKind}
OSLO = ZoneInfo("Europe/Oslo")
DEFAULTS = {"co": 15, "until": 18, "sole": 18, "which": "all"}


@dataclass
class World:
    """What was known when, each list in order of time; the last entry not later counts."""

    youth: int
    births: list[tuple[datetime, date | None]]
    guardians: list[tuple[datetime, list[int]]]
    policies: list[tuple[date, dict[str, Any]]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)  # rows, by number and version
    events: list[dict[str, Any]] = field(default_factory=list)  # rows, in order
    withheld: list[dict[str, Any]] = field(default_factory=list)  # rows, in order
    closed: bool = False

    # --- ages and who must ---------------------------------------------------------------------------

    def choices(self, at: datetime) -> dict[str, Any]:
        found = DEFAULTS
        for first_day, choices in sorted(self.policies, key=lambda each: each[0]):
            if first_day <= at.date():
                found = choices
        return found

    def known(self, history: list[tuple[datetime, Any]], at: datetime) -> Any:
        found = None
        for since, value in history:
            if since <= at:
                found = value
        return found

    def age(self, born: date, day: date) -> int:
        """Count birthdays. Who was born on 29 February has it on 1 March when there is none."""
        years = 0
        while True:
            try:
                birthday = date(born.year + years + 1, born.month, born.day)
            except ValueError:
                birthday = date(born.year + years + 1, 3, 1)
            if birthday > day:
                return years
            years += 1

    def must(self, at: datetime) -> tuple[list[int], bool, bool]:
        """The guardians who must say yes, whether guardians must at all, whether the youth must."""
        rules = self.choices(at)
        born = self.known(self.births, at)
        guardians = self.known(self.guardians, at)
        if born is None:
            return list(guardians), True, True
        age = self.age(born, at.astimezone(OSLO).date())
        parents = age < rules["until"] and age < rules["sole"]
        youth = age >= rules["co"] or not parents
        return (list(guardians) if parents else []), parents, youth

    def everyone(self, at: datetime) -> list[int]:
        guardians, _needed, youth = self.must(at)
        return guardians + ([self.youth] if youth else [])

    # --- one consenter -------------------------------------------------------------------------------

    def about(self, question: dict[str, Any]) -> list[dict[str, Any]]:
        return [e for e in self.events if e["question_id"] == question["id"]]

    def struck_out(self, event: dict[str, Any]) -> bool:
        return any(e["act"] == "in_error" and e["voids"] == event["id"] for e in self.events)

    def word(self, told: list[dict[str, Any]], person: int, day: date) -> tuple[str, Any]:
        """The last word of somebody among `told`, read from the end, and the yes it is."""
        mine = [e for e in told if e["consenter_id"] == person]
        mine = [e for e in mine if e["act"] not in ("shown", "in_error")]
        if not mine:
            return "none", None
        last, before = mine[-1], mine[:-1]
        if self.struck_out(last):
            earlier = self.word(before, person, day)
            return ("asked", None) if earlier[1] is not None else earlier
        if last["act"] == "asked":
            earlier = self.word(before, person, day)
            return earlier if earlier[1] is not None else ("asked", None)
        if last["act"] == "given":
            return ("expired" if day > last["until"] else "given"), last
        return last["act"], None

    def state(self, question: dict[str, Any], person: int, at: datetime) -> str:
        return self.word(self.about(question), person, at.astimezone(OSLO).date())[0]

    def yes_of(self, question: dict[str, Any], person: int, at: datetime) -> Any:
        state, yes = self.word(self.about(question), person, at.astimezone(OSLO).date())
        return yes if state == "given" else None

    # --- everyone ------------------------------------------------------------------------------------

    def all_said_yes(self, told: list[dict[str, Any]], at: datetime) -> bool:
        """By those who must at that moment. 'One guardian' is still stopped by another's no."""
        guardians, needed, youth = self.must(at)
        day = at.astimezone(OSLO).date()
        if youth and self.word(told, self.youth, day)[0] != "given":
            return False
        if not needed:
            return youth
        words = [self.word(told, guardian, day)[0] for guardian in guardians]
        if self.choices(at)["which"] == "one":
            return "given" in words and "refused" not in words and "withdrawn" not in words
        return bool(words) and all(word == "given" for word in words)

    def moments(self, question: dict[str, Any]) -> list[tuple[bool, bool]]:
        """After each answer: whether it was a yes that counts, and whether all had said yes."""
        told, found = self.about(question), []
        for place, event in enumerate(told):
            if event["act"] in ("asked", "shown", "in_error"):
                continue
            counts = event["act"] == "given" and not self.struck_out(event)
            found.append((counts, self.all_said_yes(told[: place + 1], event["at"])))
        return found

    def ever_agreed(self, question: dict[str, Any]) -> bool:
        return any(counts and agreed for counts, agreed in self.moments(question))

    def still_agreed(self, question: dict[str, Any]) -> bool:
        """Since some yes with which all had said yes, at no later word was somebody missing."""
        moments = self.moments(question)
        return any(
            counts and all(agreed for _counts, agreed in moments[place:])
            for place, (counts, _agreed) in enumerate(moments)
        )

    def replaced(self, question: dict[str, Any]) -> bool:
        return any(
            other["number"] == question["number"]
            and other["version"] > question["version"]
            and self.ever_agreed(other)
            for other in self.questions
        )

    def agreed_now(self, question: dict[str, Any], at: datetime) -> bool:
        if self.closed or self.replaced(question):
            return False
        return self.all_said_yes(self.about(question), at)

    def holds(self, question: dict[str, Any], at: datetime) -> bool:
        return self.agreed_now(question, at) and self.still_agreed(question)

    def again(self, question: dict[str, Any], at: datetime) -> bool:
        return self.agreed_now(question, at) and not self.still_agreed(question)

    # --- what is shared ------------------------------------------------------------------------------

    def said_yes_to(self, question: dict[str, Any], person: int, at: datetime) -> Any:
        """Pairs of service and kind, or None without a yes that stands."""
        yes = self.yes_of(question, person, at)
        if yes is None:
            return None
        scope = question["scope"] if yes["scope"] is None else yes["scope"]
        return {(int(unit), kind) for unit, kinds in scope.items() for kind in kinds}

    def common(self, question: dict[str, Any], at: datetime) -> set[tuple[int, str]]:
        shared = set()
        for unit, kinds in question["scope"].items():
            for kind in kinds:
                wanted = (int(unit), str(kind))
                parts = [self.said_yes_to(question, p, at) for p in self.everyone(at)]
                if all(part is None or wanted in part for part in parts):
                    shared.add(wanted)
        return shared

    def differs(self, question: dict[str, Any], at: datetime) -> bool:
        parts = [self.said_yes_to(question, p, at) for p in self.everyone(at)]
        if question["everything"]:
            parts = [self.left_out(question, p, at) for p in self.everyone(at)]
        said = [part for part in parts if part is not None]
        return any(one != other for one in said for other in said)

    def grants(self, at: datetime) -> dict[int, set[str]]:
        in_force = [q for q in self.questions if self.holds(q, at)]
        own: dict[int, set[str]] = {}
        for question in in_force:
            for unit, kind in self.common(question, at):
                own.setdefault(unit, set()).add(kind)
        wide = [q for q in in_force if q["everything"]]
        if not wide:
            return own
        return {
            unit: kinds
            if self.only_that(wide[0], unit, in_force, at)
            else kinds | {kind for kind in ALL if self.all_give(wide[0], unit, kind, at)}
            for unit, kinds in own.items()
        }

    def left_out(self, wide: dict[str, Any], person: int, at: datetime) -> Any:
        """What a yes to everything keeps from services it names; None without one that stands."""
        yes = self.yes_of(wide, person, at)
        if yes is None:
            return None
        named = (yes["scope"] or {}).items()
        return {(int(unit), kind) for unit, kinds in named for kind in ALL if kind not in kinds}

    def all_give(self, wide: dict[str, Any], unit: int, kind: str, at: datetime) -> bool:
        parts = [self.left_out(wide, person, at) for person in self.everyone(at)]
        return all(part is None or (unit, kind) not in part for part in parts)

    def only_that(
        self, wide: dict[str, Any], unit: int, in_force: list[dict[str, Any]], at: datetime
    ) -> bool:
        """Somebody who must has said, after sharing everything, that this service only gets that."""
        for person in self.everyone(at):
            for question in in_force:
                asked = {(unit, kind) for kind in question["scope"].get(str(unit), ())}
                part = self.said_yes_to(question, person, at)
                all_of_it = self.yes_of(wide, person, at)
                if not asked or part is None or all_of_it is None:
                    continue
                if not self.common(question, at):
                    continue
                later = self.yes_of(question, person, at)["id"] > all_of_it["id"]
                if later and not asked <= part:
                    return True
        return False

    def hidden(self, kind: str, item_id: int, unit: int) -> bool:
        """Somebody withheld it, from this service or from all, and has not released it since."""
        last: dict[tuple[int, Any], str] = {}
        for event in self.withheld:
            if (event["item"], event["item_id"]) == (kind, item_id):
                last[event["person_id"], event["unit_id"]] = event["act"]
        return any(
            act == "withheld" and about in (unit, None) for (_who, about), act in last.items()
        )

    def knows_of(self, kind: str, item_id: int, info: str, units: set[int], at: datetime) -> bool:
        """Whether somebody who takes part for these services may know of one thing."""
        grants = self.grants(at)
        return any(
            info in grants.get(unit, ()) and not self.hidden(kind, item_id, unit) for unit in units
        )
