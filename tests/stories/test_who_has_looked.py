"""The family sees who has looked and asks why; only who asked gets the answer."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from models.audit import AuditEntry
from tests.look_setup import told_on_fridays
from tests.stories.beginnings import all_have_said_yes, amina_takes_part, begins, ida_has_asked
from tests.stories.words import ABSENT, NEWS, WAITS

NOTHING = "Ingen ansatte har sett her ennå."
WEEK = "Det er noe du kan lese her når det passer.\n[Vis]"


async def readings(story) -> int:
    counted = select(func.count()).where(AuditEntry.action.like("%.read"))
    return await story.app.store.read(lambda session: session.scalar(counted))


@pytest.mark.slow
@begins(all_have_said_yes)
async def test_a_view_that_is_opened_is_one_line_however_often_it_is_tried(story):
    before = await readings(story)
    story.trouble(method="editMessageText", code=502, contains="du er stafettholder")
    await story.presses("Jonas", "Vis")
    after = await readings(story)
    await story.presses("Jonas", "Åpne saken")
    await story.passes(minutes=2)
    assert "Ida: du er stafettholder." in story.last("Jonas")
    assert (after, await readings(story)) == (before + 1, before + 2)
    await story.types("Ida", "/hvemharsett")
    assert story.last("Ida") == (
        "Dette er de siste gangene noen ansatte har sett:\n\n"
        "1. mandag 23. november kl. 10.00: stafettholderen, Fjordvik ungdomsskole.\n"
        "Så på saken, for å samarbeide om hjelpen.\n"
        "[Hvorfor? 1]"
    )


@pytest.mark.slow
@begins(amina_takes_part)
async def test_ida_asks_why_and_amina_answers_without_knowing_who_asked(story):
    await story.passes(minutes=20)
    await story.types("Amina", "/saker")
    await story.presses("Amina", "Ida: du er deltaker")
    story.news()
    await story.types("Ida", "/hvemharsett")
    await story.presses("Ida", "Hvorfor? 1")
    assert "en som er med, Fyret fritidsklubb.\nSå på saken" in story.last("Ida")
    await story.presses("Ida", "Spør hvorfor")
    assert "Du har spurt hvorfor. Svar er lovet senest torsdag 26. november." in story.last("Ida")
    news = story.news()
    assert set(news) == {"Ida", "Amina"}
    assert news["Amina"] == [WAITS]
    await story.presses("Amina", "Vis")
    assert story.last("Amina") == (
        "Noen lurer på hvorfor du så på saken mandag 23. november kl. 10.20.\n"
        "Det gjelder Ida.\n"
        "Svar senest torsdag 26. november. Bare den som spurte, ser svaret.\n"
        "[Svar]"
    )
    await story.presses("Amina", "Svar", "Noe annet, som jeg skriver")
    await story.types("Amina", "Vi avtalte det på klubben")
    await story.presses("Amina", "Ja, send")
    news = story.news()
    assert set(news) == {"Ida", "Amina"}
    assert news["Ida"] == [NEWS]
    await story.presses("Ida", "Vis")
    assert "Du spurte hvorfor. Svaret:\n«Vi avtalte det på klubben»" in story.last("Ida")
    await story.types("Kari", "/hvemharsett")
    await story.presses("Kari", "Hvorfor? 1")
    assert "[Spør hvorfor]" in story.last("Kari")
    assert "klubben»" not in story.phone("Kari") + story.phone("Per") + story.phone("Jonas")


@begins(amina_takes_part)
async def test_the_family_is_told_once_a_week_if_somebody_looked(story):
    await story.app.store.write(told_on_fridays, story.clock.now())
    await story.comes(27, 11, 14)
    story.news()
    await story.comes(27, 11, 16)
    news = story.news()
    assert (news["Ida"], news["Kari"]) == ([WEEK], [WEEK])
    assert news["Per"] == ["Det er noko du kan lese her når det passar.\n[Vis]"]
    assert set(news) == {"Ida", "Kari", "Per"}
    await story.presses("Ida", "Vis")
    assert "Så på saken" in story.last("Ida")
    story.news()
    await story.comes(4, 12, 16)
    assert story.news() == {}


@begins(ida_has_asked)
async def test_what_ida_keeps_from_her_parents_leaves_no_trace_with_them(story):
    """She lets them know that she gets a los; then no longer."""
    await story.presses("Randi", "Vis")
    await story.types("Kari", "/hvemharsett")
    assert "rektor, Fjordvik ungdomsskole.\nSå på ønsket om los" in story.last("Kari")

    def keep(session):
        from models.requests import Request

        session.scalars(select(Request)).one().parents_know = "nothing"

    await story.app.store.write(keep)
    await story.types("Kari", "/hvemharsett")
    assert story.last("Kari") == NOTHING
    await story.app.store.write(told_on_fridays, story.clock.now())
    story.news()
    await story.comes(27, 11, 16)
    assert {who for who, said in story.news().items() if who != "Randi"} == {"Ida"}


@begins(amina_takes_part)
async def test_staff_and_strangers_have_no_log_of_anyone(story):
    for who in ("Jonas", "Amina", "Randi", "Sam"):
        await story.types(who, "/hvemharsett")
        assert story.last(who) in (NOTHING, "No staff have looked here yet.")
    await story.types("Ida", "/hvemharsett")
    data = next(
        button["callback_data"]
        for row in story.messages("Ida")[-1]["inline_keyboard"]
        for button in row
    )
    await story.presses_data("Jonas", data, story.messages("Ida")[-1]["message_id"])
    assert story.toast("Jonas") == ABSENT
