"""Who loses access loses what the chat showed of the case too: also what was on its way just then."""

from __future__ import annotations

import asyncio

import pytest

from tests.doses import slowly
from tests.stories.beginnings import (
    a_meeting_is_called,
    amina_takes_part,
    begins,
    telegram_shows,
)
from tests.stories.test_taking_consent_back import CHANGED

COVERED = "Denne meldingen er skjult."
SECRETS = ("Ida", "Sove bedre", "telefonen", "ansvar", "avtale", "desember")


def shown(story, who: str) -> list[str]:
    """What the bot's messages on a phone say now, with their buttons."""
    told = []
    for message in story.messages(who):
        labels = [button["text"] for row in message["inline_keyboard"] or () for button in row]
        if message["from"] == "bot":
            told.append(" ".join([message["text"], *labels]))
    return told


def secrets(story, who: str) -> list[str]:
    return [secret for secret in SECRETS if secret in "\n".join(shown(story, who))]


def receipt(story) -> str:
    return next(words for words in reversed(shown(story, "Kari")) if "Kvittering" in words)


async def kari_takes_back(story) -> None:
    await story.types("Kari", "stopp")


@begins(amina_takes_part)
async def jonas_is_about_to_save(story) -> None:
    """A tiltak of Amina's is all but saved; Kari is asked whether she wants to stop sharing."""
    await story.presses("Jonas", "Mål og tiltak", "Nytt tiltak")
    await story.types("Jonas", "Sove bedre")
    await story.types("Jonas", "Legge bort telefonen kl 22")
    await story.presses("Jonas", "Amina")
    await story.types("Jonas", "18. desember")
    await story.presses("Jonas", "Samme dag som fristen: fredag 18. desember")
    await story.presses("Kari", "Ta tilbake")


@begins(jonas_is_about_to_save)
async def the_tiltak_is_saved(story) -> None:
    await story.presses("Jonas", "Ja, lagre tiltaket")


@begins(the_tiltak_is_saved)
async def amina_has_read_everything(story) -> None:
    """The notice and the tiltak behind it, her list of cases, and her settings."""
    await story.presses("Amina", "Vis")
    for words in ("/saker", "/tiltak", "/moter", "/innstillinger"):
        await story.types("Amina", words)


@pytest.mark.slow
@begins(amina_has_read_everything)
async def test_what_was_read_of_the_case_leaves_the_phone_and_nothing_else_does(story):
    assert {"Ida", "Sove bedre", "telefonen", "desember"} <= set(secrets(story, "Amina"))
    others = {who: shown(story, who) for who in ("Jonas", "Ida", "Per")}
    await kari_takes_back(story)
    assert secrets(story, "Amina") == []
    kept = shown(story, "Amina")
    assert any(
        each.startswith("Du har ingen møter som kommer.") for each in kept
    )  # tells nothing of the case
    assert any(words.startswith("Innstillinger") for words in kept)
    assert kept[-1] == CHANGED
    for who, before in others.items():
        assert shown(story, who)[: len(before)] == before
    assert "Jeg fjerner 4 meldinger hos dem som mister tilgang." in receipt(story)
    assert "på vei" not in receipt(story)
    assert "Hjelp nå" in story.keyboard("Amina")


@pytest.mark.slow
@begins(amina_has_read_everything)
async def test_it_is_taken_back_once_and_what_comes_later_stays(story):
    await kari_takes_back(story)
    await story.presses("Kari", story.buttons("Kari")[0], "Ja, det er greit")
    await story.types("Amina", "/saker")
    assert secrets(story, "Amina") == ["Ida"]
    story.news()
    await kari_takes_back(story)
    assert "Jeg fjerner 1 melding hos dem som mister tilgang." in receipt(story)
    assert secrets(story, "Amina") == []


@pytest.mark.on_telegram("Amina", why="Telegram deletes nothing that is older than two days")
@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_what_is_too_old_to_delete_is_covered_and_what_cannot_be_is_named(story):
    """A file takes no new words; Telegram deletes two days back."""
    await telegram_shows(story, "all")  # else everything would have closed by itself
    await story.presses("Amina", "Vis", "Kalenderfil")
    await story.types("Amina", "/moter")
    await story.passes(days=3)
    await story.types("Amina", "/saker")
    await kari_takes_back(story)
    assert shown(story, "Amina").count(COVERED) == 2
    assert secrets(story, "Amina") == ["avtale"]
    assert "Jeg fjerner 3 meldinger hos dem som mister tilgang." in receipt(story)
    assert "1 melding får jeg ikke fjernet. Den kan bli liggende." in receipt(story)


@pytest.mark.slow
@begins(the_tiltak_is_saved)
async def test_it_goes_when_the_consent_runs_out_too(story):
    await story.presses("Amina", "Vis")
    assert "Sove bedre" in secrets(story, "Amina")
    await story.passes(days=95)
    assert secrets(story, "Amina") == []


# --- on its way at that moment -------------------------------------------------------------------


async def taken_back_while_amina_is_told(story) -> None:
    """Jonas saves; Telegram has Amina's message and has not answered when Kari stops it."""
    await story.emulator.tap(story.ids["Jonas"], "Ja, lagre tiltaket")
    async with asyncio.timeout(5):
        while not any("ansvar" in str(call["params"]) for call in story.emulator.calls):
            await asyncio.sleep(0.001)
    await story.emulator.tap(story.ids["Kari"], "Ja, stopp delingen")
    await story.settle("Jonas", "Kari", "Amina")


@pytest.mark.on_telegram("Amina", why="on its way to Telegram")
@begins(jonas_is_about_to_save)
@pytest.mark.parametrize("landed", [False, *slowly(True)])
async def test_what_is_on_its_way_is_removed_once_it_has_landed(story, landed):
    story.trouble(method="sendMessage", contains="ansvar", delay=0.5, after_delivery=landed)
    await taken_back_while_amina_is_told(story)
    assert "Du har fått ansvar for noe nytt." in story.pushes("Amina")
    assert secrets(story, "Amina") == []
    assert shown(story, "Amina")[-1] == CHANGED
    assert "alt på vei da du stoppet." in receipt(story)  # Jonas's own receipt may be too
    assert "Jeg fjerner 2 meldinger hos dem som mister tilgang." in receipt(story)


@pytest.mark.on_telegram("Amina", why="on its way to Telegram")
@pytest.mark.slow
@begins(jonas_is_about_to_save)
async def test_what_was_on_its_way_and_failed_is_not_begun_again(story):
    story.trouble(method="sendMessage", contains="ansvar", delay=0.3, code=502)
    await taken_back_while_amina_is_told(story)
    await story.passes(hours=1)
    assert "Du har fått ansvar for noe nytt." not in story.pushes("Amina")
    assert secrets(story, "Amina") == []


@pytest.mark.on_telegram("Amina", why="on its way to Telegram")
@pytest.mark.slow
@begins(jonas_is_about_to_save)
async def test_what_nobody_knows_arrived_is_named(story):
    """The line was cut after it had landed: without its number it cannot be deleted."""
    story.trouble(method="sendMessage", contains="ansvar", drop=True, after_delivery=True)
    await story.presses("Jonas", "Ja, lagre tiltaket")
    await story.presses("Kari", "Ja, stopp delingen")
    assert "1 melding får jeg ikke fjernet. Den kan bli liggende." in receipt(story)
    await story.passes(hours=1)
    assert story.count("Amina", "Du har fått ansvar") == 1


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_the_calendar_file_goes_with_the_meeting(story):
    await story.presses("Amina", "Vis", "Kalenderfil")
    assert story.file("Amina")
    await kari_takes_back(story)
    assert secrets(story, "Amina") == []
    assert not any(message["document"] for message in story.messages("Amina"))
