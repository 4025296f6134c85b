"""When an answer comes so late that the one who waited has put the phone away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import outbox
from models.discretion import LATE, is_late
from models.outbox import Mode, Outgoing, Promise


def promised(session, cast, now, **more) -> Outgoing:
    given = {"mode": Mode.NOTICE, "promise": Promise.RECEIPT, "occasion": "o", **more}
    outbox.promise(session, kind="x", recipient_id=cast.ida.id, now=now, **given)
    return session.scalars(select(Outgoing).where(Outgoing.kind == "x")).one()


@pytest.mark.parametrize("mode", [Mode.NOTICE, Mode.CARD])
def test_it_is_late_after_more_than_five_minutes(session, cast, now, mode):
    row = promised(session, cast, now, mode=mode)
    assert timedelta(minutes=5) == LATE
    assert not is_late(row, now + LATE)
    assert is_late(row, now + LATE + timedelta(seconds=1))


def test_it_counts_from_when_it_was_said_not_from_when_it_was_heard(session, cast, now):
    session.info["said_at"] = now - timedelta(hours=9)
    assert is_late(promised(session, cast, now), now)


def test_a_new_try_does_not_begin_to_count_anew(session, cast, now):
    row = promised(session, cast, now)
    row.not_before = now + timedelta(minutes=20)
    assert is_late(row, row.not_before)


@pytest.mark.parametrize(
    "other",
    [
        {"target_id": 7},
        {"promise": Promise.NEWS},
        {"promise": Promise.REMINDER},
        {"promise": Promise.ONCE},
        {"mode": Mode.TOAST},
        {"mode": Mode.QUESTION},
    ],
    ids=str,
)
def test_changes_news_and_toasts_are_as_they_were(session, cast, now, other):
    row = promised(session, cast, now, **other)
    assert not is_late(row, now + timedelta(days=1))
