"""A backup as a file: compressed, encrypted, and of one piece.

A line in the clear says what it is and which key opens it; the rest is pieces, each bound to that
line, to its place and to whether it is the last. So a bit that was turned anywhere, a piece that is
missing and bytes that were added are all seen.

The key is derived from the house's own, by its id: a backup without that key is worth nothing, as
names and words in it are sealed with it, so a second one would only be one more to lose. Taking the
key out of use (`losbot key retire`) destroys the backups of its time with it.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.store_engines import StoreRefused
from models import key_file
from models.sealed import Keyring, SealBroken

MAGIC = b"losbot backup 1 "
PIECE = 1 << 18
LONGEST_TITLE = 1000
_TAG, _LENGTH = 16, 4


@dataclass(frozen=True)
class Title:
    """What a backup says of itself before it is opened."""

    made: str  # when, in UTC
    store: str  # sqlite, postgresql
    revision: str  # of the tables
    key: str  # the id of the house's key
    salt: str
    mark: str = ""  # in the journal of consents, where it was begun


class Writing:
    """A backup being written. It takes its name when all of it is on the disk; until then, or when
    anything goes wrong, what had the name before keeps it."""

    def __init__(
        self, path: Path, ring: Keyring, *, made: str, store: str, revision: str, mark: str = ""
    ) -> None:
        salt = base64.b64encode(os.urandom(32)).decode()
        title = Title(made, store, revision, ring.fingerprint(), salt, mark)
        self._bound = MAGIC + json.dumps(asdict(title)).encode() + b"\n"
        self._aes = _key(ring, title)
        self._path, self._beside = path, path.with_name(f".{path.name}.new")
        self._count = 0
        self._packer = zlib.compressobj(6)
        self._waiting = bytearray()

    def __enter__(self) -> Writing:
        self._beside.unlink(missing_ok=True)  # somebody died here
        descriptor = os.open(self._beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file: BinaryIO = os.fdopen(descriptor, "wb")
        self._file.write(self._bound)
        return self

    def write(self, told: bytes) -> None:
        self._waiting += self._packer.compress(told)
        while len(self._waiting) > PIECE:
            self._piece(PIECE, last=False)

    def _piece(self, size: int, *, last: bool) -> None:
        piece, self._waiting = bytes(self._waiting[:size]), self._waiting[size:]
        sealed = self._aes.encrypt(_nonce(self._count, last), piece, self._bound)
        self._file.write(len(sealed).to_bytes(_LENGTH, "big") + sealed)
        self._count += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            with self._file:
                if kind is None:
                    self._waiting += self._packer.flush()
                    self._piece(len(self._waiting), last=True)
                    self._file.flush()
                    os.fsync(self._file.fileno())
            if kind is None:
                self._beside.replace(self._path)
                key_file.to_disk(self._path.parent)
        finally:
            self._beside.unlink(missing_ok=True)


def title_of(path: Path) -> Title:
    """Raises StoreRefused when it is no backup. Nothing it says is vouched for before `lines`."""
    with path.open("rb") as file:
        return _title(path, file.readline(LONGEST_TITLE))


def _title(path: Path, line: bytes) -> Title:
    try:
        if not line.startswith(MAGIC):
            raise ValueError("no backup")
        title = Title(**json.loads(line.removeprefix(MAGIC)))
        base64.b64decode(title.salt, validate=True)
    except (ValueError, TypeError) as error:
        raise _damaged(path) from error
    return title


def lines(path: Path, ring: Keyring) -> Iterator[bytes]:
    """What was written, line by line. Raises StoreRefused as soon as something is not as it was; only
    who has read to the end knows that all is."""
    rest = b""
    for piece in _pieces(path, ring):
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
    if rest:
        raise _damaged(path)


def _pieces(path: Path, ring: Keyring) -> Iterator[bytes]:
    unpacker, count, last = zlib.decompressobj(), 0, False
    with path.open("rb") as file:
        bound = file.readline(LONGEST_TITLE)
        try:
            aes = _key(ring, _title(path, bound))
        except SealBroken as error:
            raise StoreRefused(f"{path}: {error}, or the backup is damaged") from error
        while not last:
            sealed = _sealed(path, file)
            last = not file.peek(1)
            try:
                piece = aes.decrypt(_nonce(count, last), sealed, bound)
                yield unpacker.decompress(piece)
            except (InvalidTag, zlib.error) as error:
                raise _damaged(path) from error
            count += 1


def _sealed(path: Path, file: BinaryIO) -> bytes:
    size = int.from_bytes(file.read(_LENGTH), "big")
    if not _TAG <= size <= PIECE + _TAG:
        raise _damaged(path)
    return file.read(size)


def _key(ring: Keyring, title: Title) -> AESGCM:
    """One for each backup, so that a piece's number is its nonce."""
    salt = base64.b64decode(title.salt)
    return AESGCM(hmac.digest(ring.derive_under(title.key, "backup"), salt, "sha256"))


def _nonce(count: int, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])


def _damaged(path: Path) -> StoreRefused:
    return StoreRefused(
        f"{path} is damaged, cut short or no backup of losbot; nothing was restored"
    )
