"""Updates of every kind, sound and spoilt, thrown at the door of the bot (RELIABILITY T6).

    python -m tests.chaos.fuzz --updates 100000

Nothing escapes, each is heard or parked, nobody is answered twice in words or left without an
answer to a known command, and neither time nor memory grows.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot import demo, dispatch, log
from bot.channels.hearing import HELP_COMMANDS
from bot.channels.request import DirectRequest
from bot.channels.telegram import Sender
from bot.clock import ManualClock
from bot.emulator.emulator import Emulator
from bot.intake import Intake
from bot.store import Store
from models.contacts import Contact
from models.inbox import Handled, Parked
from models.ledger import Shown
from models.outbox import Mode, Outgoing, OutState
from models.sealed import Keyring
from tests.chaos.fuzz_grammar import Grammar, Update
from tests.chaos.ground import ground
from tests.chaos.promises import Promises
from tests.chaos.races import MONDAY

KEYRING = Keyring(b"a key for nothing that is secret")
ROUND = 250
"""After so many what was promised counts as sent, and what was sent long ago is swept."""
POLITE = frozenset({"lost", "not_stopped", "only_text", "edited_text", "only_buttons", "why",
                    "trouble.parked", "trouble.lost"})  # fmt: skip
SAID = (Mode.NOTICE, Mode.CARD, Mode.QUESTION)
MOST_MEMORY, SLOWEST = 20.0, 0.05


@dataclass
class Thrown(Promises):
    """What was counted; `wrong` has a line for each promise that was broken."""

    updates: int = 0
    parked: int = 0
    unnumbered: int = 0
    answered: int = 0
    seconds: list[float] = field(default_factory=list)
    grown: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def slow(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)] if self.seconds else 0.0

    def line(self) -> str:
        return (
            f"{self.verdict}: {self.updates} updates, {self.parked} parked, {self.unnumbered} without a "
            f"number, {self.answered} answers; p99 {1000 * self.slow:.0f} ms of CPU, memory grew "
            f"{self.grown:.1f} MB; {len(self.wrong)} promises broken"
        )


class Door:
    """The intake on a store of its own; what it sends straight goes to a pretend Telegram."""

    def __init__(self, store: Store, seed: int) -> None:
        self.found = Thrown()
        self._store = store
        self._clock = ManualClock(MONDAY)
        self._emulator = Emulator(clock=self._clock)
        request = DirectRequest(self._emulator.call)
        self._intake = Intake(
            store, Sender(self._emulator.token, request, request), self._clock, dispatch.handle
        )
        self._grammar = Grammar(random.Random(seed), KEYRING, self._clock.now)
        self._escaped: list[str] = []
        self._helped: set[int] = set()  # the updates that brought the help card

    async def throw(self, updates: int) -> Thrown:
        asyncio.get_running_loop().set_exception_handler(self._escapes)
        warm = 0.0
        for number in range(updates):
            if number % ROUND == 0:
                await self._store.write(self._sweep)
                self._emulator.world.queries.clear()
            if number == updates // 5:
                warm = memory()
            await self._one(self._grammar.next())
        self.found.grown = memory() - warm
        self.found.updates = updates
        self.found.must(not self._escaped, f"escaped: {self._escaped[:3]}")
        return self.found

    def _escapes(self, _loop: object, told: dict[str, Any]) -> None:
        self._escaped.append(f"{told.get('message')} {told.get('exception')!r}")

    async def _one(self, thrown: Update) -> None:
        self._clock.move_to(self._clock.now() + timedelta(seconds=1))
        before = await self._store.read(_last)
        helped, parked = self._intake.counts["help"], self._intake.counts["parked"]
        began = time.process_time()  # others may share this machine
        try:
            done = await self._intake.receive(thrown.raw)
        except Exception as error:
            self.found.must(False, f"{type(error).__name__} escaped at {str(thrown.raw)[:900]}")
            return
        self.found.seconds.append(time.process_time() - began)
        await self._intake.settled()
        self.found.must(done, f"not heard: {str(thrown.raw)[:900]}")
        helped = self._intake.counts["help"] - helped
        parked = self._intake.counts["parked"] - parked
        self._store.read_now(self._judge, thrown, before, bool(helped), bool(parked))

    def _judge(
        self, session: Session, thrown: Update, before: int, helped: bool, aside: bool
    ) -> None:
        number = thrown.raw.get("update_id") if isinstance(thrown.raw, dict) else None
        sane = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 1 << 63
        if not sane:
            self.found.unnumbered += 1
            return
        if helped:
            self._helped.add(number)
        kept = session.get(Handled, ("telegram", number)) is not None
        self.found.must(
            kept or number in self._helped, f"neither heard nor parked: {str(thrown.raw)[:900]}"
        )
        occasion = f"telegram:{number}"
        rows = [
            row for row in session.scalars(select(Outgoing).where(Outgoing.id > before))
            if row.mode in SAID and row.occasion == occasion
        ]  # fmt: skip
        polite = [row.kind for row in rows if row.kind in POLITE]
        self.found.answered += len(rows)
        self.found.kinds.update(row.kind for row in rows)
        self.found.must(len(polite) <= 1, f"{polite} to {str(thrown.raw)[:900]}")
        if thrown.command and thrown.command not in HELP_COMMANDS:
            said = session.scalar(select(func.count()).where(Outgoing.id > before))
            self.found.must(said, f"no answer to /{thrown.command}")
        elif thrown.command:
            self.found.must(helped, "no help card")
        parked = session.scalar(select(Parked).where(Parked.update_id == number))
        self.found.must(parked or not aside, f"set aside nowhere: {str(thrown.raw)[:900]}")
        if parked is not None:
            self.found.parked += 1
            self.found.must(not thrown.sound, f"parked ({parked.error}): {str(thrown.raw)[:900]}")

    def _sweep(self, session: Session) -> None:
        """As if everything had been said; old rows and parked ones go, as the sweep would do."""
        session.execute(
            update(Outgoing).where(Outgoing.state == OutState.WAITING)
            .values(state=OutState.SENT, message_id=Outgoing.id)
        )  # fmt: skip
        last = _last(session)
        session.execute(delete(Shown).where(Shown.outgoing_id < last - 2000))
        session.execute(delete(Outgoing).where(Outgoing.id < last - 2000))
        self._grammar.contacts = dict(session.execute(select(Contact.address, Contact.id)).all())


def _last(session: Session) -> int:
    return session.scalar(select(func.max(Outgoing.id))) or 0


def memory() -> float:
    """What this process holds, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def run(database: str, *, updates: int, seed: int) -> Thrown:
    store = Store.open(database, KEYRING, bot_username="losbot_demo_bot")
    try:
        await asyncio.to_thread(store.create)
        await store.write(demo.seed, MONDAY)
        return await Door(store, seed).throw(updates)
    finally:
        store.close()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--updates", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=7)
    given = options.parse_args()
    log.set_up(quiet=True)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    began = time.monotonic()
    memory_disk = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
    with ground(within=memory_disk) as (_folder, database):
        found = asyncio.run(run(database, updates=given.updates, seed=given.seed))
    if given.updates >= 10_000:  # fewer say nothing of either
        found.must(found.grown < MOST_MEMORY, f"memory grew {found.grown:.1f} MB")
        found.must(found.slow < SLOWEST, f"p99 was {1000 * found.slow:.0f} ms")
    print(f"{time.monotonic() - began:.0f} s")
    return found.tell(most=20)


if __name__ == "__main__":
    sys.exit(main())
