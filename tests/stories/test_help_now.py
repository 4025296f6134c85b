"""Help comes at once: inside every flow, in the phone's language, with the store gone."""

from __future__ import annotations

import asyncio

import pytest

from models.sealed import Keyring
from tests.stories.beginnings import ASK, THAT, amina_takes_part, begins
from tests.stories.words import EMERGENCY

NUMBERS = ("113 – ", "112 – ", "116 117 – ", "116 111 – ", "116 123 – ", "22 40 00 40 – ")


def is_help(words: str) -> bool:
    return words.startswith(EMERGENCY) and all(number in words for number in NUMBERS)


async def help_comes(story, who: str) -> None:
    """Help is tried by itself, beside everything that settles."""
    async with asyncio.timeout(10):
        while not is_help(story.last(who)):
            await asyncio.sleep(0.01)


async def test_the_numbers_come_to_anyone_in_one_message(story):
    story.meets("Ola")
    for typed in ("/hjelp", "/help", "Hjelp nå", "hjelp nå", "Help now"):
        await story.types("Ola", typed)
        news = story.news()
        assert set(news) == {"Ola"}
        (card,) = news["Ola"]
        assert is_help(card)
        assert card.endswith(
            "Ingen leser denne chatten fortløpende. Ring, eller snakk med en voksen du stoler på."
        )


async def test_it_speaks_the_phones_language(story):
    await story.types("Sam", "/hjelp")
    assert story.last("Sam").startswith("Is a life in danger? Call 113 now.")


async def test_the_fixed_button_is_always_there(story):
    for who in ("Ida", "Jonas", "Sam"):
        await story.types(who, "/start")
        assert story.keyboard(who)[-1] == ("Help now" if who == "Sam" else "Hjelp nå")
    await story.presses("Ida", "Hjelp nå")
    assert is_help(story.last("Ida"))


@pytest.mark.slow
async def test_at_every_question_of_a_flow_it_comes_and_the_question_stays(story):
    await story.types("Ida", "/los")
    for press in (*ASK, THAT):
        before = story.buttons("Ida")
        await story.types("Ida", "/hjelp")
        assert is_help(story.last("Ida"))
        assert story.buttons("Ida") == before
        await story.presses("Ida", press)
    await story.types("Ida", "Hjelp nå")
    await story.presses("Ida", "Ja, send")
    assert story.last("Ida").startswith("Skolen har fått ønsket ditt.")


@pytest.mark.slow
@begins(amina_takes_part)
async def test_asked_for_in_words_it_is_no_answer_to_the_question(story):
    """A goal is asked for in words; 'Hjelp nå' is not the goal."""
    await story.presses("Jonas", "Mål og tiltak", "Nytt tiltak")
    await story.types("Jonas", "Hjelp nå")
    assert is_help(story.last("Jonas"))
    await story.types("Jonas", "Sove bedre")
    assert story.last("Jonas").startswith("Hva skal gjøres?")


async def test_it_comes_with_the_store_closed(story):
    await story.types("Ida", "/los")
    story.app.store.close()
    await story.types("Ida", "/hjelp")
    assert is_help(story.last("Ida"))
    await story.types("Kari", "Hjelp nå")
    assert is_help(story.last("Kari"))


@pytest.mark.on_sqlite
async def test_it_comes_with_the_database_file_in_ruins(story, store_url):
    if not store_url.startswith("sqlite"):
        pytest.skip("there is no file")
    story.ruins()
    await story.types("Ida", "/hjelp")
    assert is_help(story.last("Ida"))


async def test_it_comes_with_another_key(story):
    await story.types("Ida", "/los")
    await story.restarts(Keyring(b"another key, that opens nothing!"))
    await story.types("Ida", "/hjelp")
    assert is_help(story.last("Ida"))


async def test_it_comes_while_others_wait_for_a_store_that_is_gone(story):
    """What Kari wrote cannot be heard before the store is back; Ida's call for help can."""
    before = story.count("Kari", "")
    story.app.store.close()
    await story.emulator.send(story.ids["Kari"], "/saker")
    async with asyncio.timeout(8):
        while not all(update.delivered for update in story.emulator.queue):
            await asyncio.sleep(0.01)
    await story.emulator.send(story.ids["Ida"], "/hjelp")
    await help_comes(story, "Ida")
    assert story.count("Kari", "") == before


@pytest.mark.slow
async def test_lapsed_numbers_are_left_out_and_the_three_emergency_numbers_never(story):
    await story.passes(days=120)
    await story.types("Ida", "/hjelp")
    assert all(number in story.last("Ida") for number in NUMBERS[:3])
    assert "116 111" not in story.last("Ida")


@pytest.mark.on_telegram("Ida", why="Telegram fails")
async def test_when_telegram_fails_it_is_tried_again(story):
    story.trouble(method="sendMessage", code=502, contains="113")
    await story.types("Ida", "/hjelp")
    async with asyncio.timeout(8):
        while not is_help(story.last("Ida")):
            await asyncio.sleep(0.01)


@pytest.mark.on_telegram("Ida", why="raw updates")
async def test_a_repeated_update_helps_once(story):
    update = {
        "update_id": 999_999_999,
        "message": {
            "message_id": 770_000_001,
            "date": int(story.clock.now().timestamp()),
            "chat": {"id": story.ids["Ida"], "type": "private", "first_name": "Ida"},
            "from": {"id": story.ids["Ida"], "is_bot": False, "first_name": "Ida"},
            "text": "/hjelp",
            "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
        },
    }
    await story.sends_raw("Ida", update)
    await story.sends_raw("Ida", update)
    assert len(story.news()["Ida"]) == 1
