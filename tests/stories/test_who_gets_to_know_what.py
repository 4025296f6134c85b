"""The family looks after who knows what: narrows it, keeps a thing back, sees it as the others do;
staff write down what was said aloud, and are warned before they talk to a parent."""

from __future__ import annotations

import pytest

from tests.stories.beginnings import (
    all_are_asked,
    amina_takes_part,
    begins,
    ida_has_asked,
    something_is_agreed,
)

SEES_NOTHING = "Ingenting. Samarbeidet vises ikke for Amina."


@begins(amina_takes_part)
async def test_one_card_is_changed_in_place_and_what_narrows_counts_at_once(story):
    await story.types("Kari", "/samtykke")
    first = story.last("Kari")
    assert first.startswith("Hvem får vite hva om Ida\n• Fyret fritidsklubb: når det er møter, ")
    story.news()
    await story.presses("Kari", "Juster", "Fyret fritidsklubb ›", "Ikke målene")
    news = story.news()
    assert (
        "Nå får Fyret fritidsklubb vite: når det er møter og hva som er avtalt å gjøre."
        in (news["Kari"][0])
    )
    assert story.count("Kari", "Hvem får vite hva om Ida") == 0  # the same card, drawn anew
    assert any("Kvittering" in told for told in news["Kari"])
    await story.types("Amina", "/saker")
    await story.presses("Amina", "Ida: du er deltaker")
    assert "målene" not in story.last("Amina")
    await story.types("Ida", "/samtykke")
    assert "Fyret fritidsklubb: når det er møter og hva som er avtalt å gjøre." in story.last(
        "Ida"
    )
    assert "Kari" not in story.last("Ida")


@pytest.mark.slow
@begins(amina_takes_part)
async def test_everything_to_everyone_is_wished_asked_and_ended_alone(story):
    await story.types("Ida", "/samtykke")
    await story.presses("Ida", "Alt til alle")
    assert story.toast("Ida") == "Stafettholderen er bedt om å spørre dere."
    await story.presses("Jonas", "Vis", "Spør om alt til alle")
    await story.presses("Jonas", story.buttons("Jonas")[0])
    await story.presses("Jonas", "Ja, spør dem")
    for who in ("Ida", "Kari"):
        await story.presses(who, "Vis", "Ja, det er greit")
    await story.presses("Per", story.buttons("Per")[0])
    await story.presses("Per", story.buttons("Per")[0])
    await story.types("Kari", "/samtykke")
    assert "• Fyret fritidsklubb: når det er møter, målene, " in story.last("Kari")
    assert "helse" in story.last("Kari").partition("Dette er du spurt om")[0]
    await story.presses("Kari", "Bare det som trengs")
    assert "helse" not in story.question("Kari").partition("Dette er du spurt om")[0]
    assert "• Fyret fritidsklubb: når det er møter" in story.phone("Kari")


@pytest.mark.slow
@begins(something_is_agreed)
async def test_not_this_is_seen_in_amina_s_own_sight(story):
    await story.types("Ida", "/samtykke")
    await story.presses("Ida", "Se det slik de andre ser det", "Amina (Fyret fritidsklubb)")
    assert "«Legge bort telefonen kl 22»" in story.question("Ida")
    await story.types("Ida", "/samtykke")
    await story.presses("Ida", "Juster", "Ikke dette: mål, tiltak, møter")
    await story.presses("Ida", "Tiltak: Legge bort telefonen kl 22", "Ikke til Fyret fritidsklubb")
    await story.types("Ida", "/samtykke")
    await story.presses("Ida", "Se det slik de andre ser det", "Amina (Fyret fritidsklubb)")
    assert "Legge bort" not in story.question("Ida")
    await story.types("Amina", "/tiltak")
    assert "Legge bort" not in story.last("Amina")


@pytest.mark.slow
@begins(amina_takes_part)
async def test_nobody_learns_that_the_family_looked_and_a_stop_is_seen_at_once(story):
    story.news()
    await story.types("Kari", "/samtykke")
    await story.presses("Kari", "Se det slik de andre ser det", "Amina (Fyret fritidsklubb)")
    assert set(story.news()) == {"Kari"}
    assert story.question("Kari").startswith("Slik ser Amina (Fyret fritidsklubb) det nå:")
    await story.types("Per", "/stopp")
    await story.presses("Kari", "‹ Tilbake", "Amina (Fyret fritidsklubb)")
    assert SEES_NOTHING in story.phone("Kari")


@pytest.mark.slow
@begins(all_are_asked)
async def test_an_answer_said_aloud_is_written_down_and_struck_out_again(story):
    await story.types("Jonas", "/saker")
    await story.presses(
        "Jonas", "Ida: du er stafettholder", "Svar på samtykke", "Skriv ned et svar"
    )
    await story.presses("Jonas", "Ja, til alt det er spurt om", "Kari")
    await story.presses("Jonas", "Muntlig, lest opp på norsk bokmål")
    await story.types("Jonas", f"{story.clock.now():%d.%m.%Y}")
    await story.types("Jonas", "Randi")
    words = story.question("Jonas")
    assert "Kari: Ja, til alt det er spurt om" in words
    assert "Vitne: Randi" in words
    await story.presses("Jonas", "Ja, skriv det ned")
    assert "Skrevet ned av skolen:\nKari: Ja" in story.question("Jonas")
    await story.presses("Kari", "Vis")
    assert "Det er skrevet ned at du sa ja" in story.phone("Kari")
    await story.presses("Jonas", "Ført feil", "Det var en annen", "Ja, stryk det")
    assert "Skrevet ned av skolen:" not in story.question("Jonas")


@begins(ida_has_asked)
async def test_staff_are_warned_before_they_talk_to_a_parent(story):
    await story.presses("Randi", "Vis")
    assert "⚠ Foreldrene kan få vite at ungdommen får en los, ikke hvorfor." in story.last("Randi")
    await story.types("Jonas", "/inviter")
    await story.presses("Jonas", "Kari (Ida)")
    assert story.question("Jonas").startswith("⚠ Den unge vil ikke at foreldrene får vite alt.")
    await story.presses("Jonas", "Jeg har lest det", "Ja, lag lenken")
    assert "⚠" not in story.last("Jonas")
    assert story.count("Jonas", "⚠") == 0
