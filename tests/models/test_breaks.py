"""What has stopped is noticed by itself, told up a ladder that ends, and shown to the family."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from models import (
    baton_family,
    break_views,
    breaks,
    cases,
    child_contact,
    closing,
    concerns,
    evaluations,
    follow_ups,
    minutes,
    owed,
    people,
    posts,
    shielding,
    stafett,
    staffing,
)
from models.base import new_id
from models.breaks import LED, MINE, Break
from models.family import Guardianship
from models.goals import Tiltak, items_of
from models.invitees import item_of
from models.ladders import LADDERS
from models.minutes import After, Went
from models.municipality import Municipality
from models.outbox import Outgoing
from models.people import Position
from models.policy import MunicipalPolicy
from models.shielded import Shield
from models.staffing import Term
from models.terms import (
    CaseState,
    ConcernOutcome,
    ContactView,
    Decision,
    HolderWish,
    Lasted,
    NextStep,
    Noticed,
    Owing,
    Role,
    Rung,
    Signal,
    Why,
    Worry,
    YouthView,
)
from tests.agreed import Verdict, agreed, planned
from tests.meeting_setup import called, take_back
from tests.refusals import why
from tests.ways import told_once

DAY = timedelta(days=1)


@told_once
def case(session, cast, now):
    return agreed(session, cast, now)


@told_once
def thing(session, cast, case, now):
    """A tiltak to be looked at on Thursday 3 December, ten days from now."""
    return planned(session, cast, case, now, evaluate_on=now.date() + 10 * DAY)


def tick(session, at):
    for ladder in LADDERS:
        while follow_ups.take_due(session, ladder, at):
            pass


def days(session, now, first, last):
    """What happens by itself from one day to another, at the instants at which it does."""
    at, until = now + first * DAY, now + last * DAY
    while at <= until:
        tick(session, at)
        due = follow_ups.next_due(session, LADDERS)
        assert due is not None
        assert due > at
        at = due
    tick(session, until)


def rows(session, signal=None):
    found = session.scalars(select(Break).order_by(Break.since, Break.id))
    return [row for row in found if signal in (None, row.signal)]


def told(session, kind):
    chosen = select(Outgoing).where(Outgoing.kind == kind).order_by(Outgoing.not_before)
    return [(row.not_before.date().isoformat(), row.recipient_id) for row in
            session.scalars(chosen)]  # fmt: skip


def evaluated(session, cast, thing, at):
    verdict = Verdict(Decision.CONTINUE, at.date() + 28 * DAY)
    evaluations.evaluate(
        session, actor=cast.jonas, tiltak_id=thing.id, version=thing.version, verdict=verdict,
        now=at,
    )  # fmt: skip


def meets(session, cast, case, now):
    """In June: so that nothing is late but what the test is about."""
    called(session, cast, case, now, starts=datetime(2027, 6, 1, 12), workers=[])  # noqa: DTZ001


def family_sees(session, actor, case, at):
    return break_views.of_case(session, actor=actor, case_id=case.id, now=at)


def test_a_late_evaluation_goes_from_the_holder_to_the_leader_to_the_project_and_no_further(
    session, cast, case, thing, now
):
    meets(session, cast, case, now)
    days(session, now, 0, 60)
    (row,) = rows(session, Signal.EVALUATION)
    assert (row.subject_id, row.since) == (thing.id, date(2026, 12, 3))
    assert row.told == {Rung.HOLDER: "2026-12-04", Rung.UNIT: "2026-12-10",
                        Rung.PROJECT: "2026-12-17"}  # fmt: skip
    mine = [day for day, who in told(session, LED) if who == cast.randi.id]
    theirs = [day for day, who in told(session, LED) if who == cast.siri.id]
    assert mine[0] == "2026-12-10"
    assert theirs[0] == "2026-12-17"


def test_a_leader_who_holds_the_baton_is_not_told_of_herself_and_the_next_hears(
    session, cast, case, thing, now
):
    meets(session, cast, case, now)
    case.stafettholder_id = cast.randi.id
    days(session, now, 0, 40)
    (row,) = rows(session, Signal.EVALUATION)
    assert row.told == {Rung.HOLDER: "2026-12-04", Rung.PROJECT: "2026-12-10"}
    assert {who for _day, who in told(session, LED)} == {cast.siri.id}
    at = now + 20 * DAY
    assert why(partial(break_views.led_by, session, actor=cast.randi, now=at)) is Why.ABSENT
    (seen,) = family_sees(session, cast.kari, case, at)
    assert (seen.leader_told, seen.project_told) == (None, date(2026, 12, 10))
    second = people.create(session, name="Rolf", language="nb", now=now, confirmed=True)
    session.add(Position(person_id=second.id, unit_id=cast.school.id, role=Role.REKTOR))
    session.flush()
    assert breaks.hearers(session, row, Rung.UNIT, at) == [second.id]


def test_what_goes_on_again_before_a_rung_is_told_to_nobody(session, cast, case, thing, now):
    meets(session, cast, case, now)
    days(session, now, 0, 12)
    assert rows(session, Signal.EVALUATION)[0].ended_at is None
    evaluated(session, cast, thing, now + 13 * DAY)
    days(session, now, 13, 20)
    (row,) = rows(session, Signal.EVALUATION)
    assert row.ended_at is not None
    assert Rung.UNIT not in row.told
    assert row.next_follow_up_at is None
    assert cast.randi.id not in [who for _day, who in told(session, LED)]


def test_it_ends_by_the_next_tick_and_not_at_the_next_rung(session, cast, case, thing, now):
    days(session, now, 0, 12)
    at = now + 12 * DAY + timedelta(hours=1)
    evaluated(session, cast, thing, at)
    tick(session, at)
    assert rows(session, Signal.EVALUATION)[0].ended_at == at


@pytest.mark.slow
def test_the_ladder_is_silent_while_school_is_closed(session, cast, case, thing, now):
    here = session.scalars(select(Municipality)).one()
    here.school_off = [(date(2026, 12, 4) + n * DAY).isoformat() for n in range(20)]
    session.info.pop("calendar", None)
    days(session, now, 0, 45)
    assert [day for day, _who in told(session, MINE) + told(session, LED)
            if "2026-12-04" <= day < "2026-12-24"] == []  # fmt: skip
    assert rows(session, Signal.EVALUATION)[0].told == {Rung.HOLDER: "2026-12-24",
                                                          Rung.UNIT: "2026-12-31"}  # fmt: skip


def test_while_sharing_is_paused_nobody_is_told_that_anything_is_late(
    session, cast, case, thing, now
):
    take_back(session, cast.kari, now)
    assert case.state == CaseState.FROZEN
    days(session, now, 0, 60)
    assert rows(session) == []


def test_a_consent_that_ran_out_with_something_to_do_is_a_break(session, cast, now):
    case = agreed(session, cast, now, until=now.date() + 10 * DAY)
    planned(session, cast, case, now)
    days(session, now, 0, 12)
    (row,) = rows(session, Signal.CONSENT)
    assert row.since == now.date() + 10 * DAY


def test_a_holder_who_is_away_with_nobody_in_their_place(session, cast, case, now):
    admin = people.create(session, name="Turid", language="nb", now=now, confirmed=True)
    session.add(Position(person_id=admin.id, unit_id=cast.bti.id, role=Role.ADMINISTRATOR))
    session.flush()
    term = Term(None, now.date() + 20 * DAY)
    staffing.away(session, actor=admin, person_id=cast.jonas.id, term=term, now=now)
    days(session, now, 0, 6)
    assert rows(session, Signal.HOLDER) == []
    days(session, now, 7, 9)
    (row,) = rows(session, Signal.HOLDER)
    assert row.since == now.date() + 7 * DAY  # five school days
    days(session, now, 10, 15)
    kinds = session.scalars(select(Outgoing.kind).where(Outgoing.recipient_id == cast.randi.id))
    assert [kind for kind in kinds if kind in (posts.ABSENT, MINE, LED)] == [posts.ABSENT]
    assert row.told[Rung.UNIT] == (now.date() + 14 * DAY).isoformat()
    (seen,) = break_views.led_by(session, actor=cast.randi, now=now + 15 * DAY).batons
    assert seen == case.id
    back = now + 16 * DAY
    staffing.away(session, actor=admin, person_id=cast.jonas.id, term=None, now=back)
    tick(session, back)
    assert row.ended_at == back


def test_a_closed_case_has_nothing_that_stopped(session, cast, case, thing, now):
    days(session, now, 0, 12)
    at = now + 13 * DAY
    closing.close(session, actor=cast.kari, case_id=case.id, wish=closing.Wish(), now=at)
    tick(session, at)
    assert [row for row in rows(session) if row.ended_at is None] == []
    assert case.next_follow_up_at is None


@pytest.mark.slow
def test_two_hundred_late_at_once_are_one_digest_to_the_right_leader(session, cast, case, now):
    first = planned(session, cast, case, now, evaluate_on=now.date() + DAY)
    copied = {c.key: getattr(first, c.key) for c in Tiltak.__table__.c if c.key != "id"}
    session.add_all(Tiltak(**copied, id=new_id()) for _each in range(199))
    session.flush()
    elsewhere = people.create(session, name="Rolf", language="nb", now=now, confirmed=True)
    session.add(Position(person_id=elsewhere.id, unit_id=cast.club.id, role=Role.REKTOR))
    session.flush()
    late = now + 8 * DAY
    for hours in (0, 1):
        for ladder in (breaks.CASES, breaks.LADDER):
            while follow_ups.take_due(session, ladder, late + timedelta(hours=hours)):
                pass
    assert len(rows(session, Signal.EVALUATION)) == 200
    assert [who for _day, who in told(session, LED)] == [cast.randi.id]
    led = break_views.led_by(session, actor=cast.randi, now=late)
    assert led.count == 200
    row = session.scalars(select(Outgoing).where(Outgoing.kind == LED)).one()
    assert (row.subject_id, row.params) == (cast.randi.id, {})  # nothing of any case


def test_who_leads_counts_and_nobody_else_does(session, cast, case, thing, now):
    days(session, now, 0, 22)
    at = now + 22 * DAY
    assert break_views.led_by(session, actor=cast.randi, now=at).count == 1
    for who in ("jonas", "lise", "amina", "ida", "kari", "sam"):
        see = partial(break_views.led_by, session, actor=getattr(cast, who), now=at)
        assert why(see) is Why.ABSENT
    assert why(partial(break_views.led_by, session, actor=cast.siri, now=at)) is Why.ABSENT
    days(session, now, 23, 30)
    late = now + 30 * DAY
    assert break_views.led_by(session, actor=cast.siri, now=late).count is None  # too few to tell


def test_who_leads_is_told_no_number_that_their_own_child_is_in(session, cast, case, thing, now):
    days(session, now, 0, 22)
    at = now + 22 * DAY
    assert break_views.led_by(session, actor=cast.randi, now=at).count == 1
    session.add(
        Guardianship(ungdom_id=cast.ida.id, foresatt_id=cast.randi.id, responsibility=False)
    )
    session.flush()
    assert why(partial(break_views.led_by, session, actor=cast.randi, now=at)) is Why.ABSENT


# --- of the other nouns --------------------------------------------------------------------------


def test_a_concern_that_nobody_decides_is_counted_and_in_no_familys_sight(
    session, cast, case, thing, now
):
    """Its own ladder reminds: no digest says so a second time."""
    meets(session, cast, case, now)
    raised = concerns.Raising(
        cast.school.id, now.date() - 10 * DAY, Worry.VERY, [Noticed.SAD], [Lasted.WEEKS]
    )
    concern = concerns.raise_(session, actor=cast.amina, wish=raised, now=now)
    days(session, now, 0, 12)
    assert rows(session, Signal.CONCERN)[0].since == now.date() + 4 * DAY
    days(session, now, 13, 20)
    assert MINE not in [row.kind for row in session.scalars(select(Outgoing))]
    assert break_views.led_by(session, actor=cast.randi, now=now + 20 * DAY).count == 2
    for who in (cast.ida, cast.kari, cast.per):
        seen = family_sees(session, who, case, now + 20 * DAY)
        assert [each.signal for each in seen] == [Signal.EVALUATION]
    care = concerns.Verdict(ConcernOutcome.CARE)
    at = now + 20 * DAY
    concerns.decide(session, actor=cast.randi, concern_id=concern.id, verdict=care, now=at)
    assert not breaks.lasts(session, rows(session, Signal.CONCERN)[0], at)
    assert break_views.led_by(session, actor=cast.randi, now=at).count == 1


def offered(session, cast, case, to, now):
    for wish in baton_family.ask_family(session, actor=cast.jonas, case_id=case.id, now=now):
        person = session.get_one(people.Person, wish.person_id)
        said = HolderWish.NO_OPINION
        baton_family.answer(session, actor=person, wish_id=wish.id, said=said, now=now)
    return stafett.offer(session, actor=cast.jonas, case_id=case.id, successor_id=to.id, now=now)


def test_who_leads_hears_of_an_unanswered_offer_once_and_can_take_over(session, cast, case, now):
    meets(session, cast, case, now)
    mona = people.create(session, name="Mona", language="nb", now=now, confirmed=True)
    session.add(Position(person_id=mona.id, unit_id=cast.school.id, role=Role.KONTAKTLAERER))
    session.flush()
    offered(session, cast, case, mona, now)
    days(session, now, 0, 4)
    assert told(session, LED) == [((now.date() + 4 * DAY).isoformat(), cast.randi.id)]
    assert break_views.led_by(session, actor=cast.randi, now=now + 4 * DAY).batons == (case.id,)
    take = {"case_id": case.id, "reason": "Ingen svarte", "now": now + 4 * DAY}
    stafett.take_over(session, actor=cast.randi, **take)
    days(session, now, 5, 12)
    assert len(told(session, LED)) == 1


def test_the_project_leader_hears_of_an_offer_to_who_leads_the_school(session, cast, case, now):
    meets(session, cast, case, now)
    offered(session, cast, case, cast.randi, now)
    days(session, now, 0, 6)
    assert told(session, LED) == [((now.date() + 4 * DAY).isoformat(), cast.siri.id)]
    assert break_views.led_by(session, actor=cast.siri, now=now + 6 * DAY).batons == ()


def test_an_offer_of_the_baton_that_nobody_answers_ends_with_the_answer(session, cast, case, now):
    meets(session, cast, case, now)
    offer = offered(session, cast, case, cast.randi, now)
    days(session, now, 0, 4)
    (row,) = rows(session, Signal.OFFER)
    assert (row.subject_id, row.since) == (offer.id, now.date() + 3 * DAY)
    at = now + 4 * DAY + timedelta(hours=1)
    stafett.accept(session, actor=cast.randi, offer_id=offer.id, now=at)
    tick(session, at)
    assert row.ended_at == at


def test_a_meeting_nobody_writes_of_reaches_who_leads_in_the_one_digest(session, cast, case, now):
    meets(session, cast, case, now)
    soon = called(session, cast, case, now, workers=[])
    days(session, now, 0, 20)
    (row,) = rows(session, Signal.MINUTES)
    held = soon.starts_at.date()
    assert (row.subject_id, row.since) == (soon.id, held + 2 * DAY)
    leads = session.scalars(select(Outgoing.kind).where(Outgoing.recipient_id == cast.randi.id))
    assert set(leads) == {LED}
    assert told(session, MINE) == []  # the meeting's own ladder reminds the holder
    at = now + 20 * DAY
    minutes.went(session, actor=cast.jonas, meeting_id=soon.id, how=Went(held=False), now=at)
    tick(session, at)
    assert row.ended_at is None  # and now?
    after = After(NextStep.MEETING, at.date() + 7 * DAY)
    minutes.finish(session, actor=cast.jonas, meeting_id=soon.id, after=after, now=at)
    tick(session, at)
    assert row.ended_at == at


@pytest.mark.slow
def test_a_talk_with_the_youth_that_did_not_come(session, cast, case, now):
    meets(session, cast, case, now)
    soon = called(session, cast, case, now, workers=[])
    held = now + 4 * DAY
    minutes.went(
        session, actor=cast.jonas, meeting_id=soon.id, now=held,
        how=Went(held=True, view=YouthView.NOT_WANTED),
    )  # fmt: skip
    minutes.write(session, actor=cast.jonas, meeting_id=soon.id, words="Enige", now=held)
    after = After(NextStep.MEETING, held.date() + 7 * DAY, cast.jonas.id)
    minutes.finish(session, actor=cast.jonas, meeting_id=soon.id, after=after, now=held)
    days(session, now, 4, 12)
    (row,) = rows(session, Signal.TALK)
    assert (row.subject_id, row.since) == (soon.id, held.date() + 7 * DAY)
    assert family_sees(session, cast.kari, case, now + 12 * DAY) == ()
    at = now + 12 * DAY
    child_contact.note(
        session, actor=cast.jonas, case_id=case.id, talked_on=at.date(),
        view=ContactView.NOT_WANTED, now=at,
    )  # fmt: skip
    tick(session, at)
    assert row.ended_at == at


@pytest.mark.parametrize("held", [True, False])
def test_a_day_that_was_agreed_on_waits_for_the_holder_until_the_meeting_is_called(
    session, cast, case, now, held
):
    """Be it sooner than the six weeks, and after a meeting that was not held too."""
    soon = called(session, cast, case, now, workers=[])
    after = now + 4 * DAY
    went = Went(held=True, view=YouthView.NOT_WANTED) if held else Went(held=False)
    minutes.went(session, actor=cast.jonas, meeting_id=soon.id, now=after, how=went)
    if held:
        minutes.write(session, actor=cast.jonas, meeting_id=soon.id, words="Enige", now=after)
    agreed_on = now.date() + 24 * DAY
    minutes.finish(
        session, actor=cast.jonas, meeting_id=soon.id, now=after,
        after=After(NextStep.MEETING, agreed_on, cast.jonas.id),
    )  # fmt: skip

    def to_call(at):
        found = owed.of(session, cast.jonas, at)
        return [(each.due, each.case_id) for each in found if each.kind is Owing.MEETING]

    assert to_call(after) == [(agreed_on, case.id)]
    days(session, now, 5, 25)
    assert [row.since for row in rows(session, Signal.MEETING)] == [agreed_on]
    late = now + 25 * DAY
    assert to_call(late) == [(agreed_on, case.id)]
    meets(session, cast, case, late)
    tick(session, late)
    assert to_call(late) == []
    assert [row.ended_at for row in rows(session, Signal.MEETING)] == [late]


# --- the family ----------------------------------------------------------------------------------


def test_the_family_sees_what_is_late_and_when_the_leader_was_told(
    session, cast, case, thing, now
):
    meets(session, cast, case, now)
    days(session, now, 0, 19)
    at = now + 19 * DAY
    for who in (cast.ida, cast.kari, cast.per):
        (seen,) = family_sees(session, who, case, at)
        assert (seen.signal, seen.since, seen.days) == (
            Signal.EVALUATION, date(2026, 12, 3), 9,
        )  # fmt: skip
        assert seen.leader_told == date(2026, 12, 10)
        assert family_sees(session, cast.jonas, case, at) == (seen,)  # who holds it, the same
    for who in (cast.amina, cast.randi, cast.sam):
        assert why(partial(family_sees, session, who, case, at)) is Why.ABSENT


def test_guardians_see_nothing_of_what_is_shielded(session, cast, case, thing, now):
    meets(session, cast, case, now)
    shielding.shield(
        session, actor=cast.jonas, case_id=case.id, item=items_of(thing)[0],
        shield=Shield("Trygghet", now.date() + 80 * DAY), now=now,
    )  # fmt: skip
    days(session, now, 0, 19)
    at = now + 19 * DAY
    assert len(family_sees(session, cast.ida, case, at)) == 1  # so that there is something to leak
    assert family_sees(session, cast.kari, case, at) == ()
    assert family_sees(session, cast.per, case, at) == ()


def test_no_day_is_counted_for_guardians_from_a_meeting_that_is_shielded(session, cast, case, now):
    hidden = called(session, cast, case, now, workers=[])
    shielding.shield(
        session, actor=cast.jonas, case_id=case.id, item=item_of(hidden.id),
        shield=Shield("Trygghet", now.date() + 80 * DAY), now=now,
    )  # fmt: skip
    days(session, now, 0, 70)
    at = now + 70 * DAY
    (seen,) = family_sees(session, cast.ida, case, at)
    assert seen.signal is Signal.MEETING  # thirty school days after it
    assert family_sees(session, cast.kari, case, at) == ()
    assert family_sees(session, cast.per, case, at) == ()


def test_the_line_is_gone_as_soon_as_it_is_done(session, cast, case, thing, now):
    days(session, now, 0, 19)
    at = now + 19 * DAY
    evaluated(session, cast, thing, at)
    signals = [seen.signal for seen in family_sees(session, cast.ida, case, at)]
    assert Signal.EVALUATION not in signals  # before any tick


# --- nothing is without a next step --------------------------------------------------------------


def test_nothing_that_is_open_is_without_a_next_step(session, cast, case, thing, now):
    for day in (0, 11, 40, 75):
        at = now + day * DAY
        tick(session, at)
        for ladder in LADDERS:
            assert follow_ups.adrift(session, ladder, at) == []
            assert follow_ups.disagreeing(session, ladder, at) == []


@pytest.mark.parametrize("gone", ["left", "away"])
def test_when_who_has_it_is_not_there_somebody_else_has(session, cast, case, thing, now, gone):
    if gone == "left":
        for position in people.positions(session, cast.jonas.id):
            position.ended_at = now
    else:
        cast.jonas.away_from, cast.jonas.away_until = now.date(), now.date() + 5 * DAY
    session.flush()
    assert breaks.CASES.responsible(session, case, now) == [cast.randi.id]


def test_a_thing_nobody_has_is_adrift(session, cast, case, thing, now):
    """The check can fail: without its next instant, and without anybody at all."""
    tick(session, now)
    ladder = next(each for each in LADDERS if each.table.__tablename__ == "tiltak")
    thing.next_follow_up_at = None
    session.flush()
    assert follow_ups.adrift(session, ladder, now) == [thing.id]
    follow_ups.reschedule(session, ladder, thing, now)
    for position in session.scalars(select(Position)):
        position.ended_at = now
    session.flush()
    assert follow_ups.adrift(session, ladder, now) == [thing.id]


def test_the_case_is_looked_at_when_something_of_it_changes_and_not_otherwise(
    session, cast, case, thing, now
):
    tick(session, now)
    assert case.next_follow_up_at > now
    cases.stir(case, now + DAY)
    assert case.next_follow_up_at == now + DAY
    tick(session, now + DAY)
    assert case.next_follow_up_at > now + DAY
    assert len(case.steps_done) <= 2


def test_signals_can_be_turned_off(session, cast, case, thing, now):
    session.info["policy"] = Always(break_signals=())
    days(session, now, 0, 40)
    assert rows(session) == []


class Always(dict):
    """The same choices on every day."""

    def __init__(self, **choices):
        self.rules = MunicipalPolicy(staff_telegram=True, **choices)

    def __contains__(self, day):
        return True

    def __getitem__(self, day):
        return self.rules
