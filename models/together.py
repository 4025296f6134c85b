"""What is asked of each of many, asked of all of them at once.

A list asks the same of each of its cases: whose it is, what was consented to. Inside `reading` the
first who asks it of one has it fetched for all of them, and the next finds it there. The rules are
asked of each as ever and know nothing of this. What is written meanwhile is asked for anew.
"""

from __future__ import annotations

import contextlib
import functools
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, Table, bindparam, event, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Mapper, ORMExecuteState, Session
from sqlalchemy.sql import visitors

R = TypeVar("R")
AT_ONCE = 500
"""So many are asked for in one question."""
FOLLOWED = ("people", "units")
"""Whoever a row that was fetched names is asked for with the others."""
_ROUND = "together"


class Rows(Generic[R]):
    """The rows that name one thing in a column: a question made once, as building it anew costs more
    than running it. What else it wants (`given`) stands in it as parameters."""

    def __init__(self, rows: Select[R], by: InstrumentedAttribute[Any]) -> None:
        (column,) = by.property.columns
        self.of_kind = next(iter(column.foreign_keys)).column.table.name
        self.tables = {t.name for t in visitors.iterate(rows) if isinstance(t, Table)}
        self._one = rows.where(by == bindparam("of"))
        self._each = rows.add_columns(by).where(by.in_(bindparam("of_each", expanding=True)))

    def of(self, session: Session, id: int, **given: Hashable) -> list[R]:
        """In their order."""
        found = _round(session)
        if found is not None and found.has(self.of_kind, id):
            return found.rows(self, id, given)
        return list(session.scalars(self._one, {"of": id, **given}))

    def of_each(
        self, session: Session, ids: Collection[int], **given: Hashable
    ) -> dict[int, list[R]]:
        """Of several at once, whether a list is being made or not."""
        found = _round(session)
        if found is not None and all(found.has(self.of_kind, id) for id in ids):
            return {id: found.rows(self, id, given) for id in ids}
        return self.fetched(session, ids, given)

    def fetched(
        self, session: Session, ids: Iterable[int], given: dict[str, Hashable]
    ) -> dict[int, list[R]]:
        rows: dict[int, list[R]] = {id: [] for id in ids}
        for some in parts(list(rows)):
            for row, of in session.execute(self._each, {"of_each": some, **given}):
                rows[of].append(row)
        return rows


class Round:
    """Things of which the same will be asked, and what has been fetched of them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._near: dict[str, set[int]] = defaultdict(set)
        self._told: dict[tuple[Rows[Any], Hashable], dict[int, list[Any]]] = {}
        self._got: dict[str, set[int]] = defaultdict(set)
        self._held: list[object] = []  # a row nobody looks at any more would be read again

    def has(self, kind: str, id: int) -> bool:
        return id in self._near[kind]

    def meet(self, rows: Iterable[object]) -> None:
        """Of these too, and of whom they name."""
        for row in rows:
            mapper = inspect(row).mapper
            self._held.append(row)
            (id, *_rest) = mapper.primary_key_from_instance(row)
            self._near[mapper.local_table.name].add(id)
            for name, kind in _names(mapper.class_):
                if (named := getattr(row, name)) is not None:
                    self._near[kind].add(named)

    def rows(self, rows: Rows[R], id: int, given: dict[str, Hashable]) -> list[R]:
        if self._session.autoflush:
            self._session.flush()  # as before any question
        told = self._told.setdefault((rows, tuple(sorted(given.items()))), {})
        if id not in told:
            found = rows.fetched(
                self._session, sorted(self._near[rows.of_kind] - told.keys()), given
            )
            told.update(found)
            self.meet(row for each in found.values() for row in each if inspect(row, False))
        return list(told[id])

    def get(self, table: Any) -> None:
        """Fetch what is near of a table, so that the session has it."""
        name = table.__tablename__
        (key,) = inspect(table).primary_key
        for some in parts(sorted(self._near[name] - self._got[name])):
            self.meet(self._session.scalars(select(table).where(key.in_(some))).all())
        self._got[name] |= self._near[name]

    def forget(self, *tables: str) -> None:
        """What was fetched of these tables, or all of it."""
        self._told = {
            key: told
            for key, told in self._told.items()
            if tables and not key[0].tables.intersection(tables)
        }

    def _flushed(self, session: Session, _context: object) -> None:
        if session.deleted:
            self.forget()  # a deletion may take rows of other tables along
        changed = *session.new, *session.dirty
        self.forget(*(row.__tablename__ for row in changed))

    def _executed(self, state: ORMExecuteState) -> None:
        if not state.is_select:
            table = None if state.is_delete else getattr(state.statement, "table", None)
            self.forget(*([] if table is None else [table.name]))

    def _undone(self, _session: Session, _previous: object) -> None:
        """A case that was held in what was taken back is held no more."""
        self.forget()
        self._near["cases"].clear()

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Forget what is written: by rows, by statements, or by taking writes back."""
        heard: dict[str, Callable[..., None]] = {
            "after_flush": self._flushed,
            "do_orm_execute": self._executed,
            "after_soft_rollback": self._undone,
        }
        for name, hear in heard.items():
            event.listen(self._session, name, hear)
        try:
            yield
        finally:
            for name, hear in heard.items():
                event.remove(self._session, name, hear)


@contextlib.contextmanager
def reading(session: Session, rows: Iterable[object]) -> Iterator[None]:
    """What is asked of one of these in here is asked of all of them. Cases are read together by
    `access.of_each` alone, which holds them first where that is due."""
    if _round(session) is not None:  # a list within a list
        add(session, rows)
        yield
        return
    session.info[_ROUND] = made = Round(session)
    made.meet(rows)
    try:
        with made.watching():
            yield
    finally:
        del session.info[_ROUND]


def add(session: Session, rows: Iterable[Any]) -> None:
    """Read these together with the others, if anything is. What was asked before they were known is
    asked anew."""
    found = _round(session)
    new = [row for row in rows if found is not None and not includes(session, row)]
    if found is not None and new:
        found.forget()
        found.meet(new)


def includes(session: Session, row: Any) -> bool:
    """Whether something is being read together with others."""
    found = _round(session)
    return found is not None and found.has(row.__tablename__, row.id)


def get(session: Session, table: type[R], id: int) -> R | None:
    """`session.get`; with those it is read together with."""
    found = _round(session)
    if found is not None and found.has(table.__tablename__, id):  # type: ignore[attr-defined]
        found.get(table)
    return session.get(table, id)


def get_each(session: Session, table: type[R], ids: Sequence[int]) -> Sequence[R]:
    """The rows that there are of these, in no order."""
    found = _round(session)
    if found is not None and all(found.has(table.__tablename__, id) for id in ids):  # type: ignore[attr-defined]
        return [row for id in ids if (row := get(session, table, id)) is not None]
    (key,) = inspect(table).primary_key
    return session.scalars(select(table).where(key.in_(ids))).all()


def parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """No more at once than a question has room for."""
    return (ids[first : first + AT_ONCE] for first in range(0, len(ids), AT_ONCE))


def _round(session: Session) -> Round | None:
    return session.info.get(_ROUND)


@functools.cache
def _names(table: Any) -> Sequence[tuple[str, str]]:
    """The attributes that name somebody or a unit, and which of them."""
    mapper: Mapper[Any] = inspect(table)
    return [
        (mapper.get_property_by_column(column).key, key.column.table.name)
        for column in mapper.local_table.columns
        for key in column.foreign_keys
        if key.column.table.name in FOLLOWED
    ]
