"""The store: transactions off the loop, one way to write and one way to read.

SQLite has one writer thread, first come first served. What waits when it comes round shares one
physical commit, each job in its own savepoint; nobody is answered before that commit.
PostgreSQL has a pool of threads and retries what it is asked to retry.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot import store_engines, store_schema
from bot.journal import Journal
from bot.store_engines import StoreBusy, StoreRefused
from bot.store_recall import Recalling
from bot.store_writer import Job, Writer
from models import journal
from models.outbox import PROMISED
from models.sealed import Keyring

__all__ = ["Store", "StoreBusy", "StoreRefused"]

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 8
RETRIES = 5
PATIENCE = 12
"""How often a command beside a running bot asks for the file, 5 s each time."""
LOCKED = "55P03"


def _keep_what_is_read(session: Session) -> None:
    """A row that was read stays with its session, which asks for no row twice; SQLAlchemy lets go of
    it as soon as nobody looks at it. Only where nobody else can write meanwhile."""
    kept: list[object] = []
    event.listen(session, "loaded_as_persistent", lambda _session, row: kept.append(row))


class Store:
    """One database, open. Made by `Store.open`; closed by `close`."""

    def __init__(
        self, url: str, keyring: Keyring, bot_username: str, lock: store_engines.Lock | None
    ) -> None:
        self.url = store_engines.parsed(url)
        self.keyring = keyring
        self.bot_username = bot_username
        self.web_url = ""
        self.staff_log_in = False
        self.mail = False
        self.alone = lock is not None
        """No other process can have this store: what is half done was left by a dead one."""
        self._lock = lock
        self._listener: tuple[asyncio.AbstractEventLoop, Callable[[], None]] | None = None
        self._engine, self._reading = store_engines.engines(self.url)
        self._threads = ThreadPoolExecutor(THREADS, "store")
        self.journal: Journal | None = None
        self._writer = (
            Writer(self._engine, self.session_on, self._committing, 1 if self.alone else PATIENCE)
            if self.is_sqlite
            else None
        )

    @classmethod
    def open(
        cls, url: str, keyring: Keyring, *, bot_username: str = "", exclusive: bool = True
    ) -> Store:
        """Open a store. `exclusive` (SQLite) refuses a second process; short commands beside a
        running bot pass False. Raises StoreRefused, in one line, when it cannot be used."""
        parsed = store_engines.parsed(url)
        on_file = store_engines.is_sqlite(parsed)
        lock = store_engines.Lock.beside(parsed) if on_file and exclusive else None
        try:
            store = cls(url, keyring, bot_username, lock)
        except BaseException:
            if lock:
                lock.release()
            raise
        try:
            store.read_now(lambda session: session.connection())
        except DBAPIError as error:
            store.close()
            why = store_engines.why_shut(error.orig or error)
            raise StoreRefused(f"the store does not open: {why}") from error
        except BaseException:
            store.close()
            raise
        return store

    @property
    def is_sqlite(self) -> bool:
        return store_engines.is_sqlite(self.url)

    @property
    def engine(self) -> Engine:
        return self._engine

    def listen(self, loop: asyncio.AbstractEventLoop, heard: Callable[[], None]) -> None:
        """Call `heard` on the loop after each commit that promised a message, before whoever
        wrote it goes on."""
        self._listener = (loop, heard)

    async def write(
        self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `fn(session, ...)` in one transaction, off the loop. Returns after the commit."""
        value: T = await asyncio.wrap_future(self._submit(fn, args, kwargs))
        return value

    def write_now(
        self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `write`, for commands that have no loop."""
        value: T = self._submit(fn, args, kwargs).result()
        return value

    async def read(
        self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `fn(session, ...)` on a connection that cannot write."""
        run = asyncio.get_running_loop().run_in_executor
        return await run(self._threads, lambda: self.read_now(fn, *args, **kwargs))

    def read_now(
        self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        with self._reading.connect() as connection, self._session(connection) as session:
            return fn(session, *args, **kwargs)

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection that cannot write, on the store as it is now."""
        return self._reading.connect()

    def _submit(self, fn: Callable[..., T], args: Any, kwargs: Any) -> Any:
        if self._writer is not None:
            job = Job(fn, args, kwargs, self._promised)
            self._writer.put(job)
            return job.future
        return self._threads.submit(self._write_pooled, fn, args, kwargs)

    def _write_pooled(self, fn: Callable[..., T], args: Any, kwargs: Any) -> T:
        for attempt in range(RETRIES):
            try:
                return self._write_once(fn, args, kwargs)
            except DBAPIError as error:
                if attempt == RETRIES - 1 or not store_engines.is_in_the_way(error):
                    raise
                time.sleep(random.uniform(0.005, 0.05) * 2**attempt)  # noqa: S311 - jitter
        raise AssertionError("unreachable")

    def _write_once(self, fn: Callable[..., T], args: Any, kwargs: Any) -> T:
        with (
            self._engine.connect() as connection,
            contextlib.ExitStack() as kept,
            connection.begin(),
            self.session_on(connection) as session,
        ):
            value = fn(session, *args, **kwargs)
            entries = journal.entries(session)
            session.commit()
            promised = bool(session.info.get(PROMISED))
            kept.enter_context(self._committing(connection, entries))  # left after the commit
        if promised:
            self._promised()
        return value

    @contextlib.contextmanager
    def _committing(
        self, connection: Connection, entries: Sequence[journal.Entry]
    ) -> Iterator[None]:
        """What people said about consent stands in the journal before it is committed, and that it
        was kept before anybody is answered. The one place where that is seen to."""
        written = self.journal.before_commit(connection, entries) if self.journal else None
        yield
        if self.journal is not None:
            self.journal.after_commit(written)

    def _promised(self) -> None:
        if self._listener is not None:
            loop, heard = self._listener
            if not loop.is_closed():
                loop.call_soon_threadsafe(heard)

    def session_on(self, connection: Connection) -> Session:
        """In a savepoint of its own."""
        return self._session(connection, join_transaction_mode="create_savepoint")

    def _session(self, connection: Connection, **options: Any) -> Session:
        info = {
            "keyring": self.keyring,
            "bot_username": self.bot_username,
            "web_url": self.web_url,
            "staff_log_in": self.staff_log_in,
            "mail": self.mail,
        }
        if not self.is_sqlite:
            return Session(connection, expire_on_commit=False, info=info, **options)
        session = Recalling(connection, expire_on_commit=False, info=info, **options)
        _keep_what_is_read(session)
        return session

    # -- what it is, and whether it fits ------------------------------------------------

    def create(self) -> None:
        """Make every table at once in an empty store (demo, tests), as migrating would."""
        store_schema.create(self._engine)

    def migrate(self) -> None:
        """Bring the tables to what this code knows."""
        store_schema.migrate(self.url)

    def remake(
        self, revision: str, fill: Callable[[Connection], object], then: Callable[[Session], T]
    ) -> T:
        """Fill an empty store that has the tables of a revision, bring it to what this code knows,
        and do what is then to be done: all of it or nothing."""
        with store_schema.remaking(self.url) as connection:
            store_schema.make(connection, revision)
            fill(connection)
            store_schema.upgrade(connection)
            with self.session_on(connection) as session:
                store_schema.check_key(session)
                value = then(session)
                session.commit()
            store_schema.check_foreign_keys(connection)
        return value

    def check_schema(self) -> None:
        """Raises StoreRefused, in one line, when the store is older or newer than the code."""
        with self._reading.connect() as connection:
            store_schema.check(connection)

    def check_key(self) -> None:
        """Raises StoreRefused when the store was sealed with another key; remembers the first."""
        if not self.read_now(store_schema.knows_key):  # who only looks waits for no writer
            self.write_now(store_schema.check_key)

    def tidy(self) -> bool:
        """Take what was deleted off the disk. SQLite has overwritten it in the file at once, and
        its write-ahead log is emptied here; PostgreSQL keeps destroyed keys until their table is
        written anew, as a plain vacuum leaves the bytes where they were. False when somebody who
        reads was in the way; try again later."""
        if not self.is_sqlite:
            return self._keys_written_anew()
        driver: Any = self._engine.raw_connection()
        try:
            busy, *_pages = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            driver.close()
        return not busy

    def _keys_written_anew(self) -> bool:
        with self._engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("SET lock_timeout = '2s'")
            try:
                connection.exec_driver_sql("VACUUM FULL data_keys")
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) != LOCKED:
                    raise
                return False
            finally:
                connection.exec_driver_sql("RESET lock_timeout")
        return True

    def close(self) -> None:
        """Finish what was begun, then let go of the database."""
        if self._writer is not None:
            self._writer.close()
        self._threads.shutdown(wait=True)
        self._reading.dispose()
        self._engine.dispose()
        if self._lock is not None:
            self._lock.release()
