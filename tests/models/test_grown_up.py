"""From the day a youth alone decides, nothing of the case is left in the guardians' chats."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import birth_dates, cases, consents, follow_ups, ledger, outbox, retention
from models.family import Guardianship
from models.outbox import Outgoing, OutState
from tests.consent_setup import agreed, asked, opened
from tests.ways import told_once


@told_once
def case(session, cast, now):
    return opened(session, cast, now)


@pytest.fixture
def tell(session, case, now):
    """A message about the case that stands in someone's chat."""

    def told(person, kind="stafett.card"):
        key = outbox.key_of(kind, case.id, "1", person.id)
        outbox.promise(
            session, kind=kind, recipient_id=person.id, subject_id=case.id, occasion="1", now=now
        )
        row = outbox.by_key(session, key)
        row.state, row.message_id, row.sent_at = OutState.SENT, row.id + 1000, now
        ledger.keep(session, row, {case.id})
        session.flush()
        return row

    return told


def of_age(cast, now, *, days):
    day = (now + timedelta(days=days)).date()
    cast.ida.born = day.replace(year=day.year - 18)


def taken_from(session):
    wanted = select(Outgoing.recipient_id).where(Outgoing.kind == ledger.HIDDEN)
    return sorted(session.scalars(wanted))


def both(cast):
    return sorted([cast.kari.id, cast.per.id])


def live_until(session, at):
    while (due := follow_ups.next_due(session, [consents.LADDER])) and due <= at:
        while follow_ups.take_due(session, consents.LADDER, due):
            pass


def test_on_the_birthday_and_not_before(session, cast, case, tell, now):
    of_age(cast, now, days=20)
    agreed(session, asked(session, cast, case, now), now, cast.ida, cast.kari, cast.per)
    for who in ("ida", "kari", "per", "jonas"):
        tell(getattr(cast, who))
    live_until(session, now + timedelta(days=19))
    retention.sweep(session, now + timedelta(days=19))
    assert taken_from(session) == []
    live_until(session, now + timedelta(days=20))
    assert taken_from(session) == both(cast)


def test_also_where_nothing_is_asked_any_more(session, cast, case, tell, now):
    of_age(cast, now, days=20)
    tell(cast.kari)
    tell(cast.ida)
    for hours in (0, 1):  # twice is once
        retention.sweep(session, now + timedelta(days=20, hours=hours))
    assert taken_from(session) == [cast.kari.id]


def test_a_corrected_date_of_birth_that_makes_it_so(session, cast, case, tell, now):
    tell(cast.kari)
    born = now.date().replace(year=now.year - 19)
    birth_dates.correct(session, actor=cast.randi, ungdom_id=cast.ida.id, born=born, now=now)
    assert taken_from(session) == [cast.kari.id]


def test_one_who_has_no_responsibility_any_more(session, cast, case, tell, now):
    tell(cast.kari)
    tell(cast.per)
    kari = select(Guardianship).where(Guardianship.foresatt_id == cast.kari.id)
    session.scalars(kari).one().ended_at = now
    retention.sweep(session, now)
    assert taken_from(session) == [cast.kari.id]


def test_the_receipts_of_what_one_said_oneself_stay(session, cast, case, tell, now):
    of_age(cast, now, days=0)
    tell(cast.kari, "consent.receipt")
    retention.sweep(session, now)
    assert taken_from(session) == []


def test_who_is_in_the_case_under_another_hat_keeps_the_chat(session, cast, case, tell, now):
    of_age(cast, now, days=0)
    cases.services_of(session, case.id)[0].person_id = cast.per.id
    case.stafettholder_id = cast.kari.id
    tell(cast.kari)
    tell(cast.per)
    retention.sweep(session, now)
    assert taken_from(session) == []
