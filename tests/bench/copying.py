"""Many of the same: rows that verbs have made, copied with ids, keys and addresses of their own.

What is sealed is sealed anew for each copy, so that it opens. Only the audit's hashes are those of
the first: nobody can vouch for a chain of a copy.
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, Connection, Engine, Table, func, select
from sqlalchemy.orm import Session

from models import sealed
from models.base import Base
from models.follow_ups import FollowedUp  # noqa: F401 - the column it brings is the one below
from models.sealed import Keyring

Row = dict[str, Any]
Cell = Callable[["Copy"], Any]
OURS = 1 << 40
"""Ids that we make are larger, and so found wherever they stand."""
SCATTER, ROOM = 0x5DEECE66D | 1, 1 << 52
ADDRESSES = 100_000
"""How far apart the telephones of two copies are."""
SPREAD = 60 * 86_400
DUE = "next_follow_up_at"


@dataclass
class Copy:
    """What is of this copy alone."""

    number: int
    ids: Sequence[int]
    counters: dict[str, int]
    keys: dict[int, AESGCM] = field(default_factory=dict)


class Stencil:
    """What was made since `before` in a store, ready to be copied."""

    def __init__(self, session: Session, before: dict[str, set[Any]], now: datetime) -> None:
        self._ring = sealed.keyring_of(session)
        self._lite = session.get_bind().dialect.name == "sqlite"
        self._now = now
        self._dice = random.Random(6)
        self._tables = list(Base.metadata.sorted_tables)
        self._rows = {t.name: _since(session, t, before[t.name]) for t in self._tables}
        self._slots = self._own_ids()
        self._places = self._own_counters()
        self._counters = {
            t.name: session.scalar(select(func.max(_counter(t)))) or 0
            for t in self._tables
            if _counter(t) is not None
        }
        self._plain = self._opened(session)
        self.cells = {
            t.name: [[self._cell(t, c, row) for c in t.columns] for row in self._rows[t.name]]
            for t in self._tables
            if self._rows[t.name]
        }

    def rows(self) -> dict[str, int]:
        """How many rows of each table a copy has."""
        return {name: len(rows) for name, rows in self.cells.items()}

    # --- what is in it ---------------------------------------------------------------------------

    def _own_ids(self) -> dict[int, int]:
        """Ids we made, and the place of each in a copy's own."""
        found = {
            row[c.name]: None
            for t in self._tables
            for row in self._rows[t.name]
            for c in t.primary_key
            if isinstance(row[c.name], int) and row[c.name] >= OURS and not c.foreign_keys
        }
        return {each: place for place, each in enumerate(found)}

    def _own_counters(self) -> dict[tuple[str, int], int]:
        return {
            (t.name, row[column.name]): place
            for t in self._tables
            if (column := _counter(t)) is not None
            for place, row in enumerate(self._rows[t.name], 1)
        }

    def _opened(self, session: Session) -> dict[tuple[str, int, str], bytes]:
        """Every sealed cell in the clear."""
        found = {}
        for table, row, name in self._sealed():
            key = self._ring.opened(session, row["key_id"])
            blob = row[name]
            bound = f"{table}|{name}|{row['id']}|{row['key_id']}".encode()
            found[table, row["id"], name] = key.decrypt(blob[:12], blob[12:], bound)
        return found

    def _sealed(self) -> Iterator[tuple[str, Row, str]]:
        for name, rows in self._rows.items():
            for row in rows:
                for column, value in row.items():
                    if column.endswith("_sealed") and value is not None:
                        yield name, row, column

    # --- cells -----------------------------------------------------------------------------------

    def _cell(self, table: Table, column: Column[Any], row: Row) -> Cell:
        value = row[column.name]
        if value is None:
            return lambda copy: None
        if column.name.endswith("_sealed"):
            return self._seals(table.name, column.name, row)
        if table.name == "data_keys" and column.name == "wrapped":
            return self._wraps(row)
        if column.name == DUE:
            return lambda copy: self._kept(
                self._now + timedelta(seconds=self._dice.randrange(3600, SPREAD))
            )
        if (table.name, column.name) == ("contacts", "address"):
            return lambda copy: value + copy.number * ADDRESSES
        if isinstance(value, int) and not isinstance(value, bool):
            return self._number(table, column, value)
        if isinstance(value, dict | list):
            return self._words(json.dumps(value), unique=False)
        if isinstance(value, str):
            return self._words(value, unique=_is_unique(table, column))
        kept = self._kept(value)
        return lambda copy: kept

    def _number(self, table: Table, column: Column[Any], value: int) -> Cell:
        if value in self._slots:
            slot = self._slots[value]
            return lambda copy: copy.ids[slot]
        of = table.name if column is _counter(table) else _refers_to(column)
        if of is not None and (of, value) in self._places:
            place = self._places[of, value]
            return lambda copy: copy.counters[of] + place
        return lambda copy: value

    def _words(self, value: str, *, unique: bool) -> Cell:
        parts = re.split(r"(\d{13,})", value)
        slots = [self._slots.get(int(p)) if p.isdigit() else None for p in parts]
        if not any(slot is not None for slot in slots):
            return (lambda copy: f"{value}{copy.number}") if unique else (lambda copy: value)
        pairs = list(zip(parts, slots, strict=True))
        return lambda copy: "".join(p if s is None else str(copy.ids[s]) for p, s in pairs)

    def _seals(self, table: str, column: str, row: Row) -> Cell:
        plain, slot = self._plain[table, row["id"], column], self._slots.get(row["id"])
        key_slot = self._slots[row["key_id"]]

        def cell(copy: Copy) -> bytes:
            row_id = copy.ids[slot] if slot is not None else row["id"]
            nonce = os.urandom(12)
            bound = f"{table}|{column}|{row_id}|{copy.ids[key_slot]}".encode()
            return nonce + copy.keys[key_slot].encrypt(nonce, plain, bound)

        return cell

    def _wraps(self, row: Row) -> Cell:
        slot = self._slots[row["id"]]

        def cell(copy: Copy) -> bytes:
            key = os.urandom(32)
            copy.keys[slot] = AESGCM(key)
            return self._ring.wrap(copy.ids[slot], row["master"], key)

        return cell

    def _kept(self, value: Any) -> Any:
        """As the driver wants it: SQLite's has no instants."""
        if not self._lite:
            return value
        if isinstance(value, datetime):
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        return value.isoformat() if isinstance(value, date | time) else value

    # --- copies ----------------------------------------------------------------------------------

    def copies(self, first: int, count: int) -> Iterable[tuple[str, list[tuple[Any, ...]]]]:
        """The rows of so many copies, table by table, keys first."""
        made = [self._copy(number) for number in range(first, first + count)]
        for name in sorted(self.cells, key=lambda name: name != "data_keys"):
            rows = self.cells[name]
            yield name, [tuple(cell(copy) for cell in row) for copy in made for row in rows]

    def _copy(self, number: int) -> Copy:
        start = number * len(self._slots)
        ids = [
            OURS + ((start + place) * SCATTER + 12345) % ROOM for place in range(len(self._slots))
        ]
        counters = {
            name: most + (number - 1) * len(self._rows[name])
            for name, most in self._counters.items()
        }
        return Copy(number, ids, counters)


def present(session: Session) -> dict[str, set[Any]]:
    """Which rows there are, by their keys."""
    return {
        table.name: {tuple(row) for row in session.execute(select(*table.primary_key))}
        for table in Base.metadata.sorted_tables
    }


def _since(session: Session, table: Table, before: set[Any]) -> list[Row]:
    found = session.execute(select(table)).mappings()
    names = [column.name for column in table.primary_key]
    new = [dict(row) for row in found if tuple(row[name] for name in names) not in before]
    return [row for row in new if row.get("chain") != 0]  # that chain is the house's own


def _counter(table: Table) -> Column[Any] | None:
    """Its own number, where the store counts it up."""
    keys = list(table.primary_key)
    return keys[0] if len(keys) == 1 and keys[0].autoincrement is True else None


def _refers_to(column: Column[Any]) -> str | None:
    return next((key.column.table.name for key in column.foreign_keys), None)


def _is_unique(table: Table, column: Column[Any]) -> bool:
    alone = [list(c.columns) for c in table.constraints if type(c).__name__ == "UniqueConstraint"]
    return bool(column.unique) or [column] in alone


# --- into a store --------------------------------------------------------------------------------


def fill(engine: Engine, stencil: Stencil, copies: int, at_once: int = 20) -> None:
    """Put so many copies into a store, past everything that is checked row by row."""
    indexes = [i for t in Base.metadata.sorted_tables for i in t.indexes if not i.unique]
    with engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
    put = _into_sqlite if engine.dialect.name == "sqlite" else _into_postgres
    for first in range(1, copies + 1, at_once):
        put(engine, stencil.copies(first, min(at_once, copies + 1 - first)))
    with engine.begin() as connection:
        for index in indexes:
            index.create(connection)
        if engine.dialect.name != "sqlite":
            _count_on(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _into_sqlite(engine: Engine, tables: Iterable[tuple[str, list[tuple[Any, ...]]]]) -> None:
    assert engine.url.database is not None
    with sqlite3.connect(engine.url.database) as store:
        store.execute("PRAGMA synchronous=OFF")
        for name, rows in tables:
            marks = ", ".join("?" * len(rows[0]))
            store.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)
    store.close()


def _into_postgres(engine: Engine, tables: Iterable[tuple[str, list[tuple[Any, ...]]]]) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        driver: Any = connection.connection.driver_connection
        for name, rows in tables:
            columns = ", ".join(
                f'"{column.name}"' for column in Base.metadata.tables[name].columns
            )
            with driver.cursor().copy(f'COPY "{name}" ({columns}) FROM STDIN') as copy:
                copy.write(_text(rows))


_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _text(rows: Iterable[tuple[Any, ...]]) -> str:
    file = io.StringIO()
    for row in rows:
        file.write("\t".join(map(_told, row)))
        file.write("\n")
    return file.getvalue()


def _told(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return f"\\\\x{value.hex()}"
    if isinstance(value, str):
        return value.translate(_ESCAPED)
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value)


def _count_on(connection: Connection) -> None:
    """What comes next is numbered after the copies."""
    for table in Base.metadata.sorted_tables:
        column = _counter(table)
        if column is not None:
            most = connection.scalar(select(func.max(column))) or 0
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), {most + 1})"
            )


__all__ = ["Keyring", "Stencil", "fill", "present"]
