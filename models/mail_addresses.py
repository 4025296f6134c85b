"""E-mail addresses people have given, sealed. Each is a contact of the channel `email`, whose number
it has; to one that its owner has not confirmed nothing but the code is ever sent.

What an address is found by is a keyed hash of it, so a copy of the store tells nobody's address,
nor whether somebody's is here. One that is confirmed is one person's alone.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import unicodedata
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import journal
from models.base import Base, BigId, Ref
from models.follow_ups import FollowedUp
from models.journal import Ends
from models.people import Person
from models.sealed import Sealed, SealedRow, keyring_of, mark

CHANNEL = "email"
CODE_LIFE = timedelta(hours=1)
MOST_TRIES = 5

_LOCAL = re.compile(r"[A-Za-z0-9_+&'=/~!#$%*?^`{|}-]+(?:\.[A-Za-z0-9_+&'=/~!#$%*?^`{|}-]+)*")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


class MailAddress(Ends, FollowedUp, SealedRow, Base):
    """`id` is the contact's. What is due by itself is the mail on Fridays."""

    __tablename__ = "mail_addresses"

    id: Mapped[int] = mapped_column(
        BigId, ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    key_id: Mapped[Ref]
    master: Mapped[str]  # the id of the master that the hash's key is derived from
    hash: Mapped[str] = mapped_column(index=True)
    taken: Mapped[str | None] = mapped_column(unique=True)  # the hash, once it is confirmed
    asked_at: Mapped[datetime]  # when the code was made
    tries: Mapped[int] = mapped_column(default=0)  # wrong codes
    confirmed_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]  # when its owner was last seen after a notice to it
    meetings: Mapped[bool] = mapped_column(default=False)  # calendar files, answered by a link
    weekly_at: Mapped[datetime | None]  # when it was last asked whether something waits
    address_sealed: Mapped[bytes | None]
    address = Sealed()


def normalised(typed: str) -> str | None:
    """The address as it is written to; None for what is none that we write to. No word of it can
    be anything but an address, so it can stand in a header."""
    words = unicodedata.normalize("NFC", typed).strip().removeprefix("mailto:")
    local, at, domain = words.rpartition("@")
    try:
        domain = domain.casefold().encode("idna").decode()
    except UnicodeError:
        return None
    fits = at and len(local) <= 64 and len(local) + len(domain) < 254
    if not fits or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        return None
    return f"{local}@{domain}"


def masked(address: str) -> str:
    """Enough for its owner to know it by."""
    return f"{address[:1]}***@{address.rpartition('@')[2]}"


def hashed(session: Session, master: str, address: str) -> str:
    """By the key that stays in the key file when its master is taken out."""
    told = json.dumps(["mail address", address.casefold()])
    key = keyring_of(session).signing_key(master)
    return hmac.new(key, told.encode(), hashlib.sha256).hexdigest()


def code_of(session: Session, row: MailAddress) -> str:
    """Six digits that only the key outside the store can make; they are kept nowhere."""
    made = mark(session, "mail codes", f"{row.id}|{row.asked_at.isoformat()}")
    return f"{int.from_bytes(made[:8], 'big') % 1_000_000:06}"


def make(
    session: Session, *, contact_id: int, person: Person, address: str, now: datetime
) -> MailAddress:
    master = keyring_of(session).fingerprint()
    row = MailAddress(
        id=contact_id, person_id=person.id, key_id=person.key_id, master=master,
        hash=hashed(session, master, address), asked_at=now, tries=0, meetings=False, steps_done=[],
    )  # fmt: skip
    session.add(row)
    row.address = address
    session.flush()
    return row


def get(session: Session, contact_id: int) -> MailAddress | None:
    return session.get(MailAddress, contact_id)


def waiting(session: Session, person_id: int) -> MailAddress | None:
    """The one that is to be confirmed."""
    theirs = MailAddress.person_id == person_id, MailAddress.confirmed_at.is_(None)
    return session.scalar(select(MailAddress).where(*theirs))


def confirmed(session: Session, person_id: int) -> MailAddress | None:
    """The one its owner has confirmed, whether or not it bounces by now."""
    theirs = MailAddress.person_id == person_id, MailAddress.confirmed_at.is_not(None)
    return session.scalar(select(MailAddress).where(*theirs))


def is_anothers(session: Session, row: MailAddress) -> bool:
    """Whether somebody else has confirmed the same address, under whichever master."""
    masters = session.scalars(select(MailAddress.master).distinct()).all()
    hashes = [hashed(session, master, row.address or "") for master in masters]
    others = MailAddress.taken.in_(hashes), MailAddress.person_id != row.person_id
    return session.scalar(select(MailAddress.id).where(*others).limit(1)) is not None


def token_of(session: Session, contact_id: int) -> str:
    """What the sender's address bears, so that a mail which comes back says whose it was. Small
    letters and digits: mail servers mind no capitals."""
    return f"{contact_id:x}-{_mark(session, contact_id)}"


def by_token(session: Session, token: str) -> int | None:
    """The contact of a token; of one that we did not make, none."""
    number, _dash, told = token.strip().casefold().partition("-")
    try:
        contact_id = int(number, 16)
    except ValueError:
        return None
    good = hmac.compare_digest(_mark(session, contact_id).encode(), told.encode())
    return contact_id if good else None


def _mark(session: Session, contact_id: int) -> str:
    return mark(session, "mail returns", str(contact_id)).hex()[:16]


def address_of(session: Session, contact_id: int) -> str | None:
    row = get(session, contact_id)
    return row.address if row is not None else None


def wants_meetings(session: Session, contact_id: int) -> bool | None:
    """What is chosen for an address; None for a chat."""
    row = get(session, contact_id)
    return row.meetings if row is not None else None


def forget(session: Session, contact_id: int) -> None:
    """The contact is taken from its owner, or they want no mail."""
    theirs = MailAddress.id == contact_id
    journal.all_of(session, select(MailAddress.id).where(theirs))
    session.execute(delete(MailAddress).where(theirs))
