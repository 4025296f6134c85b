"""The web chat on a real port, for a real browser: everybody of the cast has a session. Prints
their tokens by first name, and the case that they have lived in for a while if `case` is named."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import demo
from bot.app import App
from bot.clock import ManualClock
from bot.emulator.emulator import Emulator
from bot.store import Store
from bot.web import face
from models import web_sessions
from models.contacts import Contact
from models.sealed import Keyring
from tests.conftest import _cast
from tests.full_case import lived_in

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _sit_down(session: Session) -> dict[str, str]:
    cast = demo.seed(session, START)
    session.execute(update(Contact).values(channel="web"))
    contacts = {each.person_id: each for each in session.scalars(select(Contact))}
    return {
        name: web_sessions.begin(
            session, contact_id=contacts[person.id].id, person_id=person.id, now=START
        )
        for name, person in cast.items()
        if person.id in contacts
    }


def _lived_in(session: Session) -> int:
    found = lived_in(session, _cast(session), START).id
    session.execute(update(Contact).values(channel="web"))
    return found


async def main(port: int, file: Path, lived: bool) -> None:
    store = Store.open(f"sqlite:///{file}", Keyring(b"k" * 32), bot_username="losbot_demo_bot")
    store.create()
    tokens = store.write_now(_sit_down)
    case_id = store.write_now(_lived_in) if lived else None
    clock = ManualClock(START, running=True)
    address = f"http://127.0.0.1:{port}"
    app = App.for_story(Emulator(clock=clock), store, clock, web_url=address)
    await app.start(beating=False, polling=False, greet=False)
    async with face.serving(face.app_of(app), "127.0.0.1", port):
        print(json.dumps({"address": address, "tokens": tokens, "case": case_id}), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(main(int(sys.argv[1]), Path(folder) / "web.db", "case" in sys.argv))
