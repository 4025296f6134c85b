"""Who somebody is with a login provider, and the chat of the channel `web` that it opens.

What a provider calls a person (issuer and subject) is stored nowhere: here lies a keyed hash of
it, so a copy of the store tells nobody's name with the provider, nor whether somebody is here.
Nothing else that a provider says is looked at: no name, no address, no national number. A chat
that changes hands takes the login with it, which is how staff's yes to a one-time link binds one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, and_, delete, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit, journal, people
from models.base import Base, Id, Ref, new_id
from models.journal import Ends
from models.people import Person
from models.sealed import keyring_of
from models.terms import LoginKind
from models.web_sessions import WebSession


@dataclass(frozen=True, slots=True)
class Subject:
    """What a provider has proven: who, in its own words. `sid` names this one login of theirs."""

    kind: LoginKind
    issuer: str
    name: str
    sid: str | None = None


class WebIdentity(Ends, Base):
    __tablename__ = "web_identities"
    ENDS = ("contact_id",)

    id: Mapped[Id]
    contact_id: Mapped[Ref] = mapped_column(
        ForeignKey("contacts.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    master: Mapped[str]  # the id of the master that the hash's key is derived from
    hash: Mapped[str] = mapped_column(unique=True)
    bound_at: Mapped[datetime]


def _hash(session: Session, master: str, who: Subject) -> str:
    """By the key that stays in the key file when its master is taken out, so that nobody has to be
    let in anew for that."""
    told = json.dumps(["web identity", who.kind, who.issuer, who.name])
    key = keyring_of(session).signing_key(master)
    return hmac.new(key, told.encode(), hashlib.sha256).hexdigest()


def sid_hash(who: Subject) -> str | None:
    told = json.dumps([who.issuer, who.sid])
    return hashlib.sha256(told.encode()).hexdigest() if who.sid is not None else None


def find(session: Session, who: Subject) -> WebIdentity | None:
    """The identity of a subject, under whichever master it was hashed."""
    masters = session.scalars(select(WebIdentity.master).distinct()).all()
    hashes = [_hash(session, master, who) for master in masters]
    return session.scalar(select(WebIdentity).where(WebIdentity.hash.in_(hashes)))


def bind(
    session: Session, *, who: Subject, contact_id: int, person_id: int, now: datetime
) -> WebIdentity:
    """From here on the subject's login opens this chat and no other. Whether it may is the
    caller's question."""
    row = find(session, who)
    if row is None:
        master = keyring_of(session).fingerprint()
        row = WebIdentity(
            id=new_id(), contact_id=contact_id, kind=who.kind, master=master,
            hash=_hash(session, master, who), bound_at=now,
        )  # fmt: skip
        session.add(row)
    elif row.contact_id != contact_id:
        theirs = WebSession.identity_id == row.id
        journal.all_of(session, select(WebSession.id).where(theirs))
        session.execute(delete(WebSession).where(theirs))
        row.contact_id, row.bound_at = contact_id, now
    session.flush()
    audit.record(
        session, action="web_identities.bind", actor_id=person_id, object_id=row.id, now=now,
        detail={"contact": contact_id, "kind": row.kind},
    )  # fmt: skip
    return row


def holds(session: Session, identity_id: int | None, person: Person) -> bool:
    """Whether a session still lets its owner in: a login as staff no longer than the work lasts,
    and staff by nothing but a login where there is one for them. Somebody who waits for staff's
    yes is a stranger and may wait."""
    row = session.get(WebIdentity, identity_id) if identity_id is not None else None
    if row is None and identity_id is not None:
        return False
    if person.confirmed_at is None:
        return True
    if row is None:
        return not must_log_in(session, person.id)
    return row.kind != LoginKind.STAFF or bool(people.positions(session, person.id))


def must_log_in(session: Session, person_id: int) -> bool:
    """Whether a one-time link alone does not do for somebody: staff, where they have a login."""
    asked = session.info.get("staff_log_in", False)
    return asked and bool(people.positions(session, person_id))


def kinds_of(session: Session, contact_id: int) -> tuple[LoginKind, ...]:
    """Which logins open a chat."""
    found = select(WebIdentity.kind).where(WebIdentity.contact_id == contact_id)
    return tuple(sorted(map(LoginKind, session.scalars(found))))


def end_sessions(session: Session, who: Subject, now: datetime) -> Sequence[int]:
    """The provider says that somebody has logged out: of the login `sid` names, or, without it, of
    all of them. An empty name means that only the `sid` is known. Returns the chats."""
    theirs: list[ColumnElement[bool]] = []
    sid = sid_hash(who)
    if sid is not None:
        theirs.append(WebSession.sid == sid)
    row = find(session, who) if who.name else None
    if row is not None:
        any_login = WebSession.identity_id == row.id
        theirs.append(any_login if sid is None else and_(any_login, WebSession.sid.is_(None)))
    if not theirs:
        return ()
    found = session.scalars(select(WebSession).where(or_(*theirs))).all()
    for each in found:
        audit.record(
            session, action="web_sessions.end", actor_id=None, object_id=each.id, now=now,
            detail={"by": who.kind},
        )  # fmt: skip
        session.delete(each)
    session.flush()
    return [each.contact_id for each in found]


def forget(session: Session, contact_id: int) -> None:
    """The chat is taken from its owner, or they leave: the login opens nothing any more."""
    theirs = WebIdentity.contact_id == contact_id
    journal.all_of(session, select(WebIdentity.id).where(theirs))
    session.execute(delete(WebIdentity).where(theirs))
