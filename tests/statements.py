"""Statements are put into SQL once in a run, not once for every store that a test opens.

SQLAlchemy keeps what it compiled by engine; a third of the suite's time was the same statements
again. Every SQLite engine here shares one dialect and one cache. PostgreSQL's are left alone:
their dialects differ by isolation level.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event

_first: dict[str, Any] = {}


def share() -> None:
    event.listen(Engine, "engine_connect", _adopt)


def _adopt(connection: Connection) -> None:
    engine: Any = connection.engine
    if engine.dialect.name != "sqlite":
        return
    first = _first.setdefault("engine", engine)
    first._compiled_cache.capacity = 5000
    engine.dialect = connection.dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
