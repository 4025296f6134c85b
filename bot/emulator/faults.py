"""Troubles to come: refusals, floods, cut lines and late answers, in the order they were asked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta

DESCRIPTIONS = {
    400: "Bad Request: message can't be sent",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot "
    "instance is running",
    413: "Request Entity Too Large",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
DEFAULT_RETRY = 5


class Dropped(Exception):
    """The line was cut. `performed` tells a test what the bot cannot know."""

    def __init__(self, *, performed: bool) -> None:
        super().__init__("the connection was cut")
        self.performed = performed


@dataclass(frozen=True, slots=True)
class Fault:
    """One trouble for the next `times` calls that match; without `method` any send or edit."""

    method: str | None = None
    code: int | None = None
    description: str | None = None
    retry_after: int | None = None
    times: int = 1
    contains: str | None = None
    after_delivery: bool = False
    drop: bool = False
    delay: float = 0.0
    body: str | None = None

    def matches(self, method: str, text: str) -> bool:
        if self.method is not None:
            wanted = self.method.lower() == method.lower()
        else:
            wanted = method.startswith(("send", "edit")) and method != "sendChatAction"
        return wanted and (self.contains is None or self.contains in text)

    @property
    def refuses(self) -> bool:
        """Answers for Telegram, rather than only being slow."""
        return self.code is not None or self.body is not None or self.retry_after is not None

    @property
    def status(self) -> int:
        return self.code or (429 if self.retry_after is not None else 200)

    @property
    def wait(self) -> int | None:
        return (self.retry_after or DEFAULT_RETRY) if self.status == 429 else self.retry_after

    def words(self) -> str:
        if self.description is not None:
            return self.description
        if self.status == 429:
            return f"Too Many Requests: retry after {self.wait}"
        return DESCRIPTIONS.get(self.status, f"Error {self.status}")


_KINDS: dict[str, tuple[type, ...]] = {
    "method": (str,),
    "code": (int,),
    "description": (str,),
    "retry_after": (int,),
    "times": (int,),
    "contains": (str,),
    "after_delivery": (bool,),
    "drop": (bool,),
    "delay": (int, float),
    "body": (str,),
}


def read(value: object) -> Fault:
    """A fault as /sim takes it. ValueError says what is wrong with it."""
    if not isinstance(value, Mapping):
        raise ValueError("a fault is an object")
    given = {name: one for name, one in value.items() if one is not None}
    for name, one in given.items():
        if name not in _KINDS:
            raise ValueError(f"a fault has no field {name}")
        if not isinstance(one, _KINDS[name]) or (
            isinstance(one, bool) and bool not in _KINDS[name]
        ):
            raise ValueError(f"{name} must be of type {_KINDS[name][-1].__name__}")
    fault = Fault(**given)
    if fault.times < 1 or fault.delay < 0 or not math.isfinite(fault.delay):
        raise ValueError("times must be at least 1, and delay not negative")
    if fault.code is not None and not 200 <= fault.code <= 599:
        raise ValueError("code must be an HTTP status, 200-599")
    if not (fault.refuses or fault.drop or fault.delay):
        raise ValueError("a fault needs a code, a retry_after, a body, a drop or a delay")
    return fault


def shown(fault: Fault) -> dict[str, object]:
    return {each.name: getattr(fault, each.name) for each in fields(fault)}


@dataclass(slots=True)
class Faults:
    """The troubles still ahead."""

    ahead: list[Fault] = field(default_factory=list)

    def take(self, method: str, text: str) -> Fault | None:
        """The first that matches this call; one of its times is used up."""
        for place, fault in enumerate(self.ahead):
            if fault.matches(method, text):
                if fault.times == 1:
                    del self.ahead[place]
                else:
                    self.ahead[place] = replace(fault, times=fault.times - 1)
                return fault
        return None


class Flood:
    """Telegram's pace: 30 a second in all, one a second in a chat with a burst of five."""

    OVERALL = 30.0
    CHAT_BURST = 5.0

    def __init__(self) -> None:
        self._buckets: dict[int | None, tuple[float, datetime]] = {}

    def wait(self, chat_id: int, now: datetime) -> int | None:
        """Seconds to stay away, or None: the message may go."""
        chat = self._level(chat_id, now, 1.0, self.CHAT_BURST)
        overall = self._level(None, now, self.OVERALL, self.OVERALL)
        if chat < 1:
            return math.ceil(1 - chat)
        if overall < 1:
            return 1
        self._buckets[chat_id] = (chat - 1, now)
        self._buckets[None] = (overall - 1, now)
        return None

    def _level(self, key: int | None, now: datetime, rate: float, most: float) -> float:
        level, at = self._buckets.get(key, (most, now))
        return min(most, level + (now - at).total_seconds() * rate)


class Patience:
    """Who was told to wait, and until when."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def told(self, whom: str, seconds: int, now: datetime) -> None:
        self._until[whom] = now + timedelta(seconds=seconds)

    def forget(self, whom: str) -> None:
        self._until.pop(whom, None)

    def broken(self, whom: str, now: datetime) -> bool:
        until = self._until.get(whom)
        if until is None:
            return False
        if now >= until:
            del self._until[whom]
            return False
        return True
