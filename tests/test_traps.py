"""Traps others fell into, each with a test that shows we do not."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Enum, select
from sqlalchemy.exc import StatementError

import handlers
from bot import store_schema
from models import contacts
from models.base import Base, BigId
from models.contacts import Contact
from models.inbox import Handled

ROOT = Path(__file__).resolve().parent.parent
store_schema.know_every_table()
TABLES = list(Base.metadata.tables.values())


def test_an_instant_comes_back_aware_and_the_same(session):
    oslo = timezone(timedelta(hours=1))
    session.add(Handled(channel="t", update_id=1, at=datetime(2026, 12, 3, 14, 15, tzinfo=oslo)))
    session.flush()
    session.expire_all()
    at = session.scalars(select(Handled.at)).one()
    assert (at, at.tzinfo) == (datetime(2026, 12, 3, 13, 15, tzinfo=UTC), UTC)


def test_a_naive_instant_never_reaches_the_store(session):
    session.add(Handled(channel="t", update_id=1, at=datetime(2026, 12, 3, 14, 15)))  # noqa: DTZ001 - that is the trap
    with pytest.raises(StatementError, match="naive"):
        session.flush()


def test_ids_and_addresses_of_more_than_32_bits_are_kept_exactly(session, now):
    met = contacts.meet(session, channel="t", address=2**52 + 1, name="Bo", language="nb", now=now)
    session.expire_all()
    assert session.get_one(Contact, met.contact.id).address == 2**52 + 1


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_id_column_holds_64_bits(table):
    narrow = [
        column.name
        for column in table.columns
        if column.name == "id" or column.name.endswith("_id")
        if not isinstance(column.type, type(BigId)) and column.name not in TEXT_IDS
    ]
    assert narrow == []


TEXT_IDS = {"callback_id"}
"""Telegram's ids of callbacks are words."""


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_column_is_a_database_enum(table):
    """A widened CHECK is not seen by autogenerate; states are plain text, checked in Python."""
    assert [c.name for c in table.columns if isinstance(c.type, Enum)] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_constraint_has_a_name_so_that_batch_can_drop_it(table):
    assert [c for c in table.constraints if c.name is None] == []


def test_words_never_give_a_consent_and_only_exact_words_stop():
    assert handlers.command_of("stopp") == "stopp"
    assert handlers.command_of("Stopp!") == "stopp"
    for words in ("ja", "Ja, det er greit", "samtykker", "jeg vil ikke stoppe", "stop it not"):
        assert handlers.command_of(words) != "stopp"
    assert handlers.command_of("ja") is None


def test_no_scheduler_tick_is_in_local_time_or_a_job_store():
    source = (ROOT / "bot" / "metronome.py").read_text("utf-8")
    calls = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call)]
    added = [c for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr == "add_job"]
    kinds = [a.value for c in added for a in c.args if isinstance(a, ast.Constant)]
    assert set(kinds) == {"interval", "date"}  # the date is an instant of our own clock, in UTC
    assert "AsyncIOScheduler(timezone=UTC)" in source
