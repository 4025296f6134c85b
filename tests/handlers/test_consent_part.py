"""Yes, but not everything: chosen service by service and kind by kind, repeated, then said once."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.consent_part import FLOW, Form, about, given
from handlers.dialogue import Done, walk
from locales import say, verbatim
from models import consent_views, consents
from models.base import Refused
from models.terms import ConsentState, InfoKind, Why
from tests.consent_setup import Phone, agreed, asked, opened
from tests.ways import told_once

GOALS, HEALTH, MEETINGS = InfoKind.GOALS, InfoKind.HEALTH, InfoKind.MEETINGS


case = told_once(opened)


@told_once
def question(session, cast, case, now):
    return consents.ask(
        session, actor=cast.jonas, case=case, now=now, until=date(2026, 12, 23),
        scope={cast.club.id: [GOALS, HEALTH], cast.nurse.id: [MEETINGS]},
    )  # fmt: skip


@pytest.fixture
def kari(session, cast, now):
    return Phone(session, cast.kari, now)


def card(session, person, question, now):
    return consent_views.card(session, actor=person, question_id=question.id, now=now)


def said(kari, question, *answers):
    outcome = walk(FLOW, about(kari.turn(), question.id), answers)
    assert isinstance(outcome, Done)
    return outcome.value


def path(cast, form, *kinds):
    units = [str(unit) for unit in form.names]
    return [("units", units), (f"kinds.{cast.club.id}", [k.value for k in kinds]),
            ("confirm", str(form.stamp))]  # fmt: skip


def test_a_part_is_said_yes_to_and_nothing_more_is_shared(
    session, cast, case, question, kari, now
):
    agreed(session, question, now, cast.ida, cast.per)
    form = about(kari.turn(), question.id)
    given(kari.turn(), said(kari, question, *path(cast, form, GOALS)))
    grants = consents.standing(session, case, now).grants()
    assert grants == {cast.club.id: {GOALS}, cast.nurse.id: {MEETINGS}}
    assert f"• {cast.club.name}: målene\n" in kari.read("consent.card", question.id)


def test_what_was_said_yes_to_is_what_the_overview_names_and_what_is_taken_back(
    session, cast, case, question, kari, now
):
    """The club alone; the nurse is named where she is asked about, and not taken back with it."""
    club, nurse = cast.club.name, cast.nurse.name
    other = consents.ask(
        session, actor=cast.jonas, case=case, now=now, until=date(2026, 12, 23),
        scope={cast.nurse.id: [GOALS]},
    )  # fmt: skip
    agreed(session, other, now, cast.ida, cast.kari, cast.per)
    agreed(session, question, now, cast.ida, cast.per)
    assert f"Ida: {club} og {nurse}\n" in kari.read("consent.mine")
    units = [("units", [str(cast.club.id)]), (f"kinds.{cast.club.id}", [GOALS.value])]
    form = about(kari.turn(), question.id)
    given(kari.turn(), said(kari, question, *units, ("confirm", str(form.stamp))))
    assert f"Ida: {club}\n" in kari.read("consent.mine")
    assert f"Ida: {club} og {nurse}\n" not in kari.read("consent.mine")
    overview = kari.see("consent.mine")
    assert f"Ta tilbake: {club} og {nurse}" not in kari.labels(overview)
    kari.press(overview, f"Ta tilbake: {club}")
    asked_back = kari.see("consent.stop_ask", question.id)
    assert f"Vil du stoppe delingen med {club}?" in say(asked_back.text, "nb")
    kari.press(asked_back, "Ja, stopp delingen")
    assert consents.standing(session, case, now).grants() == {cast.nurse.id: {GOALS}}
    number = consents.standing(session, case, now).history(question, cast.kari.id)[-1].number
    told = consent_views.receipt(session, actor=cast.kari, number=number, now=now)
    assert told.services == (club,)


def test_a_yes_is_narrowed_at_once_and_widened_again_to_what_was_asked(
    session, cast, case, question, kari, now
):
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    for kinds in ([GOALS], [GOALS, HEALTH]):
        form = about(kari.turn(), question.id)
        given(kari.turn(), said(kari, question, *path(cast, form, *kinds)))
        assert consents.standing(session, case, now).grants()[cast.club.id] == set(kinds)


def test_the_last_question_repeats_what_is_and_is_not_said_yes_to_with_the_approved_words(
    cast, question, kari
):
    form = about(kari.turn(), question.id)
    pending = walk(FLOW, form, path(cast, form, GOALS)[:-1])
    words = say(pending.question.text, "nb")
    assert f"Du sier ja til dette:\n• {cast.club.name}: målene\n" in words
    assert f"Du sier ikke ja til dette:\n• {cast.club.name}: helse\n" in words
    assert say(form.words, "nb") in words
    assert "Gjelder til og med" in words


def test_something_said_since_or_another_version_makes_the_press_none(
    session, cast, case, question, kari, now
):
    form = about(kari.turn(), question.id)
    part = said(kari, question, *path(cast, form, GOALS))
    consents.refuse(
        session, actor=cast.kari, question=question, language="nb", now=now, occasion="no"
    )
    with pytest.raises(Refused) as refused:
        given(kari.turn(), part)
    assert refused.value.why is Why.STALE
    assert card(session, cast.kari, question, now).state is ConsentState.REFUSED
    consents.ask(
        session, actor=cast.jonas, case=case, now=now, until=question.until,
        scope={cast.club.id: [GOALS], cast.nurse.id: [MEETINGS]},
    )  # fmt: skip
    with pytest.raises(Refused):
        about(kari.turn(), question.id)


def test_with_one_service_and_one_kind_there_is_no_part_to_choose(session, cast, case, kari, now):
    small = asked(session, cast, case, now)
    assert "Ja, men ikke alt" not in kari.labels(kari.see("consent.card", small.id))
    with pytest.raises(Refused):
        about(kari.turn(), small.id)


def test_many_services_are_asked_about_together_so_that_the_talk_stays_short():
    names = {unit: f"Tjeneste {unit}" for unit in range(6)}
    asked_for = dict.fromkeys(names, frozenset({GOALS, HEALTH}))
    asked_for[0] = frozenset({HEALTH})

    form = Form(1, names, asked_for, date(2027, 1, 1), verbatim("ord"), 7)
    outcome = walk(FLOW, form, [("units", [str(u) for u in names]), ("kinds", ["goals"]),
                                ("confirm", "7")])  # fmt: skip
    assert outcome.value.scope == {u: {GOALS} for u in range(1, 6)}


@pytest.mark.parametrize("name", ["jonas", "amina", "sam"])
def test_nobody_else_can_open_it(session, cast, question, now, name):
    with pytest.raises(Refused):
        about(Phone(session, getattr(cast, name), now).turn(), question.id)


def test_a_no_at_the_end_and_the_button_of_another_wording_come_to_nothing(cast, question, kari):
    form = about(kari.turn(), question.id)
    answers = path(cast, form, GOALS)[:-1]
    assert walk(FLOW, form, [*answers, ("confirm", "0")]) == Done(None)
    other = walk(FLOW, form, [*answers, ("confirm", str(form.stamp + 1))])
    assert other.question.name == "confirm"
