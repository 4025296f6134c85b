"""What every test stands on: a fresh store, the invented municipality and a day."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bot.store_engines import normalised
from models.sealed import Keyring
from tests import places, postgres, statements, ways
from tests.places import TEST_KEY
from tests.stage import Stage
from tests.ways import NOW

# The house is imported once and never garbage; looking it through at every test cost a tenth.
statements.share()
gc.freeze()
gc.set_threshold(50_000, 20, 50)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--store", choices=("sqlite", "postgresql"), default="sqlite")
    channels = ("telegram", "web", "mixed", "mixed-family")
    parser.addoption("--channel", choices=channels, default="telegram")


MEMORY, ROOM = Path("/dev/shm"), 1 << 30  # noqa: S108 - a folder of its own is made in it


def pytest_configure(config: pytest.Config) -> None:
    """The default run keeps its files in memory, where there is room: a disk is waited for at each
    of some ten thousand commits. What is slow meets the disk."""
    default = "not slow" in config.option.markexpr
    if default and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


LONGEST_FIRST = ("year", "stories", "handlers", "bot")
"""Of the folders, so that no process is left alone with a long file when the others are done."""

LEFT: list[int] = []
"""How many tests each process did not run again on the second store."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On the second store only what asks for a store is run again, by its fixtures."""
    order = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda each: order.get(each.path.parent.name, len(order)))
    if config.getoption("--store") == "sqlite":
        return
    again = [each for each in items if "postgres_url" in getattr(each, "fixturenames", ())]
    left = [each for each in items if "postgres_url" not in getattr(each, "fixturenames", ())]
    config.hook.pytest_deselected(items=left)
    items[:] = again
    LEFT.append(len(left))
    if hasattr(config, "workeroutput"):
        config.workeroutput["left"] = len(left)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    LEFT.append(getattr(node, "workeroutput", {}).get("left", 0))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if left := max(LEFT, default=0):
        terminalreporter.write_line(
            f"{left} tests that ask for no store were not run again on it."
        )


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """Where PostgreSQL listens in this run, or None in a run on SQLite."""
    given = os.environ.get("TEST_DATABASE_URL")
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
    return NOW


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring(TEST_KEY)


@pytest.fixture(scope="session")
def stores(keyring: Keyring, postgres_url: str | None) -> Iterator[places.Memory | places.Schemas]:
    """Where tests begin, in the kind of store the run is for."""
    made = places.Schemas(keyring, postgres_url) if postgres_url else places.Memory(keyring)
    yield made
    made.close()


@pytest.fixture
def recalls() -> bool:
    """Whether the session remembers what it was told; a file's own, if it reads much."""
    return False


@pytest.fixture
def session(
    request: pytest.FixtureRequest, stores: places.Memory | places.Schemas, recalls: bool
) -> Iterator[Session]:
    """A session whose work is never kept, on the store the run is for, where the fixtures that are
    `told_once` have brought it. It is empty for a test without a cast."""
    with stores.lent(ways.way_of(request), recalls=recalls) as session:
        yield session


@pytest.fixture
def cast(session: Session) -> SimpleNamespace:
    """Ida, Kari, Per, Jonas, Randi, Lise, Siri, Amina; Sam, whom nobody has confirmed; the units."""
    return ways.cast_of(session)


@contextlib.contextmanager
def _own_schema(url: str) -> Iterator[str]:
    """The address of an empty corner of a PostgreSQL, gone afterwards."""
    engine = create_engine(normalised(url))
    with engine.begin() as connection:
        schema = places.new_schema(connection)
    yield places.address_of(url, schema)
    places.drop(engine, [schema])
    engine.dispose()


@pytest.fixture(scope="session")
def stage(postgres_url: str | None, keyring: Keyring) -> Iterator[Stage | None]:
    """None in a run on SQLite."""
    if postgres_url is None:
        yield None
        return
    made = Stage(postgres_url, keyring)
    yield made
    made.close()


@pytest.fixture
def store_url(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_url: str | None, stage: Stage | None
) -> Iterator[str]:
    """Where there is nothing yet; on PostgreSQL the stage for those that begin with its tables."""
    if postgres_url is None or stage is None:
        yield f"sqlite:///{tmp_path / 'losbot.db'}"
    elif {"store", "story"} & set(request.fixturenames):
        yield stage.address
    else:
        with _own_schema(postgres_url) as url:
            yield url
