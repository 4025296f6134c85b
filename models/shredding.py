"""Erasing what was sealed under one key: the key, and the cells too.

Without its key no cell opens; emptied as well, a copy of the key that somebody kept opens nothing
here.
"""

from __future__ import annotations

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from models.sealed import DataKey, cells, destroy_key, tables_with_keys


def shred(session: Session, key_id: int) -> bool:
    """False when that was done before; it does no harm to do it again."""
    session.flush()
    for table in tables_with_keys():
        if names := cells(table):
            emptied = dict.fromkeys(f"{name}_sealed" for name in names)
            session.execute(update(table).where(table.key_id == key_id).values(emptied))
    return destroy_key(session, key_id)


def alive() -> Select[int]:
    """The keys that were not destroyed, for asking what is still to be erased."""
    return select(DataKey.id).where(DataKey.wrapped.is_not(None))
