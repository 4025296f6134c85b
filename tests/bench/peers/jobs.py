"""Reminders as jobs: python-telegram-bot's JobQueue, or APScheduler with its job store.

    python jobs.py jobqueue|fill|jobstore COUNT DATABASE

`fill` puts the jobs into the store; the others print, as JSON, what the process has taken of the
processor when it is ready with so many reminders a month ahead, what it holds then, and what one
look for what is due takes.
"""

from __future__ import annotations

import asyncio
import json
import logging
import pickle
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from telegram.ext import Application

AT_ONCE = 10_000
"""Rows in one statement."""
TOKEN = "123456:AAbench-token-of-nobody-000000000000"


async def remind(context: Any = None) -> None:
    """Whatever a reminder does."""


def whens(count: int) -> list[datetime]:
    dice, now = random.Random(6), datetime.now(UTC)
    return [now + timedelta(seconds=dice.randrange(3600, 30 * 86_400)) for _each in range(count)]


def fill(store: str, count: int) -> None:
    """As its own `add_job` would, but in one transaction."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    jobs = SQLAlchemyJobStore(f"sqlite:///{store}")
    jobs.start(scheduler, "default")
    rows = []
    with jobs.engine.begin() as connection:
        for number, when in enumerate(whens(count)):
            job = Job(
                scheduler, id=str(number), trigger=DateTrigger(when), executor="default", func=remind,
                args=(), kwargs={}, name="remind", misfire_grace_time=None, coalesce=True,
                max_instances=1, next_run_time=when,
            )  # fmt: skip
            state = pickle.dumps(job.__getstate__(), jobs.pickle_protocol)
            rows.append({"id": job.id, "next_run_time": when.timestamp(), "job_state": state})
            if len(rows) == AT_ONCE or number + 1 == count:
                connection.execute(jobs.jobs_t.insert(), rows)
                rows = []
    jobs.shutdown()


async def queue(count: int) -> AsyncIOScheduler:
    """A JobQueue keeps nothing: at every start all that waits is scheduled anew."""
    application = Application.builder().token(TOKEN).build()
    assert application.job_queue is not None
    for when in whens(count):
        application.job_queue.run_once(remind, when)
    await application.job_queue.start()
    return application.job_queue.scheduler


async def kept(store: str) -> AsyncIOScheduler:
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_jobstore("sqlalchemy", url=f"sqlite:///{store}")
    scheduler.start()
    return scheduler


def rss() -> float:
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]) / 1024


async def main() -> None:
    logging.disable()
    kind, count, store = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    if kind == "fill":
        fill(store, count)
        return
    scheduler = await (queue(count) if kind == "jobqueue" else kept(store))
    ready = time.process_time()
    looks = []
    for _each in range(20):
        began = time.process_time()
        scheduler._process_jobs()
        looks.append(time.process_time() - began)
    figures = {"ready": ready, "rss": rss(), "look_ms": 1000 * median(looks)}
    print(json.dumps(figures), flush=True)
    scheduler.shutdown(wait=False)


asyncio.run(main())
