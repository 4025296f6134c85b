"""A pretend Telegram whose clock stands still, and a bot's hand to call it with."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.clock import ManualClock
from bot.emulator.cast import DEMO_TOKEN
from bot.emulator.emulator import Emulator, File

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


async def until(true: Callable[[], bool]) -> None:
    """Lets everyone else go on until something has come true."""
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0)


class Bot:
    """Calls the Bot API in process and reads the answers."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    async def ask(
        self, method: str, files: Mapping[str, File] | None = None, **params: Any
    ) -> dict[str, Any]:
        """The whole envelope."""
        texts = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in params.items()
        }
        answer = await self.emulator.call(DEMO_TOKEN, method, texts, files or {})
        body = json.loads(answer.body)
        assert answer.status == (200 if body["ok"] else body["error_code"])
        return dict(body)

    async def __call__(self, method: str, **params: Any) -> Any:
        """The result of a call that must succeed."""
        body = await self.ask(method, **params)
        assert body["ok"], body
        return body["result"]

    async def refusal(self, method: str, **params: Any) -> tuple[int, str]:
        body = await self.ask(method, **params)
        assert not body["ok"], body
        return body["error_code"], body["description"]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
async def make(clock: ManualClock) -> AsyncIterator[Callable[..., Emulator]]:
    made: list[Emulator] = []

    def build(**options: Any) -> Emulator:
        made.append(Emulator(**({"clock": clock} | options)))
        return made[-1]

    yield build
    for emulator in made:
        await emulator.close()


@pytest.fixture
def emulator(make: Callable[..., Emulator]) -> Emulator:
    return make()


@pytest.fixture
def bot(emulator: Emulator) -> Bot:
    return Bot(emulator)
