"""What a process of the chaos runs does: `losbot serve`, with what its plan has in store for it.

Imported by the process they are forked from, so what is imported here is imported once.
"""

from __future__ import annotations

import os
from pathlib import Path

import bot.app
import bot.running
import bot.web.face  # noqa: F401 - `serve` imports it when it is called
from bot.cli import main
from tests.chaos import failpoints
from tests.chaos.failpoints import Plan

__all__ = ["Plan", "serve"]


def serve(environment: dict[str, str], folder: Path, log: Path, plan: Plan | None) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    to = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(to, 1)
    os.dup2(to, 2)
    if plan is not None:
        failpoints.follow(plan)
    main(["serve"])
