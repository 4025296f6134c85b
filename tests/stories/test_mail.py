"""Kari has no Telegram: what she is told stands on the web, and a mail says that there is something."""

from __future__ import annotations

import pytest

from bot import demo
from models import contacts, discretion
from tests.browsing import Browser
from tests.post_office import certificate, post_office
from tests.stories.beginnings import amina_takes_part, begins
from tests.stories.mail_setup import Person, decide, links_in

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


@pytest.mark.slow
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


@pytest.mark.slow
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


# --- meetings ------------------------------------------------------------------------------------

MEETING = """\
Du har en ny avtale med Fjordvik kommune

Når: torsdag 3. desember kl. 14.15

Svar her, eller i chatten:

Kommer: https://chat.fjordvik.test/svar/YES

Kan ikke: https://chat.fjordvik.test/svar/NO

Vil du ikke ha e-post, så slå det av i chatten under Innstillinger.

Du kan ikke svare på denne e-posten. Haster det, ring 113 eller 112.
"""
SPENT = "Denne lenken virker ikke lenger."
FILE_WORDS = ("Ida", "skole", "Møte", "Jonas", "Amina", "LOCATION", "ATTENDEE", "DESCRIPTION")


async def wants_meetings(story, somebody) -> None:
    await story.app.store.write(decide, mail_meetings=True)
    await somebody.says("/innstillinger")
    await somebody.presses("Beskjed på e-post", "Avtaler på e-post også")


def file_in(letter) -> str:
    (file,) = letter.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "avtale.ics")
    return file.get_payload(decode=True).decode()


@begins(amina_takes_part)
async def test_a_meeting_comes_by_mail_says_only_when_and_is_answered_by_one_press(story, kari):
    await wants_meetings(story, kari)
    await calls_a_meeting(story)
    letter = kari.mails[-1]
    yes, no = links_in(kari.text)
    assert kari.text.replace(yes, "YES").replace(no, "NO") == MEETING
    file = file_in(letter)
    assert "DTSTART;TZID=Europe/Oslo:20261203T141500" in file
    assert "METHOD:PUBLISH" in file
    assert not [word for word in FILE_WORDS if word in file]
    stranger = Browser()
    for _scanner in range(3):
        page = await stranger.get(kari.asgi, f"/svar/{yes}")
        assert page.status == 200
        assert "Når: torsdag 3. desember kl. 14.15" in page.text
        assert not [name for name in ("Ida", "Kari", "Jonas", "skole") if name in page.text]
    story.news()
    done = await stranger.form(kari.asgi, f"/svar/{yes}")
    await story.settle()
    assert (done.status, "Svaret ditt er sendt." in done.text) == (200, True)
    assert "Noen har svart på en avtale." in story.news()["Jonas"][-1]
    for spent in (yes, no):
        assert SPENT in (await stranger.get(kari.asgi, f"/svar/{spent}")).text
        again = await stranger.form(kari.asgi, f"/svar/{spent}")
        assert (again.status, SPENT in again.text) == (404, True)
    await story.types("Jonas", "/moter")
    await story.presses("Jonas", "Ida: torsdag 3. desember kl. 14.15")
    assert "Kari: kommer" in story.last("Jonas")
    await story.presses("Jonas", "Avlys", "Ja, avlys")
    assert kari.subjects[-1] == "En avtale med Fjordvik kommune er avlyst"
    assert "METHOD:CANCEL" in file_in(kari.mails[-1])
    assert "/svar/" not in kari.text


@pytest.mark.slow
@begins(amina_takes_part)
async def test_a_link_that_is_forged_foreign_old_or_no_longer_theirs_opens_nothing(story, amina):
    await wants_meetings(story, amina)
    await calls_a_meeting(story)
    yes, _no = links_in(amina.text)
    body, _dot, mark = yes.rpartition(".")
    parts = body.split(".")
    forged = [
        f"nei.{'.'.join(parts[1:])}.{mark}",
        f"{'.'.join([*parts[:-1], '1'])}.{mark}",
        f"{body}.{mark[:-1]}x",
        body,
        "x" * 300,
        "ja.1.1.1.1.",
        "%00",
    ]
    answers = [await Browser().get(amina.asgi, f"/svar/{each}") for each in forged]
    assert {(a.status, SPENT in a.text) for a in answers} == {(404, True)}
    assert len({a.text for a in answers}) == 1

    async def opens() -> bool:
        given = await Browser().get(amina.asgi, f"/svar/{yes}")
        return given.status == 200

    assert await opens()
    await story.app.store.write(decide, mail_meetings=False)
    assert not await opens()
    await story.app.store.write(decide, mail_meetings=True)
    assert await opens()
    await story.types("Ida", "/stopp")
    assert not await opens()


@pytest.mark.slow
@begins(amina_takes_part)
async def test_who_takes_a_yes_back_is_told_that_a_mail_stays_where_it_is(story, amina):
    await wants_meetings(story, amina)
    await calls_a_meeting(story)
    await story.types("Ida", "/stopp")
    receipt = next(words for words in story.news()["Ida"] if "Kvittering" in words)
    assert "1 melding får jeg ikke fjernet. Den kan bli liggende." in receipt


@pytest.mark.slow
@begins(amina_takes_part)
async def test_a_link_of_an_older_time_or_a_begun_meeting_is_spent(story, kari):
    await wants_meetings(story, kari)
    await calls_a_meeting(story)
    yes, _no = links_in(kari.text)
    await story.comes(3, 12, 14, 16)
    assert (await Browser().form(kari.asgi, f"/svar/{yes}")).status == 404


@pytest.mark.slow
@begins(amina_takes_part)
async def test_who_has_not_chosen_it_gets_no_meeting_by_mail(story, kari):
    await story.app.store.write(decide, mail_meetings=True)
    await calls_a_meeting(story)
    assert kari.subjects == ["Kode fra Fjordvik kommune"]


@pytest.mark.slow
@begins(amina_takes_part)
async def test_a_pause_in_the_chat_is_a_pause_of_its_mails(story, kari):
    await wants_meetings(story, kari)

    def pause(session) -> None:
        cast = demo.cast_of(session)
        here = contacts.of(session, cast["kari"].id)
        discretion.pause(
            session, actor=cast["kari"], contact_id=here.id, days=2, now=story.clock.now()
        )

    await story.app.store.write(pause)
    await calls_a_meeting(story, "fredag 11. des kl 10")
    await story.passes(days=1, hours=20)
    assert kari.subjects == ["Kode fra Fjordvik kommune"]
    await story.passes(hours=8)
    assert kari.subjects[1:] == ["Du har en ny avtale med Fjordvik kommune", NEW]
