"""What was heard or could be sent only long after it was said: the phone lies on a table by then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.stories.beginnings import all_have_said_yes, begins
from tests.stories.test_faults import RECEIPT, ida_is_about_to_send
from tests.stories.words import NEWS

NEUTRAL = NEWS.split("\n", maxsplit=1)[0]


@pytest.mark.on_telegram("Ida", why="Telegram fails")
@begins(ida_is_about_to_send)
@pytest.mark.parametrize(("minutes", "told"), [(20, NEUTRAL), (2, RECEIPT)])
async def test_a_receipt_telegram_held_back_tells_nothing_on_a_lock_screen(story, minutes, told):
    if told is RECEIPT:
        story.waiting.add("Ida")
    story.trouble(method="sendMessage", retry_after=minutes * 60, contains="Skolen har fått")
    await story.presses("Ida", "Ja, send")
    before = len(story.pushes("Ida"))
    await story.passes(minutes=minutes, seconds=1)
    assert [push.split("\n")[0].startswith(told) for push in story.pushes("Ida")[before:]] == [
        True
    ]
    if told is NEUTRAL:
        assert not any("Hjemme" in push or "los" in push for push in story.pushes("Ida")[before:])
        assert story.last("Ida") == NEWS
        await story.presses("Ida", "Vis")
        assert story.last("Ida").startswith(RECEIPT)
        assert len(story.pushes("Ida")) == before + 1
        await story.passes(minutes=10)
        assert story.count("Ida", RECEIPT) == 0


async def asleep(story, who: str, words: str, **length: float) -> list[str]:
    """Words are written while the bot is down, for so long. The pushes that come when it is up."""
    before = len(story.pushes(who))
    await story.ends()
    await story.emulator.send(story.ids[who], words)
    story.clock.move_to(story.clock.now() + timedelta(**length))
    await story.begins()
    return story.pushes(who)[before:]


@pytest.mark.on_telegram("Jonas", why="a lock screen")
@begins(all_have_said_yes)
async def test_what_was_asked_in_the_night_is_answered_covered_in_the_morning(story):
    assert await asleep(story, "Jonas", "/saker", hours=9) == [NEUTRAL]
    assert story.last("Jonas") == NEWS
    await story.presses("Jonas", "Vis")
    assert "Ida" in "\n".join([story.last("Jonas"), *story.buttons("Jonas")])


@begins(all_have_said_yes)
async def test_a_short_restart_covers_no_answer(story):
    story.waiting.add("Jonas")
    assert NEUTRAL not in await asleep(story, "Jonas", "/saker", minutes=4)
    assert "Ida" in "\n".join([story.last("Jonas"), *story.buttons("Jonas")])


@pytest.mark.on_telegram("Kari", why="a lock screen")
@begins(all_have_said_yes)
async def test_a_stop_heard_late_says_that_all_is_stopped_and_names_nobody(story):
    pushes = await asleep(story, "Kari", "stopp", hours=9)
    assert any("er stoppet nå" in push for push in pushes)
    assert not any("Fyret" in push or "Ida" in push for push in pushes)
    await story.presses("Kari", "Vis")


async def test_help_heard_late_is_help(story):
    story.waiting.add("Ida")
    assert "Ring 113 nå" in "".join(await asleep(story, "Ida", "/hjelp", hours=9))
