"""The chats people are met in. A chat belongs to one person at a time, and may change hands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ForeignKey, Row, UniqueConstraint, bindparam, exists, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import (
    audit,
    conversations,
    discretion,
    ledger,
    mail_addresses,
    passkeys,
    people,
    web_chats,
    web_identities,
    web_sessions,
)
from models.base import Base, BigId, Id, Ref, new_id
from models.journal import Ends
from models.people import Person
from models.together import Rows
from models.web_sessions import WebSession


class Contact(Ends, Base):
    """An address in a channel. A Telegram account is a channel address, not a person."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("channel", "address"),)
    ENDS = ("person_id",)

    id: Mapped[Id]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    channel: Mapped[str]
    address: Mapped[int] = mapped_column(BigId)
    closed_at: Mapped[datetime | None]  # blocked or gone; opens when they write again
    blocked_until: Mapped[datetime | None]  # Telegram asked us to wait with this chat
    created_at: Mapped[datetime]
    heard_at: Mapped[datetime]  # when something was last said or pressed there


class Met(NamedTuple):
    person: Person
    contact: Contact
    new: bool


def meet(
    session: Session, *, channel: str, address: int, name: str, language: str, now: datetime
) -> Met:
    """Find who writes from an address; a new address gets a person nobody has confirmed.

    Writing opens a contact that was closed: who writes can be written to.
    """
    contact = at(session, channel, address)
    if contact is not None:
        contact.closed_at, contact.heard_at = None, now
        person = session.get_one(Person, contact.person_id)
        return Met(person, contact, new=False)
    person = people.create(session, name=name, language=language, now=now)
    return Met(person, add(session, person, channel, address, now), new=True)


def at(session: Session, channel: str, address: int) -> Contact | None:
    """The chat at an address, if anything was ever said there."""
    return session.scalar(_AT, {"channel": channel, "address": address})


_AT = select(Contact).where(
    Contact.channel == bindparam("channel"), Contact.address == bindparam("address")
)


def add(session: Session, person: Person, channel: str, address: int, now: datetime) -> Contact:
    """Let a person be met at an address nobody has used yet."""
    contact = Contact(
        id=new_id(), person_id=person.id, channel=channel, address=address, created_at=now,
        heard_at=now,
    )  # fmt: skip
    session.add(contact)
    session.flush()
    return contact


_LOOKED_AT = or_(Contact.channel != "web", exists().where(WebSession.contact_id == Contact.id))
_OPEN_CHATS = (
    select(Contact, _LOOKED_AT)
    .where(
        Contact.person_id == bindparam("person"),
        Contact.closed_at.is_(None),
        Contact.channel != mail_addresses.CHANNEL,
    )
    .order_by(Contact.heard_at.desc(), Contact.created_at.desc())
)


def of(session: Session, person_id: int, ways: Sequence[str] = ()) -> Contact | None:
    """Where a person can be written to now: an open chat of the first of these channels they have
    one in, or of any; and there the one they last said something in. One in a browser that nobody
    is logged in with comes after the others, but for those of channels that are not named. An
    e-mail address is none: it only hears that there is something in one (`falling_back`)."""
    found = session.execute(_OPEN_CHATS, {"person": person_id}).all()

    def place(each: Row[Contact, bool]) -> tuple[bool, bool, int]:
        contact, looked = each
        named = contact.channel in ways
        return not named, not looked, ways.index(contact.channel) if named else 0

    best = min(found, key=place, default=None)
    return best[0] if best is not None else None


def have_one(session: Session, person_ids: Iterable[int]) -> frozenset[int]:
    """Those of many people for whom there is `of`."""
    found = _OPEN_ONES.of_each(session, list(person_ids))
    return frozenset(person_id for person_id, chats in found.items() if chats)


_OPEN_ONES = Rows(
    select(Contact.id).where(
        Contact.closed_at.is_(None), Contact.channel != mail_addresses.CHANNEL
    ),
    by=Contact.person_id,
)


def close(contact: Contact, now: datetime) -> None:
    """The bot was blocked, or the account is gone. Never touches a consent."""
    contact.closed_at = now


def take_from(
    session: Session,
    person: Person,
    *,
    actor: Person | None,
    now: datetime,
    but: Contact | None = None,
) -> int:
    """Take someone's chats from them, all `but` one, hide what stands in them and forget what was
    being asked there.

    Who writes there from now on is a stranger, also on a telephone somebody found. Returns how
    many there were; `actor` None is the operator at the machine.
    """
    theirs = session.scalars(select(Contact).where(Contact.person_id == person.id)).all()
    taken = [contact for contact in theirs if contact is not but]
    for contact in taken:
        give_up(session, person, contact, actor=actor, now=now)
    return len(taken)


def give_up(
    session: Session, person: Person, contact: Contact, *, actor: Person | None, now: datetime
) -> None:
    """Take one chat from someone, after hiding all that stands in it."""
    empty(session, person, contact, now)
    discretion.forget(session, contact.id)
    web_identities.forget(session, contact.id)
    web_chats.clear(session, contact.id)
    mail_addresses.forget(session, contact.id)
    stranger = people.create(session, name="", language=person.language, now=now)
    contact.person_id = stranger.id
    close(contact, now)
    audit.record(
        session, action="contacts.take", actor_id=actor.id if actor else None,
        object_id=person.id, now=now, detail={"contact": contact.id},
    )  # fmt: skip
    session.flush()


def empty(session: Session, person: Person, contact: Contact, now: datetime) -> None:
    """Hide what stands in a chat and let out who is in it; no passkey opens it any more. It stays
    theirs."""
    conversations.end(session, contact.id)
    ledger.clear(session, person.id, contact.id, now)
    web_sessions.end_all(session, contact.id)
    passkeys.forget(session, contact.id)
    web_chats.clear(session, contact.id, mine=True)
