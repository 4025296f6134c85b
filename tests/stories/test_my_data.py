"""What they know of me, as a file in my own chat; leaving; and closing what we worked on together."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from models.contacts import Contact
from tests.stories.beginnings import (
    a_meeting_is_called,
    begins,
    ida_has_asked,
    something_is_agreed,
)
from tests.stories.words import NEWS

CARD = (
    "Dette har vi om deg:\n"
    "Navn: Ida\n"
    "Språk: Norsk bokmål\n"
    "Bekreftet av kommunen: ja\n"
    "Resten kan du få som en fil her, eller på papir: spør skolen. Er noe feil, så si fra til "
    "skolen.\n"
    "[Få alt som fil]\n[Slett kontoen min]"
)
ASKED = (
    "Skal jeg sende deg alt vi har om deg, som fil her i chatten?\n"
    "Jeg tar den bort igjen etter ti minutter. Lagre den først hvis du trenger den.\n"
    "Andre som har telefonen din, kan åpne den så lenge.\n"
    "Vil du heller ha det på papir, så velg nei og spør skolen.\n"
    "[Ja, send fila hit]\n[Nei, avbryt]"
)


# --- the file ------------------------------------------------------------------------------------


@begins(something_is_agreed)
async def test_what_they_know_comes_as_two_files_to_my_own_chat(story):
    await story.types("Ida", "/minedata")
    assert story.last("Ida") == CARD
    await story.presses("Ida", "Få alt som fil")
    assert story.last("Ida") == ASKED
    await story.presses("Ida", "Ja, send fila hit")
    page, data = story.messages("Ida")[-2:]
    assert [page["document"]["file_name"], data["document"]["file_name"]] == [
        "oversikt.html", "oversikt.json",
    ]  # fmt: skip
    assert page["text"].startswith(
        "Her er fila du ba om.\n\nFila blir borte herfra om ti minutter."
    )
    assert set(story.news()) == {"Ida"}
    told = json.loads(story.file("Ida"))
    assert {part["name"] for part in told["parts"]} >= {"person", "consents", "case", "tiltak"}
    assert "Legge bort telefonen kl 22" in story.file("Ida").decode()


@pytest.mark.slow
@begins(something_is_agreed)
async def test_the_file_goes_from_the_chat_with_one_press(story):
    await story.types("Ida", "/minedata")
    await story.presses("Ida", "Få alt som fil", "Ja, send fila hit")
    assert story.buttons("Ida") == ["Slett fila her i chatten"]
    await story.presses("Ida", "Slett fila her i chatten")
    assert story.toast("Ida") == "Fila er slettet her."
    assert [m["document"]["file_name"] for m in story.messages("Ida") if m["document"]] == [
        "oversikt.html"
    ]
    await story.passes(minutes=11)  # the other goes by itself
    assert [m for m in story.messages("Ida") if m["document"]] == []


@pytest.mark.slow
@begins(something_is_agreed)
async def test_no_word_confirms_it(story):
    await story.types("Ida", "/minedata")
    await story.presses("Ida", "Få alt som fil")
    for words in ("ja", "Ja, send fila hit", "OK"):
        await story.types("Ida", words)
    assert [m for m in story.messages("Ida") if m["document"]] == []
    await story.presses("Ida", "Nei, avbryt")
    assert [m for m in story.messages("Ida") if m["document"]] == []


@pytest.mark.slow
@begins(something_is_agreed)
async def test_the_file_is_in_the_readers_language(story):
    await story.types("Per", "/sprak")
    await story.presses("Per", "English")
    await story.types("Per", "/minedata")
    await story.presses("Per", story.buttons("Per")[0])
    await story.presses("Per", story.buttons("Per")[0])
    await story.presses("Per", story.buttons("Per")[0])  # the JSON goes, the page is the newest
    assert b'<html lang="en">' in story.file("Per")


# --- leaving -------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_a_stranger_leaves_and_nothing_stays(story):
    def chats(session):
        return set(session.scalars(select(Contact.id)))

    before = await story.app.store.read(chats)
    await story.types("Sam", "/start")
    await story.types("Sam", "/delete")
    await story.presses("Sam", story.buttons("Sam")[-1])
    await story.presses("Sam", story.buttons("Sam")[0])
    await story.app.metronome.sweep()

    assert await story.app.store.read(chats) == before
    await story.types("Sam", "/start")  # and begins anew
    assert await story.app.store.read(chats) != before


@begins(ida_has_asked)
async def test_one_whom_nothing_holds_is_told_what_goes_and_it_goes(story):
    await story.types("Ida", "/slett")
    assert story.last("Ida") == (
        "Slik er det når du sletter kontoen din her.\n\n"
        "Dette slettes nå:\n"
        "• Koblingen mellom deg og Telegram. Jeg kan ikke skrive til deg mer.\n"
        "• Det jeg husker av samtalen og av meldingene.\n"
        f"• Ønsket om los, {story.told}. Det trekkes.\n"
        "• Navnet ditt og alt du har skrevet.\n\n"
        "Dette slettes senere, av seg selv:\n"
        "• En melding vi ikke klarte å lese: senest etter 30 dager.\n"
        "[Få alt som fil først]\n[Slett kontoen min]"
    )
    await story.presses("Ida", "Slett kontoen min")
    assert story.last("Ida").startswith("Skal jeg slette kontoen din her nå?\n\nDette slettes nå:")
    assert "Når det siste slettes, kan jeg ikke si fra" in story.last("Ida")
    await story.presses("Ida", "Ja, slett kontoen min")
    assert story.last("Ida") == (
        "Kontoen din er slettet her, mandag 23. november 2026 kl. 10.00.\n\n"
        "Dette slettes senere, av seg selv:\n"
        "• En melding vi ikke klarte å lese: senest etter 30 dager.\n\n"
        "Er du i Telegram, kan du slette chatten der nå. Skriver du til meg igjen, begynner vi på nytt. "
        "Haster det, ring 113 eller 112."
    )
    await story.types("Ida", "/status")
    assert story.told not in story.last("Ida")


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_leaving_is_no_withdrawal_and_the_archive_keeps_the_case(story):
    await story.types("Kari", "/slett")
    card = story.last("Kari")
    for line in (
        "• Saken her hos oss: 30 dager etter at arkivet har fått den.",
        "Dette blir, og jeg kan ikke slette det:",
        "• Saken du er eller var med i, med samtykkene. Loven sier at den skal i arkivet. Å "
        "slette kontoen endrer ikke det.",
        "Det du har sagt ja til å dele, gjelder fortsatt. Vil du ta det tilbake, så velg Stopp "
        "all deling først.",
        "Hjelpen og samarbeidet kan gå videre uten Telegram. Si fra til skolen.",
        "[Stopp all deling først]",
    ):
        assert line in card
    await story.presses("Kari", "Slett kontoen min", "Ja, slett kontoen min")
    assert "Noe blir, slik jeg sa før du svarte." in story.last("Kari")
    news = story.news()
    assert set(news) == {"Kari", "Jonas"}
    assert news["Jonas"] == ["En beskjed kom ikke fram.\n[Vis]"]
    await story.types("Amina", "/saker")
    assert story.buttons("Amina") == ["Ida: du er deltaker"]  # nothing was taken back
    await story.types("Kari", "/saker")
    assert story.last("Kari").startswith("Du er ikke med i noen sak nå.")
    before = len(story.messages("Kari"))
    await story.comes(3, 12, 12)  # past the meeting's reminders
    assert story.count("Ida", "avtale") > 1
    assert len(story.messages("Kari")) == before


@begins(ida_has_asked)
async def test_no_word_deletes_anything(story):
    await story.types("Ida", "/slett")
    await story.presses("Ida", "Slett kontoen min")
    for words in ("ja", "Ja, slett kontoen min", "slett"):
        await story.types("Ida", words)
    await story.presses("Ida", "Nei, avbryt")
    await story.types("Ida", "/minedata")
    assert "Navn: Ida" in story.last("Ida")


@pytest.mark.slow
@begins(something_is_agreed)
async def test_pressed_twice_at_once_it_is_done_once(story):
    await story.types("Per", "/slett")
    await story.presses("Per", story.buttons("Per")[-1])
    yes = story.buttons("Per")[0]
    await story.presses_at_once("Per", yes, yes)
    assert story.emulator.violations == []
    await story.types("Per", "/minedata")
    assert "Per" not in story.last("Per")


# --- closing -------------------------------------------------------------------------------------


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_the_holder_closes_with_a_reason_and_a_note(story):
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder", "Avslutt samarbeidet")
    assert story.last("Jonas").startswith("Hvorfor avsluttes samarbeidet?")
    await story.presses("Jonas", "Målene er nådd", "Ble spurt, ville ikke svare")
    await story.types("Jonas", "Det går fint nå")
    assert story.last("Jonas") == (
        "Skal samarbeidet om Ida avsluttes?\n\n"
        "Målene er nådd\nBle spurt, ville ikke svare\nDet går fint nå\n\n"
        "1 møte blir avlyst.\n\n"
        "Ingen andre tjenester ser noe mer fra nå, og ingenting kan endres. Saken går i arkivet "
        "og slettes her etter det. Dette kan ikke gjøres om, men dere kan begynne på nytt.\n"
        "[Ja, avslutt]\n[Nei, avbryt]\n[‹ Tilbake]"
    )
    story.news()
    await story.presses("Jonas", "Ja, avslutt")
    news = story.news()
    assert set(news) == {"Jonas", "Ida", "Kari", "Per", "Amina"}
    off = "En avtale er avlyst.\nNår: torsdag 3. desember kl. 14.15\nHar du den i kalenderen, så ta den bort der."
    assert off in news["Ida"]
    assert NEWS in news["Kari"]
    await story.presses("Kari", "Vis")
    assert story.last("Kari") == (
        "Samarbeidet om Ida\n"
        "Avsluttet mandag 23. november 2026.\n"
        "Det var stafettholderen som avsluttet.\n"
        "Grunn: Målene er nådd\n"
        "Familien: Ble spurt, ville ikke svare\n\n"
        "Oppsummering: Det går fint nå\n\n"
        "Ingen kan endre noe. Saken skal i arkivet, og blir slettet her etter det.\n\n"
        "Trenger du hjelp igjen, så spør skolen, eller be om en los med /los."
    )
    await story.presses("Amina", "Vis")
    assert story.last("Amina") == (
        "Et samarbeid du var med i, ble avsluttet mandag 23. november 2026. Du har ikke tilgang "
        "lenger. Husk at egen journalplikt gjelder som før."
    )
    for who in ("Jonas", "Amina", "Ida"):
        await story.types(who, "/saker")
        assert story.last(who).startswith("Du er ikke med i noen sak nå.")


@pytest.mark.slow
@begins(something_is_agreed)
async def test_a_guardian_closes_without_saying_why_and_who_it_was_is_not_told(story):
    await story.types("Kari", "/saker")
    await story.presses("Kari", story.buttons("Kari")[0], "Avslutt samarbeidet")
    assert "Du trenger ikke si hvorfor. Dere kan få hjelp likevel." in story.last("Kari")
    assert "• Legge bort telefonen kl 22" in story.last("Kari")
    assert "Det slutter for alle som er med, også for de andre i familien." in story.last("Kari")
    assert "Dette kan ikke gjøres om, men dere kan begynne på nytt." in story.last("Kari")
    old = {who: story.carried(who, story.buttons(who)[0]) for who in ("Jonas", "Ida", "Amina")}
    await story.presses("Kari", "Ja, avslutt")
    assert "Det var du som avsluttet." in story.last("Kari")
    await story.presses("Jonas", "Vis")
    assert "Det var noen i familien som avsluttet." in story.last("Jonas")
    assert "Kari" not in story.last("Jonas")
    assert "Legge bort telefonen" not in story.last("Jonas")
    for who, pressed in old.items():
        await story.presses_data(who, *pressed)
        assert story.toast(who) == "Dette er avsluttet."


@begins(something_is_agreed)
async def test_a_service_has_no_such_button(story):
    await story.types("Amina", "/saker")
    await story.presses("Amina", "Ida: du er deltaker")
    assert "Avslutt samarbeidet" not in story.last("Amina")
