"""What the pace held back goes out when its time comes, without anybody's nudge."""

from __future__ import annotations

from bot.clock import ManualClock
from bot.emulator.cast import CAST
from bot.emulator.faults import Fault
from bot.outgoing import BATCH
from bot.pacing import Pace
from bot.store import Store
from models.outbox import Promise
from tests.bot.runtime import Runtime, until

PEOPLE = tuple(actor.id for actor in CAST)


async def begun(store: Store, now, pace: Pace) -> Runtime:
    bot = Runtime(store, ManualClock(now), pace=pace)
    bot.meet(*PEOPLE)
    await bot.start()
    return bot


async def flowing(store: Store, now, pace: Pace) -> Runtime:
    bot = Runtime(store, ManualClock(now, running=True), pace=pace)
    bot.meet(*PEOPLE)
    await bot.start()
    return bot


def said(bot: Runtime) -> int:
    return sum(len(bot.shown(address)) for address in PEOPLE)


async def test_a_reply_held_back_by_the_whole_budget_wakes_delivery(store: Store, now):
    bot = await begun(store, now, Pace(broadcasts=1, replies=1, per_chat=False))
    for address in PEOPLE[:4]:
        await bot.say(address, "Kvittering", promise=Promise.RECEIPT)
    await bot.delivery.settled()
    assert said(bot) == 2
    assert bot.delivery.wake is not None
    bot.clock.move_to(bot.delivery.wake)
    await until(lambda: said(bot) > 2)
    await bot.stop()


async def test_it_is_settled_only_when_paced_replies_are_sent_where_the_clock_flows(
    store: Store, now
):
    bot = await flowing(store, now, Pace(broadcasts=5, replies=5, per_chat=False))
    for n in range(12):
        await bot.say(PEOPLE[n % 8], f"Nummer {n}")
    await bot.delivery.settled()
    assert said(bot) == 12
    await bot.stop()


async def test_it_is_settled_only_when_what_telegram_put_off_for_a_moment_is_sent_too(
    store: Store, now
):
    bot = await flowing(store, now, Pace.unhurried())
    bot.faults(
        Fault(method="sendMessage", code=429, description="Too Many Requests", retry_after=1)
    )
    for words in ("Én", "To", "Tre"):
        await bot.say(PEOPLE[0], words)
    await bot.delivery.settled()
    assert bot.shown(PEOPLE[0]) == ["Én", "To", "Tre"]
    await bot.stop()


async def test_more_than_a_batch_goes_out_at_one_nudge(store: Store, now):
    bot = await begun(store, now, Pace.unhurried())
    await bot.delivery.stop()
    many = [(address, f"Nummer {n}") for n in range(3) for address in PEOPLE[:8]]
    for address, words in many:
        await bot.say(address, words)
    assert len(many) > 2 * BATCH
    later = Runtime(store, ManualClock(now))
    await later.start()
    await later.delivery.settled()
    assert said(later) == len(many)
    assert set(later.states()) == {"sent"}
    await later.stop()
