"""One person in several chats: a one-time link from a chat that is theirs, opened in another channel,
and a yes in the chat that asked.

Who holds the link gets nothing by it: what opened it waits, shows a code, and is let in by a press.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import (
    answering,
    audit,
    contact_wishes,
    contacts,
    discretion,
    linked,
    outbox,
    people,
    sealed,
    web_sessions,
)
from models.base import Base, Id, Ref, new_id, refuse, require
from models.contacts import Contact
from models.outbox import Promise
from models.people import Person
from models.terms import Why

LIFE = timedelta(minutes=10)
"""For each step: to open the link, to answer, to come in."""
KEPT = timedelta(days=1)
MOST = 10
"""So many links somebody may ask for in a day."""
PREFIX = "inn-"
"""By which a link of ours is told from an invitation."""


class ChatLink(Base):
    __tablename__ = "chat_links"

    id: Mapped[Id]
    hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    asked_in: Mapped[Ref] = mapped_column(
        ForeignKey("contacts.id", ondelete="CASCADE"), index=True
    )
    to_channel: Mapped[str]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    opened_at: Mapped[datetime | None]
    code: Mapped[str | None]  # shown in both, so that a forwarded link is seen for what it is
    browser: Mapped[str | None] = mapped_column(
        unique=True
    )  # a hash of what the one that waits has
    opened_in: Mapped[Ref | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    answered_at: Mapped[datetime | None]
    let_in: Mapped[bool | None]
    entered_at: Mapped[datetime | None]


def _hash(told: str) -> str:
    return hashlib.sha256(told.encode()).hexdigest()


def token_of(session: Session, link_id: int) -> str:
    """What the link ends in: 128 bits that only the key outside the store can make."""
    return PREFIX + sealed.token(session, "chat links", str(link_id))


# --- asking --------------------------------------------------------------------------------------


def ask(
    session: Session, *, actor: Person, contact: Contact, to_channel: str, now: datetime
) -> ChatLink:
    """Make a link; older ones asked for here that nobody has opened stop working."""
    require(to_channel in linked.ways(session, actor, now), Why.ABSENT)
    lately = ChatLink.person_id == actor.id, ChatLink.asked_at > now - KEPT
    count = session.scalar(select(func.count()).select_from(ChatLink).where(*lately)) or 0
    require(count < MOST, Why.TOO_MANY)
    session.execute(
        update(ChatLink)
        .where(ChatLink.asked_in == contact.id, ChatLink.opened_at.is_(None))
        .values(expires_at=now)
    )
    made = new_id()
    link = ChatLink(
        id=made, hash=_hash(token_of(session, made)), person_id=actor.id, asked_in=contact.id,
        to_channel=to_channel, asked_at=now, expires_at=now + LIFE,
    )  # fmt: skip
    session.add(link)
    session.flush()
    _record(session, "linking.ask", link, actor.id, now)
    return link


def find(session: Session, link_id: int) -> ChatLink | None:
    return session.get(ChatLink, link_id)


def asked_by(session: Session, person_id: int) -> Sequence[ChatLink]:
    mine = select(ChatLink).where(ChatLink.person_id == person_id).order_by(ChatLink.asked_at)
    return session.scalars(mine).all()


# --- opening -------------------------------------------------------------------------------------


def _open(token: str, to_channel: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        ChatLink.hash == _hash(token),
        ChatLink.to_channel == to_channel,
        ChatLink.opened_at.is_(None),
        ChatLink.expires_at > now,
    )


def can_be_opened(session: Session, token: str, to_channel: str, now: datetime) -> bool:
    """Asked before anybody opens it: looking uses nothing up."""
    return session.scalar(select(ChatLink.id).where(*_open(token, to_channel, now))) is not None


def open_in_browser(session: Session, token: str, now: datetime) -> str | None:
    """Returns what the browser that opened it waits with; None, alike, for every link that opens
    nothing. Of two browsers one wins."""
    secret = secrets.token_urlsafe(32)
    link = _claim(session, token, "web", now, browser=_hash(secret))
    return secret if link is not None else None


def open_in_chat(
    session: Session, *, actor: Person, contact: Contact, token: str, now: datetime
) -> ChatLink:
    """By an account that is nobody yet: one that is somebody stays who it is, and it sounds like a
    wrong link."""
    require(actor.confirmed_at is None, Why.ABSENT)
    link = _claim(session, token, contact.channel, now, opened_in=contact.id)
    if link is None:
        refuse(Why.ABSENT)
    return link


def _claim(
    session: Session, token: str, to_channel: str, now: datetime, **by: object
) -> ChatLink | None:
    claimed = session.scalar(
        update(ChatLink)
        .where(*_open(token, to_channel, now))
        .values(
            opened_at=now, expires_at=now + LIFE, code=f"{secrets.randbelow(9000) + 1000}", **by
        )
        .returning(ChatLink.id)
    )
    if claimed is None:
        return None
    link = session.get_one(ChatLink, claimed, populate_existing=True)
    _record(session, "linking.open", link, None, now)
    outbox.promise(
        session, kind="linking.waiting", recipient_id=link.person_id, contact_id=link.asked_in,
        subject_id=link.id, occasion="waiting", promise=Promise.RECEIPT, now=now,
        not_after=link.expires_at,
    )  # fmt: skip
    return link


# --- the yes, in the chat that asked -------------------------------------------------------------


def waiting(session: Session, *, actor: Person, contact: Contact, link_id: int) -> ChatLink:
    """What somebody is asked about here; nowhere else, and nobody else's."""
    link = session.get(ChatLink, link_id)
    if link is None or link.person_id != actor.id or link.asked_in != contact.id:
        refuse(Why.ABSENT)
    require(link.opened_at is not None, Why.ABSENT)
    return link


def let_in(
    session: Session, *, actor: Person, contact: Contact, link_id: int, now: datetime
) -> None:
    link = waiting(session, actor=actor, contact=contact, link_id=link_id)
    if link.let_in is not None:
        require(link.let_in, Why.STALE)
        return
    require(link.expires_at > now, Why.EXPIRED)
    require(link.to_channel in linked.ways(session, actor, now), Why.ABSENT)
    link.answered_at, link.let_in, link.expires_at = now, True, now + LIFE
    _record(session, "linking.let_in", link, actor.id, now)
    linked.tell(session, actor.id, contact.id, link.id, now)
    if link.opened_in is not None:
        _becomes(session, session.get_one(Contact, link.opened_in), actor, link, now)
    session.flush()


def keep_out(
    session: Session, *, actor: Person, contact: Contact, link_id: int, now: datetime
) -> None:
    """It was not them: whoever waits there reads that it did not work."""
    link = waiting(session, actor=actor, contact=contact, link_id=link_id)
    if link.let_in is not None:
        require(not link.let_in, Why.STALE)
        return
    link.answered_at, link.let_in = now, False
    _record(session, "linking.keep_out", link, actor.id, now)
    if link.opened_in is not None:
        stranger = session.get_one(Contact, link.opened_in).person_id
        _tell(session, "linking.kept_out", stranger, link.opened_in, link, now)
    session.flush()


def _becomes(
    session: Session, contact: Contact, person: Person, link: ChatLink, now: datetime
) -> None:
    """A stranger's chat is the person's from here on, and what was asked for there."""
    former_id = contact.person_id
    require(people.get(session, former_id).confirmed_at is None, Why.STALE)
    contact.person_id = person.id
    discretion.follow(session, contact.id, person)
    answering.joined(session, person=person, former_id=former_id, now=now)
    contact_wishes.joined(session, person=person, former_id=former_id)
    link.entered_at = now
    _tell(session, "linking.welcome", person.id, contact.id, link, now)


def is_answered(session: Session, secret: str, now: datetime) -> bool:
    """Whether a browser has nothing to wait for any more."""
    link = waits(session, secret, now)
    return link is None or link.let_in is not None


def waits(session: Session, secret: str, now: datetime) -> ChatLink | None:
    """What a browser waits for, while there is something to wait for."""
    link = session.scalar(select(ChatLink).where(ChatLink.browser == _hash(secret)))
    if link is None or link.expires_at <= now or link.entered_at is not None:
        return None
    return link if link.let_in is not False else None


def enter(session: Session, secret: str, device: str, now: datetime) -> str | None:
    """A session for the browser that was let in, once: in the person's own chat of the channel
    `web`, or the first one. None while nobody has said yes, and for ever after a no."""
    asked = waits(session, secret, now)
    if asked is None or not asked.let_in:
        return None
    once = ChatLink.id == asked.id, ChatLink.entered_at.is_(None)
    entered = session.scalar(
        update(ChatLink).where(*once).values(entered_at=now).returning(ChatLink.id)
    )
    person = people.get(session, asked.person_id)
    still = session.get_one(Contact, asked.asked_in).person_id == person.id
    if entered is None or not still or "web" not in linked.ways(session, person, now):
        return None
    contact = _on_the_web(session, person)
    if contact is None:
        contact = contacts.add(session, person, "web", new_id(), now)
        _tell(session, "linking.welcome", person.id, contact.id, asked, now)
    return web_sessions.begin(
        session, contact_id=contact.id, person_id=person.id, now=now, device=device
    )


def _on_the_web(session: Session, person: Person) -> Contact | None:
    theirs = Contact.person_id == person.id, Contact.channel == "web", Contact.closed_at.is_(None)
    return session.scalars(select(Contact).where(*theirs).order_by(Contact.id)).first()


def _tell(
    session: Session, kind: str, person_id: int, contact_id: int, link: ChatLink, now: datetime
) -> None:
    outbox.promise(
        session, kind=kind, recipient_id=person_id, contact_id=contact_id, subject_id=link.id,
        occasion="answer", promise=Promise.RECEIPT, now=now,
    )  # fmt: skip


def _record(
    session: Session, action: str, link: ChatLink, actor_id: int | None, now: datetime
) -> None:
    audit.record(session, action=action, actor_id=actor_id, object_id=link.id, now=now)
