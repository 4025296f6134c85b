"""At its start the bot tells Telegram who it is, for as long as it takes."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot import demo
from bot.app import App
from bot.clock import ManualClock
from bot.emulator.emulator import Emulator
from bot.emulator.faults import Fault
from bot.emulator.webhook import Reply
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


async def test_with_a_webhook_it_is_noticed_that_telegram_does_not_get_through(store: Store, now):
    """That counts as a poll that is not answered."""
    url, clock = "https://bot.example/telegram", ManualClock(now)
    telegram = Emulator(clock=clock)

    async def post(*_what: object) -> Reply:
        return Reply(502, {}, b"")

    telegram.webhook.post = post
    app = App.for_story(telegram, store, clock)
    app.use_webhook(url, "secret")
    await app.start(beating=False, polling=False, greet=False)

    async def age_after(seconds: float) -> float | None:
        clock.move_to(clock.now() + timedelta(seconds=seconds))
        await app.look_at_hook()
        return app.poll_age()

    try:
        assert await age_after(30) == 30  # not ours yet
        await app.sender.hook(url, "secret")
        assert await age_after(30) == 0
        await telegram.send(7_000_000_001, "hei")
        async with asyncio.timeout(10):
            while "last_error_date" not in telegram.webhook.info():
                await asyncio.sleep(0)
        assert await age_after(30) == 30
        assert not await app.healthy()
    finally:
        await app.stop()
        await telegram.close()
