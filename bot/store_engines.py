"""How each database is opened: pragmas set and asserted, and one process to one SQLite file."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from bot import store_recall

PRAGMAS: dict[str, tuple[str, object]] = {
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),  # NORMAL may lose committed work when the power goes
    "foreign_keys": ("ON", 1),
    "busy_timeout": ("5000", 5000),
    "trusted_schema": ("OFF", 0),
    "secure_delete": ("ON", 1),
}
"""What is set on every SQLite connection, and what it must read back as."""

POOL = 8


class StoreRefused(Exception):
    """The store cannot be used; one line for whoever starts the bot."""


class StoreBusy(StoreRefused):
    """Another process has this SQLite file."""


def normalised(url: str) -> str:
    """PostgreSQL is spoken through psycopg, whatever the address says."""
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def parsed(url: str) -> URL:
    """Raises StoreRefused, without the address, which may hold a password."""
    try:
        found = make_url(normalised(url))
        if found.drivername in ("sqlite", "postgresql+psycopg"):
            return found
    except (ArgumentError, ValueError):
        pass
    raise StoreRefused("LOSBOT_DATABASE_URL is not an address of SQLite or PostgreSQL")


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def file_of(url: URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise StoreRefused("losbot needs a database in a file, not in memory")
    return Path(url.database)


def is_full(error: BaseException | None) -> bool:
    """Whether it failed for want of room on the disk, though something smaller may still find some;
    also where that ended SQLite's transaction, and what failed in the end is its savepoint."""
    while error is not None:
        told = getattr(error, "sqlstate", None), getattr(error, "sqlite_errorname", None)
        if told[0] == "53100" or told[1] == "SQLITE_FULL":
            return True
        error = error.__context__
    return False


_SHUT = {
    "SQLITE_NOTADB": "the file is no database",
    "SQLITE_CANTOPEN": "its folder or file cannot be opened",
    "SQLITE_READONLY": "its folder or file takes no writes",
    "SQLITE_BUSY": "another program holds it",
    "Connection refused": "nobody answers at that address and port",
    "failed to resolve host": "there is no machine of that name",
    "timeout": "no answer in time",
    "password": "user or password is refused",
    "does not exist": "there is no database or role of that name",
}
"""By what the driver says, of which nothing is shown: it may hold the address, with a password."""


def why_shut(error: BaseException) -> str:
    """In words for whoever starts the bot; else the name of the driver's error."""
    told = f"{getattr(error, 'sqlite_errorname', '')} {error}"
    return next((why for said, why in _SHUT.items() if said in told), type(error).__name__)


def is_in_the_way(error: BaseException) -> bool:
    """Whether others were in the way (a serialization failure, a deadlock): done again, it works."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in ("40001", "40P01")


def is_the_stores(error: BaseException) -> bool:
    """Whether the store failed, not what was done in it: then all of it is done again."""
    return is_full(error) or is_in_the_way(error)


_LINE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}
"""To PostgreSQL: who is gone holds nobody up for longer than half a minute."""
_STANDS_STILL = "-c idle_in_transaction_session_timeout=30s"
"""Nor does who stands still in the middle of a transaction."""


def engines(url: URL) -> tuple[Engine, Engine]:
    """One to write with, one that only reads, the store as it was when it began."""
    if is_sqlite(url):
        file_of(url)
        return sqlite(url), sqlite(url, reading=True)
    engine = create_engine(
        url,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_size=POOL,
        pool_pre_ping=True,
        connect_args={**_LINE, "options": f"{url.query.get('options', '')} {_STANDS_STILL}"},
    )
    return engine, engine.execution_options(
        postgresql_readonly=True, isolation_level="REPEATABLE READ"
    )


def sqlite(url: URL, *, reading: bool = False, foreign_keys: bool = True) -> Engine:
    """Without the driver's own transaction handling: else savepoints outlive a rollback and
    what was read may be stale when it is written."""
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=POOL if reading else 1,
        connect_args={"check_same_thread": False, "timeout": 5},
    )

    @event.listens_for(engine, "do_connect")
    def keep_to_ourselves(*_given: object) -> None:
        """A new file is nobody else's to read. One that is there is not touched: closing it would
        let go of SQLite's locks."""
        with contextlib.suppress(OSError):
            os.close(os.open(file_of(url), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

    @event.listens_for(engine, "connect")
    def harden(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        _set_pragmas(connection, {} if foreign_keys else {"foreign_keys": ("OFF", 0)})
        if reading:
            connection.execute("PRAGMA query_only=ON")

    store_recall.count_writes(engine)

    @event.listens_for(engine, "handle_error")
    def open_anew(failed: Any) -> None:
        """Next time: what was opened while the disk took no writes takes none when it does again."""
        name = getattr(failed.original_exception, "sqlite_errorname", "")
        if name.startswith("SQLITE_READONLY") and failed.connection is not None:
            failed.connection.connection.invalidate(soft=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _set_pragmas(connection: Any, changed: dict[str, tuple[str, object]]) -> None:
    for name, (value, wanted) in (PRAGMAS | changed).items():
        connection.execute(f"PRAGMA {name}={value}").fetchall()
        found = connection.execute(f"PRAGMA {name}").fetchone()
        if found is None or found[0] != wanted:
            raise StoreRefused(f"this SQLite does not take {name}={value}")


class Lock:
    """An exclusive lock on a file beside the database, held until released or until we die."""

    def __init__(self, path: Path) -> None:
        try:
            self._handle: int | None = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreRefused(f"cannot write beside the store: {error.strerror}") from error
        try:
            _take(self._handle)
        except OSError as error:
            os.close(self._handle)
            raise StoreBusy(
                f"another losbot is using {path.name.removesuffix('.lock')}; stop it first"
            ) from error

    @classmethod
    def beside(cls, url: URL) -> Lock:
        path = file_of(url)
        return cls(path.with_name(path.name + ".lock"))

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)  # which lets go of the lock
            self._handle = None


def _take(handle: int) -> None:
    """Raises OSError when another has it. The module is chosen by the machine we are on."""
    if os.name == "nt":
        import msvcrt

        locking: Any = getattr(msvcrt, "locking")  # noqa: B009 - unknown to type checkers elsewhere
        locking(handle, getattr(msvcrt, "LK_NBLCK"), 1)  # noqa: B009
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
