"""What people write and are called is nowhere to be read: not in the database, not in what it
keeps beside it, not in its backup, not in the log, however loudly the libraries speak [T14, T15]."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from bot import log
from bot.app import App
from bot.channels.request import HttpRequest
from bot.channels.telegram import Sender
from bot.clock import ManualClock
from bot.emulator.cast import BOT_USERNAME
from bot.emulator.emulator import Emulator
from bot.emulator.server import serving
from bot.pacing import Pace
from bot.store import Store
from bot.store_engines import normalised
from models.sealed import Keyring
from tests import canaries
from tests.canaries import Canary
from tests.stage import bring
from tests.stories.beginnings import ASK, THAT, amina_takes_part
from tests.stories.conftest import START, Beginnings
from tests.stories.evening import Evening
from tests.stories.test_a_stranger_asks import asks_for
from tests.stories.test_odd_updates import message

LIBRARIES = (
    "", "aiohttp", "aiohttp.client", "aiohttp.access", "aiohttp.internal", "alembic", "apscheduler",
    "asyncio", "httpcore", "httpx", "psycopg", "py.warnings", "sqlalchemy", "sqlalchemy.engine",
    "sqlalchemy.engine.Engine", "sqlalchemy.orm", "sqlalchemy.pool", "starlette", "telegram",
    "telegram.Bot", "telegram.ext", "uvicorn", "uvicorn.access", "uvicorn.error",
)  # fmt: skip


@contextlib.contextmanager
def speaking_loudly(file: Path) -> Iterator[None]:
    """As `losbot serve` logs, but every library says all it can, also to a handler that is not
    ours and shows all it is given."""
    kept = [(each, each.level, each.disabled) for each in map(logging.getLogger, LIBRARIES)]
    root = logging.getLogger()
    handlers, factory, hook = root.handlers[:], logging.getLogRecordFactory(), sys.excepthook
    logging.captureWarnings(False)
    with file.open("a") as lines, contextlib.redirect_stderr(lines):
        log.set_up()
        foreign = logging.FileHandler(file)
        foreign.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
        root.addHandler(foreign)
        for handler in root.handlers:
            handler.setLevel(logging.DEBUG)
        for logger, _level, _disabled in kept:
            logger.setLevel(logging.DEBUG)
            logger.disabled = False
        try:
            yield
        finally:
            logging.captureWarnings(False)
            logging.setLogRecordFactory(factory)
            sys.excepthook = hook
            root.handlers[:] = handlers
            foreign.close()
            for logger, level, disabled in kept:
                logger.setLevel(level)
                logger.disabled = disabled


class OverHttp(Evening):
    """The bot speaks real HTTP with the pretend Telegram."""

    port = 0

    async def begins(self) -> None:
        store = Store.open(self._url, self._keyring, bot_username=BOT_USERNAME)
        calling, polling = HttpRequest(proxies=False), HttpRequest(proxies=False)
        url = f"http://127.0.0.1:{self.port}"
        sender = Sender(self.emulator.token, calling, polling, url)
        self.app = App(store=store, sender=sender, clock=self.clock, pace=Pace.unhurried())
        self.emulator.settled = self.app.settled
        self.emulator.next_due, self.emulator.on_clock = self.app.next_due, self.app.tick
        await self.app.start(beating=False)
        await self.settle()


# --- what is written -----------------------------------------------------------------------------


async def a_few_write(story: Evening, canary: Canary) -> set[str]:
    """Names, a name in a wish, half a conversation, and updates nobody can read. Returns the
    cells they end up in."""
    word = canary.word
    await story.sends_raw(
        "Sam", {"message": message(story, "Sam", name=word("Sam"), text="/start")}
    )
    stranger = word("Ola")
    story.meets(stranger)
    await asks_for(story, stranger, word("den de spør for"))
    for broken in ({"date": "soon"}, {"chat": word("chat")}):
        update = {"message": message(story, "Per", text=word("noe ingen kan lese")) | broken}
        await story.sends_raw("Per", update)
    await story.types("Kari", word("sagt ut i luften"))
    await story.types("Amina", "/los")
    await story.types("Amina", word("midt i en samtale"))
    return {"conversations.told", "parked.payload", "people.name", "requests.named"}


async def many_write(story: Evening, canary: Canary) -> set[str]:
    """Wherever a conversation takes words."""
    await _at_the_desk(story, canary)
    await _at_a_meeting(story, canary)
    await _about_a_tiltak(story, canary)
    cells = {
        "evaluations.reason", "goals.words", "meetings.place", "request_advice.words",
        "requests.reason", "tiltak.words", "voices.words",
    }  # fmt: skip
    return cells | await a_few_write(story, canary)


many_write.begins = amina_takes_part  # type: ignore[attr-defined]


async def _at_the_desk(story: Evening, canary: Canary) -> None:
    await story.types("Ida", "/los")
    await story.presses("Ida", *ASK, THAT, "Ja, send")
    await story.presses("Randi", "Vis", "Prioriter", "2: snart")
    await story.types("Randi", canary.word("hvorfor"))
    await story.presses("Randi", "Ja, lagre", "Be om råd")
    await story.presses("Lise", "Vis", "Gi et råd", "Ja, gi en los")
    await story.types("Lise", canary.word("et råd"))
    await story.presses("Lise", "Ja, send")


async def _at_a_meeting(story: Evening, canary: Canary) -> None:
    await story.types("Jonas", "/moter")
    await story.presses("Jonas", "Planlegg møte om Ida")
    await story.types("Jonas", "torsdag 3. des kl 14.15")
    await story.presses("Jonas", "45 minutter", "Et annet sted")
    await story.types("Jonas", canary.word("et sted"))
    await story.presses("Jonas", "Ferdig", "Ja, kall inn")


async def _about_a_tiltak(story: Evening, canary: Canary) -> None:
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", *story.buttons("Jonas")[:1], "Mål og tiltak", "Nytt tiltak")
    await story.types("Jonas", canary.word("et mål"))
    await story.types("Jonas", canary.word("et tiltak"))
    await story.presses("Jonas", "Amina")
    await story.types("Jonas", "18. desember")
    await story.presses("Jonas", "Velg en annen dag")
    await story.types("Jonas", "21. desember")
    await story.presses("Jonas", "Ja, lagre tiltaket")
    await story.comes(14, 12, 10)
    await story.presses("Ida", "Vis", "2 – ikke så bra", "Legg til noen ord")
    await story.types("Ida", canary.word("en stemme"))
    await story.presses("Ida", "Ja, legg til")
    await story.presses(
        "Jonas", "Vis", "Evaluer", "Det har hjulpet", "Fortsett som nå", "Velg en annen dag"
    )
    await story.types("Jonas", "15. januar")
    await story.types("Jonas", canary.word("hvorfor fortsette"))
    await story.presses("Jonas", "Ja, lagre")


# --- what lies on the disk -----------------------------------------------------------------------


def dumped(url: str, folder: Path) -> list[Path]:
    """A copy of the store in the clear, made by its own tools; and where a server on this machine keeps
    its files, its log and what it writes ahead."""
    engine = create_engine(normalised(url))
    backup, folders = folder / "backup", [folder]
    backup.unlink(missing_ok=True)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql(f"VACUUM INTO '{backup}'")
        else:
            connection.exec_driver_sql("CHECKPOINT")
            data = Path(str(connection.scalar(text("SHOW data_directory"))))
            if data.exists():
                folders.append(data.parent)
            if shutil.which("pg_dump"):
                subprocess.run(["pg_dump", "-f", backup, url], check=True)
    engine.dispose()
    return canaries.lying_under(*folders)


def followed(logged: str) -> tuple[dict[int, list[int]], set[int]]:
    """By the number of each update that was heard, which messages it promised; and all that came to
    an end."""
    lines = [json.loads(line) for line in logged.splitlines() if line.startswith("{")]
    heard = {line["update"]: line["rows"] for line in lines if line["event"] == "update.heard"}
    return heard, {line["row"] for line in lines if line["event"] == "message.ended"}


@contextlib.asynccontextmanager
async def over_http(
    url: str, keyring: Keyring, beginnings: Beginnings, beginning: Any
) -> AsyncIterator[OverHttp]:
    """A story told over real HTTP, from where its beginning left it."""
    path, phones = await beginnings.kept(beginning)
    if url.startswith("sqlite:///"):
        shutil.copy(path, url.removeprefix("sqlite:///"))
    else:
        bring(path, url, keyring)
    clock = ManualClock(phones.now if phones else START)
    story = OverHttp(Emulator(clock=clock), clock, url, keyring)
    if phones is not None:
        story.take_up(phones)
    async with serving(story.emulator) as story.port:
        await story.begins()
        try:
            yield story
        finally:
            await story.ends()


@pytest.mark.slow
@pytest.mark.on_telegram(why="Telegram over real sockets")
@pytest.mark.parametrize(
    "writing", [a_few_write, pytest.param(many_write, marks=pytest.mark.slow)]
)
async def test_nothing_that_was_written_can_be_read_anywhere(
    store_url: str, keyring, beginnings: Beginnings, tmp_path: Path, monkeypatch, writing
):
    canary, lines = Canary(), tmp_path / "log"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path))
    beginning = getattr(writing, "begins", None)
    with speaking_loudly(lines):
        asyncio.get_running_loop().set_debug(True)
        async with over_http(store_url, keyring, beginnings, beginning) as story:
            written, store = await writing(story, canary), story.app.store
            assert store.read_now(canaries.planted, canary) >= written
            await store.write(canaries.plant_the_rest, canary, story.clock.now())
            assert canary.found_in(dumped(store_url, tmp_path)) == [], "while it runs"
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn(canary.word("en advarsel"), stacklevel=1)
        sys.excepthook(ValueError, ValueError(canary.word("et krasj")), None)
    assert canary.found_in(dumped(store_url, tmp_path)) == [], "after it has stopped"
    logged = lines.read_text()
    assert {"telegram.Bot", "sqlalchemy.engine.Engine", "py.warnings", "crashed"} <= set(
        re.findall(r"[\w.]+", logged)
    ), "they did speak"
    heard, ended = followed(logged)
    assert heard
    assert ended
    assert {row for rows in heard.values() for row in rows} - ended == set()
    secrets = [story.emulator.token, *map(str, story.ids.values()), *story.ids]
    assert [each for each in secrets if re.search(rf"\b{re.escape(each)}\b", logged)] == []
