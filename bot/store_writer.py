"""SQLite's one writer: a thread, a queue, and commits that those who wait share."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import journal
from models.outbox import PROMISED

LOCKED = "SQLITE_BUSY"
SHARED = 6
"""How many jobs may share one commit at most. What was sent waits unmarked behind a longer one, and is
repeated if we die meanwhile."""


class BatchBroken(Exception):
    """The transaction the jobs shared is gone; each is run again alone."""


class Job:
    """Something to do in a transaction, and whoever waits for it."""

    def __init__(
        self,
        fn: Callable[..., Any],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        promised: Callable[[], None],
    ) -> None:
        self.future: Future[Any] = Future()
        self._fn, self._args, self._kwargs = fn, args, kwargs
        self._announce = promised
        self._value: Any = None
        self.error: BaseException | None = None
        self._promised = False
        self.entries: list[journal.Entry] = []

    def run(self, session: Session) -> None:
        """In a savepoint of its own. What it raises stays its own."""
        self._value, self.error, self._promised, self.entries = None, None, False, []
        try:
            self._value = self._fn(session, *self._args, **self._kwargs)
            entries = journal.entries(session)
            session.commit()
            self.entries = entries
            self._promised = bool(session.info.get(PROMISED))
        except BaseException as error:
            self.error = error
            with contextlib.suppress(DBAPIError):  # the savepoint may be gone with everything else
                session.rollback()
        finally:
            session.close()

    def failed(self, error: BaseException) -> None:
        self.error, self._promised = error, False
        self.answer()

    def answer(self) -> None:
        """After the commit. The nudge comes first, so that nobody who goes on sees an idle bot."""
        if self.error is not None:
            self.future.set_exception(self.error)
            return
        if self._promised:
            self._announce()
        self.future.set_result(self._value)


class Writer:
    """First come, first served; a job that fails takes nobody with it."""

    def __init__(
        self,
        engine: Engine,
        session: Callable[[Connection], Session],
        committing: Callable[[Connection, Sequence[journal.Entry]], AbstractContextManager[None]],
        tries: int,
    ) -> None:
        """`tries`: how often to ask for the file while another process writes, 5 s each time."""
        self._tries = tries
        self._engine = engine
        self._session = session
        self._committing = committing
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._thread = Thread(target=self._serve, name="store-writer", daemon=True)
        self._thread.start()
        self._closed = False

    def put(self, job: Job) -> None:
        if self._closed:
            raise RuntimeError("the store is closed")
        self._queue.put(job)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join()

    def _serve(self) -> None:
        while True:
            batch, over = self._gather()
            batch = [job for job in batch if job.future.set_running_or_notify_cancel()]
            if batch:
                self._commit_together(batch)
            if over:
                return

    def _gather(self) -> tuple[list[Job], bool]:
        """Wait for one, take along those that wait behind it."""
        batch: list[Job] = []
        job = self._queue.get()
        while job is not None:
            batch.append(job)
            if len(batch) == SHARED:
                return batch, False
            try:
                job = self._queue.get_nowait()
            except Empty:
                return batch, False
        return batch, True

    def _commit_together(self, batch: list[Job]) -> None:
        try:
            self._in_turn(batch)
        except BaseException as error:
            if len(batch) == 1:
                batch[0].failed(error)
                return
            for job in batch:
                self._commit_together([job])
            return
        for job in batch:
            job.answer()

    def _in_turn(self, batch: list[Job]) -> None:
        """A bot that is busy beside us leaves little room to get a word in."""
        for left in reversed(range(self._tries)):
            try:
                return self._transaction(batch)
            except DBAPIError as error:
                if not left or getattr(error.orig, "sqlite_errorname", "") != LOCKED:
                    raise

    def _transaction(self, batch: list[Job]) -> None:
        """BEGIN IMMEDIATE, each job, COMMIT. Raises when nothing of it was kept."""
        with (
            self._engine.connect() as connection,
            contextlib.ExitStack() as kept,
            connection.begin(),
        ):
            driver: Any = connection.connection.dbapi_connection
            for job in batch:
                job.run(self._session(connection))
                # A full disk or a failed read ends the whole transaction, not the savepoint.
                if not driver.in_transaction:
                    raise job.error or BatchBroken
            entries = [entry for job in batch for entry in job.entries]
            kept.enter_context(self._committing(connection, entries))  # left after the commit
