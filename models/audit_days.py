"""Once a day, one entry that vouches for the ends of all chains: what is kept elsewhere.

The days are a chain of their own, so each vouches for every day before it. An entry names the
chains that have grown since the day before, how far, and the hash over their ends in order. Kept
where the store's keeper cannot write (`losbot audit heads`), one line shows any change made to
anything older than it, even by somebody who has the house's key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import audit
from models.audit import AuditHead

DAYS = 1
"""The chain of the days' heads; no id made by us is that small."""
HEAD = "audit.day"


def keep_head(session: Session, now: datetime) -> bool:
    """Write the head of this day (UTC). False when it is written already, or the clock went back."""
    last = audit.entry(session, DAYS, audit.end_of(session, DAYS).seq)
    day, told = now.date().isoformat(), dict[int, int]()
    if last is not None and last.detail["day"] >= day:
        return False
    for past in audit.entries(session, DAYS):
        told |= grown(past.detail)
    ends = {
        head.chain: head
        for head in session.scalars(
            select(AuditHead).where(AuditHead.chain != DAYS).order_by(AuditHead.chain)
        )
    }
    further = {chain: head.seq for chain, head in ends.items() if head.seq != told.get(chain, 0)}
    detail = {
        "day": day,
        "chains": len(ends),
        "entries": sum(head.seq for head in ends.values()),
        "grown": {str(chain): seq for chain, seq in further.items()},
        "hash": hash_over(ends[chain] for chain in further),
    }
    audit.record(session, action=HEAD, actor_id=None, now=now, chain=DAYS, detail=detail)
    return True


def grown(detail: dict[str, Any]) -> dict[int, int]:
    """The chains that have grown since the day before, and how far."""
    return {int(chain): int(seq) for chain, seq in detail["grown"].items()}


def hash_over(ends: Iterable[audit.Ended]) -> str:
    found = hashlib.sha256()
    for end in ends:
        found.update(f"{end.chain}|{end.seq}|{end.hash}\n".encode())
    return found.hexdigest()


def lines(session: Session) -> list[str]:
    """Every day's head as a line, the oldest first."""
    return [line_of(day) for day in audit.entries(session, DAYS)]


def line_of(day: Any) -> str:
    """A day's head as one line, to be kept elsewhere."""
    told = day.detail
    return (
        f"{told['day']} {day.seq} {told['chains']} {told['entries']} "
        f"{day.hash} {day.master} {day.seal}"
    )
