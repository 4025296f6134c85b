"""What an operator types at the machine, and a look into the store it was typed about."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from click.testing import Result

from bot.settings import load
from bot.store import Store

Losbot = Callable[..., Result]


def line_of(result: Result) -> str:
    """The one line in which something was refused."""
    assert result.exit_code == 1, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    (line,) = result.output.splitlines()
    return line


@contextlib.contextmanager
def store_of(env: dict[str, str]) -> Iterator[Store]:
    given = {name.removeprefix("LOSBOT_").lower(): value for name, value in env.items()}
    store = Store.open(env["LOSBOT_DATABASE_URL"], load(**given).keyring())
    yield store
    store.close()
