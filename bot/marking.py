"""What came back is written down: sent, to be tried again, in doubt, or over (RELIABILITY 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.channels.outcomes import Outcome, What
from bot.desk import AGAIN, CHANGES, LONGEST_RETRY, Desk, Round
from bot.store_engines import is_the_stores
from models import contacts, discretion, falling_back, ledger, mail
from models.contacts import Contact
from models.mail_addresses import CHANNEL as EMAIL
from models.outbox import BROADCASTS, Mode, Outgoing, OutState, Promise

REPEATED = (Promise.RECEIPT, *BROADCASTS)


def mark(
    session: Session, row: Outgoing, outcome: Outcome, desk: Desk, now: datetime, done: Round
) -> None:
    done.changed = True
    match outcome.what:
        case What.SENT:
            row.sent_at = now
            says = row.mode not in CHANGES and row.mode != Mode.TOAST
            if says or row.kind in ledger.TAKES_AWAY:
                row.message_id = outcome.message_id or row.target_id
            done.end(row, OutState.SENT)
        case _ if row.mode == Mode.TOAST:
            done.end(row, OutState.MOOT, outcome.error)
        case What.NOT_SENT:
            _try_later(row, max(_backoff(row.attempts, desk), outcome.seconds), outcome.error, now)
        case What.WAIT:
            contact = session.get_one(Contact, row.contact_id)
            contact.blocked_until = now + timedelta(seconds=outcome.seconds)
            _try_later(row, outcome.seconds, outcome.error, now)
            desk.pace.flooded(contact.id, outcome.seconds, now)
        case What.AMBIGUOUS:
            perhaps_sent(row, outcome.error, now + AGAIN, now, done)
        case What.REFUSED if row.subject_id and (row.kind, row.mode) == (
            ledger.HIDDEN,
            Mode.DELETE,
        ):
            row.mode = Mode.HIDE  # too old after all
            _try_later(row, 0, outcome.error, now)
        case What.VANISHED if row.kind in ledger.TAKES_AWAY:
            row.sent_at, row.message_id = now, row.target_id
            done.end(row, OutState.SENT)  # nothing stands there any more
        case What.GONE | What.NO_TARGET if row.kind in ledger.TAKES_AWAY:
            done.end(row, OutState.FAILED, outcome.error)
        case What.GONE if is_mail(session, row):
            _bounced(session, row, outcome.error, desk, now, done)
        case What.GONE:
            contacts.close(session.get_one(Contact, row.contact_id), now)
            if not _goes_elsewhere(session, row, outcome.error, now):
                unreachable(session, row, desk, now, done)
        case What.NO_TARGET | What.VANISHED if row.mode in CHANGES:
            done.end(row, OutState.SENT)
        case What.NO_TARGET | What.VANISHED if row.target_id is not None:
            # Said anew, once: from here on it is a message like others.
            row.target_id, row.promise, row.ambiguous = None, Promise.RECEIPT, 0
            _try_later(row, 0, outcome.error, now)
        case _ if (
            row.promise in REPEATED and row.mode not in CHANGES and not is_mail(session, row)
        ):
            unreachable(session, row, desk, now, done)  # a person hears that they were not told
        case _:
            done.end(row, OutState.FAILED, outcome.error)


def cover(session: Session, rows: Sequence[Outgoing], now: datetime) -> None:
    """What was sent, and marked so, closes again after a while if it shows something."""
    for row in ledger.showing(session, rows):
        channel = session.get_one(Contact, row.contact_id).channel
        if discretion.closes_again(session, channel, now):
            ledger.cover_later(session, row, now)


def _goes_elsewhere(session: Session, row: Outgoing, error: str, now: datetime) -> bool:
    """A notice goes into another chat of its reader's, as if it had not been tried yet."""
    moves = row.promise in BROADCASTS and row.target_id is None and row.mode not in CHANGES
    other = falling_back.chat_of(session, row.recipient_id, now) if moves else None
    if other is None:
        return False
    row.contact_id, row.attempts = other.id, 0  # a pause there holds what is not tried yet
    _try_later(row, 0, error, now)
    return True


def _try_later(row: Outgoing, seconds: float, error: str, now: datetime) -> None:
    row.state, row.lease_until, row.error = OutState.WAITING, None, error
    row.not_before = now + timedelta(seconds=seconds)


def _backoff(attempts: int, desk: Desk) -> float:
    return float(min(LONGEST_RETRY, 2.0 ** min(attempts - 1, 10)) * desk.jitter.uniform(0.7, 1.3))


def perhaps_sent(row: Outgoing, error: str, again: datetime, now: datetime, done: Round) -> None:
    """Once more for receipts, news and reminders, flagged; never for one-time links; freely for what
    changes nothing by being repeated."""
    row.ambiguous += 1
    if row.mode == Mode.TOAST:
        done.end(row, OutState.MOOT, error)
    elif row.promise == Promise.IDEMPOTENT and _is_repeatable(row):
        longer = 2.0 ** min(max(row.ambiguous - 3, 0), 10)  # three quick tries, then others first
        _try_later(row, min(LONGEST_RETRY, longer), error, now)
    elif row.promise in REPEATED and row.ambiguous == 1:
        _try_later(row, 0, error, again)
        done.changed = True
    else:
        done.end(row, OutState.UNCERTAIN, error)


def _is_repeatable(row: Outgoing) -> bool:
    return row.target_id is not None or row.mode in CHANGES


def is_mail(session: Session, row: Outgoing) -> bool:
    return session.get_one(Contact, row.contact_id).channel == EMAIL


def _bounced(
    session: Session, row: Outgoing, error: str, desk: Desk, now: datetime, done: Round
) -> None:
    """No mail goes there any more; of an address that was confirmed others hear too, and what has
    waited for a chat waits no longer."""
    person = mail.bounced(session, row.contact_id or 0, now)
    if person is None:
        done.end(row, OutState.FAILED, error)
        return
    falling_back.release(session, person.id, now)
    unreachable(session, row, desk, now, done)


def unreachable(session: Session, row: Outgoing, desk: Desk, now: datetime, done: Round) -> None:
    """The next way of the ladder; in the end a person."""
    if falling_back.waits(session, row, now):
        done.changed = True
        return
    done.end(row, OutState.FAILED, "unreachable")
    try:
        with session.begin_nested():
            desk.unreachable(session, row, now)
    except Exception as error:
        if is_the_stores(error):
            raise
        row.error = f"unreachable.{type(error).__name__}"
