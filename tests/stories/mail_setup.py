"""Somebody without Telegram: a page on the web now and then, and a mailbox."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import demo
from bot.web import face
from models import web_chats, web_sessions
from models.contacts import Contact
from models.municipality import PolicyVersion
from tests.browsing import Browser
from tests.post_office import PostOffice
from tests.stories.evening import Evening

COOKIE = "__Host-losbot"
ON = "Beskjed på e-post"


@dataclass
class Person:
    """One of the cast at a browser that is shut when nothing is said in it."""

    story: Evening
    office: PostOffice
    name: str
    address: str
    browser: Browser = field(default_factory=Browser)

    async def sits_down(self) -> None:
        """On the web from now on, and no longer in Telegram."""
        now = self.story.clock.now()
        token = await self.story.app.store.write(_to_the_web, self.name, now)
        self.browser.cookies[COOKIE] = token

    @property
    def asgi(self) -> Any:
        return face.app_of(self.story.app)

    async def looks(self) -> list[str]:
        """Opens the page, and shuts it again. What stands there."""
        told = (await self.browser.get(self.asgi, "/")).told
        await self.story.settle()
        return [message["text"] for message in told["messages"]]

    async def stands(self) -> list[str]:
        """What stands on the page, though nobody opens it."""
        return await self.story.app.store.read(_texts, self.name)

    async def says(self, words: str) -> str:
        return await self._say({"words": words})

    async def presses(self, *labels: str) -> str:
        last = ""
        for label in labels:
            told = (await self.browser.get(self.asgi, "/")).told
            carried = [
                f"{message['message_id']} {key['callback_data']}"
                for message in told["messages"]
                for row in message["inline_keyboard"]
                for key in row
                if key["text"] == label
            ]
            assert carried, (label, told["messages"][-1])
            last = await self._say({"press": carried[-1]})
        return last

    async def _say(self, body: dict[str, str]) -> str:
        told = (await self.browser.get(self.asgi, "/")).told
        given = {**body, "proof": told["proof"], "nonce": secrets.token_hex(8)}
        reply = await self.browser.post(self.asgi, "/si", given)
        assert reply.status == 200, reply.status
        await self.story.settle()
        texts = [m["text"] for m in (await self.browser.get(self.asgi, "/")).told["messages"]]
        return texts[-1] if texts else ""

    async def chooses_mail(self) -> None:
        await self.says("/innstillinger")
        await self.presses(ON, "Skriv inn e-postadressen")
        await self.says(self.address)
        await self.presses("Ja, send")
        code = code_in(self.mails[-1])
        await self.presses("Skriv koden")
        asked_again = await self.says("12")
        assert asked_again.startswith("Skriv koden som står i e-posten."), asked_again
        assert (await self.says(code)).startswith("Da er e-post på.")

    @property
    def mails(self) -> list[EmailMessage]:
        return self.office.to(self.address)

    @property
    def text(self) -> str:
        """What the newest says."""
        body = self.mails[-1].get_body(("plain",))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n")

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails]


def _texts(session: Session, name: str) -> list[str]:
    person = demo.cast_of(session)[name.casefold()]
    theirs = Contact.person_id == person.id, Contact.channel == "web"
    contact = session.scalars(select(Contact).where(*theirs)).one()
    return [str(each.told["text"]) for each in web_chats.news(session, contact.id, 0, 200).shown]


def links_in(text: str) -> list[str]:
    """The tokens of a mail's links for answering: yes, and no."""
    return re.findall(r"/svar/(\S+)", text)


def code_in(letter: EmailMessage) -> str:
    return letter.get_content().split("Koden er ")[1][:6]


def _to_the_web(session: Session, name: str, now: Any) -> str:
    person = demo.cast_of(session)[name.casefold()]
    theirs = Contact.person_id == person.id
    session.execute(update(Contact).where(theirs).values(channel="web"))
    contact = session.scalars(select(Contact).where(theirs)).one()
    return web_sessions.begin(session, contact_id=contact.id, person_id=person.id, now=now)


def decide(session: Session, **choices: Any) -> None:
    """The municipality's policy is another."""
    for version in session.scalars(select(PolicyVersion)):
        version.choices = {**version.choices, **choices}
