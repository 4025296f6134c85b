"""Friday's list as it is read and pressed: a first name, and nothing more of anybody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

import handlers
from handlers.friday import KINDS, REASONS
from handlers.turns import Reading
from locales import LANGUAGES, say
from models import contacts
from models.audit import AuditEntry
from models.base import Refused
from models.friday import DIGEST, Postponement
from models.terms import Owing, PutOff
from tests.agreed import agreed, planned, turn
from tests.ways import told_once

DAY = timedelta(days=1)
EVALUATION, VOICE = KINDS.index(Owing.EVALUATION), KINDS.index(Owing.VOICE)


@told_once
def case(session, cast, now):
    return agreed(session, cast, now)


@told_once
def thing(session, cast, case, now):
    return planned(session, cast, case, now, evaluate_on=now.date() + 8 * DAY)


def message(session, person, kind, subject, at, **params):
    contact = contacts.of(session, person.id)
    return handlers.compose(Reading(session, person, contact, at, subject, params), kind)


def card(session, person, at):
    return message(session, person, "friday.card", person.id, at)


def labels(found):
    return [[say(button.label, "nb") for button in row] for row in found.buttons]


def test_the_push_is_neutral_and_moot_for_whom_nothing_waits(session, cast, case, thing, now):
    at = now + 4 * DAY
    for language in LANGUAGES:
        words = say(message(session, cast.jonas, DIGEST, cast.jonas.id, at).text, language)
        assert "Ida" not in words
        assert len(words.splitlines()) == 1
    for who in (cast.randi, cast.amina, cast.lise, cast.siri, cast.ida, cast.kari):
        assert message(session, who, DIGEST, who.id, at) is None


def test_the_list_has_a_first_name_and_buttons_that_say_what_they_do(
    session, cast, case, thing, now
):
    found = card(session, cast.jonas, now + 4 * DAY)
    assert say(found.text, "nb").splitlines() == [
        "Fredagens fem minutter:",
        "1. Ida: evaluering, tirsdag 1. desember",
        "2. Ida: høre ungdommen før evalueringen, tirsdag 1. desember",
    ]
    assert labels(found) == [
        ["1. Evaluer", "Utsett eller gi videre 1"],
        ["Gjort 2", "Utsett eller gi videre 2"],
    ]
    for row in found.buttons:
        assert {button.action for button in row} <= set(handlers.BUTTONS)


def test_the_list_is_a_reading_of_the_case(session, cast, case, thing, now):
    counted = select(func.count()).where(AuditEntry.action.like("%.read"))
    before = session.scalar(counted)
    card(session, cast.jonas, now + 4 * DAY)
    assert session.scalar(counted) == before + 1


def test_put_off_with_one_press_and_a_second_is_nothing_more(session, cast, case, thing, now):
    at = now + 4 * DAY
    one = message(session, cast.jonas, "friday.one", thing.id, at, what=EVALUATION)
    assert "Kan utsettes en uke 2 ganger til." in say(one.text, "nb")
    assert labels(one) == [
        ["Utsett: Familien vil vente"], ["Utsett: Venter på andre"], ["Utsett: Noen er borte"],
        ["Utsett: Rakk det ikke"], ["Gi videre"], ["Tilbake"],
    ]  # fmt: skip
    button = one.buttons[1][0]
    for press in range(2):
        turning = turn(session, cast.jonas, at, occasion=f"press{press}")
        handlers.BUTTONS[button.action](turning, button.subject, button.version)
    (row,) = session.scalars(select(Postponement))
    assert row.reason == PutOff.OTHERS
    assert "evaluering," not in say(card(session, cast.jonas, at).text, "nb")


def test_all_done_or_put_off_is_a_good_weekend(session, cast, case, thing, now):
    at = now + 4 * DAY
    press = handlers.BUTTONS["friday.done"]
    press(turn(session, cast.jonas, at), thing.id, VOICE)
    off = handlers.BUTTONS["friday.off"]
    version = REASONS.index(PutOff.AWAY) * len(KINDS) + EVALUATION
    off(turn(session, cast.jonas, at, occasion="2"), thing.id, version)
    found = card(session, cast.jonas, at)
    assert say(found.text, "nb") == "Alt er gjort eller utsatt. God helg!"
    assert message(session, cast.jonas, DIGEST, cast.jonas.id, at) is None


@pytest.mark.parametrize("action", ["friday.one", "friday.done", "friday.off"])
def test_nobody_presses_for_another(session, cast, case, thing, now, action):
    for who in (cast.amina, cast.randi, cast.kari):
        version = REASONS.index(PutOff.AWAY) * len(KINDS) + EVALUATION
        with pytest.raises(Refused):
            handlers.BUTTONS[action](turn(session, who, now + 4 * DAY), thing.id, version)


def test_when_it_cannot_be_put_off_any_more_it_can_be_handed_on(session, cast, case, thing, now):
    off = handlers.BUTTONS["friday.off"]
    version = REASONS.index(PutOff.TIME) * len(KINDS) + EVALUATION
    for week in range(2):
        at = now + (4 + 7 * week) * DAY
        off(turn(session, cast.jonas, at, occasion=f"{week}"), thing.id, version)
    late = now + 18 * DAY
    one = message(session, cast.jonas, "friday.one", thing.id, late, what=EVALUATION)
    assert labels(one) == [["Gi videre"], ["Tilbake"]]
    assert "Gi det videre" in say(one.text, "nb")
