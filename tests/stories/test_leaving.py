"""What leaving takes off the phone: everything we said but a receipt that tells nothing."""

from __future__ import annotations

import pytest

from tests.stories.beginnings import amina_takes_part, begins, ida_has_asked
from tests.stories.test_details_on_tap import facts
from tests.stories.test_taken_off_the_phone import shown


async def leaves(story, who: str) -> None:
    await story.types(who, "/slett")
    await story.presses(who, "Slett kontoen min", "Ja, slett kontoen min")


@begins(amina_takes_part)
async def test_what_was_opened_just_before_goes_and_the_receipt_is_all_that_stands(story):
    await story.types("Kari", "/saker")
    assert facts(story, "Kari")
    await leaves(story, "Kari")
    (receipt,) = shown(story, "Kari")
    assert receipt.startswith("Kontoen din er slettet her")
    assert not any(word in receipt for word in ("Sak", "sak", "los", "samtykke", "arkiv"))
    await story.passes(minutes=11)
    assert shown(story, "Kari") == [receipt]


@pytest.mark.slow
@begins(ida_has_asked)
async def test_what_was_promised_to_go_goes_although_nobody_is_left(story):
    """Telegram is slow: the person is erased before the chat is empty."""
    await story.types("Ida", "/status")
    await leaves(story, "Ida")
    await story.app.metronome.sweep()
    assert facts(story, "Ida") == []
    await story.types("Ida", "/skjul")
    assert facts(story, "Ida") == []
