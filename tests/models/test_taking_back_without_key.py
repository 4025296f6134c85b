"""Taking a yes back opens nothing that is sealed and seals nothing: it works without the key."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import audit, consents
from models.audit import AuditEntry
from models.sealed import SealBroken
from tests.conftest import TEST_KEY
from tests.consent_setup import agreed, asked, opened
from tests.keyless import Closed
from tests.ways import told_once


@told_once
def question(session, cast, now):
    question = asked(session, cast, opened(session, cast, now), now)
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    return question


@pytest.fixture
def closed(session, question):
    """From here on the key is gone, and nothing is remembered from before."""
    session.info.update(keyring=Closed(TEST_KEY), opened_keys={})
    session.expire_all()


def test_the_key_is_really_gone(session, cast, closed):
    with pytest.raises(SealBroken):
        assert cast.kari.name


@pytest.mark.parametrize("way", ["all", "one"])
def test_it_is_taken_back_recorded_and_nobody_has_access(
    session, cast, question, closed, now, way
):
    case = consents.case_of(session, question)
    assert consents.carries(session, case, now)
    if way == "all":
        events = consents.withdraw_all(session, actor=cast.kari, now=now, occasion="words")
    else:
        events = consents.withdraw(
            session, actor=cast.kari, question=question, now=now, occasion="press"
        )
    assert [event.act for event in events] == ["withdrawn"]
    assert not consents.carries(session, case, now)
    assert consents.granted(session, case, cast.club.id, now) == frozenset()
    recorded = select(AuditEntry.action).where(AuditEntry.chain == case.id)
    assert "consents.withdrawn" in session.scalars(recorded).all()
    assert audit.broken_link(session, case.id) is None


def test_a_youths_wish_that_it_stops_is_told(session, cast, question, closed, now):
    assert consents.wish_stop(session, actor=cast.ida, now=now, occasion="words")
