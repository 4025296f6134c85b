"""'This service only gets that', also of what it knows only because all may know everything."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.approved import text_hash
from models import consent_narrowing, consent_views, consents
from models.base import Refused
from models.terms import InfoKind
from tests.consent_setup import agreed, asked, opened
from tests.ways import told_once

ALL = frozenset(InfoKind)
MEETINGS, GOALS, TILTAK = InfoKind.MEETINGS, InfoKind.GOALS, InfoKind.TILTAK
HEALTH = InfoKind.HEALTH


case = told_once(opened)


@told_once
def wide(session, cast, case, now):
    """The club may know of meetings and tiltak, the nurse of health, and then everyone everything."""
    until = now.date() + timedelta(days=60)
    own = [asked(session, cast, case, now, MEETINGS, TILTAK),
           asked(session, cast, case, now, HEALTH, unit=cast.nurse)]  # fmt: skip
    found = consents.ask_everything(session, actor=cast.jonas, case=case, until=until, now=now)
    for question in (*own, found):
        agreed(session, question, now, cast.ida, cast.kari, cast.per)
    return found


@pytest.fixture
def drop(session, cast, case, now):
    def dropped(who, unit, *kinds, at=now):
        return consent_narrowing.narrow(
            session, actor=getattr(cast, who), case_id=case.id, unit_id=unit.id, drop=kinds,
            now=at, occasion=f"{who}{kinds}{at}",
        )  # fmt: skip

    return dropped


@pytest.fixture
def grants(session, cast, case, now):
    def found():
        granted = consents.standing(session, case, now).grants()
        return granted.get(cast.club.id, frozenset()), granted.get(cast.nurse.id, frozenset())

    return found


def own(session, person, case, unit, now):
    found = consent_narrowing.own_services(session, actor=person, case_id=case.id, now=now)
    return next(each for each in found if each.unit_id == unit.id)


def test_one_kind_is_dropped_for_one_service_and_nothing_else_changes(wide, drop, cast, grants):
    assert grants() == (ALL, ALL)
    assert drop("kari", cast.club, HEALTH)
    assert grants() == (ALL - {HEALTH}, ALL)
    assert not drop("kari", cast.club, HEALTH)
    assert drop("per", cast.nurse, GOALS)
    assert grants() == (ALL - {HEALTH}, ALL - {GOALS})


def test_what_one_dropped_the_others_do_not_bring_back(wide, drop, cast, grants, session, now):
    drop("kari", cast.club, HEALTH)
    assert drop("per", cast.club, GOALS)
    assert grants()[0] == ALL - {HEALTH, GOALS}
    agreed(session, wide, now, cast.per)
    assert grants()[0] == ALL - {HEALTH}


def test_dropping_for_another_service_leaves_what_was_dropped_before(wide, drop, cast, grants):
    """Saying all of it anew, for the other service, would give back what was taken here."""
    drop("kari", cast.club, MEETINGS)  # which it knew by a question of its own
    drop("kari", cast.nurse, GOALS)
    assert grants() == (ALL - {MEETINGS}, ALL - {GOALS})


def test_everything_lets_nobody_in_when_nothing_is_left_by_name(wide, drop, cast, grants):
    drop("kari", cast.club, MEETINGS)
    drop("kari", cast.club, TILTAK)
    assert grants() == (frozenset(), ALL)


def test_only_that_stays_only_that_when_something_is_dropped_elsewhere(
    session, cast, case, wide, drop, grants, now
):
    bigger = asked(session, cast, case, now, MEETINGS, GOALS)
    agreed(session, bigger, now, cast.ida, cast.per)
    consents.give(
        session, actor=cast.kari, question=bigger, scope={cast.club.id: [MEETINGS]}, now=now,
        text_hash=text_hash("consent.ask", "nb"), language="nb", occasion="only that",
    )  # fmt: skip
    assert grants()[0] == {MEETINGS}
    drop("kari", cast.nurse, GOALS)
    assert grants() == ({MEETINGS}, ALL - {GOALS})


def test_all_of_it_takes_what_everything_gave_too(wide, drop, cast, grants):
    assert drop("ida", cast.club, *InfoKind)
    assert grants() == (frozenset(), ALL)


def test_a_question_asked_later_names_what_it_would_give_and_no_more(
    session, cast, case, wide, drop, grants, now
):
    drop("kari", cast.club, HEALTH)
    more = asked(session, cast, case, now, MEETINGS, HEALTH)
    agreed(session, more, now, cast.ida, cast.kari, cast.per)
    assert HEALTH in grants()[0]  # said yes to by name
    drop("kari", cast.club, HEALTH)
    assert grants()[0] == ALL - {HEALTH}


def test_saying_yes_to_all_of_it_again_gives_it_back(session, cast, wide, drop, grants, now):
    drop("kari", cast.club, HEALTH)
    found = consent_views.card(session, actor=cast.kari, question_id=wide.id, now=now)
    assert found.may_change
    assert dict(found.left_out) == {cast.club.name: {HEALTH}}
    other = consent_views.card(session, actor=cast.per, question_id=wide.id, now=now)
    assert not other.may_change
    assert other.left_out == ()
    agreed(session, wide, now, cast.kari)
    assert grants() == (ALL, ALL)


def test_the_own_card_tells_what_ones_own_words_let_it_know(session, cast, case, wide, drop, now):
    assert own(session, cast.kari, case, cast.club, now).kinds == ALL
    drop("kari", cast.club, HEALTH)
    kari, per = (own(session, p, case, cast.club, now) for p in (cast.kari, cast.per))
    assert (kari.kinds, kari.more, kari.question_id) == (ALL - {HEALTH}, True, wide.id)
    assert per.kinds == ALL
    assert kari.shared == per.shared == ALL - {HEALTH}


def test_the_holder_learns_that_the_answers_differ(session, cast, case, wide, drop, now):
    drop("kari", cast.club, *InfoKind)
    held = consents.standing(session, case, now)
    assert held.differs(next(q for q in held.questions if q.everything))


@pytest.mark.parametrize("who", ["sam", "jonas", "amina"])
def test_nobody_else_can(wide, drop, cast, who):
    with pytest.raises(Refused):
        drop(who, cast.club, HEALTH)
