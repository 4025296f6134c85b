from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import aiohttp
import pytest

from bot.app import App
from bot.clock import ManualClock
from bot.emulator.emulator import Emulator
from bot.store import Store
from bot.web import face as web
from models import store_facts
from tests.bot.runtime import IDA
from tests.bot.test_intake import message

SECRET = "s3cret-s3cret"
HOOK = "/telegram/a-secret-path"


class Face:
    """The web face of a real App on a real port."""

    def __init__(self, app: App, base: str, session: aiohttp.ClientSession) -> None:
        self.app, self.base, self._session = app, base, session

    async def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
        async with self._session.get(self.base + path, headers=headers) as answer:
            return answer.status, await answer.text()

    async def post(self, body: bytes, path: str = HOOK, secret: str | None = SECRET) -> int:
        headers = {} if secret is None else {web.SECRET_HEADER: secret}
        async with self._session.post(
            self.base + path, data=BytesIO(body), headers=headers
        ) as answer:
            return answer.status


@pytest.fixture
async def face(store: Store, now) -> AsyncIterator[Face]:
    clock = ManualClock(now)
    emulator = Emulator(clock=clock)
    app = App.for_story(emulator, store, clock)
    store.check_key()
    starlette = web.app_of(app, webhook_url=f"https://bot.example{HOOK}", secret=SECRET)
    async with web.serving(starlette, "127.0.0.1", 0) as port:
        await app.start(polling=False, beating=False, greet=False)
        async with aiohttp.ClientSession() as session:
            yield Face(app, f"http://127.0.0.1:{port}", session)
        await app.stop()
    await emulator.close()


async def sent(face: Face) -> float:
    """How many messages have been sent; there are none of another kind."""
    rows = {n: v for n, v in (await face.app.figures()).items() if n.startswith("outbox_rows")}
    assert set(rows) <= {'outbox_rows{state="sent"}'}
    return sum(rows.values())


def update(number: int, text: str) -> bytes:
    return json.dumps(message(number, text)).encode()


async def test_an_update_is_taken_with_the_secret_and_answered(face: Face):
    assert await face.post(update(1, "/start")) == 200
    await face.app.settled()
    assert await sent(face) == 1


async def test_the_same_update_again_is_taken_and_does_nothing(face: Face):
    for _again in range(5):
        assert await face.post(update(1, "/start")) == 200
    await face.app.settled()
    assert await sent(face) == 1


@pytest.mark.parametrize("secret", [None, "", "s3cret", SECRET + "x", "å"])
async def test_without_the_secret_nothing_is_heard(face: Face, secret: str | None):
    assert await face.post(update(1, "/start"), secret=secret) == 403
    assert await sent(face) == 0


async def test_another_path_is_no_webhook(face: Face):
    assert await face.post(update(1, "/start"), path="/telegram/hook") == 404
    assert await face.get(HOOK) == (405, "Method Not Allowed")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b"[" * 100_000])
async def test_what_is_not_an_object_is_a_bad_request(face: Face, body: bytes):
    assert await face.post(body) == 400


async def test_what_is_larger_than_a_megabyte_is_not_read(face: Face):
    assert await face.post(b"x" * (web.LARGEST_BODY + 1)) == 413


async def test_a_failing_store_asks_telegram_to_come_again(face: Face, monkeypatch):
    async def gone(*_args: Any, **_kwargs: Any) -> Any:
        raise OSError("no store")

    with monkeypatch.context() as patched:
        patched.setattr(face.app.store, "write", gone)
        assert await face.post(update(1, "/start")) == 503
    assert await face.post(update(1, "/start")) == 200
    await face.app.settled()
    assert await sent(face) == 1


async def test_alive_and_ready_are_two_things(face: Face, monkeypatch):
    assert await face.get("/livez") == (200, "ok\n")
    assert (await face.get("/readyz"))[0] == 503  # nobody has looked at what is due yet
    await face.app.tick(face.app.clock.now())
    status, body = await face.get("/readyz")
    assert (status, json.loads(body)) == (
        200,
        dict.fromkeys(("ready", "store", "key", "zone", "tick"), True),
    )

    async def gone(*_args: Any, **_kwargs: Any) -> Any:
        raise OSError("no store")

    with monkeypatch.context() as patched:
        patched.setattr(face.app.store, "write", gone)
        face.app.clock.move_to(face.app.clock.now() + timedelta(seconds=5))
        assert (await face.get("/readyz"))[0] == 503
        assert (await face.get("/livez"))[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "bot.example"},
        {"Host": "chat.example"},
        {"Host": "CHAT.example.:443"},
        {"X-Forwarded-For": "192.0.2.7"},
        {"Forwarded": "for=192.0.2.7"},
    ],
)
async def test_who_comes_by_the_public_address_learns_nothing(face: Face, headers):
    """And makes us write nothing."""
    face.app.store.web_url = "https://chat.example"
    await face.app.tick(face.app.clock.now())
    before = face.app.store.read_now(store_facts.get, "probe")
    for path in ("/readyz", "/readyz?settled", "/metrics"):
        assert await face.get(path, headers) == (404, "")
    assert face.app.store.read_now(store_facts.get, "probe") == before
    assert (await face.get("/readyz"))[0] == 200
    assert (await face.get("/livez", headers))[0] == 200


async def test_whoever_asks_often_makes_us_write_seldom(face: Face):
    await face.get("/readyz")
    face.app.store.write_now(store_facts.put, "probe", "mine")
    await face.get("/readyz")
    assert face.app.store.read_now(store_facts.get, "probe") == "mine"
    face.app.clock.move_to(face.app.clock.now() + timedelta(seconds=5))
    await face.get("/readyz")
    assert face.app.store.read_now(store_facts.get, "probe") != "mine"


async def test_settled_answers_when_everything_is_sent(face: Face):
    posting = asyncio.create_task(face.post(update(1, "/start")))
    await posting
    await face.get("/readyz?settled")
    assert await sent(face) == 1


async def test_figures_hold_counts_and_nobody(face: Face):
    await face.post(update(1, "/start"))
    await face.app.tick(face.app.clock.now())
    status, body = await face.get("/metrics")
    assert status == 200
    assert 'losbot_updates_total{how="handled"} 1.0' in body
    assert 'losbot_messages_total{state="sent"} 1.0' in body
    assert 'losbot_outbox_rows{state="sent"} 1' in body
    assert str(IDA) not in body
