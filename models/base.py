"""What every table shares, and the one way to say no."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Generic, NoReturn, TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Executable,
    Integer,
    MetaData,
    Select,
    Table,
    TypeDecorator,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

from models.terms import Why

K = TypeVar("K")
G = TypeVar("G")
V = TypeVar("V")
_ids: random.Random = random.SystemRandom()


def seed_ids(seed: int | None) -> None:
    """Make the ids that follow repeatable (demo with `--seed`, simulation), or random again."""
    global _ids
    _ids = random.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311 - ids, not secrets


def new_id() -> int:
    """An id made by us, so that a row's cells can be sealed to it before it is inserted.

    53 bits: exact in JSON and in every client; in base 36 short enough for a button.
    """
    return _ids.randrange(1 << 40, 1 << 53)


_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def spelled(places: int) -> str:
    """A reference to say at a desk or on the telephone, so without I, L, O and U. It says nothing
    and cannot be counted up; whether it is taken is the caller's question."""
    rest, letters = new_id(), ""
    for _place in range(places):
        rest, index = divmod(rest, len(_ALPHABET))
        letters += _ALPHABET[index]
    return letters


def untaken(session: Session, column: Any, places: int, before: str = "") -> str:
    """A spelled reference that stands in no row of the column."""
    while True:
        reference = before + spelled(places)
        if not session.scalar(_bearing(column), {"reference": reference}):
            return reference


@functools.cache
def _bearing(column: Any) -> Select[Any]:
    """Made once for each column."""
    return select(func.count()).where(column == bindparam("reference"))


class Refused(Exception):
    """A verb says no, by name. Dispatch rolls the verb back, audits the refusal and says the words."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


def refuse(why: Why) -> NoReturn:
    raise Refused(why)


def require(fact: object, why: Why) -> None:
    """Raise `Refused(why)` unless `fact` holds."""
    if not fact:
        raise Refused(why)


def by_name(names: Mapping[int, str]) -> dict[int, str]:
    """Names by id, in the order in which people look for one."""
    return dict(sorted(names.items(), key=lambda entry: entry[1].casefold()))


class UtcDateTime(TypeDecorator[datetime]):
    """Aware in, UTC in the store, aware out. SQLite would drop the zone silently; this refuses."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive instant reached the store")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")
"""Ids and Telegram's addresses exceed 32 bits; SQLite's own integer holds them."""

Id = Annotated[int, mapped_column(BigId, primary_key=True, autoincrement=False)]
Counter = Annotated[int, mapped_column(BigId, primary_key=True, autoincrement=True)]
Ref = Annotated[int, mapped_column(BigId)]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
    }


def insert_once(session: Session, table: type[Base], values: Mapping[str, object]) -> bool:
    """Insert a row unless its unique key is there already. True if it was inserted now."""
    return inserted(session, table, values) is not None


def inserted(
    session: Session, table: type[Base], values: Mapping[str, object]
) -> tuple[Any, ...] | None:
    """The primary key of a row that was inserted, as its unique key was not there yet.

    One statement on both stores, so two workers cannot both believe they were first.
    """
    insert = _insert_once(table, session.get_bind().dialect.name)
    row = session.execute(insert, dict(values)).first()
    return None if row is None else tuple(row)


@functools.cache
def _insert_once(table: type[Base], dialect: str) -> Executable:
    """Made once: building it anew for every promise cost more than running it."""
    target = table.__table__
    assert isinstance(target, Table)  # noqa: S101 - tells the type checker what SQLAlchemy knows
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    # Not the row count: psycopg's is -1 after an INSERT, whether or not a row went in.
    return make(target).on_conflict_do_nothing().returning(*target.primary_key)


class Opening(Mapping[K, V], Generic[K, G, V]):
    """What belongs to each of many, made when it is looked at: of a list nobody asks for, no name is
    opened."""

    def __init__(self, of: Mapping[K, G], made: Callable[[G], V]) -> None:
        self._of: Mapping[K, Any] = of
        self._make: Callable[[Any], V] = made
        self._made: dict[K, V] = {}

    def __getitem__(self, key: K) -> V:
        if key not in self._made:
            self._made[key] = self._make(self._of[key])
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._of

    def __iter__(self) -> Iterator[K]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)

    def __repr__(self) -> str:
        """All of it, opened: what is compared as it stands leaves nothing out."""
        return repr(dict(self))
