"""A club and a school meet every other week; what is on is for those who come, a case for those in it."""

from __future__ import annotations

import pytest
from icalendar import Calendar

from tests.stories.beginnings import amina_takes_part, begins
from tests.stories.words import ABSENT

SCHOOL = "Fjordvik ungdomsskole"


async def randi_sets_up(story) -> None:
    await story.types("Randi", "/fastemoter")
    await story.presses("Randi", story.buttons("Randi")[0])
    await story.types("Randi", "torsdag 3. des kl 14.15")
    await story.presses("Randi", "Annenhver uke", "Flytt til neste skoledag", "60 minutter")
    await story.presses("Randi", "På skolen", "Amina")


async def open_first(story, who) -> None:
    await story.types(who, "/fastemoter")
    await story.presses(who, story.buttons(who)[0], "torsdag 3. desember kl. 14.15")


@begins(amina_takes_part)
async def a_standing_meeting(story) -> None:
    await randi_sets_up(story)
    await story.presses("Randi", "Ja, sett opp")


@begins(amina_takes_part)
async def test_a_leader_sets_one_up_and_sees_what_holidays_do_to_it(story):
    await randi_sets_up(story)
    assert story.last("Randi") == (
        "Fyret fritidsklubb og Fjordvik ungdomsskole\nAnnenhver torsdag kl. 14.15\n"
        "Varer: 60 minutter\nSted: På skolen\nLeder: Amina\n"
        "Det blir 15 møter til og med lørdag 19. juni 2027.\n\n"
        "Røde dager og skoleferie:\n"
        "• torsdag 31. desember: flyttes til mandag 4. januar\n"
        "• torsdag 25. februar: flyttes til mandag 1. mars\n"
        "• torsdag 25. mars: flyttes til tirsdag 30. mars\n"
        "• torsdag 6. mai: flyttes til mandag 10. mai\n\n"
        "Skal jeg sette det opp? De andre får beskjed.\n"
        "[Ja, sett opp]\n[Nei, avbryt]\n[‹ Tilbake]"
    )
    await story.presses("Randi", "Ja, sett opp")
    news = story.news()
    assert news["Amina"] == ["Det er noe nytt om faste avtaler.\n[Vis]"]
    assert set(news) == {"Randi", "Amina"}


@begins(a_standing_meeting)
async def test_those_who_come_are_asked_what_to_bring_up_and_reminded_without_a_word_of_what(
    story,
):
    story.news()
    await story.comes(26, 11, 15)
    asked = "Du har en fast avtale torsdag 3. desember kl. 14.15.\nEr det noe du vil ta opp? Skriv det på lista.\n[Vis]"
    assert story.news() == {"Randi": [asked], "Amina": [asked]}
    await story.presses("Amina", "Vis", "Ta opp noe")
    await story.types("Amina", "Det er mye uro på bussen hjem. Kan vi snakke om Ida?")
    assert "Dette kan være noe som viser hvem det gjelder: «Ida»." in story.last("Amina")
    await story.presses("Amina", "‹ Tilbake")
    await story.types("Amina", "Det er mye uro på bussen hjem")
    await story.presses("Amina", "Ja, uten navn")
    await open_first(story, "Randi")
    assert "Dette skal dere snakke om:\n• Det er mye uro på bussen hjem" in story.last("Randi")
    story.news()
    await story.comes(3, 12, 10, 30)
    soon = "Du har en fast avtale i dag kl. 14.15.\n[Vis]"
    assert story.news()["Randi"][-1] == story.news().get("Amina", [soon])[-1] == soon


@pytest.mark.slow
@begins(a_standing_meeting)
async def test_a_case_is_on_the_list_for_those_in_it_and_the_family_says_no(story):
    await open_first(story, "Jonas")
    await story.presses("Jonas", "Ta opp en sak", "Ja, ta opp")
    assert "• Om Ida, etter samtykke\nDette ser også Amina." in story.last("Jonas")
    news = story.news()
    for who in ("Ida", "Kari"):
        assert news[who] == ["Det er noe nytt til deg.\n[Vis]"]
    await open_first(story, "Amina")
    assert "• Om Ida, etter samtykke" in story.last("Amina")
    await open_first(story, "Randi")
    assert "Ida" not in story.last("Randi")
    await story.presses("Ida", "Vis")
    assert story.last("Ida").startswith(
        "Skolen og fritidsklubben møtes jevnlig. Noen som er med i samarbeidet, vil ta det opp der:"
        "\n\n• torsdag 3. desember kl. 14.15: Fyret fritidsklubb og Fjordvik ungdomsskole\n\n"
        "Bare de som er med i samarbeidet fra før, får vite at det gjelder dere: Amina og Jonas.\n\n"
        "Du kan si nei, og trenger ikke si hvorfor.\n[Nei, ikke der]"
    )
    story.news()
    await story.presses("Ida", "Nei, ikke der")
    assert story.news()["Jonas"][0].startswith("En liste til en fast avtale er endret.\n")
    await open_first(story, "Amina")
    assert "Ida" not in story.last("Amina")


@begins(a_standing_meeting)
async def test_when_a_yes_is_taken_back_the_name_is_gone_from_the_chats(story):
    await open_first(story, "Jonas")
    await story.presses("Jonas", "Ta opp en sak", "Ja, ta opp")
    await open_first(story, "Amina")
    assert "Ida" in story.last("Amina")
    await story.types("Kari", "/stopp")
    await story.presses("Kari", story.buttons("Kari")[0])
    assert not any("Om Ida" in message["text"] for message in story.messages("Amina"))
    for who in ("Amina", "Jonas"):
        await open_first(story, who)
        assert "Ida" not in story.last(who)


@pytest.mark.slow
@begins(a_standing_meeting)
async def test_it_is_in_the_calendar_and_a_change_renews_it(story):
    await story.types("Amina", "/fastemoter")
    await story.presses("Amina", story.buttons("Amina")[0], "Kalenderfil")
    first = _calendar(story, "Amina")
    assert len(first.events) == 15
    await open_first(story, "Randi")
    await story.presses("Randi", "La det gå ut", "Ja, la det gå ut")
    again = _calendar(story, "Amina")
    assert [str(e["status"]) for e in again.events][:2] == ["CANCELLED", "CONFIRMED"]
    assert again.events[0]["sequence"] > first.events[0]["sequence"]
    assert [e["uid"] for e in again.events] == [e["uid"] for e in first.events]
    assert {str(e["summary"]) for e in again.events} == {"Avtale"}
    await story.presses("Randi", "Til de faste møtene", "Avslutt møtene", "Ja, avslutt")
    ended = _calendar(story, "Amina")
    assert ended["method"] == "CANCEL"
    assert {str(e["status"]) for e in ended.events} == {"CANCELLED"}


def _calendar(story, who):
    return Calendar.from_ical(story.file(who))


@pytest.mark.slow
@begins(a_standing_meeting)
async def test_afterwards_the_chair_says_that_it_was_held_and_what_was_decided(story):
    await story.comes(4, 12, 9)
    assert story.last("Amina") == "Du har hatt en fast avtale.\nBle den holdt?\n[Vis]"
    await story.presses("Amina", "Vis", "Ja, det ble holdt", "Skriv hva dere ble enige om")
    await story.types("Amina", "Klubben ringer skolen når det er uro.")
    await story.presses("Amina", "Ja, uten navn")
    assert "Dette ble dere enige om:\nKlubben ringer skolen når det er uro." in story.last("Amina")


@pytest.mark.slow
@begins(a_standing_meeting)
async def test_what_was_agreed_about_a_case_is_written_in_the_case(story):
    await open_first(story, "Jonas")
    await story.presses("Jonas", "Ta opp en sak", "Ja, ta opp")
    await story.comes(4, 12, 12)
    await story.types("Jonas", "/fastemoter")
    await story.presses("Jonas", story.buttons("Jonas")[0], "torsdag 3. desember kl. 14.15")
    assert "[Skriv i saken om Ida]" in story.last("Jonas")
    await story.presses("Jonas", "Skriv i saken om Ida")
    assert story.last("Jonas").startswith("Hva vil du skrive?\n")
    await story.types("Amina", "/fastemoter")
    await story.presses("Amina", story.buttons("Amina")[0], "torsdag 3. desember kl. 14.15")
    assert "Skriv i saken" not in story.last("Amina")


@begins(a_standing_meeting)
async def test_who_only_counts_sees_when_and_nothing_of_what_is_on(story):
    for who in ("Turid", "Siri"):
        await story.types(who, "/fastemoter")
        await story.presses(who, story.buttons(who)[0])
        assert "Annenhver torsdag kl. 14.15" in story.last(who)
        assert "Kalenderfil" not in story.last(who)
        assert "torsdag 3. desember kl. 14.15" not in story.buttons(who)
    for who in ("Ida", "Kari", "Lise"):
        await story.types(who, "/fastemoter")
        assert story.last(who) == ABSENT
