"""Another policy or calendar moves what is due, and nobody has to touch the things themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from bot import demo, municipality_file
from bot.clock import ManualClock
from bot.metronome import Metronome
from bot.municipality_file import PolicyPart
from bot.store import Store
from models import follow_ups, municipality, tiltak
from models.audit import AuditEntry
from models.consents import ConsentQuestion
from models.invitees import Meeting
from models.ladders import LADDERS
from models.municipality import Unit
from models.outbox import Outgoing
from models.tiltak import Tiltak, Wish
from tests.meeting_setup import called, consented

CHRISTMAS_DAY = date(2026, 12, 25)


@pytest.fixture
def begins():
    """A meeting on Thursday at 14.15, and a tiltak to look at on Christmas Day."""
    return _planned


def _planned(session: Session, now: datetime) -> None:
    cast = SimpleNamespace(**demo.seed(session, now))
    units = {unit.key: unit for unit in session.scalars(select(Unit))}
    cast.school, cast.club = units["ungdomsskolen"], units["fyret"]
    cast.los_unit = units["los"]
    case = consented(session, cast, now)
    called(session, cast, case, now)
    wish = Wish("Trives", "Møtes", cast.jonas.id, CHRISTMAS_DAY, CHRISTMAS_DAY)
    tiltak.plan(session, actor=cast.jonas, case_id=case.id, wish=wish, now=now)


@pytest.fixture
def house(store: Store, now: datetime) -> SimpleNamespace:
    clock = ManualClock(now)
    delivery: Any = SimpleNamespace(nudge=lambda: None)
    return SimpleNamespace(
        store=store, clock=clock, metronome=Metronome(store, delivery, clock, LADDERS)
    )


def policy_from(house: SimpleNamespace, day: date, **choices: Any) -> None:
    """The municipality's file has one policy more."""
    known = municipality_file.read(demo.MUNICIPALITY)
    more = PolicyPart(valid_from=day, choices={"staff_telegram": True, **choices})
    file = known.model_copy(update={"policies": (*known.policies, more)})
    house.store.write_now(municipality_file.apply, file, house.clock.now())


async def go(house: SimpleNamespace, at: datetime, *, sweep: bool) -> list[dict[str, Any]]:
    """What the house says on the way."""
    house.clock.move_to(at)
    with capture_logs() as said:
        if sweep:
            await house.metronome.sweep()
        await house.metronome.tick(at)
    return [dict(line) for line in said if line["event"] == "follow_ups.recomputed"]


def next_of(house: SimpleNamespace, table: type[Any]) -> datetime | None:
    wanted = select(table.next_follow_up_at)
    return house.store.read_now(lambda session: session.scalars(wanted).one())


def reminded(house: SimpleNamespace) -> set[str]:
    wanted = select(Outgoing.occasion).where(Outgoing.kind == "meeting.reminder")
    return house.store.read_now(lambda session: set(session.scalars(wanted)))


def wrong(house: SimpleNamespace, at: datetime) -> list[int]:
    read = house.store.read_now
    return [each for ladder in LADDERS for each in read(follow_ups.disagreeing, ladder, at)]


STARTS = datetime(2026, 11, 26, 13, 15, tzinfo=UTC)
TOMORROW = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)


async def test_on_its_first_day_meetings_are_reminded_of_by_the_new_hours(house):
    policy_from(house, TOMORROW.date(), meeting_reminders_hours=[52], friday_digest=False)
    assert next_of(house, Meeting) == STARTS - timedelta(hours=48)
    said = await go(house, TOMORROW, sweep=True)
    assert said == [
        {"event": "follow_ups.recomputed", "where": "meetings", "count": 1, "log_level": "info"}
    ]
    assert next_of(house, Meeting) == STARTS - timedelta(hours=52)
    for hours in (52, 48, 4):
        await go(house, STARTS - timedelta(hours=hours), sweep=False)
        assert reminded(house) == {"0.52h"}


@pytest.mark.slow
async def test_an_earlier_hour_is_not_too_late_on_the_first_day(house):
    policy_from(house, TOMORROW.date(), meeting_reminders_hours=[52, 4])
    await go(house, TOMORROW, sweep=True)
    await go(house, STARTS - timedelta(hours=52), sweep=False)
    assert reminded(house) == {"0.52h"}


@pytest.mark.slow
async def test_without_a_sweep_the_old_hours_would_hold(house):
    """What the sweep is for."""
    policy_from(house, TOMORROW.date(), meeting_reminders_hours=[52, 4])
    await go(house, STARTS - timedelta(hours=52), sweep=False)
    assert reminded(house) == set()
    called = house.store.read_now(lambda session: session.scalars(select(Meeting.id)).one())
    assert called in wrong(house, STARTS - timedelta(hours=52))


@pytest.mark.slow
async def test_once_a_day_is_enough(house):
    await go(house, TOMORROW, sweep=True)
    house.store.write_now(spoil)
    assert await go(house, TOMORROW + timedelta(hours=1), sweep=True) == []
    assert len(await go(house, TOMORROW + timedelta(days=1), sweep=True)) == 1


def spoil(session: Session) -> None:
    thing = session.scalars(select(Tiltak)).one()
    thing.next_follow_up_at = datetime(2099, 6, 1, tzinfo=UTC)


async def test_on_any_other_day_a_row_that_differs_is_put_right_and_reported(house):
    before = next_of(house, Tiltak)
    house.store.write_now(spoil)
    (said,) = await go(house, TOMORROW, sweep=True)
    assert (said["where"], said["count"], said["log_level"]) == ("tiltak", 1, "error")
    assert next_of(house, Tiltak) == before
    told = select(AuditEntry.detail).where(AuditEntry.action == "follow_ups.recompute")
    assert house.store.read_now(lambda session: session.scalars(told).all()) == [
        {"what": "tiltak", "count": 1}
    ]


async def test_what_is_due_is_left_to_the_tick(house):
    late = next_of(house, Tiltak) + timedelta(days=2)
    assert wrong(house, late) == []
    await go(house, late, sweep=False)
    assert wrong(house, late) == []


@pytest.mark.slow
async def test_meetings_keep_their_wall_clock_when_the_zones_rules_change(house):
    def as_under_older_rules(session: Session) -> None:
        session.scalars(select(Meeting)).one().starts_at += timedelta(hours=1)

    house.store.write_now(as_under_older_rules)
    await go(house, TOMORROW, sweep=True)
    read = house.store.read_now
    assert read(lambda session: session.scalars(select(Meeting.starts_at)).one()) == STARTS
    assert wrong(house, TOMORROW) == []


def without_red_days(session: Session) -> None:
    municipality.current(session).red_days = []


@pytest.mark.slow
def test_a_red_day_that_was_not_known_moves_what_is_due(house, now):
    last = date(2026, 12, 18)  # the youth is asked a week before
    assert next_of(house, Tiltak).date() == last
    done = datetime(2026, 12, 22, 12, tzinfo=UTC)  # asked again, three days before
    house.store.write_now(without_red_days)
    house.store.write_now(follow_ups.take_due, tiltak.LADDER, done)
    assert next_of(house, Tiltak).date() == CHRISTMAS_DAY
    file = municipality_file.read(demo.MUNICIPALITY)
    assert house.store.write_now(municipality_file.apply, file, done) == [
        "~ municipality red_days"
    ]
    assert next_of(house, Tiltak).date() == date(2026, 12, 28)
    assert wrong(house, done) == []


def test_the_questions_in_force_wait_for_a_policy_that_is_to_come(house, now):
    """On its first day the case follows."""
    policy_from(house, TOMORROW.date(), youth_co_consent_from_age=16)
    assert next_of(house, ConsentQuestion) == datetime(2026, 11, 24, tzinfo=UTC)
    assert wrong(house, now) == []
