"""Where a run takes place: a folder of its own, and a store in which there is nothing yet."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests import postgres


@contextlib.contextmanager
def ground(
    store: str = "sqlite", *, room: str = "", within: str | None = None, keep: Path | None = None
) -> Iterator[tuple[Path, str]]:
    """The folder, gone afterwards unless it is to be kept, and the store's address. `room`: see
    `postgres.running`; `within`: the folder's own place."""
    with contextlib.ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(dir=within)))
        folder.mkdir(parents=True, exist_ok=True)
        yield folder, stack.enter_context(database_in(folder, store, room))


@contextlib.contextmanager
def database_in(folder: Path, store: str, room: str = "") -> Iterator[str]:
    if store == "sqlite":
        yield f"sqlite:///{folder / 'losbot.db'}"
    else:
        with postgres.running(room) as url:
            yield url
