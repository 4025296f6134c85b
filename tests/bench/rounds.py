"""Somebody goes through all that the chat has: every command, and the buttons under what it says.

Straight in the store, without a channel: what is timed is what the store does for one thing said,
and for putting what waits into words.
"""

from __future__ import annotations

import itertools
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, event

import handlers
from bot import dispatch, outgoing
from bot.channels import Said
from bot.channels.outcomes import Outcome, What
from bot.channels.telegram import CHANNEL
from bot.composing import compose, unreachable
from bot.desk import Claimed, Desk
from bot.pacing import Pace
from bot.store import Store

COMMANDS = sorted({*handlers.COMMANDS, *handlers.FLOW_COMMANDS})
BUTTONS = 4
"""So many of those under a message are pressed."""


class Rounds:
    """Seconds by operation, over everybody who went."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.failed: list[str] = []
        self._store = store
        self._now = now
        self._desk = Desk(compose, unreachable, Pace.unhurried())
        self._numbers = itertools.count(1)

    def go(self, who: str, address: int) -> None:
        for command in COMMANDS:
            self._do(f"{who} /{command}", self._typed(address, command))
            for message, keys in self._deliver(f"{who} /{command}"):
                for data in keys[:BUTTONS]:
                    name = f"{who} /{command} > {data.split(':')[1]}"
                    self._do(name, self._pressed(address, data, message))
                    self._deliver(name)

    def _typed(self, address: int, command: str) -> Said:
        return self._said(address, kind="command", command=command)

    def _pressed(self, address: int, data: str, message: int) -> Said:
        number = str(next(self._numbers))
        return self._said(
            address, kind="button", data=data, callback_id=number, message_id=message
        )

    def _said(self, address: int, **what: Any) -> Said:
        number = next(self._numbers)
        said = {"message_id": number, **what}
        return Said(CHANNEL, address, number, "Kari", "nb", at=self._now, **said)

    def _do(self, name: str, said: Said) -> None:
        began = time.perf_counter()
        try:
            self._store.write_now(dispatch.handle, said, self._now)
        except Exception as error:  # the update would be parked
            self.failed.append(f"{name}: {type(error).__name__}")
        self.seconds[name].append(time.perf_counter() - began)

    def _deliver(self, name: str) -> list[tuple[int, list[str]]]:
        """Send all that waits. Returns what can be pressed, by message."""
        back: list[tuple[Claimed, Outcome]] = []
        shown: list[tuple[int, list[str]]] = []
        for _step in range(20):
            began = time.perf_counter()
            done = self._store.write_now(outgoing.step, back, [], 16, self._desk, self._now)
            if done.claimed:
                self.seconds[f"{name}, put into words"].append(time.perf_counter() - began)
            back = [(each, Outcome(What.SENT, next(self._numbers))) for each in done.claimed]
            for each, outcome in back:
                keys = [k.data for row in each.what.rows for k in row] if each.what else []
                shown.append((outcome.message_id or 0, [data for data in keys if data]))
            if not back and not done.changed:
                break
        return shown


class Statements:
    """What is asked of a store, each once, with what it was asked with first."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}
        self.count = 0

    @contextmanager
    def of(self, engine: Engine) -> Iterator[Statements]:
        event.listen(engine, "before_cursor_execute", self._note)
        try:
            yield self
        finally:
            event.remove(engine, "before_cursor_execute", self._note)

    def _note(self, _c: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        self.count += 1
        self.asked.setdefault(statement, parameters)


def scans(engine: Engine, statements: Statements, large: int) -> list[str]:
    """Statements that PostgreSQL would look through a whole table for that has at least `large`
    rows, and the table."""
    found = []
    with engine.connect() as connection:
        counted = connection.exec_driver_sql("SELECT relname, reltuples FROM pg_class")
        big = {name for name, rows in counted if rows >= large}
        driver: Any = connection.connection.driver_connection
        for statement, parameters in statements.asked.items():
            if not statement.lstrip().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
                continue
            many = isinstance(parameters, list)
            with driver.cursor() as cursor:
                told = "EXPLAIN (FORMAT JSON) " + statement
                cursor.execute(told, parameters[0] if many else parameters)
                plan = cursor.fetchone()[0][0]["Plan"]
            whole = sorted(set(_scanned(plan)) & big)
            if whole:
                found.append(f"{', '.join(whole)}: {' '.join(statement.split())}")
        connection.rollback()
    return found


def _scanned(plan: dict[str, Any]) -> Iterator[str]:
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _scanned(part)
