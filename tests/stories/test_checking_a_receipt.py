"""/sjekk and the number on a receipt: genuine and unchanged, to the one it was given to."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from models.consent_history import ConsentEvent
from tests.stories.beginnings import all_have_said_yes, begins
from tests.stories.words import ABSENT


def number_on(story, who: str) -> str:
    """The newest receipt's."""
    return re.findall(r"Kvittering ([0-9A-Z]{6})(?! er)", story.phone(who))[-1]


@begins(all_have_said_yes)
async def test_a_yes_is_genuine_and_later_taken_back(story):
    number = number_on(story, "Kari")
    for typed in (number, number.lower(), f" {number[:3]}-{number[3:]} "):
        await story.types("Kari", f"/sjekk {typed}")
        assert story.last("Kari") == (
            f"Kvittering {number} er ekte og uendret.\n"
            "Du sa ja til deling med Fyret fritidsklubb og Ungdomslosene "
            "mandag 23. november kl. 10.00.\n"
            "Det gjelder nå, til og med tirsdag 23. februar 2027."
        )
    await story.types("Kari", "stopp")
    await story.types("Kari", f"/sjekk {number}")
    assert story.last("Kari").endswith("Du har svart noe annet siden.")
    stopped = number_on(story, "Kari")
    await story.types("Kari", f"/sjekk {stopped}")
    assert "Du stoppet delingen med" in story.last("Kari")
    assert story.last("Kari").endswith("Det gjelder fortsatt.")


@pytest.mark.slow
@begins(all_have_said_yes)
async def test_to_anyone_else_a_number_and_nonsense_sound_the_same(story):
    number = number_on(story, "Kari")
    story.news()
    for who in ("Ida", "Jonas", "Randi", "Amina"):
        for typed in (number, "ZZZZZZ", "tull og tøys", "' OR 1=1 --"):
            await story.types(who, f"/sjekk {typed}")
            assert story.last(who) == ABSENT
    await story.types("Ida", "/sjekk")
    assert story.last("Ida").startswith("Skriv /sjekk og nummeret på kvitteringen")
    assert set(story.news()) == {"Ida", "Jonas", "Randi", "Amina"}


@pytest.mark.parametrize("change", [{"until": None}, {"act": "refused"}])
@begins(all_have_said_yes)
async def test_a_receipt_that_was_changed_in_the_store_is_not_confirmed(story, change):
    number = number_on(story, "Kari")
    statement = update(ConsentEvent).where(ConsentEvent.number == number).values(**change)
    await story.app.store.write(lambda session: session.execute(statement) and None)
    await story.types("Kari", f"/sjekk {number}")
    assert "Jeg kan ikke bekrefte at den er uendret." in story.last("Kari")
    assert "ekte" not in story.last("Kari")
