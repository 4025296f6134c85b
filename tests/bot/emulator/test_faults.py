"""Troubles on demand, and the pace Telegram keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import ManualClock
from bot.emulator import faults
from bot.emulator.cast import DEMO_TOKEN
from bot.emulator.emulator import Dropped, Emulator

from .conftest import START, Bot

IDA, KARI = 7_000_000_001, 7_000_000_002


def ahead(emulator: Emulator, **fault: Any) -> None:
    emulator.faults.ahead.append(faults.read(fault))


async def test_a_flood_answer(bot: Bot, emulator: Emulator, clock: ManualClock) -> None:
    ahead(emulator, code=429, retry_after=7)
    raw = await emulator.call(DEMO_TOKEN, "sendMessage", {"chat_id": str(IDA), "text": "a"}, {})
    assert (raw.status, raw.headers["Retry-After"]) == (429, "7")
    assert raw.json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }
    await bot("sendMessage", chat_id=KARI, text="a")
    assert emulator.violations == []
    await bot("sendMessage", chat_id=IDA, text="a")
    assert [each["what"] for each in emulator.violations] == ["called before retry_after was over"]
    clock.move_to(START + timedelta(seconds=7))
    await bot("sendMessage", chat_id=IDA, text="b")
    assert len(emulator.violations) == 1


async def test_which_calls_are_hit(bot: Bot, emulator: Emulator) -> None:
    ahead(emulator, code=500, times=2, contains="blå")
    assert await bot("getMe")
    await bot("sendMessage", chat_id=IDA, text="rød")
    await bot("sendChatAction", chat_id=IDA, action="typing")
    keys = '{"keyboard": [["bl\\u00e5"]]}'
    for _ in range(2):
        refused = await bot.refusal("sendMessage", chat_id=IDA, text="x", reply_markup=keys)
        assert refused == (500, "Internal Server Error")
    assert emulator.faults.ahead == []
    ahead(emulator, code=403, method="GETME")
    await bot("sendMessage", chat_id=IDA, text="x")
    assert (await bot.refusal("getMe"))[0] == 403
    assert emulator.violations == []


@pytest.mark.parametrize("after", [False, True])
async def test_a_cut_line(bot: Bot, emulator: Emulator, after: bool) -> None:
    ahead(emulator, drop=True, after_delivery=after)
    with pytest.raises(Dropped):
        await bot("sendMessage", chat_id=IDA, text="hei")
    assert ("Bot: hei" in emulator.chat_text(IDA)) is after
    assert emulator.calls[-1]["answer"] == {"dropped": True, "performed": after}


async def test_refused_after_delivery(bot: Bot, emulator: Emulator) -> None:
    ahead(emulator, code=502, after_delivery=True)
    assert await bot.refusal("sendMessage", chat_id=IDA, text="hei") == (502, "Bad Gateway")
    assert "Bot: hei" in emulator.chat_text(IDA)


async def test_garbage(emulator: Emulator) -> None:
    ahead(emulator, code=404, body="<html>gone</html>", method="getMe")
    answer = await emulator.call(DEMO_TOKEN, "getMe", {}, {})
    assert (answer.status, answer.body) == (404, b"<html>gone</html>")
    assert answer.headers["Content-Type"] == "text/html"
    assert emulator.calls[-1]["answer"] == {"status": 404, "body": "<html>gone</html>"}


async def test_slow(bot: Bot, emulator: Emulator) -> None:
    ahead(emulator, delay=0.01)
    assert (await bot("sendMessage", chat_id=IDA, text="hei"))["text"] == "hei"


@pytest.mark.parametrize(
    "fault",
    [[], {}, {"code": "429"}, {"code": True}, {"code": 42}, {"times": 0, "drop": True},
     {"what": 1}, {"delay": -1}, {"delay": float("inf")}, {"after_delivery": True}],
)  # fmt: skip
def test_faults_that_make_no_sense(fault: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        faults.read(fault)


async def test_pace(make: Callable[..., Emulator], clock: ManualClock) -> None:
    emulator = make(limits=True)
    bot = Bot(emulator)
    for _ in range(5):
        await bot("sendMessage", chat_id=IDA, text="a")
    refused = await bot.refusal("sendMessage", chat_id=IDA, text="a")
    assert refused == (429, "Too Many Requests: retry after 1")
    await bot("sendMessage", chat_id=KARI, text="a")
    clock.move_to(START + timedelta(seconds=1))
    await bot("sendMessage", chat_id=IDA, text="a")
    assert emulator.violations == []
    people = [emulator.add_person(str(number), "nb").id for number in range(30)]
    for person in people:
        await emulator.send(person, "/start")
    answers = [await bot.ask("sendMessage", chat_id=person, text="a") for person in people]
    assert [answer["ok"] for answer in answers] == [True] * 29 + [False]
