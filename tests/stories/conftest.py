"""Every story begins on a Monday at ten, with Fjordvik and nobody having said anything; or where
a beginning that many stories share has brought it (`begins`)."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot import demo
from bot.store import Store
from models import base
from models.sealed import Keyring
from tests.stories.evening import IDS, Evening, Phones, evening

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


def _found(url: str, keyring: Keyring) -> None:
    store = Store.open(url, keyring)
    store.create()
    base.seed_ids(2026)  # the order of services is the order of their ids
    store.write_now(demo.seed, START)
    base.seed_ids(None)
    store.tidy()
    store.close()


class Beginnings:
    """What many stories share is told once and gone on from (on SQLite; else told each time)."""

    def __init__(self, home: Path, keyring: Keyring) -> None:
        self._home, self._keyring = home, keyring
        self._kept: dict[Any, tuple[Path, Phones | None]] = {}

    async def kept(self, beginning: Any) -> tuple[Path, Phones | None]:
        if beginning not in self._kept:
            path = self._home / f"{getattr(beginning, '__name__', 'fjordvik')}.db"
            url, phones = f"sqlite:///{path}", None
            if beginning is None:
                _found(url, self._keyring)
            else:
                before, phones = await self.kept(getattr(beginning, "begins", None))
                shutil.copy(before, path)
                async with evening(url, self._keyring, START, phones) as playing:
                    playing.told = await beginning(playing)
                    phones = playing.keep()
                    playing.app.store.tidy()
            self._kept[beginning] = path, phones
        return self._kept[beginning]


@pytest.fixture(scope="session")
def beginnings(tmp_path_factory: pytest.TempPathFactory, keyring: Keyring) -> Beginnings:
    return Beginnings(tmp_path_factory.mktemp("beginnings"), keyring)


@contextlib.asynccontextmanager
async def _anew(url: str, keyring: Keyring, beginning: Any) -> AsyncIterator[Evening]:
    _found(url, keyring)
    told = []
    while beginning is not None:
        told.insert(0, beginning)
        beginning = getattr(beginning, "begins", None)
    async with evening(url, keyring, START) as playing:
        for tell in told:
            playing.told = await tell(playing)
        playing.news()
        yield playing


@pytest.fixture
async def story(
    store_url: str, keyring: Keyring, beginnings: Beginnings, request: pytest.FixtureRequest
) -> AsyncIterator[Evening]:
    """The phones, where the test's beginning left them; nothing of it counts as news."""
    beginning = getattr(request.function, "begins", None)
    if store_url.startswith("sqlite:///"):
        path, phones = await beginnings.kept(beginning)
        shutil.copy(path, store_url.removeprefix("sqlite:///"))
        began = evening(store_url, keyring, START, phones)
    else:
        began = _anew(store_url, keyring, beginning)
    async with began as playing:
        yield playing
    assert playing.emulator.violations == []
    assert [push for push in playing.unasked if reveals(push[1])] == []


def reveals(push: str) -> list[str]:
    return [word for word in re.findall(r"\w+", push.casefold()) if word in REVEALING]
