"""Names and free text are sealed at rest, each cell to its own row.

AES-256-GCM with table, column, row id and key id as associated data, so a cell moved to another
row does not open. One data key per person or case, wrapped by a key that lives outside the
database (`LOSBOT_KEY_FILE`): losing the data key is erasure.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from pathlib import Path
from typing import overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Mapped, Session, object_session

from models.base import Base, Id, Ref, new_id

_NONCE = 12


class SealBroken(Exception):
    """A sealed cell does not open: wrong key, swapped cell or changed bytes. Never caught quietly."""


class DataKey(Base):
    """A wrapped key. Deleting the row erases all that was sealed under it."""

    __tablename__ = "data_keys"

    id: Mapped[Id]
    wrapped: Mapped[bytes]


class Keyring:
    """The key outside the database, and the data keys it has opened."""

    def __init__(self, master: bytes) -> None:
        if len(master) != 32:
            raise ValueError("the key is not 32 bytes")
        self._master = master
        self._opened: dict[int, AESGCM] = {}

    @classmethod
    def from_file(cls, path: Path) -> Keyring:
        """Read a key: 32 bytes as base64 (either alphabet) or hex. Raises OSError or ValueError
        with one clear line."""
        try:
            words = path.read_text("ascii").strip()
            if len(words) == 64:
                return cls(bytes.fromhex(words))
            return cls(base64.b64decode(words.translate(str.maketrans("-_", "+/")), validate=True))
        except ValueError as error:
            raise ValueError(
                f"{path} does not hold a losbot key (losbot key new makes one)"
            ) from error

    @staticmethod
    def new_file(path: Path) -> None:
        """Write a new key, readable by the owner only. Refuses to overwrite one."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "w") as file:
            file.write(base64.b64encode(os.urandom(32)).decode() + "\n")

    def derive(self, purpose: str) -> bytes:
        """A key for another use (buttons, invitations) that cannot open anything sealed."""
        return hmac.new(self._master, b"losbot|" + purpose.encode(), hashlib.sha256).digest()

    def fingerprint(self) -> str:
        """Tells two keys apart without telling anything about either."""
        return self.derive("fingerprint").hex()[:16]

    def new_key(self, session: Session) -> int:
        """Make a data key, wrap and store it. Returns its id."""
        key_id, key = new_id(), AESGCM.generate_key(256)
        nonce = os.urandom(_NONCE)
        bound = f"data_keys|{key_id}".encode()
        session.add(
            DataKey(id=key_id, wrapped=nonce + AESGCM(self._master).encrypt(nonce, key, bound))
        )
        session.flush()
        self._opened[key_id] = AESGCM(key)
        return key_id

    def opened(self, session: Session, key_id: int) -> AESGCM:
        """The data key itself. Raises SealBroken when it was erased or the master is another."""
        if key_id not in self._opened:
            with session.no_autoflush:
                row = session.get(DataKey, key_id)
            if row is None:
                raise SealBroken(f"data key {key_id} is gone")
            bound = f"data_keys|{key_id}".encode()
            try:
                key = AESGCM(self._master).decrypt(
                    row.wrapped[:_NONCE], row.wrapped[_NONCE:], bound
                )
            except InvalidTag as error:
                raise SealBroken(f"data key {key_id} is wrapped by another key") from error
            self._opened[key_id] = AESGCM(key)
        return self._opened[key_id]

    def forget(self, key_id: int) -> None:
        self._opened.pop(key_id, None)


def keyring_of(session: Session) -> Keyring:
    ring = session.info["keyring"]
    assert isinstance(ring, Keyring)  # noqa: S101 - bot/store.py puts it there for every session
    return ring


class SealedRow:
    """Mixin: a row with sealed cells names the data key they are sealed under."""

    id: Mapped[Id]
    key_id: Mapped[Ref]


class Sealed:
    """A text attribute kept sealed in the column `<name>_sealed`.

    The row must have its id and key and be in a session before it is written to.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.column = f"{name}_sealed"

    @overload
    def __get__(self, row: None, owner: type) -> Sealed: ...
    @overload
    def __get__(self, row: SealedRow, owner: type) -> str | None: ...
    def __get__(self, row: SealedRow | None, owner: type) -> Sealed | str | None:
        if row is None:
            return self
        blob: bytes | None = getattr(row, self.column)
        if blob is None:
            return None
        key, bound = self._key(row)
        try:
            return key.decrypt(blob[:_NONCE], blob[_NONCE:], bound).decode()
        except InvalidTag as error:
            raise SealBroken(f"{bound.decode()} does not open") from error

    def __set__(self, row: SealedRow, words: str | None) -> None:
        if words is None:
            setattr(row, self.column, None)
            return
        key, bound = self._key(row)
        nonce = os.urandom(_NONCE)
        setattr(row, self.column, nonce + key.encrypt(nonce, words.encode(), bound))

    def _key(self, row: SealedRow) -> tuple[AESGCM, bytes]:
        session = object_session(row)
        if session is None:
            raise RuntimeError("a sealed row is read and written inside a session only")
        table = getattr(row, "__tablename__", "")
        bound = f"{table}|{self.column}|{row.id}|{row.key_id}".encode()
        return keyring_of(session).opened(session, row.key_id), bound
