"""The demo's guided tour, played to its end: every step finds its button and shows something new.

The tour is words and labels in a file; this is what keeps it from going stale. It plays as the
page does (bot/emulator/page/tour.js says what each action means).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot import demo
from bot.demo.show import TOUR, first_morning
from bot.store import Store
from tests.stories.evening import evening
from tests.stories.seating import IDS

STORY = json.loads(TOUR.read_text("utf-8"))
STEPS = STORY["steps"]
KINDS = {"send", "tap", "advance", "to", "show"}
MOST_EVENTS = 12


def actions(step):
    """The step's actions, each with the name of whose phone it is about."""
    did = step.get("do", [])
    for action in did if isinstance(did, list) else [did]:
        yield action.get("person", step.get("person")), action


def saying(story, who, words):
    """The bot's messages on a phone that say so, newest first."""
    found = [m for m in story.messages(who) if m["from"] == "bot" and words in m["text"]]
    return found[::-1]


def label_on(story, who, wanted, words=""):
    """What the page would press: the newest button so labelled; 'Om 4 uker…' means 'begins so'."""
    chat = story.emulator.chat(story.ids[who])
    messages = saying(story, who, words)[:1] if words else chat["messages"][::-1]
    shown = [
        button["text"]
        for message in messages
        for row in message["inline_keyboard"] or ()
        for button in row
    ]
    keys = [key for row in (chat["reply_keyboard"] or {"rows": []})["rows"] for key in row]
    if wanted in shown or wanted in keys:
        return wanted
    begins = wanted.removesuffix("…")
    found = [label for label in shown if begins != wanted and label.startswith(begins)]
    assert found, f"{who}: no button {wanted!r} among {shown[:12]}"
    return found[0]


async def until_news(story, who, words, times=1):
    """From event to event until so many messages on this phone say so."""
    for _event in range(MOST_EVENTS):
        if len(saying(story, who, words)) >= times:
            return
        await story.emulator.move_to_next()
        await story.settle()
    raise AssertionError(f"{who} has not heard {words!r} in {MOST_EVENTS} events")


async def perform(story, who, action):
    words = action.get("in", "")
    if "send" in action:
        assert words in story.last(who), f"{who} is not asked {words!r}"
        await story.types(who, action["send"])
    elif "tap" in action:
        if words:
            await until_news(story, who, words)
        label = label_on(story, who, action["tap"], words)
        on = saying(story, who, words)[0] if words else None
        keys = [key for row in (on or {}).get("inline_keyboard") or () for key in row]
        data = next((key["callback_data"] for key in keys if key["text"] == label), None)
        if on is None or data is None:
            await story.presses(who, label)
        else:  # of several with that label the one on the message that is meant, as the page does
            await story.presses_data(who, data, on["message_id"])
    elif "advance" in action:
        assert action["advance"] in ("PT1H", "P1D"), "the page has no button for it"
        await story.passes(**{"PT1H": {"hours": 1}, "P1D": {"days": 1}}[action["advance"]])
    elif action.get("to") == "news":
        await until_news(story, who, words, action.get("times", 1))
    elif action["show"] == "lock":
        assert story.pushes(who), f"{who}'s lock screen is empty"
    else:
        assert action["show"] == "top"


async def play(story) -> dict[str, str]:
    """Returns all that each phone has shown, also what closed again."""
    seen = dict.fromkeys(story.ids, "")
    for number, step in enumerate(STEPS, start=1):
        for who, action in actions(step):
            before = story.phone(who) if who else ""
            try:
                await perform(story, who, action)
            except AssertionError as error:
                raise AssertionError(f"step {number}, {action}: {error}") from None
            shown = action.keys() & {"show", "advance", "to"}
            assert shown or story.phone(who) != before, (
                f"step {number}, {action}: nothing happened"
            )
            for each in story.ids:
                seen[each] += story.phone(each)
    return seen


def test_every_step_says_something_in_every_language_and_means_someone():
    assert 25 <= len(STEPS) <= 44
    for text in (STORY["title"], *(step["say"] for step in STEPS)):
        assert set(text) == {"nb", "nn", "en"}
        assert all(words.strip() and len(words) <= 220 for words in text.values())
    for step in STEPS:
        assert step["person"] in IDS
        for who, action in actions(step):
            assert who in IDS
            assert len(action.keys() & KINDS) == 1
            assert action.keys() <= KINDS | {"person", "in", "times"}
            assert action.get("to") in (None, "news")
            assert "in" in action or "to" not in action


def test_it_can_be_clicked_through_in_four_minutes():
    """Reading at 220 words a minute and half a second to press; the demo itself is no slower."""
    words = sum(len(step["say"]["nb"].split()) for step in STEPS)
    presses = sum(1 for step in STEPS for _ in actions(step))
    # One reads while the demo presses (about 0.7 s each), so the two overlap.
    assert max(words / 220 * 60, presses * 0.7 + len(STEPS) * 0.5) + len(STEPS) * 0.5 < 240


@pytest.mark.slow
async def test_the_whole_tour_plays(story):
    told = await play(story)
    assert "gruer" in told["Jonas"].lower() or "snakke med noen før" in told["Jonas"]
    assert "stoppet nå" in told["Kari"]
    assert "Du er ikke med i noen sak nå" in story.last("Amina")
    assert "pause" in story.last("Jonas")
    assert "113" in story.last("Ida")
    assert "Kari" not in story.last("Jonas")
    assert not any(name in told["Sam"] for name in ("Kari", "Jonas", "Fyret", "Lise"))
    assert "Referat fra møtet" in told["Ida"]
    assert all("heller på Fyret enn hjem" not in told[who] for who in ("Kari", "Per"))
    assert "Stafettloggen" in told["Ida"]
    assert "Åpne saker på nivå" in told["Siri"]
    assert not any(name in told["Siri"] for name in ("Ida", "Kari", "Jonas", "Fyret"))


@pytest.mark.slow
@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    "day",
    [
        datetime(2026, 12, 16, 12, 0, tzinfo=UTC),  # Christmas lies between
        datetime(2027, 3, 19, 12, 0, tzinfo=UTC),  # Easter, and the clocks are moved
        datetime(2027, 6, 24, 12, 0, tzinfo=UTC),  # the summer holiday
        datetime(2027, 10, 29, 12, 0, tzinfo=UTC),  # a Friday, and winter time at night
    ],
    ids=lambda day: f"{day:%d-%m-%Y}",
)
async def test_it_plays_on_whatever_day_the_demo_is_started(day, keyring, tmp_path):
    url, start = f"sqlite:///{tmp_path / 'demo.db'}", first_morning(day)
    store = Store.open(url, keyring)
    store.create()
    store.write_now(demo.seed, start)
    store.close()
    async with evening(url, keyring, start) as playing:
        await play(playing)
        assert playing.emulator.violations == []
