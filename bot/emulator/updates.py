"""The bot's queue of updates: offsets, long polling, and what grows too old."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.emulator.rules import OTHER_POLLER, Rejected

KEPT = timedelta(hours=24)
CALLBACK_KEPT = timedelta(seconds=150)
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(slots=True)
class Pending:
    """An update on its way. `key` is what an offset confirms; a raw one may lack a usable id."""

    serial: int
    key: int | None
    body: object
    kind: str
    at: datetime
    raw: bool = False
    delivered: bool = False


class UpdateQueue:
    """Updates in the order they happened, until the bot confirms them or they grow too old."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        # Real ids jump after a quiet week; a bot that remembers ids must not meet old ones again.
        self._last_id = 100_000_000 + secrets.randbelow(800_000_000)
        self._serial = 0
        self._items: dict[int, Pending] = {}
        self._odd = 0
        self._stopped = False
        self._poll: asyncio.Future[None] | None = None
        self._empty = asyncio.Event()
        self._empty.set()
        self.allowed: list[str] = []
        self.on_add: Callable[[Pending], None] | None = None

    def __len__(self) -> int:
        self.forget_old()
        return len(self._items)

    def __iter__(self) -> Iterator[Pending]:
        return iter(list(self._items.values()))

    @property
    def waiting(self) -> bool:
        """A poll hangs now and there is nothing for it."""
        return self._poll is not None and not self._poll.done() and not self._items

    def add(self, kind: str, content: dict[str, object]) -> int:
        """Queue an update of a kind the bot wants; its id counts either way."""
        self._last_id += 1
        wanted = kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT
        if wanted:
            self._put(self._last_id, {"update_id": self._last_id, kind: content}, kind)
        return self._last_id

    def add_raw(self, update: object) -> int:
        """Queue anything, as it is; an object without an update_id gets one.

        An id of the past is delivered once more: so a test can repeat an update.
        """
        key: int | None = None
        if isinstance(update, dict):
            given = update.get("update_id", None)
            if "update_id" not in update:
                self._last_id += 1
                update = {"update_id": self._last_id, **update}
                key = self._last_id
            elif isinstance(given, int) and not isinstance(given, bool):
                key = given
                self._last_id = max(self._last_id, given)
        kind = "callback_query" if isinstance(update, dict) and "callback_query" in update else ""
        self._put(key, update, kind, raw=True)
        return key if key is not None else self._last_id

    def begin_anew(self) -> None:
        """Numbers go on from somewhere lower, as after a week in which nothing came."""
        self._last_id //= 2

    def _put(self, key: int | None, body: object, kind: str, *, raw: bool = False) -> None:
        self._serial += 1
        item = Pending(self._serial, key, body, kind, self._clock.now(), raw=raw)
        self._items[item.serial] = item
        self._odd += raw
        self._empty.clear()
        if self._poll and not self._poll.done():
            self._poll.set_result(None)
        if self.on_add:
            self.on_add(item)

    async def poll(self, offset: int, limit: int, hold: float) -> list[object]:
        """getUpdates. A newer call ends this one with 409."""
        self.terminate(OTHER_POLLER)
        self._confirm(offset)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + hold
        while not (batch := self._batch(limit)) and (left := deadline - loop.time()) > 0:
            if self._stopped:
                break
            mine = self._poll = loop.create_future()
            try:
                async with asyncio.timeout(left):
                    await mine
            except TimeoutError:
                pass
            finally:
                if self._poll is mine:
                    self._poll = None
        return batch

    def terminate(self, why: str) -> None:
        if self._poll and not self._poll.done():
            self._poll.set_exception(Rejected(409, why))

    def open(self) -> None:
        self._stopped = False

    def stop(self) -> None:
        """Lets a hanging poll go with nothing, and every later one too."""
        self._stopped = True
        if self._poll and not self._poll.done():
            self._poll.set_result(None)

    def _confirm(self, offset: int) -> None:
        self.forget_old()
        if offset < 0:
            for serial in list(self._items)[:offset]:
                self.drop(serial)
            return
        if offset > self._last_id + 1:
            return  # of before the numbers began anew: nothing is forgotten, all is handed out
        for item in self._head(offset):
            if item.key is None or (item.raw and not item.delivered):
                done = item.delivered
            else:
                done = offset > 0 and item.key < offset
            if done:
                self.drop(item.serial)

    def _head(self, offset: int) -> list[Pending]:
        """The items an offset may confirm: all if raw ones lie about, else the old end only."""
        if self._odd:
            return list(self._items.values())
        head: list[Pending] = []
        for item in self._items.values():
            if item.key is None or item.key >= offset:
                break
            head.append(item)
        return head

    def _batch(self, limit: int) -> list[object]:
        self.forget_old()
        batch: list[object] = []
        for item in self._items.values():
            if len(batch) == limit:
                break
            item.delivered = True
            batch.append(item.body)
        return batch

    def drop(self, serial: int) -> None:
        """Forget one update: confirmed, delivered by webhook, or too old."""
        item = self._items.pop(serial, None)
        if item is not None:
            self._odd -= item.raw
        if not self._items:
            self._empty.set()

    def clear(self) -> None:
        for serial in list(self._items):
            self.drop(serial)

    def is_old(self, item: Pending) -> bool:
        age = self._clock.now() - item.at
        lost_press = item.kind == "callback_query" and not item.delivered
        return age > KEPT or (lost_press and age > CALLBACK_KEPT)

    def forget_old(self) -> None:
        for item in [item for item in self._items.values() if self.is_old(item)]:
            self.drop(item.serial)

    async def drained(self) -> None:
        """Returns when the bot has confirmed everything."""
        await self._empty.wait()
