"""An outbox row's steps, each in a transaction: claimed and put into words, then marked.

One message of a chat is on its way at a time, in order. A row that is claimed gets a new fence; a
result is kept only under the fence it was claimed with.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from bot.channels.outcomes import Outcome, What
from bot.pacing import Pace
from bot.render import Rendered
from models import people
from models.outbox import Mode, Outgoing, OutState, Promise
from models.people import Contact, Person

LEASE = timedelta(seconds=45)
"""Longer than any call; who holds a row longer is taken for dead, and the message for perhaps
sent."""
AGAIN = timedelta(seconds=45)
"""How long we wait before we repeat what may have arrived."""
LONGEST_RETRY = 300.0
TRIES = 3
BATCH = 10

Compose = Callable[[Session, Outgoing, datetime], Rendered | None]
Unreachable = Callable[[Session, Outgoing, datetime], None]

REPEATED = (Promise.RECEIPT, Promise.REMINDER)
CHANGES = (Mode.STRIP, Mode.DELETE)


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


Result = tuple[Claimed, Outcome]


@dataclass(slots=True)
class Round:
    """What one transaction came to."""

    claimed: list[Claimed] = field(default_factory=list)
    changed: bool = False  # something else may be next now
    wake: datetime | None = None
    ends: dict[str, int] = field(default_factory=dict)  # how many rows ended how, for /metrics

    def end(self, row: Outgoing, state: OutState, error: str | None = None) -> None:
        row.state, row.error, row.lease_until = state, error, None
        self.ends[state] = self.ends.get(state, 0) + 1
        self.changed = True


@dataclass
class Desk:
    """What the steps are given."""

    compose: Compose
    unreachable: Unreachable
    pace: Pace
    jitter: random.Random = field(default_factory=random.Random)


def step(
    session: Session,
    results: Sequence[Result],
    mine: Collection[int],
    room: int,
    desk: Desk,
    now: datetime,
) -> Round:
    """Mark what came back, then claim what is next: one transaction for both.

    `mine` are the rows this process has on their way, `room` how many more it can take; below
    nought nothing is claimed at all.
    """
    done = Round()
    for claimed, outcome in results:
        row = session.get(Outgoing, claimed.row_id, with_for_update=True)
        if row is not None and (row.fence, row.state) == (claimed.fence, OutState.SENDING):
            _mark(session, row, outcome, desk, now, done)
    session.flush()
    paused = desk.pace.paused(now)
    if paused is None and room >= 0:
        _find_the_lost(session, mine, now, done)
        _address(session, desk, now, done)
        session.flush()
        _claim_toasts(session, desk, now, done)
        _claim_heads(session, min(room, BATCH), desk, now, done)
        session.flush()
    done.wake = paused or _wake(session, mine, desk, now)
    return done


def recover(session: Session, now: datetime) -> None:
    """At the start, when nobody else has this store: what was on its way may have arrived."""
    done = Round()
    for row in session.scalars(select(Outgoing).where(Outgoing.state == OutState.SENDING)):
        _perhaps_sent(row, "restart", row.lease_until or now + AGAIN, now, done)


# --- claiming ------------------------------------------------------------------------------------


def _find_the_lost(session: Session, mine: Collection[int], now: datetime, done: Round) -> None:
    """Rows whose holder let the lease run out."""
    lost = select(Outgoing).where(
        Outgoing.state == OutState.SENDING,
        Outgoing.lease_until <= now,
        Outgoing.id.not_in(list(mine)),
    )
    for row in session.scalars(lost.with_for_update(skip_locked=True)):
        _perhaps_sent(row, "lease", now, now, done)


def _address(session: Session, desk: Desk, now: datetime, done: Round) -> None:
    """Find the chat of what was promised to a person rather than said in a chat."""
    loose = (
        select(Outgoing)
        .where(
            Outgoing.contact_id.is_(None),
            Outgoing.state == OutState.WAITING,
            Outgoing.not_before <= now,
        )
        .order_by(Outgoing.id)
        .limit(50)
        .with_for_update(skip_locked=True)
    )
    for row in session.scalars(loose).all():
        contact = people.contact_of(session, row.recipient_id)
        if contact is not None:
            row.contact_id = contact.id
            done.changed = True
        else:
            _unreachable(session, row, desk, now, done)


def _claim_toasts(session: Session, desk: Desk, now: datetime, done: Round) -> None:
    waiting = (
        select(Outgoing)
        .where(Outgoing.mode == Mode.TOAST, Outgoing.state == OutState.WAITING)
        .order_by(Outgoing.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    for row in session.scalars(waiting).all():
        if row.not_after is not None and row.not_after < now:
            done.end(row, OutState.MOOT)
        else:
            _put_into_words(session, row, 0, desk, now, done)


def _in_line() -> ColumnElement[bool]:
    """Rows that hold up what comes after them in their chat: those on their way, those due, and
    those not sent yet that are tried again. One that may have arrived holds up nothing."""
    tried = and_(Outgoing.attempts > 0, Outgoing.ambiguous == 0)
    return and_(
        Outgoing.mode != Mode.TOAST,
        Outgoing.contact_id.is_not(None),
        or_(Outgoing.state == OutState.SENDING, and_(Outgoing.state == OutState.WAITING, tried)),
    )


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(
        Outgoing.mode != Mode.TOAST,
        Outgoing.contact_id.is_not(None),
        Outgoing.state == OutState.WAITING,
        Outgoing.not_before <= now,
    )


def _is_change() -> ColumnElement[bool]:
    return or_(Outgoing.target_id.is_not(None), Outgoing.mode.in_(CHANGES))


def _claim_heads(session: Session, room: int, desk: Desk, now: datetime, done: Round) -> None:
    if room <= 0:
        return
    heads = (
        select(func.min(Outgoing.id))
        .where(or_(_in_line(), _due(now)))
        .group_by(Outgoing.contact_id)
    )
    busy = select(Outgoing.contact_id).where(Outgoing.state == OutState.SENDING, _in_line())
    query = (
        select(Outgoing, Contact)
        .join(Contact, Contact.id == Outgoing.contact_id)
        .where(
            Outgoing.id.in_(heads),
            Outgoing.contact_id.not_in(busy),
            _due(now),
            or_(Contact.blocked_until.is_(None), Contact.blocked_until <= now),
            or_(_is_change(), Outgoing.contact_id.not_in(desk.pace.full_chats(now))),
        )
        .order_by(case((Outgoing.promise == Promise.REMINDER, 1), else_=0), Outgoing.id)
        .limit(room)
        .with_for_update(of=Outgoing, skip_locked=True)
    )
    for row, contact in session.execute(query).all():
        broadcast = row.promise == Promise.REMINDER
        if not desk.pace.may(now, broadcast=broadcast):
            continue
        if _still_to_send(session, row, contact, desk, now, done):
            _put_into_words(session, row, contact.address, desk, now, done)
            if row.state == OutState.SENDING:
                new = row.target_id is None and row.mode not in CHANGES
                desk.pace.took(contact.id, now, broadcast=broadcast, new=new)


def _still_to_send(
    session: Session, row: Outgoing, contact: Contact, desk: Desk, now: datetime, done: Round
) -> bool:
    person = session.get_one(Person, row.recipient_id)
    if row.not_after is not None and row.not_after < now:
        done.end(row, OutState.MOOT, "late")
    elif person.muted and row.promise == Promise.REMINDER:
        done.end(row, OutState.MOOT, "muted")
    elif contact.closed_at is None and contact.person_id == row.recipient_id:
        return True
    elif row.target_id is not None or row.mode in CHANGES:
        done.end(row, OutState.MOOT, "closed")
    elif contact.person_id == row.recipient_id or row.promise == Promise.REMINDER:
        # The chat was closed, or is someone else's by now: is there another one of theirs?
        other = people.contact_of(session, row.recipient_id)
        if other is None:
            _unreachable(session, row, desk, now, done)
        else:
            row.contact_id = other.id
            done.changed = True
    else:
        done.end(row, OutState.MOOT, "moved")  # a reply, in a chat that changed hands
    return False


def _put_into_words(
    session: Session, row: Outgoing, address: int, desk: Desk, now: datetime, done: Round
) -> None:
    """Ask the rules again and find the words; then it is on its way."""
    rendered: Rendered | None = None
    if row.mode not in CHANGES:
        try:
            with session.begin_nested():
                rendered = desk.compose(session, row, now)
        except Exception as error:
            _words_failed(row, type(error).__name__, now, done)
            return
        if rendered is None:
            done.end(row, OutState.MOOT)
            return
        if rendered.document is not None:
            row.target_id = None  # a file cannot take the place of words
    row.state = OutState.SENDING
    row.fence += 1
    row.attempts += 1
    row.lease_until = now + LEASE
    target = row.target_id
    done.claimed.append(
        Claimed(row.id, row.fence, Mode(row.mode), address, target, row.callback_id, rendered)
    )


def _words_failed(row: Outgoing, error: str, now: datetime, done: Round) -> None:
    row.attempts += 1
    if row.attempts >= TRIES or row.mode == Mode.TOAST:
        done.end(row, OutState.FAILED, f"compose.{error}")
    else:
        row.not_before = now + timedelta(seconds=2**row.attempts)
        row.error = f"compose.{error}"


# --- marking -------------------------------------------------------------------------------------


def _mark(
    session: Session, row: Outgoing, outcome: Outcome, desk: Desk, now: datetime, done: Round
) -> None:
    done.changed = True
    match outcome.what:
        case What.SENT:
            row.sent_at = now
            if row.mode not in CHANGES and row.mode != Mode.TOAST:
                row.message_id = outcome.message_id or row.target_id
            done.end(row, OutState.SENT)
        case _ if row.mode == Mode.TOAST:
            done.end(row, OutState.MOOT, outcome.error)
        case What.NOT_SENT:
            _try_later(row, _backoff(row.attempts, desk), outcome.error, now)
        case What.WAIT:
            contact = session.get_one(Contact, row.contact_id)
            contact.blocked_until = now + timedelta(seconds=outcome.seconds)
            _try_later(row, outcome.seconds, outcome.error, now)
            desk.pace.flooded(contact.id, outcome.seconds, now)
        case What.AMBIGUOUS:
            _perhaps_sent(row, outcome.error, now + AGAIN, now, done)
        case What.GONE:
            people.close_contact(session, session.get_one(Contact, row.contact_id), now)
            _unreachable(session, row, desk, now, done)
        case What.NO_TARGET if row.mode in CHANGES:
            done.end(row, OutState.SENT)
        case What.NO_TARGET if row.target_id is not None:
            # Said anew, once: from here on it is a message like others.
            row.target_id, row.promise, row.ambiguous = None, Promise.RECEIPT, 0
            _try_later(row, 0, outcome.error, now)
        case _:
            done.end(row, OutState.FAILED, outcome.error)


def _try_later(row: Outgoing, seconds: float, error: str, now: datetime) -> None:
    row.state, row.lease_until, row.error = OutState.WAITING, None, error
    row.not_before = now + timedelta(seconds=seconds)


def _backoff(attempts: int, desk: Desk) -> float:
    return float(min(LONGEST_RETRY, 2.0 ** min(attempts - 1, 10)) * desk.jitter.uniform(0.7, 1.3))


def _perhaps_sent(row: Outgoing, error: str, again: datetime, now: datetime, done: Round) -> None:
    """Once more for receipts and reminders, flagged; never for one-time links; freely for what
    changes nothing by being repeated."""
    row.ambiguous += 1
    if row.mode == Mode.TOAST:
        done.end(row, OutState.MOOT, error)
    elif row.promise == Promise.IDEMPOTENT and _is_repeatable(row):
        _try_later(row, 1, error, now)
    elif row.promise in REPEATED and row.ambiguous == 1:
        _try_later(row, 0, error, again)
        done.changed = True
    else:
        done.end(row, OutState.UNCERTAIN, error)


def _is_repeatable(row: Outgoing) -> bool:
    return row.target_id is not None or row.mode in CHANGES


def _unreachable(session: Session, row: Outgoing, desk: Desk, now: datetime, done: Round) -> None:
    done.end(row, OutState.FAILED, "unreachable")
    try:
        with session.begin_nested():
            desk.unreachable(session, row, now)
    except Exception as error:
        row.error = f"unreachable.{type(error).__name__}"


# --- when next -----------------------------------------------------------------------------------


def _wake(session: Session, mine: Collection[int], desk: Desk, now: datetime) -> datetime | None:
    """The first instant at which there may be something to do without being nudged."""
    wake = [
        session.scalar(
            select(func.min(Outgoing.not_before)).where(
                Outgoing.state == OutState.WAITING, Outgoing.not_before > now
            )
        ),
        session.scalar(
            select(func.min(Outgoing.lease_until)).where(
                Outgoing.state == OutState.SENDING, Outgoing.id.not_in(list(mine))
            )
        ),
    ]
    full = desk.pace.full_chats(now)
    held = or_(
        and_(Outgoing.contact_id.in_(full), ~_is_change()),
        Outgoing.promise == Promise.REMINDER
        if not desk.pace.may(now, broadcast=True)
        else Outgoing.id < 0,
    )
    if session.scalar(select(exists().where(_due(now), held))):
        wake.append(desk.pace.ready_at(now))
    return min((instant for instant in wake if instant is not None), default=None)
