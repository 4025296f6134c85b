from __future__ import annotations

import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
import structlog

from bot.log import log, set_up

TOKEN = "123:AAsecret"
Lines = Callable[[], list[dict[str, object]]]


@pytest.fixture
def lines(capsys) -> Iterator[Lines]:
    kept, factory, hook = (
        logging.getLogger().handlers[:], logging.getLogRecordFactory(), sys.excepthook
    )  # fmt: skip
    logging.captureWarnings(False)
    set_up()

    def read() -> list[dict[str, object]]:
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    yield read
    structlog.reset_defaults()
    logging.captureWarnings(False)
    logging.setLogRecordFactory(factory)
    logging.getLogger().handlers[:], sys.excepthook = kept, hook


def test_only_fields_on_the_list_reach_a_line(lines):
    log.warning("intake.failed", update=5, error="KeyError", name="Ida", words="hei", url=TOKEN)
    (line,) = lines()
    assert set(line) == {"event", "level", "timestamp", "update", "error"}


def failing(error: BaseException) -> BaseException:
    try:
        raise error
    except type(error) as raised:
        return raised


def test_of_other_libraries_only_the_name_is_kept(lines):
    try:
        raise ValueError(f"https://api.telegram.org/bot{TOKEN}/sendMessage")
    except ValueError:
        logging.getLogger("aiohttp.client").exception("POST %s", TOKEN)
    logging.getLogger("telegram.ext").info("quiet")
    (line,) = lines()
    assert (line["event"], line["logger"], line["error"]) == (
        "library",
        "aiohttp.client",
        "ValueError",
    )
    assert TOKEN not in json.dumps(line)


def test_a_handler_that_is_not_ours_is_shown_no_more(lines, monkeypatch):
    """As somebody who looks for a fault would add one, or a service that collects errors."""
    heard = StringIO()
    foreign = logging.StreamHandler(heard)
    foreign.setFormatter(logging.Formatter("%(name)s %(message)s %(exc_text)s %(error)s"))
    telegram = logging.getLogger("telegram.Bot")
    monkeypatch.setattr(telegram, "level", logging.DEBUG)
    telegram.addHandler(foreign)
    telegram.debug("Calling %s with %s", "sendMessage", {"text": TOKEN})
    telegram.debug("It failed", exc_info=failing(KeyError(TOKEN)), stack_info=True)
    telegram.removeHandler(foreign)
    assert heard.getvalue().splitlines() == [
        "telegram.Bot (not shown) None None",
        "telegram.Bot (not shown) None KeyError",
    ]


def test_a_warning_tells_who_and_not_what(lines):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(TOKEN, stacklevel=1)
    (line,) = lines()
    assert (line["event"], line["logger"]) == ("library", "py.warnings")
    assert TOKEN not in json.dumps(line)


def test_what_ends_the_program_tells_its_class_and_place(lines):
    error = failing(ValueError(TOKEN))
    sys.excepthook(ValueError, error, error.__traceback__)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    (line,) = lines()
    assert (line["event"], line["level"], line["error"]) == ("crashed", "critical", "ValueError")
    assert "test_log.py:" in str(line["where"])
    assert TOKEN not in json.dumps(line)


def test_a_log_nobody_can_write_ends_only_the_line(lines, monkeypatch):
    """A full disk, or whoever read it is gone."""

    class Full(StringIO):
        def write(self, _words: str) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stderr", Full())
    log.error("intake.store", error="OperationalError")
