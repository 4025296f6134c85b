"""Whatever is said, decided or slept through: everything open has a next step and somebody for it, and
a follow-up that has stopped is known to have, at every moment [44]."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from datetime import datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from models import (
    answering,
    asking,
    baton_family,
    batons,
    breaks,
    child_contact,
    closing,
    concerns,
    consents,
    contact_wishes,
    evaluations,
    follow_ups,
    friday,
    los_work,
    meetings,
    minutes,
    people,
    queue,
    shielding,
    stafett,
    staffing,
    tiltak,
    views,
    why_looked,
)
from models.base import Refused
from models.breaks import Break
from models.goals import items_of
from models.invitees import Meeting
from models.ladders import LADDERS
from models.minutes import After, Went
from models.outbox import Outgoing
from models.people import Position
from models.requests import Request
from models.sealed import Keyring
from models.shielded import Shield
from models.staffing import Term
from models.terms import (
    CaseState,
    ConcernOutcome,
    ContactView,
    ContactWay,
    Decision,
    Discussed,
    Lasted,
    LookReason,
    MeetingPlace,
    NextStep,
    Noticed,
    PutOff,
    RequestState,
    Role,
    TalkedWith,
    Topic,
    Worry,
    YouthView,
)
from models.why_looked import LookQuestion
from tests import agreed
from tests.agreed import Verdict
from tests.look_setup import why_asked
from tests.places import TEST_KEY, Memory
from tests.ways import NOW, SEEDED, cast_of

OSLO = ZoneInfo("Europe/Oslo")
DAYS = st.sampled_from((0, 1, 2, 5, 8, 16))


@cache
def _stores() -> Memory:
    return Memory(Keyring(TEST_KEY))


class Machine(RuleBasedStateMachine):
    """One youth, one case, a los, a few wishes: the verbs there are, in whatever order."""

    @initialize(until=st.sampled_from((6, 40, 300)))
    def begin(self, until):
        self.kept = ExitStack()
        self.session = self.kept.enter_context(_stores().lent(SEEDED))
        self.cast, self.now = cast_of(self.session), NOW
        self.case = agreed.agreed(
            self.session, self.cast, NOW, until=NOW.date() + timedelta(days=until)
        )
        self.admin = people.create(
            self.session, name="Turid", language="nb", now=NOW, confirmed=True
        )
        self.session.add(
            Position(person_id=self.admin.id, unit_id=self.cast.bti.id, role=Role.ADMINISTRATOR,
                     steps_done=[])
        )  # fmt: skip
        self.session.flush()

    def teardown(self):
        if hasattr(self, "kept"):
            self.kept.close()

    def does(self, verb, actor, **given):
        """A verb, refused or not."""
        with suppress(Refused), self.session.begin_nested():
            return verb(self.session, actor=getattr(self.cast, actor), now=self.now, **given)

    def things(self):
        return tiltak.active(self.session, self.case.id)

    def requests(self):
        return list(self.session.scalars(select(Request).order_by(Request.id)))

    # --- in the case ---------------------------------------------------------------------------------

    @rule(days=st.integers(1, 20), who=st.sampled_from(("jonas", "amina")))
    def plan(self, days, who):
        first = self.now.date()
        wish = agreed.wish(
            self.cast, self.now, responsible_id=getattr(self.cast, who).id,
            evaluate_on=first + timedelta(days=days), deadline=first + timedelta(days=days + 3),
        )  # fmt: skip
        self.does(tiltak.plan, "jonas", case_id=self.case.id, wish=wish)

    @rule(decision=st.sampled_from(Decision), days=st.integers(1, 30))
    def evaluate(self, decision, days):
        for thing in self.things()[:1]:
            on = self.now.date() + timedelta(days=days)
            verdict = Verdict(decision, on if decision in evaluations.GOES_ON else None, "nytt")
            self.does(evaluations.evaluate, "jonas", tiltak_id=thing.id, version=thing.version,
                      verdict=verdict)  # fmt: skip

    @rule(days=st.integers(1, 25))
    def meet(self, days):
        on = self.now.date() + timedelta(days=days)
        starts = datetime.combine(on, time(14))
        self.does(meetings.call, "jonas", case_id=self.case.id, starts=starts, minutes=45,
                  place_kind=MeetingPlace.SCHOOL)  # fmt: skip

    @rule()
    def cancel(self):
        for meeting in self.session.scalars(select(Meeting).limit(1)).all():
            self.does(meetings.cancel, "jonas", meeting_id=meeting.id, sequence=meeting.sequence)

    @rule(held=st.booleans(), ends=st.sampled_from((NextStep.MEETING, NextStep.EVALUATION)),
          days=st.integers(1, 30))  # fmt: skip
    def say_how_it_went(self, held, ends, days):
        view = YouthView.NOT_WANTED if held else None
        after = After(ends, self.now.date() + timedelta(days=days), self.cast.jonas.id)
        for meeting in self.session.scalars(select(Meeting)).all():
            at = {"meeting_id": meeting.id}
            self.does(minutes.went, "jonas", how=Went(held, view=view), **at)
            self.does(minutes.write, "jonas", words="Vi ble enige", **at)
            self.does(minutes.finish, "jonas", after=after, **at)

    @rule()
    def talk_with_the_youth(self):
        self.does(child_contact.note, "jonas", case_id=self.case.id,
                  talked_on=self.now.date(), view=ContactView.NOT_WANTED)  # fmt: skip

    @rule(to=st.sampled_from(("randi", "amina")), asked=st.booleans())
    def offer_the_baton(self, to, asked):
        if asked:
            self.does(baton_family.ask_family, "jonas", case_id=self.case.id)
        successor = getattr(self.cast, to).id
        self.does(stafett.offer, "jonas", case_id=self.case.id, successor_id=successor)

    @rule(verb=st.sampled_from((stafett.accept, stafett.decline)))
    def answer_the_offer(self, verb):
        offer = batons.open_offer(self.session, self.case.id)
        for who in ("randi", "amina") if offer is not None else ():
            self.does(verb, who, offer_id=offer.id)

    @rule(sure=st.sampled_from((False, False, True)))
    def take_the_baton(self, sure):
        if sure:
            self.does(stafett.take_over, "randi", case_id=self.case.id, reason="Syk")

    @rule(whole=st.booleans())
    def shield(self, whole):
        for thing in self.things()[:1]:
            shield = Shield("Trygghet", self.now.date() + timedelta(days=9))
            item = None if whole else items_of(thing)[0]
            self.does(shielding.shield, "jonas", case_id=self.case.id, item=item, shield=shield)

    @rule(who=st.sampled_from(("ida", "kari", "per")))
    def stop(self, who):
        with suppress(Refused):
            consents.withdraw_all(
                self.session, actor=getattr(self.cast, who), now=self.now,
                occasion=f"stop{self.now}",
            )  # fmt: skip

    @rule(days=st.sampled_from((4, 40, 200)))
    def all_say_yes_anew(self, days):
        until = self.now.date() + timedelta(days=days)
        with suppress(Refused):
            scope = {self.cast.club.id: agreed.BOTH}
            agreed.consent(self.session, self.cast, self.case, scope, self.now, until)

    @rule()
    def ask_why(self):
        with suppress(Refused, IndexError):
            views.case_view(
                self.session, actor=self.cast.jonas, case_id=self.case.id, now=self.now
            )
            why_asked(self.session, self.cast, self.case, self.now)

    @rule()
    def answer_why(self):
        for question in self.session.scalars(select(LookQuestion)).all():
            self.does(why_looked.answer, "jonas", question_id=question.id,
                      reason=LookReason.FOLLOWING, words=None)  # fmt: skip

    @rule(sure=st.sampled_from((False, False, False, True)))
    def close(self, sure):
        if sure:
            self.does(closing.close, "kari", case_id=self.case.id, wish=closing.Wish())

    @rule()
    def put_off(self):
        for line in friday.lines(self.session, self.cast.jonas, self.now)[:1]:
            self.does(friday.put_off, "jonas", kind=line.owed.kind,
                      subject_id=line.owed.subject_id, reason=PutOff.TIME)  # fmt: skip

    # --- wishes --------------------------------------------------------------------------------------

    @rule(mine=st.booleans())
    def ask_for_a_los(self, mine):
        who = "ida" if mine else "kari"
        wish = asking.Wish(Topic.SCHOOL, ungdom_id=self.cast.ida.id)
        self.does(asking.submit, who, wish=wish)

    @rule()
    def give_to_a_los(self):
        for each in self.requests():
            self.does(queue.assign, "randi", request_id=each.id, los_id=self.cast.lise.id)

    @rule(verb=st.sampled_from((los_work.accept, los_work.accept, los_work.hand_back,
                                los_work.record_first_contact, los_work.close)))  # fmt: skip
    def the_los(self, verb):
        for each in self.requests():
            self.does(verb, "lise", request_id=each.id)

    @rule()
    def the_youth_has_enough(self):
        for each in self.requests():
            self.does(answering.end, "ida", request_id=each.id)

    @rule(to=st.sampled_from((Role.LOS, Role.PROSJEKTLEDER)), answered=st.booleans())
    def want_contact(self, to, answered):
        wish = self.does(contact_wishes.ask, "sam", to=to, way=ContactWay.CHAT)
        if wish is not None and answered:
            self.does(contact_wishes.answer, "siri", wish_id=wish.id)

    @rule(days=st.integers(0, 30))
    def worry(self, days):
        wish = concerns.Raising(
            self.cast.school.id, self.now.date() - timedelta(days=days), Worry.WORRIED,
            [Noticed.SAD], [Lasted.WEEKS],
        )  # fmt: skip
        self.does(concerns.raise_, "amina", wish=wish)

    @rule(outcome=st.sampled_from((ConcernOutcome.CLOSE, ConcernOutcome.CARE)))
    def decide(self, outcome):
        talk = concerns.Talk([Discussed.LEADER], TalkedWith.YES, TalkedWith.YES)
        for concern in concerns.waiting(self.session, self.cast.randi)[:1]:
            at = {"concern_id": concern.id}
            self.does(concerns.discuss, "randi", talk=talk, **at)
            self.does(concerns.decide, "randi", verdict=concerns.Verdict(outcome, "Avklart"), **at)

    # --- people and time -----------------------------------------------------------------------------

    @rule(who=st.sampled_from(("jonas", "randi", "lise", "siri")), days=DAYS)
    def somebody_is_away(self, who, days):
        term = Term(None, self.now.date() + timedelta(days=days)) if days else None
        with suppress(Refused):
            staffing.away(self.session, actor=self.admin, person_id=getattr(self.cast, who).id,
                          term=term, now=self.now)  # fmt: skip

    @rule(days=st.sampled_from((0, 1, 1, 3, 8, 20)), hours=st.integers(0, 23))
    def time_passes(self, days, hours):
        """Through every instant at which something is due, as the real thing."""
        until = self.now + timedelta(days=days, hours=hours)
        self._tick()
        while (due := follow_ups.next_due(self.session, LADDERS)) is not None and due <= until:
            assert due > self.now, "something is due again and again"
            self.now = due
            self._tick()
        self.now = until

    def _tick(self):
        self.session.info.pop("policy", None)
        for ladder in LADDERS:
            for _round in range(50):
                if not follow_ups.take_due(self.session, ladder, self.now):
                    break
            else:
                raise AssertionError(f"{ladder.table.__tablename__} never ends")

    # --- what must be so -----------------------------------------------------------------------------

    @invariant()
    def nothing_open_is_without_a_next_step(self):
        if not hasattr(self, "session"):
            return
        for ladder in LADDERS:
            where = ladder.table.__tablename__
            assert follow_ups.adrift(self.session, ladder, self.now) == [], where
            assert follow_ups.disagreeing(self.session, ladder, self.now) == [], where

    @invariant()
    def what_has_stopped_is_known_to_have(self):
        """After a tick the rows are what the rules say, neither more nor less."""
        if not hasattr(self, "session"):
            return
        self._tick()
        found = {
            (each.signal, each.subject_id, each.since)
            for each in breaks.found_in(self.session, self.case, self.now)
        }
        rows = self.session.scalars(
            select(Break).where(Break.case_id.is_not(None), Break.ended_at.is_(None))
        )
        assert {(row.signal, row.subject_id, row.since) for row in rows} == found
        if self.case.state == CaseState.CLOSED:
            assert found == set()

    @invariant()
    def nobody_is_told_of_it_at_night_or_on_a_day_off(self):
        if not hasattr(self, "session"):
            return
        kinds = (breaks.MINE, breaks.LED)
        for row in self.session.scalars(select(Outgoing).where(Outgoing.kind.in_(kinds))):
            at = row.not_before.astimezone(OSLO)
            assert at.weekday() < 5
            assert time(9) <= at.time() <= time(20)

    @invariant()
    def a_closed_request_waits_for_nobody(self):
        if not hasattr(self, "session"):
            return
        for each in self.requests():
            if each.state in (RequestState.CLOSED, RequestState.WITHDRAWN):
                assert each.next_follow_up_at is None


def _dose(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True,
        database=None, suppress_health_check=list(HealthCheck),
    )  # fmt: skip


class Whole(Machine):
    """The same, many times over."""


Machine.TestCase.settings = _dose(3, 10)
Whole.TestCase.settings = _dose(60, 30)
test_nothing_is_ever_adrift = Machine.TestCase
test_nothing_is_ever_adrift_over_many_evenings = pytest.mark.slow(Whole.TestCase)
