"""The whole bot in one process, and everything around it drawn from a seed (RELIABILITY T3).

    python -m tests.chaos.simulation --seeds 2000 --steps 300

Time, ids, Telegram and the instants at which the machine dies come from the seed; so do the order
in which transactions are committed, which of them share a commit, which call arrives, which answer
comes back. After each run, and while it runs, RELIABILITY 5.1 must hold. The same seed gives the
same trace.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import logging
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from unittest import mock

import structlog

from bot import log
from models.base import seed_ids
from tests.chaos import sim_machine
from tests.chaos.sim_machine import Disk
from tests.chaos.sim_run import Ran, Simulation
from tests.chaos.sim_town import GROUNDS, STARTS, ground

SEEDS = Path(__file__).with_name("simulation.seeds")
"""Every seed that ever failed, with what it found: run with every dose."""


@contextlib.contextmanager
def drawn_from(seed: int) -> Iterator[None]:
    """Ids, and whatever else is drawn in secret."""
    dice = random.Random(f"secrets {seed}")
    with contextlib.ExitStack() as stack:
        for name, drawn in (
            ("token_hex", lambda length=32: dice.randbytes(length).hex()),
            ("token_urlsafe", lambda length=32: dice.randbytes(length).hex()),
            ("token_bytes", lambda length=32: dice.randbytes(length)),
            ("randbelow", dice.randrange),
            ("randbits", dice.getrandbits),
        ):
            stack.enter_context(mock.patch.object(secrets, name, drawn))
        seed_ids(seed)
        stack.callback(seed_ids, None)
        yield


class Course:
    """A folder with the beginnings, and one disk that every run finds as its beginning left it."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder, self._disk = folder, disk
        self._grounds: dict[tuple[int, datetime], bytes] = {}

    def run(self, seed: int, steps: int, *, keep: bool = False) -> Ran:
        dice = random.Random(f"ground {seed}")
        stage, start = dice.randrange(len(GROUNDS)), dice.choice(STARTS)
        if (stage, start) not in self._grounds:
            with drawn_from(stage):
                self._grounds[stage, start] = ground(self._folder, stage, start)
        self._lay(self._grounds[stage, start])
        with drawn_from(seed), mock.patch.object(gc, "freeze"):  # many lives, not one
            run = Simulation(seed, self._disk, start, keep=keep)
            run.starts()
            try:
                for _ in range(steps):
                    run.step()
                run.drains()
            finally:
                run.ends()
        return run.ran

    def _lay(self, image: bytes) -> None:
        for beside in ("-wal", "-shm"):
            self._disk.path.with_name(self._disk.path.name + beside).unlink(missing_ok=True)
        self._disk.path.write_bytes(image)


@contextlib.contextmanager
def course() -> Iterator[Course]:
    memory = Path("/dev/shm")  # noqa: S108 - where the machine has it; a disk is only slower
    with contextlib.ExitStack() as stack:
        within = str(memory) if memory.is_dir() else None
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=within)))
        disk = stack.enter_context(sim_machine.disk_at(folder / "losbot.db"))
        yield Course(folder, disk)


def kept_seeds() -> list[int]:
    lines = SEEDS.read_text().splitlines() if SEEDS.exists() else []
    return [int(line.split()[0]) for line in lines if line and not line.startswith("#")]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--seeds", type=int, default=200)
    options.add_argument("--first", type=int, default=1)
    options.add_argument("--steps", type=int, default=300)
    options.add_argument("--seed", type=int, help="one alone, with its trace")
    options.add_argument("--minutes", type=float, help="begin no seed after so many")
    given = options.parse_args()
    log.set_up(quiet=True)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with course() as here:
        if given.seed is not None:
            ran = here.run(given.seed, given.steps, keep=True)
            print(*ran.lines, *ran.wrong, f"trace {ran.trace}", sep="\n")
            return 1 if ran.wrong else 0
        seeds = [*kept_seeds(), *range(given.first, given.first + given.seeds)]
        return _many(here, seeds, given.steps, given.minutes)


def _many(here: Course, seeds: list[int], steps: int, minutes: float | None) -> int:
    began = time.monotonic()
    total, acts = Counter[str](), Counter[str]()
    broken: list[int] = []
    done = 0
    for seed in seeds:
        if minutes is not None and time.monotonic() > began + minutes * 60:
            break
        ran = here.run(seed, steps)
        done += 1
        total += ran.steps + Counter(faults=ran.faults)
        acts += ran.done
        if ran.wrong:
            broken.append(seed)
            print(f"  seed {seed}:", *ran.wrong[:5], sep="\n    ", flush=True)
        if done % 20 == 0:
            gc.collect()
    for counted in (total, acts):
        print(", ".join(f"{name} {count}" for name, count in sorted(counted.items())))
    short = done < len(seeds) and (minutes is None or not done)
    print(
        f"{'BROKEN' if broken or short else 'held'}: {done} of {len(seeds)} seeds x {steps} steps, "
        f"{total['faults']} faults, {total['crash'] + total['die committing']} crashes, "
        f"{len(acts)} kinds of acts, "
        f"{len(broken)} seeds broken {broken[:10]}, {time.monotonic() - began:.0f} s"
    )
    return 1 if broken or short else 0


if __name__ == "__main__":
    sys.exit(main())
