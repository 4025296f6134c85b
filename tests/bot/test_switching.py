"""A channel that an operator stops: nothing more goes out there, at once; everything is heard."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
import sys
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import demo
from bot.app import App
from bot.clock import ManualClock, SystemClock
from bot.emulator.emulator import Emulator
from bot.emulator.faults import Fault
from bot.metronome import DELIVER_SECONDS
from bot.store import Store
from bot.web import face, streams
from bot.web.limits import Limits
from models import channels, key_file, outbox
from models.outbox import OutState, Promise
from models.sealed import Keyring
from tests.bot.machine import Losbot, line_of
from tests.bot.runtime import IDA, KARI, Runtime
from tests.bot.test_web_chat import COOKIE, sit_down
from tests.browsing import ORIGIN, Browser

WITHIN = 5.0
"""So soon a stop must work."""


@pytest.fixture
async def bot(store: Store, now) -> AsyncIterator[Runtime]:
    runtime = Runtime(store, ManualClock(now))
    runtime.meet(IDA, KARI)
    await runtime.start()
    yield runtime
    await runtime.stop()


async def stop(bot: Runtime, channel: str = "telegram") -> None:
    await bot.store.write(channels.stop, channel, bot.now)


async def start(bot: Runtime, channel: str = "telegram") -> None:
    await bot.store.write(channels.start, channel, bot.now)
    await bot.delivery.settled()


# --- what goes out -------------------------------------------------------------------------------


async def test_nothing_is_started_while_it_is_stopped_and_what_waited_comes_in_order(bot: Runtime):
    await bot.said(IDA, "før")
    await stop(bot)
    await bot.said(IDA, "en", "to")
    await bot.said(KARI, "tre", promise=Promise.NEWS)
    await bot.forward(hours=3)
    assert (bot.shown(IDA), bot.shown(KARI)) == (["før"], [])
    assert bot.states()[1:] == [OutState.WAITING] * 3
    await start(bot)
    assert (bot.shown(IDA), bot.shown(KARI)) == (["før", "en", "to"], ["tre"])


async def test_what_grows_too_old_meanwhile_is_not_sent_late(bot: Runtime):
    await stop(bot)
    await bot.said(IDA, "i dag", not_after=bot.now + timedelta(hours=1))
    await bot.said(IDA, "siden")
    await bot.forward(hours=2)
    await start(bot)
    assert bot.shown(IDA) == ["siden"]
    assert bot.states() == [OutState.MOOT, OutState.SENT]


async def test_an_answer_to_a_press_is_not_kept_for_later(bot: Runtime):
    await stop(bot)
    more = {"mode": outbox.Mode.TOAST, "promise": Promise.TOAST, "callback_id": "x"}
    (row,) = await bot.said(IDA, "ok", **more)
    assert (bot.row(row).state, bot.row(row).error) == (OutState.MOOT, "stopped")


async def test_what_failed_once_is_not_tried_again_while_it_is_stopped(bot: Runtime):
    bot.faults(Fault(method="sendMessage", code=502))
    await bot.said(IDA, "hei")
    await stop(bot)
    await bot.forward(minutes=10)
    assert bot.shown(IDA) == []
    await start(bot)
    assert bot.shown(IDA) == ["hei"]


async def test_another_channel_goes_on(bot: Runtime):
    await stop(bot, "web")
    await bot.said(IDA, "hei")
    assert bot.shown(IDA) == ["hei"]


# --- the web chat --------------------------------------------------------------------------------


@pytest.fixture
def begins(request):
    return demo.seed if "here" in request.fixturenames else None


@pytest.fixture
async def here(store: Store, now) -> AsyncIterator[App]:
    """The web chat, with Ida sitting in it, who was greeted."""
    clock = ManualClock(now)
    app = App.for_story(Emulator(clock=clock), store, clock, web_url=ORIGIN, limits=Limits.none())
    app.asgi = face.app_of(app)
    app.ida = Browser(cookies={COOKIE: await store.write(sit_down, "ida", now)})
    await app.start(beating=False, polling=False, greet=False)
    app.ida.proof = (await app.ida.get(app.asgi, "/")).told["proof"]
    await says(app, "/start")
    yield app
    await app.stop()


async def says(app: App, words: str) -> dict[str, object]:
    given = {"words": words, "proof": app.ida.proof, "nonce": words}
    reply = await app.ida.post(app.asgi, "/si", given)
    await app.settled()
    assert reply.status == 200
    return json.loads(reply.body)


async def test_the_page_says_that_it_is_closed_shows_the_numbers_and_nothing_else(here: App):
    opened = await here.ida.get(here.asgi, "/")
    assert "Hei!" in opened.text
    assert "stengt" not in opened.text.split("<script")[1]
    await here.store.write(channels.stop, "web", here.clock.now())
    for browser in (here.ida, Browser()):
        page = (await browser.get(here.asgi, "/")).text
        assert "Chatten er stengt akkurat nå." in page
        assert page.count('href="tel:116111"') == 2  # in the open, and behind the fixed button
        assert "Hei!" not in page
    assert (await here.ida.get(here.asgi, "/")).told["closed"] is True
    assert (await here.ida.get(here.asgi, "/fil/1")).status == 503
    await here.store.write(channels.start, "web", here.clock.now())
    assert "Hei!" in (await here.ida.get(here.asgi, "/")).text


async def test_what_is_said_to_a_closed_page_is_heard_and_answered_when_it_opens(here: App):
    await here.store.write(channels.stop, "web", here.clock.now())
    assert (await says(here, "stopp"))["kept"] is True
    assert "116 111" in str((await says(here, "Hjelp nå"))["help"])
    await here.store.write(channels.start, "web", here.clock.now())
    await here.settled()
    told = (await here.ida.get(here.asgi, "/")).told["messages"]
    assert [m["from"] for m in told][-2:] == ["person", "bot"]


@pytest.mark.parametrize("closed", [False, True])
async def test_an_open_page_notices_by_itself(here: App, closed, monkeypatch):
    """Within a look at the store, which is two seconds."""
    assert streams.LOOKS < WITHIN
    monkeypatch.setattr(streams, "LOOKS", 0.02)
    if closed:
        await here.store.write(channels.stop, "web", here.clock.now())
    heard: list[str] = []
    live = asyncio.create_task(
        here.ida.stream(
            here.asgi, 0, lambda kind, *_told: heard.append(kind), asyncio.Event(),
            more="&stengt" if closed else "",
        )
    )  # fmt: skip
    await asyncio.sleep(0.1)
    assert "over" not in heard
    assert closed is ("chat" not in heard)
    switch = channels.start if closed else channels.stop
    await here.store.write(switch, "web", here.clock.now())
    await asyncio.wait_for(live, WITHIN)
    assert heard[-1] == "over"


# --- at the machine ------------------------------------------------------------------------------


def test_an_operator_stops_and_starts_a_channel(ready: Losbot):
    assert ready("channel", "stop", "telegram").output == "Stopped.\n"
    assert ready("channel", "stop", "telegram").output == "It was stopped already.\n"
    telegram, web, email = ready("channel", "list").output.splitlines()
    assert re.fullmatch(r"telegram +stopped since .*Z", telegram)
    assert web.endswith("open")
    assert email.endswith("open")
    assert "losbot channel start telegram" in ready("check", LOSBOT_TOKEN_FILE=None).output
    assert ready("channel", "start", "telegram").output == "Started.\n"
    assert ready("channel", "start", "telegram").output == "It was not stopped.\n"
    assert "sms" in line_of(ready("channel", "stop", "sms"))


@pytest.mark.slow
async def test_a_stop_from_another_process_works_within_five_seconds(tmp_path: Path, capsys):
    """In real time: a bot that sends ten messages a second, and `losbot channel` beside it."""
    key = tmp_path / "key"
    key_file.create(key)
    url = f"sqlite:///{tmp_path}/losbot.db"
    store = Store.open(url, Keyring.from_file(key), exclusive=False)
    store.create()
    store.check_key()
    bot = Runtime(store, SystemClock())
    bot.meet(IDA)
    await bot.start()
    beat = asyncio.create_task(_beats(bot))
    talk = asyncio.create_task(_talks(bot))

    async def operator(verb: str) -> float:
        """When the command had returned."""
        env = {"LOSBOT_DATABASE_URL": url, "LOSBOT_KEY_FILE": str(key)}
        command = (sys.executable, "-m", "bot", "channel", verb, "telegram")
        process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **env})
        assert await process.wait() == 0
        return time.monotonic()

    try:
        await asyncio.sleep(1)
        assert bot.shown(IDA)
        stopped = await operator("stop")
        sent, last = len(bot.shown(IDA)), stopped
        while time.monotonic() < stopped + WITHIN + 1:
            await asyncio.sleep(0.02)
            if len(bot.shown(IDA)) != sent:
                sent, last = len(bot.shown(IDA)), time.monotonic()
        assert last - stopped < WITHIN
        talk.cancel()  # from here on nothing but the beat brings it about
        started = await operator("start")
        while len(bot.shown(IDA)) == sent:
            await asyncio.sleep(0.02)
        opened = time.monotonic() - started
        assert opened < WITHIN
        with capsys.disabled():
            print(f"\nstopped after {last - stopped:.2f} s, open after {opened:.2f} s")
    finally:
        for task in (beat, talk):
            task.cancel()
        await bot.stop()
        store.close()


async def _beats(bot: Runtime) -> None:
    """As the metronome does, which hears nothing of what other processes promise."""
    while True:
        await asyncio.sleep(DELIVER_SECONDS)
        bot.delivery.nudge()


async def _talks(bot: Runtime) -> None:
    for number in itertools.count():
        await bot.say(IDA, f"nr {number}")
        await asyncio.sleep(0.1)
