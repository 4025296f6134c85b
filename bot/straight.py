"""What goes to Telegram straight, past the store and its transactions: the help card, leaving a
group. It works with the store gone and the key missing.

The store hears of a card afterwards, if it can, so that whoever hides everything hides the card
too. Three are forgotten when the program stops, and stay in the chat: those nobody asked for, since
no row may tell that somebody spoke of danger, unless one stands for the usual answer; those in a
chat that nothing else was said in; and those sent while the store was gone, unless something was
said there after it came back.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from bot.channels import Said
from bot.channels.outcomes import What, outcome_of
from bot.channels.telegram import Sender
from bot.clock import Clock
from bot.log import log
from bot.render import Rendered
from bot.store import Store
from models import contacts, outbox, written

WAIT = 2.0
"""So long others wait for somebody's help card; sending it goes on."""
LONGEST = 60.0
"""Between two tries, unless Telegram asks for more."""
PATIENCE = timedelta(hours=24)
"""As long as Telegram would bring what asked for it again."""
DOUBTS = (0.5, 2.0, 10.0, 60.0, 300.0, 1800.0)
"""Seconds until a card is sent again that may have come. Then it counts as come: one too many is
better than none, but a phone that others see shall not fill with them."""
REMEMBERED, SPOKEN = 1000, 10_000
LIKE_OTHERS = "start"
"""The store knows a card as a greeting, so that nothing tells who has asked for help."""


@dataclass(frozen=True)
class Card:
    said: Said
    message_id: int
    sent_at: datetime
    unasked: bool


class Straight:
    def __init__(self, sender: Sender, clock: Clock, store: Store) -> None:
        self._sender = sender
        self._clock = clock
        self._store = store
        self._cards: OrderedDict[int, list[Card]] = OrderedDict()
        """The cards in each chat that the store does not know of."""
        self._helped: OrderedDict[int, asyncio.Task[None]] = OrderedDict()
        """By update, the sending of its card, also when that is over."""
        self._spoken: OrderedDict[int, str] = OrderedDict()
        """The language that was chosen in each chat, as far as something was heard from it."""
        self._aside: set[asyncio.Task[None]] = set()

    def help(self, said: Said, *, unasked: bool = False) -> asyncio.Event | None:
        """Send the help card, with whatever still works; again while it is not known to be sent.
        Until then whoever brought the update `owes` it.

        Returns what is set after the first try, or None when this update has had its card.
        `unasked`, for words that speak of danger: not logged, nobody is to learn that there were
        any.
        """
        if said.update_id in self._helped:
            return None
        if said.callback_id is not None:
            self._beside(self._answer(said.callback_id))
        tried = asyncio.Event()
        self._helped[said.update_id] = self._beside(self._send_help(said, unasked, tried))
        while len(self._helped) > REMEMBERED:
            self._helped.popitem(last=False)
        return tried

    def owes(self, update_id: int) -> bool:
        """Whether the card for an update is still on its way. If we end before it has come, the
        update must come again: no row may tell that somebody spoke of danger."""
        sending = self._helped.get(update_id)
        return sending is not None and not sending.done()

    def came(self, said: Said) -> int | None:
        """The message in which the card for these words stands, if it is known to have come."""
        cards = self._cards.get(said.address, ())
        return next((c.message_id for c in cards if c.said.update_id == said.update_id), None)

    def clear(self, address: int) -> None:
        """Take the cards out of a chat whose owner hides everything in it."""
        for card in self._cards.pop(address, ()):
            young = self._clock.now() - card.sent_at < written.DELETABLE
            take = self._delete if young else self._blank
            self._beside(take(address, card.message_id))
            asked_in = _asked_in(card.said)
            if asked_in and young:
                self._beside(self._delete(address, asked_in))

    def remember(self, address: int) -> None:
        """Let the store know of the cards in a chat."""
        if cards := [card for card in self._cards.get(address, ()) if not card.unasked]:
            self._beside(self._remember(address, cards))

    def speaks(self, address: int, language: str) -> None:
        """Remember what is spoken in a chat: nothing is looked up when a card is sent."""
        self._spoken[address] = language
        self._spoken.move_to_end(address)
        if len(self._spoken) > SPOKEN:
            self._spoken.popitem(last=False)

    def leave(self, chat: int) -> None:
        self._beside(self._leave(chat))

    async def finish(self) -> None:
        """A help card on its way gets there, if it can; else its update comes again."""
        if self._aside:
            _done, late = await asyncio.wait(self._aside, timeout=WAIT)
            for task in late:
                task.cancel()

    async def _send_help(self, said: Said, unasked: bool, tried: asyncio.Event) -> None:
        began = self._clock.now()
        doubts = iter(DOUBTS)
        for attempt in count():
            try:
                message_id = await self._sender.help(
                    said, self._clock.now(), unasked=unasked,
                    language=self._spoken.get(said.address),
                )  # fmt: skip
                card = Card(said, message_id, self._clock.now(), unasked)
                self._cards.setdefault(said.address, []).append(card)
                while len(self._cards) > REMEMBERED:
                    self._cards.popitem(last=False)
                self.remember(said.address)
                return
            except Exception as error:
                outcome = outcome_of(error)
                late = self._clock.now() - began > PATIENCE
                if late or outcome.what in (What.GONE, What.REFUSED):
                    return
                if not unasked:
                    log.error("intake.help", error=type(error).__name__)
                seconds: float | None = min(LONGEST, 0.5 * 2.0 ** min(attempt, 10))
                if outcome.what is What.AMBIGUOUS:
                    seconds = next(doubts, None)
                if seconds is None:
                    return
                seconds = max(outcome.seconds, seconds)
            finally:
                tried.set()
            await asyncio.sleep(seconds)

    async def _remember(self, address: int, cards: Sequence[Card]) -> None:
        """In the order in which they came; what is left when one fails is tried with the next."""
        with contextlib.suppress(Exception):
            for card in cards:
                if card not in self._cards.get(address, ()):
                    continue  # cleared meanwhile
                if not await self._store.write(_stands, card):
                    return
                left = self._cards.get(address, [])
                if card in left:
                    left.remove(card)

    async def _answer(self, callback_id: str) -> None:
        with contextlib.suppress(Exception):
            await self._sender.answer(callback_id)

    async def _delete(self, address: int, message_id: int) -> None:
        with contextlib.suppress(Exception):
            await self._sender.delete(address, message_id)

    async def _blank(self, address: int, message_id: int) -> None:
        with contextlib.suppress(Exception):
            await self._sender.edit(address, message_id, Rendered("…"))

    async def _leave(self, chat: int) -> None:
        with contextlib.suppress(Exception):
            await self._sender.leave(chat)

    def _beside(self, doing: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Go on without waiting for it."""
        task = asyncio.create_task(doing)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)
        return task


def _stands(session: Session, card: Card) -> bool:
    """False in a chat we do not know: nobody is put in the books for a call for help."""
    said = card.said
    contact = contacts.at(session, said.channel, said.address)
    if contact is None:
        return False
    outbox.said_straight(
        session,
        kind=LIKE_OTHERS,
        recipient_id=contact.person_id,
        contact_id=contact.id,
        message_id=card.message_id,
        occasion=f"{said.channel}:{said.update_id}",
        now=card.sent_at,
    )
    if asked_in := _asked_in(said):
        written.keep(session, contact.id, asked_in, min(said.at, card.sent_at))
    return True


def _asked_in(said: Said) -> int | None:
    """The message that asked for help, unless a button did."""
    return said.message_id if said.kind in ("command", "words") else None


async def first_try(tried: asyncio.Event) -> None:
    """Not waited for for long: nobody else shall stand in line behind somebody's card."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(tried.wait(), WAIT)
