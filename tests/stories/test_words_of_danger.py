"""Who writes of danger gets the help card at once, also in the middle of a question; what was
written goes where it was meant to go, and that a card came is known to nobody."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import Base
from models.conversations import Conversation
from models.outbox import Outgoing
from models.sealed import Keyring
from tests.doses import slowly
from tests.stories.beginnings import amina_takes_part, begins
from tests.stories.test_help_now import is_help
from tests.stories.test_odd_updates import message
from tests.stories.words import LOST, LOST_ALONE

NUMBERS = "Er det fare for liv? Ring 113 nå. Er noen i fare? Ring 112.\n"
THERE = "Her er det noen å snakke med:\n"
BY_ITSELF = "Dette kom av seg selv, fra et program. Ble det feil, gjør det ingenting."
NOBODY = "Ingen leser denne chatten fortløpende."
DANGER = "jeg vil ikke leve lenger"


def came_unasked(words: str) -> bool:
    """The numbers first, and who is there to talk to."""
    first = words.startswith(NUMBERS + THERE)
    return first and is_help(words) and NOBODY in words and words.endswith(BY_ITSELF)


def _counted(session: Session) -> dict[str, int]:
    """How many rows each table has."""
    tables = Base.metadata.sorted_tables
    return {t.name: session.scalar(select(func.count()).select_from(t)) or 0 for t in tables}


def _everything(session: Session) -> str:
    rows = (session.execute(select(t)).all() for t in Base.metadata.sorted_tables)
    return repr(list(rows))


def _answers(session: Session) -> list[dict[str, Any]]:
    return [conversation.answers for conversation in session.scalars(select(Conversation))]


@pytest.mark.parametrize("words", [DANGER, "Pappa slår meg", "jeg har tatt en overdose 😭"])
async def test_out_of_the_blue_the_card_comes_and_nothing_cold_after_it(story, words):
    await story.types("Ida", words)
    news = story.news()
    assert set(news) == {"Ida"}
    (card,) = news["Ida"]
    assert came_unasked(card)


@pytest.mark.parametrize("words", ["jeg vil slutte å leve", *slowly("orker ikke mer, vil slutte")])
@begins(amina_takes_part)
async def test_who_would_stop_living_is_asked_about_sharing_only_with_help_in_hand(story, words):
    await story.types("Kari", words)
    card, asked = story.news()["Kari"]
    assert came_unasked(card)
    assert asked.startswith("Jeg har ikke stoppet noe.")
    assert asked.endswith("[Ja, stopp all deling]\n[Hjelp nå]")


@pytest.mark.slow
async def test_who_hides_everything_hides_the_card_too(story):
    """After a restart as well, when only the store knows what stands in the chat."""
    await story.types("Ida", "hei")
    await story.types("Ida", DANGER)
    await story.restarts()
    await story.types("Ida", "/skjul")
    assert story.count("Ida", BY_ITSELF) == 0


async def test_the_card_fits_an_adult_who_writes_of_a_child(story):
    await story.types("Kari", "datteren min har sluttet å spise")
    (card,) = story.news()["Kari"]
    assert came_unasked(card)
    assert "Er du voksen, og skriver du om et barn? Ring de samme numrene.\nplikt.no" in card


async def test_it_speaks_the_phones_language(story):
    for words in ("I don’t want to live anymore", "jeg vil ikke leve"):
        await story.types("Sam", words)
        card = story.news()["Sam"][-1]
        assert card.startswith("Is a life in danger? Call 113 now.")


@pytest.mark.on_telegram("Ida", why="the web chat knows whose it is")
async def test_it_speaks_the_language_that_was_chosen(story):
    await story.types("Ida", "/sprak")
    await story.presses("Ida", "English")
    story.news()
    await story.types("Ida", "I want to die")
    assert story.news()["Ida"][-1].startswith("Is a life in danger? Call 113 now.")


@pytest.mark.parametrize(
    "words", ["jeg dør av latter", *slowly("skulle ønske jeg slapp lekser", "hei")]
)
async def test_idioms_get_no_card(story, words):
    await story.types("Ida", words)
    assert story.news() == {"Ida": [LOST]}


@begins(amina_takes_part)
async def test_in_a_question_that_takes_words_nothing_is_lost(story):
    """Jonas writes a goal about what Ida lives with: the goal is kept, and the card comes too."""
    await story.presses("Jonas", "Mål og tiltak", "Nytt tiltak")
    story.news()
    goal = "Ida skal få fred når faren slår henne og mamma"
    await story.types("Jonas", goal)
    card, question = story.news()["Jonas"][-2:]
    assert came_unasked(card)
    assert question.startswith("Hva skal gjøres?")
    (answers,) = await story.app.store.read(_answers)
    assert answers["given"]["goal_words"] == goal


async def test_in_a_question_that_takes_buttons_it_still_waits(story):
    await story.types("Ida", "/los")
    await story.presses("Ida", "Skolen")
    story.news()
    for words in (DANGER, DANGER):
        await story.types("Ida", words)
        told = story.news()["Ida"]
        assert sum(map(came_unasked, told)) == 1
        assert len(told) == 1 or story.sits_on_web("Ida")  # there the question moves below
    await story.presses("Ida", "På skolen")
    assert story.question("Ida").startswith("Når passer det?")


async def test_what_is_typed_after_a_command_is_read_too(story):
    await story.types("Ida", f"/los {DANGER}")
    assert came_unasked(story.news()["Ida"][0])


def told(story, kind: str, words: str) -> dict[str, Any]:
    """What is not read as words of the one who sends it, with words in it."""
    file = {"file_id": "f", "file_unique_id": "u"}
    forwarded = {"type": "hidden_user", "date": 1, "sender_user_name": "noen"}
    return {
        "photo": {"message": message(story, photo=[{**file, "width": 9, "height": 9}],
                                     caption=words)},
        "document": {"message": message(story, document={**file, "file_name": "x"},
                                        caption=words)},
        "forwarded": {"message": message(story, text=words, forward_origin=forwarded)},
        "edited": {"edited_message": message(story, text=words,
                                             edit_date=int(story.clock.now().timestamp()))},
    }[kind]  # fmt: skip


@pytest.mark.on_telegram("Ida", why="raw updates")
@pytest.mark.parametrize("kind", ["photo", *slowly("document", "forwarded", "edited")])
async def test_what_comes_with_a_picture_and_what_is_forwarded_or_edited_brings_the_card_alone(
    story, kind
):
    """The answer is what it always is; of commands, stops and yeses in it nothing is heard."""
    await story.types("Ida", "/los")
    await story.sends_raw("Ida", told(story, kind, "noe helt vanlig"))
    (usual,) = story.news()["Ida"][-1:]
    before = await story.app.store.read(_counted)
    await story.sends_raw("Ida", told(story, kind, "/stopp. " + DANGER))
    card, answer = story.news()["Ida"]
    assert came_unasked(card)
    assert answer == usual
    after = await story.app.store.read(_counted)
    assert {name for name in after if after[name] != before[name]} <= {
        "audit", "handled", "outbox", "written",
    }  # fmt: skip
    assert "leve lenger" not in await story.app.store.read(_everything)
    await story.presses("Ida", "Skolen")  # the question stands


@pytest.mark.on_telegram("Ida", why="raw updates")
async def test_of_what_is_said_in_a_group_nothing_is_read(story):
    group = {"id": -100123, "type": "supergroup", "title": "x"}
    await story.sends_raw("Ida", {"message": message(story, text=DANGER) | {"chat": group}})
    assert story.count("Ida", BY_ITSELF) == 0


@pytest.mark.on_telegram("Ida", why="raw updates")
async def test_the_same_update_brings_one_card(story):
    update = {
        "update_id": 999_999_998,
        "message": {
            "message_id": 770_000_002,
            "date": int(story.clock.now().timestamp()),
            "chat": {"id": story.ids["Ida"], "type": "private", "first_name": "Ida"},
            "from": {"id": story.ids["Ida"], "is_bot": False, "first_name": "Ida"},
            "text": DANGER,
        },
    }
    await story.sends_raw("Ida", update)
    await story.sends_raw("Ida", update)
    assert story.count("Ida", BY_ITSELF) == 1


# --- with other things gone ------------------------------------------------------------------------


async def test_with_the_store_closed_it_comes_once_however_often_the_update_comes(story):
    story.app.store.close()
    await story.emulator.send(story.ids["Ida"], DANGER)
    async with asyncio.timeout(10):
        while not story.count("Ida", BY_ITSELF):
            await asyncio.sleep(0.01)
    await asyncio.sleep(1.5)  # the update is fetched again and again meanwhile
    assert story.count("Ida", BY_ITSELF) == 1


@pytest.mark.slow
async def test_with_another_key(story):
    await story.types("Ida", "/los")
    await story.restarts(Keyring(b"another key, that opens nothing!"))
    await story.emulator.send(story.ids["Ida"], DANGER)
    async with asyncio.timeout(10):
        while not story.count("Ida", BY_ITSELF):
            await asyncio.sleep(0.01)


@pytest.mark.on_telegram("Ida", why="Telegram fails")
async def test_when_telegram_fails_it_is_tried_again(story, capsys):
    story.trouble(method="sendMessage", code=502, contains="113")
    await story.types("Ida", DANGER)
    async with asyncio.timeout(8):
        while not story.count("Ida", BY_ITSELF):
            await asyncio.sleep(0.01)
    assert "help" not in capsys.readouterr().out


@pytest.mark.on_telegram("Ida", why="Telegram fails")
@pytest.mark.parametrize("times", [1, *slowly(2)])
async def test_while_the_card_has_to_wait_nobody_says_that_it_was_not_understood(story, times):
    story.trouble(method="sendMessage", code=502, contains="113", times=times)
    await story.types("Ida", DANGER)
    async with asyncio.timeout(8):
        while not story.count("Ida", BY_ITSELF):
            assert not story.count("Ida", LOST_ALONE)
            await asyncio.sleep(0.01)
    await story.settle()
    assert not story.count("Ida", LOST_ALONE)


# --- nobody is to know -----------------------------------------------------------------------------


def _how_it_went(session: Session) -> Counter[tuple[Any, ...]]:
    """What the outbox tells of each row, but for whose, which and when."""
    rows = session.scalars(select(Outgoing))
    return Counter(
        (r.kind, r.mode, r.state, r.attempts, r.fence, r.ambiguous, r.error, r.message_id is None,
         r.sent_at is None, r.lease_until is None) for r in rows
    )  # fmt: skip


@pytest.mark.parametrize("first", ["/los", *slowly("hei")])
async def test_nothing_tells_that_it_was_noticed(story, capsys, first):
    """Word for word the same rows, counts and lines as for words that mean nothing; in a question
    that waits for a button too."""
    store, intake = story.app.store, story.app.intake
    await story.types("Ida", first)  # whatever is made at the first word
    left = []
    for words in ("noe helt vanlig her", DANGER):
        before, counts = await store.read(_counted), Counter(intake.counts)
        went = await store.read(_how_it_went)
        capsys.readouterr()
        await story.types("Ida", words)
        after = await store.read(_counted)
        rows = {name: after[name] - before[name] for name in after if after[name] != before[name]}
        went = await store.read(_how_it_went) - went
        told = re.sub(r"\d+", "n", capsys.readouterr().out)  # which and when
        left.append((rows, went, dict(intake.counts - counts), told))
    assert story.count("Ida", BY_ITSELF) == 1
    assert left[0] == left[1]
    assert "leve lenger" not in await store.read(_everything)
