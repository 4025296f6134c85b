"""The devices of who sits in a browser: where they are logged in, and what can let them in."""

from __future__ import annotations

import contextlib
from datetime import datetime

from sqlalchemy.orm import Session
from starlette.requests import Request

from bot.web import seats
from bot.web.seats import Seat
from models import discretion, linked, passkeys, web_sessions
from models.base import Refused
from models.contacts import Contact
from models.linked import Key, Place
from models.passkeys import Made
from models.people import Person

DEVICES = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "Chromebook"),
    ("Windows", "Windows"), ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
"""What a browser says of itself, and what its owner calls that. Nothing finer is kept."""


def device_of(request: Request) -> str:
    """What kind of device asks; empty for one we do not know."""
    said = request.headers.get("user-agent", "")
    return next((name for word, name in DEVICES if word in said), "")


def of(session: Session, seat: Seat, now: datetime) -> tuple[list[Place], list[Key], bool]:
    """Where they are logged in, the passkeys, and whether one more may be made here."""
    me = session.get_one(Person, seat.person_id)
    may_make = may_have_passkey(session, seat, now)
    return linked.places(session, me, now), linked.keys(session, me), may_make


def end(session: Session, seat: Seat, place_id: int | None, now: datetime) -> None:
    """End one of them, or, without a number, all but this browser. Nothing happens when it has
    ended already, or is another's."""
    me = session.get_one(Person, seat.person_id)
    if place_id is not None:
        with contextlib.suppress(Refused):
            linked.end(session, actor=me, place_id=place_id, now=now)
    else:
        here = session.get_one(Contact, seat.contact_id)
        linked.end_others(session, actor=me, contact=here, session_id=seat.session_id, now=now)


# --- passkeys ------------------------------------------------------------------------------------


def may_have_passkey(session: Session, seat: Seat, now: datetime) -> bool:
    """Not while the chat is shut: who sits there may not be its owner."""
    shut = discretion.is_shut(session, seat.contact_id, now)
    return not shut and passkeys.may_have(session, session.get_one(Person, seat.person_id))


def keep_passkey(session: Session, seat: Seat, made: Made, now: datetime) -> bool:
    """False when it may not be kept."""
    actor = session.get_one(Person, seat.person_id)
    if not may_have_passkey(session, seat, now):
        return False
    try:
        row = passkeys.make(session, actor=actor, contact_id=seat.contact_id, made=made, now=now)
    except Refused:
        return False
    linked.tell(session, actor.id, seat.contact_id, row.id, now)
    return True


def remove_passkey(session: Session, seat: Seat, passkey_id: int, now: datetime) -> None:
    """Nothing happens when it is gone already, or another's."""
    actor = session.get_one(Person, seat.person_id)
    with contextlib.suppress(Refused):
        linked.remove_key(session, actor=actor, passkey_id=passkey_id, now=now)


def enter(
    session: Session, passkey_id: int, uses: int, seat: Seat | None, device: str, now: datetime
) -> str | None:
    """A session for whom a device has let in. None for whom it does not do: staff who have a
    login, a passkey that is gone since, a device that was copied."""
    row = passkeys.used(session, passkey_id, uses, now)
    if row is None:
        return None
    person = seats.owner(session, row.contact_id)
    if not passkeys.may_have(session, person):
        return None
    if seat is not None:
        seats.leave(session, seat, now)
    return web_sessions.begin(
        session,
        contact_id=row.contact_id,
        person_id=person.id,
        now=now,
        passkey_id=row.id,
        device=device,
    )
