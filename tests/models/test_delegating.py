"""A los keeps the log for the stafettholder: what that is, what it is not, and when it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import (
    access,
    cases,
    consent_narrowing,
    consents,
    delegating,
    log_views,
    log_writing,
    minutes,
    minutes_views,
    policy,
    tiltak,
    tiltak_views,
    views,
    withholding,
)
from models.log_writing import Draft
from models.minutes import After, Went
from models.own_voice import Said
from models.terms import (
    Action,
    EntryKind,
    InfoKind,
    ItemKind,
    NextStep,
    OwnVoice,
    Role,
    Why,
    YouthView,
)
from models.withheld import Item
from tests.agreed import agreed, planned, promised, wish
from tests.meeting_setup import called
from tests.refusals import why
from tests.ways import told_once

KINDS = (InfoKind.MEETINGS, InfoKind.GOALS, InfoKind.TILTAK)


@told_once
def case(session, cast, now):
    """Lise the los takes part, of a service that may know what a log is kept with."""
    case = agreed(session, cast, now, {cast.los_unit.id: KINDS, cast.club.id: KINDS})
    cases.add_service(session, case=case, unit_id=cast.los_unit.id, person=cast.lise, now=now)
    return case


@pytest.fixture
def keeps(session, cast, case, now):
    return delegating.give(
        session, actor=cast.jonas, case_id=case.id, person_id=cast.lise.id, now=now
    )


def hats(session, cast, case, now):
    return access.hats_in_case(session, cast.lise, case, now)


def test_the_family_and_the_los_are_told_and_the_family_sees_it(session, cast, case, now, keeps):
    told = promised(session, delegating.TOLD)
    assert {who for _kind, who in told} == {cast.ida.id, cast.kari.id, cast.per.id, cast.lise.id}
    for person in (cast.ida, cast.kari, cast.jonas):
        view = views.case_view(session, actor=person, case_id=case.id, now=now)
        assert view.keeper == "Lise"


def test_it_is_a_hat_of_its_own_with_what_belongs_to_it(session, cast, case, now, keeps):
    worn = hats(session, cast, case, now)
    assert Role.LOGGFORER in worn
    may = {action for action in Action if policy.may(action, frozenset({Role.LOGGFORER}))}
    assert may == {
        Action.READ_CASE, Action.CALL_MEETING, Action.CANCEL_MEETING, Action.PLAN_TILTAK,
        Action.WRITE_LOG, Action.KEEP_MINUTES,
    }  # fmt: skip


def test_only_a_los_of_a_service_that_may_know_enough(session, cast, case, now):
    def give(person):
        return why(
            delegating.give, session, actor=cast.jonas, case_id=case.id, person_id=person.id,
            now=now,
        )  # fmt: skip

    assert give(cast.amina) == Why.NOBODY
    assert give(cast.kari) == Why.NOBODY
    consent_narrowing.narrow(
        session, actor=cast.kari, case_id=case.id, unit_id=cast.los_unit.id,
        drop=[InfoKind.MEETINGS], now=now, occasion="less",
    )  # fmt: skip
    assert give(cast.lise) == Why.NOBODY


@pytest.mark.parametrize("name", ["ida", "kari", "amina", "lise", "randi", "sam"])
def test_only_the_holder_gives_it(session, cast, case, now, name):
    actor = getattr(cast, name)
    verb = {"session": session, "actor": actor, "case_id": case.id, "now": now}
    assert why(delegating.give, person_id=cast.lise.id, **verb) == Why.ABSENT
    assert why(delegating.end, **verb) == Why.ABSENT


def test_it_is_over_when_the_holder_ends_it(session, cast, case, now, keeps):
    assert delegating.end(session, actor=cast.jonas, case_id=case.id, now=now)
    assert not delegating.end(session, actor=cast.jonas, case_id=case.id, now=now)
    assert Role.LOGGFORER not in hats(session, cast, case, now)


@pytest.mark.parametrize("how", ["withdrawn", "narrowed", "handed over", "left"])
def test_it_is_over_at_once_without_anyone_ending_it(session, cast, case, now, keeps, how):
    match how:
        case "withdrawn":
            consents.withdraw_all(session, actor=cast.per, now=now, occasion="stop")
        case "narrowed":
            consent_narrowing.narrow(
                session, actor=cast.ida, case_id=case.id, unit_id=cast.los_unit.id,
                drop=[InfoKind.GOALS], now=now, occasion="less",
            )  # fmt: skip
        case "handed over":
            case.stafettholder_id = cast.randi.id
        case "left":
            for service in cases.services_of(session, case.id):
                service.ended_at = now
    session.flush()
    assert Role.LOGGFORER not in hats(session, cast, case, now)
    view = views.case_view(session, actor=cast.ida, case_id=case.id, now=now)
    assert view.keeper is None


def test_who_keeps_it_writes_and_plans_and_calls_in(session, cast, case, now, keeps):
    draft = Draft(
        EntryKind.AGREEMENT, "Ida begynner kl ni", InfoKind.GOALS,
        voice=Said(OwnVoice.NOT_WANTED),
    )  # fmt: skip
    made = log_writing.write(
        session, actor=cast.lise, case_id=case.id, hat=Role.LOGGFORER, draft=draft, now=now
    )
    assert made.unit_id == cast.los_unit.id
    planned(session, cast, case, now)
    tiltak.plan(
        session, actor=cast.lise, case_id=case.id, wish=wish(cast, now, "Frokost"), now=now
    )
    seen = tiltak_views.of_case(session, cast.lise, case.id, now)
    assert len(seen.tiltak) == 2
    assert seen.may_plan
    assert not seen.may_evaluate
    called(session, cast, case, now, actor=cast.lise)


def test_who_keeps_it_sees_what_the_service_may_know_and_no_more(session, cast, case, now, keeps):
    def write(who, hat, info, words="Ord", **given):
        draft = Draft(EntryKind.NOTE, words, info, **given)
        return log_writing.write(
            session, actor=who, case_id=case.id, hat=hat, draft=draft, now=now
        ).id

    goals = write(cast.jonas, Role.STAFETTHOLDER, InfoKind.GOALS)
    write(cast.jonas, Role.STAFETTHOLDER, InfoKind.HEALTH, "Helse")
    write(cast.ida, Role.UNGDOM, None, "Hemmelig", private=True)
    held = write(cast.ida, Role.UNGDOM, InfoKind.GOALS, "Ikke losen")
    withholding.withhold(
        session, actor=cast.ida, case_id=case.id, item=Item(ItemKind.ENTRY, held),
        unit_id=cast.los_unit.id, now=now, occasion="x",
    )  # fmt: skip
    seen = log_views.log(session, actor=cast.lise, case_id=case.id, now=now, hat=Role.LOGGFORER)
    assert [each.id for each in seen.entries] == [goals]


def test_a_goal_withheld_from_the_los_is_not_among_those_to_plan_for(
    session, cast, case, now, keeps
):
    thing = planned(session, cast, case, now)
    assert set(tiltak_views.planning(session, cast.lise, case.id, now).goals) == {thing.goal_id}
    withholding.withhold(
        session, actor=cast.ida, case_id=case.id, item=Item(ItemKind.GOAL, thing.goal_id),
        unit_id=cast.los_unit.id, now=now, occasion="x",
    )  # fmt: skip
    assert tiltak_views.planning(session, cast.lise, case.id, now).goals == {}


def test_given_again_is_what_stands_and_another_los_takes_its_place(
    session, cast, case, now, keeps
):
    again = delegating.give(
        session, actor=cast.jonas, case_id=case.id, person_id=cast.lise.id,
        now=now + timedelta(days=1),
    )  # fmt: skip
    assert again.id == keeps.id


def test_in_the_list_it_is_one_case_with_one_hat(session, cast, case, now, keeps):
    rows = views.my_cases(session, cast.lise, now)
    assert [row.hat for row in rows] == [Role.LOGGFORER]


def test_who_keeps_it_keeps_the_minutes_without_what_the_youth_said_to_another(
    session, cast, case, now, keeps
):
    meeting = called(session, cast, case, now)
    later = {"meeting_id": meeting.id, "now": meeting.starts_at + timedelta(hours=1)}
    went = Went(True, view=YouthView.SAID, view_words="Kråkeord")
    minutes.went(session, actor=cast.jonas, how=went, **later)
    minutes.write(session, actor=cast.lise, words="Vi ses igjen", **later)
    seen = minutes_views.view(session, actor=cast.lise, **later)
    assert ([each.words for each in seen.points], seen.youth_words) == (["Vi ses igjen"], None)
    after = After(NextStep.MEETING, now.date() + timedelta(days=30))
    assert minutes.finish(session, actor=cast.lise, after=after, **later).final_at
