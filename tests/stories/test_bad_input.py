"""Anything at all, at any moment, from anyone: one short polite line, and the question stays."""

from __future__ import annotations

import pytest

from tests.stories.beginnings import THAT, all_are_asked, begins, ida_has_asked, lise_is_asked
from tests.stories.words import ABSENT, CANCELLED, LOST, NOT_OPEN, QUESTION

WHERE = "Hvor vil du møtes?"


async def ida_is_asked_where(story) -> None:
    await story.types("Ida", "/los")
    await story.presses("Ida", "Skolen")


def data_of(story, who: str, label: str) -> tuple[str, int]:
    """What a button of someone's phone carries, and the message it is on."""
    return next(
        (button["callback_data"], message["message_id"])
        for message in reversed(story.messages(who))
        for row in message["inline_keyboard"]
        for button in row
        if button["text"] == label
    )


@begins(ida_is_asked_where)
async def test_words_where_buttons_are_asked_for_get_a_hint_and_the_question_again(story):
    for words in ("x" * 4096, "🙂" * 2048, "På skolen", "jaså", "'; DROP TABLE people; --", "0"):
        await story.types("Ida", words)
        news = story.news()
        assert set(news) == {"Ida"}
        assert news["Ida"][-1].startswith(f"Trykk på en av knappene.\n\n{WHERE}\n[På skolen]\n")
    await story.presses("Ida", "På skolen")
    assert story.question("Ida").startswith("Når passer det?")


@pytest.mark.slow
@begins(ida_is_asked_where)
async def test_a_command_inside_a_flow_gets_one_answer_and_nobody_else_hears_of_it(story):
    for command in ("/finnesikke", "/ko", "/inviter", "/START", "/los@noen_annen"):
        await story.types("Ida", command)
        news = story.news()
        assert set(news) == {"Ida"}
        assert len(news["Ida"]) == 1


@pytest.mark.slow
@begins(ida_is_asked_where)
async def test_after_any_command_but_a_new_flow_the_question_still_stands(story):
    for command in (
        "/saker",
        "/samtykke",
        "/moter",
        "/personvern",
        "/minedata",
        "/stopp",
        "/tull",
    ):
        await story.types("Ida", command)
        assert story.last("Ida").split("\n")[0] != WHERE
    await story.presses("Ida", "På skolen")
    assert story.count("Ida", "Når passer det?") == 1
    await story.types("Ida", "/avbryt")
    assert story.last("Ida") == CANCELLED
    await story.types("Ida", "/avbryt")
    assert story.last("Ida").startswith("Det er ingenting å avbryte.")


@begins(ida_is_asked_where)
async def test_callback_data_nobody_gave_out_reveals_nothing(story):
    newest = story.messages("Ida")[-1]["message_id"]
    for data in ("tull", "", "c:", "t:", "t::", "b:1:2", "c:\x00", "æ" * 32, "flow:gi", "1"):
        await story.presses_data("Ida", data or " ", newest)
        assert story.toast("Ida") in (ABSENT, NOT_OPEN, "Den knappen hørte til et eldre spørsmål.")
    assert set(story.news()) <= {"Ida"}
    await story.presses("Ida", "På skolen")
    assert story.question("Ida").startswith("Når passer det?")


@begins(lise_is_asked)
async def test_a_button_copied_from_another_phone_opens_nothing(story):
    """Unknown, foreign and invented sound the same, to strangers and to colleagues."""
    data, message = data_of(story, "Lise", "Vis")
    for who in ("Kari", "Amina", "Jonas", "Ida"):
        await story.presses_data(who, data, message)
        assert story.toast(who) == ABSENT
    await story.presses_data("Sam", data, message)
    assert story.toast("Sam") == "This does not exist, or is not open to you."
    assert set(story.news()) <= {"Sam"}


@begins(all_are_asked)
async def test_nobody_answers_for_another_with_a_copied_button(story):
    await story.presses("Kari", "Vis")
    data, message = data_of(story, "Kari", "Ja, det er greit")
    story.news()
    for who in ("Ida", "Amina", "Jonas"):
        await story.presses_data(who, data, message)
        assert story.toast(who) == ABSENT
    assert story.news() == {}
    await story.types("Kari", "/samtykke")
    assert "Du har ikke svart ennå." in story.last("Kari")


@begins(ida_has_asked)
async def test_two_taps_at_once_do_it_once(story):
    await story.presses("Randi", "Vis", "Gi til los")
    await story.presses_at_once("Randi", "Ja, spør", "Ja, spør")
    news = story.news()
    assert set(news) == {"Randi", "Lise"}
    assert len(news["Lise"]) == 1
    await story.presses("Lise", "Vis")
    await story.presses_at_once("Lise", "Ja, jeg tar den", "Ja, jeg tar den")
    news = story.news()
    assert len(news["Ida"]) == len(news["Randi"]) == 1


@pytest.mark.slow
async def test_two_taps_at_once_on_a_question_answer_it_once(story):
    await ida_is_asked_where(story)
    await story.presses_at_once("Ida", "På skolen", "På skolen")
    assert story.last("Ida").startswith("Når passer det?")
    await story.presses_at_once("Ida", "☐ I helgen", "☐ I helgen")
    assert "☑ I helgen" in story.buttons("Ida")


@pytest.mark.slow
@begins(ida_is_asked_where)
async def test_words_at_a_question_of_many_leave_its_ticks_alone(story):
    await story.presses("Ida", "På skolen", "☐ I helgen")
    for words in ("i helga da", "ja", "😶"):
        await story.types("Ida", words)
        assert "☑ I helgen" in story.buttons("Ida"), words
    assert "Trykk på en av knappene." in story.question("Ida")
    await story.presses("Ida", "☐ I skoletiden")
    assert "Trykk på" not in story.question("Ida")
    await story.presses("Ida", "Ferdig", "Her i chatten", THAT)
    assert "Tid: I skoletiden, I helgen" in story.question("Ida")


@pytest.mark.slow
@begins(ida_is_asked_where)
async def test_words_that_crossed_the_question_on_its_way_leave_the_ticks_too(story):
    await story.presses("Ida", "På skolen")
    old = story.carried("Ida", "☐ I helgen")
    await story.presses("Ida", "☐ I helgen")
    await story.types("Ida", "hei")
    await story.presses_data("Ida", *old)  # of the message that the words came after
    assert "☑ I helgen" in story.buttons("Ida")


@pytest.mark.slow
async def test_a_request_sent_with_two_taps_is_one_request(story):
    await story.types("Ida", "/los")
    await story.presses("Ida", "Skolen", "På skolen", "☐ I helgen", "Ferdig", "På skolen")
    await story.presses("Ida", "Ja, de kan få vite om det")
    await story.presses_at_once("Ida", "Ja, send", "Ja, send")
    assert story.count("Ida", "Skolen har fått ønsket ditt.") == 1
    assert len(story.news()["Randi"]) == 1


@pytest.mark.slow
@begins(ida_is_asked_where)
async def test_a_question_of_months_ago_is_not_open_any_more(story):
    at_school = story.carried("Ida", "På skolen")
    await story.passes(days=100)
    await story.presses_data("Ida", *at_school)
    assert story.toast("Ida") == NOT_OPEN
    assert WHERE not in story.phone("Ida")
    await story.types("Ida", "Hjemme")
    assert story.last("Ida") == LOST


@pytest.mark.slow
@begins(all_are_asked)
async def test_a_notice_of_months_ago_opens_what_holds_now_or_says_that_it_is_over(story):
    await story.passes(days=100)
    story.news()
    before = len(story.messages("Ida"))
    await story.presses("Ida", "Vis")
    assert set(story.news()) <= {"Ida"}
    assert story.toast("Ida") in (ABSENT, NOT_OPEN, "")
    assert len(story.messages("Ida")) <= before + 1
    assert "Ja, det er greit" not in story.buttons("Ida")


@pytest.mark.slow
@begins(all_are_asked)
async def test_a_yes_pressed_on_an_answered_card_is_not_given_twice(story):
    await story.presses("Ida", "Vis")
    yes, message = data_of(story, "Ida", "Ja, det er greit")
    await story.presses("Ida", "Ja, det er greit")
    await story.passes(seconds=10)
    story.news()
    await story.presses_data("Ida", yes, message)
    assert story.toast("Ida") == "Du har alt sagt ja."
    assert story.news() == {}
    assert story.count("Ida", "Kvittering") == 1


@begins(all_are_asked)
async def test_an_old_yes_after_taking_it_back_is_no_yes(story):
    await story.presses("Ida", "Vis")
    yes, message = data_of(story, "Ida", "Ja, det er greit")
    await story.presses("Ida", "Ja, det er greit", "Ta tilbake", "Ja, stopp delingen")
    story.news()
    await story.presses_data("Ida", yes, message)
    assert story.toast("Ida") == "Dette er endret siden. Her er det som gjelder nå."
    assert "Du har stoppet dette. Det deles ikke." in story.last("Ida") + story.phone("Ida")
    await story.types("Ida", "/samtykke")
    assert "✓" not in story.last("Ida")


@begins(all_are_asked)
async def test_words_too_long_are_asked_for_again_and_not_kept(story):
    assert story.last("Ida") == QUESTION
    await story.types("Amina", "/los")
    await story.types("Amina", "y" * 301)
    assert story.last("Amina").startswith(
        "Det ble litt langt. Skriv det med høyst 300 tegn.\n\nHva heter ungdommen?"
    )
    await story.types("Amina", "y" * 300)
    assert story.last("Amina").startswith("Vet ungdommen at du spør?")
