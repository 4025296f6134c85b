"""A withdrawal races what is just being shared and sent, thousands of times.

    python -m tests.chaos.races --store postgresql --races 10000 --seed 7

The real verbs and the real delivery (two of them on PostgreSQL) on a real store; only the phones
are pretended. Nothing is started after the withdrawal's commit, and what was in flight is named
and taken back.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import sys
import time
from datetime import UTC, datetime
from itertools import count

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot import demo, log
from bot.clock import ManualClock
from bot.composing import unreachable
from bot.desk import Desk
from bot.pacing import Pace
from bot.store import Store
from models.base import Refused
from models.contacts import Contact
from models.outbox import OPEN_STATES, Outgoing
from models.sealed import Keyring
from tests.chaos.ground import ground
from tests.chaos.race_acts import SHARINGS, takings
from tests.chaos.race_bugs import BUGS, Sound
from tests.chaos.race_families import Family, addresses, founded, restored
from tests.chaos.race_verdict import Phone, Race, Raced, Seen, judge
from tests.chaos.race_watch import Courier, Phones, Watched

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""10.00 in Oslo: people may be written to."""
AT_ONCE = 16
"""So many families race side by side."""
LONGEST_ROUND = 600.0


class Course:
    """The stores, their couriers, and the families that race."""

    def __init__(self, stores: list[Store], found: Raced, dice: random.Random, bug: Sound) -> None:
        self.found = found
        self.clock = ManualClock(MONDAY, running=True)
        self._dice = dice
        self._stores = stores
        self._seen = Seen(serial=stores[0].is_sqlite)
        ticks = count(1)
        self._watched = [Watched(store, self._seen, ticks, bug) for store in stores]
        self._phones = Phones(dice)
        self._couriers = [
            Courier(
                watched,  # type: ignore[arg-type]
                self._phones,  # type: ignore[arg-type]
                self.clock,
                Desk(bug.compose, unreachable, Pace.unhurried()),
            )
            for watched in self._watched
        ]
        self._lead = dict.fromkeys(SHARINGS, 0.3)
        self._round = 0.5  # how long one takes here, in seconds
        self._families: list[Family] = []
        self._addresses: dict[int, int] = {}

    async def __aenter__(self) -> Course:
        for store, courier in zip(self._stores, self._couriers, strict=True):
            store.listen(asyncio.get_running_loop(), self._nudge)
            await courier.start()
        return self

    async def __aexit__(self, *failed: object) -> None:
        for courier in self._couriers:
            await courier.stop()

    def _nudge(self) -> None:
        for courier in self._couriers:
            courier.nudge()

    async def meet(self) -> None:
        """The families."""
        now = self.clock.now()
        write = self._watched[0].write
        self._families = [await write(founded, now, n) for n in range(AT_ONCE)]
        self._addresses = self._stores[0].read_now(addresses)

    async def round(self, most: int) -> None:
        """Every family races once."""
        races = [self._drawn(family) for family in self._families[:most]]
        await asyncio.gather(*(self._prepare(race) for race in races))
        await self._settled()
        self._seen.forget()
        began = time.monotonic()
        await asyncio.gather(*(self._race(race) for race in races))
        await self._settled()
        self._round += 0.3 * (time.monotonic() - began - self._round)
        self._stores[0].read_now(self._judge, races)
        for race in races:
            await self._any().write(restored, race.family)
        self._phones.forget()

    def _any(self) -> Watched:
        return self._dice.choice(self._watched)

    def _drawn(self, family: Family) -> Race:
        sharing = self._dice.choice(list(SHARINGS))
        way = self._dice.choice(list(takings(SHARINGS[sharing])))
        return Race(family, sharing, way, self._dice.choice(family.guardians))

    async def _prepare(self, race: Race) -> None:
        before = SHARINGS[race.sharing].before
        if before is not None:
            await self._any().write(before, race.family, self.clock.now())

    async def _race(self, race: Race) -> None:
        """Both set off so that they meet: whoever was late the last time starts earlier."""
        lead = self._lead[race.sharing] + self._dice.uniform(-0.1, 0.1) * self._round
        await asyncio.gather(self._share(race, max(0, -lead)), self._take_back(race, max(0, lead)))

    async def _share(self, race: Race, delay: float) -> None:
        await asyncio.sleep(delay)
        with contextlib.suppress(Refused):
            await self._any().write(SHARINGS[race.sharing].act, race.family, self.clock.now())

    async def _take_back(self, race: Race, delay: float) -> None:
        await asyncio.sleep(delay)
        way = takings(SHARINGS[race.sharing])[race.way]
        now = self.clock.now()
        await self._any().write(way, race.family, race.guardian, now, span=race.taking)

    async def _settled(self) -> None:
        """Nothing is under way, and nothing waits that could be sent."""
        async with asyncio.timeout(LONGEST_ROUND):
            while True:
                self._nudge()
                for courier in self._couriers:
                    await courier.settled()
                if not self._stores[0].read_now(_open, self.clock.now()):
                    return

    def _judge(self, session: Session, races: list[Race]) -> None:
        for race in races:
            address = self._addresses[race.family.worker]
            shows = list(self._phones.chats[address].values())
            phone = Phone(shows, self._phones.deletions[address])
            sharing_won = judge(session, race, self._seen, phone, self.found)
            self._lead[race.sharing] += (-0.08 if sharing_won else 0.08) * self._round


def _open(session: Session, now: datetime) -> int:
    """How many messages could be sent, or are on their way."""
    free = or_(Contact.blocked_until.is_(None), Contact.blocked_until <= now)
    found = select(func.count(Outgoing.id)).join(
        Contact, Contact.person_id == Outgoing.recipient_id
    )
    due = Outgoing.state.in_(OPEN_STATES), Outgoing.not_before <= now
    return session.scalar(found.where(*due, free)) or 0


async def run(database: str, *, races: int, seed: int, bug: Sound | None = None) -> Raced:
    """Race so many times, and judge each race."""
    began, bug = time.monotonic(), bug or Sound()
    with contextlib.ExitStack() as stack:

        def opened() -> Store:
            keyring = Keyring(b"a key for nothing that is secret")
            store = Store.open(database, keyring, bot_username="losbot_demo_bot")
            stack.callback(store.close)
            return store

        stores = [opened()]
        await asyncio.to_thread(stores[0].create)
        await stores[0].write(demo.seed, MONDAY)
        if not stores[0].is_sqlite:
            stores.append(opened())
        found = Raced("SQLite" if stores[0].is_sqlite else "PostgreSQL")
        stack.enter_context(bug.planted())
        async with Course(stores, found, random.Random(seed), bug) as course:
            await course.meet()
            while found.races < races:
                await course.round(races - found.races)
    found.was_a_race()
    found.seconds = time.monotonic() - began
    return found


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--races", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--plant", choices=sorted(BUGS), help="a bug, to see it found")
    given = options.parse_args()
    bug = BUGS[given.plant]() if given.plant else None
    log.set_up(quiet=True)
    with ground(given.store) as (_folder, database):
        found = asyncio.run(run(database, races=given.races, seed=given.seed, bug=bug))
    print(*found.table(), sep="\n")
    return found.tell(most=20)


if __name__ == "__main__":
    sys.exit(main())
