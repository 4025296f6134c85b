"""Ends the process when it stands still, so that who started it starts it again.

A death loses nothing; a process that lives and hears nobody is noticed by nobody. Who cannot
reach Telegram, but tries, does not stand still: a new process would reach it no better.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import os
from collections.abc import Callable, Iterator, Mapping

from bot.log import log

STILL = 60.0
"""Seconds. More than a poll that is never answered takes until it is given up."""
LOOK = 5.0
STDERR = 2

Signs = Mapping[str, Callable[[], int]]
"""What grows while all is well, by name."""


@contextlib.contextmanager
def watching(signs: Signs, *, still: float = STILL, look: float = LOOK) -> Iterator[None]:
    """Meanwhile the event loop must turn and each sign grow, or the process ends, with 1 and every
    thread's stack on standard error (places in the code, nobody's words)."""
    watch = asyncio.create_task(_watch(signs, still, look), name="watchdog")
    try:
        yield
    finally:
        watch.cancel()
        faulthandler.cancel_dump_traceback_later()


async def _watch(signs: Signs, still: float, look: float) -> None:
    """Counted in looks, not by the clock: a machine that slept has not stood still."""
    seen: dict[str, int] = {}
    looks = dict.fromkeys(signs, 0)
    while True:
        # A thread that holds the interpreter stops every other one, and us; this alone still runs.
        faulthandler.dump_traceback_later(still, exit=True, file=STDERR)
        await asyncio.sleep(look)
        for name, sign in signs.items():
            now = sign()
            looks[name] = looks[name] + 1 if seen.get(name) == now else 0
            seen[name] = now
            if looks[name] * look >= still:
                _end(name)


def _end(name: str) -> None:
    """At once: an orderly end would wait for what stands still."""
    log.critical("watchdog.ended", where=name)
    faulthandler.dump_traceback(file=STDERR)
    os._exit(1)
