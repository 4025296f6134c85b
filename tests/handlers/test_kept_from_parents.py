"""What a youth keeps from parents stands in plain sight wherever staff could come to tell them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.request_words import parents_warning
from locales import say
from models import asking, los_work, previews, queue, request_cards, shielding
from models.asking import Wish
from models.base import Refused
from models.shielded import Shield
from models.terms import ItemKind, ParentsKnow, RequestState, RequestStatus, Role, Topic
from models.withheld import Item
from tests import agreed
from tests.chatting import Chat

ALL, THAT, NOTHING = ParentsKnow.ALL, ParentsKnow.THAT, ParentsKnow.NOTHING


def asks(session, cast, now, know):
    wish = Wish(Topic.HOME, ungdom_id=cast.ida.id, parents_know=know)
    return asking.submit(session, actor=cast.ida, wish=wish, now=now)


def chat(session, cast, now, name):
    return Chat(session, getattr(cast, name), now)


def staff_cards(session, cast, now, request):
    """Every card of a request that staff are shown, on the way from the queue to its end: words."""
    randi, lise = chat(session, cast, now, "randi"), chat(session, cast, now, "lise")
    seen = {"rektor": randi.words(*randi.press("desk.open", request.id)[-1:])}
    los_work.ask_advice(session, actor=cast.randi, request_id=request.id, now=now)
    seen["adviser"] = lise.words(*lise.press("desk.advise", request.id)[-1:])
    for flow, given in {
        "prioriter": {"priority": "1", "reason": "fordi"},
        "avsla": {"reason": "fordi"},
        "gi": {"los": str(cast.lise.id)},
    }.items():
        seen[flow] = say(randi.question(flow, request.id, given).question.text, "nb")
    queue.assign(session, actor=cast.randi, request_id=request.id, los_id=cast.lise.id, now=now)
    seen["offered"] = lise.words(*lise.press("desk.youth", request.id)[-1:])
    seen["accepted"] = lise.words(*lise.press("desk.accept", request.id, request.version)[-1:])
    seen["ending"] = say(lise.question("ferdig", request.id, {}).question.text, "nb")
    return seen


@pytest.mark.parametrize("know", [THAT, NOTHING])
def test_every_card_of_the_request_warns(session, cast, now, know):
    request = asks(session, cast, now, know)
    warning = say(parents_warning(know), "nb")
    missing = [
        card
        for card, words in staff_cards(session, cast, now, request).items()
        if warning not in words
    ]
    assert missing == []


def test_where_parents_may_know_all_nothing_warns(session, cast, now):
    request = asks(session, cast, now, ALL)
    assert [w for w in staff_cards(session, cast, now, request).values() if "⚠" in w] == []


@pytest.mark.parametrize("name", ["randi", "jonas"])
def test_who_invites_a_guardian_must_read_it_first_and_the_link_says_nothing(
    session, cast, now, name
):
    asks(session, cast, now, NOTHING)
    inviter = chat(session, cast, now, name)
    pending = inviter.question("inviter", cast.kari.id, {})
    assert pending.question.name == "careful"
    words = say(pending.question.text, "nb")
    assert "⚠" in words
    told = inviter.run("inviter", cast.kari.id, {"careful": "True", "confirm": "True"})
    assert "⚠" not in inviter.words(*told)
    assert inviter.question("inviter", cast.ida.id, {}).question.name == "confirm"


def test_the_holder_is_warned_of_what_is_shielded_before_inviting_a_guardian(session, cast, now):
    case = agreed.agreed(session, cast, now)
    made = agreed.planned(session, cast, case, now)
    jonas = chat(session, cast, now, "jonas")
    assert jonas.question("inviter", cast.kari.id, {}).question.name == "confirm"
    shielding.shield(
        session, actor=cast.jonas, case_id=case.id, item=Item(ItemKind.TILTAK, made.id), now=now,
        shield=Shield("fordi", now.date() + timedelta(days=14)),
    )  # fmt: skip
    warned = jonas.question("inviter", cast.kari.id, {}).question
    assert warned.name == "careful"
    words = say(warned.text, "nb")
    assert words == "⚠ Du har skjermet noe for foreldrene. Ikke ta det opp med Kari (Ida)."
    randi = chat(session, cast, now, "randi")  # who invites, and is not in the case
    assert randi.question("inviter", cast.kari.id, {}).question.name == "confirm"


def test_the_stafettholders_card_warns_and_lends_it_to_no_guardian(session, cast, now):
    case = agreed.agreed(session, cast, now)
    asks(session, cast, now, NOTHING)
    jonas = chat(session, cast, now, "jonas")
    words = jonas.words(*jonas.press("case.show", case.id, 2)[-1:])
    assert "⚠ Ida vil ikke at foreldrene får vite alt." in words
    for guardian in (cast.kari, cast.per):
        guardian.language = "nb"
        shown = Chat(session, guardian, now)
        preview = shown.words(*shown.press("preview.holder", case.id, cast.jonas.id)[-1:])
        assert "⚠" not in preview
        _who, seen = previews.as_participant(
            session, actor=guardian, case_id=case.id, person_id=cast.jonas.id,
            hat=Role.STAFETTHOLDER, now=now,
        )  # fmt: skip
        assert seen.case == replace(seen.case, careful=False)


@pytest.mark.parametrize("flow", ["samtykke.be", "samtykke.alt"])
def test_who_asks_for_consent_sees_whom_and_is_warned_before_a_parent_is_reached(
    session, cast, now, flow
):
    case = agreed.agreed(session, cast, now)
    made = agreed.planned(session, cast, case, now)
    jonas = chat(session, cast, now, "jonas")

    def confirmed():
        given = {"units": [str(cast.club.id)], "kinds": ["goals"]} if flow == "samtykke.be" else {}
        until = jonas.question(flow, case.id, given).question.keys[0]
        question = jonas.question(flow, case.id, {**given, "until": until}).question
        assert question.name == "confirm"
        return say(question.text, "nb")

    words = confirmed()
    assert "Fyret fritidsklubb" in words
    assert "Disse blir spurt: Ida, Kari og Per" in words
    assert "⚠" not in words
    asks(session, cast, now, NOTHING)
    assert "⚠ Ida vil ikke at foreldrene får vite alt." in confirmed()
    shielding.shield(
        session, actor=cast.jonas, case_id=case.id, item=Item(ItemKind.TILTAK, made.id), now=now,
        shield=Shield("fordi", now.date() + timedelta(days=14)),
    )  # fmt: skip
    assert "⚠ Noe her er skjermet for foreldrene." in confirmed()


# --- what the parent who asked is told -----------------------------------------------------------

LEARNED = {
    RequestState.AWAITING_YOUTH: RequestStatus.RECEIVED,
    RequestState.READY: RequestStatus.RECEIVED,
    RequestState.PRIORITISED: RequestStatus.RECEIVED,
    RequestState.WAITLISTED: RequestStatus.RECEIVED,
    RequestState.ASSIGNED: RequestStatus.IN_HAND,
    RequestState.ACTIVE: RequestStatus.IN_HAND,
    RequestState.CLOSED: RequestStatus.CLOSED,
    RequestState.DECLINED: RequestStatus.CLOSED,
    RequestState.DECLINED_BY_YOUTH: RequestStatus.CLOSED,
    RequestState.WITHDRAWN: RequestStatus.CLOSED,
}


@pytest.mark.parametrize("state", LEARNED)
def test_a_parents_own_request_shows_received_in_hand_or_closed_and_nothing_else(
    session, cast, now, state
):
    wish = Wish(Topic.HOME, ungdom_id=cast.ida.id)
    request = asking.submit(session, actor=cast.kari, wish=wish, now=now)
    request.state, request.los_id, request.reason = state, cast.lise.id, "Kråkegrunn"
    session.flush()
    seen = request_cards.for_requester(session, cast.kari, request.id)
    assert seen.status is LEARNED[state]
    kari = chat(session, cast, now, "kari")
    words = kari.words(*kari.press("request.status", request.id)[-1:])
    for hidden in ("Lise", "Kråkegrunn", "prioritert", "venteliste", "avslått", "vil ikke"):
        assert hidden not in words


def test_no_guardian_opens_a_youths_own_request(session, cast, now):
    request = asks(session, cast, now, NOTHING)
    for guardian in (cast.kari, cast.per):
        with pytest.raises(Refused):
            request_cards.for_requester(session, guardian, request.id)
        with pytest.raises(Refused):
            request_cards.for_youth(session, guardian, request.id, now)
