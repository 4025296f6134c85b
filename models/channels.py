"""The channels people are met in, and which of them somebody has stopped.

While one is stopped, nothing is started through it: what is promised waits. It is heard all the
same, for taking a yes back must never be harder than giving it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import audit, store_facts
from models.outbox import PROMISED
from models.store_facts import StoreFact

CHANNELS = ("telegram", "web", "email")
_STOPPED = "stopped:"
_FROZEN = "frozen"


def stop(session: Session, channel: str, now: datetime, by: int | None = None) -> bool:
    """From the next look at the store nothing more is sent there. False when it stood still."""
    _known(channel)
    if channel in stopped(session):
        return False
    store_facts.put(session, _STOPPED + channel, now.isoformat())
    _recorded(session, "channels.stop", channel, now, by)
    return True


def start(session: Session, channel: str, now: datetime, by: int | None = None) -> bool:
    """What waited goes out, if it is still true. False when it was not stopped."""
    _known(channel)
    if frozen(session):
        raise ValueError("the store was restored and is frozen: losbot thaw")
    fact = session.get(StoreFact, _STOPPED + channel)
    if fact is None:
        return False
    session.delete(fact)
    _recorded(session, "channels.start", channel, now, by)
    session.info[PROMISED] = True
    return True


def freeze(session: Session, now: datetime) -> None:
    """Nothing leaves this store, in any channel, until somebody has looked at it: it was put back
    from a backup, and may be a copy of one that runs."""
    store_facts.put(session, _FROZEN, now.isoformat())
    _recorded(session, "store.freeze", "all", now, None)


def thaw(session: Session, now: datetime) -> bool:
    """It is the real one now. False when it was not frozen."""
    fact = session.get(StoreFact, _FROZEN)
    if fact is None:
        return False
    session.delete(fact)
    _recorded(session, "store.thaw", "all", now, None)
    session.info[PROMISED] = True
    return True


def frozen(session: Session) -> datetime | None:
    """Since when, if it is."""
    since = store_facts.get(session, _FROZEN)
    return datetime.fromisoformat(since) if since else None


def stopped(session: Session) -> dict[str, datetime]:
    """The channels that stand still now, and since when: all of a frozen store."""
    if since := frozen(session):
        return dict.fromkeys(CHANNELS, since)
    facts = session.execute(_STOPS)
    return {key.removeprefix(_STOPPED): datetime.fromisoformat(value) for key, value in facts}


_STOPS = select(StoreFact.key, StoreFact.value).where(StoreFact.key.startswith(_STOPPED))


def is_stopped(session: Session, channel: str) -> bool:
    return session.get(StoreFact, _STOPPED + channel) is not None or frozen(session) is not None


def _known(channel: str) -> None:
    if channel not in CHANNELS:
        raise LookupError(f"no channel is called {channel} ({', '.join(CHANNELS)})")


def _recorded(session: Session, action: str, channel: str, now: datetime, by: int | None) -> None:
    audit.record(session, action=action, actor_id=by, now=now, detail={"channel": channel})
    session.flush()
