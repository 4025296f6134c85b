"""Everything for everyone as a question of its own; every question told as what it would change."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.approved import text_hash
from models import consent_views, consents, views
from models.terms import CaseState, InfoKind
from tests.agreed import promised
from tests.consent_setup import agreed, asked, opened
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


# --- everything for everyone -----------------------------------------------------------------------


@pytest.fixture
def everything(session, cast, case, now):
    def ask(days=60):
        until = now.date() + timedelta(days=days)
        return consents.ask_everything(session, actor=cast.jonas, case=case, until=until, now=now)

    return ask


def all_yes(session, cast, question, now):
    agreed(session, question, now, cast.ida, cast.kari, cast.per)


def test_everything_is_asked_answered_and_taken_back_like_any_other(
    session, cast, case, question, everything, now
):
    all_yes(session, cast, question, now)
    wide = everything()
    assert everything() is wide
    agreed(session, wide, now, cast.ida, cast.kari)
    assert granted(session, cast, case, now) == {MEETINGS, TILTAK}
    agreed(session, wide, now, cast.per)
    assert granted(session, cast, case, now) == set(InfoKind)
    (row,) = views.consent_map(session, actor=cast.kari, case_id=case.id, now=now)
    assert (row.kinds, row.until) == (set(InfoKind), wide.until)
    consents.withdraw(session, actor=cast.kari, question=wide, now=now, occasion="stop")
    assert granted(session, cast, case, now) == {MEETINGS, TILTAK}
    assert case.state == CaseState.ACTIVE
    assert ("consent.access_changed", cast.amina.id) in promised(session)


def test_everything_lets_nobody_in_by_itself(session, cast, case, everything, now):
    all_yes(session, cast, everything(), now)
    assert consents.standing(session, case, now).grants() == {}
    assert case.state == CaseState.PENDING_CONSENT
    assert consents.carries(session, case, now) is False


def test_taking_back_one_service_leaves_everything_for_the_others(
    session, cast, case, question, everything, now
):
    nurse = asked(session, cast, case, now, HEALTH, unit=cast.nurse)
    for one in (question, nurse, everything()):
        all_yes(session, cast, one, now)
    consents.withdraw(session, actor=cast.kari, question=question, now=now, occasion="stop")
    assert consents.standing(session, case, now).grants() == {cast.nurse.id: set(InfoKind)}


def test_when_everything_expires_the_services_keep_their_own(
    session, cast, case, question, everything, now
):
    for one in (question, everything(days=10)):
        all_yes(session, cast, one, now)
    assert granted(session, cast, case, now + timedelta(days=10)) == set(InfoKind)
    assert granted(session, cast, case, now + timedelta(days=11)) == {MEETINGS, TILTAK}


def test_the_card_of_everything_says_what_it_would_change(
    session, cast, case, question, everything, now
):
    all_yes(session, cast, question, now)
    found = card(session, cast.kari, everything(), now)
    assert found.everything is True
    assert found.changes.new == ((cast.club.name, set(InfoKind) - {MEETINGS, TILTAK}),)
    assert found.changes.not_asked == ()


# --- asked as a difference -------------------------------------------------------------------------


def test_a_new_service_is_told_as_what_is_new(session, cast, case, question, now):
    all_yes(session, cast, question, now)
    nurse = asked(session, cast, case, now, GOALS, TILTAK, unit=cast.nurse)
    changes = card(session, cast.kari, nurse, now).changes
    assert changes.new == ((cast.nurse.name, {GOALS, TILTAK}),)
    assert HEALTH in dict(changes.not_asked)[cast.nurse.name]
    assert changes.as_before == ((cast.club.name, {MEETINGS, TILTAK}),)
    assert (changes.ends, changes.until_before, changes.narrows) == ((), None, False)


def test_a_narrower_version_is_told_as_what_ends(session, cast, case, question, now):
    all_yes(session, cast, question, now)
    narrower = asked(session, cast, case, now, TILTAK, days=30)
    changes = card(session, cast.kari, narrower, now).changes
    assert changes.ends == ((cast.club.name, {MEETINGS}),)
    assert changes.as_before == ((cast.club.name, {TILTAK}),)
    assert changes.until_before == question.until
    assert changes.narrows is True
