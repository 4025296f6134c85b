"""Who sits in a browser: the cookie, and what is known of its owner.

The first way in is a one-time link. Others (eID, a passkey, a link by e-mail) end in the same
place: `web_sessions.begin` for a contact, and `with_cookie`.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from models import contacts, web_sessions
from models.base import new_id
from models.contacts import Contact
from models.people import Person

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


class Cookies:
    """The cookie's name and rules for one address."""

    def __init__(self, origin: str) -> None:
        self._secure = origin.startswith("https://")
        self.name = "__Host-losbot" if self._secure else "losbot"

    def token(self, request: Request) -> str:
        token = request.cookies.get(self.name, "")
        return token if len(token) <= LONGEST_TOKEN else ""

    def put(self, response: Response, token: str) -> Response:
        response.set_cookie(
            self.name, token, max_age=int(web_sessions.LIFE.total_seconds()), path="/",
            secure=self._secure, httponly=True, samesite="lax",
        )  # fmt: skip
        return response

    def drop(self, response: Response) -> Response:
        response.delete_cookie(
            self.name, path="/", secure=self._secure, httponly=True, samesite="lax"
        )
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
    return Seat(
        session_id=row.id,
        contact_id=contact.id,
        address=contact.address,
        person_id=person.id,
        language=person.language,
        confirmed=person.confirmed_at is not None,
        proof=proof_of(token),
    )


def begin(session: Session, channel: str, name: str, language: str, now: datetime) -> str:
    """A chat for somebody nobody knows yet, as anyone has who writes in Telegram. Returns the
    token."""
    met = contacts.meet(
        session, channel=channel, address=new_id(), name=name, language=language, now=now
    )
    return web_sessions.begin(session, contact_id=met.contact.id, person_id=met.person.id, now=now)


def seen(session: Session, seat: Seat, now: datetime) -> None:
    web_sessions.used(session, seat.session_id, now)


def leave(session: Session, seat: Seat, now: datetime, *, others: bool = False) -> None:
    """End the session that asks for it; or every other one of this chat."""
    for row in web_sessions.of(session, seat.contact_id, now):
        if (row.id != seat.session_id) == others:
            web_sessions.end(session, row, actor_id=seat.person_id, now=now)
