"""A real store for the runtime's tests, and the command line on a store of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from bot.cli import main
from bot.emulator.cast import BOT_USERNAME
from bot.store import Store
from models.sealed import Keyring
from tests.bot.house import House
from tests.bot.machine import Losbot
from tests.stage import Stage
from tests.ways import NOW

Begin = Callable[[Session, datetime], Any]


class Shelf:
    """SQLite files to copy, each made once a run: every table, and what was done with them."""

    def __init__(self, home: Path, keyring: Keyring) -> None:
        self._home, self._keyring = home, keyring
        self._kept: dict[Begin | None, tuple[Path, Any]] = {}

    def after(self, begin: Begin | None) -> tuple[Path, Any]:
        """Nothing is in it, or what was done; and what that returned."""
        if begin not in self._kept:
            name = "empty" if begin is None else f"{begin.__module__}.{begin.__name__}"
            path, value = self._home / f"{name}.db", None
            if begin is not None:
                shutil.copy(self.after(None)[0], path)
            store = Store.open(f"sqlite:///{path}", self._keyring, bot_username=BOT_USERNAME)
            if begin is None:
                store.create()
            else:
                value = store.write_now(begin, NOW)
            assert store.tidy()
            store.close()
            self._kept[begin] = path, value
        return self._kept[begin]


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory, keyring: Keyring) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("shelf"), keyring)


@pytest.fixture
def begins() -> Begin | None:
    """What was done in the store before the test begins: a file's own, or nothing."""
    return None


@pytest.fixture
def begun(begins: Begin | None, shelf: Shelf) -> Any:
    """What that returned: ids, no rows."""
    return shelf.after(begins)[1]


@pytest.fixture
def store(
    store_url: str, keyring: Keyring, begins: Begin | None, shelf: Shelf, stage: Stage | None
) -> Iterator[Store]:
    path, _value = shelf.after(begins)
    if stage is None:
        shutil.copy(path, store_url.removeprefix("sqlite:///"))
    elif begins is None:
        stage.empty()
    else:
        stage.fill(path)
    store = Store.open(store_url, keyring, bot_username=BOT_USERNAME)
    yield store
    store.close()


@pytest.fixture(autouse=True)
def _about_one_store(request: pytest.FixtureRequest) -> None:
    """Tests marked with the name of a store are skipped in a run on the other."""
    on_sqlite = request.config.getoption("--store") == "sqlite"
    other = "on_postgresql" if on_sqlite else "on_sqlite"
    if other in request.node.keywords:
        pytest.skip("about the other store")


@pytest.fixture
def env(tmp_path: Path, store_url: str, monkeypatch) -> dict[str, str]:
    for name in [name for name in os.environ if name.startswith("LOSBOT_")]:
        monkeypatch.delenv(name)
    (tmp_path / "token").write_text("1:DEMO-abc\n")
    return {
        "LOSBOT_DATABASE_URL": store_url,
        "LOSBOT_KEY_FILE": str(tmp_path / "key"),
        "LOSBOT_TOKEN_FILE": str(tmp_path / "token"),
        "LOSBOT_TELEGRAM_URL": "http://127.0.0.1:1",
    }


@pytest.fixture
def losbot(env: dict[str, str]) -> Losbot:
    def run(*args: str, **changed: str | None) -> Result:
        return CliRunner().invoke(main, args, env={**env, **changed})

    run.env = env  # type: ignore[attr-defined]
    return run


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `at_home` keeps what was made."""
    return tmp_path_factory.mktemp("homes")


@pytest.fixture
def at_home(
    homes: Path, tmp_path: Path, store_url: str
) -> Callable[[str, Callable[[], None]], None]:
    """Do what fills this test's folder; on SQLite it is done once a run, and copied from then on."""

    def brought(name: str, fill: Callable[[], None]) -> None:
        if not store_url.startswith("sqlite:///"):
            fill()
        elif (homes / name).exists():
            shutil.copytree(homes / name, tmp_path, dirs_exist_ok=True)
        else:
            fill()
            shutil.copytree(tmp_path, homes / name)

    return brought


@pytest.fixture
def ready(losbot: Losbot, env: dict[str, str], at_home) -> Losbot:
    """A store that is made, and its key."""

    def make() -> None:
        assert losbot("key", "new", env["LOSBOT_KEY_FILE"]).exit_code == 0
        assert losbot("migrate").output == "The store is ready.\n"

    at_home("ready", make)
    return losbot


@pytest.fixture
def house(ready: Losbot, env: dict[str, str], tmp_path: Path, now, at_home) -> House:
    house = House(env, tmp_path, now)
    at_home("a house with a journal", house.fill)
    return house
