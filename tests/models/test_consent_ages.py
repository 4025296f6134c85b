"""Birthdays, corrected birth dates, new policies and holidays: what is due about a consent and when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

import handlers
from locales import say
from models import birth_dates, consent_views, consents, family, follow_ups, municipality
from models.base import Refused
from models.consent_steps import consent_steps
from models.municipality import PolicyVersion
from models.outbox import Outgoing
from models.policy import Calendar, MunicipalPolicy
from models.reminding import may_tell_at
from models.terms import CaseState, ConsentState, InfoKind, Why
from tests.agreed import promised
from tests.consent_setup import Phone, agreed, asked, opened
from tests.refusals import why
from tests.ways import told_once

RULES = MunicipalPolicy()


case = told_once(opened)


@told_once
def question(session, cast, case, now):
    return asked(session, cast, case, now, InfoKind.TILTAK, days=200)


def turns(person, years, day):
    person.born = day.replace(year=day.year - years)


def sleep_until(session, at):
    while follow_ups.take_due(session, consents.LADDER, at):
        pass


def live_until(session, at):
    while (due := follow_ups.next_due(session, [consents.LADDER])) and due <= at:
        sleep_until(session, due)


def steps(asked_on, until, born=None, *, calendar=None, rules=RULES):
    asked_at = datetime(asked_on.year, asked_on.month, asked_on.day, 9, tzinfo=UTC)
    found = consent_steps(asked_at, [until], born, rules, calendar or Calendar())
    return {step.name: step for step in found}


# --- the end is announced --------------------------------------------------------------------------


def test_what_falls_on_a_day_off_is_told_on_the_next_open_one():
    """30 days before is a Saturday, 7 days before 17 May."""
    calendar = Calendar(red_days=frozenset({date(2027, 5, 17)}))
    found = steps(date(2027, 1, 4), date(2027, 5, 24), calendar=calendar)
    assert found["warn30"].at.date() == date(2027, 4, 26)
    assert found["warn7"].at.date() == date(2027, 5, 18)
    for name in ("warn30", "warn7"):
        assert may_tell_at(found[name].at, RULES, calendar)


def test_a_warning_is_never_pushed_past_the_end():
    """Three days before falls in Easter, and the next open day is after the end."""
    rules = MunicipalPolicy(consent_warn_again_days=3)
    easter = frozenset(date(2027, 3, day) for day in (25, 26, 28, 29))
    found = steps(date(2027, 1, 4), date(2027, 3, 28), rules=rules,
                  calendar=Calendar(red_days=easter))  # fmt: skip
    assert found["warn3"].at.date() == date(2027, 3, 24)
    assert found["expired"].at == datetime(2027, 3, 28, 22, tzinfo=UTC)


def test_the_end_is_midnight_in_the_town_also_when_the_clocks_change():
    assert steps(date(2027, 1, 4), date(2027, 1, 31))["expired"].at.hour == 23
    assert steps(date(2027, 1, 4), date(2027, 3, 28))["expired"].at.hour == 22


def test_a_renewal_silences_the_warning_of_what_it_replaced(session, cast, case, now):
    old = asked(session, cast, case, now, days=40)
    agreed(session, old, now, cast.ida, cast.kari, cast.per)
    later = now + timedelta(days=11)
    live_until(session, later)
    waiting = select(Outgoing).where(Outgoing.kind == "consent.expiring")
    assert {row.state for row in session.scalars(waiting)} == {"waiting"}
    new = asked(session, cast, case, later, days=300)
    agreed(session, new, later, cast.ida, cast.kari, cast.per)
    assert {row.state for row in session.scalars(waiting)} == {"moot"}
    live_until(session, now + timedelta(days=45))
    assert len(session.scalars(waiting).all()) == 4
    assert promised(session, "consent.expired") == []


def test_while_the_renewal_waits_the_holder_is_told_when_the_old_ends(session, cast, case, now):
    old = asked(session, cast, case, now, days=40)
    agreed(session, old, now, cast.ida, cast.kari, cast.per)
    live_until(session, now + timedelta(days=9))
    asked(session, cast, case, now + timedelta(days=9), days=300)
    later = now + timedelta(days=12)
    live_until(session, later)
    phone = Phone(session, cast.jonas, later)
    told = phone.read("consent.news", old.id, about="consent.expiring")
    assert told is not None
    assert str(old.until.day) in told


# --- a birthday soon -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("years", "to_the_youth", "to_a_guardian"),
    [
        (15, "må du også si ja", "må Ida også si ja"),
        (18, "bestemmer du selv", "er det Ida selv"),
    ],
)
def test_three_weeks_before_each_is_told_in_their_own_words(
    session, cast, case, now, years, to_the_youth, to_a_guardian
):
    day = (now + timedelta(days=60)).date()
    turns(cast.ida, years, day)
    asked(session, cast, case, now, days=200)
    live_until(session, now + timedelta(days=38))
    assert promised(session, "consent.age_soon") == []
    at = now + timedelta(days=43)
    live_until(session, at)
    told = {who for _kind, who in promised(session, "consent.age_soon")}
    assert told == {cast.ida.id, cast.kari.id, cast.per.id}
    for person, words in ((cast.ida, to_the_youth), (cast.kari, to_a_guardian)):
        phone = Phone(session, person, at)
        push = phone.read("consent.age_soon", case.id)
        assert push == "Det er noe nytt til deg."
        assert words in phone.read("consent.age_card", case.id)


def test_once_for_a_case_and_an_age_whatever_is_asked(session, cast, case, now):
    turns(cast.ida, 15, (now + timedelta(days=60)).date())
    for unit in (cast.club, cast.nurse, cast.bti):
        asked(session, cast, case, now, unit=unit, days=200)
    live_until(session, now + timedelta(days=59))
    assert len(promised(session, "consent.age_soon")) == 3


def test_asked_within_the_three_weeks_it_is_told_the_morning_after(session, cast, case, now):
    turns(cast.ida, 15, (now + timedelta(days=6)).date())
    asked(session, cast, case, now, days=200)
    live_until(session, now + timedelta(hours=23, minutes=59))
    assert len(promised(session, "consent.age_soon")) == 3


def test_a_guardian_who_was_never_asked_is_not_told(session, cast, case, now):
    turns(cast.ida, 15, (now + timedelta(days=60)).date())
    row = session.scalars(
        select(family.Guardianship).where(family.Guardianship.foresatt_id == cast.per.id)
    ).one()
    row.responsibility = False
    asked(session, cast, case, now, days=200)
    row.responsibility = True
    live_until(session, now + timedelta(days=43))
    told = {who for _kind, who in promised(session, "consent.age_soon")}
    assert told == {cast.ida.id, cast.kari.id}


def test_when_the_day_has_come_the_announcement_is_moot(session, cast, case, question, now):
    turns(cast.ida, 15, (now + timedelta(days=20)).date())
    assert consent_views.coming_age(
        session, actor=cast.kari, case_id=case.id, now=now
    ).youth_joins  # fmt: skip
    after = now + timedelta(days=20)
    phone = Phone(session, cast.kari, after)
    with pytest.raises(Refused):
        handlers.NOTICES["consent.age_soon"](phone.reading(case.id))
    for stranger in (cast.jonas, cast.amina, cast.randi):
        assert why(lambda who=stranger: consent_views.coming_age(
            session, actor=who, case_id=case.id, now=now)) is Why.ABSENT  # fmt: skip


def test_one_born_on_29_february_is_asked_on_1_march():
    found = steps(date(2027, 1, 4), date(2027, 12, 1), date(2012, 2, 29))
    assert found["age15"].at == datetime(2027, 2, 28, 23, tzinfo=UTC)
    assert found["soon15"].at.date() == date(2027, 2, 8)
    assert found["soon15"].not_after == found["age15"].at


# --- a birthday while a question waits -------------------------------------------------------------


def test_a_guardians_prompt_is_moot_and_the_answer_refused_from_the_eighteenth_birthday(
    session, cast, case, question, now
):
    turns(cast.ida, 18, (now + timedelta(days=2)).date())
    after = now + timedelta(days=2)
    with pytest.raises(Refused):
        handlers.NOTICES["consent.asked"](Phone(session, cast.kari, after).reading(question.id))
    assert why(lambda: agreed(session, question, after, cast.kari)) is Why.ABSENT
    agreed(session, question, after, cast.ida)
    assert case.state == CaseState.ACTIVE


# --- a corrected birth date ------------------------------------------------------------------------


def correct(session, cast, born, now, by="randi"):
    return birth_dates.correct(
        session, actor=getattr(cast, by), ungdom_id=cast.ida.id, born=born, now=now
    )


def test_a_corrected_date_stops_what_now_needs_the_youth_and_asks(session, cast, case, now):
    cast.ida.born = date(2013, 5, 14)
    question = asked(session, cast, case, now, days=200)
    agreed(session, question, now, cast.kari, cast.per)
    assert case.state == CaseState.ACTIVE
    assert correct(session, cast, date(2010, 5, 14), now) is True
    assert case.state == CaseState.FROZEN
    assert promised(session, "consent.asked")[-1] == ("consent.asked", cast.ida.id)
    assert promised(session, "consent.access_changed") == [
        ("consent.access_changed", cast.amina.id)
    ]
    agreed(session, question, now, cast.ida)
    assert case.state == CaseState.ACTIVE
    assert follow_ups.disagreeing(session, consents.LADDER, now) == []
    live_until(session, now + timedelta(days=3))
    assert len(promised(session, "consent.access_changed")) == 1


def test_a_birthday_that_was_announced_is_announced_anew_for_its_right_day(
    session, cast, case, now
):
    turns(cast.ida, 15, (now + timedelta(days=30)).date())
    asked(session, cast, case, now, days=300)
    live_until(session, now + timedelta(days=12))
    assert len(promised(session, "consent.age_soon")) == 3
    at = now + timedelta(days=13)
    correct(session, cast, cast.ida.born + timedelta(days=100), at)
    live_until(session, now + timedelta(days=100))
    assert len(promised(session, "consent.age_soon")) == 3
    live_until(session, now + timedelta(days=130))
    assert len(promised(session, "consent.age_soon")) == 6


def test_the_same_date_again_is_nothing(session, cast, case, now):
    assert correct(session, cast, cast.ida.born, now) is False


@pytest.mark.parametrize("who", ["ida", "kari", "amina", "siri", "lise", "sam"])
def test_only_the_school_corrects_it(session, cast, now, who):
    assert why(lambda: correct(session, cast, date(2010, 1, 1), now, by=who)) is Why.ABSENT


def test_the_own_kontaktlaerer_may_too(session, cast, case, now):
    assert correct(session, cast, date(2010, 1, 1), now, by="jonas") is True


@pytest.mark.parametrize("born", [date(2026, 11, 24), date(1990, 1, 1)])
def test_a_date_that_cannot_be_right_is_refused(session, cast, now, born):
    assert why(lambda: correct(session, cast, born, now)) is Why.NO_SUCH_DATE


# --- a new policy ----------------------------------------------------------------------------------


def test_on_the_day_of_a_new_policy_who_must_now_say_yes_is_asked(session, cast, case, now):
    cast.ida.born = date(2012, 5, 14)
    question = asked(session, cast, case, now, days=200)
    agreed(session, question, now, cast.kari, cast.per)
    first = now.date() + timedelta(days=10)
    choices = municipality.choices_of(MunicipalPolicy(youth_co_consent_from_age=13))
    session.add(PolicyVersion(valid_from=first, choices=choices, applied_at=now))
    session.flush()
    session.info.pop("policy", None)
    follow_ups.recompute(session, consents.LADDER, now)
    live_until(session, now + timedelta(days=9))
    assert case.state == CaseState.ACTIVE
    live_until(session, now + timedelta(days=10))
    assert case.state == CaseState.FROZEN
    assert promised(session, "consent.asked")[-1] == ("consent.asked", cast.ida.id)
    assert consents.standing(session, case, now + timedelta(days=10)).state(
        question, cast.kari.id
    ) is ConsentState.GIVEN  # fmt: skip


def test_a_lower_age_to_decide_alone_needs_the_decision_it_rests_on():
    with pytest.raises(ValueError, match="youth_sole_consent_basis"):
        municipality.policy_from({"youth_sole_consent_age": 16})
    rules = municipality.policy_from(
        {"youth_sole_consent_age": 16, "youth_sole_consent_basis": "Vedtak 12/27"}
    )
    assert rules.youth_sole_consent_age == 16
    assert municipality.policy_from(municipality.choices_of(rules)) == rules


def test_every_word_of_a_birthday_is_said_in_every_language(session, cast, case, question, now):
    turns(cast.ida, 18, (now + timedelta(days=5)).date())
    for person in (cast.ida, cast.kari):
        message = Phone(session, person, now).see("consent.age_card", case.id)
        assert len(say(message.text, "nb").splitlines()) == 3
