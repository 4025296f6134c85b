"""What people were told is recorded, and what is still there after a `kill -9`: a bot as most are
written with python-telegram-bot, and losbot, with the same people on the same pretend Telegram.

    python -m tests.chaos.typical --kills 6 --seed 7

Each kill is a life of its own, and all of them run side by side. Told is who has the receipt on the
phone; kept is who is found in what the bot has written.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import pickle
import random
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import SystemClock
from bot.emulator.emulator import Emulator
from bot.emulator.server import serving
from models.contacts import Contact
from models.requests import Request
from tests.bench.table import Figure
from tests.chaos import crowd, typical_bot
from tests.chaos.ground import ground
from tests.chaos.losbot import Losbot

SHORTEST, LONGEST = 65.0, 125.0
"""Seconds until it is killed. The library's persistence writes every sixty."""


class Bot(Protocol):
    def start(self) -> None: ...

    async def ready(self) -> None: ...

    def kill(self) -> None: ...

    def kept(self) -> set[int]:
        """The addresses of those whose answer is on the disk."""
        ...


class Typical:
    """The usual bot, with its file."""

    def __init__(self, folder: Path, url: str) -> None:
        self._file = folder / "bot.pickle"
        self._command = [sys.executable, "-m", typical_bot.__name__, url, str(self._file)]

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    async def ready(self) -> None:
        pass  # whoever comes earlier waits

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def kept(self) -> set[int]:
        try:
            with self._file.open("rb") as file:
                users = pickle.load(file)["user_data"]  # noqa: S301 - our own
        except (OSError, EOFError, pickle.UnpicklingError):
            return set()
        return {user for user, data in users.items() if data.get(typical_bot.CONSENTED)}


class Ours:
    """losbot, with its store."""

    def __init__(self, folder: Path, url: str) -> None:
        self._bot = Losbot(folder, url, f"sqlite:///{folder / 'losbot.db'}")

    def start(self) -> None:
        self._bot.set_up()
        self._bot.start()

    async def ready(self) -> None:
        await self._bot.ready(120)

    def kill(self) -> None:
        self._bot.kill()

    def kept(self) -> set[int]:
        store = self._bot.store()
        try:
            return store.read_now(_asked)
        finally:
            store.close()


def _asked(session: Session) -> set[int]:
    joined = select(Contact.address).join(Request, Request.requester_id == Contact.person_id)
    return set(session.scalars(joined))


async def _say_yes(phone: crowd.Phone) -> None:
    if await phone.ask("/start"):
        await phone.press(*_first(phone))


def _first(phone: crowd.Phone) -> tuple[object, object]:
    message, buttons = phone.buttons()
    return message, buttons[0]


async def _ask_for_a_los(phone: crowd.Phone) -> None:
    await crowd.Stranger(phone).live()


@dataclass(frozen=True)
class Kind:
    name: str
    make: Callable[[Path, str], Bot]
    live: Callable[[crowd.Phone], object]
    receipt: str


KINDS = (
    Kind("python-telegram-bot, ConversationHandler and PicklePersistence",
         Typical, _say_yes, typical_bot.RECEIPT),
    Kind("losbot", Ours, _ask_for_a_los, "Referansen er "),
)  # fmt: skip


@dataclass
class Lost:
    """Of one kind of bot, over all its lives."""

    name: str
    kills: int = 0
    told: int = 0
    lost: int = 0

    def line(self) -> str:
        share = self.lost / self.told if self.told else 0.0
        return (
            f"{self.name}: {self.kills} kills, {self.told} were told that it is recorded, "
            f"{self.lost} of them are nowhere ({share:.0%})"
        )


async def run(folder: Path, kind: Kind, *, kills: int, seed: int, rate: float) -> Lost:
    """So many lives side by side, each with `rate` new people a second."""
    found = Lost(kind.name)
    dice = random.Random(seed)
    lives = [
        _life(folder / f"{number}", kind, random.Random(dice.random()), rate, found)
        for number in range(kills)
    ]
    await asyncio.gather(*lives)
    return found


async def _life(folder: Path, kind: Kind, dice: random.Random, rate: float, found: Lost) -> None:
    await asyncio.to_thread(folder.mkdir, parents=True)
    telegram = Emulator(clock=SystemClock())
    async with serving(telegram) as port:
        bot = kind.make(folder, f"http://127.0.0.1:{port}")
        await asyncio.to_thread(bot.start)
        try:
            await bot.ready()
            async with _people(telegram, kind, dice, rate):
                await asyncio.sleep(dice.uniform(SHORTEST, LONGEST))
                bot.kill()
            told = {
                person for person in telegram.world.people if _was_told(telegram, person, kind)
            }
        finally:
            with contextlib.suppress(RuntimeError):
                bot.kill()
    found.kills += 1
    found.told += len(told)
    found.lost += len(told - await asyncio.to_thread(bot.kept))


def _was_told(telegram: Emulator, person: int, kind: Kind) -> bool:
    chat = telegram.world.chats.get(person)
    said = chat.messages.values() if chat is not None else ()
    return any(message.from_bot and kind.receipt in message.text for message in said)


@contextlib.asynccontextmanager
async def _people(
    telegram: Emulator, kind: Kind, dice: random.Random, rate: float
) -> AsyncIterator[None]:
    """They come one after the other, as long as the block runs."""
    under_way: set[asyncio.Task[object]] = set()

    async def come() -> None:
        while True:
            person = telegram.add_person("Elev", "nb").id
            phone = crowd.Phone(telegram, crowd.Said(), random.Random(dice.random()), person)
            under_way.add(asyncio.ensure_future(kind.live(phone)))  # type: ignore[arg-type]
            await asyncio.sleep(1 / rate)

    coming = asyncio.create_task(come())
    try:
        yield
    finally:
        for task in (coming, *under_way):
            task.cancel()
        await asyncio.gather(coming, *under_way, return_exceptions=True)


def figures(kills: int, seed: int = 7, rate: float = 1.0) -> list[Figure]:
    """What each lost of what it had said was recorded. Of ours nothing may be."""
    told = []
    with ground() as (folder, _database):
        for number, kind in enumerate(KINDS):
            where = folder / str(number)
            found = asyncio.run(run(where, kind, kills=kills, seed=seed, rate=rate))
            how = f"{found.lost} of {found.told} answers, {found.kills} x kill -9"
            what = f"{kind.name}: told it is recorded, and lost"
            share = 100 * found.lost / max(1, found.told)
            told.append(Figure(what, share, "%", most=0 if kind.make is Ours else None, note=how))
            if kind.make is Ours:
                told.append(Figure("losbot: people who were told", found.told, "", least=1))
    return told


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--kills", type=int, default=6)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--rate", type=float, default=1.0, help="new people a second and bot")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for number, kind in enumerate(KINDS):
            where = Path(folder) / str(number)
            lived = run(where, kind, kills=given.kills, seed=given.seed, rate=given.rate)
            found = asyncio.run(lived)
            print(found.line(), flush=True)
    return 1 if found.lost or not found.told else 0  # ours comes last


if __name__ == "__main__":
    sys.exit(main())
