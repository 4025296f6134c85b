"""The one door to a case: each sees the own part, staff's reading is logged, nothing else leaks."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from models import audit, case_forms, cases, consent_views, consents, views
from models.audit import AuditEntry
from models.terms import CaseState, ConsentState, InfoKind, Role, Why
from tests.consent_setup import agreed, asked, opened
from tests.refusals import why
from tests.ways import told_once

MEETINGS, HEALTH = InfoKind.MEETINGS, InfoKind.HEALTH


case = told_once(opened)


@told_once
def shared(session, cast, case, now):
    """The club may know of meetings, the nurse of health."""
    club = asked(session, cast, case, now)
    nurse = asked(session, cast, case, now, HEALTH, unit=cast.nurse)
    for question in (club, nurse):
        agreed(session, question, now, cast.ida, cast.kari, cast.per)
    return club, nurse


def look(session, actor, case, now, **hat):
    return views.case_view(session, actor=actor, case_id=case.id, now=now, **hat)


def reads(session, case):
    return session.scalars(
        select(AuditEntry).where(AuditEntry.chain == case.id, AuditEntry.action == "cases.read")
    ).all()


def test_every_reading_by_staff_is_logged_and_none_by_the_family(session, cast, case, shared, now):
    for person in (cast.ida, cast.kari, cast.per):
        look(session, person, case, now)
    assert reads(session, case) == []
    look(session, cast.jonas, case, now)
    look(session, cast.amina, case, now)
    entries = reads(session, case)
    assert [(e.actor_id, e.detail["hat"]) for e in entries] == [
        (cast.jonas.id, "stafettholder"),
        (cast.amina.id, "service"),
    ]
    assert entries[1].detail["unit"] == cast.club.id
    assert audit.broken_link(session, case.id) is None


def test_a_refused_reading_is_no_reading(session, cast, case, shared, now):
    for person in (cast.randi, cast.lise, cast.siri, cast.sam):
        assert why(lambda person=person: look(session, person, case, now)) is Why.ABSENT
    assert reads(session, case) == []


def test_a_service_sees_itself_and_nothing_of_the_others(session, cast, case, shared, now):
    view = look(session, cast.amina, case, now)
    assert [(s.name, s.kinds) for s in view.services] == [(cast.club.name, {MEETINGS})]
    assert view.kinds == {MEETINGS}
    assert view.questions == ()
    told = str(dataclasses.asdict(view))
    for secret in (cast.nurse.name, "health", "Kari", "Per"):
        assert secret not in told


def test_a_service_without_grant_sees_nothing(session, cast, case, now):
    assert why(lambda: look(session, cast.amina, case, now)) is Why.ABSENT
    assert views.my_cases(session, cast.amina, now) == []


def test_while_paused_the_holder_sees_that_and_no_more(session, cast, case, shared, now):
    consents.withdraw_all(session, actor=cast.per, now=now, occasion="stop")
    view = look(session, cast.jonas, case, now)
    assert (view.state, view.paused) == (CaseState.FROZEN, True)
    assert (view.services, view.kinds) == ((), frozenset())
    assert [row.in_force for row in view.questions] == [False, False]
    assert "Per" not in str(dataclasses.asdict(view))


def test_the_holder_sees_who_has_not_answered_and_never_who_said_no(session, cast, case, now):
    question = asked(session, cast, case, now)
    consents.refuse(
        session, actor=cast.per, question=question, language="nn", now=now, occasion="no"
    )
    consents.talk_first(
        session, actor=cast.ida, question=question, language="nb", now=now, occasion="t"
    )
    row = look(session, cast.jonas, case, now).questions[0]
    assert (row.declined, row.waiting, row.talk) == (True, (), ("Ida",))
    assert "Per" not in str(dataclasses.asdict(row))


def test_a_hat_that_is_not_worn_is_absent(session, cast, case, shared, now):
    assert why(lambda: look(session, cast.kari, case, now, hat=Role.STAFETTHOLDER)) is Why.ABSENT


def test_two_hats_are_two_rows_and_two_views(session, cast, case, shared, now):
    from models.family import Guardianship

    session.add(Guardianship(ungdom_id=cast.ida.id, foresatt_id=cast.amina.id))
    session.flush()
    rows = [r for r in views.my_cases(session, cast.amina, now) if r.case_id == case.id]
    assert [row.hat for row in rows] == [Role.FORESATT]  # her own yes is now needed too
    for question in shared:
        agreed(session, question, now, cast.amina)
    rows = views.my_cases(session, cast.amina, now)
    assert [row.hat for row in rows] == [Role.FORESATT, Role.SERVICE]
    assert look(session, cast.amina, case, now, hat=Role.SERVICE).kinds == {MEETINGS}
    assert look(session, cast.amina, case, now, hat=Role.FORESATT).kinds == set(InfoKind)


def test_the_list_names_the_hat(session, cast, case, shared, now):
    found = {
        name: [(row.hat, row.state) for row in views.my_cases(session, getattr(cast, name), now)]
        for name in ("ida", "kari", "per", "jonas", "amina", "randi", "lise", "siri", "sam")
    }
    active = CaseState.ACTIVE
    assert found == {
        "ida": [(Role.UNGDOM, active)],
        "kari": [(Role.FORESATT, active)],
        "per": [(Role.FORESATT, active)],
        "jonas": [(Role.STAFETTHOLDER, active)],
        "amina": [(Role.SERVICE, active)],
        "randi": [],
        "lise": [],
        "siri": [],
        "sam": [],
    }


def test_the_map_shows_what_is_in_force_now(session, cast, case, shared, now):
    def shown():
        rows = views.consent_map(session, actor=cast.kari, case_id=case.id, now=now)
        return {(row.name, row.kinds) for row in rows}

    assert shown() == {
        (cast.club.name, frozenset({MEETINGS})),
        (cast.nurse.name, frozenset({HEALTH})),
    }
    consents.withdraw(session, actor=cast.ida, question=shared[1], now=now, occasion="stop")
    assert shown() == {(cast.club.name, frozenset({MEETINGS}))}


def test_a_service_has_no_map_and_no_access_log(session, cast, case, shared, now):
    for call in (views.consent_map, views.who_looked):
        told = {"actor": cast.amina, "case_id": case.id, "now": now}
        assert why(lambda call=call, told=told: call(session, **told)) is Why.ABSENT


def test_the_family_sees_who_has_looked_without_a_name(session, cast, case, shared, now):
    look(session, cast.jonas, case, now)
    look(session, cast.jonas, case, now + timedelta(minutes=3))
    look(session, cast.amina, case, now + timedelta(hours=1))
    rows = views.who_looked(session, actor=cast.ida, case_id=case.id, now=now)
    assert [(row.role, row.unit) for row in rows] == [
        (Role.SERVICE, cast.club.name),
        (Role.STAFETTHOLDER, cast.school.name),
    ]
    assert why(
        lambda: views.who_looked(session, actor=cast.jonas, case_id=case.id, now=now)
    ) is Why.ABSENT  # fmt: skip


# --- the consenters' own cards -------------------------------------------------------------------


def card(session, actor, question, now):
    return consent_views.card(session, actor=actor, question_id=question.id, now=now)


def test_of_the_other_guardian_only_that_an_answer_is_awaited_shows(session, cast, case, now):
    """The same card for Kari whether Per is silent, said no, wants to talk or took it back."""
    question = asked(session, cast, case, now)
    agreed(session, question, now, cast.kari, cast.ida)
    silent = card(session, cast.kari, question, now)
    told = {"question": question, "actor": cast.per, "now": now, "occasion": "x"}
    consents.talk_first(session, language="nb", **told)
    talked = card(session, cast.kari, question, now)
    consents.refuse(session, language="nb", **told)
    refused = card(session, cast.kari, question, now)
    agreed(session, question, now, cast.per)
    consents.withdraw(session, **told)
    taken_back = card(session, cast.kari, question, now)
    assert silent == talked == refused == taken_back
    assert (silent.state, silent.awaits_others) == (ConsentState.GIVEN, True)


@pytest.mark.parametrize("stranger", ["jonas", "amina", "randi", "lise", "sam"])
def test_nobody_else_sees_a_consenters_card(session, cast, case, now, stranger):
    question = asked(session, cast, case, now)
    assert why(lambda: card(session, getattr(cast, stranger), question, now)) is Why.ABSENT
    assert consent_views.mine(session, actor=getattr(cast, stranger), now=now) == ()


def test_a_receipt_opens_only_for_the_one_it_was_given_to(session, cast, case, now):
    question = asked(session, cast, case, now)
    agreed(session, question, now, cast.kari)
    number = card(session, cast.kari, question, now).number
    told = consent_views.receipt(session, actor=cast.kari, number=number, now=now)
    assert (told.act, told.services) == ("given", (cast.club.name,))
    for person in (cast.per, cast.ida, cast.jonas, cast.sam):
        read = partial(consent_views.receipt, session, actor=person, number=number, now=now)
        assert why(read) is Why.ABSENT


# --- what there is to choose from ----------------------------------------------------------------


def test_a_rektor_chooses_among_the_school_and_a_teacher_among_the_own_class(session, cast, now):
    assert case_forms.opening(session, actor=cast.randi).pupils == {cast.ida.id: "Ida"}
    from models import people

    people.pupil(session, cast.ida.id).kontaktlaerer_id = cast.randi.id
    assert why(lambda: case_forms.opening(session, actor=cast.jonas)) is Why.NOBODY


@pytest.mark.parametrize("name", ["ida", "kari", "lise", "siri", "amina", "sam"])
def test_others_open_no_case(session, cast, now, name):
    assert why(lambda: case_forms.opening(session, actor=getattr(cast, name))) is Why.ABSENT


def test_a_guardian_is_never_made_stafettholder(session, cast, now):
    from models.family import Guardianship

    session.add(Guardianship(ungdom_id=cast.ida.id, foresatt_id=cast.jonas.id))
    session.flush()
    assert why(
        lambda: case_forms.open_case(
            session, actor=cast.randi, pupil_id=cast.ida.id, holder_id=cast.jonas.id, now=now
        )
    ) is Why.NOBODY  # fmt: skip


def test_a_case_that_another_holds_is_not_opened_anew(session, cast, case, now):
    told = {"actor": cast.randi, "pupil_id": cast.ida.id, "now": now}
    assert case_forms.open_case(session, holder_id=cast.jonas.id, **told) == case.id
    assert why(
        lambda: case_forms.open_case(session, holder_id=cast.randi.id, **told)
    ) is Why.ALREADY_OPEN  # fmt: skip


def test_only_people_of_a_consented_service_can_be_added(session, cast, case, now):
    asked(session, cast, case, now, unit=cast.los_unit)
    told = {"actor": cast.jonas, "case_id": case.id, "now": now}
    assert why(
        lambda: case_forms.add_workers(
            session, unit_id=cast.los_unit.id, worker_ids=(cast.lise.id,), **told
        )
    ) is Why.CONSENT_MISSING  # fmt: skip
    question = consents.standing(session, case, now).questions[0]
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    case_forms.add_workers(session, unit_id=cast.los_unit.id, worker_ids=(cast.lise.id,), **told)
    assert {s.person_id for s in cases.services_of(session, case.id)} == {
        cast.amina.id,
        cast.lise.id,
    }
    assert why(
        lambda: case_forms.add_workers(
            session, unit_id=cast.los_unit.id, worker_ids=(cast.amina.id,), **told
        )
    ) is Why.NOBODY  # fmt: skip
