"""Access: who may do what in a case, under which hat, while which consents are in force."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import access, closing, consents, family, people, previews
from models.base import Refused
from models.outbox import Outgoing
from models.terms import Action, CaseState, InfoKind, Role, Why
from tests.consent_setup import agreed, asked, opened
from tests.ways import told_once

EVERYONE = ("ida", "kari", "per", "jonas", "amina", "randi", "lise", "siri", "sam")
FAMILY = {"ida", "kari", "per"}

# Who may, written apart from the code: before any consent, with all of it in force, taken back.
MATRIX = {
    Action.READ_CASE: (FAMILY | {"jonas"}, FAMILY | {"jonas", "amina"}, FAMILY | {"jonas"}),
    Action.ASK_CONSENT: ({"jonas"}, {"jonas"}, {"jonas"}),
    Action.ADD_PARTICIPANT: (set(), {"jonas"}, set()),
    Action.CALL_MEETING: (set(), {"jonas"}, set()),
    Action.KEEP_MINUTES: (set(), {"jonas"}, set()),
    Action.SEE_ANSWERS: ({"jonas"}, {"jonas"}, {"jonas"}),
    Action.PLAN_TILTAK: (set(), {"jonas"}, set()),
    Action.EVALUATE: (set(), {"jonas"}, set()),
    Action.GIVE_VOICE: ({"ida"}, {"ida"}, {"ida"}),
    Action.PRIORITISE_REQUEST: (set(), set(), set()),
}
STATES = ("before", "in force", "taken back")


case = told_once(opened)


def bring_to(session, cast, case, now, state):
    if state != "before":
        question = asked(session, cast, case, now)
        agreed(session, question, now, cast.ida, cast.kari, cast.per)
    if state == "taken back":
        consents.withdraw_all(session, actor=cast.kari, now=now, occasion="stop")


def allowed(session, cast, case, action, now):
    may = set()
    for name in EVERYONE:
        try:
            access.open_case(
                session, actor=getattr(cast, name), case_id=case.id, action=action, now=now
            )
        except Refused:
            continue
        may.add(name)
    return may


@pytest.mark.parametrize("state", STATES)
def test_everyone_may_do_exactly_what_the_matrix_says(session, cast, case, now, state):
    bring_to(session, cast, case, now, state)
    found = {action: allowed(session, cast, case, action, now) for action in MATRIX}
    assert found == {action: row[STATES.index(state)] for action, row in MATRIX.items()}


def test_a_closed_case_is_absent_to_all(session, cast, case, now):
    case.state = CaseState.CLOSED
    assert [allowed(session, cast, case, action, now) for action in MATRIX] == [set()] * len(
        MATRIX
    )


def test_absent_and_forbidden_sound_the_same(session, cast, case, now):
    def why(actor, case_id):
        with pytest.raises(Refused) as refused:
            access.open_case(
                session, actor=actor, case_id=case_id, action=Action.CALL_MEETING, now=now
            )
        return refused.value.why

    assert why(cast.randi, case.id) is why(cast.randi, 17) is why(cast.jonas, 17) is Why.ABSENT
    assert why(cast.jonas, case.id) is Why.CONSENT_MISSING


def test_nobody_unconfirmed_wears_a_hat(session, cast, case, now):
    bring_to(session, cast, case, now, "in force")
    for name in EVERYONE:
        getattr(cast, name).confirmed_at = None
    hats = [access.hats_in_case(session, getattr(cast, n), case, now) for n in EVERYONE]
    assert hats == [frozenset()] * 9


@pytest.mark.parametrize(("days", "worn"), [(1, True), (0, False), (-1, False)])
def test_guardians_wear_a_hat_until_the_youth_alone_decides(session, cast, case, now, days, worn):
    eighteen = (now + timedelta(days=days)).date()
    cast.ida.born = eighteen.replace(year=eighteen.year - 18)
    hats = access.hats_in_case(session, cast.kari, case, now)
    assert (Role.FORESATT in hats) is worn
    assert ([y.id for y in family.wards_of(session, cast.kari, now)] == [cast.ida.id]) is worn


def test_an_unknown_date_of_birth_keeps_the_guardians_in(session, cast, case, now):
    cast.ida.born = None
    assert Role.FORESATT in access.hats_in_case(session, cast.per, case, now)


def test_a_worker_who_left_the_service_has_no_access(session, cast, case, now):
    bring_to(session, cast, case, now, "in force")
    assert access.hats_in_case(session, cast.amina, case, now) == {Role.SERVICE}
    people.positions(session, cast.amina.id)[0].ended_at = now
    assert access.hats_in_case(session, cast.amina, case, now) == frozenset()


def test_staff_wear_no_hat_in_a_channel_closed_to_staff(session, cast, case, now):
    bring_to(session, cast, case, now, "in force")
    for name, worn in (("jonas", set()), ("amina", set()), ("kari", {Role.FORESATT})):
        people.speaks_where(session, getattr(cast, name).id, staff_may=False, now=now)
        assert access.hats_in_case(session, getattr(cast, name), case, now) == worn


def test_whom_something_concerns_does_not_depend_on_the_channel_it_is_said_in(
    session, cast, case, now
):
    """Kari closes the case, and looks with Amina's eyes, in a channel that is closed to staff."""
    bring_to(session, cast, case, now, "in force")
    people.speaks_where(session, cast.kari.id, staff_may=False, now=now)
    _who, seen = previews.as_participant(
        session, actor=cast.kari, case_id=case.id, person_id=cast.amina.id,
        hat=Role.SERVICE, now=now,
    )  # fmt: skip
    assert seen.case is not None
    closing.close(session, actor=cast.kari, case_id=case.id, wish=closing.Wish(), now=now)
    told = session.scalars(
        select(Outgoing.recipient_id).where(Outgoing.kind == "closing.closed")
    ).all()
    assert {cast.jonas.id, cast.amina.id} <= set(told)


def test_a_service_is_not_let_in_by_anothers_consent(session, cast, case, now):
    question = asked(session, cast, case, now, InfoKind.TILTAK, unit=cast.nurse)
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    assert access.hats_in_case(session, cast.amina, case, now) == frozenset()
