"""What a row will say, in the moment it is sent: the rules are asked again, and the words found."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.channels.mail import Letter
from bot.desk import CHANGES, TRIES, Desk, Round
from bot.log import log
from bot.marking import is_mail
from bot.render import Rendered
from bot.store_engines import is_the_stores
from models import ledger
from models.outbox import Mode, Outgoing, OutState
from models.sealed import SealBroken

KEY_TRIED, KEY_AWAITED = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Says:
    """What a row will do, and the cases its words were found in."""

    what: Rendered | None = None
    cases: Collection[int] = ()
    target: int | None = None
    letter: Letter | None = None


def put_into_words(
    session: Session, row: Outgoing, desk: Desk, now: datetime, done: Round
) -> Says | None:
    """Ask the rules again and find the words. None: it is not on its way."""
    hides = row.mode == Mode.DELETE and row.kind == ledger.HIDDEN
    if hides or row.kind == ledger.COVERED or row.mode == Mode.STRIP:
        end = ledger.aim(session, row, now)
        if end is not None:
            done.end(row, end, "aim")
            return None
    if row.mode in CHANGES:
        return Says(target=row.target_id)
    says = _words(session, row, desk, now, done)
    if says is None or says.what is None or not is_mail(session, row):
        return says
    letter = _letter(session, row, says.what, desk, now, done)
    return replace(says, letter=letter) if letter is not None else None


def _words(session: Session, row: Outgoing, desk: Desk, now: datetime, done: Round) -> Says | None:
    """The words, and the cases they were found in. None: the row is not on its way."""
    cases = ledger.begin_noting(session)
    # The answer to a press is looked up nowhere, so there is nothing to take back.
    toast = row.mode == Mode.TOAST
    try:
        with contextlib.nullcontext() if toast else session.begin_nested():
            rendered = desk.compose(session, row, now)
    except SealBroken:
        await_key(row, now, done)
        return None
    except Exception as error:
        _words_failed(row, error, now, done)
        return None
    if rendered is None:
        done.end(row, OutState.MOOT)
        return None
    # A file cannot take the place of words.
    return Says(rendered, cases, None if rendered.document is not None else row.target_id)


def _words_failed(row: Outgoing, error: Exception, now: datetime, done: Round) -> None:
    if is_the_stores(error):  # no fault of the message: all wait until there is room
        raise error
    row.attempts += 1
    why = f"compose.{type(error).__name__}"
    if row.attempts >= TRIES or row.mode == Mode.TOAST:
        done.end(row, OutState.FAILED, why)
    else:
        row.not_before = now + timedelta(seconds=2**row.attempts)
        row.error = why
        done.changed = True  # there is room for another meanwhile


def _letter(
    session: Session, row: Outgoing, what: Rendered, desk: Desk, now: datetime, done: Round
) -> Letter | None:
    """The words as a mail. None: the row is not on its way."""
    try:
        return desk.write(session, row, what, now) if desk.write is not None else None
    except SealBroken:
        await_key(row, now, done)
    except Exception as error:
        _words_failed(row, error, now, done)
    return None


def await_key(row: Outgoing, now: datetime, done: Round) -> None:
    """What is sealed does not open: no fault of the message, which waits a day for the key and
    holds up nothing in its chat meanwhile."""
    log.error("delivery.sealed", row=row.id)
    if row.mode == Mode.TOAST:
        done.end(row, OutState.FAILED, "compose.SealBroken")
        return
    row.not_before, row.error = now + KEY_TRIED, "compose.SealBroken"
    row.not_after = row.not_after or now + KEY_AWAITED
    done.changed = True  # the next in its chat may go
