"""What is shared in a whole case: the common part, versions, everything for everyone, differences."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

from models.consent_fold import Fold, difference
from models.consent_rules import EVERYTHING, Asked, Required, Said
from models.terms import ConsentAct, InfoKind

TODAY = date(2026, 11, 23)
G, W, X = ConsentAct.GIVEN, ConsentAct.WITHDRAWN, ConsentAct.IN_ERROR
MEETINGS, GOALS, TILTAK, HEALTH = (
    InfoKind.MEETINGS,
    InfoKind.GOALS,
    InfoKind.TILTAK,
    InfoKind.HEALTH,
)
KARI, PER, CLUB, NURSE = 1, 2, 11, 12
BOTH = Required((KARI, PER))


# --- a yes to less -------------------------------------------------------------------------------

ids = count(1)


def yes(by, scope=None, must=BOTH):
    return Said(next(ids), by, G, TODAY, TODAY, scope, must=must)


def asked(number, scope, *history, version=1, id=None, **more):
    return Asked(id or number * 10 + version, number, version, scope, TODAY, told=history, **more)


def grants(*questions, must=BOTH):
    return Fold(questions, must, TODAY).grants()


WIDE = {CLUB: frozenset({MEETINGS, TILTAK}), NURSE: frozenset({HEALTH})}


def test_only_the_common_part_is_shared():
    question = asked(1, WIDE, yes(KARI), yes(PER, {CLUB: frozenset({TILTAK})}))
    assert grants(question) == {CLUB: {TILTAK}}
    assert Fold((question,), BOTH, TODAY).differs(question)


def test_yeses_to_different_things_share_nothing_and_need_a_person():
    meetings, tiltak = {CLUB: frozenset({MEETINGS})}, {CLUB: frozenset({TILTAK})}
    question = asked(1, WIDE, yes(KARI, meetings), yes(PER, tiltak))
    fold = Fold((question,), BOTH, TODAY)
    assert (fold.grants(), fold.in_force(), fold.differs(question)) == ({}, [], True)


def test_the_same_part_is_no_difference():
    tiltak = {CLUB: frozenset({TILTAK})}
    question = asked(1, WIDE, yes(KARI, tiltak), yes(PER, tiltak))
    assert not Fold((question,), BOTH, TODAY).differs(question)
    assert grants(question) == tiltak


def test_where_one_guardian_is_enough_anothers_smaller_yes_still_counts():
    one = Required((KARI, PER), one_guardian=True)
    kari = yes(KARI, must=one)
    per = yes(PER, {CLUB: frozenset({TILTAK})}, must=one)
    assert grants(asked(1, WIDE, kari), must=one) == WIDE
    assert grants(asked(1, WIDE, kari, per), must=one) == {CLUB: {TILTAK}}


def test_a_later_version_replaces_only_once_all_have_said_yes_to_it():
    first = asked(1, WIDE, yes(KARI), yes(PER))
    narrow = {CLUB: frozenset({TILTAK})}
    assert grants(first, asked(1, narrow, yes(KARI), version=2)) == WIDE
    assert grants(first, asked(1, narrow, yes(KARI), yes(PER), version=2)) == narrow


def test_a_version_once_replaced_does_not_return_when_the_later_is_taken_back():
    first = asked(1, WIDE, yes(KARI), yes(PER))
    back = Said(next(ids), PER, W, TODAY, must=BOTH)
    assert grants(first, asked(1, WIDE, yes(KARI), yes(PER), back, version=2)) == {}


def test_a_yes_in_error_replaced_nothing():
    first = asked(1, WIDE, yes(KARI), yes(PER))
    wrong = yes(PER)
    error = Said(next(ids), PER, X, TODAY, voids=wrong.id, must=BOTH)
    narrow = asked(1, {CLUB: frozenset({TILTAK})}, yes(KARI), wrong, error, version=2)
    assert grants(first, narrow) == WIDE


# --- everything for everyone ---------------------------------------------------------------------


def everything(*history):
    return asked(9, {}, *history, everything=True)


def test_all_may_know_everything_only_where_they_know_something():
    club = asked(1, {CLUB: frozenset({MEETINGS})}, yes(KARI), yes(PER))
    nurse = asked(2, {NURSE: frozenset({HEALTH})}, yes(KARI))
    wide = everything(yes(KARI), yes(PER))
    assert grants(club, nurse, wide) == {CLUB: EVERYTHING}
    assert grants(club, nurse, everything(yes(KARI))) == {CLUB: {MEETINGS}}
    assert grants(wide) == {}


def test_what_one_service_only_gets_since_is_heard():
    club = {CLUB: frozenset({MEETINGS, TILTAK})}
    only = {CLUB: frozenset({TILTAK})}
    before = asked(1, club, yes(KARI, only), yes(PER))
    wide = everything(yes(KARI), yes(PER))
    assert grants(before, wide) == {CLUB: EVERYTHING}
    after = asked(1, club, *before.told, yes(KARI, only))
    assert grants(after, wide) == {CLUB: {TILTAK}}


# --- the difference ------------------------------------------------------------------------------


def test_a_question_is_told_as_what_it_changes():
    club = asked(1, {CLUB: frozenset({MEETINGS})}, yes(KARI), yes(PER))
    nurse = asked(2, {NURSE: frozenset({GOALS, TILTAK})})
    found = Fold((club, nurse), BOTH, TODAY).difference(nurse)
    assert found.new == {NURSE: {GOALS, TILTAK}}
    assert found.ends == {}
    assert found.not_asked == {NURSE: EVERYTHING - {GOALS, TILTAK}}
    assert found.as_before == {CLUB: {MEETINGS}}
    assert (found.until, found.until_before, found.until_changes) == (TODAY, None, False)


def test_a_narrower_version_says_what_ends():
    first = asked(1, WIDE, yes(KARI), yes(PER))
    later = Asked(12, 1, 2, {CLUB: frozenset({TILTAK})}, TODAY + timedelta(days=9))
    found = Fold((first, later), BOTH, TODAY).difference(later)
    assert found.new == {}
    assert found.ends == {CLUB: {MEETINGS}, NURSE: {HEALTH}}
    assert found.as_before == {CLUB: {TILTAK}}
    assert found.until_changes


def test_everything_is_told_as_a_difference_too():
    club = asked(1, {CLUB: frozenset({MEETINGS})}, yes(KARI), yes(PER))
    wide = everything()
    found = Fold((club, wide), BOTH, TODAY).difference(wide)
    assert found.new == {CLUB: EVERYTHING - {MEETINGS}}
    assert found.not_asked == {}


def test_nothing_changes_between_a_thing_and_itself():
    found = difference(WIDE, WIDE, WIDE, TODAY, TODAY)
    assert (found.new, found.ends, found.until_changes) == ({}, {}, False)
    assert found.as_before == WIDE
