"""A meeting is planned by buttons or by words, answered by everyone asked, moved and called off."""

from __future__ import annotations

import pytest

from tests.stories.beginnings import a_meeting_is_called, amina_takes_part, begins
from tests.stories.words import ABSENT

NEWS = """\
Du har en ny avtale.
Når: torsdag 3. desember kl. 14.15
Passer det?
[Vis]
[Kommer] [Kan ikke]
[Annet tidspunkt] [Noe annet]"""
ANSWERED = "Noen har svart på en avtale.\nNår: torsdag 3. desember kl. 14.15\n[Vis]"
DREADED = "Noen trenger en prat før en avtale.\nNår: torsdag 3. desember kl. 14.15\n[Vis]"
HELP = "Noen venter på hjelp før en avtale.\n[Vis]"
ASKED = {"Ida", "Kari", "Per", "Amina"}


async def planning(story) -> None:
    await story.types("Jonas", "/moter")
    await story.presses("Jonas", "Planlegg møte om Ida")


@begins(amina_takes_part)
async def test_a_meeting_is_planned_with_the_calendar_alone(story):
    await planning(story)
    await story.presses("Jonas", "›", "3", "14.00", "30 minutter", "Hjemme", "Ferdig")
    assert story.last("Jonas") == (
        "Møte om Ida\nNår: torsdag 3. desember kl. 14.00\nVarer: 30 minutter\nSted: Hjemme\n"
        "Inviteres: Ida, Kari og Per\n\nSkal jeg kalle inn?\n"
        "[Ja, kall inn]\n[Nei, avbryt]\n[‹ Tilbake]"
    )
    assert set(story.news()) == {"Jonas"}
    await story.presses("Jonas", "Ja, kall inn")
    assert set(story.news()) == {"Jonas", "Ida", "Kari", "Per"}


@pytest.mark.slow
@begins(amina_takes_part)
async def test_a_typed_time_is_understood_or_asked_about_and_never_guessed(story):
    await planning(story)
    for typed, hint in (
        ("snart", "Jeg forsto ikke tidspunktet. Skriv for eksempel «torsdag 3. des kl 14.15»."),
        ("torsdag", "Hvilket klokkeslett? Velg det under, eller skriv dag og klokkeslett."),
        ("31. november kl 10", "Den dagen eller det klokkeslettet finnes ikke. Prøv igjen."),
        ("i dag kl 08.00", "Det tidspunktet er passert. Velg et som kommer."),
        ("neste torsdag kl 10", "Mente du en av disse?"),
    ):
        await story.types("Jonas", typed)
        assert story.last("Jonas").startswith(f"{hint}\n\nNår skal møtet være?"), typed
    assert set(story.news()) == {"Jonas"}
    await story.types("Jonas", "torsdag 3. des kl 14.15")
    assert story.last("Jonas").startswith("Hvor lenge varer det?")


@pytest.mark.slow
@begins(amina_takes_part)
async def test_a_weekday_that_is_not_the_dates_is_told_and_asked_about(story):
    await planning(story)
    wrong = (
        "Ukedagen stemmer ikke. Dagen du skrev, er torsdag 3. desember 2026. "
        "Hvilken dag mente du?\n\nNår skal møtet være?\n"
    )
    await story.types("Jonas", "fredag 3. des")
    assert story.last("Jonas").startswith(f"{wrong}[torsdag 3. desember]\n[fredag 4. desember]\n")
    await story.types("Jonas", "fredag 3. des kl 14.15")
    assert story.last("Jonas").startswith(
        f"{wrong}[torsdag 3. desember kl. 14.15]\n[fredag 4. desember kl. 14.15]\n"
    )
    await story.presses("Jonas", "fredag 4. desember kl. 14.15")
    assert story.last("Jonas").startswith("Hvor lenge varer det?")
    await story.presses("Jonas", "30 minutter", "Hjemme", "Ferdig")
    assert "Når: fredag 4. desember kl. 14.15\n" in story.last("Jonas")


@begins(a_meeting_is_called)
async def test_an_invitation_says_when_and_nothing_else(story):
    for who in ("Ida", "Kari"):
        assert story.last(who) == NEWS
    assert story.last("Amina") == NEWS
    await story.presses("Amina", "Noe annet")
    assert story.buttons("Amina") == [
        "Trenger skyss",
        "Vil ha digitalt",
        "‹ Tilbake",
    ]  # she is at work
    assert story.last("Per").startswith(
        "Du har ein ny avtale.\nNår: torsdag 3. desember kl. 14.15"
    )
    for who in ("Randi", "Lise", "Siri", "Sam"):
        assert story.messages(who) == []


@begins(a_meeting_is_called)
async def test_what_it_is_about_is_shown_when_it_is_opened(story):
    await story.presses("Ida", "Vis")
    assert story.last("Ida").startswith(
        "Møtet ditt\nNår: torsdag 3. desember kl. 14.15\nVarer: 45 minutter\nSted: På skolen\n"
        "Med: Amina, Ida, Jonas, Kari og Per\nLurer du på noe? Spør Jonas.\n"
    )
    assert set(story.news()) == {"Ida"}


@begins(a_meeting_is_called)
async def test_answers_are_seen_by_the_stafettholder(story):
    await story.presses("Kari", "Kommer")
    news = story.news()
    assert set(news) == {"Kari", "Jonas"}
    assert news["Jonas"] == [ANSWERED]
    assert news["Kari"][0].startswith("Så fint at du kommer.\n\nMøte om Ida\n")
    await story.presses("Amina", "Kan ikke")
    await story.presses("Per", story.buttons("Per")[3])
    assert story.last("Per").startswith("Takk. Jonas får vite at du ønsk")
    await story.presses("Jonas", "Vis")
    assert (
        story.last("Jonas")
        .split("Svar:\n")[1]
        .startswith(
            "Amina: kan ikke\n"
            "Ida: har ikke svart ennå\n"
            "Kari: kommer\n"
            "Per: ønsker et annet tidspunkt\n"
        )
    )
    for who in ("Ida", "Kari"):
        assert "kan ikke" not in story.phone(who).split("Lock screen")[0].replace("[Kan ikke]", "")


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_dreading_it_is_met_with_thanks_and_a_talk(story):
    await story.presses("Ida", "Noe annet", "Gruer meg")
    assert story.news() == {
        "Ida": [
            "Takk for at du sier det. Mange gruer seg til møter, og det er lov.\n\n"
            "Du bestemmer selv hvor mye du vil si. Jonas får vite at du gruer deg, og kan ta en "
            "prat med deg før møtet.\n\nHva ville hjulpet?\n"
            "[Snakke med noen først]\n[Være med digitalt]\n[Ha med meg noen]\n"
            "[Vis møtet]\n[Hjelp nå]"
        ],
    }
    await story.passes(minutes=2)
    assert story.news() == {"Jonas": [DREADED]}
    await story.presses("Jonas", "Vis")
    assert "Ida: gruer seg. Ta en prat før møtet" in story.last("Jonas")


@begins(a_meeting_is_called)
async def test_who_comes_can_still_say_that_they_dread_it(story):
    """Of who is at work it is not asked."""
    await story.presses("Amina", "Kommer")
    assert "Gruer meg" not in story.question("Amina")
    await story.presses("Ida", "Kommer")
    assert "Svaret ditt: Kommer" in story.question("Ida")
    assert "\n[Gruer meg]\n" in story.question("Ida")
    await story.presses("Ida", "Gruer meg")
    assert story.question("Ida").startswith("Takk for at du sier det.")


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_what_would_help_is_told_together_with_the_dread(story):
    await story.presses("Ida", "Noe annet", "Gruer meg", "Snakke med noen først")
    assert story.news()["Jonas"] == [DREADED]
    await story.passes(minutes=10)
    assert story.news() == {}
    await story.presses("Jonas", "Vis")
    assert "Ida: vil gjerne snakke med noen før møtet" in story.last("Jonas")


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_an_answer_can_be_changed(story):
    await story.presses("Kari", "Kan ikke", "Kommer")
    await story.presses("Jonas", "Vis")
    assert "Kari: kommer" in story.last("Jonas")


@begins(a_meeting_is_called)
async def test_the_calendar_file_gives_nothing_away(story):
    await story.presses("Ida", "Kommer")
    file = story.messages("Ida")[-1]
    assert file["document"]["file_name"] == "avtale.ics"
    assert file["document"]["mime_type"].startswith("text/calendar")
    written = story.file("Ida").decode().replace("\r\n ", "").casefold()
    assert "method:publish" in written
    assert "20261203t141500" in written or "20261203t131500z" in written
    assert "attendee" not in written
    for telling in ("ida", "kari", "per ", "jonas", "amina", "skole", "fyret", "møte", "bti"):
        assert telling not in written


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_two_people_have_files_that_cannot_be_told_to_belong_together(story):
    await story.presses("Ida", "Kommer")
    await story.presses("Kari", "Kommer")
    uids = {uid_of(story.file(who)) for who in ("Ida", "Kari")}
    assert len(uids) == 2


def uid_of(file: bytes) -> str:
    return next(line for line in file.decode().splitlines() if line.startswith("UID:"))


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_a_moved_meeting_asks_everyone_again_and_replaces_the_files(story):
    await story.presses("Ida", "Kommer")
    before = uid_of(story.file("Ida"))
    await story.presses("Jonas", "Flytt")
    await story.types("Jonas", "fredag 4. desember kl 9")
    assert story.last("Jonas").startswith(
        "Nå: torsdag 3. desember kl. 14.15\nNytt tidspunkt: fredag 4. desember kl. 09.00\n\n"
        "Alle blir spurt på nytt. Skal jeg flytte møtet?"
    )
    story.news()
    await story.presses("Jonas", "Ja, flytt møtet")
    news = story.news()
    assert set(news) == ASKED | {"Jonas"}
    assert news["Kari"] == [
        "En avtale har fått nytt tidspunkt.\nNår: fredag 4. desember kl. 09.00\nPasser det?\n"
        "[Vis]\n[Kommer] [Kan ikke]\n[Annet tidspunkt] [Noe annet]"
    ]
    assert uid_of(story.file("Ida")) == before
    assert b"SEQUENCE:1" in story.file("Ida")


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_a_button_of_the_old_time_answers_nothing(story):
    old = story.messages("Kari")[-1]
    kommer = old["inline_keyboard"][1][0]["callback_data"]
    await story.presses("Jonas", "Flytt")
    await story.types("Jonas", "fredag 4. desember kl 9")
    await story.presses("Jonas", "Ja, flytt møtet")
    story.news()
    await story.presses_data("Kari", kommer, old["message_id"])
    assert story.toast("Kari") == "Avtalen er endret. Her er den slik den er nå."
    assert set(story.news()) == {"Kari"}
    await story.types("Jonas", "/moter")
    await story.presses("Jonas", "Ida: fredag 4. desember kl. 09.00")
    assert "Kari: har ikke svart ennå" in story.last("Jonas")


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_a_meeting_called_off_is_told_and_removed_from_calendars(story):
    await story.presses("Ida", "Kommer")
    story.news()
    await story.presses("Jonas", "Avlys", "Ja, avlys")
    news = story.news()
    assert set(news) == ASKED | {"Jonas"}
    told = "En avtale er avlyst.\nNår: torsdag 3. desember kl. 14.15\n[Vis]"
    assert news["Kari"] == news["Amina"] == [told]
    assert b"METHOD:CANCEL" in story.file("Ida")
    await story.presses("Kari", "Vis")
    assert story.last("Kari") == "Avtalen torsdag 3. desember kl. 14.15 er avlyst.\n[Alle møter]"


def told(news):
    return [each for said in news.values() for each in said]


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_reminders_come_two_days_and_four_hours_before_and_then_no_more(story):
    await story.presses("Per", story.buttons("Per")[2])  # cannot come
    story.news()
    await story.comes(1, 12, 14, 14)
    assert story.news() == {}
    await story.comes(1, 12, 14, 15)
    news = story.news()
    assert set(news) == {"Ida", "Kari", "Amina", "Jonas"}
    assert news["Jonas"] == ["Du har en avtale torsdag 3. desember kl. 14.15.\n[Vis]"]
    assert news["Ida"][0].startswith(
        "Du har en avtale torsdag 3. desember kl. 14.15.\nPasser det?"
    )
    await story.presses("Kari", "Kommer")
    story.news()
    await story.comes(2, 12, 14, 14)
    assert story.news() == {}
    await story.comes(2, 12, 14, 15)
    assert story.news() == {"Jonas": [HELP]}  # Per's, a day before, until Jonas has seen to it
    await story.comes(3, 12, 10, 14)
    assert story.news() == {}
    await story.comes(3, 12, 10, 15)
    news = story.news()
    assert set(news) == {"Ida", "Kari", "Amina", "Jonas"}
    assert news["Kari"] == ["Du har en avtale i dag kl. 14.15.\n[Vis]"]
    await story.passes(days=30)
    assert not [each for each in told(story.news()) if "Du har en avtale" in each]


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_moving_and_calling_off_end_the_old_reminders(story):
    await story.presses("Jonas", "Flytt")
    await story.types("Jonas", "tirsdag 8. desember kl 14")
    await story.presses("Jonas", "Ja, flytt møtet")
    story.news()
    await story.comes(4, 12, 20)
    assert story.news() == {}
    await story.presses("Jonas", "Vis", "Avlys", "Ja, avlys")
    story.news()
    await story.passes(days=14)
    assert story.news() == {}


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_who_wants_no_reminders_gets_none(story):
    await story.types("Kari", "/innstillinger")
    await story.presses("Kari", "Slå av påminnelser")
    story.news()
    await story.comes(4, 12, 10)
    assert "Kari" not in story.news()


@pytest.mark.slow
@begins(a_meeting_is_called)
async def test_only_the_stafettholder_moves_or_calls_off(story):
    cancel = story.carried("Jonas", "Avlys")
    for who in ("Kari", "Amina"):
        await story.presses_data(who, *cancel)
        assert story.toast(who) == ABSENT
    await story.presses("Amina", "Vis")
    assert "Avlys" not in story.buttons("Amina")
    await story.types("Jonas", "/moter")
    assert story.last("Jonas").startswith("Dette er møtene som kommer:")


@begins(a_meeting_is_called)
async def test_someone_of_a_service_sees_no_more_of_it_than_the_consent_covers(story):
    await story.presses("Amina", "Vis")
    assert "Med:" not in story.last("Amina")
    assert "Kari" not in story.last("Amina")
