"""A million people in PostgreSQL: what each operation of the chat takes in the store, and whether any
of them looks through a whole table.

    python -m tests.bench.million --cases 200000
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import demo
from bot.store import Store
from models import follow_ups
from models.base import Base
from models.ladders import LADDERS
from models.people import Person
from models.sealed import Keyring
from tests import postgres
from tests.bench import copying, county
from tests.bench.rounds import Rounds, Statements, scans
from tests.bench.table import Figure, print_table, share_of

KEY = bytes(range(32))
ROLES = {
    "rektor": 0,
    "service": 1,
    "teacher": 2,
    "mother": 4,
    "father": 5,
    "youth": 6,
    "sibling": 7,
}
"""Whose telephone is which of a school's, in the order in which they were made."""
LARGE = 0.05
"""A table is big that has so many rows for each person, or more."""


@dataclass(frozen=True)
class Big:
    people: int
    follow_ups: int
    filled: float
    rounds: Rounds
    scans: list[str]
    tick: float


def measured(url: str, cases: int, walkers: int, *, small: bool = False) -> Big:
    """`small`: see `rounds.scans`."""
    now = datetime.now(UTC).replace(hour=9)
    store = Store.open(url, Keyring(KEY), bot_username="losbot_demo_bot")
    try:
        store.create()
        store.write_now(demo.seed, now)
        copies = cases // county.FAMILIES
        began = time.perf_counter()
        copying.fill(store.engine, county.told(store, now), copies)
        filled = time.perf_counter() - began
        statements = Statements()
        with statements.of(store.engine):
            rounds = _gone(store, now, copies, walkers)
            tick = _ticked(store, now)
        people = store.read_now(_count, Person.__table__)
        stored = store.read_now(followed)
        return Big(
            people,
            stored,
            filled,
            rounds,
            scans(store.engine, statements, int(people * LARGE), small=small),
            tick,
        )
    finally:
        store.close()


def _gone(store: Store, now: datetime, copies: int, walkers: int) -> Rounds:
    """Everybody of some schools spread over the county, after a round of which nothing is kept."""
    warm = Rounds(store, now)
    warm.go("warm", county.PHONES + ROLES["teacher"])
    gc.freeze()  # as `App.start` does: looking through all of ours took a tenth of a second at times
    gc.set_threshold(50_000, 20, 50)
    rounds = Rounds(store, now)
    for walker in range(walkers):
        copy = 1 + walker * (copies - 1) // max(1, walkers)
        for role, phone in ROLES.items():
            rounds.go(role, county.PHONES + copy * copying.ADDRESSES + phone)
    return rounds


def _ticked(store: Store, now: datetime) -> float:
    """A tick that finds nothing due but what the rounds have stirred, once that is done."""
    for ladder in LADDERS:
        while store.write_now(follow_ups.take_due, ladder, now):
            pass
    began = time.perf_counter()
    for ladder in LADDERS:
        store.write_now(follow_ups.take_due, ladder, now)
    store.read_now(follow_ups.next_due, LADDERS)
    return time.perf_counter() - began


def _count(session: Session, table: object) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


def followed(session: Session) -> int:
    tables = [t for t in Base.metadata.sorted_tables if copying.DUE in t.columns]
    waits = (select(func.count(table.c[copying.DUE])) for table in tables)
    return sum(session.scalar(each) or 0 for each in waits)


def figures(cases: int, walkers: int = 5, worst: int = 0) -> list[Figure]:
    with postgres.running() as url:
        big = measured(url, cases, walkers)
    for scan in big.scans:
        print(scan)
    each = {n: _p95([t.seconds for t in took]) for n, took in big.rounds.took.items()}
    work = {n: _p95([t.worked for t in took]) for n, took in big.rounds.took.items()}
    every = [t for took in big.rounds.took.values() for t in took]
    slowest = sorted(work, key=lambda name: work[name], reverse=True)
    for name in slowest[:worst]:
        asked = median(t.asked for t in big.rounds.took[name])
        print(f"{name:60} {each[name]:8.1f} ms, {work[name]:8.1f} ms of CPU, asks {asked:.0f}")
    told = f"{len(each)} operations, {len(every)} times; filled in {big.filled:.0f} s"
    size = f"{big.people:,} people, {cases:,} cases, {big.follow_ups:,} follow-ups"
    return [
        Figure(f"{size}: an operation in the store, p50", 1000 * median(t.seconds for t in every), "ms", note=told),
        Figure("p95 of all of them", _p95([t.seconds for t in every]), "ms", most=50),
        Figure("p95 of their CPU, here and in the server", _p95([t.worked for t in every]), "ms", most=50),
        *(Figure(f"most CPU, p95: {name}", work[name], "ms", most=50) for name in slowest[:5]),
        Figure("operations whose p95 is above 50 ms", sum(v > 50 for v in each.values()), most=0),
        Figure("operations whose p95 of CPU is above 50 ms", sum(v > 50 for v in work.values()), most=0),
        Figure("operations that failed", len(big.rounds.failed), most=0, note="; ".join(big.rounds.failed[:3])),
        Figure("statements that look through a big table", len(big.scans), most=0),
        Figure("a tick with nothing due", 1000 * big.tick, "ms"),
    ]  # fmt: skip


def _p95(seconds: list[float]) -> float:
    """In milliseconds."""
    return 1000 * share_of(seconds, 0.95)


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.bench.million")
    options.add_argument("--cases", type=int, default=200_000)
    options.add_argument("--walkers", type=int, default=5)
    options.add_argument(
        "--worst", type=int, default=0, help="print so many, with their statements"
    )
    given = options.parse_args()
    return print_table(figures(given.cases, given.walkers, given.worst))


if __name__ == "__main__":
    sys.exit(main())
