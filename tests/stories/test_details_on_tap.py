"""What a chat shows of a case or a request: when it is opened, ten minutes long; all, or nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.discreet import CLOSED, NOT_HERE, OVER
from locales import say
from tests.doses import slowly
from tests.stories.beginnings import (
    a_meeting_is_called,
    amina_takes_part,
    begins,
    ida_has_asked,
    lise_is_los,
    something_is_agreed,
    telegram_shows,
)
from tests.stories.test_taken_off_the_phone import shown
from tests.stories.words import ABSENT

SHUT = say(CLOSED, "nb")
FACTS = (
    "Ida", "Kari", "Per", "Jonas", "Randi", "Lise", "Amina", "Fjordvik ungdomsskole", "Fyret",
    "Sove bedre", "telefonen kl 22", "desember kl", "Kvittering", "Referanse", "Hjemme",
)  # fmt: skip


def facts(story, who: str) -> list[str]:
    told = "\n".join(shown(story, who)).replace("Fjordvik kommune", "")
    return [fact for fact in FACTS if fact in told]


async def reads_all(story, who: str) -> None:
    for words in ("/saker", "/moter", "/samtykke", "/tiltak", "/status", "/ko", "/mine"):
        await story.types(who, words)


@begins(something_is_agreed)
@pytest.mark.parametrize("who", ["Kari", *slowly("Jonas", "Amina")])
async def test_after_ten_minutes_no_phone_shows_a_fact(story, who):
    await reads_all(story, who)
    await story.passes(minutes=9)
    assert facts(story, who)
    await story.passes(minutes=1)
    assert facts(story, who) == []


@begins(lise_is_los)
@pytest.mark.parametrize("who", ["Ida", *slowly("Randi", "Lise")])
async def test_a_request_for_a_los_is_covered_too(story, who):
    await reads_all(story, who)
    assert facts(story, who)
    await story.passes(minutes=10)
    assert facts(story, who) == []


@pytest.mark.slow
@begins(ida_has_asked)
async def test_the_receipt_of_a_request_comes_back_with_a_press(story):
    receipt = story.last("Ida")
    await story.passes(minutes=10)
    assert story.last("Ida") == f"{SHUT}\n[Vis]"
    await story.presses("Ida", "Vis")
    assert story.last("Ida") == receipt
    await story.passes(minutes=9)
    assert story.last("Ida") == receipt
    await story.passes(minutes=1)
    assert story.last("Ida") == f"{SHUT}\n[Vis]"


@pytest.mark.slow
@begins(amina_takes_part)
async def test_ten_minutes_are_counted_from_the_last_press(story):
    await story.types("Kari", "/samtykke")
    await story.passes(minutes=8)
    vis = next(label for label in story.buttons("Kari") if label.startswith("Vis"))
    await story.presses("Kari", vis)
    opened = story.last("Kari")
    await story.passes(minutes=9)
    assert story.last("Kari") == opened
    await story.passes(minutes=1)
    assert story.last("Kari") == f"{SHUT}\n[Vis]"


@pytest.mark.slow
async def test_a_question_is_not_covered_under_somebodys_fingers(story):
    await story.types("Ida", "/los")
    for press in ("Skolen", "På skolen", "☐ I helgen"):
        await story.passes(minutes=9)
        await story.presses("Ida", press)
    await story.passes(minutes=9)
    assert "☑ I helgen" in story.buttons("Ida")
    await story.passes(minutes=1)
    assert story.last("Ida") == f"{SHUT}\n[Vis]"
    await story.presses("Ida", "Vis")
    assert "☑ I helgen" in story.buttons("Ida")
    await story.presses("Ida", "Ferdig")
    assert story.last("Ida").startswith("Hvordan vil du at vi tar kontakt?")


@pytest.mark.slow
async def test_words_written_to_a_covered_question_are_its_answer(story):
    await story.types("Sam", "/los")
    await story.presses("Sam", "A young person I meet through work")
    asked = story.last("Sam")
    await story.passes(minutes=10)
    assert story.last("Sam") != asked
    await story.types("Sam", "Mia i 9B")
    assert story.last("Sam").startswith("Does the young person know that you are asking?")


@pytest.mark.slow
async def test_a_question_that_was_answered_has_no_way_back(story):
    await story.types("Sam", "/los")
    await story.presses("Sam", "A young person I meet through work")
    await story.types("Sam", "Mia i 9B")
    await story.passes(minutes=10)
    told = [words for words in shown(story, "Sam") if "name" in words or "Which" in words]
    assert told == []
    assert say(OVER, "en") in shown(story, "Sam")


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_a_file_says_so_and_goes(story):
    await story.presses("Kari", "Vis", "Kalenderfil")
    assert "Fila blir borte herfra om ti minutter." in story.last("Kari")
    await story.passes(minutes=10)
    assert [m for m in story.messages("Kari") if m["document"]] == []


@pytest.mark.slow
@begins(amina_takes_part)
async def test_what_is_opened_again_asks_the_rules_again(story):
    await story.types("Amina", "/saker")
    await story.passes(minutes=10)
    await story.types("Kari", "stopp")
    await story.presses("Amina", "Vis")
    assert facts(story, "Amina") == []
    assert any("Du er ikke med i noe" in w or "ikke åpent" in w for w in shown(story, "Amina"))


@begins(amina_takes_part)
async def test_anothers_way_back_opens_nothing(story):
    await story.types("Kari", "/saker")
    await story.passes(minutes=10)
    data, _message = story.carried("Kari", "Vis")
    await story.types("Amina", "/start")
    newest = story.messages("Amina")[-1]["message_id"]
    await story.presses_data("Amina", data, newest)
    assert story.toast("Amina") == ABSENT
    assert facts(story, "Amina") == []


@begins(amina_takes_part)
async def test_nothing_is_pushed_by_it(story):
    await story.types("Kari", "/saker")
    pushes = story.pushes("Kari")
    await story.passes(minutes=30)
    assert story.pushes("Kari") == pushes


@pytest.mark.slow
@begins(something_is_agreed)
async def test_all_is_not_covered(story):
    await telegram_shows(story, "all")
    await reads_all(story, "Kari")
    before = shown(story, "Kari")[-4:]
    await story.passes(hours=1)
    assert shown(story, "Kari")[-4:] == before


@pytest.mark.on_telegram("who", why="what Telegram may show")
@begins(something_is_agreed)
@pytest.mark.parametrize("who", ["Ida", *slowly("Kari", "Per", "Jonas", "Amina")])
async def test_nothing_shows_no_fact_and_says_where_it_can_be_seen(story, who):
    await telegram_shows(story, "nothing")
    await story.passes(minutes=10)  # what was open closes
    story.news()
    await reads_all(story, who)
    assert facts(story, who) == []
    assert say(NOT_HERE, "nn" if who == "Per" else "nb") in shown(story, who)


@pytest.mark.on_telegram("Kari", why="what Telegram may show")
@pytest.mark.slow
@begins(something_is_agreed)
async def test_where_nothing_is_shown_sharing_can_be_stopped_all_the_same(story):
    await telegram_shows(story, "nothing")
    await story.passes(minutes=10)
    await story.types("Kari", "stopp")
    assert facts(story, "Kari") == ["Kvittering"]  # its number, and nothing of what
    assert any(
        "All deling du hadde sagt ja til, er stoppet nå." in w for w in shown(story, "Kari")
    )


@pytest.mark.on_telegram("Kari", why="what Telegram may show")
@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_where_nothing_is_shown_what_comes_unasked_is_as_neutral_as_ever(story):
    await telegram_shows(story, "nothing")
    await story.passes(days=1)
    await story.presses("Kari", "Vis")
    assert story.last("Kari").startswith(say(NOT_HERE, "nb"))


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_the_next_event_is_none_of_those_that_only_close(story):
    """The demo's button and its tour go on to what people hear, past every card that closes."""
    await reads_all(story, "Kari")
    await reads_all(story, "Jonas")
    opened = facts(story, "Kari")
    began = story.clock.now()
    await story.emulator.move_to_next()
    assert set(facts(story, "Kari")) < set(opened)
    assert story.clock.now() - began > timedelta(hours=1)
