"""A browser that logs in to the web chat: to the provider and back, redirect by redirect."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from pydantic import SecretStr
from sqlalchemy import select

from bot import demo
from bot.app import App
from bot.clock import ManualClock
from bot.emulator.emulator import Emulator
from bot.settings import LoginAt
from bot.store import Store
from bot.web import face, seats
from bot.web.limits import Limits
from models import invitations, joining, web_identities
from models.contacts import Contact
from models.invitations import Invitation
from models.terms import LoginKind
from models.web_identities import Subject
from tests.browsing import ORIGIN, Browser, Reply
from tests.oidc.pretender import CLIENT, SECRET, ec, path_of

SESSION = "__Host-losbot"


@dataclass
class Here:
    """The web chat of the demo's municipality, with login providers."""

    app: App
    store: Store
    clock: ManualClock
    asgi: Any = None
    kind: LoginKind = LoginKind.STAFF
    home: str = ORIGIN
    provider: Any = None

    async def begin(self, browser: Browser, link: str = "") -> str:
        """Where the provider is."""
        query = f"?lenke={link}" if link else ""
        reply = await browser.get(self.asgi, f"/logg-inn/{self.kind}{query}")
        assert reply.status == 303, reply.text
        return reply.header("location")

    async def log_in(self, browser: Browser, link: str = "") -> Reply:
        """To the end; the answer is the web chat's to what the provider sent back."""
        return await browser.get(self.asgi, await answered(await self.begin(browser, link)))

    async def link_for(self, name: str) -> str:
        def invite(session):
            person = demo.cast_of(session)[name]
            now = self.clock.now()
            return invitations.invite(session, person=person, invited_by=None, now=now)[1]

        return await self.store.write(invite)

    async def bind(self, name: str, who: str, issuer: str) -> None:
        """As if one of the cast had logged in before, from their one chat."""

        def bind(session):
            person = demo.cast_of(session)[name]
            contact = session.scalars(select(Contact).where(Contact.person_id == person.id)).one()
            contact.channel = "web"
            web_identities.bind(
                session, who=Subject(self.kind, issuer, who), contact_id=contact.id,
                person_id=person.id, now=self.clock.now(),
            )  # fmt: skip

        await self.store.write(bind)

    async def confirm(self) -> None:
        """The operator has seen the code."""

        def confirm(session):
            opened = Invitation.used_at.is_not(None), Invitation.confirmed_at.is_(None)
            invitation = session.scalars(select(Invitation).where(*opened)).one()
            joining.settle(session, invitation=invitation, actor=None, now=self.clock.now())

        await self.store.write(confirm)
        await self.app.settled()

    async def sits(self, session: aiohttp.ClientSession, cookie: str) -> int:
        """Who sits in a browser, as a person."""
        (token,) = (each.value for each in session.cookie_jar if each.key == cookie)
        seat = await self.store.read(seats.find, token, self.clock.now())
        assert seat is not None
        return seat.person_id


async def answered(address: str) -> str:
    """What the provider sends the browser back with."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(address, allow_redirects=False) as reply,
    ):
        back = reply.headers["Location"]
    assert back.startswith(f"{ORIGIN}/logg-inn/"), back
    return path_of(back)


def is_in(browser: Browser) -> bool:
    return SESSION in browser.cookies


@asynccontextmanager
async def open_house(
    store: Store, now: Any, *logins: LoginAt, limits: Any = None
) -> AsyncIterator:
    """On a store with the demo's municipality in it."""
    clock = ManualClock(now)
    app = App.for_story(
        Emulator(clock=clock), store, clock, web_url=ORIGIN, limits=limits or Limits.none(),
        logins=logins,
    )  # fmt: skip
    await app.start(beating=False, polling=False, greet=False)
    try:
        yield Here(app, store, clock, face.app_of(app))
    finally:
        await app.stop()


def login_at(
    issuer: str, kind: LoginKind = LoginKind.STAFF, *levels: str, secret: str = SECRET
) -> LoginAt:
    return LoginAt(kind, issuer, CLIENT, SecretStr(secret), levels)


def own_key() -> str:
    """The key we sign with, where we name no secret."""
    return json.dumps(ec("ours").as_dict(private=True))
