"""What was said about a meeting, opened again after it was moved; and whom its list still holds."""

from __future__ import annotations

import pytest

from tests.stories.beginnings import a_meeting_is_called, begins

OLD_TIME, NEW_TIME = "torsdag 3. desember kl. 14.15", "fredag 4. desember kl. 10.00"


async def jonas_moves_it(story) -> None:
    await story.types("Jonas", "/moter")
    await story.presses("Jonas", f"Ida: {OLD_TIME}", "Flytt")
    await story.types("Jonas", "fredag 4. desember kl 10")
    await story.presses("Jonas", "Ja, flytt møtet")
    await story.passes(minutes=11)  # what was opened has closed


@begins(a_meeting_is_called)
@pytest.mark.parametrize(
    ("answer", "thanks"),
    [
        (["Kommer"], "Så fint at du kommer."),
        pytest.param(
            ["Noe annet", "Gruer meg", "Snakke med noen først"],
            "får vite hva som ville hjulpet",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            ["Annet tidspunkt"], "får vite at du ønsker et annet tidspunkt", marks=pytest.mark.slow
        ),
        pytest.param(
            ["Noe annet", "Gruer meg"], "Takk for at du sier det.", marks=pytest.mark.slow
        ),
    ],
)
async def test_thanks_for_an_answer_do_not_stand_above_another_time(story, answer, thanks):
    await story.presses("Ida", *answer)
    assert thanks in story.phone("Ida")
    _vis, card = story.carried("Ida", "Vis møtet" if answer[-1] == "Gruer meg" else "Alle møter")
    await jonas_moves_it(story)
    for message in story.messages("Ida"):
        if message["message_id"] == card:
            [[vis]] = message["inline_keyboard"]
    await story.presses_data("Ida", vis["callback_data"], card)
    [shown] = [m["text"] for m in story.messages("Ida") if m["message_id"] == card]
    assert NEW_TIME in shown
    assert thanks not in shown
    assert "Svaret ditt" not in shown


@begins(a_meeting_is_called)
async def test_who_may_know_no_more_is_on_the_list_of_nobody(story):
    await story.presses("Amina", "Kommer")
    await story.types("Jonas", "/moter")
    await story.presses("Jonas", f"Ida: {OLD_TIME}")
    assert "Amina: kommer" in story.last("Jonas")
    await story.types("Kari", "stopp")
    for who, opens in (("Jonas", f"Ida: {OLD_TIME}"), ("Ida", OLD_TIME.capitalize())):
        await story.types(who, "/moter")
        label = next(b for b in story.buttons(who) if opens.lower() in b.lower())
        await story.presses(who, label)
        assert "Møte" in story.last(who)
        assert "Amina" not in story.last(who)
        assert "Per" in story.last(who)
