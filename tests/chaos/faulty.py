"""Thousands of sends to a Telegram that floods, cuts, stalls and talks nonsense (RELIABILITY T2).

    python -m tests.chaos.faulty --sends 2000

Over real sockets; what would be long waiting is done by pushing the clock.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import log
from bot.channels.request import HttpRequest, RequestData
from bot.channels.telegram import Sender
from bot.clock import ManualClock, SystemClock
from bot.delivery import Delivery
from bot.desk import Desk
from bot.emulator.cast import DEMO_TOKEN, Actor
from bot.emulator.emulator import Answer, Emulator, File
from bot.emulator.faults import Fault
from bot.emulator.server import serving
from bot.pacing import Pace
from bot.render import Rendered
from bot.store import Store
from models import contacts, outbox
from models.outbox import OPEN_STATES, Outgoing, OutState, Promise
from models.sealed import Keyring
from tests.chaos.ground import ground
from tests.chaos.promises import Promises

PEOPLE = 200
PATIENCE = 1.0
"""How long a call waits for its answer here; a stall is longer. (In `serve`: five seconds.)"""
STALL = 3.0
RETRY_AFTER = 1
LOOK = 0.25
"""The clock moves at least so far: much less than what a chat is asked to wait."""
HTML = "<html><body><h1>404 Not Found</h1>nginx</body></html>"
KINDS = (*[Promise.REMINDER] * 4, *[Promise.RECEIPT] * 4, *[Promise.ONCE] * 2)
SLOWEST = 10
"""Sends a second: a run that is slower is stuck."""

SHARES = {
    "429": 0.05, "delivered, then cut": 0.025, "cut": 0.01, "5xx": 0.03,
    "delivered, then 5xx": 0.02, "garbage": 0.01, "an HTML 404": 0.01,
    "delivered, then silence": 0.025,
}  # fmt: skip
"""How often what happens to a call. The shares are of all sends."""


def faults(retry_after: int, stall: float) -> dict[str, Fault]:
    """What may happen to a call."""
    return {
        "429": Fault(code=429, retry_after=retry_after),
        "delivered, then cut": Fault(after_delivery=True, drop=True),
        "cut": Fault(drop=True),
        "5xx": Fault(code=502),
        "delivered, then 5xx": Fault(after_delivery=True, code=502),
        "garbage": Fault(code=200, body='{"ok":tr'),
        "an HTML 404": Fault(code=404, body=HTML),
        "delivered, then silence": Fault(after_delivery=True, delay=stall),
    }


FAULTS = faults(RETRY_AFTER, STALL)


def delivered_then_failed(suffered: Counter[str]) -> int:
    """How many calls were carried out, and nobody was told."""
    return sum(n for name, n in suffered.items() if name.startswith("delivered"))


class BadTelegram(Emulator):
    """Suffers a seeded share of the sends to go wrong; keeps count of who was asked to wait."""

    def __init__(self, clock: ManualClock, dice: random.Random, share: float) -> None:
        cast = [Actor(7_100_000_000 + n, f"Elev {n}", "ungdom", "nb") for n in range(PEOPLE)]
        super().__init__(clock=clock, cast=cast, strangers=())
        self._dice = dice
        self._share = share
        self._wait: dict[str, datetime] = {}
        self.requests: Counter[str] = Counter()
        self.suffered: Counter[str] = Counter()
        self.too_early = 0

    async def call(
        self, token: str, method: str, params: dict[str, object], files: dict[str, File]
    ) -> Answer:  # type: ignore[override]
        if method != "sendMessage":
            return await super().call(token, method, params, files)
        chat, now = str(params["chat_id"]), self.clock.now()
        self.requests[str(params["text"])] += 1
        self.too_early += now < self._wait.get(chat, now)
        name = self._drawn()
        if name is not None:
            self.suffered[name] += 1
            self.faults.ahead.append(FAULTS[name])  # taken by this very call
            if name == "429":
                self._wait[chat] = now + timedelta(seconds=RETRY_AFTER)
        return await super().call(token, method, params, files)

    def _drawn(self) -> str | None:
        number = self._dice.random()
        for name, share in SHARES.items():
            if number < share * self._share:
                return name
            number -= share * self._share
        return None

    @property
    def delivered_then_failed(self) -> int:
        return delivered_then_failed(self.suffered)

    def shown(self) -> Counter[str]:
        """Every text on every phone, and how often it is there."""
        return Counter(
            message.text
            for chat in self.world.chats.values()
            for message in chat.messages.values()
            if message.from_bot
        )


class Impatient(HttpRequest):
    """Gives up on an answer earlier than `serve` does, so that a run takes a minute."""

    async def _exchange(
        self, url: str, data: RequestData | None, connect: float, read: float
    ) -> tuple[int, bytes]:
        return await super()._exchange(url, data, connect, min(read, PATIENCE))


@dataclass
class Sent(Promises):
    """What was counted; `wrong` has a line for each promise that was broken."""

    sends: int
    seconds: float = 0.0
    suffered: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    repeated: int = 0

    def line(self) -> str:
        faults = ", ".join(f"{n} {name}" for name, n in sorted(self.suffered.items())) or "none"
        ends = ", ".join(f"{n} {state}" for state, n in sorted(self.states.items()))
        return (
            f"{self.verdict}: {self.sends} sends ({ends}); faults: {faults}; {self.repeated} texts "
            f"repeated, {len(self.wrong)} promises broken, {self.seconds:.0f} s"
        )


async def run(database: str, *, sends: int, seed: int, share: float = 1.0) -> Sent:
    """Promise so many, let them all come to an end, and judge. `share` scales the faults."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    clock = ManualClock(SystemClock().now())
    telegram = BadTelegram(clock, random.Random(seed), share)
    store = Store.open(database, Keyring(b"a key for nothing that is secret"))
    try:
        await asyncio.to_thread(store.create)
        await store.write(_promise, sends, list(telegram.world.people), clock.now())
        async with serving(telegram) as port, asyncio.timeout(60 + sends / SLOWEST):
            request, polling = Impatient(proxies=False), HttpRequest(proxies=False)
            sender = Sender(DEMO_TOKEN, request, polling, f"http://127.0.0.1:{port}")
            desk = Desk(_compose, lambda *_: None, Pace(broadcasts=1000, replies=200))
            delivery = Delivery(store, sender, clock, desk)
            await sender.start()
            await delivery.start()
            await _to_the_end(store, delivery, clock)
            await delivery.stop()
            await sender.stop()
        found = Sent(sends, suffered=telegram.suffered)
        store.read_now(_judge, found, telegram)
    finally:
        store.close()
    found.seconds = loop.time() - began
    return found


async def _to_the_end(store: Store, delivery: Delivery, clock: ManualClock) -> None:
    """Whenever nothing can be done now, the next instant at which something can has come."""
    while True:
        await delivery.settled()
        if not await store.read(_open):
            return
        assert delivery.wake is not None, "something is open and nothing wakes us"
        clock.move_to(max(delivery.wake, clock.now() + timedelta(seconds=LOOK)))
        delivery.nudge()


def _open(session: Session) -> int:
    rows = select(func.count()).select_from(Outgoing).where(Outgoing.state.in_(OPEN_STATES))
    return session.scalar(rows) or 0


def _promise(session: Session, sends: int, addresses: list[int], now: datetime) -> None:
    met = [
        contacts.meet(
            session, channel="telegram", address=address, name="Elev", language="nb", now=now
        )
        for address in addresses
    ]
    for number in range(sends):
        to, promise = met[number % len(met)], KINDS[(number // len(met) + number) % len(KINDS)]
        outbox.promise(
            session,
            kind="words",
            recipient_id=to.person.id,
            contact_id=to.contact.id,
            occasion=str(number),
            promise=promise,
            now=now,
        )


def _words(row: Outgoing) -> str:
    return f"{row.promise} nummer {row.occasion}"


def _compose(session: Session, row: Outgoing, now: datetime) -> Rendered:
    return Rendered(_words(row))


def _judge(session: Session, found: Sent, telegram: BadTelegram) -> None:
    rows = {_words(row): row for row in session.scalars(select(Outgoing))}
    shown = telegram.shown()
    found.states = Counter(row.state for row in rows.values())
    found.repeated = sum(count - 1 for count in shown.values())
    wrong: dict[str, list[str]] = defaultdict(list)
    for words, row in rows.items():
        for what in _wrong_with(row, shown[words], telegram.requests[words]):
            wrong[what].append(words)
    for what, which in wrong.items():
        found.wrong.append(f"{len(which)} {what}: {which[:3]}")
    found.must(len(rows) == found.sends, f"{len(rows)} rows for {found.sends} sends")
    found.must(not shown.keys() - rows.keys(), "something was said that nobody promised")
    found.must(telegram.too_early == 0, f"{telegram.too_early} requests before retry_after")
    found.must(
        found.repeated <= telegram.delivered_then_failed,
        f"{found.repeated} repeated, {telegram.delivered_then_failed} delivered and failed",
    )
    found.must(not telegram.violations, f"violations: {telegram.violations[:3]}")


def _wrong_with(row: Outgoing, shown: int, requests: int) -> list[str]:
    wrong: dict[str, Any] = {
        "neither sent nor in doubt": row.state not in (OutState.SENT, OutState.UNCERTAIN),
        "said to be sent and on no phone": row.state == OutState.SENT and not shown,
        "in doubt without a flag": row.state == OutState.UNCERTAIN and not row.ambiguous,
        "given up in doubt before they were repeated": row.state == OutState.UNCERTAIN
        and row.promise != Promise.ONCE
        and row.ambiguous < 2,
        "repeated without a flag": shown > 1 and not row.ambiguous,
        "shown more than twice": shown > 2,
        "one-time links shown twice": row.promise == Promise.ONCE and shown > 1,
        "one-time links asked for after doubt": row.promise == Promise.ONCE
        and row.ambiguous
        and row.state != OutState.UNCERTAIN,
        "asked for less often than tried": requests < row.attempts,
    }
    return [what for what, is_wrong in wrong.items() if is_wrong]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--sends", type=int, default=2000)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--share", type=float, default=1.0, help="0: no faults; 2: twice as many")
    given = options.parse_args()
    log.set_up(quiet=True)
    with ground() as (_folder, database):
        found = asyncio.run(run(database, sends=given.sends, seed=given.seed, share=given.share))
    return found.tell()


if __name__ == "__main__":
    sys.exit(main())
