"""A server inside another program: of the bot's web face, and of the demo's web chat."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp

from bot.settings import SettingsRefused


class Server(uvicorn.Server):
    """uvicorn inside another program: the signals are not its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serving(face: ASGIApp, host: str, port: int) -> AsyncIterator[int]:
    """Serves as long as the block runs; gives the port. SettingsRefused when it is taken."""
    try:
        listener = socket.create_server((host, port))
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise SettingsRefused(f"LOSBOT_PORT: {host}:{port}: {reason}") from error
    async with serving_at(face, listener):
        yield int(listener.getsockname()[1])


@contextlib.asynccontextmanager
async def serving_at(face: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """As `serving`, on a socket that is bound; it is closed in the end."""
    config = uvicorn.Config(
        face,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=2,
    )
    server = Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await asyncio.wait({task})
        listener.close()
