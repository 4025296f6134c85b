"""The web chat: what a browser says becomes a Said, and what we say is put into its chat.

The chat lies in our own store, so sending is a row in the transaction that found the words: it is
sent when it is committed, once, and never in doubt. Who sits in the browser was asked before.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import dispatch
from bot.channels import Heard, Said
from bot.channels.hearing import COMMAND, clean
from bot.channels.outcomes import Outcome, What
from bot.desk import Claimed
from bot.render import Rendered
from models import web_chats
from models.contacts import Contact
from models.inbox import Handled
from models.outbox import Mode
from models.people import Person
from models.sealed import Erased, SealBroken

CHANNEL = "web"


def parse(raw: Mapping[str, Any], now: datetime) -> Said:
    """What a browser's update says. Any exception means that it cannot be heard and is parked."""
    kind = raw["kind"]
    said = Said(
        channel=CHANNEL,
        address=int(raw["address"]),
        update_id=int(raw["update_id"]),
        name="",
        language_code=raw.get("language"),
        kind="other",
        at=now,
    )
    if kind == "press":
        return dataclasses.replace(
            said,
            kind="button",
            data=clean(str(raw["data"])),
            message_id=int(raw["message_id"]),
            callback_id=f"web{said.update_id}",
        )
    if kind != "words":
        return said
    text = clean(str(raw["text"])).strip()
    command = COMMAND.match(text)
    if command is None:
        return dataclasses.replace(said, kind="words", typed=text)
    typed = (command[2] or "").strip()
    return dataclasses.replace(said, kind="command", command=command[1].lower(), typed=typed)


def handle(session: Session, said: Said, now: datetime) -> Heard:
    """As `dispatch.handle`; what a browser wrote is put into its chat first, and goes with it."""
    if said.channel != CHANNEL:
        return dispatch.handle(session, said, now)
    if session.get(Handled, (CHANNEL, said.update_id)) is not None:
        return Heard.BEFORE
    contact = _contact(session, said.address)
    if contact is not None and said.kind in ("words", "command"):
        # Without the key the words cannot be kept; what they ask for is done all the same.
        with contextlib.suppress(SealBroken, Erased), session.begin_nested():
            said = dataclasses.replace(said, message_id=_written(session, contact, said, now))
    heard = dispatch.handle(session, said, now)
    if heard is Heard.HID and contact is not None:
        web_chats.clear(session, contact.id, mine=True)
    return heard


def _contact(session: Session, address: int) -> Contact | None:
    return session.scalar(
        select(Contact).where(Contact.channel == CHANNEL, Contact.address == address)
    )


def _written(session: Session, contact: Contact, said: Said, now: datetime) -> int:
    words = f"/{said.command} {said.typed}".strip() if said.kind == "command" else said.typed
    if said.command == "start":
        words = "/start"  # the link's token stands nowhere
    person = session.get_one(Person, contact.person_id)
    chat = web_chats.of(session, contact.id, person)
    return web_chats.add(session, chat, person, {"text": words}, mine=True, now=now)


def keep(session: Session, contact_id: int, claimed: Claimed, now: datetime) -> Outcome:
    """Put one message into its chat, change it there or take it away."""
    person = session.get_one(Person, session.get_one(Contact, contact_id).person_id)
    chat = web_chats.of(session, contact_id, person)
    what, target = claimed.what, claimed.target_id
    match claimed.mode:
        case Mode.STRIP:
            web_chats.strip(session, chat, target or 0)
        case Mode.DELETE | Mode.HIDE:
            web_chats.take_away(session, chat, target or 0)
        case _ if what is None:
            return Outcome(What.REFUSED, error="nothing")
        case _ if target is not None:
            if not web_chats.change(session, chat, target, told_of(what)):
                return Outcome(What.VANISHED, error="gone")
        case _:
            if what.menu:
                web_chats.put_keyboard(chat, person, what.menu)
            file = what.document.data if what.document else None
            number = web_chats.add(
                session, chat, person, told_of(what), mine=False, now=now, file=file
            )
            return Outcome(What.SENT, number)
    return Outcome(What.SENT)


def told_of(what: Rendered) -> dict[str, Any]:
    """A message as it is kept."""
    told: dict[str, Any] = {"text": what.text, "silent": what.silent}
    told["rows"] = [
        [
            {"text": key.label, "url": key.url}
            if key.url
            else {"text": key.label, "callback_data": key.data}
            for key in row
        ]
        for row in what.rows
    ]
    if what.document is not None:
        file = what.document
        told["file"] = {"name": file.name, "mime": file.mime, "size": len(file.data)}
    return told
