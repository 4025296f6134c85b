"""A meeting from the first proposal to the minutes, as each of them sees it on the phone."""

from __future__ import annotations

from tests.stories.beginnings import a_meeting_is_called, begins
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


@begins(a_meeting_is_called)
async def test_the_holder_is_asked_the_day_after_and_nobody_else_is(story):
    await story.comes(3, 12, 16)
    story.news()
    await story.comes(4, 12, 10)
    assert story.news() == {"Jonas": [HOW]}


@begins(the_meeting_was_held)
async def test_a_draft_is_the_holders_and_says_so(story):
    assert story.last("Jonas") == (
        "Referat fra møtet om Ida torsdag 3. desember kl. 14.15\n"
        "Ikke ferdig: bare du ser det.\n"
        "Kom ikke: Per. Spør vennlig hvordan det går.\n\n"
        "Ingenting er skrevet ennå. Skriv det dere ble enige om, ett punkt om gangen.\n"
        "Ungdommens mening: Sa sin mening på møtet\n"
        f"«{VOICE}» (foreldrene ser ikke dette)\n"
        "[Skriv et punkt]\n[Endre hvordan det gikk]\n[Alle møtene]"
    )
    await story.presses("Ida", "Vis")
    assert "Referat" not in story.last("Ida")


@begins(the_meeting_was_held)
async def test_final_minutes_are_read_by_the_family_each_seeing_what_is_theirs(story):
    await jonas_finishes(story, "17. desember", "Amina")
    assert story.last("Jonas").startswith(
        f"1. {POINT}\nUngdommens mening: Sa sin mening på møtet\n«{VOICE}» (foreldrene ser ikke "
        "dette)\nVidere: Et nytt møte, torsdag 17. desember\nAmina snakker med ungdommen før "
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
        "Amina snakker med ungdommen før det.\n[Alle møtene]"
    )
    await story.presses("Ida", "Vis")
    assert f"Du sa hva du mener.\n«{VOICE}» (foreldrene ser ikke dette)" in story.last("Ida")
    for who in ("Kari", "Per", "Amina"):
        assert "Kråka" not in story.phone(who)
        assert "Kom ikke" not in story.phone(who)


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
