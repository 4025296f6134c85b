"""The case in chat: opened, asked about, shared and shown, to each under the own hat."""

from __future__ import annotations

from datetime import date

import pytest

import handlers
from handlers import case_cards, stafett
from handlers.dialogue import Done, Pending, walk
from locales import say
from models import cases, consents, meeting_views, views
from models.base import Refused
from models.terms import CaseState, InfoKind, Role, Why
from tests.consent_setup import Phone, agreed, asked, opened
from tests.meeting_setup import called
from tests.ways import told_once

NAMES = ("ida", "kari", "per", "jonas", "amina", "randi", "lise", "siri", "sam")


@pytest.fixture
def phones(session, cast, now):
    return {name: Phone(session, getattr(cast, name), now) for name in NAMES}


case = told_once(opened)


@told_once
def shared(session, cast, case, now):
    question = asked(session, cast, case, now)
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    for name in NAMES:
        Phone(session, getattr(cast, name), now).deliver()
    return question


def finish(flow, phone, subject, *answers):
    """Walk a flow to its end, as one person, and do what was confirmed."""
    turn = phone.turn()
    outcome = walk(flow, flow.prepare(turn, subject), [*answers, ("confirm", "True")])
    assert isinstance(outcome, Done)
    flow.finish(turn, outcome.value)


def card(phone, case, hat):
    return phone.read("stafett.card", case.id, hat=hat.value)


# --- opening -------------------------------------------------------------------------------------


def test_a_rektor_opens_a_case_and_the_holder_is_told_neutrally(session, cast, phones):
    finish(stafett.APNE, phones["randi"], None, ("holder", str(cast.jonas.id)))
    case = cases.open_for(session, cast.ida.id)
    assert (case.stafettholder_id, case.state) == (cast.jonas.id, CaseState.PENDING_CONSENT)
    ((kind, push),) = phones["jonas"].deliver()
    assert (kind, say(push.text, "nb")) == ("stafett.opened", "Det er noe nytt til deg.")
    phones["jonas"].press(push, "Vis")
    assert "Ida: du er stafettholder." in phones["jonas"].words()
    for name in ("ida", "kari", "per"):
        assert phones[name].deliver() == []


def test_the_holder_is_chosen_with_the_kontaktlarer_first(session, cast, phones):
    plain = stafett.APNE.prepare(phones["randi"].turn(), None)
    pending = walk(stafett.APNE, plain, [])
    assert isinstance(pending, Pending)
    assert [say(label, "nb") for _id, label in pending.question.options] == [
        "Jonas (kontaktlærer)",
        "Randi",
    ]


def test_confirming_repeats_who_and_whom(session, cast, phones):
    plain = stafett.APNE.prepare(phones["randi"].turn(), None)
    pending = walk(stafett.APNE, plain, [("holder", str(cast.jonas.id))])
    words = say(pending.question.text, "nb")
    assert "Ida" in words
    assert "Jonas" in words


@pytest.mark.parametrize("name", ["ida", "kari", "lise", "siri", "amina", "sam"])
def test_others_are_not_offered_to_open_one(session, cast, phones, name):
    with pytest.raises(Refused):
        stafett.APNE.prepare(phones[name].turn(), None)
    assert "Opprett en sak" not in phones[name].labels(phones[name].see("stafett.list"))


# --- asking --------------------------------------------------------------------------------------


def test_the_holder_asks_for_chosen_services_and_kinds_only(session, cast, case, phones, now):
    plain = stafett.BE_OM_SAMTYKKE.prepare(phones["jonas"].turn(), case.id)
    assert cast.school.id not in plain.units
    last = min(plain.untils.values())
    finish(
        stafett.BE_OM_SAMTYKKE,
        phones["jonas"],
        case.id,
        ("units", [str(cast.club.id)]),
        ("kinds", ["meetings"]),
        ("until", last.isoformat()),
    )
    (question,) = consents.standing(session, case, now).questions
    assert consents.scope_of(question) == {cast.club.id: {InfoKind.MEETINGS}}
    assert question.until == last
    assert "Venter på svar fra Ida, Kari og Per." in card(
        phones["jonas"], case, Role.STAFETTHOLDER
    )


def test_nothing_is_ticked_beforehand(session, cast, case, phones, now):
    plain = stafett.BE_OM_SAMTYKKE.prepare(phones["jonas"].turn(), case.id)
    pending = walk(stafett.BE_OM_SAMTYKKE, plain, [])
    labels = [say(b.label, "nb") for row in pending.question.rows({}, now) for b in row]
    assert [label for label in labels if label.startswith("☑")] == []


@pytest.mark.parametrize("name", ["ida", "kari", "amina", "randi", "sam"])
@pytest.mark.parametrize("flow", [stafett.BE_OM_SAMTYKKE, stafett.LEGG_TIL_DELTAKER])
def test_only_the_holder_asks_and_adds(session, cast, case, shared, phones, name, flow):
    with pytest.raises(Refused) as refused:
        flow.prepare(phones[name].turn(), case.id)
    assert refused.value.why is Why.ABSENT


def test_a_worker_of_a_consented_service_is_let_in_and_told_neutrally(
    session, cast, case, phones, now
):
    question = asked(session, cast, case, now, InfoKind.TILTAK, unit=cast.los_unit)
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    phones["lise"].deliver()
    finish(
        stafett.LEGG_TIL_DELTAKER,
        phones["jonas"],
        case.id,
        ("workers", [str(cast.lise.id)]),
    )
    ((_kind, push),) = phones["lise"].deliver()
    assert say(push.text, "nb") == "Det er noe nytt til deg."
    phones["lise"].press(push, "Vis")
    words = phones["lise"].words()
    assert "hva som er avtalt å gjøre" in words
    assert "når det er møter" not in words


# --- the cards -----------------------------------------------------------------------------------


def test_everyone_sees_the_own_card_and_only_that(session, cast, case, shared, phones):
    allowed = {
        (name, hat)
        for name in NAMES
        for hat in views.HATS
        if card(phones[name], case, hat) is not None
    }
    assert allowed == {
        ("ida", Role.UNGDOM),
        ("kari", Role.FORESATT),
        ("per", Role.FORESATT),
        ("jonas", Role.STAFETTHOLDER),
        ("amina", Role.SERVICE),
    }


def test_the_list_opens_the_card_under_its_hat(session, cast, case, shared, phones):
    for name, words in (
        ("ida", "Samarbeidet om deg"),
        ("kari", "Samarbeidet om Ida"),
        ("jonas", "Ida: du er stafettholder."),
        ("amina", f"Ida: du er med fra {cast.club.name}."),
    ):
        phones[name].type("saker")
        listed = phones[name].last()
        phones[name].press(listed, phones[name].labels(listed)[0])
        assert words in phones[name].words()


def test_while_paused_the_holder_is_offered_only_to_ask_anew(session, cast, case, shared, phones):
    phones["kari"].type("stopp")
    jonas = phones["jonas"]
    message = jonas.see("stafett.card", case.id, hat="stafettholder")
    offered = [
        "Be om samtykke",
        "Svar på samtykke",
        "Nivå",
        "Stafettpinnen",
        "Skjerming",
        "Avslutt samarbeidet",
    ]
    assert jonas.labels(message) == offered
    words = say(message.text, "nb")
    words += jonas.read("consent.held", case.id)
    assert "satt på pause" in words
    for secret in ("Kari", cast.club.name, "Amina"):
        assert secret not in words
    assert card(phones["amina"], case, Role.SERVICE) is None
    assert views.my_cases(session, cast.amina, jonas.now) == []


def test_a_card_that_was_allowed_is_moot_once_it_is_not(session, cast, case, phones, now):
    """Promised while the consent held, put into words after it was taken back."""
    question = asked(session, cast, case, now)
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    amina = phones["amina"]
    amina.deliver()
    case_cards.show(amina.turn(), case.id, views.HATS.index(Role.SERVICE))
    consents.withdraw_all(session, actor=cast.per, now=now, occasion="stop")
    assert [kind for kind, _m in amina.deliver()] == ["consent.access_changed"]


def test_the_family_sees_who_knows_what_and_who_has_looked(session, cast, case, shared, phones):
    card(phones["jonas"], case, Role.STAFETTHOLDER)
    ida = phones["ida"]
    message = ida.see("stafett.card", case.id, hat="ungdom")
    ida.press(message, "Hvem får vite hva")
    assert f"{cast.club.name}: når det er møter" in ida.words()
    ida.press(ida.see("stafett.map", case.id), "Hvem har sett")
    words = ida.words()
    assert f"stafettholderen, {cast.school.name}" in words
    assert "Jonas" not in words


@pytest.mark.parametrize("name", ["randi", "lise", "siri", "sam"])
def test_a_forged_press_shows_nothing(session, cast, case, shared, phones, name):
    phones[name].deliver()
    for action in ("case.map", "case.looked", "case.show"):
        with pytest.raises(Refused) as refused:
            handlers.BUTTONS[action](phones[name].turn(), case.id, 0)
        assert refused.value.why is Why.ABSENT
    assert phones[name].deliver() == []


@pytest.mark.parametrize(("name", "action"), [("amina", "case.map"), ("jonas", "case.looked")])
def test_a_press_for_what_only_others_see_is_refused_too(
    session, cast, case, shared, phones, name, action
):
    with pytest.raises(Refused) as refused:
        handlers.BUTTONS[action](phones[name].turn(), case.id, 0)
    assert refused.value.why is Why.ABSENT


def test_once_someone_said_no_the_card_names_nobody(session, cast, case, phones, now):
    """Else who is missing among those awaited is who said no."""
    question = asked(session, cast, case, now)
    agreed(session, question, now, cast.kari)
    assert "Venter på svar fra Ida og Per." in card(phones["jonas"], case, Role.STAFETTHOLDER)
    consents.refuse(
        session, actor=cast.per, question=question, language="nn", now=now, occasion="no"
    )
    words = card(phones["jonas"], case, Role.STAFETTHOLDER)
    assert "Ikke alle har sagt ja." in words
    assert [name for name in ("Kari", "Per", "svar fra") if name in words] == []


def test_the_map_says_plainly_that_nothing_is_shared_in_a_pause(
    session, cast, case, shared, phones
):
    ida = phones["ida"]
    assert "Ingenting deles nå." not in ida.read("stafett.map", case.id)
    phones["kari"].type("stopp")
    words = ida.read("stafett.map", case.id)
    assert "Ingenting deles nå." in words
    assert "Stafettholderen ser" not in words


def test_a_guardian_of_a_grown_up_has_no_card_no_list_and_no_press(
    session, cast, case, shared, phones, now
):
    cast.ida.born = date(now.year - 18, now.month, now.day)
    kari = phones["kari"]
    assert card(kari, case, Role.FORESATT) is None
    assert "Ida" not in str(kari.labels(kari.see("stafett.list")))
    with pytest.raises(Refused):
        handlers.BUTTONS["case.show"](kari.turn(), case.id, views.HATS.index(Role.FORESATT))
    assert card(phones["ida"], case, Role.UNGDOM) is not None


def test_guardians_of_a_grown_up_are_told_of_no_meeting(session, cast, case, shared, phones, now):
    cast.ida.born = date(now.year - 18, now.month, now.day)
    meeting = called(session, cast, case, now)
    for name, kinds in {"kari": [], "per": [], "ida": ["meeting.invited"]}.items():
        assert [kind for kind, _m in phones[name].deliver()] == kinds
    with pytest.raises(Refused):
        meeting_views.view(session, actor=cast.kari, meeting_id=meeting.id, now=now)
    with pytest.raises(Refused):
        views.who_looked(session, actor=cast.kari, case_id=case.id, now=now)
