"""Every story begins on a Monday at ten, with Fjordvik and nobody having said anything; or where
a beginning that many stories share has brought it (`begins`)."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select

from bot import demo
from bot.store import Store
from models.base import Base
from models.sealed import Keyring
from tests.stories.evening import Evening, Phones, evening
from tests.stories.seating import IDS, ON_WEB

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REVEALING = frozenset(
    [
        "los",
        "losen",
        "loser",
        "losene",
        "samtykke",
        "samtykket",
        "bekymring",
        "barnevern",
        "barnevernet",
        "stafettlogg",
        "stafettholder",
        "tiltak",
        "bti",
        "rektor",
        "skole",
        "skolen",
        "ungdomsskole",
        "fritidsklubb",
        "klubben",
        "consent",
        "school",
        "fjordvik",
        "fyret",
        "ungdomslosene",
        "skolehelsetjenesten",
    ]
) | {name.casefold() for name in IDS}
"""Words a lock screen must not show; and every name of the cast."""


def _found(url: str, keyring: Keyring, channel: str) -> None:
    store = Store.open(url, keyring)
    store.create()
    store.write_now(demo.seed, START, ON_WEB[channel])
    store.tidy()
    store.close()


def _tidied(url: str, keyring: Keyring) -> None:
    """With nobody reading any more, so that the file alone is all of the store."""
    store = Store.open(url, keyring)
    assert store.tidy()
    store.close()


class Beginnings:
    """What many stories share is told once, on SQLite, and gone on from in any store."""

    def __init__(self, home: Path, keyring: Keyring, channel: str) -> None:
        self._home, self._keyring, self.channel = home, keyring, channel
        self._kept: dict[Any, tuple[Path, Phones | None]] = {}

    async def kept(self, beginning: Any) -> tuple[Path, Phones | None]:
        if beginning not in self._kept:
            path = self._home / f"{getattr(beginning, '__name__', 'fjordvik')}.db"
            url, phones = f"sqlite:///{path}", None
            if beginning is None:
                _found(url, self._keyring, self.channel)
            else:
                before, phones = await self.kept(getattr(beginning, "begins", None))
                shutil.copy(before, path)
                async with evening(url, self._keyring, START, phones, self.channel) as playing:
                    playing.told = await beginning(playing)
                    phones = playing.keep()
                _tidied(url, self._keyring)
            self._kept[beginning] = path, phones
        return self._kept[beginning]


@pytest.fixture(scope="session")
def beginnings(
    tmp_path_factory: pytest.TempPathFactory, keyring: Keyring, pytestconfig: pytest.Config
) -> Beginnings:
    channel = pytestconfig.getoption("--channel")
    return Beginnings(tmp_path_factory.mktemp("beginnings"), keyring, channel)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`on_telegram("Ida", why="...")`: the story holds while Ida, or whoever is named, has Telegram;
    with no name, while all have."""
    on_web = ON_WEB[config.getoption("--channel")]
    for item in items:
        mark = item.get_closest_marker("on_telegram")
        if mark is None:
            continue
        given = item.callspec.params if hasattr(item, "callspec") else {}
        names = {given.get(name, name) for name in mark.args or IDS}
        if on_web & {IDS[name] for name in names}:
            item.add_marker(pytest.mark.skip(reason=mark.kwargs.get("why", "about Telegram itself")))


def _brought(path: Path, url: str, keyring: Keyring) -> None:
    """The rows of a SQLite store, put into an empty store elsewhere."""
    store = Store.open(url, keyring)
    store.create()
    source = create_engine(f"sqlite:///{path}")
    with source.connect() as old, store.engine.begin() as new:
        for table in Base.metadata.sorted_tables:
            rows = [dict(row._mapping) for row in old.execute(select(table))]
            new.execute(table.delete())
            if rows:
                new.execute(table.insert().values(rows))
            counted = table.autoincrement_column
            if counted is not None and rows:
                sequence = func.pg_get_serial_sequence(table.name, counted.name)
                new.execute(select(func.setval(sequence, max(r[counted.name] for r in rows))))
    source.dispose()
    store.close()


@pytest.fixture
async def story(
    store_url: str, keyring: Keyring, beginnings: Beginnings, request: pytest.FixtureRequest
) -> AsyncIterator[Evening]:
    """The phones, where the test's beginning left them; nothing of it counts as news."""
    path, phones = await beginnings.kept(getattr(request.function, "begins", None))
    if store_url.startswith("sqlite:///"):
        shutil.copy(path, store_url.removeprefix("sqlite:///"))
    else:
        _brought(path, store_url, keyring)
    async with evening(store_url, keyring, START, phones, beginnings.channel) as playing:
        yield playing
    assert playing.emulator.violations == []
    assert [push for push in playing.unasked if reveals(push[1])] == []


def reveals(push: str) -> list[str]:
    return [word for word in re.findall(r"\w+", push.casefold()) if word in REVEALING]
