"""Names and free text are sealed at rest, each cell to its own row.

AES-256-GCM with table, column, row id and key id as associated data, so a cell moved elsewhere
does not open. One data key per person, case or request, wrapped by a master key that lives
outside the database (`LOSBOT_KEY_FILE`): destroying the data key is erasure. How a master is
replaced is in `rotation`.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import itertools
import os
from pathlib import Path
from typing import Any, overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from models import journal, key_file, store_facts
from models.base import Base, Id, Ref, new_id
from models.key_file import Held
from models.store_facts import StoreFact

_NONCE = 12


class SealBroken(Exception):
    """A sealed cell does not open: wrong key, swapped cell or changed bytes. Never caught quietly."""


class Erased(Exception):
    """The key was destroyed on purpose, and with it all that was sealed under it."""


class DataKey(Base):
    """A wrapped key. Without `wrapped` it was destroyed; the row stays, so that erasure and a key
    that is missing for no reason are told apart."""

    __tablename__ = "data_keys"

    id: Mapped[Id]
    master: Mapped[str | None] = mapped_column(index=True)  # the id of the one it is wrapped by
    wrapped: Mapped[bytes | None]


AT_ONCE = 250
"""So many keys are fetched in one question: for more of them a store may rather read the whole table."""
_WRAPPED = select(DataKey.id, DataKey.master, DataKey.wrapped).where(
    DataKey.id.in_(bindparam("key_ids", expanding=True))
)


class Keyring:
    """The masters outside the database. What they open is kept for one session only, so that a
    key destroyed in one process is destroyed in all."""

    def __init__(self, *masters: bytes) -> None:
        """Newest first."""
        self._path: Path | None = None
        self._hold(Held(list(masters), {}))

    def _hold(self, held: Held) -> None:
        if not held.masters or any(len(master) != 32 for master in held.masters):
            raise ValueError("the key is not 32 bytes")
        self._masters = {key_file.id_of(master): master for master in held.masters}
        self._signing = held.signing

    @classmethod
    def from_file(cls, path: Path) -> Keyring:
        """Raises OSError, or ValueError with one clear line."""
        held = key_file.read(path)
        ring = cls(*held.masters)
        ring._path, ring._signing = path, held.signing
        return ring

    def reload(self) -> None:
        """Take up what the file has got since. What we hold stays: the file may be a wrong one."""
        if self._path is not None:
            held = key_file.read(self._path)
            self._hold(Held([*held.masters, *self._masters.values()], held.signing))

    @property
    def ids(self) -> list[str]:
        """The masters' ids, newest first."""
        return list(self._masters)

    def fingerprint(self) -> str:
        """The id of the newest master."""
        return self.ids[0]

    def derive(self, purpose: str) -> bytes:
        """A key for another use (buttons, invitations) that cannot open anything sealed. From the
        oldest master in the file: what was signed stays good until that one is taken out."""
        return key_file.derived(self._masters[self.ids[-1]], purpose)

    def derive_under(self, master: str, purpose: str) -> bytes:
        """The same from a master by its id: what is not read again once that is taken out. Raises
        SealBroken when neither we nor the file have it."""
        return key_file.derived(self._master(master), purpose)

    def signing_key(self, master: str) -> bytes:
        """What the audit is signed with under a master, by its id, also after that was taken out;
        it opens nothing."""
        return self._signing.get(master) or key_file.signing_key(self._master(master))

    def new_key(self, session: Session) -> int:
        """Make a data key, wrap and store it. Returns its id."""
        key_id, key = new_id(), AESGCM.generate_key(256)
        master = self._in_force(session)
        session.add(DataKey(id=key_id, master=master, wrapped=self.wrap(key_id, master, key)))
        session.flush()
        _opened(session)[key_id] = AESGCM(key)
        return key_id

    def opened(self, session: Session, key_id: int) -> AESGCM:
        """The data key itself. Raises Erased, or SealBroken when it is missing or the master is
        another."""
        opened = _opened(session)
        if key_id not in opened:
            opened[key_id] = AESGCM(self._unwrapped(key_id, _wrapped(session, key_id)))
        return opened[key_id]

    def unwrap(self, session: Session, key_id: int) -> bytes:
        row = session.connection().execute(_WRAPPED, {"key_ids": [key_id]}).one_or_none()
        return self._unwrapped(key_id, row)

    def _unwrapped(self, key_id: int, row: Row[int, str | None, bytes | None] | None) -> bytes:
        if row is None:
            raise SealBroken(f"data key {key_id} is missing")
        if row.wrapped is None:
            raise Erased(f"data key {key_id} was destroyed")
        aes, bound = AESGCM(self._master(row.master)), _bound(key_id, row.master)
        try:
            return aes.decrypt(row.wrapped[:_NONCE], row.wrapped[_NONCE:], bound)
        except (InvalidTag, ValueError) as error:
            raise SealBroken(f"data key {key_id} does not open") from error

    def wrap(self, key_id: int, master: str, key: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        aes = AESGCM(self._master(master))
        return nonce + aes.encrypt(nonce, key, _bound(key_id, master))

    def _master(self, master: str) -> bytes:
        """Raises SealBroken when neither we nor the file have it."""
        if master not in self._masters:
            with contextlib.suppress(OSError, ValueError):
                self.reload()
        if master not in self._masters:
            raise SealBroken(f"the key file does not have the key {master}")
        return self._masters[master]

    def _in_force(self, session: Session) -> str:
        """The master new keys are wrapped by: the store's, which every process must agree on.
        Held until the commit, so that a rotation waits for whoever still wraps by the old one."""
        named = session.scalar(
            select(StoreFact.value)
            .where(StoreFact.key == store_facts.KEY)
            .with_for_update(read=True)
        )
        return named.split()[0] if named else self.fingerprint()


def _bound(key_id: int, master: str) -> bytes:
    return f"data_keys|{key_id}|{master}".encode()


def _opened(session: Session) -> dict[int, AESGCM]:
    found: dict[int, AESGCM] = session.info.setdefault("opened_keys", {})
    return found


def _wrapped(session: Session, key_id: int) -> Row[int, str | None, bytes | None] | None:
    """A wrapped key. Those of the other rows that were read are fetched with it: whoever opens one
    of many names opens the next."""
    found: dict[int, Row[int, str | None, bytes | None]]
    found = session.info.setdefault("wrapped_keys", {})
    if key_id not in found:
        rows = (row for row in session.identity_map.values() if isinstance(row, SealedRow))
        near = {row.__dict__.get("key_id") for row in rows} - found.keys() - {None}
        ids = [key_id, *itertools.islice(near - {key_id}, AT_ONCE)]
        for row in session.connection().execute(_WRAPPED, {"key_ids": ids}):
            found[row.id] = row
    return found.pop(key_id, None)


def keyring_of(session: Session) -> Keyring:
    ring = session.info["keyring"]
    assert isinstance(ring, Keyring)  # noqa: S101 - bot/store.py puts it there for every session
    return ring


def mark(session: Session, purpose: str, told: str) -> bytes:
    """256 bits that only the key outside the store can make of these words. Another purpose, another
    mark."""
    return hmac.new(keyring_of(session).derive(purpose), told.encode(), hashlib.sha256).digest()


def token(session: Session, purpose: str, told: str) -> str:
    """Half of a mark, as a link bears it."""
    return base64.urlsafe_b64encode(mark(session, purpose, told)[:16]).decode().rstrip("=")


# --- cells ---------------------------------------------------------------------------------------


class SealedRow:
    """Mixin: a row with sealed cells names the data key they are sealed under."""

    id: Mapped[Id]
    key_id: Mapped[Ref]


class Sealed:
    """A text attribute kept sealed in the column `<name>_sealed`.

    The row must have its id and key and be in a session before it is written to. Once the key is
    destroyed it reads as None, like a cell that was emptied, and writing raises Erased.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name, self.column = name, f"{name}_sealed"

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
        session, bound = self._place(row)
        try:
            key = keyring_of(session).opened(session, row.key_id)
            return key.decrypt(blob[:_NONCE], blob[_NONCE:], bound).decode()
        except Erased:
            return None
        except (InvalidTag, ValueError) as error:
            raise SealBroken(f"{bound.decode()} does not open") from error

    def __set__(self, row: SealedRow, words: str | None) -> None:
        if words is None:
            setattr(row, self.column, None)
            return
        session, bound = self._place(row)
        key = keyring_of(session).opened(session, row.key_id)
        nonce = os.urandom(_NONCE)
        setattr(row, self.column, nonce + key.encrypt(nonce, words.encode(), bound))

    def _place(self, row: SealedRow) -> tuple[Session, bytes]:
        session = object_session(row)
        if session is None:
            raise RuntimeError("a sealed row is read and written inside a session only")
        table = getattr(row, "__tablename__", "")
        return session, f"{table}|{self.column}|{row.id}|{row.key_id}".encode()


def cells(table: type) -> list[str]:
    """The names of a table's sealed attributes."""
    return [
        name
        for each in table.__mro__
        for name, value in vars(each).items()
        if isinstance(value, Sealed)
    ]


def tables_with_keys() -> list[Any]:
    """Every mapped class whose rows name a data key."""
    return [mapper.class_ for mapper in Base.registry.mappers if "key_id" in mapper.columns]


# --- erasing -------------------------------------------------------------------------------------


def destroy_key(session: Session, key_id: int) -> bool:
    """Erase, for ever, all that is sealed under a key. False when that was done before.

    Backups still hold the wrapped key, until they or the master of their time are gone too.
    """
    gone = session.execute(
        update(DataKey)
        .where(DataKey.id == key_id, DataKey.wrapped.is_not(None))
        .values(wrapped=None, master=None)
        .returning(DataKey.id)
    ).first()
    _opened(session).pop(key_id, None)
    session.info.get("wrapped_keys", {}).pop(key_id, None)
    journal.note(session, DataKey.__tablename__, key_id)
    return gone is not None
