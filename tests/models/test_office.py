"""Texts approved, receipts of the archive, the guest list and the channels, by an administrator in the
chat."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from bot import demo, municipality_file
from handlers.approved import text_hash, text_hashes
from models import (
    approving,
    archiving,
    channels,
    closing,
    consents,
    deciding,
    municipality,
    office,
    rehearsal,
    unasked,
)
from models.audit import AuditEntry
from models.consents import ConsentEvent
from models.municipality import ApprovedText, PolicyVersion
from models.outbox import Outgoing
from models.suppression import Band
from models.terms import InfoKind, Why
from tests import agreed
from tests.refusals import why


def done(session, action: str) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


# --- texts ---------------------------------------------------------------------------------------


def _words(cast, now, language="en") -> dict:
    hashes = list(text_hashes("consent.ask", language).values())
    return {"actor": cast.turid, "key": "consent.ask", "language": language, "hashes": hashes}


def _approved(session, language="en") -> bool:
    digest = text_hash("consent.ask", language)
    return municipality.is_approved(session, key="consent.ask", language=language, hash=digest)


def test_a_text_is_approved_in_every_length_by_whom_and_when(session, cast, now):
    words = _words(cast, now)
    for row in session.scalars(select(ApprovedText)):
        session.delete(row)
    session.flush()
    assert approving.of_text(session, **words).approved is False
    for _twice in range(2):
        approving.approve(session, **words, now=now)
    found = approving.of_text(session, **words)
    assert (found.approved, found.by, found.on) == (True, "Turid", now.date())
    (entry,) = done(session, "texts.approve")
    assert (entry.actor_id, entry.detail["language"]) == (cast.turid.id, "en")
    assert session.scalars(select(ApprovedText.approved_by)).all() == [None] * len(words["hashes"])


def test_an_approval_is_of_these_words_alone(session, cast, now):
    words = _words(cast, now)
    approving.approve(session, **{**words, "hashes": [*words["hashes"], "other"]}, now=now)
    assert approving.of_text(session, **{**words, "hashes": ["third"]}).approved is False
    assert why(approving.approve, session, **{**words, "hashes": []}, now=now) is Why.ABSENT


def test_taking_an_approval_back_stops_asking_and_touches_no_consent(session, cast, now):
    case = agreed.agreed(session, cast, now, {cast.club.id: [InfoKind.MEETINGS]})
    given = session.execute(select(*ConsentEvent.__table__.columns)).all()
    approving.take_back(session, **_words(cast, now, "nb"), now=now)
    assert _approved(session, "nb") is False
    assert consents.granted(session, case, cast.club.id, now)
    approving.approve(session, **_words(cast, now, "nb"), now=now)
    assert _approved(session, "nb") is True
    assert session.execute(select(*ConsentEvent.__table__.columns)).all() == given
    assert len(done(session, "texts.take_back")) == 1


def test_the_file_takes_back_no_approval_of_the_chat(session, cast, now):
    file = municipality_file.read(demo.MUNICIPALITY)
    approving.take_back(session, **_words(cast, now), now=now)
    approving.approve(session, **_words(cast, now), now=now)
    without = file.model_copy(update={"texts": ()})
    told = municipality_file.apply(session, without, now)
    assert "- text consent.ask in nb" in told
    assert "- text consent.ask in en" not in told
    assert _approved(session)


# --- the archive ---------------------------------------------------------------------------------


def test_a_receipt_is_confirmed_and_its_case_is_a_number_and_a_day(session, cast, now):
    case = agreed.agreed(session, cast, now, {cast.club.id: [InfoKind.MEETINGS]})
    closing.close(session, actor=cast.kari, case_id=case.id, wish=closing.Wish(), now=now)
    wait = {"session": session, "actor": cast.turid}
    receive = {**wait, "case_id": case.id, "reference": "26/4711", "now": now}
    assert office.to_receive(**wait) == []
    assert why(office.receive, **receive) is Why.NOT_IN_STATE
    archiving.packed(session, case_id=case.id, digest="0", path="/nowhere", now=now)
    (waiting,) = office.to_receive(**wait)
    assert vars(waiting) == {"case_id": case.id, "closed_on": date(2026, 11, 23)}
    office.receive(**receive)
    assert office.to_receive(**wait) == []
    (entry,) = done(session, "cases.archived")
    assert entry.actor_id == cast.turid.id
    told = session.scalars(select(Outgoing).where(Outgoing.kind == archiving.ARCHIVED)).all()
    assert {row.recipient_id for row in told} >= {cast.ida.id, cast.kari.id}


# --- the guest list ------------------------------------------------------------------------------


def test_staff_are_put_on_the_guest_list_and_taken_off_it(session, cast, now):
    put = {"session": session, "actor": cast.turid, "now": now}
    office.put_guest(**put, person_id=cast.randi.id, guest=True)
    office.put_guest(**put, person_id=cast.turid.id, guest=True)
    shown = office.guests(session, actor=cast.turid, now=now)
    assert shown.staff == {cast.randi.id: "Randi", cast.turid.id: "Turid"}
    office.put_guest(**put, person_id=cast.randi.id, guest=False)
    assert cast.randi.id in office.not_guests(session, actor=cast.turid)
    assert [e.actor_id for e in done(session, "rehearsal.guest")] == [cast.turid.id] * 3


def test_youths_and_parents_on_it_are_no_names_and_no_small_number(session, cast, now):
    for person in (cast.ida, cast.kari):
        rehearsal.put(session, person, True, now)
    shown = office.guests(session, actor=cast.turid, now=now)
    assert (shown.staff, shown.others) == ({}, Band(1, 4))
    assert cast.per.id not in office.not_guests(session, actor=cast.turid)
    put = {"actor": cast.turid, "person_id": cast.ida.id, "guest": False, "now": now}
    assert why(office.put_guest, session, **put) is Why.ABSENT
    assert cast.ida.guest is True


def test_it_is_said_whether_it_is_a_rehearsal(session, cast, now):
    assert office.guests(session, actor=cast.turid, now=now).on is False
    for version in session.scalars(select(PolicyVersion)):
        version.choices = {**version.choices, "rehearsal": True}
    session.info.pop("policy", None)
    assert office.guests(session, actor=cast.turid, now=now).on is True


# --- the channels --------------------------------------------------------------------------------


def test_a_channel_is_stopped_and_opened_once(session, cast, now):
    switch = {"session": session, "actor": cast.turid, "channel": "telegram", "now": now}
    assert office.switch(**switch, on=False) is True
    assert office.switch(**switch, on=False) is False
    assert channels.is_stopped(session, "telegram")
    assert office.stopped(session, actor=cast.turid)["telegram"] == now
    assert office.switch(**switch, on=True) is True
    assert office.stopped(session, actor=cast.turid)["telegram"] is None
    assert [e.actor_id for e in done(session, "channels.stop")] == [cast.turid.id]
    assert why(office.switch, **{**switch, "channel": "pigeon"}, on=False) is Why.ABSENT


# --- who hears of it -----------------------------------------------------------------------------


def test_what_one_administrator_decides_for_all_the_others_who_lead_hear(session, cast, now):
    """That it was, not what; the one who did it knows. The same kind again is news tomorrow."""
    mine = {"actor": cast.turid, "now": now}
    office.put_guest(session, person_id=cast.jonas.id, guest=True, **mine)
    for on in (False, False, True):
        office.switch(session, channel="web", on=on, **mine)
    approving.approve(session, **_words(cast, now, "nb"), now=now)
    approving.take_back(session, **_words(cast, now, "nb"), now=now)
    for choices in ({"requests_a_day": 1}, {"rehearsal": True}):
        deciding.decide(session, choices=choices, valid_from=now.date(), **mine)
    told = session.scalars(select(Outgoing).where(Outgoing.kind == unasked.CHANGED)).all()
    assert {row.recipient_id for row in told} == {cast.siri.id}
    kinds = {row.occasion.rpartition(".")[0] for row in told}
    assert kinds == {"guests", "web.False", "web.True", "policy", "texts"}
    assert len(told) == len(kinds)
    assert {row.subject_id for row in told} == {cast.turid.id}
    assert [row.params for row in told] == [{}] * len(told)
