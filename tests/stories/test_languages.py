"""Each is spoken to in the own language, and a change holds from the very next message."""

from __future__ import annotations

import pytest

from handlers.approved import Length, told_to
from locales import say, verbatim
from tests.stories.beginnings import a_meeting_is_called, all_are_asked, begins

ASKED = told_to("consent.ask", Length.NORMAL, verbatim("Ida"))
CHOOSE = "Hvilket språk vil du ha? / Which language?"


async def test_the_very_next_message_is_in_the_chosen_language(story):
    await story.types("Kari", "/sprak")
    assert story.last("Kari").startswith(CHOOSE)
    assert story.buttons("Kari") == ["Norsk bokmål", "Norsk nynorsk", "English"]
    await story.presses("Kari", "English")
    assert story.last("Kari").startswith("Hi! I am Fjordvik kommune’s chat")
    await story.types("Kari", "/los")
    assert story.last("Kari").startswith("What can a los help with?")
    assert set(story.news()) == {"Kari"}


async def test_a_change_inside_a_flow_keeps_the_answers(story):
    await story.types("Ida", "/los")
    await story.presses("Ida", "Skolen", "På skolen")
    await story.types("Ida", "/sprak")
    await story.presses("Ida", "English")
    await story.types("Ida", "hello")
    assert "When is a good time?" in story.last("Ida") or "\n" in story.last("Ida")
    assert "Når passer det" not in story.last("Ida")
    assert story.buttons("Ida")[0].startswith("☐ ")


@begins(all_are_asked)
async def test_a_consent_asked_in_one_language_is_read_in_the_one_spoken_now(story):
    await story.types("Kari", "/sprak")
    await story.presses("Kari", "Norsk nynorsk")
    await story.presses("Kari", "Vis")
    assert say(ASKED, "nn") in story.question("Kari")
    assert say(ASKED, "nb") not in story.phone("Kari")


@begins(all_are_asked)
async def test_a_yes_to_the_words_of_one_language_is_no_yes_to_those_of_another(story):
    """The card was drawn in bokmål; pressed after the change it shows the new words first."""
    await story.presses("Kari", "Vis")
    await story.types("Kari", "/sprak")
    await story.presses("Kari", "Norsk nynorsk")
    story.news()
    await story.presses("Kari", "Ja, det er greit")
    assert "Kvittering" not in story.phone("Kari")
    (shown,) = story.news()["Kari"]
    assert say(ASKED, "nn") in shown


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_what_was_promised_in_one_language_is_said_in_the_one_spoken_when_it_comes(story):
    await story.types("Kari", "/sprak")
    await story.presses("Kari", "English")
    story.news()
    await story.comes(1, 12, 14, 15)
    news = story.news()
    assert news["Kari"][0].startswith("You have an appointment")
    assert news["Per"][0].startswith("Du har ein avtale torsdag 3. desember kl. 14.15.")


async def test_a_phone_in_an_unknown_language_is_spoken_to_in_bokmal(story):
    story.meets("Zoë", "tlh")
    await story.types("Zoë", "/start")
    assert story.last("Zoë").startswith("Hei! Jeg er Fjordvik kommune sin chat")


async def test_a_stranger_is_spoken_to_in_the_phones_language(story):
    await story.types("Sam", "/start")
    assert story.last("Sam").startswith("Hi! I am Fjordvik kommune’s chat")
    await story.types("Sam", "/finnesikke")
    assert "Det forsto" not in story.last("Sam")
