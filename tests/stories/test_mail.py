"""Kari has no Telegram: what she is told stands on the web, and a mail says that there is something."""

from __future__ import annotations

import pytest

from tests.post_office import certificate, post_office
from tests.stories.beginnings import amina_takes_part, begins
from tests.stories.mail_setup import Person, decide

pytestmark = pytest.mark.on_telegram  # the others are there; Kari is on the web in any case

NEW = "Du har en ny beskjed fra Fjordvik kommune"
MAIL = """\
Du har en ny beskjed fra Fjordvik kommune

Åpne chatten for å lese den:

https://chat.fjordvik.test

Kommer du ikke inn, så spør den du har kontakt med i kommunen.

Vil du ikke ha e-post, så slå det av i chatten under Innstillinger.

Du kan ikke svare på denne e-posten. Haster det, ring 113 eller 112.
"""


@pytest.fixture(scope="module")
def cert(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("cert"))


@pytest.fixture
async def office(story, cert):
    async with post_office(cert) as office:
        story.mail = office.at
        await story.restarts()
        yield office
        await story.app.post.close()


async def _with_mail(story, office, name: str) -> Person:
    somebody = Person(story, office, name, f"{name.casefold()}@example.no")
    await somebody.sits_down()
    await somebody.chooses_mail()
    story.news()
    return somebody


@pytest.fixture
async def kari(story, office):
    return await _with_mail(story, office, "Kari")


@pytest.fixture
async def amina(story, office):
    return await _with_mail(story, office, "Amina")


async def calls_a_meeting(story, day: str = "torsdag 3. des kl 14.15") -> None:
    await story.types("Jonas", "/moter")
    await story.presses("Jonas", "Planlegg møte om Ida")
    await story.types("Jonas", day)
    await story.presses("Jonas", "45 minutter", "På skolen", "☐ Amina (Fyret fritidsklubb)")
    await story.presses("Jonas", "Ferdig", "Ja, kall inn")


@begins(amina_takes_part)
async def test_who_has_not_looked_gets_one_mail_and_no_more_until_they_have(story, kari):
    await calls_a_meeting(story)
    assert kari.subjects == ["Kode fra Fjordvik kommune"]
    await story.passes(minutes=31)
    assert kari.subjects[1:] == [NEW]
    assert kari.text == MAIL
    await calls_a_meeting(story, "fredag 4. des kl 10")
    await story.passes(days=1)
    assert kari.subjects[1:] == [NEW]
    assert any("avtale" in text for text in await kari.looks())
    await calls_a_meeting(story, "mandag 7. des kl 10")
    await story.passes(minutes=31)
    assert kari.subjects[1:] == [NEW, NEW]


@pytest.mark.slow
@begins(amina_takes_part)
async def test_who_looks_in_time_gets_no_mail(story, kari):
    await calls_a_meeting(story)
    await story.passes(minutes=20)
    await kari.looks()
    await story.passes(minutes=30)
    assert kari.subjects == ["Kode fra Fjordvik kommune"]


@pytest.mark.slow
@begins(amina_takes_part)
async def test_a_yes_taken_back_before_the_mail_goes_leaves_what_is_true_then(story, amina):
    await story.app.store.write(decide, mail_after_minutes=120)
    await calls_a_meeting(story)
    assert any("Du har en ny avtale" in text for text in await amina.stands())
    await story.types("Ida", "/stopp")
    await story.passes(hours=3)
    assert not any("avtale" in text for text in await amina.stands())
    assert (await amina.stands())[-1].startswith("Det du har tilgang til her, er endret.")
    assert amina.subjects[1:] == [NEW]
    assert amina.text == MAIL


@begins(amina_takes_part)
async def test_a_mail_that_comes_back_is_told_the_holder_and_its_owner(story, kari):
    kari.office.refuses[kari.address] = "550 5.1.1 no such user"
    await calls_a_meeting(story)
    story.news()
    await story.passes(minutes=31)
    assert "En beskjed kom ikke fram.\n[Vis]" in story.news()["Jonas"]
    assert (await kari.looks())[-1] == "E-post til deg kommer ikke fram. Se over adressen."


@pytest.mark.slow
@begins(amina_takes_part)
async def test_what_nobody_has_looked_at_for_three_days_is_a_task_for_the_holder(story, kari):
    await calls_a_meeting(story, "fredag 11. des kl 10")
    story.news()
    await story.passes(days=2, hours=23)
    assert not any("kom ikke fram" in text for text in story.news().get("Jonas", ()))
    await story.passes(hours=2)
    assert "En beskjed kom ikke fram.\n[Vis]" in story.news()["Jonas"]
    assert kari.subjects[1:] == [NEW]
