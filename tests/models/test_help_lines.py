"""A help line that nobody has checked is not shown; who answers for it hears in time, and goes on
hearing. The emergency numbers are always there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from handlers import help_now
from models import follow_ups, help_lines, people, reminding
from models.base import Refused
from models.help_lines import HelpLine
from models.outbox import Outgoing
from models.policy import Calendar, MunicipalPolicy
from models.terms import HowChecked, Role, Why


@pytest.fixture(autouse=True)
def shipped_days():
    yield
    help_now.learn({})


def the_line(session, number="116 111"):
    return session.scalars(select(HelpLine).where(HelpLine.number == number)).one()


def told(session):
    rows = session.scalars(select(Outgoing).where(Outgoing.kind == help_lines.REVERIFY))
    return [(row.recipient_id, row.occasion) for row in rows]


def test_the_store_knows_every_number_there_is(session, cast):
    assert set(session.scalars(select(HelpLine.number))) == set(help_now.SHIPPED)
    assert "112" in help_now.SHIPPED
    assert "plikt.no" in help_now.SHIPPED


def test_the_project_leader_hears_two_weeks_before_and_then_weekly(session, cast, now):
    expires = the_line(session).verified_on + timedelta(days=90)
    day = expires - timedelta(days=14)
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    follow_ups.take_due(session, help_lines.LADDER, at - timedelta(days=1))
    assert told(session) == []
    for week in range(5):
        follow_ups.take_due(session, help_lines.LADDER, at + timedelta(weeks=week))
    assert {who for who, _day in told(session)} == {cast.siri.id}
    assert len(told(session)) == 5  # once for them all, each time


def test_checking_it_is_dated_and_ends_the_reminding(session, cast, now):
    line = the_line(session)
    later = now + timedelta(days=80)
    help_lines.verify(session, actor=cast.siri, line_id=line.id, how=HowChecked.CALLED, now=later)
    found = help_lines.one(session, actor=cast.siri, line_id=line.id, now=later)
    assert (found.verified_on, found.by, found.how) == (later.date(), "Siri", HowChecked.CALLED)
    assert found.expires_on == later.date() + timedelta(days=90)
    assert not found.due
    assert line.next_follow_up_at > later + timedelta(days=70)


def test_a_lapsed_number_is_not_shown_and_comes_back_when_it_is_checked(session, cast, now):
    long_after = now + timedelta(days=120)
    help_now.learn(help_lines.expiries(session, long_after))
    card = help_now.card("nb", long_after.date())
    assert [n for n in ("113", "112", "116 117") if n not in card] == []
    assert [n for n in help_now.SHIPPED if n in card] == ["113", "112", "116 117"]
    line = the_line(session)
    help_lines.verify(
        session, actor=cast.turid, line_id=line.id, how=HowChecked.PAGE, now=long_after
    )
    help_now.learn(help_lines.expiries(session, long_after))
    assert "116 111" in help_now.card("nb", long_after.date())


def test_with_no_store_the_shipped_days_hold():
    help_now.learn({})
    last = help_now.SHIPPED["116 111"] + help_now.REVERIFY
    assert "116 111" in help_now.card("nb", last)
    assert "116 111" not in help_now.card("nb", last + timedelta(days=1))
    assert "113" in help_now.card("nb", last + timedelta(days=1000))


def test_a_newer_release_never_takes_a_check_back(session, cast, now):
    line = the_line(session)
    later = now + timedelta(days=10)
    help_lines.verify(session, actor=cast.siri, line_id=line.id, how=HowChecked.CALLED, now=later)
    help_lines.know(session, help_now.SHIPPED, later)
    assert line.verified_on == later.date()
    help_lines.know(session, {"112": help_now.SHIPPED["112"]}, later)
    assert line.ended
    assert line.number not in help_lines.expiries(session, later)


def test_there_is_always_a_next_step_and_somebody_to_take_it(session, cast, now):
    for days in (0, 76, 100, 400):
        at = now + timedelta(days=days)
        follow_ups.take_due(session, help_lines.LADDER, at)
        assert follow_ups.adrift(session, help_lines.LADDER, at) == []
    for position in people.positions(session, cast.siri.id):
        position.ended_at = now
    session.flush()
    assert help_lines.responsible(session, the_line(session), now) == [cast.turid.id]
    assert people.with_role(session, Role.PROSJEKTLEDER) == []


@given(st.dates(date(2000, 1, 1)), st.integers(0, 2000))
def test_the_reminding_never_runs_dry(expires, days):
    now = datetime(2026, 11, 23, 9, tzinfo=UTC) + timedelta(days=days)
    rules = MunicipalPolicy()
    steps = reminding.reverify_steps(expires, rules, Calendar(), now)
    assert any(step.at > now for step in steps) or expires - timedelta(days=14) > now.date()
    done = [step.name for step in steps if step.at <= now]
    assert follow_ups.next_at(steps, done, now) is not None


@pytest.mark.parametrize("name", ["ida", "kari", "randi", "lise", "sam"])
def test_nobody_else_answers_for_them(session, cast, now, name):
    with pytest.raises(Refused) as refused:
        help_lines.verify(
            session, actor=getattr(cast, name), line_id=the_line(session).id,
            how=HowChecked.CALLED, now=now,
        )  # fmt: skip
    assert refused.value.why is Why.ABSENT
