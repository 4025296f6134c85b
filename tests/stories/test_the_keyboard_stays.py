"""Help is one press away all the time: the keyboard at the bottom comes with every new message that
has no buttons of its own, and what has some never takes it off the phone."""

from __future__ import annotations

import pytest

from tests.stories.beginnings import ASK, THAT, all_are_asked, amina_takes_part, begins
from tests.stories.test_help_now import is_help
from tests.stories.words import LOST, ONLY_TEXT


def brought_by(story, who: str) -> int | None:
    """The message that brought the keyboard this phone shows. On the web it stands by itself."""
    if story.sits_on_web(who):
        return None
    return story.emulator.world.chat_of(story.ids[who]).keyboard_from


def brings_keyboard(story, who: str) -> bool:
    """Whether the newest message brought the keyboard, with help on it; on the web, whether it
    stands."""
    if story.sits_on_web(who):
        return "Hjelp nå" in story.keyboard(who)
    newest = story.messages(who)[-1]["message_id"]
    shown = story.emulator.world.chat_of(story.ids[who]).keyboard
    stays = shown is not None and shown.value.get("is_persistent")
    return stays and brought_by(story, who) == newest and "Hjelp nå" in story.keyboard(who)


@pytest.mark.slow
async def test_the_very_first_answer_brings_it_whatever_was_written(story):
    for number, words in enumerate(("hei", "/start", "/personvern", "/status", "/stopp", "/tull")):
        who = f"Ola {number}"
        story.meets(who)
        await story.types(who, words)
        assert brings_keyboard(story, who), words
        assert story.keyboard(who)[-1] == "Hjelp nå"


async def test_every_message_without_buttons_brings_it_again(story):
    for words in ("/personvern", "/avbryt", "/stopp", "/samtykke", "/status"):
        await story.types("Ida", words)
        assert story.messages("Ida")[-1]["inline_keyboard"] in (None, []), words
        assert brings_keyboard(story, "Ida"), words


async def test_words_nobody_understood_are_answered_with_the_ways_to_a_person(story):
    """Not only at the bottom, where who has it hard may not look."""
    await story.types("Ida", "jeg har det vanskelig hjemme og vet ikke hva jeg skal gjøre")
    assert story.last("Ida") == LOST
    await story.presses("Ida", "Hjelp nå")
    assert is_help(story.last("Ida"))
    await story.presses("Ida", "Vis hva jeg kan")
    assert brings_keyboard(story, "Ida")
    await story.presses("Ida", "Be om en los")
    assert story.question("Ida").startswith("Hva kan en los hjelpe deg med?")
    await story.types("Turid", "hva gjør jeg nå")  # asks for nothing herself
    assert story.buttons("Turid") == ["Hjelp nå", "Vis hva jeg kan"]


async def test_a_flow_with_buttons_does_not_take_it_away_and_its_receipt_leaves_it(story):
    await story.types("Ida", "/start")
    brought = brought_by(story, "Ida")
    before = story.keyboard("Ida")
    await story.types("Ida", "/los")
    for press in (*ASK, THAT, "Ja, send"):
        assert story.buttons("Ida")
        assert story.keyboard("Ida") == before, press
        await story.presses("Ida", press)
    assert story.last("Ida").startswith("Skolen har fått ønsket ditt.")
    assert story.keyboard("Ida") == before
    assert brought_by(story, "Ida") == brought  # nothing with buttons brought or took one
    await story.types("Ida", "/avbryt")
    assert brings_keyboard(story, "Ida")


@pytest.mark.slow
@begins(all_are_asked)
async def test_what_arrives_unasked_and_is_opened_leaves_it(story):
    await story.types("Kari", "/start")
    before = story.keyboard("Kari")
    assert "Hjelp nå" in before
    await story.types("Kari", "/samtykke")
    for press in (story.buttons("Kari")[0], "Ja, det er greit"):
        await story.presses("Kari", press)
        assert story.keyboard("Kari") == before
    assert story.last("Kari").startswith("Kvittering ")
    assert story.keyboard("Kari") == before  # what brought it could not be covered in its place


@pytest.mark.slow
@begins(amina_takes_part)
async def test_words_that_are_taken_out_of_the_chat_do_not_take_it_along(story):
    await story.types("Jonas", "/start")
    before = story.keyboard("Jonas")
    await story.types("Jonas", "/tiltak")
    await story.presses("Jonas", "Nytt tiltak")
    await story.types("Jonas", "Sove bedre")
    assert "Sove bedre" not in story.phone("Jonas")
    assert story.keyboard("Jonas") == before
    await story.presses("Jonas", "Avbryt")
    assert "Hjelp nå" in story.keyboard("Jonas")


async def test_a_key_of_it_does_not_use_it_up(story):
    await story.types("Ida", "/start")
    for key in ("Innstillinger", "Møter", "Samtykke"):
        await story.presses("Ida", key)
        assert story.keyboard("Ida")[-1] == "Hjelp nå"


async def test_staff_have_a_key_for_what_waits_and_the_family_one_for_who_can_help(story):
    for who in ("Jonas", "Ida"):
        await story.types(who, "/start")
    assert "Frister" in story.keyboard("Jonas")
    assert "Frister" not in story.keyboard("Ida")
    assert "Finn hjelp" in story.keyboard("Ida")
    await story.presses("Jonas", "Frister")
    assert story.last("Jonas") == "Du har ingen frister her nå."


@pytest.mark.on_telegram("Ida", why="raw updates")
async def test_a_picture_is_answered_with_it_too(story):
    await story.sends_raw("Ida", {"message": picture(story)})
    assert story.last("Ida") == ONLY_TEXT
    assert brings_keyboard(story, "Ida")


def picture(story) -> dict[str, object]:
    photo = {"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}
    return {
        "message_id": story.emulator.world.next_message_id(),
        "date": int(story.clock.now().timestamp()),
        "chat": {"id": story.ids["Ida"], "type": "private", "first_name": "Ida"},
        "from": {"id": story.ids["Ida"], "is_bot": False, "first_name": "Ida"},
        "photo": [photo],
    }
