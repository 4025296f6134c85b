"""The municipality's own work: an administrator in the same chat, who sees nothing of any case."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from models.audit import AuditEntry
from models.people import Person
from tests.stories.beginnings import a_meeting_is_called, begins, ida_has_asked
from tests.stories.words import ABSENT, CANCELLED, NEWS, WAITS

DOOR = "Her styrer du det som er kommunens eget."
OF_THE_CASE = ("Ida", "Kari", "Per", "tirsdag")
"""What stands in the case and on the phones of those who are in it."""


async def turid_works(story) -> None:
    await story.types("Turid", "/kommune")
    await story.presses("Turid", "Enheter og ansatte")


@begins(turid_works)
async def test_the_door_is_the_administrators_alone(story):
    assert story.messages("Turid")[-1]["text"].startswith("Skoler og tjenester.")
    await story.types("Turid", "/start")
    assert story.keyboard("Turid") == ["Kommunen", "Innstillinger", "Hjelp nå"]
    await story.types("Turid", "Kommunen")
    assert story.last("Turid").startswith(DOOR)
    story.news()
    for who in ("Randi", "Siri", "Jonas", "Lise", "Amina", "Ida", "Kari", "Sam"):
        await story.types(who, "/start")
        assert "Kommunen" not in story.keyboard(who)
        await story.types(who, "/kommune")
        lost = who == "Sam"
        assert story.last(who) == (story.last("Sam") if lost else ABSENT)
    assert "doesn't exist" in story.last("Sam") or "is not open to you" in story.last("Sam")


def _keys(story, who) -> dict[str, int]:
    """What every button on a phone carries, with its message; but those that answer a question."""
    return {
        key["callback_data"]: message["message_id"]
        for message in story.messages(who)
        for row in message["inline_keyboard"] or ()
        for key in row
        if key["callback_data"].startswith("b:")
        if not key["callback_data"].startswith("b:adm.switch:")  # the chat itself would be stopped
    }


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_an_administrator_finds_nothing_of_a_case_behind_any_button(story):
    """A whole case lies there. Every card is opened, and every button of every card."""
    await story.types("Turid", "/kommune")
    pressed: set[str] = set()
    waiting = _keys(story, "Turid")
    phone = ""
    while waiting:
        data, message_id = waiting.popitem()
        pressed.add(data)
        await story.presses_data("Turid", data, message_id)
        waiting |= {key: at for key, at in _keys(story, "Turid").items() if key not in pressed}
        phone += story.phone("Turid")
    assert len(pressed) > 60
    for words in ("/saker", "/moter", "/ko", "/mine", "/hvemharsett", "/samtykke"):
        await story.types("Turid", words)
    phone += story.phone("Turid")
    assert set(re.findall(r"\w+", phone)) & set(OF_THE_CASE) == set()
    assert "Jonas" in phone
    assert [word for word in OF_THE_CASE if word not in story.phone("Jonas")] == []


@pytest.mark.slow
@begins(turid_works)
async def test_a_new_rektor_comes_in_by_a_link_and_randi_hears_of_it(story):
    story.meets("Nils", works=True)
    await story.presses(
        "Turid", "Fjordvik ungdomsskole · Skole", "Ansatte", "Gi noen en rolle her", "rektor",
        "En som er ny",
    )  # fmt: skip
    await story.types("Turid", "Nils Nordmann")
    await story.presses("Turid", "Fra nå, uten sluttdato")
    assert story.last("Turid").startswith(
        "Skal Nils Nordmann bli rektor ved Fjordvik ungdomsskole?\n\n"
    )
    story.news()
    await story.presses("Turid", "Ja, gi rollen")
    assert story.news()["Randi"] == [NEWS]
    await story.presses("Randi", "Vis")
    assert story.last("Randi").startswith(
        "Nils Nordmann er nå rektor ved Fjordvik ungdomsskole.\n\nAdministratoren har bestemt det."
    )
    await story.presses("Turid", "Lag en lenke", "Ja, lag lenken")
    link = story.last("Turid").split("?start=")[1].split()[0]
    await story.types("Nils", f"/start {link}")
    assert "En annen enn deg må bekrefte" in story.last("Turid")
    assert story.last("Randi").startswith("Noen venter på deg nå.")
    await story.presses("Randi", "Vis")
    assert "En administrator har invitert Nils Nordmann som ansatt." in story.last("Randi")
    await story.presses("Randi", "Stemmer")
    await story.types("Nils", "/ko")
    assert story.last("Nils") == "Køen er tom."
    await story.types("Nils", "/kommune")
    assert story.last("Nils") == ABSENT


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_a_stafettholder_does_not_leave_before_handing_over(story):
    await turid_works(story)
    await story.presses(
        "Turid", "Fjordvik ungdomsskole · Skole", "Ansatte", "Jonas · kontaktlærer"
    )
    assert story.last("Turid") == (
        "Jonas · kontaktlærer ved Fjordvik ungdomsskole\n\nEr inne i chatten.\n\n"
        "Kan ikke slutte før dette er gitt videre:\nEr stafettholder i minst én sak.\n"
        "[Sett inn vikar]\n[Er borte]\n[Be om at det gis videre]\n[Til listen]"
    )
    story.news()
    await story.presses("Turid", "Be om at det gis videre")
    assert story.toast("Turid") == "De som leder der, får vite det."
    assert story.news() == {"Randi": [WAITS]}
    await story.presses("Randi", "Vis")
    assert story.last("Randi").startswith(
        "Jonas skal slutte, og har noe som en annen må ta over først."
    )
    assert "Ida" not in story.last("Randi")


@pytest.mark.slow
@begins(turid_works)
async def test_who_has_left_is_out_at_once(story):
    await story.types("Lise", "/mine")
    await story.presses(
        "Turid", "Ungdomslosene · Ungdomslos", "Ansatte", "Lise · los", "Har sluttet"
    )
    assert story.last("Turid").startswith("Har Lise sluttet?\n\nAlle roller, lenker")
    await story.presses("Turid", "Nei, avbryt")
    assert story.last("Turid") == CANCELLED
    await story.types("Turid", "/kommune")
    await story.presses(
        "Turid", "Enheter og ansatte", "Ungdomslosene · Ungdomslos", "Ansatte", "Lise · los",
        "Har sluttet", "Ja, avslutt alt",
    )  # fmt: skip
    assert story.last("Turid").startswith("Ansatte ved Ungdomslosene\nIngen arbeider her ennå.")
    assert "Dette er ditt bord" not in story.phone("Lise")
    await story.types("Lise", "/mine")
    assert story.last("Lise") == ABSENT


@pytest.mark.slow
@begins(turid_works)
async def test_a_place_is_added_renamed_and_closed(story):
    await story.presses("Turid", "Legg til", "Fritidsklubb")
    await story.types("Turid", "Det gule huset")
    await story.presses("Turid", "Ja, legg til", "Endre navnet")
    await story.types("Turid", "Det <b>røde</b> huset")
    await story.presses("Turid", "Ja, endre navnet")
    assert story.last("Turid") == (
        "Det <b>røde</b> huset · Fritidsklubb\n[Ansatte]\n[Endre navnet]\n[Legg ned]\n[Til listen]"
    )
    await story.presses("Turid", "Legg ned", "Ja, legg ned")
    assert "huset" not in story.last("Turid")
    await story.presses("Turid", "Fjordvik ungdomsskole · Skole")
    assert "Kan ikke legges ned ennå:\nElever hører til her." in story.last("Turid")
    assert "Legg ned" not in story.buttons("Turid")


@begins(turid_works)
async def test_everything_an_administrator_does_is_in_the_audit_under_their_number(story):
    await story.presses("Turid", "Legg til", "PPT")
    await story.types("Turid", "PPT i Fjordvik")
    await story.presses("Turid", "Ja, legg til")

    def done(session) -> set[str]:
        turid = next(p for p in session.scalars(select(Person)) if p.name == "Turid")
        mine = select(AuditEntry.action).where(AuditEntry.actor_id == turid.id)
        return set(session.scalars(mine))

    assert await story.app.store.read(done) - {"web_sessions.begin"} == {"units.add"}


# --- what the municipality decides ---------------------------------------------------------------


@pytest.mark.slow
@begins(turid_works)
async def test_a_rule_is_changed_from_a_day_and_can_be_cancelled(story):
    await story.types("Turid", "/kommune")
    await story.presses("Turid", "Regler", "Når vi skriver og minner om", "Skriver tidligst")
    assert story.last("Turid").startswith(
        "Skriver tidligst: kl. 09.00\nHva skal det være?\n\nSkriv et klokkeslett fra 06.00 til 12.00"
    )
    await story.types("Turid", "midt på natten")
    assert "Det kan jeg ikke bruke. Skriv et klokkeslett" in story.last("Turid")
    await story.types("Turid", "8.00")
    await story.presses("Turid", "Fra en annen dag")
    await story.types("Turid", "1. desember")
    assert story.last("Turid").startswith(
        "Skriver tidligst: kl. 08.00\n\nNå: kl. 09.00\n\nGjelder fra og med tirsdag 1. desember 2026."
    )
    await story.presses("Turid", "Ja, bestem det", "Til reglene", "Det som er bestemt og kommer")
    assert story.last("Turid").startswith(
        "Fra tirsdag 1. desember 2026: Skriver tidligst blir kl. 08.00, nå kl. 09.00"
    )
    await story.presses("Turid", "Avlys: Skriver tidligst", "Ja, avlys")
    assert story.toast("Turid") == "Avlyst."
    assert story.last("Turid").startswith("Ingenting er bestemt som ikke gjelder allerede.")
    news = story.news()
    assert (set(news), news["Siri"]) == ({"Turid", "Siri"}, [NEWS])  # once that day
    await story.presses("Siri", "Vis")
    assert story.last("Siri").startswith(
        "Det er gjort en endring i hvordan kommunen bruker losbot."
    )


@pytest.mark.slow
@begins(turid_works)
async def test_what_is_dangerous_is_asked_once_more_with_what_follows(story):
    await story.types("Turid", "/kommune")
    await story.presses("Turid", "Regler", "Alder og samtykke", "Ungdommen bestemmer alene fra")
    await story.types("Turid", "16")
    assert story.last("Turid").startswith("Hvilket vedtak eller hvilken hjemmel bygger det på?")
    await story.types("Turid", "Kommunestyret, sak 12/26")
    await story.presses("Turid", "Fra i dag")
    assert story.last("Turid").startswith(
        "⚠ Tenk over dette:\nDa er foreldrene ute av saken før ungdommen er myndig."
    )
    await story.presses("Turid", "Jeg har lest det", "Ja, bestem det")
    assert "Ungdommen bestemmer alene fra: 16 år" in story.last("Turid")
    await story.presses(
        "Turid", "Til reglene", "Kanaler og øvelse", "Det Telegram viser av en sak"
    )
    await story.presses("Turid", "alt, og det blir stående", "Fra i dag")
    assert "Da blir navn og opplysninger stående i Telegram" in story.last("Turid")


# --- for a while ---------------------------------------------------------------------------------


@pytest.mark.slow
@begins(turid_works)
async def test_a_stand_in_has_the_desk_for_some_days_and_then_no_more(story):
    await story.presses("Turid", "Fjordvik ungdomsskole · Skole", "Ansatte", "Randi · rektor")
    await story.presses("Turid", "Sett inn vikar", "Siri")
    await story.types("Turid", "24. november")
    await story.types("Turid", "25. november")
    assert story.last("Turid").startswith(
        "Skal Siri være rektor ved Fjordvik ungdomsskole i stedet for Randi?\n\n"
        "Fra tirsdag 24. november 2026 til og med onsdag 25. november 2026."
    )
    await story.presses("Turid", "Ja, sett inn vikar", "Siri · rektor · fra tirsdag 24. november")
    assert "Vikar for Randi" in story.last("Turid")
    for number, said in ((23, ABSENT), (24, "Køen er tom."), (25, "Køen er tom."), (26, ABSENT)):
        await story.comes(number, 11, 12)
        await story.types("Siri", "/ko")
        assert story.last("Siri") == said, number


@pytest.mark.slow
@begins(turid_works)
async def test_what_waits_for_one_who_is_away_is_told_to_who_leads_and_not_what(story):
    await story.presses("Turid", "Fjordvik ungdomsskole · Skole", "Ansatte", "Randi · rektor")
    await story.presses("Turid", "Er borte")
    await story.types("Turid", "23. november")
    await story.types("Turid", "27. november")
    await story.presses("Turid", "Ja, er borte")
    assert "Borte fra mandag 23. november 2026 til og med fredag 27." in story.last("Turid")
    story.news()
    await ida_has_asked(story)
    assert story.news()["Siri"] == [WAITS]
    await story.presses("Siri", "Vis")
    assert story.last("Siri") == (
        "Randi er borte til og med fredag 27. november, og noe venter på Randi.\n\n"
        "Jeg sier ikke hva. Er det noe som ikke kan vente, må du ordne det, eller nå Randi."
    )
    await story.presses("Turid", "Er tilbake")
    assert "Borte fra" not in story.last("Turid")
    await story.types("Siri", "/start")
    assert "Ida" not in story.phone("Siri")
