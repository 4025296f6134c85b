"""The pretend Telegram as one object: the bot's side, the people's side, and the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.clock import Clock, ManualClock
from bot.emulator import moments, phone
from bot.emulator.api import MessageMethods
from bot.emulator.cast import CAST, DEMO_TOKEN, Actor
from bot.emulator.events import Events
from bot.emulator.faults import Dropped, Faults
from bot.emulator.gateway import TOKEN_PREFIX, Answer, Gateway, Violation
from bot.emulator.people import People
from bot.emulator.profile import ProfileMethods
from bot.emulator.record import Call
from bot.emulator.state import File, Stored, World
from bot.emulator.updates import UpdateQueue
from bot.emulator.webhook import Webhook

if TYPE_CHECKING:
    from starlette.applications import Starlette

__all__ = ["Answer", "Call", "Dropped", "Emulator", "File", "Violation"]

STRANGERS = frozenset(actor.id for actor in CAST if actor.name == "Sam")
"""Of the cast, those who have never pressed Start; everyone else has, long ago."""

MAX_STUCK = 25
MOST_QUIET = 50
"""So many due instants at which nobody hears anything are passed over on the way to the next."""


class Emulator:
    """Holds no socket: stories call it directly, `app()` puts it on the network."""

    def __init__(
        self,
        *,
        clock: Clock,
        cast: Sequence[Actor] = CAST,
        token: str = DEMO_TOKEN,
        settled: Callable[[], Awaitable[None]] | None = None,
        next_due: Callable[[], Awaitable[datetime | None]] | None = None,
        on_clock: Callable[[datetime], Awaitable[None]] | None = None,
        tour: object | None = None,
        strangers: Collection[int] = STRANGERS,
        limits: bool = False,
        callback_seconds: float = 15.0,
        webhook_retry: float = 1.0,
    ) -> None:
        if not token.startswith(TOKEN_PREFIX):
            raise ValueError(f"the pretend Telegram takes only tokens that begin {TOKEN_PREFIX}")
        self.clock = clock
        self.settled = settled
        self.next_due = next_due
        self.on_clock = on_clock
        self.tour = tour
        self.token = token
        self.world = World(token, cast, strangers)
        self.events = Events()
        self.queue = UpdateQueue(clock)
        self.webhook = Webhook(self.queue, clock, webhook_retry)
        self.webhook.answer_call = lambda method, params: self.call(token, method, params, {})
        self._people = People(self.world, self.queue, clock, self.events)
        self._gateway = Gateway(
            self.world,
            clock,
            self.queue,
            self.webhook,
            MessageMethods(self.world, clock, self.events, callback_seconds),
            ProfileMethods(self.world),
            limits=limits,
        )
        self._moving = asyncio.Lock()

    # -- the bot's side --------------------------------------------------------------

    async def call(
        self, token: str, method: str, params: Mapping[str, object], files: Mapping[str, File]
    ) -> Answer:
        """One Bot API call. Raises Dropped when a fault cuts the line."""
        return await self._gateway.call(token, method, params, files)

    @property
    def calls(self) -> list[Call]:
        return self.calls_since()

    def calls_since(self, number: int = 0, method: str = "") -> list[Call]:
        return self._gateway.record.calls(number, method)

    @property
    def violations(self) -> list[Violation]:
        return self._gateway.violations

    @property
    def faults(self) -> Faults:
        return self._gateway.faults

    def pending_updates(self) -> int:
        return len(self.queue)

    def waits_for_updates(self) -> bool:
        return self.queue.waiting

    # -- the people's side -----------------------------------------------------------

    def add_person(self, name: str, language_code: str) -> Actor:
        return self._people.add(name, language_code)

    async def send(self, person_id: int, text: str | None = None, update: object = None) -> int:
        """Writes `text`, or delivers `update` raw. The id of the (last) update."""
        if text is not None:
            return self._people.write(person_id, text)
        return self._people.forge(person_id, update)

    async def tap(
        self,
        person_id: int,
        button: str | None = None,
        data: str | None = None,
        message_id: int | None = None,
    ) -> int:
        """Presses what is labelled `button`, newest first, or sends any `data`."""
        return self._people.tap(person_id, button, data, message_id)

    async def block(self, person_id: int, blocked: bool) -> None:
        self._people.block(person_id, blocked)

    def people(self) -> list[dict[str, object]]:
        return [self.person(person_id) for person_id in self.world.people]

    def person(self, person_id: int) -> dict[str, object]:
        return phone.person_json(self.world, person_id)

    def chat(self, person_id: int) -> dict[str, object]:
        return phone.chat_json(self.world, person_id)

    def file_of(self, person_id: int, unique_id: str) -> Stored:
        return phone.file_of(self.world, person_id, unique_id)

    def chat_text(self, person_id: int) -> str:
        return phone.chat_text(self.world, person_id)

    async def door(self, person_id: int, path: str) -> tuple[str, dict[str, str]]:
        """An address at which a browser is let in as this person, and the cookies it needs."""
        raise LookupError(f"{person_id} has a phone, and no page of their own")

    # -- time ------------------------------------------------------------------------

    async def due(self) -> datetime | None:
        """When the bot has something to do next, if it tells."""
        return await self.next_due() if self.next_due else None

    async def move_clock(self, target: datetime) -> datetime:
        """Goes through every due instant up to `target`, each settled before the next."""
        async with self._movable():
            now = self.clock.now()
            if target < now:
                raise ValueError(f"the clock never goes back; it is {now.isoformat()}")
            return await self._go(target)

    async def advance(self, by: timedelta) -> datetime:
        """As `move_clock`, from when its turn comes."""
        async with self._movable():
            return await self._go(moments.later(self.clock.now(), by))

    def _movable(self) -> asyncio.Lock:
        if not isinstance(self.clock, ManualClock):
            raise ValueError("this clock cannot be moved")
        return self._moving

    async def _go(self, target: datetime) -> datetime:
        """A clock that flows may be past `target` when its turn comes: then it stays where it is."""
        stuck, last = 0, None
        while (due := await self.due()) is not None and due <= target:
            stuck = stuck + 1 if due == last else 0
            if stuck == MAX_STUCK:
                raise RuntimeError(f"the bot still says that {due.isoformat()} is due")
            last = due
            await self._arrive(due)
        await self._arrive(target)
        return self.clock.now()

    async def move_to_next(self) -> datetime:
        """To the next due instant at which more happens than that messages are edited or removed:
        what closes by itself does so one by one, seconds apart, and some of it has closed before.
        ValueError when nothing is due."""
        quiet = 0
        async with self._movable():
            while quiet < MOST_QUIET and (due := await self.due()) is not None:
                before = self._heard()
                now = await self._go(due)
                if self._heard() != before:
                    return now
                quiet += 1
        if not quiet:
            raise ValueError("nothing is due")
        return self.clock.now()

    def _heard(self) -> int:
        """How much people have been told, but for what was changed or taken away."""
        return self._gateway.record.said

    async def _arrive(self, instant: datetime) -> None:
        if isinstance(self.clock, ManualClock):
            self.clock.move_to(instant)
        now = self.clock.now()
        self.queue.forget_old()
        self.events.publish("clock", now=now.isoformat())
        if self.on_clock:
            await self.on_clock(now)

    async def settle(self, within: float = 30.0) -> None:
        """Returns when no update waits and the bot is idle; TimeoutError if it never is."""
        if self.settled is None:
            raise RuntimeError("nobody told this server how to know that the bot is idle")
        async with asyncio.timeout(within):
            while True:
                await self.queue.drained()
                await self.settled()
                if not self.pending_updates():
                    return

    # -- the network -----------------------------------------------------------------

    def app(self) -> Starlette:
        """All three faces. Imported late: who has no socket needs no web server."""
        from bot.emulator.server import app_of

        return app_of(self)

    def open(self) -> None:
        """Ready again after `close`."""
        self.events.open()
        self.queue.open()

    async def close(self) -> None:
        """Ends streams, hanging polls and deliveries."""
        self.events.close()
        self.queue.stop()
        await self.webhook.close()
