"""Two workers on one PostgreSQL against one: the same taps, from the same pretend Telegram.

    python -m tests.bench.workers

They share this machine's cores with PostgreSQL and the pretend Telegram: on two cores two workers
cannot do twice as much.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from bot.store_engines import normalised
from models.consents import ConsentEvent
from models.inbox import Handled
from models.terms import ConsentAct
from tests import places, postgres
from tests.bench import telegram, town
from tests.bench.inbound import UNHURRIED
from tests.bench.process import cpu
from tests.bench.table import Figure, print_table
from tests.bench.telegram import Load
from tests.chaos.losbot import Losbot

FAMILIES, WARM = 800, 40


def measured(folder: Path, url: str, workers: int, seconds: float) -> tuple[float, float, int]:
    """Taps a second, ms of the workers' CPU for one, and how many were answered and not kept."""
    folder.mkdir()
    engine = create_engine(normalised(url))
    with engine.begin() as connection:
        own = places.address_of(url, places.new_schema(connection))
    engine.dispose()
    bots = [Losbot(folder, "http://127.0.0.1:9", own, **UNHURRIED) for _each in range(workers)]
    bots[0].set_up()
    store = bots[0].store()
    asked = town.asked_families(store, FAMILIES, datetime.now(UTC))
    telegram.write_updates(folder / "taps.jsonl", town.mothers(asked), town.FIRST)
    load = Load("workers", warm=WARM, seconds=seconds, bots=workers)
    with ExitStack() as running:
        running.callback(store.close)
        api = running.enter_context(telegram.running(folder / "taps.jsonl", load))
        for bot in bots:
            bot.talk_with(api.url)
            bot.start()
            running.callback(bot.stop)
        api.says("START")
        before = sum(cpu(bot.pid) for bot in bots)
        found = api.figures()
        spent = sum(cpu(bot.pid) for bot in bots) - before
        lost = found["count"] + WARM - store.read_now(_kept)
    return found["rate"], 1000 * spent / max(1, found["count"]), lost


def _kept(session: Session) -> int:
    given = select(func.count()).where(ConsentEvent.act == ConsentAct.GIVEN)
    heard = select(func.count()).select_from(Handled)
    return min(session.scalar(given) or 0, session.scalar(heard) or 0)


def figures(runs: int, seconds: float) -> list[Figure]:
    rates: dict[int, list[float]] = {1: [], 2: []}
    costs: dict[int, list[float]] = {1: [], 2: []}
    lost = 0
    with tempfile.TemporaryDirectory(prefix="losbot-bench-") as folder, postgres.running() as url:
        for run in range(runs):
            for workers in rates:
                place = Path(folder) / f"{workers}-{run}"
                rate, cost, gone = measured(place, url, workers, seconds)
                rates[workers].append(rate)
                costs[workers].append(cost)
                lost += max(0, gone)
    one, two = median(rates[1]), median(rates[2])
    return [
        Figure("PostgreSQL, one worker", one, "/s", note=f"{median(costs[1]):.1f} ms CPU"),
        Figure("PostgreSQL, two workers", two, "/s", note=f"{median(costs[2]):.1f} ms CPU"),
        Figure("two workers to one", two / one, "x", note="PostgreSQL is on the same cores"),
        Figure("answered by workers and not kept", lost, "", most=0),
    ]


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.bench.workers")
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--seconds", type=float, default=8)
    given = options.parse_args()
    return print_table(figures(given.runs, given.seconds))


if __name__ == "__main__":
    sys.exit(main())
