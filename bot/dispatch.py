"""One thing said -> who, what, one transaction.

Runs off the loop, inside a transaction the store opened. Everything said in return is a promise
in the outbox of the same transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

import handlers
from bot import gate
from bot.channels import Heard, Said
from bot.render import read_handle
from handlers import closing, conversing
from handlers.turns import Turn
from locales import language_of
from models import (
    access_log,
    audit,
    contacts,
    falling_back,
    inbox,
    municipality,
    people,
    written,
)
from models.base import Refused
from models.contacts import Met
from models.sealed import keyring_of
from models.terms import Why

WRITTEN = ("command", "words", "other")
"""What leaves a message of theirs in the chat."""
SPEAKS = "speaks"
"""In a session's info: the language of who was heard."""
NOT_READ = "not_read"
"""Why something in the audit came to nothing: pictures, edits, what is forwarded, groups."""


def handle(session: Session, said: Said, now: datetime) -> Heard:
    """Do what was said, once.

    A `Refused` rolls back the verb alone: that it was heard, the audit line and the answer
    commit. Any other exception leaves, and rolls back everything.
    """
    if not inbox.first_time(session, said.channel, said.update_id, now):
        return Heard.BEFORE
    if said.kind == "silent":
        if said.leave is not None:
            audit.refused(session, actor_id=None, why=NOT_READ, kind="group", now=now)
        return Heard.NOW
    session.info["said_at"] = min(said.at, now)  # it may have lain with Telegram for a day
    met = met_by(session, said, now)
    _notice(session, met, said, now)
    turn = _turn(session, met, said, now)
    if met.new and said.kind in ("command", "button") and said.command != "start":
        turn.say("start")  # who we are, and the keyboard with the fixed help button
    savepoint = session.begin_nested()
    kept_out = False
    try:
        with access_log.unseen(session):  # what is shown is put into words when it is sent
            kept_out = gate.keeps_out(turn, said)
            if not kept_out:
                _act(turn, said)
        savepoint.commit()
    except Refused as refused:
        savepoint.rollback()
        audit.refused(session, actor_id=met.person.id, why=refused.why, kind=said.kind, now=now)
        _say_why(turn, _why(turn, said, refused.why))
    if not kept_out:
        gate.passed(turn, said)
    session.info[SPEAKS] = met.person.language
    return Heard.HID if session.info.get("hidden") else Heard.NOW


def _notice(session: Session, met: Met, said: Said, now: datetime) -> None:
    """That they are here, and what they left in the chat; whatever comes of what they said."""
    here = staff_may_speak(session, said.channel, now)
    people.speaks_where(session, met.person.id, staff_may=here, now=now)
    if said.kind != "blocked":
        on_web = met.contact.id if said.channel == "web" else None
        falling_back.looked(session, met.person.id, on_web, now)
    if said.kind in WRITTEN and said.message_id:
        written.keep(session, met.contact.id, said.message_id, min(said.at, now))


def _turn(session: Session, met: Met, said: Said, now: datetime) -> Turn:
    pressed = said.kind == "button"
    return Turn(
        session=session, me=met.person, contact=met.contact, now=now,
        occasion=f"{said.channel}:{said.update_id}", callback_id=said.callback_id,
        pressed=said.message_id if pressed else None,
        written=None if pressed else said.message_id,
        data=said.data if pressed else "", helped=said.helped, new=met.new,
    )  # fmt: skip


def met_by(session: Session, said: Said, now: datetime) -> Met:
    return contacts.meet(
        session,
        channel=said.channel,
        address=said.address,
        name=said.name,
        language=language_of(said.language_code),
        now=now,
    )


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
            contacts.close(turn.contact, turn.now)
            if falling_back.chat_of(turn.session, turn.me.id, turn.now) is None:
                handlers.unreachable(turn.session, turn.me.id, turn.now)
        case "other":
            kind = said.typed or said.kind
            audit.refused(turn.session, actor_id=turn.me.id, why=NOT_READ, kind=kind, now=turn.now)
            turn.say("edited_text" if said.typed == "edited" else "only_text")


def _command(turn: Turn, command: str, typed: str) -> None:
    if command in handlers.FLOW_COMMANDS:
        conversing.begin(turn, handlers.FLOWS[handlers.FLOW_COMMANDS[command]], None)
    elif command in handlers.COMMANDS:
        handlers.COMMANDS[command](turn, typed)
    else:
        turn.say(handlers.unheard(turn, f"{command} {typed}".strip()))


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
    if "toast" not in turn.said:
        turn.toast()


def _words(turn: Turn, said: Said) -> None:
    words = " ".join(said.typed.split())
    command = handlers.command_of(words)
    if command is not None:
        _command(turn, command, "")
    elif not conversing.hear_words(turn, handlers.FLOWS, said.typed, said.message_id or 0):
        answer = handlers.unheard(turn, words)
        turn.say(answer)
        if turn.helped and answer in ("lost", "start"):
            turn.let_stand(answer, None, turn.helped)
    elif handlers.may_mean_to_stop(turn, words):
        turn.say("not_stopped")


def _why(turn: Turn, said: Said, why: Why) -> Why:
    """What ended with its case is over to those who were in it, not absent."""
    if why is not Why.ABSENT or said.kind != "button":
        return why
    handle = read_handle(said.data, turn.contact.id, keyring_of(turn.session), turn.now)
    over = handle is not None and closing.is_over(turn, handle.subject)
    return Why.CLOSED if over else why


def _say_why(turn: Turn, why: Why) -> None:
    """A press gets a toast, anything else one short line. Absent and forbidden sound the same."""
    if turn.callback_id is not None:
        turn.toast(f"why.{why}")
        if why in (Why.STALE, Why.EXPIRED) and not turn.is_again:
            turn.strip()
    else:
        turn.say("why", why=why.value)
