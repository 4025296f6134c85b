"""How tests come to where they begin: ways of steps, each told once a run where the one before it
ended.

A fixture that is `told_once` is a step; the stores in which they are told are in `places`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from bot.store_recall import Recalling
from models.base import Base
from models.sealed import Keyring

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Monday 23 November 2026, 10.00 in Oslo."""


@dataclass(frozen=True)
class Step:
    """Something done in a store. It asks by name for session, now, cast, and what was found by
    the steps before it; what it returns is found by its own name."""

    name: str
    do: Callable[..., Any]
    param: Any = None

    @property
    def asks_for(self) -> list[str]:
        params = inspect.signature(self.do).parameters.values()
        return [each.name for each in params if each.default is each.empty]


Way = tuple[Step, ...]


def told_once(do: Callable[..., Any] | None = None, **params: Any) -> Any:
    """A fixture of rows that is told once a run, not once a test. It may ask for session, now,
    cast, and what else is told in its file; with `params`, as for any fixture, for its `param`."""
    if do is None:
        return partial(told_once, **params)

    @pytest.fixture(**params)
    def found(request: pytest.FixtureRequest, session: Session) -> Any:
        return _rows(session, session.info["found"][request.fixturename])

    found.told = do  # type: ignore[attr-defined]
    return found


def way_of(request: pytest.FixtureRequest) -> Way:
    """How a test comes to where it begins: what its fixtures tell, in the order of its file."""
    steps: dict[str, Step] = {}
    asked = set(request.fixturenames)
    params = request.node.callspec.params if hasattr(request.node, "callspec") else {}

    def go(name: str) -> None:
        do = getattr(getattr(request.module, name, None), "told", None)
        if do is not None and name not in steps:
            step = Step(name, do, params.get(name))
            asked.update(step.asks_for)
            for each in step.asks_for:
                go(each)
            steps[name] = step

    for name in vars(request.module):
        if name in request.fixturenames:
            go(name)
    return (*(SEEDED if "cast" in asked else EMPTY), *steps.values())


def _empty(session: Session) -> None:
    """Every table and nothing in them."""
    import handlers  # noqa: F401 - every table is known once the handlers are

    Base.metadata.create_all(session.connection(), checkfirst=False)


def seeded(session: Session, now: datetime) -> None:
    """The demo municipality; and Sam, whom nobody has confirmed."""
    from bot import demo
    from models import contacts

    demo.seed(session, now)
    contacts.meet(
        session, channel="telegram", address=7_000_000_009, name="Sam", language="en", now=now
    )


EMPTY: Way = (Step("empty", _empty),)
SEEDED: Way = (*EMPTY, Step("seeded", seeded))


def cast_of(session: Session) -> SimpleNamespace:
    """Ida, Kari, Per, Jonas, Randi, Lise, Siri, Amina; Sam, whom nobody has confirmed; the units."""
    from bot import demo
    from models.municipality import Unit
    from models.people import Person

    everyone = session.scalars(select(Person)).all()  # so that each is found without asking again
    units = {unit.key: unit for unit in session.scalars(select(Unit))}
    assert everyone
    return SimpleNamespace(
        **demo.cast_of(session),
        school=units["ungdomsskolen"],
        club=units["fyret"],
        los_unit=units["los"],
        nurse=units["skolehelsetjenesten"],
        bti=units["bti"],
    )


# --- what was found on the way -------------------------------------------------------------------


@dataclass(frozen=True)
class _Row:
    """A row, in whichever session."""

    table: type[Base]
    key: tuple[Any, ...]


def _within(value: Any, do: Callable[[Any], Any]) -> Any:
    match value:
        case dict():
            return {key: _within(each, do) for key, each in value.items()}
        case tuple() if hasattr(value, "_fields"):
            return type(value)(*(_within(each, do) for each in value))
        case SimpleNamespace():
            return SimpleNamespace(**_within(vars(value), do))
        case list() | tuple() | set() | frozenset():
            return type(value)(_within(each, do) for each in value)
    return do(value)


def _kept(value: Any) -> Any:
    if isinstance(value, Base):
        return _Row(type(value), tuple(sqlalchemy.inspect(value).identity))
    if value is None or isinstance(value, str | int | bytes | date):
        return value
    raise TypeError(f"{value!r} may hold on to the session it was made in: it cannot be told once")


def _rows(session: Session, value: Any) -> Any:
    """What was kept, with its rows as this session has them."""
    return _within(
        value,
        lambda each: session.get_one(each.table, each.key) if isinstance(each, _Row) else each,
    )


Found = Mapping[str, Any]
"""What each step of a way returned, kept."""


def session_on(
    connection: Connection, keyring: Keyring, found: Found, *, recalls: bool = False
) -> Session:
    """In the transaction of the connection, whoever commits or rolls back in it. One that `recalls`
    asks no question twice, as the bot's own: what reads much and writes little takes half the time."""
    session = (Recalling if recalls else Session)(
        connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
    )
    session.info.update(keyring=keyring, bot_username="losbot_demo_bot", found=found)
    return session


def tell(connection: Connection, step: Step, keyring: Keyring, found: Found) -> Found:
    """Go one step. Returns also what it returned."""
    with session_on(connection, keyring, found) as session:
        known: dict[str, Any] = {"session": session, "now": NOW, "param": step.param}
        if "cast" in step.asks_for:
            known["cast"] = cast_of(session)
        value = step.do(
            **{
                name: known[name] if name in known else _rows(session, found[name])
                for name in step.asks_for
            }
        )
        session.commit()
        return {**found, step.name: _within(value, _kept)}
