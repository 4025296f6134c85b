"""What a history of consent amounts to: truth tables of the pure rules."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import date, timedelta

import pytest

from models import consent_rules, policy
from models.consent_fold import Fold
from models.consent_rules import EVERYTHING, Answer, Asked, Required, Said, agreed, course
from models.policy import MunicipalPolicy
from models.terms import ConsentAct, ConsentState, Hearing, InfoKind

TODAY = date(2026, 11, 23)
A, G, R, T, W, S, X = (
    ConsentAct.ASKED,
    ConsentAct.GIVEN,
    ConsentAct.REFUSED,
    ConsentAct.TALK_FIRST,
    ConsentAct.WITHDRAWN,
    ConsentAct.SHOWN,
    ConsentAct.IN_ERROR,
)
MEETINGS, GOALS, TILTAK, HEALTH = (
    InfoKind.MEETINGS,
    InfoKind.GOALS,
    InfoKind.TILTAK,
    InfoKind.HEALTH,
)
KARI, PER, IDA, CLUB, NURSE = 1, 2, 3, 11, 12
BOTH = Required((KARI, PER))
ALL = Required((KARI, PER), IDA)


def told(*acts, by=KARI, until=TODAY, must=None):
    return [
        Said(i, by, act, TODAY, until if act is G else None, must=must)
        for i, act in enumerate(acts, 1)
    ]


# --- one consenter -------------------------------------------------------------------------------

TRUTH = [
    ("nothing", [], "none"),
    ("asked", [A], "asked"),
    ("yes", [A, G], "given"),
    ("no", [A, R], "refused"),
    ("talk-first", [A, T], "talk_first"),
    ("taken-back", [A, G, W], "withdrawn"),
    ("yes-after-no", [A, R, G], "given"),
    ("yes-after-talk", [A, T, G], "given"),
    ("yes-again-after-taking-back", [A, G, W, G], "given"),
    ("asked-again-keeps-a-yes", [A, G, A], "given"),
    ("asked-again-after-a-no", [A, R, A], "asked"),
    ("asked-again-does-not-renew-what-was-taken-back", [A, G, W, A], "asked"),
    ("opened-answers-nothing", [A, S], "asked"),
    ("opened-after-a-no-is-still-a-no", [A, R, S], "refused"),
]


@pytest.mark.parametrize(("acts", "state"), [t[1:] for t in TRUTH], ids=[t[0] for t in TRUTH])
def test_the_last_word_decides(acts, state):
    found = consent_rules.answer(told(*acts)).on(TODAY)
    assert found is ConsentState(state)


@pytest.mark.parametrize(("days", "state"), [(-1, "expired"), (0, "given"), (1, "given")])
def test_a_yes_holds_through_its_last_day(days, state):
    assert consent_rules.answer(told(G, until=TODAY + timedelta(days=days))).on(TODAY) == state


def test_a_yes_without_a_last_day_does_not_lapse():
    assert consent_rules.answer(told(G, until=None)).on(date.max) is ConsentState.GIVEN


def test_only_what_strikes_out_strikes_out():
    opened = Said(99, KARI, S, TODAY, voids=2)
    assert consent_rules.answer([*told(A, G), opened]).on(TODAY) is ConsentState.GIVEN


STRUCK = [
    # the acts, the place struck out, what is left
    ("a-yes-in-error-is-no-yes", [A, G], 2, "asked"),
    ("what-was-before-a-yes-in-error-stands", [A, W, G], 3, "withdrawn"),
    ("a-no-in-error-is-no-no", [A, R], 2, "asked"),
    ("striking-out-a-withdrawal-gives-no-yes-back", [A, G, W], 3, "asked"),
    ("nor-striking-out-a-later-yes", [A, G, G], 3, "asked"),
    ("a-yes-said-since-stands", [A, G, W, G], 3, "given"),
    ("a-no-said-since-stands", [A, G, R], 2, "refused"),
]


@pytest.mark.parametrize(
    ("acts", "place", "state"), [t[1:] for t in STRUCK], ids=[t[0] for t in STRUCK]
)
def test_what_was_recorded_in_error_says_nothing_and_gives_nothing_back(acts, place, state):
    history = [*told(*acts), Said(99, KARI, X, TODAY, voids=place)]
    assert consent_rules.answer(history).on(TODAY) == state


# --- everyone ------------------------------------------------------------------------------------

C = ConsentState
IN_FORCE = [
    # guardians, youth, guardians needed, youth needed, one is enough, in force
    ("all-yes", [C.GIVEN, C.GIVEN], C.GIVEN, True, True, False, True),
    ("one-silent", [C.GIVEN, C.ASKED], C.GIVEN, True, True, False, False),
    ("one-expired", [C.GIVEN, C.EXPIRED], C.GIVEN, True, True, False, False),
    ("youth-silent", [C.GIVEN, C.GIVEN], C.NONE, True, True, False, False),
    ("youth-not-needed", [C.GIVEN, C.GIVEN], C.NONE, True, False, False, True),
    ("no-guardian-known", [], C.GIVEN, True, True, False, False),
    ("no-guardian-known-one-enough", [], C.GIVEN, True, True, True, False),
    ("of-age", [], C.GIVEN, False, True, False, True),
    ("of-age-silent", [], C.NONE, False, True, False, False),
    ("nobody-needed-is-nobodys-yes", [], C.GIVEN, False, False, False, False),
    ("one-is-enough", [C.GIVEN, C.ASKED], C.NONE, True, False, True, True),
    ("one-yes-one-no-is-a-conflict", [C.GIVEN, C.REFUSED], C.NONE, True, False, True, False),
    ("one-taken-back-stops", [C.GIVEN, C.WITHDRAWN], C.NONE, True, False, True, False),
    (
        "one-who-wants-to-talk-stops-nothing",
        [C.GIVEN, C.TALK_FIRST],
        C.NONE,
        True,
        False,
        True,
        True,
    ),
    ("one-whose-yes-lapsed-stops-nothing", [C.GIVEN, C.EXPIRED], C.NONE, True, False, True, True),
    ("one-but-none-said-yes", [C.ASKED, C.TALK_FIRST], C.NONE, True, False, True, False),
]


@pytest.mark.parametrize("row", IN_FORCE, ids=[row[0] for row in IN_FORCE])
def test_it_is_agreed_when_all_who_must_have_said_yes(row):
    _name, guardians, youth, guardians_needed, youth_needed, one, expected = row
    ids = tuple(range(1, len(guardians) + 1))
    answers = {i: Answer(state) for i, state in zip(ids, guardians, strict=True)}
    answers[IDA] = Answer(youth)
    must = Required(ids, IDA if youth_needed else None, guardians_needed, one)
    assert agreed(answers, must, TODAY) is expected


def say(*words):
    """(who, act, who had to), one after another."""
    return [
        Said(i, by, act, TODAY, TODAY if act is G else None, must=must)
        for i, (by, act, must) in enumerate(words, 1)
    ]


def holds(must, *words):
    question = Asked(1, 1, 1, {CLUB: EVERYTHING}, TODAY, told=tuple(say(*words)))
    fold = Fold((question,), must, TODAY)
    return fold.holds(question), fold.again(question)


GUARDIANS_YES = ((KARI, G, BOTH), (PER, G, BOTH))


def test_a_birthday_takes_away_until_the_youth_says_yes():
    assert holds(BOTH, *GUARDIANS_YES) == (True, False)
    assert holds(ALL, *GUARDIANS_YES) == (False, False)
    assert holds(ALL, *GUARDIANS_YES, (IDA, G, ALL)) == (True, False)


def test_a_birthday_gives_nothing_that_was_refused_before_it():
    """At 18 the guardians' no falls away; sharing begins when the youth says so anew."""
    alone = Required((), IDA, guardians_needed=False)
    words = ((KARI, G, ALL), (PER, R, ALL), (IDA, G, ALL))
    assert holds(alone, *words) == (False, True)
    assert holds(alone, *words, (IDA, G, alone)) == (True, False)


def test_the_youths_own_yes_goes_on_at_eighteen_whatever_a_guardian_then_does():
    alone = Required((), IDA, guardians_needed=False)
    words = (*GUARDIANS_YES, (IDA, G, ALL))
    assert holds(alone, *words) == (True, False)
    assert holds(alone, *words, (PER, W, alone)) == (True, False)


def test_a_policy_of_one_guardian_does_not_widen_what_was_asked_of_two():
    one = Required((KARI, PER), one_guardian=True)
    assert holds(one, (KARI, G, BOTH)) == (False, True)
    assert holds(one, (KARI, G, BOTH), (KARI, G, one)) == (True, False)


def test_a_guardian_who_took_back_and_left_leaves_it_stopped():
    assert holds(Required((KARI,)), *GUARDIANS_YES, (PER, W, BOTH)) == (False, True)


def test_what_is_no_yes_lets_nothing_begin():
    """Per has left, so that all who must have said yes; that he says no then gives nobody's."""
    left = Required((KARI,))
    assert holds(left, (KARI, G, BOTH), (PER, R, left)) == (False, True)


def test_being_asked_and_opening_the_question_move_nothing():
    asked = [Said(90, KARI, A, TODAY), Said(91, PER, S, TODAY)]
    assert course([*say(*GUARDIANS_YES), *asked])[1:] == (True, True)
    assert course([*asked, *say((KARI, G, BOTH))])[1:] == (False, False)


# --- ages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "years", "day"),
    [
        (date(2012, 2, 29), 15, date(2027, 3, 1)),
        (date(2012, 2, 29), 16, date(2028, 2, 29)),
        (date(2011, 5, 14), 15, date(2026, 5, 14)),
    ],
)
def test_a_birthday_is_the_day_age_on_counts_from(born, years, day):
    assert policy.birthday(born, years) == day
    assert policy.age_on(born, day) == years
    assert policy.age_on(born, day - timedelta(days=1)) == years - 1


@pytest.mark.parametrize(
    ("age", "co", "until", "sole", "guardians", "youth", "part"),
    [
        (14, 15, 18, 18, True, False, True),
        (15, 15, 18, 18, True, True, True),
        (18, 15, 18, 18, False, True, False),
        (16, 18, 16, 18, False, True, True),  # no gap: where no guardian must, the youth does
        (16, 15, 18, 16, False, True, False),
        (15, 15, 18, 16, True, True, True),
    ],
)
def test_at_every_age_somebody_must(age, co, until, sole, guardians, youth, part):
    rules = MunicipalPolicy(
        youth_co_consent_from_age=co, guardian_consent_until_age=until,
        youth_sole_consent_age=sole, youth_sole_consent_basis="vedtak",
    )  # fmt: skip
    born = date(2010, 2, 1)
    day = policy.birthday(born, age)
    must = consent_rules.required(IDA, born, (KARI, PER), day, rules)
    assert (bool(must.guardians), must.youth is not None) == (guardians, youth)
    assert policy.guardians_take_part(born, day, rules) is part
    assert must.everyone


@pytest.mark.parametrize(("which", "one"), [("all", False), ("one", True)])
def test_whether_one_guardian_is_enough_is_the_municipalitys_choice(which, one):
    rules = MunicipalPolicy(guardians_required=which)
    young = consent_rules.required(IDA, TODAY, (KARI, PER), TODAY, rules)
    assert young == Required((KARI, PER), None, guardians_needed=True, one_guardian=one)


def test_all_with_responsibility_must_unless_told_otherwise():
    assert Required() == Required((), None, guardians_needed=True, one_guardian=False)
    assert BOTH.everyone == (KARI, PER)
    assert ALL.everyone == (KARI, PER, IDA)


def test_at_eighteen_no_guardian_is_among_those_who_must():
    born = date(2000, 1, 1)
    must = consent_rules.required(IDA, born, (KARI, PER), date(2018, 1, 1), MunicipalPolicy())
    assert must == Required((), IDA, guardians_needed=False)


@pytest.mark.parametrize("thing", [BOTH, told(G)[0], Asked(1, 1, 1, {}, TODAY)])
def test_what_was_said_is_not_changed_in_passing(thing):
    with pytest.raises(FrozenInstanceError):
        setattr(thing, next(iter(thing.__dataclass_fields__)), None)
    assert replace(thing) == thing


def test_an_unknown_date_of_birth_is_read_strictly():
    must = consent_rules.required(IDA, None, (KARI, PER), TODAY, MunicipalPolicy())
    assert must.everyone == (KARI, PER, IDA)
    assert policy.hearing(None, TODAY, MunicipalPolicy()) is Hearing.ALWAYS


@pytest.mark.parametrize(
    ("age", "heard"), [(6, "not_yet"), (7, "if_able"), (11, "if_able"), (12, "always")]
)
def test_a_youth_is_heard_if_able_from_seven_and_always_from_twelve(age, heard):
    born = date(2010, 2, 1)
    assert policy.hearing(born, policy.birthday(born, age), MunicipalPolicy()) == heard


def test_what_was_required_can_be_kept_and_read():
    for must in (
        ALL,
        BOTH,
        Required((), IDA, guardians_needed=False),
        Required(one_guardian=True),
    ):
        assert Required.read(must.facts()) == must


def test_the_course_remembers_that_it_once_carried():
    found = course(say(*GUARDIANS_YES, (PER, W, BOTH)))
    assert (found.carried, found.ever) == (False, True)
