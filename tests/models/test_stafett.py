"""The baton [26-31]: exactly one holder at every instant; everything that waits goes along."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from models import (
    access,
    baton_family,
    baton_ladder,
    baton_led,
    baton_requests,
    baton_told,
    baton_views,
    batons,
    closing,
    consents,
    follow_ups,
    invitees,
    log_keeping,
    people,
    policy,
    posts,
    reminding,
    stafett,
    staffing,
    tiltak,
    views,
)
from models.base import Refused, new_id
from models.baton_ladder import LADDER
from models.batons import BatonOffer
from models.invitees import invitees_of
from models.ladders import LADDERS
from models.log_keeping import LogKeeping
from models.outbox import Outgoing, OutState
from models.people import Position
from models.policy import Calendar, MunicipalPolicy
from models.staffing import Term
from models.terms import (
    BatonState,
    FamilyAsked,
    HolderWish,
    InfoKind,
    Role,
    Why,
)
from tests import agreed
from tests.doses import slowly
from tests.meeting_setup import called, deliver_all, promised, take_back
from tests.refusals import why
from tests.ways import told_once

DAY = timedelta(days=1)
OURS = (baton_ladder.LADDER, baton_family.LADDER)


@told_once
def case(session, cast, now):
    """Ida's, with all of it agreed for the club; Mona is a second teacher at the school."""
    found = agreed.agreed(session, cast, now, {cast.club.id: list(InfoKind)})
    mona = people.create(session, name="Mona", language="nb", now=now, confirmed=True)
    session.add(Position(person_id=mona.id, unit_id=cast.school.id, role=Role.KONTAKTLAERER))
    session.flush()
    deliver_all(session)
    return found


@pytest.fixture
def mona(session, case):
    return session.scalars(
        select(people.Person).join(Position, Position.person_id == people.Person.id)
        .where(Position.role == Role.KONTAKTLAERER).order_by(Position.id.desc())
    ).first()  # fmt: skip


def asked(session, cast, case, now):
    """The family was asked and all have answered."""
    for wish in baton_family.ask_family(session, actor=cast.jonas, case_id=case.id, now=now):
        person = people.get(session, wish.person_id)
        said = HolderWish.NO_OPINION
        baton_family.answer(session, actor=person, wish_id=wish.id, said=said, now=now)


def offer(session, cast, case, to, now, **more):
    who = more.pop("actor", cast.jonas)
    return stafett.offer(session, actor=who, case_id=case.id, successor_id=to.id, now=now, **more)


def test_nobody_is_offered_it_before_the_family_was_asked(session, cast, case, mona, now):
    assert why(offer, session, cast, case, mona, now) is Why.FAMILY_FIRST
    wishes = baton_family.ask_family(session, actor=cast.jonas, case_id=case.id, now=now)
    assert {w.person_id for w in wishes} == {cast.ida.id, cast.kari.id, cast.per.id}
    assert set(promised(session, "baton.asked")) == {cast.ida.id, cast.kari.id, cast.per.id}
    assert why(offer, session, cast, case, mona, now) is Why.FAMILY_FIRST
    made = offer(session, cast, case, mona, now + 4 * DAY)
    assert made.family == FamilyAsked.SILENT


def test_what_one_of_the_family_says_is_the_holders_to_read(session, cast, case, now):
    asked(session, cast, case, now)
    ida = next(w for w in batons.wishes(session, case) if w.person_id == cast.ida.id)
    baton_family.answer(
        session, actor=cast.ida, wish_id=ida.id, said=HolderWish.SOMEBODY, words="Amina", now=now
    )
    seen = baton_views.card(session, actor=cast.jonas, case_id=case.id, now=now)
    assert {(s.name, s.words) for s in seen.wishes} == {
        ("Ida", "Amina"), ("Kari", None), ("Per", None),
    }  # fmt: skip
    assert seen.ready
    for other in (cast.kari, cast.per, cast.amina):
        assert why(baton_told.question, session, actor=other, wish_id=ida.id, now=now)
        assert why(baton_views.card, session, actor=other, case_id=case.id, now=now) is Why.ABSENT


def test_staff_write_down_what_was_said_aloud_but_never_over_what_was_said_here(
    session, cast, case, mona, now
):
    baton_family.ask_family(session, actor=cast.jonas, case_id=case.id, now=now)
    wishes = {w.person_id: w for w in batons.wishes(session, case)}
    own = wishes[cast.ida.id]
    baton_family.answer(session, actor=cast.ida, wish_id=own.id, said=HolderWish.TALK, now=now)
    noted = {"actor": cast.jonas, "said": HolderWish.NO_OPINION, "now": now}
    assert why(baton_family.said_aloud, session, wish_id=own.id, **noted) is Why.SAID_SINCE
    for parent in (cast.kari, cast.per):
        baton_family.said_aloud(session, wish_id=wishes[parent.id].id, **noted)
    assert offer(session, cast, case, mona, now).family == FamilyAsked.ALOUD


def test_the_holder_keeps_it_until_the_successor_has_accepted(session, cast, case, mona, now):
    asked(session, cast, case, now)
    made = offer(session, cast, case, mona, now, note="Ida liker å gå tur")
    assert case.stafettholder_id == cast.jonas.id
    assert baton_told.asked(session, actor=mona, offer_id=made.id, now=now).note == (
        "Ida liker å gå tur"
    )
    for other in (cast.jonas, cast.randi, cast.amina, cast.ida, cast.kari):
        assert why(stafett.accept, session, actor=other, offer_id=made.id, now=now) is Why.ABSENT
    stafett.accept(session, actor=mona, offer_id=made.id, now=now + DAY)
    assert case.stafettholder_id == mona.id
    stafett.accept(session, actor=mona, offer_id=made.id, now=now + DAY)  # pressed twice
    assert [c.number for c in batons.changes(session, case.id)] == [1]


def test_of_two_offers_only_one_is_open(session, cast, case, mona, now):
    asked(session, cast, case, now)
    made = offer(session, cast, case, mona, now)
    assert offer(session, cast, case, mona, now) is made
    assert why(offer, session, cast, case, cast.randi, now) is Why.ALREADY_OPEN
    second = BatonOffer(
        id=new_id(), key_id=case.key_id, case_id=case.id, number=9, state=BatonState.OPEN,
        from_id=cast.jonas.id, to_id=cast.randi.id, unit_id=cast.school.id,
        offered_by=cast.jonas.id, offered_at=now, steps_done=[],
    )  # fmt: skip
    session.add(second)
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize("ends", ["declined", "cancelled", "expired"])
def test_an_offer_that_comes_to_nothing_leaves_it_where_it_was(
    session, cast, case, mona, now, ends
):
    asked(session, cast, case, now)
    made = offer(session, cast, case, mona, now)
    if ends == "declined":
        stafett.decline(session, actor=mona, offer_id=made.id, reason="For mange", now=now)
        seen = baton_views.card(session, actor=cast.jonas, case_id=case.id, now=now)
        assert seen.ended.reason == "For mange"
    elif ends == "cancelled":
        stafett.cancel(session, actor=cast.jonas, offer_id=made.id, now=now)
    else:
        follow_ups.take_due(session, LADDER, now + 8 * DAY)
    assert (made.state, case.stafettholder_id) == (ends, cast.jonas.id)
    assert made.next_follow_up_at is None
    assert why(stafett.accept, session, actor=mona, offer_id=made.id, now=now) is Why.EXPIRED
    assert promised(session, "baton.offered") == []
    offer(session, cast, case, cast.randi, now + 8 * DAY)  # the family was asked


def test_the_successor_is_reminded_while_nobody_answers_and_then_it_ends(
    session, cast, case, mona, now
):
    asked(session, cast, case, now)
    offer(session, cast, case, mona, now)
    deliver_all(session)
    follow_ups.take_due(session, LADDER, now + 3 * DAY)  # Thursday
    assert promised(session, "baton.offered") == [mona.id]
    follow_ups.take_due(session, LADDER, now + 7 * DAY)
    assert promised(session, "baton.ended") == []
    follow_ups.take_due(session, LADDER, now + 8 * DAY)
    assert promised(session, "baton.ended") == [cast.jonas.id]


@pytest.mark.parametrize(
    ("offered", "last", "ends"),
    [
        ((11, 23, 10), (11, 30), (12, 1)),
        ((11, 23, 23), (12, 1), (12, 2)),  # past midnight where they live
        ((11, 27, 10), (12, 4), (12, 5)),
        ((12, 16, 10), (12, 23), (12, 24)),
    ],
)
def test_an_offer_holds_the_whole_of_the_last_day_they_were_told(offered, last, ends):
    zone, rules = ZoneInfo("Europe/Oslo"), MunicipalPolicy()
    month, day, hour = offered
    at = datetime(2026, month, day, hour, 30, tzinfo=UTC)
    over = {s.name: s.at for s in reminding.baton_steps(at, rules, Calendar())}["expire"]
    told = policy.today_in(at, rules) + timedelta(days=rules.baton_offer_days)
    assert (told.month, told.day) == last
    local = over.astimezone(zone)
    assert local.date() > told
    assert local >= datetime(2026, *ends, tzinfo=zone)


def test_who_works_in_another_service_needs_a_yes_to_all_of_it_first(session, cast, case, now):
    asked(session, cast, case, now)
    made = offer(session, cast, case, cast.amina, now)
    assert made.unit_id == cast.club.id
    take_back(session, cast.kari, now)
    assert why(stafett.accept, session, actor=cast.amina, offer_id=made.id, now=now)
    assert case.stafettholder_id == cast.jonas.id
    stafett.cancel(session, actor=cast.jonas, offer_id=made.id, now=now)
    assert why(offer, session, cast, case, cast.amina, now) is Why.NOBODY
    some = {cast.club.id: [InfoKind.GOALS, InfoKind.TILTAK]}
    agreed.consent(session, cast, case, some, now)
    assert why(offer, session, cast, case, cast.amina, now) is Why.CONSENT_MISSING
    assert why(offer, session, cast, case, cast.lise, now) is Why.NOBODY


def test_a_service_holds_it_no_longer_than_the_family_says_yes(session, cast, case, now):
    asked(session, cast, case, now)
    made = offer(session, cast, case, cast.amina, now)
    stafett.accept(session, actor=cast.amina, offer_id=made.id, now=now)
    assert Role.STAFETTHOLDER in access.hats_in_case(session, cast.amina, case, now)
    take_back(session, cast.kari, now)
    assert access.hats_in_case(session, cast.amina, case, now) == frozenset()
    assert case.stafettholder_id == cast.amina.id  # until the unit leader has it
    follow_ups.take_due(session, LADDER, now + DAY)
    assert promised(session, "baton.lost") == [cast.randi.id]
    assert baton_views.card(session, actor=cast.randi, case_id=case.id, now=now).lost
    stafett.take_over(session, actor=cast.randi, case_id=case.id, reason="Nei nå", now=now)
    assert (case.stafettholder_id, case.holder_unit_id) == (cast.randi.id, None)


def test_a_parent_of_the_youth_never_gets_it(session, cast, case, now):
    session.add(Position(person_id=cast.kari.id, unit_id=cast.school.id, role=Role.REKTOR))
    session.flush()
    asked(session, cast, case, now)
    assert why(offer, session, cast, case, cast.kari, now) is Why.NOBODY
    take = {"case_id": case.id, "reason": "Fordi", "now": now}
    assert why(stafett.take_over, session, actor=cast.kari, **take) is Why.ABSENT
    assert baton_led.led(session, actor=cast.kari) == {}


def test_the_unit_leader_takes_over_at_once_with_a_reason_and_the_family_hears(
    session, cast, case, mona, now
):
    asked(session, cast, case, now)
    made = offer(session, cast, case, mona, now)
    take = {"case_id": case.id, "now": now}
    for other in (cast.jonas, mona, cast.siri, cast.turid, cast.ida, cast.amina):
        assert why(stafett.take_over, session, actor=other, reason="x", **take) is Why.ABSENT
    no_words = why(stafett.take_over, session, actor=cast.randi, reason=" ", **take)
    assert no_words is Why.WORDS_REQUIRED
    stafett.take_over(session, actor=cast.randi, reason="Jonas er syk", **take)
    assert (case.stafettholder_id, made.state) == (cast.randi.id, BatonState.CANCELLED)
    assert set(promised(session, "baton.changed")) == {cast.ida.id, cast.kari.id, cast.per.id}
    assert promised(session, "baton.gone") == [cast.jonas.id]
    stafett.take_over(session, actor=cast.randi, reason="Jonas er syk", **take)
    assert len(batons.changes(session, case.id)) == 1


def test_the_family_sees_who_holds_it_where_and_who_did_before(session, cast, case, mona, now):
    people.found_where(session, mona, "Rom 204, etter skoletid", now)
    asked(session, cast, case, now)
    made = offer(session, cast, case, mona, now)
    stafett.accept(session, actor=mona, offer_id=made.id, now=now + DAY)
    for one in (cast.ida, cast.kari):
        seen = baton_views.who(session, actor=one, case_id=case.id, now=now + DAY)
        assert (seen.holder, seen.found_at) == ("Mona", "Rom 204, etter skoletid")
        assert [(t.name, t.until is None) for t in seen.turns] == [
            ("Jonas", False), ("Mona", True),
        ]  # fmt: skip


# --- what goes along -----------------------------------------------------------------------------


def given_to(session, cast, case, to, now):
    asked(session, cast, case, now)
    made = offer(session, cast, case, to, now)
    return stafett.accept(session, actor=to, offer_id=made.id, now=now)


def test_what_waits_for_the_old_holder_is_told_to_the_new_one(session, cast, case, mona, now):
    meeting = called(session, cast, case, now)
    thing = agreed.planned(session, cast, case, now, evaluate_on=now.date() + 7 * DAY)
    thing.responsible_id = cast.jonas.id
    for ladder in LADDERS:
        follow_ups.take_due(session, ladder, now + DAY)
    assert cast.jonas.id in promised(session, "evaluation.due")
    given_to(session, cast, case, mona, now + DAY)
    waiting = select(Outgoing.kind).where(
        Outgoing.recipient_id == cast.jonas.id, Outgoing.state == OutState.WAITING
    )
    assert set(session.scalars(waiting)) <= {"baton.gone", "baton.answered"}
    assert promised(session, "evaluation.due") == [mona.id]
    assert thing.responsible_id == mona.id
    listed = {each.person_id for each in invitees_of(session, meeting.id)}
    assert mona.id in listed
    assert cast.jonas.id not in listed


def test_the_old_holders_calendar_lets_go_of_the_meetings_to_come(session, cast, case, mona, now):
    meeting = called(session, cast, case, now)
    seat = invitees.invitee_of(session, meeting.id, cast.jonas.id)
    seat.file_sequence, uid = meeting.sequence, seat.uid
    given_to(session, cast, case, mona, now)
    (file,) = session.scalars(select(Outgoing).where(Outgoing.kind == "meeting.gone"))
    assert (file.recipient_id, file.params["uid"]) == (cast.jonas.id, uid)


def test_a_baton_that_comes_back_does_not_bring_back_who_kept_the_log(
    session, cast, case, mona, now
):
    row = LogKeeping(
        id=new_id(), case_id=case.id, person_id=cast.lise.id, unit_id=cast.los_unit.id,
        by_id=cast.jonas.id, since=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    given_to(session, cast, case, mona, now)
    case.stafettholder_id = cast.jonas.id
    session.flush()
    assert log_keeping.given(session, case) is None


def test_a_meeting_that_goes_on_and_a_talk_that_was_promised_are_the_new_holders(
    session, cast, case, mona, now
):
    meeting = called(session, cast, case, now)
    meeting.talker_id, meeting.contact_by = cast.jonas.id, now.date() + 30 * DAY
    amid = meeting.starts_at + timedelta(minutes=10)
    asked(session, cast, case, now)
    made = offer(session, cast, case, mona, now)
    stafett.accept(session, actor=mona, offer_id=made.id, now=amid)
    assert meeting.talker_id == mona.id
    assert Role.STAFETTHOLDER in invitees.hats_for(session, meeting, mona, amid)
    assert invitees.hats_for(session, meeting, cast.jonas, amid) == frozenset()


def test_the_old_holder_learns_nothing_after_it(session, cast, case, mona, now):
    given_to(session, cast, case, mona, now)
    assert views.my_cases(session, cast.jonas, now) == []
    looks = (views.case_view, baton_views.card)
    for look in looks:
        assert why(look, session, actor=cast.jonas, case_id=case.id, now=now) is Why.ABSENT
    deliver_all(session)
    wish = agreed.wish(cast, now, responsible_id=mona.id)
    tiltak.plan(session, actor=mona, case_id=case.id, wish=wish, now=now)
    for ladder in LADDERS:
        follow_ups.take_due(session, ladder, now + 60 * DAY)
    told = select(Outgoing.kind).where(
        Outgoing.recipient_id == cast.jonas.id, Outgoing.state == OutState.WAITING
    )
    assert list(session.scalars(told)) == []


def test_a_closed_case_has_no_open_offer(session, cast, case, mona, now):
    asked(session, cast, case, now)
    made = offer(session, cast, case, mona, now)
    closing.close(session, actor=cast.ida, case_id=case.id, wish=closing.Wish(), now=now)
    assert made.state == BatonState.CANCELLED
    assert why(stafett.accept, session, actor=mona, offer_id=made.id, now=now) is Why.EXPIRED
    assert all(not follow_ups.adrift(session, ladder, now) for ladder in LADDERS)


def test_who_has_left_meanwhile_gets_nothing(session, cast, case, mona, now):
    asked(session, cast, case, now)
    made = offer(session, cast, case, mona, now)
    posts.leave(session, mona, cast.turid.id, now)
    assert why(stafett.accept, session, actor=mona, offer_id=made.id, now=now) is Why.ABSENT
    assert case.stafettholder_id == cast.jonas.id
    assert follow_ups.adrift(session, LADDER, now) == []


def test_a_holder_leaves_once_everything_is_another_s(session, cast, case, now):
    leave = {"actor": cast.turid, "person_id": cast.jonas.id, "now": now}
    assert why(staffing.deactivate, session, **leave) is Why.HAND_OVER_FIRST
    name, held = baton_led.led_by(session, actor=cast.randi, person_id=cast.jonas.id, now=now)
    assert (name, list(held)) == ("Jonas", [case.id])
    stafett.take_over(session, actor=cast.randi, case_id=case.id, reason="Slutter", now=now)
    staffing.deactivate(session, **leave)
    assert people.positions(session, cast.jonas.id) == []


def test_who_leads_hears_of_a_holder_who_is_away_for_long_with_nobody_in_their_place(
    session, cast, case, now
):
    def away(days):
        term = Term(until=now.date() + days * DAY)
        gone = {"actor": cast.turid, "person_id": cast.jonas.id, "now": now}
        staffing.away(session, term=term, **gone)
        return promised(session, "baton.absent")

    assert away(4) == []  # Friday
    assert away(7) == [cast.randi.id]
    seen = baton_led.absent(session, actor=cast.randi, person_id=cast.jonas.id, now=now)
    assert seen == ("Jonas", now.date() + 7 * DAY)
    assert case.stafettholder_id == cast.jonas.id


def test_with_a_stand_in_it_can_wait(session, cast, case, mona, now):
    lasts = Term(until=now.date() + 20 * DAY)
    post = people.positions(session, cast.jonas.id)[0]
    vikar = people.create(session, name="Vikar", language="nb", now=now, confirmed=True)
    session.add(Position(person_id=vikar.id, unit_id=cast.club.id, role=Role.SERVICE))
    session.flush()
    staffing.lend(
        session, actor=cast.turid, position_id=post.id, person_id=vikar.id, term=lasts, now=now
    )
    staffing.away(session, actor=cast.turid, person_id=cast.jonas.id, term=lasts, now=now)
    assert promised(session, "baton.absent") == []
    assert access.hats_in_case(session, vikar, case, now) == frozenset()  # hears, sees nothing


# --- whatever happens ----------------------------------------------------------------------------


def _holds(session, cast, case, now):
    """What is true at every instant."""
    open_ones = session.scalar(
        select(func.count()).where(
            BatonOffer.case_id == case.id, BatonOffer.state == BatonState.OPEN
        )
    )
    assert open_ones <= 1
    told = batons.changes(session, case.id)
    assert case.stafettholder_id == (told[-1].to_id if told else cast.jonas.id)
    chain = [cast.jonas.id, *(each.to_id for each in told)]
    assert [each.from_id for each in told] == chain[:-1]
    holder = people.get(session, case.stafettholder_id)
    assert people.keeps_batons(session, holder)
    staff = (cast.jonas, cast.randi, cast.amina, cast.lise, cast.siri)
    hats = [p for p in staff if Role.STAFETTHOLDER in access.hats_in_case(session, p, case, now)]
    assert all(p.id == holder.id for p in hats)
    for ladder in OURS:
        assert follow_ups.adrift(session, ladder, now) == []
        assert follow_ups.disagreeing(session, ladder, now) == []


def _act(session, cast, case, mona, now, dice):
    everyone = [cast.jonas, cast.randi, cast.amina, cast.lise, mona, cast.ida, cast.turid]
    actor, other = dice.choice(everyone), dice.choice(everyone)
    one = session.scalars(
        select(BatonOffer).where(BatonOffer.case_id == case.id)
        .order_by(BatonOffer.number.desc()).limit(1)
    ).first()  # fmt: skip
    offer_id = one.id if one else 0
    holder = people.get(session, case.stafettholder_id)
    of_case, of_offer = {"case_id": case.id, "now": now}, {"offer_id": offer_id, "now": now}
    giver = actor if dice.random() < 0.2 else holder
    other = dice.choice([other, mona, cast.randi, cast.amina])
    taker = people.get(session, one.to_id) if one and dice.random() < 0.8 else actor
    acts = {
        "ask": lambda: baton_family.ask_family(session, actor=giver, **of_case),
        "offer": lambda: stafett.offer(session, actor=giver, successor_id=other.id, **of_case),
        "accept": lambda: stafett.accept(session, actor=taker, **of_offer),
        "decline": lambda: stafett.decline(session, actor=taker, **of_offer),
        "cancel": lambda: stafett.cancel(session, actor=giver, **of_offer),
        "take": lambda: stafett.take_over(
            session, actor=dice.choice([actor, cast.randi]), reason="Syk", **of_case
        ),
        "leave": lambda: staffing.deactivate(
            session, actor=cast.turid, person_id=dice.choice([cast.jonas, mona]).id, now=now
        ),
        "request": lambda: baton_requests.ask(session, actor=actor, **of_case),
        "stop": lambda: consents.withdraw_all(
            session, actor=cast.kari, now=now, occasion=now.isoformat()
        ),
        "agree": lambda: agreed.consent(session, cast, case, {cast.club.id: list(InfoKind)}, now),
    }
    likely = "accept" if one and one.state == BatonState.OPEN else dice.choice(["ask", "offer"])
    act = likely if dice.random() < 0.6 else dice.choice(list(acts))
    with session.begin_nested() as point:
        try:
            acts[act]()
        except Refused:
            point.rollback()
            return "refused"
    return act


def _lives(session, cast, case, mona, now, seed, turns) -> set[str]:
    """What happened; at every instant what must be true was."""
    dice = random.Random(seed)
    happened = set()
    for _turn in range(turns):
        now += timedelta(hours=dice.choice([0, 1, 20, 20, 100]))
        for ladder in OURS:
            follow_ups.take_due(session, ladder, now)
        _holds(session, cast, case, now)
        happened.add(_act(session, cast, case, mona, now, dice))
        session.flush()
        _holds(session, cast, case, now)
    return happened


@pytest.mark.parametrize("seed", [0, *slowly(1)])
def test_at_every_instant_exactly_one_holds_it(session, cast, case, mona, now, seed):
    assert {"offer", "accept", "refused"} <= _lives(session, cast, case, mona, now, seed, 25)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 30))
def test_whatever_happens_exactly_one_holds_it(session, cast, case, mona, now, seed):
    assert "refused" in _lives(session, cast, case, mona, now, seed, 60)


# --- asking to get it ----------------------------------------------------------------------------


def test_who_takes_part_may_ask_to_get_it_and_gets_nothing_by_asking(session, cast, case, now):
    wish = {"case_id": case.id, "now": now}
    for other in (cast.jonas, cast.ida, cast.kari, cast.lise, cast.randi, cast.turid):
        assert why(baton_requests.ask, session, actor=other, **wish) is Why.ABSENT
    made = baton_requests.ask(session, actor=cast.amina, **wish)
    assert baton_requests.ask(session, actor=cast.amina, **wish) is made
    assert promised(session, "baton.requested") == [cast.jonas.id]
    on = {"offer_id": made.id, "now": now}
    assert why(stafett.accept, session, actor=cast.amina, **on) is Why.ABSENT
    for other in (cast.amina, cast.ida, cast.kari):
        assert why(baton_requests.say_no, session, actor=other, **on) is Why.ABSENT
    baton_requests.say_no(session, actor=cast.jonas, **on)
    assert (made.state, case.stafettholder_id) == (BatonState.DECLINED, cast.jonas.id)
    assert promised(session, "baton.refused") == [cast.amina.id]


def test_a_request_nobody_answers_ends_by_itself(session, cast, case, now):
    made = baton_requests.ask(session, actor=cast.amina, case_id=case.id, now=now)
    deliver_all(session)
    follow_ups.take_due(session, LADDER, now + 3 * DAY)
    assert promised(session, "baton.requested") == [cast.jonas.id]
    assert follow_ups.adrift(session, LADDER, now) == []
    follow_ups.take_due(session, LADDER, now + 8 * DAY)
    assert made.state == BatonState.EXPIRED
    assert promised(session, "baton.refused") == [cast.amina.id]
