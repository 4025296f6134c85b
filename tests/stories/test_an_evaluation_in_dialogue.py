"""A week before, everyone is asked about what is theirs; afterwards the family says if it is right."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import closing, evaluations, goals, people
from models.cases import Case
from models.terms import Decision, Effect, Settled
from tests.agreed import Verdict
from tests.stories.beginnings import begins, something_is_agreed
from tests.stories.test_tiltak_and_evaluation import LOOK, QUESTION, QUESTION_NN, SOON

SLEEP = "«Legge bort telefonen kl 22»"
TIRED = "Hun er like trøtt om morgenen"
AWAKE = "Jeg blir liggende våken"
NOT_ME = "Det var mamma som bestemte klokka 22"


@begins(something_is_agreed)
async def everyone_has_answered(story) -> None:
    await story.comes(14, 12, 10)
    assert story.news() == {
        "Ida": [QUESTION], "Kari": [QUESTION], "Per": [QUESTION_NN], "Amina": [SOON, QUESTION],
        "Jonas": [LOOK],
    }  # fmt: skip
    await story.presses("Ida", "Vis")
    assert "Amina, Kari og Per er også spurt." in story.last("Ida")
    await story.presses("Ida", "2 – ikke så bra", "Legg til noen ord")
    await story.types("Ida", AWAKE)
    await story.presses("Ida", "Ja, legg til")
    await story.presses("Kari", "Vis")
    assert story.last("Kari") == (
        f"Det gjelder Ida: {SLEEP}\n\nHjelper det?\n\n"
        "Jonas ser svaret. De andre i familien ser det ikke her.\n"
        "[Det hjelper]\n[Det hjelper litt]\n[Det hjelper ikke]\n[Vil ikke svare nå]"
    )
    await story.presses("Kari", "Det hjelper ikke", "Legg til noen ord")
    await story.types("Kari", TIRED)
    await story.presses("Kari", "Ja, legg til")
    await story.presses("Per", "Vis", "Vil ikkje svare no")
    assert story.last("Per").startswith(
        "Det er heilt greitt.\nJonas får vite at du ikkje ville svare"
    )
    await story.presses("Amina", "Vis")
    assert story.last("Amina") == (
        f"Det gjelder Ida: {SLEEP}\n\nDu har ansvaret. Hvordan går det?\n\n"
        "Jonas ser svaret før dere bestemmer noe. Familien ser det ikke her.\n"
        "[Svar]\n[Vil ikke svare nå]"
    )
    await story.presses("Amina", "Svar", "I gang", "Det hjelper litt", "Hopp over", "Ja, lagre")
    assert story.last("Amina").startswith("Takk. Du svarte: I gang. Det hjelper litt.")
    story.news()


@begins(everyone_has_answered)
async def it_is_evaluated(story) -> None:
    await story.comes(21, 12, 10)
    assert story.news() == {
        "Amina": [SOON],
        "Jonas": [LOOK],
    }  # nobody who has answered is asked again
    await story.presses("Jonas", "Vis")
    for line in (
        f"Ida svarte: 2 – ikke så bra. «{AWAKE}»",
        f"Kari (foresatt): Det hjelper ikke. «{TIRED}»",
        "Per (foresatt): ville ikke svare nå.",
        "Amina (ansvarlig): I gang. Det hjelper litt.",
    ):
        assert line in story.last("Jonas")
    await story.presses("Jonas", "Evaluer", "Det har ikke hjulpet", "Stopp: det hjelper ikke nok")
    await story.types("Jonas", "Ida sover ikke bedre")
    await story.presses("Jonas", "Ja, lagre")
    story.news()


@begins(everyone_has_answered)
async def test_what_each_has_said_is_for_the_holder_alone(story):
    for who, own in (("Ida", AWAKE), ("Kari", TIRED), ("Per", ""), ("Amina", "I gang")):
        for command in ("/tiltak", "/evaluering", "/saker"):
            await story.types(who, command)
        for words in {AWAKE, TIRED, "I gang. Det"} - {own, own + ". Det"}:
            assert words not in story.phone(who), (who, words)
    for who in ("Randi", "Lise", "Siri", "Sam"):
        assert story.messages(who) == []


@pytest.mark.slow
@begins(it_is_evaluated)
async def test_after_the_last_there_is_no_third_way(story):
    assert story.last("Jonas").endswith(
        "Nå er ingenting mer avtalt. Sett en ny dato, eller avslutt. Hva gjør dere?\n"
        "[Nytt tiltak]\n[Planlegg et møte]\n[Avslutt samarbeidet]\n[Skriv hva som ble prøvd]"
    )
    await story.comes(28, 12, 10)
    assert "Jonas" in story.news()
    await story.presses("Jonas", "Vis")
    assert story.last("Jonas").startswith("Ida\n\nNå er ingenting mer avtalt.")
    await story.presses("Jonas", "Nytt tiltak", "Sove bedre")
    await story.types("Jonas", "Legge seg klokka 23")
    await story.presses("Jonas", "Jonas")
    await story.types("Jonas", "20. januar")
    await story.presses("Jonas", "Samme dag som fristen: onsdag 20. januar", "Ja, lagre tiltaket")
    story.news()
    await story.comes(30, 12, 10)
    await story.passes(days=9)
    assert "Jonas" not in story.news()


@pytest.mark.slow
@begins(it_is_evaluated)
async def test_the_family_puts_it_right_and_nothing_is_written_over(story):
    await story.presses("Ida", "Vis")
    assert story.last("Ida") == (
        f"{SLEEP}\nDet er stoppet.\nVirkning: Det har ikke hjulpet\nHvorfor: Ida sover ikke bedre\n"
        "Svaret ditt: 2 – ikke så bra\n\nStemmer dette?\n"
        "[Stemmer]\n[Rett på]\n[Forstår ikke]\n[Se alle tiltak]"
    )
    await story.presses("Ida", "Rett på")
    assert "Foreldrene dine ser det ikke her." in story.last("Ida")
    await story.types("Ida", NOT_ME)
    await story.presses("Ida", "Ja, send")
    assert f"Du har rettet på det: «{NOT_ME}»" in story.last("Ida")
    await story.presses("Kari", "Vis", "Forstår ikke")
    assert "Stafettholderen snakker med deg senest mandag 28. desember." in story.last("Kari")
    await story.presses("Per", "Vis", "Stemmer")
    news = story.news()["Jonas"]
    assert news == [LOOK, LOOK]
    await story.presses("Jonas", "Vis")
    assert f"Ida retter på: «{NOT_ME}»" in story.last("Jonas")
    await story.presses("Jonas", "Åpne: Kari")
    assert "Per: det stemmer." in story.last("Jonas")
    await story.presses("Jonas", "Kari: Vi har snakket sammen", "Skriv et tillegg")
    await story.types("Jonas", "Tidspunktet ble bestemt hjemme")
    await story.presses("Jonas", "Ja, legg til")
    assert f"Ida retter på: «{NOT_ME}» Lest." in story.last("Jonas")
    assert set(story.news()) == {"Jonas", "Ida", "Kari", "Per"}
    for who in ("Kari", "Per"):
        await story.presses(who, "Vis")
        assert "Ida sover ikke bedre\n" in story.last(who)
        assert "Tillegg: «Tidspunktet ble bestemt hjemme»" in story.last(who)
        assert NOT_ME not in story.phone(who)
    assert NOT_ME not in story.phone("Amina")


@pytest.mark.slow
@begins(it_is_evaluated)
async def test_silence_is_no_yes(story):
    await story.passes(hours=80)
    await story.types("Jonas", "/saker")
    await story.presses("Per", "Vis", "Stemmer")
    assert story.last("Per").startswith(f"{SLEEP}\nDet er stoppa.")
    assert "Du har sagt at det stemmer." in story.last("Per")


async def meanwhile(story, act) -> None:
    """Something happens elsewhere: `act(session, ida's case, its tiltak, holder, now)`."""

    def done(session) -> None:
        case = session.scalars(select(Case)).one()
        (thing,) = goals.active(session, case.id)
        holder = people.get(session, case.stafettholder_id)
        act(session, case, thing, holder, story.clock.now())

    await story.app.store.write(done)


def evaluated(session, case, thing, holder, now) -> None:
    verdict = Verdict(Decision.CONTINUE, now.date() + timedelta(days=30), effect=Effect.HELPED)
    evaluations.evaluate(
        session, actor=holder, tiltak_id=thing.id, version=1, verdict=verdict, now=now
    )


def closed(session, case, thing, holder, now) -> None:
    wish = closing.Wish(note="Flyttet", settled={thing.id: Settled.OUTSIDE})
    closing.close(session, actor=holder, case_id=case.id, wish=wish, now=now)


@pytest.mark.slow
@begins(everyone_has_answered)
async def test_evaluated_elsewhere_the_question_is_put_anew(story):
    await story.presses(
        "Jonas", "Vis", "Evaluer", "Det har hjulpet", "Ferdig: det trengs ikke mer"
    )
    await meanwhile(story, evaluated)
    await story.types("Jonas", "Alt er bra nå")
    assert "Hva sier Ida selv?" in story.last("Jonas")  # of the new round nothing is said yet
    assert "Det er ferdig." not in story.phone("Ida")


@pytest.mark.slow
@begins(everyone_has_answered)
async def test_a_case_that_was_closed_meanwhile_is_not_evaluated(story):
    await story.presses(
        "Jonas", "Vis", "Evaluer", "Det har hjulpet", "Ferdig: det trengs ikke mer"
    )
    await meanwhile(story, closed)
    await story.types("Jonas", "Alt er bra nå")
    assert story.last("Jonas") == "Dette finnes ikke, eller er ikke åpent for deg."
    await story.presses("Kari", "Endre svaret")
    assert story.toast("Kari") == "Dette er avsluttet."
