"""A pause, and news held back until the chat is opened: nothing important is lost, nobody is told."""

from __future__ import annotations

import pytest

from tests.stories.beginnings import (
    a_meeting_is_called,
    all_are_asked,
    amina_takes_part,
    begins,
    jonas_has_a_case,
)
from tests.stories.words import NEWS, QUESTION

MOVED = "En avtale har fått nytt tidspunkt."
DISCREET = "Pause, kode og utlogging"


async def pauses(story, who: str, days: int) -> None:
    await story.types(who, "/innstillinger")
    await story.presses(who, DISCREET, "Ta en pause", str(days))


async def holds(story, who: str) -> None:
    await story.types(who, "/innstillinger")
    await story.presses(who, DISCREET, "Vent til jeg åpner chatten")


async def jonas_calls_a_meeting(story) -> None:
    await story.types("Jonas", "/moter")
    await story.presses("Jonas", "Planlegg møte om Ida")
    await story.types("Jonas", "torsdag 10. des kl 14.15")
    await story.presses("Jonas", "45 minutter", "På skolen", "Ferdig", "Ja, kall inn")


async def jonas_moves_it(story, to: str = "fredag 4. des kl 12.00") -> None:
    await story.types("Jonas", "/moter")
    await story.presses("Jonas", next(b for b in story.buttons("Jonas") if "desember" in b))
    await story.presses("Jonas", "Flytt")
    await story.types("Jonas", to)
    await story.presses("Jonas", "Ja, flytt møtet")


@pytest.mark.slow
async def test_it_stands_in_the_settings_with_its_end_and_can_be_ended(story):
    await pauses(story, "Ida", 3)
    assert "Pause til torsdag 26. november kl. 10.00." in story.last("Ida")
    await story.types("Ida", "/innstillinger")
    assert "Pause til torsdag 26. november kl. 10.00." in story.last("Ida")
    await story.presses("Ida", DISCREET, "Avslutt pausen")
    assert "Pause til" not in story.last("Ida")
    await pauses(story, "Ida", 14)
    assert "Pause til mandag 7. desember kl. 10.00." in story.last("Ida")
    await story.comes(7, 12, 10)
    await story.types("Ida", "/innstillinger")
    assert "Pause til" not in story.last("Ida")


@begins(amina_takes_part)
async def test_nothing_comes_in_a_pause_and_what_is_still_true_comes_after_it(story):
    await pauses(story, "Kari", 3)
    story.news()
    pushes = story.pushes("Kari")
    await jonas_calls_a_meeting(story)
    await story.comes(26, 11, 9, 59)
    assert story.pushes("Kari") == pushes
    assert "Kari" not in story.news()
    await story.comes(26, 11, 10)
    (told,) = story.news()["Kari"]
    assert told.startswith("Du har en ny avtale.")


@pytest.mark.slow
@begins(amina_takes_part)
async def test_what_is_over_by_then_does_not_come(story):
    await pauses(story, "Kari", 3)
    await jonas_calls_a_meeting(story)
    await story.presses("Jonas", "Avlys", "Ja, avlys")
    story.news()
    await story.passes(days=4)
    assert not any("ny avtale" in told for told in story.news().get("Kari", ()))


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_a_meeting_that_is_moved_or_called_off_comes_all_the_same(story):
    await pauses(story, "Kari", 14)
    story.news()
    await jonas_moves_it(story)
    assert any(MOVED in told for told in story.news()["Kari"])
    await story.presses("Jonas", "Avlys", "Ja, avlys")
    assert any("En avtale er avlyst." in told for told in story.news()["Kari"])


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_reminders_rest_too_and_of_what_is_over_nothing_comes(story):
    await pauses(story, "Kari", 14)
    story.news()
    await story.comes(7, 12, 9)
    assert "Kari" not in story.news()
    await story.comes(7, 12, 11)
    assert not any("avtale" in told for told in story.news().get("Kari", ()))  # it is over


@pytest.mark.slow
@begins(jonas_has_a_case)
async def test_a_question_waits_for_the_end_of_the_pause_and_is_asked_once(story):
    """The reminder of the question, due in the meantime, is not said as well."""
    await pauses(story, "Kari", 7)
    await all_are_asked(story)
    await story.passes(days=6, hours=23)
    story.news()
    await story.passes(hours=1)
    news = story.news()["Kari"]
    assert news.count(QUESTION) == 1
    assert not any("venter på svar" in told for told in news)


@pytest.mark.slow
@begins(all_are_asked)
async def test_ones_own_acts_are_answered(story):
    await pauses(story, "Kari", 14)
    await story.types("Kari", "/samtykke")
    await story.presses("Kari", story.buttons("Kari")[0], "Ja, det er greit")
    assert "Kvittering" in story.phone("Kari")
    await story.types("Kari", "stopp")
    assert story.count("Kari", "Kvittering") == 2


@pytest.mark.slow
@begins(amina_takes_part)
async def test_a_consent_taken_back_reaches_those_who_must_stop_at_once(story):
    for who in ("Jonas", "Amina"):
        await pauses(story, who, 14)
        await holds(story, who)
    story.news()
    await story.types("Kari", "stopp")
    news = story.news()
    assert news["Jonas"] == [NEWS]
    assert "Det du har tilgang til her, er endret." in news["Amina"][0]


@pytest.mark.slow
@begins(amina_takes_part)
async def test_nobody_is_told_that_someone_pauses(story):
    story.news()
    await pauses(story, "Ida", 14)
    await holds(story, "Ida")
    await jonas_calls_a_meeting(story)
    await story.passes(days=9)
    await story.types("Jonas", "/moter")
    await story.presses("Jonas", next(b for b in story.buttons("Jonas") if "desember" in b))
    assert "Ida: har ikke svart ennå" in story.last("Jonas")
    told = story.phone("Jonas")
    assert "pause" not in told.lower()
    assert "kom ikke fram" not in told


# --- until the chat is opened --------------------------------------------------------------------


@pytest.mark.slow
@begins(amina_takes_part)
async def test_nothing_comes_until_something_is_said_and_then_it_does(story):
    await holds(story, "Kari")
    assert "Meldinger venter til du skriver eller trykker her." in story.last("Kari")
    story.news()
    await jonas_calls_a_meeting(story)
    await jonas_moves_it(story)
    assert "Kari" not in story.news()
    await story.passes(days=2)
    assert "Kari" not in story.news()
    await story.types("Kari", "hei")
    news = story.news()["Kari"]
    assert sum(MOVED in told or "Du har en ny avtale." in told for told in news) == 1
    await story.types("Kari", "hei")
    assert len(story.news()["Kari"]) == 1


@pytest.mark.slow
@begins(amina_takes_part)
async def test_what_comes_after_that_is_held_back_again(story):
    await holds(story, "Kari")
    await story.types("Kari", "hei")
    story.news()
    await jonas_calls_a_meeting(story)
    assert "Kari" not in story.news()


@pytest.mark.slow
@begins(amina_takes_part)
async def test_hiding_the_chat_is_not_opening_it(story):
    await holds(story, "Kari")
    await jonas_calls_a_meeting(story)
    story.news()
    await story.types("Kari", "/skjul")
    assert story.news()["Kari"] == ["Hei. Trykk Start når du vil."]
    await story.presses("Kari", "Start")
    assert any("Du har en ny avtale." in told for told in story.news()["Kari"])


@pytest.mark.slow
@begins(amina_takes_part)
async def test_not_holding_back_any_more_sends_what_waited(story):
    await holds(story, "Kari")
    await jonas_calls_a_meeting(story)
    story.news()
    await story.types("Kari", "/innstillinger")
    assert any("Du har en ny avtale." in told for told in story.news()["Kari"])
    await story.presses("Kari", DISCREET, "Slutt å holde meldinger tilbake")
    assert "Meldinger venter" not in story.last("Kari")


@pytest.mark.slow
@begins(amina_takes_part)
async def test_it_survives_a_restart(story):
    await holds(story, "Kari")
    await jonas_calls_a_meeting(story)
    await story.restarts()
    story.news()
    await story.types("Kari", "hei")
    assert any("Du har en ny avtale." in told for told in story.news()["Kari"])
