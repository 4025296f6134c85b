"""The rules as truth tables."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import FrozenInstanceError, asdict
from datetime import UTC, date, datetime, time, timedelta

import pytest

from models import policy
from models.policy import Calendar, MunicipalPolicy
from models.terms import Action, Details, Hearing, InfoKind, RequestState, Role, Signal
from tests.models.access_table import ACTIONS, listed

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


@pytest.mark.parametrize(
    ("born", "heard"),
    [
        pytest.param(date(2014, 11, 24), Hearing.IF_ABLE, id="twelve tomorrow"),
        pytest.param(date(2014, 11, 23), Hearing.ALWAYS, id="twelve today"),
        pytest.param(date(2019, 11, 24), Hearing.NOT_YET, id="seven tomorrow"),
        pytest.param(date(2019, 11, 23), Hearing.IF_ABLE, id="seven today"),
        pytest.param(None, Hearing.ALWAYS, id="nobody knows"),
    ],
)
def test_whether_a_youth_who_does_not_decide_is_heard(born, heard):
    assert policy.hearing(born, date(2026, 11, 23), DEFAULT) is heard


@pytest.mark.parametrize(
    ("co", "until", "sole", "ages"),
    [
        pytest.param(15, 18, 18, (15, 18), id="by default"),
        pytest.param(18, 16, 18, (16, 18), id="the youth decides when the parents no longer must"),
        pytest.param(15, 18, 16, (15, 16), id="the youth alone from sixteen"),
        pytest.param(12, 15, 18, (12, 15, 18), id="each at its age"),
        pytest.param(18, 18, 18, (18,), id="all at once"),
    ],
)
def test_at_which_ages_it_changes_who_must_or_takes_part(co, until, sole, ages):
    rules = MunicipalPolicy(
        youth_co_consent_from_age=co, guardian_consent_until_age=until, youth_sole_consent_age=sole
    )
    assert policy.consent_ages(rules) == ages
    born = date(2000, 1, 1)
    changes = [
        years
        for years in range(1, 30)
        if _who(born, policy.birthday(born, years), rules)
        != _who(born, policy.birthday(born, years) - timedelta(days=1), rules)
    ]
    assert tuple(changes) == ages


def _who(born, day, rules):
    rule = (policy.guardians_must_consent, policy.youth_must_consent, policy.guardians_take_part)
    return [each(born, day, rules) for each in rule]


def test_defaults_are_those_of_the_table_of_policies():
    """DOMAIN section 12, and what it does not name, which a municipality must confirm."""
    assert asdict(MunicipalPolicy()) == {
        "zone": "Europe/Oslo",
        "guardian_consent_until_age": 18,
        "youth_co_consent_from_age": 15,
        "youth_sole_consent_age": 18,
        "youth_sole_consent_basis": "",
        "youth_heard_from_age": 7,
        "youth_always_heard_from_age": 12,
        "guardians_required": "all",
        "consent_validity_days": 365,
        "new_consent_on_service_handover": True,
        "baton_offer_days": 7,
        "baton_remind_days": 3,
        "baton_leader_days": 3,
        "baton_wish_days": 3,
        "baton_absence_days": 5,
        "window_from": time(9, 0),
        "window_to": time(20, 0),
        "window_weekends": False,
        "staff_window_from": time(9),
        "staff_window_to": time(20),
        "meeting_reminders_hours": (48, 4),
        "meeting_reminder_floor_minutes": 45,
        "meeting_notice_days": 7,
        "minutes_days": 2,
        "child_contact_between_meetings": 1,
        "evaluation_remind_days": 7,
        "evaluation_remind_again_days": 3,
        "evaluation_repeat_days": 7,
        "is_it_right_hours": 72,
        "consent_remind_days": 3,
        "consent_warn_days": 30,
        "consent_warn_again_days": 7,
        "age_warn_days": 21,
        "shield_review_days": 28,
        "los_request_first_review_days": 7,
        "los_waitlist_review_days": 28,
        "los_active_review_days": 28,
        "answer_promised_days": None,
        "los_caseload_warn": 15,
        "min_age_bot": 13,
        "target_age_from": 12,
        "target_age_to": 24,
        "requests_a_day": 3,
        "messages_kept_days": 90,
        "requests_kept_days": 365,
        "contact_wishes_kept_days": 30,
        "strangers_kept_days": 30,
        "parked_kept_days": 30,
        "archive_purge_days": 30,
        "manual_log_option": True,
        "staff_telegram": False,
        "rehearsal": False,
        "access_news": True,
        "telegram_details": Details.ON_TAP,
        "mail_for": "all",
        "fallback": ("telegram", "web", "email", "task"),
        "mail_after_minutes": 30,
        "unseen_task_hours": 72,
        "mail_friday": True,
        "mail_meetings": False,
        "web_details": Details.ON_TAP,
        "level_scheme": "0 1 2 3",
        "level_meanings": (),
        "level0_decision_days": 14,
        "level0_remind_days": 3,
        "log_required_from_level": 2,
        "log_allowed_from_level": 1,
        "holder_required_from_level": 1,
        "concerns_kept_days": 90,
        "guardian_write": "notes",
        "actor_write": "own",
        "ip_action": "ask",
        "break_signals": tuple(Signal),
        "break_days": (1, 5, 10),
        "friday_digest": True,
        "friday_at": time(12),
        "postpone_days": 7,
        "postpone_most": 2,
        "statistics_min_cell": 5,
        "helpline_reverify_days": 90,
    }


def test_no_day_is_red_unless_the_municipality_says_so():
    none = Calendar()
    assert none.red_days == none.school_off == none.exam_days == frozenset()


@pytest.mark.parametrize("thing", [DEFAULT, Calendar()], ids=["policy", "calendar"])
def test_what_was_decided_is_not_changed_in_passing(thing):
    with pytest.raises(FrozenInstanceError):
        thing.zone = thing.red_days = "elsewhere"


# --- who may do what -----------------------------------------------------------------------------

HATS = {
    "youth": Role.UNGDOM,
    "guardian": Role.FORESATT,
    "stafettholder": Role.STAFETTHOLDER,
    "service": Role.SERVICE,
    "log keeper": Role.LOGGFORER,
    "los": Role.LOS,
    "project leader": Role.PROSJEKTLEDER,
    "rektor": Role.REKTOR,
    "teacher": Role.KONTAKTLAERER,
    "administrator": Role.ADMINISTRATOR,
}


@pytest.mark.parametrize("action", Action)
def test_each_hat_may_what_the_table_says(action):
    who = listed(ACTIONS[action]["who may"])
    told = {HATS[hat.removesuffix(" here").removesuffix(" elsewhere")] for hat in who}
    assert {role for role in Role if policy.may(action, frozenset({role}))} == told
    assert (action in policy.NEEDS_CONSENT) is (ACTIONS[action]["needs"] == "shared")


def test_an_administrator_may_nothing_that_is_about_anybody():
    """What that role may, no other may, and the other way round [5]."""
    own = {action for action in Action if policy.MAY[action] & {Role.ADMINISTRATOR}}
    public = {Action.KEEP_SERVICES, Action.VERIFY_HELP, Action.RUN_STANDING}  # about nobody [B3]
    assert all(policy.MAY[action] == {Role.ADMINISTRATOR} for action in own - public)
    assert public <= own
    assert own.isdisjoint({Action.READ_CASE, *policy.NEEDS_CONSENT})


def test_what_nobody_has_thought_of_is_nobodys():
    assert policy.may("burn_case", frozenset(Role)) is False


def test_one_hat_of_several_is_enough():
    assert policy.may(Action.PLAN_TILTAK, frozenset({Role.FORESATT, Role.STAFETTHOLDER})) is True


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
        pytest.param({Role.LOGGFORER}, {InfoKind.GOALS}, id="so does who keeps the log"),
        pytest.param({Role.SERVICE, Role.FORESATT}, set(InfoKind), id="a parent who works there"),
        pytest.param(
            set(Role)
            - {Role.UNGDOM, Role.FORESATT, Role.STAFETTHOLDER, Role.SERVICE, Role.LOGGFORER},
            set(),
            id="a rektor, a los and a project leader see nothing by that role",
        ),
        pytest.param(set(), set(), id="a stranger sees nothing"),
    ],
)
def test_who_sees_which_kinds(hats, seen):
    assert policy.visible_kinds(frozenset(hats), frozenset({InfoKind.GOALS})) == seen


# --- days ----------------------------------------------------------------------------------------


def test_months_later_is_the_same_day_or_the_last_of_the_month():
    first = date(2027, 1, 1)
    for day in (first + timedelta(days=days) for days in range(0, 800, 3)):
        for months in (0, 1, 2, 3, 11, 12, 13, 30):
            later = policy.months_after(day, months)
            assert (later.year - day.year) * 12 + later.month - day.month == months
            assert later.day == min(day.day, monthrange(later.year, later.month)[1])


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        pytest.param(date(2026, 11, 23), 1, date(2026, 12, 23), id="the same day"),
        pytest.param(date(2026, 11, 23), 2, date(2027, 1, 23), id="into the next year"),
        pytest.param(date(2027, 1, 31), 1, date(2027, 2, 28), id="no such day"),
        pytest.param(date(2028, 1, 31), 1, date(2028, 2, 29), id="in a leap year"),
        pytest.param(date(2026, 8, 31), 4, date(2026, 12, 31), id="December"),
    ],
)
def test_some_months_later(day, months, later):
    assert policy.months_after(day, months) == later


@pytest.mark.parametrize(
    ("born", "years", "day"),
    [
        (date(2012, 2, 29), 14, date(2026, 3, 1)),
        (date(2012, 2, 29), 16, date(2028, 2, 29)),
        (date(2012, 3, 1), 14, date(2026, 3, 1)),
        (date(2012, 2, 28), 0, date(2012, 2, 28)),
    ],
)
def test_the_day_someone_becomes_so_old(born, years, day):
    assert policy.birthday(born, years) == day


@pytest.mark.parametrize(
    ("hour", "zone", "day"),
    [
        pytest.param(22, "Europe/Oslo", 23, id="eleven in the evening"),
        pytest.param(23, "Europe/Oslo", 24, id="midnight"),
        pytest.param(23, "UTC", 23, id="elsewhere"),
    ],
)
def test_the_day_is_that_of_the_municipality(hour, zone, day):
    now = datetime(2026, 11, 23, hour, tzinfo=UTC)
    assert policy.today_in(now, MunicipalPolicy(zone=zone)) == date(2026, 11, day)


# --- the los request -----------------------------------------------------------------------------

ARROWS = """
submitted: awaiting_youth ready linked withdrawn closed
awaiting_youth: ready declined_by_youth linked declined withdrawn
ready: prioritised waitlisted assigned declined withdrawn
prioritised: prioritised waitlisted assigned declined withdrawn
waitlisted: prioritised assigned declined withdrawn
assigned: active ready prioritised withdrawn
active: closed
linked: withdrawn declined_by_youth declined closed awaiting_youth
declined_by_youth:
declined:
withdrawn:
closed:
"""


def test_a_request_moves_as_drawn():
    drawn = {
        before.strip(): set(after.split())
        for before, _colon, after in (line.partition(":") for line in ARROWS.split("\n") if line)
    }
    assert set(drawn) == set(RequestState)
    moves = {
        before: {after for after in RequestState if policy.request_may_move(before, after)}
        for before in RequestState
    }
    assert moves == drawn


def test_nothing_leads_to_a_los_but_through_the_youths_own_yes():
    """Without the arrows out of `ready`, no request that waits for a youth gets to a los [46]."""
    reached, waiting = set(), [RequestState.SUBMITTED, RequestState.AWAITING_YOUTH]
    while waiting:
        here = waiting.pop()
        reached.add(here)
        if here is not RequestState.READY:
            after = {state for state in RequestState if policy.request_may_move(here, state)}
            waiting += after - reached
    assert reached.isdisjoint({RequestState.ASSIGNED, RequestState.ACTIVE})


@pytest.mark.parametrize(
    ("age", "bot", "youngest", "oldest", "inside"),
    [
        (12, 13, 12, 24, False),
        (13, 13, 12, 24, True),
        (24, 13, 12, 24, True),
        (25, 13, 12, 24, False),
        (11, 10, 12, 24, False),
        (12, 10, 12, 24, True),
    ],
)
def test_the_ages_a_los_is_for(age, bot, youngest, oldest, inside):
    rules = MunicipalPolicy(min_age_bot=bot, target_age_from=youngest, target_age_to=oldest)
    born = date(2000, 6, 15)
    day = policy.birthday(born, age)
    assert policy.in_target_group(born, day, rules) is inside
