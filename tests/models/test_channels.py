"""A channel that is stopped stands still until it is started; both are in the log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import channels
from models.audit import AuditEntry


def test_a_channel_is_stopped_and_started_once_and_both_are_in_the_log(session, now):
    later = now + timedelta(minutes=1)
    assert channels.stop(session, "telegram", now)
    assert not channels.stop(session, "telegram", later)
    assert channels.stopped(session) == {"telegram": now}
    assert channels.is_stopped(session, "telegram")
    assert not channels.is_stopped(session, "web")
    assert channels.start(session, "telegram", later)
    assert not channels.start(session, "telegram", later)
    assert channels.stopped(session) == {}
    done = select(AuditEntry).where(AuditEntry.action.startswith("channels."))
    told = [(e.action, e.actor_id, e.detail, e.at) for e in session.scalars(done)]
    assert told == [
        ("channels.stop", None, {"channel": "telegram"}, now),
        ("channels.start", None, {"channel": "telegram"}, later),
    ]


@pytest.mark.parametrize("verb", [channels.stop, channels.start])
def test_a_channel_nobody_knows_is_refused(session, now, verb):
    with pytest.raises(LookupError, match="telegram, web"):
        verb(session, "sms", now)
