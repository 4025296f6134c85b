"""What comes in: raw, each update alone, acknowledged only when it is committed or parked.

None that nobody can read keeps the others from being heard.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import datetime
from itertools import count
from typing import Any, Literal

from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.orm import Session

from bot import parking, store_engines
from bot.channels import Heard, Said
from bot.channels.hearing import is_help
from bot.channels.telegram import Sender, parse
from bot.clock import Clock
from bot.dispatch import SPEAKS
from bot.log import log
from bot.store import Store
from bot.straight import Straight, first_try
from handlers.crisis import speaks_of_danger
from models import store_facts
from models.outbox import ROWS, STOOD, OutState

OWED = 60.0
TRIES = 3
LARGEST_ID = 2**63 - 1
COUNTED = ("handled", "help", "parked", "lost", "unnumbered", "poll_failed", "poll_conflict")
"""What may come of an update, or of asking for some."""

Handle = Callable[[Session, Said, datetime], object]
Why = Literal["asked", "danger"]


class StoreDown(Exception):
    """The database does not answer; the update must come again."""


class Intake:
    """What polling fetches (`hear`) and what the webhook is given (`receive`) end in the same place."""

    def __init__(self, store: Store, sender: Sender, clock: Clock, handle: Handle) -> None:
        self._store = store
        self._sender = sender
        self._clock = clock
        self._handle = handle
        self._hearing = 0
        self._since: dict[int, datetime] = {}  # what is being heard, by turn
        self._turns = count()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._chats: dict[int, tuple[asyncio.Lock, int]] = {}
        self._straight = Straight(sender, clock, store)
        self._owed: dict[int, tuple[int, datetime]] = {}
        """By chat: the first update that is to come again, and when it was last turned away."""
        self.in_batches = False
        """Whether what is not kept comes again together with all that came with it."""
        self.down = False
        """The database has failed since this batch, or this update, came."""
        self.counts: Counter[str] = Counter()

    async def stop(self) -> None:
        """What has come is finished first."""
        await self.settled()
        await self._straight.finish()

    def look_for_help(self, raw: Any) -> None:
        """The help card for whoever asks for it, or writes of danger. Nothing else is heard."""
        said = parse(raw, self._clock.now())
        self._help(said, _why(said))

    def _help(self, said: Said, why: Why | None) -> asyncio.Event | None:
        """The help card, if there is a reason; what is set after its first try. None for what has
        had its card, and for all else."""
        if why is None:
            return None
        tried = self._straight.help(said, unasked=why == "danger")
        self.counts["help"] += why == "asked" and tried is not None
        return tried

    # -- one update ---------------------------------------------------------------------

    async def receive(self, raw: Mapping[str, Any]) -> bool:
        """One update from the webhook. False when it must come again: the database fails, or the
        help card it asks for is still on its way."""
        if self.owes(raw):
            return False
        self.down = False
        try:
            await self.hear(raw)
        except StoreDown:
            return False
        return not self.owes(raw)

    def owes(self, raw: Any) -> bool:
        """Whether an update that was heard may not be acknowledged: its help card has not come."""
        return self._straight.owes(number_of(raw))

    async def take(self, raw: Mapping[str, Any], said: Said) -> object:
        """Something said in a chat that answers a call for help itself. What came of it, None if
        it was parked. StoreDown when the database fails: it must be said again."""
        with self._under_way():
            async with self._in_order(said.address):
                return await self._do(raw, said, alone=True)

    def oldest(self) -> float:
        """Seconds that the update has waited which was fetched first of those not heard yet."""
        now = self._clock.now()
        return max(((now - since).total_seconds() for since in self._since.values()), default=0)

    @property
    def idle(self) -> bool:
        return self._hearing == 0

    async def settled(self) -> None:
        await self._quiet.wait()

    async def hear(self, raw: Any) -> None:
        """Returns when the update is committed or parked. StoreDown when it must come again."""
        with self._under_way():
            await self._hear_one(raw)

    @contextlib.contextmanager
    def _under_way(self) -> Iterator[None]:
        self._hearing += 1
        self._quiet.clear()
        turn = next(self._turns)
        self._since[turn] = self._clock.now()
        try:
            yield
        finally:
            del self._since[turn]
            self._hearing -= 1
            if not self._hearing:
                self._quiet.set()

    async def _hear_one(self, raw: Any) -> None:
        if number_of(raw) < 0:
            self.counts["unnumbered"] += 1
            return
        said = None
        try:
            said = parse(raw, self._clock.now())
            await self._listen(raw, said)
        except StoreDown:
            raise
        except Exception as error:  # else one update would end the polling for all
            await self._park(raw, said, error)

    async def _listen(self, raw: Any, said: Said) -> None:
        if said.leave is not None:
            self._straight.leave(said.leave)
        why = _why(said)
        tried = self._help(said, why)
        if why == "asked":
            if tried is not None:
                await first_try(tried)
            return
        async with self._in_order(said.address):
            if tried is not None:
                await first_try(tried)  # the answer to the words comes after the card
            if why == "danger":
                # A card that is still on its way is as good: the usual answer to such words would
                # stand alone until it comes. Then it stands where the words do.
                helped = self._straight.came(said) or said.message_id
                said = dataclasses.replace(said, helped=helped)
            with self._in_turn(said):
                await self._do(raw, said)

    @contextlib.contextmanager
    def _in_turn(self, said: Said) -> Iterator[None]:
        """What a webhook must bring again comes before what was said later in its chat; but is not
        waited for for ever, since Telegram may have given it up."""
        now = self._clock.now()
        owed, since = self._owed.get(said.address, (said.update_id, now))
        waits = not self.in_batches and owed < said.update_id
        if waits and (now - since).total_seconds() < OWED:
            raise StoreDown
        try:
            yield
        except StoreDown:
            self._owed[said.address] = min(owed, said.update_id), now
            raise
        if said.update_id >= owed:
            self._owed.pop(said.address, None)

    async def _do(self, raw: Any, said: Said, *, alone: bool = False) -> object:
        """Three tries; a database that does not answer counts as none of them. `alone`: not one of
        a batch that must all come again."""
        failures, came = 0, self._clock.now()
        while True:
            if self.down and not alone:
                raise StoreDown  # nobody overtakes what they said before
            try:
                done = await self._store.write(self._followed, said, self._clock.now())
            except Exception as error:
                await self._store_must_answer(error)
                failures += 1
                log.warning("intake.failed", update=said.update_id, error=type(error).__name__)
                if failures == TRIES:
                    await self._park(raw, said, error)
                    return None
            else:
                self.counts["handled"] += 1
                heard, rows, stood, speaks = done
                if speaks is not None:
                    self._straight.speaks(said.address, speaks)
                seconds = round((self._clock.now() - came).total_seconds(), 3)
                log.info("update.heard", update=said.update_id, rows=rows, seconds=seconds)
                for row in stood:  # as of all others: nothing tells what was answered straight
                    log.info("message.ended", row=row, state=OutState.SENT.value, error=None)
                if heard is Heard.HID:
                    self._straight.clear(said.address)
                else:
                    self._straight.remember(said.address)
                return heard

    def _followed(
        self, session: Session, said: Said, now: datetime
    ) -> tuple[object, list[int], list[int], str | None]:
        """What came of it, which messages it promised, which of them stand in the chat, and what
        language is spoken there."""
        heard, info = self._handle(session, said, now), session.info
        return heard, info.get(ROWS, []), info.get(STOOD, []), info.get(SPEAKS)

    async def _store_must_answer(self, error: Exception) -> None:
        """Raises StoreDown when the failure was not the update's own."""
        try:
            if store_engines.is_full(error):  # though the probe, or a parked update, may find room
                raise error
            # Something is written: on a full disk a transaction without a change succeeds.
            await self._store.write(store_facts.put, "probe", self._clock.now().isoformat())
        except Exception as failure:
            self.down = True
            log.error("intake.store", error=type(failure).__name__)
            raise StoreDown from failure

    async def _park(self, raw: Any, said: Said | None, error: Exception) -> None:
        try:
            payload = json.dumps(raw)
        except (ValueError, TypeError, RecursionError):
            payload = json.dumps({"update_id": number_of(raw)})
        try:
            reference = await self._store.write(
                parking.park,
                update_id=number_of(raw),
                payload=payload,
                error=type(error).__name__,
                said=said,
                now=self._clock.now(),
            )
        except Exception as failure:
            await self._store_must_answer(failure)
            if isinstance(failure, (OperationalError, InternalError)):
                self.down = True  # room for the probe, and for no more
                raise StoreDown from failure
            # Without the key nothing can be sealed, and unsealed nobody's words are kept. Held it
            # would hold everybody: Telegram forgets an update only with all that came before it.
            self.counts["lost"] += 1
            log.error("intake.lost", update=number_of(raw), error=type(failure).__name__)
            if said is not None:
                with contextlib.suppress(Exception):
                    await self._store.write(parking.give_up, said, self._clock.now())
        else:
            self.counts["parked"] += 1
            name = type(error).__name__
            log.error("intake.parked", update=number_of(raw), reference=reference, error=name)

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


def _why(said: Said) -> Why | None:
    """Why the help card is sent, if it is. Words are looked through once for each update."""
    if is_help(said):
        return "asked"
    told = filter(None, (said.typed, said.aside))
    return "danger" if any(map(speaks_of_danger, told)) else None


def number_of(raw: Any) -> int:
    """An update's number, or -1 for what has none."""
    number = raw.get("update_id") if isinstance(raw, Mapping) else None
    if isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= LARGEST_ID:
        return number
    return -1
