"""A chat belongs to one person at a time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from models import contacts, falling_back, people, web_sessions
from models.audit import AuditEntry
from models.municipality import PolicyVersion


def write_from(session, address, now):
    return contacts.meet(
        session, channel="telegram", address=address, name="x", language="nb", now=now
    )


def test_writing_opens_a_chat_that_was_closed(session, cast, now):
    contact = contacts.of(session, cast.kari.id)
    contacts.close(contact, now)
    assert contacts.of(session, cast.kari.id) is None
    met = write_from(session, contact.address, now)
    assert (met.person, met.new) == (cast.kari, False)
    assert contacts.of(session, cast.kari.id) is contact


def test_writing_from_a_chat_that_was_taken_makes_nobody_the_person_again(session, cast, now):
    contact = contacts.of(session, cast.kari.id)
    assert contacts.take_from(session, cast.kari, actor=None, now=now) == 1
    met = write_from(session, contact.address, now)
    assert (met.person.id == cast.kari.id, met.person.confirmed_at, met.new) == (
        False, None, False,
    )  # fmt: skip
    assert contacts.of(session, cast.kari.id) is None
    assert contacts.take_from(session, cast.kari, actor=None, now=now) == 0


def test_all_chats_but_one_are_taken_each_with_its_line_in_the_audit(session, cast, now):
    kept = contacts.add(session, cast.kari, "telegram", 71, now)
    old = contacts.add(session, cast.kari, "telegram", 72, now)
    assert contacts.take_from(session, cast.kari, actor=cast.randi, now=now, but=kept) == 2
    assert (kept.person_id, old.person_id == cast.kari.id) == (cast.kari.id, False)
    taken = select(AuditEntry).where(AuditEntry.action == "contacts.take")
    lines = {(e.actor_id, e.object_id) for e in session.scalars(taken)}
    assert lines == {(cast.randi.id, cast.kari.id)}
    assert people.get(session, cast.kari.id).confirmed_at is not None


def test_of_several_chats_the_municipalitys_order_says_which(session, cast, now):
    later = now + timedelta(hours=1)
    web = contacts.add(session, cast.kari, "web", 1, later)
    web_sessions.begin(session, contact_id=web.id, person_id=cast.kari.id, now=later)
    contacts.add(session, cast.kari, "email", 2, later + timedelta(hours=1))
    telegram = contacts.at(session, "telegram", 7_000_000_002)
    assert contacts.of(session, cast.kari.id) is web
    assert falling_back.chat_of(session, cast.kari.id, now) is telegram
    contacts.close(telegram, later)
    assert falling_back.chat_of(session, cast.kari.id, now) is web


def test_staff_are_not_told_in_telegram_where_they_have_no_part(session, cast, now):
    telegram = contacts.of(session, cast.jonas.id)
    web = contacts.add(session, cast.jonas, "web", 1, now - timedelta(days=1))
    assert falling_back.chat_of(session, cast.jonas.id, now) is telegram
    for version in session.scalars(select(PolicyVersion)):
        version.choices = {**version.choices, "staff_telegram": False}
    session.info.pop("policy", None)
    assert falling_back.chat_of(session, cast.jonas.id, now) is web
