"""Does the store fit the code? Migrating with Alembic, and refusing what does not fit.

After changing a table: `python -m bot.store_schema "what changed"`, then read what it wrote.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, inspect, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

import models
from bot import store_engines
from bot.store_engines import StoreRefused
from models import store_facts
from models.base import Base
from models.sealed import keyring_of

SCRIPTS = Path(models.__file__).parent / "migrations"


def know_every_table() -> None:
    """A table is known once the file of its noun is imported."""
    for module in pkgutil.iter_modules(models.__path__):
        if not module.ispkg:
            importlib.import_module(f"models.{module.name}")


def config(connection: Connection | None = None) -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


def create(engine: Engine) -> None:
    """Every table as the code knows it, marked as migrated. For empty stores only."""
    know_every_table()
    with engine.begin() as connection:
        if inspect(connection).has_table("alembic_version"):
            raise StoreRefused("the store is not empty")
        Base.metadata.create_all(connection)
        MigrationContext.configure(connection).stamp(ScriptDirectory.from_config(config()), "head")


def migrate(url: URL) -> None:
    """Upgrade to the newest revision, all of it or nothing.

    On SQLite without foreign keys: rebuilding a table would cascade into its children and empty
    them, silently. They are checked before the commit instead.
    """
    know_every_table()
    engine = (
        store_engines.sqlite(url, foreign_keys=False)
        if store_engines.is_sqlite(url)
        else create_engine(url, poolclass=NullPool, hide_parameters=True)
    )
    try:
        with engine.begin() as connection:
            command.upgrade(config(connection), "head")
            if engine.dialect.name == "sqlite":
                _check_foreign_keys(connection)
    finally:
        engine.dispose()


def _check_foreign_keys(connection: Connection) -> None:
    broken: list[Any] = list(connection.exec_driver_sql("PRAGMA foreign_key_check"))
    if broken:
        raise StoreRefused(f"migrating would leave loose ends in {broken[0][0]}; nothing changed")


def check(connection: Connection) -> None:
    """Raises StoreRefused when the store is not of this code's revision."""
    scripts = ScriptDirectory.from_config(config())
    found, wanted = MigrationContext.configure(connection).get_current_revision(), _head(scripts)
    if found == wanted and inspect(connection).has_table("store_facts"):
        return
    known = {script.revision for script in scripts.walk_revisions()}
    if found is None or found in known:
        raise StoreRefused("the store is older than this losbot; run: losbot migrate")
    raise StoreRefused("the store is newer than this losbot; install the newer one")


def _head(scripts: ScriptDirectory) -> str | None:
    return scripts.get_current_head()


def check_key(session: Session) -> None:
    """The first key a store meets is its key."""
    ours = keyring_of(session).fingerprint()
    theirs = store_facts.get(session, store_facts.KEY)
    if theirs is None:
        store_facts.put(session, store_facts.KEY, ours)
    elif theirs != ours:
        raise StoreRefused("this is not the key that the store was sealed with")


def revise(message: str, scratch: Path) -> None:
    """Write the next revision: what the tables have become since the last. For developers."""
    url = make_url(f"sqlite:///{scratch / 'revise.db'}")
    migrate(url)
    engine = store_engines.sqlite(url)
    with engine.connect() as connection:
        command.revision(config(connection), message, autogenerate=True)
    engine.dispose()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        revise(sys.argv[1], Path(folder))
