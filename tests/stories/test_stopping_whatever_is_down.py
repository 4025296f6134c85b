"""A yes is taken back in words while something of the house is down: it holds at once, and the
receipt comes when it can."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import channels, consents
from models.audit import AuditEntry
from models.consents import ConsentEvent
from models.sealed import Keyring
from tests.conftest import TEST_KEY
from tests.doses import slowly
from tests.keyless import Closed
from tests.stories.beginnings import a_meeting_is_called, amina_takes_part, begins

WORDS = "jeg treker samtyket mitt"
CHANGED = "Det du har tilgang til her, er endret. Du trenger ikke gjøre noe."
STOPPED = "All deling du hadde sagt ja til, er stoppet nå."
LOST_WORDS = (
    "Noe gikk galt hos oss, og jeg fikk ikke tatt vare på det du skrev. Ingenting er endret. Skriv "
    "det igjen om en stund."
)
FOREVER = 10**6


def _in_force(session: Session) -> bool:
    (question,) = session.scalars(select(consents.ConsentQuestion)).all()
    case = consents.case_of(session, question)
    return consents.carries(session, case, question.asked_at)


def _withdrawals(session: Session) -> int:
    acts = select(ConsentEvent.id).where(ConsentEvent.act == "withdrawn")
    told = select(AuditEntry.seq).where(AuditEntry.action == "consents.withdrawn")
    assert len(session.scalars(told).all()) == len(session.scalars(acts).all())
    return len(session.scalars(acts).all())


async def taken_back(story) -> None:
    """It is committed, whatever else has not happened yet."""
    assert await story.app.store.read(_withdrawals) == 1
    assert not await story.app.store.read(_in_force)


@pytest.mark.slow
@begins(amina_takes_part)
async def test_in_a_channel_that_an_operator_has_stopped(story):
    channel = "web" if story.sits_on_web("Kari") else "telegram"
    await story.app.store.write(channels.stop, channel, story.clock.now())
    said = story.count("Kari", "")
    await story.types("Kari", WORDS)
    await taken_back(story)
    assert story.count("Kari", "") == said
    await story.types("Kari", "Hjelp nå")
    assert "116 111" in story.last("Kari")
    await story.app.store.write(channels.start, channel, story.clock.now())
    await story.settle("Kari")
    assert story.last("Kari").startswith(STOPPED)
    await amina_has_no_access(story)


async def amina_has_no_access(story) -> None:
    await story.types("Amina", "/saker")
    assert story.last("Amina").startswith("Du er ikke med i noen sak nå.")


@pytest.mark.slow
@begins(amina_takes_part)
async def test_with_all_well_it_is_in_force_before_and_not_after(story):
    assert await story.app.store.read(_in_force)
    await story.types("Kari", WORDS)
    await taken_back(story)
    assert story.last("Kari").startswith(STOPPED)
    assert story.count("Kari", "Kvittering ") == 2


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_while_the_metronome_stands_still(story):
    """Amina's reminder fell due while nothing beat; what beats again finds her without access."""
    story.app.metronome.stop()
    story.emulator.next_due = story.emulator.on_clock = None
    await story.comes(1, 12, 15)
    assert story.news() == {}
    await story.types("Kari", WORDS)
    await taken_back(story)
    news = story.news()
    assert news["Kari"][-1].startswith(STOPPED)
    assert CHANGED in news["Amina"]
    await story.restarts()
    await story.app.tick(story.clock.now())
    await story.settle()
    assert not any("Du har en avtale" in told for told in story.news().get("Amina", ()))
    await amina_has_no_access(story)


@begins(amina_takes_part)
async def test_while_nothing_is_delivered(story):
    story.waiting |= {"Kari"}
    await story.app.delivery.stop()
    await story.emulator.send(story.ids["Kari"], WORDS)
    async with asyncio.timeout(5):
        await story.emulator.queue.drained()
    await taken_back(story)
    assert story.news() == {}
    await story.restarts()
    news = story.news()
    assert news["Kari"][-1].startswith(STOPPED)
    assert any(told.startswith("Kvittering ") for told in news["Kari"])
    assert CHANGED in news["Amina"]
    await amina_has_no_access(story)


@pytest.mark.on_telegram("Kari", why="Telegram fails")
@begins(amina_takes_part)
@pytest.mark.parametrize(
    "fault", [{"code": 500}, *slowly({"retry_after": 20})], ids=["500", "429"]
)
async def test_while_telegram_takes_no_message(story, fault):
    story.waiting |= {"Kari"}
    story.trouble(times=FOREVER, **fault)
    await story.types("Kari", WORDS)
    await taken_back(story)
    assert [who for who in story.news() if not story.sits_on_web(who)] == []
    story.emulator.faults.ahead.clear()
    await story.passes(minutes=2)
    told = "\n".join(story.news()["Kari"])
    assert STOPPED in told
    assert "Kvittering " in told
    await amina_has_no_access(story)


@pytest.mark.slow
@begins(amina_takes_part)
@pytest.mark.parametrize(
    "ring",
    [Closed(TEST_KEY), *slowly(Keyring(b"another key, that opens nothing!"))],
    ids=["none", "other"],
)
async def test_while_the_key_opens_nothing(story, ring):
    """The receipt names no one, so it needs no key; who can be named again is told what to keep."""
    story.waiting |= {"Kari"}
    await story.restarts(ring)
    await story.types("Kari", WORDS)
    await taken_back(story)
    news = story.news()
    (receipt,) = news["Kari"]
    assert receipt.startswith("Kvittering ")
    assert "Du stoppet delingen med" in receipt
    assert CHANGED in news["Amina"]
    await story.types("Kari", "stopp")
    assert "ingenting å stoppe" in story.last("Kari")
    await story.passes(hours=2)
    story.news()
    await story.restarts(Keyring(TEST_KEY))
    await story.passes(minutes=2)
    assert story.news()["Kari"][-1].startswith(STOPPED)
    await amina_has_no_access(story)


@pytest.mark.slow
@begins(amina_takes_part)
async def test_words_that_cannot_be_kept_are_owned_up_to_and_nobody_else_waits(story):
    """Without the key nothing can be sealed, and unsealed no word is kept."""
    await story.presses("Jonas", "Mål og tiltak", "Nytt tiltak")
    await story.restarts(Closed(TEST_KEY))
    story.news()
    await story.types("Jonas", "Ida skal komme tidsnok")
    assert story.news() == {"Jonas": [LOST_WORDS]}
    await story.types("Kari", "/stopp")
    await taken_back(story)


@begins(amina_takes_part)
async def test_a_near_miss_is_asked_about_without_the_key_and_one_press_stops(story):
    await story.restarts(Closed(TEST_KEY))
    await story.types("Kari", "jeg vil ikke stoppe")
    assert story.buttons("Kari") == ["Ja, stopp all deling", "Hjelp nå"]
    assert await story.app.store.read(_in_force)
    await story.presses("Kari", "Ja, stopp all deling")
    await taken_back(story)


@begins(amina_takes_part)
async def test_the_command_needs_no_key_either(story):
    await story.restarts(Closed(TEST_KEY))
    await story.types("Kari", "/stopp")
    await taken_back(story)


# --- in the middle of something else ---------------------------------------------------------------


@begins(amina_takes_part)
async def test_clear_words_stop_inside_a_question_and_the_question_stays(story):
    await story.types("Kari", "/los")
    asked = story.question("Kari")
    await story.types("Kari", "stopp dellingen")
    await taken_back(story)
    assert story.last("Kari").startswith(STOPPED)
    await story.presses("Kari", asked.partition("[")[2].partition("]")[0])
    assert story.question("Kari") != asked


@pytest.mark.slow
@begins(amina_takes_part)
async def test_a_near_miss_inside_a_question_is_asked_about_too(story):
    await story.types("Kari", "/los")
    await story.types("Kari", "jeg vil ikke at dere deler noe mer")
    assert story.buttons("Kari") == ["Ja, stopp all deling", "Hjelp nå"]
    assert await story.app.store.read(_in_force)
    await story.presses("Kari", "Ja, stopp all deling")
    await taken_back(story)


@pytest.mark.slow
@begins(amina_takes_part)
async def test_a_goal_that_sounds_like_it_is_a_goal(story):
    """Jonas was never asked for a consent: there is nothing to ask him about."""
    await story.presses("Jonas", "Mål og tiltak", "Nytt tiltak")
    await story.types("Jonas", "Stoppe å komme for sent")
    assert story.last("Jonas").startswith("Hva skal gjøres?")


@begins(amina_takes_part)
async def test_a_command_nobody_knows_that_sounds_like_it_is_asked_about(story):
    for command in ("/trekk", "/stoppp", "/withdraw"):
        await story.types("Kari", command)
        assert story.buttons("Kari") == ["Ja, stopp all deling", "Hjelp nå"], command
    assert await story.app.store.read(_in_force)
