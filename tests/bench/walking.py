"""People who walk through /los with buttons, and how long each press takes to show on the phone."""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

WALK = ("Meg selv", "Skolen", "På skolen", "☐ I skoletiden", "Ferdig", "Her i chatten", "Bare at")
LAST = "Ja, send"
SLOWEST = 20.0


class Phones:
    """What changed on which phone, heard over server-sent events as a page hears it."""

    def __init__(self, web: aiohttp.ClientSession) -> None:
        self._web = web
        self._changed: dict[int, asyncio.Event] = {}
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Phones:
        up = asyncio.Event()
        self._listening = asyncio.create_task(self._listen(up))
        await up.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    async def _listen(self, up: asyncio.Event) -> None:
        forever = aiohttp.ClientTimeout(total=None)
        async with self._web.get("/sim/events", timeout=forever) as stream:
            up.set()
            kind = ""
            async for line in stream.content:
                if line.startswith(b"event: "):
                    kind = line[7:].strip().decode()
                elif line.startswith(b"data: ") and kind == "chat":
                    self.of(json.loads(line[6:])["id"]).set()

    def of(self, person: int) -> asyncio.Event:
        return self._changed.setdefault(person, asyncio.Event())


@dataclass
class Walker:
    """One person. `seconds` is what each press took until the phone showed what it led to."""

    web: aiohttp.ClientSession
    phones: Phones
    dice: random.Random
    thinks: float
    id: int = 0
    seconds: list[float] = field(default_factory=list)

    async def _post(self, path: str, **body: Any) -> Any:
        async with self.web.post(path, json=body) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def arrive(self, name: str) -> None:
        self.id = (await self._post("/sim/people", name=name, language_code="nb"))["id"]

    async def walk(self) -> None:
        await self._post(f"/sim/{self.id}/send", text="/los")
        shown = await self._see(lambda said: bool(said) and bool(said[-1]["inline_keyboard"]))
        for step in WALK:
            before = shown[-1]
            shown = await self._press(
                _label(before, step), lambda said, before=before: said[-1] != before
            )
        count = len(shown)
        await self._press(LAST, lambda said: len(said) > count)

    async def _press(self, label: str, done: Any) -> Any:
        await asyncio.sleep(self.thinks * self.dice.uniform(0.5, 1.5))
        began = time.perf_counter()
        await self._post(f"/sim/{self.id}/tap", button=label)
        shown = await self._see(done)
        self.seconds.append(time.perf_counter() - began)
        return shown

    async def _see(self, done: Any) -> Any:
        """The bot's messages once they are as awaited: looked up at each sign of news."""
        changed = self.phones.of(self.id)
        async with asyncio.timeout(SLOWEST):
            while True:
                await changed.wait()
                changed.clear()
                async with self.web.get(f"/sim/{self.id}/chat") as answer:
                    chat = json.loads(await answer.read())
                said = [m for m in chat["messages"] if m["from"] == "bot"]
                if done(said):
                    return said


def _label(message: Any, start: str) -> str:
    labels = [button["text"] for row in message["inline_keyboard"] for button in row]
    return next(label for label in labels if label.startswith(start))


async def walk_together(url: str, people: int, thinks: float, seed: int) -> list[float]:
    """So many at once, each once through /los; every press's seconds.

    `thinks` is how long a person looks at a question, on average; 0 presses at once.
    """
    dice = random.Random(seed)
    limits = aiohttp.TCPConnector(limit=people + 5)
    async with aiohttp.ClientSession(url, connector=limits) as web, Phones(web) as phones:
        walkers = [Walker(web, phones, dice, thinks) for _ in range(people)]
        for number, walker in enumerate(walkers):
            await walker.arrive(f"Elev {seed}-{number}")
        await asyncio.gather(*(walker.walk() for walker in walkers))
        return [second for walker in walkers for second in walker.seconds]
