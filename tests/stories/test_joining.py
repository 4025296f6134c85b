"""Joining: a link handed over in person, a code on both phones, and a yes from the school."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select

from models import people
from models.contacts import Contact
from models.family import Guardianship
from models.municipality import Unit
from models.people import Pupil
from tests.stories.beginnings import begins
from tests.stories.words import ABSENT

WAITING = "Noen venter på deg nå.\n[Vis]"


def _enrol(session, jonas_address: int, now: datetime) -> None:
    school = session.scalars(select(Unit).where(Unit.key == "ungdomsskolen")).one()
    jonas = session.scalars(select(Contact).where(Contact.address == jonas_address)).one()
    nora = people.create(session, name="Nora", language="nb", now=now, born=date(2011, 3, 2))
    anne = people.create(session, name="Anne", language="nb", now=now)
    session.add(Pupil(person_id=nora.id, school_id=school.id, kontaktlaerer_id=jonas.person_id))
    session.add(Guardianship(ungdom_id=nora.id, foresatt_id=anne.id))


async def randi_invites_nora(story) -> str:
    """Nora is a pupil without a chat. What to type for the link Randi got."""
    await story.app.store.write(_enrol, story.ids["Jonas"], story.clock.now())
    story.meets("Nora")
    story.meets("Tyv")
    await story.types("Randi", "/inviter")
    await story.presses("Randi", "En elev", "Ja, lag lenken")
    return "/start " + story.last("Randi").split("?start=")[1].split()[0]


@begins(randi_invites_nora)
async def opened(story) -> str:
    """Nora has opened the link: her code."""
    await story.types("Nora", story.told)
    return story.last("Nora").split("Koden din er ")[1].split(".")[0]


@begins(randi_invites_nora)
async def test_the_link_and_its_qr_code_are_shown_to_who_made_it_alone(story):
    shown = story.messages("Randi")[-1]
    assert shown["text"].startswith("Lenke til Nora. La Nora lese QR-koden med telefonen, ")
    assert shown["photo"] is not None
    assert "Den virker én gang" in shown["text"]
    for who in ("Nora", "Tyv", "Ida", "Jonas"):
        assert story.messages(who) == []


@begins(opened)
async def test_an_opened_link_gives_a_code_and_nothing_else(story):
    assert story.last("Nora") == (
        f"Koden din er {story.told}.\n\n"
        "Vis den til den som inviterte deg, så er du snart inne.\n\n"
        "Fikk du lenken av noen som ikke står ved siden av deg? Da er den ikke til deg."
    )
    assert story.last("Randi") == WAITING
    await story.types("Nora", "/saker")
    assert story.last("Nora").startswith("Du er ikke med i noen sak nå.")
    await story.types("Nora", "/minedata")
    assert "Bekreftet av kommunen: nei, bare en Telegram-konto" in story.last("Nora")
    assert set(story.news()) == {"Nora"}


@begins(opened)
async def test_staff_compares_the_code_and_says_yes(story):
    story.waiting.add("Nora")  # they stand together
    await story.presses("Randi", "Vis")
    assert story.last("Randi") == (
        "Noen har åpnet lenken til Nora.\n\n"
        f"Står koden {story.told} på telefonen til Nora?\n[Stemmer]\n[Stemmer ikke]"
    )
    await story.presses("Randi", "Stemmer")
    assert story.last("Randi") == "Nora er med nå."
    assert set(story.news()) == {"Randi", "Nora"}
    assert story.last("Nora").endswith("Hei, Nora! Skolen har bekreftet at det er deg.")
    await story.types("Nora", "/minedata")
    assert "Bekreftet av kommunen: ja" in story.last("Nora")


@begins(opened)
async def test_with_another_code_it_is_turned_away_and_stays_a_stranger(story):
    story.waiting.add("Nora")  # they stand together
    await story.presses("Randi", "Vis", "Stemmer ikke")
    assert story.news() == {
        "Randi": ["Avvist. Lag en ny lenke når dere står sammen."],
        "Nora": ["Det gikk ikke denne gangen. Be om en ny lenke."],
    }
    await story.types("Nora", "/minedata")
    assert "Bekreftet av kommunen: nei" in story.last("Nora")


@begins(randi_invites_nora)
async def test_used_expired_and_invented_links_sound_the_same(story):
    await story.types("Nora", story.told)
    await story.types("Tyv", story.told)
    used = story.last("Tyv")
    await story.types("Tyv", "/start finnesikke")
    assert used == story.last("Tyv") == ABSENT
    assert "Nora" not in story.phone("Tyv")


@begins(randi_invites_nora)
async def test_an_expired_link_opens_nothing(story):
    await story.passes(days=31)
    story.news()
    await story.types("Tyv", story.told)
    news = story.news()
    assert set(news) == {"Tyv"}
    assert news["Tyv"][-1] == ABSENT
    assert len(news["Tyv"]) == 1 or story.sits_on_web("Tyv")  # at the front door one is greeted


@begins(randi_invites_nora)
async def test_someone_known_cannot_open_another_ones_link(story):
    await story.types("Kari", story.told)
    assert story.news() == {"Kari": [ABSENT]}
    await story.types("Nora", story.told)
    assert story.last("Nora").startswith("Koden din er ")


@begins(opened)
async def test_only_staff_of_the_school_confirms(story):
    vis = story.messages("Randi")[-1]["inline_keyboard"][0][0]["callback_data"]
    for who in ("Amina", "Kari", "Nora"):
        await story.presses_data(who, vis, story.messages("Randi")[-1]["message_id"])
        assert story.toast(who) == ABSENT
    assert set(story.news()) <= {"Amina", "Kari", "Nora"}
    assert "Nora" not in story.phone("Amina") + story.phone("Kari")


@pytest.mark.slow
@begins(randi_invites_nora)
async def test_what_a_stranger_asked_for_is_theirs_once_the_school_knows_them(story):
    story.waiting.add("Nora")  # they stand together
    await story.types("Nora", "/los")
    await story.presses("Nora", "Meg selv, jeg er 13–24 år", "Skolen", "På skolen")
    await story.presses("Nora", "☐ I helgen", "Ferdig", "På skolen", "Nei, ikke si det til dem")
    await story.presses("Nora", "Ja, send")
    await story.types("Nora", story.told)
    await story.presses("Randi", "Vis")
    await story.presses("Randi", "Stemmer")
    await story.types("Nora", "/los")
    assert story.last("Nora").startswith("Rektor har fått det og skal se på det.")
    await story.types("Randi", "Køen")
    assert "klar, ikke vurdert" in story.last("Randi")
