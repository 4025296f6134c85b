"""`losbot serve` is killed at random instants while people tap and type (RELIABILITY T1).

python -m tests.chaos.kill --kills 50 --seed 7
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import demo
from bot.clock import SystemClock
from bot.emulator.cast import CAST
from bot.emulator.emulator import Emulator
from bot.emulator.server import serving
from models.municipality import Unit
from models.outbox import OPEN_STATES, Outgoing
from tests import consent_setup, postgres
from tests.chaos import crowd, verdict
from tests.chaos.losbot import Losbot

AT_ONCE = 10
"""How many strangers are on their way through /los at any time."""
MOST_CALLS, LONGEST_LIFE = 70, 3.0
"""A bot is killed after up to so many calls to Telegram, or so many seconds."""
LONGEST_DRAIN = 150.0
"""I12: nothing is stuck. What may have been sent is repeated 45 s later, and maybe that again."""
IDS = {actor.name: actor.id for actor in CAST}


async def run(folder: Path, database: str, *, kills: int, seed: int) -> verdict.Killed:
    """Kill it so many times, let everything come to rest, and judge."""
    dice = random.Random(seed)
    emulator = Telegram(clock=SystemClock())
    async with serving(emulator) as port:
        losbot = Losbot(folder, f"http://127.0.0.1:{port}", database)
        await asyncio.to_thread(losbot.set_up)
        await asyncio.to_thread(_ask_the_family, losbot)
        people = _Town(emulator, dice)
        losbot.start()
        try:
            await losbot.ready()
            people.begin()
            await _kill(losbot, emulator, dice, kills)
            await losbot.ready()
            await people.end()
            await _drain(losbot, emulator)
            losbot.stop()
        finally:
            people.cancel()
            with contextlib.suppress(RuntimeError):
                losbot.kill()
        return await asyncio.to_thread(verdict.judge, losbot, emulator, people, kills)


class Telegram(Emulator):
    """Counts what the bot has asked of it since it was started last."""

    polls = 0
    calls_made = 0

    async def call(self, token: str, method: str, *given: Any) -> Any:
        self.polls += method == "getUpdates"
        self.calls_made += method != "getUpdates"
        return await super().call(token, method, *given)

    def begin(self) -> None:
        self.polls = self.calls_made = 0

    async def polled(self, losbot: Losbot) -> None:
        """Returns when the bot that was started asks for updates."""
        for _ in range(800):
            if self.polls:
                return
            await asyncio.sleep(0.05)
        raise RuntimeError(f"losbot does not ask for updates: {losbot.last_lines()}")

    async def called(self, times: int) -> None:
        """Returns after so many calls, or when little happens."""
        for _ in range(int(LONGEST_LIFE / 0.02)):
            if self.calls_made >= times:
                return
            await asyncio.sleep(0.02)


class _Town:
    """Everybody who does something during the run."""

    def __init__(self, emulator: Emulator, dice: random.Random) -> None:
        self.said = crowd.Said()
        self.strangers: list[crowd.Stranger] = []
        self._emulator = emulator
        self._dice = dice
        self._over = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def _phone(self, person: int) -> crowd.Phone:
        own = random.Random(self._dice.random())
        return crowd.Phone(self._emulator, self.said, own, person)

    def begin(self) -> None:
        lives = [crowd.consenting(self._phone(IDS[n]), self._over) for n in ("Ida", "Kari", "Per")]
        lives += [crowd.toggling(self._phone(IDS[n]), self._over) for n in ("Siri", "Amina")]
        lives += [crowd.needing_help(self._phone(IDS["Lise"]), self._over)]
        lives += [self._arrivals() for _ in range(AT_ONCE)]
        self._tasks = [asyncio.create_task(life) for life in lives]

    async def _arrivals(self) -> None:
        """One stranger after the other."""
        while not self._over.is_set():
            actor = self._emulator.add_person(f"Elev {len(self.strangers)}", "nb")
            stranger = crowd.Stranger(self._phone(actor.id))
            self.strangers.append(stranger)
            await stranger.live()
            await asyncio.sleep(self._dice.uniform(0, 1))

    async def end(self) -> None:
        """Nobody begins anything more; what was begun is finished."""
        self._over.set()
        async with asyncio.timeout(LONGEST_DRAIN):
            await asyncio.gather(*self._tasks)

    def cancel(self) -> None:
        for task in self._tasks:
            task.cancel()


async def _kill(losbot: Losbot, telegram: Telegram, dice: random.Random, kills: int) -> None:
    """At any instant: mostly after some work, however fast the machine is; one time in five while
    it is still starting."""
    for _ in range(kills):
        if dice.random() < 0.2:
            await asyncio.sleep(dice.uniform(0, 1.2))
        else:
            await telegram.polled(losbot)
            await telegram.called(dice.randrange(MOST_CALLS))
            await asyncio.sleep(dice.uniform(0, 0.1))
        losbot.kill()
        telegram.begin()
        losbot.start()


async def _drain(losbot: Losbot, emulator: Emulator) -> None:
    """Until no update waits and nothing is left to send. What is for a later hour may wait."""
    store = losbot.store()
    try:
        async with asyncio.timeout(LONGEST_DRAIN):
            while emulator.pending_updates() or await store.read(_left_to_send):
                await asyncio.sleep(0.5)
    finally:
        store.close()


def _left_to_send(session: Session) -> int:
    soon = datetime.fromtimestamp(datetime.now(UTC).timestamp() + LONGEST_DRAIN, UTC)
    count = select(func.count()).where(
        Outgoing.state.in_(OPEN_STATES), Outgoing.not_before <= soon
    )
    return session.scalar(count) or 0


def _ask_the_family(losbot: Losbot) -> None:
    """Ida's case, and three questions to Ida, Kari and Per."""
    store = losbot.store()
    try:
        store.write_now(_ask, datetime.now(UTC))
    finally:
        store.close()


def _ask(session: Session, now: datetime) -> None:
    units = {unit.key: unit for unit in session.scalars(select(Unit))}
    cast = SimpleNamespace(
        **demo.cast_of(session), school=units["ungdomsskolen"], club=units["fyret"]
    )
    case = consent_setup.opened(session, cast, now)
    for unit in ("fyret", "skolehelsetjenesten", "bti"):
        consent_setup.asked(session, cast, case, now, unit=units[unit])


@contextlib.contextmanager
def database_in(folder: Path, store: str) -> Iterator[str]:
    if store == "sqlite":
        yield f"sqlite:///{folder / 'losbot.db'}"
    else:
        with postgres.running() as url:
            yield url


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--keep", type=Path, help="a folder for the store and the log")
    given = options.parse_args()
    with contextlib.ExitStack() as stack:
        folder = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        database = stack.enter_context(database_in(folder, given.store))
        found = asyncio.run(run(folder, database, kills=given.kills, seed=given.seed))
    for wrong in found.wrong:
        print(f"  {wrong}")
    print(found.line())
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
