"""Where somebody is logged in: each of their chats, and each browser of the web chat.

Ending one hides what stands in it, takes its devices from it and touches no consent; the others go
on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
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
from models.people import Person
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


def places(session: Session, person: Person, now: datetime) -> list[Place]:
    """Every chat that is open to somebody, longest first; and the address they want mail at."""
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
        if not browsers:
            found.append(Place(each.channel, each.id, None, each.created_at, each.heard_at))
    return found


def are_several(session: Session, person: Person, now: datetime) -> bool:
    """Whether there is more than one chat, browser and passkey of theirs; mail lets nobody in."""
    found = [
        each for each in places(session, person, now) if each.channel != mail_addresses.CHANNEL
    ]
    keys = [passkeys.of(session, each) for each in {place.contact_id for place in found}]
    return len(found) + sum(map(len, keys)) > 1


def remind(
    session: Session, person_id: int, contact_id: int, subject_id: int, now: datetime
) -> None:
    """A day after somebody was let in, where that was said: whoever had the phone in hand for a
    minute may not have been its owner."""
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    outbox.promise(
        session, kind="linking.many", recipient_id=person_id, contact_id=contact_id,
        subject_id=subject_id, occasion="a day later", now=now,
        not_before=reminding.in_window(now + timedelta(days=1), rules, calendar),
    )  # fmt: skip


def end(session: Session, *, actor: Person, place_id: int, now: datetime) -> None:
    """End one of one's own chats, or one browser. With the last browser its chat ends, unless there
    is another way into it. Nothing happens when it has ended; another's sounds absent."""
    row = session.get(WebSession, place_id)
    contact = session.get(Contact, row.contact_id if row is not None else place_id)
    if contact is None or contact.person_id != actor.id:
        refuse(Why.ABSENT)
    if row is not None:
        web_sessions.end(session, row, actor_id=actor.id, now=now)
        if _has_a_way_in(session, contact.id, now):
            return
    contacts.give_up(session, actor, contact, actor=actor, now=now)


def end_others(
    session: Session, *, actor: Person, contact: Contact, session_id: int | None, now: datetime
) -> None:
    """End all but this chat; in a browser also every other browser, and every passkey but the one
    that let this one in: one of them may have been somebody else's."""
    contacts.take_from(session, actor, actor=actor, now=now, but=contact)
    if session_id is None:
        return
    here = session.get_one(WebSession, session_id)
    for row in web_sessions.of(session, contact.id, now):
        if row.id != session_id:
            web_sessions.end(session, row, actor_id=actor.id, now=now)
    for key in passkeys.of(session, contact.id):
        if key.id != here.passkey_id:
            passkeys.remove(
                session, actor=actor, contact_id=contact.id, passkey_id=key.id, now=now
            )


def _has_a_way_in(session: Session, contact_id: int, now: datetime) -> bool:
    return bool(
        web_sessions.of(session, contact_id, now)
        or passkeys.of(session, contact_id)
        or web_identities.kinds_of(session, contact_id)
    )
