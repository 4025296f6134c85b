"""A whole evening in rehearsal: only the guest's phone is written to, whatever everyone does."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot import demo
from models import rehearsal
from models.municipality import PolicyVersion
from tests.stories.beginnings import a_meeting_is_called, begins

BANNER = "Øvelse: Bare de som står på gjestelisten, får svar og meldinger."
SAID = ("/start", "/los", "/saker", "/samtykke", "stopp", "/minedata", "hei", "/skjul", "/slett")


def with_guest(session, name, now) -> None:
    for version in session.scalars(select(PolicyVersion)):
        version.choices = {**version.choices, "rehearsal": True}
    rehearsal.put(session, demo.cast_of(session)[name], True, now)


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_people_do_what_they_do_and_weeks_pass(story):
    await story.app.store.write(with_guest, "randi", story.clock.now())
    story.news()
    for words in SAID:
        for who in story.ids:
            if who != "Randi":
                await story.types(who, words)
    await story.passes(days=40)
    assert story.news().keys() <= {"Randi"}
    await story.types("Randi", "/ko")
    assert story.last("Randi").startswith(BANNER)
    await story.types("Ida", "Hjelp nå")
    assert "116 111" in story.last("Ida")
    await story.types("Ida", "jeg vil ikke leve lenger")
    assert "116 111" in story.last("Ida")
