"""A word nobody else would write, planted wherever a person could write one, and a search for it
in everything that lies on a disk, however it was encoded."""

from __future__ import annotations

import base64
import json
import random
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    Time,
    func,
    select,
    true,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from models.base import Base, UtcDateTime, new_id
from models.sealed import cells, keyring_of, tables_with_keys

_LETTERS = "bcdfghjklmnpqrstvwxz"
_MARKED = "åäöéñ"
"""Which NFC and NFD write differently."""


class Canary:
    """Every word of one begins alike, so that one search finds them all."""

    def __init__(self, seed: int | None = None) -> None:
        dice = random.Random(seed)
        self.mark = "".join(dice.choice(_LETTERS) + dice.choice(_MARKED) for _ in range(5))
        self.mark += "".join(dice.choice(_LETTERS) for _ in range(4))

    def word(self, what: str) -> str:
        return f"{self.mark} {what}"

    def stands_in(self, words: str) -> bool:
        return self.mark in words or json.dumps(self.mark)[1:-1] in words

    def forms(self) -> Iterator[tuple[str, bytes]]:
        """The mark in every encoding it is looked for in, with the name of each."""
        for form, words in product(("NFC", "NFD"), (self.mark, self.mark.upper())):
            text = unicodedata.normalize(form, words)
            raw = {
                "utf-8": text.encode(),
                "utf-16-le": text.encode("utf-16-le"),
                "utf-16-be": text.encode("utf-16-be"),
                "json": json.dumps(text)[1:-1].encode(),
                "url": quote(text).encode(),
            }
            for name, each in raw.items():
                yield f"{form} {name}", each
                yield f"{form} {name} hex", each.hex().encode()
                for place in range(3):
                    yield f"{form} {name} base64 {place}", _base64(each, place)
                    yield f"{form} {name} base64url {place}", _base64(each, place, b"-_")

    def found_in(self, files: Iterable[Path]) -> list[str]:
        """Where it can be read, and in which encoding; capitals count as small letters. A server
        tidies up meanwhile: for what is gone, what is new in its folder is looked through too."""
        forms = {form.lower(): name for name, form in self.forms()}
        found, known = [], list(files)
        for file in known:  # it grows
            try:
                lying = file.read_bytes().lower()
            except FileNotFoundError:
                beside = (each for each in file.parent.glob("*") if each.is_file())
                known += [each for each in beside if each not in known]
                continue
            found += [f"{file.name}: {name}" for form, name in forms.items() if form in lying]
        return found


def _base64(raw: bytes, place: int, signs: bytes = b"+/") -> bytes:
    """The characters that stand for these bytes wherever `place` bytes stand before them; those
    that other bytes have a part in are left out."""
    whole = base64.b64encode(bytes(place) + raw, signs).rstrip(b"=")
    return whole[(0, 2, 3)[place] : (place + len(raw)) * 8 // 6]


def lying_under(*folders: Path) -> list[Path]:
    return [file for folder in folders for file in folder.rglob("*") if file.is_file()]


# --- planting ------------------------------------------------------------------------------------


def planted(session: Session, canary: Canary) -> set[str]:
    """The sealed cells in which the canary stands by now."""
    return {
        f"{table.__tablename__}.{name}"
        for table in tables_with_keys()
        for row in session.scalars(select(table))
        for name in cells(table)
        if canary.stands_in(getattr(row, name) or "")
    }


def plant_the_rest(session: Session, canary: Canary, now: datetime) -> set[str]:
    """Put it into every sealed cell it does not stand in yet, in a new row. Returns which."""
    there = planted(session, canary)
    rest = set()
    for table in tables_with_keys():
        missing = {n for n in cells(table) if f"{table.__tablename__}.{n}" not in there}
        if missing:
            row = _a_row_of(session, table, now)
            for name in missing:
                setattr(row, name, canary.word(name))
            session.flush()
            rest |= {f"{table.__tablename__}.{name}" for name in missing}
    return rest


def _a_row_of(session: Session, table: Any, now: datetime) -> Any:
    """The least a row can be: whatever must stand in it stands for nothing."""
    values: dict[str, object] = {}
    for column in table.__table__.columns:
        if column.name == "key_id":
            values[column.name] = keyring_of(session).new_key(session)
        elif column.foreign_keys and not column.nullable:
            values[column.name] = _what_it_names(session, column, now)
        elif not column.nullable and column.default is None:
            values[column.name] = _least(column.type, now)
    row = table(**values)
    session.add(row)
    session.flush()
    return row


def _what_it_names(session: Session, column: Column[Any], now: datetime) -> object:
    """A row that is there and may be named, or one more."""
    (key,) = column.foreign_keys
    alone = column.unique or column.primary_key
    free = key.column.not_in(select(column)) if alone else true()
    there = session.scalar(select(func.min(key.column)).where(free))
    if there is not None:
        return there
    tables = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
    return getattr(_a_row_of(session, tables[key.column.table], now), key.column.name)


def _least(kind: TypeEngine[Any], now: datetime) -> object:
    match kind:
        case UtcDateTime():
            return now
        case JSON():
            return []
        case Date():
            return now.date()
        case Time():
            return now.time()
        case Boolean():
            return False
        case BigInteger():
            return new_id()
        case Integer():
            return new_id() % 1000
        case LargeBinary():
            return new_id().to_bytes(8, "big")
    return f"x{new_id()}"
