"""People nobody has confirmed: they may ask, and learn nothing about anyone."""

from __future__ import annotations

import re

import pytest

from tests.stories.words import EMERGENCY, NEWS, WAITS

STRANGER = "Meg selv, jeg er 13–24 år"
WISH = ("Skolen", "Hjemme", "☐ I helgen", "Ferdig", "På skolen", "Nei, ikke si det til dem")


async def a_youth_asks(story, who: str) -> str:
    await story.types(who, "/los")
    await story.presses(who, STRANGER, *WISH, "Ja, send")
    return story.last(who)


async def asks_for(story, who: str, named: str) -> str:
    """What the phone shows at last, with the reference and the name taken out."""
    await story.types(who, "/los")
    if "Barnet mitt" in story.buttons(who):
        await story.presses(who, "Barnet mitt")
    await story.types(who, named)
    await story.presses(who, "Nei, ikke ennå", "Skolen", "Ja, send")
    return re.sub(r"L-\w{4}", "L-XXXX", story.phone(who)).replace(named, "NN")


@pytest.mark.slow
async def test_a_youth_nobody_knows_is_sent_to_the_schools_office_with_a_reference(story):
    story.meets("Ola")
    receipt = await a_youth_asks(story, "Ola")
    assert "Skolen må først vite hvem du er. Gå innom kontoret og si referansen." in receipt
    assert set(story.news()) == {"Ola", "Randi"}
    await story.presses("Randi", "Vis")
    assert "Spurt av: ungdommen selv, ikke bekreftet. Telegram viser navnet Ola." in story.last(
        "Randi"
    )
    assert story.buttons("Randi") == ["Hvem er dette?", "Til køen"]


@pytest.mark.slow
async def test_naming_someone_real_shows_what_naming_nobody_shows(story):
    """A parent, another parent and a worker of the club: the same words each time."""
    story.meets("Mor")
    story.meets("Far")
    real, made_up = (
        await asks_for(story, "Mor", "Ida 10B"),
        await asks_for(story, "Far", "Ulv 10B"),
    )
    assert real.replace("Mor: ", "") == made_up.replace("Far: ", "")
    assert set(story.news()) == {"Mor", "Far", "Randi"}


@pytest.mark.slow
async def test_a_club_worker_asks_by_name_and_hears_the_same_whoever_it_is(story):
    first = await asks_for(story, "Amina", "Ida 10B")
    assert set(story.news()) == {"Amina", "Randi"}
    await asks_for(story, "Amina", "Ulv 10B")
    both = re.sub(r"L-\w{4}", "L-XXXX", story.phone("Amina")).replace("Ulv 10B", "NN")
    assert both.replace("Ida 10B", "NN").count("Skolen har fått ønsket ditt.") >= 2
    assert first.count("Ungdommen må selv ville ha en los.") == 1
    await story.presses("Randi", "Vis")
    assert "Skrevet om hvem: Ulv 10B\nSpurt av: fritidsklubben (Amina)" in story.last("Randi")


@pytest.mark.slow
async def test_who_is_named_is_written_to_only_when_the_rektor_has_said_who_it_is(story):
    story.meets("Mor")
    await asks_for(story, "Mor", "Ida 10B")
    assert set(story.news()) == {"Mor", "Randi"}
    await story.presses("Randi", "Vis", "Hvem er dette?", "Ida")
    assert story.last("Randi").startswith("L-")
    assert "gjelder Ida. Ungdommen blir spurt først. Stemmer det?" in story.last("Randi")
    await story.presses("Randi", "Ja, spør ungdommen")
    assert story.news()["Ida"] == [WAITS]
    await story.presses("Ida", "Vis")
    assert story.last("Ida").startswith("Noen har spurt om du vil ha en los.")
    await story.presses("Ida", "Nei takk")
    assert set(story.news()) == {"Ida"}


@pytest.mark.slow
async def test_whatever_the_school_decides_a_stranger_is_told_only_that_it_is_received(story):
    """Known here, or not: the same three lines."""
    story.meets("Mor")
    story.meets("Far")
    for who, named, whom, yes in (
        ("Mor", "Ida 10B", "Ida", "Ja, spør ungdommen"),
        ("Far", "Ulv 10B", "Ikke elev her, eller tas på telefon", "Ja, avslutt"),
    ):
        await asks_for(story, who, named)
        await story.presses("Randi", "Vis", "Hvem er dette?", whom, yes)
        story.news()
        await story.presses(who, "Hvordan går det?")
        assert set(story.news()) == {who}
        assert story.last(who).split(": ", 1)[1] == (
            "mottatt\n\n"
            "Mer kan jeg ikke si før skolen vet hvem du er. Ring skolen og si referansen.\n"
            "[Trekk ønsket]"
        )


@pytest.mark.slow
async def test_an_account_nobody_knows_has_one_open_request(story):
    story.meets("Ola")
    await a_youth_asks(story, "Ola")
    story.news()
    await story.types("Ola", "/los")
    assert story.last("Ola").split("\n")[0].endswith(": mottatt")
    assert story.buttons("Ola") == ["Trekk ønsket"]
    assert set(story.news()) == {"Ola"}


@pytest.mark.slow
async def test_three_a_day_is_enough_for_an_account_nobody_knows(story):
    story.meets("Ola")
    for _time in range(3):
        await asks_for(story, "Ola", "Ulv 10B")
        await story.presses("Ola", "Trekk ønsket", "Ja, trekk det")
    story.news()
    await asks_for(story, "Ola", "Ulv 10B")
    assert story.toast("Ola") == (
        "Det er nok for i dag. Haster det, ring skolen eller trykk Hjelp nå."
    )
    assert set(story.news()) <= {"Ola"}
    await story.passes(days=1, minutes=1)
    await asks_for(story, "Ola", "Ulv 10B")
    assert story.last("Ola").startswith("Skolen har fått ønsket ditt.")


@pytest.mark.parametrize(
    ("label", "words"),
    [
        (
            "Meg selv, jeg er under 13",
            "Du er litt for ung for denne chatten. Det betyr ikke at du",
        ),
        ("Meg selv, jeg er over 24", "Losene er for yngre enn deg. Det finnes andre som kan hjel"),
    ],
)
async def test_outside_the_age_one_is_shown_another_way_and_nothing_is_kept(story, label, words):
    story.meets("Ola")
    await story.types("Ola", "/los")
    await story.presses("Ola", label)
    assert story.last("Ola").startswith(words)
    assert story.buttons("Ola") == ["Hjelp nå"]
    await story.presses("Ola", "Hjelp nå")
    assert story.last("Ola").startswith(EMERGENCY)
    assert set(story.news()) == {"Ola"}


async def test_anyone_may_just_get_in_touch_with_a_los(story):
    story.meets("Ola")
    await story.types("Ola", "/kontakt")
    await story.presses("Ola", "En los", "Møt meg på skolen")
    assert "Navnet du bruker her i chatten, blir vist til den som svarer." in story.last("Ola")
    await story.presses("Ola", "Ja, si fra")
    assert story.last("Ola").startswith(
        "Jeg har sagt fra. Du får en melding her når noen har sett det."
    )
    news = story.news()
    assert set(news) == {"Ola", "Lise"}
    assert news["Lise"] == [WAITS]
    await story.presses("Lise", "Vis", "Svar at jeg har sett det")
    assert story.news()["Ola"] == [NEWS]
    await story.presses("Ola", "Vis")
    assert story.last("Ola").startswith("Lise har sett at du vil ha kontakt.")


async def test_the_project_leader_can_be_reached_too(story):
    await story.types("Ida", "/kontakt")
    await story.presses("Ida", "Prosjektlederen", "Svar meg her", "Ja, si fra")
    assert set(story.news()) == {"Ida", "Siri"}


async def test_what_a_los_is_says_where_confidentiality_ends(story):
    story.meets("Ola")
    await story.types("Ola", "/omlos")
    assert "En los har taushetsplikt." in story.last("Ola")
    assert "si fra til barnevernet" in story.last("Ola")
    assert "avverge det" in story.last("Ola")
    assert story.buttons("Ola") == ["Be om en los", "Bare ta kontakt", "Hjelp nå"]
