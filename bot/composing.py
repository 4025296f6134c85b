"""From an outbox row to words for its reader, under the rules as they are at this moment."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from sqlalchemy.orm import Session

import handlers
from bot import attachments, dispatch, mailing
from bot.render import Rendered, render
from handlers import discreet
from handlers.menu import keyboard
from handlers.turns import AGAIN, Message, Reading
from locales import say
from models import discretion, ledger, mail_addresses, municipality, people, together
from models.contacts import Contact
from models.outbox import BROADCASTS, Mode, Outgoing
from models.people import Person
from models.sealed import keyring_of


def compose(session: Session, row: Outgoing, now: datetime) -> Rendered | None:
    """None: it is moot."""
    reader = session.get_one(Person, row.recipient_id)
    contact = session.get_one(Contact, row.contact_id)
    if contact.channel == mail_addresses.CHANNEL:
        return mailing.compose(session, row, now)
    if row.mode == Mode.TOAST:
        words = handlers.toast(str(row.params.get("words", "")))
        return Rendered(say(words, reader.language) if words is not None else "")
    session.info["sending"] = True  # access holds each case until the row is marked
    here = dispatch.staff_may_speak(session, contact.channel, now)
    people.speaks_where(session, reader.id, staff_may=here, now=now)
    reading = Reading(session, reader, contact, now, row.subject_id or 0, row.params)
    with together.reading(session, [reader]):  # nothing is asked twice for the same words
        message = _worded(reading, row)
    if message is None:
        return None
    anew = row.target_id is None and row.mode in (Mode.NOTICE, Mode.CARD)
    bare = not (message.buttons or message.menu or message.attachment)
    if anew and bare and not _has_details(session, row):  # what brings it could not be covered
        # help stays one press away: what has no buttons of its own brings the keyboard
        message = dataclasses.replace(message, menu=keyboard(reading))
    wanted = message.attachment
    file = None if wanted is None else attachments.make(wanted, reader.language)
    return render(
        message,
        language=reader.language,
        contact_id=contact.id,
        keyring=keyring_of(session),
        now=now,
        params=row.params,
        document=file,
        terms=municipality.terms(session),
    )


def _worded(reading: Reading, row: Outgoing) -> Message | None:
    """What is said, without details of a case or a request where none may stand in this chat now.
    What is looked up and withheld was shown to nobody."""
    session, contact, now = reading.session, reading.contact, reading.now
    shut = not discretion.may_show(session, contact.id, contact.channel, now)
    late = discretion.is_late(row, now)
    # Tried again, it is one and the same view.
    session.info["unseen"] = shut or late or row.fence > 0
    message = handlers.compose(reading, row.kind)
    if message is None:
        return discreet.gone(reading) if AGAIN in row.params else None
    if not _has_details(session, row):
        return message
    if shut:
        ledger.withhold(session)
        return discreet.withheld(reading, message, row.id)
    if late:
        ledger.withhold(session)
        return discreet.late(message, row.kind, row.id)
    if message.attachment and discretion.closes_again(session, contact.channel, now):
        return discreet.with_its_end(message)
    return message


def _has_details(session: Session, row: Outgoing) -> bool:
    """What arrives unasked never has: only that there is something, behind a button."""
    return row.promise not in BROADCASTS and ledger.has_noted(session)


def unreachable(session: Session, row: Outgoing, now: datetime) -> None:
    """Someone could not be told; whoever holds the baton hears of it."""
    handlers.unreachable(session, row.recipient_id, now)
