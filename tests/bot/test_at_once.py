"""Two who do something in the same instant: the later sees what the first did."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import TypeVar

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import demo, outgoing
from bot.clock import ManualClock
from bot.store import Store
from models import meetings, outbox
from models.base import Refused
from models.contacts import Contact
from models.invitees import Meeting
from models.municipality import Unit
from models.outbox import Outgoing, OutState, Promise
from models.terms import MeetingPlace, Why
from tests.bot.runtime import IDA, Runtime
from tests.consent_setup import agreed, asked, opened

T = TypeVar("T")

pytestmark = pytest.mark.on_postgresql


def seeded(session: Session, now: datetime) -> int:
    cast = SimpleNamespace(**demo.seed(session, now))
    units = {unit.key: unit for unit in session.scalars(select(Unit))}
    cast.school, cast.club = units["ungdomsskolen"], units["fyret"]
    case = opened(session, cast, now)
    agreed(session, asked(session, cast, case, now), now, cast.ida, cast.kari, cast.per)
    return case.id


def called(session: Session, case_id: int, now: datetime) -> int:
    starts = now.replace(tzinfo=None, hour=12, minute=0, second=0) + timedelta(days=7)
    meeting = meetings.call(
        session, actor=demo.cast_of(session)["jonas"], case_id=case_id, starts=starts, minutes=45,
        place_kind=MeetingPlace.SCHOOL, now=now,
    )  # fmt: skip
    return meeting.id


def moved(session: Session, meeting_id: int, days: int, now: datetime) -> Why | None:
    """Why not, if it was not."""
    starts = now.replace(tzinfo=None, hour=13, minute=0, second=0) + timedelta(days=days)
    try:
        meetings.move(
            session, actor=demo.cast_of(session)["jonas"], meeting_id=meeting_id, starts=starts,
            sequence=0, now=now,
        )  # fmt: skip
    except Refused as refused:
        return refused.why
    return None


async def at_once(
    store: Store, first: Callable[[Session], T], then: Callable[[Session], T]
) -> tuple[T, T, bool]:
    """What both came to: the second begins when the first is done, and not yet committed. And
    whether it waited for that."""
    done, gate = threading.Event(), threading.Event()

    def slowly(session: Session) -> T:
        came_of_it = first(session)
        session.flush()
        done.set()
        gate.wait(5)
        return came_of_it

    one = asyncio.ensure_future(store.write(slowly))
    await asyncio.to_thread(done.wait, 5)
    other = asyncio.ensure_future(store.write(then))
    await asyncio.wait({other}, timeout=0.3)
    waited = not other.done()
    gate.set()
    return await one, await other, waited


async def test_called_twice_it_is_one_meeting(store: Store, now):
    case_id = store.write_now(seeded, now)
    first, second, waited = await at_once(
        store, lambda s: called(s, case_id, now), lambda s: called(s, case_id, now)
    )
    assert (waited, first) == (True, second)
    assert store.read_now(lambda s: s.scalar(select(func.count()).select_from(Meeting))) == 1


async def test_moved_twice_the_later_is_told_that_it_is_another_time_by_now(store: Store, now):
    meeting_id = store.write_now(called, store.write_now(seeded, now), now)
    first, second, waited = await at_once(
        store, lambda s: moved(s, meeting_id, 8, now), lambda s: moved(s, meeting_id, 9, now)
    )
    assert (first, second, waited) == (None, Why.STALE, True)


async def test_what_was_promised_to_her_first_comes_first_though_two_workers_send(
    store: Store, now
):
    """Her receipt finds its chat in the one, the answer to what she said next is there in the other."""
    bot = Runtime(store, ManualClock(now))
    bot.meet(IDA)
    receipt = await bot.say(IDA, "kvittering", contact_id=None)
    desk = bot.delivery._desk

    def sends(session: Session) -> list[int]:
        return [
            claimed.row_id for claimed in outgoing.step(session, [], [], 10, desk, now).claimed
        ]

    def answers(session: Session) -> list[int]:
        person = session.scalars(select(Outgoing.recipient_id)).one()
        contact = session.scalars(select(Contact)).one()
        outbox.promise(
            session, kind="words", recipient_id=person, contact_id=contact.id, occasion="svar",
            promise=Promise.RECEIPT, params={"words": "svar"}, now=now,
        )  # fmt: skip
        return sends(session)

    first, then, _waited = await at_once(store, sends, answers)
    assert (first, then) == ([receipt], [])
    states = dict(
        bot.store.read_now(lambda s: list(s.execute(select(Outgoing.id, Outgoing.state))))
    )
    assert states.pop(receipt) == OutState.SENDING
    assert list(states.values()) == [OutState.WAITING]
