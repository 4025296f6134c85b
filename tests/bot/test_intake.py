from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot import parking
from bot.channels import Said
from bot.channels.hearing import is_help
from bot.channels.telegram import parse
from bot.clock import ManualClock
from bot.emulator.faults import Fault
from bot.intake import Handle, Intake
from bot.polling import Polling
from bot.store import Store
from models import inbox, store_facts
from models.inbox import Handled, Parked
from models.outbox import Outgoing
from tests.bot.runtime import IDA, KARI, Runtime, until
from tests.conftest import TEST_KEY
from tests.keyless import Closed


class Ears:
    """A handler that remembers what it heard, in the store."""

    def __init__(self) -> None:
        self.failures: dict[str, int] = {}
        self.slow: dict[str, threading.Event] = {}
        self.heard: list[str] = []

    def __call__(self, session: Session, said: Said, now: datetime) -> object:
        if not inbox.first_time(session, said.channel, said.update_id, now):
            return False
        if said.typed in self.slow:
            self.slow[said.typed].wait(5)
        if self.failures.get(said.typed, 0) > 0:
            self.failures[said.typed] -= 1
            raise KeyError(said.typed)
        self.heard.append(said.typed or said.command or said.data or said.kind)
        return True


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
async def bot(store: Store, now) -> AsyncIterator[Runtime]:
    runtime = Runtime(store, ManualClock(now))
    yield runtime
    await runtime.stop()


@pytest.fixture
async def intake(bot: Runtime, ears: Ears) -> AsyncIterator[Intake]:
    async with polled(bot, ears) as intake:
        yield intake


@contextlib.asynccontextmanager
async def polled(bot: Runtime, handle: Handle) -> AsyncIterator[Intake]:
    intake = Intake(bot.store, bot.sender, bot.clock, handle)
    polling = Polling(bot.sender, bot.clock, intake)
    polling.start()
    try:
        yield intake
    finally:
        await polling.stop()
        await intake.stop()


async def drained(bot: Runtime) -> None:
    async with asyncio.timeout(10):
        await bot.emulator.queue.drained()


def numbers(store: Store) -> set[int]:
    return store.read_now(lambda s: set(s.scalars(select(Handled.update_id))))


async def test_what_is_said_is_handled_in_the_order_of_the_chat(
    bot: Runtime, intake: Intake, ears: Ears
):
    words = [f"nr {i}" for i in range(30)]
    for each in words:
        await bot.emulator.send(IDA, each)
    await drained(bot)
    assert ears.heard == words


async def test_an_update_is_confirmed_only_after_its_commit(
    bot: Runtime, intake: Intake, ears: Ears
):
    gate = ears.slow["langsomt"] = threading.Event()
    await bot.emulator.send(IDA, "langsomt")
    await until(lambda: not intake.idle)
    assert bot.emulator.pending_updates() == 1
    gate.set()
    await drained(bot)
    assert bot.emulator.pending_updates() == 0


async def test_the_same_update_twice_is_heard_once(bot: Runtime, intake: Intake, ears: Ears):
    raw = message(77, "hei")
    await bot.emulator.send(IDA, update=raw)
    await drained(bot)
    await bot.emulator.send(IDA, update=raw)
    await drained(bot)
    assert ears.heard == ["hei"]


async def test_what_fails_twice_is_heard_at_the_third_try(
    bot: Runtime, intake: Intake, ears: Ears
):
    ears.failures["hei"] = 2
    await bot.emulator.send(IDA, "hei")
    await drained(bot)
    assert ears.heard == ["hei"]
    assert parking_lot(bot.store) == []


async def test_what_fails_three_times_is_parked_said_so_and_holds_up_nothing(
    bot: Runtime, intake: Intake, ears: Ears
):
    ears.failures["gift"] = 99
    await bot.emulator.send(IDA, "gift")
    await bot.emulator.send(IDA, "etter")
    await drained(bot)
    assert ears.heard == ["etter"]
    (parked,) = parking_lot(bot.store)
    assert parked.error == "KeyError"
    assert b"gift" not in (parked.payload_sealed or b"")
    rows = bot.store.read_now(lambda s: s.scalars(select(Outgoing)).all())
    assert [(row.kind, row.params) for row in rows] == [
        ("trouble.parked", {"reference": parked.reference})
    ]


async def test_what_can_neither_be_heard_nor_parked_is_counted(
    bot: Runtime, intake: Intake, ears: Ears, monkeypatch
):
    monkeypatch.setattr(bot.store, "keyring", Closed(TEST_KEY))
    ears.failures["gift"] = 3
    await bot.emulator.send(IDA, "gift")
    await drained(bot)
    assert (intake.counts["lost"], intake.counts["parked"]) == (1, 0)


async def test_a_parked_update_can_be_heard_later_and_once(
    bot: Runtime, intake: Intake, ears: Ears
):
    ears.failures["gift"] = 3
    await bot.emulator.send(IDA, "gift")
    await drained(bot)
    (parked,) = parking_lot(bot.store)
    for _twice in range(2):
        await bot.store.write(parking.replay, parked.reference, ears, bot.now)
    assert ears.heard == ["gift"]
    assert bot.store.read_now(parking.waiting) == []
    with pytest.raises(LookupError):
        await bot.store.write(parking.replay, "P0", ears, bot.now)


@pytest.mark.parametrize(
    "raw",
    [
        {"message": {"message_id": 1}},
        {"message": "nei"},
        {"message": {"message_id": 1, "date": "i går", "chat": {"id": 1, "type": "private"}}},
        {"callback_query": {"id": 5}},
        {"callback_query": []},
        {"my_chat_member": {"chat": None}},
        *(
            {
                "message": {
                    "message_id": 1,
                    "date": 1,
                    "chat": {"id": IDA, "type": "private"},
                    "from": {"id": number, "is_bot": is_bot, "first_name": "Ida"},
                    "text": "hei",
                }
            }
            for number in ([], {})
            for is_bot in (False, True)
        ),
    ],
)
async def test_an_update_nobody_can_read_is_parked_at_once_and_blocks_nothing(
    bot: Runtime, intake: Intake, ears: Ears, raw: dict[str, Any]
):
    await bot.emulator.send(IDA, update=raw)
    await bot.emulator.send(IDA, "etter")
    await drained(bot)
    assert ears.heard == ["etter"]
    assert len(parking_lot(bot.store)) == 1


def nested(depth: int) -> Any:
    inside: Any = []
    for _level in range(depth):
        inside = [inside]
    return inside


async def test_an_update_that_can_not_even_be_written_down_is_parked_by_its_number(
    bot: Runtime, ears: Ears
):
    intake = Intake(bot.store, bot.sender, bot.clock, ears)
    assert await intake.receive({"update_id": 5, "message": "nei", "x": nested(200_000)})
    assert [(row.update_id, row.error) for row in parking_lot(bot.store)] == [
        (5, "AttributeError")
    ]


async def test_whatever_goes_wrong_on_the_way_is_parked_and_the_polling_goes_on(
    bot: Runtime, intake: Intake, ears: Ears, monkeypatch
):
    def breaks(words: str) -> bool:
        if words == "gift":
            raise LookupError(words)
        return False

    monkeypatch.setattr("bot.intake.speaks_of_danger", breaks)
    await bot.emulator.send(IDA, "gift")
    await bot.emulator.send(IDA, "etter")
    await drained(bot)
    assert ears.heard == ["etter"]
    assert [row.error for row in parking_lot(bot.store)] == ["LookupError"]


@pytest.mark.parametrize("raw", [[], "x", 5, None, {"update_id": "x"}, {"update_id": 2**80}])
async def test_what_is_not_an_update_at_all_is_passed_over(bot: Runtime, ears: Ears, raw: Any):
    intake = Intake(bot.store, bot.sender, bot.clock, ears)
    assert await intake.receive(raw)
    assert (ears.heard, parking_lot(bot.store)) == ([], [])


@pytest.mark.parametrize(
    "fault",
    [
        Fault(method="getUpdates", code=401),
        Fault(method="getUpdates", code=404),
        Fault(method="getUpdates", code=404, body="<html>"),
        Fault(method="getUpdates", code=409),
        Fault(method="getUpdates", code=502),
        Fault(method="getUpdates", code=200, body="<html>"),
        Fault(method="getUpdates", code=200, body='{"ok":true,"result":"x"}'),
        Fault(method="getUpdates", retry_after=3),
        Fault(method="getUpdates", drop=True),
    ],
)
async def test_no_answer_ends_the_polling(bot: Runtime, ears: Ears, fault: Fault):
    bot.faults(*(fault for _time in range(4)))
    async with polled(bot, ears):
        await bot.emulator.send(IDA, "hei")
        async with asyncio.timeout(10):
            while not ears.heard:
                wake = bot.clock.next_wake()
                if wake is not None:
                    bot.clock.move_to(wake)
                await asyncio.sleep(0.001)
    assert ears.heard == ["hei"]


async def test_a_store_that_is_down_is_waited_for_and_nothing_is_lost(
    bot: Runtime, intake: Intake, ears: Ears, monkeypatch
):
    down = [5]
    real = bot.store.write

    async def write(fn: Any, *args: Any, **kwargs: Any) -> Any:
        if down[0]:
            down[0] -= 1
            raise OperationalError("x", {}, Exception("locked"))
        return await real(fn, *args, **kwargs)

    monkeypatch.setattr(bot.store, "write", write)
    await bot.emulator.send(IDA, "hei")
    await drained(bot)
    assert ears.heard == ["hei"]
    assert parking_lot(bot.store) == []


@pytest.mark.on_sqlite
async def test_on_a_full_disk_nothing_is_acknowledged_that_is_neither_done_nor_parked(
    bot: Runtime, ears: Ears
):
    def keeps(session: Session, said: Said, now: datetime) -> object:
        store_facts.put(session, "long", said.typed)
        return ears(session, said, now)

    def may_grow(pages: int) -> None:
        bot.store.write_now(
            lambda s: s.connection().exec_driver_sql(f"PRAGMA max_page_count={pages}").scalar()
        )

    may_grow(1)  # no more than it has
    async with polled(bot, keeps):
        await bot.emulator.send(IDA, update=message(5, "x" * 300_000))
        await until(lambda: len(bot.emulator.calls_since(0, "getUpdates")) > 2)  # again and again
        assert bot.emulator.pending_updates() == 1
        may_grow(1_000_000)
        await drained(bot)
    assert numbers(bot.store) == {5}
    assert parking_lot(bot.store) == []


@pytest.mark.on_sqlite
async def test_what_finds_no_room_on_the_disk_is_not_set_aside_though_that_would_fit(
    bot: Runtime, ears: Ears
):
    def grows(session: Session, said: Said, now: datetime) -> object:
        store_facts.put(session, "long", "x" * 300_000)
        return ears(session, said, now)

    def pages(*set_to: int) -> int:
        name = "max_page_count=" if set_to else "page_count"
        command = f"PRAGMA {name}{''.join(map(str, set_to))}"
        return bot.store.write_now(lambda s: s.connection().exec_driver_sql(command).scalar())

    pages(pages() + 20)
    async with polled(bot, grows):
        await bot.emulator.send(IDA, update=message(5, "hei"))
        await until(lambda: len(bot.emulator.calls_since(0, "getUpdates")) > 2)
        assert bot.emulator.pending_updates() == 1
        pages(1_000_000)
        await drained(bot)
    assert ears.heard[-1:] == ["hei"]
    assert parking_lot(bot.store) == []


async def test_the_webhook_is_told_when_the_store_is_down(bot: Runtime, ears: Ears, monkeypatch):
    intake = Intake(bot.store, bot.sender, bot.clock, ears)
    bot.emulator.world.meet({"id": IDA, "type": "private"})

    async def write(*_args: Any, **_kwargs: Any) -> Any:
        raise OperationalError("x", {}, Exception("gone"))

    with monkeypatch.context() as patched:
        patched.setattr(bot.store, "write", write)
        assert not await intake.receive(message(5, "hei"))
        assert await intake.receive(message(6, "/hjelp"))
    assert await intake.receive(message(5, "hei"))
    assert ears.heard == ["hei"]
    assert "116 111" in bot.shown(IDA)[0]


async def test_what_the_webhook_must_bring_again_is_overtaken_by_nothing_of_its_chat(
    bot: Runtime, ears: Ears, monkeypatch
):
    """While another chat is heard; and not for ever, if it never comes again."""
    intake = Intake(bot.store, bot.sender, bot.clock, ears)
    other = {"chat": {"id": KARI, "type": "private"}}
    other["from"] = {"id": KARI, "is_bot": False, "first_name": "Kari"}

    async def write(*_args: Any, **_kwargs: Any) -> Any:
        raise OperationalError("x", {}, Exception("gone"))

    for first in (5, 15):
        with monkeypatch.context() as patched:
            patched.setattr(bot.store, "write", write)
            assert not await intake.receive(message(first, "først"))
        assert await intake.receive(message(first + 1, "hei", **other))
        assert not await intake.receive(message(first + 2, "så"))
        if first == 5:
            assert await intake.receive(message(5, "først"))
        bot.clock.move_to(bot.now + timedelta(seconds=60 * (first == 15)))
        assert await intake.receive(message(first + 2, "så"))
    assert ears.heard == ["hei", "først", "så", "hei", "så"]


# --- help now ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["/hjelp", "/help", "/HJELP@losbot_demo_bot", "Hjelp nå", "HJELP", "help!"]
)
async def test_help_comes_with_the_store_gone(
    bot: Runtime, intake: Intake, words: str, monkeypatch
):
    async def gone(*_args: Any, **_kwargs: Any) -> Any:
        raise OSError("no store")

    monkeypatch.setattr(bot.store, "write", gone)
    monkeypatch.setattr(bot.store, "keyring", None)
    await bot.emulator.send(IDA, words)
    await drained(bot)
    (card,) = bot.shown(IDA)
    assert "116 111" in card


async def test_who_asks_for_help_does_not_wait_for_what_others_said_to_be_kept(
    bot: Runtime, intake: Intake, ears: Ears, monkeypatch
):
    monkeypatch.setattr("bot.polling.SLOW", 0.05)
    gate = ears.slow["langsomt"] = threading.Event()
    await bot.emulator.send(IDA, "langsomt")
    await until(lambda: not intake.idle)
    await bot.emulator.send(KARI, "/hjelp")
    await until(lambda: bot.shown(KARI))
    assert ears.heard == []
    gate.set()
    await drained(bot)
    assert ears.heard == ["langsomt"]
    (card,) = bot.shown(KARI)
    assert "116 111" in card


async def test_help_is_tried_again_until_it_is_sent(bot: Runtime, intake: Intake):
    bot.faults(Fault(drop=True), Fault(code=502))
    await bot.emulator.send(IDA, "/hjelp")
    await until(lambda: bot.shown(IDA))
    assert len(bot.shown(IDA)) == 1


async def test_a_slow_help_card_holds_up_nobody(
    bot: Runtime, intake: Intake, ears: Ears, monkeypatch
):
    monkeypatch.setattr("bot.straight.WAIT", 0.05)
    bot.faults(Fault(method="sendMessage", delay=1.0))
    await bot.emulator.send(IDA, "/hjelp")
    await bot.emulator.send(KARI, "hei")
    await bot.emulator.send(IDA, "hallo")
    await until(lambda: len(ears.heard) == 2)
    assert bot.shown(IDA) == []
    await until(lambda: bot.shown(IDA))


async def test_asked_to_wait_the_help_card_waits_that_long(
    bot: Runtime, intake: Intake, monkeypatch
):
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await wake(0)

    bot.faults(Fault(method="sendMessage", retry_after=3))
    wake = asyncio.sleep
    monkeypatch.setattr("bot.straight.asyncio.sleep", sleep)
    await intake.receive(message(7, "/hjelp"))
    while not bot.shown(IDA):
        await wake(0.001)
    assert slept[0] == 3


@pytest.mark.parametrize("words", ["/hjelp", "jeg vil ikke leve lenger"])
async def test_a_help_card_that_may_have_come_fills_no_phone_and_its_update_is_done(
    bot: Runtime, ears: Ears, words: str, monkeypatch
):
    """Telegram delivers each, and never says so."""
    monkeypatch.setattr("bot.straight.DOUBTS", (0.01, 0.02, 0.03))
    bot.faults(Fault(method="sendMessage", drop=True, after_delivery=True, times=50))
    intake = Intake(bot.store, bot.sender, bot.clock, ears)
    asks = message(7, words)
    assert not await intake.receive(asks)
    await until(lambda: not intake.owes(asks))
    assert await intake.receive(asks)
    assert len(bot.shown(IDA)) == 4
    await intake.stop()


@pytest.mark.parametrize("words", ["/hjelp", "jeg vil ikke leve lenger"])
async def test_what_brings_a_help_card_comes_again_if_we_end_before_that_has_come(
    bot: Runtime, ears: Ears, words: str, monkeypatch
):
    """Others are heard meanwhile, once, and their words are not asked for again for ever."""
    monkeypatch.setattr("bot.straight.WAIT", 0.05)
    bot.faults(Fault(method="sendMessage", delay=60.0))
    async with polled(bot, ears):
        await bot.emulator.send(IDA, words)
        await bot.emulator.send(KARI, "hei")
        await bot.emulator.send(KARI, "hallo")
        await until(lambda: ears.heard[-1:] == ["hallo"])
        asked = len(bot.emulator.calls_since(0, "getUpdates"))
        await until(lambda: len(bot.emulator.calls_since(0, "getUpdates")) > asked + 2)
        assert bot.emulator.pending_updates() > 0
        assert [heard for heard in ears.heard if heard != words] == ["hei", "hallo"]
        assert bot.shown(IDA) == []
    async with polled(bot, ears):
        await drained(bot)
    (card,) = bot.shown(IDA)
    assert "116 111" in card


async def test_the_webhook_must_bring_again_what_asks_for_a_help_card_until_that_has_come(
    bot: Runtime, ears: Ears, monkeypatch
):
    monkeypatch.setattr("bot.straight.WAIT", 0.05)
    bot.faults(Fault(method="sendMessage", delay=0.5))
    intake = Intake(bot.store, bot.sender, bot.clock, ears)
    assert not await intake.receive(message(7, "/hjelp"))
    assert not await intake.receive(message(7, "/hjelp"))
    await until(lambda: bot.shown(IDA))
    await intake.stop()
    assert await intake.receive(message(7, "/hjelp"))
    assert len(bot.shown(IDA)) == 1


async def test_numbers_that_begin_anew_and_lower_are_heard(
    bot: Runtime, intake: Intake, ears: Ears
):
    """As after a week in which nobody wrote (RELIABILITY 1.13); more than are handed out at once."""
    await bot.emulator.send(IDA, "før ferien")
    await drained(bot)
    bot.emulator.queue.begin_anew()
    words = [f"nr {n}" for n in range(150)]
    for each in words:
        await bot.emulator.send(IDA, each)
    await drained(bot)
    assert ears.heard == ["før ferien", *words]


async def test_a_repeated_update_brings_one_help_card(bot: Runtime, intake: Intake):
    for _twice in range(2):
        await bot.emulator.send(IDA, update=message(9, "/hjelp"))
        await drained(bot)
    assert len(bot.shown(IDA)) == 1


def test_only_the_exact_words_are_the_help_button(now):
    for words in (" hjelp  NÅ ", "hjelp", "Help", "HJELP NÅ!", "hjelp nå"):
        assert is_help(parse(message(1, words), now))
    assert not is_help(parse(message(1, "kan du hjelpe meg nå"), now))


# --- what an update says -------------------------------------------------------------------------


def message(number: int, text: str | None, **more: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "message_id": 100 + number,
        "date": 1_795_424_400,
        "chat": {"id": IDA, "type": "private"},
        "from": {"id": IDA, "is_bot": False, "first_name": "Ida", "language_code": "nn"},
        **more,
    }
    if text is not None:
        body["text"] = text
    return {"update_id": number, "message": body}


@pytest.mark.parametrize(
    ("text", "kind", "command", "typed"),
    [
        ("/los", "command", "los", ""),
        ("/LOS@losbot  hei  du ", "command", "los", "hei  du"),
        ("/start abc_DEF-1", "command", "start", "abc_DEF-1"),
        ("/start\nabc", "command", "start", "abc"),
        ("/", "words", "", "/"),
        ("//los", "words", "", "//los"),
        ("hei /los", "words", "", "hei /los"),
        ("/los!", "words", "", "/los!"),
        ("a\x00b\x07", "words", "", "ab"),
        ("\ud83d", "words", "", "\ufffd"),
    ],
)
def test_commands_are_told_from_words(now, text: str, kind: str, command: str, typed: str):
    said = parse(message(1, text), now)
    assert (said.kind, said.command, said.typed) == (kind, command, typed)
    assert (said.address, said.name, said.language_code) == (IDA, "Ida", "nn")
    assert said.message_id == 101


ORIGIN = {"type": "hidden_user", "sender_user_name": "x", "date": 1_795_424_400}
PLACE = {"latitude": 1.0, "longitude": 1.0}
FILE = {"file_id": "a", "file_unique_id": "b"}


@pytest.mark.parametrize(
    "more",
    [
        {"text": "hei", "forward_origin": ORIGIN},
        {"text": "hei", "via_bot": {"id": 9, "is_bot": True, "first_name": "b"}},
        {"voice": {**FILE, "duration": 1}},
        {"photo": [{**FILE, "width": 1, "height": 1}], "caption": "/los"},
        {"document": FILE},
        {"contact": {"phone_number": "1", "first_name": "x"}},
        {"location": PLACE},
        {"dice": {"emoji": "🎲", "value": 1}},
    ],
)
def test_what_we_do_not_read_is_something_else(now, more: dict[str, Any]):
    assert parse(message(1, more.pop("text", None), **more), now).kind == "other"


def test_an_edit_is_never_words(now):
    raw = message(1, "ja")
    assert parse({"update_id": 1, "edited_message": raw["message"]}, now).kind == "other"


def test_telegrams_own_notes_are_not_answered(now):
    assert parse(message(1, None, message_auto_delete_timer_changed=None), now).kind == "silent"


def test_groups_are_left_quietly(now):
    said = parse(message(1, "/los", chat={"id": -5, "type": "supergroup", "title": "x"}), now)
    assert (said.kind, said.leave) == ("silent", -5)


def test_a_bot_is_not_talked_with(now):
    bot = {"id": 9, "is_bot": True, "first_name": "b"}
    assert parse(message(1, "hei", **{"from": bot}), now).kind == "silent"


async def test_blocking_and_pressing_are_heard(bot: Runtime, intake: Intake, ears: Ears):
    await bot.emulator.send(KARI, "hei")
    await bot.emulator.block(KARI, True)
    await bot.emulator.block(KARI, False)
    await drained(bot)
    assert ears.heard[:3] == ["hei", "blocked", "unblocked"]


def test_a_press_tells_what_was_pressed_where(now):
    query = {
        "id": "77",
        "from": {"id": IDA, "is_bot": False, "first_name": "Ida"},
        "chat_instance": "1",
        "data": "c:los",
        "message": message(1, "x")["message"],
    }
    said = parse({"update_id": 3, "callback_query": query}, now)
    assert (said.kind, said.data, said.callback_id, said.message_id) == (
        "button",
        "c:los",
        "77",
        101,
    )


def parking_lot(store: Store) -> list[Parked]:
    return store.read_now(parking.waiting)
