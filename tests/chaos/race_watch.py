"""The pretended phones, and what is noted of each transaction while the races run."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable
from contextvars import ContextVar
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from bot.delivery import Delivery
from bot.desk import Claimed, Round
from bot.outgoing import step
from bot.render import Rendered
from bot.store import Store
from tests.chaos.race_bugs import Sound
from tests.chaos.race_verdict import Seen, Span

LONGEST_CALL = 0.03
_row: ContextVar[int] = ContextVar("row")


class Phones:
    """Which row's words each message shows, in every chat. Calls take a while, and then land."""

    def __init__(self, dice: random.Random) -> None:
        self.chats: dict[int, dict[int, int]] = defaultdict(dict)
        self.deletions: dict[int, int] = defaultdict(int)
        self._ids = count(1)
        self._dice = dice

    def forget(self) -> None:
        self.chats.clear()
        self.deletions.clear()

    async def _while(self) -> None:
        await asyncio.sleep(self._dice.uniform(0, LONGEST_CALL / 2))

    async def send(self, address: int, what: Rendered) -> int:
        await self._while()
        number = next(self._ids)
        self.chats[address][number] = _row.get()
        await self._while()
        return number

    async def edit(self, address: int, target: int, what: Rendered) -> None:
        await self._while()
        self.chats[address][target] = _row.get()
        await self._while()

    async def delete(self, address: int, target: int) -> None:
        await self._while()
        self.deletions[address] += self.chats[address].pop(target, None) is not None

    async def strip(self, address: int, target: int) -> None:
        await self._while()

    async def answer(self, callback_id: str, words: str) -> None:
        await self._while()


class Courier(Delivery):
    async def _perform(self, claimed: Claimed) -> int | None:
        _row.set(claimed.row_id)
        return await super()._perform(claimed)


class Watched:
    """A store whose transactions are counted: before, at the end, and right after the commit."""

    def __init__(self, store: Store, seen: Seen, ticks: count[int], bug: Sound) -> None:
        self._store = store
        self._bug = bug
        self._seen = seen
        self._ticks = ticks
        self.alone = store.alone

    async def write(self, fn: Callable[..., Any], *args: Any, span: Span | None = None) -> Any:
        span = span or Span()
        if fn is step:
            await self._bug.before_step(self._store, args[4])  # its `now`

        def counted(session: Session) -> Any:
            span.began = next(self._ticks)
            value = fn(session, *args)
            session.flush()
            span.done = next(self._ticks)
            return value

        def kept(_future: object) -> None:
            span.kept = next(self._ticks)

        future = self._store._submit(counted, (), {})
        future.add_done_callback(kept)  # in the thread that committed, before anyone goes on
        value = await asyncio.wrap_future(future)
        if fn is step:
            self._note(args[0], value, span)
        return value

    def _note(self, results: Any, done: Round, span: Span) -> None:
        self._seen.claims.update((claimed.row_id, span) for claimed in done.claimed)
        self._seen.marks.update((claimed.row_id, span) for claimed, _outcome in results)
