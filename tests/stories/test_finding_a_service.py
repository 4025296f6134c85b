"""Somebody looks for help, without a login and without being asked who they are; and the municipality
keeps what they find."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from handlers import help_now
from models.outbox import Outgoing
from tests.stories.beginnings import begins, ida_has_asked
from tests.stories.test_words_of_danger import came_unasked
from tests.stories.words import ABSENT, HOURS, WAITS


@pytest.fixture(autouse=True)
def shipped_days():
    yield
    help_now.learn({})


async def test_one_finds_a_service_by_what_is_needed(story):
    await story.types("Ida", "/tjenester")
    assert story.last("Ida").startswith(
        "Hva trenger du hjelp til?\n\nEller skriv /tjenester og det"
    )
    await story.presses("Ida", "Søvn, uro og tunge tanker")
    assert story.last("Ida") == (
        "Søvn, uro og tunge tanker\nTrykk på en for å se hvordan du når dem.\n"
        "[Helsestasjon for ungdom]\n[Helsesykepleier på skolen]\n[Ungdomslosene]\n"
        "[BUP Fjordvik]\n[Alle tjenester]\n[Hjelp nå]"
    )
    await story.presses("Ida", "Helsestasjon for ungdom")
    assert story.last("Ida") == (
        "Helsestasjon for ungdom\n"
        "Prevensjon, kropp, rus, følelser og samtaler. Gratis og uten timebestilling.\n\n"
        "Slik når du dem: Kom innom.\n"
        "Åpent: Tirsdag fra kl. 15.00 til kl. 18.00\n"
        "Sted: Fjordvik helsehus\n"
        "For: 13 til 24 år\n"
        "Du kan ta kontakt selv.\n"
        "[Søvn, uro og tunge tanker]\n[Alle tjenester]\n[Hjelp nå]"
    )


async def test_a_stranger_finds_one_in_another_language(story):
    await story.types("Sam", "/tjenester lonely")
    assert "[The youth pilots (los)]" in story.last("Sam")
    await story.presses("Sam", "The youth pilots (los)")
    assert "One steady adult who goes along with you" in story.last("Sam")
    assert story.last("Sam").count("Without an appointment:\nMonday from 14:15 to 16:00") == 1


async def test_words_are_looked_for_and_kept_nowhere(story):
    """Neither in the chat nor in the store."""
    await story.types("Ida", "/tjenester jeg blir slått hjemme")
    assert story.last("Ida").startswith("Dette kan passe:\n[")
    assert "slått" not in story.phone("Ida")

    def kept(session):
        return [row.params for row in session.scalars(select(Outgoing))]

    assert "slått" not in repr(await story.app.store.read(kept))


async def test_words_of_danger_bring_the_help_card_first(story):
    await story.types("Ida", "/tjenester jeg vil dø")
    assert any(came_unasked(said["text"]) for said in story.messages("Ida"))


@begins(ida_has_asked)
async def test_while_one_waits_one_sees_when_a_los_can_be_met_and_no_promise(story):
    await story.presses("Ida", "Hvordan går det?")
    assert HOURS in story.last("Ida")
    assert "uke" not in story.last("Ida")


@pytest.mark.slow
@begins(ida_has_asked)
async def test_a_los_publishes_own_times_and_being_away(story):
    await story.types("Lise", "/mine")
    await story.presses("Lise", "Tidene mine", "Legg til en tid", "Tirsdag")
    await story.types("Lise", "17.30")
    await story.types("Lise", "19.00")
    await story.types("Lise", "Fyret")
    assert "Tirsdag fra kl. 17.30 til kl. 19.00: Fyret" in story.last("Lise")
    await story.presses("Lise", "Ja, legg ut")
    await story.presses("Ida", "Hvordan går det?")
    assert "Tirsdag fra kl. 17.30 til kl. 19.00: Fyret" in story.last("Ida")
    await story.presses("Lise", "Jeg skal være borte")
    await story.types("Lise", "i dag")
    await story.types("Lise", "30.11.2026")
    await story.presses("Lise", "Ja, jeg er borte")
    assert "Du er borte fra" in story.last("Lise")
    await story.types("Ida", "/omlos")
    assert "Fyret" not in story.last("Ida")
    await story.presses("Lise", "Jeg er tilbake")
    await story.types("Ida", "/omlos")
    assert "Fyret" in story.last("Ida")


async def test_the_project_leader_keeps_the_directory(story):
    await story.types("Siri", "/oversikt")
    await story.presses("Siri", "Tjenestekatalogen", "Legg til en tjeneste")
    await story.types("Siri", "Nattkafeen")
    await story.types("Siri", "Varm mat og en voksen å snakke med")
    await story.presses("Siri", "☐ Venner og ensomhet", "Ferdig", "Ja, alle kan ta kontakt")
    await story.types("Siri", "Kom til kaia")
    await story.presses("Siri", "Hopp over")
    assert "Skal jeg legge dette i katalogen? Alle kan se det." in story.last("Siri")
    await story.presses("Siri", "Ja, legg til")
    await story.types("Kari", "/tjenester ensom")
    assert "[Nattkafeen]" in story.last("Kari")
    await story.presses("Siri", "Ta ut av katalogen", "Ja, ta den ut")
    await story.presses("Kari", "Nattkafeen")
    assert story.toast("Kari") == ABSENT


@pytest.mark.slow
async def test_help_lines_are_checked_before_they_lapse(story):
    """The project leader hears in time, in neutral words; what nobody checks is not shown, and 113,
    112 and 116 117 always are."""
    await story.passes(days=77)
    assert story.last("Siri") == WAITS
    await story.presses("Siri", "Vis")
    assert "Sjekk dem som er merket med ⚠." in story.last("Siri")
    await story.presses("Siri", "⚠ 116 111: til fredag 19. februar 2027", "Jeg har ringt")
    await story.passes(days=40)
    await story.types("Ida", "/hjelp")
    assert "116 111" in story.last("Ida")
    assert "116 123" not in story.last("Ida")
    assert [n for n in ("113", "112", "116 117") if n not in story.last("Ida")] == []
