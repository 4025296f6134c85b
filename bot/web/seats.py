"""Who sits in a browser: the cookie, and what is known of its owner.

One way in is a one-time link, another a login, a third a passkey (`devices`); all end in
`web_sessions.begin` for a contact.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web import CHANNEL
from models import (
    audit,
    contacts,
    falling_back,
    inbox,
    invitations,
    people,
    web_identities,
    web_sessions,
)
from models.base import new_id
from models.contacts import Contact
from models.people import Person
from models.terms import LoginKind
from models.web_identities import Subject, WebIdentity
from models.web_sessions import WebSession

LONGEST_TOKEN = 64


@dataclass(frozen=True, slots=True)
class Seat:
    session_id: int
    contact_id: int
    address: int
    person_id: int
    language: str
    confirmed: bool
    proof: str  # against forged forms: only our own pages know it
    login: LoginKind | None  # by which they came in
    stale: bool  # it was not noted for a while that they are here


@dataclass(frozen=True, slots=True)
class Entered:
    token: str
    by_link: bool  # a stranger still: the link they came by is to be opened in the chat


class Cookies:
    """The cookie's name and rules for one address."""

    def __init__(self, origin: str) -> None:
        self._secure = origin.startswith("https://")
        self.name = "__Host-losbot" if self._secure else "losbot"

    def token(self, request: Request) -> str:
        token = request.cookies.get(self.name, "")
        return token if len(token) <= LONGEST_TOKEN else ""

    def put(self, response: Response, token: str, life: timedelta = web_sessions.LIFE) -> Response:
        return self._put(response, self.name, token, life)

    def drop(self, response: Response) -> Response:
        return self._drop(response, self.name)

    def login(self, request: Request) -> str:
        """What a login under way was begun with, and the one-time link it began from."""
        return self.aside(request, "login")

    def put_login(self, response: Response, given: str, life: timedelta) -> Response:
        return self.put_aside(response, "login", given, life)

    def drop_login(self, response: Response) -> Response:
        return self.drop_aside(response, "login")

    def aside(self, request: Request, what: str) -> str:
        """What only this browser knows of something it has begun."""
        given = request.cookies.get(f"{self.name}-{what}", "")
        return given if len(given) <= 2 * LONGEST_TOKEN else ""

    def put_aside(self, response: Response, what: str, given: str, life: timedelta) -> Response:
        return self._put(response, f"{self.name}-{what}", given, life)

    def drop_aside(self, response: Response, what: str) -> Response:
        return self._drop(response, f"{self.name}-{what}")

    def _put(self, response: Response, name: str, value: str, life: timedelta) -> Response:
        response.set_cookie(
            name, value, max_age=int(life.total_seconds()), path="/",
            secure=self._secure, httponly=True, samesite="lax",
        )  # fmt: skip
        return response

    def _drop(self, response: Response, name: str) -> Response:
        response.delete_cookie(name, path="/", secure=self._secure, httponly=True, samesite="lax")
        return response


def proof_of(token: str) -> str:
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()[:32]


def find(session: Session, token: str, now: datetime) -> Seat | None:
    """Who sits there. None, alike, for every cookie that opens nothing."""
    row = web_sessions.find(session, token, now)
    if row is None:
        return None
    contact = session.get_one(Contact, row.contact_id)
    person = session.get_one(Person, contact.person_id)
    if not web_identities.holds(session, row.identity_id, person):
        return None
    identity = session.get(WebIdentity, row.identity_id) if row.identity_id else None
    return Seat(
        session_id=row.id,
        contact_id=contact.id,
        address=contact.address,
        person_id=person.id,
        language=person.language,
        confirmed=person.confirmed_at is not None,
        proof=proof_of(token),
        login=LoginKind(identity.kind) if identity else None,
        stale=now - row.seen_at > web_sessions.NOTED,
    )


def holds(session: Session, session_id: int, contact_id: int, now: datetime) -> bool:
    """Whether a session that was found before is still one of this chat, and `find` would find it."""
    row = session.get(WebSession, session_id)
    if row is None or row.contact_id != contact_id or not web_sessions.is_alive(row, now):
        return False
    return web_identities.holds(session, row.identity_id, owner(session, contact_id))


def language(session: Session, contact_id: int) -> str:
    return owner(session, contact_id).language


def begin(
    session: Session, channel: str, name: str, language: str, device: str, now: datetime
) -> str:
    """A chat for somebody nobody knows yet, as anyone has who writes in Telegram. Returns the
    token."""
    met = contacts.meet(
        session, channel=channel, address=new_id(), name=name, language=language, now=now
    )
    return web_sessions.begin(
        session, contact_id=met.contact.id, person_id=met.person.id, now=now, device=device
    )


def seen(session: Session, seat: Seat, now: datetime) -> None:
    web_sessions.used(session, seat.session_id, now)
    falling_back.looked(session, seat.person_id, seat.contact_id, now)


def leave(session: Session, seat: Seat, now: datetime) -> None:
    """End the session that asks for it."""
    for row in web_sessions.of(session, seat.contact_id, now):
        if row.id == seat.session_id:
            web_sessions.end(session, row, actor_id=seat.person_id, now=now)


# --- by a link -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link that can still be opened."""

    must_log_in: bool  # it is for staff, who have a login


def link(session: Session, token: str, now: datetime) -> Link | None:
    """A link, asked about before anybody is let into a chat for it."""
    invited = invitations.open_for(session, token, now)
    return Link(web_identities.must_log_in(session, invited)) if invited is not None else None


# --- by a login ----------------------------------------------------------------------------------


def first_answer(session: Session, state: str, now: datetime) -> bool:
    """Whether a login comes back for the first time."""
    return inbox.first_time(session, "login", _number(state), now)


def log_in(
    session: Session,
    who: Subject,
    link: str,
    seat: Seat | None,
    language: str,
    device: str,
    now: datetime,
) -> Entered | None:
    """A session for whom a provider has named: in their own chat, or, with a one-time link that is
    open, in a stranger's. None, alike, for all others."""
    known = _known(session, who)
    found = known or _bound(session, who, link, seat, language, now)
    if found is None or not web_identities.holds(session, found[0].id, found[1]):
        return None
    identity, person = found
    if seat is not None:
        leave(session, seat, now)
    token = web_sessions.begin(
        session, contact_id=identity.contact_id, person_id=person.id, now=now,
        identity_id=identity.id, sid=web_identities.sid_hash(who), device=device,
    )  # fmt: skip
    return Entered(token, by_link=known is None)


def _known(session: Session, who: Subject) -> tuple[WebIdentity, Person] | None:
    """Whom staff have confirmed; who only waits for that is a stranger."""
    identity = web_identities.find(session, who)
    person = owner(session, identity.contact_id) if identity is not None else None
    if identity is None or person is None or person.confirmed_at is None:
        return None
    return identity, person


def _bound(
    session: Session, who: Subject, link: str, seat: Seat | None, language: str, now: datetime
) -> tuple[WebIdentity, Person] | None:
    """A stranger with an open link, for one whom such a login could let in: staff's is for staff.
    The link is opened in the chat they have begun already, or in a new one."""
    invited = invitations.open_for(session, link, now) if link else None
    if invited is None:
        return None
    if who.kind == LoginKind.STAFF and not people.positions(session, invited):
        return None
    if seat is not None and not seat.confirmed:
        contact_id, person = seat.contact_id, session.get_one(Person, seat.person_id)
    else:
        met = contacts.meet(
            session, channel=CHANNEL, address=new_id(), name="", language=language, now=now
        )
        contact_id, person = met.contact.id, met.person
    identity = web_identities.bind(
        session, who=who, contact_id=contact_id, person_id=person.id, now=now
    )
    return identity, person


def owner(session: Session, contact_id: int) -> Person:
    return session.get_one(Person, session.get_one(Contact, contact_id).person_id)


def turned_away(session: Session, kind: str, why: str, now: datetime) -> None:
    """That a login was refused, and the one word why; of whose it was nothing is known."""
    audit.record(
        session, action="login.refused", actor_id=None, now=now,
        detail={"kind": kind, "why": why},
    )  # fmt: skip


def logged_out(session: Session, who: Subject, notice: str, now: datetime) -> Sequence[int]:
    """A provider's notice that somebody has logged out there, once. Returns the chats."""
    if not inbox.first_time(session, "logout", _number(f"{who.issuer}|{notice}"), now):
        return ()
    return web_identities.end_sessions(session, who, now)


def _number(told: str) -> int:
    return int.from_bytes(hashlib.sha256(told.encode()).digest()[:8], "big") >> 1
