"""What is agreed to be done is looked at on a day: the youth is asked first, the holder decides."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.stories.beginnings import amina_takes_part, begins, something_is_agreed
from tests.stories.evening import OSLO
from tests.stories.words import LOOK, LOST

AGREED = """\
«Legge bort telefonen kl 22»
Mål: Sove bedre
Ansvarlig: {}
Frist: fredag 18. desember
Evalueres: mandag 21. desember"""
SOON = "Noe du har ansvar for, skal gjøres snart.\n[Vis]"
QUESTION_NN = "Eg har eit lite spørsmål til deg. Svar når du vil.\n[Vis]"
WAITS = "Noe venter på svar fra deg.\n[Vis]"
LATE = """\
1 oppfølging har stoppet opp.

Den eldste skulle vært gjort mandag 21. desember.

De som har det å gjøre, er minnet på det, og bare de ser hvem det gjelder. Spør de ansatte hva de \
trenger for å komme videre."""
UNWILLING = "Spurt, ville ikke svare"
QUESTION = "Jeg har et lite spørsmål til deg. Svar når du vil.\n[Vis]"
DECIDED = "Det er bestemt noe nytt i en avtale du er med i.\n[Vis]"


@begins(something_is_agreed)
async def a_week_before(story) -> None:
    await story.comes(14, 12, 10)


@begins(something_is_agreed)
async def test_the_responsible_is_told_and_the_family_can_see_it(story):
    assert story.last("Jonas") == (
        f"Lagret.\n\n{AGREED.format('Amina')}\n\n"
        "Amina får beskjed.\n\nJeg minner deg på evalueringen.\n[Skjerm for foreldrene]"
    )
    assert story.last("Amina") == "Du har fått ansvar for noe nytt.\n[Vis]"
    await story.presses("Amina", "Vis")
    assert story.last("Amina") == (
        f"{AGREED.format('du')}\n\nHar tjenesten din egen journalplikt, gjelder den som før."
    )
    await story.types("Kari", "/tiltak")
    assert story.last("Kari") == f"Dette er avtalt for Ida:\n\n1. {AGREED.format('Amina')}"
    assert set(story.news()) == {"Amina", "Kari"}
    for who in ("Randi", "Lise", "Siri", "Sam"):
        assert story.messages(who) == []


@pytest.mark.slow
@begins(amina_takes_part)
async def test_everything_is_repeated_before_it_is_stored_and_a_no_stores_nothing(story):
    await story.presses("Jonas", "Mål og tiltak", "Nytt tiltak")
    await story.types("Jonas", "Sove bedre")
    await story.types("Jonas", "Legge bort telefonen kl 22")
    await story.presses("Jonas", "Jonas")
    await story.types("Jonas", "18. desember")
    await story.presses("Jonas", "Samme dag som fristen: fredag 18. desember")
    assert story.last("Jonas") == (
        "Skal jeg lagre dette?\nMål: Sove bedre\nTiltak: Legge bort telefonen kl 22\n"
        "Ansvarlig: Jonas\nFrist: fredag 18. desember\nEvalueres: fredag 18. desember\n\n"
        "Dette kan leses av: Ida, foresatte og deg\n"
        "[Ja, lagre tiltaket]\n[Skjerm for foreldrene først]\n[Nei, avbryt]\n[‹ Tilbake]"
    )
    await story.presses("Jonas", "Nei, avbryt")
    await story.types("Ida", "/tiltak")
    assert story.last("Ida") == "Du har ingen tiltak å se nå."
    assert set(story.news()) == {"Jonas", "Ida"}


@pytest.mark.slow
@begins(something_is_agreed)
async def test_a_week_before_those_it_is_about_are_asked_and_the_holder_reminded(story):
    await story.comes(13, 12, 23)
    assert story.news() == {"Amina": [SOON]}
    await story.comes(14, 12, 9)
    asked = {"Ida": [QUESTION], "Kari": [QUESTION], "Per": [QUESTION_NN], "Amina": [QUESTION]}
    assert story.news() == {**asked, "Jonas": [LOOK]}


@pytest.mark.slow
@begins(something_is_agreed)
async def test_who_is_responsible_is_reminded_of_the_deadline_while_it_may_be_done(story):
    """A week before and on the day; not after the family has stopped all sharing."""
    await story.comes(11, 12, 8)
    assert story.news() == {}
    await story.comes(11, 12, 9)
    assert story.news() == {"Amina": [SOON]}
    await story.presses("Amina", "Vis")
    assert "Ansvarlig: du\nFrist: fredag 18. desember" in story.last("Amina")
    await story.types("Kari", "/stopp")
    story.news()
    await story.comes(18, 12, 12)
    assert "Amina" not in story.news()


@pytest.mark.slow
@begins(a_week_before)
async def test_the_holder_is_reminded_on_the_day_and_weekly_and_the_rektor_after_the_holidays(
    story,
):
    await story.comes(18, 12, 10)
    assert set(story.news()) == {"Ida", "Kari", "Per", "Amina"}
    await story.comes(21, 12, 9)
    assert story.news() == {"Jonas": [LOOK]}
    await story.comes(28, 12, 9)
    assert story.news() == {"Jonas": [LOOK]}
    await story.until(datetime(2027, 1, 4, 9, tzinfo=OSLO))
    assert story.news() == {"Jonas": [LOOK]}
    await story.until(datetime(2027, 1, 8, 9, tzinfo=OSLO))
    assert story.news() == {"Randi": [LOOK]}
    await story.presses("Randi", "Vis")
    assert story.last("Randi") == f"{LATE}\n[Se oversikten]"
    await story.presses("Randi", "Se oversikten")
    assert story.last("Randi").startswith("Oversikt fra ")


@begins(a_week_before)
async def test_the_youth_answers_with_one_press_for_the_holder_alone(story):
    await story.presses("Ida", "Vis")
    assert story.last("Ida") == (
        "Hvordan går det med «Legge bort telefonen kl 22»?\n\n"
        "Det finnes ikke noe feil svar. Jonas ser det du svarer.\n\n"
        "Amina, Kari og Per er også spurt.\n"
        "[1 – veldig dårlig]\n[2 – ikke så bra]\n[3 – midt på treet]\n[4 – bra]\n"
        "[5 – veldig bra]\n[Vil ikke svare nå]"
    )
    story.news()
    await story.presses("Ida", "2 – ikke så bra")
    assert story.news() == {
        "Ida": [
            "Takk. Du svarte: 2 – ikke så bra.\n"
            "Jonas ser svaret før dere bestemmer noe. Foreldrene dine ser det ikke her.\n"
            "[Legg til noen ord]\n[Endre svaret]"
        ]
    }
    await story.presses("Ida", "Legg til noen ord")
    await story.types("Ida", "Jeg blir liggende våken")
    await story.presses("Ida", "Ja, legg til")
    await story.presses("Jonas", "Vis")
    assert "Ida svarte: 2 – ikke så bra. «Jeg blir liggende våken»" in story.last("Jonas")
    for who in ("Kari", "Per", "Amina"):
        await story.types(who, "/tiltak")
        assert "ikke så bra" not in story.phone(who)
        assert "våken" not in story.phone(who)


@begins(a_week_before)
async def test_not_now_is_a_good_answer(story):
    await story.presses("Ida", "Vis", "Vil ikke svare nå")
    assert story.last("Ida") == (
        "Det er helt greit.\nJonas får vite at du ikke ville svare nå, og ikke noe mer.\n"
        "[Svar likevel]"
    )
    await story.presses("Jonas", "Vis")
    assert "Ida er spurt og ville ikke svare nå." in story.last("Jonas")


@pytest.mark.slow
@begins(a_week_before)
async def test_going_on_needs_the_next_date(story):
    await story.presses("Ida", "Vis", "4 – bra")
    await story.presses("Jonas", "Vis", "Evaluer", "Det har hjulpet", "Fortsett som nå")
    assert story.last("Jonas").startswith("Når skal dere se på det igjen?")
    assert not {"Hopp over", "Ferdig"} & set(story.buttons("Jonas"))
    await story.presses("Jonas", "Velg en annen dag")
    await story.types("Jonas", "en gang til våren")
    assert story.last("Jonas").startswith("Jeg forsto ikke")
    await story.types("Jonas", "15. januar")
    await story.types("Jonas", "Det hjelper")
    assert story.last("Jonas").startswith(
        "Skal jeg lagre dette?\nTiltak: Legge bort telefonen kl 22\n"
        "Virkning: Det har hjulpet\nAvgjørelse: Fortsett som nå\nFrist: fredag 18. desember\n"
        "Evalueres igjen: fredag 15. januar\nHvorfor: Det hjelper\n"
        "Ungdommen og foresatte får beskjed.\n"
    )
    story.news()
    await story.presses("Jonas", "Ja, lagre")
    news = story.news()
    assert set(news) == {"Jonas", "Ida", "Kari", "Per", "Amina"}
    assert news["Ida"] == news["Kari"] == [DECIDED]
    await story.presses("Kari", "Vis")
    assert story.last("Kari") == (
        "«Legge bort telefonen kl 22»\nDet fortsetter som nå.\nVirkning: Det har hjulpet\n"
        "Frist: fredag 18. desember\nEvalueres igjen: fredag 15. januar\nHvorfor: Det hjelper\n\n"
        "Stemmer dette?\n[Stemmer]\n[Rett på]\n[Forstår ikke]\n[Se alle tiltak]"
    )
    story.news()
    await story.comes(21, 12, 10)
    assert story.news() == {"Amina": [SOON]}
    await story.until(datetime(2027, 1, 8, 10, tzinfo=OSLO))  # nobody has said how it went
    news = story.news()
    asked = {"Ida": [QUESTION], "Kari": [QUESTION], "Per": [QUESTION_NN], "Amina": [QUESTION]}
    assert news == {**asked, "Jonas": [WAITS, LOOK], "Randi": [LOOK]}


@pytest.mark.slow
@begins(a_week_before)
async def test_done_is_done_and_the_holder_alone_is_reminded_that_nothing_is_agreed(story):
    await story.presses("Jonas", "Vis", "Evaluer")
    assert "Ida er spurt, men har ikke svart ennå." in story.last("Jonas")
    assert "Hva sier Ida selv?" in story.last("Jonas")  # and no way past it
    assert story.buttons("Jonas")[:1] == [UNWILLING]
    await story.types("Jonas", "Jeg sover mye bedre")
    await story.presses("Jonas", "Det har hjulpet", "Ferdig: det trengs ikke mer")
    await story.presses("Jonas", "Hopp over")
    assert "Ida sier selv: «Jeg sover mye bedre»" in story.last("Jonas")
    await story.presses("Jonas", "Ja, lagre")
    assert set(story.news()) == {"Jonas", "Ida", "Kari", "Per", "Amina"}
    await story.presses("Ida", story.buttons("Ida")[0])
    assert story.last("Ida").startswith("«Legge bort telefonen kl 22»\nDet er ferdig.")
    assert "Du har sagt til stafettholderen: «Jeg sover mye bedre»" in story.last("Ida")
    for who in ("Kari", "Per", "Amina"):
        await story.presses(who, "Vis")
        assert "sover mye bedre" not in story.phone(who)
    story.news()
    await story.passes(days=35)
    assert set(story.news()) == {"Jonas"}


@pytest.mark.slow
@begins(a_week_before)
async def test_a_changed_tiltak_is_told_in_its_new_words(story):
    await story.presses(
        "Jonas", "Vis", "Evaluer", UNWILLING, "Det har hjulpet litt", "Endre tiltaket"
    )
    await story.types("Jonas", "Lese en bok på sengen")
    await story.presses("Jonas", story.buttons("Jonas")[0], "Hopp over", "Ja, lagre")
    await story.presses("Kari", "Vis")
    assert "Nå er avtalen: «Lese en bok på sengen»" in story.last("Kari")


@pytest.mark.slow
@begins(a_week_before)
async def test_an_evaluation_button_of_the_round_before_decides_nothing(story):
    """Jonas evaluates, and then presses what still stands on his phone from before."""
    await story.presses("Jonas", "Vis")
    before = story.messages("Jonas")[-1]
    evaluate = before["inline_keyboard"][0][0]["callback_data"]
    await story.presses(
        "Jonas",
        "Evaluer",
        UNWILLING,
        "Det har hjulpet",
        "Ferdig: det trengs ikke mer",
        "Hopp over",
    )
    await story.presses("Jonas", "Ja, lagre")
    story.news()
    await story.presses_data("Jonas", evaluate, before["message_id"])
    assert set(story.news()) <= {"Jonas"}
    await story.types("Jonas", "Fortsett som nå")
    assert story.last("Jonas") == LOST


@pytest.mark.slow
@begins(a_week_before)
async def test_without_consent_nothing_is_evaluated_and_the_youth_is_not_asked_on(story):
    await story.types("Kari", "stopp")
    story.news()
    await story.presses("Jonas", "Vis")
    assert story.buttons("Jonas") != ["Evaluer"] or story.toast("Jonas")
    await story.presses("Ida", "Vis")
    assert "Legge bort" not in story.phone("Ida")
    await story.comes(21, 12, 10)
    assert "Amina" not in story.news()


@pytest.mark.slow
@begins(amina_takes_part)
async def test_where_nothing_is_agreed_yet_the_holder_can_begin_from_the_list(story):
    await story.types("Jonas", "/tiltak")
    assert story.last("Jonas") == "Det er ingen tiltak å vise her nå.\n[Nytt tiltak]"
    await story.presses("Jonas", "Nytt tiltak")
    assert story.last("Jonas").startswith("Hva er målet?")
    for who in ("Ida", "Kari", "Amina"):
        await story.types(who, "/tiltak")
        assert story.last(who) == "Du har ingen tiltak å se nå."


@pytest.mark.slow
@begins(a_week_before)
async def test_the_youth_reads_the_own_answer_as_ones_own(story):
    await story.presses("Ida", "Vis", "4 – bra")
    await story.presses(
        "Jonas", "Vis", "Evaluer", "Det har hjulpet", "Ferdig: det trengs ikke mer", "Hopp over"
    )
    await story.presses("Jonas", "Ja, lagre")
    assert "Ungdommens svar: 4 – bra." in story.last("Jonas")
    await story.presses("Ida", "Vis")
    assert "Svaret ditt: 4 – bra" in story.last("Ida")
    assert "Ungdommens" not in story.last("Ida")
    await story.presses("Kari", "Vis")
    assert "4 – bra" not in story.phone("Kari")


@pytest.mark.slow
@begins(amina_takes_part)
async def test_only_school_days_are_suggested_to_look_at_it_again(story):
    """The demo's schools are closed from 21 December, which is four weeks ahead."""
    await story.presses("Jonas", "Mål og tiltak", "Nytt tiltak")
    await story.types("Jonas", "Sove bedre")
    await story.types("Jonas", "Legge bort telefonen kl 22")
    await story.presses("Jonas", "Amina")
    await story.types("Jonas", "lørdag 12. desember")
    assert story.buttons("Jonas")[:3] == [
        "Om 6 uker: mandag 4. januar (forslag)",
        "Om 8 uker: mandag 18. januar",
        "Velg en annen dag",
    ]
