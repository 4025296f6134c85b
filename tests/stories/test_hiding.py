"""A phone that others hold or look at: everything of ours leaves it without a word or a sound."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from models.contacts import Contact
from models.outbox import Outgoing
from models.written import Written
from tests.doses import slowly
from tests.stories.beginnings import (
    a_meeting_is_called,
    amina_takes_part,
    begins,
    telegram_shows,
)
from tests.stories.test_taken_off_the_phone import jonas_is_about_to_save
from tests.stories.words import LOST

BLANK = "Hei. Trykk Start når du vil."
COVERED = "…"


def ours(story, who: str) -> list[str]:
    return [message["text"] for message in story.messages(who) if message["from"] == "bot"]


@begins(a_meeting_is_called)
@pytest.mark.parametrize("words", ["hide", *slowly("/skjul", "skjul", "Skjul.", "/hide")])
async def test_everything_goes_without_a_push_a_toast_or_a_message(story, words):
    await story.types("Kari", "hei")
    await story.presses("Kari", "Vis", "Kalenderfil")
    await story.types("Kari", "/saker")
    pushes, toast = story.pushes("Kari"), story.toast("Kari")
    await story.types("Kari", words)
    assert ours(story, "Kari") == [BLANK]
    assert (story.pushes("Kari"), story.toast("Kari")) == (pushes, toast)
    assert words not in story.phone("Kari")
    assert story.keyboard("Kari") == ["Start", "Hjelp nå"]


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_it_is_one_press_in_the_settings(story):
    await story.presses("Kari", "Vis")
    await story.types("Kari", "/innstillinger")
    assert "også det du har skrevet" in story.last("Kari")
    pushes, toast = story.pushes("Kari"), story.toast("Kari")
    await story.presses("Kari", "Skjul alt nå")
    assert ours(story, "Kari") == [BLANK]
    assert (story.pushes("Kari"), story.toast("Kari")) == (pushes, toast)


def own(story, who: str) -> list[str]:
    return [message["text"] for message in story.messages(who) if message["from"] != "bot"]


@pytest.mark.slow
async def test_what_they_wrote_themselves_goes_too(story):
    """A child on a shared phone: nothing tells that anything was said here."""
    await story.types("Ida", "/start")
    await story.types("Ida", "jeg har det ikke bra på skolen")
    await story.types("Ida", "/hjelp")
    await story.types("Ida", "Skjul")
    async with asyncio.timeout(5):
        while own(story, "Ida"):
            await asyncio.sleep(0.001)
    assert ours(story, "Ida") == [BLANK]
    assert story.emulator.violations == []


@pytest.mark.on_telegram("Ida", why="Telegram deletes nothing that is older than two days")
async def test_of_what_they_wrote_only_the_number_is_kept_and_for_two_days(story):
    await story.types("Ida", "/start")
    await story.types("Ida", "noe hemmelig")
    assert len(await story.app.store.read(kept)) == 2
    await story.passes(hours=47)
    await story.types("Ida", "noe nytt")
    await story.passes(hours=2)
    await story.types("Ida", "/skjul")
    assert own(story, "Ida") == ["/start", "noe hemmelig"]  # Telegram deletes nothing so old
    assert await story.app.store.read(kept) == []
    assert story.emulator.violations == []


def kept(session):
    return session.execute(select(Written.contact_id, Written.message_id)).all()


@pytest.mark.slow
@pytest.mark.on_telegram("Ida", why="raw updates")
async def test_a_picture_goes_too_and_a_corrected_word(story):
    await story.types("Ida", "/start")
    await story.types("Ida", "hei")
    number = story.messages("Ida")[-2]["message_id"]
    edit = {
        "edited_message": {
            "message_id": number,
            "date": int(story.clock.now().timestamp()),
            "edit_date": int(story.clock.now().timestamp()),
            "chat": {"id": story.ids["Ida"], "type": "private", "first_name": "Ida"},
            "from": {"id": story.ids["Ida"], "is_bot": False, "first_name": "Ida"},
            "text": "hei du",
        }
    }
    await story.sends_raw("Ida", edit)
    await story.types("Ida", "/skjul")
    assert own(story, "Ida") == []


async def test_help_and_the_way_back_are_one_press_away(story):
    await story.types("Ida", "/start")
    await story.types("Ida", "/skjul")
    await story.presses("Ida", "Hjelp nå")
    assert "116 111" in story.last("Ida")
    await story.presses("Ida", "Start")
    assert story.last("Ida").startswith("Hei! Jeg er Fjordvik kommune")
    assert "Be om en los" in story.keyboard("Ida")


async def test_the_help_card_goes_too(story):
    await story.types("Ida", "/start")
    await story.types("Ida", "hjelp")
    assert "116 111" in story.phone("Ida")
    await story.types("Ida", "/skjul")
    async with asyncio.timeout(5):
        while "116 111" in story.phone("Ida"):
            await asyncio.sleep(0.001)
    assert ours(story, "Ida") == [BLANK]


@pytest.mark.slow
@pytest.mark.on_telegram("Ida", why="Telegram deletes nothing that is older than two days")
async def test_a_help_card_nobody_asked_for_goes_and_one_too_old_for_that_tells_nothing(story):
    await story.types("Ida", "/start")
    await story.types("Ida", "jeg vil ikke leve lenger")
    assert "116 111" in story.phone("Ida")
    await story.passes(days=3)
    await story.types("Ida", "jeg vil ikke leve lenger")
    await story.types("Ida", "/skjul")
    async with asyncio.timeout(5):
        while "116 111" in story.phone("Ida").split("Lock screen")[0]:
            await asyncio.sleep(0.001)
    assert COVERED in ours(story, "Ida")
    assert story.emulator.violations == []


@pytest.mark.slow
@begins(amina_takes_part)
async def test_the_help_card_goes_after_a_restart_too(story):
    await story.types("Kari", "hjelp")
    assert "116 111" in story.phone("Kari")
    await story.restarts()
    await story.types("Kari", "/skjul")
    assert "116 111" not in story.phone("Kari")
    assert ours(story, "Kari") == [BLANK]


@pytest.mark.slow
async def test_a_strangers_help_card_is_remembered_once_more_is_said(story):
    """Nobody is put in the books for a call for help."""

    def books(session):
        met = select(Contact.id).where(Contact.address == story.ids["Sam"])
        return session.scalars(met).all(), session.scalars(select(Outgoing.id)).all()

    await story.types("Sam", "help")
    assert "116 111" in story.phone("Sam")
    assert await story.app.store.read(books) == ([], [])
    await story.types("Sam", "/start")
    await story.restarts()
    await story.types("Sam", "/hide")
    assert "116 111" not in story.phone("Sam")


@begins(amina_takes_part)
@pytest.mark.on_telegram("Kari", why="the card stands in the page alone")
async def test_what_is_remembered_of_the_help_card_tells_nobody_what_it_was(story):
    await story.types("Kari", "hjelp")
    await story.passes(minutes=1)

    def last(session):
        return session.scalars(select(Outgoing).order_by(Outgoing.id.desc()).limit(1)).one()

    row = await story.app.store.read(last)
    assert story.phone("Kari")
    assert (row.kind, row.params, row.subject_id) == ("start", {}, None)


@pytest.mark.slow
@begins(amina_takes_part)
async def test_twice_is_as_good_as_once(story):
    await story.types("Kari", "/skjul")
    kept = story.messages("Kari")
    await story.types("Kari", "/skjul")
    await story.types("Kari", "/skjul")
    assert story.messages("Kari") == kept
    assert story.keyboard("Kari") == ["Start", "Hjelp nå"]


@pytest.mark.slow
@begins(amina_takes_part)
async def test_again_after_something_was_said_leaves_the_same(story):
    await story.types("Kari", "/skjul")
    await story.types("Kari", "/saker")
    await story.types("Kari", "/skjul")
    assert ours(story, "Kari") == [BLANK]
    assert story.keyboard("Kari") == ["Start", "Hjelp nå"]


@pytest.mark.slow
async def test_what_was_being_asked_is_forgotten(story):
    await story.types("Ida", "/los")
    await story.presses("Ida", "Skolen")
    await story.types("Ida", "/skjul")
    await story.types("Ida", "På skolen")
    assert story.last("Ida") == LOST


@pytest.mark.on_telegram("Amina", why="on its way to Telegram")
@pytest.mark.slow
@begins(jonas_is_about_to_save)
@pytest.mark.parametrize("landed", [False, *slowly(True)])
async def test_what_is_on_its_way_goes_once_it_has_landed(story, landed):
    story.trouble(method="sendMessage", contains="ansvar", delay=0.5, after_delivery=landed)
    await story.emulator.tap(story.ids["Jonas"], "Ja, lagre tiltaket")
    async with asyncio.timeout(5):
        while not any("ansvar" in str(call["params"]) for call in story.emulator.calls):
            await asyncio.sleep(0.001)
    await story.emulator.send(story.ids["Amina"], "/skjul")
    await story.settle("Jonas", "Amina")
    assert ours(story, "Amina") == [BLANK]


@pytest.mark.slow
async def test_answers_that_wait_are_not_said_any_more(story):
    await story.types("Ida", "/start")
    story.trouble(method="sendMessage", contains="Personvern", code=502)
    await story.types("Ida", "/personvern")
    await story.types("Ida", "/skjul")
    await story.passes(minutes=9)
    assert ours(story, "Ida") == [BLANK]


@pytest.mark.on_telegram("Kari", why="Telegram deletes nothing that is older than two days")
@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_what_is_too_old_to_be_deleted_says_nothing_any_more(story):
    await telegram_shows(story, "all")
    await story.presses("Kari", "Vis")
    await story.types("Kari", "/saker")
    await story.passes(days=3)
    await story.types("Kari", "/skjul")
    assert set(ours(story, "Kari")) == {COVERED, BLANK}
    assert "Ida" not in " ".join(ours(story, "Kari"))


@begins(a_meeting_is_called)
async def test_nobody_else_notices(story):
    story.news()
    await story.types("Kari", "/skjul")
    assert set(story.news()) <= {"Kari"}


@begins(a_meeting_is_called)
async def test_what_comes_later_comes_and_reveals_nothing(story):
    await story.types("Kari", "/skjul")
    await story.types("Jonas", "/moter")
    await story.presses("Jonas", "Ida: torsdag 3. desember kl. 14.15", "Avlys", "Ja, avlys")
    assert ours(story, "Kari")[-1].startswith("En avtale er avlyst.")


# --- logging out ---------------------------------------------------------------------------------


@begins(amina_takes_part)
async def test_logging_out_hides_everything_and_whoever_writes_then_is_a_stranger(story):
    await story.types("Kari", "/innstillinger")
    await story.presses("Kari", "Pause, kode og utlogging", "Logg ut her")
    await story.presses("Kari", "Ja, logg ut")
    assert ours(story, "Kari") == []
    story.news()
    await story.types("Kari", "/saker")
    assert "Ida" not in story.phone("Kari")
    await story.types("Jonas", "/saker")
    assert "Det er ikke" not in story.last("Jonas")  # her yes stands


@pytest.mark.slow
@begins(amina_takes_part)
async def test_a_no_changes_nothing(story):
    await story.types("Kari", "/innstillinger")
    await story.presses("Kari", "Pause, kode og utlogging", "Logg ut her", "Nei")
    await story.types("Kari", "/saker")
    assert "Ida: du er foresatt" in story.last("Kari")
