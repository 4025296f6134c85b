"""Amina at the club is worried; Randi at the school receives it, talks it over and decides. And what
becomes of a worry about the care at home: nothing that we do."""

from __future__ import annotations

import pytest

from tests.stories.beginnings import begins
from tests.stories.words import ABSENT, NEWS, WAITS

WORDS = "Sitter ute til vi stenger"
NOTES = "Vi prøver frokost sammen"


async def amina_has_told(story) -> str:
    """What she saw, in buttons and a few words. The reference."""
    await story.types("Amina", "/bekymring")
    await story.presses(
        "Amina", "Si fra til skolen", "mandag 23. november", "Jeg er bekymret", "☐ Er mye alene",
        "Ferdig", "☐ Noen uker", "Ferdig",
    )  # fmt: skip
    if story.sits_on_web("Amina"):
        await story.presses("Amina", "Hopp over")
    await story.types("Amina", WORDS)
    await story.presses("Amina", "Ja, si fra")
    return story.last("Amina").split("Nummeret er ")[1].split(".")[0]


@begins(amina_has_told)
async def randi_has_talked(story) -> str:
    await story.presses("Randi", "Vis", "Ta imot", "Del og drøft", "☐ Den som sa fra", "Ferdig")
    await story.presses("Randi", "Avtalt, ikke gjort ennå", "Nei, ikke ennå")
    await story.types("Randi", NOTES)
    await story.presses("Randi", "Ja, lagre")
    await story.presses("Amina", "Vis")
    return str(story.told)


async def test_a_worry_is_told_in_buttons_and_read_by_whom_it_is_for(story):
    await story.types("Amina", "/undring")
    assert "112" in story.last("Amina")
    await story.presses("Amina", "Si fra til skolen")
    assert "Skolens frist regnes derfra" in story.last("Amina")
    await story.types("Amina", "24. november")  # tomorrow
    assert "Dagen må være fra" in story.last("Amina")
    await story.types("Amina", "20.11.2026")
    await story.presses("Amina", "Jeg undrer meg", "☐ Er mye borte", "Ferdig", "☐ Det er nytt")
    await story.presses("Amina", "Ferdig", "Hopp over")
    if story.sits_on_web("Amina"):
        await story.presses("Amina", "Hopp over")
    said = story.last("Amina")
    assert said.startswith("Skal jeg si fra til Randi ved Fjordvik ungdomsskole?")
    assert "Skolen skal vurdere det senest fredag 4. desember." in said
    assert "Foreldrene får ikke vite det herfra." in said
    story.news()
    await story.presses("Amina", "Ja, si fra")
    news = story.news()
    assert set(news) == {"Amina", "Randi"}
    assert news["Randi"] == [NEWS]
    assert "Takk for at du sa fra." in story.last("Amina")


@pytest.mark.slow
@begins(amina_has_told)
async def test_randi_reads_takes_it_and_amina_hears_that_and_no_more(story):
    await story.presses("Randi", "Vis")
    shown = story.last("Randi")
    assert shown.startswith(
        f"{story.told}: ny\nBestem hva som skal skje, senest mandag 7. desember."
    )
    assert "Sagt fra av Amina, Fyret fritidsklubb\nTa kontakt og spør hvem det gjelder." in shown
    assert WORDS in shown
    story.news()
    await story.presses("Randi", "Ta imot")
    news = story.news()
    assert news["Amina"] == [NEWS]
    await story.presses("Amina", "Vis")
    assert story.last("Amina").startswith(
        f"{story.told}: Randi ved Fjordvik ungdomsskole har tatt imot, drøfter det med andre"
    )
    assert WORDS in story.last("Amina")  # her own


@begins(amina_has_told)
async def test_what_she_wrote_does_not_stay_in_the_chat_and_nobody_else_is_told(story):
    await story.passes(days=13)
    written = [m["text"] for m in story.messages("Amina") if m["from"] == "person"]
    assert WORDS not in written
    for who in ("Ida", "Kari", "Per", "Jonas", "Lise", "Siri"):
        assert WORDS not in story.phone(who)
        assert story.pushes(who) == []
        await story.types(who, "/bekymring")
        await story.types(who, "/minedata")
        assert str(story.told) not in story.phone(who)
    assert story.last("Kari") != ABSENT


@pytest.mark.slow
@begins(amina_has_told)
async def test_nobody_decides_alone_and_what_is_late_is_seen(story):
    await story.presses("Randi", "Vis", "Bestem hva som skal skje")
    asked = story.last("Randi")
    assert "Dette er ikke drøftet ennå. Drøft det med noen før du bestemmer." in asked
    for outcome in ("Trenger ikke mer nå", "Skolen hjelper selv", "Flere må hjelpe sammen",
                    "Bekymring for omsorgen"):  # fmt: skip
        assert f"[{outcome}]" in asked
    await story.presses("Randi", "Trenger ikke mer nå")
    assert story.last("Randi").startswith("Drøft først. Ingen skal bestemme dette alene")
    assert "[Del og drøft]" in story.last("Randi")
    story.news()
    await story.passes(days=11)  # Friday, three days before
    assert story.news() == {"Randi": [WAITS]}
    await story.passes(days=38)
    news = story.news()
    assert set(news) == {"Randi", "Siri"}
    await story.presses("Siri", "Vis")
    assert story.last("Siri").startswith("Noen få oppfølginger har stoppet opp.")
    assert str(story.told) not in story.phone("Siri")
    await story.presses("Randi", "Vis")
    assert "⚠ Fristen for å bestemme gikk ut mandag 7. desember." in story.last("Randi")


@pytest.mark.slow
@begins(randi_has_talked)
async def test_level_1_opens_a_case_held_by_the_teacher(story):
    await story.types("Randi", "/bekymring")
    await story.presses("Randi", f"{story.told} · drøftet · frist mandag 7. desember")
    assert "Snakket med ungdommen? Avtalt, ikke gjort ennå" in story.last("Randi")
    await story.presses("Randi", "Bestem hva som skal skje", "Skolen hjelper selv", "Ida")
    await story.presses("Randi", "Jonas (kontaktlærer)")
    await story.types("Randi", "Trenger noen voksne rundt seg")
    assert "Jeg oppretter en sak for Ida.\nStafettholder: Jonas" in story.last("Randi")
    story.news()
    await story.presses("Randi", "Ja, gjør det")
    assert set(story.news()) == {"Randi", "Jonas"}  # nobody of the family, nor Amina
    await story.presses("Jonas", "Vis", "Nivå")
    assert story.last("Jonas").startswith("Ida\n\nNivå 1\nÉn tjeneste hjelper")
    await story.types("Amina", "/bekymring")
    await story.presses("Amina", f"Sagt fra av deg: {story.told}")
    assert story.last("Amina").startswith(
        f"{story.told}: vurdert. Hva som er bestemt, kan skolen ikke si."
    )
    assert "Er du fortsatt bekymret? Din egen plikt til å melde fra" in story.last("Amina")
    for word in ("Ida", "Jonas", NOTES, "Trenger noen"):
        assert word not in story.last("Amina")


@pytest.mark.slow
async def test_a_move_asks_who_holds_the_baton_and_the_family_reads_why(story):
    await story.types("Randi", "/saker")
    await story.presses("Randi", "Opprett en sak", "Jonas (kontaktlærer)", "Ja, opprett saken")
    await story.presses("Jonas", "Vis", "Nivå", "Endre nivå")
    assert "Nivå 3: Flere tjenester samarbeider tett med familien." in story.last("Jonas")
    await story.presses("Jonas", "Nivå 2")
    await story.types("Jonas", "Helsesykepleier er med nå")
    assert story.last("Jonas").startswith("Hvem har stafetten nå? Den er hos Jonas.")
    await story.presses("Jonas", "Snakk med familien om en annen")
    assert "Jonas har stafetten til en annen har sagt ja." in story.last("Jonas")
    story.news()
    await story.presses("Jonas", "Ja, endre nivå")
    await story.settle("Jonas")
    shown = story.phone("Jonas")
    assert "På dette nivået trengs en stafettlogg, og den krever samtykke." in shown
    assert "[Spør familien]" in story.last("Jonas")
    for who in ("Ida", "Kari"):
        assert story.last(who) == NEWS
        await story.presses(who, "Vis")
        assert story.last(who).startswith("Nivå 2\nNoen få tjenester samarbeider med familien.")
        assert "mandag 23. november: Nivå 1 → Nivå 2. Helsesykepleier er med nå" in story.last(who)
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder", "Nivå", "Det går ikke framover")
    await story.presses("Jonas", "Ja, be om hjelp")
    await story.presses("Randi", "Vis")
    assert story.last("Randi").startswith("Jonas er stafettholder, kommer ikke videre")
    assert "Ida" not in story.last("Randi")


@pytest.mark.slow
@begins(randi_has_talked)
async def test_a_worry_about_the_care_at_home_is_the_adults_own_duty(story):
    """Nothing is drafted, sent or triggered; both duties, secrecy and averting stand there."""
    await story.types("Randi", "/bekymring")
    await story.presses("Randi", f"{story.told} · drøftet · frist mandag 7. desember")
    await story.presses("Randi", "Bestem hva som skal skje", "Bekymring for omsorgen")
    said = story.last("Randi")
    for words in (
        "Dette er ditt eget ansvar", "Taushetsplikt:", "Plikt til å melde fra til barnevernet:",
        "Plikt til å svare barnevernet:", "Plikt til å avverge:", "112", "02800", "00 00 00 00",
        "plikt.no", "Jeg skriver ingen melding, sender ingenting til noen",
    ):  # fmt: skip
        assert words in said
    await story.presses("Randi", "Jeg har lest det")
    said = story.last("Randi")
    assert said.startswith(f"Skal jeg skrive ned at du har vurdert {story.told} som en bekymring")
    assert "Ingenting blir sendt til noen, heller ikke til barnevernet eller foreldrene." in said
    assert "Plikten til å melde fra er din egen. Den venter ikke på noen." in said
    story.news()
    await story.presses("Randi", "Ja, skriv det ned")
    assert set(story.news()) == {"Randi"}
    await story.types("Randi", "/bekymring")
    await story.presses("Randi", f"{story.told} · vurdert mandag 23. november")
    assert "Jeg har ikke sendt noe til noen." in story.last("Randi")
    assert "Har du meldt fra? Det skrives ikke her." in story.last("Randi")
    await story.presses("Randi", "Taushetsplikt og plikter")
    assert "Plikt til å avverge:" in story.last("Randi")
    await story.types("Amina", "/bekymring")
    await story.presses("Amina", f"Sagt fra av deg: {story.told}")
    assert "uansett hva skolen har bestemt" in story.last("Amina")
    await story.presses("Amina", "Taushetsplikt og plikter", "‹ Tilbake")
    story.news()
    await story.passes(days=40)
    assert set(story.news()) <= {"Randi"}  # only what closes by itself
    for who in ("Ida", "Kari", "Per", "Jonas", "Amina"):
        assert "omsorg" not in story.phone(who).casefold()
        await story.types(who, "/saker")
        assert str(story.told) not in story.last(who)


async def test_what_is_told_late_is_minded_before_anybody_above_hears(story):
    await story.types("Amina", "/bekymring")
    await story.presses("Amina", "Si fra til skolen")
    await story.types("Amina", "1.11.2026")
    await story.presses("Amina", "Jeg undrer meg", "☐ Er mye borte", "Ferdig", "☐ Vet ikke")
    await story.presses("Amina", "Ferdig", "Hopp over")
    if story.sits_on_web("Amina"):
        await story.presses("Amina", "Hopp over")
    await story.presses("Amina", "Ja, si fra")
    await story.presses("Randi", "Vis")
    assert "Den er meldt etter at fristen var gått ut. Bestem så snart dere" in story.last("Randi")
    assert "⚠" not in story.last("Randi")
    story.news()
    await story.passes(days=7)
    assert story.news() == {"Randi": [WAITS]}
    await story.passes(days=21)
    assert "Siri" in story.news()


@pytest.mark.parametrize("who", ["Ida", "Kari", "Siri"])
async def test_the_family_has_no_such_door(story, who):
    await story.types(who, "/bekymring")
    assert story.last(who) == ABSENT
