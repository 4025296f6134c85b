"""Every call of the bot, kept as it came over the wire and unfolded only when somebody looks."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from bot.emulator.params import unfold
from bot.emulator.state import File

KEPT = 20_000
UNHEARD = ("getupdates", "edit", "delete")
"""Calls that begin so tell nobody anything new."""


class Call(TypedDict):
    """One call as it is shown; `answer` is None while it hangs."""

    n: int
    at: str
    method: str
    params: dict[str, object]
    answer: object


@dataclass(slots=True)
class Kept:
    """One call as it is kept. `answer` is the body, or a note where none went out."""

    n: int
    at: datetime
    method: str
    params: Mapping[str, object]
    files: tuple[tuple[str, str, int], ...]
    status: int = 0
    answer: bytes | dict[str, object] | None = None

    def shown(self) -> Call:
        params = {name: unfold(value) for name, value in self.params.items()}
        params |= {name: {"file": file, "size": size} for name, file, size in self.files}
        return Call(
            n=self.n,
            at=self.at.isoformat(),
            method=self.method,
            params=params,
            answer=self._answer(),
        )

    def _answer(self) -> object:
        if not isinstance(self.answer, bytes):
            return self.answer
        try:
            answer: object = json.loads(self.answer)
        except ValueError:
            return {"status": self.status, "body": self.answer.decode(errors="replace")}
        return answer


class Record:
    """The last calls, numbered from 1."""

    def __init__(self) -> None:
        self._calls: deque[Kept] = deque(maxlen=KEPT)
        self._count = 0
        self.said = 0
        """How many there have been that tell somebody something."""

    def add(
        self, at: datetime, method: str, params: Mapping[str, object], files: Mapping[str, File]
    ) -> Kept:
        self._count += 1
        self.said += not method.lower().startswith(UNHEARD)
        named = tuple((name, file.name, len(file.data)) for name, file in files.items())
        kept = Kept(self._count, at, method, params, named)
        self._calls.append(kept)
        return kept

    def calls(self, since: int = 0, method: str = "") -> list[Call]:
        """Those after number `since`, all methods unless one is named."""
        wanted = method.lower()
        return [
            kept.shown()
            for kept in self._calls
            if kept.n > since and (not wanted or kept.method.lower() == wanted)
        ]
