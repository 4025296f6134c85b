"""Named instants at which a `losbot serve` can be made to die: before and after each commit, each
call over HTTP, each acknowledgement, and each line in the journal of consents.

Nothing of this is in the bot: the seams are its methods, wrapped in the process that is to die.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from bot import desk, marking, outgoing
from bot.channels import request
from bot.channels.request import HttpRequest
from bot.desk import Round
from bot.intake import Intake
from bot.journal import Journal
from bot.store import Store
from bot.web import face

TICK = "take_due"
"""At a tick that finds something due, the first some seconds after the start."""
START = ("recover", "know", TICK, "put")
"""What is committed at every start: what was on its way, help lines, what is due, the bot's name."""
HEAR = Intake._followed.__name__
WORK = (HEAR, "claim", "mark")
"""An update with all it changes; messages that are put into words; what became of them."""
CALLS = ("getUpdates", "ack", "sendMessage", "editMessageText", "answerCallbackQuery")
"""`ack` is a getUpdates that confirms something."""
JOURNAL = ("line to the journal", "line that it was kept")
"""Before the commit of an answer to consent, and after it."""
BEFORE_200 = "before 200"
"""Of the webhook: committed, and Telegram does not know it."""

ONCE = ("recover", "know", "put", "deleteWebhook")
"""What a process comes by once."""


def points_of(*, alone: bool) -> list[str]:
    """Every point that a bot which polls comes by; `alone` on its store, or one of several."""
    commits = [f"commit of {name}" for name in (*START, *WORK) if alone or name != "recover"]
    names = [*commits, "deleteWebhook", *CALLS, *JOURNAL]
    return [f"{when} {name}" for name in names for when in ("before", "after")]


@dataclass(frozen=True)
class Plan:
    """What happens to a process by itself. `point` is passed `passage` times, the last time it is
    killed there. `hasty` shortens lease and time-outs alike. Of so many commits (`cuts`) the line
    to the database is cut, every other time before it, else when it is done and nobody knows.
    `bug`: what of PLANTS is wrong with it."""

    point: str = ""
    passage: int = 1
    hasty: bool = False
    cuts: int = 0
    bug: str = ""


_planted = contextlib.ExitStack()


class _Passages:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._left = plan.passage
        self._lock = threading.Lock()

    def __call__(self, point: str) -> None:
        if point != self._plan.point:
            return
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def plant(bug: str) -> None:
    """In this process, for good; nothing for ""."""
    if bug:
        from tests.chaos.plants import PLANTS  # of little use to the others

        _planted.enter_context(PLANTS[bug].planting())


def follow(plan: Plan) -> None:
    """Let the plan come true in this process."""
    plant(plan.bug)
    passes = _Passages(plan)
    _watch_commits(passes)
    _watch_calls(passes)
    _watch_webhook(passes)
    _watch_journal(passes)
    if plan.hasty:
        _hurry()
    if plan.cuts:
        _cut_commits(plan.cuts)


def _watch_commits(passes: Callable[[str], None]) -> None:
    begun = threading.local()  # a transaction stays in its thread
    submit, commit = Store._submit, DefaultDialect.do_commit
    rollback = DefaultDialect.do_rollback

    def submitted(store: Store, fn: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        def named(session: Any, *args: Any, **kwargs: Any) -> Any:
            value = fn(session, *args, **kwargs)
            begun.names = [*getattr(begun, "names", ()), *_names(fn, args, value)]
            return value

        return submit(store, named, args, kwargs)

    def committed(dialect: Any, connection: Any) -> None:
        names, begun.names = getattr(begun, "names", []), []
        for name in names:
            passes(f"before commit of {name}")
        commit(dialect, connection)
        for name in names:
            passes(f"after commit of {name}")

    def rolled_back(dialect: Any, connection: Any) -> None:
        begun.names = []
        rollback(dialect, connection)

    Store._submit = submitted  # type: ignore[method-assign, assignment]
    DefaultDialect.do_commit = committed  # type: ignore[method-assign, assignment]
    DefaultDialect.do_rollback = rolled_back  # type: ignore[method-assign, assignment]


def _names(fn: Callable[..., Any], args: Sequence[Any], value: Any) -> list[str]:
    if isinstance(value, Round):
        return ["claim"] * bool(value.claimed) + ["mark"] * bool(args[0])
    return [getattr(fn, "__name__", "")]


def _watch_calls(passes: Callable[[str], None]) -> None:
    exchange = HttpRequest._exchange
    confirmed = ["0"]

    async def exchanged(
        self: HttpRequest, url: str, data: Any, connect: float, read: float
    ) -> tuple[int, bytes]:
        names = [url.rpartition("/")[2]]
        if names == ["getUpdates"] and data.json_parameters["offset"] != confirmed[0]:
            confirmed[0] = data.json_parameters["offset"]
            names.append("ack")
        for name in names:
            passes(f"before {name}")
        answer = await exchange(self, url, data, connect, read)
        for name in names:
            passes(f"after {name}")
        return answer

    HttpRequest._exchange = exchanged  # type: ignore[method-assign]


def _watch_webhook(passes: Callable[[str], None]) -> None:
    hook = face._Face.hook

    async def hooked(self: Any, asked: Any) -> Any:
        answer = await hook(self, asked)
        if answer.status_code == 200:
            passes(BEFORE_200)
        return answer

    face._Face.hook = hooked  # type: ignore[method-assign]


def _watch_journal(passes: Callable[[str], None]) -> None:
    write = Journal._write

    def written(journal: Journal, told: dict[str, Any]) -> None:
        names = [JOURNAL[0]] * ("mark" in told) + [JOURNAL[1]] * bool(told.get("kept"))
        for name in names:  # none for a line that only tries it
            passes(f"before {name}")
        write(journal, told)
        for name in names:
            passes(f"after {name}")

    Journal._write = written  # type: ignore[method-assign]


LEASE = timedelta(seconds=6)


def _hurry() -> None:
    """A lease that is still longer than any call, and calls that give up sooner: so that what a
    worker held who is gone is not waited for three quarters of a minute."""
    request.CONNECT, request.READ = 1.0, 1.5
    desk.LEASE = desk.AGAIN = outgoing.LEASE = outgoing.AGAIN = marking.AGAIN = LEASE


CUT = "chaos: the line is cut"
"""Stands in the log, once for each time."""
EVERY = 5
"""Of the commits that change something one in so many is cut."""


def _cut_commits(cuts: int) -> None:
    commit = DefaultDialect.do_commit
    count = itertools.count(1)

    def committed(dialect: Any, connection: Any) -> None:
        number = next(count)
        turn, due = number // EVERY, number % EVERY == 0 and number // EVERY <= cuts
        if due:
            os.write(2, f"{CUT}\n".encode())
        if due and turn % 2:
            connection.dbapi_connection.close()
        commit(dialect, connection)
        if due:
            connection.dbapi_connection.close()
            raise dialect.dbapi.OperationalError("cut")

    DefaultDialect.do_commit = committed  # type: ignore[method-assign, assignment]
