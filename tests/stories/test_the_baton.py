"""The stafettpinne from Jonas to Amina, and to Randi: nobody is ever in doubt who has it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.base import new_id
from models.municipality import Unit
from models.people import Person, Position
from models.terms import Role
from tests.stories.beginnings import all_have_said_yes, begins, jonas_has_a_case
from tests.stories.words import LOOK, NEWS, NOT_OPEN, WAITS


async def ida_wants_somebody(story) -> None:
    """Jonas asks the family; Ida would like Amina, Kari minds nothing, Per has not answered."""
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder", "Stafettpinnen", "Spør familien")
    story.news()
    await story.presses("Ida", "Vis", "Det er noen jeg heller vil ha")
    await story.types("Ida", "Randi, hun kjenner meg")
    await story.presses("Ida", "Ja, si det")
    await story.presses("Kari", "Vis", "Har ingen mening")


@begins(jonas_has_a_case)
async def test_nobody_is_asked_to_take_it_before_the_family_was(story):
    await story.presses("Jonas", "Stafettpinnen")
    assert "Du holder den, til en annen har sagt ja." in story.last("Jonas")
    assert "Gi den videre" not in story.buttons("Jonas")
    story.news()
    await story.presses("Jonas", "Spør familien")
    news = story.news()
    assert news["Ida"] == news["Kari"] == [WAITS]
    await story.presses("Ida", "Vis")
    assert story.last("Ida").startswith("Jonas følger opp deg nå, men det kan bli en annen.")
    await story.presses("Ida", "Vil snakke om det først")
    assert "Du har svart: Vil snakke om det først" in story.last("Ida")
    assert "Vil snakke" not in story.phone("Kari") + story.phone("Per")


async def the_family_was_asked(story) -> None:
    await jonas_has_a_case(story)
    await ida_wants_somebody(story)
    await story.comes(26, 11, 11)


@begins(the_family_was_asked)
async def test_randi_says_yes_and_the_family_sees_a_face_and_a_place(story):
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder", "Stafettpinnen")
    assert "• Ida: Det er noen jeg heller vil ha: «Randi, hun kjenner meg»" in story.last("Jonas")
    assert "• Per: ikke svart" in story.last("Jonas")
    await story.presses("Jonas", "Hvor familien finner deg")
    await story.types("Jonas", "Rom 12")
    await story.presses("Jonas", "Ja, lagre")
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder", "Stafettpinnen", "Gi den videre")
    await story.types("Jonas", "Ida liker best å møtes ute")
    await story.presses("Jonas", "Ja, spør")
    story.news()
    assert story.last("Randi") == WAITS
    await story.presses("Randi", "Vis")
    assert "Ida liker best å møtes ute" in story.last("Randi")
    await story.presses("Randi", "Ja, jeg tar den")
    assert story.last("Randi").startswith("Ida: du er stafettholder.")
    news = story.news()
    assert {"Ida", "Kari", "Per", "Jonas", "Randi"} == set(news)
    assert NEWS in news["Ida"]
    await story.presses("Ida", "Vis")
    seen = story.last("Ida")
    assert "Randi ved Fjordvik ungdomsskole holder den" in seen
    assert "• Jonas: fra mandag 23. november 2026 til torsdag 26. november 2026" in seen
    assert "møtes ute" not in seen + story.phone("Kari")
    await story.presses("Jonas", "Vis")
    assert "Ida" not in story.last("Jonas")
    await story.types("Jonas", "/saker")
    assert story.last("Jonas").startswith("Du er ikke med i noen sak nå.")
    assert story.count("Jonas", "møtes ute") == 0


@pytest.mark.slow
@begins(the_family_was_asked)
async def test_randi_says_no_and_jonas_has_it_as_before(story):
    await jonas_asks_randi(story)
    await story.presses("Randi", "Vis", "Nei, det går ikke")
    await story.types("Randi", "Jeg er borte i januar")
    await story.presses("Randi", "Ja, si nei")
    await story.presses("Jonas", "Vis")
    assert "Randi kan ikke ta den nå: «Jeg er borte i januar»" in story.last("Jonas")
    assert "Du holder den" in story.last("Jonas")
    assert story.news().keys() <= {"Jonas", "Randi"}


async def jonas_asks_randi(story) -> None:
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder", "Stafettpinnen", "Gi den videre")
    await story.presses("Jonas", "Hopp over", "Ja, spør")
    story.news()


@pytest.mark.slow
@begins(the_family_was_asked)
async def test_nobody_answers_and_the_clock_gives_it_back(story):
    await jonas_asks_randi(story)
    await story.comes(1, 12, 12)
    assert story.news() == {"Randi": [WAITS]}
    await story.comes(2, 12, 12)
    assert story.news() == {"Siri": [LOOK]}  # Randi, who leads the school, is the one asked
    await story.presses("Siri", "Vis")
    assert story.last("Siri").startswith("Noen få oppfølginger har stoppet opp.")
    assert "Ida" not in story.phone("Siri")
    story.news()
    await story.comes(3, 12, 12)
    assert story.news() == {}  # they may answer the whole of that day
    await story.comes(4, 12, 12)
    assert story.news() == {"Jonas": [NEWS]}
    await story.presses("Jonas", "Vis")
    assert "Randi har ikke svart, og blir ikke spurt mer." in story.last("Jonas")
    await story.presses("Randi", "Vis")
    assert story.toast("Randi") == NOT_OPEN


@begins(all_have_said_yes)
async def test_the_rektor_takes_over_at_once_when_jonas_is_ill(story):
    await story.types("Randi", "/stafettpinner")
    assert "Jonas: 1" in story.buttons("Randi")
    assert "Ida" not in story.last("Randi")
    await story.presses("Randi", "Jonas: 1", "Ida", "Overta den nå")
    await story.types("Randi", "Jonas er syk")
    story.news()
    await story.presses("Randi", "Ja, ta over")
    assert story.last("Randi").startswith("Ida: du er stafettholder.")
    assert set(story.news()) == {"Randi", "Jonas", "Ida", "Kari", "Per"}
    await story.presses("Kari", "Vis")
    assert "Randi ved Fjordvik ungdomsskole holder den" in story.last("Kari")
    assert "syk" not in story.last("Kari")
    await story.types("Kari", "/hvemharsett")
    assert "rektor, Fjordvik ungdomsskole" in story.last("Kari")
    await story.types("Jonas", "/saker")
    assert story.last("Jonas").startswith("Du er ikke med i noen sak nå.")


@pytest.mark.slow
@begins(all_have_said_yes)
async def test_amina_of_the_club_gets_it_once_the_family_has_said_yes_to_that(story):
    """The club knows something already; to hold the baton it would see everything."""
    await story.presses("Jonas", "Vis", "Åpne saken", "Stafettpinnen", "Spør familien")
    await story.comes(26, 11, 11)
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder", "Stafettpinnen", "Gi den videre")
    await story.presses("Jonas", "Noen i en annen tjeneste")
    assert "må familien først ha sagt ja til at de får vite alt" in story.last("Jonas")
    await story.presses("Jonas", "Ja, be om samtykke", "Be om samtykke")
    await story.presses("Jonas", "☐ Fyret fritidsklubb", "Ferdig")
    for label in story.buttons("Jonas")[:5]:
        await story.presses("Jonas", label)
    await story.presses(
        "Jonas", "Ferdig", "3 måneder, til fredag 26. februar 2027", "Ja, spør dem"
    )
    for who in ("Ida", "Kari", "Per"):
        await story.presses(who, story.buttons(who)[0])
        await story.presses(who, story.buttons(who)[0])
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder", "Stafettpinnen", "Gi den videre")
    await story.presses("Jonas", "Amina (Fyret fritidsklubb)", "Hopp over", "Ja, spør")
    await story.presses("Amina", "Vis", "Ja, jeg tar den")
    assert story.last("Amina").startswith("Ida: du er stafettholder.")
    await story.presses("Ida", "Vis")
    assert "Amina ved Fyret fritidsklubb holder den" in story.last("Ida")
    await story.types("Kari", "Stopp")
    await story.types("Amina", "/saker")
    assert story.last("Amina").startswith("Du er ikke med i noen sak nå.")
    story.news()
    await story.comes(27, 11, 10)
    assert WAITS in story.news()["Randi"]
    await story.presses("Randi", "Vis")
    assert "Det er ikke lenger samtykke til at Fyret fritidsklubb holder den" in story.last(
        "Randi"
    )


@pytest.mark.slow
@begins(all_have_said_yes)
async def test_ida_changes_school_and_olav_over_there_has_it_once_all_is_done(story):
    story.meets("Olav", works=True)
    await story.types("Olav", "/start")
    await story.app.store.write(_another_school, story.clock.now())
    await story.presses("Jonas", "Vis", "Åpne saken", "Stafettpinnen", "Bytter skole")
    await story.types("Jonas", "8. januar 2027")
    await story.presses("Jonas", "Ja, lag listen")
    assert "☐ et siste møte, der begge skolene er med" in story.last("Jonas")
    await story.types("Ida", "/saker")
    await story.presses("Ida", "Samarbeidet om deg", "Hvem holder stafetten")
    assert "Fra fredag 8. januar 2027: Strandvik skole." in story.last("Ida")
    assert "Jonas har ansvaret til en der har sagt ja." in story.last("Ida")
    await story.presses("Jonas", "Gjort: avtale hvem som er kontakt på den nye skolen")
    await story.presses("Jonas", "Gjort: et siste møte, der begge skolene er med")
    await story.presses("Jonas", "Gjort: fortelle det de må vite der")
    await story.presses("Jonas", "Trengs ikke: flytte eller avslutte hvert tiltak")
    await story.presses("Jonas", "Spør familien")
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder", "Be om samtykke")
    await story.presses("Jonas", "☐ Strandvik skole", "Ferdig")
    for label in story.buttons("Jonas")[:5]:
        await story.presses("Jonas", label)
    await story.presses(
        "Jonas", "Ferdig", "3 måneder, til tirsdag 23. februar 2027", "Ja, spør dem"
    )
    for who in ("Ida", "Kari", "Per"):
        await story.presses(who, story.buttons(who)[0])
        await story.presses(who, story.buttons(who)[0])
    assert "Ida" not in story.phone("Olav")
    await story.comes(27, 11, 11)
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder", "Stafettpinnen", "Gi den videre")
    await story.presses("Jonas", "Olav (Strandvik skole)", "Hopp over", "Ja, spør")
    await story.presses("Olav", "Vis", "Ja, jeg tar den")
    assert story.last("Olav").startswith("Ida: du er stafettholder.")
    await story.types("Ida", "/saker")
    await story.presses("Ida", "Samarbeidet om deg")
    assert "Olav ved Strandvik skole følger opp." in story.last("Ida")
    await story.types("Jonas", "/saker")
    assert story.last("Jonas").startswith("Du er ikke med i noen sak nå.")


def _another_school(session, now) -> None:
    """Strandvik skole, where Olav teaches."""
    there = Unit(id=new_id(), key="strandvik", kind="school", name="Strandvik skole")
    session.add(there)
    olav = next(each for each in session.scalars(select(Person)) if each.name == "Olav")
    olav.confirmed_at = now
    session.add(Position(person_id=olav.id, unit_id=there.id, role=Role.KONTAKTLAERER))
