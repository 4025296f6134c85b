"""The figures of issue 2, measured on this machine.

    python -m tests.bench            everything
    python -m tests.bench --runs 1   a quick look

Everything runs over real HTTP against `losbot demo` as a process of its own. A figure is the
median of its runs; beside it stands how long a bare interpreter takes to start here, which tells
how fast this machine is just now, and how busy it was with other things.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import aiohttp

from tests.bench.demo import LOSBOT, Demo, running
from tests.bench.walking import walk_together

PEOPLE = 20
THINKS = 1.0
"""Seconds a person looks at a question before pressing, on average: quick readers."""


@dataclass(frozen=True)
class Figure:
    what: str
    value: float
    unit: str
    goal: float | None = None
    note: str = ""

    @property
    def reached(self) -> bool | None:
        return None if self.goal is None else self.value <= self.goal

    def cells(self) -> tuple[str, str, str, str, str]:
        verdict = {True: "yes", False: "NO", None: ""}[self.reached]
        goal = "" if self.goal is None else f"{self.goal:g} {self.unit}"
        return (
            self.what,
            f"{self.value:.{_digits(self.value)}f} {self.unit}",
            goal,
            verdict,
            self.note,
        )


def _digits(value: float) -> int:
    return 0 if value == int(value) or value >= 100 else 2 if value < 10 else 1


def _times(command: Sequence[str], runs: int) -> list[float]:
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - began)
    return seconds


def _share(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _ms(runs: Sequence[Sequence[float]], share: float) -> float:
    return 1000 * statistics.median(_share(run, share) for run in runs)


async def _starts(runs: int) -> tuple[list[float], list[float]]:
    """Seconds to the first usable page, and what the process then holds."""
    seconds, sizes = [], []
    for _ in range(runs):
        async with running() as demo:
            seconds.append(demo.usable_after)
            sizes.append(demo.rss())
    return seconds, sizes


async def _walks(demo: Demo, runs: int, thinks: float) -> tuple[list[list[float]], float]:
    """Each run's seconds from press to phone; the demo's CPU seconds for a press."""
    await walk_together(
        demo.url, PEOPLE, thinks, seed=0
    )  # so that nothing is met for the first time
    before = demo.cpu()
    walked = [await walk_together(demo.url, PEOPLE, thinks, seed=run + 1) for run in range(runs)]
    return walked, (demo.cpu() - before) / sum(map(len, walked))


async def _violations(url: str) -> list[object]:
    async with aiohttp.ClientSession(url) as web, web.get("/sim/violations") as answer:
        found: list[object] = await answer.json()
        return found


async def _measure(runs: int) -> list[Figure]:
    bare = statistics.median(_times([sys.executable, "-c", "pass"], 7))
    helps = _times([LOSBOT, "--help"], 7)
    starts, sizes = await _starts(min(runs, 5))
    async with running() as demo:
        busy = os.getloadavg()[0]
        walked, cpu = await _walks(demo, runs, THINKS)
        pressed, _cpu = await _walks(demo, runs, 0)
        size, violations = demo.rss(), await _violations(demo.url)
    each = f"{PEOPLE} people, {len(walked[0])} presses a run, {runs} runs"
    return [
        Figure("a bare interpreter starts", bare * 1000, "ms", note=f"load average {busy:.1f}"),
        Figure("press to phone, p50", _ms(walked, 0.5), "ms", note=f"{each}, {THINKS:g} s to read"),
        Figure("press to phone, p95", _ms(walked, 0.95), "ms", 150, _spread(walked)),
        Figure("the demo's CPU for a press", cpu * 1000, "ms", note="the whole process"),
        Figure("nobody reads at all, p50", _ms(pressed, 0.5), "ms", note="as fast as it goes"),
        Figure("nobody reads at all, p95", _ms(pressed, 0.95), "ms", note=_spread(pressed)),
        Figure("losbot --help", statistics.median(helps), "s", 0.3, "median of 7"),
        Figure("demo to usable page", statistics.median(starts), "s", 3, f"median of {len(starts)}"),
        Figure("memory of a fresh demo", statistics.median(sizes), "MB", 150),
        Figure("memory after all presses", size, "MB", 150),
        Figure("violations of the Bot API", len(violations), "", 0, str(violations[:1] or "")),
    ]  # fmt: skip


def _spread(runs: Sequence[Sequence[float]]) -> str:
    return "p95 of each run: " + ", ".join(f"{1000 * _share(run, 0.95):.0f}" for run in runs)


def _print(figures: Sequence[Figure], say: Callable[[str], object] = print) -> None:
    rows = [("figure", "measured", "goal", "met", "how"), *(each.cells() for each in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(5)]
    for row in rows:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.bench")
    options.add_argument("--runs", type=int, default=5)
    figures = asyncio.run(_measure(options.parse_args().runs))
    _print(figures)
    return 1 if any(each.reached is False for each in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
