"""`losbot demo` as a process of its own, and what it costs to have it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

LOSBOT = str(Path(sys.executable).with_name("losbot"))
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Demo:
    url: str
    pid: int
    usable_after: float

    def cpu(self) -> float:
        """Seconds of processor time so far, in the program and in the kernel for it."""
        ticks = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    def rss(self) -> float:
        """What the process holds of the memory, in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[Demo]:
    """Start the demo on a free port; usable is when its page and its people are served."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        LOSBOT, "demo", "--port", "0", "--no-browser",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
        found = re.search(r"http://[\w.:]+", line)
        if found is None:
            raise RuntimeError(f"the demo did not start: {line!r}")
        async with aiohttp.ClientSession(found[0]) as web:
            for path in ("/", "/sim/people"):
                async with web.get(path) as page:
                    page.raise_for_status()
                    await page.read()
        yield Demo(found[0], process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            process.kill()
            await process.wait()
