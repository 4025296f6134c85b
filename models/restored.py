"""A store that was put back from a backup: what it must not say again, what has been said since,
and who is gone.

What was promised before may have arrived; nobody can know, so none of it is sent. What people said
after the backup is in the journal (`merging`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from models import audit, channels, follow_ups, ledger
from models.conversations import Conversation
from models.journal import Told
from models.ladders import LADDERS
from models.merging import Merging
from models.merging_ends import HELD
from models.outbox import OPEN_STATES, Mode, Outgoing, OutState, Promise
from models.people import Person
from models.unasked import tell

NEWS = "store.restored"
MOST_ROUNDS = 2000


def put_back(session: Session, told: Sequence[Told], now: datetime) -> Counter[str]:
    """Freeze a store that was just put back, and let it be as true as it can be. Returns what was
    done, by its name."""
    channels.freeze(session, now)
    session.execute(delete(Conversation))  # a word that comes now is no answer to an old question
    counts = Counter(messages_not_repeated=hold(session, _was_open(now)))
    merging = Merging(session, now)
    merging.merge(told)
    counts.update(merging.counts)
    last = session.scalar(select(func.max(Outgoing.id))) or 0
    _take_what_is_due(session, now)
    counts["messages_not_repeated"] += hold(session, Outgoing.id > last)
    counts["people_told_to_look"] = _tell_to_look(session, merging.touched, now)
    audit.record(session, action="store.restored", actor_id=None, now=now, detail=dict(counts))
    session.flush()
    return counts


# --- messages ------------------------------------------------------------------------------------


def _was_open(now: datetime) -> Any:
    """Its time has come, or it was on its way. What is for later was sent by nobody."""
    return (Outgoing.not_before <= now) | (Outgoing.state == OutState.SENDING)


def hold(session: Session, which: Any) -> int:
    """Say of open messages that nobody knows. What takes something away from a chat goes out, as
    doing that twice does no harm. Returns how many."""
    takes_away = Outgoing.mode.in_((Mode.DELETE, Mode.HIDE, Mode.STRIP)) | Outgoing.kind.in_(
        ledger.TAKES_AWAY
    )
    open_ones = Outgoing.state.in_(OPEN_STATES), which
    again = update(Outgoing).where(*open_ones, takes_away)
    session.execute(again.values(state=OutState.WAITING, lease_until=None))
    toasts = update(Outgoing).where(*open_ones, Outgoing.mode == Mode.TOAST)
    session.execute(toasts.values(state=OutState.MOOT, error=HELD, lease_until=None))
    once = update(Outgoing).where(*open_ones, Outgoing.promise == Promise.ONCE)
    session.execute(once.values(params={}))  # the link in it must not outlive its one try
    rest = update(Outgoing).where(*open_ones, ~takes_away).returning(Outgoing.id)
    held = session.scalars(
        rest.values(state=OutState.UNCERTAIN, error=HELD, lease_until=None)
    ).all()
    session.expire_all()
    return len(held)


def _take_what_is_due(session: Session, now: datetime) -> None:
    """What was due since the backup may have been said by the store that was lost."""
    for ladder in LADDERS:
        for _round in range(MOST_ROUNDS):
            if not follow_ups.take_due(session, ladder, now):
                break


def _tell_to_look(session: Session, touched: Iterable[int], now: datetime) -> int:
    """A neutral line, when the store is thawed, to whom something may have been lost for."""
    unsure = select(Outgoing.recipient_id).where(Outgoing.error == HELD)
    ids = {*touched, *session.scalars(unsure.distinct())}
    some = select(Person.id).where(Person.confirmed_at.is_not(None), Person.leaving_at.is_(None))
    them = sorted(ids & set(session.scalars(some)))
    tell(session, NEWS, them, 0, now.isoformat(), now)
    return len(them)
