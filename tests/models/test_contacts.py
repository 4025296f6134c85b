"""A chat belongs to one person at a time."""

from __future__ import annotations

from sqlalchemy import select

from models import contacts, people
from models.audit import AuditEntry


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
