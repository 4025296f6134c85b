from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import ManualClock
from bot.metronome import Metronome
from bot.store import Store
from models import channels, contacts, conversations, follow_ups, inbox, people
from models.conversations import Conversation
from models.inbox import Handled
from models.outbox import Outgoing, OutState, Promise
from tests.bot.runtime import IDA, Runtime


@pytest.fixture
async def bot(store: Store, now) -> AsyncIterator[Runtime]:
    runtime = Runtime(store, ManualClock(now))
    runtime.meet(IDA)
    await runtime.start()
    yield runtime
    await runtime.stop()


def ladder(name: str) -> Any:
    """Enough of a ladder for a metronome, which only passes it on."""
    return SimpleNamespace(table=SimpleNamespace(__tablename__=name))


class Kinds:
    """So many of each kind are due; one is taken at a time. `failing` can never be taken."""

    def __init__(self, monkeypatch, failing: str = "", **due: int) -> None:
        self.ladders = [ladder(name) for name in due]
        self.looked: list[str] = []
        self.left, self.failing = due, failing
        monkeypatch.setattr(follow_ups, "due", self.due)
        monkeypatch.setattr(follow_ups, "take_due", self.take_due)

    def due(self, _session: Session, kinds: Any, _now: datetime) -> list[Any]:
        return [each for each in kinds if self.left[each.table.__tablename__]]

    def take_due(self, _session: Session, kind: Any, _now: datetime) -> int:
        name = kind.table.__tablename__
        self.looked.append(name)
        if name == self.failing:
            raise KeyError(name)
        self.left[name] -= 1
        return 1


async def test_a_tick_looks_at_each_kind_until_nothing_is_due(bot: Runtime, monkeypatch):
    kinds = Kinds(monkeypatch, a=3, b=1, c=0)
    metronome = Metronome(bot.store, bot.delivery, bot.clock, kinds.ladders)
    await metronome.tick(bot.now)
    assert kinds.looked == ["a", "b", "a", "a"]
    assert metronome.last_tick == bot.now


async def test_one_kind_that_fails_stops_no_other(bot: Runtime, monkeypatch):
    kinds = Kinds(monkeypatch, failing="a", a=1, b=2)
    metronome = Metronome(bot.store, bot.delivery, bot.clock, kinds.ladders)
    await metronome.tick(bot.now)
    assert kinds.looked == ["a", "b", "b"]


async def test_what_waits_for_its_time_is_what_is_due_next(bot: Runtime):
    metronome = Metronome(bot.store, bot.delivery, bot.clock, [])
    assert await metronome.next_due() is None
    morning = bot.now + timedelta(hours=20)
    await bot.said(IDA, "god morgen", not_before=morning)
    assert await metronome.next_due() == morning
    await bot.forward(hours=20)
    assert await metronome.next_due() is None
    assert bot.shown(IDA) == ["god morgen"]


async def test_sweeping_forgets_what_need_not_be_remembered(bot: Runtime):
    def before(session: Session) -> None:
        met = contacts.meet(
            session, channel="telegram", address=IDA, name="x", language="nb", now=bot.now
        )
        inbox.first_time(session, "telegram", 1, bot.now)
        conversations.begin(
            session,
            contact_id=met.contact.id,
            key_id=met.person.key_id,
            flow="los",
            subject_id=None,
            now=bot.now,
        )

    await bot.store.write(before)
    await bot.said(IDA, "gammelt")
    bot.faults()
    await bot.emulator.block(IDA, False)
    metronome = Metronome(bot.store, bot.delivery, bot.clock, [])

    def left(session: Session) -> tuple[int, int, int]:
        found = (select(Handled), select(Conversation), select(Outgoing))
        first, second, third = (len(session.scalars(each).all()) for each in found)
        return first, second, third

    bot.clock.move_to(bot.now + timedelta(hours=23))
    await metronome.sweep()
    assert bot.store.read_now(left) == (1, 1, 1)
    bot.clock.move_to(bot.now + timedelta(hours=50))
    await metronome.sweep()
    assert bot.store.read_now(left) == (0, 0, 1)
    bot.clock.move_to(bot.now + timedelta(days=90))
    await metronome.sweep()
    assert bot.store.read_now(left) == (0, 0, 0)


async def test_sweeping_never_forgets_what_is_still_to_be_sent(bot: Runtime):
    await bot.store.write(
        lambda session: session.add(
            Outgoing(
                key="x",
                mode="notice",
                kind="x",
                promise=Promise.RECEIPT,
                recipient_id=session.scalars(select(people.Person.id)).one(),
                params={},
                occasion="x",
                state=OutState.WAITING,
                not_before=bot.now - timedelta(days=180),
            )
        )
    )
    await bot.store.write(channels.stop, "telegram", bot.now)  # or it would be sent meanwhile
    await Metronome(bot.store, bot.delivery, bot.clock, []).sweep()
    assert bot.states() == [OutState.WAITING]


async def test_the_beats_are_kept_in_memory_and_in_utc(bot: Runtime):
    metronome = Metronome(bot.store, bot.delivery, bot.clock, [])
    metronome.start()
    jobs = metronome._scheduler.get_jobs()
    first = f"date[{bot.now + timedelta(minutes=5):%Y-%m-%d %H:%M:%S} UTC]"
    assert sorted(str(job.trigger) for job in jobs) == [
        first,
        "interval[0:00:03]",
        "interval[0:00:05]",
        "interval[0:01:00]",
        "interval[1:00:00]",
    ]
    assert {str(job.next_run_time.tzinfo) for job in jobs} == {"UTC"}
    metronome.stop()
