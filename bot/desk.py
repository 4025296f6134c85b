"""What delivery's steps are given, and what they come to."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.channels.mail import Letter
from bot.channels.outcomes import Outcome
from bot.pacing import Pace
from bot.render import Rendered
from models.outbox import Mode, Outgoing, OutState, Promise

LEASE = timedelta(seconds=45)
"""Longer than any call; who holds a row longer is taken for dead, and the message for perhaps
sent."""
AGAIN = timedelta(seconds=45)
"""How long we wait before we repeat what may have arrived."""
LONGEST_RETRY = 300.0
TRIES = 3

Compose = Callable[[Session, Outgoing, datetime], Rendered | None]
Unreachable = Callable[[Session, Outgoing, datetime], None]

Write = Callable[[Session, Outgoing, Rendered, datetime], Letter]

CHANGES = (Mode.STRIP, Mode.DELETE)
"""What takes something away from a message, and needs no words."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message on its way: everything the sender needs, nothing that reads the store."""

    row_id: int
    fence: int
    mode: Mode
    address: int
    target_id: int | None
    callback_id: str | None
    what: Rendered | None
    letter: Letter | None = None  # in place of a chat
    broadcast: bool = False  # lets replies go before it


Result = tuple[Claimed, Outcome]


@dataclass(frozen=True, slots=True)
class Shown:
    """Something that was put into a chat of our own, for whoever looks at it now. `toast`: the
    answer to a press, which stands nowhere. `alone`: words that stand on the open page alone."""

    contact_id: int
    toast: str | None = None
    alone: Rendered | None = None


Keep = Callable[[Session, int, Claimed, datetime], Outcome]
"""Puts a message into a chat that lies in our own store (by the contact's id): sent when it is
committed, and never in doubt."""


@dataclass(slots=True)
class Round:
    """What one transaction came to."""

    claimed: list[Claimed] = field(default_factory=list)
    changed: bool = False  # there may be more to claim now
    wake: datetime | None = None
    shown: list[Shown] = field(default_factory=list)
    held: bool = False  # something waits for the pace alone, or to be tried again in a moment
    stopped: list[str] = field(default_factory=list)  # channels in which nothing is started
    ends: dict[str, int] = field(default_factory=dict)  # how many rows ended how, for /metrics
    trail: list[tuple[int, str, str | None]] = field(
        default_factory=list
    )  # and which, for the log

    def end(self, row: Outgoing, state: OutState, error: str | None = None) -> None:
        row.state, row.error, row.lease_until = state, error, None
        if row.promise == Promise.ONCE:
            row.params = {}  # the link in it must not outlive its one try
        self.ends[state] = self.ends.get(state, 0) + 1
        self.trail.append((row.id, state, error))
        self.changed = True


@dataclass
class Desk:
    """What the steps are given."""

    compose: Compose
    unreachable: Unreachable
    pace: Pace
    at_home: Mapping[str, Keep] = field(default_factory=dict)  # by channel
    tell: Callable[[list[Shown]], None] = lambda shown: None  # after the commit
    looks: Callable[[int], bool] = lambda contact_id: False  # is that chat open on a page here?
    write: Write | None = None  # makes letters; without it nothing is sent by mail
    jitter: random.Random = field(default_factory=random.Random)
