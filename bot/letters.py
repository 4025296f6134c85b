"""From rendered words to a mail: its headers, and nothing in them that words could break out of."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from sqlalchemy.orm import Session

from bot.attachments import File
from bot.channels.mail import Letter
from bot.desk import Write
from bot.render import Rendered
from bot.settings import MailAt
from models import mail_addresses, municipality, sealed
from models.outbox import Outgoing
from models.people import Person

LONGEST_SUBJECT = 150


def writer(at: MailAt) -> Write:
    """How rows of the channel `email` become letters from one sender."""

    def write(session: Session, row: Outgoing, what: Rendered, now: datetime) -> Letter:
        to = mail_addresses.address_of(session, row.contact_id or 0)
        if to is None:
            raise LookupError("no address")
        here = municipality.current(session)
        language = session.get_one(Person, row.recipient_id).language
        letter = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
        letter["From"] = Address(_line(here.name if here else ""), addr_spec=at.sender)
        letter["To"] = Address(addr_spec=to)
        letter["Subject"] = _line(what.text.partition("\n")[0])[:LONGEST_SUBJECT]
        letter["Date"] = format_datetime(now)
        letter["Message-ID"] = f"<{_stable(session, row)}@{at.sender.rpartition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter["X-Auto-Response-Suppress"] = "All"
        letter.set_content(what.text + "\n", cte="quoted-printable")
        letter["Content-Language"] = language
        if what.document is not None:
            _attach(letter, what.document)
        return Letter(_envelope(session, row, at), to, letter.as_bytes())

    return write


def _attach(letter: EmailMessage, file: File) -> None:
    kind, _slash, sub = file.mime.partition("/")
    params = {}
    if sub == "calendar":  # mail programs ask for it here too
        method = "CANCEL" if b"METHOD:CANCEL" in file.data else "PUBLISH"
        params = {"charset": "utf-8", "method": method}
    letter.add_attachment(file.data, maintype=kind, subtype=sub, filename=file.name, params=params)


def _envelope(session: Session, row: Outgoing, at: MailAt) -> str:
    """Where a mail goes that comes back."""
    if not at.returns:
        return at.sender
    local, _at, domain = at.returns.partition("@")
    return f"{local}+{mail_addresses.token_of(session, row.contact_id or 0)}@{domain}"


def _stable(session: Session, row: Outgoing) -> str:
    """The same for the same promise, so that a mail that comes twice is known for one."""
    return sealed.mark(session, "mail ids", row.key).hex()[:32]


def _line(words: str) -> str:
    """One line without anything that is not shown."""
    shown = (each if unicodedata.category(each)[0] not in "CZ" else " " for each in words)
    return " ".join("".join(shown).split())
