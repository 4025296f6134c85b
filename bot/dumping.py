"""All rows of a store as lines, and back; the same way for both stores, without their tools.

On SQLite a row is a line of JSON, on PostgreSQL one of its own COPY. What is read is the store as
it was at one instant, whoever writes meanwhile. At the end stands how many rows each table had and
what they add up to, which is computed anew from what was put back.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, inspect

from bot import store_schema
from bot.store_engines import StoreRefused

TABLE, ROW, END = b"T", b"R", b"E"
AT_ONCE = 1000

Sums = dict[str, list[Any]]
"""By table: how many rows, and what they add up to whatever their order."""


class _Sum:
    def __init__(self) -> None:
        self.rows, self._total = 0, 0

    def add(self, line: bytes) -> None:
        self.rows += 1
        self._total += int.from_bytes(hashlib.sha256(line).digest(), "big")

    def told(self) -> list[Any]:
        return [self.rows, f"{self._total % (1 << 256):064x}"]


def dump(connection: Connection) -> Iterator[bytes]:
    """Every table, a line each for itself and its rows; at the end the sums."""
    sums: Sums = {}
    for table, columns in tables(connection).items():
        yield TABLE + json.dumps([table, columns]).encode()
        found = _Sum()
        for line in _rows(connection, table, columns):
            found.add(line)
            yield ROW + line
        sums[table] = found.told()
    yield END + json.dumps(sums).encode()


def load(connection: Connection, lines: Iterable[bytes]) -> Sums:
    """Put back what `dump` told into empty tables of its revision, and see that it is all there.
    StoreRefused when anything differs."""
    bonds = _loose(connection)
    told: Sums | None = None
    name, columns = "", list[str]()
    for kind, some in groupby(lines, lambda line: line[:1]):
        if kind == TABLE:
            for line in some:
                name, columns = json.loads(line[1:])
        elif kind == ROW:
            _put(connection, name, columns, (line[1:] for line in some))
        else:
            told = json.loads(next(iter(some))[1:])
    found = sums(connection)
    if told != found:
        raise StoreRefused("what was put back is not what the backup told; nothing was restored")
    _bind(connection, bonds)
    return found


def tables(connection: Connection) -> dict[str, list[str]]:
    """The columns of every table but Alembic's own."""
    looked = inspect(connection)
    names = sorted(set(looked.get_table_names()) - {store_schema.VERSION.name})
    return {name: [column["name"] for column in looked.get_columns(name)] for name in names}


def sums(connection: Connection) -> Sums:
    """What every table adds up to now."""
    told: Sums = {}
    for table, columns in tables(connection).items():
        found = _Sum()
        for line in _rows(connection, table, columns):
            found.add(line)
        told[table] = found.told()
    return told


# --- the rows ------------------------------------------------------------------------------------


def _rows(connection: Connection, table: str, columns: list[str]) -> Iterator[bytes]:
    driver: Any = connection.connection.driver_connection
    names = ", ".join(f'"{name}"' for name in columns)
    told = f'SELECT {names} FROM "{table}"'  # noqa: S608 - names from the store's own catalogue
    if connection.dialect.name == "sqlite":
        for row in driver.execute(told):
            yield json.dumps([_plain(value) for value in row], separators=(",", ":")).encode()
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY ({told}) TO STDOUT") as copied:
        rest = b""
        for block in copied:
            *whole, rest = (rest + bytes(block)).split(b"\n")
            yield from whole


def _put(connection: Connection, table: str, columns: list[str], lines: Iterator[bytes]) -> None:
    driver: Any = connection.connection.driver_connection
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        into = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608 - as above
        while some := list(islice(lines, AT_ONCE)):
            driver.executemany(into, [[_meant(v) for v in json.loads(line)] for line in some])
        return
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copied:
        for line in lines:
            copied.write(line + b"\n")


def _plain(value: Any) -> Any:
    return {"b": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _meant(value: Any) -> Any:
    return base64.b64decode(value["b"]) if isinstance(value, dict) else value


# --- what binds them -----------------------------------------------------------------------------


def _loose(connection: Connection) -> list[str]:
    """Let go of PostgreSQL's foreign keys, so that rows come in any order. Returns what binds them
    again. (SQLite's are off while a store is made, and checked at the end.)"""
    if connection.dialect.name == "sqlite":
        return []
    found = connection.exec_driver_sql(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    ).all()
    for table, name, _told in found:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    return [f"ALTER TABLE {table} ADD CONSTRAINT {name} {told}" for table, name, told in found]


def _bind(connection: Connection, bonds: list[str]) -> None:
    """Raises where rows are missing. Counters go on after the highest that was used."""
    for bond in bonds:
        connection.exec_driver_sql(bond)
    if connection.dialect.name == "sqlite":
        return
    for table, columns in tables(connection).items():
        for column in columns:
            told = "SELECT pg_get_serial_sequence(%s, %s)"
            sequence = connection.exec_driver_sql(told, (f'"{table}"', column)).scalar()
            if sequence:
                connection.exec_driver_sql(
                    f'SELECT setval(%s, (SELECT max("{column}") FROM "{table}"))',  # noqa: S608
                    (sequence,),
                )
