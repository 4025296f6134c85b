"""Asking for a los: a youth, a parent, a teacher. Nobody gets one without the youth's own yes."""

from __future__ import annotations

import pytest

from tests.stories.beginnings import (
    ASK,
    THAT,
    begins,
    ida_has_asked,
    kari_has_asked,
    lise_is_los,
)
from tests.stories.words import CANCELLED, HOURS, NEWS, WAITS

WISH = """\
Det gjelder: Skolen
Møtested: På skolen
Tid: I skoletiden
Kontakt: Her i chatten
Får foreldrene vite det? Bare at jeg får en los, ikke hvorfor"""
OTHERS = {"Kari", "Per", "Jonas", "Siri", "Amina", "Sam"}


async def test_a_youth_asks_with_buttons_only_and_every_answer_is_repeated(story):
    await story.types("Ida", "/los")
    await story.presses("Ida", *ASK, THAT)
    assert story.last("Ida") == (
        f"Du ber om en los.\n{WISH}\n"
        "Rektor på skolen leser det og bestemmer hvem som får los først.\n"
        "Skal jeg sende det?\n"
        "[Ja, send]\n[Nei, avbryt]\n[‹ Tilbake]"
    )
    assert set(story.news()) == {"Ida"}


@pytest.mark.slow
@begins(ida_has_asked)
async def test_the_receipt_has_a_reference_and_promises_no_date(story):
    assert story.last("Ida") == (
        f"Skolen har fått ønsket ditt. Referansen er {story.told}.\n\n"
        "Rektor på Fjordvik ungdomsskole leser det og bestemmer hva som skjer videre.\n\n"
        "Jeg kan ikke love når svaret kommer.\n"
        "[Hvordan går det?]\n[Trekk ønsket]"
    )
    assert story.last("Randi") == NEWS
    for who in (*OTHERS, "Lise"):
        assert story.messages(who) == []


@pytest.mark.slow
async def test_a_no_at_the_end_sends_nothing(story):
    await story.types("Ida", "/los")
    await story.presses("Ida", *ASK, THAT, "Nei, avbryt")
    assert story.last("Ida") == CANCELLED
    assert set(story.news()) == {"Ida"}


@pytest.mark.slow
async def test_one_may_go_back_and_change_an_answer(story):
    await story.types("Ida", "/los")
    await story.presses("Ida", "Skolen", "‹ Tilbake", "Hjemme", "Et annet sted", *ASK[2:], THAT)
    assert "Det gjelder: Hjemme\nMøtested: Et annet sted\n" in story.last("Ida")


@pytest.mark.slow
@begins(ida_has_asked)
async def test_a_youth_has_one_open_request_and_is_shown_it_when_asking_again(story):
    await story.types("Ida", "/los")
    assert story.news() == {
        "Ida": [
            "Rektor har fått det og skal se på det.\n\n"
            f"{HOURS}\n\n{WISH}\n\nReferanse: {story.told}\n[Trekk ønsket]"
        ]
    }


@begins(ida_has_asked)
async def test_a_guardian_who_asks_learns_nothing_of_the_youths_own_request(story):
    """The receipt is what it would have been; Ida is not asked again and Randi sees one wish."""
    await kari_has_asked(story)
    news = story.news()
    assert set(news) == {"Kari"}
    assert story.last("Kari").endswith(
        "Ungdommen må selv ville ha en los. Sier ungdommen nei, blir det ingen.\n\n"
        "Jeg kan ikke love når svaret kommer.\n[Hvordan går det?]\n[Trekk ønsket]"
    )
    assert story.told not in story.phone("Kari")
    await story.presses("Randi", "Vis")
    assert f"{story.told}: klar, ikke vurdert" in story.last("Randi")
    assert "1 til har spurt." in story.last("Randi")
    await story.types("Randi", "Køen")
    assert story.last("Randi").startswith("1 ønske venter.")


@begins(kari_has_asked)
async def test_when_a_guardian_asks_only_the_youth_is_told(story):
    assert story.last("Ida") == WAITS
    assert story.last("Kari").startswith(
        f"Skolen har fått ønsket ditt. Referansen er {story.told}."
    )
    for who in OTHERS - {"Kari"} | {"Randi", "Lise"}:
        assert story.messages(who) == []


@begins(kari_has_asked)
async def test_the_youth_reads_what_a_los_is_and_all_limits_of_confidentiality(story):
    await story.presses("Ida", "Vis")
    asked = story.last("Ida")
    assert asked.startswith("En foresatt har spurt om du vil ha en los.")
    for limit in (
        "En los har taushetsplikt.",
        "Spør barnevernet, må losen svare.",
        "må losen selv si fra til barnevernet.",
        "gjøre det som trengs for å avverge det.",
        "Det er frivillig.",
        "får den som spurte bare vite at det er avsluttet, ikke hva du svarte",
    ):
        assert limit in asked
    assert story.buttons("Ida") == ["Ja, det vil jeg", "Nei takk", "Snakk med noen først"]


@pytest.mark.slow
@begins(kari_has_asked)
async def test_nothing_can_be_given_before_the_youths_yes(story):
    await story.types("Randi", "Køen")
    await story.presses("Randi", f"{story.told} · kom i dag · venter på ungdommen")
    assert story.buttons("Randi") == ["Avslå", "Til køen"]
    await story.presses("Ida", "Vis", "Ja, det vil jeg")
    assert story.last("Ida").startswith("Rektor har fått det og skal se på det.")
    assert story.last("Randi") == NEWS
    await story.presses("Randi", "Vis")
    assert "Gi til los" in story.buttons("Randi")


@begins(kari_has_asked)
async def test_a_no_ends_it_and_the_one_who_asked_sees_only_that_it_is_closed(story):
    await story.presses("Ida", "Vis", "Nei takk")
    assert story.last("Ida") == "Du har sagt nei takk. Ombestemmer du deg, skriv /los."
    assert set(story.news()) == {"Ida"}
    await story.presses("Kari", "Hvordan går det?")
    assert story.news() == {"Kari": [f"{story.told}: avsluttet"]}


@pytest.mark.slow
@begins(kari_has_asked)
async def test_a_youth_may_want_to_talk_before_answering(story):
    await story.presses("Ida", "Vis", "Snakk med noen først")
    assert story.news() == {
        "Ida": [
            "Det er lurt. Rektor får vite at du vil snakke med noen først, og finner noen.\n\n"
            f"{HOURS}\n\n"
            "Du bestemmer ikke noe ved å snakke. Svar når du er klar.\n"
            "[Ja, det vil jeg]\n[Nei takk]"
        ],
        "Randi": [NEWS],
    }


@pytest.mark.slow
@begins(kari_has_asked)
async def test_an_unanswered_youth_is_reminded_once_and_kindly(story):
    await story.passes(days=3)
    told = "Noe venter fortsatt på svar fra deg. Det haster ikke.\n[Vis]"
    assert story.news() == {"Ida": [told]}
    await story.passes(days=3)
    assert story.news() == {}


@pytest.mark.slow
@begins(kari_has_asked)
async def test_a_youth_who_wants_to_ask_too_is_shown_what_waits_for_an_answer(story):
    await story.types("Ida", "/los")
    assert story.last("Ida").startswith("En foresatt har spurt om du vil ha en los.")
    await story.presses("Ida", "Ja, det vil jeg")
    assert set(story.news()) == {"Ida", "Randi"}


@pytest.mark.slow
async def test_a_teacher_asks_for_a_pupil_and_the_youth_is_asked_first(story):
    await story.types("Jonas", "/los")
    await story.presses("Jonas", "Ja", "Venner", "På fritidsklubben")
    assert story.last("Jonas").startswith(
        "Du ber om en los for Ida.\n"
        "Det gjelder: Venner\nMøtested: På fritidsklubben\nUngdommen vet at du spør.\n"
        "Ungdommen blir spurt først. Ingen los blir gitt uten et ja fra ungdommen selv."
    )
    await story.presses("Jonas", "Ja, send")
    assert set(story.news()) == {"Jonas", "Ida"}
    await story.presses("Ida", "Vis")
    assert story.last("Ida").startswith("Skolen har spurt om du vil ha en los.")


@begins(lise_is_los)
async def test_the_youth_sees_who_the_los_is_and_where_to_find_her(story):
    assert story.last("Ida") == (
        f"Lise er losen din og tar kontakt med deg.\n\n{HOURS}\n\n"
        f"{WISH}\n\nReferanse: {story.told}\n[Jeg vil ikke ha los lenger]"
    )
    for who in OTHERS:
        assert story.messages(who) == []


@pytest.mark.slow
@begins(lise_is_los)
async def test_the_youth_finds_her_los_under_her_cases_though_she_is_in_none(story):
    await story.types("Ida", "Mine saker")
    assert story.last("Ida") == (
        "Du er ikke med i noen sak nå, men du har en los.\n[Hvordan går det?]"
    )
    await story.presses("Ida", "Hvordan går det?")
    assert story.last("Ida").startswith("Lise er losen din")


@pytest.mark.slow
@begins(lise_is_los)
async def test_a_youth_may_end_it_at_any_time_without_a_reason(story):
    await story.presses("Ida", "Jeg vil ikke ha los lenger", "Ja, trekk det")
    assert story.last("Ida") == "Det er gjort. Ombestemmer du deg, skriv /los."
    assert set(story.news()) == {"Ida", "Lise"}
    await story.presses("Lise", "Vis")
    assert story.last("Lise") == f"{story.told}: ungdommen ønsker ikke los lenger."
    assert "Ida" not in story.last("Lise")


@begins(ida_has_asked)
async def test_a_request_taken_back_leaves_the_rektors_queue(story):
    await story.presses("Ida", "Trekk ønsket", "Ja, trekk det")
    assert set(story.news()) == {"Ida"}
    await story.types("Randi", "Køen")
    assert story.last("Randi") == "Køen er tom."


async def test_a_guardians_request_behind_one_that_is_taken_back_is_asked_about(story):
    """Kari does not learn that Ida had asked herself, nor does she wait for nothing."""
    await story.types("Ida", "/los")
    await story.presses("Ida", *ASK, "Nei, ikke si det til dem", "Ja, send")
    await kari_has_asked(story)
    story.news()
    await story.presses("Ida", "Trekk ønsket", "Ja, trekk det")
    assert story.last("Ida") == WAITS
    assert story.news().keys() == {"Ida"}
    await story.presses("Kari", "Hvordan går det?")
    hers = story.last("Kari").partition(":")[0]
    assert story.last("Kari").startswith(f"{hers}: mottatt")
    await story.types("Randi", "Køen")
    await story.presses("Randi", f"{hers} · kom i dag · venter på ungdommen")
    await story.presses("Ida", "Vis")
    assert story.last("Ida").startswith("En foresatt har spurt om du vil ha en los.")
    story.news()
    await story.presses("Ida", "Nei takk")
    assert set(story.news()) == {"Ida"}
    await story.types("Kari", "/status")
    await story.presses("Kari", hers)
    assert story.last("Kari") == f"{hers}: avsluttet"
