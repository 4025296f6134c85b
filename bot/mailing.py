"""What stands in a mail, found when it is sent: whether what it tells of is still so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

import handlers
from bot import attachments
from bot.render import Rendered, render
from handlers.turns import Reading
from models import access_log, falling_back, ledger, mail, people, weekly
from models.contacts import Contact
from models.outbox import Outgoing
from models.people import Person
from models.sealed import keyring_of


def compose(session: Session, row: Outgoing, now: datetime) -> Rendered | None:
    """None: it is moot. Only the code goes to an address that is not confirmed."""
    reader = session.get_one(Person, row.recipient_id)
    contact = session.get_one(Contact, row.contact_id)
    if row.kind != mail.CODE and not _may_hear(session, row, reader, now):
        return None
    if row.kind == mail.MEETING and not mail.wants_meetings(session, reader.id, now):
        return None
    if row.kind == falling_back.NEWS and not has_news(session, reader, contact, now):
        return None
    if row.kind == falling_back.WEEKLY and not waits(session, reader, now):
        return None
    reading = Reading(session, reader, contact, now, row.subject_id or 0, row.params)
    message = handlers.compose(reading, row.kind)
    if row.kind != mail.MEETING:
        ledger.withhold(session)  # it says that there is something, and nothing of what
    if message is None:
        return None
    wanted = message.attachment
    file = attachments.make(wanted, reader.language) if wanted is not None else None
    return render(
        message,
        language=reader.language,
        contact_id=contact.id,
        keyring=keyring_of(session),
        now=now,
        document=file,
    )


def _may_hear(session: Session, row: Outgoing, reader: Person, now: datetime) -> bool:
    chosen = mail.of(session, reader.id)
    is_theirs = chosen is not None and chosen.id == row.contact_id
    return is_theirs and mail.may_have(session, reader, now)


def waits(session: Session, reader: Person, now: datetime) -> bool:
    """Whether somebody still waits for a member of staff."""
    session.info["sending"] = True
    people.speaks_where(session, reader.id, staff_may=True, now=now)
    return weekly.something_waits(session, reader, now)


def has_news(session: Session, reader: Person, contact: Contact, now: datetime) -> bool:
    """Whether anything of what was promised would still be said now, if it were said now."""
    session.info["sending"] = True  # access holds each case until the row is marked
    people.speaks_where(session, reader.id, staff_may=True, now=now)
    with access_log.unseen(session):
        for row in falling_back.still_new(session, reader, now):
            said_in = session.get_one(Contact, row.contact_id) if row.contact_id else contact
            reading = Reading(session, reader, said_in, now, row.subject_id or 0, row.params)
            if handlers.compose(reading, row.kind) is not None:
                return True
    return False
