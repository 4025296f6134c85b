"""How much one browser and one person may ask for: enough for anybody, too little for a machine."""

from __future__ import annotations

import hashlib
import ipaddress
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import Request

from bot.pacing import Bucket

REMEMBERED = 20_000


class Limit:
    """So many a second on average, so many at once, for each key. Forgets the longest unused."""

    def __init__(self, rate: float, most: float) -> None:
        self._rate, self._most = rate, most
        self._buckets: OrderedDict[object, Bucket] = OrderedDict()

    def has(self, key: object, now: datetime) -> bool:
        """Whether one more would be within the limit; nothing is counted."""
        bucket = self._buckets.get(key)
        return bucket is None or bucket.has(now)

    def take(self, key: object, now: datetime) -> bool:
        """Whether one more is within the limit; it is counted then."""
        bucket = self._buckets.pop(key, None) or Bucket(self._rate, self._most)
        self._buckets[key] = bucket
        while len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        if not bucket.has(now):
            return False
        bucket.take()
        return True


class Inside:
    """The cookies that were found to open a chat, as hashes; it forgets the longest unseen."""

    def __init__(self) -> None:
        self._seen: OrderedDict[bytes, None] = OrderedDict()

    def add(self, token: str) -> None:
        self._seen[_hash(token)] = None
        self._seen.move_to_end(_hash(token))
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)

    def key(self, token: str) -> bytes | None:
        """By what its owner is counted; None for a cookie that has opened nothing yet."""
        return found if token and (found := _hash(token)) in self._seen else None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


@dataclass
class Limits:
    """By address goes only who is not in yet: a whole school may sit behind one."""

    said: Limit  # by person: presses and words
    read: Limit  # by cookie of who is in, else by address: pages and streams
    opened: Limit  # by address: links opened, chats begun, logins that were refused
    proved: Limit = field(default_factory=lambda: Limit(5, 300))
    """By address: passkeys asked for and shown."""
    inside: Inside = field(default_factory=Inside)

    @classmethod
    def usual(cls) -> Limits:
        return cls(Limit(2, 60), Limit(5, 300), Limit(5, 300))

    @classmethod
    def none(cls) -> Limits:
        """For stories, in which a day passes in a moment."""
        said, read, opened, proved = (Limit(1e6, 1e6) for _each in range(4))
        return cls(said, read, opened, proved)


def address_of(request: Request) -> str:
    """Where a request comes from; of IPv6 the network, which is what one household has."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return host
    return str(ipaddress.ip_network((host, 64), strict=False))
