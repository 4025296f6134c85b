"""Everything a case holds, as the archive gets it: plain, complete, the same each time it is asked.

Which tables belong to a case is read off the foreign keys, so that a new one is never forgotten.
Only the archive's package is made of this; readers have `views`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.audit import AuditEntry
from models.base import Base
from models.cases import Case
from models.follow_ups import FollowedUp
from models.municipality import Unit
from models.people import Person
from models.sealed import cells

Rows = tuple[Mapping[str, Any], ...]

_PARTY = frozenset({"people", "units", "cases"})
"""Named by a case's rows, not owned by them."""
_OURS = frozenset(
    {"key_id", "package", "packed_at", "packed_to", "receipt", "receipt_at", "purge_on"}
    | {"purged_at", *vars(FollowedUp)}
)
"""What only losbot has a use for, or what becomes of a case after it was closed."""

CLOSED_BY = "cases.close"


def owned() -> dict[str, tuple[type[Any], str]]:
    """The tables of a case, in order: the class, and the column that leads to the owner."""
    found: dict[str, tuple[type[Any], str]] = {}
    classes = {m.local_table.name: m.class_ for m in Base.registry.mappers}  # type: ignore[attr-defined]
    for table in Base.metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            owner = key.column.table.name
            if table.name not in _PARTY and (owner == "cases" or owner in found):
                found.setdefault(table.name, (classes[table.name], key.parent.name))
    return found


def ids_of(session: Session, case_id: int) -> dict[str, list[int]]:
    """The rows of a case, by table."""
    rows = {"cases": [case_id]}
    for name, (table, column) in owned().items():
        (key,) = table.__table__.c[column].foreign_keys
        owners = rows[key.column.table.name]
        chosen = select(table.id).where(getattr(table, column).in_(owners))
        rows[name] = list(session.scalars(chosen.order_by(table.id)))
    return rows


def record(session: Session, case_id: int) -> dict[str, Rows]:
    """Every row of a case with its words opened, then the people and units they name."""
    classes: dict[str, type[Any]] = {"cases": Case} | {n: t for n, (t, _c) in owned().items()}
    rows = {
        name: [session.get_one(classes[name], each) for each in ids]
        for name, ids in ids_of(session, case_id).items()
    }
    rows |= _beside(session, rows)
    told: dict[str, Rows] = {name: tuple(map(_plain, found)) for name, found in rows.items()}
    parties: tuple[tuple[str, type[Any]], ...] = (("people", Person), ("units", Unit))
    for name, table in parties:
        ids = sorted({each for found in rows.values() for each in _named(found, name)})
        named = session.scalars(select(table).where(table.id.in_(ids)).order_by(table.id))
        told[name] = tuple({"id": each.id, "name": each.name} for each in named)
    told["audit"] = tuple(_audit(session, case_id))
    return told


def _beside(session: Session, rows: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Rows that the case's own rows name and that are nobody else's: what staff wrote down of an
    answer on paper."""
    classes = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
    found: dict[str, dict[int, Any]] = {}
    for row in (row for mine in rows.values() for row in mine):
        for key in row.__table__.foreign_keys:
            table, named = key.column.table, getattr(row, key.parent.name)
            if named is not None and table.name not in _PARTY and table.name not in rows:
                kept = found.setdefault(table.name, {})
                kept.setdefault(named, session.get_one(classes[table], named))
    return {name: [kept[each] for each in sorted(kept)] for name, kept in found.items()}


def _plain(row: Any) -> dict[str, Any]:
    hidden = {f"{name}_sealed" for name in cells(type(row))} | _OURS
    told = {c.key: getattr(row, c.key) for c in row.__table__.c if c.key not in hidden}
    return told | {name: getattr(row, name) for name in cells(type(row))}


def _named(rows: list[Any], table: str) -> Iterator[int]:
    for row in rows:
        for key in row.__table__.foreign_keys:
            found = getattr(row, key.parent.name)
            if key.column.table.name == table and found is not None:
                yield found


def _audit(session: Session, case_id: int) -> Iterator[dict[str, Any]]:
    """The case's chain, whole, up to its closing: what is done to a closed case comes after, so
    that a package made twice is one and the same."""
    for entry in session.scalars(
        select(AuditEntry).where(AuditEntry.chain == case_id).order_by(AuditEntry.seq)
    ):
        yield {c.key: getattr(entry, c.key) for c in entry.__table__.c if c.key != "id"}
        if entry.action == CLOSED_BY:
            return
