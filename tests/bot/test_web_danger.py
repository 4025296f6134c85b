"""Words of danger in the web chat: the help card stands as the answer, and no row tells of it."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from bot.web import cards
from handlers import menu
from locales import say as spoken
from models.web_chats import WebMessage
from tests.bot.test_web_chat import begins, here, say, told  # noqa: F401 - the fixtures

DANGER = "jeg vil ikke leve lenger"
LOST = spoken(menu.LOST, "nb")


async def test_it_is_the_one_answer_and_still_stands_when_the_page_is_loaded_anew(here):  # noqa: F811
    reply = json.loads((await say(here, words=DANGER)).body)
    shown = await told(here)
    assert [message["from"] for message in shown] == ["person", "bot"]
    assert shown[1]["text"] == reply["help"]
    assert shown[1]["message_id"] == reply["after"] + cards.HALF  # where the page has put it


async def test_in_the_store_stands_the_usual_answer(here):  # noqa: F811
    await say(here, words=DANGER)

    def kept(session):
        rows = session.scalars(select(WebMessage).order_by(WebMessage.number))
        return [json.loads(row.told)["text"] for row in rows]

    assert await here.store.read(kept) == [DANGER, LOST]


@pytest.mark.slow
async def test_each_answer_is_told_by_the_words_right_before_it(here):  # noqa: F811
    for number, words in enumerate((DANGER, "hva nå", "tull", DANGER, DANGER)):
        await say(here, words=words, nonce=f"d{number}")
    texts = [message["text"][:20] for message in await told(here)]
    card = json.loads((await say(here, words=DANGER, nonce="last")).body)["help"][:20]
    lost = LOST[:20]
    assert texts == [DANGER[:20], card, "hva nå", lost, "tull", lost, *([DANGER[:20], card] * 2)]


async def test_hidden_words_take_their_card_along(here):  # noqa: F811
    await say(here, words=DANGER)
    await say(here, words="/skjul", nonce="h")
    assert not any("116 111" in message["text"] for message in await told(here))


async def test_with_the_store_away_the_card_comes_all_the_same(here):  # noqa: F811
    here.store.close()
    reply = await here.people["ida"].post(
        here.asgi, "/si", {"words": DANGER, "nonce": "n", "proof": "x", "lang": "nb"}
    )
    assert reply.status == 503
    assert "116 111" in json.loads(reply.body)["help"]
