"""What the municipality decides in the chat: from a day on, through what was decided before it, and no
consent is touched."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from handlers import policy_words
from models import deciding, follow_ups, municipality
from models.audit import AuditEntry
from models.consents import ConsentEvent, ConsentQuestion
from models.invitees import Meeting
from models.ladders import LADDERS
from models.municipality import PolicyVersion
from models.policy import MunicipalPolicy
from models.terms import InfoKind, Why
from tests import agreed
from tests.meeting_setup import called
from tests.refusals import why
from tests.ways import NOW

TODAY = NOW.date()
SOON, LATER = TODAY + timedelta(days=10), TODAY + timedelta(days=30)


def decide(session, cast, valid_from: date, **choices) -> None:
    deciding.decide(session, actor=cast.turid, choices=choices, valid_from=valid_from, now=NOW)


def cancel(session, cast, name: str, valid_from: date) -> None:
    deciding.cancel(session, actor=cast.turid, name=name, valid_from=valid_from, now=NOW)


def on(session, day: date) -> MunicipalPolicy:
    return municipality.policy_on(session, day)


def versions(session) -> dict:
    return {v.valid_from: dict(v.choices) for v in session.scalars(select(PolicyVersion))}


def test_a_choice_holds_from_its_day_and_not_before(session, cast):
    before = versions(session)
    decide(session, cast, SOON, window_from=time(8))
    assert on(session, SOON - timedelta(days=1)).window_from == time(9)
    assert on(session, SOON).window_from == on(session, LATER).window_from == time(8)
    assert on(session, SOON).staff_telegram is True  # as the file says
    assert {day: choices for day, choices in versions(session).items() if day != SOON} == before


def test_from_today_it_holds_at_once(session, cast):
    assert municipality.policy_at(session, NOW).access_news is False
    decide(session, cast, TODAY, access_news=True)
    assert municipality.policy_at(session, NOW).access_news is True


def test_a_day_that_was_is_never_decided_about(session, cast):
    assert why(decide, session, cast, TODAY - timedelta(days=1), access_news=True) is Why.PAST


def test_it_goes_on_through_what_was_decided_before_it_until_that_says_something_else(
    session, cast
):
    decide(session, cast, LATER, consent_validity_days=180)
    decide(session, cast, SOON, requests_a_day=5, consent_validity_days=300)
    assert (on(session, SOON).requests_a_day, on(session, LATER).requests_a_day) == (5, 5)
    assert on(session, SOON).consent_validity_days == 300
    assert on(session, LATER).consent_validity_days == 180


def test_the_same_again_is_quiet(session, cast):
    for _twice in range(2):
        decide(session, cast, SOON, window_from=time(8), meeting_reminders_hours=(24, 2))
    done = select(AuditEntry).where(AuditEntry.action == "policy.decide")
    assert len(session.scalars(done).all()) == 1


def test_what_is_to_come_is_listed_and_can_be_cancelled(session, cast):
    decide(session, cast, SOON, requests_a_day=5)
    decide(session, cast, LATER, requests_a_day=7)
    found = deciding.coming(session, actor=cast.turid, now=NOW)
    told = [(each.valid_from, each.before, each.after) for each in found]
    assert told == [(SOON, 3, 5), (LATER, 5, 7)]
    cancel(session, cast, "requests_a_day", SOON)
    assert (on(session, SOON).requests_a_day, on(session, LATER).requests_a_day) == (3, 7)
    assert SOON not in versions(session)
    cancel(session, cast, "requests_a_day", LATER)
    assert deciding.coming(session, actor=cast.turid, now=NOW) == []


def test_only_what_is_not_in_force_is_cancelled(session, cast):
    decide(session, cast, TODAY, requests_a_day=5)
    assert why(cancel, session, cast, "requests_a_day", TODAY) is Why.STALE
    assert why(cancel, session, cast, "requests_a_day", SOON) is Why.STALE


def test_cancelling_one_choice_leaves_the_others_of_that_day(session, cast):
    decide(session, cast, SOON, requests_a_day=5)
    decide(session, cast, SOON, access_news=True)
    cancel(session, cast, "requests_a_day", SOON)
    (left,) = deciding.coming(session, actor=cast.turid, now=NOW)
    assert (left.name, left.after) == ("access_news", True)


@pytest.mark.parametrize(
    "choices",
    [
        {"window_from": time(21)}, {"window_to": time(8)}, {"youth_sole_consent_age": 16},
        {"youth_sole_consent_age": 16, "youth_sole_consent_basis": "  "},
        {"guardians_required": "none"}, {"requests_a_day": 0}, {"requests_a_day": True},
        {"staff_telegram": "ja"}, {"youth_heard_from_age": 13}, {"target_age_to": 11},
        {"consent_warn_again_days": 30}, {"consent_validity_days": 20}, {"nothing": 1},
        {"zone": "Europe/London"}, {"meeting_reminders_hours": (48, 0)},
    ],
    ids=str,
)  # fmt: skip
def test_what_makes_no_sense_is_not_decided(session, cast, choices):
    before = versions(session)
    assert why(decide, session, cast, SOON, **choices) is Why.NOT_VALID
    session.rollback()
    assert versions(session) in (before, {})


def test_it_must_go_together_on_every_later_day_too(session, cast):
    decide(session, cast, LATER, window_to=time(14))
    assert why(decide, session, cast, SOON, window_from=time(15)) is Why.NOT_VALID


def test_a_lower_age_needs_what_it_rests_on_and_the_words_are_in_no_audit(session, cast):
    basis = "Kommunestyret 14. mars, sak 12"
    decide(session, cast, SOON, youth_sole_consent_age=16, youth_sole_consent_basis=basis)
    assert on(session, SOON).youth_sole_consent_basis == basis
    done = select(AuditEntry).where(AuditEntry.action == "policy.decide")
    entry = session.scalars(done).one()
    assert entry.actor_id == cast.turid.id
    told = {"from": SOON.isoformat(), "choices": {"youth_sole_consent_age": 16}}
    assert entry.detail == told


def test_no_consent_is_touched_and_what_is_due_is_computed_anew(session, cast, now):
    case = agreed.agreed(session, cast, now, {cast.club.id: [InfoKind.MEETINGS]})
    meeting = called(session, cast, case, now)

    def given() -> list:
        rows = []
        for table in (ConsentQuestion, ConsentEvent):
            keep = [c for c in table.__table__.columns if c.name not in ("next_follow_up_at",)]
            rows += session.execute(select(*keep).order_by(table.id)).all()
        return rows

    before, due = given(), session.get(Meeting, meeting.id).next_follow_up_at
    decide(session, cast, TODAY, meeting_reminders_hours=(60,), consent_validity_days=100)
    decide(session, cast, TODAY, youth_co_consent_from_age=16)
    assert given() == before
    assert session.get(Meeting, meeting.id).next_follow_up_at < due
    assert [f for ladder in LADDERS for f in follow_ups.disagreeing(session, ladder, now)] == []


def test_every_rule_of_the_chat_is_a_choice_and_its_bounds_are_valid():
    known = {field.name: field.default for field in fields(MunicipalPolicy)}
    assert set(policy_words.RULES) == set(known) - deciding.ELSEWHERE - {
        "youth_sole_consent_basis"
    }
    for name, rule in policy_words.RULES.items():
        assert policy_words.called(policy_words.number_of(name)) == name
        if rule.kind == "number" and known[name] is not None:
            assert rule.least <= known[name] <= rule.most, name
        assert policy_words.in_words(name, known[name]), name
