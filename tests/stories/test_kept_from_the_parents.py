"""The stafettholder keeps something from the parents: they notice nothing, on any phone, at any time."""

from __future__ import annotations

import pytest

from tests.stories.beginnings import (
    a_meeting_is_called,
    amina_takes_part,
    begins,
    jonas_has_a_case,
    something_is_agreed,
)
from tests.stories.words import ABSENT, LOOK

WHY = "Ida er redd hjemme"
MARK = "⚠ Skjermet for foreldrene. Ikke ta det opp med dem."
PARENTS = ("Kari", "Per")


async def opens_shields(story) -> None:
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder", "Skjerming")


async def shields(story, thing: str) -> None:
    await opens_shields(story)
    await story.presses("Jonas", thing, "Skjerm for foreldrene")
    await story.types("Jonas", WHY)
    await story.presses("Jonas", weeks(story, 4), "Ja, skjerm")


def weeks(story, number: int) -> str:
    return next(b for b in story.buttons("Jonas") if b.startswith(f"Om {number} uker"))


@begins(something_is_agreed)
async def test_a_tiltak_goes_from_the_parents_and_stays_for_the_others(story):
    await story.types("Kari", "/tiltak")
    assert story.count("Kari", "Legge bort telefonen") == 1
    story.news()
    await shields(story, "Tiltak: Legge bort telefonen kl 22")
    assert "Skjermet: Tiltak: Legge bort telefonen kl 22" in story.buttons("Jonas")
    assert story.count("Kari", "Legge bort telefonen") == 0  # deleted, without a word
    news = story.news()
    assert set(news) == {"Jonas", "Amina"}
    assert news["Amina"] == ["Det er noe nytt til deg.\n[Vis]"]  # she does it, and must know
    await story.presses("Amina", "Vis")
    assert MARK in story.last("Amina")
    for who in PARENTS:
        await story.types(who, "/tiltak")
        assert story.count(who, "Legge bort") == 0
    await story.types("Ida", "/tiltak")
    assert "Legge bort telefonen" in story.last("Ida")
    assert "Skjermet" not in story.last("Ida")
    for who in ("Jonas", "Amina"):
        await story.types(who, "/tiltak")
        assert MARK in story.last(who)
    assert WHY not in story.phone("Amina")


@pytest.mark.slow
@begins(amina_takes_part)
async def test_a_meeting_is_planned_without_the_parents(story):
    await opens_shields(story)
    story.news()
    await story.presses("Jonas", "Planlegg et møte uten foreldrene")
    await story.types("Jonas", "torsdag 3. des kl 14.15")
    await story.presses("Jonas", "45 minutter", "På skolen", "☐ Amina (Fyret fritidsklubb)")
    await story.presses("Jonas", "Ferdig")
    await story.types("Jonas", WHY)
    await story.presses("Jonas", weeks(story, 2))
    asked = story.question("Jonas")
    assert "Inviteres: Amina (Fyret fritidsklubb) og Ida" in asked
    assert "Foreldrene blir ikke invitert, og ser ikke møtet." in asked
    await story.presses("Jonas", "Ja, kall inn")
    assert MARK in story.last("Jonas")
    await story.comes(3, 12, 18)
    told = story.news()
    assert any("Du har en avtale" in words for words in told["Ida"])
    assert not {*PARENTS} & told.keys()
    for who in PARENTS:
        await story.types(who, "/moter")
        assert story.count(who, "14.15") == 0


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_a_parent_with_an_old_button_meets_nothing(story):
    await story.presses("Kari", "Vis")
    data, message = story.carried("Kari", "Kommer")
    await shields(story, next_meeting := "Møte torsdag 3. desember kl. 14.15")
    assert story.count("Kari", "14.15") == 0
    story.news()
    await story.presses_data("Kari", data, message)
    assert story.toast("Kari") == ABSENT
    assert set(story.news()) <= {"Kari"}
    await opens_shields(story)
    await story.presses("Jonas", f"Skjermet: {next_meeting}", "Slutt å skjerme")
    story.news()
    await story.presses("Jonas", "Ja, slutt å skjerme")
    assert any("Du har en ny avtale." in words for words in story.news()["Kari"])


@pytest.mark.slow
@begins(jonas_has_a_case)
async def test_a_whole_case_that_no_parent_knows_of(story):
    await shields(story, "Hele saken")
    for who in PARENTS:
        await story.types(who, "/saker")
        assert "Ida" not in story.last(who).partition("\n")[0]
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder")
    assert MARK in story.question("Jonas")
    await story.presses("Jonas", "Be om samtykke")
    assert story.toast("Jonas").startswith("Saken er skjermet for foreldrene")
    story.news()
    await story.passes(days=29)
    told = story.news()
    assert told == {"Jonas": [LOOK]}
    await story.presses("Jonas", "Vis", "Hele saken", "Slutt å skjerme", "Ja, slutt å skjerme")
    await story.types("Kari", "/saker")
    assert "Ida: du er foresatt" in story.buttons("Kari")
