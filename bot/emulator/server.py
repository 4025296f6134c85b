"""The pretend Telegram on the network: the Bot API, /sim and the page, on one loopback port."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from bot.emulator import sim
from bot.emulator.bodies import read_call
from bot.emulator.emulator import Answer, Dropped, Emulator, File
from bot.emulator.gateway import refusal
from bot.emulator.guard import Guard
from bot.emulator.rules import Rejected

__all__ = ["Answer", "Dropped", "Emulator", "File", "app_of", "run", "serving"]

PAGE = Path(__file__).parent / "page"
SHARED = Path(__file__).parent.parent / "page"
"""What the demo's phones have in common with the web chat."""
HOST = "127.0.0.1"
NOT_FOUND = Rejected(404, "Not Found")
CUT_AFTER = b'{"ok":true,'
CUT_COMPLAINT = "ASGI callable returned without completing response."


def app_of(emulator: Emulator) -> Starlette:
    """All three faces of one emulator."""
    api = BotApi(emulator)
    every = ["GET", "POST"]
    return Starlette(
        routes=[
            Route("/bot{token}/{method}", api.call, methods=every),
            Route("/file/bot{token}/{path:path}", api.download),
            Route("/bot{rest:path}", api.not_found, methods=every),
            *sim.routes(emulator),
            Mount("/", Pages(directory=PAGE, html=True, check_dir=False)),
        ],
        middleware=[Middleware(Guard)],
    )


class Pages(StaticFiles):
    """The demo's own files, and those it shares."""

    def get_directories(self, *args: Any) -> list[str | os.PathLike[str]]:
        return [*super().get_directories(*args), SHARED]


class BotApi:
    """`/bot<token>/<method>` and `/file/bot<token>/<path>`."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def call(self, request: Request) -> Response:
        try:
            params, files = await read_call(request)
        except Rejected as error:
            return _response(refusal(error))
        except ClientDisconnect:
            return Response()  # nobody is there to read it
        token, method = request.path_params["token"], request.path_params["method"]
        answering = asyncio.ensure_future(self._emulator.call(token, method, params, files))
        leaving = asyncio.ensure_future(_left(request))
        try:
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not answering.done():
                return Response()  # nobody is there to read it
            return _response(answering.result())
        except Dropped:
            return CutLine()
        finally:
            for task in (answering, leaving):
                task.cancel()

    async def download(self, request: Request) -> Response:
        world = self._emulator.world
        stored = world.paths.get(request.path_params["path"])
        if request.path_params["token"] != world.token or stored is None:
            return _response(refusal(NOT_FOUND))
        named = f"attachment; filename*=UTF-8''{quote(stored.file.name, safe='')}"
        headers = {"Content-Disposition": named}
        return Response(stored.file.data, media_type="application/octet-stream", headers=headers)

    async def not_found(self, request: Request) -> Response:
        return _response(refusal(NOT_FOUND))


async def _left(request: Request) -> None:
    """Returns when the client hung up: a poll of a dead bot must not eat anything."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers))


class CutLine(Response):
    """Promises more than it sends, then lets go: the client sees a cut connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"64")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": CUT_AFTER, "more_body": True})


class Server(uvicorn.Server):
    """uvicorn inside another program: leaves the signals alone, says when it is up, and lets
    nobody hang on when it goes down."""

    def __init__(self, emulator: Emulator) -> None:
        config = uvicorn.Config(
            emulator.app(),
            log_config=None,
            log_level="warning",
            access_log=False,
            lifespan="off",
            ws="none",
            date_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=2,
        )
        super().__init__(config)
        self._emulator = emulator
        self.up = asyncio.Event()
        self.down = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    async def main_loop(self) -> None:
        # uvicorn looks ten times a second whether it should go; here it is told.
        await self.down.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._emulator.close()
        await super().shutdown(sockets)


def bind(port: int) -> socket.socket:
    """A socket on this machine's own address; OSError if the port is taken."""
    # The protocol is named because asyncio turns Nagle off only then: else 40 ms an answer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows: its SO_REUSEADDR steals ports
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except BaseException:
        listener.close()
        raise
    return listener


@contextlib.asynccontextmanager
async def serving(emulator: Emulator, port: int = 0) -> AsyncIterator[int]:
    """Serves as long as the block runs; gives the port that was bound.

    The emulator keeps what it knows: served again, it is a Telegram that was away for a while.
    """
    listener = bind(port)
    emulator.open()
    server = Server(emulator)
    _hush_cuts()
    task = asyncio.create_task(server.serve(sockets=[listener]))
    up = asyncio.create_task(server.up.wait())
    try:
        await asyncio.wait({task, up}, return_when=asyncio.FIRST_COMPLETED)
        yield int(listener.getsockname()[1])
    finally:
        up.cancel()
        server.should_exit = True
        server.down.set()
        await task
        listener.close()


async def run(emulator: Emulator, port: int, started: Callable[[int], None] | None = None) -> None:
    """Serves until cancelled; `started` hears the port once it answers."""
    async with serving(emulator, port) as bound:
        if started:
            started(bound)
        await asyncio.Event().wait()


def _hush_cuts() -> None:
    """A cut line is what a fault asked for; uvicorn's complaint about it says nothing."""
    logger = logging.getLogger("uvicorn.error")
    if _is_no_cut not in logger.filters:
        logger.addFilter(_is_no_cut)


def _is_no_cut(record: logging.LogRecord) -> bool:
    return record.getMessage() != CUT_COMPLAINT
