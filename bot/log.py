"""Log lines carry ids and names of things that happened, never anyone's name or words.

Fields that are not on the list are dropped. Other libraries' lines are reduced to who spoke and
how loudly: their texts may hold addresses with the bot's token.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

FIELDS = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "error",
        "row",
        "update",
        "reference",
        "logger",
        "count",
        "seconds",
        "port",
        "mode",
        "where",
    }
)

log: Any = structlog.get_logger()


def allowed_only(
    _logger: object, _name: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {name: value for name, value in line.items() if name in FIELDS}


class Reduced(logging.Handler):
    """Passes on that a library complained, and not what about."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        log.warning("library", logger=record.name, where=record.funcName, error=error)


def set_up(*, quiet: bool = False) -> None:
    """JSON lines on standard error. `quiet`: only what an operator has to act on."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            allowed_only,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.ERROR if quiet else logging.INFO
        ),
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [Reduced(logging.WARNING)]
    root.setLevel(logging.WARNING)
    for name in ("aiohttp", "telegram", "sqlalchemy", "apscheduler", "uvicorn", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
