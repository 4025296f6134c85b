"""One thing said -> who, what, one transaction.

Runs off the loop, inside a transaction the store opened. Everything said in return is a promise
in the outbox of the same transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

import handlers
from bot.channels import Said
from bot.render import read_handle
from handlers import conversing
from handlers.turns import Turn
from locales import language_of
from models import audit, inbox, municipality, people
from models.base import Refused
from models.sealed import keyring_of
from models.terms import Why


def handle(session: Session, said: Said, now: datetime) -> bool:
    """Do what was said, once. False if this update was heard before.

    A `Refused` rolls back the verb alone: that it was heard, the audit line and the answer
    commit. Any other exception leaves, and rolls back everything.
    """
    if not inbox.first_time(session, said.channel, said.update_id, now):
        return False
    if said.kind == "silent":
        return True
    met = people.meet(
        session,
        channel=said.channel,
        address=said.address,
        name=said.name,
        language=language_of(said.language_code),
        now=now,
    )
    session.info["staff_here"] = staff_may_speak(session, said.channel, now)
    turn = Turn(
        session=session,
        me=met.person,
        contact=met.contact,
        now=now,
        occasion=f"{said.channel}:{said.update_id}",
        pressed=said.message_id if said.kind == "button" else None,
        callback_id=said.callback_id,
    )
    if met.new and said.kind in ("command", "button") and said.command != "start":
        turn.say("start")  # who we are, and the keyboard with the fixed help button
    savepoint = session.begin_nested()
    try:
        _act(turn, said)
        savepoint.commit()
    except Refused as refused:
        savepoint.rollback()
        audit.record(
            session,
            action="refused",
            actor_id=met.person.id,
            now=now,
            detail={"why": refused.why, "kind": said.kind},
        )
        _say_why(turn, refused.why)
    return True


def staff_may_speak(session: Session, channel: str, now: datetime) -> bool:
    """Whether staff's hats have effect in this channel (staff_channel, DOMAIN 0.1)."""
    return channel != "telegram" or municipality.policy_at(session, now).staff_telegram


def _act(turn: Turn, said: Said) -> None:
    match said.kind:
        case "command":
            _command(turn, said.command, said.typed)
        case "button":
            _button(turn, said.data)
        case "words":
            _words(turn, said)
        case "blocked":
            people.close_contact(turn.session, turn.contact, turn.now)
            handlers.unreachable(turn.session, turn.me.id, turn.now)
        case "other":
            turn.say("edited_text" if said.typed == "edited" else "only_text")


def _command(turn: Turn, command: str, typed: str) -> None:
    if command in handlers.FLOW_COMMANDS:
        conversing.begin(turn, handlers.FLOWS[handlers.FLOW_COMMANDS[command]], None)
    elif command in handlers.COMMANDS:
        handlers.COMMANDS[command](turn, typed)
    else:
        turn.say("lost")


def _button(turn: Turn, data: str) -> None:
    kind, _colon, rest = data.partition(":")
    if kind == "t" and ":" in rest:
        fingerprint, _colon, pressed = rest.partition(":")
        conversing.hear_press(turn, handlers.FLOWS, fingerprint, pressed)
        return
    if kind == "c" and rest:
        turn.toast()
        _command(turn, rest, "")
        return
    handle = read_handle(data, turn.contact.id, keyring_of(turn.session), turn.now)
    if handle is None:
        raise Refused(Why.ABSENT)
    opens = handle.action.removeprefix("flow:") if handle.action.startswith("flow:") else ""
    if (opens or handle.action) not in (handlers.FLOWS if opens else handlers.BUTTONS):
        raise Refused(Why.STALE)  # shown by an older version of us
    if opens:
        turn.toast()
        conversing.begin(turn, handlers.FLOWS[opens], handle.subject)
        return
    handlers.BUTTONS[handle.action](turn, handle.subject, handle.version)
    # Every press is answered; a verb that said nothing to the press itself answers with silence.
    turn.toast()


def _words(turn: Turn, said: Said) -> None:
    words = " ".join(said.typed.split())
    command = handlers.command_of(words)
    if command is not None:
        _command(turn, command, "")
    elif not conversing.hear_words(turn, handlers.FLOWS, said.typed, said.message_id or 0):
        turn.say("not_stopped" if handlers.resembles_stopping(words) else "lost")


def _say_why(turn: Turn, why: Why) -> None:
    """A press gets a toast, anything else one short line. Absent and forbidden sound the same."""
    if turn.callback_id is not None:
        turn.toast(f"why.{why}")
        if why in (Why.STALE, Why.EXPIRED):
            turn.strip()
    else:
        turn.say("why", why=why.value)
