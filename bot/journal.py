"""The journal of consents: a file on another disk, to which every transaction that gives, refuses or
takes back something, or ends somebody's way in, is written before it is committed, so that a lost
store loses none of it.

A line is sealed with a key derived from the house's own, and holds ids, dates and choices only. What
is written before a commit may come to nothing, so a second line says that it was kept. While it
cannot be written nobody can say yes; taking back goes on, and the store remembers what is missing.
"""

from __future__ import annotations

import base64
import json
import os
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, delete, func, insert, select

from bot.log import log
from bot.store_engines import StoreRefused
from models import journal, key_file
from models.journal import Entry, Told
from models.sealed import Keyring, SealBroken
from models.store_facts import StoreFact

_NONCE = 12
_BOUND = b"losbot|journal"
_LINE = re.compile(rb"([0-9a-f]+) ([0-9]+) ([A-Za-z0-9+/=]*)")
_BEGUN = re.compile(rb"[0-9a-f]*( [0-9]*)?")
PROBE = ""
"""The mark of nothing."""
_MISSING = "unjournaled:"
"""What the store remembers until the journal has it."""


class JournalDown(Exception):
    """The journal cannot be written, and this may not be done without it."""


@dataclass(frozen=True)
class Written:
    """A transaction that stands in the journal, and is about to be committed."""

    mark: str


class Journal:
    """The file. Any number of processes may write to it."""

    def __init__(self, path: Path, ring: Keyring) -> None:
        self.path = path
        self._ring = ring
        self._lock = threading.Lock()
        self.failing = False

    def before_commit(self, connection: Connection, entries: Sequence[Entry]) -> Written | None:
        """Write down what is about to be committed, after what is missing still: what was said
        last stands last. JournalDown when that fails and it is not of the kind that goes anyway."""
        if not entries:
            return None
        mark = os.urandom(8).hex()
        try:
            self.catch_up(connection)
            self._write({"mark": mark, "entries": entries})
        except OSError as error:
            self.failing = True
            log.error("journal.down", error=type(error).__name__)
            if not journal.goes_anyway(entries):
                raise JournalDown from error
            key = f"{_MISSING}{_next(connection):012}:{mark}"
            connection.execute(insert(StoreFact).values(key=key, value=json.dumps(entries)))
            return None
        self.failing = False
        return Written(mark)

    def after_commit(self, written: Written | None) -> None:
        """It was kept. Where that cannot be written any more, a yes is asked for anew."""
        if written is not None:
            try:
                self._write({"kept": written.mark})
            except OSError as error:
                self.failing = True
                log.error("journal.down", error=type(error).__name__)

    def begin_backup(self) -> str:
        """A backup is about to read the store: what is known to be kept by now is in it. Returns
        its mark; without one, as when this cannot be written, all of the journal counts as since."""
        mark = os.urandom(8).hex()
        try:
            self._write({"backup": mark})
        except OSError as error:
            log.error("journal.down", error=type(error).__name__)
            return ""
        return mark

    def _write(self, told: dict[str, Any]) -> None:
        """One line, on the disk when this returns. It begins a line of its own, whatever somebody
        left there who died."""
        key, nonce = self._ring.fingerprint(), os.urandom(_NONCE)
        sealed = _aes(self._ring, key).encrypt(nonce, json.dumps(told).encode(), _BOUND)
        words = base64.b64encode(nonce + sealed)
        line = b"\n%s %d %s\n" % (key.encode(), len(words), words)
        with self._lock:
            is_new = not self.path.exists()
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                if os.write(descriptor, line) != len(line):
                    raise OSError("no room")
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if is_new:
                key_file.to_disk(self.path.parent)

    def probe(self) -> bool:
        """Whether it can be written now, tried with a line that says nothing: a full disk lets one
        open the file."""
        try:
            self._write({"kept": PROBE})
        except OSError as error:
            self.failing = True
            log.error("journal.down", error=type(error).__name__)
            return False
        self.failing = False
        return True

    def catch_up(self, connection: Connection) -> None:
        """Write what is missing, oldest first, in the transaction that forgets it. OSError while
        something still cannot be written."""
        rows = connection.execute(
            select(StoreFact.key, StoreFact.value)
            .where(StoreFact.key.startswith(_MISSING))
            .order_by(StoreFact.key)
        ).all()
        for key, value in rows:
            mark = key.rpartition(":")[2]
            self._write({"mark": mark, "entries": json.loads(value)})
            self._write({"kept": mark})
            connection.execute(delete(StoreFact).where(StoreFact.key == key))
        self.failing = False


def _next(connection: Connection) -> int:
    """The place of what is missing behind all that is."""
    last = select(func.max(StoreFact.key)).where(StoreFact.key.startswith(_MISSING))
    key = connection.execute(last).scalar()
    return int(key.split(":")[1]) + 1 if key else 1


def missing(connection: Connection) -> int:
    """How many transactions the journal lacks."""
    facts = select(func.count()).where(StoreFact.key.startswith(_MISSING))
    return connection.execute(facts).scalar() or 0


def read(paths: Sequence[Path], ring: Keyring, backup: str = "") -> tuple[list[Told], int]:
    """Everything in the journal, in order, and how many lines were cut, as happens to whoever dies
    over one or has no room for it. One that was begun anew is several files, the oldest first.
    `backup` is the mark of the one that is put back. StoreRefused where the journal does not reach
    back to that, or a line since is missing or not as it was written."""
    said: dict[str, list[Entry]] = {}
    kept, known, cut, reaches = set[str](), set[str](), 0, not backup
    for told in (line for path in paths for line in _lines(path, ring)):
        if told is None:
            cut += 1
        elif "kept" in told:
            kept.add(told["kept"])
        elif "backup" in told:
            if told["backup"] == backup:
                known, reaches = set(kept), True
        else:
            said[told["mark"]] = told["entries"]
    names = ", ".join(map(str, paths))
    if not reaches:
        raise StoreRefused(
            f"{names} knows nothing of this backup: it is another journal, an old copy, or was begun "
            "anew since; then name the older one first"
        )
    if kept - known - said.keys() - {PROBE}:
        raise StoreRefused(f"{names} lacks a line")
    return [Told(each, mark in kept, mark in known) for mark, each in said.items()], cut


def _lines(path: Path, ring: Keyring) -> Iterator[dict[str, Any] | None]:
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise StoreRefused(f"{path} cannot be read: {error.strerror}") from error
    for place, line in enumerate(lines):
        if not line:
            continue
        # Whoever writes begins and ends a line: only what was cut has no empty one behind it.
        if _is_cut(line) and (place + 1 == len(lines) or lines[place + 1]):
            yield None
            continue
        try:
            yield json.loads(_opened(line, ring))
        except (ValueError, InvalidTag, SealBroken) as error:
            raise StoreRefused(
                f"line {place + 1} of {path} is damaged, or the key file lacks its key"
            ) from error


def _is_cut(line: bytes) -> bool:
    """Whether it is the beginning of a line, and no more."""
    whole = _LINE.fullmatch(line)
    return len(whole[3]) < int(whole[2]) if whole else _BEGUN.fullmatch(line) is not None


def _opened(line: bytes, ring: Keyring) -> bytes:
    """ValueError where it is not one line, whole."""
    whole = _LINE.fullmatch(line)
    if whole is None or len(whole[3]) != int(whole[2]):
        raise ValueError
    blob = base64.b64decode(whole[3], validate=True)
    return _aes(ring, whole[1].decode("ascii")).decrypt(blob[:_NONCE], blob[_NONCE:], _BOUND)


def _aes(ring: Keyring, key: str) -> AESGCM:
    return AESGCM(ring.derive_under(key, "journal"))
