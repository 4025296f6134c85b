"""A real store for the runtime's tests: a file, or a schema of its own on PostgreSQL."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from bot.store import Store
from bot.store_engines import normalised
from models.sealed import Keyring


@pytest.fixture
def store_url(tmp_path: Path, postgres_url: str | None) -> Iterator[str]:
    if postgres_url is None:
        yield f"sqlite:///{tmp_path / 'losbot.db'}"
        return
    schema = f"t{secrets.token_hex(6)}"
    engine = create_engine(normalised(postgres_url))
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    mark = "&" if "?" in postgres_url else "?"
    yield f"{postgres_url}{mark}options=-csearch_path%3D{schema}"
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    engine.dispose()


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory, keyring: Keyring) -> Path:
    """A SQLite file with every table and nothing in them, to copy."""
    path = tmp_path_factory.mktemp("empty") / "losbot.db"
    store = Store.open(f"sqlite:///{path}", keyring)
    store.create()
    store.tidy()
    store.close()
    return path


@pytest.fixture
def store(store_url: str, keyring: Keyring, empty_store: Path) -> Iterator[Store]:
    on_file = store_url.startswith("sqlite:///")
    if on_file:
        shutil.copy(empty_store, store_url.removeprefix("sqlite:///"))
    store = Store.open(store_url, keyring, bot_username="losbot_demo_bot")
    if not on_file:
        store.create()
    yield store
    store.close()


@pytest.fixture(autouse=True)
def _about_one_store(request: pytest.FixtureRequest, postgres_url: str | None) -> None:
    """Tests marked with the name of a store are skipped in a run on the other."""
    other = "on_sqlite" if postgres_url else "on_postgresql"
    if other in request.node.keywords:
        pytest.skip("about the other store")
