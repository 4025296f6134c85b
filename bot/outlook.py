"""What can be seen of the bot from outside: figures for /metrics and `losbot check`, no ids, no names."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import inf

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import journal
from models import channels, rehearsal, store_facts
from models.inbox import Parked
from models.outbox import BROADCASTS, OPEN_STATES, Mode, Outgoing, OutState, Promise

LATELY = timedelta(days=1)
Figures = dict[str, float]
"""By the name of a metric, without `losbot_`, with its labels."""


def of_store(session: Session, now: datetime) -> Figures:
    return {
        **_messages(session, now),
        **_held_back(session, now),
        "parked": session.scalar(select(func.count()).where(Parked.replayed_at.is_(None))) or 0,
        "backup_age_seconds": backup_age(session, now),
        "consent_journal_missing": journal.missing(session.connection()),
    }


def backup_age(session: Session, now: datetime) -> float:
    """Infinite when there is none."""
    made = store_facts.get(session, store_facts.BACKED_UP)
    return inf if made is None else (now - datetime.fromisoformat(made)).total_seconds()


def _messages(session: Session, now: datetime) -> Figures:
    rows = session.execute(select(Outgoing.state, func.count()).group_by(Outgoing.state))
    found: Figures = {f'outbox_rows{{state="{state}"}}': count for state, count in sorted(rows)}
    waits = select(func.min(Outgoing.not_before)).where(
        Outgoing.state.in_(OPEN_STATES),
        Outgoing.not_before <= now,
        Outgoing.promise.not_in(BROADCASTS),
        Outgoing.mode != Mode.TOAST,
    )
    since = session.scalar(waits)
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


def _held_back(session: Session, now: datetime) -> Figures:
    stopped = channels.stopped(session)
    return {
        **{f'channel_stopped{{channel="{name}"}}': name in stopped for name in channels.CHANNELS},
        "rehearsal": rehearsal.is_on(session, now),
        "frozen": channels.frozen(session) is not None,
    }
