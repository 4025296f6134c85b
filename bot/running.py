"""Programs that run until they are stopped: the bot against Telegram, the pretend Telegram."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import Any

import aiohttp

from bot import watchdog
from bot.app import App
from bot.log import log
from bot.settings import Settings


async def serve(app: App, settings: Settings) -> None:
    """The bot and its web face, until SIGTERM or Ctrl-C; then an orderly end."""
    from bot.web import face as web

    stopped = stop_signal()
    secret = settings.hook_secret() if settings.webhook_url else ""
    face = web.app_of(app, webhook_url=settings.webhook_url, secret=secret)
    try:
        async with web.serving(face, settings.host, settings.port) as port:
            log.info("started", port=port, mode="webhook" if secret else "polling")
            await app.start(polling=not secret)
            with watchdog.watching(app.signs()):
                await app.metronome.beat()
                await stopped.wait()
    finally:
        await app.stop()
        log.info("stopped")


def stop_signal() -> asyncio.Event:
    """Set when the machine or a person asks us to stop."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGINT"):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C cancels us instead
            loop.add_signal_handler(getattr(signal, name), stopped.set)
    return stopped


async def emulate(port: int, bot: str) -> None:
    """The pretend Telegram alone. With the bot's address it can tell when the bot is idle."""
    from bot.clock import ManualClock, SystemClock
    from bot.emulator import server
    from bot.emulator.emulator import Emulator

    settled = _asks(bot.rstrip("/") + "/readyz?settled") if bot else None
    clock = ManualClock(SystemClock().now(), running=True)
    emulator = Emulator(clock=clock, settled=settled)

    def started(bound: int) -> None:
        print(f"http://127.0.0.1:{bound}/", flush=True)  # noqa: T201 - for whoever started it

    running = asyncio.create_task(server.run(emulator, port, started))
    stopping = asyncio.create_task(stop_signal().wait())
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


def _asks(url: str) -> Any:
    async def settled() -> None:
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            await answer.read()

    return settled
