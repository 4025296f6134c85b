"""The web chat on a real port, for a real browser: everybody of the cast has a session, staff by
a login, and Randi's provider stands beside it. Prints their tokens by first name, the link of one
who is invited and one that Per has asked for, and the case that they have lived in for a while if
`case` is named."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import demo, log
from bot.app import App
from bot.clock import ManualClock
from bot.emulator.emulator import Emulator
from bot.store import Store
from bot.web import face
from models import invitations, linking, people, web_identities, web_sessions
from models.contacts import Contact
from models.people import Person
from models.sealed import Keyring
from models.terms import LoginKind
from models.web_identities import Subject
from tests.full_case import lived_in
from tests.oidc.pretender import Pretender
from tests.oidc.visits import login_at
from tests.ways import cast_of

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _sit_down(session: Session, who: Subject) -> dict[str, str]:
    cast = demo.seed(session, START)
    session.execute(update(Contact).values(channel="web"))
    contacts = {each.person_id: each for each in session.scalars(select(Contact))}
    logins = {
        person.id: web_identities.bind(
            session, who=who if name == "randi" else replace(who, name=name),
            contact_id=contacts[person.id].id, person_id=person.id, now=START,
        ).id
        for name, person in cast.items()
        if people.positions(session, person.id)
    }  # fmt: skip
    return {
        name: web_sessions.begin(
            session, contact_id=contacts[person.id].id, person_id=person.id, now=START,
            identity_id=logins.get(person.id),
        )
        for name, person in cast.items()
        if person.id in contacts
    }  # fmt: skip


def _link(session: Session) -> str:
    """A link that Per has asked for, to another browser."""
    per = next(each for each in session.scalars(select(Person)) if each.name == "Per")
    here = session.scalars(select(Contact).where(Contact.person_id == per.id)).one()
    made = linking.ask(session, actor=per, contact=here, to_channel="web", now=START)
    return f"/til/{linking.token_of(session, made.id)}"


def _lived_in(session: Session) -> int:
    found = lived_in(session, cast_of(session), START).id
    session.execute(update(Contact).values(channel="web"))
    cast_of(session).kari.language = "en"
    return found


def _invited(session: Session) -> str:
    """The link of somebody who is not in yet."""
    nora = people.create(session, name="Nora", language="nb", now=START)
    return invitations.invite(session, person=nora, invited_by=None, now=START)[1]


async def main(port: int, file: Path, *, lived: bool, host: str) -> None:
    store = Store.open(f"sqlite:///{file}", Keyring(b"k" * 32), bot_username="losbot_demo_bot")
    store.create()
    clock = ManualClock(START, running=True)
    provider = Pretender(clock)
    await provider.start()
    who = Subject(LoginKind.STAFF, provider.issuer, provider.who)
    tokens = store.write_now(_sit_down, who)
    case_id = store.write_now(_lived_in) if lived else None
    invited = store.write_now(_invited)
    logins = [login_at(provider.issuer)]
    address = f"http://{host}:{port}"
    app = App.for_story(Emulator(clock=clock), store, clock, web_url=address, logins=logins)
    await app.start(beating=False, polling=False, greet=False)
    async with face.serving(face.app_of(app), "127.0.0.1", port):
        joins = store.write_now(_link)
        links = {"link": invited, "joins": joins}
        told = {"address": address, "tokens": tokens, "case": case_id, **links}
        print(json.dumps(told), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    log.set_up(quiet=True)  # what is printed is read by who started us
    with tempfile.TemporaryDirectory() as folder:
        host = "localhost" if "localhost" in sys.argv else "127.0.0.1"  # passkeys want a name
        file = Path(folder) / "web.db"
        asyncio.run(main(int(sys.argv[1]), file, lived="case" in sys.argv, host=host))
