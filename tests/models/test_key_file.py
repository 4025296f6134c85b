"""The file of keys outside the database: what it may look like, and how it is changed."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path

import pytest

from models import key_file
from models.sealed import Keyring, SealBroken

ON_WINDOWS = os.name == "nt"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    key_file.create(tmp_path / "key")
    return tmp_path / "key"


def rewritten(file: Path, words: str) -> Path:
    file.chmod(0o600)
    file.write_text(words)
    return file


def test_a_new_file_holds_one_key_for_its_owner(file: Path):
    (master,) = key_file.read(file).masters
    assert len(master) == 32
    assert ON_WINDOWS or stat.S_IMODE(file.stat().st_mode) == 0o400


def test_no_key_is_ever_overwritten(file: Path):
    before = file.read_bytes()
    with pytest.raises(FileExistsError):
        key_file.create(file)
    assert file.read_bytes() == before


@pytest.mark.parametrize("written", [base64.b64encode, base64.urlsafe_b64encode, bytes.hex])
def test_one_bare_key_is_a_file_too(file: Path, written):
    key = b"\xfb\xff" * 16
    told = written(key)
    rewritten(file, f"# fra 2026\n\n{told if isinstance(told, str) else told.decode()}\n")
    assert key_file.read(file).masters == [key]


@pytest.mark.parametrize(
    "words",
    ["", "# only a note", "not a key", "æ", "ab" * 31, base64.b64encode(bytes(31)).decode(),
     "0123456789abcdef " + base64.b64encode(bytes(32)).decode(),  # not the one its id says
     "a b c d"],
)  # fmt: skip
def test_what_is_no_key_is_said_in_one_line(file: Path, words: str):
    with pytest.raises(ValueError, match="does not hold a losbot key") as refused:
        key_file.read(rewritten(file, words))
    assert "\n" not in str(refused.value)


def test_a_damaged_line_is_seen(file: Path):
    words = file.read_text()
    place = words.index(" ") + 5
    other = "A" if words[place] != "A" else "B"
    with pytest.raises(ValueError, match="does not hold a losbot key"):
        key_file.read(rewritten(file, words[:place] + other + words[place + 1 :]))


@pytest.mark.skipif(ON_WINDOWS, reason="no such modes there")
@pytest.mark.parametrize("mode", [0o404, 0o440 | 0o020, 0o644, 0o666, 0o410, 0o401])
def test_a_file_that_others_may_open_is_refused(file: Path, mode: int):
    file.chmod(mode)
    with pytest.raises(ValueError, match=rf"open to others \({mode:04o}\): chmod 0400"):
        key_file.read(file)


@pytest.mark.skipif(ON_WINDOWS, reason="no such modes there")
@pytest.mark.parametrize("mode", [0o400, 0o600, 0o440, 0o640])
def test_the_owner_and_a_group_may_read(file: Path, mode: int):
    file.chmod(mode)
    assert key_file.read(file).masters


def test_a_new_master_comes_first_and_the_old_ones_stay(file: Path):
    (first,) = key_file.read(file).masters
    file.chmod(0o640)
    key_file.add(file)
    newest, *older = key_file.read(file).masters
    assert newest != first
    assert older == [first]
    assert ON_WINDOWS or stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [each.name for each in file.parent.iterdir()] == ["key"]


def test_dying_while_adding_leaves_the_old_file_and_the_next_try_works(file: Path):
    (file.parent / ".key.new").write_text("half a li")
    before = key_file.read(file)
    assert key_file.read(file) == before
    key_file.add(file)
    assert len(key_file.read(file).masters) == 2


def test_of_a_master_taken_out_only_what_it_signed_with_is_left(file: Path):
    old = Keyring.from_file(file)
    key_file.add(file)
    key_file.add(file)
    assert key_file.keep_newest(file) == 2
    assert key_file.keep_newest(file) == 0
    kept = Keyring.from_file(file)
    assert len(kept.ids) == 1
    name = old.fingerprint()
    assert kept.signing_key(name) == old.signing_key(name)
    assert kept.signing_key(kept.fingerprint()) != old.signing_key(name)
    words = file.read_text()
    assert base64.b64encode(old._masters[name]).decode() not in words
    with pytest.raises(SealBroken):
        kept.wrap(1, name, bytes(32))


def test_a_keyring_takes_up_what_its_file_has_got_since(file: Path):
    running, other = Keyring.from_file(file), Keyring.from_file(file)
    key_file.add(file)
    other.reload()
    assert running.ids == other.ids[1:]
    assert running.wrap(1, other.fingerprint(), bytes(32))
    assert running.ids == other.ids


def test_a_file_exchanged_for_another_takes_no_key_from_a_running_one(file: Path):
    running = Keyring.from_file(file)
    own = running.fingerprint()
    file.unlink()
    key_file.create(file)
    running.reload()
    assert own in running.ids
