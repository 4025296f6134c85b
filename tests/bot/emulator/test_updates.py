"""How updates reach the bot: offsets, long polling, expiry, webhook."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import ManualClock
from bot.emulator.emulator import Emulator
from bot.emulator.webhook import Reply

from .conftest import START, Bot, until

IDA, KARI = 7_000_000_001, 7_000_000_002
HOOK = "http://127.0.0.1:1/hook"


async def hangs(emulator: Emulator) -> None:
    """Returns when the bot has come back for more."""
    await until(emulator.waits_for_updates)


async def test_shape_of_a_command(bot: Bot, emulator: Emulator) -> None:
    update_id = await emulator.send(IDA, "/start abc")
    (update,) = await bot("getUpdates")
    message = update["message"]
    assert update == {"update_id": update_id, "message": message}
    assert message == {
        "message_id": message["message_id"],
        "from": {"id": IDA, "is_bot": False, "first_name": "Ida", "language_code": "nb"},
        "chat": {"id": IDA, "first_name": "Ida", "type": "private"},
        "date": int(START.timestamp()),
        "text": "/start abc",
        "entities": [{"offset": 0, "length": 6, "type": "bot_command"}],
    }


async def test_offset_confirms(bot: Bot, emulator: Emulator) -> None:
    ids = [await emulator.send(IDA, text) for text in "abc"]
    assert [each["update_id"] for each in await bot("getUpdates", limit=2)] == ids[:2]
    assert len(await bot("getUpdates")) == 3, "without an offset nothing is confirmed"
    assert len(await bot("getUpdates", offset=ids[1])) == 2
    assert emulator.pending_updates() == 2
    assert [each["update_id"] for each in await bot("getUpdates", offset=-1)] == ids[2:]
    assert await bot("getUpdates", offset=ids[2] + 1) == []
    assert emulator.pending_updates() == 0


async def test_a_poll_hangs_until_something_happens(bot: Bot, emulator: Emulator) -> None:
    poll = asyncio.create_task(bot("getUpdates", timeout=50))
    await hangs(emulator)
    assert emulator.calls[-1]["answer"] is None
    update_id = await emulator.send(IDA, "hei")
    assert not emulator.waits_for_updates()
    assert [each["update_id"] for each in await poll] == [update_id]


async def test_the_older_poller_is_told(bot: Bot, emulator: Emulator) -> None:
    older = asyncio.create_task(bot.ask("getUpdates", timeout=50))
    await hangs(emulator)
    newer = asyncio.create_task(bot("getUpdates", timeout=50))
    assert (await older)["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot "
        "instance is running"
    )
    await hangs(emulator)
    await emulator.send(IDA, "hei")
    assert len(await newer) == 1
    assert emulator.violations == []


async def test_a_cancelled_poll_leaves_nothing_behind(bot: Bot, emulator: Emulator) -> None:
    poll = asyncio.create_task(bot("getUpdates", timeout=50))
    await hangs(emulator)
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    assert not emulator.waits_for_updates()
    assert emulator.calls[-1]["answer"] == {"cancelled": True}


async def test_old_updates_vanish(bot: Bot, emulator: Emulator, clock: ManualClock) -> None:
    await emulator.send(IDA, "hei")
    await emulator.tap(IDA, data="x")
    assert emulator.pending_updates() == 2
    await emulator.move_clock(START + timedelta(seconds=151))
    assert ["message" in each for each in await bot("getUpdates")] == [True]
    await emulator.move_clock(START + timedelta(hours=24, seconds=1))
    assert emulator.pending_updates() == 0


async def test_allowed_updates_are_remembered(bot: Bot, emulator: Emulator) -> None:
    await bot("getUpdates", allowed_updates=["message"])
    await emulator.tap(IDA, data="x")
    await emulator.block(IDA, True)
    assert await bot("getUpdates") == []
    await bot("getUpdates", allowed_updates=[])
    await emulator.block(IDA, False)
    (update,) = await bot("getUpdates")
    assert update["my_chat_member"]["new_chat_member"]["status"] == "member"


@pytest.mark.parametrize(
    "raw", [{}, {"message": None}, {"update_id": "x"}, [], "text", None, {"update_id": 2**70}]
)
async def test_raw_updates_come_as_they_are_and_do_not_block(
    bot: Bot, emulator: Emulator, raw: object
) -> None:
    await emulator.send(IDA, update=raw)
    after = await emulator.send(IDA, "hei")
    first, second = await bot("getUpdates")
    assert first == (raw if raw not in ({}, {"message": None}) else {**raw, **first})
    assert second["update_id"] == after
    assert await bot("getUpdates", offset=after + 1) == []
    assert emulator.pending_updates() == 0


async def test_an_update_can_be_repeated(bot: Bot, emulator: Emulator) -> None:
    await emulator.send(IDA, "hei")
    (update,) = await bot("getUpdates")
    offset = update["update_id"] + 1
    assert await bot("getUpdates", offset=offset) == []
    await emulator.send(IDA, update=update)
    assert await bot("getUpdates", offset=offset) == [update]
    assert await bot("getUpdates", offset=offset) == []


async def test_raw_updates_teach_chats(bot: Bot, emulator: Emulator) -> None:
    group = {"id": -5, "type": "group", "title": "7B"}
    message = {"message_id": 3, "date": 0, "chat": group, "text": "hei"}
    await emulator.send(IDA, update={"message": message})
    await bot("sendMessage", chat_id=-5, text="a")
    assert await bot("leaveChat", chat_id=-5) is True
    assert await bot.refusal("sendMessage", chat_id=-5, text="a") == (
        403,
        "Forbidden: bot is not a member of the group chat",
    )


async def test_callbacks_expire(make: Callable[..., Emulator], clock: ManualClock) -> None:
    emulator = make(callback_seconds=10)
    bot = Bot(emulator)
    await bot("sendMessage", chat_id=IDA, text="a")

    async def press() -> str:
        await emulator.tap(IDA, data="x")
        query = (await bot("getUpdates", offset=-1))[0]["callback_query"]
        assert query["message"]["text"] == "a"
        return str(query["id"])

    query_id = await press()
    assert await bot("answerCallbackQuery", callback_query_id=query_id, text="Ok") is True
    assert emulator.chat(IDA)["toast"] == {"text": "Ok", "alert": False, "date": START.isoformat()}
    assert (await bot.refusal("answerCallbackQuery", callback_query_id=query_id))[0] == 400
    late, long = await press(), await press()
    refused = await bot.refusal("answerCallbackQuery", callback_query_id=long, text="x" * 201)
    assert refused == (400, "Bad Request: MESSAGE_TOO_LONG")
    clock.move_to(START + timedelta(seconds=11))
    assert await bot.refusal("answerCallbackQuery", callback_query_id=late) == (
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    )


class Hook:
    """The bot's web server, without the web."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.got: list[dict[str, Any]] = []
        self.headers: list[Mapping[str, str]] = []

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        self.got.append(json.loads(body))
        self.headers.append(headers)
        return self.replies.pop(0) if self.replies else Reply(200, {}, b"")


async def drained(emulator: Emulator) -> None:
    async with asyncio.timeout(5):
        await emulator.queue.drained()


async def test_webhook(make: Callable[..., Emulator]) -> None:
    emulator = make(webhook_retry=0.0)
    bot, hook = Bot(emulator), Hook(Reply(503, {}, b""), Reply(429, {"Retry-After": "0"}, b""))
    emulator.webhook.post = hook.post
    first = await emulator.send(IDA, "before")
    answer = await bot.ask("setWebhook", url=HOOK, secret_token="s3")
    assert (answer["result"], answer["description"]) == (True, "Webhook was set")
    second = await emulator.send(IDA, "after")
    await drained(emulator)
    assert [each["update_id"] for each in hook.got] == [first, first, first, second]
    assert hook.headers[0]["X-Telegram-Bot-Api-Secret-Token"] == "s3"
    info = await bot("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 429"
    assert (info["url"], info["pending_update_count"]) == (HOOK, 0)
    assert (await bot.refusal("setWebhook", url=HOOK))[0] == 429
    assert (await bot.refusal("getUpdates"))[1].startswith("Conflict: can't use getUpdates")
    assert (await bot.ask("deleteWebhook"))["description"] == "Webhook was deleted"
    assert (await bot.ask("deleteWebhook"))["description"] == "Webhook is already deleted"


async def test_webhook_takes_one_chat_in_order_and_chats_side_by_side(
    make: Callable[..., Emulator],
) -> None:
    emulator = make()
    bot, hook, gate = Bot(emulator), Hook(), asyncio.Event()

    async def slow_for_ida(url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        reply = await hook.post(url, body, headers)
        if str(IDA).encode() in body:
            await gate.wait()
        return reply

    emulator.webhook.post = slow_for_ida
    await bot("setWebhook", url=HOOK)
    for person, text in ((IDA, "1"), (IDA, "2"), (KARI, "3")):
        await emulator.send(person, text)
    await until(lambda: emulator.pending_updates() == 2)
    assert [each["message"]["text"] for each in hook.got] == ["1", "3"]
    gate.set()
    await drained(emulator)
    assert [each["message"]["text"] for each in hook.got] == ["1", "3", "2"]


async def test_webhook_answers_may_call_a_method(make: Callable[..., Emulator]) -> None:
    emulator = make()
    body = json.dumps({"method": "sendMessage", "chat_id": IDA, "text": "svar"}).encode()
    emulator.webhook.post = Hook(Reply(200, {}, body)).post
    await Bot(emulator)("setWebhook", url=HOOK)
    await emulator.send(IDA, "hei")
    await drained(emulator)
    assert "Bot: svar" in emulator.chat_text(IDA)


async def test_webhook_ends_a_poll(bot: Bot, emulator: Emulator) -> None:
    poll = asyncio.create_task(bot.ask("getUpdates", timeout=50))
    await hangs(emulator)
    await bot("setWebhook", url=HOOK)
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
