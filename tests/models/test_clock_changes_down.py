"""The machine was off around a change of the clocks: for every change in Oslo from 2024 to 2037,
forty-eight ways of being off, and meetings at every quarter of an hour of the Monday after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import product

import pytest
from sqlalchemy import select

from models import follow_ups, meeting_ladder, meetings, reminding
from models.follow_ups import next_at
from models.invitees import instant_of
from models.meeting_notices import REMINDER
from models.outbox import Outgoing, OutState
from models.reminding import Step
from tests.doses import slowly
from tests.meeting_setup import called, consented
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


@pytest.mark.parametrize("hours", [(-33, 4), (-40, 60), (-16, 30), (-1, 2), (3, 30), (31, 2)])
@pytest.mark.parametrize("clock", [time(8, 0), time(14, 15)])
def test_the_store_tells_when_the_rules_say(
    session, cast, now, hours: tuple[int, int], clock: time
):
    """`told` above against the ladder that `losbot serve` runs, in the autumn of 2027."""
    change = next(at for at in EVERY if at.date() == date(2027, 10, 31))
    wall = datetime.combine(local(change).date() + DAY, clock)
    starts, called_at = instant_of(wall, "Europe/Oslo"), change - 20 * DAY
    case = consented(session, cast, called_at)
    meeting = called(session, cast, case, called_at, starts=wall, workers=[])
    off = change + hours[0] * HOUR
    on = off + hours[1] * HOUR
    while (due := meeting.next_follow_up_at) is not None and due < starts:
        at = on if off <= due < on else due
        _send(session, at)
        follow_ups.take_due(session, meetings.LADDER, at)
    _send(session, starts)
    reminded = select(Outgoing.sent_at).where(
        Outgoing.kind == REMINDER,
        Outgoing.recipient_id == cast.ida.id,
        Outgoing.sent_at.is_not(None),
    )
    rules, calendar = meeting_ladder.rules_at(session, called_at)
    steps = reminding.meeting_steps(starts, called_at, rules, calendar)
    late = {(-33, 4), (-40, 60)} | ({(3, 30), (31, 2)} if clock == time(14, 15) else set())
    assert (list(told(steps, starts, off, on)) != list(told(steps, starts, off, off))) == (
        hours in late
    )
    assert sorted(session.scalars(reminded)) == list(told(steps, starts, off, on))


def _send(session, now: datetime) -> None:
    """What was due before is sent when it was."""
    waits = select(Outgoing).where(Outgoing.state == OutState.WAITING, Outgoing.not_before < now)
    for row in session.scalars(waits):
        late = row.not_after is not None and row.not_after < row.not_before
        row.state, row.sent_at = (OutState.MOOT, None) if late else (OutState.SENT, row.not_before)
    session.flush()
