"""An outbox row's way out: claimed and put into words in one transaction.

One message of a chat is on its way at a time, in order. A row that is claimed gets a new fence; a
result is kept only under the fence it was claimed with.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot import next_rows
from bot.channels.outcomes import Outcome, What
from bot.desk import AGAIN, CHANGES, LEASE, Claimed, Desk, Keep, Result, Round, Shown
from bot.marking import cover, mark, perhaps_sent, unreachable
from bot.store_engines import is_the_stores
from bot.wording import Says, await_key, put_into_words
from models import channels, discretion, falling_back, ledger, rehearsal
from models.contacts import Contact
from models.mail_addresses import CHANNEL as EMAIL
from models.outbox import BROADCASTS, PROMISED, ROWS, Mode, Outgoing, OutState, Promise
from models.people import Person
from models.sealed import SealBroken

SOON = timedelta(seconds=5)
"""What is tried again before that is waited for by whoever asks whether all is sent."""
BATCH = 8
"""How many messages are put into words in one transaction, which also marks what came back."""


def step(
    session: Session,
    results: Sequence[Result],
    mine: Collection[int],
    room: int,
    desk: Desk,
    now: datetime,
    letters: int = BATCH,
) -> Round:
    """Mark what came back, then claim what is next: one transaction for both.

    `mine` are the rows this process has on their way, `room` how many more it can take, beside so
    many `letters`; below nought nothing is claimed at all.
    """
    done = Round()
    _mark_all(session, results, desk, now, done)
    session.flush()
    done.changed = False  # what that freed is claimed now, in this transaction
    paused = desk.pace.paused(now)
    if room >= 0 and (paused is None or desk.at_home or desk.write is not None):
        _find_the_lost(session, mine, now, done)
        _address(session, desk, now, done)
        session.flush()
        done.stopped = list(channels.stopped(session))  # asked each time: it is to work now
        if desk.write is None:
            done.stopped.append(EMAIL)
        _claim_toasts(session, desk, now, done)
        if desk.at_home:
            _claim_unpaced(session, next_rows.HEADS_AT_HOME, BATCH, desk, now, done)
        if letters > 0 and EMAIL not in done.stopped:
            _claim_unpaced(session, next_rows.HEADS_BY_MAIL, letters, desk, now, done)
        if paused is None:
            _claim_heads(session, min(room, BATCH), desk, now, done)
        session.flush()
    done.wake = paused or _wake(session, mine, desk, now, done)
    # What was promised here nudges nobody: what is due later is in `wake`, and now in `changed`.
    session.info.pop(PROMISED, None)
    done.changed |= bool(session.info.pop(ROWS, ()))
    return done


def _mark_all(
    session: Session, results: Sequence[Result], desk: Desk, now: datetime, done: Round
) -> None:
    """Each under the fence it was claimed with; then what closes again after a while is known."""
    landed: list[Outgoing] = []
    back = _held(session, [claimed.row_id for claimed, _outcome in results])
    for claimed, outcome in results:
        row = back.get(claimed.row_id)
        if row is not None and (row.fence, row.state) == (claimed.fence, OutState.SENDING):
            mark(session, row, outcome, desk, now, done)
            landed += [row] if outcome.what is What.SENT else []
    cover(session, landed, now)


def _held(session: Session, ids: Collection[int]) -> dict[int, Outgoing]:
    rows = session.execute(next_rows.BACK, {"ids": list(ids)}) if ids else ()
    return {row.id: row for row, _contact in rows}


def recover(session: Session, now: datetime) -> None:
    """At the start, when nobody else has this store: what was on its way may have arrived."""
    done = Round()
    for row in session.scalars(select(Outgoing).where(Outgoing.state == OutState.SENDING)):
        perhaps_sent(row, "restart", row.lease_until or now + AGAIN, now, done)


# --- claiming ------------------------------------------------------------------------------------


def _find_the_lost(session: Session, mine: Collection[int], now: datetime, done: Round) -> None:
    """Rows whose holder let the lease run out."""
    for row in session.scalars(next_rows.LOST, {"now": now, "mine": list(mine)}).all():
        perhaps_sent(row, "lease", now, now, done)


def _address(session: Session, desk: Desk, now: datetime, done: Round) -> None:
    """Find the chat of what was promised to a person rather than said in a chat."""
    loose = session.scalars(next_rows.LOOSE, {"now": now}).all()
    # All are found before the first is written down: then they are written together.
    for row, contact in [(r, falling_back.chat_of(session, r.recipient_id, now)) for r in loose]:
        if rehearsal.keeps_back(session, row, now):
            done.end(row, OutState.MOOT, rehearsal.ENDED)
        elif contact is not None:
            row.contact_id = contact.id
        elif row.not_after is not None and row.not_after <= now:
            done.end(row, OutState.MOOT, "late")  # a person was told while there was time
        else:
            unreachable(session, row, desk, now, done)
    done.changed |= len(loose) == next_rows.AT_ONCE


def _claim_toasts(session: Session, desk: Desk, now: datetime, done: Round) -> None:
    waiting = session.execute(next_rows.TOASTS, {"room": BATCH}).all()
    ready = []
    for row, contact, _reader in waiting:
        if row.not_after is not None and row.not_after < now:
            done.end(row, OutState.MOOT)
        elif contact.channel in done.stopped:
            done.end(row, OutState.MOOT, "stopped")  # nobody waits for it when it is told later
        elif rehearsal.keeps_back(session, row, now):
            done.end(row, OutState.MOOT, rehearsal.ENDED)
        elif (says := put_into_words(session, row, desk, now, done)) is not None:
            ready.append((row, says))
    for row, says in ready:
        _start(session, row, 0, says, desk, now, done)
    done.changed |= len(waiting) == BATCH


def _claim_heads(session: Session, room: int, desk: Desk, now: datetime, done: Round) -> None:
    if room <= 0:
        return
    full = desk.pace.full_chats(now)
    at = {"now": now, "full": full, "room": room, "stopped": done.stopped}
    heads = session.execute(next_rows.HEADS, {**at, "at_home": list(desk.at_home)}).all()
    ready = []
    for row, contact, person in heads:
        broadcast = row.promise in BROADCASTS
        if not desk.pace.may(now, broadcast=broadcast):
            continue
        if _still_to_send(session, row, contact, person, desk, now, done):
            says = put_into_words(session, row, desk, now, done)
            if says is not None:
                ready.append((row, contact.address, says))
                new = says.target is None and row.mode not in CHANGES
                desk.pace.took(contact.id, now, broadcast=broadcast, new=new)
    for row, address, says in ready:  # written down together, once all are put into words
        _start(session, row, address, says, desk, now, done)
    # A full batch may have left some behind; one the pace held back whole is woken by `_wake`.
    done.changed |= len(heads) == room and bool(done.claimed)


def _claim_unpaced(
    session: Session,
    heads: Select[Outgoing, Contact, Person],
    room: int,
    desk: Desk,
    now: datetime,
    done: Round,
) -> None:
    """What goes into chats of our own, and letters: Telegram's pace is none of theirs."""
    at = {"now": now, "full": [], "room": room, "stopped": done.stopped}
    for row, contact, person in session.execute(
        heads, {**at, "at_home": list(desk.at_home)}
    ).all():
        if _still_to_send(session, row, contact, person, desk, now, done):
            says = put_into_words(session, row, desk, now, done)
            if says is not None:
                _start(session, row, contact.address, says, desk, now, done)


def _still_to_send(
    session: Session,
    row: Outgoing,
    contact: Contact,
    person: Person,
    desk: Desk,
    now: datetime,
    done: Round,
) -> bool:
    if row.kind in ledger.TAKES_AWAY:
        return True  # also in a chat that was closed or changed hands: it still lies there
    if rehearsal.keeps_back(session, row, now):
        done.end(row, OutState.MOOT, rehearsal.ENDED)
    elif row.not_after is not None and row.not_after < now:
        done.end(row, OutState.MOOT, "late")
    elif person.muted and row.promise == Promise.REMINDER:
        done.end(row, OutState.MOOT, "muted")
    elif discretion.waits(session, row, falling_back.pauses_in(session, contact, now), now):
        done.changed = True
    elif contact.closed_at is None and contact.person_id == row.recipient_id:
        return True
    elif contact.channel == EMAIL or row.target_id is not None or row.mode in CHANGES:
        done.end(row, OutState.MOOT, "closed")
    elif contact.person_id == row.recipient_id or row.promise in BROADCASTS:
        # The chat was closed, or is someone else's by now: is there another one of theirs?
        other = falling_back.chat_of(session, row.recipient_id, now)
        if other is None:
            unreachable(session, row, desk, now, done)
        else:
            row.contact_id = other.id
            done.changed = True
    else:
        done.end(row, OutState.MOOT, "moved")  # a reply, in a chat that changed hands
    return False


def _start(
    session: Session,
    row: Outgoing,
    address: int,
    says: Says,
    desk: Desk,
    now: datetime,
    done: Round,
) -> None:
    """It is on its way, and the ledger knows what its words were found in."""
    if says.what is not None:
        ledger.keep(session, row, says.cases)
        row.target_id = says.target
        row.fixed = row.target_id is None and says.what.fixed
    row.state = OutState.SENDING
    row.fence += 1
    row.attempts += 1
    row.lease_until = now + LEASE
    claimed = Claimed(
        row.id, row.fence, Mode(row.mode), address, row.target_id, row.callback_id, says.what,
        says.letter, row.promise in BROADCASTS,
    )  # fmt: skip
    keep = _at_home(session, row, desk)
    if keep is None:
        done.claimed.append(claimed)
    else:
        _keep(session, row, claimed, keep, desk, now, done)
        if row.state == OutState.SENT and not desk.looks(row.contact_id or 0):
            falling_back.unseen(session, row, now)


def _at_home(session: Session, row: Outgoing, desk: Desk) -> Keep | None:
    """How it is put into its chat, if that is one of ours."""
    if not desk.at_home:
        return None
    return desk.at_home.get(session.get_one(Contact, row.contact_id).channel)


def _keep(
    session: Session,
    row: Outgoing,
    claimed: Claimed,
    keep: Keep,
    desk: Desk,
    now: datetime,
    done: Round,
) -> None:
    """Sent with this commit, once, and told afterwards to whoever looks at the chat."""
    contact_id, what = row.contact_id or 0, claimed.what
    row.fixed = False  # in a chat of ours every word can be changed
    if claimed.mode is Mode.TOAST:
        done.shown.append(Shown(contact_id, what.text if what else ""))
        outcome = Outcome(What.SENT)
    else:
        try:
            with session.begin_nested():
                outcome = keep(session, contact_id, claimed, now)
        except SealBroken:
            if not _may_stand_alone(session, row, claimed, desk):
                row.state, row.lease_until = OutState.WAITING, None
                await_key(row, now, done)
                return
            done.shown.append(Shown(contact_id, alone=what))
            outcome = Outcome(What.SENT)
        except Exception as error:
            if is_the_stores(error):
                raise
            outcome = Outcome(What.REFUSED, error=f"keep.{type(error).__name__}")
        done.shown.append(Shown(contact_id))
    mark(session, row, outcome, desk, now, done)
    if outcome.what is What.SENT:
        cover(session, [row], now)


def _may_stand_alone(session: Session, row: Outgoing, claimed: Claimed, desk: Desk) -> bool:
    """Without the key nothing can be kept; but whoever stops something now and looks at the chat
    is shown that it was heard. Not what would have to be taken back, and no file."""
    what = claimed.what
    plain = what is not None and what.document is None and claimed.target_id is None
    return plain and not ledger.shows_details(session, row) and desk.looks(row.contact_id or 0)


# --- when next -----------------------------------------------------------------------------------


def _wake(
    session: Session, mine: Collection[int], desk: Desk, now: datetime, done: Round
) -> datetime | None:
    """The first instant at which there may be something to do without being nudged."""
    at = {"now": now, "mine": list(mine)}
    wake: list[datetime | None] = list(session.execute(next_rows.WAKE, at).one())
    full = desk.pace.full_chats(now)
    held: Select[bool] | None = None
    if not desk.pace.may(now, broadcast=False):
        held = next_rows.HELD_AT_ALL
    elif not desk.pace.may(now, broadcast=True):
        held = next_rows.HELD_BROADCASTS
    elif full:
        held = next_rows.HELD_BY_CHATS
    if held is not None and session.scalar(held, {"now": now, "full": full}):
        wake.append(desk.pace.ready_at(now))
        done.held = True
    elif not done.claimed:
        wake.append(session.scalar(next_rows.PATIENT, {"now": now}))
    first = min((instant for instant in wake if instant is not None), default=None)
    if first is not None and first <= now + SOON:
        again = next_rows.TRIED_AGAIN
        done.held |= bool(session.scalar(again, {"now": now + SOON}))
    return first
