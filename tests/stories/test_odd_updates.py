"""Pictures, groups, names of nothing but marks, and updates nobody can read."""

from __future__ import annotations

import re

import pytest

from bot import parking
from tests.doses import slowly
from tests.stories.beginnings import begins
from tests.stories.test_bad_input import ida_is_asked_where
from tests.stories.words import LOST, ONLY_TEXT

pytestmark = pytest.mark.on_telegram("Ida", why="raw updates")

FILE = {"file_id": "f", "file_unique_id": "u"}


def message(story, who: str = "Ida", *, name: str | None = None, **content) -> dict[str, object]:
    """A message as Telegram would tell of it."""
    person = story.ids[who]
    first = who if name is None else name
    return {
        "message_id": story.emulator.world.next_message_id(),
        "date": int(story.clock.now().timestamp()),
        "chat": {"id": person, "type": "private", "first_name": first},
        "from": {"id": person, "is_bot": False, "first_name": first, "language_code": "nb"},
        **content,
    }


ODD = {
    "photo": {"photo": [{**FILE, "width": 9, "height": 9}], "caption": "/stopp"},
    "voice": {"voice": {**FILE, "duration": 3}},
    "document": {"document": {**FILE, "file_name": "hemmelig.pdf"}},
    "sticker": {"sticker": {**FILE, "type": "regular", "width": 9, "height": 9,
                            "is_animated": False, "is_video": False}},
    "contact": {"contact": {"phone_number": "+4799999999", "first_name": "Ida"}},
    "location": {"location": {"longitude": 5.0, "latitude": 60.0}},
    "forward": {"text": "stopp", "forward_origin": {"type": "hidden_user", "date": 1,
                                                    "sender_user_name": "noen"}},
}  # fmt: skip


@begins(ida_is_asked_where)
async def test_anything_but_words_gets_one_line_and_the_question_stays(story):
    for kind, content in ODD.items():
        await story.sends_raw("Ida", {"message": message(story, **content)})
        assert story.news() == {"Ida": [ONLY_TEXT]}, kind
    await story.presses("Ida", "På skolen")
    assert story.question("Ida").startswith("Når passer det?")


@begins(ida_is_asked_where)
async def test_an_edited_message_is_not_heard_as_a_new_one(story):
    edited = message(story, text="/los", edit_date=int(story.clock.now().timestamp()))
    await story.sends_raw("Ida", {"edited_message": edited})
    told = "Jeg leser ikke meldinger som er endret. Skriv den på nytt."
    assert story.news() == {"Ida": [told]}
    await story.presses("Ida", "På skolen")
    assert story.question("Ida").startswith("Når passer det?")


async def test_nothing_is_said_in_groups_and_the_bot_leaves(story):
    group = {"id": -1001234567890, "type": "supergroup", "title": "Klassen"}
    await story.sends_raw("Ida", {"message": message(story, text="/saker") | {"chat": group}})
    assert story.news() == {}
    methods = [call["method"] for call in story.emulator.calls]
    assert "leaveChat" in methods
    assert not [
        call for call in story.emulator.calls
        if call["method"].startswith("send") and str(group["id"]) in str(call)
    ]  # fmt: skip


NAMELESS = ("\u200b\u2060", "", "\u3164")


@pytest.mark.parametrize(
    "name",
    [
        "<b>Ola</b> & *Co* [x](http://x) `y`",
        *slowly(
            "\u200b\u2060",
            "\u202eadI\u202c",
            "Z" + "\u0301" * 64,
            "",
            "\u3164",
            "{name} %s {0}",
            "O" * 300,
        ),
    ],
)
async def test_a_strange_name_is_shown_literally_and_harms_nobody(story, name):
    story.meets("Ola")
    await story.sends_raw("Ola", {"message": command(story, "/kontakt", name)})
    await story.presses("Ola", "En los", "Svar meg her", "Ja, si fra")
    assert set(story.news()) == {"Ola", "Lise"}
    await story.presses("Lise", "Vis")
    assert "vil ha kontakt.\nHvordan: Svar meg her" in story.last("Lise")
    nameless = name in NAMELESS
    assert story.last("Lise").startswith("Noen uten navn vil ha kontakt.") is nameless
    assert ("Navnet er det som står i chatten." in story.last("Lise")) is not nameless
    formatted = {entity["type"] for entity in story.messages("Lise")[-1]["entities"]}
    assert formatted <= {"url"}  # which every phone finds by itself
    await story.presses("Lise", "Svar at jeg har sett det")
    assert set(story.news()) == {"Ola", "Lise"}


def command(story, words: str, name: str) -> dict[str, object]:
    entity = {"type": "bot_command", "offset": 0, "length": len(words)}
    return message(story, "Ola", name=name, text=words, entities=[entity])


@begins(ida_is_asked_where)
async def test_a_message_whose_number_is_none_does_not_stand_in_the_way_of_hiding_all(story):
    await story.sends_raw("Ida", {"message": message(story, text="hei") | {"message_id": "x"}})
    assert len(await story.app.store.read(parking.waiting)) == 1
    await story.types("Ida", "/skjul")
    assert len(await story.app.store.read(parking.waiting)) == 1


@begins(ida_is_asked_where)
async def test_an_update_nobody_can_read_is_set_aside_and_the_next_goes_on(story):
    for broken in (
        {"message": {}},
        {"message": {"message_id": "x"}},
        {"callback_query": {"id": "1"}},
        {"message": message(story, text="x") | {"date": "soon"}},
        {"message": None, "edited_message": 7},
        {"ukjent": {"a": 1}},
        [],
        "tull",
        {"update_id": "x"},
        {"update_id": -5, "message": {}},
        {},
    ):
        await story.sends_raw("Ida", broken)
    assert story.news() == {}
    parked = await story.app.store.read(parking.waiting)
    assert parked
    for each in parked:
        assert re.fullmatch(r"P-\w{6}", each.reference)
    await story.presses("Ida", "På skolen")
    assert story.question("Ida").startswith("Når passer det?")


async def test_the_same_update_twice_is_heard_once(story):
    update = {"update_id": 999_000_111, "message": message(story, text="hei")}
    await story.sends_raw("Ida", update)
    await story.sends_raw("Ida", update)
    assert story.news() == {"Ida": [LOST]}


async def test_a_channel_post_and_a_poll_are_met_with_silence(story):
    channel = {"id": -1009, "type": "channel", "title": "K"}
    post = {"message_id": 4, "date": 1, "chat": channel, "text": "/saker"}
    await story.sends_raw("Ida", {"channel_post": post})
    await story.sends_raw("Ida", {"poll_answer": {"poll_id": "1", "option_ids": [0]}})
    assert story.news() == {}


async def test_another_bot_is_not_talked_to(story):
    robot = message(story, text="/start")
    robot["from"] = {"id": 42, "is_bot": True, "first_name": "Robot"}
    await story.sends_raw("Ida", {"message": robot})
    assert story.news() == {}
