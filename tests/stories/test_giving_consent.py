"""Consent is asked of each, in the own chat and language, and given by a press and nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

import handlers
from bot import dispatch, parking
from handlers.approved import SELF, Length, told_to
from locales import say, verbatim
from models.consents import ConsentEvent
from models.terms import ConsentAct
from tests.stories.beginnings import all_are_asked, all_have_said_yes, begins, jonas_has_a_case
from tests.stories.words import LOST, NEWS, ONLY_BUTTONS, QUESTION

WHAT = """\
Disse får vite noe, og bare dette:
• Fyret fritidsklubb: når det er møter, målene og hva som er avtalt å gjøre
• Ungdomslosene: når det er møter, målene og hva som er avtalt å gjøre
Gjelder til og med tirsdag 23. februar 2027."""
NEW = """\
Nytt:
• Fyret fritidsklubb: når det er møter, målene og hva som er avtalt å gjøre. \
Ikke: hvordan det går på skolen og helse.
• Ungdomslosene: når det er møter, målene og hva som er avtalt å gjøre. \
Ikke: hvordan det går på skolen og helse.
Gjelder til og med tirsdag 23. februar 2027.
Ellers deles ingenting."""
ANSWERS = """\
Ja: det begynner når alle som må, har sagt ja.
Nei: dette deles ikke. Hjelpen fortsetter likevel.
Snakk med meg først: Jonas tar kontakt. Ingenting er bestemt før du svarer."""
ASKED = "spør om å samarbeide om {}.\nDet er for å gi best mulig hjelp, sammen."

MADE = "Det er laget en sak for dette. Du finner den med /saker."


def approved(whom: str, length: Length = Length.NORMAL, language: str = "nb") -> str:
    """The approved words, as they say who is helped whatever is answered."""
    words = told_to("consent.ask", length, SELF if whom == "deg" else verbatim(whom))
    return say(words, language) if words else ""


def card(whom: str, *more: str, what: str = WHAT, length: Length = Length.NORMAL) -> str:
    asked = f"Jonas ved Fjordvik ungdomsskole {ASKED.format(whom)}"
    return "\n\n".join((asked, what, approved(whom, length), *more))


def question(whom: str, length: Length = Length.NORMAL) -> str:
    """The first in a case, which is also how the family hears that there is one."""
    asked = card(whom, ANSWERS, what=NEW, length=length)
    return asked.replace("hjelp, sammen.\n", f"hjelp, sammen.\n{MADE}\n", 1)


@begins(jonas_has_a_case)
async def test_opening_a_case_tells_nobody_and_shares_nothing(story):
    page = "[Vis som side]\n" if story.sits_on_web("Jonas") else ""
    assert story.last("Jonas") == (
        "Ida: du er stafettholder.\n\n"
        "Ingenting deles før alle som må, har sagt ja. Hjelp kan gis hele tiden.\n"
        f"[Be om samtykke]\n[Nivå]\n[Stafettpinnen]\n[Skjerming]\n{page}[Avslutt samarbeidet]"
    )
    for who in ("Ida", "Kari", "Per", "Amina", "Randi", "Lise", "Siri", "Sam"):
        assert story.messages(who) == []


@begins(jonas_has_a_case)
async def test_nothing_is_ticked_beforehand_and_everything_is_repeated(story):
    await story.presses("Jonas", "Be om samtykke")
    assert not any(label.startswith("☑") for label in story.buttons("Jonas"))
    await story.presses("Jonas", "☐ Fyret fritidsklubb", "Ferdig")
    assert not any(label.startswith("☑") for label in story.buttons("Jonas"))
    await story.presses("Jonas", "☐ målene", "Ferdig", "3 måneder, til tirsdag 23. februar 2027")
    assert story.last("Jonas") == (
        "Skal jeg spørre de som må si ja for Ida?\n"
        "Samarbeid med: Fyret fritidsklubb\n"
        "De får vite: målene\n"
        "Til og med tirsdag 23. februar 2027\n\n"
        "Disse blir spurt: Ida, Kari og Per\n"
        "Hver får spørsmålet i sin egen chat. Ingen ser hva andre svarer.\n"
        "[Ja, spør dem]\n[Nei, avbryt]\n[‹ Tilbake]"
    )
    assert set(story.news()) == {"Jonas"}


@begins(all_are_asked)
async def test_each_is_asked_in_the_own_chat_and_language(story):
    assert story.last("Ida") == story.last("Kari") == QUESTION
    assert story.last("Per").startswith("Du har fått eit spørsmål.")
    for who in ("Amina", "Randi", "Lise", "Siri", "Sam"):
        assert story.messages(who) == []
    for who, vis in (("Ida", "Vis"), ("Kari", "Vis"), ("Per", story.buttons("Per")[0])):
        await story.presses(who, vis)
        assert set(story.news()) == {who}
    answers = "[Ja, det er greit]\n[Ja, men ikke alt]\n[Nei]\n[Snakk med meg først]\n[Kort] [Full]"
    assert story.last("Ida") == f"{question('deg')}\n{answers}"
    assert story.last("Kari") == f"{question('Ida')}\n{answers}"
    assert approved("Ida", language="nn") in story.last("Per")
    assert "Sier du nei, får du hjelp likevel." in story.last("Ida")
    assert "Sier du nei, får Ida hjelp likevel." in story.last("Kari")
    assert "Seier du nei, får Ida hjelp likevel." in story.last("Per")


@begins(all_are_asked)
async def test_the_text_is_read_in_three_lengths_in_place_and_answered_from_any(story):
    await story.presses("Ida", "Vis", "Kort")
    short = question("deg", Length.SHORT)
    assert story.last("Ida").startswith(short)
    assert story.buttons("Ida")[-2:] == ["Vanlig", "Full"]
    await story.presses("Ida", "Full")
    full = story.last("Ida")
    assert approved("deg", Length.FULL) in full
    assert story.count("Ida", "spør om å samarbeide") == 1
    assert len(short) < len(question("deg")) < len(full)
    await story.presses("Ida", "Kort", "Ja, det er greit")
    assert "✓ Du har sagt ja." in story.phone("Ida")


@pytest.mark.slow
@begins(all_have_said_yes)
async def test_what_is_asked_next_is_said_as_a_difference(story):
    await story.presses("Jonas", "Vis", "Åpne saken", "Be om samtykke")
    await story.presses("Jonas", "☐ Fyret fritidsklubb", "☐ Skolehelsetjenesten", "Ferdig")
    await story.presses("Jonas", "☐ målene", "☐ helse", "Ferdig")
    await story.presses("Jonas", story.buttons("Jonas")[0], "Ja, spør dem")
    await story.presses("Kari", "Vis")
    assert """\
Nytt:
• Fyret fritidsklubb: helse. Ikke: hvordan det går på skolen.
• Skolehelsetjenesten: målene og helse. \
Ikke: når det er møter, hva som er avtalt å gjøre og hvordan det går på skolen.
Som før:
• Fyret fritidsklubb: målene
Gjelder til og med tirsdag 23. februar 2027.
Alt annet er som før.""" in story.last("Kari")


@begins(all_are_asked)
async def test_a_yes_is_receipted_to_the_one_who_gave_it_and_shares_nothing_yet(story):
    await story.presses("Ida", "Vis", "Ja, det er greit")
    news = story.news()
    assert set(news) == {"Ida"}
    assert news["Ida"][0] == card(
        "deg",
        "✓ Du har sagt ja. Venter på svar fra andre. Ingenting nytt deles ennå.\n[Ta tilbake]\n[Endre hva du sier ja til]",
    )
    number, _, receipt = news["Ida"][1].partition("\n")
    assert number.startswith("Kvittering ")
    assert receipt == (
        "Du sa ja til deling med Fyret fritidsklubb og Ungdomslosene.\n"
        "Ingenting nytt deles ennå. Det begynner når de som må, har sagt ja, og gjelder til og med "
        "tirsdag 23. februar 2027.\n"
        "Du kan ta det tilbake når som helst: skriv /stopp eller /samtykke."
    )
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder")
    assert "Venter på svar fra Kari og Per." in story.last("Jonas")
    assert "Ta med deltakere" not in story.buttons("Jonas")


@pytest.mark.slow
@begins(all_are_asked)
async def test_the_stafettholder_hears_when_all_have_said_yes_and_not_before(story):
    for who in ("Ida", "Kari"):
        await story.presses(who, "Vis", "Ja, det er greit")
    assert set(story.news()) == {"Ida", "Kari"}
    await story.presses("Per", story.buttons("Per")[0])
    await story.presses("Per", story.buttons("Per")[0])
    news = story.news()
    assert set(news) == {"Per", "Ida", "Kari", "Jonas"}
    assert news["Ida"] == news["Kari"] == news["Jonas"] == [NEWS]
    await story.presses("Jonas", "Vis")
    assert story.last("Jonas").startswith(
        "Alle har sagt ja til deling med Fyret fritidsklubb og Ungdomslosene om Ida."
    )
    await story.presses("Kari", "Vis")
    assert story.last("Kari") == (
        "De som må, har sagt ja. Det alle har sagt ja til, deles nå.\n[Hvem får vite hva]"
    )
    assert "Per" not in story.last("Kari")


@begins(all_are_asked)
async def test_a_no_stops_nothing_but_the_sharing_and_nobody_learns_whose_it_was(story):
    await story.presses("Kari", "Vis", "Nei")
    news = story.news()
    assert set(news) == {"Kari", "Jonas"}
    assert "Hjelpen fortsetter likevel." in news["Kari"][1]
    await story.presses("Jonas", "Vis")
    told = story.last("Jonas")
    assert told.startswith(
        "Ikke alle sa ja til deling med Fyret fritidsklubb og Ungdomslosene om Ida. "
        "Hjelpen fortsetter uten. Ingen skal måtte forklare hvorfor."
    )
    assert "Kari" not in told
    for who in ("Ida", "Per"):
        await story.types(who, "/samtykke")
        assert "Kari" not in story.phone(who)


@pytest.mark.slow
@begins(all_are_asked)
async def test_talk_with_me_first_reaches_the_stafettholder_and_decides_nothing(story):
    await story.presses("Kari", "Vis", "Snakk med meg først")
    assert set(story.news()) == {"Kari", "Jonas"}
    assert story.buttons("Kari") == ["Ja, det er greit", "Ja, men ikke alt", "Nei", "Kort", "Full"]
    await story.presses("Jonas", "Vis")
    assert story.last("Jonas").startswith("Kari vil snakke med deg før")
    await story.presses("Kari", "Ja, det er greit")
    assert "✓ Du har sagt ja." in story.phone("Kari")


@begins(all_are_asked)
async def test_typed_words_never_give_a_consent(story):
    await story.presses("Ida", "Vis")
    story.news()
    for words in ("ja", "JA!", "Ja, det er greit", "ok", "Jepp", "Jeg samtykker", "yes", "👍"):
        await story.types("Ida", words)
        assert story.news() == {"Ida": [ONLY_BUTTONS]}
    await story.types("Ida", "jaså")
    assert story.news() == {"Ida": [LOST]}
    await story.types("Ida", "/samtykke")
    assert "Du har ikke svart ennå." in story.last("Ida")


@pytest.mark.slow
@begins(all_are_asked)
async def test_the_unanswered_are_reminded_once_the_others_not(story):
    await story.presses("Ida", "Vis", "Ja, det er greit")
    story.news()
    await story.passes(days=3)
    news = story.news()
    assert set(news) == {"Kari", "Per"}
    assert news["Kari"] == [
        "Et spørsmål venter på svar fra deg. Du kan svare ja eller nei, eller be om en prat.\n"
        "[Vis]"
    ]
    await story.passes(days=14)
    assert story.news() == {}


@pytest.mark.slow
@begins(all_have_said_yes)
async def test_what_is_in_force_is_seen_by_the_family_with_who_has_looked(story):
    await story.types("Kari", "/samtykke")
    assert story.last("Kari") == (
        "Hvem får vite hva om Ida\n"
        "• Fyret fritidsklubb: når det er møter, målene og hva som er avtalt å gjøre. "
        "Til og med tirsdag 23. februar 2027.\n"
        "• Ungdomslosene: når det er møter, målene og hva som er avtalt å gjøre. "
        "Til og med tirsdag 23. februar 2027.\n"
        "Stafettholderen ser det som skrives her, så lenge samtykket gjelder.\n\n"
        "Dette er du spurt om, og det du har svart:\n\n"
        "Ida: Fyret fritidsklubb og Ungdomslosene\n"
        "Til og med tirsdag 23. februar 2027.\n"
        "✓ Du har sagt ja. Det gjelder nå.\n\n"
        "Vil du stoppe alt på en gang, så skriv /stopp.\n"
        "[Bare det som trengs]\n"
        "[Alt til alle] [Ingen nå]\n"
        "[Juster]\n"
        "[Se det slik de andre ser det]\n"
        "[Ta tilbake: Fyret fritidsklubb og Ungdomslosene]\n"
        "[Vis: Fyret fritidsklubb og Ungdomslosene]"
    )
    await story.presses("Jonas", "Vis", "Åpne saken")
    await story.types("Ida", "/saker")
    await story.presses("Ida", "Samarbeidet om deg", "Hvem får vite hva", "Hvem har sett")
    assert "mandag 23. november kl. 10.00: stafettholderen, Fjordvik ungdomsskole" in story.last(
        "Ida"
    )


@pytest.mark.slow
@begins(all_have_said_yes)
async def test_a_consent_ends_by_itself_after_its_last_day(story):
    await story.passes(days=63)  # the Monday after 24 January: a month is left
    warned = set(story.news())
    assert warned - {"Randi"} == {
        "Ida",
        "Kari",
        "Per",
        "Jonas",
    }  # who leads hears what has stopped
    await story.passes(days=33)
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Ida: du er stafettholder")
    assert "Møter" not in story.buttons("Jonas")
    await story.types("Kari", "/samtykke")
    assert "Tiden er gått ut. Det deles ikke." in story.last("Kari")


@begins(all_are_asked)
async def test_yes_but_not_everything_is_chosen_repeated_and_kept(story):
    await story.presses("Kari", "Vis", "Ja, men ikke alt")
    assert not any(label.startswith("☑") for label in story.buttons("Kari"))
    await story.presses("Kari", "☐ Fyret fritidsklubb", "Ferdig", "☐ målene", "Ferdig")
    assert story.last("Kari") == (
        "Du sier ja til dette:\n"
        "• Fyret fritidsklubb: målene\n"
        "Du sier ikke ja til dette:\n"
        "• Fyret fritidsklubb: når det er møter og hva som er avtalt å gjøre\n"
        "• Ungdomslosene: når det er møter, målene og hva som er avtalt å gjøre\n"
        "Gjelder til og med tirsdag 23. februar 2027.\n"
        "Bare det alle som må, har sagt ja til, deles.\n\n"
        f"{approved('Ida', Length.SHORT)}\n\n"
        "Skal jeg lagre svaret?\n"
        "[Ja, til dette]\n[Nei, avbryt]\n[‹ Tilbake]"
    )
    await story.types("Kari", "ja")
    assert "Kvittering" not in story.phone("Kari")
    await story.presses("Kari", "Ja, til dette")
    assert "Kvittering" in story.phone("Kari")
    await story.presses("Ida", "Vis", "Ja, det er greit")
    await story.presses("Per", story.buttons("Per")[0])
    await story.presses("Per", story.buttons("Per")[0])
    await story.types("Ida", "/saker")
    await story.presses("Ida", "Samarbeidet om deg", "Hvem får vite hva")
    assert "• Fyret fritidsklubb: målene. Til og med" in story.last("Ida")
    assert "Ungdomslosene" not in story.last("Ida")


@pytest.mark.slow
@begins(all_are_asked)
async def test_what_an_operator_hears_again_gives_no_consent(story, monkeypatch):
    """Kari's yes came to nothing and she was told so; three weeks later it is replayed."""
    await story.presses("Kari", "Vis")
    with monkeypatch.context() as trouble:
        trouble.setitem(handlers.BUTTONS, "consent.give", lambda *_press: 1 / 0)
        await story.presses("Kari", "Ja, det er greit")
    assert "Noe gikk galt" in story.last("Kari")
    await story.passes(days=20)

    def replay(session):
        (parked,) = parking.waiting(session)
        parking.replay(session, parked.reference, dispatch.handle, story.clock.now())

    await story.app.store.write(replay)
    given = select(ConsentEvent).where(ConsentEvent.act == ConsentAct.GIVEN)
    assert story.app.store.read_now(lambda session: session.scalars(given).all()) == []
