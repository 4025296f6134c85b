"""The rules as truth tables."""

from __future__ import annotations

from datetime import date

import pytest

from models import policy
from models.policy import MunicipalPolicy
from models.terms import Action, Hearing, InfoKind, Role

DEFAULT = MunicipalPolicy()


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        pytest.param(date(2011, 5, 14), date(2026, 5, 13), 14, id="the day before the birthday"),
        pytest.param(date(2011, 5, 14), date(2026, 5, 14), 15, id="on the birthday"),
        pytest.param(
            date(2012, 2, 29), date(2027, 2, 28), 14, id="leap day, the day before March"
        ),
        pytest.param(date(2012, 2, 29), date(2027, 3, 1), 15, id="leap day, first of March"),
        pytest.param(date(2012, 2, 29), date(2028, 2, 29), 16, id="leap day in a leap year"),
    ],
)
def test_age_in_whole_years(born, day, age):
    assert policy.age_on(born, day) == age


@pytest.mark.parametrize(
    ("age", "guardians", "youth", "heard"),
    [(6, True, False, False), (7, True, False, True), (14, True, False, True),
     (15, True, True, True), (17, True, True, True), (18, False, True, True)],
    ids=lambda value: str(value),
)  # fmt: skip
def test_who_is_asked_at_which_age_by_default(age, guardians, youth, heard):
    born, day = date(2000, 1, 1), date(2000 + age, 1, 1)
    assert policy.guardians_must_consent(born, day, DEFAULT) is guardians
    assert policy.youth_must_consent(born, day, DEFAULT) is youth
    assert (policy.hearing(born, day, DEFAULT) is not Hearing.NOT_YET) is heard


def test_defaults_are_those_of_the_table_of_policies():
    assert DEFAULT.guardian_consent_until_age == 18
    assert DEFAULT.youth_co_consent_from_age == 15
    assert DEFAULT.guardians_required == "all"
    assert DEFAULT.meeting_reminders_hours == (48, 4)
    assert DEFAULT.evaluation_remind_days == 7
    assert DEFAULT.staff_telegram is False
    assert DEFAULT.answer_promised_days is None
    assert DEFAULT.requests_a_day == 3


STAFF_ONLY = [
    a for a in Action if policy.MAY.get(a) and not policy.MAY[a] & {Role.UNGDOM, Role.FORESATT}
]


def test_every_action_has_a_row_and_no_hat_may_nothing():
    assert set(policy.MAY) == set(Action)
    assert [a for a in Action if policy.may(a, frozenset())] == []


def test_the_family_may_do_nothing_that_is_staffs():
    family = frozenset({Role.UNGDOM, Role.FORESATT})
    assert [a for a in STAFF_ONLY if policy.may(a, family)] == []


def test_a_project_leader_reads_and_changes_no_case():
    of_cases = {a for a in Action if policy.may(a, frozenset({Role.STAFETTHOLDER}))}
    assert [a for a in of_cases if policy.may(a, frozenset({Role.PROSJEKTLEDER}))] == []


@pytest.mark.parametrize(
    ("hats", "seen"),
    [
        pytest.param({Role.UNGDOM}, set(InfoKind), id="the youth sees all"),
        pytest.param({Role.FORESATT}, set(InfoKind), id="a guardian sees all"),
        pytest.param({Role.STAFETTHOLDER}, set(InfoKind), id="the holder sees all"),
        pytest.param({Role.SERVICE}, {InfoKind.GOALS}, id="a service sees what was granted"),
        pytest.param({Role.REKTOR}, set(), id="a rektor sees nothing by that role"),
        pytest.param(set(), set(), id="a stranger sees nothing"),
    ],
)
def test_who_sees_which_kinds(hats, seen):
    assert policy.visible_kinds(frozenset(hats), frozenset({InfoKind.GOALS})) == seen
