"""The demo's people, half of them in browsers: whoever drives them over /sim need not know who."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import demo
from bot.app import App
from bot.demo import show
from bot.demo.browser import Browser, Reply
from bot.demo.mixed import Mixed
from bot.web.limits import Limits
from models import municipality, people
from models.contacts import Contact
from tests.stories.seating import IDS

ORIGIN = "http://127.0.0.1:8081"
KARI, JONAS = IDS["Kari"], IDS["Jonas"]


class Sim:
    """What is asked of /sim, as over the network."""

    def __init__(self, world: Mixed) -> None:
        self._asgi = world.app()
        self._browser = Browser(origin="http://127.0.0.1:8080")

    async def get(self, path: str) -> Any:
        return json.loads((await self.ask(path)).body)

    async def post(self, path: str, **body: object) -> tuple[int, Any]:
        reply = await self._browser.post(self._asgi, f"/sim/{path}", body)
        return reply.status, json.loads(reply.body)

    async def ask(self, path: str) -> Reply:
        return await self._browser.get(self._asgi, f"/sim/{path}")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Mixed]:
    store, clock = show.open_demo(tmp_path / "demo.db")
    world = Mixed(clock=clock, origin=ORIGIN, on_web=demo.STAFF)
    app = App.for_story(world, store, clock, web_url=ORIGIN, limits=Limits.none())
    world.settled, world.next_due, world.on_clock = app.settled, app.next_due, app.tick
    await app.start(beating=False)
    await world.serves(app)
    yield world
    await world.stops()
    await app.stop()


async def test_who_sits_in_a_browser_is_driven_and_shown_as_who_has_a_phone(world):
    sim = Sim(world)
    for person in (KARI, JONAS):
        assert (await sim.post(f"{person}/send", text="/start"))[0] == 200
        assert (await sim.post(f"{person}/tap", button="Innstillinger"))[0] == 200
    assert await sim.post("settle") == (200, {})
    kari, jonas = [await sim.get(f"{person}/chat") for person in (KARI, JONAS)]
    assert jonas.keys() == kari.keys()
    assert jonas["messages"][-1].keys() == kari["messages"][-1].keys()
    assert jonas["reply_keyboard"].keys() == kari["reply_keyboard"].keys()
    pressed = jonas["messages"][-1]["inline_keyboard"][-1][-1]
    number = jonas["messages"][-1]["message_id"]
    given = {"data": pressed["callback_data"], "message_id": number}
    assert (await sim.post(f"{JONAS}/tap", **given))[0] == 200
    await sim.post("settle")
    assert (await sim.get(f"{JONAS}/chat"))["messages"][-1] != jonas["messages"][-1]
    told = (await sim.ask(f"{JONAS}/chat?format=text")).text
    assert told.startswith("Bot: Hei!")
    assert "\nKeyboard:\n  [Inviter] [Undring]\n" in told


@pytest.mark.slow
async def test_what_nobody_can_do_in_a_browser_is_refused_in_one_line(world):
    sim = Sim(world)
    for status, path, body in (
        (404, "tap", {"button": "Finnes ikke"}),
        (400, "tap", {"data": "x" * 500}),
        (400, "send", {"text": "  \n"}),
        (400, "block", {"blocked": True}),
    ):
        found, told = await sim.post(f"{JONAS}/{path}", **body)
        assert (found, list(told)) == (status, ["error"]), path
    assert (await sim.post(f"{JONAS}/send", text="hei"))[0] == 200  # and nothing hangs behind it


async def test_the_page_itself_is_one_click_away_and_nobodys_but_theirs(world):
    sim = Sim(world)
    led = await sim.ask(f"{JONAS}/page?path=/enheter")
    assert (led.status, led.header("location")) == (303, f"{ORIGIN}/enheter")
    assert (await sim.ask(f"{KARI}/page")).status == 404
    assert (await sim.ask(f"{JONAS}/page?path=.evil.test/")).status == 404


def test_staff_are_out_of_telegram_as_the_policy_says(session, now):
    demo.seed(session, now, demo.STAFF)
    assert not municipality.policy_at(session, now).staff_telegram
    for contact in session.scalars(select(Contact)):
        is_staff = bool(people.positions(session, contact.person_id))
        assert contact.channel == ("web" if is_staff else "telegram"), contact.address


@pytest.mark.slow
async def test_a_picture_is_told_of_when_it_can_be_fetched(world):
    sim = Sim(world)
    await sim.post(f"{JONAS}/tap", button="Inviter")
    await sim.post("settle")
    await sim.post(f"{JONAS}/tap", button="Ida")
    await sim.post("settle")
    await sim.post(f"{JONAS}/tap", button="Ja, lag lenken")
    await sim.post("settle")
    shown = (await sim.get(f"{JONAS}/chat"))["messages"][-1]["photo"]
    assert shown["width"] > 0
    picture = await sim.ask(shown["url"].removeprefix("/sim/"))
    assert picture.body.startswith(b"\x89PNG")
    foreign = shown["url"].removeprefix("/sim/").replace(str(JONAS), str(IDS["Amina"]))
    assert (await sim.ask(foreign)).status == 404
