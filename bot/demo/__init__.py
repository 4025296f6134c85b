"""The demo's invented municipality, put into an empty store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import municipality_file
from bot.emulator.cast import CAST
from bot.municipality_file import MunicipalityFile
from models import contacts, municipality, people, web_sessions
from models.contacts import Contact
from models.family import Guardianship
from models.municipality import Unit
from models.people import Person, Position, Pupil
from models.web_sessions import WebSession

MUNICIPALITY = Path(__file__).with_name("municipality.toml")
STAFF = frozenset(actor.id for actor in CAST if actor.name not in ("Ida", "Kari", "Per", "Sam"))


def seed(
    session: Session, now: datetime, on_web: frozenset[int] = frozenset()
) -> dict[str, Person]:
    """Fill an empty store with Fjordvik and its people, each with the phone of the cast, or, of
    those `on_web`, with a chat there. When all staff are, Telegram is closed to them.

    Everyone but Sam is confirmed already. Raises ValueError when the store is not empty.
    """
    if municipality.current(session) is not None:
        raise ValueError("the store is not empty")
    file = municipality_file.read(MUNICIPALITY)
    municipality_file.apply(session, _as_usual(file) if on_web >= STAFF else file, now)
    cast = {
        position.staff_key: session.get_one(Person, position.person_id)
        for position in session.scalars(select(Position))
        if position.staff_key
    }
    school = session.scalars(select(Unit).where(Unit.key == "ungdomsskolen")).one()
    cast["ida"] = people.create(
        session, name="Ida", language="nb", now=now, born=date(2011, 5, 14)
    )
    cast["kari"] = people.create(session, name="Kari", language="nb", now=now)
    cast["per"] = people.create(session, name="Per", language="nn", now=now)
    session.add(
        Pupil(person_id=cast["ida"].id, school_id=school.id, kontaktlaerer_id=cast["jonas"].id)
    )
    for guardian in (cast["kari"], cast["per"]):
        session.add(Guardianship(ungdom_id=cast["ida"].id, foresatt_id=guardian.id))
    for actor in CAST:
        person = cast.get(actor.name.lower())
        if person is not None:
            person.confirmed_at, person.language = now, actor.language_code
            channel = "web" if actor.id in on_web else "telegram"
            contacts.add(session, person, channel, actor.id, now)
    return cast


def _as_usual(file: MunicipalityFile) -> MunicipalityFile:
    """With staff out of Telegram, as the policy is unless a municipality says otherwise."""
    policies = tuple(
        part.model_copy(update={"choices": {**part.choices, "staff_telegram": False}})
        for part in file.policies
    )
    return file.model_copy(update={"policies": policies})


def cast_of(session: Session) -> dict[str, Person]:
    """The cast of a seeded store by first name in lower case, found by their phones."""
    names = {actor.id: actor.name.lower() for actor in CAST}
    return {
        names[contact.address]: session.get_one(Person, contact.person_id)
        for contact in session.scalars(select(Contact).where(Contact.address.in_(names)))
    }


def on_web(session: Session) -> frozenset[int]:
    """Who of the cast has a chat on the web; in a store of old, nobody."""
    found = select(Contact.address).where(Contact.channel == "web", Contact.address.in_(STAFF))
    return frozenset(session.scalars(found))


def sit_down(session: Session, addresses: Sequence[int], now: datetime) -> dict[int, str]:
    """A session for each of these who has a chat on the web: the tokens of their cookies."""
    found = select(Contact).where(Contact.channel == "web", Contact.address.in_(addresses))
    return {
        contact.address: web_sessions.begin(
            session, contact_id=contact.id, person_id=contact.person_id, now=now
        )
        for contact in session.scalars(found).all()
    }


def all_seen(session: Session, at: datetime) -> None:
    """As if everybody had opened their page at `at`, and would be there for long."""
    session.execute(update(WebSession).values(seen_at=at, expires_at=at + web_sessions.LIFE))


def run(*, port: int, lang: str, seed: int | None, keep: Path | None, browser: bool) -> None:
    """Show the demo until stopped (see `show`, which is slow to import)."""
    from bot.demo import show

    show.run(port=port, lang=lang, seed=seed, keep=keep, browser=browser)
