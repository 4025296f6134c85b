"""`losbot serve` as a process of its own, to be killed and started again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp

from bot.emulator.cast import DEMO_TOKEN
from bot.store import Store
from models.sealed import Keyring

LOSBOT = str(Path(sys.executable).with_name("losbot"))


class Losbot:
    """One bot with its store and key in a folder, talking with the Telegram at `telegram`."""

    def __init__(
        self, folder: Path, telegram: str, database: str, *, web: bool = False, **more: str
    ) -> None:
        """`more`: settings, by their names in the environment."""
        self.database = database
        self.log = folder / "losbot.log"
        self._key = folder / "losbot.key"
        self._folder = folder
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
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

    def set_up(self) -> None:
        """As an operator would: a key, the tables, Fjordvik."""
        for command in (("key", "new", str(self._key)), ("migrate",), ("seed",)):
            said = self.types(*command)
            assert said.returncode == 0, said.stderr

    def types(self, *command: str, within: float = 60) -> subprocess.CompletedProcess[str]:
        """What an operator types, and what comes back."""
        return subprocess.run(
            [LOSBOT, *command], env=self._environment, cwd=self._folder, check=False,
            capture_output=True, text=True, timeout=within,
        )  # fmt: skip

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [LOSBOT, "serve"], env=self._environment, cwd=self._folder,
                stdout=log, stderr=log,
            )  # fmt: skip

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process is not None else 0

    def kill(self) -> None:
        """kill -9. Raises when it had died by itself."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        died = process.poll()
        if died is None:
            process.send_signal(how)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise
        else:
            raise RuntimeError(f"losbot ended by itself ({died}): {self.last_lines()}")

    def last_lines(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])

    async def ready(self, within: float = 30.0) -> None:
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
        return Store.open(
            self.database,
            Keyring.from_file(self._key),
            bot_username="losbot_demo_bot",
            exclusive=False,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
