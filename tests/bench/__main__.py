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
from collections.abc import Sequence

import aiohttp

from tests.bench.demo import LOSBOT, Demo, running
from tests.bench.table import Figure, print_table, share_of
from tests.bench.walking import walk_together

PEOPLE = 20
THINKS = 1.0
"""Seconds a person looks at a question before pressing, on average: quick readers."""


def _times(command: Sequence[str], runs: int) -> list[float]:
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - began)
    return seconds


def _ms(runs: Sequence[Sequence[float]], share: float) -> float:
    return 1000 * statistics.median(share_of(run, share) for run in runs)


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
        Figure("press to phone, p95", _ms(walked, 0.95), "ms", most=150, note=_spread(walked)),
        Figure("the demo's CPU for a press", cpu * 1000, "ms", note="the whole process"),
        Figure("nobody reads at all, p50", _ms(pressed, 0.5), "ms", note="as fast as it goes"),
        Figure("nobody reads at all, p95", _ms(pressed, 0.95), "ms", note=_spread(pressed)),
        Figure("losbot --help", statistics.median(helps), "s", most=0.3, note="median of 7"),
        Figure("demo to usable page", statistics.median(starts), "s", most=3, note=f"median of {len(starts)}"),
        Figure("memory of a fresh demo", statistics.median(sizes), "MB", most=150),
        Figure("memory after all presses", size, "MB", most=150),
        Figure("violations of the Bot API", len(violations), "", most=0, note=str(violations[:1] or "")),
    ]  # fmt: skip


def _spread(runs: Sequence[Sequence[float]]) -> str:
    return "p95 of each run: " + ", ".join(f"{1000 * share_of(run, 0.95):.0f}" for run in runs)


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.bench")
    options.add_argument("--runs", type=int, default=5)
    return print_table(asyncio.run(_measure(options.parse_args().runs)))


if __name__ == "__main__":
    sys.exit(main())
