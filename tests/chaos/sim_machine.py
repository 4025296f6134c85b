"""The machine a simulated bot runs on: a loop whose time is pretended, a disk that keeps only what
was committed, and a line to Telegram on which nothing moves by itself.

Everything that happens outside the bot waits here until the run's own dice let it happen.
"""

from __future__ import annotations

import asyncio
import contextlib
import selectors
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from sqlalchemy import URL, Connection, Engine, event, make_url

from bot import store as bot_store
from bot import store_engines
from bot.clock import ManualClock
from bot.emulator.emulator import Answer, Emulator, File
from bot.emulator.faults import Fault
from bot.store import Store
from bot.store_writer import Job, Writer
from models.sealed import Keyring

MOST_TURNS = 20_000
HELPS: ContextVar[int | None] = ContextVar("helps", default=None)
"""The update whose help card is being sent."""


class Crash(BaseException):
    """The process is gone, at this very instant."""


# --- time ----------------------------------------------------------------------------------------


class _Deaf(selectors.SelectSelector):
    """There is nothing outside to wait for."""

    def select(self, timeout: float | None = None) -> list[Any]:
        return []


class Loop(asyncio.SelectorEventLoop):
    """Runs until nothing can go on before the clock moves or something comes from outside. What
    would run in a thread runs at once."""

    def __init__(self, clock: ManualClock) -> None:
        self._pretended = clock
        super().__init__(_Deaf())
        self._clock_resolution = 1e-6  # a nanosecond is lost in seconds since 1970

    def time(self) -> float:
        return self._pretended.now().timestamp()

    def _write_to_self(self) -> None:  # nobody listens
        pass

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def settle(self) -> None:
        inside: Any = self
        for _turn in range(MOST_TURNS):
            timers = inside._scheduled
            if not (inside._ready or (timers and timers[0]._when <= self.time())):
                return
            self.call_soon(self.stop)
            self.run_forever()
        raise RuntimeError("the bot never comes to rest")

    def next_timer(self) -> float | None:
        timers = [timer for timer in getattr(self, "_scheduled") if not timer.cancelled()]  # noqa: B009
        return min((timer.when() for timer in timers), default=None)

    def perish(self) -> None:
        """With all that was under way, which does not go on anywhere."""
        for task in asyncio.all_tasks(self):
            setattr(task, "_log_destroy_pending", False)  # noqa: B010
            with contextlib.suppress(RuntimeError):
                task.get_coro().close()  # type: ignore[union-attr]
        self.close()


# --- the store -----------------------------------------------------------------------------------


@dataclass
class Disk:
    """Where the database lies, and what is to happen to whoever writes to it."""

    path: Path
    crash_at: str = ""  # "before" or "after" the next commit
    dead: bool = False

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    def passes(self, point: str) -> None:
        """Raises Crash where one is due; whoever is dead does nothing more."""
        if point == self.crash_at:
            self.crash_at, self.dead = "", True
        if self.dead:
            raise Crash(point)


@cache
def _engines(url: URL) -> tuple[Engine, Engine]:
    """The same for every run on the same file: they know their statements by heart."""
    return store_engines.engines(url)


@contextlib.contextmanager
def disk_at(path: Path) -> Iterator[Disk]:
    disk = Disk(path)
    writing, _reading = _engines(make_url(disk.url))

    def committing(_connection: Connection) -> None:
        disk.passes("before")

    def beginning(_connection: Connection) -> None:
        disk.passes("begin")

    event.listen(writing, "commit", committing)
    event.listen(writing, "begin", beginning, insert=True)
    try:
        yield disk
    finally:
        event.remove(writing, "commit", committing)
        event.remove(writing, "begin", beginning)
        _engines.cache_clear()


class Stepped(Writer):
    """SQLite's one writer, without its thread: who comes next, and how many share a commit, is
    decided outside."""

    def __init__(
        self, disk: Disk, engine: Engine, session: Any, committing: Any, tries: int
    ) -> None:
        self._engine, self._disk = engine, disk
        self._session, self._committing, self._tries = session, committing, tries
        self._closed = False
        self.waiting: deque[Job] = deque()

    def put(self, job: Job) -> None:
        if self._closed:
            raise RuntimeError("the store is closed")
        self.waiting.append(job)

    def close(self) -> None:
        self._closed = True

    def commit(self, most: int) -> list[Job]:
        """So many jobs in one transaction. Raises Crash when the machine does not survive it."""
        batch = [self.waiting.popleft() for _ in range(min(most, len(self.waiting)))]
        batch = [job for job in batch if job.future.set_running_or_notify_cancel()]
        if batch:
            self._commit_together(batch)
        if self._disk.dead:
            raise Crash
        return batch

    def _transaction(self, batch: list[Job]) -> None:
        super()._transaction(batch)
        self._disk.passes("after")


def open_store(disk: Disk, keyring: Keyring, bot_username: str) -> tuple[Store, Stepped]:
    made: list[Stepped] = []

    def stepped(*given: Any) -> Stepped:
        made.append(Stepped(disk, *given))
        return made[0]

    with (
        mock.patch.object(bot_store, "Writer", stepped),
        mock.patch.object(store_engines, "engines", _engines),
    ):
        store = Store.open(disk.url, keyring, bot_username=bot_username)
    return store, made[0]


def pull_the_plug(store: Store) -> None:
    """What was not committed is gone, and the file is free, as when a process has died."""
    store._reading.dispose()
    store._engine.dispose()
    if store._lock is not None:
        store._lock.release()


# --- the line to Telegram ------------------------------------------------------------------------


@dataclass(eq=False)
class Call:
    """One call of the bot: it goes when it is let go, and its answer comes back when that is let."""

    method: str
    params: Mapping[str, object]
    goes: asyncio.Future[Fault | None]
    comes: asyncio.Future[None]
    at: float
    helps: int | None  # the update that its help card is for
    arrived: bool = False  # the answer waits to come back

    @property
    def whom(self) -> str:
        return str(self.params.get("chat_id", self.params.get("callback_query_id", "")))


@dataclass
class Line:
    """What `App.for_story` takes for a Telegram. `before` and `after` look at each call as it
    reaches Telegram; the second is given its answer, None when the line was cut."""

    emulator: Emulator
    before: Callable[[Call], None]
    after: Callable[[Call, Answer | None], None]
    calls: list[Call] = field(default_factory=list)

    @property
    def token(self) -> str:
        return self.emulator.token

    async def call(
        self, token: str, method: str, params: Mapping[str, object], files: Mapping[str, File]
    ) -> Answer:
        loop = asyncio.get_running_loop()
        goes, comes = loop.create_future(), loop.create_future()
        call = Call(method, params, goes, comes, loop.time(), HELPS.get())
        self.calls.append(call)
        try:
            fault = await call.goes
            answer = await self._reach(call, token, files, fault)
            call.arrived = True
            await call.comes
            return answer
        finally:
            self.calls.remove(call)

    async def _reach(
        self, call: Call, token: str, files: Mapping[str, File], fault: Fault | None
    ) -> Answer:
        params = dict(call.params)
        if call.method == "getUpdates":
            params["timeout"] = "0"  # it was held here
        if fault is not None:
            self.emulator.faults.ahead.append(fault)  # taken by this very call
        self.before(call)
        answer: Answer | None = None
        try:
            answer = await self.emulator.call(token, call.method, params, files)
            return answer
        finally:
            self.after(call, answer)

    def gone(self) -> None:
        self.calls.clear()


def at_once(doing: Any) -> Any:
    """The value of a coroutine that waits for nothing."""
    try:
        doing.send(None)
    except StopIteration as done:
        return done.value
    raise RuntimeError("it waits for something")
