"""A disk is lost while people tap and type; a clean machine goes on from a backup (RELIABILITY T13).

    python -m tests.chaos.restore --people 10000 --messages 100000

By commands alone: `losbot backup` beside the running bot, then kill -9 and nothing left but the key,
the backup and the journal of consents; `losbot restore`, `losbot check`, `losbot thaw`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import backup_file
from bot.clock import SystemClock
from bot.emulator.cast import CAST, Actor
from bot.emulator.server import serving
from bot.store_engines import StoreRefused
from models.outbox import Mode, Outgoing, OutState
from models.people import Person
from models.sealed import Keyring
from models.terms import ConsentState
from tests import postgres
from tests.chaos import crowd, town
from tests.chaos.losbot import Losbot
from tests.chaos.losing import (
    SINGLE,
    Answers,
    all_answers,
    all_sent,
    fill,
    in_the_gap,
    let_in,
    look,
)
from tests.chaos.promises import Promises
from tests.chaos.race_families import FIRST, Family

FLIPS = 100
LONGEST = 300.0
"""Seconds in which a store must be back."""
STILL = 8.0
"""How long nothing may be sent by a frozen store."""


@dataclass
class Found(Promises):
    """What was counted; `wrong` has a line for each promise that was broken."""

    people: int
    seconds: dict[str, float] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)

    def line(self) -> str:
        took = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items())
        told = ", ".join(f"{count} {name}" for name, count in self.counted.items())
        return f"{self.verdict}: {self.people} people; {took}; {told}; {len(self.wrong)} promises broken"


async def run(
    folder: Path, urls: tuple[str, str], *, size: int, messages: int, seed: int
) -> Found:
    """Fill a store, lose it, and judge what comes back. `urls`: of the store that is lost, and of
    the one it is put back into."""
    dice, found = random.Random(seed), Found(size)
    numbers = [*range(FIRST, FIRST + size), *range(SINGLE, SINGLE + size)]
    phones = [Actor(number, f"Elev {number}", "ungdom", "nb") for number in numbers]
    emulator = town.Telegram(clock=SystemClock(), cast=[*CAST, *phones])
    lost, clean = folder / "lost", folder / "clean"
    journal = folder / "other disk" / "journal"
    for each in (lost, clean, journal.parent):
        each.mkdir()
    more = {"LOSBOT_CONSENT_JOURNAL": str(journal), "LOSBOT_PACE_BROADCASTS": "1000"}
    async with serving(emulator) as port:
        url = f"http://127.0.0.1:{port}"
        before = Losbot(lost, url, urls[0], **more)
        await asyncio.to_thread(before.set_up)
        families = await asyncio.to_thread(fill, before, size, messages, journal)
        await asyncio.to_thread(town.ask_the_family, before)
        backup = folder / "the.backup"
        truth = await _live_and_die(before, emulator, families, journal, backup, dice, found)
        shutil.copy(lost / "losbot.key", clean / "losbot.key")
        if urls[0].startswith("sqlite"):
            shutil.rmtree(lost)
        after = Losbot(clean, url, urls[1], **more)
        await asyncio.to_thread(_turn_bits, backup, clean / "losbot.key", dice, found)
        await _come_back(after, emulator, backup, truth, found)
    return found


# --- the gap -------------------------------------------------------------------------------------


@dataclass
class Truth:
    """What the store said that was lost."""

    answers: Answers
    erased: list[int]
    known: set[tuple[int, int]]  # answers that were in the backup
    sent: set[str]  # by their keys
    at: datetime
    let_in: set[tuple[str, int, int]]


async def _live_and_die(
    losbot: Losbot,
    emulator: town.Telegram,
    families: list[Family],
    journal: Path,
    backup: Path,
    dice: random.Random,
    found: Found,
) -> Truth:
    losbot.start()
    await losbot.ready()
    over, said = asyncio.Event(), crowd.Said()
    lives = [
        asyncio.create_task(
            crowd.consenting(crowd.Phone(emulator, said, random.Random(n), town.IDS[n]), over)
        )
        for n in ("Ida", "Kari", "Per")
    ]
    await asyncio.sleep(2)
    began = time.monotonic()
    typed = await asyncio.to_thread(losbot.types, "backup", str(backup), within=LONGEST)
    found.seconds["backup"] = time.monotonic() - began
    assert typed.returncode == 0, typed.stderr
    known = await asyncio.to_thread(look, losbot, all_answers)
    ways = await asyncio.to_thread(look, losbot, let_in)
    erased = await asyncio.to_thread(in_the_gap, losbot, families, journal, dice)
    await asyncio.sleep(4)
    over.set()
    losbot.kill()
    for life in lives:
        life.cancel()
    await asyncio.gather(*lives, return_exceptions=True)
    answers = await asyncio.to_thread(look, losbot, all_answers)
    sent = await asyncio.to_thread(look, losbot, all_sent)
    found.counted["taps and words"] = len(said.updates)
    found.counted["answers in the gap"] = sum(known.get(a) != s for a, s in answers.items())
    left = await asyncio.to_thread(look, losbot, let_in)
    found.counted["ways in that ended in the gap"] = len(ways - left)
    found.must(ways - left, "nobody's way in ended")
    return Truth(answers, erased, set(known), sent, datetime.now(UTC), left)


# --- after ---------------------------------------------------------------------------------------


def _turn_bits(backup: Path, key: Path, dice: random.Random, found: Found) -> None:
    """Any bit: the whole file is refused, in one line."""
    whole, ring, seen = backup.read_bytes(), Keyring.from_file(key), 0
    turned = backup.with_name("turned.backup")
    for _flip in range(FLIPS):
        damaged = bytearray(whole)
        damaged[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
        turned.write_bytes(damaged)
        try:
            for _line in backup_file.lines(turned, ring):
                pass
        except StoreRefused as refused:
            seen += "\n" not in str(refused)
    turned.unlink()
    found.counted["of 100 turned bits seen"] = seen
    found.counted["bytes of backup"] = len(whole)
    found.must(seen == FLIPS, f"{FLIPS - seen} turned bits were not seen")


async def _come_back(
    losbot: Losbot, emulator: town.Telegram, backup: Path, truth: Truth, found: Found
) -> None:
    began = time.monotonic()
    typed = await asyncio.to_thread(losbot.types, "restore", str(backup), within=LONGEST * 2)
    found.seconds["restore"] = time.monotonic() - began
    found.must(typed.returncode == 0, f"the restore failed: {typed.stderr}")
    if typed.returncode:
        return
    found.must(found.seconds["restore"] <= LONGEST, "it took too long")
    checked = await asyncio.to_thread(losbot.types, "check", within=LONGEST)
    found.must("frozen" in checked.stdout, "losbot check does not say that it is frozen")
    log = await asyncio.to_thread(losbot.types, "audit", "verify", within=LONGEST)
    found.must(log.returncode == 0, f"the log does not hold: {log.stdout[-300:]}")
    _judge_answers(await asyncio.to_thread(look, losbot, all_answers), truth, found)
    back = await asyncio.to_thread(look, losbot, let_in) - truth.let_in
    found.must(not back, f"{len(back)} are let in again: {sorted(back)[:3]}")
    shown = _shown(emulator)
    losbot.start()
    await losbot.ready()
    await asyncio.sleep(STILL)
    found.must(_shown(emulator) == shown, "a frozen store has sent something")
    thawed = await asyncio.to_thread(losbot.types, "thaw")
    found.must(thawed.stdout == "Thawed.\n", f"it does not thaw: {thawed.stdout}")
    ida = crowd.Phone(emulator, crowd.Said(), random.Random(1), town.IDS["Ida"])
    found.must(await ida.ask("/samtykke"), "it does not answer after the thaw")
    await asyncio.sleep(STILL)
    losbot.stop()
    await asyncio.to_thread(look, losbot, lambda session: _judge_store(session, truth, found))
    found.must(not emulator.violations, f"violations: {emulator.violations[:3]}")


def _shown(emulator: town.Telegram) -> int:
    chats = emulator.world.chats.values()
    return sum(message.from_bot for chat in chats for message in chat.messages.values())


def _judge_answers(now: Answers, truth: Truth, found: Found) -> None:
    """A yes never stands where it did not; what was taken back or refused is; a yes of the gap is
    there, or it is asked for again."""
    given = ConsentState.GIVEN
    against = (ConsentState.WITHDRAWN, ConsentState.REFUSED)
    sure = {answer: state for answer, state in truth.answers.items() if answer in now}
    lost = [a for a, state in sure.items() if state in against and now[a] not in against]
    made_up = [a for a, state in now.items() if state is given and sure.get(a) is not given]
    again = [a for a, state in sure.items() if state is given and now[a] is not given]
    found.counted["taken back or refused"] = sum(state in against for state in sure.values())
    found.counted["yeses asked for again"] = len(again)
    found.must(not lost, f"{len(lost)} withdrawals are lost: {lost[:3]}")
    found.must(not made_up, f"{len(made_up)} yeses that nobody has said: {made_up[:3]}")
    there = truth.known & set(truth.answers)  # who was removed is asked nothing any more
    found.must(there <= set(now), "questions are lost that were in the backup")
    found.must(
        len(again) <= 3, f"{len(again)} yeses were not put back"
    )  # one may be under way each


def _judge_store(session: Session, truth: Truth, found: Found) -> None:
    since = select(Outgoing.key).where(
        Outgoing.state == OutState.SENT,
        Outgoing.sent_at > truth.at,
        Outgoing.mode.not_in((Mode.DELETE, Mode.HIDE, Mode.STRIP)),
    )
    sent = set(session.scalars(since))
    resent = sent & truth.sent
    found.counted["sent after the thaw"] = len(sent)
    found.counted["old ones sent again"] = len(resent)
    uncertain = session.scalar(select(func.count(Outgoing.id)).where(Outgoing.error == "restored"))
    told = select(func.count(Outgoing.id)).where(Outgoing.kind == "store.restored")
    found.counted["messages not repeated"] = uncertain or 0
    found.counted["people told to look"] = session.scalar(told) or 0
    found.must(not resent, f"old messages were sent again: {sorted(resent)[:3]}")
    alive: list[Any] = [p for p in truth.erased if session.get(Person, p) is not None]
    found.counted["erased, and back"] = len(alive)
    found.must(not alive, f"{len(alive)} erased people are back")


@contextlib.contextmanager
def databases(folder: Path, store: str) -> Any:
    if store == "sqlite":
        yield tuple(f"sqlite:///{folder / name / 'losbot.db'}" for name in ("lost", "clean"))
    else:
        with postgres.running() as lost, postgres.running() as clean:
            yield lost, clean


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--people", type=int, default=10_000)
    options.add_argument("--messages", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with databases(folder, given.store) as urls:
            found = asyncio.run(
                run(folder, urls, size=given.people, messages=given.messages, seed=given.seed)
            )
    return found.tell()


if __name__ == "__main__":
    sys.exit(main())
