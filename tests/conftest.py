"""What every test stands on: a fresh store, the invented municipality and a day."""

from __future__ import annotations

import contextlib
import gc
import os
import secrets
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from bot.store_engines import normalised
from models.base import Base
from models.sealed import Keyring
from tests import postgres, statements

TEST_KEY = b"0123456789abcdef0123456789abcdef"

# The house is imported once and never garbage; looking it through at every test cost a tenth.
statements.share()
gc.freeze()
gc.set_threshold(50_000, 20, 50)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.addoption("--channel", choices=("telegram", "web"), default="telegram")


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """Where PostgreSQL listens in this run, or None in a run on SQLite."""
    given = os.environ.get("LOSBOT_TEST_DATABASE_URL")
    if request.config.getoption("--store") == "sqlite":
        yield None
    elif given:
        yield given
    else:
        with postgres.running() as url:
            yield url


@pytest.fixture
def now() -> datetime:
    """Monday 23 November 2026, 10.00 in Oslo."""
    return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring(TEST_KEY)


def _sqlite(image: bytes | None = None) -> Engine:
    """A store in memory; a copy of `image` when there is one (making tables anew costs 50 ms)."""
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _begin(connection: sqlite3.Connection, _record: object) -> None:
        if image is not None:
            connection.deserialize(image)
        connection.execute("PRAGMA foreign_keys=ON")

    return engine


def _image(engine: Engine) -> bytes:
    with engine.connect() as connection:
        return connection.connection.driver_connection.serialize()


@pytest.fixture(scope="session")
def images() -> dict[str, bytes]:
    """Stores as bytes, made when first asked for: empty, and with the demo municipality."""
    return {}


def _image_of(images: dict[str, bytes], keyring: Keyring, request: pytest.FixtureRequest) -> bytes:
    """The store a test begins with. One that names its `begins`, a function of (session, cast,
    now), or whose file does, begins where that ends: it is told once a run, not once a test."""
    begins = _beginning(request)
    if "cast" not in request.fixturenames:
        key = "empty"
    elif begins is None:
        key = "seeded"
    else:
        key = f"{begins.__module__}.{begins.__qualname__}"
    if "empty" not in images:
        made = _sqlite()
        Base.metadata.create_all(made)
        images["empty"] = _image(made)
    if key not in images:
        made = _sqlite(images["empty"])
        with _session(made, keyring) as session:
            _seed(session, now := request.getfixturevalue("now"))
            if begins is not None:
                begins(session, _cast(session), now)
            session.commit()
        images[key] = _image(made)
    return images[key]


def _beginning(request: pytest.FixtureRequest) -> Any:
    """A test's own, or its file's."""
    return getattr(request.function, "begins", getattr(request.module, "begins", None))


@contextlib.contextmanager
def _own_schema(url: str) -> Iterator[str]:
    """The address of an empty corner of a PostgreSQL: workers side by side do not meet."""
    schema = f"t{secrets.token_hex(6)}"
    engine = create_engine(normalised(url))
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    mark = "&" if "?" in url else "?"
    yield f"{url}{mark}options=-csearch_path%3D{schema}"
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    engine.dispose()


@pytest.fixture(scope="session")
def _postgres(postgres_url: str | None) -> Iterator[Engine | None]:
    import handlers  # noqa: F401 - every table is known once the handlers are

    if postgres_url is None:
        yield None
        return
    with _own_schema(postgres_url) as url:
        engine = create_engine(normalised(url))
        Base.metadata.create_all(engine)
        yield engine
        engine.dispose()


@pytest.fixture
def engine(
    request: pytest.FixtureRequest,
    _postgres: Engine | None,
    images: dict[str, bytes],
    keyring: Keyring,
) -> Iterator[Engine]:
    import handlers  # noqa: F401 - every table is known once the handlers are

    if _postgres is not None:
        yield _postgres
        return
    image = _image_of(images, keyring, request)
    engine = _sqlite(image)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine, keyring: Keyring) -> Iterator[Session]:
    """A session whose work is never kept, on the store the run is for."""
    with engine.connect() as connection:
        outer = connection.begin()
        with _session(connection, keyring) as session:
            yield session
        outer.rollback()


def _session(bind: Engine | Connection, keyring: Keyring) -> Session:
    session = Session(bind, expire_on_commit=False, join_transaction_mode="create_savepoint")
    session.info.update(keyring=keyring, bot_username="losbot_demo_bot")
    return session


def _seed(session: Session, now: datetime) -> None:
    from bot import demo
    from models import contacts

    demo.seed(session, now)
    contacts.meet(
        session, channel="telegram", address=7_000_000_009, name="Sam", language="en", now=now
    )


def _cast(session: Session) -> SimpleNamespace:
    from bot import demo
    from models.municipality import Unit

    units = {unit.key: unit for unit in session.scalars(select(Unit))}
    return SimpleNamespace(
        **demo.cast_of(session),
        school=units["ungdomsskolen"],
        club=units["fyret"],
        los_unit=units["los"],
        nurse=units["skolehelsetjenesten"],
        bti=units["bti"],
    )


@pytest.fixture
def cast(session: Session, now: datetime, request: pytest.FixtureRequest) -> SimpleNamespace:
    """Ida, Kari, Per, Jonas, Randi, Lise, Siri, Amina; Sam, whom nobody has confirmed; the units."""
    from models import municipality

    if municipality.current(session) is None:
        _seed(session, now)
        begins = _beginning(request)
        if begins is not None:
            begins(session, _cast(session), now)
    return _cast(session)


@pytest.fixture
def case(session: Session, cast: SimpleNamespace) -> Any:
    """The one case that the file's `begins` has opened."""
    from models.cases import Case

    return session.scalars(select(Case)).one()


@pytest.fixture
def store_url(tmp_path: Path, postgres_url: str | None) -> Iterator[str]:
    if postgres_url is None:
        yield f"sqlite:///{tmp_path / 'losbot.db'}"
        return
    with _own_schema(postgres_url) as url:
        yield url
