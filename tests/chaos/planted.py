"""Do the benches see what they are for? Each planted bug must turn one of them red (T21).

python -m tests.chaos.planted
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import sys
import time
from collections.abc import Callable
from itertools import count

import structlog

from bot import log
from tests.chaos import (
    faulty,
    fuzz,
    hook,
    kill,
    migrate,
    races,
    restore,
    simulation,
    trouble,
)  # fmt: skip
from tests.chaos.ground import ground
from tests.chaos.plants import PLANTS, Plant
from tests.chaos.promises import Promises

STEPS, SENDS, RACES, UPDATES, DELIVERIES = 150, 300, 48, 60, 60


def _simulated(plant: Plant, over: float) -> str:
    """What the first seed that breaks says."""
    with simulation.course() as here:
        for seed in count(1):
            ran = None
            if time.monotonic() > over:
                return ""
            with contextlib.suppress(Exception):  # a bench that breaks has seen nothing
                ran = here.run(seed, STEPS)
            if ran is not None and ran.wrong:
                return f"seed {seed}: {ran.wrong[0]}"
    raise AssertionError("unreachable")


def _faulty(plant: Plant, over: float) -> str:
    with ground() as (_folder, database):
        return _promise(asyncio.run(faulty.run(database, sends=SENDS, seed=7)))


def _races(plant: Plant, over: float) -> str:
    with ground() as (_folder, database):
        found = asyncio.run(races.run(database, races=RACES, seed=7, bug=plant.bug()))
    wrong = [each for each in found.wrong if not each.startswith("one side won")]
    return wrong[0] if wrong else ""


def _name(plant: Plant) -> str:
    return next(name for name, each in PLANTS.items() if each is plant)


def _killed(plant: Plant, over: float) -> str:
    with ground() as (folder, database):
        found = asyncio.run(
            kill.run(
                folder, database, kills=0, at_each=1, points=plant.points, seed=7, strangers=1,
                bug=_name(plant),
            )
        )  # fmt: skip
    return _promise(found)


def _hooked(plant: Plant, over: float) -> str:
    with ground() as (folder, database):
        lived = hook.run(folder, database, deliveries=DELIVERIES, seed=7, bug=_name(plant))
        return _promise(asyncio.run(lived))


def _troubled(plant: Plant, over: float) -> str:
    with ground() as (folder, database):
        lived = trouble.run(
            folder, database, what="full", seconds=8, seed=7, bug=_name(plant)
        )  # fmt: skip
        return _promise(asyncio.run(lived))


def _migrated(plant: Plant, over: float) -> str:
    with ground() as (folder, url):
        found = migrate.run(
            folder, url, size=60, messages=100, kills=0, seed=7, bug=_name(plant)
        )  # fmt: skip
    return _promise(found)


def _restored(plant: Plant, over: float) -> str:
    with ground() as (folder, _database), restore.databases(folder, "sqlite") as urls:
        found = asyncio.run(restore.run(folder, urls, size=60, messages=100, seed=7))
    return _promise(found)


def _fuzzed(plant: Plant, over: float) -> str:
    with ground() as (_folder, database):
        return _promise(asyncio.run(fuzz.run(database, updates=UPDATES, seed=7)))


def _promise(found: Promises) -> str:
    return found.wrong[0] if found.wrong else ""


BENCHES: dict[str, Callable[[Plant, float], str]] = {
    "simulation": _simulated, "faulty": _faulty, "races": _races, "kill": _killed,
    "restore": _restored, "fuzz": _fuzzed, "hook": _hooked, "trouble": _troubled,
    "migrate": _migrated,
}  # fmt: skip


def caught(plant: Plant) -> tuple[str, float]:
    """What the bench said, "" for nothing, and how many seconds it took."""
    began = time.monotonic()
    with plant.planting():
        said = BENCHES[plant.bench](plant, began + plant.seconds)
    return said, time.monotonic() - began


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("names", nargs="*", help="only these")
    given = options.parse_args()
    log.set_up(quiet=True)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    wanted = given.names or list(PLANTS)
    missed: list[str] = []
    for name in wanted:
        with contextlib.redirect_stderr(None):
            said, seconds = caught(PLANTS[name])
        seen = bool(said) and seconds <= PLANTS[name].seconds
        if not seen:
            missed.append(name)
        mark = "seen" if seen else "MISSED"
        print(
            f"{mark:6} {seconds:4.0f} s  {name} ({PLANTS[name].bench}): {said[:100]}", flush=True
        )
    verdict = "BROKEN" if missed else "held"
    print(f"{verdict}: {len(wanted) - len(missed)} of {len(wanted)} planted bugs were seen")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
