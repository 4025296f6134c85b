"""What comes in: fetched raw, each update alone, acknowledged only when it is committed or parked.

Nothing that comes over the line ends the loop: not a refused token, not a proxy's page, not a
second poller, not an update nobody can read.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot import parking
from bot.channels import Said
from bot.channels.outcomes import What, outcome_of
from bot.channels.request import Ambiguous, NotSent, TooMany
from bot.channels.telegram import Sender, is_help, parse
from bot.clock import Clock
from bot.log import log
from bot.store import Store

POLL_SECONDS = 25
LONGEST_WAIT = 30.0
TRIES = 3
RENEW_AFTER = 3
HELP_TRIES = 6
HELP_WAIT = 2.0
"""So long others wait for somebody's help card; sending it goes on."""
REMEMBERED_HELP = 1000
LARGEST_ID = 2**63 - 1

Handle = Callable[[Session, Said, datetime], object]


class StoreDown(Exception):
    """The database does not answer; the update must come again."""


class Intake:
    """Polling (`start`) and the webhook (`receive`) end in the same place."""

    def __init__(self, store: Store, sender: Sender, clock: Clock, handle: Handle) -> None:
        self._store = store
        self._sender = sender
        self._clock = clock
        self._handle = handle
        self._hearing = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._chats: dict[int, tuple[asyncio.Lock, int]] = {}
        self._helped: OrderedDict[int, None] = OrderedDict()
        self._aside: set[asyncio.Task[None]] = set()
        self._polling: asyncio.Task[None] | None = None
        self._asking: asyncio.Task[list[Any]] | None = None
        self._closing = False
        self._down = False  # the database has failed since this batch was fetched
        self.last_poll: datetime | None = None
        self.counts: Counter[str] = Counter()

    # -- polling ------------------------------------------------------------------------

    def start(self) -> None:
        self._polling = asyncio.create_task(self._poll(), name="intake")

    async def stop(self) -> None:
        """What was fetched is finished first; what was not comes again."""
        self._closing = True
        if self._polling is not None:
            if self._asking is not None:
                self._asking.cancel()
            await asyncio.wait({self._polling}, timeout=10)
            self._polling.cancel()
            await asyncio.wait({self._polling})
        await self.settled()
        if self._aside:  # a help card on its way gets there, if it can
            _done, late = await asyncio.wait(self._aside, timeout=HELP_WAIT)
            for task in late:
                task.cancel()

    async def _poll(self) -> None:
        offset, trouble, stalled = 0, 0, 0
        while not self._closing:
            try:
                self._asking = asyncio.create_task(self._sender.updates(offset, POLL_SECONDS))
                found = await self._asking
            except asyncio.CancelledError:
                return
            except Exception as error:
                trouble += 1
                await self._wait_out(error, trouble)
                continue
            trouble, self.last_poll = 0, self._clock.now()
            reached = await self._hear_all(found, offset)
            stalled = stalled + 1 if found and reached <= offset else 0
            if stalled > RENEW_AFTER:
                # Always the same, without numbers, or with the store down: no frenzy.
                await asyncio.sleep(1)
            offset = max(offset, reached)

    async def _wait_out(self, error: Exception, trouble: int) -> None:
        self.counts["poll_failed"] += 1
        log.warning("intake.poll", error=type(error).__name__, count=trouble)
        if isinstance(error, (Ambiguous, NotSent)) and trouble % RENEW_AFTER == 0:
            with contextlib.suppress(Exception):
                await self._sender.renew()
        seconds = min(LONGEST_WAIT, 1.5 ** (trouble - 1))
        if isinstance(error, TooMany):
            seconds = max(seconds, error.seconds)
        await self._clock.sleep(seconds)

    async def _hear_all(self, found: Sequence[Any], offset: int) -> int:
        """Different chats side by side, one chat in order. Returns the next offset: the old one
        while the database is down, so that all come again and calls for help go on being heard."""
        self._down = False
        for heard in await asyncio.gather(*map(self._hear, found), return_exceptions=True):
            if isinstance(heard, BaseException) and not isinstance(heard, StoreDown):
                raise heard
        if self._down:
            return offset
        return max((_number(raw) + 1 for raw in found), default=0)

    # -- one update ---------------------------------------------------------------------

    async def receive(self, raw: Mapping[str, Any]) -> bool:
        """One update from the webhook. False when the database fails: it must come again."""
        self._down = False
        try:
            await self._hear(raw)
        except StoreDown:
            return False
        return True

    @property
    def idle(self) -> bool:
        return self._hearing == 0

    async def settled(self) -> None:
        await self._quiet.wait()

    async def _hear(self, raw: Any) -> None:
        self._hearing += 1
        self._quiet.clear()
        try:
            await self._hear_one(raw)
        finally:
            self._hearing -= 1
            if not self._hearing:
                self._quiet.set()

    async def _hear_one(self, raw: Any) -> None:
        """Returns when the update is committed or parked. StoreDown when it must come again."""
        if _number(raw) < 0:
            self.counts["unnumbered"] += 1
            return
        try:
            said = parse(raw, self._clock.now())
        except Exception as error:
            await self._park(raw, None, error)
            return
        if said.leave is not None:
            self._leave(said.leave)
        if is_help(said):
            await self._help(said)
            return
        async with self._in_order(said.address):
            await self._do(raw, said)

    async def _do(self, raw: Any, said: Said) -> None:
        """Three tries; a database that does not answer counts as none of them."""
        failures = 0
        while True:
            if self._down:
                raise StoreDown  # nobody overtakes what they said before
            try:
                await self._store.write(self._handle, said, self._clock.now())
            except Exception as error:
                await self._store_must_answer()
                failures += 1
                log.warning("intake.failed", update=said.update_id, error=type(error).__name__)
                if failures == TRIES:
                    await self._park(raw, said, error)
                    return
            else:
                self.counts["handled"] += 1
                return

    async def _store_must_answer(self) -> None:
        """Raises StoreDown when the failure was not the update's own."""
        try:
            await self._store.write(lambda session: session.connection())
        except Exception as error:
            self._down = True
            log.error("intake.store", error=type(error).__name__)
            raise StoreDown from error

    async def _park(self, raw: Any, said: Said | None, error: Exception) -> None:
        payload = json.dumps(raw)
        try:
            reference = await self._store.write(
                parking.park,
                update_id=_number(raw),
                payload=payload,
                error=type(error).__name__,
                said=said,
                now=self._clock.now(),
            )
        except Exception as failure:
            await self._store_must_answer()
            log.error("intake.lost", update=_number(raw), error=type(failure).__name__)
        else:
            self.counts["parked"] += 1
            log.error("intake.parked", reference=reference, error=type(error).__name__)

    @contextlib.asynccontextmanager
    async def _in_order(self, address: int) -> AsyncIterator[None]:
        lock, waiting = self._chats.get(address, (asyncio.Lock(), 0))
        self._chats[address] = lock, waiting + 1
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._chats.pop(address)
            if waiting > 1:
                self._chats[address] = lock, waiting - 1

    # -- what needs no store ------------------------------------------------------------

    async def _help(self, said: Said) -> None:
        """Straight out, with whatever still works; again while it is not known to be sent.

        Only the first try is waited for, and not for long: nobody else stands in line behind it.
        """
        if said.update_id in self._helped:
            return
        self._helped[said.update_id] = None
        while len(self._helped) > REMEMBERED_HELP:
            self._helped.popitem(last=False)
        self.counts["help"] += 1
        if said.callback_id is not None:
            self._beside(self._answer(said.callback_id))
        tried = asyncio.Event()
        self._beside(self._send_help(said, tried))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(tried.wait(), HELP_WAIT)

    async def _send_help(self, said: Said, tried: asyncio.Event) -> None:
        for attempt in range(HELP_TRIES):
            try:
                await self._sender.help(said, self._clock.now())
                return
            except Exception as error:
                outcome = outcome_of(error)
                if outcome.what in (What.GONE, What.REFUSED):
                    return
                log.error("intake.help", error=type(error).__name__)
                seconds = max(outcome.seconds, 0.5 * 2**attempt)
            finally:
                tried.set()
            await asyncio.sleep(seconds)

    async def _answer(self, callback_id: str) -> None:
        with contextlib.suppress(Exception):
            await self._sender.answer(callback_id)

    def _leave(self, chat: int) -> None:
        async def leaving() -> None:
            with contextlib.suppress(Exception):
                await self._sender.leave(chat)

        self._beside(leaving())

    def _beside(self, doing: Coroutine[Any, Any, None]) -> None:
        """Go on without waiting for it."""
        task = asyncio.create_task(doing)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)


def _number(raw: Any) -> int:
    """An update's number, or -1 for what has none."""
    number = raw.get("update_id") if isinstance(raw, Mapping) else None
    if isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= LARGEST_ID:
        return number
    return -1
