"""The outbox on its way out: claim, compose, send, mark.

Nudged after every commit that promised something, and woken by the clock for what has to wait.
Chats are served side by side, each in order.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from datetime import datetime

from bot import outgoing
from bot.channels.mail import Post
from bot.channels.outcomes import Outcome, What, outcome_of
from bot.channels.telegram import Sender
from bot.clock import Clock
from bot.desk import Claimed, Desk, Result, Round
from bot.log import log
from bot.store import Store
from models.outbox import Mode

SIDE_BY_SIDE = 16
"""How many calls may be under way at once: as many as the pace allows where each takes half a
second. All of them are in doubt if we die."""
YIELD, YIELDS = 0.005, 100
"""So long, and so often, a broadcast lets replies go before it; then it leaves in turn with them, lest
its lease run out while it waits."""
LETTERS = 2
"""How many letters may be under way beside those: they share one line to the mail server, and one
that says nothing keeps each for as long as half a minute."""
TOGETHER = 0.005
"""So many seconds what came back waits for others on their way, to be marked in one transaction: each
costs as much as putting a message into words."""
GRACE = 15.0
"""How long stopping waits for calls under way, so that few of them end in doubt."""


class Delivery:
    """One loop that claims and marks, and a task for each call."""

    def __init__(
        self, store: Store, sender: Sender, clock: Clock, desk: Desk, post: Post | None = None
    ) -> None:
        self._store = store
        self._sender = sender
        self._post = post
        self._clock = clock
        self._desk = desk
        self._nudged = asyncio.Event()
        self._quiet = asyncio.Event()
        self._busy = False
        self._calls: dict[int, asyncio.Task[None]] = {}
        self._letters: set[int] = set()  # those of the calls that are letters
        self._in_line: set[int] = set()  # those that wait for their turn to leave
        self._replies = 0  # of those
        self._lines = {False: asyncio.Lock(), True: asyncio.Lock()}
        self._results: list[Result] = []
        self._loop: asyncio.Task[None] | None = None
        self._closing = False
        self._held = False
        self._half_done = store.alone
        """Rows that a dead process had on their way are still to be found, before any is claimed."""
        self.wake: datetime | None = None
        self.ends: Counter[str] = Counter()
        self.moved = 0
        """Grows with every round, also with one that fails."""

    async def start(self) -> None:
        with contextlib.suppress(Exception):  # tried again before anything is claimed
            await self._recover()
        self.nudge()
        self._loop = asyncio.create_task(self._run(), name="delivery")

    async def stop(self) -> None:
        """Let what is under way come back and be marked; start nothing new."""
        self._closing = True
        if self._loop is not None:
            self.nudge()
            await asyncio.wait({self._loop}, timeout=GRACE)
            self._loop.cancel()
        calls = list(self._calls.values())
        if calls:
            await asyncio.wait(calls, timeout=GRACE)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        if self._results:
            try:
                await self._step(room=-1)
            except Exception as error:  # they stay in doubt, which the next start sorts out
                log.error("delivery.store", error=type(error).__name__)
        self._nudged.clear()
        self._quiet.set()

    def nudge(self) -> None:
        """Something may be there to send."""
        self._quiet.clear()
        self._nudged.set()

    @property
    def idle(self) -> bool:
        """Nothing is on its way, and nothing waits that is sent now, as soon as the pace allows, or
        again in a moment. Where the clock stands still that moment does not come by itself."""
        paced = self._held and self._clock.flows and not self._closing
        return not (self._nudged.is_set() or self._busy or self._calls or self._results or paced)

    async def settled(self) -> None:
        while not self.idle:
            self._quiet.clear()  # the clock may have woken us, without a nudge
            await self._quiet.wait()

    async def _run(self) -> None:
        while not self._closing:
            await self._something()
            self._nudged.clear()
            self._busy = True
            await self._round()
            self._busy = False
            if self.idle:
                self._quiet.set()

    async def _something(self) -> None:
        """A nudge, or the instant at which the last round said to look again."""
        if self._nudged.is_set() or self.wake is None:
            await self._nudged.wait()
            return
        timer = asyncio.create_task(self._until(self.wake))
        nudged = asyncio.create_task(self._nudged.wait())
        try:
            await asyncio.wait({timer, nudged}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            nudged.cancel()

    async def _until(self, instant: datetime) -> None:
        await asyncio.sleep(0.01)  # a breath, lest a row that others hold makes us spin
        # How long is asked here, not before: the clock may be pushed while this task begins.
        while (left := (instant - self._clock.now()).total_seconds()) > 0:
            await self._clock.sleep(left)

    async def _round(self) -> None:
        """Until there is nothing more to claim. A store that fails is tried again, for ever."""
        delay = 0.05
        while not self._closing:
            self.moved += 1
            try:
                done = await self._step(self._room())
            except Exception as error:
                log.error("delivery.store", error=type(error).__name__)
                await asyncio.sleep(delay)
                delay = min(delay * 2, 5.0)
                continue
            for claimed in done.claimed:
                if claimed.letter is not None:
                    self._letters.add(claimed.row_id)
                elif claimed.mode is not Mode.TOAST:
                    self._in_line.add(claimed.row_id)
                self._calls[claimed.row_id] = asyncio.create_task(self._call(claimed))
            self.wake, self._held = done.wake, done.held
            if not done.changed or self._room() <= 0:
                return  # a call that comes back nudges us

    async def _recover(self) -> None:
        if self._half_done:
            await self._store.write(outgoing.recover, self._clock.now())
            self._half_done = False

    def _room(self) -> int:
        beside = SIDE_BY_SIDE - len(self._calls) + len(self._letters)
        return min(beside, max(0, self._desk.pace.in_line - len(self._in_line)))

    async def _step(self, room: int) -> Round:
        await self._recover()
        results, self._results = self._results, []
        mine = [*self._calls, *(claimed.row_id for claimed, _outcome in results)]
        try:
            done = await self._store.write(
                outgoing.step, results, mine, room, self._desk, self._clock.now(),
                LETTERS - len(self._letters),
            )  # fmt: skip
        except BaseException:
            self._results = results + self._results
            raise
        self.ends.update(done.ends)
        for row, state, error in done.trail:
            log.info("message.ended", row=row, state=state, error=error)
        if done.shown:
            self._desk.tell(done.shown)
        return done

    async def _call(self, claimed: Claimed) -> None:
        outcome = Outcome(What.AMBIGUOUS, error="cancelled")
        try:
            outcome = await self._send(claimed)
        finally:
            self._results.append((claimed, outcome))
            self._calls.pop(claimed.row_id, None)
            self._letters.discard(claimed.row_id)
            self._in_line.discard(claimed.row_id)  # also one that was cancelled before it began
            self._landed()

    def _landed(self) -> None:
        """What came back is marked together with what comes back just after it."""
        if self._calls:
            asyncio.get_running_loop().call_later(TOGETHER, self._mark_what_came)
        else:
            self.nudge()

    def _mark_what_came(self) -> None:
        if self._results:
            self.nudge()

    async def _send(self, claimed: Claimed) -> Outcome:
        try:
            if claimed.letter is not None and self._post is not None:
                return await self._post.send(claimed.letter)
            return Outcome(What.SENT, await self._perform(claimed))
        except Exception as error:
            outcome = outcome_of(error)
            if outcome.what is not What.SENT:
                log.warning("delivery.call", row=claimed.row_id, error=outcome.error)
            return outcome

    async def _in_turn(self, claimed: Claimed) -> None:
        """One after another as they came; replies before broadcasts, for a while."""
        self._replies += not claimed.broadcast
        try:
            async with self._lines[claimed.broadcast]:
                for _look in range(YIELDS if claimed.broadcast else 0):
                    if not self._replies:
                        break
                    await self._clock.sleep(YIELD)
                while seconds := self._desk.pace.leaves(self._clock.now()):
                    await self._clock.sleep(seconds)
        finally:
            self._replies -= not claimed.broadcast
            self._in_line.discard(claimed.row_id)

    async def _perform(self, claimed: Claimed) -> int | None:
        """The one call for a row. Returns the new message's id, if there is one."""
        if claimed.mode is not Mode.TOAST:
            await self._in_turn(claimed)
        what, address, target = claimed.what, claimed.address, claimed.target_id
        match claimed.mode:
            case Mode.TOAST:
                words = what.text if what is not None else ""
                await self._sender.answer(claimed.callback_id or "", words)
            case Mode.STRIP:
                await self._sender.strip(address, target or 0)
            case Mode.DELETE:
                await self._sender.delete(address, target or 0)
            case _ if what is not None and target is not None:
                await self._sender.edit(address, target, what)
            case _ if what is not None:
                return await self._sender.send(address, what)
        return None
