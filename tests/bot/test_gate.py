"""While a chat with a code is shut nothing of it is shown or done, except what needs no code."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import func, select

import handlers
from bot import dispatch, gate
from bot.channels import Said
from bot.channels.hearing import HELP_COMMANDS
from bot.render import Pressed, make_handle
from models import chat_code, contacts, discretion
from models.audit import AuditEntry
from models.outbox import Outgoing
from models.sealed import keyring_of
from tests import agreed
from tests.ways import told_once

KARI = 7_000_000_002
OWN = {"code.card", "toast"}
"""All that is said before a shut door."""
updates = count(1)


@told_once
def shut(session, cast, now):
    """Kari's chat, with a code, quiet for long. Returns the instant."""
    agreed.agreed(session, cast, now)
    here = contacts.of(session, cast.kari.id).id
    chat_code.begin(session, actor=cast.kari, contact_id=here, purpose=chat_code.CHOOSE)
    for _twice in range(2):
        for digit in (4, 7, 1, 1):
            chat_code.press(session, here, digit)
        chat_code.enter(session, actor=cast.kari, contact_id=here, now=now)
    return now + timedelta(hours=1)


def says(session, at, kind: str, **more) -> set[str]:
    """Kari says or presses something. The names of all that it brought."""
    before = session.scalar(select(func.max(Outgoing.id))) or 0
    said = Said("telegram", KARI, next(updates), "Kari", "nb", kind, at, **more)
    dispatch.handle(session, said, at)
    return set(session.scalars(select(Outgoing.kind).where(Outgoing.id > before)))


def presses(session, at, action: str) -> set[str]:
    contact = session.scalars(
        select(contacts.Contact).where(contacts.Contact.address == KARI)
    ).one()
    data = make_handle(Pressed(action, 1, 1), contact.id, keyring_of(session), at)
    return says(session, at, "button", data=data, callback_id=str(next(updates)), message_id=5)


def changes(session) -> int:
    ours = AuditEntry.action.in_(("refused", "audit.begin"))
    return session.scalar(select(func.count()).select_from(AuditEntry).where(~ours)) or 0


def test_what_needs_no_code_is_this_and_no_more():
    """Whoever adds to it has thought about who may be holding the phone."""
    assert {
        "start", "personvern", "privacy", "stopp", "stop", "slutt", "skjul", "hide",
    } == gate.COMMANDS  # fmt: skip
    assert {
        "code.digit", "code.back", "code.enter", "consent.stop_ask", "consent.stop",
        "discreet.hide",
    } == gate.BUTTONS  # fmt: skip
    assert set(handlers.COMMANDS) >= gate.COMMANDS
    assert set(handlers.BUTTONS) >= gate.BUTTONS
    assert set(handlers.COMMANDS).isdisjoint(HELP_COMMANDS)  # help is answered before


def test_every_other_command_meets_the_keypad_and_does_nothing(session, shut):
    before = changes(session)
    others = sorted({*handlers.COMMANDS, *handlers.FLOW_COMMANDS, "tull"} - gate.COMMANDS)
    for command in others:
        said = says(session, shut, "command", command=command)
        assert "code.card" in said, command
        assert said <= OWN | {"hidden"}, command
        assert says(session, shut, "button", data=f"c:{command}", callback_id="1", message_id=5)
    assert changes(session) == before


@pytest.mark.slow
def test_every_other_button_meets_the_keypad_and_does_nothing(session, shut):
    before = changes(session)
    for action in sorted(set(handlers.BUTTONS) - gate.BUTTONS):
        assert presses(session, shut, action) <= OWN | {"hidden"}, action
    for flow in sorted(handlers.FLOWS):
        assert presses(session, shut, f"flow:{flow}") <= OWN | {"hidden"}, flow
    for data in ("t:0123:1", "b:x", "", "c:"):
        said = says(session, shut, "button", data=data, callback_id=data, message_id=5)
        assert said <= OWN | {"hidden"}, data
    assert changes(session) == before


def test_words_meet_it_too_and_are_no_answer_to_anything(session, shut):
    for words in ("hei", "ja", "Mine saker", "/saker", "Innstillinger"):
        assert "code.card" in says(session, shut, "words", typed=words, message_id=9)


@pytest.mark.parametrize("words", ["stopp", "jeg trekker samtykket", "I withdraw my consent"])
def test_taking_back_is_heard(session, cast, shut, words):
    assert "consent.receipt" in says(session, shut, "words", typed=words, message_id=9)


def test_a_chat_that_is_open_hears_everything(session, shut, now):
    assert says(session, now, "command", command="saker") == {"stafett.list"}
    assert says(session, now, "command", command="saker") != {"code.card"}


def test_what_is_heard_while_shut_does_not_open_it(session, cast, shut):
    says(session, shut, "command", command="personvern")
    says(session, shut, "words", typed="stopp", message_id=9)
    assert discretion.is_shut(session, contacts.of(session, cast.kari.id).id, shut)


def test_blocking_needs_no_code(session, cast, shut):
    says(session, shut, "blocked")
    assert contacts.of(session, cast.kari.id) is None


def test_who_blocks_one_chat_and_has_another_is_reached(session, cast, shut):
    contacts.add(session, cast.kari, "web", 5, shut)
    assert "not_reached" not in says(session, shut, "blocked")
    contacts.close(contacts.of(session, cast.kari.id), shut)
    assert "not_reached" in says(session, shut, "blocked")
