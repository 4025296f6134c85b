"""What is asked twice in a transaction is answered from memory, and never otherwise than by the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from sqlalchemy import Connection, delete, event, func, insert, inspect, select, text, update
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import InstanceState, Session
from sqlalchemy.orm.attributes import set_committed_value

import bot.store
from bot.store import Store
from bot.store_recall import Recalling
from models.store_facts import StoreFact
from tests.year.place import Size
from tests.year.run import BEGINS, live

WORDS = select(StoreFact.value).order_by(StoreFact.key)
MANY = select(func.count()).select_from(StoreFact)
IN_IT = select(func.count()).where(StoreFact.key.in_(select(StoreFact.key)))
ROWS = select(StoreFact).order_by(StoreFact.key)


@pytest.fixture
def asked(store: Store) -> Iterator[list[str]]:
    """The questions that reach the store."""
    if not store.is_sqlite:
        pytest.skip("only where nobody else writes meanwhile")
    seen: list[str] = []

    def hear(_con: Connection, _cur: Any, sql: str, *_more: Any) -> None:
        if sql.startswith("SELECT"):
            seen.append(sql)

    event.listen(store.engine, "before_cursor_execute", hear)
    yield seen
    event.remove(store.engine, "before_cursor_execute", hear)


WAYS = {
    "added": lambda session: session.add(StoreFact(key="b", value="2")),
    "changed": lambda session: setattr(session.get(StoreFact, "a"), "value", "other"),
    "inserted": lambda session: session.execute(insert(StoreFact).values(key="b", value="2")),
    "updated": lambda session: session.execute(update(StoreFact).values(value="3")),
    "deleted": lambda session: session.execute(delete(StoreFact)),
    "by hand": lambda session: session.execute(text("UPDATE store_facts SET value = '4'")),
}


@pytest.mark.parametrize(
    "statement", [WORDS, MANY, IN_IT, ROWS], ids=["words", "many", "in", "rows"]
)
def test_the_same_question_reaches_the_store_once(store: Store, asked: list[str], statement):
    def twice(session: Session) -> None:
        first, second = session.execute(statement).all(), session.execute(statement).all()
        assert first == second
        assert len(asked) == 1

    store.write_now(twice)
    store.write_now(lambda session: session.execute(statement).all())
    assert len(asked) == 2  # another transaction asks for itself


@pytest.mark.parametrize("way", WAYS)
def test_what_was_written_by_any_way_is_seen(store: Store, asked: list[str], way: str):
    def fresh(session: Session) -> list[Any]:
        return [Session.execute(session, each).all() for each in (WORDS, MANY, IN_IT)]

    def recalled(session: Session) -> list[Any]:
        return [session.execute(each).all() for each in (WORDS, MANY, IN_IT)]

    def go(session: Session) -> None:
        session.add(StoreFact(key="a", value="1"))
        before = recalled(session)
        WAYS[way](session)
        after = recalled(session)
        assert after == fresh(session)
        assert after != before

    store.write_now(go)


def test_what_was_taken_back_is_not_remembered(store: Store, asked: list[str]):
    def go(session: Session) -> None:
        inner = session.begin_nested()
        session.add(StoreFact(key="a", value="1"))
        assert session.scalar(MANY) == 1
        inner.rollback()
        assert session.scalar(MANY) == 0

    store.write_now(go)


def test_that_there_is_none_is_asked_once_until_there_is_one(store: Store, asked: list[str]):
    def go(session: Session) -> None:
        assert session.get(StoreFact, "a") is session.get(StoreFact, "a") is None
        assert len(asked) == 1
        session.add(StoreFact(key="a", value="1"))
        assert session.get(StoreFact, "a") is not None

    store.write_now(go)


def test_one_that_must_be_there_is_found_as_any_other(store: Store, asked: list[str]):
    def go(session: Session) -> None:
        for _again in range(2):
            with pytest.raises(NoResultFound):
                session.get_one(StoreFact, "a")
        assert len(asked) == 1
        session.add(StoreFact(key="a", value="1"))
        assert session.get_one(StoreFact, "a").value == "1"

    store.write_now(go)
    assert store.write_now(lambda session: session.get_one(StoreFact, "a").value) == "1"


class Doubting(Recalling):
    """Asks the store whatever it is asked, and compares."""

    compared: ClassVar[Counter[bool]] = Counter()

    def execute(self, statement: Any, params: Any = None, **given: Any) -> Any:
        told = len(self._told)
        found = super().execute(statement, params, **given)
        if given or len(self._told) != told or not statement.is_select:
            return found
        kept = found.freeze()
        with Session(self.connection(), join_transaction_mode="create_savepoint") as fresh:
            same = _cells(kept().all()) == _cells(fresh.execute(statement, params).all())
            fresh.commit()  # what is rolled back would be forgotten
        self.compared[same] += 1
        return kept()


def _cells(rows: Sequence[Any]) -> list[list[Any]]:
    """Of rows of a table what stands in them: the same session knows each but once."""
    return [[_columns(value) for value in row] for row in rows]


def _columns(value: Any) -> Any:
    state = inspect(value, raiseerr=False)
    if not isinstance(state, InstanceState):
        return value
    return {column.key: getattr(value, column.key) for column in state.mapper.column_attrs}


def test_a_row_that_is_not_as_the_store_has_it_is_seen(store: Store, asked, monkeypatch):
    monkeypatch.setattr(bot.store, "Recalling", Doubting)
    monkeypatch.setattr(Doubting, "compared", Counter())
    store.write_now(lambda session: session.add(StoreFact(key="a", value="1")))

    def go(session: Session) -> None:
        (row,) = session.scalars(ROWS)
        assert session.scalars(ROWS).all() == [row]
        set_committed_value(row, "value", "stale")
        assert session.scalars(ROWS).all() == [row]

    store.write_now(go)
    assert Doubting.compared == {True: 1, False: 1}


@pytest.mark.slow
def test_some_days_of_a_town_are_answered_as_the_store_would(monkeypatch):
    monkeypatch.setattr(bot.store, "Recalling", Doubting)
    monkeypatch.setattr(Doubting, "compared", Counter())
    live(seed=4, size=Size(cases=4), ends=BEGINS + timedelta(days=6))
    assert Doubting.compared[True] > 500
    assert not Doubting.compared[False]
