"""People, phones and the clock, in process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.clock import ManualClock, SystemClock
from bot.emulator.emulator import Emulator, File

from .conftest import START, Bot

IDA, KARI = 7_000_000_001, 7_000_000_002
KEYS = {"inline_keyboard": [[{"text": "Ja", "callback_data": "y"}, {"text": "Nei", "callback_data": "n"}]]}  # fmt: skip


async def last(bot: Bot) -> dict[str, Any]:
    return dict((await bot("getUpdates", offset=-1))[0])


async def test_tap_presses_the_newest(bot: Bot, emulator: Emulator) -> None:
    for text in "ab":
        await bot("sendMessage", chat_id=IDA, text=text, reply_markup=KEYS)
    await emulator.tap(IDA, "Nei")
    query = (await last(bot))["callback_query"]
    assert (query["data"], query["message"]["text"], query["from"]["id"]) == ("n", "b", IDA)


async def test_tap_types_a_key(bot: Bot, emulator: Emulator) -> None:
    keyboard = {"keyboard": [["Hjelp"]], "one_time_keyboard": True}
    sent = await bot("sendMessage", chat_id=IDA, text="a", reply_markup=keyboard)
    await emulator.tap(IDA, "Hjelp")
    assert (await last(bot))["message"]["text"] == "Hjelp"
    with pytest.raises(LookupError):
        await emulator.tap(IDA, "Hjelp")
    await bot("sendMessage", chat_id=IDA, text="a", reply_markup={"keyboard": [["Hjelp"]]})
    assert emulator.chat(IDA)["reply_keyboard"] == {"rows": [["Hjelp"]], "placeholder": None}
    await bot("deleteMessage", chat_id=IDA, message_id=sent["message_id"])
    assert emulator.chat(IDA)["reply_keyboard"]
    await bot("sendMessage", chat_id=IDA, text="a", reply_markup={"remove_keyboard": True})
    assert emulator.chat(IDA)["reply_keyboard"] is None


async def test_a_keyboard_goes_with_its_message(bot: Bot, emulator: Emulator) -> None:
    sent = await bot("sendMessage", chat_id=IDA, text="a", reply_markup={"keyboard": [["x"]]})
    await bot("deleteMessage", chat_id=IDA, message_id=sent["message_id"])
    assert emulator.chat(IDA)["reply_keyboard"] is None


async def test_no_such_button(bot: Bot, emulator: Emulator) -> None:
    with pytest.raises(LookupError, match="Ida sees no button 'Ja'; there are none"):
        await emulator.tap(IDA, "Ja")
    await bot("sendMessage", chat_id=IDA, text="a", reply_markup=KEYS)
    with pytest.raises(LookupError, match=r"there are \[Ja\] \[Nei\]"):
        await emulator.tap(IDA, "Kanskje")


async def test_links(bot: Bot, emulator: Emulator) -> None:
    rows = [
        [{"text": "Start", "url": "https://t.me/losbot_demo_bot?start=abc"}],
        [{"text": "Ut", "url": "https://example.org"}],
    ]
    await bot("sendMessage", chat_id=IDA, text="a", reply_markup={"inline_keyboard": rows})
    await emulator.tap(IDA, "Start")
    assert (await last(bot))["message"]["text"] == "/start abc"
    with pytest.raises(LookupError, match="the bot hears nothing of it"):
        await emulator.tap(IDA, "Ut")


async def test_forged_presses(bot: Bot, emulator: Emulator) -> None:
    sent = await bot("sendMessage", chat_id=KARI, text="hemmelig", reply_markup=KEYS)
    await emulator.tap(IDA, data="y", message_id=sent["message_id"])
    query = (await last(bot))["callback_query"]
    assert query["message"] == {
        "chat": {"id": IDA, "first_name": "Ida", "type": "private"},
        "message_id": sent["message_id"],
        "date": 0,
    }


async def test_a_stranger(bot: Bot, emulator: Emulator) -> None:
    ola = emulator.add_person("Ola", "nn")
    assert ola.id > 2**32
    assert (await bot.refusal("sendMessage", chat_id=ola.id, text="a"))[0] == 400
    await emulator.send(ola.id, "/start")
    await bot("sendMessage", chat_id=ola.id, text="a")
    with pytest.raises(LookupError):
        await emulator.send(12, "hei")


async def test_long_and_empty_texts(bot: Bot, emulator: Emulator) -> None:
    await emulator.send(IDA, "x" * 5000)
    assert [len(each["message"]["text"]) for each in await bot("getUpdates")] == [4096, 904]
    with pytest.raises(ValueError, match="empty"):
        await emulator.send(IDA, " \n ")


async def test_writing_lifts_a_block(bot: Bot, emulator: Emulator) -> None:
    await emulator.block(IDA, True)
    await emulator.send(IDA, "hei")
    kinds = [sorted(each)[0] for each in await bot("getUpdates")]
    assert kinds == ["my_chat_member", "my_chat_member", "message"]
    assert emulator.people()[0]["blocked"] is False


async def test_the_phone(bot: Bot, emulator: Emulator) -> None:
    await emulator.send(IDA, "/start")
    await bot("setMyName", name="Los i Fjordvik")
    keys = {"inline_keyboard": KEYS["inline_keyboard"]}
    sent = await bot("sendMessage", chat_id=IDA, text="Hei!\nVil du?", reply_markup=keys)
    file = {"document": File("møte.ics", b"BEGIN", "text/calendar")}
    await bot.ask("sendDocument", files=file, chat_id=IDA, disable_notification=True)
    await bot("editMessageText", chat_id=IDA, message_id=sent["message_id"], text="Takk\nDa så")
    assert emulator.chat_text(IDA) == (
        "Ida: /start\nBot: Takk\n    Da så\nBot:\n  <møte.ics>\n"
        "Lock screen: Los i Fjordvik: Hei! Vil du?\n"
    )
    chat: Any = emulator.chat(IDA)
    assert chat["person"]["name"] == "Ida"
    start, edited, document = chat["messages"]
    assert start["entities"] == [{"offset": 0, "length": 6, "type": "bot_command"}]
    assert (edited["edited"], edited["inline_keyboard"], edited["from"]) == (True, [], "bot")
    assert document["document"] == {
        "file_name": "møte.ics",
        "mime_type": "text/calendar",
        "size": 5,
        "url": document["document"]["url"],
    }
    assert emulator.chat_text(KARI) == ""


async def test_pushes_are_short(bot: Bot, emulator: Emulator) -> None:
    await bot("sendMessage", chat_id=IDA, text="x" * 500)
    chat: Any = emulator.chat(IDA)
    assert chat["pushes"] == [{"date": START.isoformat(), "text": "losbot: " + "x" * 120}]


async def test_the_clock_goes_through_every_due_instant(
    make: Callable[..., Emulator], clock: ManualClock
) -> None:
    dues = [START + timedelta(hours=hour) for hour in (1, 1, 3, 30)]
    seen: list[datetime] = []

    async def next_due() -> datetime | None:
        return dues[0] if dues else None

    async def on_clock(now: datetime) -> None:
        assert now == clock.now()
        seen.append(now)
        if dues and dues[0] <= now:
            dues.pop(0)

    emulator = make(next_due=next_due, on_clock=on_clock)
    target = START + timedelta(days=1)
    assert await emulator.move_clock(target) == target
    assert seen == [START + timedelta(hours=hour) for hour in (1, 1, 3, 24)]
    with pytest.raises(ValueError, match="never goes back"):
        await emulator.move_clock(START)


async def test_a_clock_that_flows_goes_to_the_next_event_however_late_it_is(
    make: Callable[..., Emulator],
) -> None:
    """What is due may be seconds past when its turn comes, and two may push at once."""
    flowing, heard = ManualClock(START, running=True), 0

    async def next_due() -> datetime | None:
        return START if heard < 3 else None

    async def on_clock(now: datetime) -> None:
        nonlocal heard
        heard += 1

    emulator = make(clock=flowing, next_due=next_due, on_clock=on_clock)
    await asyncio.sleep(0.01)
    assert await emulator.move_to_next() > START
    day = timedelta(days=1)
    await asyncio.gather(emulator.advance(day), emulator.advance(day))
    assert flowing.now() >= START + 2 * day


async def test_a_bot_that_never_gets_it_done(make: Callable[..., Emulator]) -> None:
    async def next_due() -> datetime | None:
        return START

    with pytest.raises(RuntimeError, match="still says"):
        await make(next_due=next_due).move_clock(START + timedelta(days=1))


async def test_the_real_clock_cannot_be_moved(make: Callable[..., Emulator]) -> None:
    with pytest.raises(ValueError, match="cannot be moved"):
        await make(clock=SystemClock()).move_clock(START + timedelta(days=9999))


async def test_settle(make: Callable[..., Emulator]) -> None:
    emulator = make()
    bot = Bot(emulator)
    with pytest.raises(RuntimeError):
        await emulator.settle()
    asked: list[int] = []

    async def settled() -> None:
        asked.append(emulator.pending_updates())

    emulator.settled = settled
    update_id = await emulator.send(IDA, "hei")
    with pytest.raises(TimeoutError):
        await emulator.settle(within=0.01)
    assert asked == []
    await bot("getUpdates", offset=update_id + 1)
    await emulator.settle()
    assert asked == [0]


def test_only_the_demo_token() -> None:
    with pytest.raises(ValueError, match="1:DEMO"):
        Emulator(clock=ManualClock(START), token="123:real")
