"""Nothing falls between two chairs: what is late is noticed by itself, by whoever it concerns."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.stories.beginnings import begins, something_is_agreed
from tests.stories.evening import OSLO
from tests.stories.words import LOOK

LINE = "Evalueringen skulle vært mandag 21. desember. Den er {} dager over."


@begins(something_is_agreed)
async def long_after(story) -> None:
    """Saturday 9 January 2027: school was closed at Christmas, and the rektor heard yesterday."""
    await story.until(datetime(2027, 1, 9, 10, tzinfo=OSLO))
    story.news()


@pytest.mark.slow
@begins(long_after)
async def test_the_family_reads_that_it_is_late_and_that_the_leader_knows(story):
    await story.types("Kari", "/saker")
    await story.presses("Kari", "Ida: du er foresatt")
    assert f"{LINE.format(19)} Lederen har fått beskjed 8. januar." in story.last("Kari")
    await story.types("Ida", "/frister")
    assert story.last("Ida").startswith(LINE.format(19))
    await story.types("Sam", "/frister")
    assert story.last("Sam") == "You have no dates to keep here now."


@begins(long_after)
async def test_the_holder_sees_it_does_it_and_it_is_gone_everywhere(story):
    await story.types("Jonas", "/frister")
    assert "1. Ida: evaluering, mandag 21. desember" in story.last("Jonas")
    await story.presses(
        "Jonas",
        "1. Evaluer",
        "Evaluer",
        "Spurt, ville ikke svare",
        "Det har hjulpet",
        "Ferdig: det trengs ikke mer",
        "Hopp over",
    )
    await story.presses("Jonas", "Ja, lagre")
    await story.types("Ida", "/frister")
    assert story.last("Ida") == "Du har ingen frister her nå."
    await story.types("Jonas", "/frister")
    assert "evaluering" not in story.last("Jonas")
    story.news()
    await story.until(datetime(2027, 1, 25, 10, tzinfo=OSLO))
    assert "Siri" not in story.news()  # it ended before her rung


@pytest.mark.slow
@begins(long_after)
async def test_who_leads_hears_how_many_and_opens_nothing(story):
    await story.until(datetime(2027, 1, 15, 10, tzinfo=OSLO))
    assert story.news()["Siri"] == [LOOK]
    await story.presses("Siri", "Vis")
    assert story.last("Siri").startswith("Noen få oppfølginger har stoppet opp.")
    for secret in ("Ida", "Jonas", "telefonen"):
        assert secret not in story.last("Siri")
