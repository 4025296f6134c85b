"""The pretend Telegram of telegram.c: compiled, started, and asked what it saw."""

from __future__ import annotations

import contextlib
import functools
import json
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.process import keep_on

SOURCE = Path(__file__).with_name("telegram.c")
CORE = 1
"""Where it runs; the bots have the other."""
TAKEN, REFUSED, ABOVE, CHANGED = range(4)
"""What the diary says of a message: taken, refused for its chat's sake, or as one too many; or that it
was an old one which was changed."""


class NotMeasured(Exception):
    """A run that came to nothing, and why."""


@dataclass(frozen=True)
class Load:
    """What people do. `rate` taps a second whatever happens, or `window` unanswered at a time."""

    name: str
    window: int = 64
    rate: float = 0
    delay: float = 0.0  # seconds that each call takes there
    warm: int = 60
    seconds: float = 5.0
    strict: int = 0  # more messages than that in any second are refused
    every: int = 0  # and every so-manieth, for its chat's sake
    bots: int = 1  # who poll side by side
    diary: Path | None = None  # microseconds, chat, and what came of it: see TAKEN

    def options(self) -> list[str]:
        told: dict[str, object] = {"-w": self.window, "-r": self.rate, "-d": round(self.delay * 1e6), "-W": self.warm,
                "-s": self.seconds}  # fmt: skip
        if self.bots > 1:
            told |= {"-b": self.bots}
        if self.strict or self.every:
            told |= {"-F": self.strict, "-e": self.every}
        if self.diary is not None:
            told |= {"-l": str(self.diary)}
        return [str(word) for pair in told.items() for word in pair]


@functools.cache
def program() -> Path:
    """Compiled once for all that this process measures."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise NotMeasured("no C compiler here for the pretend Telegram")
    made = Path(tempfile.mkdtemp(prefix="losbot-bench-")) / "telegram"
    subprocess.run([compiler, "-O2", "-o", made, SOURCE], check=True)
    return made


class Telegram:
    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self._process = process
        self.url = f"http://127.0.0.1:{port}"

    def says(self, word: str) -> str:
        """Wait until it says that, and return what comes after."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(word):
                return line.removeprefix(word).strip()
        raise NotMeasured(f"the pretend Telegram ended before {word}")

    def figures(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.says("END"))
        return found

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


@contextlib.contextmanager
def running(updates: Path, load: Load) -> Iterator[Telegram]:
    port = free_port()
    process = subprocess.Popen(
        [program(), "-p", str(port), "-f", updates, *load.options()],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    keep_on(process.pid, CORE)
    telegram = Telegram(process, port)
    try:
        telegram.says("LISTENING")
        yield telegram
    finally:
        telegram.end()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_updates(path: Path, presses: Iterable[tuple[int, str]], first: int) -> None:
    """Taps, one a line: whose, and what the button carries."""
    with path.open("w") as file:
        for number, (address, data) in enumerate(presses, first):
            file.write(json.dumps(_tap(number, address, data), separators=(",", ":")) + "\n")


def _tap(number: int, address: int, data: str) -> dict[str, object]:
    who = {"id": address, "first_name": "Kari", "last_name": "Nordmann"}
    words = "Klubben spør om å få vite når det er møter. Er det greit for deg?"
    return {
        "update_id": number,
        "callback_query": {
            "id": str(number),
            "from": {**who, "is_bot": False, "language_code": "nb"},
            "message": {
                "message_id": number,
                "from": {"id": 123456, "is_bot": True, "first_name": "Bench"},
                "chat": {**who, "type": "private"},
                "date": 1795200000,
                "text": words,
                "reply_markup": {
                    "inline_keyboard": [[{"text": "Ja, det er greit", "callback_data": data}]]
                },
            },
            "chat_instance": "-4611686018427387904",
            "data": data,
        },
    }
