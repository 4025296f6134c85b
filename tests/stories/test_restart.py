"""The bot is stopped in the middle and started again: nothing is lost, nothing is said twice."""

from __future__ import annotations

import pytest

from tests.stories.beginnings import (
    ASK,
    THAT,
    a_meeting_is_called,
    all_are_asked,
    begins,
    something_is_agreed,
)
from tests.stories.words import LOOK, NEWS


async def is_down_until(story, day):
    """From now on nobody is home, until noon on a day in December; and a minute more."""
    await story.ends()
    story.clock.move_to(story.oslo(day, 12, 12))
    await story.begins()
    await story.passes(minutes=1)


@pytest.mark.slow
async def test_between_any_two_answers_of_a_flow(story):
    await story.types("Ida", "/los")
    for press in (*ASK, THAT):
        before = story.phone("Ida")
        await story.restarts()
        assert story.phone("Ida") == before
        await story.presses("Ida", press)
    await story.restarts()
    await story.presses("Ida", "Ja, send")
    await story.restarts()
    assert story.count("Ida", "Skolen har fått ønsket ditt.") == 1
    assert story.news()["Randi"] == [NEWS]


@pytest.mark.slow
async def test_words_that_are_asked_for_are_still_heard(story):
    await story.types("Amina", "/los")
    await story.restarts()
    await story.types("Amina", "Ida 10B")
    assert story.last("Amina").startswith("Vet ungdommen at du spør?")


async def test_what_was_written_while_it_was_down_is_heard_in_order(story):
    story.waiting |= {"Ida", "Kari"}
    await story.types("Ida", "/los")
    await story.ends()
    await story.emulator.tap(story.ids["Ida"], "Skolen")
    await story.emulator.send(story.ids["Kari"], "/saker")
    await story.begins()
    assert story.last("Ida").startswith("Hvor vil du møtes?")
    assert story.last("Kari").startswith("Du er ikke med i noen sak nå.")


@begins(all_are_asked)
async def test_a_consent_half_answered(story):
    await story.presses("Ida", "Vis")
    await story.restarts()
    await story.presses("Ida", "Ja, det er greit")
    await story.restarts()
    assert story.count("Ida", "Kvittering") == 1
    await story.presses("Ida", "Ta tilbake")
    await story.restarts()
    await story.presses("Ida", "Ja, stopp delingen")
    assert set(story.news()) == {"Ida", "Jonas"}


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_reminders_that_came_due_while_it_was_down_come_once_and_with_the_right_words(story):
    await is_down_until(story, 2)
    news = story.news()
    assert set(news) == {"Ida", "Kari", "Per", "Amina", "Jonas"}
    assert news["Jonas"] == ["Du har en avtale i morgen kl. 14.15.\n[Vis]"]
    await story.restarts()
    await story.passes(minutes=1)
    assert story.news() == {}


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_a_meeting_that_was_over_before_it_came_back_is_not_reminded_of(story):
    await is_down_until(story, 4)
    assert story.news() == {"Jonas": ["Hvordan gikk avtalen?\n[Vis]"]}


@pytest.mark.slow
@begins(something_is_agreed)
async def test_weeks_of_downtime_are_caught_up_once(story):
    await is_down_until(story, 29)
    assert story.news()["Jonas"] == [LOOK]
    await story.restarts()
    await story.passes(hours=1)
    assert story.news() == {}
