"""Where a key was destroyed there is a dash, and everything round it stands."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot import parking
from models.cases import Case
from models.outbox import Outgoing
from models.people import Person
from models.sealed import destroy_key
from tests.stories.beginnings import begins, something_is_agreed

AGREED = """\
1. «–»
Ansvarlig: –
Frist: fredag 18. desember
Evalueres: mandag 21. desember"""


def destroy(session) -> None:
    """What is written in the case, and the name of the one who is to do something."""
    for person in session.scalars(select(Person)).all():
        if person.name == "Amina":
            destroy_key(session, person.key_id)
    for case in session.scalars(select(Case)):
        destroy_key(session, case.key_id)


def failed(session) -> list[tuple[str, str | None]]:
    return [
        (row.kind, row.error)
        for row in session.scalars(select(Outgoing).where(Outgoing.error.startswith("compose.")))
    ]


@pytest.mark.slow
@begins(something_is_agreed)
async def test_what_is_left_can_still_be_seen(story):
    await story.app.store.write(destroy)
    for who in ("Jonas", "Kari", "Ida"):
        for command in ("/saker", "/moter", "/tiltak", "/samtykke", "/minedata"):
            await story.types(who, command)
        assert story.count(who, AGREED) == 1
        assert f"Navn: {who}" in story.last(who)
    assert "Amina" not in story.news()["Jonas"]
    assert await story.app.store.read(parking.waiting) == []
    assert await story.app.store.read(failed) == []


@pytest.mark.slow
@begins(something_is_agreed)
async def test_what_was_promised_before_is_told_without_what_is_gone(story):
    await story.app.store.write(destroy)
    await story.comes(14, 12, 10)
    await story.presses("Ida", "Vis")
    assert story.last("Ida").startswith("Hvordan går det med «–»?")
    assert await story.app.store.read(failed) == []
