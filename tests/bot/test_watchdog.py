"""A process that stands still ends, and one that does not goes on. In processes of their own."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, re, threading, time
from bot import log, watchdog

log.set_up()

async def main(grows, what):
    grown = iter(range(10**9))
    signs = {"polling": lambda: next(grown) if grows else 7}
    with watchdog.watching(signs, still=0.3, look=0.05):
        await asyncio.sleep(0.1)
        what()
        await asyncio.sleep(0.6)

def hold_the_interpreter():
    threading.Thread(target=re.fullmatch, args=("(a+)+", "a" * 60 + "b"), daemon=True).start()

def nothing():
    pass

"""


def run(does: str) -> tuple[int, str]:
    program = f"{PROGRAM}\nasyncio.run(main({does}))\nprint('went on')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=20)
    return done.returncode, (done.stdout + done.stderr).decode()


@pytest.mark.parametrize(
    "does",
    [
        pytest.param("True, lambda: time.sleep(10)", id="the event loop stands still"),
        pytest.param("True, hold_the_interpreter", id="no thread gets a turn"),
    ],
)
def test_what_nobody_inside_can_notice_ends_the_process_all_the_same(does: str):
    code, told = run(does)
    assert code == 1
    assert "most recent call first" in told  # where it stood
    assert "went on" not in told


def test_what_no_longer_grows_is_named_before_the_end():
    code, told = run("False, nothing")
    assert code == 1
    assert "watchdog.ended" in told
    assert "polling" in told
    assert "most recent call first" in told


def test_who_goes_on_is_left_alone_and_the_end_is_not_hastened():
    assert run("True, nothing") == (0, "went on\n")
