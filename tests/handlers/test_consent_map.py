"""The living map: what narrows holds at once, what widens leads to a question, each sees the own."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from sqlalchemy import func, select

import handlers
from locales import say
from models import consent_views, consents
from models.base import Refused
from models.consent_history import ConsentEvent
from models.terms import ConsentAct, ConsentState, InfoKind
from tests import agreed
from tests.consent_setup import Phone
from tests.meeting_setup import called
from tests.ways import told_once

GOALS, TILTAK, MEETINGS = InfoKind.GOALS, InfoKind.TILTAK, InfoKind.MEETINGS
UNTIL = date(2027, 2, 21)
NAMES = ("ida", "kari", "per", "jonas", "amina")


@told_once
def case(session, cast, now):
    scope = {cast.club.id: [GOALS, TILTAK, MEETINGS], cast.nurse.id: [MEETINGS]}
    found = agreed.agreed(session, cast, now, scope, UNTIL)
    for name in NAMES:
        Phone(session, getattr(cast, name), now).deliver()
    return found


@pytest.fixture
def phones(session, cast, now, case):
    return {name: Phone(session, getattr(cast, name), now) for name in NAMES}


@pytest.fixture
def kari(phones):
    return phones["kari"]


def grants(session, case, now):
    return consents.standing(session, case, now).grants()


def yeses(session):
    given = select(func.count()).where(ConsentEvent.act == ConsentAct.GIVEN)
    return session.scalar(given)


def go(phone, *labels):
    """From /samtykke, one press after the other, each on the card the last one showed."""
    phone.deliver()
    phone.type("samtykke")
    for label in labels:
        phone.press(shown(phone), label)
    return shown(phone)


def shown(phone):
    return [m for kind, m in phone.deliver() if kind != "consent.receipt"][-1]


def test_the_card_begins_with_who_knows_what_and_the_presets_stand_first(cast, kari):
    card = go(kari)
    words = say(card.text, "nb")
    assert words.startswith("Hvem får vite hva om Ida\n")
    assert f"• {cast.club.name}: når det er møter, målene" in words
    assert kari.labels(card)[:4] == ["Bare det som trengs", "Alt til alle", "Ingen nå", "Juster"]


def test_one_kind_is_taken_from_one_service_at_once_with_a_receipt(session, cast, case, now, kari):
    kari.press(go(kari, "Juster", cast.club.name), "Ikke målene")
    told = kari.deliver()
    assert grants(session, case, now)[cast.club.id] == {TILTAK, MEETINGS}
    assert grants(session, case, now)[cast.nurse.id] == {MEETINGS}
    assert "consent.receipt" in [kind for kind, _m in told]


def test_one_service_is_stopped_and_the_other_goes_on(session, cast, case, now, kari):
    go(kari, "Juster", cast.club.name, f"Ikke noe til {cast.club.name}")
    assert grants(session, case, now) == {cast.nurse.id: {MEETINGS}}


@pytest.mark.slow
def test_the_last_service_that_is_stopped_is_taken_back(session, cast, case, now, kari):
    go(kari, "Juster", cast.club.name, "Ikke noe til")
    go(kari, "Juster", cast.nurse.name, "Ikke noe til")
    assert grants(session, case, now) == {}
    (card,) = consent_views.mine(session, actor=cast.kari, now=now)
    assert card.state is ConsentState.WITHDRAWN


def test_nothing_now_is_two_presses_and_only_of_this_case(session, cast, case, now, kari):
    card = go(kari, "Ingen nå")
    assert grants(session, case, now)
    kari.press(card, "Ja, stopp delingen")
    assert grants(session, case, now) == {}


def test_no_preset_gives_a_consent(session, cast, case, now, phones):
    """Each preset, by each of the family, with a question waiting that would widen."""
    consents.ask(
        session,
        actor=cast.jonas,
        case=case,
        scope={cast.los_unit.id: [GOALS]},
        until=UNTIL,
        now=now,
    )
    consents.ask_everything(session, actor=cast.jonas, case=case, until=UNTIL, now=now)
    before = yeses(session), grants(session, case, now)
    for name in ("ida", "kari", "per"):
        for preset in ("map.needed", "map.all", "map.none", "map.adjust", "map.things"):
            handlers.BUTTONS[preset](phones[name].turn(), case.id, 0)
    assert (yeses(session), grants(session, case, now)) == before


def test_everything_to_everyone_leads_to_its_own_question(session, cast, case, now, kari):
    consents.ask_everything(session, actor=cast.jonas, case=case, until=UNTIL, now=now)
    card = go(kari, "Alt til alle")
    assert "alle som er med, og alt som står her" in say(card.text, "nb")
    assert "Ja, det er greit" in kari.labels(card)


def test_where_it_was_not_asked_the_holder_is_told_that_somebody_wishes_it_not_who(
    session, cast, case, kari, phones
):
    go(kari, "Alt til alle")
    jonas = phones["jonas"]
    (push,) = [m for kind, m in jonas.deliver() if kind == "consent.wish_all"]
    jonas.press(push, "Vis")
    card = jonas.last()
    assert "alle som er med, får vite alt" in say(card.text, "nb")
    assert "Kari" not in say(card.text, "nb")
    assert jonas.labels(card) == ["Spør om alt til alle"]


@pytest.mark.slow
def test_only_what_is_needed_ends_everything_and_leaves_the_rest(session, cast, case, now, kari):
    wide = consents.ask_everything(session, actor=cast.jonas, case=case, until=UNTIL, now=now)
    agreed_to = grants(session, case, now)
    for person in (cast.ida, cast.kari, cast.per):
        card = Phone(session, person, now).see("consent.card", wide.id)
        Phone(session, person, now).press(card, "J")
    assert grants(session, case, now)[cast.nurse.id] == frozenset(InfoKind)
    go(kari, "Bare det som trengs")
    assert grants(session, case, now) == agreed_to


def test_not_this_is_kept_from_one_service_and_told_again_by_who_kept_it(
    session, cast, case, now, kari, phones
):
    thing = agreed.planned(session, cast, case, now)
    card = go(kari, "Juster", "Ikke dette", "Tiltak: Lekser", f"Ikke til {cast.club.name}")
    assert f"• {cast.club.name} får ikke vite om det." in say(card.text, "nb")
    per = phones["per"]
    cast.per.language = "nb"
    theirs = go(per, "Juster", "Ikke dette", "Tiltak: Lekser")
    assert f"La {cast.club.name} få vite det igjen" not in per.labels(theirs)
    assert "Kari" not in say(theirs.text, "nb")
    kari.press(card, f"La {cast.club.name}")
    assert f"• {cast.club.name} får vite om det." in say(shown(kari).text, "nb")
    assert thing.id


def test_a_meeting_can_be_kept_too(session, cast, case, now, kari):
    called(session, cast, case, now)
    card = go(kari, "Juster", "Ikke dette", "Møte", "Ikke til noen tjeneste")
    assert f"• {cast.club.name} får ikke vite om det." in say(card.text, "nb")


def test_nobody_sees_the_other_guardians_answer_in_the_map(session, cast, case, now, phones):
    go(phones["kari"], "Juster", cast.club.name, "Ikke målene")
    for name in ("per", "ida"):
        phone = phones[name]
        cast.per.language = "nb"
        for path in ((), ("Juster",), ("Juster", cast.club.name)):
            words = say(go(phone, *path).text, "nb")
            assert "Kari" not in words
    theirs = say(go(phones["per"], "Juster", cast.club.name).text, "nb")
    assert f"• {cast.club.name}: når det er møter, målene og hva som er avtalt å gjøre" in theirs
    assert (
        f"Nå får {cast.club.name} vite: når det er møter og hva som er avtalt å gjøre." in theirs
    )


def test_a_forged_press_changes_and_shows_nothing(session, cast, case, now):
    before = grants(session, case, now)
    mine = [n for n in handlers.BUTTONS if n.split(".")[0] in ("map", "drop", "keep", "tell")]
    assert len(mine) > 10
    for action, person in product(mine, (cast.amina, cast.randi, cast.sam)):
        with pytest.raises(Refused):
            handlers.BUTTONS[action](Phone(session, person, now).turn(), case.id, cast.club.id)
    assert grants(session, case, now) == before
