"""What can be seen of the bot from outside: figures for /metrics and `losbot check`, no ids, no names."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, timedelta
from math import inf
from zoneinfo import ZoneInfo

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session

from bot import journal, store_schema
from bot.store import Store
from models import channels, municipality, rehearsal, store_facts
from models.contacts import Contact
from models.inbox import Parked
from models.outbox import BROADCASTS, OPEN_STATES, Mode, Outgoing, OutState, Promise

LATELY = timedelta(days=1)
Figures = dict[str, float]
"""By the name of a metric, without `losbot_`, with its labels."""


UNWELL = {"store": False, "key": False, "zone": False}
PATIENCE = 5.0
"""So long whoever watches us waits for the store, in seconds."""


async def probe(store: Store, now: datetime) -> dict[str, bool]:
    """Whether the store takes writes and its tables fit, the key opens it, and the zone of its people
    is known."""
    found = dict(UNWELL)
    with contextlib.suppress(Exception):
        await asyncio.to_thread(store.check_schema)
        await store.write(store_facts.put, "probe", now.isoformat())
        found["store"] = True
        found["zone"] = await store.read(_knows_zone, now)
        found["key"] = await store.read(store_schema.knows_key)
    return found


def _knows_zone(session: Session, now: datetime) -> bool:
    return bool(ZoneInfo(municipality.policy_at(session, now).zone))


def of_store(session: Session, now: datetime) -> Figures:
    return {
        **_messages(session, now),
        **_held_back(session, now),
        "parked": parked(session),
        "backup_age_seconds": backup_age(session, now),
        "consent_journal_missing": journal.missing(session.connection()),
    }


def rows_by_state(session: Session) -> dict[str, int]:
    rows = select(Outgoing.state, func.count()).group_by(Outgoing.state)
    return dict(sorted(session.execute(rows).all()))


def parked(session: Session) -> int:
    return session.scalar(select(func.count()).where(Parked.replayed_at.is_(None))) or 0


def backup_age(session: Session, now: datetime) -> float:
    """Infinite when there is none."""
    made = store_facts.get(session, store_facts.BACKED_UP)
    return inf if made is None else (now - datetime.fromisoformat(made)).total_seconds()


def _messages(session: Session, now: datetime) -> Figures:
    rows = rows_by_state(session).items()
    found: Figures = {f'outbox_rows{{state="{state}"}}': count for state, count in rows}
    since = session.scalar(_waits_since(session, now))
    once = select(func.count()).where(
        Outgoing.state == OutState.UNCERTAIN,
        Outgoing.promise == Promise.ONCE,
        Outgoing.not_before > now - LATELY,
    )
    waited = (now - since).total_seconds() if since else 0
    return {
        **found,
        "oldest_reply_seconds": waited,
        "uncertain_links": session.scalar(once) or 0,
    }


def _waits_since(session: Session, now: datetime) -> Select[datetime | None]:
    """From when the first of those waits who wait for an answer. What was tried has its next try
    ahead, and waits since it was said; where a channel stands still nobody is to be woken."""
    since = case((Outgoing.attempts > 0, Outgoing.said_at), else_=Outgoing.not_before)
    waits = select(func.min(since)).where(
        Outgoing.state.in_(OPEN_STATES),
        or_(Outgoing.not_before <= now, Outgoing.attempts > 0),
        Outgoing.promise.not_in(BROADCASTS),
        Outgoing.mode != Mode.TOAST,
    )
    if still := channels.stopped(session):
        waits = waits.join(Contact).where(Contact.channel.not_in(still))
    return waits


def _held_back(session: Session, now: datetime) -> Figures:
    stopped = channels.stopped(session)
    return {
        **{f'channel_stopped{{channel="{name}"}}': name in stopped for name in channels.CHANNELS},
        "rehearsal": rehearsal.is_on(session, now),
        "frozen": channels.frozen(session) is not None,
    }
