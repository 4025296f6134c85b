"""A finger that taps twice: what was done is not followed by a word that it could not be done."""

from __future__ import annotations

import pytest

from tests.stories.beginnings import a_meeting_is_called, all_are_asked, begins, ida_has_asked
from tests.stories.words import LOST

OLD = "Den knappen hørte til et eldre spørsmål."
OVER = "Dette er ikke åpent lenger."


async def taps_twice(story, who: str, button: str) -> list[str]:
    """What is said to the two presses; silence is left out."""
    before = len(story.toasts(who))
    await story.presses_at_once(who, button, button)
    return story.toasts(who)[before:]


@begins(all_are_asked)
async def test_a_yes_is_thanked_for_and_nothing_more(story):
    await story.presses("Kari", "Vis")
    (thanks,) = await taps_twice(story, "Kari", "Ja, det er greit")
    assert thanks
    assert story.count("Kari", "Kvittering") == 1
    assert "Ta tilbake" in story.phone("Kari")


@pytest.mark.slow
async def test_the_last_press_of_a_talk_is_not_told_that_it_is_over(story):
    await story.types("Ida", "/los")
    await story.presses("Ida", "Skolen", "På skolen", "☐ I helgen", "Ferdig", "På skolen")
    await story.presses("Ida", "Ja, de kan få vite om det")
    assert await taps_twice(story, "Ida", "Ja, send") == []


@pytest.mark.slow
async def test_an_answer_in_the_midst_of_a_talk_asks_the_next_once(story):
    await story.types("Ida", "/los")
    assert await taps_twice(story, "Ida", "Skolen") == []
    assert story.count("Ida", "Hvor vil du møte losen?") <= 1


@pytest.mark.slow
@begins(ida_has_asked)
async def test_what_ended_keeps_the_buttons_of_what_came_of_it(story):
    await story.presses("Randi", "Vis", "Gi til los")
    assert await taps_twice(story, "Randi", "Ja, spør") == []
    assert "Ta tilbake fra losen" in story.buttons("Randi")


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_a_press_that_came_to_nothing_is_told_so_each_time(story):
    """Nor is a press silenced whose first was told that it came too late."""
    old = story.carried("Ida", "Kommer")
    await story.types("Jonas", "/moter")
    await story.presses("Jonas", "Ida: torsdag 3. desember kl. 14.15", "Avlys", "Ja, avlys")
    await story.presses_data("Ida", *old)
    first = story.toast("Ida")
    assert first
    await story.presses_data("Ida", *old)
    assert story.toast("Ida") == first


@pytest.mark.slow
async def test_an_old_button_is_still_told_so(story):
    await story.types("Ida", "/los")
    old = story.carried("Ida", "Skolen")
    await story.presses("Ida", "Skolen")
    await story.passes(seconds=10)
    await story.presses_data("Ida", *old)
    assert story.toast("Ida") == OLD
    await story.types("Ida", "/avbryt")
    await story.presses_data("Ida", *old)
    assert story.toast("Ida") == OVER
    await story.types("Ida", "hva nå")
    assert story.last("Ida") == LOST
