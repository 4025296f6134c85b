"""Telegram is slow, cuts the line or loses an answer; people block the bot. Nothing is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.outbox import Outgoing
from tests.doses import slowly
from tests.stories.beginnings import (
    a_meeting_is_called,
    all_are_asked,
    all_have_said_yes,
    begins,
    ida_has_asked,
)
from tests.stories.words import NEWS

RECEIPT = "Skolen har fått ønsket ditt."
READY = ("Skolen", "På skolen", "☐ I helgen", "Ferdig", "På skolen", "Nei, ikke si det til dem")


async def ida_is_about_to_send(story) -> None:
    await story.types("Ida", "/los")
    await story.presses("Ida", *READY)


@pytest.mark.on_telegram("Ida", why="Telegram fails")
@begins(ida_is_about_to_send)
async def test_told_to_wait_it_waits_and_sends_once(story):
    story.waiting.add("Ida")
    story.trouble(method="sendMessage", retry_after=30, contains="Skolen har fått")
    await story.presses("Ida", "Ja, send")
    assert story.count("Ida", RECEIPT) == 0
    await story.passes(seconds=31)
    assert story.count("Ida", RECEIPT) == 1
    assert story.last("Randi") == NEWS
    await story.passes(minutes=9)
    assert story.count("Ida", RECEIPT) == 1


@pytest.mark.on_telegram("Ida", why="Telegram fails")
@begins(ida_is_about_to_send)
@pytest.mark.parametrize("fault", [{"drop": True}, *slowly({"code": 500}, {"code": 502})])
async def test_while_telegram_is_down_or_the_line_cut_it_is_tried_until_it_is_sent(story, fault):
    story.waiting.add("Ida")
    story.trouble(method="sendMessage", contains="Skolen har fått", **fault)
    await story.presses("Ida", "Ja, send")
    await story.passes(minutes=2)
    assert story.count("Ida", RECEIPT) == 1


@pytest.mark.on_telegram("Ida", why="Telegram fails")
@begins(ida_is_about_to_send)
async def test_what_may_have_arrived_comes_at_most_twice_and_is_flagged(story):
    story.waiting.add("Ida")
    story.trouble(method="sendMessage", drop=True, after_delivery=True, contains="Skolen har fått")
    await story.presses("Ida", "Ja, send")
    await story.passes(minutes=9)
    assert story.count("Ida", RECEIPT) == 2
    assert await story.app.store.read(_flagged) == 1
    assert set(story.news()) == {"Ida", "Randi"}


def _flagged(session: Session) -> int | None:
    return session.scalar(select(func.count()).where(Outgoing.ambiguous > 0))


@pytest.mark.on_telegram(why="Telegram fails")
@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_a_reminder_lost_on_the_way_never_comes_after_the_meeting(story):
    for _send in range(40):
        story.trouble(method="sendMessage", code=502, contains="Du har en avtale")
    await story.comes(3, 12, 14, 20)
    story.emulator.faults.ahead.clear()
    story.news()
    await story.passes(days=2)
    assert story.news() == {"Jonas": ["Hvordan gikk avtalen?\n[Vis]"]}


@pytest.mark.on_telegram("Randi", why="Telegram fails")
@begins(ida_has_asked)
async def test_one_chat_that_fails_holds_up_nobody_else(story):
    story.trouble(method="sendMessage", retry_after=3600, contains="Køen")
    await story.types("Kari", "/los")
    await story.presses("Kari", "Skolen", "På skolen", "Ja, send")
    assert story.last("Kari").startswith("Skolen har fått ønsket ditt.")


@pytest.mark.on_telegram("Kari", why="one can block a bot, not a page")
@begins(all_have_said_yes)
async def test_blocking_the_bot_tells_the_stafettholder_and_withdraws_nothing(story):
    await story.blocks("Kari")
    assert story.news() == {"Jonas": ["En beskjed kom ikke fram.\n[Vis]"]}
    await story.presses("Jonas", "Vis")
    assert story.last("Jonas") == (
        "Jeg når ikke Kari her nå. Snakk med Kari på en annen måte. Samtykker og "
        "avtaler er som før."
    )
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder")
    assert "Møter" in story.buttons("Jonas")
    story.news()
    await story.blocks("Kari", False)
    await story.types("Kari", "/samtykke")
    assert "✓ Du har sagt ja. Det gjelder nå." in story.last("Kari")


@pytest.mark.slow
@pytest.mark.on_telegram("Kari", why="one can block a bot, not a page")
@begins(all_are_asked)
async def test_a_reminder_to_one_who_has_blocked_reaches_the_stafettholder_instead(story):
    await story.blocks("Kari")
    story.news()
    await story.passes(days=3)
    news = story.news()
    assert "Kari" not in news
    assert {"Ida", "Per"} <= set(news) <= {"Ida", "Per", "Jonas"}


@pytest.mark.on_telegram("Per", why="Telegram fails")
@pytest.mark.slow
@begins(all_have_said_yes)
async def test_blocked_while_a_message_is_on_its_way(story):
    """Telegram refuses with 403: the chat is closed, the others get theirs."""
    await story.types("Jonas", "/moter")
    await story.presses("Jonas", "Planlegg møte om Ida")
    await story.types("Jonas", "torsdag 3. des kl 14.15")
    await story.presses("Jonas", "45 minutter", "På skolen")
    story.trouble(method="sendMessage", code=403, contains="Du har ein ny avtale")
    await story.presses("Jonas", "Ja, kall inn")
    news = story.news()
    assert "Per" not in news
    assert {"Ida", "Kari", "Jonas"} == set(news)
    assert "En beskjed kom ikke fram.\n[Vis]" in news["Jonas"]
