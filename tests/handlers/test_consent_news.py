"""What the family is told of sharing that stops and begins: what holds when it is read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.approved import text_hash
from locales import say
from models import consents, shielded
from models.shielded import Shield
from models.terms import InfoKind
from tests.agreed import promised
from tests.consent_setup import Phone, agreed, asked, opened
from tests.ways import told_once

case = told_once(opened)
PAUSED = (
    "Noe av samarbeidet er satt på pause. Det deles ikke nå. Du trenger ikke gjøre noe, og "
    "hjelpen fortsetter."
)
AGAIN = "Det var satt på pause. Nå deles det igjen."
SOME = "Noe er satt på pause, og noe deles. Se hvem som får vite hva nå."
BEGUN = "De som må, har sagt ja. Det alle har sagt ja til, deles nå."
NOTHING = "Ingenting deles nå. Ingen andre tjenester får vite noe."
ALL = {InfoKind.MEETINGS, InfoKind.TILTAK}


@told_once
def question(session, cast, case, now):
    return asked(session, cast, case, now, *ALL)


@pytest.fixture
def say_yes(session, cast, question, now):
    def said(who, *kinds, minute=0):
        at = now + timedelta(minutes=minute)
        person = getattr(cast, who)
        words = text_hash("consent.ask", person.language)
        scope = {cast.club.id: kinds} if kinds else None
        return consents.give(
            session, actor=person, question=question, scope=scope, now=at,
            occasion=f"{who}{minute}", text_hash=words, language=person.language,
        )  # fmt: skip

    return said


def stops(session, person, question, now):
    consents.withdraw(session, actor=person, question=question, now=now, occasion="stop")


def told(session, person, kind, case, now):
    return Phone(session, person, now).read("consent.news", case.id, about=kind)


def begun(session):
    return {who for _kind, who in promised(session, "consent.begun")}


def test_a_pause_is_read_as_a_pause_while_it_lasts(session, cast, case, question, now):
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    stops(session, cast.per, question, now)
    assert told(session, cast.ida, "consent.paused", case, now) == PAUSED
    assert told(session, cast.ida, "consent.begun", case, now) == NOTHING


def test_a_pause_that_is_over_is_read_as_over(session, cast, case, question, say_yes, now):
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    stops(session, cast.per, question, now)
    say_yes("per", minute=1)
    phone = Phone(session, cast.ida, now + timedelta(minutes=2))
    message = phone.see("consent.news", case.id, about="consent.paused")
    assert say(message.text, "nb") == AGAIN
    phone.press(message, "Hvem får vite hva")
    assert cast.club.name in phone.words().split("Hvem får vite hva nå")[1]


def test_a_pause_that_is_over_in_part_is_read_as_that(session, cast, case, question, say_yes, now):
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    say_yes("per", InfoKind.TILTAK, minute=1)
    assert told(session, cast.ida, "consent.paused", case, now) == SOME
    say_yes("per", minute=2)
    assert told(session, cast.ida, "consent.paused", case, now) == AGAIN


def test_the_others_are_told_once_that_sharing_begins(session, cast, case, question, now):
    agreed(session, question, now, cast.ida, cast.kari)
    assert begun(session) == set()
    agreed(session, question, now, cast.per)
    agreed(session, question, now, cast.per)
    assert sorted(promised(session, "consent.begun")) == sorted(
        ("consent.begun", person.id) for person in (cast.ida, cast.kari)
    )
    kari = Phone(session, cast.kari, now)
    (pushed,) = [m for kind, m in kari.deliver() if kind == "consent.begun"]
    assert say(pushed.text, "nb") == "Det er noe nytt til deg."
    kari.press(pushed, "Vis")
    assert kari.words() == BEGUN


def test_the_others_are_told_that_a_pause_is_over(session, cast, case, question, say_yes, now):
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    stops(session, cast.per, question, now)
    say_yes("per", minute=1)
    assert len(promised(session, "consent.begun")) == 4  # Ida and Kari, of both times
    assert begun(session) == {cast.ida.id, cast.kari.id}


def test_a_yes_to_less_or_the_same_begins_nothing(session, cast, question, say_yes):
    for who in ("ida", "kari", "per"):
        say_yes(who)
    before = promised(session, "consent.begun")
    say_yes("per", InfoKind.TILTAK, minute=1)
    say_yes("kari", InfoKind.TILTAK, minute=2)
    assert promised(session, "consent.begun") == before


def test_a_guardian_who_has_no_part_is_not_told(session, cast, case, question, now):
    cast.ida.born = now.date() - timedelta(days=19 * 366)
    agreed(session, question, now, cast.ida)
    assert begun(session) == set()


def test_who_is_kept_out_is_not_told(session, cast, case, question, now):
    agreed(session, question, now, cast.kari, cast.per)
    shielded.note(session, case, None, Shield("Vent", now.date()), cast.jonas, now)
    agreed(session, question, now, cast.ida)
    assert begun(session) == set()


def test_the_card_says_what_holds_and_not_what_one_said_alone(
    session, cast, case, question, say_yes, now
):
    for who in ("ida", "kari"):
        say_yes(who)
    say_yes("per", InfoKind.TILTAK, minute=1)
    card = Phone(session, cast.kari, now).read("consent.card", question.id)
    head, _, rest = card.partition("Dette har du sagt ja til, men det deles ikke nå:")
    assert f"• {cast.club.name}: hva som er avtalt å gjøre\n" in head
    assert "når det er møter" not in head
    assert rest.startswith(f"\n• {cast.club.name}: når det er møter\n")
    own = Phone(session, cast.per, now).read("consent.card", question.id)
    assert "deles ikke nå" not in own
