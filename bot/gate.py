"""The door of a chat with a code: what is heard while it is shut."""

from __future__ import annotations

import handlers
from bot.channels import Said
from bot.render import read_handle
from handlers import crisis, keypad, stopping
from handlers.stopping import Stopping
from handlers.turns import Turn
from models import discretion
from models.sealed import keyring_of

COMMANDS = frozenset({"start", "stopp", "stop", "slutt", "skjul", "hide", "personvern", "privacy"})
BUTTONS = keypad.FREE | {"consent.stop_ask", "consent.stop", "discreet.hide"}
"""Taking back, hiding and what is public need no code. Help never comes this far."""


def keeps_out(turn: Turn, said: Said) -> bool:
    """Whether this was said before a shut door, and is answered with that."""
    if said.kind not in ("command", "button", "words"):
        return False
    if said.kind == "words" and keypad.typed(turn, said.typed):
        return True  # a code that was written is taken away at once
    if not discretion.is_shut(turn.session, turn.contact.id, turn.now) or _is_free(turn, said):
        return False
    if said.kind == "words" and stopping.read(said.typed) is Stopping.RESEMBLES:
        turn.say("not_stopped")
    elif said.kind != "words" or not crisis.speaks_of_danger(said.typed):
        keypad.ask(turn)  # whoever speaks of danger has the help card, and is asked nothing
    return True


def _is_free(turn: Turn, said: Said) -> bool:
    if said.kind == "command":
        return said.command in COMMANDS
    if said.kind == "words":
        return handlers.command_of(" ".join(said.typed.split())) in COMMANDS
    if said.data.startswith("c:"):
        return said.data.removeprefix("c:") in COMMANDS
    handle = read_handle(said.data, turn.contact.id, keyring_of(turn.session), turn.now)
    return handle is not None and handle.action in BUTTONS


def passed(turn: Turn, said: Said) -> None:
    """Something was said in an open chat: it stays open for a while, and what waited comes."""
    if said.kind in ("command", "button", "words", "other"):
        discretion.opened(turn.session, turn.contact.id, turn.now)
