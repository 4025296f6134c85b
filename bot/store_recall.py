"""A session that asks the store no question twice while the answer cannot be another.

For SQLite alone, where nobody else writes while a transaction lasts. A question is a SELECT with its
values; its answer is kept until one of the tables it reads is written, by whatever way, or anything
is deleted or rolled back. Who may know what is so still answered as of this very moment.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    FrozenResult,
    Select,
    Table,
    bindparam,
    event,
    inspect,
    select,
)
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors

_WRITES = "writes"
"""On a connection: how often each table was written, and under `_ALL` what may be any of them."""
_ALL = "*"


class Recalling(Session):
    """`execute`, `scalars` and `scalar` of a plain SELECT answer from memory where they can."""

    def __init__(self, connection: Connection, **options: Any) -> None:
        super().__init__(connection, **options)
        self._writes: Counter[str] = connection.info.setdefault(_WRITES, Counter())
        self._told: dict[Any, tuple[int, FrozenResult[Any]]] = {}
        self._missing: dict[tuple[str, Any], int] = {}

    def execute(self, statement: Any, params: Any = None, **given: Any) -> Any:
        if given or not isinstance(statement, Select) or _holds_or_streams(statement):
            return super().execute(statement, params, **given)
        question = _question(statement, params)
        if question is None:
            return super().execute(statement, params)
        written = self._count(*_tables(question[0], statement))
        told = self._told.get(question)
        if told is None or told[0] != written:
            told = written, super().execute(statement, params).freeze()
            self._told[question] = told
        return told[1]()

    def scalars(self, statement: Any, params: Any = None, **given: Any) -> Any:
        return self.execute(statement, params, **given).scalars()

    def scalar(self, statement: Any, params: Any = None, **given: Any) -> Any:
        return self.execute(statement, params, **given).scalar()

    def get(self, entity: Any, ident: Any, **given: Any) -> Any:
        """A row that is there stays with the session; here it is kept that there is none."""
        if given:
            return super().get(entity, ident, **given)
        row = entity.__tablename__, ident
        if row in self._missing and self._missing[row] == self._count(_ALL, row[0]):
            return None
        question = None if isinstance(ident, tuple | dict) else _by_key(entity)
        if question is None or _key(entity, ident) in self.identity_map:
            found = super().get(entity, ident)
        else:
            found = super().execute(question, {"key": ident}).scalar()
        if found is None:
            self._missing[row] = self._count(_ALL, row[0])
        return found

    def get_one(self, entity: Any, ident: Any, **given: Any) -> Any:
        """As `get`; raises NoResultFound."""
        if given:
            return super().get_one(entity, ident, **given)
        found = self.get(entity, ident)
        if found is None:
            raise NoResultFound(f"no row of {entity.__tablename__}")
        return found

    def _count(self, *tables: str) -> int:
        """How often any of these has been written; it only ever grows. What waits is written first,
        as before any question."""
        if self.autoflush:
            self.flush()
        return sum(self._writes[name] for name in tables)

    def close(self) -> None:
        self._told.clear()
        self._missing.clear()
        super().close()


@functools.cache
def _by_key(entity: Any) -> Select[Any] | None:
    """Made once for each kind of row that one column names: `Session.get` makes it anew each time,
    which costs as much as asking it."""
    column, *others = inspect(entity).primary_key
    return None if others else select(entity).where(column == bindparam("key"))


def _key(entity: Any, ident: Any) -> Any:
    return inspect(entity).identity_key_from_primary_key((ident,))


_TABLES: dict[Any, tuple[str, ...]] = {}
"""Of each kind of question which tables it reads."""


def _tables(kind: Any, statement: Select[Any]) -> tuple[str, ...]:
    tables = _TABLES.get(kind)
    if tables is None:
        found = {each.name for each in visitors.iterate(statement) if isinstance(each, Table)}
        tables = _TABLES[kind] = (_ALL, *sorted(found))
    return tables


def _holds_or_streams(statement: Select[Any]) -> bool:
    return bool(statement._for_update_arg is not None or statement.get_execution_options())


def _question(statement: Select[Any], params: Mapping[str, Any] | None) -> tuple[Any, ...] | None:
    made = statement._generate_cache_key()
    if made is None:
        return None
    values = tuple(_hashable(each.effective_value) for each in made.bindparams)
    also = tuple((name, _hashable(value)) for name, value in sorted((params or {}).items()))
    return made.key, values, also


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | set) else value


def count_writes(engine: Engine) -> None:
    """Let the sessions on its connections know what is written."""

    @event.listens_for(engine, "after_cursor_execute")
    def wrote(connection: Connection, _cur: Any, sql: str, _p: Any, context: Any, _m: Any) -> None:
        if sql.startswith("SELECT"):
            return
        writes = connection.info.setdefault(_WRITES, Counter())
        compiled = context.compiled if context is not None else None
        if compiled is not None and (context.isinsert or context.isupdate):
            writes[compiled.statement.table.name] += 1
        elif not sql.startswith(("SAVEPOINT", "RELEASE")):
            writes[_ALL] += 1  # a deletion may take rows of other tables along

    for back in ("rollback", "rollback_savepoint"):

        @event.listens_for(engine, back)
        def undone(connection: Connection, *_given: Any) -> None:
            connection.info.setdefault(_WRITES, Counter())[_ALL] += 1
