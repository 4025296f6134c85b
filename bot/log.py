"""Log lines carry ids and names of things that happened, never anyone's name or words.

Fields that are not on the list are dropped. Of other libraries' lines, at any level and whoever
else listens, only who spoke and how loudly is kept: at DEBUG they tell all that is sent and
received, and the address with the bot's token.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

FIELDS = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "error",
        "row",
        "rows",
        "state",
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
FRAMES = 5

log: Any = structlog.get_logger()


def allowed_only(
    _logger: object, _name: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {name: value for name, value in line.items() if name in FIELDS}


class WithoutWords(logging.LogRecord):
    """A library's line before anybody has read it: no text, no trace, no stack."""

    def __init__(
        self, name: str, level: int, pathname: str, lineno: int, _msg: object, _args: object,
        exc_info: Any, func: str | None = None, _sinfo: str | None = None, **_more: object,
    ) -> None:  # fmt: skip
        super().__init__(name, level, pathname, lineno, "(not shown)", (), None, func)
        self.error = exc_info[0].__name__ if exc_info and exc_info[0] else None


class Reduced(logging.Handler):
    """Passes on that a library complained, and not what about."""

    def emit(self, record: logging.LogRecord) -> None:
        error = getattr(record, "error", None)
        log.warning("library", logger=record.name, where=record.funcName, error=error)


def crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What ends the program is told by its class and place; its words may be someone's."""
    if issubclass(kind, KeyboardInterrupt):
        return
    frames = traceback.extract_tb(trace)[-FRAMES:]
    where = " > ".join(f"{frame.filename}:{frame.lineno}" for frame in frames)
    log.critical("crashed", error=kind.__name__, where=where)


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
    logging.setLogRecordFactory(WithoutWords)
    logging.captureWarnings(True)
    sys.excepthook = crashed
    root = logging.getLogger()
    root.handlers[:] = [Reduced(logging.WARNING)]
    root.setLevel(logging.WARNING)
    for name in ("aiohttp", "telegram", "sqlalchemy", "apscheduler", "uvicorn", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
