"""The store's own troubles while people tap and type: the disk is full, the database is locked or
takes no writes, the line is cut at a commit (RELIABILITY T19).

    python -m tests.chaos.trouble --what full --seconds 30
    python -m tests.chaos.trouble --what full --store postgresql
    python -m tests.chaos.trouble --what read-only --store postgresql
    python -m tests.chaos.trouble --what cut --store postgresql --times 100

Nothing that is not stored is acknowledged, and it goes on by itself: no bot is started again.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import inbox
from models.inbox import Handled, Parked
from tests import postgres
from tests.chaos import verdict
from tests.chaos.failpoints import CUT, Plan
from tests.chaos.ground import ground
from tests.chaos.town import Town, living

BEFORE = 4.0
"""So many seconds people are at it before anything goes wrong."""
LARGEST = 4096
"""No file may grow beyond: smaller than any store, so that nothing can be written."""
ROOM = "128m"
"""Of a PostgreSQL whose disk is to be full."""
LONGEST_CUTTING = 600.0
WITHIN = 60.0
"""So soon after it is well again somebody is heard."""


class NotHere(Exception):
    """This machine does not let us make the trouble; one line."""


@dataclass
class Suffered:
    """What there was while it lasted, once what was under way was over."""

    said: set[int]
    """Updates, without those that ask for help, which need no store."""
    waiting: set[int]
    """Of all of them those that Telegram keeps."""
    cards: int
    """That tell of help."""


async def run(
    folder: Path,
    database: str,
    *,
    what: str,
    seconds: float,
    seed: int,
    times: int = 0,
    bug: str = "",
) -> verdict.Killed:
    """One trouble, for so long; or `times` cuts. Let everything come to rest, and judge."""
    plan = Plan(hasty=True, cuts=times) if what == "cut" else Plan(bug=bug)
    async with living(folder, database, seed=seed, plan=plan, strangers=5) as town:
        pid = town.bots[0].pid
        await asyncio.sleep(BEFORE)
        if what == "cut":
            await _cut(town, times)
            town.deaths = _cuts(town)  # so often something may be in doubt
        else:
            met = await _suffer(town, TROUBLES[what](town, database), seconds)
            town.deaths = 1
        same = town.bots[0].pid == pid and town.bots[0].alive
    found = await asyncio.to_thread(verdict.judge, town)
    found.must(same, "it did not go on by itself")
    found.did("cuts", _cuts(town) if what == "cut" else 0, times if what == "cut" else 0)
    if what != "cut":
        lost = met.said - met.waiting - await asyncio.to_thread(_kept, town)
        found.must(not lost, f"{len(lost)} updates were acknowledged meanwhile and not stored")
        found.must(met.said & met.waiting, "nobody had to wait: it was no trouble")
        found.must(met.cards, "nobody was told of help meanwhile")
    return found


async def _suffer(
    town: Town, trouble: AbstractAsyncContextManager[None], seconds: float
) -> Suffered:
    """Returns when somebody is heard again."""
    async with trouble:
        await asyncio.sleep(BEFORE)  # what was under way is over
        first, cards = max(town.said.updates), _cards(town)
        await asyncio.sleep(seconds)
        said = {number for number in town.said.updates if number > first}
        waiting = {item.key for item in town.telegram.queue}
        cards = _cards(town) - cards
    helped = {number for number, (_who, words) in town.said.typed.items() if words == "/hjelp"}
    before = len(town.telegram.queue)
    async with asyncio.timeout(WITHIN):
        while before and len(town.telegram.queue) >= before:
            before = max(before, len(town.telegram.queue))
            await asyncio.sleep(0.05)
    return Suffered(said - helped, waiting, cards)


def _cards(town: Town) -> int:
    return sum("116 117" in str(call) for call in town.telegram.calls_since(0, "sendMessage"))


def _kept(town: Town) -> set[int]:
    """What is not asked for again can only have been stored before it was acknowledged."""
    store = town.bots[0].store()
    try:
        return store.read_now(lambda session: set(session.scalars(select(Handled.update_id))))
    finally:
        store.close()


async def _cut(town: Town, times: int) -> None:
    """Until the line was cut so often, or it takes too long."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_CUTTING):
            while _cuts(town) < times:
                await asyncio.sleep(0.5)


def _cuts(town: Town) -> int:
    return town.bots[0].log.read_text(errors="replace").count(CUT)


@contextlib.asynccontextmanager
async def _full(town: Town, database: str) -> AsyncIterator[None]:
    """A full disk: of SQLite whatever is written fails, in the store and in the log; of PostgreSQL
    what needs a table to grow, while some that is small still finds room."""
    if not database.startswith("sqlite"):
        ballast = await asyncio.to_thread(_data, database) / "ballast"
        await asyncio.to_thread(_once_parked, town)
        try:
            await asyncio.to_thread(_fill, ballast)
            yield
        finally:
            ballast.unlink()
        return
    pid = town.bots[0].pid
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (LARGEST, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))


def _once_parked(town: Town) -> None:
    """What was set aside long ago, and is gone, leaves room for a little more of it."""
    store = town.bots[0].store()
    try:
        store.write_now(_park)
        store.write_now(lambda session: session.execute(delete(Parked)))
    finally:
        store.close()


def _park(session: Session) -> None:
    now = datetime.now(UTC)
    inbox.park(session, channel="telegram", update_id=0, payload="{}", error="", now=now)


def _data(database: str) -> Path:
    """Where a PostgreSQL keeps its tables."""
    with psycopg.connect(database) as line:
        found = line.execute("SHOW data_directory").fetchone()
    assert found is not None
    place = Path(found[0])
    if not place.is_mount():
        raise NotHere("its disk is everybody's: begin it by postgres.running(room)")
    return place


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))


@contextlib.asynccontextmanager
async def _locked(_town: Town, database: str) -> AsyncIterator[None]:
    """Another program is in the middle of writing."""
    if database.startswith("sqlite"):
        other = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("PRAGMA busy_timeout=10000")
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            other.close()
    else:
        async with await psycopg.AsyncConnection.connect(database) as line:
            await line.execute("LOCK TABLE handled, outbox IN ACCESS EXCLUSIVE MODE")
            yield


@contextlib.asynccontextmanager
async def _read_only(_town: Town, database: str) -> AsyncIterator[None]:
    """A SQLite file that takes no writes, not even from root who has it open; a PostgreSQL that
    takes none, as a stand-by does."""
    if database.startswith("sqlite"):
        file = Path(database.removeprefix("sqlite:///"))
        with immutable(file.parent, str(file), f"{file}-wal"):
            yield
        return
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as line:
        await line.execute("SET default_transaction_read_only = off")
        await line.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        await line.execute("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            await line.execute("ALTER SYSTEM RESET default_transaction_read_only")
            await line.execute("SELECT pg_reload_conf()")


@contextlib.contextmanager
def immutable(folder: Path, *files: str) -> Iterator[None]:
    """Nobody writes to them, whoever has them open. NotHere where that cannot be."""
    _must_be_obeyed(folder / "probe")
    with _changed(*files):
        yield


@contextlib.contextmanager
def _changed(*files: str) -> Iterator[None]:
    subprocess.run(["chattr", "+i", *files], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", *files], check=True)


def _must_be_obeyed(probe: Path) -> None:
    if shutil.which("chattr") is None:
        raise NotHere("there is no chattr here")
    with probe.open("wb", buffering=0) as file:
        try:
            with _changed(str(probe)):
                file.write(b"written")
        except subprocess.CalledProcessError as error:
            raise NotHere("chattr +i is not allowed here") from error
        except OSError:
            return
    raise NotHere("this file system lets whoever has a file open write on after chattr +i")


Trouble = Callable[[Town, str], AbstractAsyncContextManager[None]]
TROUBLES: dict[str, Trouble] = {"full": _full, "locked": _locked, "read-only": _read_only}
STORES = {"cut": "postgresql"}
"""What is about one store alone."""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--what", choices=(*TROUBLES, "cut"), required=True)
    options.add_argument("--seconds", type=float, default=30)
    options.add_argument("--times", type=int, default=100, help="how many commits are cut")
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    given = options.parse_args()
    if STORES.get(given.what, given.store) != given.store:
        options.error(f"{given.what} is about {STORES[given.what]}")
    room = ROOM if given.what == "full" else ""
    try:
        with ground(given.store, room=room) as (folder, database):
            found = asyncio.run(
                run(
                    folder, database, what=given.what, seconds=given.seconds, seed=given.seed,
                    times=given.times,
                )
            )  # fmt: skip
    except (NotHere, postgres.NoDisk) as why:
        sys.exit(f"SKIPPED: {why}")
    return found.tell()


if __name__ == "__main__":
    sys.exit(main())
