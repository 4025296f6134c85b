"""The machine was off around a change of the clocks: for every change in Oslo from 2024 to 2037,
forty-eight ways of being off, and meetings at every quarter of an hour of the Monday after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import product

import pytest

from models import reminding
from models.follow_ups import next_at
from models.invitees import instant_of
from models.reminding import Step
from tests.doses import slowly
from tests.models.test_clock_changes import EVERY, NO_RED, RULES, is_by_day, local

HOUR, QUARTER, DAY = timedelta(hours=1), timedelta(minutes=15), timedelta(days=1)
BEGINS = (-62, -40, -16, -2, -1, 0, 3, 22)  # hours from the change
LASTS = (0.25, 1, 2, 11, 30, 60)
CELLS = [(timedelta(hours=at), timedelta(hours=length)) for at, length in product(BEGINS, LASTS)]
FEW = {date(2027, 3, 28), date(2027, 10, 31)}
CHANGES = [
    *(at for at in EVERY if at.date() in FEW),
    *slowly(*(at for at in EVERY if at.date() not in FEW)),
]


def told(
    steps: tuple[Step, ...], starts: datetime, off: datetime, on: datetime
) -> Iterator[datetime]:
    """When people are told, by a tick that does not look from `off` until `on`; what is taken late
    keeps the quiet hours, and gives way to what comes meanwhile (`meeting_ladder`)."""
    waiting: datetime | None = None
    done: list[str] = []
    now = steps[0].at - 30 * DAY if steps else off
    while (due := next_at(steps, done, now)) is not None:
        now = max(now, due)
        if off <= now < on:
            now = on
        fresh = [s for s in steps if s.at <= now and s.name not in done and not s.too_late(now)]
        done += [s.name for s in steps if s.at <= now and s.name not in done]
        at = reminding.in_window(now, RULES, NO_RED)
        if waiting is not None and waiting < now:
            yield waiting
            waiting = None
        if fresh and at < starts:
            waiting = at
    if waiting is not None:
        yield waiting


@pytest.mark.parametrize("change", CHANGES, ids=lambda at: at.date().isoformat())
def test_being_off_brings_no_reminder_at_night_twice_or_after_its_meeting(change):
    monday = local(change).date() + DAY
    late = 0
    for quarter in range(96):
        wall = datetime.combine(monday, time()) + quarter * QUARTER
        starts = instant_of(wall, "Europe/Oslo")
        assert local(starts).replace(tzinfo=None) == wall
        steps = reminding.meeting_steps(starts, starts - 20 * DAY, RULES, NO_RED)
        for begins, lasts in CELLS:
            off, on = change + begins, change + begins + lasts
            said = list(told(steps, starts, off, on))
            late += said != list(told(steps, starts, off, off))
            assert len(said) == len(set(said)) <= len(steps), (wall, begins, lasts)
            assert all(is_by_day(at, RULES) for at in said), (wall, begins, lasts)
            assert all(at < starts and not off <= at < on for at in said), (wall, begins, lasts)
            missed = steps and not said
            assert not missed or off <= steps[0].at < on, (wall, begins, lasts)
    assert late  # being off made a difference to some
