"""A meeting from the first proposal to the minutes, as each of them sees it on the phone."""

from __future__ import annotations

import pytest

from tests.stories.beginnings import a_meeting_is_called, amina_takes_part, begins
from tests.stories.words import NEWS

HOW = "Hvordan gikk avtalen?\n[Vis]"
POINT, VOICE = "Ida får sitte foran i klassen", "Jeg vil at Kråka sitter et annet sted"


async def jonas_says_how_it_went(story, *came: str) -> None:
    await story.presses("Jonas", "Vis", "Si hvordan møtet gikk", "Ja, vi møttes")
    await story.presses("Jonas", *(f"☐ {name}" for name in came), "Ferdig")


async def jonas_finishes(story, when: str, who: str = "Jonas") -> None:
    await story.presses("Jonas", "Skriv et punkt")
    await story.types("Jonas", POINT)
    await story.presses("Jonas", "Ja, lagre", "Gjør ferdig", "Det er alt, gå videre")
    await story.presses("Jonas", "Et nytt møte")
    await story.types("Jonas", when)
    await story.presses("Jonas", who)


@begins(a_meeting_is_called)
async def the_meeting_was_held(story) -> None:
    """Friday 4 December: Ida, Kari and Amina came, Per did not; Ida said what she thinks."""
    await story.comes(4, 12, 10)
    await jonas_says_how_it_went(story, "Ida", "Kari", "Amina")
    await story.presses("Jonas", "Sa sin mening på møtet")
    await story.types("Jonas", VOICE)
    await story.presses("Jonas", "Ja, lagre")


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_the_holder_is_asked_the_day_after_and_nobody_else_is(story):
    await story.comes(3, 12, 16)
    story.news()
    await story.comes(4, 12, 10)
    assert story.news() == {"Jonas": [HOW]}


@pytest.mark.slow
@begins(the_meeting_was_held)
async def test_a_draft_is_the_holders_and_says_so(story):
    assert story.last("Jonas") == (
        "Referat fra møtet om Ida torsdag 3. desember kl. 14.15\n"
        "Ikke ferdig: bare du ser det.\n"
        "Var ikke med: Per. Spør vennlig hvordan det går.\n\n"
        "Ingenting er skrevet ennå. Skriv det dere ble enige om, ett punkt om gangen.\n"
        "Ida selv: Sa sin mening på møtet\n"
        f"«{VOICE}» (foreldrene ser ikke dette)\n"
        "[Skriv et punkt]\n[Endre hvordan det gikk]\n[Alle møtene]"
    )
    await story.presses("Ida", "Vis")
    assert "Referat" not in story.last("Ida")


@begins(the_meeting_was_held)
async def test_final_minutes_are_read_by_the_family_each_seeing_what_is_theirs(story):
    await jonas_finishes(story, "17. desember", "Amina")
    assert story.last("Jonas").startswith(
        f"1. {POINT}\nIda selv: Sa sin mening på møtet\n«{VOICE}» (foreldrene ser ikke "
        "dette)\nVidere: Et nytt møte, torsdag 17. desember\nAmina snakker med Ida før "
        "det.\n\nDette leses av: Ida og foresatte. Etterpå kan du bare føye til. Er det ferdig?"
    )
    story.news()
    await story.presses("Jonas", "Ja, gjør ferdig")
    news = story.news()
    assert set(news) == {"Jonas", "Ida", "Kari", "Per", "Amina"}
    assert news["Kari"] == news["Amina"] == [NEWS]
    await story.presses("Kari", "Vis")
    assert story.last("Kari") == (
        "Referat fra møtet om Ida torsdag 3. desember kl. 14.15\n\n"
        f"1. {POINT}\n\nVidere: Et nytt møte, torsdag 17. desember\n"
        "Amina snakker med Ida før det.\n\nStemmer dette?\n"
        "[Stemmer]\n[Rett på]\n[Forstår ikke]\n[Alle møtene]"
    )
    await story.presses("Kari", "Rett på")
    await story.types("Kari", "Det var bakerst, ikke foran")
    await story.presses("Kari", story.buttons("Kari")[0])
    assert "Du har rettet på det: «Det var bakerst, ikke foran»" in story.last("Kari")
    await story.presses("Ida", "Vis")
    assert f"Du sa hva du mener.\n«{VOICE}» (foreldrene ser ikke dette)" in story.last("Ida")
    for who in ("Kari", "Per", "Amina"):
        assert "Kråka" not in story.phone(who)
        assert "Var ikke med" not in story.phone(who)
    await story.presses("Per", story.buttons("Per")[0])
    assert "bakerst" not in story.phone("Per")
    await story.presses("Jonas", "Vis")
    assert "bakerst" in story.phone("Jonas")


@pytest.mark.slow
@begins(the_meeting_was_held)
async def test_the_adult_talks_with_the_youth_and_writes_it_down(story):
    await jonas_finishes(story, "17. desember", "Amina")
    await story.presses("Jonas", "Ja, gjør ferdig")
    await story.presses("Amina", "Vis", "Skriv ned en samtale", story.buttons("Amina")[0])
    await story.presses("Amina", story.buttons("Amina")[0], "Vi snakket sammen")
    await story.types("Amina", "Det går bedre på bussen, sier kråka")
    await story.presses("Amina", "Ja, lagre")
    story.news()
    await story.comes(16, 12, 10)
    assert "Det er noe du skal følge opp." not in story.phone("Jonas")
    await story.types("Ida", "/saker")
    await story.presses("Ida", "Samarbeidet om deg", "Møter", "Samtaler mellom møtene")
    assert "Amina: Vi snakket sammen\n«Det går bedre på bussen, sier kråka»" in story.last("Ida")
    await story.types("Kari", "/saker")
    await story.presses("Kari", story.buttons("Kari")[0], "Møter")
    assert "Samtaler mellom møtene" not in story.buttons("Kari")


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_a_youth_who_did_not_come_is_met_kindly(story):
    await story.comes(4, 12, 10)
    await jonas_says_how_it_went(story, "Kari")
    await story.presses("Jonas", "Var ikke med, og er ikke spurt ennå", "Ja, lagre")
    await story.presses("Ida", "Vis")
    assert story.last("Ida").startswith(
        "Vi savnet deg sist. Det er helt greit at det ikke passet.\n\nVil du snakke med noen"
    )
    await story.presses("Ida", "Alt er greit")
    assert story.toast("Ida") == "Fint. Takk for at du sa fra."


# --- finding a time ------------------------------------------------------------------------------

FIND = "Når passer det for deg? Det er foreslått noen tider.\n[Vis]"


@begins(amina_takes_part)
async def times_are_proposed(story) -> None:
    """Tuesday 8 and Wednesday 9 December at 14, to the family and Amina."""
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder", "Møter", "Foreslå tider")
    await story.types("Jonas", "8. desember kl 14")
    await story.types("Jonas", "9. desember kl 14")
    await story.presses("Jonas", "Nei, to er nok", "45 minutter", "På skolen")
    await story.presses("Jonas", "☐ Amina (Fyret fritidsklubb)", "Ferdig", "Ja, spør dem")


@pytest.mark.slow
@begins(times_are_proposed)
async def test_everybody_says_what_suits_and_sees_nobody_elses_answer(story):
    assert {story.last(who) for who in ("Ida", "Kari", "Amina")} == {FIND}
    await story.presses("Kari", "Vis")
    assert story.last("Kari") == (
        "Når passer et møte om Ida?\n"
        "1. tirsdag 8. desember kl. 14.00\n2. onsdag 9. desember kl. 14.00\n"
        "Varer: 45 minutter\nSted: På skolen\nBare Jonas ser hva du svarer.\n"
        "[1: Passer] [1: Om jeg må] [1: Kan ikke]\n[2: Passer] [2: Om jeg må] [2: Kan ikke]"
    )
    await story.presses("Kari", "1: Kan ikke", "2: Passer")
    await story.presses("Per", story.buttons("Per")[0])
    await story.presses("Per", story.buttons("Per")[0])
    await story.presses("Ida", "Vis", "1: Om jeg må", "2: Passer")
    story.news()
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder", "Møter", "Tider som er foreslått")
    assert story.last("Jonas").startswith(
        "Tider for et møte om Ida:\n\ntirsdag 8. desember kl. 14.00\n1 passer for: Per\n"
        "1 om de må: Ida\n1 kan ikke: Kari\n1 har ikke svart: Amina\n\n"
    )
    for who in ("Ida", "Kari", "Per", "Amina"):
        assert "kan ikke: Kari" not in story.phone(who)
    assert "om de må" not in story.phone("Kari")


@pytest.mark.slow
@begins(times_are_proposed)
async def test_one_is_chosen_and_called(story):
    await story.presses("Ida", "Vis", "1: Om jeg må", "2: Passer")
    await story.presses("Jonas", "Velg onsdag 9. desember kl. 14.00", "Ja, kall inn")
    assert "Når: onsdag 9. desember kl. 14.00" in story.last("Jonas")
    assert story.last("Kari").startswith("Du har en ny avtale.\nNår: onsdag 9. desember")
    assert "Passer det?" in story.last("Kari")
    assert story.last("Ida") == (
        "Du har en ny avtale.\nNår: onsdag 9. desember kl. 14.00\nDu har sagt at det passer.\n[Vis]"
    )
    assert "Ida: kommer" in story.last("Jonas")
    await story.presses("Amina", "Kommer")
    story.news()
    await story.comes(26, 11, 12)
    assert FIND not in story.news().get("Ida", [])


@pytest.mark.slow
@begins(times_are_proposed)
async def test_it_is_reminded_of_chosen_from_and_then_over(story):
    story.news()
    await story.comes(25, 11, 12)
    assert {who: told for who, told in story.news().items() if who != "Per"} == {
        who: [FIND] for who in ("Ida", "Kari", "Amina")
    }
    await story.comes(26, 11, 12)
    assert story.news() == {"Jonas": ["Velg en tid for en avtale.\n[Vis]"]}
    await story.comes(9, 12, 15)
    assert "Ingen tid ble valgt for en avtale." in story.phone("Jonas")
    await story.presses("Kari", story.buttons("Kari")[0])
    assert story.last("Kari").startswith("Alle tidene er passert.")


# --- before it -----------------------------------------------------------------------------------


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_three_taps_for_the_youth_alone(story):
    await story.comes(1, 12, 15)
    news = story.news()
    assert [each.splitlines()[0] for each in news["Ida"]] == [
        "Du har en avtale torsdag 3. desember kl. 14.15."
    ]  # one push: the way to the taps is on it, and on nobody else's
    assert "[Si hva du ønsker]" in news["Ida"][0]
    assert all("[Si hva du ønsker]" not in "".join(news.get(who, [])) for who in ("Kari", "Per"))
    await story.presses("Ida", "Si hva du ønsker", "Si hva du ønsker", "☐ Skolen")
    await story.presses("Ida", "Ferdig", "☐ Hjemme")
    await story.presses("Ida", "Ferdig", "☐ Per: helst ikke", "Ferdig", "En venn")
    await story.types("Ida", "Kråkevenn")
    await story.types("Ida", "Kråkehemmelighet")
    assert story.last("Ida").startswith(
        "Vil snakke om: Skolen\nVil ikke snakke om: Hjemme\nHelst ikke der: Per\n"
        "Vil ha med: En venn (Kråkevenn)\n«Kråkehemmelighet»\nSkal jeg gi dette til Jonas?"
    )
    await story.presses("Ida", "Ja, gi det videre")
    assert set(story.news()) == {"Ida", "Jonas"}
    await story.presses("Jonas", "Vis", "Lest")
    assert story.toast("Jonas") == "Takk. Da vet ungdommen at det er lest."
    for who in ("Kari", "Per", "Amina", "Randi", "Lise"):
        await story.types(who, "/hvemharsett")
        for word in ("Kråke", "helst ikke", "ønsket før"):
            assert word not in story.phone(who), (who, word)
    await story.types("Ida", "/hvemharsett")
    assert "det du ønsket før et møte" in story.phone("Ida")


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_words_of_danger_in_the_private_taps_bring_the_help_card(story):
    await story.presses("Ida", "Vis", "Si hva du ønsker", "Si hva du ønsker", "Ferdig", "Ferdig")
    await story.presses("Ida", "Ferdig", "Nei, det trengs ikke")
    await story.types("Ida", "Jeg orker ikke leve mer")
    assert "Er det fare for liv? Ring 113 nå." in story.phone("Ida")


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_an_answer_that_needs_help_is_a_small_task_until_it_is_done(story):
    await story.presses("Kari", "Noe annet", "Trenger skyss")
    assert story.last("Kari").startswith("Takk. Jonas får vite det og ordner med deg.")
    await story.comes(2, 12, 15)
    assert "Noen venter på hjelp før en avtale.\n[Vis]" in story.news()["Jonas"]
    await story.presses("Jonas", "Vis", "Gjort: Ordne skyss (Kari)")
    assert story.toast("Jonas") == "Fint. Det er notert."
    assert "Ordne skyss" not in story.last("Jonas")
    assert "skyss" not in story.phone("Per").replace("[Treng skyss]", "").casefold()
