"""The level of a case: the municipality's words, any move with a reason, and who holds the baton."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import select

from models import (
    case_record,
    cases,
    level_views,
    levels,
    municipality,
    my_data,
    people,
    policy,
    shielding,
    stafett,
    views,
)
from models.audit import AuditEntry
from models.levels import LevelMove
from models.municipality import PolicyVersion
from models.policy import MunicipalPolicy
from models.shielded import Shield
from models.terms import Baton, Role, Why
from tests import agreed
from tests.agreed import promised
from tests.consent_setup import opened
from tests.refusals import why

REASON = "Kråkegrunn"


def moved(session, actor, case, to, now, **given):
    told = {"reason": REASON, "baton": Baton.STAYS, **given}
    return levels.move(session, actor=actor, case_id=case.id, to=to, now=now, **told)


# --- what they are ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "needs", "may", "holder"),
    [
        (0, False, False, False),
        (1, False, True, True),
        (2, True, True, True),
        (3, True, True, True),
    ],
)
def test_from_which_level_a_log_and_a_holder_are_needed(level, needs, may, holder):
    """log_required_from_level 2, allowed from 1; holder_required_from_level 1 [33]"""
    rules = MunicipalPolicy()
    assert policy.needs_holder(level, rules) is holder
    assert (policy.needs_log(level, rules), policy.may_have_log(level, rules)) == (needs, may)


@pytest.mark.parametrize("scheme", ["0 A B C", "0 1 2", "0 I II III IV"])
def test_their_names_and_number_are_the_municipalitys(scheme):
    rules = municipality.policy_from({"level_scheme": scheme})
    assert policy.levels(rules) == tuple(scheme.split())


@pytest.mark.parametrize(
    "choices",
    [
        {"level_scheme": "0 1"},
        {"level_scheme": "0 1 1"},
        {"level_scheme": "0 1 2 3 4 5 6"},
        {"level_scheme": 3},
        {"level_scheme": "0 etaltforlangtnavn 2"},
        {"level_meanings": "ett"},
        {"level_meanings": [1]},
        {"level0_decision_days": 0},
    ],
)
def test_what_makes_no_sense_is_said_in_one_line(choices):
    with pytest.raises(ValueError, match=next(iter(choices))) as error:
        municipality.policy_from(choices)
    assert "\n" not in str(error.value)


def test_letters_and_own_meanings_reach_the_card(session, cast, now):
    case = opened(session, cast, now)
    version = session.scalars(select(PolicyVersion)).one()
    version.choices = {
        **version.choices, "level_scheme": "0 A B C", "level_meanings": ["", "Vi", "Dere", "Alle"],
    }  # fmt: skip
    version.choices["level_meanings"] = ["Undring", "Vi", "Dere", "Alle"]
    session.flush()
    session.info.pop("policy", None)
    view = level_views.for_staff(session, actor=cast.jonas, case_id=case.id, now=now)
    assert (view.names[view.level], view.meanings[view.level]) == ("A", "Vi")


# --- moving -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "after"), list(permutations(range(4), 2)))
def test_any_level_to_any_other_with_a_reason(session, cast, now, before, after):
    """[34]"""
    case = opened(session, cast, now)
    case.level = before
    moved(session, cast.jonas, case, after, now)
    (step,) = levels.moves(session, case.id)
    assert (step.from_level, step.to_level, step.reason) == (before, after, REASON)
    assert (step.by_id, step.baton, case.level) == (cast.jonas.id, Baton.STAYS, after)


def test_no_move_without_a_reason_nor_to_where_it_is_nor_to_nowhere(session, cast, now):
    case = opened(session, cast, now)
    given = (session, cast.jonas, case)
    assert why(moved, *given, 2, now, reason="  ") is Why.WORDS_REQUIRED
    assert why(moved, *given, 2, now, reason="x" * 301) is Why.TOO_LONG
    assert why(moved, *given, 1, now) is Why.SAME_LEVEL
    assert why(moved, *given, 4, now) is Why.ABSENT
    assert why(moved, *given, -1, now) is Why.ABSENT
    assert levels.moves(session, case.id) == []


def test_pressed_twice_is_once_and_two_at_once_are_told_apart(session, cast, now):
    case = opened(session, cast, now)
    moved(session, cast.jonas, case, 2, now, was=1)
    moved(session, cast.jonas, case, 2, now, was=1)
    assert len(levels.moves(session, case.id)) == 1
    assert why(moved, session, cast.randi, case, 3, now, was=1) is Why.STALE
    assert case.level == 2


@pytest.mark.parametrize("name", ["ida", "kari", "per", "amina", "lise", "siri", "turid", "sam"])
def test_only_the_holder_and_who_leads_the_school_move_it(session, cast, now, name):
    case = agreed.agreed(session, cast, now)
    assert why(moved, session, getattr(cast, name), case, 2, now) is Why.ABSENT
    at = {"actor": getattr(cast, name), "case_id": case.id, "now": now}
    assert why(level_views.for_staff, session, **at) is Why.ABSENT


def test_the_rektor_moves_it_too(session, cast, now):
    case = opened(session, cast, now)
    moved(session, cast.randi, case, 2, now)
    assert ("level.moved", cast.jonas.id) in promised(session)


def test_a_log_that_is_needed_and_has_no_consent_is_said(session, cast, now):
    """[10]"""
    case = opened(session, cast, now)
    assert moved(session, cast.jonas, case, 2, now).needs_consent
    view = level_views.for_staff(session, actor=cast.jonas, case_id=case.id, now=now)
    assert view.needs_consent
    assert not moved(session, cast.jonas, case, 1, now).needs_consent


def test_with_consent_nothing_is_missing(session, cast, now):
    case = agreed.agreed(session, cast, now)
    assert not moved(session, cast.jonas, case, 3, now).needs_consent


def test_the_answer_about_the_baton_is_kept(session, cast, now):
    """[34] Every move asks again; the baton itself is where it was until another has accepted."""
    case = opened(session, cast, now)
    moved(session, cast.jonas, case, 2, now, baton=Baton.ANOTHER)
    view = level_views.for_staff(session, actor=cast.jonas, case_id=case.id, now=now)
    assert view.baton_open
    assert case.stafettholder_id == cast.jonas.id
    moved(session, cast.jonas, case, 3, now + timedelta(hours=1))
    view = level_views.for_staff(session, actor=cast.jonas, case_id=case.id, now=now)
    assert not view.baton_open


def test_once_it_is_anothers_nobody_is_reminded_of_talking_about_it(session, cast, now):
    case = opened(session, cast, now)
    moved(session, cast.jonas, case, 2, now, baton=Baton.ANOTHER)
    later = now + timedelta(days=1)
    stafett.take_over(session, actor=cast.randi, case_id=case.id, reason="Kråke", now=later)
    view = level_views.for_staff(session, actor=cast.randi, case_id=case.id, now=later)
    assert (view.stafettholder, view.baton_open) == ("Randi", False)


def test_the_family_is_told_and_reads_it(session, cast, now):
    case = opened(session, cast, now)
    moved(session, cast.jonas, case, 2, now)
    told = {who for kind, who in promised(session, "level.moved")}
    assert told == {cast.ida.id, cast.kari.id, cast.per.id}
    for person in (cast.ida, cast.kari):
        view = level_views.for_family(session, actor=person, case_id=case.id, now=now)
        assert [(s.before, s.after, s.reason) for s in view.steps] == [(1, 2, REASON)]
    for person in (cast.amina, cast.lise, cast.sam):
        at = {"actor": person, "case_id": case.id, "now": now}
        assert why(level_views.for_family, session, **at) is Why.ABSENT


def test_parents_a_case_is_shielded_from_hear_nothing_of_its_level(session, cast, now):
    """[58]"""
    case = opened(session, cast, now)
    wish = Shield("Kråke", now.date() + timedelta(days=10))
    shielding.shield(session, actor=cast.jonas, case_id=case.id, item=None, shield=wish, now=now)
    moved(session, cast.jonas, case, 2, now)
    assert promised(session, "level.moved") == [("level.moved", cast.ida.id)]
    at = {"actor": cast.kari, "case_id": case.id, "now": now}
    assert why(level_views.for_family, session, **at) is Why.ABSENT


def test_the_reason_is_sealed_and_goes_with_the_case_into_the_archive(session, cast, now):
    case = opened(session, cast, now)
    moved(session, cast.jonas, case, 2, now)
    rows = repr(session.execute(select(LevelMove.__table__)).all())
    entries = repr([e.detail for e in session.scalars(select(AuditEntry))])
    assert REASON not in rows + entries
    assert case_record.record(session, case.id)["level_moves"][0]["reason"] == REASON


# --- no further --------------------------------------------------------------------------------------


def test_asking_for_help_tells_the_leader_who_asks_and_never_of_whom(session, cast, now):
    """[S7]"""
    case = opened(session, cast, now)
    levels.ask_for_help(session, actor=cast.jonas, case_id=case.id, now=now)
    levels.ask_for_help(session, actor=cast.jonas, case_id=case.id, now=now)
    assert promised(session, "level.help") == [("level.help", cast.randi.id)]
    who = {"holder_id": cast.jonas.id}
    assert levels.asked_for(session, actor=cast.randi, **who) == "Jonas"
    for name in ("siri", "ida", "kari", "lise", "amina"):
        assert why(levels.asked_for, session, actor=getattr(cast, name), **who) is Why.ABSENT
    levels.pass_on(session, actor=cast.randi, now=now, **who)
    assert promised(session, "level.help_leader") == [("level.help_leader", cast.siri.id)]
    assert levels.asked_for(session, actor=cast.siri, **who) == "Jonas"
    assert not levels.may_pass_on(session, actor=cast.siri, **who)


def test_where_nobody_leads_the_school_the_project_leader_hears_it(session, cast, now):
    case = opened(session, cast, now)
    for position in people.positions(session, cast.randi.id):
        position.ended_at = now
    session.flush()
    levels.ask_for_help(session, actor=cast.jonas, case_id=case.id, now=now)
    assert promised(session, "level.help_leader") == [("level.help_leader", cast.siri.id)]


def test_only_who_holds_it_asks(session, cast, now):
    case = opened(session, cast, now)
    at = {"case_id": case.id, "now": now}
    assert why(levels.ask_for_help, session, actor=cast.randi, **at) is Why.ABSENT


def test_a_new_case_is_at_level_1(session, cast, now):
    case = opened(session, cast, now)
    assert cases.find(session, case.id).level == 1
    view = views.case_view(session, actor=cast.jonas, case_id=case.id, now=now)
    assert view.hat is Role.STAFETTHOLDER


def test_the_family_takes_the_levels_home_and_a_parent_shielded_out_does_not(session, cast, now):
    case = opened(session, cast, now)
    moved(session, cast.jonas, case, 2, now, reason="Jonas og Ida vil det")

    def of(person):
        return [p for p in my_data.gather(session, actor=person, now=now) if p.name == "levels"]

    (mine,), (kari,) = of(cast.ida), of(cast.kari)
    assert mine.entries[0]["reason"] == "[stafettholder] og Ida vil det"
    assert kari.entries[0]["after"] == "2"
    assert of(cast.jonas) == of(cast.sam) == []
