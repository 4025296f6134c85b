"""The stafettlogg: those who take part write in it, and each sees what is theirs to see."""

from __future__ import annotations

import pytest

from tests.stories.beginnings import amina_takes_part, begins, something_is_agreed

NEWS = "Det er noe nytt til deg.\n[Vis]"
PRIVATE = "Jeg sover ikke om natten"


async def opens_the_log(story, who: str) -> None:
    await story.types(who, "/saker")
    await story.presses(who, story.buttons(who)[0], "Stafettloggen")


@begins(something_is_agreed)
async def amina_has_seen_something(story) -> None:
    """Amina of the club writes a lysglimt: two taps and some words."""
    await opens_the_log(story, "Amina")
    await story.presses("Amina", "Lysglimt")
    await story.types("Amina", "Lagde mat til hele gjengen")
    story.news()
    await story.presses("Amina", "Ja, skriv det i loggen")


@begins(something_is_agreed)
async def test_a_lysglimt_takes_two_taps_and_who_reads_it_is_said_before_it_is_stored(story):
    await opens_the_log(story, "Amina")
    await story.presses("Amina", "Lysglimt")
    assert story.last("Amina").startswith(
        "Hva gikk bra? Skriv det kort.\n\nLoggen erstatter ikke journalen."
    )
    await story.types("Amina", "Lagde mat til hele gjengen")
    assert story.last("Amina") == (
        "Skal jeg skrive dette i loggen?\nLysglimt\n«Lagde mat til hele gjengen»\n\n"
        "Dette kan leses av: Ida, foresatte, Jonas, deg, Fyret fritidsklubb og Ungdomslosene\n"
        "[Ja, skriv det i loggen]\n[Velg hvem som kan lese det]\n[Nei, avbryt]\n[‹ Tilbake]"
    )
    story.news()
    await story.presses("Amina", "Ja, skriv det i loggen")
    news = story.news()
    assert {who: news[who] for who in news if who != "Amina"} == {
        "Ida": [NEWS], "Kari": [NEWS], "Per": [NEWS.replace("noe", "noko")], "Jonas": [NEWS]
    }  # fmt: skip


@pytest.mark.slow
@begins(amina_has_seen_something)
async def test_everyone_who_may_reads_it_on_one_card_newest_first(story):
    await story.presses("Ida", "Vis")
    assert story.last("Ida").startswith(
        "Stafettloggen din\n\nMål og tiltak:\n"
        "• Sove bedre: Legge bort telefonen kl 22 (Amina, evalueres mandag 21. desember)\n\n"
        "1. Lysglimt, "
    )
    assert "av Amina (Fyret fritidsklubb)\n«Lagde mat til hele gjengen»" in story.last("Ida")
    await story.presses("Kari", "Vis")
    assert "Lagde mat til hele gjengen" in story.last("Kari")
    await story.presses("Jonas", "Vis")
    assert "Lagde mat til hele gjengen" in story.last("Jonas")


@begins(amina_has_seen_something)
async def test_what_ida_says_to_jonas_alone_her_parents_and_the_club_never_see(story):
    await story.presses("Ida", "Vis", "Skriv i loggen", "Beskjed", "Bare Jonas")
    await story.types("Ida", PRIVATE)
    assert "Foreldre og tjenester får ikke vite at det finnes." in story.last("Ida")
    story.news()
    await story.presses("Ida", "Ja, skriv det i loggen")
    assert set(story.news()) <= {"Ida", "Jonas"}
    await opens_the_log(story, "Jonas")
    assert f"«{PRIVATE}»\n🔒 Bare mellom ungdommen" in story.last("Jonas")
    for who in ("Kari", "Amina"):
        await opens_the_log(story, who)
        assert "Lagde mat" in story.last(who)
        assert "sover ikke" not in story.phone(who)
        assert "Vis bare …" not in story.buttons(who)  # there is one kind of entry for them


@pytest.mark.slow
@begins(amina_has_seen_something)
async def test_jonas_writes_an_agreement_only_with_what_ida_says(story):
    await opens_the_log(story, "Jonas")
    await story.presses("Jonas", "Skriv i loggen", "Avtale", "målene")
    await story.types("Jonas", "Ida begynner en time senere på mandager")
    assert story.last("Jonas").startswith(
        "Hva sier Ida om dette? Har du ikke spurt, gjør det først"
    )
    await story.presses("Jonas", "Spurt, ville ikke si noe om det")
    assert "Ida er spurt og ville ikke si noe om det." in story.last("Jonas")
    await story.presses("Jonas", "Ja, skriv det i loggen")
    await opens_the_log(story, "Ida")
    assert "Du er spurt og ville ikke si noe om det." in story.last("Ida")


@begins(amina_has_seen_something)
async def test_kari_adds_beside_it_and_what_stands_is_not_touched(story):
    await story.presses("Kari", "Vis", "1", "Føy til noe")
    await story.types("Kari", "Hun lagde mat hjemme også")
    await story.presses("Kari", "Ja, skriv det i loggen", "Se loggen")
    assert "1. Tilføyelse, " in story.last("Kari")
    assert "Til: «Lagde mat til hele gjengen»\n«Hun lagde mat hjemme også»" in story.last("Kari")
    await story.presses("Kari", "2")
    words = story.last("Kari")
    assert words.index("Lagde mat til hele gjengen") < words.index("Hun lagde mat hjemme også")


@pytest.mark.slow
@begins(amina_has_seen_something)
async def test_ida_keeps_one_entry_from_the_club(story):
    await story.presses("Ida", "Vis", "1", "Hvem får vite dette", "Ikke til Fyret fritidsklubb")
    await opens_the_log(story, "Amina")
    assert "Lagde mat" not in story.last("Amina")


@pytest.mark.slow
@begins(amina_has_seen_something)
async def test_a_log_that_is_stopped_is_read_by_the_family_and_written_by_nobody(story):
    await opens_the_log(story, "Jonas")
    await story.types("Kari", "/stopp")
    await story.presses("Jonas", "Skriv i loggen")
    assert "Lagde mat" not in story.last("Jonas")
    await opens_the_log(story, "Kari")
    assert "Lagde mat" in story.last("Kari")
    assert "Skriv i loggen" not in story.buttons("Kari")


@pytest.mark.slow
@begins(amina_takes_part)
async def test_an_empty_log_says_so(story):
    await opens_the_log(story, "Kari")
    assert story.last("Kari").startswith(
        "Stafettloggen til Ida\n\nIngen har skrevet noe her ennå."
    )


# --- a los keeps it ------------------------------------------------------------------------------


@begins(something_is_agreed)
async def lise_keeps_the_log(story) -> None:
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder", "Ta med deltakere")
    await story.presses("Jonas", "☐ Lise", "Ferdig", "Ja, ta med")
    await opens_the_log(story, "Jonas")
    await story.presses("Jonas", "La en los føre loggen")
    story.news()
    await story.presses("Jonas", "Ja, det er greit")


@begins(lise_keeps_the_log)
async def test_lise_keeps_the_log_and_the_family_is_told_and_sees_it(story):
    assert (story.last("Ida"), story.last("Kari")) == (NEWS, NEWS)
    await story.presses("Kari", "Vis")
    assert "Lise fører loggen for stafettholderen." in story.last("Kari")
    await story.types("Lise", "/saker")
    await story.presses("Lise", "Ida: du fører loggen")
    assert story.last("Lise").startswith("Ida: du fører loggen for Jonas.")
    await story.presses("Lise", "Stafettloggen", "Skriv i loggen", "Avtale", "målene")
    await story.types("Lise", "Lise følger til biblioteket")
    await story.presses("Lise", "Spurt, ville ikke si noe om det", "Ja, skriv det i loggen")
    await opens_the_log(story, "Ida")
    assert "av Lise (fører loggen)" in story.last("Ida")


@begins(lise_keeps_the_log)
async def test_when_kari_takes_her_yes_back_lise_keeps_nothing_any_more(story):
    await story.types("Lise", "/saker")
    await story.presses("Lise", "Ida: du fører loggen", "Stafettloggen")
    await story.types("Kari", "/stopp")
    await story.types("Lise", "/saker")
    assert story.last("Lise").startswith("Du er ikke med i noen sak nå.")
    assert "Sove bedre" not in story.phone("Lise")


# --- what was tried, and how it went -------------------------------------------------------------


@pytest.mark.slow
@begins(something_is_agreed)
async def test_after_it_is_done_what_was_tried_is_written_and_ida_has_her_curve(story):
    await story.comes(14, 12, 10)
    await story.presses("Ida", "Vis", "4 – bra")
    await story.presses(
        "Jonas", "Vis", "Evaluer", "Det har hjulpet", "Ferdig: det trengs ikke mer", "Hopp over"
    )
    await story.presses("Jonas", "Ja, lagre")
    for who in ("Jonas", "Kari", "Ida"):
        await opens_the_log(story, who)
        assert (
            "Sist evaluert:\n• Legge bort telefonen kl 22, mandag 14. desember: "
            "Det har hjulpet. Det er ferdig.\n"
        ) in story.last(who)
    await story.presses("Jonas", "Skriv hva som ble prøvd")
    await story.types("Jonas", "Telefonen lå i stua. Hun sov bedre")
    await story.presses("Jonas", "Ja, skriv det i loggen")
    assert "Det hjalp\n«Telefonen lå i stua. Hun sov bedre»" in story.last("Jonas")
    await opens_the_log(story, "Ida")
    await story.presses("Ida", "Kurven din")
    assert "Mål: Sove bedre\nuke 51: 🙂 4 – bra ●●●●○" in story.last("Ida")
    await story.presses("Ida", "Slett: uke 51, 4 – bra", "Ja, slett svaret")
    assert story.last("Ida").startswith("Det er ingen svar å vise.")
    await opens_the_log(story, "Jonas")
    assert "Slik sier ungdommen at det går" not in story.buttons("Jonas")


# --- on paper, and over --------------------------------------------------------------------------


@pytest.mark.slow
@begins(amina_has_seen_something)
async def test_on_paper_nothing_is_written_and_what_stood_there_can_be_read(story):
    await opens_the_log(story, "Jonas")
    await story.presses("Jonas", "Før loggen på papir", "Ja, det er det de vil")
    assert "Loggen er på papir fra mandag 23. november." in story.last("Jonas")
    await opens_the_log(story, "Kari")
    assert "Lagde mat til hele gjengen" in story.last("Kari")
    assert "Skriv i loggen" not in story.buttons("Kari")
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder", "Mål og tiltak", "Nytt tiltak")
    assert story.last("Jonas").startswith("Hvem har ansvaret for at det blir gjort?")


@pytest.mark.slow
@begins(amina_has_seen_something)
async def test_jonas_says_what_becomes_of_each_tiltak_before_he_closes(story):
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder", "Avslutt samarbeidet")
    await story.presses("Jonas", "Målene er nådd", "Enig i å avslutte")
    await story.types("Jonas", "Det går fint nå")
    await story.presses("Jonas", "Ferdig", "☐ Legge bort telefonen kl 22", "Ferdig")
    assert "• Legge bort telefonen kl 22: går videre uten loggen" in story.last("Jonas")
    await story.presses("Jonas", "Ja, avslutt")
    assert "Avsluttet mandag 23. november 2026." in story.last("Jonas")
