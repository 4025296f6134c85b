"""Situations in which each rule shows itself, told step by step and held against the oracle at each.

What the machine finds by wandering is here on purpose, so that no rule can be lost unseen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from models.terms import ConsentAct, InfoKind, Via
from tests.models.consent_world import FAMILY
from tests.models.test_consent_machine import Machine

MEETINGS, TILTAK, GOALS = InfoKind.MEETINGS, InfoKind.TILTAK, InfoKind.GOALS
CLUB = {"club": frozenset({MEETINGS, TILTAK, GOALS})}
GIVEN, REFUSED, WITHDRAWN = ConsentAct.GIVEN, ConsentAct.REFUSED, ConsentAct.WITHDRAWN
TODAY = date(2026, 11, 23)
SIXTEEN, FOURTEEN = date(2010, 5, 14), date(2012, 5, 14)
ONE = {"co": 15, "until": 18, "sole": 18, "which": "one"}


class Told(Machine):
    """The machine, one step at a time; after each, everything is compared."""

    every = 1

    def __init__(self, born=SIXTEEN, scope=CLUB, days=90):
        super().__init__()
        self.begin(born=born, scope=scope, days=days)

    def check(self):
        self.the_rules_agree_with_the_oracle()
        return self.town.told().grants(self.town.now).get(self.town.units["club"], set())

    def yes(self, *who, of=-1, wanted=None):
        for each in who or FAMILY:
            self._yes(each, self.town.newest()[of], wanted)
            self.check()
        return self.check()

    def say(self, what, who, of=-1):
        self.town.say(what, who, self.town.newest()[of])
        return self.check()

    def paper(self, act, who, ago=0, wanted=None):
        question = self.town.newest()[-1]
        part = self.town.part(question, wanted) if wanted else None
        self.town.write_down(act, who, question, ago, Via.PAPER, part)
        return self.check()

    def strike(self, by_the_person=False):
        self.town.strike_out(self.town.written()[-1], by_the_person)
        return self.check()

    def days(self, count, awake=True):
        self.town.pass_time(self.town.now + timedelta(days=count), awake)
        return self.check()

    def ask_again(self, scope, days=90):
        self.town.ask(scope, days)
        return self.check()

    def choose(self, choices):
        self.town.decide(1, choices)
        return self.days(2)


ALL = set(CLUB["club"])


def expiry(told: Told):
    assert told.yes() == ALL
    told.days(89)
    assert told.days(1) == ALL  # the last day itself
    assert told.days(1) == set()


def expiry_slept_through(told: Told):
    told.yes()
    assert told.days(120, awake=False) == set()


def a_birthday(told: Told):
    """Fourteen, and fifteen on the fourth day."""
    assert told.yes("kari", "per") == ALL
    assert told.days(3) == ALL
    assert told.days(1) == set()
    assert told.yes("ida") == ALL


def of_age(told: Told):
    """Seventeen, and eighteen on the fourth day: the own yes goes on, the guardians' is nothing."""
    told.yes()
    assert told.days(4) == ALL
    assert told.say("stop", "per") == ALL
    assert told.say("stop", "ida") == set()


def refused_before_eighteen(told: Told):
    told.yes("ida", "kari")
    told.say("no", "per")
    assert told.days(4) == set()
    assert told.yes("ida") == ALL


def one_guardian(told: Told):
    told.choose(ONE)
    assert told.yes("ida", "kari") == ALL
    assert told.yes("per") == ALL
    assert told.say("stop", "kari") == set()
    assert told.yes("kari") == ALL
    assert told.say("no", "per") == set()


def one_guardian_from_tomorrow(told: Told):
    """A new policy gives nothing that the old one had not: somebody says so anew."""
    told.yes("ida", "kari")
    assert told.choose(ONE) == set()
    assert told.yes("kari") == ALL


def parts(told: Told):
    told.yes("ida")
    told.yes("kari", wanted=frozenset({TILTAK}))
    assert told.yes("per", wanted=frozenset({TILTAK, GOALS})) == {TILTAK}
    assert told.yes("kari", wanted=frozenset({MEETINGS})) == set()
    assert told.yes("kari", wanted=frozenset({GOALS})) == {GOALS}
    assert told.say("stop", "ida") == set()


def versions(told: Told):
    told.yes()
    narrow = {"club": frozenset({TILTAK})}
    told.ask_again(narrow)
    told.yes("ida", "kari")
    assert told.days(1) == ALL
    assert told.yes("per") == {TILTAK}
    assert told.say("stop", "kari") == set()
    assert told.ask_again(CLUB) == set()
    assert told.yes() == ALL


def a_refused_version_changes_nothing(told: Told):
    told.yes()
    told.ask_again({"club": frozenset({TILTAK})})
    told.yes("kari")
    assert told.say("no", "per") == ALL
    assert told.say("talk", "ida") == ALL


def a_shorter_version_does_not_give_the_longer_back(told: Told):
    told.yes()
    told.ask_again({"club": frozenset({TILTAK})}, days=5)
    assert told.yes() == {TILTAK}
    assert told.days(6) == set()


def everything(told: Told):
    told.yes()
    told.ask_again(None, days=30)
    assert told.yes("ida", "kari") == ALL
    assert told.yes("per") == set(InfoKind)
    assert told.yes("kari", of=0, wanted=frozenset({TILTAK})) == {TILTAK}
    assert told.yes("kari", of=0) == set(InfoKind)
    assert told.say("stop", "per") == ALL


def on_paper(told: Told):
    told.yes("ida", "kari")
    assert told.paper(GIVEN, "per", ago=1, wanted=frozenset({TILTAK})) == {TILTAK}
    assert told.paper(WITHDRAWN, "per") == set()
    assert told.strike() == set()  # nobody else gives a yes back
    assert told.yes("per") == ALL
    assert told.paper(REFUSED, "kari") == set()


def a_yes_in_error(told: Told):
    told.yes("ida", "kari")
    assert told.paper(GIVEN, "per") == ALL
    assert told.strike() == set()
    assert told.paper(GIVEN, "per") == ALL
    assert told.strike(by_the_person=True) == set()


def a_version_in_error_replaced_nothing(told: Told):
    told.yes()
    told.ask_again({"club": frozenset({TILTAK})})
    told.yes("ida", "kari")
    assert told.paper(GIVEN, "per") == {TILTAK}
    assert told.strike() == ALL


def withheld(told: Told):
    told.yes()
    for kind in told.town.items:
        told.town.withhold("kari", kind, "club", False)
        told.check()
        told.town.withhold("per", kind, None, False)
        told.check()
        told.town.withhold("kari", kind, "club", True)
        told.check()
        told.town.withhold("per", kind, None, True)
        assert told.check() == ALL


def a_corrected_birth_date(told: Told):
    """Thought to be fourteen, and sixteen in truth."""
    assert told.yes("kari", "per") == ALL
    told.town.correct(SIXTEEN)
    assert told.check() == set()
    assert told.yes("ida") == ALL
    told.town.correct(date(2008, 11, 23))
    assert told.check() == ALL  # eighteen today: the own yes
    assert told.say("stop", "ida") == set()


def a_guardian_leaves(told: Told):
    told.yes("ida", "kari")
    told.say("no", "per")
    told.town.guardian("per", False)
    assert told.check() == set()
    assert told.yes("kari") == ALL
    told.town.guardian("per", True)
    assert told.check() == set()


def born_on_29_february(told: Told):
    """Born 2012: fifteen on 1 March 2027, not the day before."""
    told.yes("kari", "per")
    told.days((date(2027, 2, 28) - TODAY).days)
    assert told.check() == ALL
    assert told.days(1) == set()


def everyone_stops_everything(told: Told):
    told.yes()
    assert told.say("stop all", "kari") == set()
    assert told.yes("kari") == ALL


IN_FOUR_DAYS = TODAY + timedelta(days=4)
SITUATIONS: list[tuple[Callable[[Told], None], dict[str, object]]] = [
    (expiry, {}),
    (expiry_slept_through, {}),
    (a_birthday, {"born": IN_FOUR_DAYS.replace(year=2011)}),
    (of_age, {"born": IN_FOUR_DAYS.replace(year=2008)}),
    (refused_before_eighteen, {"born": IN_FOUR_DAYS.replace(year=2008)}),
    (one_guardian, {}),
    (one_guardian_from_tomorrow, {}),
    (parts, {}),
    (versions, {}),
    (a_refused_version_changes_nothing, {}),
    (a_shorter_version_does_not_give_the_longer_back, {}),
    (everything, {}),
    (on_paper, {}),
    (a_yes_in_error, {}),
    (a_version_in_error_replaced_nothing, {}),
    (withheld, {}),
    (a_corrected_birth_date, {"born": FOURTEEN}),
    (a_guardian_leaves, {}),
    (born_on_29_february, {"born": date(2012, 2, 29), "days": 200}),
    (everyone_stops_everything, {}),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("situation", "setting"), SITUATIONS, ids=[each[0].__name__ for each in SITUATIONS]
)
def test_in_this_situation_rules_and_oracle_agree(situation, setting):
    told = Told(**setting)
    try:
        situation(told)
    finally:
        told.teardown()
