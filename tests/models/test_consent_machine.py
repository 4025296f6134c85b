"""Whatever is said, written down, struck out, decided or slept through: the real rules agree with
the oracle's slow reading, after every act.

`python -m tests.bench.oracle` gives the full dose.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from models import access, cases, consents, meeting_views, policy
from models.base import Refused
from models.terms import CaseState, ConsentAct, InfoKind, ItemKind, Via, Why
from tests.agreed import on_them
from tests.models.consent_world import FAMILY, UNITS, Town

KINDS = st.frozensets(st.sampled_from(InfoKind), min_size=1)
ASKED = st.one_of(st.just(frozenset(InfoKind)), KINDS)
SCOPES = st.one_of(
    st.fixed_dictionaries({"club": ASKED}),
    st.dictionaries(st.sampled_from(UNITS), ASKED, min_size=1),
)
WHO = st.sampled_from(FAMILY)
WANTED = st.one_of(st.none(), st.none(), KINDS)
"""What a yes is a yes to: mostly all."""
DAYS = st.sampled_from((2, 30, 89, 365, 365))
SOON = st.builds(
    lambda age, days: date(2026 - age, 11, 23) + timedelta(days=days),
    st.sampled_from((13, 15, 16, 18)),
    st.integers(-3, 45),
)
"""A birthday that matters lies close to when the story begins."""
LEAP = st.sampled_from((date(2008, 2, 29), date(2012, 2, 29)))
BORN = st.one_of(SOON, SOON, SOON, LEAP, st.dates(date(2007, 1, 1), date(2014, 12, 31)))
CHOICES = st.fixed_dictionaries(
    {
        "co": st.sampled_from((13, 15, 16)),
        "until": st.sampled_from((16, 18)),
        "sole": st.sampled_from((16, 18)),
        "which": st.sampled_from(("all", "one")),
    }
)

THINGS = tuple(kind for kind in ItemKind if kind is not ItemKind.ENTRY)
"""What can be withheld and is in the town; entries of the log have their own tests."""


class Machine(RuleBasedStateMachine):
    town: Town
    looks, every = 0, 3  # the participants' views cost the most: every third time

    @initialize(
        born=st.one_of(BORN, BORN, BORN, st.none()),
        scope=SCOPES,
        days=DAYS,
        choices=st.one_of(st.none(), CHOICES),
    )
    def begin(self, born, scope, days, choices=None):
        self.town = Town(born)
        if choices is not None:
            self.town.decide(0, choices)
        self.town.ask(scope, days)

    def teardown(self):
        if hasattr(self, "town"):
            self.town.close()

    def question(self, which: int):
        """Mostly the newest of its number; an older one must do no harm either."""
        choice = self.town.newest() if which % 5 else self.town.questions()
        return choice[which % len(choice)]

    # --- asking and answering ------------------------------------------------------------------------

    @rule(scope=st.one_of(SCOPES, SCOPES, SCOPES, st.none()), days=DAYS)
    def ask(self, scope, days):
        """Anew, for more, for less, or for everything."""
        self.town.ask(scope, days)

    @rule(which=st.integers(0, 30), kinds=ASKED, days=DAYS)
    def ask_anew(self, which, kinds, days):
        """About the same services: the next version of its number."""
        units = consents.scope_of(self.question(which))
        names = {unit: name for name, unit in self.town.units.items()}
        self.town.ask({names[unit]: kinds for unit in units} or None, days)

    @rule(which=st.integers(0, 30), wanted=WANTED)
    def all_say_yes(self, which, wanted):
        question = self.question(which)
        for who in FAMILY:
            self._yes(who, question, wanted)

    @rule(which=st.integers(0, 30), wanted=st.tuples(WANTED, WANTED, WANTED))
    def all_say_yes_to_their_own(self, which, wanted):
        question = self.question(which)
        for who, part in zip(FAMILY, wanted, strict=True):
            self._yes(who, question, part)

    @rule(which=st.integers(0, 30), against=WHO)
    def all_but_one_say_yes(self, which, against):
        question = self.question(which)
        for who in FAMILY:
            if who != against:
                self._yes(who, question, None)
        self.town.say("no", against, question)

    @rule(who=WHO, which=st.integers(0, 30), wanted=WANTED)
    def say_yes(self, who, which, wanted):
        self._yes(who, self.question(which), wanted)

    def _yes(self, who, question, wanted):
        town, person = self.town, self.town.cast[who]
        part = town.part(question, wanted) if wanted is not None else None
        town.say("yes", who, question, part)
        if town.refused is None:
            meant = consents.scope_of(question) if part is None else part
            assert town.standing().said_yes_to(question, person.id) == meant
            return
        assert town.refused in {Why.ABSENT, Why.STALE, Why.EXPIRED, Why.NOBODY}
        before = town.standing()  # what refuses changes nothing
        asked = person.confirmed_at and person in before.must.everyone
        newest = question is before.newest(question) and question.until >= before.today
        assert not (asked and newest) or part == {}

    @rule(
        who=WHO,
        which=st.integers(0, 30),
        what=st.sampled_from(("no", "talk", "open", "stop", "stop", "stop all")),
    )
    def say_otherwise(self, who, which, what):
        town, person = self.town, self.town.cast[who]
        town.say(what, who, self.question(which))
        if what == "stop all":
            held = town.standing()
            assert not any(held.yes(question, person.id) for question in held.questions)

    @rule(who=WHO, unit=st.sampled_from(UNITS), drop=KINDS)
    def narrow(self, who, unit, drop):
        """Out of every yes of one's own, whichever version it was to; nobody gets more by it."""
        town, person = self.town, self.town.cast[who]
        before = town.standing().grants()
        town.narrow(who, unit, drop)
        if town.refused is None:
            held = town.standing()
            assert not held.own(person.id).get(town.units[unit], frozenset()) & drop
            for each, kinds in held.grants().items():
                assert kinds <= before[each]
            said = [held.said_yes_to(question, person.id) for question in held.questions]
            assert not any(part.get(town.units[unit], frozenset()) & drop for part in said)

    @rule(who=WHO, unit=st.sampled_from(UNITS), drop=KINDS, days=DAYS)
    def everything_but(self, who, unit, drop, days):
        """All may know everything, one service not quite."""
        self.town.ask(None, days)
        for question in self.town.newest():
            for each in FAMILY if question.everything else ():
                self._yes(each, question, None)
        self.narrow(who, unit, drop)

    # --- recorded by staff ---------------------------------------------------------------------------

    @rule(
        who=WHO,
        which=st.integers(0, 30),
        act=st.sampled_from((ConsentAct.GIVEN, ConsentAct.GIVEN, ConsentAct.REFUSED,
                             ConsentAct.WITHDRAWN)),
        ago=st.sampled_from((0, 0, 1, 5, 300)),
        via=st.sampled_from((Via.PAPER, Via.ORAL)),
        wanted=WANTED,
    )  # fmt: skip
    def write_down(self, who, which, act, ago, via, wanted):
        question = self.question(which)
        part = self.town.part(question, wanted) if wanted is not None else None
        self.town.write_down(act, who, question, ago, via, part)

    @precondition(lambda self: hasattr(self, "town") and self.town.written())
    @rule(which=st.integers(0, 30), by_the_person=st.booleans())
    def strike_out(self, which, by_the_person):
        written = self.town.written()
        self.town.strike_out(written[which % len(written)], by_the_person)

    # --- withholding ---------------------------------------------------------------------------------

    @rule(
        who=WHO,
        kind=st.sampled_from(THINGS),
        unit=st.sampled_from((*UNITS, None)),
        back=st.sampled_from((False, False, True)),
    )
    def withhold(self, who, kind, unit, back):
        self.town.withhold(who, kind, unit, back)

    # --- what happens --------------------------------------------------------------------------------

    @rule(days=st.sampled_from((1, 1, 2, 7, 29)), awake=st.booleans())
    def days_pass(self, days, awake):
        self.town.pass_time(self.town.now + timedelta(days=days), awake)

    @rule(eve=st.booleans(), awake=st.booleans(), age=st.sampled_from((13, 15, 16, 18)))
    def a_birthday_comes(self, eve, awake, age):
        """The day before one that matters, or the day itself; never a day that has been."""
        born = self.town.cast["ida"].born
        if born is None:
            return
        day = policy.birthday(born, age) - timedelta(days=int(eve))
        at = self.town.now.replace(year=day.year, month=day.month, day=day.day)
        if self.town.now < at < self.town.now + timedelta(days=1500):
            self.town.pass_time(at, awake)

    @rule(born=BORN)
    def correct_the_birth_date(self, born):
        self.town.correct(born)

    @rule(in_days=st.integers(1, 20), choices=CHOICES)
    def decide_otherwise(self, in_days, choices):
        self.town.decide(in_days, choices)

    @rule(who=st.sampled_from(("kari", "per")), stays=st.sampled_from((True, True, False)))
    def a_guardian_comes_or_goes(self, who, stays):
        self.town.guardian(who, stays)

    @rule(who=WHO, joined=st.sampled_from((True, True, True, False)))
    def an_account_comes_or_goes(self, who, joined):
        self.town.account(who, joined)

    @rule(yes=st.sampled_from((True, True, False)))
    def a_participant_comes_or_goes(self, yes):
        self.town.takes_part(yes)

    # --- what must be so -----------------------------------------------------------------------------

    @invariant()
    def the_rules_agree_with_the_oracle(self):
        if not hasattr(self, "town"):
            return
        town, at = self.town, self.town.now
        world, real = town.told(), town.standing()
        assert [p.id for p in real.must.everyone] == world.everyone(at)
        assert real.grants() == world.grants(at)
        people = [town.cast[name].id for name in FAMILY]
        for question, row in zip(real.questions, world.questions, strict=True):
            assert real.holds(question) is world.holds(row, at)
            assert real.again(question) is world.again(row, at)
            assert real.differs(question) is world.differs(row, at)
            for person in people:
                assert real.state(question, person) == world.state(row, person, at)
        self._case_follows(world.grants(at))
        self.looks += 1
        if self.looks % self.every == 0:
            self._participants_see_what_the_oracle_says(world)

    def _case_follows(self, grants):
        town = self.town
        town.ever_active |= bool(grants)
        paused = CaseState.FROZEN if town.ever_active else CaseState.PENDING_CONSENT
        assert town.case.state == (CaseState.ACTIVE if grants else paused)

    def _participants_see_what_the_oracle_says(self, world):
        town, at, amina = self.town, self.town.now, self.town.cast["amina"]
        session = town.session
        units = {
            service.unit_id
            for service in cases.services_of(session, town.case.id)
            if service.person_id == amina.id
        }
        grants = world.grants(at)
        found = access.kinds_by_unit(session, amina, town.case, at)
        assert found == {unit: grants[unit] for unit in units if unit in grants}
        sees = {
            kind: world.knows_of(kind, item.id, info, units, at)
            for kind, item, info in (
                (ItemKind.TILTAK, town.items[ItemKind.TILTAK], InfoKind.TILTAK),
                (ItemKind.GOAL, town.items[ItemKind.GOAL], InfoKind.GOALS),
                (ItemKind.MEETING, town.items[ItemKind.MEETING], InfoKind.MEETINGS),
            )
        }
        tiltak = on_them(session, amina, at)
        assert bool(tiltak) is sees[ItemKind.TILTAK]
        assert [t.goal for t in tiltak] == ["goal" if sees[ItemKind.GOAL] else None] * len(tiltak)
        assert self._meets(amina) is sees[ItemKind.MEETING]

    def _meets(self, amina) -> bool:
        town = self.town
        try:
            meeting_views.view(town.session, actor=amina, meeting_id=town.meeting.id, now=town.now)
        except Refused:
            return False
        return True


class Whole(Machine):
    """The same, many times over."""


def _dose(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True,
        database=None, suppress_health_check=list(HealthCheck),
    )  # fmt: skip


Machine.TestCase.settings = _dose(4, 16)
Whole.TestCase.settings = _dose(12, 20)
test_the_rules_agree_with_a_slow_oracle = Machine.TestCase
test_the_rules_agree_with_a_slow_oracle_many_times_over = pytest.mark.slow(Whole.TestCase)
