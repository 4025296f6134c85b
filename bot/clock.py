"""The only place that reads the real clock; everything else is told what time it is."""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Protocol


class Clock(Protocol):
    """Aware UTC instants, and waiting that follows them."""

    @property
    def flows(self) -> bool:
        """Whether time passes by itself: waiting for an instant is worth while."""
        ...

    def now(self) -> datetime: ...

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's clock. `losbot serve` knows no other."""

    flows = True

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))


class ManualClock:
    """A clock that stands still until it is told to move. For stories and the demo.

    With `running=True` it also flows with the machine's clock, so that a demo left alone
    behaves as the world does. Sleepers wake when the clock is moved past them.
    """

    def __init__(self, start: datetime, *, running: bool = False) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock starts at an aware instant")
        self._base = start.astimezone(UTC)
        self._running = running
        self._since = datetime.now(UTC)
        self._sleepers: list[tuple[datetime, int, asyncio.Event]] = []
        self._order = count()

    @property
    def flows(self) -> bool:
        return self._running

    def now(self) -> datetime:
        if not self._running:
            return self._base
        return self._base + (datetime.now(UTC) - self._since)

    def move_to(self, instant: datetime) -> None:
        """Move forward to `instant`; a clock never moves back. Wakes whoever slept until then."""
        instant = max(instant.astimezone(UTC), self.now())
        self._base, self._since = instant, datetime.now(UTC)
        while self._sleepers and self._sleepers[0][0] <= instant:
            heapq.heappop(self._sleepers)[2].set()

    def next_wake(self) -> datetime | None:
        """When the first sleeper wants to wake, or None."""
        return self._sleepers[0][0] if self._sleepers else None

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        until = self.now() + timedelta(seconds=seconds)
        event = asyncio.Event()
        entry = (until, next(self._order), event)
        heapq.heappush(self._sleepers, entry)
        try:
            while not event.is_set() and self.now() < until:
                try:
                    await asyncio.wait_for(
                        event.wait(),
                        (until - self.now()).total_seconds() if self._running else None,
                    )
                except TimeoutError:
                    continue
        finally:
            if entry in self._sleepers:
                self._sleepers.remove(entry)
                heapq.heapify(self._sleepers)
