"""The administrator's texts, guest list, receipts and channels, as the chat shows them."""

from __future__ import annotations

import pytest

from tests.stories.beginnings import begins
from tests.stories.words import ABSENT


async def turid_works(story) -> None:
    await story.types("Turid", "/kommune")


@begins(turid_works)
async def test_the_whole_text_is_read_before_it_is_approved_and_an_approval_taken_back(story):
    await story.presses("Turid", "Tekster")
    assert "[✓ Personvern og rettigheter · English]" in story.last("Turid")
    await story.presses("Turid", "✓ Personvern og rettigheter · English")
    shown = story.last("Turid")
    assert "We store only" in shown or "We keep only" in shown or "We only" in shown
    assert "Godkjent av Personvernombudet i Fjordvik (oppdiktet)" in shown
    await story.presses("Turid", "Trekk godkjenningen", "Ja, trekk den")
    assert "Ikke godkjent. Merke: " in story.last("Turid")
    await story.types("Sam", "/personvern")
    assert "has not approved this text" in story.last("Sam")
    await story.presses("Turid", "Godkjenn")
    mark = story.last("Turid").split("Merke: ")[1][:9]
    assert mark in shown
    await story.presses("Turid", "Ja, godkjenn")
    assert "Godkjent av Turid mandag 23. november 2026. Merke: " + mark in story.last("Turid")
    await story.types("Sam", "/personvern")
    assert "has not approved this text" not in story.last("Sam")


@begins(turid_works)
async def test_telegram_is_stopped_with_two_presses_and_opened_again(story):
    await story.presses("Turid", "Kanaler", "Stopp: Nettsiden")
    assert story.last("Turid").startswith("Nettsiden: Skal vi stoppe nå?")
    assert "Du sitter der selv" not in story.last("Turid") or story.on_web
    if story.on_web:
        return
    await story.presses("Turid", "Ja, stopp nå")
    assert "Nettsiden: stoppet siden mandag 23. november kl. 10.00" in story.last("Turid")
    await story.presses("Turid", "Åpne: Nettsiden", "Ja, åpne igjen")
    assert "Nettsiden: åpen" in story.last("Turid")
    await story.presses("Turid", "Stopp: Telegram")
    assert "⚠ Du sitter der selv og ser ikke svaret." in story.last("Turid")


@pytest.mark.slow
@begins(turid_works)
async def test_a_guest_is_put_on_the_list_and_a_rehearsal_begins_on_a_day(story):
    await story.presses("Turid", "Gjesteliste og øvelse", "Sett noen på listen", "Turid")
    await story.presses("Turid", "Ja, sett på listen")
    assert story.last("Turid").startswith(
        "Det er ikke øvelse nå: alle får svar og meldinger.\nAnsatte på gjestelisten: 1\n"
    )
    await story.presses("Turid", "Slå øvelse av eller på", "Ja", "Fra i dag")
    assert "Står du ikke på den selv" in story.last("Turid")
    await story.presses("Turid", "Jeg har lest det", "Ja, bestem det")
    await story.types("Randi", "/ko")
    assert story.last("Randi") == "/ko"
    await story.types("Turid", "/kommune")
    await story.presses(
        "Turid", "Gjesteliste og øvelse", "Slå øvelse av eller på", "Nei", "Fra i dag"
    )
    assert "Da får alle meldinger fra den dagen" in story.last("Turid")
    await story.presses("Turid", "Jeg har lest det", "Ja, bestem det")
    await story.types("Ida", "/kommune")
    assert story.last("Ida") == ABSENT
