"""The rektor's desk: the own queue, advice, priority and neutral answers; and the los's yes."""

from __future__ import annotations

import pytest

from tests.stories.beginnings import begins, ida_has_asked, kari_has_asked, lise_is_asked
from tests.stories.words import CANCELLED, LOOK, NEWS, WAITS

WAITING = "Du står på venteliste. Ingen los er ledig nå, men du er ikke glemt: rektor ser på det"


@begins(ida_has_asked)
async def test_the_queue_shows_references_and_days_and_no_names(story):
    await story.passes(days=2)
    await story.types("Randi", "Køen")
    assert story.last("Randi") == (
        "1 ønske venter.\nTrykk på ett for å se det.\n"
        f"[{story.told} · 2 dager · klar, ikke vurdert]"
    )
    assert set(story.news()) == {"Randi"}


@begins(ida_has_asked)
async def test_only_the_rektor_has_a_queue(story):
    for who in ("Jonas", "Lise", "Siri", "Amina", "Kari", "Ida"):
        await story.types(who, "/ko")
        assert story.last(who) == "Dette finnes ikke, eller er ikke åpent for deg."
        assert set(story.news()) == {who}


@pytest.mark.slow
@begins(ida_has_asked)
async def test_priority_needs_a_reason_which_only_the_school_reads(story):
    await story.presses("Randi", "Vis", "Prioriter", "1: haster mest")
    assert "Bare skolen ser det." in story.last("Randi")
    await story.types("Randi", "Har ventet siden skolestart")
    await story.presses("Randi", "Ja, lagre")
    assert "Prioritet 1 av 3.\nBegrunnelse: Har ventet siden skolestart" in story.last("Randi")
    assert set(story.news()) == {"Randi"}
    await story.presses("Ida", "Hvordan går det?")
    assert story.last("Ida").startswith(
        "Rektor har sett på det. Nå skal du få en los når det er plass."
    )
    assert "skolestart" not in story.phone("Ida")


@begins(ida_has_asked)
async def test_who_regrets_a_decision_gets_the_card_back_with_its_buttons(story):
    await story.presses("Randi", "Vis")
    before = story.last("Randi")
    assert "[Gi til los]" in before
    for regrets in (("Gi til los", "Nei, avbryt"), ("Prioriter", "Avbryt")):
        await story.presses("Randi", *regrets)
        assert story.last("Randi") == f"{CANCELLED}\n[‹ Tilbake]"
        await story.presses("Randi", "‹ Tilbake")
        assert story.last("Randi") == before
    assert set(story.news()) == {"Randi"}


@pytest.mark.slow
@begins(ida_has_asked)
async def test_a_reason_does_not_stay_in_the_chat(story):
    await story.presses("Randi", "Vis", "Prioriter", "2: snart")
    await story.types("Randi", "Har ventet siden skolestart")
    written = [m["text"] for m in story.messages("Randi") if m["from"] == "person"]
    assert "Har ventet siden skolestart" not in written


@pytest.mark.slow
@begins(ida_has_asked)
async def test_a_wait_listed_youth_is_told_honestly(story):
    await story.presses("Randi", "Vis", "Sett på venteliste")
    news = story.news()
    assert set(news) == {"Randi", "Ida"}
    assert news["Ida"] == [NEWS]
    await story.presses("Ida", "Vis")
    assert story.last("Ida").startswith(WAITING)
    await story.passes(days=28)
    assert story.news()["Randi"] == [WAITS]


@pytest.mark.slow
@begins(kari_has_asked)
async def test_a_guardian_who_asked_sees_one_of_three_words(story):
    await story.presses("Ida", "Vis", "Ja, det vil jeg")
    await story.presses("Kari", "Hvordan går det?")
    assert story.last("Kari") == f"{story.told}: mottatt\n[Trekk ønsket]"
    await story.presses("Randi", "Vis", "Gi til los", "Ja, spør")
    await story.types("Kari", "/status")
    story.news()
    await story.presses("Kari", str(story.told))
    assert story.news() == {"Kari": [f"{story.told}: i arbeid\n[Trekk ønsket]"]}


@begins(ida_has_asked)
async def test_a_no_is_told_without_its_reason(story):
    await story.presses("Randi", "Vis", "Avslå")
    await story.types("Randi", "Annen hjelp passer bedre")
    assert "Ungdommen får vite at det ikke blir los nå, ikke hvorfor." in story.last("Randi")
    await story.presses("Randi", "Ja, avslå")
    assert story.news()["Ida"] == [NEWS]
    await story.presses("Ida", "Vis")
    assert story.last("Ida") == (
        "Du får ikke en los nå. Rektor kan fortelle deg hvorfor, og du kan spørre igjen senere."
    )
    assert "Annen hjelp" not in story.phone("Ida")
    assert set(story.news()) == {"Ida"}


@pytest.mark.slow
@begins(ida_has_asked)
async def test_advice_is_asked_without_a_name_and_given_to_the_rektor_alone(story):
    await story.presses("Randi", "Vis", "Be om råd")
    news = story.news()
    assert set(news) == {"Randi", "Lise", "Siri"}
    assert news["Lise"] == news["Siri"] == [WAITS]
    await story.presses("Lise", "Vis", "Gi et råd", "Ja, gi en los")
    await story.types("Lise", "Jeg har plass")
    await story.presses("Lise", "Ja, send")
    await story.presses("Siri", "Vis", "Gi et råd", "Ikke nå", "Hopp over", "Ja, send")
    for who in ("Lise", "Siri"):
        assert "Ida" not in story.phone(who)
    assert set(story.news()) == {"Randi", "Lise", "Siri"}
    await story.presses("Randi", "Vis")
    said = story.last("Randi")
    assert "Lise: Ja, gi en los. «Jeg har plass»" in said
    assert "Siri: Ikke nå" in said


@begins(lise_is_asked)
async def test_the_los_reads_who_it_is_when_asked_and_the_youth_is_told_of_the_yes(story):
    assert story.last("Lise") == WAITS
    await story.presses("Lise", "Vis")
    assert story.last("Lise").startswith(
        "Vil du være los for Ida?\n\n"
        "⚠ Foreldrene kan få vite at ungdommen får en los, ikke hvorfor.\n\n"
        f"Referanse: {story.told}\n"
    )
    assert set(story.news()) == {"Lise"}
    await story.presses("Lise", "Ja, jeg tar den")
    news = story.news()
    assert set(news) == {"Lise", "Ida", "Randi"}
    assert news["Ida"] == news["Randi"] == [NEWS]


@pytest.mark.slow
@begins(lise_is_asked)
async def test_a_los_may_hand_it_back_and_then_sees_it_no_more(story):
    await story.presses("Lise", "Vis", "Gi tilbake til rektor")
    assert story.toast("Lise") == "Rektor får vite det."
    assert set(story.news()) == {"Lise", "Randi"}
    assert story.last("Lise").startswith("Ingenting venter på deg nå.")
    await story.presses("Randi", "Vis")
    assert story.last("Randi").startswith(f"{story.told}: klar, ikke vurdert")
    await story.presses("Ida", "Hvordan går det?")
    assert "Lise" not in story.phone("Ida")


@pytest.mark.slow
@begins(lise_is_asked)
async def test_a_los_who_does_not_answer_is_reminded_and_then_the_rektor_is(story):
    await story.passes(days=2)
    assert story.news() == {"Lise": [WAITS]}
    await story.passes(days=2)
    assert story.news() == {"Randi": [LOOK]}


@begins(lise_is_asked)
async def test_a_request_taken_back_before_the_los_opened_it_leaves_nothing_to_open(story):
    await story.presses("Ida", "Trekk ønsket", "Ja, trekk det")
    story.news()
    await story.presses("Lise", "Vis")
    assert "Ida" not in story.phone("Lise")


@pytest.mark.slow
@begins(lise_is_asked)
async def test_the_los_notes_the_first_contact_and_is_reminded_until_then(story):
    await story.presses("Lise", "Vis", "Ja, jeg tar den")
    story.news()
    await story.passes(days=3)
    assert story.news() == {"Lise": [LOOK]}  # what it opens asks nothing
    await story.presses("Lise", "Vis", "Har hatt første kontakt")
    assert "Første kontakt er tatt." in story.last("Lise")
    story.news()
    await story.passes(days=14)
    assert story.news() == {}


@pytest.mark.slow
@begins(ida_has_asked)
async def test_a_request_nobody_looks_at_is_not_forgotten(story):
    await story.passes(days=7)
    assert story.news() == {"Randi": [WAITS]}
