"""Statements are put into SQL once in a run, not once for every store that a test opens.

SQLAlchemy keeps what it compiled by engine; a third of the suite's time was the same statements
again. Engines that speak alike (the same database, isolation and schema) share one dialect and one
cache.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event

_first: dict[tuple[Any, ...], Any] = {}


def share() -> None:
    event.listen(Engine, "engine_connect", _adopt)


def _adopt(connection: Connection) -> None:
    engine: Any = connection.engine
    speaks = engine.dialect
    alike = speaks.name, speaks._on_connect_isolation_level, speaks.default_schema_name
    first = _first.setdefault(alike, engine)
    first._compiled_cache.capacity = 5000
    engine.dialect = connection.dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
