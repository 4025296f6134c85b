"""A yes is taken back in two taps or by a word; it holds at once, and nobody asks why."""

from __future__ import annotations

import pytest

from tests.doses import slowly
from tests.stories.beginnings import (
    a_meeting_is_called,
    all_are_asked,
    amina_takes_part,
    begins,
    something_is_agreed,
)
from tests.stories.words import ABSENT, LOST, NEWS

CHANGED = "Det du har tilgang til her, er endret. Du trenger ikke gjøre noe."
PAUSED = (
    "Noe av samarbeidet er satt på pause. Det deles ikke nå. Du trenger ikke gjøre noe, og "
    "hjelpen fortsetter."
)
STOPPED = (
    "All deling du hadde sagt ja til, er stoppet nå.\n"
    "Du trenger ikke gjøre noe mer. Hjelpen fortsetter som før.\n"
    "Vil du beholde noe, så velg det under. Da får du se teksten på nytt.\n"
    "[Behold: Fyret fritidsklubb og Ungdomslosene]"
)


@begins(amina_takes_part)
async def test_in_two_taps_and_without_a_reason(story):
    await story.presses("Kari", "Ta tilbake")
    assert story.news() == {
        "Kari": [
            "Vil du stoppe delingen med Fyret fritidsklubb og Ungdomslosene?\n\n"
            "Den stopper med en gang. Du trenger ikke si hvorfor, og hjelpen fortsetter likevel.\n"
            "Den stopper også for andre i familien som har sagt ja.\n"
            "Ombestemmer du deg, kan du si ja på nytt.\n"
            "[Ja, stopp delingen]\n[Nei, la det stå]"
        ]
    }
    await story.presses("Kari", "Ja, stopp delingen")
    news = story.news()
    assert set(news) == {"Kari", "Ida", "Per", "Jonas", "Amina"}
    assert news["Kari"][1].partition("\n")[2] == (
        "Du stoppet delingen med Fyret fritidsklubb og Ungdomslosene.\n"
        "Det gjelder fra mandag 23. november kl. 10.00.\n"
        "Ingen får vite hvorfor. Det noen alt har lest, kan ikke gjøres ulest.\n"
        "Jeg fjerner 1 melding hos dem som mister tilgang."
    )
    assert news["Ida"] == news["Jonas"] == [NEWS]
    assert news["Amina"] == [CHANGED]


@pytest.mark.slow
@begins(amina_takes_part)
async def test_a_second_thought_changes_nothing(story):
    await story.presses("Kari", "Ta tilbake", "Nei, la det stå")
    news = story.news()
    assert set(news) == {"Kari"}
    assert "✓ Du har sagt ja. Det gjelder nå." in news["Kari"][0]
    await story.types("Amina", "/saker")
    assert story.buttons("Amina") == ["Ida: du er deltaker"]


@begins(amina_takes_part)
async def test_a_service_loses_access_at_once(story):
    """A button of Amina's card, pressed before her phone took the card away, opens nothing."""
    await story.presses("Amina", "Mål og tiltak")
    assert story.last("Amina") == "Det er ingen tiltak å vise her nå."
    await story.types("Amina", "/saker")
    await story.presses("Amina", "Ida: du er deltaker")
    assert story.last("Amina").startswith("Ida: du er med fra Fyret fritidsklubb.")
    card = story.messages("Amina")[-1]
    tiltak = card["inline_keyboard"][0][0]["callback_data"]
    await story.presses("Kari", "Ta tilbake", "Ja, stopp delingen")
    story.news()
    await story.presses_data("Amina", tiltak, card["message_id"])
    assert story.toast("Amina") == ABSENT
    await story.types("Amina", "/saker")
    assert story.last("Amina").startswith("Du er ikke med i noen sak nå.")
    assert set(story.news()) == {"Amina"}


@begins(amina_takes_part)
async def test_the_others_learn_that_it_is_paused_and_not_by_whom(story):
    await story.presses("Kari", "Ta tilbake", "Ja, stopp delingen")
    await story.presses("Ida", "Vis")
    assert story.last("Ida") == PAUSED
    await story.types("Per", "/samtykke")
    await story.presses("Jonas", "Vis")
    assert story.last("Jonas") == (
        "Ida: Et samtykke er tatt tilbake. Det gjelder med en gang. Spør ikke hvorfor; hjelpen "
        "fortsetter.\n[Åpne saken]"
    )
    await story.presses("Jonas", "Åpne saken")
    assert "Spør ikke hvorfor." in story.last("Jonas")
    for who in ("Ida", "Per"):
        assert "Kari" not in story.phone(who)
    assert "Kari" not in story.last("Jonas")


@pytest.mark.slow
@begins(amina_takes_part)
async def test_an_old_notice_of_a_pause_says_what_holds_when_it_is_opened(story):
    await story.types("Kari", "stopp")
    old = story.carried("Ida", "Vis")
    await story.presses("Kari", "Behold: Fyret fritidsklubb og Ungdomslosene")
    story.news()
    await story.presses("Kari", "Ja, det er greit")
    news = story.news()
    assert news["Ida"] == [NEWS]
    assert "Per" in news
    await story.presses_data("Ida", *old)
    phone = story.phone("Ida")
    assert "Det var satt på pause. Nå deles det igjen." in phone
    assert "Det deles ikke nå." not in phone
    assert "Kari" not in phone


@begins(amina_takes_part)
@pytest.mark.parametrize(
    "words",
    ["Stopp!", *slowly("/stopp", "jeg trekker samtykket mitt", "stopp delinga", "Stop sharing.")],
)
async def test_a_word_stops_everything_at_once_and_then_asks_what_to_keep(story, words):
    await story.types("Kari", words)
    news = story.news()
    assert set(news) == {"Kari", "Ida", "Per", "Jonas", "Amina"}
    assert story.last("Kari") == STOPPED
    assert news["Amina"] == [CHANGED]


@begins(amina_takes_part)
async def test_words_that_only_resemble_do_not_stop(story):
    not_stopped = (
        "Jeg har ikke stoppet noe. Vil du stoppe all deling, så trykk under eller skriv /stopp.\n\n"
        "Er det noe annet du ikke orker mer, er det hjelp å få nå.\n"
        "[Ja, stopp all deling]\n[Hjelp nå]"
    )
    for words in ("jeg vil ikke stoppe", "ikke stopp", "stopp bussen", "don't stop"):
        await story.types("Kari", words)
        assert story.news() == {"Kari": [not_stopped]}, words
    await story.types("Kari", "nei")
    assert story.news() == {"Kari": [LOST]}
    await story.types("Kari", "/samtykke")
    assert "✓ Du har sagt ja. Det gjelder nå." in story.last("Kari")


@begins(amina_takes_part)
async def test_what_is_kept_after_a_stop_is_a_new_yes_to_the_text_shown_again(story):
    await story.types("Kari", "stopp")
    await story.presses("Kari", "Behold: Fyret fritidsklubb og Ungdomslosene")
    assert "Du har stoppet dette. Det deles ikke." in story.last("Kari")
    story.news()
    await story.presses("Kari", "Ja, det er greit")
    news = story.news()
    assert news["Kari"][-1].startswith("Kvittering ")
    await story.types("Amina", "/saker")
    assert story.buttons("Amina") == ["Ida: du er deltaker"]


@pytest.mark.slow
@begins(amina_takes_part)
async def test_stopping_twice_says_so_and_tells_nobody_again(story):
    await story.types("Kari", "stopp")
    story.news()
    await story.types("Kari", "/stopp")
    assert story.news() == {
        "Kari": [
            "Du har ikke sagt ja til deling av noe nå, så det er ingenting å stoppe.\n"
            "Vil du ha færre meldinger, så bruk /innstillinger."
        ]
    }


@pytest.mark.slow
@begins(amina_takes_part)
async def test_an_old_stop_button_still_stops(story):
    """Taking back is never stale, whatever was answered since."""
    await story.presses("Kari", "Ta tilbake")
    stop = story.carried("Kari", "Ja, stopp delingen")
    await story.passes(days=60)
    story.news()
    await story.presses_data("Kari", *stop)
    assert story.news()["Amina"][-1] == CHANGED


@pytest.mark.slow
@begins(all_are_asked)
async def test_a_yes_can_be_taken_back_before_the_others_have_answered(story):
    await story.presses("Ida", "Vis", "Ja, det er greit", "Ta tilbake", "Ja, stopp delingen")
    assert set(story.news()) == {"Ida", "Jonas"}
    for who in ("Kari", "Per"):
        await story.presses(who, story.buttons(who)[0])
        await story.presses(who, story.buttons(who)[0])
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder")
    assert "Møter" not in story.buttons("Jonas")


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_what_was_promised_before_is_not_begun_after(story):
    """Amina's reminder of the meeting was due two days before it; the consent went before that."""
    await story.comes(30, 11, 10)
    story.news()
    await story.types("Per", "stopp")
    story.news()
    await story.comes(1, 12, 14, 30)
    assert "Amina" not in story.news()
    await story.comes(4, 12, 10)
    assert "Amina" not in story.news()
    await story.types("Amina", "/moter")
    assert story.last("Amina").startswith("Du har ingen møter som kommer.")


@pytest.mark.slow
@pytest.mark.on_telegram("Amina", why="Telegram fails")
@begins(amina_takes_part)
async def test_what_waits_to_be_sent_when_it_is_taken_back_is_not_sent(story):
    """Telegram asks for patience with Amina; meanwhile Kari takes her yes back."""
    story.trouble(method="sendMessage", retry_after=3600, contains="Du har fått ansvar")
    await something_is_agreed(story)
    assert "ansvar" not in story.phone("Amina")
    await story.presses("Kari", "Ta tilbake", "Ja, stopp delingen")
    story.news()
    await story.passes(hours=2)
    assert story.news() == {"Amina": [CHANGED]}
