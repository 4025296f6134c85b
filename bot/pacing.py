"""How fast we talk: within what Telegram takes, replies before broadcasts."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

CHAT_RATE, CHAT_BURST = 1.0, 3.0
FLOOD_CHATS, FLOOD_WINDOW = 3, timedelta(seconds=10)
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


class Pace:
    """New messages: one a second and chat after a burst of three. Everything but toasts: so many
    broadcasts a second, and some kept for replies, which may use the broadcasts' share too."""

    def __init__(self, *, broadcasts: float = 25, replies: float = 5, per_chat: bool = True):
        self._broadcasts = Bucket(broadcasts, broadcasts)
        self._replies = Bucket(replies, replies)
        self._per_chat = per_chat
        self._chats: dict[int, Bucket] = {}
        self._floods: deque[tuple[datetime, int]] = deque()
        self._paused_until: datetime | None = None

    @classmethod
    def unhurried(cls) -> Pace:
        """No pace at all, for a pretend Telegram without limits."""
        return cls(broadcasts=1e6, replies=1e6, per_chat=False)

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
        return self._broadcasts.has(now) or (not broadcast and self._replies.has(now))

    def took(self, contact_id: int, now: datetime, *, broadcast: bool, new: bool) -> None:
        if not broadcast and self._replies.has(now):
            self._replies.take()
        else:
            self._broadcasts.take()
        if new and self._per_chat:
            bucket = self._chats.setdefault(contact_id, Bucket(CHAT_RATE, CHAT_BURST))
            bucket.has(now)
            bucket.take()

    def ready_at(self, now: datetime) -> datetime:
        """When to look again, given that something was held back."""
        buckets = [b for b in self._chats.values() if not b.has(now)]
        buckets += [b for b in (self._broadcasts, self._replies) if not b.has(now)]
        return min((bucket.ready_at(now) for bucket in buckets), default=now)

    def flooded(self, contact_id: int, seconds: float, now: datetime) -> None:
        """Told to wait. Three chats within ten seconds mean the bot as a whole."""
        self._floods.append((now, contact_id))
        while self._floods and self._floods[0][0] < now - FLOOD_WINDOW:
            self._floods.popleft()
        if len({contact for _at, contact in self._floods}) >= FLOOD_CHATS:
            wait = min(timedelta(seconds=seconds), LONGEST_PAUSE)
            self._paused_until = max(self._paused_until or now, now + wait)
