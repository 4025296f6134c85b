"""On PostgreSQL: one schema with every table in it, which each test finds emptied, or filled with
what another schema has kept. Making the tables took longer than most stories."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, select

from bot.store import Store
from bot.store_engines import normalised
from models.base import Base
from models.sealed import Keyring
from tests.places import address_of, drop, new_schema


class Stage:
    """Lent to one test at a time, in one process; nobody is connected to it in between."""

    def __init__(self, url: str, keyring: Keyring) -> None:
        self._url, self._keyring = url, keyring
        self._engine = create_engine(normalised(url))
        self._kept: dict[Path, str] = {}
        self._schema = self._made()
        self.address = address_of(url, self._schema)
        with self._engine.connect() as connection:
            self._made_by = connection.exec_driver_sql(
                f"SELECT version_num FROM {self._schema}.alembic_version"
            ).scalar_one()

    def empty(self) -> None:
        self._run(*_emptied(self._schema))

    def fill(self, path: Path) -> None:
        """With the rows of a SQLite store that does not change any more."""
        if path not in self._kept:
            self._kept[path] = self._made(path)
        self._run(*_emptied(self._schema), *_copied(self._kept[path], self._schema))

    def close(self) -> None:
        drop(self._engine, [self._schema, *self._kept.values()])
        self._engine.dispose()

    def _made(self, path: Path | None = None) -> str:
        with self._engine.begin() as connection:
            schema = new_schema(connection)
        bring(path, address_of(self._url, schema), self._keyring)
        return schema

    def _run(self, *statements: str) -> None:
        """All in one round trip; whoever still holds something of the last test is found out."""
        with self._engine.begin() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            again = f"UPDATE {self._schema}.alembic_version SET version_num = '{self._made_by}'"
            driver.execute(";\n".join(["SET LOCAL lock_timeout = '5s'", again, *statements]))


def bring(path: Path | None, url: str, keyring: Keyring) -> None:
    """Every table, and the rows of a SQLite store, put where there is nothing yet."""
    store = Store.open(url, keyring)
    store.create()
    if path is not None:
        source = create_engine(f"sqlite:///{path}")
        with source.connect() as old, store.engine.begin() as new:
            for table in Base.metadata.sorted_tables:
                if rows := [dict(row._mapping) for row in old.execute(select(table))]:
                    new.execute(table.insert().values(rows))
            for statement in _counting(""):
                new.exec_driver_sql(statement)
        source.dispose()
    store.close()


def _emptied(schema: str) -> list[str]:
    tables = reversed(Base.metadata.sorted_tables)
    return [*(f"DELETE FROM {schema}.{table.name}" for table in tables), *_counting(f"{schema}.")]


def _copied(source: str, target: str) -> list[str]:
    copied = [
        f"INSERT INTO {target}.{table.name} SELECT * FROM {source}.{table.name}"
        for table in Base.metadata.sorted_tables
    ]
    return [*copied, *_counting(f"{target}.")]


def _counting(within: str) -> list[str]:
    """Every number that is counted up goes on from what is there."""
    return [
        f"SELECT setval(pg_get_serial_sequence('{within}{table.name}', '{column.name}'),"
        f" (SELECT coalesce(max({column.name}), 0) + 1 FROM {within}{table.name}), false)"
        for table in Base.metadata.sorted_tables
        if (column := table.autoincrement_column) is not None
    ]
