"""The search for planted words finds them when they lie open."""

from __future__ import annotations

import base64
import json
import logging
import sqlite3
import unicodedata
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.canaries import Canary, lying_under

CANARY = Canary(seed=7)
WORDS = f"Før ordet, {CANARY.word('æøå')} og etter det"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    "written",
    [
        lambda words: words.encode(),
        lambda words: words.upper().encode(),
        lambda words: words.encode("utf-16"),
        lambda words: words.encode("utf-16-be"),
        lambda words: json.dumps(words).encode(),
        lambda words: quote(words).encode(),
        lambda words: words.encode().hex().upper().encode(),
        lambda words: words.encode("utf-16-le").hex().encode(),
        *(
            lambda words, n=n, to=to: to(b"x" * n + words.encode())
            for n in range(3)
            for to in (base64.b64encode, base64.urlsafe_b64encode)
        ),
        lambda words: base64.b64encode(words.encode("utf-16-le")),
    ],
)
def test_however_it_was_written(tmp_path: Path, form: str, written):
    (tmp_path / "file").write_bytes(b"\0\xff" + written(unicodedata.normalize(form, WORDS)))
    (tmp_path / "other").write_bytes(written(WORDS.replace(CANARY.mark, "kanarifugl")))
    found = CANARY.found_in(lying_under(tmp_path))
    assert found
    assert all(each.startswith("file: ") for each in found)


@pytest.mark.on_sqlite
def test_in_a_table_and_in_what_is_written_ahead(tmp_path: Path):
    store = sqlite3.connect(tmp_path / "store.db")
    store.execute("PRAGMA journal_mode=WAL").fetchall()
    store.execute("CREATE TABLE scratch (words TEXT)")
    store.commit()
    assert CANARY.found_in(lying_under(tmp_path)) == []
    store.execute("INSERT INTO scratch VALUES (?)", (WORDS,))
    store.commit()
    assert CANARY.found_in(lying_under(tmp_path)) == ["store.db-wal: NFC utf-8"]
    store.close()
    assert CANARY.found_in(lying_under(tmp_path)) == ["store.db: NFC utf-8"]


def test_in_a_librarys_log_line(tmp_path: Path):
    handler = logging.FileHandler(tmp_path / "log")
    handler.emit(logging.LogRecord("telegram.Bot", 10, "x", 1, "said %s", (WORDS,), None))
    handler.close()
    assert CANARY.found_in(lying_under(tmp_path)) == ["log: NFC utf-8"]


def test_in_what_was_given_another_name_while_it_was_looked_for(tmp_path: Path):
    (tmp_path / "written").write_text(WORDS, "utf-8")
    listed = lying_under(tmp_path)
    (tmp_path / "written").rename(tmp_path / "kept")
    assert CANARY.found_in(listed) == ["kept: NFC utf-8"]
