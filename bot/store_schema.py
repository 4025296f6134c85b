"""Does the store fit the code? Migrating with Alembic, and refusing what does not fit.

After changing a table: `python -m bot.store_schema "what changed"`, then read what it wrote.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import pkgutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    create_engine,
    inspect,
    make_url,
    select,
)
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

import models
from bot import store_engines
from bot.store_engines import StoreRefused
from models import store_facts
from models.base import Base
from models.sealed import keyring_of

SCRIPTS = Path(models.__file__).parent / "migrations"
VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
"""Alembic's own note of where a store stands."""


def know_every_table() -> None:
    """A table is known once the file of its noun is imported."""
    for module in pkgutil.iter_modules(models.__path__):
        if not module.ispkg:
            importlib.import_module(f"models.{module.name}")


def revisions() -> dict[str, str | None]:
    """Every revision and the one before it, read from their files: what every start asks must
    not cost loading Alembic (a fifth of a second and 20 MB)."""
    found: dict[str, str | None] = {}
    for path in (SCRIPTS / "versions").glob("*.py"):
        above = path.read_text(encoding="utf-8").partition("\ndef ")[0]  # they are long
        told = {
            target.id: ast.literal_eval(line.value)
            for line in ast.parse(above).body
            if isinstance(line, ast.Assign)
            for target in line.targets
            if isinstance(target, ast.Name)
        }
        found[told["revision"]] = told["down_revision"]
    return found


def head() -> str:
    """The newest revision this code knows."""
    known = revisions()
    (newest,) = set(known) - set(known.values())
    return newest


def config(connection: Connection | None = None) -> Any:
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


def create(engine: Engine) -> None:
    """Every table as the code knows it, marked as migrated. For empty stores only."""
    know_every_table()
    with engine.begin() as connection:
        if inspect(connection).has_table(VERSION.name):
            raise StoreRefused("the store is not empty")
        Base.metadata.create_all(connection)
        VERSION.create(connection)
        connection.execute(VERSION.insert().values(version_num=head()))


def migrate(url: URL) -> None:
    """Upgrade to the newest revision, all of it or nothing.

    On SQLite without foreign keys: rebuilding a table would cascade into its children and empty
    them, silently. They are checked before the commit instead.
    """
    with remaking(url) as connection:
        upgrade(connection)


def upgrade(connection: Connection, revision: str = "head") -> None:
    from alembic import command

    know_every_table()
    command.upgrade(config(connection), revision)
    check_foreign_keys(connection)


def make(connection: Connection, revision: str) -> None:
    """The tables of a revision, in an empty store. StoreRefused where there are any."""
    if inspect(connection).get_table_names():
        raise StoreRefused("the store is not empty; a backup is put back into an empty one")
    upgrade(connection, revision)


@contextlib.contextmanager
def remaking(url: URL) -> Iterator[Connection]:
    """One transaction in which tables are made and rows put into them. SQLite's foreign keys are
    off: the caller checks them."""
    engine = (
        store_engines.sqlite(url, foreign_keys=False)
        if store_engines.is_sqlite(url)
        else create_engine(url, poolclass=NullPool, hide_parameters=True)
    )
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def check_foreign_keys(connection: Connection) -> None:
    """Where they were off. PostgreSQL's never are."""
    if connection.dialect.name != "sqlite":
        return
    broken: list[Any] = list(connection.exec_driver_sql("PRAGMA foreign_key_check"))
    if broken:
        raise StoreRefused(f"migrating would leave loose ends in {broken[0][0]}; nothing changed")


NO_STORE = (
    "there is no losbot store where LOSBOT_DATABASE_URL points; correct it, or for a new one run: "
    "losbot migrate"
)


def check(connection: Connection) -> None:
    """Raises StoreRefused when the store is not of this code's revision."""
    made = inspect(connection).has_table(VERSION.name)
    found = connection.execute(select(VERSION.c.version_num)).scalar() if made else None
    if found == head():
        return
    if found is None:
        raise StoreRefused(NO_STORE)
    if found in revisions():
        raise StoreRefused("the store is older than this losbot; run: losbot migrate")
    raise StoreRefused("the store is newer than this losbot; install the newer one")


def check_key(session: Session) -> None:
    """The first key a store meets is its key; in the middle of a rotation it needs both."""
    if not knows_key(session):
        store_facts.put(session, store_facts.KEY, keyring_of(session).fingerprint())


def knows_key(session: Session) -> bool:
    """Whether the store has met a key. Raises StoreRefused when that is another one."""
    theirs = store_facts.get(session, store_facts.KEY)
    if theirs is None:
        return False
    if missing := sorted(set(theirs.split()) - set(keyring_of(session).ids)):
        raise StoreRefused(
            f"this is not the key that the store was sealed with ({', '.join(missing)} is missing)"
        )
    return True


def revise(message: str, scratch: Path) -> None:
    """Write the next revision: what the tables have become since the last. For developers."""
    from alembic import command

    url = make_url(f"sqlite:///{scratch / 'revise.db'}")
    migrate(url)
    engine = store_engines.sqlite(url)
    with engine.connect() as connection:
        command.revision(config(connection), message, autogenerate=True)
    engine.dispose()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        revise(sys.argv[1], Path(folder))
