"""Consent: who must say yes, what a yes, a no and a withdrawal do, and that nobody learns who."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models import audit, consent_views, consents, family, follow_ups, ledger
from models.consent_history import ConsentEvent
from models.family import Guardianship
from models.municipality import ApprovedText
from models.outbox import Outgoing, OutState
from models.terms import CaseState, ConsentAct, ConsentState, InfoKind, Why
from tests.consent_setup import asked, opened
from tests.refusals import why
from tests.ways import told_once

W = ConsentAct.WITHDRAWN
MEETINGS, TILTAK = InfoKind.MEETINGS, InfoKind.TILTAK


# --- the case ------------------------------------------------------------------------------------


@told_once
def approved(session, cast):
    for language in ("nb", "nn"):
        session.add(
            ApprovedText(key="consent.ask", language=language, hash="words", state="approved")
        )
    session.flush()


@told_once
def case(session, cast, approved, now):
    return opened(session, cast, now)


@pytest.fixture
def ask(session, cast, case, now):
    def ask(*kinds, at=now, **more):
        return asked(session, cast, case, at, *kinds, **more)

    return ask


@pytest.fixture
def yes(session, now):
    def given(person, question, at=now, text="words"):
        return consents.give(
            session,
            actor=person,
            question=question,
            text_hash=text,
            language=person.language,
            now=at,
            occasion=f"{person.id}{at}",
        )

    return given


@pytest.fixture
def all_yes(cast, yes):
    def given(question):
        for person in (cast.ida, cast.kari, cast.per):
            yes(person, question)

    return given


def promised(session, kind):
    """Who was promised a notice of a kind, in the order it was promised."""
    return [
        row.recipient_id
        for row in session.scalars(
            select(Outgoing)
            .where(Outgoing.kind == kind, Outgoing.state == OutState.WAITING)
            .order_by(Outgoing.id)
        )
    ]


def test_everyone_who_must_answer_is_asked_in_the_own_chat(session, cast, ask):
    ask()
    assert promised(session, "consent.asked") == [cast.kari.id, cast.per.id, cast.ida.id]


def test_nothing_is_shared_until_all_have_said_yes(session, cast, case, ask, yes, now):
    question = ask()
    yes(cast.kari, question)
    yes(cast.per, question)
    assert consents.granted(session, case, cast.club.id, now) == frozenset()
    assert case.state == CaseState.PENDING_CONSENT
    yes(cast.ida, question)
    assert consents.granted(session, case, cast.club.id, now) == {MEETINGS}
    assert case.state == CaseState.ACTIVE
    assert promised(session, "consent.complete") == [cast.jonas.id]


def test_a_yes_covers_only_the_services_and_kinds_it_names(session, cast, case, ask, all_yes, now):
    all_yes(ask(MEETINGS))
    assert consents.granted(session, case, cast.nurse.id, now) == frozenset()
    all_yes(ask(TILTAK, unit=cast.nurse))
    assert consents.granted(session, case, cast.club.id, now) == {MEETINGS}
    assert consents.granted(session, case, cast.nurse.id, now) == {TILTAK}


def test_the_same_question_again_asks_nobody_twice(session, cast, ask):
    assert ask() is ask()
    assert len(promised(session, "consent.asked")) == 3


def test_being_asked_about_more_takes_nothing_away(session, cast, case, ask, yes, all_yes, now):
    first = ask(MEETINGS)
    all_yes(first)
    second = ask(MEETINGS, TILTAK)
    assert (second.number, second.version) == (first.number, 2)
    yes(cast.kari, second)
    assert consents.granted(session, case, cast.club.id, now) == {MEETINGS}
    consents.refuse(
        session, actor=cast.per, question=second, language="nn", now=now, occasion="no"
    )
    assert consents.granted(session, case, cast.club.id, now) == {MEETINGS}


def test_a_narrower_version_replaces_the_wider_once_all_agree(
    session, cast, case, ask, all_yes, now
):
    all_yes(ask(MEETINGS, TILTAK))
    all_yes(ask(TILTAK))
    assert consents.granted(session, case, cast.club.id, now) == {TILTAK}


def test_when_the_newer_version_expires_the_older_does_not_return(
    session, cast, case, ask, all_yes, now
):
    all_yes(ask(MEETINGS, TILTAK, days=300))
    all_yes(ask(TILTAK, days=30))
    later = now + timedelta(days=60)
    assert consents.granted(session, case, cast.club.id, later) == frozenset()


def test_taking_back_stops_every_version_of_the_same(session, cast, case, ask, all_yes, now):
    first = ask(MEETINGS)
    all_yes(first)
    all_yes(ask(MEETINGS, TILTAK))
    consents.withdraw(session, actor=cast.kari, question=first, now=now, occasion="stop")
    assert consents.granted(session, case, cast.club.id, now) == frozenset()


def test_an_old_version_is_not_an_answer_to_the_new_one(session, cast, ask, yes):
    first = ask(MEETINGS)
    ask(MEETINGS, TILTAK)
    assert why(lambda: yes(cast.kari, first)) is Why.STALE


def test_only_approved_words_can_be_agreed_to(session, cast, ask, yes):
    question = ask()
    assert why(lambda: yes(cast.kari, question, text="other words")) is Why.TEXT_NOT_APPROVED


def test_without_approved_words_in_a_language_the_holder_gets_the_task(session, cast, ask):
    cast.per.language = "se"
    question = ask()
    assert promised(session, "consent.text_missing") == [cast.jonas.id]
    assert question.id


@pytest.mark.parametrize("stranger", ["amina", "jonas", "sam", "randi"])
def test_nobody_else_can_answer(session, cast, ask, yes, stranger):
    question = ask()
    assert why(lambda: yes(getattr(cast, stranger), question)) is Why.ABSENT


def test_someone_nobody_has_confirmed_cannot_consent(session, cast, ask, yes):
    cast.kari.confirmed_at = None
    question = ask()
    assert cast.kari.id not in promised(session, "consent.asked")
    assert why(lambda: yes(cast.kari, question)) is Why.ABSENT


def test_who_joins_later_is_asked_then(session, cast, case, ask, yes, now):
    cast.kari.confirmed_at = None
    question = ask()
    yes(cast.per, question)
    yes(cast.ida, question)
    assert case.state == CaseState.PENDING_CONSENT
    cast.kari.confirmed_at = now
    consents.catch_up(session, cast.kari, now)
    assert promised(session, "consent.asked")[-1] == cast.kari.id


def test_a_parent_without_responsibility_is_no_consenter(session, cast, case, ask, yes, now):
    session.scalars(
        select(Guardianship).where(Guardianship.foresatt_id == cast.per.id)
    ).one().responsibility = False
    question = ask()
    assert why(lambda: yes(cast.per, question)) is Why.ABSENT
    yes(cast.kari, question)
    yes(cast.ida, question)
    assert case.state == CaseState.ACTIVE


def test_a_younger_youth_is_told_and_can_ask_to_talk(session, cast, ask, yes, now):
    cast.ida.born = date(2013, 5, 14)
    question = ask()
    assert cast.ida.id not in promised(session, "consent.asked")
    assert promised(session, "consent.told") == [cast.ida.id]
    assert why(lambda: yes(cast.ida, question)) is Why.ABSENT
    consents.talk_first(
        session, actor=cast.ida, question=question, language="nb", now=now, occasion="t"
    )
    assert promised(session, "consent.talk_first") == [cast.jonas.id]


def test_an_unknown_date_of_birth_means_both_must_say_yes(session, cast, case, now):
    cast.ida.born = None
    assert consents.required(session, case, now) == [cast.kari, cast.per, cast.ida]


def test_the_same_answer_twice_is_one(session, cast, ask, yes, now):
    question = ask()
    assert yes(cast.kari, question) is yes(cast.kari, question, at=now + timedelta(minutes=1))
    given = select(ConsentEvent).where(ConsentEvent.act == "given")
    assert len(session.scalars(given).all()) == 1


def test_a_yes_keeps_what_it_was_a_yes_to(session, cast, ask, yes):
    question = ask()
    event = yes(cast.per, question)
    assert (event.text_hash, event.language, event.until) == ("words", "nn", question.until)
    assert event.capacity == "guardian"
    assert len(event.number) == 6


# --- no, and taking back -------------------------------------------------------------------------


def test_a_withdrawal_stops_sharing_at_once(session, cast, case, ask, all_yes, now):
    question = ask()
    all_yes(question)
    consents.withdraw(session, actor=cast.kari, question=question, now=now, occasion="stop")
    assert consents.granted(session, case, cast.club.id, now) == frozenset()
    assert case.state == CaseState.FROZEN


def test_of_a_withdrawal_each_learns_only_what_concerns_them(
    session, cast, case, ask, all_yes, now
):
    all_yes(ask())
    consents.withdraw_all(session, actor=cast.kari, now=now, occasion="stop")
    assert promised(session, "consent.withdrawn") == [cast.jonas.id]
    assert promised(session, "consent.access_changed") == [cast.amina.id]
    assert sorted(promised(session, "consent.paused")) == sorted([cast.per.id, cast.ida.id])
    of_kind = select(Outgoing).where(Outgoing.kind == "consent.receipt").order_by(Outgoing.id)
    receipts = session.scalars(of_kind).all()
    assert receipts[-1].recipient_id == cast.kari.id
    said = [
        row
        for row in session.scalars(select(Outgoing))
        if row.kind in ("consent.withdrawn", "consent.access_changed", "consent.paused")
    ]
    assert [row for row in said if str(cast.kari.id) in f"{row.params}{row.key}"] == []


def test_nobody_can_override_a_withdrawal(session, cast, case, ask, yes, all_yes, now):
    question = ask()
    all_yes(question)
    consents.withdraw(session, actor=cast.kari, question=question, now=now, occasion="stop")
    yes(cast.per, question)
    yes(cast.ida, question)
    assert consents.carries(session, case, now) is False


def test_only_the_own_yes_can_be_taken_back(session, cast, case, ask, all_yes, now):
    question = ask()
    all_yes(question)
    for person in (cast.jonas, cast.amina, cast.sam, cast.randi):
        assert consents.withdraw(
            session, actor=person, question=question, now=now, occasion="x"
        ) == []  # fmt: skip
    assert consents.carries(session, case, now) is True


def test_one_who_lost_responsibility_can_still_take_back(session, cast, case, ask, all_yes, now):
    question = ask()
    all_yes(question)
    session.scalars(
        select(Guardianship).where(Guardianship.foresatt_id == cast.per.id)
    ).one().ended_at = now
    taken = consents.withdraw_all(session, actor=cast.per, now=now, occasion="stop")
    assert [event.act for event in taken] == [W]


def test_stopping_everything_covers_every_question_under_one_receipt(
    session, cast, case, ask, all_yes, now
):
    all_yes(ask())
    all_yes(ask(unit=cast.nurse))
    taken = consents.withdraw_all(session, actor=cast.ida, now=now, occasion="stop")
    assert len(taken) == 2
    assert len({event.number for event in taken}) == 1
    assert consents.carries(session, case, now) is False
    assert promised(session, "consent.withdrawn") == [cast.jonas.id]


def test_what_is_kept_is_a_new_yes(session, cast, case, ask, yes, all_yes, now):
    club, nurse = ask(), ask(unit=cast.nurse)
    all_yes(club)
    all_yes(nurse)
    consents.withdraw_all(session, actor=cast.ida, now=now, occasion="stop")
    yes(cast.ida, nurse, at=now + timedelta(minutes=1))
    assert consents.granted(session, case, cast.nurse.id, now) == {MEETINGS}
    assert consents.granted(session, case, cast.club.id, now) == frozenset()
    assert case.state == CaseState.ACTIVE


def test_taking_back_twice_is_a_friendly_nothing(session, cast, ask, all_yes, now):
    all_yes(ask())
    consents.withdraw_all(session, actor=cast.ida, now=now, occasion="a")
    assert consents.withdraw_all(session, actor=cast.ida, now=now, occasion="b") == []
    assert promised(session, "consent.withdrawn") == [cast.jonas.id]


def test_what_was_on_its_way_is_counted_in_the_receipt(session, cast, case, ask, all_yes, now):
    all_yes(ask())
    to_jonas = select(Outgoing).where(Outgoing.recipient_id == cast.jonas.id)
    about_it, about_else = session.scalars(to_jonas).all()[:2]
    about_it.state = about_else.state = OutState.SENDING
    ledger.keep(session, about_it, {case.id})
    consents.withdraw_all(session, actor=cast.ida, now=now, occasion="stop")
    receipt = session.scalars(
        select(Outgoing)
        .where(Outgoing.kind == "consent.receipt", Outgoing.recipient_id == cast.ida.id)
        .order_by(Outgoing.id.desc())
    ).first()
    assert receipt.params["in_flight"] == 1


def test_a_no_stops_nothing_else_and_the_others_never_learn_of_it(session, cast, case, ask, now):
    question = ask()
    consents.refuse(
        session, actor=cast.per, question=question, language="nn", now=now, occasion="no"
    )
    assert promised(session, "consent.declined") == [cast.jonas.id]
    assert promised(session, "consent.paused") == []
    assert case.state == CaseState.PENDING_CONSENT


def test_a_no_after_a_yes_takes_it_back(session, cast, case, ask, all_yes, now):
    question = ask()
    all_yes(question)
    consents.refuse(
        session, actor=cast.kari, question=question, language="nb", now=now, occasion="no"
    )
    assert case.state == CaseState.FROZEN


def test_wanting_to_talk_does_not_touch_a_yes(session, cast, case, ask, all_yes, now):
    question = ask()
    all_yes(question)
    refused = why(
        lambda: consents.talk_first(
            session, actor=cast.kari, question=question, language="nb", now=now, occasion="t"
        )
    )
    assert refused is Why.STALE
    assert case.state == CaseState.ACTIVE


def test_a_youth_who_does_not_decide_can_ask_that_it_stops(session, cast, ask, yes, now):
    cast.ida.born = date(2013, 5, 14)
    question = ask()
    yes(cast.kari, question)
    yes(cast.per, question)
    assert consents.withdraw_all(session, actor=cast.ida, now=now, occasion="s") == []
    assert consents.wish_stop(session, actor=cast.ida, now=now, occasion="s") is True
    assert promised(session, "consent.youth_wishes_stop") == [cast.jonas.id]


def test_the_history_is_in_the_chain_and_holds(session, cast, case, ask, all_yes, now):
    all_yes(ask())
    consents.withdraw_all(session, actor=cast.ida, now=now, occasion="stop")
    entries = session.scalars(
        select(audit.AuditEntry.action).where(audit.AuditEntry.chain == case.id)
    ).all()
    assert entries.count("consents.given") == 3
    assert entries.count("consents.withdrawn") == 1
    assert audit.broken_link(session, case.id) is None


# --- time ----------------------------------------------------------------------------------------


def tick(session, at):
    while consents_due(session, at):
        follow_ups.take_due(session, consents.LADDER, at)


def consents_due(session, at):
    due = select(consents.ConsentQuestion).where(consents.ConsentQuestion.next_follow_up_at <= at)
    return session.scalars(due).first()


def test_only_who_has_not_answered_is_reminded_and_once(session, cast, ask, yes, now):
    question = ask()
    yes(cast.kari, question)
    consents.refuse(
        session, actor=cast.per, question=question, language="nn", now=now, occasion="no"
    )
    tick(session, now + timedelta(days=4))
    tick(session, now + timedelta(days=9))
    assert promised(session, "consent.reminder") == [cast.ida.id]


def test_access_ends_with_the_last_day_and_the_holder_is_told(
    session, cast, case, ask, all_yes, now
):
    all_yes(ask(days=10))
    last = now + timedelta(days=10)
    assert consents.carries(session, case, last) is True
    after = last + timedelta(days=1)
    assert consents.carries(session, case, after) is False
    tick(session, after)
    assert case.state == CaseState.FROZEN
    assert cast.jonas.id in promised(session, "consent.expired")
    assert promised(session, "consent.access_changed") == [cast.amina.id]


def test_the_end_is_announced_thirty_and_seven_days_before(session, cast, ask, all_yes, now):
    question = ask(days=90)
    all_yes(question)
    for day in range(1, 90):
        tick(session, now + timedelta(days=day))
    told = promised(session, "consent.expiring")
    assert sorted(told) == sorted([cast.ida.id, cast.kari.id, cast.per.id, cast.jonas.id] * 2)


def test_no_end_is_announced_of_what_never_began(session, cast, ask, yes, now):
    yes(cast.kari, ask(days=40))
    tick(session, now + timedelta(days=60))
    assert promised(session, "consent.expiring") == promised(session, "consent.expired") == []


def test_at_fifteen_the_youth_must_agree_too(session, cast, case, ask, yes, now):
    cast.ida.born = (now + timedelta(days=20)).date().replace(year=now.year - 15)
    question = ask()
    yes(cast.kari, question)
    yes(cast.per, question)
    assert case.state == CaseState.ACTIVE
    birthday = now + timedelta(days=20)
    assert consents.carries(session, case, birthday) is False
    tick(session, birthday)
    assert case.state == CaseState.FROZEN
    assert promised(session, "consent.asked")[-1] == cast.ida.id
    yes(cast.ida, question, at=birthday)
    assert case.state == CaseState.ACTIVE


def test_at_eighteen_the_guardians_consent_lapses(session, cast, case, ask, all_yes, now):
    cast.ida.born = (now + timedelta(days=20)).date().replace(year=now.year - 18)
    question = ask()
    all_yes(question)
    later = now + timedelta(days=21)
    assert consents.required(session, case, later) == [cast.ida]
    assert family.all_guardians_of(session, cast.ida.id) == [cast.kari, cast.per]


def test_the_stored_instant_is_the_computed_one(session, cast, ask, all_yes, now):
    all_yes(ask())
    assert follow_ups.disagreeing(session, consents.LADDER, now) == []


def test_a_birthday_missed_while_the_bot_was_down_is_settled_after_it(
    session, cast, case, ask, yes, now
):
    """A warning fell due on the birthday too, later in the day: it does not take its place."""
    until = (now + timedelta(days=50)).date()
    cast.ida.born = (until - timedelta(days=30)).replace(year=now.year - 15)
    question = ask(days=50)
    yes(cast.kari, question)
    yes(cast.per, question)
    assert case.state == CaseState.ACTIVE
    follow_ups.take_due(session, consents.LADDER, now + timedelta(days=25))
    assert {"age15", "warn30"} <= set(question.steps_done)
    assert case.state == CaseState.FROZEN
    assert promised(session, "consent.asked")[-1] == cast.ida.id
    assert promised(session, "consent.access_changed") == [cast.amina.id]


def test_who_joins_anew_is_asked_anew(session, cast, ask, now):
    ask()
    before = promised(session, "consent.asked").count(cast.kari.id)
    consents.catch_up(session, cast.kari, now)
    consents.catch_up(session, cast.kari, now + timedelta(days=3))
    assert promised(session, "consent.asked").count(cast.kari.id) == before + 2


# --- questions whose services overlap ------------------------------------------------------------


def test_taking_back_stops_every_yes_that_shares_with_a_named_service(
    session, cast, case, all_yes, now
):
    def asking(*units):
        return consents.ask(
            session, actor=cast.jonas, case=case, scope={u.id: [MEETINGS] for u in units},
            until=(now + timedelta(days=90)).date(), now=now,
        )  # fmt: skip

    narrow, wide, apart = asking(cast.club), asking(cast.club, cast.nurse), asking(cast.bti)
    for question in (narrow, wide, apart):
        all_yes(question)
    shown = consent_views.card(session, actor=cast.kari, question_id=narrow.id, now=now)
    events = consents.withdraw(session, actor=cast.kari, question=narrow, now=now, occasion="stop")
    assert {event.question_id for event in events} == {narrow.id, wide.id}
    assert set(consents.standing(session, case, now).grants()) == {cast.bti.id}
    receipt = consent_views.receipt(session, actor=cast.kari, number=events[0].number, now=now)
    assert set(receipt.services) == {cast.club.name, cast.nurse.name} == set(shown.stops)


UNITS = ("club", "nurse", "bti")
SCOPES = st.lists(
    st.sets(st.sampled_from(UNITS), min_size=1), min_size=1, max_size=5, unique_by=frozenset
)


@pytest.mark.slow
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(scopes=SCOPES, stops=st.lists(st.tuples(st.sampled_from(("ida", "kari", "per")),
                                               st.integers(0, 4)), min_size=1, max_size=4))  # fmt: skip
def test_no_grant_to_a_named_service_rests_on_a_yes_taken_back(
    session, cast, case, all_yes, now, scopes, stops
):
    nested = session.begin_nested()
    questions = []
    for scope in scopes:
        questions.append(
            consents.ask(
                session,
                actor=cast.jonas,
                case=case,
                until=now.date() + timedelta(days=30),
                scope={getattr(cast, unit).id: [MEETINGS] for unit in scope},
                now=now,
            )
        )
        all_yes(questions[-1])
    for index, (name, which) in enumerate(stops):
        person, question = getattr(cast, name), questions[which % len(questions)]
        before = consents.standing(session, case, now)
        named = set(consents.scope_of(question))
        shown = consent_views.card(session, actor=person, question_id=question.id, now=now)
        events = consents.withdraw(
            session, actor=person, question=question, now=now, occasion=str(index)
        )
        after = consents.standing(session, case, now)
        assert named & after.grants().keys() == set()
        assert after.ends_with([question], person.id) == []
        untouched = [q for q in before.in_force() if not named & consents.scope_of(q).keys()]
        assert after.in_force() == untouched
        if events:
            told = consent_views.receipt(session, actor=person, number=events[0].number, now=now)
            assert set(told.services) == set(shown.stops)
            own = {
                unit
                for q in questions
                if after.state(q, person.id) is ConsentState.GIVEN
                for unit in consents.scope_of(q)
            }
            names = {getattr(cast, u).name for u in UNITS if getattr(cast, u).id in own}
            assert set(told.services) & names == set()
    nested.rollback()
    session.expire_all()
