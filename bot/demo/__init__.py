"""The demo's invented municipality, put into an empty store."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import municipality_file
from bot.emulator.cast import CAST
from models import contacts, municipality, people
from models.contacts import Contact
from models.family import Guardianship
from models.municipality import Unit
from models.people import Person, Position, Pupil

MUNICIPALITY = Path(__file__).with_name("municipality.toml")


def seed(session: Session, now: datetime) -> dict[str, Person]:
    """Fill an empty store with Fjordvik and its people, each with the phone of the cast.

    Everyone but Sam is confirmed already. Raises ValueError when the store is not empty.
    """
    if municipality.current(session) is not None:
        raise ValueError("the store is not empty")
    municipality_file.apply(session, municipality_file.read(MUNICIPALITY), now)
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
            contacts.add(session, person, "telegram", actor.id, now)
    return cast


def cast_of(session: Session) -> dict[str, Person]:
    """The cast of a seeded store by first name in lower case, found by their phones."""
    names = {actor.id: actor.name.lower() for actor in CAST}
    return {
        names[contact.address]: session.get_one(Person, contact.person_id)
        for contact in session.scalars(select(Contact).where(Contact.address.in_(names)))
    }


def run(*, port: int, lang: str, seed: int | None, keep: Path | None, browser: bool) -> None:
    """Show the demo until stopped (see `show`, which is slow to import)."""
    from bot.demo import show

    show.run(port=port, lang=lang, seed=seed, keep=keep, browser=browser)
