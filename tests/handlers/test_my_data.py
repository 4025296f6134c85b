"""The file with what we have: asked for with buttons, where the municipality lets a chat show it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from handlers import my_data
from models import municipality
from models.base import Refused
from models.municipality import PolicyVersion
from models.outbox import Mode, Outgoing
from models.policy import MunicipalPolicy
from models.terms import Details
from tests.chatting import Chat, labels, reveals
from tests.ways import told_once


@told_once
def nothing_here(session, cast, now):
    """Telegram shows no fact of a case."""
    day = now.date()
    version = session.query(PolicyVersion).filter_by(valid_from=day).one_or_none()
    choices = municipality.choices_of(MunicipalPolicy(telegram_details=Details.NOTHING))
    if version is None:
        session.add(PolicyVersion(valid_from=day, choices=choices, applied_at=now))
    else:
        version.choices = choices
    session.flush()
    session.info.pop("policy", None)


def test_two_files_that_say_nothing_on_a_lock_screen(session, cast, now):
    heard = Chat(session, cast.ida, now).run("minedata.fil", None, {"confirm": "True"})
    assert [message.attachment.kind for message in heard] == ["page", "json"]
    for message in heard:
        assert labels(message) == ["Slett fila her i chatten"]
        assert reveals(message) == []


def test_where_telegram_shows_nothing_it_is_had_on_paper(session, cast, now, nothing_here):
    ida = Chat(session, cast.ida, now)
    (card,) = ida.command("minedata")
    assert "på papir: spør skolen" in ida.words(card)
    assert labels(card) == ["Slett kontoen min"]
    with pytest.raises(Refused):
        ida.run("minedata.fil", None, {"confirm": "True"})
    assert ida.show("my_data.page") is None
    assert ida.show("my_data.json") is None


def test_after_two_days_telegram_no_longer_lets_us_delete_it(session, cast, now):
    ida = Chat(session, cast.ida, now)
    made = int(now.timestamp())
    for later, removed in ((47, True), (48, False)):
        ida.now = now + timedelta(hours=later)
        my_data.remove(ida.turn(), 0, made)
        rows = session.scalars(select(Outgoing).order_by(Outgoing.id.desc()).limit(2)).all()
        assert (Mode.DELETE in {row.mode for row in rows}) is removed
        session.execute(delete(Outgoing))
