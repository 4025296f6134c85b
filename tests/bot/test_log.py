from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from bot.log import log, set_up

TOKEN = "123:AAsecret"
Lines = Callable[[], list[dict[str, object]]]


@pytest.fixture
def lines(capsys) -> Iterator[Lines]:
    kept = logging.getLogger().handlers[:]
    set_up()

    def read() -> list[dict[str, object]]:
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    yield read
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = kept


def test_only_fields_on_the_list_reach_a_line(lines):
    log.warning("intake.failed", update=5, error="KeyError", name="Ida", words="hei", url=TOKEN)
    (line,) = lines()
    assert set(line) == {"event", "level", "timestamp", "update", "error"}


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
