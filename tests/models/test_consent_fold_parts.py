"""The parts of what holds in a case, one by one: truth tables of `Fold` and of the difference."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date, timedelta
from itertools import count

import pytest

from models.consent_fold import Fold, difference
from models.consent_rules import EVERYTHING, Asked, Required, Said
from models.terms import ConsentAct, ConsentState, InfoKind

TODAY = date(2026, 11, 23)
LATER = TODAY + timedelta(days=9)
M, G, T, H = InfoKind.MEETINGS, InfoKind.GOALS, InfoKind.TILTAK, InfoKind.HEALTH
KARI, PER, CLUB, NURSE = 1, 2, 11, 12
BOTH = Required((KARI, PER))
ONE = Required((KARI, PER), one_guardian=True)
ids = count(1)


def yes(by, scope=None, until=TODAY, must=BOTH):
    return Said(next(ids), by, ConsentAct.GIVEN, TODAY, until, scope, must=must)


def asked(number, scope, *told, version=1, until=TODAY, everything=False):
    return Asked(number * 10 + version, number, version, scope, until, everything, told)


def fold(*questions, must=BOTH, today=TODAY, **more):
    return Fold(questions, must, today, **more)


def to(unit, *kinds):
    return {unit: frozenset(kinds)}


def agreed(number, scope, **more):
    return asked(number, scope, yes(KARI), yes(PER), **more)


# --- one question --------------------------------------------------------------------------------


def test_a_question_is_found_by_its_id():
    club, nurse = agreed(1, to(CLUB, M)), asked(2, to(NURSE, H))
    assert fold(club, nurse).by_id == {11: club, 21: nurse}


def test_where_somebody_stands_with_a_question():
    said = yes(KARI)
    holds = fold(question := asked(1, to(CLUB, M), said))
    assert holds.state(question, KARI) is ConsentState.GIVEN
    assert holds.state(question, PER) is ConsentState.NONE
    assert (holds.yes(question, KARI), holds.yes(question, PER)) == (said, None)


def test_a_yes_that_lapsed_is_none():
    holds = fold(question := agreed(1, to(CLUB, M)), today=TODAY + timedelta(days=1))
    assert holds.state(question, KARI) is ConsentState.EXPIRED
    assert (holds.yes(question, KARI), holds.shared(question), holds.grants()) == (None, {}, {})


def test_what_nobody_has_answered_shares_nothing_and_is_not_to_be_said_anew():
    holds = fold(question := asked(1, to(CLUB, M)))
    assert (holds.holds(question), holds.again(question)) == (False, False)
    assert (holds.shared(question), holds.grants()) == ({}, {})


def test_in_a_closed_case_nothing_holds():
    holds = fold(question := agreed(1, to(CLUB, M)), open=False)
    assert (holds.holds(question), holds.again(question), holds.grants()) == (False, False, {})


def test_another_question_takes_no_ones_place_whatever_its_version():
    club = agreed(1, to(CLUB, M))
    assert fold(club, agreed(2, to(NURSE, H), version=2)).grants() == to(CLUB, M) | to(NURSE, H)


@pytest.mark.parametrize(
    ("days", "ends"),
    [
        pytest.param([], 30, id="no yes: with the question"),
        pytest.param([20, 10], 10, id="with the first yes to end"),
        pytest.param([40, 50], 30, id="not after the question"),
        pytest.param([None, 20], 20, id="a yes without a day of its own"),
    ],
)
def test_the_last_day_of_what_was_said_yes_to(days, ends):
    told = [
        yes(who, until=days and TODAY + timedelta(days=days))
        for who, days in zip((KARI, PER), days, strict=False)
    ]
    question = asked(1, to(CLUB, M), *told, until=TODAY + timedelta(days=30))
    assert fold(question).ends_on(question) == TODAY + timedelta(days=ends)


def test_nothing_for_a_service_is_the_same_as_not_naming_it():
    kari = yes(KARI, to(CLUB, M) | to(NURSE))
    question = asked(1, to(CLUB, M) | to(NURSE, H), kari, yes(PER, to(CLUB, M)))
    assert not fold(question).differs(question)


def test_of_everything_nothing_for_a_service_is_less_than_all():
    wide = asked(9, {}, yes(KARI, to(CLUB)), yes(PER), everything=True)
    assert fold(wide).differs(wide)


# --- all of them ---------------------------------------------------------------------------------


def test_two_questions_about_a_service_let_it_know_both():
    both = fold(agreed(1, to(CLUB, M)), agreed(2, to(CLUB, T) | to(NURSE, H)))
    assert both.grants() == to(CLUB, M, T) | to(NURSE, H)


def everything(*told):
    return asked(9, {}, *told, everything=True)


@pytest.mark.parametrize(
    ("kari", "per", "known"),
    [
        pytest.param(None, None, EVERYTHING, id="all"),
        pytest.param(to(CLUB, M), None, {T, M}, id="less by one, and what was said before"),
        pytest.param(to(CLUB, M, G), to(CLUB, G, H), {T, G}, id="the common part of less by two"),
        pytest.param(to(CLUB), None, {T}, id="nothing beyond what was said before"),
        pytest.param(to(NURSE), None, EVERYTHING, id="less to another"),
    ],
)
def test_everything_but(kari, per, known):
    wide = everything(yes(KARI, kari), yes(PER, per))
    assert fold(agreed(1, to(CLUB, T)), wide).grants() == {CLUB: known}


def test_all_that_was_asked_said_after_everything_takes_nothing_away():
    wide = everything(yes(KARI), yes(PER))
    assert fold(wide, agreed(1, to(CLUB, T))).grants() == {CLUB: EVERYTHING}


def test_less_said_after_everything_by_one_counts_for_that_service():
    wide = everything(yes(KARI), yes(PER))
    club = asked(1, to(CLUB, M, T), yes(KARI), yes(PER, to(CLUB, T)))
    assert fold(wide, club, agreed(2, to(NURSE, H))).grants() == {CLUB: {T}, NURSE: EVERYTHING}


def test_where_one_guardian_is_enough_one_may_name_and_the_other_widen():
    club = asked(1, to(CLUB, T), yes(PER, must=ONE))
    wide = everything(yes(KARI, must=ONE))
    holds = fold(club, wide, must=ONE)
    assert holds.grants() == {CLUB: EVERYTHING}
    assert holds.own(KARI) == {CLUB: EVERYTHING}
    assert holds.own(PER) == {CLUB: {T}}


# --- one person's own words ----------------------------------------------------------------------


def test_ones_own_words_are_what_one_said_yes_to():
    club = asked(1, to(CLUB, M, T), yes(KARI, to(CLUB, T)), yes(PER))
    nurse = asked(2, to(NURSE, H), yes(KARI))
    assert fold(club, nurse).own(KARI) == {CLUB: {T}, NURSE: {H}}
    assert fold(club, nurse).own(PER) == {CLUB: {M, T}}
    assert fold(club, nurse).own(99) == {}


def test_ones_own_yes_to_everything_is_about_what_one_named_and_what_is_known():
    club = asked(1, to(CLUB, M), yes(KARI))
    assert fold(club, everything(yes(KARI))).own(KARI) == {CLUB: EVERYTHING}
    assert fold(club, everything(yes(KARI, to(CLUB, M, H)))).own(KARI) == {CLUB: {M, H}}


def test_what_one_only_gives_since_is_ones_own_last_word():
    wide = everything(yes(KARI, to(CLUB, M)))
    club = asked(1, to(CLUB, M, T), yes(KARI, to(CLUB, T)))
    assert fold(wide, club).own(KARI) == {CLUB: {T}}


def test_a_service_one_gives_nothing_is_not_named():
    wide = everything(yes(KARI, to(CLUB)))
    club = asked(1, to(CLUB, M), yes(PER, must=ONE))
    assert fold(club, wide, must=ONE).own(KARI) == {}
    assert fold(asked(1, to(CLUB, M) | to(NURSE, H), yes(KARI, to(CLUB, M)))).own(KARI) == to(
        CLUB, M
    )


def test_how_it_stood_before_something_was_said():
    first, second, third = yes(KARI), yes(PER), yes(KARI, to(CLUB))
    whole = fold(asked(1, to(CLUB, M), first, second, third), must=BOTH, today=LATER)
    told = fold(asked(1, to(CLUB, M), first, second))
    assert whole.before(third.id, TODAY) == told
    assert whole.before(second.id, TODAY) == fold(asked(1, to(CLUB, M), first))


def test_what_a_yes_to_everything_gives_each_service():
    wide = everything(said := yes(KARI, to(NURSE, H)))
    club = asked(1, to(CLUB, M, T), yes(KARI, to(CLUB, T)))
    given = fold(wide, club).gives(wide, said, [CLUB, NURSE, 13])
    assert given == {CLUB: frozenset(), NURSE: {H}, 13: EVERYTHING}


# --- the difference ------------------------------------------------------------------------------


def test_where_everything_is_shared_a_new_service_gets_everything():
    club, wide = agreed(1, to(CLUB, M)), everything(yes(KARI), yes(PER))
    nurse = asked(2, to(NURSE, H))
    assert fold(club, wide, nurse).difference(nurse).new == {NURSE: EVERYTHING}


def test_everything_is_compared_with_all_that_holds():
    club, wide = agreed(1, to(CLUB, M), until=LATER), everything()
    found = fold(club, wide).difference(wide)
    assert (found.until, found.until_before, found.until_changes) == (TODAY, LATER, True)


def test_a_newer_version_is_compared_with_what_it_would_replace():
    before = agreed(1, to(CLUB, M), until=LATER)
    newer = asked(1, to(NURSE, H), version=2)
    assert fold(before, newer).difference(newer).until_before == LATER


def test_a_question_is_compared_with_the_last_to_end_about_the_same_services():
    club, again = agreed(1, to(CLUB, M)), agreed(2, to(CLUB, T) | to(NURSE, H), until=LATER)
    third = asked(3, to(CLUB, G))
    other = asked(4, to(13, G))
    holds = fold(club, again, third, other)
    assert holds.difference(third).until_before == LATER
    assert holds.difference(other).until_before is None


def test_a_difference_is_told_in_the_order_of_services_and_not_changed_in_passing():
    found = difference({}, {}, [NURSE, CLUB], TODAY, None)
    assert list(found.not_asked) == [CLUB, NURSE]
    with pytest.raises(FrozenInstanceError):
        found.until = LATER


def test_what_holds_is_not_changed_in_passing():
    with pytest.raises(FrozenInstanceError):
        fold().today = LATER
