"""A closed case becomes a package, the archive confirms, and then it is destroyed: to the last byte."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import stat
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import structlog
from click.testing import CliRunner
from sqlalchemy import select

from bot import archive, demo
from bot.archive_words import HIDDEN, LABELS, PRIVATE
from bot.cli import main
from bot.clock import ManualClock, SystemClock
from bot.log import log
from bot.metronome import Metronome
from bot.store import Store
from models import archiving, asking, audit, audit_check, closing, contacts, erasing, people
from models.asking import Wish
from models.audit import AuditHead
from models.base import Refused
from models.cases import Case
from models.closing import Closing
from models.contacts import Contact
from models.municipality import Unit
from models.people import Person
from models.sealed import DataKey, cells, tables_with_keys
from models.terms import Requester, Topic
from tests import agreed
from tests.conftest import TEST_KEY
from tests.full_case import CANARIES, VOICE, lived_in

NOTE = "Kråkeslutt"
ALL = (*CANARIES, NOTE)


def cast_in(session) -> SimpleNamespace:
    units = {unit.key: unit for unit in session.scalars(select(Unit))}
    return SimpleNamespace(
        **demo.cast_of(session), school=units["ungdomsskolen"], club=units["fyret"]
    )


def closed_case(session, now) -> int:
    demo.seed(session, now)
    cast = cast_in(session)
    case = lived_in(session, cast, now)
    wish = closing.Wish(note=NOTE, settled=agreed.settled(session, case))
    closing.close(session, actor=cast.jonas, case_id=case.id, wish=wish, now=now)
    return case.id


@pytest.fixture
def begins(request):
    return closed_case if "case_id" in request.fixturenames else None


@pytest.fixture
def case_id(store: Store, begun: int) -> int:
    return begun


def files_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        assert zipped.testzip() is None
        return {name: zipped.read(name) for name in zipped.namelist()}


def test_a_package_has_the_case_its_trace_and_a_manifest(store: Store, case_id: int):
    files = files_of(store.read_now(archive.package, case_id))
    assert sorted(files) == ["manifest.json", "sak.html", "sak.json", "spor.json"]
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["files"] == {n: hashlib.sha256(d).hexdigest() for n, d in files.items()}
    chain = json.loads(files["spor.json"])
    assert [entry["seq"] for entry in chain] == list(range(1, len(chain) + 1))
    assert chain[-1]["action"] == "cases.close"
    assert manifest["chain_end"] == chain[-1]["hash"]
    record = json.loads(files["sak.json"])
    assert record["closings"][0]["note"] == NOTE
    assert {row["name"] for row in record["people"]} >= {"Ida", "Kari", "Per", "Jonas", "Amina"}
    for words in (files["sak.html"].decode(), files["sak.json"].decode()):
        assert [word for word in ALL if word not in words] == []


@pytest.mark.slow
def test_what_the_youth_said_in_private_is_marked(store: Store, case_id: int):
    files = files_of(store.read_now(archive.package, case_id))
    assert json.loads(files["sak.json"])["private"] == sorted(PRIVATE)
    page = files["sak.html"].decode()
    assert page.index("Foresatte ser det ikke uten ungdommen") < page.index(VOICE)


def test_every_field_of_the_page_has_a_name(store: Store, case_id: int):
    """Else the archive reads our column names."""
    record = json.loads(files_of(store.read_now(archive.package, case_id))["sak.json"])
    fields = {
        name for part, rows in record.items() if part != "private" for row in rows for name in row
    }
    assert fields - set(LABELS) - HIDDEN == set()


@pytest.mark.slow
def test_made_twice_it_is_the_same(store: Store, case_id: int, tmp_path: Path):
    first = store.read_now(archive.package, case_id)
    path = archive.export(store, case_id, tmp_path)
    assert first == store.read_now(archive.package, case_id) == path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_only_a_closed_case_can_be_packed(store: Store, now):
    def an_open_case(session) -> int:
        demo.seed(session, now)
        return lived_in(session, cast_in(session), now).id

    case_id = store.write_now(an_open_case)
    for wanted in (case_id, 4711):
        with pytest.raises(Refused):
            store.read_now(archive.package, wanted)


def test_there_is_one_copy_and_it_goes_with_the_receipt(
    store: Store, case_id: int, tmp_path: Path
):
    here, there = tmp_path / "a", tmp_path / "b"
    here.mkdir()
    there.mkdir()
    first = archive.export(store, case_id, here)
    second = archive.export(store, case_id, there)
    assert (first.exists(), second.exists()) == (False, True)
    archive.receive(store, case_id, "2026/12")
    assert [*here.iterdir(), *there.iterdir()] == []
    made = store.read_now(lambda session: closing.of(session, case_id))
    assert (made.receipt, made.packed_to, len(made.package)) == ("2026/12", None, 64)


@pytest.fixture
def losbot(store: Store, store_url: str, tmp_path: Path, keyring) -> Iterator:
    """The command line on the same store."""
    (tmp_path / "key").write_bytes(b64encode(TEST_KEY))
    (tmp_path / "key").chmod(0o400)
    env = {"LOSBOT_DATABASE_URL": store_url, "LOSBOT_KEY_FILE": str(tmp_path / "key")}
    store.check_key()

    def run(*args: str):
        return CliRunner().invoke(main, args, env=env)

    return run


@pytest.mark.slow
def test_the_operator_lists_exports_and_receives(losbot, case_id: int, tmp_path: Path):
    told = losbot("archive", "list").output
    assert told.split() == [str(case_id), "closed", "2026-11-23", "to", "be", "packed"]
    out = tmp_path / "out"
    out.mkdir()
    assert losbot("archive", "receipt", str(case_id), "x").exit_code == 1  # never packed
    exported = losbot("archive", "export", str(case_id), str(out))
    assert exported.exit_code == 0, exported.output
    (path,) = out.iterdir()
    assert str(path) in exported.output.replace("\n", "")
    assert "waits for the receipt" in losbot("archive", "list").output
    done = losbot("archive", "receipt", str(case_id), "2026/12")
    assert done.output.startswith("Received as 2026/12. Destroyed here on ")
    assert list(out.iterdir()) == []
    assert "archived as 2026/12" in losbot("archive", "list").output
    assert losbot("archive", "export", "4711", str(out)).output == "Error: refused: absent\n"


@pytest.mark.slow
def test_somebodys_own_data_can_be_handed_over_on_paper(losbot, case_id: int, tmp_path: Path):
    out = tmp_path / "out"
    out.mkdir()
    who = ("--name", "Ida", "--role", "ungdom", "--unit", "ungdomsskolen")
    done = losbot("data", *who, str(out))
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in out.iterdir()) == ["oversikt.html", "oversikt.json"]
    assert "Ida" in (out / "oversikt.html").read_text()
    nobody = losbot("data", *who[:1], "Ingen", *who[2:], str(out))
    assert nobody.exit_code == 1


# --- erased to the last byte ---------------------------------------------------------------------


class Everything:
    """All that could still hold somebody's words: the database, what lies beside it, the exports
    and the log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def holding(self, *wanted: str | bytes) -> list[str | bytes]:
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        assert any(path.suffix == ".db" for path in files)
        found = b"".join(path.read_bytes() for path in files)
        return [w for w in wanted if (w.encode() if isinstance(w, str) else w) in found]


@pytest.fixture
def everything(tmp_path: Path) -> Iterator[Everything]:
    """The logs at their loudest, ours and the libraries', go to a file beside the store."""
    path, root = tmp_path / "log.txt", logging.getLogger()
    with path.open("w", encoding="utf-8") as file:
        structlog.configure(logger_factory=lambda *_names: structlog.PrintLogger(file))
        loud, level = logging.StreamHandler(file), root.level
        root.addHandler(loud)
        root.setLevel(logging.DEBUG)
        yield Everything(tmp_path)
        root.removeHandler(loud)
        root.setLevel(level)
        structlog.reset_defaults()


def sealed_bytes(session, key_id: int) -> list[bytes]:
    """Every cell sealed under a key, and the wrapped key itself, as they lie on the disk."""
    wrapped = session.get_one(DataKey, key_id).wrapped
    found = [wrapped] if wrapped else []
    for table in tables_with_keys():
        for row in session.scalars(select(table).where(table.key_id == key_id)):
            found += [b for name in cells(table) if (b := getattr(row, f"{name}_sealed"))]
    return found


async def sweep(store: Store, now) -> None:
    await Metronome(store, SimpleNamespace(), ManualClock(now), []).sweep()


def whole(session) -> list[object]:
    broken = [c for c in session.scalars(select(AuditHead.chain)) if audit.broken_link(session, c)]
    return [*broken, *audit_check.findings(session)]


@pytest.mark.slow
@pytest.mark.on_sqlite
async def test_of_a_purged_case_nothing_is_left_on_the_disk(
    store: Store, case_id: int, now, tmp_path: Path, everything: Everything
):
    key_id = store.read_now(lambda session: session.get_one(Case, case_id).key_id)
    blobs = store.read_now(sealed_bytes, key_id)
    out = tmp_path / "exports"
    out.mkdir()
    archive.export(store, case_id, out)
    store.tidy()
    assert everything.holding(*ALL) == list(ALL)  # the package has them in clear
    assert len(everything.holding(*blobs)) == len(blobs) > len(ALL)
    archive.receive(store, case_id, "2026/12")
    last = store.read_now(lambda session: closing.of(session, case_id).purge_on)
    today = SystemClock().now().astimezone(ZoneInfo("Europe/Oslo")).date()
    assert last == today + timedelta(days=30)
    await sweep(store, SystemClock().now() + timedelta(days=31))
    assert store.read_now(lambda session: closing.of(session, case_id).purged_at) is not None
    assert everything.holding(*ALL, *blobs) == []
    assert store.read_now(whole) == []
    assert store.read_now(lambda s: len(s.scalars(select(Closing)).all())) == 1


@pytest.mark.slow
@pytest.mark.on_sqlite
async def test_of_one_who_left_nothing_is_left_on_the_disk(
    store: Store, now, everything: Everything
):
    name, words, address = "Kråkenavn", "Kråkeord", 0x6B72616B6562  # crows, as bytes too
    met: dict[str, Any] = {}

    def meet(session) -> None:
        demo.seed(session, now)
        person = contacts.meet(
            session, channel="telegram", address=address, name=name, language="nb", now=now
        ).person
        school = session.scalars(select(Unit).where(Unit.key == "ungdomsskolen")).one()
        wish = Wish(Topic.HOME, school_id=school.id, named=words, kind=Requester.GUARDIAN)
        request = asking.submit(session, actor=person, wish=wish, now=now)
        blobs = [*sealed_bytes(session, person.key_id), *sealed_bytes(session, request.key_id)]
        met.update(id=person.id, blobs=blobs)

    store.write_now(meet)
    store.tidy()
    blobs = met["blobs"]
    at = address.to_bytes(6, "big")
    assert everything.holding(at, *blobs) == [at, *blobs]

    def leave(session) -> None:
        me = people.get(session, met["id"])
        log.warning("somebody.leaves")
        assert erasing.leave(session, actor=me, occasion="x", now=now).at_once
        for row in session.scalars(select(erasing.Outgoing)):
            row.state = "sent"

    store.write_now(leave)
    await sweep(store, now)
    assert everything.holding(name, words, *blobs) == []
    await sweep(store, now + timedelta(days=1))  # so long the chat counts for so many wishes a day
    assert everything.holding(name, words, at, *blobs) == []
    assert everything.holding("somebody.leaves")  # the log is looked through
    assert (
        store.read_now(
            lambda s: s.scalars(select(Contact).where(Contact.address == address)).all()
        )
        == []
    )
    left = store.read_now(lambda s: s.get(Person, met["id"]))
    assert left is None or (left.name, left.born) == (None, None)
    assert store.read_now(whole) == []


def test_a_package_whose_receipt_came_in_the_chat_is_still_listed(store, case_id, tmp_path, now):
    """The chat reaches no disk: the operator takes our copy away with the same command."""
    path = archive.export(store, case_id, tmp_path)
    store.write_now(archiving.receive, case_id=case_id, reference="26/1", now=now)
    (line,) = store.read_now(archive.lines)
    assert line.endswith(f"still lies at {path}: losbot archive receipt {case_id} 26/1")
    archive.receive(store, case_id, "26/1")
    (line,) = store.read_now(archive.lines)
    assert "still lies" not in line
    assert not path.exists()
