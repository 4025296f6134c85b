"""The key outside the database: a file of master keys, the newest first.

One to a line, `<id> <key>`; the id is made from the key, so a damaged line shows. Of a master that
was taken out `<id> audit <key>` is left: what the audit was signed with, which opens nothing. A
file with one bare key (32 bytes as base64 in either alphabet, or hex) is read too. `#` begins a
note.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import stat
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

OTHERS = stat.S_IWGRP | stat.S_IXGRP | stat.S_IRWXO
"""What nobody but the owner may do. The group may read: so Kubernetes hands a secret over."""


class Held(NamedTuple):
    masters: list[bytes]  # newest first
    signing: dict[str, bytes]  # of those taken out, by their ids


def derived(master: bytes, purpose: str) -> bytes:
    """A key for another use, which opens nothing that is sealed."""
    return hmac.new(master, b"losbot|" + purpose.encode(), hashlib.sha256).digest()


def id_of(master: bytes) -> str:
    """Tells two masters apart without telling anything about either."""
    return derived(master, "fingerprint").hex()[:16]


def signing_key(master: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, b"losbot|audit").derive(master)


def read(path: Path) -> Held:
    """What the file holds. Raises OSError, or ValueError with one clear line."""
    held = Held([], {})
    try:
        for line in path.read_text("ascii").splitlines():
            match line.split("#")[0].split():
                case [key]:
                    held.masters.append(_bytes(key))
                case [name, "audit", key]:
                    held.signing[name] = _bytes(key)
                case [name, key] if id_of(_bytes(key)) == name:
                    held.masters.append(_bytes(key))
                case [_, *_]:
                    raise ValueError("not a key, or not the one its id says")
    except ValueError as error:
        raise ValueError(
            f"{path} does not hold a losbot key (losbot key new makes one)"
        ) from error
    if not held.masters:
        raise ValueError(f"{path} does not hold a losbot key (losbot key new makes one)")
    if os.name != "nt" and (mode := stat.S_IMODE(path.stat().st_mode)) & OTHERS:
        raise ValueError(f"{path} is open to others ({mode:04o}): chmod 0400 {path}")
    return held


def _bytes(key: str) -> bytes:
    """ValueError when it is no key."""
    found = (
        bytes.fromhex(key)
        if len(key) == 64
        else base64.b64decode(key.translate(str.maketrans("-_", "+/")), validate=True)
    )
    if len(found) != 32:
        raise ValueError("the key is not 32 bytes")
    return found


def create(path: Path) -> None:
    """A file with a new key, readable by the owner only. FileExistsError rather than overwrite."""
    _write(path, Held([os.urandom(32)], {}))


def add(path: Path) -> None:
    """Put a new master before those in the file; all of it or nothing, whenever we die."""
    held = read(path)
    _replace(path, Held([os.urandom(32), *held.masters], held.signing))


def keep_newest(path: Path) -> int:
    """Take every older master out of the file, but for what it signed with. Returns how many
    there were."""
    held = read(path)
    newest, *older = held.masters
    if older:
        signing = {id_of(master): signing_key(master) for master in older}
        _replace(path, Held([newest], {**signing, **held.signing}))
    return len(older)


def _replace(path: Path, held: Held) -> None:
    """By renaming; owner and mode stay, as whoever types this may not be whom the bot runs as."""
    path = path.resolve()
    before, beside = path.stat(), path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)  # somebody died here
    _write(beside, held)
    if os.name != "nt":
        os.chown(beside, before.st_uid, before.st_gid)
        beside.chmod(stat.S_IMODE(before.st_mode))
    beside.replace(path)
    to_disk(path.parent)


def _write(path: Path, held: Held) -> None:
    lines = [(id_of(key), key) for key in held.masters]
    lines += [(f"{name} audit", key) for name, key in held.signing.items()]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{name} {base64.b64encode(key).decode()}\n" for name, key in lines)
        file.flush()
        os.fsync(descriptor)
    to_disk(path.parent)


def to_disk(folder: Path) -> None:
    """What was made or renamed in a folder outlives a power cut."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
