"""The store's own troubles while people tap and type: the disk is full, the database is locked or
takes no writes, the line is cut at a commit (RELIABILITY T19).

    python -m tests.chaos.trouble --what full --seconds 30
    python -m tests.chaos.trouble --what read-only --store postgresql
    python -m tests.chaos.trouble --what cut --store postgresql --times 100

Nothing that is not stored is acknowledged, and it goes on by itself: no bot is started again.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import resource
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import psycopg

from tests.chaos import verdict
from tests.chaos.failpoints import CUT, Plan
from tests.chaos.town import Town, database_in, living

BEFORE = 4.0
"""So many seconds people are at it before anything goes wrong."""
LARGEST = 4096
"""No file may grow beyond: smaller than any store, so that nothing can be written."""
LONGEST_CUTTING = 600.0
WITHIN = 60.0
"""So soon after it is well again somebody is heard."""


async def run(
    folder: Path, database: str, *, what: str, seconds: float, seed: int, times: int = 0
) -> verdict.Killed:
    """One trouble, for so long; or `times` cuts. Let everything come to rest, and judge."""
    plan = Plan(hasty=True, cuts=times) if what == "cut" else None
    async with living(folder, database, seed=seed, plan=plan, strangers=5) as town:
        pid = town.bots[0].pid
        await asyncio.sleep(BEFORE)
        if what == "cut":
            await _cut(town, times)
            town.deaths = _cuts(town)  # so often something may be in doubt
        else:
            acknowledged = await _suffer(town, TROUBLES[what](town, database), seconds)
            town.deaths = 1
        same = town.bots[0].pid == pid and town.bots[0].alive
    found = await asyncio.to_thread(verdict.judge, town)
    found.must(same, "it did not go on by itself")
    found.did("cuts", _cuts(town) if what == "cut" else 0, times if what == "cut" else 0)
    if what != "cut":
        found.must(not acknowledged, f"{acknowledged} updates were acknowledged meanwhile")
    return found


async def _suffer(town: Town, trouble: AbstractAsyncContextManager[None], seconds: float) -> int:
    """How many updates were acknowledged that came while nothing could be stored; all but those
    that ask for help, which need no store."""
    async with trouble:
        await asyncio.sleep(BEFORE)  # what was under way is over
        first = max(town.said.updates)
        await asyncio.sleep(seconds)
        said = {number for number in town.said.updates if number > first}
        waiting = {item.key for item in town.telegram.queue}
    helped = {number for number, (_who, words) in town.said.typed.items() if words == "/hjelp"}
    before = len(town.telegram.queue)
    async with asyncio.timeout(WITHIN):
        while before and len(town.telegram.queue) >= before:
            before = max(before, len(town.telegram.queue))
            await asyncio.sleep(0.05)
    return len(said - waiting - helped)


async def _cut(town: Town, times: int) -> None:
    """Until the line was cut so often, or it takes too long."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_CUTTING):
            while _cuts(town) < times:
                await asyncio.sleep(0.5)


def _cuts(town: Town) -> int:
    return town.bots[0].log.read_text(errors="replace").count(CUT)


@contextlib.asynccontextmanager
async def _full(town: Town, _database: str) -> AsyncIterator[None]:
    """As a full disk: whatever is written fails, in the store and in the log."""
    pid = town.bots[0].pid
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (LARGEST, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))


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
    """A PostgreSQL that takes no writes, as a stand-by does."""
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as line:
        await line.execute("SET default_transaction_read_only = off")
        await line.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        await line.execute("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            await line.execute("ALTER SYSTEM RESET default_transaction_read_only")
            await line.execute("SELECT pg_reload_conf()")


Trouble = Callable[[Town, str], AbstractAsyncContextManager[None]]
TROUBLES: dict[str, Trouble] = {"full": _full, "locked": _locked, "read-only": _read_only}
STORES = {"full": "sqlite", "read-only": "postgresql", "cut": "postgresql"}
"""Where some are about one store alone."""


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
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(database_in(folder, given.store))
        found = asyncio.run(
            run(
                folder, database, what=given.what, seconds=given.seconds, seed=given.seed,
                times=given.times,
            )
        )  # fmt: skip
        return found.tell()


if __name__ == "__main__":
    sys.exit(main())
