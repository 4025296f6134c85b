"""`losbot serve` as a process of its own, to be killed and started again.

Each is forked from a process that has imported the code and done nothing else, so that starting
takes a tenth of a second, not three.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp

from bot.emulator.cast import DEMO_TOKEN
from bot.journal import Journal
from bot.store import Store
from models.sealed import Keyring
from tests.chaos import launching
from tests.chaos.launching import Plan

LOSBOT = str(Path(sys.executable).with_name("losbot"))
SECRET = "a-secret-of-the-webhook"
_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload([launching.__name__])


class Losbot:
    """One bot with its store and key in a folder, talking with the Telegram at `telegram`."""

    def __init__(
        self,
        folder: Path,
        telegram: str,
        database: str,
        *,
        web: bool = False,
        webhook: bool = False,
        name: str = "losbot",
        **more: str,
    ) -> None:
        """`more`: settings, by their names in the environment."""
        self.database = database
        self.log = folder / f"{name}.log"
        self.log.touch()
        self._key = folder / "losbot.key"
        self._folder = folder
        self._port = _free_port()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._environment = {
            **{name: value for name, value in os.environ.items() if "LOSBOT" not in name},
            "LOSBOT_TELEGRAM_URL": telegram,
            "LOSBOT_TOKEN": DEMO_TOKEN,
            "LOSBOT_DATABASE_URL": database,
            "LOSBOT_KEY_FILE": str(self._key),
            "LOSBOT_PORT": str(self._port),
            **more,
        }
        self.url = f"http://127.0.0.1:{self._port}"
        if web:
            self._environment["LOSBOT_WEB_URL"] = self.url
        if webhook:
            self._environment["LOSBOT_WEBHOOK_URL"] = f"{self.url}/telegram"
            self._environment["LOSBOT_WEBHOOK_SECRET"] = SECRET

    @property
    def journal(self) -> Path | None:
        """The journal of consents."""
        named = self._environment.get("LOSBOT_CONSENT_JOURNAL")
        return Path(named) if named else None

    def talk_with(self, telegram: str) -> None:
        """From the next start, with another."""
        self._environment["LOSBOT_TELEGRAM_URL"] = telegram

    def set_up(self) -> None:
        """As an operator would: a key, the tables, Fjordvik."""
        commands = (["key", "new", str(self._key)], ["migrate"], ["seed"])
        given = (self._environment, self._folder, self.log, commands)
        operator = _FORKING.Process(target=launching.operate, args=given, daemon=True)
        operator.start()
        operator.join(300)
        if operator.exitcode != 0:
            raise RuntimeError(f"losbot was not set up: {self.last_lines()}")

    def types(self, *command: str, within: float = 60) -> subprocess.CompletedProcess[str]:
        """What an operator types, and what comes back."""
        return subprocess.run(
            [LOSBOT, *command], env=self._environment, cwd=self._folder, check=False,
            capture_output=True, text=True, timeout=within,
        )  # fmt: skip

    def start(self, plan: Plan | None = None) -> None:
        """Start it; with a plan it will die, or lose its database, at a named point."""
        given = (self._environment, self._folder, self.log, plan)
        self._process = _FORKING.Process(target=launching.serve, args=given, daemon=True)
        self._process.start()

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.exitcode is None

    @property
    def pid(self) -> int:
        return (self._process.pid or 0) if self._process is not None else 0

    def kill(self) -> None:
        """kill -9. Raises when it had died by itself."""
        self._end(signal.SIGKILL)

    def bury(self) -> bool:
        """kill -9, unless its plan was quicker: then True."""
        if self.alive or self._process is None or self._process.exitcode != -signal.SIGKILL:
            self.kill()
            return False
        self._process = None
        return True

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def send(self, what: signal.Signals) -> None:
        """SIGSTOP, SIGCONT."""
        os.kill(self.pid, what)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.exitcode is not None:
            raise RuntimeError(f"losbot ended by itself ({process.exitcode}): {self.last_lines()}")
        os.kill(process.pid or 0, how)
        process.join(30)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError(f"losbot does not end: {self.last_lines()}")

    def last_lines(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])

    async def ready(self, within: float = 90.0) -> None:
        """Returns when it says that it is ready; TimeoutError if it never does."""
        async with asyncio.timeout(within), aiohttp.ClientSession() as web:
            while True:
                with contextlib.suppress(aiohttp.ClientError):
                    async with web.get(f"http://127.0.0.1:{self._port}/readyz") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.1)

    def store(self) -> Store:
        """The store, opened beside a running bot or after it."""
        store = Store.open(
            self.database,
            Keyring.from_file(self._key),
            bot_username="losbot_demo_bot",
            exclusive=False,
        )
        if self.journal is not None:
            store.journal = Journal(self.journal, store.keyring)
        return store


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
