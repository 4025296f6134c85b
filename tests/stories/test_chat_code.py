"""A code on a keypad of buttons, asked for when the chat was quiet: never in the way of help or of
taking back."""

from __future__ import annotations

import pytest

from tests.doses import slowly
from tests.stories.beginnings import amina_takes_part, begins, jonas_has_a_case
from tests.stories.test_pausing import DISCREET
from tests.stories.words import NEWS

ASKED = "Trykk koden din for å åpne chatten."
LOCKED = "Koden er stengt etter fem feil."
OPENED = "Åpent. Trykk på det du ville, eller skriv det en gang til."


async def keys(story, who: str, digits: str) -> None:
    await story.presses(who, *digits, "OK")


async def chooses(story, who: str, code: str = "4711") -> None:
    await story.types(who, "/innstillinger")
    await story.presses(who, DISCREET, "Lag en kode")
    await keys(story, who, code)
    await keys(story, who, code)


async def comes_back(story, who: str) -> None:
    """Ten minutes later; what was open has closed."""
    await story.passes(minutes=10)
    story.news()


@begins(amina_takes_part)
async def kari_has_a_code(story) -> None:
    await chooses(story, "Kari")
    assert story.toast("Kari") == "Koden er lagret."
    await comes_back(story, "Kari")


async def test_it_is_pressed_shown_as_dots_and_leaves_no_digit_behind(story):
    await story.types("Ida", "/innstillinger")
    await story.presses("Ida", DISCREET, "Lag en kode")
    assert story.last("Ida").startswith("Velg en kode med 4 til 6 tall.\n\n–")
    count = len(story.messages("Ida"))
    await story.presses("Ida", *"471")
    assert "\n\n● ● ●\n" in story.last("Ida")
    await story.presses("Ida", "⌫")
    assert "\n\n● ●\n" in story.last("Ida")
    await story.presses("Ida", *"12", "OK")
    assert story.last("Ida").startswith("Trykk den samme koden en gang til.")
    await keys(story, "Ida", "4712")
    assert "Denne chatten har kode." in story.last("Ida")
    assert len(story.messages("Ida")) == count
    assert "4712" not in story.phone("Ida")


@pytest.mark.slow
async def test_pressed_fast_every_digit_counts(story):
    await story.types("Ida", "/innstillinger")
    await story.presses("Ida", DISCREET, "Lag en kode")
    await story.presses_at_once("Ida", *"5555", "OK")
    await story.presses_at_once("Ida", *"5555", "OK")
    assert "Denne chatten har kode." in story.last("Ida")


@pytest.mark.slow
async def test_two_that_differ_and_one_too_short_are_no_code(story):
    await story.types("Ida", "/innstillinger")
    await story.presses("Ida", DISCREET, "Lag en kode")
    await keys(story, "Ida", "471")
    assert story.last("Ida").startswith("Koden må ha minst 4 tall.")
    await story.presses("Ida", "1", "OK")
    await keys(story, "Ida", "4712")
    assert story.last("Ida").startswith("De to var ikke like. Prøv på nytt.")
    await story.presses("Ida", "Avbryt")
    assert "Lag en kode" in story.buttons("Ida")
    await story.passes(hours=1)
    await story.types("Ida", "/status")
    assert ASKED not in story.phone("Ida")


@pytest.mark.slow
@begins(kari_has_a_code)
async def test_a_quiet_chat_asks_for_it_and_shows_nothing_before(story):
    await story.types("Kari", "/saker")
    assert story.last("Kari").startswith(ASKED)
    await story.presses("Kari", "1")
    assert "Ida" not in story.phone("Kari")
    await story.presses("Kari", "⌫")
    await keys(story, "Kari", "4711")
    assert story.last("Kari") == OPENED
    await story.types("Kari", "/saker")
    assert "Ida: du er foresatt" in story.last("Kari")
    for _step in range(3):
        await story.passes(minutes=9)
        await story.types("Kari", "/moter")
        assert not story.last("Kari").startswith(ASKED)


@begins(kari_has_a_code)
@pytest.mark.parametrize(
    "words",
    ["/samtykke", *slowly("/saker", "/minedata", "/slett", "/innstillinger", "/los", "hei", "ja")],
)
async def test_whatever_is_said_the_code_comes_first(story, words):
    await story.types("Kari", words)
    assert story.last("Kari").startswith(ASKED)
    assert "Ida" not in story.phone("Kari")


@begins(kari_has_a_code)
async def test_a_button_that_was_left_standing_asks_for_it_too_in_one_place(story):
    for _again in range(3):
        await story.presses("Kari", "Vis")
        assert story.toast("Kari") == "Trykk koden din først."
    assert story.count("Kari", ASKED) == 1


@begins(kari_has_a_code)
async def test_help_needs_no_code(story):
    await story.presses("Kari", "Vis", "Hjelp nå")
    assert "116 111" in story.last("Kari")
    await story.types("Kari", "hjelp")
    assert story.count("Kari", "116 111") == 2


@begins(kari_has_a_code)
async def test_who_speaks_of_danger_gets_help_and_is_asked_nothing(story):
    await story.types("Kari", "jeg vil ikke leve lenger")
    assert "116 111" in story.last("Kari")
    assert ASKED not in story.phone("Kari")


@begins(kari_has_a_code)
@pytest.mark.parametrize("words", ["stopp", *slowly("I withdraw my consent", "/stopp", "stop")])
async def test_taking_back_needs_no_code_and_tells_nothing_of_the_case(story, words):
    await story.types("Kari", words)
    news = story.news()
    assert news["Jonas"] == [NEWS]
    assert any("er stoppet" in told for told in news["Kari"])
    for secret in ("Ida", "Fyret", "Ungdomslosene"):
        assert secret not in "\n".join(news["Kari"])
    await story.types("Kari", "/saker")
    assert story.last("Kari").startswith(ASKED)


@pytest.mark.slow
@begins(amina_takes_part)
async def test_an_old_stop_button_works_without_the_code(story):
    await story.presses("Kari", "Ta tilbake")
    stop = story.carried("Kari", "Ja, stopp delingen")
    await chooses(story, "Kari")
    await comes_back(story, "Kari")
    await story.presses_data("Kari", *stop)
    assert story.news()["Jonas"] == [NEWS]


@begins(kari_has_a_code)
async def test_words_that_only_resemble_stopping_are_told_so_and_open_nothing(story):
    await story.types("Kari", "ikke stopp noe")
    assert story.last("Kari").startswith("Jeg har ikke stoppet noe.")
    assert "Ida" not in story.phone("Kari")


@begins(kari_has_a_code)
async def test_hiding_start_and_privacy_need_no_code(story):
    await story.types("Kari", "/start")
    assert story.last("Kari").startswith("Hei! Jeg er Fjordvik kommune")
    await story.types("Kari", "/personvern")
    assert story.last("Kari").startswith("Personvern")
    await story.types("Kari", "/skjul")
    assert story.last("Kari") == "Hei. Trykk Start når du vil."


@pytest.mark.slow
@begins(amina_takes_part)
async def test_a_chat_that_was_hidden_asks_at_once(story):
    await chooses(story, "Kari")
    await story.types("Kari", "/skjul")
    await story.types("Kari", "/saker")
    assert story.last("Kari").startswith(ASKED)


@pytest.mark.slow
@begins(kari_has_a_code)
async def test_five_wrong_ones_shut_it_also_after_a_restart(story):
    await story.types("Kari", "/saker")
    for left in (4, 3, 2):
        await keys(story, "Kari", "1111")
        assert story.last("Kari").startswith(f"Feil kode. Du har {left} forsøk igjen.")
    await story.restarts()
    await keys(story, "Kari", "1111")
    await keys(story, "Kari", "1111")
    assert story.last("Kari").startswith(LOCKED)
    await story.restarts()
    await story.types("Kari", "/saker")
    assert story.last("Kari").startswith(LOCKED)
    await story.passes(days=3)
    await story.types("Kari", "/saker")
    assert story.last("Kari").startswith(LOCKED)
    await story.types("Kari", "stopp")
    assert "er stoppet" in story.phone("Kari")


@pytest.mark.slow
@begins(kari_has_a_code)
async def test_a_right_one_forgives_the_wrong_ones_before_it(story):
    await story.types("Kari", "/saker")
    for code in ("1111", "1111", "1111", "1111", "4711"):
        await keys(story, "Kari", code)
    assert story.last("Kari") == OPENED
    await comes_back(story, "Kari")
    await story.types("Kari", "/saker")
    await keys(story, "Kari", "1111")
    assert "4 forsøk igjen" in story.last("Kari")


@pytest.mark.slow
@begins(amina_takes_part)
async def test_changing_and_removing_it_takes_the_code_there_is(story):
    await chooses(story, "Kari")
    await story.presses("Kari", "Bytt kode")
    assert story.last("Kari").startswith("Trykk koden du har nå.")
    await keys(story, "Kari", "4711")
    await keys(story, "Kari", "902100")
    await keys(story, "Kari", "902100")
    await comes_back(story, "Kari")
    await story.types("Kari", "/saker")
    await keys(story, "Kari", "4711")
    assert "Feil kode." in story.last("Kari")
    await keys(story, "Kari", "902100")
    await story.types("Kari", "/innstillinger")
    await story.presses("Kari", DISCREET, "Fjern koden")
    await keys(story, "Kari", "902100")
    assert story.toast("Kari") == "Koden er fjernet."
    await comes_back(story, "Kari")
    await story.types("Kari", "/saker")
    assert "Ida: du er foresatt" in story.last("Kari")


@pytest.mark.slow
@begins(kari_has_a_code)
async def test_an_old_keypad_is_heard_no_more(story):
    await story.types("Kari", "/saker")
    old = story.carried("Kari", "1")
    await keys(story, "Kari", "4711")
    await story.presses_data("Kari", *old)
    assert story.toast("Kari") == "Dette tastaturet er gammelt."


@pytest.mark.slow
@begins(jonas_has_a_case)
async def test_staff_take_it_off_with_a_new_link_when_the_two_stand_together(story):
    await chooses(story, "Ida", "2468")
    await comes_back(story, "Ida")
    await story.types("Ida", "/saker")
    for _try in range(5):
        await keys(story, "Ida", "1111")
    await story.types("Jonas", "/inviter")
    await story.presses("Jonas", "Ida", "Ja, lag lenken")
    link = next(w for w in story.last("Jonas").split() if w.startswith("https://t.me/"))
    await story.types("Ida", f"/start {link.partition('start=')[2]}")
    assert story.last("Ida").startswith("Koden din er ")
    await story.presses("Jonas", "Vis", "Stemmer")
    assert any("Koden til denne chatten er tatt bort." in m["text"] for m in story.messages("Ida"))
    await story.types("Ida", "/saker")
    assert ASKED not in story.last("Ida")
    assert LOCKED not in story.last("Ida")


@begins(kari_has_a_code)
async def test_anothers_link_opens_nothing(story):
    await story.types("Jonas", "/inviter")
    await story.presses("Jonas", "Ida", "Ja, lag lenken")
    link = next(w for w in story.last("Jonas").split() if w.startswith("https://t.me/"))
    await story.types("Kari", f"/start {link.partition('start=')[2]}")
    assert story.last("Kari") == "Dette finnes ikke, eller er ikke åpent for deg."


@begins(kari_has_a_code)
async def test_a_code_that_was_written_is_taken_away_at_once_and_opens_nothing(story):
    await story.types("Kari", "/saker")
    for written in ("4711", "4 7 1 1", "4711."):
        await story.types("Kari", written)
        assert written not in story.phone("Kari").split("Lock screen")[0]
        assert story.last("Kari").startswith("Trykk tallene på tastaturet under.")
        assert ASKED in story.last("Kari")
        assert story.count("Kari", ASKED) == 1
    await keys(story, "Kari", "4711")
    assert story.last("Kari") == OPENED


@pytest.mark.slow
async def test_nor_does_one_stand_in_the_chat_while_it_is_chosen(story):
    await story.types("Ida", "/innstillinger")
    await story.presses("Ida", DISCREET, "Lag en kode")
    await story.types("Ida", "4711")
    assert "4711" not in story.phone("Ida")
    assert "Velg en kode med 4 til 6 tall." in story.last("Ida")
    await keys(story, "Ida", "4711")
    await keys(story, "Ida", "4711")
    assert "Denne chatten har kode." in story.last("Ida")
