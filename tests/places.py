"""Stores that are made once a run, each at the end of some way.

A test is lent one in a transaction that is never kept, so that the next finds it as it was.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from bot import store_recall
from bot.store_engines import normalised
from models.sealed import Keyring
from tests.ways import Found, Way, session_on, tell

TEST_KEY = b"0123456789abcdef0123456789abcdef"


class Memory:
    """Stores in the memory of this process."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._images: dict[Way, tuple[bytes, Found]] = {}
        self._engines: dict[tuple[Way, object], Engine] = {}

    @contextlib.contextmanager
    def lent(self, way: Way, whose: object = None, *, recalls: bool = False) -> Iterator[Session]:
        """A store at the end of a way. It is lent to one at a time; whoever keeps it for more
        than a test says by `whose` that it is their own."""
        image, found = self._image(way)
        if (way, whose) not in self._engines:
            self._engines[way, whose] = _in_memory(image)
        with self._engines[way, whose].connect() as connection, connection.begin() as never_kept:
            with session_on(connection, self._keyring, found, recalls=recalls) as session:
                yield session
            never_kept.rollback()

    def _image(self, way: Way) -> tuple[bytes, Found]:
        if way not in self._images:
            *before, step = way
            image, found = self._image(tuple(before)) if before else (None, {})
            engine = _in_memory(image)
            with engine.begin() as connection:
                found = tell(connection, step, self._keyring, found)
            with engine.connect() as connection:
                driver: Any = connection.connection.driver_connection
                self._images[way] = driver.serialize(), found
            engine.dispose()
        return self._images[way]

    def close(self) -> None:
        for engine in self._engines.values():
            engine.dispose()


def _in_memory(image: bytes | None) -> Engine:
    """Without the driver's own transaction handling, else savepoints outlive a rollback."""
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _open(connection: sqlite3.Connection, _record: object) -> None:
        if image is not None:
            connection.deserialize(image)
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=ON")

    store_recall.count_writes(engine)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


class Schemas:
    """Stores in a PostgreSQL, each in a schema of its own."""

    def __init__(self, keyring: Keyring, url: str) -> None:
        self._keyring = keyring
        self._engine = create_engine(normalised(url))
        self._schemas: dict[tuple[Way, object], tuple[str, Found]] = {}

    @contextlib.contextmanager
    def lent(self, way: Way, whose: object = None, *, recalls: bool = False) -> Iterator[Session]:
        """As `Memory.lent`; but here no session recalls."""
        if (way, whose) not in self._schemas:
            self._schemas[way, whose] = self._made(way)
        schema, found = self._schemas[way, whose]
        with self._engine.connect() as connection, connection.begin() as never_kept:
            _go_to(connection, schema)
            with session_on(connection, self._keyring, found) as session:
                yield session
            never_kept.rollback()

    def _made(self, way: Way) -> tuple[str, Found]:
        found: Found = {}
        with self._engine.begin() as connection:
            schema = new_schema(connection)
            _go_to(connection, schema)
            for step in way:
                found = tell(connection, step, self._keyring, found)
        return schema, found

    def close(self) -> None:
        drop(self._engine, [schema for schema, _found in self._schemas.values()])
        self._engine.dispose()


def _go_to(connection: Connection, schema: str) -> None:
    """Until the end of the transaction."""
    connection.exec_driver_sql(f"SET LOCAL search_path TO {schema}")


def new_schema(connection: Connection) -> str:
    """The name of an empty corner of a PostgreSQL: workers side by side do not meet."""
    schema = f"t{secrets.token_hex(6)}"
    connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    return schema


def address_of(url: str, schema: str) -> str:
    """Where everything is found in that schema."""
    mark = "&" if "?" in url else "?"
    return f"{url}{mark}options=-csearch_path%3D{schema}"


def drop(engine: Engine, schemas: Iterable[str]) -> None:
    """From a server that stays; a private one goes with all that is in it."""
    for schema in schemas if os.environ.get("TEST_DATABASE_URL") else ():
        with engine.begin() as connection:  # each its own: one has only so many locks
            connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
