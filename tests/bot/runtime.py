"""The runtime around a store and a pretend Telegram, with plain words instead of handlers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.mail import Letter, Post
from bot.channels.request import DirectRequest
from bot.channels.telegram import Sender
from bot.clock import ManualClock
from bot.delivery import Delivery
from bot.desk import Desk
from bot.emulator.cast import DEMO_TOKEN
from bot.emulator.emulator import Emulator
from bot.emulator.faults import Fault
from bot.pacing import Pace
from bot.render import Key, Rendered
from bot.settings import MailAt
from bot.store import Store
from models import contacts, ledger, outbox
from models.contacts import Contact
from models.outbox import Outgoing, Promise

IDA, KARI, PER, JONAS = range(7_000_000_001, 7_000_000_005)


async def until(true: Callable[[], object]) -> None:
    """Lets everyone else go on until something has come true."""
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.001)


def plainly(session: Session, row: Outgoing, now: datetime) -> Rendered | None:
    words = str(row.params.get("words", ""))
    if words == "moot":
        return None
    if words == "broken":
        raise KeyError(words)
    if "case" in row.params:
        ledger.note(session, row.params["case"])
    return Rendered(words, ((Key("Vis", "c:x"),),) if row.params.get("button") else ())


@dataclass
class Runtime:
    store: Store
    clock: ManualClock
    pace: Pace = field(default_factory=Pace.unhurried)
    unreachable: list[int] = field(default_factory=list)
    mail: MailAt | None = None

    def __post_init__(self) -> None:
        self.emulator = Emulator(clock=self.clock)
        direct = DirectRequest(self.emulator.call)
        self.sender = Sender(DEMO_TOKEN, direct, DirectRequest(self.emulator.call))
        desk = Desk(plainly, lambda _s, row, _now: self.unreachable.append(row.id), self.pace)
        post = Post(self.mail) if self.mail is not None else None
        if post is not None:
            desk.write = lambda _s, row, what, _now: Letter("a@x.no", "b@x.no", what.text.encode())
        self.delivery = Delivery(self.store, self.sender, self.clock, desk, post)

    async def start(self) -> None:
        self.store.listen(asyncio.get_running_loop(), self.delivery.nudge)
        await self.delivery.start()

    async def stop(self) -> None:
        await self.delivery.stop()
        await self.emulator.close()

    def meet(self, *addresses: int, channel: str = "telegram") -> None:
        for address in addresses:
            self.store.write_now(
                lambda s, a=address: contacts.meet(
                    s, channel=channel, address=a, name="x", language="nb", now=self.now
                )
            )

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def say(self, address: int, words: str, **more: Any) -> int:
        """Promise a message in a chat. Returns the row's id."""

        def promise(session: Session) -> int:
            contact = _contact(session, address)
            given = {
                "kind": "words",
                "recipient_id": contact.person_id,
                "contact_id": contact.id,
                "occasion": words,
                "promise": Promise.RECEIPT,
                "now": self.now,
                **more,
            }
            given["params"] = {"words": words, **given.get("params", {})}
            outbox.promise(session, **given)
            return session.scalars(select(Outgoing.id).order_by(Outgoing.id.desc())).first() or 0

        return await self.store.write(promise)

    async def said(self, address: int, *words: str, **more: Any) -> list[int]:
        """Promise, and wait until it is settled."""
        rows = [await self.say(address, each, **more) for each in words]
        await self.delivery.settled()
        return rows

    async def forward(self, **time: float) -> None:
        """Move the clock and wait until what is due is sent."""
        self.clock.move_to(self.now + timedelta(**time))
        self.delivery.nudge()
        await self.delivery.settled()

    def faults(self, *faults: Fault) -> None:
        self.emulator.faults.ahead.extend(faults)

    def shown(self, address: int) -> list[str]:
        """What the phone shows of ours, oldest first."""
        chat = self.emulator.world.chats[address]
        return [message.text for message in chat.messages.values() if message.from_bot]

    def rows(self) -> Iterator[Outgoing]:
        yield from self.store.read_now(
            lambda session: session.scalars(select(Outgoing).order_by(Outgoing.id)).all()
        )

    def states(self) -> list[str]:
        return [row.state for row in self.rows()]

    def row(self, row_id: int) -> Outgoing:
        return next(row for row in self.rows() if row.id == row_id)


def _contact(session: Session, address: int) -> Contact:
    return session.scalars(select(Contact).where(Contact.address == address)).one()
