"""One simulated run: what may happen next, how likely, and how it is done."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.app import App
from bot.clock import ManualClock
from bot.emulator.emulator import Emulator
from bot.pacing import Pace
from tests.canaries import Canary
from tests.chaos import sim_machine
from tests.chaos.faulty import faults
from tests.chaos.sim_machine import Call, Crash, Disk, Line, Loop
from tests.chaos.sim_town import BOT, KEYRING, Town
from tests.chaos.sim_watch import Watch

POLL = 25.0
LONGEST_DRAIN = timedelta(minutes=15)
"""I12: nothing is stuck when the faults have stopped. What failed often is tried again after five
minutes, and what may have arrived once more after 45 s."""
FAULTS = tuple(faults(retry_after=3, stall=20).values())
JUMPS = tuple(timedelta(**by) for by in (
    {"minutes": 2}, {"minutes": 10}, {"hours": 1}, {"hours": 5}, {"hours": 18}, {"days": 3},
))  # fmt: skip


@dataclass
class Ran:
    """What came of one seed."""

    seed: int
    trace: str = ""
    steps: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    faults: int = 0
    wrong: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


class Simulation:
    """One run. Each step is one thing that may happen now."""

    def __init__(self, seed: int, disk: Disk, start: datetime, *, keep: bool = False) -> None:
        self.dice = random.Random(seed)
        self.ran = Ran(seed)
        self._keep = keep
        self._digest = hashlib.sha256()
        self._disk = disk
        self.clock = ManualClock(start)
        self._emulator = Emulator(clock=self.clock)
        self.canary = Canary(seed)
        self.town = Town(self._emulator, self.dice, self.canary)
        self.watch = Watch(self._emulator, self.town, self.clock, self.ran.wrong)
        self._line = Line(self._emulator, self.watch.reaches, self.watch.has_reached)
        self._trouble = self.dice.choice((0.0, 0.05, 0.2))
        self._deadly = self.dice.choice((0, 1, 3))
        self._unhurried = self.dice.random() < 0.5
        self._steps = self._possible()

    # --- the bot ---------------------------------------------------------------------------------

    def starts(self) -> None:
        self._disk.dead, self._disk.crash_at = False, ""
        self._line.gone()
        self._loop = Loop(self.clock)
        self._store, self._writer = sim_machine.open_store(self._disk, KEYRING, BOT)
        pace = Pace.unhurried() if self._unhurried else Pace()
        self._app = App.for_story(self._line, self._store, self.clock, pace=pace)  # type: ignore[arg-type]
        self._app.delivery._desk.jitter = random.Random(self.dice.random())
        self.watch.tells_whose_help(self._app.sender)
        self._ending: Any = None
        self._loop.create_task(self._app.start(beating=False, greet=False))
        self._loop.settle()
        self.watch.begins(self._store)

    def _dies(self) -> None:
        """Nothing is left of it but what was committed."""
        self._loop.perish()
        sim_machine.pull_the_plug(self._store)
        self.watch.died()
        self.starts()

    def ends(self) -> None:
        self._loop.perish()
        sim_machine.pull_the_plug(self._store)
        self.ran.trace = self._digest.hexdigest()[:16]

    # --- steps -----------------------------------------------------------------------------------

    def _possible(self) -> dict[str, tuple[float, Callable[[], object], Callable[[], str]]]:
        """What may happen, how likely, when it can, and how."""
        return {
            "act": (30, lambda: True, self.town.acts),
            "commit": (40, lambda: self._writer.waiting, self._commit),
            "go": (40, self._ready_to_go, self._go),
            "come": (40, self._arrived, self._come),
            "moment": (5, lambda: True, lambda: self._pass(self.dice.uniform(0.05, 3))),
            "wake": (5, self._next_instant, self._wake),
            "tick": (3, lambda: True, self._tick),
            "sweep": (0.3, lambda: True, self._sweep),
            "jump": (0.7, lambda: True, self._jump),
            "crash": (0.6 * self._deadly, lambda: True, self._crash),
            "die committing": (0.6 * self._deadly, lambda: self._writer.waiting, self._die),
            "stop": (0.3, lambda: self._ending is None, self._stop),
        }

    def step(self) -> None:
        chances = [
            (weight, name, act) for name, (weight, can, act) in self._steps.items() if can()
        ]
        weights = [weight for weight, _name, _act in chances]
        _weight, name, act = self.dice.choices(chances, weights)[0]
        self._do(name, act)

    def _do(self, name: str, act: Callable[[], str]) -> None:
        self.ran.steps[name] += 1
        try:
            what = act()
            self._loop.settle()
        except Crash as crash:
            what = f"dies {crash}"
            self._dies()
        if self._ending is not None and self._ending.done():
            self._loop.perish()
            self.watch.died()
            self.starts()
        line = f"{self.clock.now():%m-%d %H:%M:%S.%f} {name}: {what}"
        self._digest.update(line.encode())
        if self._keep:
            self.ran.lines.append(line)

    def _commit(self, most: int | None = None) -> str:
        jobs = self._writer.commit(most or self.dice.choice((1, 1, 2, 3, 6)))
        for job in jobs:
            self.watch.committed(job)
        return ", ".join(
            f"{job._fn.__name__} {type(job.error).__name__ if job.error else 'ok'}"
            for job in jobs
        )  # fmt: skip

    def _ready_to_go(self) -> list[Call]:
        """A poll is held until there is something, or for as long as was asked."""
        late = self._loop.time() - POLL
        return [
            call for call in self._line.calls
            if not call.goes.done()
            and (call.method != "getUpdates" or self._emulator.pending_updates() or call.at < late)
        ]  # fmt: skip

    def _go(self, call: Call | None = None, trouble: float | None = None) -> str:
        call = call or self.dice.choice(self._ready_to_go())
        fault = None
        if self.dice.random() < (self._trouble if trouble is None else trouble):
            fault = self.dice.choice(FAULTS)
            self.ran.faults += 1
        call.goes.set_result(self.watch.suffers(fault, call.method))
        if trouble is not None or self.dice.random() < 0.6:
            self._loop.settle()
            if call.arrived and not call.comes.done():
                call.comes.set_result(None)
        params = sorted(call.params.items())
        return f"{call.method} {params} {fault or ''}"

    def _arrived(self) -> list[Call]:
        return [call for call in self._line.calls if call.arrived and not call.comes.done()]

    def _come(self) -> str:
        call = self.dice.choice(self._arrived())
        call.comes.set_result(None)
        return call.method

    def _pass(self, seconds: float) -> str:
        self.clock.move_to(self.clock.now() + timedelta(seconds=seconds))
        return ""

    def _next_instant(self) -> datetime | None:
        """When the bot means to go on by itself."""
        timer = self._loop.next_timer()
        found = [self.clock.next_wake()]
        if timer is not None:
            found.append(datetime.fromtimestamp(timer + 0.001, self.clock.now().tzinfo))
        return min((each for each in found if each is not None), default=None)

    def _wake(self) -> str:
        self.clock.move_to(self._next_instant() or self.clock.now())
        return ""

    def _wake_soon(self) -> str:
        soon = self.clock.now() + timedelta(seconds=2)
        self.clock.move_to(min(self._next_instant() or soon, soon))
        return ""

    def _tick(self) -> str:
        """At once; or, one time in four, with others coming in between."""
        if self._ending is not None:
            return ""
        ticking = self._loop.create_task(self._app.metronome.tick(self.clock.now()))
        if self.dice.random() < 0.25:
            return "slowly"
        self._loop.settle()
        while self._writer.waiting and not ticking.done():
            self._commit(6)
            self._loop.settle()
        return ""

    def _sweep(self) -> str:
        if self._ending is None and not self._writer.waiting:
            self._loop.create_task(self._app.metronome.sweep())
        return ""

    def _jump(self) -> str:
        """Time goes on, and nothing ran meanwhile."""
        self.clock.move_to(self.clock.now() + self.dice.choice(JUMPS))
        return self._tick()

    def _crash(self) -> str:
        raise Crash("now")

    def _die(self) -> str:
        self._disk.crash_at = self.dice.choice(("before", "after"))
        return self._commit()

    def _stop(self) -> str:
        """In order, and begin again."""
        self._ending = self._loop.create_task(self._app.stop())
        return ""

    # --- the end ---------------------------------------------------------------------------------

    def drains(self) -> None:
        """Faults and people are gone; everything comes to rest, or is stuck."""
        over = self.clock.now() + LONGEST_DRAIN
        self._do("tick", self._tick)
        while not self._at_rest():
            if self.clock.now() > over:
                break
            if self._writer.waiting:
                self._do("commit", lambda: self._commit(6))
            elif self._arrived():
                self._do("come", self._come)
            elif ready := self._ready_to_go():
                self._do("go", lambda first=ready[0]: self._go(first, 0.0))  # type: ignore[misc]
            else:
                self._do("wake", self._wake_soon)
        self.watch.ended(self._store, self._disk)
        self.ran.done = self.watch.done

    def _at_rest(self) -> bool:
        if self._writer.waiting or self._arrived() or self._emulator.pending_updates():
            return False
        return self._ending is None and not self._store.read_now(self.watch.is_open)
