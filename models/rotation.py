"""A new master key, a few data keys at a time; it may die at any instant and go on.

The store remembers which masters it needs, the one in force first, and no process starts without
all of them. Wrapping a data key anew touches no cell. That is enough while the old master or the
store was kept; who may have copied both knows the data keys, and then the cells are sealed anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from models import store_facts
from models.sealed import DataKey, cells, keyring_of, tables_with_keys
from models.store_facts import StoreFact

BATCH = 200


def under_way(session: Session) -> bool:
    """Whether the file has a newer master than the one all data keys are wrapped by."""
    return store_facts.get(session, store_facts.KEY) != keyring_of(session).fingerprint()


def begin(session: Session, add: Callable[[], None]) -> None:
    """From here on new keys are wrapped by the newest master. Waits for whoever still wraps by
    another, and for whoever else begins. `add` puts a new master in the file; it is called unless
    a newer one is there already."""
    session.execute(
        select(StoreFact.value).where(StoreFact.key == store_facts.KEY).with_for_update()
    )
    ring = keyring_of(session)
    ring.reload()
    if not under_way(session):
        add()
        ring.reload()
    used = session.scalars(select(DataKey.master).where(DataKey.master.is_not(None)).distinct())
    before = (store_facts.get(session, store_facts.KEY) or "").split()
    needed = dict.fromkeys([ring.fingerprint(), *before, *used])
    store_facts.put(session, store_facts.KEY, " ".join(needed))


def go_on(session: Session, *, reseal: bool = False) -> int:
    """Wrap the next data keys by the newest master, or renew them. Returns how many; after nought
    the store needs no older master."""
    newest = keyring_of(session).fingerprint()
    others = session.scalars(
        select(DataKey.id)
        .where(DataKey.master != newest)
        .order_by(DataKey.id)
        .limit(BATCH)
        .with_for_update()
    ).all()
    if not others:
        store_facts.put(session, store_facts.KEY, newest)
    elif reseal:
        renew(session, others)
    else:
        _rewrap(session, others)
    return len(others)


def _rewrap(session: Session, key_ids: Sequence[int]) -> None:
    ring = keyring_of(session)
    newest = ring.fingerprint()
    for key_id in key_ids:
        wrapped = ring.wrap(key_id, newest, ring.unwrap(session, key_id))
        session.execute(
            update(DataKey).where(DataKey.id == key_id).values(master=newest, wrapped=wrapped)
        )


def renew(session: Session, key_ids: Sequence[int]) -> None:
    """Seal all that is sealed under some keys under new ones, and delete the old.

    Whoever has read the rows must end first, because what they go on to write is sealed under the
    old key: PostgreSQL waits for them, SQLite has one writer anyway.
    """
    tables = tables_with_keys()
    if session.get_bind().dialect.name == "postgresql":
        names = ", ".join(sorted(table.__tablename__ for table in tables))
        session.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
    ring = keyring_of(session)
    fresh = {key_id: ring.new_key(session) for key_id in key_ids}
    for table in tables:
        for row in session.scalars(select(table).where(table.key_id.in_(key_ids))):
            words = {name: getattr(row, name) for name in cells(table)}
            row.key_id = fresh[row.key_id]
            for name, said in words.items():
                setattr(row, name, said)
    session.flush()
    session.execute(delete(DataKey).where(DataKey.id.in_(key_ids)))


def counted(session: Session) -> dict[str | None, int]:
    """How many data keys each master wraps; under None, how many were destroyed."""
    return dict(
        session.execute(select(DataKey.master, func.count()).group_by(DataKey.master)).all()
    )
