"""How fast we talk: within what Telegram takes, replies before broadcasts."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

CHAT_RATE, CHAT_BURST = 1.0, 3.0
FLOOD_CHATS, FLOOD_WINDOW = 3, timedelta(seconds=10)
FLOOD_SHARE = 4
"""Of four that were sent in the last second one was refused, or more."""
SECOND = timedelta(seconds=1)
AHEAD = timedelta(milliseconds=100)
"""Longer than the store takes for one round."""
SQUEEZED = timedelta(milliseconds=25)
SPREAD = 0.8
"""So evenly do broadcasts leave; the rest is room to make up for one that left late. Those that left
in one burst would leave in one a second later too, and a reply would wait for the end of it."""
LONGEST_PAUSE = timedelta(minutes=15)


@dataclass(slots=True)
class Bucket:
    """So many a second on average, so many at once."""

    rate: float
    most: float
    level: float = field(init=False)
    at: datetime | None = None

    def __post_init__(self) -> None:
        self.level = self.most

    def has(self, now: datetime) -> bool:
        if self.at is not None:
            seconds = max(0.0, (now - self.at).total_seconds())
            self.level = min(self.most, self.level + seconds * self.rate)
        self.at = now
        # A thousandth is the dust of adding fractions; without it a wake-up comes too early.
        return self.level >= 0.999

    def take(self) -> None:
        self.level -= 1

    def ready_at(self, now: datetime) -> datetime:
        return now + timedelta(seconds=max(0.0, 1 - self.level) / self.rate)


class Window:
    """So many in any second, however they lie in it; of less than one a second, one in so long.

    `squeezed` is how much closer together what we send may arrive than it left. `spread` over the
    window (1: evenly) they leave room for others in between, and none waits for a whole burst.
    """

    def __init__(self, rate: float, squeezed: timedelta, spread: float = 0.0) -> None:
        self.most = max(1, int(rate))
        self._span = timedelta(seconds=self.most / rate) + squeezed
        self._apart = self._span / self.most * spread
        self._taken: deque[datetime] = deque(maxlen=self.most)

    def free_at(self, now: datetime) -> datetime:
        """The first instant at which there is room for one more."""
        if self._taken and self._taken[-1] > now + SECOND:
            self._taken.clear()  # the clock was set back; else nothing leaves until it has caught up
        return max(now, self._opens() or now)

    def take(self, at: datetime, late: timedelta = timedelta()) -> None:
        """One that comes up to `late` after its turn is counted as if it had been in time: else all
        that follow would be late with it, for good."""
        self._taken.append(max(at - late, self._opens() or at))

    def _opens(self) -> datetime | None:
        """None: nothing was taken yet."""
        if not self._taken:
            return None
        at = self._taken[-1] + self._apart
        return at if len(self._taken) < self.most else max(at, self._taken[0] + self._span)

    def lately(self, now: datetime) -> int:
        """How many were taken in the last second."""
        return sum(at > now - SECOND for at in self._taken)


class Pace:
    """New messages: one a second and chat after a burst of three. Everything but toasts: so many
    broadcasts in any second, and some kept for replies, which may use the broadcasts' share too.

    What is claimed up to `ahead` of its turn waits for it at the line (`leaves`): when the store was
    ready is not when Telegram hears it.
    """

    def __init__(
        self,
        *,
        broadcasts: float = 25,
        replies: float = 5,
        per_chat: bool = True,
        ahead: timedelta = timedelta(),
        squeezed: timedelta = timedelta(),
        spread: float = 0.0,
    ) -> None:
        self._broadcasts = Window(broadcasts, squeezed, spread)
        self._all = Window(broadcasts + replies, squeezed)
        self._line = Window(broadcasts + replies, squeezed, spread)
        self._ahead = ahead
        self._late = squeezed * 0.4  # the rest is for the line itself
        self._per_chat = per_chat
        self.in_line = 1 + ceil(AHEAD.total_seconds() * (broadcasts + replies))
        """How many may wait for their turn to leave. The line is a little slower than the pace they
        were claimed at: without an end to it a reply would wait behind ever more of them; and all
        are in doubt if we die."""
        self._chats: dict[int, Bucket] = {}
        self._floods: deque[tuple[datetime, int]] = deque()
        self._paused_until: datetime | None = None

    @classmethod
    def unhurried(cls) -> Pace:
        """No pace at all, for a pretend Telegram without limits."""
        return cls(broadcasts=1e6, replies=1e6, per_chat=False)

    @classmethod
    def over_a_line(cls, broadcasts: float, replies: float) -> Pace:
        """For a real Telegram: never above the rate there, and not much below it."""
        return cls(
            broadcasts=broadcasts, replies=replies, ahead=AHEAD, squeezed=SQUEEZED, spread=SPREAD
        )

    def paused(self, now: datetime) -> datetime | None:
        """Until when nothing at all is sent."""
        if self._paused_until is not None and self._paused_until > now:
            return self._paused_until
        return None

    def full_chats(self, now: datetime) -> list[int]:
        """Chats that get no new message just now. Forgets those that are rested."""
        full: list[int] = []
        for contact_id, bucket in list(self._chats.items()):
            if not bucket.has(now):
                full.append(contact_id)
            elif bucket.level >= bucket.most:
                del self._chats[contact_id]
        return full

    def may(self, now: datetime, *, broadcast: bool) -> bool:
        return self._turn(now, broadcast=broadcast) <= now + self._ahead

    def leaves(self, now: datetime) -> float:
        """Count one that leaves now, and return nought; or the seconds it has to wait."""
        at = self._line.free_at(now)
        if at > now:
            return (at - now).total_seconds()
        self._line.take(now, late=self._late)
        return 0.0

    def took(self, contact_id: int, now: datetime, *, broadcast: bool, new: bool) -> datetime:
        """Count one that is claimed. Returns its turn."""
        at = self._turn(now, broadcast=broadcast)
        self._all.take(at)
        if broadcast:
            self._broadcasts.take(at)
        if new and self._per_chat:
            bucket = self._chats.setdefault(contact_id, Bucket(CHAT_RATE, CHAT_BURST))
            bucket.has(now)
            bucket.take()
        return at

    def _turn(self, now: datetime, *, broadcast: bool) -> datetime:
        at = self._all.free_at(now)
        return max(at, self._broadcasts.free_at(now)) if broadcast else at

    def ready_at(self, now: datetime) -> datetime:
        """When to look again, given that something was held back."""
        found = [b.ready_at(now) for b in self._chats.values() if not b.has(now)]
        turns = {self._turn(now, broadcast=broadcast) for broadcast in (False, True)}
        found += [turn - self._ahead for turn in turns if turn > now + self._ahead]
        return min(found, default=now)

    def flooded(self, contact_id: int, seconds: float, now: datetime) -> None:
        """Told to wait. Three chats within ten seconds mean the bot as a whole, unless most of what
        was just sent was taken: then they are three chats."""
        self._floods.append((now, contact_id))
        while self._floods and self._floods[0][0] < now - FLOOD_WINDOW:
            self._floods.popleft()
        refused = sum(at > now - SECOND for at, _contact in self._floods)
        everywhere = refused * FLOOD_SHARE >= self._all.lately(now)
        if everywhere and len({contact for _at, contact in self._floods}) >= FLOOD_CHATS:
            wait = min(timedelta(seconds=seconds), LONGEST_PAUSE)
            self._paused_until = max(self._paused_until or now, now + wait)
