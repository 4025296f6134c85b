"""The project leader and the rektor look at how it goes: numbers and bars, and nobody in them."""

from __future__ import annotations

import pytest

from tests.stories.beginnings import begins, ida_has_asked
from tests.stories.words import ABSENT

MADE = (
    "Oversikt fra mandag 23. november\n"
    "Tallene lages en gang i uken. De er grove, så ingen kan kjennes igjen: fra 1 til 4 vises som "
    "«færre enn 5»."
)


@begins(ida_has_asked)
async def test_one_wish_is_fewer_than_five_for_who_leads_the_school(story):
    await story.types("Randi", "/oversikt")
    assert story.last("Randi").startswith(
        f"{MADE}\n\nFjordvik ungdomsskole\nUnge som venter på los: færre enn 5 ▇\nUndring som ikke er"
    )
    await story.presses("Randi", "Vis som bilde")
    assert "Unge som venter på los: færre enn 5" in story.last("Randi")
    assert "Ida" not in story.phone("Randi")


@begins(ida_has_asked)
async def test_the_project_leader_sees_the_municipality_and_nothing_to_open(story):
    await story.types("Siri", "/oversikt")
    assert "Hele kommunen\nUnge som venter på los: færre enn 5 ▇" in story.last("Siri")
    await story.presses("Siri", "Ett tall for hver skole", "Unge som venter på los")
    assert "Fjordvik ungdomsskole: færre enn 5 ▇" in story.last("Siri")
    await story.presses("Siri", "Til oversikten", "Ventetid")
    assert "Fjordvik ungdomsskole: for få til å vise" in story.last("Siri")
    await story.presses("Siri", "Til oversikten", "Unge per los")
    assert "Lise: 0" in story.last("Siri")
    assert story.told not in story.phone("Siri")


@pytest.mark.slow
async def test_it_says_the_same_all_week(story):
    """A wish that comes after it was made is in next week's: nobody can tell whose it was."""
    await story.types("Randi", "/oversikt")
    before = story.last("Randi")
    await ida_has_asked(story)
    await story.types("Randi", "/oversikt")
    assert story.last("Randi") == before


async def test_it_is_nobody_elses(story):
    for who in ("Ida", "Kari", "Jonas", "Lise", "Amina"):
        await story.types(who, "/oversikt")
        assert story.last(who) == ABSENT
