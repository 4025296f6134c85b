"""News for the page: what changed, numbered, so that one who was away can catch up."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

HEARTBEAT = 15.0


@dataclass(frozen=True, slots=True)
class Event:
    number: int
    kind: str
    data: dict[str, object]

    def wire(self) -> bytes:
        text = json.dumps(self.data, ensure_ascii=False)
        return f"id: {self.number}\nevent: {self.kind}\ndata: {text}\n\n".encode()


class Events:
    """Publishing never waits; a listener that lags reads on from where it was."""

    def __init__(self, kept: int = 1000) -> None:
        self.recent: deque[Event] = deque(maxlen=kept)
        self._last = 0
        self._listeners: set[asyncio.Event] = set()
        self._closed = False

    def publish(self, kind: str, **data: object) -> None:
        self._last += 1
        self.recent.append(Event(self._last, kind, data))
        for listener in self._listeners:
            listener.set()

    def open(self) -> None:
        self._closed = False

    def close(self) -> None:
        """Ends every stream, so that a server can go down at once."""
        self._closed = True
        for listener in self._listeners:
            listener.set()

    def _since(self, number: int) -> list[Event]:
        missed = self._last - number
        if number > self._last or missed > len(self.recent):
            # Too long away, or from another life of this server: everything may have changed.
            return [Event(self._last, "people", {})]
        return list(self.recent)[len(self.recent) - missed :]

    async def stream(self, after: int | None = None) -> AsyncIterator[bytes]:
        """The events as they go over the wire, with a comment when nothing happens for long."""
        last = self._last if after is None else after
        wake = asyncio.Event()
        self._listeners.add(wake)
        try:
            yield b"retry: 1000\n\n"
            while not self._closed:
                for event in self._since(last):
                    yield event.wire()
                    last = event.number
                try:
                    async with asyncio.timeout(HEARTBEAT):
                        await wake.wait()
                except TimeoutError:
                    yield b": still here\n\n"
                wake.clear()
        finally:
            self._listeners.discard(wake)
