"""Closing a case [64-66]: who may, what it takes, what stops, and what is seen of it afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models import (
    access,
    audit,
    cases,
    closing,
    closing_views,
    consents,
    follow_ups,
    meeting_views,
    people,
    policy,
    tiltak,
    views,
)
from models.audit import AuditEntry
from models.closing import Wish
from models.invitees import Meeting
from models.ladders import LADDERS
from models.terms import (
    Action,
    CaseState,
    ClosingReason,
    ConsentState,
    FamilyView,
    MeetingState,
    Role,
    Settled,
    TiltakState,
    Why,
)
from tests import agreed
from tests.full_case import TILTAK, lived_in
from tests.meeting_setup import deliver_all, promised, take_back
from tests.refusals import why
from tests.ways import told_once

WISH = Wish(ClosingReason.REACHED, FamilyView.NOT_SAID, "Målene er nådd")


@told_once
def case(session, cast, now):
    found = lived_in(session, cast, now)
    deliver_all(session)
    return found


def close(session, actor, case, now, wish=WISH):
    if wish.note and not wish.settled:
        wish = replace(wish, settled=agreed.settled(session, case))
    return closing.close(session, actor=actor, case_id=case.id, wish=wish, now=now)


def test_a_closing_keeps_reason_day_decider_and_the_familys_view(session, cast, case, now):
    made = close(session, cast.jonas, case, now)
    assert (made.reason, made.family_view, made.note) == ("reached", "not_said", "Målene er nådd")
    assert (made.decided_by, made.hat, made.decided_on) == (
        cast.jonas.id, Role.STAFETTHOLDER, date(2026, 11, 23),
    )  # fmt: skip
    assert (case.state, case.closed_at) == (CaseState.CLOSED, now)
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "cases.close"))
    assert entry.actor_id == cast.jonas.id
    assert "nådd" not in str(entry.detail)
    assert audit.broken_link(session, case.id) is None


def test_the_holder_says_why_in_words(session, cast, case, now):
    for note in (None, "", "   "):
        wish = Wish(ClosingReason.MOVED, FamilyView.AGREES, note)
        assert why(close, session, cast.jonas, case, now, wish) is Why.WORDS_REQUIRED


@pytest.mark.parametrize("who", ["ida", "kari", "per"])
def test_the_family_closes_at_any_time_without_a_reason(session, cast, case, now, who):
    """Also where another's consent is gone: whoever must consent may close."""
    take_back(session, cast.kari, now)
    made = close(session, getattr(cast, who), case, now, Wish())
    assert (made.reason, made.note) == (ClosingReason.FAMILY, None)
    assert made.decided_by == getattr(cast, who).id


def test_what_ended_is_over_to_those_who_were_in_it_and_absent_to_everybody_else(
    session, cast, case, now
):
    meeting = session.scalars(select(Meeting).where(Meeting.case_id == case.id)).first()

    def over():
        found = {
            name: {
                closing_views.is_over(session, actor=person, subject_id=each, now=now)
                for each in (case.id, meeting.id)
            }
            for name, person in vars(cast).items()
            if isinstance(person, people.Person)
        }
        return {name for name, said in found.items() if said == {True}}

    assert over() == set()
    in_it = {"ida", "kari", "per", "jonas", *_taking_part(session, cast, case)}
    close(session, cast.jonas, case, now)
    assert over() == in_it
    assert not closing_views.is_over(session, actor=cast.ida, subject_id=1, now=now)


def _taking_part(session, cast, case):
    ids = {service.person_id for service in cases.services_of(session, case.id)}
    return {name for name, each in vars(cast).items() if getattr(each, "id", None) in ids}


def test_a_youth_who_does_not_decide_yet_cannot_close(session, cast, case, now):
    cast.ida.born = date(2012, 11, 24)
    session.flush()
    assert not policy.youth_must_consent(cast.ida.born, now.date(), policy.MunicipalPolicy())
    assert not closing.may_close(session, actor=cast.ida, case_id=case.id, now=now)
    assert why(close, session, cast.ida, case, now) is Why.ABSENT
    assert closing.may_close(session, actor=cast.kari, case_id=case.id, now=now)


def test_a_guardian_of_one_who_decides_alone_cannot_close(session, cast, case, now):
    cast.ida.born = date(2008, 11, 23)
    session.flush()
    assert why(close, session, cast.kari, case, now) is Why.ABSENT
    close(session, cast.ida, case, now, Wish())


def test_nobody_else_may(session, cast, case, now):
    for person in (cast.amina, cast.randi, cast.lise, cast.siri, cast.sam):
        assert not closing.may_close(session, actor=person, case_id=case.id, now=now)
        assert why(close, session, person, case, now) is Why.ABSENT
        assert why(closing.form, session, actor=person, case_id=case.id, now=now) is Why.ABSENT
    assert case.state == CaseState.ACTIVE


def test_twice_is_once_and_late_is_too_late(session, cast, case, now):
    first = close(session, cast.kari, case, now, Wish())
    assert close(session, cast.kari, case, now + timedelta(hours=1), Wish()) is first
    assert why(close, session, cast.jonas, case, now) is Why.ABSENT


def test_access_ends_at_once_and_the_log_is_frozen(session, cast, case, now):
    (meeting,) = session.scalars(select(Meeting))
    close(session, cast.jonas, case, now)
    for person in (cast.ida, cast.kari, cast.jonas, cast.amina):
        for action in Action:
            assert why(
                access.open_case, session, actor=person, case_id=case.id, action=action, now=now
            ) is Why.ABSENT  # fmt: skip
        assert why(
            meeting_views.view, session, actor=person, meeting_id=meeting.id, now=now
        ) is Why.ABSENT  # fmt: skip
        assert views.my_cases(session, person, now) == []
    assert cases.services_of(session, case.id) == []
    assert not consents.carries(session, case, now)


def test_closing_is_not_a_withdrawal(session, cast, case, now):
    close(session, cast.kari, case, now, Wish())
    standing = consents.standing(session, case, now)
    states = {standing.state(standing.questions[0], p.id) for p in (cast.ida, cast.kari, cast.per)}
    assert states == {ConsentState.GIVEN}


def test_what_is_under_way_ends_and_is_listed(session, cast, case, now):
    under_way = tiltak.active(session, case.id)
    form = closing.form(session, actor=cast.jonas, case_id=case.id, now=now)
    assert set(form.left_open.values()) == {TILTAK, "Frokost"}
    assert form.meetings == 1
    made = close(session, cast.jonas, case, now)
    assert {int(each) for each in made.left_open} == {thing.id for thing in under_way}
    assert {thing.state for thing in under_way} == {TiltakState.STOPPED}
    later = now + timedelta(days=60)
    for ladder in LADDERS:
        assert follow_ups.disagreeing(session, ladder, now) == []
        while follow_ups.take_due(session, ladder, later):
            pass
    kinds = ["evaluation.due", "evaluation.voice", "meeting.reminder", "breaks.mine", "breaks.led"]
    assert [kind for kind in kinds if promised(session, kind)] == []


def test_staff_say_what_becomes_of_every_tiltak_before_it_is_closed(session, cast, case, now):
    first, second = tiltak.active(session, case.id)
    for known in ({}, {first.id: Settled.COMPLETED}, {7: Settled.STOPPED}):
        wish = replace(WISH, settled=known)
        asked = {"actor": cast.jonas, "case_id": case.id, "wish": wish, "now": now}
        assert why(closing.close, session, **asked) is Why.UNSETTLED
    assert (case.state, first.state) == (CaseState.ACTIVE, TiltakState.ACTIVE)
    known = {first.id: Settled.COMPLETED, second.id: Settled.OUTSIDE}
    made = close(session, cast.jonas, case, now, replace(WISH, settled=known))
    assert (first.state, second.state) == (TiltakState.COMPLETED, TiltakState.STOPPED)
    assert made.left_open == [str(second.id)]


def test_the_family_closes_without_settling_anything(session, cast, case, now):
    made = close(session, cast.kari, case, now, Wish())
    assert len(made.left_open) == 2


def test_an_individual_plan_beside_the_log_is_noted_and_changes_nothing(session, cast, case, now):
    closing.keep_both(session, actor=cast.jonas, case_id=case.id, now=now)
    assert case.state == CaseState.ACTIVE
    for person in (cast.kari, cast.amina, cast.randi):
        assert why(
            closing.keep_both, session, actor=person, case_id=case.id, now=now
        ) is Why.ABSENT  # fmt: skip


def test_meetings_to_come_are_called_off_for_those_who_knew(session, cast, case, now):
    (meeting,) = session.scalars(select(Meeting))
    close(session, cast.jonas, case, now)
    assert (meeting.state, meeting.sequence) == (MeetingState.CANCELLED, 1)
    told = set(promised(session, closing.MEETING_OFF))
    assert told == {cast.ida.id, cast.kari.id, cast.per.id, cast.amina.id}
    for person in (cast.ida, cast.amina):
        seen = closing_views.meeting_off(session, actor=person, meeting_id=meeting.id, now=now)
        assert seen.starts_at == meeting.starts_at
    for person in (cast.randi, cast.sam):
        assert why(
            closing_views.meeting_off, session, actor=person, meeting_id=meeting.id, now=now
        ) is Why.ABSENT  # fmt: skip


def test_everyone_in_it_is_told_but_the_one_who_closed(session, cast, case, now):
    close(session, cast.per, case, now, Wish())
    assert set(promised(session, closing.CLOSED)) == {
        cast.ida.id, cast.kari.id, cast.jonas.id, cast.amina.id,
    }  # fmt: skip


def test_what_is_left_to_see_is_the_familys(session, cast, case, now):
    close(session, cast.jonas, case, now)

    def seen(person):
        return closing_views.view(session, actor=person, case_id=case.id, now=now)

    for person in (cast.ida, cast.kari):
        assert seen(person).note == "Målene er nådd"
        assert set(seen(person).left_open) == {TILTAK, "Frokost"}
    assert (seen(cast.jonas).note, seen(cast.jonas).left_open) == (None, ())
    assert seen(cast.jonas).reason is ClosingReason.REACHED
    service = seen(cast.amina)
    assert (service.hat, service.ungdom, service.reason, service.note) == (
        Role.SERVICE, None, None, None,
    )  # fmt: skip
    for person in (cast.randi, cast.lise, cast.sam):
        assert why(seen, person) is Why.ABSENT


def test_who_left_the_case_before_sees_nothing_of_its_end(session, cast, case, now):
    (service,) = cases.services_of(session, case.id)
    service.ended_at = now - timedelta(days=1)
    session.flush()
    close(session, cast.jonas, case, now)
    assert (
        why(closing_views.view, session, actor=cast.amina, case_id=case.id, now=now) is Why.ABSENT
    )
    assert cast.amina.id not in promised(session, closing.CLOSED)


def test_a_new_case_can_be_opened_after(session, cast, case, now):
    close(session, cast.jonas, case, now)
    new = cases.open(
        session, actor=cast.randi, ungdom=cast.ida, school_id=cast.school.id,
        stafettholder=cast.jonas, now=now,
    )  # fmt: skip
    assert new.id != case.id
    assert people.get(session, new.ungdom_id) is cast.ida
