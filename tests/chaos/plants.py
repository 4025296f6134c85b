"""Bugs of one line each, as anybody may write them on a bad day. Each is put in, and taken out."""

from __future__ import annotations
import __future__

import contextlib
import importlib
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FunctionType
from typing import Any
from unittest import mock

from bot import next_rows
from tests.chaos import failpoints
from tests.chaos.race_bugs import Sound, Unchecked

Planting = Callable[[], contextlib.AbstractContextManager[object]]


def _function(where: str) -> FunctionType:
    name, _colon, path = where.partition(":")
    found: Any = importlib.import_module(name)
    for part in path.split("."):
        found = getattr(found, part)
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    assert isinstance(found, FunctionType)
    return found


def line(where: str, old: str, new: str) -> Planting:
    """`new` in place of `old` in a function, which stays the one that others have imported."""

    @contextlib.contextmanager
    def planted() -> Iterator[object]:
        function = _function(where)
        source = textwrap.dedent(inspect.getsource(function))
        assert source.count(old) == 1, f"{where} does not say {old!r} once"
        source = "\n".join(row for row in source.splitlines() if not row.startswith("@"))
        flags = __future__.annotations.compiler_flag
        code = compile(source.replace(old, new), function.__code__.co_filename, "exec", flags)
        made: dict[str, Any] = {}
        exec(code, function.__globals__, made)  # noqa: S102 - our own source
        sound, function.__code__ = function.__code__, made[function.__name__].__code__
        try:
            yield
        finally:
            function.__code__ = sound

    return planted


def _last_first() -> contextlib.AbstractContextManager[object]:
    """The newest message of a chat goes first."""
    heads = next_rows.HEADS
    sub = str(heads).count("min(")
    assert sub == 1
    from sqlalchemy import func
    from sqlalchemy.sql import visitors

    def newest(element: Any, **_more: Any) -> Any:
        if getattr(element, "name", "") == "min" and hasattr(element, "clauses"):
            return func.max(*element.clauses)
        return None

    return mock.patch.object(next_rows, "HEADS", visitors.replacement_traverse(heads, {}, newest))


@dataclass(frozen=True)
class Plant:
    planting: Planting
    bench: str
    seconds: float = 300.0  # of this machine's, within which the bench is to see it
    bug: type[Sound] = Sound  # how a message is put into words in the races
    points: tuple[str, ...] = ()  # where it dies, when it is killed


PLANTS: dict[str, Plant] = {
    "acknowledged before the commit": Plant(
        line("bot.intake:Intake._listen", "    await self._do(raw, said)",
             "    asyncio.ensure_future(self._do(raw, said))"),
        "simulation",
    ),
    "a high-water mark instead of a set": Plant(
        line("models.inbox:first_time", "    return insert_once(",
             "    last = session.scalar(select(Handled.update_id).order_by(Handled.update_id.desc())"
             ".limit(1))\n    return update_id > (last or 0) and insert_once("),
        "simulation",
    ),
    "heard twice": Plant(
        line("bot.dispatch:handle", "if not inbox.first_time(", "if None is inbox.first_time("),
        "simulation",
    ),
    "a chat's updates side by side": Plant(
        line("bot.intake:Intake._in_order", "async with lock:", "if lock:"), "simulation",
    ),
    "marked as sent before it is sent": Plant(
        line("bot.outgoing:_start", "row.state = OutState.SENDING\n",
             "row.state = OutState.SENT\n"),
        "simulation",
    ),
    "a one-time link tried again in doubt": Plant(
        line("bot.marking:perhaps_sent", "row.promise in REPEATED",
             "row.promise in (*REPEATED, Promise.ONCE)"),
        "faulty",
    ),
    "sent again without a flag": Plant(
        line("bot.marking:perhaps_sent", "    row.ambiguous += 1\n",
             "    row.ambiguous = 1\n    if row.attempts < 2: row.ambiguous = 0; "
             "return _try_later(row, 0, error, again)\n"),
        "simulation",
    ),
    "no patience when asked for it": Plant(
        line("bot.channels.outcomes:outcome_of", "seconds=error.seconds", "seconds=0.0"), "faulty",
    ),
    "consent not asked again when sending": Plant(
        contextlib.nullcontext, "races", bug=Unchecked
    ),
    "nothing taken back with a consent": Plant(
        line("models.consent_effects:take_from",
             "ledger.take_back(session, ledger.about(session, case.id, set(lost) - kept), now)",
             "Counter()"),
        "races",
    ),
    "not modified counts as failed": Plant(
        line("bot.channels.outcomes:outcome_of", "if piece in words",
             "if piece in words and what is not What.SENT"),
        "simulation",
    ),
    "a step taken, and no next one": Plant(
        line("models.follow_ups:take_due", "        reschedule(session, ladder, thing, now)\n",
             "        thing.next_follow_up_at = None\n"),
        "simulation",
    ),
    "the newest of a chat first": Plant(_last_first, "simulation"),
    "said to be kept before it was committed": Plant(
        line("bot.store:Store._committing", "    yield\n",
             "    if self.journal is not None: self.journal.after_commit(written)\n    yield\n"),
        "kill", points=(f"after {failpoints.JOURNAL[1]}",),
    ),
    "nothing written to the journal": Plant(
        line("bot.journal:Journal.before_commit",
             'self._write({"mark": mark, "entries": entries})', "pass"),
        "restore",
    ),
    "said to be set aside, and dropped": Plant(
        line("models.inbox:park", "    session.add(parked)\n", "    return parked.reference\n"),
        "fuzz",
    ),
    "older than the newest taken for a copy": Plant(
        line("bot.intake:Intake.receive", "    self.down = False\n",
             "    self.down = False\n    newest, self.newest = getattr(self, 'newest', 0), "
             "max(getattr(self, 'newest', 0), raw['update_id'])\n"
             "    if raw['update_id'] < newest: return True\n"),
        "hook",
    ),
    "tables made anew with foreign keys on": Plant(
        line("bot.store_schema:remaking", "foreign_keys=False", "foreign_keys=True"), "migrate",
    ),
    "acknowledged though the store is down": Plant(
        line("bot.polling:Polling._hear_all", "        return offset\n", "        pass\n"), "trouble",
    ),
    "in doubt, and never tried again": Plant(
        line("bot.marking:perhaps_sent", "row.promise in REPEATED", "row.promise in ()"), "faulty",
    ),
    "a help card forgotten when we end": Plant(
        line("bot.straight:Straight.owes", "sending is not None and not sending.done()", "False"),
        "simulation",
    ),
    "a help card tried once": Plant(
        line("bot.straight:Straight._send_help", "in count():", "in range(1):"), "simulation",
    ),
    "the log's end left where it was": Plant(
        line("models.audit:record", '"of": chain, **signed,',
             '"of": chain, **signed, "hash": last.hash,'),
        "simulation",
    ),
}  # fmt: skip
