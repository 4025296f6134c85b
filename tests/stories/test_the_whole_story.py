"""From a wish in a chat to an evaluation, as one reads it who worries about a child.

One story told once; after each chapter: who was shown something, and nobody else was.
"""

from __future__ import annotations

import re

import pytest

from tests.stories.beginnings import reference_in
from tests.stories.conftest import reveals
from tests.stories.words import NEWS, QUESTION, WAITS


@pytest.mark.slow
async def test_from_asking_for_a_los_to_the_evaluation(story):
    reference = await ida_asks(story)
    await the_school_finds_a_los(story, reference)
    await all_are_asked_and_say_yes(story)
    await they_meet(story)
    await they_try_something(story)
    await they_look_at_how_it_went(story)
    await kari_takes_it_back(story)
    assert story.phone("Sam") == ""
    assert story.phone("Siri") == ""
    pushed = [text for who in story.ids for text in story.pushes(who)]
    assert len(pushed) > len(story.unasked) > 20
    assert {push: reveals(push) for _who, push in story.unasked if reveals(push)} == {}


async def ida_asks(story) -> str:
    await story.types("Ida", "/start")
    await story.presses("Ida", "Be om en los")
    await story.presses("Ida", "Skolen", "På fritidsklubben", "☐ Om ettermiddagen", "Ferdig")
    await story.presses("Ida", "Her i chatten", "Ja, de kan få vite om det", "Ja, send")
    reference = reference_in(story.last("Ida"))
    assert set(story.news()) == {"Ida", "Randi"}
    return reference


async def the_school_finds_a_los(story, reference: str) -> None:
    assert story.last("Randi") == NEWS
    await story.presses("Randi", "Vis", "Gi til los", "Ja, spør")
    assert set(story.news()) == {"Randi", "Lise"}
    assert story.last("Lise") == WAITS
    await story.presses("Lise", "Vis", "Ja, jeg tar den")
    news = story.news()
    assert set(news) == {"Lise", "Ida", "Randi"}
    await story.presses("Ida", "Vis")
    assert story.last("Ida").startswith("Lise er losen din og tar kontakt med deg.")
    assert reference in story.last("Ida")
    await story.passes(days=1)
    await story.presses("Lise", "Vis", "Har hatt første kontakt")
    assert set(story.news()) == {"Lise"}


async def all_are_asked_and_say_yes(story) -> None:
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Opprett en sak", "Jonas (kontaktlærer)", "Ja, opprett saken")
    assert set(story.news()) == {"Jonas"}
    await story.presses("Jonas", "Be om samtykke", "☐ Fyret fritidsklubb", "Ferdig")
    await story.presses("Jonas", "☐ når det er møter", "☐ hva som er avtalt å gjøre", "Ferdig")
    await story.presses("Jonas", "6 måneder, til mandag 24. mai 2027", "Ja, spør dem")
    news = story.news()
    assert set(news) == {"Jonas", "Ida", "Kari", "Per"}
    assert news["Kari"] == [QUESTION]
    await story.presses("Kari", "Vis", "Snakk med meg først")
    assert set(story.news()) == {"Kari", "Jonas"}
    await story.presses("Jonas", "Vis")
    await story.presses("Kari", "Ja, det er greit")
    await story.presses("Ida", "Vis", "Ja, det er greit")
    assert set(story.news()) == {"Jonas", "Kari", "Ida"}
    await story.presses("Per", story.buttons("Per")[0])
    await story.presses("Per", story.buttons("Per")[0])
    assert set(story.news()) == {"Per", "Jonas", "Ida", "Kari"}
    await story.presses("Jonas", "Vis", "Åpne saken", "Ta med deltakere", "☐ Amina", "Ferdig")
    await story.presses("Jonas", "Ja, ta med")
    assert set(story.news()) == {"Jonas", "Amina"}
    await story.presses("Amina", "Vis")
    assert story.last("Amina").startswith("Ida: du er med fra Fyret fritidsklubb.\n")
    assert "helse" not in story.last("Amina")


async def they_meet(story) -> None:
    await story.types("Jonas", "/moter")
    await story.presses("Jonas", "Planlegg møte om Ida")
    await story.types("Jonas", "torsdag 3. des kl 14.15")
    await story.presses("Jonas", "45 minutter", "På skolen", "☐ Amina (Fyret fritidsklubb)")
    await story.presses("Jonas", "Ferdig", "Ja, kall inn")
    family_and_amina = {"Ida", "Kari", "Per", "Amina"}
    assert set(story.news()) == {"Amina", "Jonas"} | family_and_amina
    await story.presses("Ida", "Noe annet", "Gruer meg", "Ha med meg noen")
    await story.presses("Kari", "Kommer")
    assert story.last("Kari").endswith("<avtale.ics>")
    assert set(story.news()) == {"Ida", "Kari", "Jonas"}
    await story.comes(1, 12, 14, 15)
    assert set(story.news()) == {"Jonas"} | family_and_amina
    await story.comes(3, 12, 10, 15)
    news = story.news()
    assert set(news) == {"Jonas"} | family_and_amina
    assert news["Kari"] == ["Du har en avtale i dag kl. 14.15.\n[Vis]"]
    await story.comes(4, 12, 10)
    assert story.news() == {"Jonas": ["Hvordan gikk avtalen?\n[Vis]"]}
    await story.presses("Jonas", "Vis", "Si hvordan møtet gikk", "Ja, vi møttes")
    await story.presses("Jonas", "☐ Ida", "☐ Kari", "Ferdig", "Spurt, ville ikke si noe")
    await story.presses("Jonas", "Ja, lagre", "Skriv et punkt")
    await story.types("Jonas", "Ida prøver laget til Fyret")
    await story.presses("Jonas", "Ja, lagre", "Gjør ferdig", "Det er alt, gå videre")
    await story.presses("Jonas", "Et nytt møte")
    await story.types("Jonas", "8. januar")
    await story.presses("Jonas", "Jonas", "Ja, gjør ferdig")
    assert set(story.news()) == {"Jonas", "Ida", "Kari", "Per"}


async def they_try_something(story) -> None:
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder", "Mål og tiltak", "Nytt tiltak")
    await story.types("Jonas", "Trives i friminuttene")
    await story.types("Jonas", "Spille på laget til Fyret på onsdager")
    await story.presses("Jonas", "Amina")
    await story.types("Jonas", "18. desember")
    await story.presses("Jonas", "Velg en annen dag")
    await story.types("Jonas", "17. desember")
    await story.presses("Jonas", "Ja, lagre tiltaket")
    assert set(story.news()) == {"Jonas", "Amina"}
    await story.presses("Amina", "Vis")
    assert story.last("Amina").startswith("«Spille på laget til Fyret på onsdager»\n")
    assert "Trives" not in story.phone("Amina")  # the goals were not agreed to
    assert set(story.news()) == {"Amina"}


async def they_look_at_how_it_went(story) -> None:
    await story.comes(10, 12, 10)
    assert set(story.news()) == {"Ida", "Kari", "Per", "Amina", "Jonas"}
    await story.presses("Ida", "Vis", "4 – bra")
    await story.presses("Kari", "Vis", "Det hjelper litt")
    assert set(story.news()) == {"Ida", "Kari"}
    await story.comes(14, 12, 10)
    news = story.news()
    assert set(news) == {"Per", "Amina"}  # once more, who has not answered
    assert len(news["Amina"]) == 2  # who has a week left to do it, too
    await story.comes(17, 12, 10)
    assert set(story.news()) == {"Jonas"}
    await story.presses("Jonas", "Vis", "Evaluer", "Det har hjulpet", "Fortsett som nå")
    await story.presses("Jonas", story.buttons("Jonas")[1])
    await story.types("Jonas", "Ida har fått venner på laget")
    await story.presses("Jonas", "Ja, lagre")
    assert set(story.news()) == {"Jonas", "Ida", "Kari", "Per", "Amina"}
    await story.presses("Kari", "Vis")
    assert re.match(
        r"«Spille på laget til Fyret på onsdager»\nDet fortsetter som nå\.\n", story.last("Kari")
    )
    assert "4 – bra" not in story.phone("Kari")
    assert set(story.news()) == {"Kari"}


async def kari_takes_it_back(story) -> None:
    await story.types("Kari", "Stopp")
    news = story.news()
    assert set(news) == {"Kari", "Ida", "Per", "Jonas", "Amina"}
    assert story.last("Kari").startswith("All deling du hadde sagt ja til, er stoppet nå.")
    await story.types("Amina", "/saker")
    assert story.last("Amina").startswith("Du er ikke med i noen sak nå.")
    await story.passes(days=45)
    told = story.news()
    assert "Amina" in told  # her own asking, above
    assert len(told["Amina"]) == 1
    await story.types("Ida", "/los")
    assert story.last("Ida").startswith("Lise er losen din")
