"""At its start the bot tells Telegram who it is, for as long as it takes."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot import demo
from bot.app import App
from bot.clock import ManualClock
from bot.emulator.emulator import Emulator
from bot.emulator.faults import Fault
from bot.store import Store


async def test_told_to_wait_it_waits_so_long(store: Store, now):
    store.write_now(demo.seed, now)
    clock = ManualClock(now)
    telegram = Emulator(clock=clock)
    telegram.faults.ahead.append(Fault(method="setMyCommands", code=429, retry_after=30, times=1))
    app = App.for_story(telegram, store, clock)
    await app.start(beating=False, polling=False)
    try:
        async with asyncio.timeout(10):
            while clock.next_wake() is None:
                await asyncio.sleep(0)
            clock.move_to(now + timedelta(seconds=29))
            assert len(telegram.calls_since(0, "setMyCommands")) == 1
            clock.move_to(now + timedelta(seconds=30))
            while len(telegram.calls_since(0, "setMyCommands")) < 2:
                await asyncio.sleep(0)
        assert telegram.violations == []
    finally:
        await app.stop()
