"""What was said aloud or on paper does what the consenter's own answer would; a mistake undoes it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import access, cases, consent_recording, consent_views, consents, follow_ups
from models.consent_history import ConsentEvent, ConsentRecord
from models.consent_recording import Paper
from models.municipality import ApprovedText
from models.outbox import Outgoing
from models.terms import CaseState, ConsentAct, ConsentState, InfoKind, Mistake, Via, Why
from tests.agreed import promised
from tests.consent_setup import agreed, asked, opened
from tests.refusals import why
from tests.ways import told_once

GIVEN, REFUSED, WITHDRAWN = ConsentAct.GIVEN, ConsentAct.REFUSED, ConsentAct.WITHDRAWN
MEETINGS, TILTAK = InfoKind.MEETINGS, InfoKind.TILTAK


case = told_once(opened)


@told_once
def question(session, cast, case, now):
    return asked(session, cast, case, now, MEETINGS, TILTAK)


@pytest.fixture
def write(session, cast, question, now):
    """Jonas writes down what somebody said on paper today, unless told else."""

    def written(act, who, *, at=now, by="jonas", ago=0, scope=None, of=None, **paper):
        told = {"via": Via.PAPER, "document": "Mappe 12", **paper}
        day = (at - timedelta(days=ago)).date()
        return consent_recording.record(
            session, actor=getattr(cast, by), question_id=(of or question).id,
            consenter_id=getattr(cast, who).id, act=act, scope=scope, now=at, occasion=f"{at}",
            paper=Paper(given_on=day, **told),
        )  # fmt: skip

    return written


def state(session, case, question, person, at):
    return consents.standing(session, case, at).state(question, person.id)


def test_a_yes_on_paper_counts_as_a_yes(session, cast, case, question, write, now):
    agreed(session, question, now, cast.ida, cast.kari)
    write(GIVEN, "per")
    assert consents.granted(session, case, cast.club.id, now) == {MEETINGS, TILTAK}
    assert case.state == CaseState.ACTIVE


def test_one_who_has_no_chat_can_consent_on_paper(session, cast, case, question, write, now):
    cast.per.confirmed_at = None
    agreed(session, question, now, cast.ida, cast.kari)
    write(GIVEN, "per")
    assert case.state == CaseState.ACTIVE
    assert promised(session, "consent.recorded") == []


def test_it_keeps_how_it_was_given_and_who_wrote_it_down(session, cast, write, now):
    (event,) = write(GIVEN, "per", ago=2, witness="Randi")
    record = session.get_one(ConsentRecord, event.record_id)
    assert (event.channel, event.verified, event.capacity) == ("paper", "staff", "guardian")
    assert (record.via, record.recorded_by) == (Via.PAPER, cast.jonas.id)
    assert (record.witness, record.document) == ("Randi", "Mappe 12")
    assert record.given_on == (now - timedelta(days=2)).date()
    for sealed in (record.witness_sealed, record.document_sealed):
        assert b"Randi" not in sealed
        assert b"Mappe" not in sealed


def test_the_one_it_is_about_is_told_with_a_receipt(session, cast, question, write, now):
    (event,) = write(GIVEN, "per")
    assert promised(session, "consent.recorded") == [("consent.recorded", cast.per.id)]
    found = consent_views.recorded(session, actor=cast.per, question_id=question.id, now=now)
    assert (found.number, found.act, found.via) == (event.number, GIVEN, Via.PAPER)
    for other in (cast.kari, cast.ida, cast.jonas):
        assert why(lambda other=other: consent_views.recorded(
            session, actor=other, question_id=question.id, now=now)) is Why.ABSENT  # fmt: skip


@pytest.mark.parametrize("who", ["randi", "amina", "kari", "siri", "sam"])
def test_only_the_holder_writes_down(write, who):
    assert why(lambda: write(GIVEN, "per", by=who)) is Why.ABSENT


@pytest.mark.parametrize("who", ["randi", "amina", "jonas", "sam"])
def test_only_for_one_who_must_answer(write, who):
    assert why(lambda: write(GIVEN, who)) is Why.ABSENT


@pytest.mark.parametrize(
    ("paper", "reason"),
    [
        ({"document": " "}, Why.WORDS_REQUIRED),
        ({"via": Via.ORAL}, Why.WORDS_REQUIRED),
        ({"via": Via.ORAL, "witness": "Randi"}, Why.TEXT_NOT_APPROVED),
        ({"via": Via.CHAT}, Why.ABSENT),
        ({"ago": -1}, Why.NO_SUCH_DATE),
        ({"ago": 400}, Why.NO_SUCH_DATE),
        ({"document": "x" * 201}, Why.TOO_LONG),
        ({"text_hash": "never approved", "language": "nn"}, Why.TEXT_NOT_APPROVED),
        ({"text_hash": "form", "language": "nb", "text_key": "rights"}, Why.TEXT_NOT_APPROVED),
    ],
)
def test_what_is_missing_or_cannot_be_right_is_refused(write, paper, reason):
    assert why(lambda: write(GIVEN, "per", **paper)) is reason


def test_the_approved_form_of_the_municipality_is_a_text_too(session, cast, write):
    session.add(ApprovedText(key="consent.paper", language="se", hash="form", state="approved"))
    session.flush()
    (event,) = write(
        GIVEN, "per", via=Via.ORAL, witness="Tolk", text_key="consent.paper", language="se",
        text_hash="form",
    )  # fmt: skip
    assert event.text_hash == "form"


def test_it_can_be_a_yes_to_less(session, cast, case, question, write, now):
    agreed(session, question, now, cast.ida, cast.kari)
    write(GIVEN, "per", scope={cast.club.id: [TILTAK]})
    assert consents.granted(session, case, cast.club.id, now) == {TILTAK}


def test_a_withdrawal_written_down_is_a_withdrawal(session, cast, case, question, write, now):
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    write(WITHDRAWN, "per", via=Via.ORAL, witness="Randi")
    assert consents.granted(session, case, cast.club.id, now) == frozenset()
    assert case.state == CaseState.FROZEN
    assert {kind for kind, _who in promised(session)} >= {
        "consent.withdrawn", "consent.paused", "consent.access_changed", "consent.recorded",
    }  # fmt: skip


def test_to_take_back_needs_no_witness_and_no_document(session, cast, case, question, write, now):
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    assert why(lambda: write(REFUSED, "per", document=None)) is Why.WORDS_REQUIRED
    assert write(WITHDRAWN, "per", document=None)
    assert write(WITHDRAWN, "kari", via=Via.ORAL, document=None)
    assert case.state == CaseState.FROZEN


def test_a_no_written_down_is_a_no(session, cast, case, question, write, now):
    write(REFUSED, "per", via=Via.ORAL, witness="Randi")
    assert state(session, case, question, cast.per, now) is ConsentState.REFUSED
    assert promised(session, "consent.declined") == [("consent.declined", cast.jonas.id)]


def test_the_same_again_is_nothing_new(session, cast, question, write, now):
    assert len(write(GIVEN, "per")) == 1
    assert write(GIVEN, "per", at=now + timedelta(minutes=1)) == []
    assert write(WITHDRAWN, "kari") == []
    assert len(promised(session, "consent.recorded")) == 1


# --- the last word, not the last that was written down ---------------------------------------------


def test_a_paper_of_the_same_day_or_earlier_undoes_no_no(session, cast, question, write, now):
    told = {"question": question, "language": "nn", "occasion": "n"}
    consents.refuse(session, actor=cast.per, now=now, **told)
    later = now + timedelta(days=3)
    for ago in (3, 5):
        assert why(lambda ago=ago: write(GIVEN, "per", at=later, ago=ago)) is Why.SAID_SINCE
    assert len(write(GIVEN, "per", at=later, ago=2)) == 1


def test_a_paper_from_before_a_yes_undoes_no_yes(session, cast, question, write, now):
    agreed(session, question, now, cast.per)
    later = now + timedelta(days=3)
    for act in (WITHDRAWN, REFUSED):
        assert why(lambda act=act: write(act, "per", at=later, ago=5)) is Why.SAID_SINCE
    assert len(write(WITHDRAWN, "per", at=later, ago=3)) == 1


def test_a_paper_counts_its_validity_from_the_day_it_was_given(session, cast, case, write, now):
    question = asked(session, cast, case, now, unit=cast.nurse, days=300)
    agreed(session, question, now, cast.ida, cast.kari)
    (event,) = write(GIVEN, "per", ago=200, of=question)
    assert event.until == (now + timedelta(days=165)).date()
    assert follow_ups.disagreeing(session, consents.LADDER, now) == []
    for day in range(1, 168):
        at = now + timedelta(days=day)
        while follow_ups.take_due(session, consents.LADDER, at):
            pass
    told = promised(session, "consent.expiring")
    assert len(told) == 2 * 4
    assert ("consent.expired", cast.jonas.id) in promised(session)
    assert case.state == CaseState.FROZEN


# --- recorded in error -----------------------------------------------------------------------------


def test_striking_out_a_yes_ends_what_it_carried_and_both_events_stay(
    session, cast, case, question, write, now
):
    agreed(session, question, now, cast.ida, cast.kari)
    (event,) = write(GIVEN, "per")
    struck = consent_recording.strike_out(
        session, actor=cast.jonas, number=event.number, reason=Mistake.WRONG_PERSON, now=now
    )
    assert case.state == CaseState.FROZEN
    assert state(session, case, question, cast.per, now) is ConsentState.ASKED
    acts = [e.act for e in consents.standing(session, case, now).history(question, cast.per.id)]
    assert acts == ["asked", "given", "in_error", "asked"]
    assert (struck[0].voids, struck[0].reason) == (event.id, "wrong_person")
    kinds = [kind for kind, who in promised(session) if who == cast.per.id]
    assert "consent.struck_out" in kinds
    assert kinds.count("consent.asked") == 2
    assert "consent.paused" not in kinds
    assert ("consent.paused", cast.kari.id) in promised(session)


def test_striking_out_a_withdrawal_gives_no_yes_back(session, cast, case, question, write, now):
    """Nobody else overrides a withdrawal [17]: the person is asked, and nothing shared till then."""
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    (event,) = write(WITHDRAWN, "per")
    consent_recording.strike_out(
        session, actor=cast.jonas, number=event.number, reason=Mistake.WRONG_PERSON, now=now
    )
    assert state(session, case, question, cast.per, now) is ConsentState.ASKED
    assert case.state == CaseState.FROZEN
    agreed(session, question, now, cast.per)
    assert case.state == CaseState.ACTIVE


def test_twice_is_once(session, cast, write, now):
    (event,) = write(GIVEN, "per")
    strike = {"actor": cast.jonas, "number": event.number, "reason": Mistake.TWICE, "now": now}
    assert len(consent_recording.strike_out(session, **strike)) == 1
    assert consent_recording.strike_out(session, **strike) == []


def test_only_what_staff_wrote_down_can_be_struck_out(session, cast, question, now):
    agreed(session, question, now, cast.per)
    own = session.scalars(select(ConsentEvent).where(ConsentEvent.act == "given")).one()
    assert why(lambda: consent_recording.strike_out(
        session, actor=cast.jonas, number=own.number, reason=Mistake.TWICE, now=now
    )) is Why.ABSENT  # fmt: skip


@pytest.mark.parametrize("who", ["kari", "per", "randi", "amina"])
def test_only_the_holder_strikes_out(session, cast, write, now, who):
    (event,) = write(GIVEN, "per")
    assert why(lambda: consent_recording.strike_out(
        session, actor=getattr(cast, who), number=event.number, reason=Mistake.TWICE, now=now
    )) is Why.ABSENT  # fmt: skip


def test_the_person_can_say_that_it_is_wrong_and_the_holder_is_told(
    session, cast, case, question, write, now
):
    agreed(session, question, now, cast.ida, cast.kari)
    (event,) = write(GIVEN, "per")
    for other in (cast.kari, cast.ida, cast.jonas):
        assert why(lambda other=other: consent_recording.not_mine(
            session, actor=other, number=event.number, now=now)) is Why.ABSENT  # fmt: skip
    (struck,) = consent_recording.not_mine(session, actor=cast.per, number=event.number, now=now)
    assert (struck.reason, struck.struck_by) == ("not_mine", cast.per.id)
    assert case.state == CaseState.FROZEN
    assert promised(session, "consent.disputed") == [("consent.disputed", cast.jonas.id)]
    assert why(lambda: consent_views.recorded(
        session, actor=cast.per, question_id=question.id, now=now)) is Why.ABSENT  # fmt: skip


def test_no_notice_of_it_tells_more_than_ids(session, cast, case, question, write, now):
    agreed(session, question, now, cast.ida, cast.kari)
    (event,) = write(GIVEN, "per", witness="Bestemor")
    consent_recording.not_mine(session, actor=cast.per, number=event.number, now=now)
    rows = session.scalars(select(Outgoing)).all()
    assert not any("Bestemor" in f"{row.params}{row.key}" for row in rows)


def test_who_no_longer_holds_the_baton_writes_nothing_down(session, cast, case, write, now):
    case.stafettholder_id = cast.randi.id
    session.flush()
    assert why(lambda: write(GIVEN, "per")) is Why.ABSENT
    assert len(write(GIVEN, "per", by="randi")) == 1
    assert access.hats_in_case(session, cast.jonas, case, now) == frozenset()
    assert cases.find(session, case.id) is case
