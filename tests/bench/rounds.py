"""Somebody goes through all that the chat has: every command, and the buttons under what it says.

Straight in the store, without a channel: what is timed is what the store does for one thing said,
and for putting what waits into words.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

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
STAY_SMALL = frozenset(
    {
        "approved_texts", "audit_days", "help_lines", "municipality", "open_hours", "overviews",
        "policy_versions", "positions", "services", "standing_meetings", "standing_occasions",
        "store_facts", "units",
    }
)  # fmt: skip
"""What grows with the municipality's own staff and choices, and not with people and cases."""
BUTTONS = 4
"""So many of those under a message are pressed."""


class Took(NamedTuple):
    """Of one operation: `seconds` on the wall, `worked` by this machine for it, here and in the
    server, and how often the store was asked. On a machine that others use too, only the last two
    are ours."""

    seconds: float
    worked: float
    asked: int


def _worked(backends: Sequence[int]) -> float:
    """Seconds of CPU that we and these processes of the server have used so far."""
    server = sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in backends)
    return time.process_time() + server / 1e9


class Rounds:
    """What each operation took, over everybody who went."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.took: dict[str, list[Took]] = defaultdict(list)
        self.failed: list[str] = []
        self._store = store
        self._now = now
        self._desk = Desk(compose, unreachable, Pace.unhurried())
        self._numbers = itertools.count(1)
        self._asked = 0
        self._backends = store.read_now(_backends)
        event.listen(store.engine, "before_cursor_execute", self._ask)

    def _ask(self, *_of: object) -> None:
        self._asked += 1

    def _so_far(self) -> Took:
        return Took(time.perf_counter(), _worked(self._backends), self._asked)

    def _note(self, name: str, before: Took) -> None:
        now = self._so_far()
        self.took[name].append(Took(*(a - b for a, b in zip(now, before, strict=True))))

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
        before = self._so_far()
        try:
            self._store.write_now(dispatch.handle, said, self._now)
        except Exception as error:  # the update would be parked
            self.failed.append(f"{name}: {type(error).__name__}")
        self._note(name, before)

    def _deliver(self, name: str) -> list[tuple[int, list[str]]]:
        """Send all that waits. Returns what can be pressed, by message."""
        back: list[tuple[Claimed, Outcome]] = []
        shown: list[tuple[int, list[str]]] = []
        for _step in range(20):
            before = self._so_far()
            done = self._store.write_now(outgoing.step, back, [], 16, self._desk, self._now)
            if done.claimed:
                self._note(f"{name}, put into words", before)
            back = [(each, Outcome(What.SENT, next(self._numbers))) for each in done.claimed]
            for each, outcome in back:
                keys = [k.data for row in each.what.rows for k in row] if each.what else []
                shown.append((outcome.message_id or 0, [data for data in keys if data]))
            if not back and not done.changed:
                break
        return shown


def _backends(session: Session) -> list[int]:
    """The processes that a PostgreSQL on this machine has for us; none on SQLite, which has none."""
    if session.get_bind().dialect.name == "sqlite":
        return []
    ours = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    # without those that come and go by themselves to tidy its tables
    return list(session.scalars(text(f"{ours} AND backend_type = 'client backend'")))


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
        if statement not in self.asked and not _is_weekly():
            self.asked[statement] = parameters


def _is_weekly() -> bool:
    """Whether the leaders' figures are being made, once a week: those do count everything."""
    frame = sys._getframe()
    while frame is not None and frame.f_globals.get("__name__") != "models.counted":
        frame = frame.f_back  # type: ignore[assignment]
    return frame is not None


def scans(engine: Engine, statements: Statements, large: int, *, small: bool = False) -> list[str]:
    """Statements that PostgreSQL would look through a whole table for that has at least `large`
    rows, and the table. In a `small` store, where that may be the quickest way: those for which there
    is no other, in any table that grows."""
    found = []
    with engine.connect() as connection:
        if small:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        counted = connection.exec_driver_sql("SELECT relname, reltuples FROM pg_class")
        big = {name for name, rows in counted if rows >= large or small} - STAY_SMALL
        partial = set(connection.exec_driver_sql(_PARTIAL).scalars())
        driver: Any = connection.connection.driver_connection
        for statement, parameters in statements.asked.items():
            if not statement.lstrip().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
                continue
            many = isinstance(parameters, list)
            with driver.cursor() as cursor:
                told = "EXPLAIN (FORMAT JSON) " + statement
                cursor.execute(told, parameters[0] if many else parameters)
                plan = cursor.fetchone()[0][0]["Plan"]
            whole = sorted(set(_scanned(plan, partial)) & big)
            if whole:
                found.append(f"{', '.join(whole)}: {' '.join(statement.split())}")
        connection.rollback()
    return found


_PARTIAL = """SELECT relname FROM pg_class JOIN pg_index ON indexrelid = pg_class.oid
WHERE indpred IS NOT NULL"""


def _scanned(
    plan: dict[str, Any], partial: set[str], *, first_only: bool = False
) -> Iterator[str]:
    """Tables that are read row by row: as they lie, or by an index that says nothing of what is
    looked for. Not where only the first of them is asked for, nor where the index has but a part of
    them, what is open."""
    whole = plan["Node Type"] == "Seq Scan"
    if "Index" in plan["Node Type"] and "Filter" in plan and "Index Cond" not in plan:
        whole = not first_only and plan["Index Name"] not in partial
    if whole:
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _scanned(part, partial, first_only=plan["Node Type"] == "Limit")
