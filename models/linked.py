"""Where somebody is logged in: each of their chats, and each browser of the web chat.

Ending one hides what stands in it, takes its passkeys from it and touches no consent; the others go
on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    audit,
    channels,
    contacts,
    mail_addresses,
    municipality,
    outbox,
    passkeys,
    people,
    reminding,
    web_identities,
    web_sessions,
)
from models.base import refuse
from models.contacts import Contact
from models.outbox import Promise
from models.passkeys import Passkey
from models.people import Person
from models.sealed import SealBroken
from models.terms import Why
from models.web_sessions import WebSession


def ways(session: Session, person: Person, now: datetime) -> tuple[str, ...]:
    """The channels somebody may take into use by themselves. Staff get into the web chat by their
    login where there is one, and into Telegram only where the municipality wants them there."""
    if person.confirmed_at is None:
        return ()
    found = []
    if session.info.get("web_url") and not web_identities.must_log_in(session, person.id):
        found.append("web")
    at_home = municipality.policy_at(session, now).staff_telegram
    if session.info.get("bot_username") and (at_home or not people.positions(session, person.id)):
        found.append("telegram")
    return tuple(each for each in found if not channels.is_stopped(session, each))


@dataclass(frozen=True, slots=True)
class Place:
    """A chat, or one browser of a chat of the channel `web` (`session_id`)."""

    channel: str
    contact_id: int
    session_id: int | None
    since: datetime
    last: datetime
    device: str = ""

    @property
    def id(self) -> int:
        return self.session_id or self.contact_id

    @property
    def lets_in(self) -> bool:
        """A mail only says that there is something."""
        return self.channel != mail_addresses.CHANNEL


@dataclass(frozen=True, slots=True)
class Key:
    """A passkey, as its owner sees it."""

    id: int
    name: str
    made: datetime
    used: datetime | None


def places(session: Session, person: Person, now: datetime) -> list[Place]:
    """Every chat that is open to somebody, longest first; and the address they want mail at. Not
    one that a login opens while nobody has logged in."""
    theirs = Contact.person_id == person.id, Contact.closed_at.is_(None)
    address = mail_addresses.confirmed(session, person.id)
    found = []
    for each in session.scalars(select(Contact).where(*theirs).order_by(Contact.created_at)):
        if each.channel == mail_addresses.CHANNEL and (address is None or address.id != each.id):
            continue  # not confirmed: perhaps not theirs
        browsers = web_sessions.of(session, each.id, now)
        found += [
            Place(each.channel, each.id, row.id, row.created_at, row.seen_at, row.device)
            for row in reversed(browsers)
        ]
        if not browsers and not web_identities.kinds_of(session, each.id):
            found.append(Place(each.channel, each.id, None, each.created_at, each.heard_at))
    return found


def keys(session: Session, person: Person) -> list[Key]:
    """The passkeys of all their chats, newest first."""
    theirs = select(Passkey).join(Contact, Contact.id == Passkey.contact_id)
    found = theirs.where(Contact.person_id == person.id)
    newest = session.scalars(found.order_by(Passkey.created_at.desc(), Passkey.id))
    return [Key(row.id, _name_of(row), row.created_at, row.used_at) for row in newest]


def _name_of(row: Passkey) -> str:
    """Without the key the names are shut, and the passkeys can be removed all the same."""
    try:
        return row.name or ""
    except SealBroken:
        return ""


def are_several(session: Session, person: Person, now: datetime) -> bool:
    """Whether there is more than one chat, browser and passkey of theirs."""
    found = [each for each in places(session, person, now) if each.lets_in]
    return len(found) + len(keys(session, person)) > 1


def tell(
    session: Session, person_id: int, contact_id: int, subject_id: int, now: datetime
) -> None:
    """That there is one more way in: at once in every other chat, since whoever has made it sits in
    this one; and here a day later, for whoever had the phone in hand for a minute may not have been
    its owner."""
    open_to_them = Contact.person_id == person_id, Contact.closed_at.is_(None)
    others = Contact.id != contact_id, Contact.channel != mail_addresses.CHANNEL
    for each in session.scalars(select(Contact.id).where(*open_to_them, *others)).all():
        outbox.promise(
            session, kind="linking.new", recipient_id=person_id, contact_id=each,
            subject_id=subject_id, occasion=f"in {each}", promise=Promise.RECEIPT, now=now,
        )  # fmt: skip
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    outbox.promise(
        session, kind="linking.many", recipient_id=person_id, contact_id=contact_id,
        subject_id=subject_id, occasion="a day later", now=now,
        not_before=reminding.in_window(now + timedelta(days=1), rules, calendar),
    )  # fmt: skip


def end(session: Session, *, actor: Person, place_id: int, now: datetime) -> None:
    """End one of one's own chats, or one browser, with the passkey that let it in: whoever has that
    would be back in a moment. With the last browser its chat ends. Another's sounds absent."""
    row = session.get(WebSession, place_id)
    contact = session.get(Contact, row.contact_id if row is not None else place_id)
    if contact is None or contact.person_id != actor.id:
        refuse(Why.ABSENT)
    if row is not None:
        if row.passkey_id is not None:
            remove_key(session, actor=actor, passkey_id=row.passkey_id, now=now)
        else:
            web_sessions.end(session, row, actor_id=actor.id, now=now)
        if web_sessions.of(session, contact.id, now):
            return
    _close(session, actor, contact, now)


def remove_key(session: Session, *, actor: Person, passkey_id: int, now: datetime) -> None:
    """Take away a passkey of one's own, whichever chat it opens. Another's sounds absent."""
    row = session.get(Passkey, passkey_id)
    contact = session.get(Contact, row.contact_id) if row is not None else None
    if contact is None or contact.person_id != actor.id:
        refuse(Why.ABSENT)
    passkeys.remove(session, actor=actor, contact_id=contact.id, passkey_id=passkey_id, now=now)


def end_others(
    session: Session, *, actor: Person, contact: Contact, session_id: int | None, now: datetime
) -> None:
    """End all but this chat; in a browser also every other browser, and every passkey but the one
    that let this one in: one of them may have been somebody else's. The address they want mail at
    stays: a mail lets nobody in."""
    others = Contact.person_id == actor.id, Contact.id != contact.id
    ends = select(Contact).where(*others, Contact.channel != mail_addresses.CHANNEL)
    for each in session.scalars(ends).all():
        _close(session, actor, each, now)
    if session_id is None:
        return
    here = session.get_one(WebSession, session_id)
    for row in web_sessions.of(session, contact.id, now):
        if row.id != session_id:
            web_sessions.end(session, row, actor_id=actor.id, now=now)
    for key in passkeys.of(session, contact.id):
        if key.id != here.passkey_id:
            remove_key(session, actor=actor, passkey_id=key.id, now=now)


def _close(session: Session, actor: Person, contact: Contact, now: datetime) -> None:
    """One that a login opens stays its owner's, emptied: whoever can log in is who they are, and
    the next time they need no new link."""
    if not web_identities.kinds_of(session, contact.id):
        contacts.give_up(session, actor, contact, actor=actor, now=now)
        return
    contacts.empty(session, actor, contact, now)
    audit.record(
        session, action="contacts.empty", actor_id=actor.id, object_id=actor.id, now=now,
        detail={"contact": contact.id},
    )  # fmt: skip
