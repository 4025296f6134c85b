"""A yes to less than was asked, answers that differ, and what an answer keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers.approved import text_hash
from models import access, consent_views, consents, contacts, family, invitations, views
from models.consent_history import ConsentEvent
from models.outbox import Outgoing
from models.terms import CaseState, ConsentState, InfoKind, Role, Why
from tests.agreed import promised
from tests.consent_setup import asked, opened
from tests.refusals import why
from tests.ways import told_once

MEETINGS, GOALS, TILTAK, HEALTH = (
    InfoKind.MEETINGS,
    InfoKind.GOALS,
    InfoKind.TILTAK,
    InfoKind.HEALTH,
)


case = told_once(opened)


@told_once
def question(session, cast, case, now):
    return asked(session, cast, case, now, MEETINGS, TILTAK)


@pytest.fixture
def yes(session, cast, question, now):
    def given(who, *kinds, unit=None, of=None, at=now):
        person = getattr(cast, who)
        return consents.give(
            session, actor=person, question=of or question, language="nb", now=at,
            text_hash=text_hash("consent.ask", "nb"), occasion=f"{who}{kinds}{at}",
            scope={(unit or cast.club).id: kinds} if kinds else None,
        )  # fmt: skip

    return given


def granted(session, cast, case, now):
    return consents.granted(session, case, cast.club.id, now)


def card(session, person, question, now):
    return consent_views.card(session, actor=person, question_id=question.id, now=now)


def progress(session, cast, question, now):
    return views.progress(session, actor=cast.jonas, question_id=question.id, now=now)[1]


# --- a yes to less ---------------------------------------------------------------------------------


def test_only_what_everyone_said_yes_to_is_shared(session, cast, case, yes, now):
    yes("ida")
    yes("kari", TILTAK)
    yes("per")
    assert granted(session, cast, case, now) == {TILTAK}
    assert case.state == CaseState.ACTIVE
    assert views.consent_map(session, actor=cast.per, case_id=case.id, now=now)[0].kinds == {
        TILTAK
    }


def test_yeses_with_nothing_in_common_share_nothing(session, cast, case, yes, now):
    yes("ida")
    yes("kari", TILTAK)
    yes("per", MEETINGS)
    assert granted(session, cast, case, now) == frozenset()
    assert case.state == CaseState.PENDING_CONSENT
    assert access.hats_in_case(session, cast.amina, case, now) == frozenset()


def test_a_yes_to_nothing_or_to_what_was_not_asked_is_refused(session, cast, yes, question):
    assert why(lambda: yes("kari", HEALTH)) is Why.ABSENT
    assert why(lambda: yes("kari", TILTAK, unit=cast.nurse)) is Why.ABSENT
    told = {"question": question, "language": "nb", "occasion": "x"}
    words = text_hash("consent.ask", "nb")
    assert why(lambda: consents.give(
        session, actor=cast.kari, text_hash=words, scope={cast.club.id: []}, now=question.asked_at,
        **told)) is Why.NOBODY  # fmt: skip


def test_who_narrows_a_yes_ends_the_rest_at_once(session, cast, case, yes, question, now):
    for who in ("ida", "kari", "per"):
        yes(who)
    assert granted(session, cast, case, now) == {MEETINGS, TILTAK}
    yes("kari", TILTAK, at=now + timedelta(minutes=1))
    assert granted(session, cast, case, now) == {TILTAK}
    assert promised(session, "consent.access_changed") == [
        ("consent.access_changed", cast.amina.id)
    ]
    assert ("consent.narrowed", cast.jonas.id) in promised(session)
    assert {who for kind, who in promised(session, "consent.paused")} == {
        cast.ida.id, cast.per.id,
    }  # fmt: skip
    yes("kari", at=now + timedelta(minutes=2))
    assert granted(session, cast, case, now) == {MEETINGS, TILTAK}


def test_the_same_part_again_is_one_answer(session, cast, yes, now):
    first = yes("kari", TILTAK)
    assert yes("kari", TILTAK, at=now + timedelta(minutes=1)) is first
    assert yes("kari", TILTAK, MEETINGS, at=now + timedelta(minutes=2)) is not first


def test_a_yes_to_all_of_it_named_is_a_yes_to_all(session, yes):
    assert yes("kari", TILTAK, MEETINGS).scope is None


def test_the_own_card_says_what_one_said_yes_to_and_nothing_of_the_others(
    session, cast, yes, question, now
):
    yes("kari", TILTAK)
    yes("ida")
    mine = card(session, cast.kari, question, now)
    assert mine.said_yes_to == ((cast.club.name, {TILTAK}),)
    assert mine.scope == ((cast.club.name, {MEETINGS, TILTAK}),)
    assert (mine.units, mine.may_change) == ((cast.club.id,), True)
    assert card(session, cast.per, question, now).said_yes_to == ()


def test_the_receipt_says_what_it_was_a_yes_to(session, cast, yes, now):
    event = yes("kari", TILTAK)
    told = consent_views.receipt(session, actor=cast.kari, number=event.number, now=now)
    assert told.scope == ((cast.club.name, {TILTAK}),)


# --- answers that differ ---------------------------------------------------------------------------


def test_the_holder_sees_that_they_differ_and_neither_whose_nor_what(
    session, cast, case, yes, question, now
):
    yes("kari", TILTAK)
    assert progress(session, cast, question, now).differs is False
    yes("per")
    row = progress(session, cast, question, now)
    assert row.differs is True
    assert "Kari" not in str(row)
    assert "Per" not in str(row)
    yes("per", TILTAK, at=now + timedelta(minutes=1))
    assert progress(session, cast, question, now).differs is False


def test_that_all_have_said_yes_is_told_once_they_say_it_to_the_same(session, cast, yes, now):
    for who, kinds in (("ida", ()), ("kari", (TILTAK,)), ("per", ())):
        yes(who, *kinds)
    assert promised(session, "consent.complete") == []
    yes("kari", at=now + timedelta(minutes=1))
    assert promised(session, "consent.complete") == [("consent.complete", cast.jonas.id)]


def test_the_holder_is_told_once_of_each_new_difference(session, cast, yes, now):
    def told():
        return len(promised(session, "consent.differs"))

    yes("kari", TILTAK)
    assert told() == 0
    yes("per")
    assert told() == 1
    yes("ida")  # as per did: nothing new
    assert told() == 1
    yes("ida", MEETINGS, at=now + timedelta(minutes=1))
    assert told() == 2
    rows = session.scalars(select(Outgoing).where(Outgoing.kind == "consent.differs")).all()
    assert {row.recipient_id for row in rows} == {cast.jonas.id}
    assert all(row.params == {} for row in rows)


# --- shown -----------------------------------------------------------------------------------------


def test_that_a_question_was_shown_is_noted_once_for_each_wording_and_answers_nothing(
    session, cast, case, question, now
):
    def show(person=cast.kari, language="nb"):
        consents.shown(
            session, actor=person, question=question, language=language, now=now,
            text_hash=text_hash("consent.ask", language), occasion="open",
        )  # fmt: skip

    revision = card(session, cast.kari, question, now).revision
    for _time in range(3):
        show()
    show(language="nn")
    show(cast.amina)
    seen = session.scalars(select(ConsentEvent).where(ConsentEvent.act == "shown")).all()
    assert [(e.consenter_id, e.language) for e in seen] == [
        (cast.kari.id, "nb"), (cast.kari.id, "nn"),
    ]  # fmt: skip
    found = card(session, cast.kari, question, now)
    assert (found.state, found.revision) == (ConsentState.ASKED, revision)


def test_words_nobody_approved_are_not_noted_as_shown(session, cast, question, now):
    refused = why(lambda: consents.shown(
        session, actor=cast.kari, question=question, text_hash="other", language="nb", now=now,
        occasion="open"))  # fmt: skip
    assert refused is Why.TEXT_NOT_APPROVED


# --- what an event keeps ---------------------------------------------------------------------------


def test_an_answer_keeps_who_had_to_say_yes_and_how_it_was_known_who_it_is(session, cast, yes):
    event = yes("kari")
    assert event.must == {
        "guardians": [cast.kari.id, cast.per.id], "youth": cast.ida.id, "needed": True,
        "one": False,
    }  # fmt: skip
    assert (event.channel, event.verified) == ("telegram", "register")


def test_who_stood_beside_staff_with_the_code_is_known_by_that(session, cast, yes, now):
    invitation, token = invitations.invite(
        session, person=cast.kari, invited_by=cast.randi, now=now
    )
    stranger = contacts.of(session, cast.sam.id)
    invitations.present(session, token=token, contact=stranger, now=now)
    invitations.confirm(session, invitation=invitation, actor=cast.randi, now=now)
    assert yes("kari").verified == "in_person_code"


def test_what_was_refused_by_a_guardian_begins_at_eighteen_only_when_the_youth_says_so(
    session, cast, case, question, yes, now
):
    """Nothing is inherited: the youth is asked anew, once the guardians' no has fallen away."""
    cast.ida.born = (now + timedelta(days=5)).date().replace(year=now.year - 18)
    yes("ida")
    yes("kari")
    consents.refuse(
        session, actor=cast.per, question=question, language="nn", now=now, occasion="n"
    )
    from models import follow_ups

    consents_due = now + timedelta(days=6)
    follow_ups.recompute(session, consents.LADDER, now)
    while follow_ups.take_due(session, consents.LADDER, consents_due):
        pass
    assert family.guardians_of(session, cast.ida.id, consents_due) == []
    assert granted(session, cast, case, consents_due) == frozenset()
    found = card(session, cast.ida, question, consents_due)
    assert (found.state, found.may_answer) == (ConsentState.ASKED, True)
    assert promised(session, "consent.asked")[-1] == ("consent.asked", cast.ida.id)
    yes("ida", at=consents_due)
    assert granted(session, cast, case, consents_due) == {MEETINGS, TILTAK}
    assert Role.SERVICE in access.hats_in_case(session, cast.amina, case, consents_due)
