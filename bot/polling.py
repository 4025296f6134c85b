"""Asking Telegram for updates, one batch after another.

Nothing that comes over the line ends it: not a refused token, not a proxy's page, not a second
poller. What was heard is told to Telegram by asking for what comes after it, and only then.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from telegram.error import Conflict

from bot.channels.request import Ambiguous, NotSent, TooMany
from bot.channels.telegram import AT_ONCE, Sender
from bot.clock import Clock
from bot.intake import Intake, StoreDown, number_of
from bot.log import log

POLL_SECONDS = 25
LONGEST_WAIT = 10.0
"""With a poll that is never answered, which is given up after 45 s, less than a minute: so soon we
listen again when what was wrong is over."""
SLOW = 2.0
"""So many seconds what was said may take to be kept, before we look who asks for help meanwhile."""
RENEW_AFTER = 3


class Polling:
    """`start` asks on and on, until `stop`; each batch is heard before the next is asked for."""

    def __init__(self, sender: Sender, clock: Clock, intake: Intake) -> None:
        self._sender = sender
        self._clock = clock
        self._intake = intake
        self._loop: asyncio.Task[None] | None = None
        self._asking: asyncio.Task[list[Any]] | None = None
        self._closing = False
        self._kept: set[int] = set()
        """Updates that were heard and come again with one that waits for its help card."""
        self._deaf = False  # polling alone gets no answer: that is our fault, not the line's
        self.moved = 0
        """Grows while polling goes on as it should, also when nobody can be reached."""
        self.last: datetime | None = None
        """When Telegram last answered, or was seen to get through to us."""

    def start(self) -> None:
        self._intake.in_batches = True
        self._loop = asyncio.create_task(self._poll(), name="polling")

    async def stop(self) -> None:
        """What was fetched is finished first; what was not comes again."""
        self._closing = True
        if self._loop is None:
            return
        if self._asking is not None:
            self._asking.cancel()
        await asyncio.wait({self._loop}, timeout=10)
        self._loop.cancel()
        await asyncio.wait({self._loop})

    async def _poll(self) -> None:
        offset, trouble, stalled = 0, 0, 0
        while not self._closing:
            # After a failure what is there is asked for: an answer at once tells that all is well,
            # also over a line that cuts whoever is silent.
            seconds = 0 if trouble else POLL_SECONDS
            answered = self._sender.polls_answered
            try:
                self._asking = asyncio.create_task(self._sender.updates(offset, seconds))
                found = await self._asking
            except asyncio.CancelledError:
                return
            except Exception as error:
                trouble += 1
                heard = self._sender.polls_answered > answered
                await self._wait_out(error, trouble, heard=heard)
                continue
            trouble, self.last = 0, self._clock.now()
            self._deaf = False
            self._stir()
            reached = await self._hear_all(found, offset)
            stalled = stalled + 1 if found and reached in (0, offset) else 0
            if stalled > RENEW_AFTER:
                # Always the same: without numbers, with the store down, or while a help card is on
                # its way. No frenzy.
                await asyncio.sleep(1)
            # Not the highest yet: after a week of silence Telegram begins anew, perhaps lower.
            offset = reached or offset

    async def _wait_out(self, error: Exception, trouble: int, *, heard: bool) -> None:
        """`heard`: it was an answer, though not a good one."""
        self._intake.counts["poll_failed"] += 1
        self._intake.counts["poll_conflict"] += isinstance(error, Conflict)
        log.warning("intake.poll", error=type(error).__name__, count=trouble)
        if isinstance(error, (Ambiguous, NotSent)) and trouble % RENEW_AFTER == 0:
            with contextlib.suppress(Exception):
                await self._sender.renew()
            self._deaf = not heard and await self._sender.answers()
        self._deaf = self._deaf and not heard
        seconds = min(LONGEST_WAIT, 1.5 ** (trouble - 1))
        if isinstance(error, TooMany):
            seconds = max(seconds, error.seconds)
        while seconds > 0:
            self._stir()
            await self._clock.sleep(min(seconds, LONGEST_WAIT))
            seconds -= LONGEST_WAIT

    def _stir(self) -> None:
        self.moved += not self._deaf

    async def _hear_all(self, found: Sequence[Any], offset: int) -> int:
        """Different chats side by side, one chat in order. Returns the next offset, 0 for none: the
        old one while the database is down, so that all come again and calls for help go on being
        heard; and the first whose help card has not come, so that it comes again if we end now.

        As far as Telegram reaches: it hands out a hundred at a time, and asking for what comes
        after them would tell it that they were heard. Help asked for behind a hundred waits; and a
        card on its way does not keep a hundred others from being heard.
        """
        self._intake.down = False
        new = [raw for raw in found if number_of(raw) not in self._kept]
        meanwhile = asyncio.create_task(self._help_meanwhile(offset))
        try:
            came_of = await asyncio.gather(*map(self._hear, new), return_exceptions=True)
        finally:
            meanwhile.cancel()
        for heard in came_of:
            if isinstance(heard, BaseException) and not isinstance(heard, StoreDown):
                raise heard
        if self._intake.down:
            return offset
        owed = [number_of(raw) for raw in found if self._intake.owes(raw)]
        if owed and len(found) < AT_ONCE:
            self._kept.update(map(number_of, found))
            return min(owed)
        self._kept.clear()
        return max((number_of(raw) + 1 for raw in found), default=0)

    async def _hear(self, raw: Any) -> None:
        await self._intake.hear(raw)
        self._stir()

    async def _help_meanwhile(self, offset: int) -> None:
        """Whoever asks for help, or writes of danger, waits for no store that is slow to answer
        others, or to fail. Nothing is told to have been heard."""
        seconds = SLOW
        while True:
            await asyncio.sleep(seconds)
            seconds = SLOW
            try:
                found = await self._sender.updates(offset, 0)
            except TooMany as error:
                seconds = max(SLOW, error.seconds)
            except Exception as error:
                log.warning("intake.help_meanwhile", error=type(error).__name__)
            else:
                for raw in found:
                    with contextlib.suppress(Exception):
                        self._intake.look_for_help(raw)
