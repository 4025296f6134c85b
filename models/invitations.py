"""An account becomes a confirmed person: a one-time link, a code on two phones, a yes from staff."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, bindparam, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit, contacts, discretion, journal, sealed
from models.base import Base, Id, Ref, new_id, refuse
from models.contacts import Contact
from models.journal import Ends
from models.people import Person
from models.terms import Why

INVITATION_LIFE = timedelta(hours=72)


class Invitation(Ends, Base):
    """A one-time link handed over in person; it gives nothing before staff confirm [1].

    The token is stored nowhere, only a keyed hash of it; `token_of` makes it anew with the key
    outside the store. `code` is shown on both phones, so that a forwarded link is seen for what
    it is.
    """

    __tablename__ = "invitations"
    ENDS = ("used_at", "rejected_at", "expires_at")

    id: Mapped[Id]
    hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    invited_by: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[Ref | None] = mapped_column(ForeignKey("contacts.id"))
    code: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    rejected_at: Mapped[datetime | None]


def _hash(session: Session, token: str) -> str:
    return sealed.mark(session, "invitations", token).hex()


def token_of(session: Session, invitation_id: int) -> str:
    """What the link ends in: 128 bits that only the key outside the store can make."""
    return sealed.token(session, "invitation tokens", str(invitation_id))


def invite(
    session: Session, *, person: Person, invited_by: Person | None, now: datetime
) -> tuple[Invitation, str]:
    """Make a one-time link's token for `person`; older unused ones stop working.

    The token is never stored. Who may invite whom is the caller's question
    (`joining.invitable`); `invited_by` None is the operator at the machine.
    """
    _end(
        session, (Invitation.person_id == person.id, Invitation.used_at.is_(None)), expires_at=now
    )
    made = new_id()
    token = token_of(session, made)
    invitation = Invitation(
        id=made,
        hash=_hash(session, token),
        person_id=person.id,
        invited_by=invited_by.id if invited_by else None,
        expires_at=now + INVITATION_LIFE,
    )
    session.add(invitation)
    session.flush()
    _record(session, "invitations.invite", invitation, invitation.invited_by, now)
    return invitation, token


def void(session: Session, person_id: int, now: datetime) -> None:
    """Links for someone that nobody has opened stop working, and opened ones that wait for a yes."""
    _end(
        session, (Invitation.person_id == person_id, Invitation.used_at.is_(None)), expires_at=now
    )
    waits = (
        Invitation.person_id == person_id,
        Invitation.used_at.is_not(None),
        Invitation.confirmed_at.is_(None),
        Invitation.rejected_at.is_(None),
    )
    _end(session, waits, rejected_at=now)


def _end(session: Session, which: Iterable[ColumnElement[bool]], **how: datetime) -> None:
    journal.all_of(session, select(Invitation.id).where(*which))
    session.execute(update(Invitation).where(*which).values(how))


def open_for(session: Session, token: str, now: datetime) -> int | None:
    """The person a link is for, while it can still be opened: asked before anybody is let into a
    chat for it."""
    found = select(Invitation.person_id).where(
        Invitation.hash == _hash(session, token),
        Invitation.used_at.is_(None),
        Invitation.expires_at > now,
    )
    return session.scalar(found)


def present(session: Session, *, token: str, contact: Contact, now: datetime) -> Invitation:
    """A link is opened in a chat. Gives no access yet; staff must confirm.

    Unknown, used and expired tokens are refused alike. The claim is one UPDATE, so of two
    accounts opening the same link one wins.
    """
    claimed = session.execute(
        update(Invitation)
        .where(
            Invitation.hash == _hash(session, token),
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(used_at=now, used_by=contact.id, code=f"{secrets.randbelow(9000) + 1000}")
        .returning(Invitation.id)
    ).scalar()
    if claimed is None:
        refuse(Why.ABSENT)
    journal.note(session, Invitation.__tablename__, claimed)
    invitation = session.get_one(Invitation, claimed, populate_existing=True)
    _record(session, "invitations.present", invitation, contact.person_id, now)
    return invitation


def confirm(
    session: Session, *, invitation: Invitation, actor: Person | None, now: datetime
) -> Person:
    """Staff have seen the person and the code: the chat is theirs now. Returns the person.

    The account that was met before joining keeps its row; the chat simply belongs to another.
    Any other chat of the person ends: a lost phone is a stranger's from here on.
    """
    contact = session.get_one(Contact, invitation.used_by)
    person = session.get_one(Person, invitation.person_id)
    contacts.take_from(session, person, actor=actor, now=now, but=contact)
    contact.person_id = person.id
    discretion.follow(session, contact.id, person)
    person.confirmed_at = person.confirmed_at or now
    person.leaving_at = None  # who comes back has not left
    invitation.confirmed_at = now
    _record(session, "invitations.confirm", invitation, actor.id if actor else None, now)
    session.flush()
    return person


def has_joined(session: Session, person_id: int) -> bool:
    """Whether staff have once stood beside the person and seen the code."""
    return bool(session.scalar(_CONFIRMED, {"person": person_id}))


_CONFIRMED = select(func.count()).where(
    Invitation.person_id == bindparam("person"), Invitation.confirmed_at.is_not(None)
)


def reject(session: Session, *, invitation: Invitation, actor: Person, now: datetime) -> None:
    invitation.rejected_at = now
    _record(session, "invitations.reject", invitation, actor.id, now)


def _record(
    session: Session, action: str, invitation: Invitation, actor_id: int | None, now: datetime
) -> None:
    audit.record(session, action=action, actor_id=actor_id, object_id=invitation.id, now=now)
