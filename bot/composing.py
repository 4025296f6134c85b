"""From an outbox row to words for its reader, under the rules as they are at this moment."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from sqlalchemy.orm import Session

import handlers
from bot import attachments, dispatch
from bot.render import Rendered, render
from handlers.menu import keyboard
from handlers.turns import Reading
from locales import say
from models import municipality
from models.base import Refused
from models.outbox import Mode, Outgoing
from models.people import Contact, Person
from models.sealed import keyring_of


def compose(session: Session, row: Outgoing, now: datetime) -> Rendered | None:
    """None: it is moot. What the reader may no longer know is moot too."""
    reader = session.get_one(Person, row.recipient_id)
    contact = session.get_one(Contact, row.contact_id)
    if row.mode == Mode.TOAST:
        words = handlers.toast(str(row.params.get("words", "")))
        return Rendered(say(words, reader.language) if words is not None else "")
    session.info["sending"] = True  # access holds each case until the row is marked
    session.info["staff_here"] = dispatch.staff_may_speak(session, contact.channel, now)
    reading = Reading(session, reader, contact, now, row.subject_id or 0, row.params)
    try:
        message = handlers.compose(reading, row.kind)
    except Refused:
        return None
    if message is None:
        return None
    anew = row.target_id is None and row.mode in (Mode.NOTICE, Mode.CARD)
    if anew and not (message.buttons or message.menu or message.attachment):
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


def unreachable(session: Session, row: Outgoing, now: datetime) -> None:
    """Someone could not be told; whoever holds the baton hears of it."""
    handlers.unreachable(session, row.recipient_id, now)
