"""How handler tests talk: press, run a flow to its end, and read what a phone would show."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

import handlers
from handlers.dialogue import Done, Pending, walk
from handlers.turns import Message, Reading, Turn
from locales import say
from models import contacts
from models.outbox import Outgoing, OutState

REVEALING = (
    "los", "samtykke", "bekymring", "barnevern", "stafett", "tiltak", "bti", "ida", "kari",
    "per ", "jonas", "randi", "lise", "amina", "sam ", "fjordvik", "fyret", "skole", "rektor",
    "klubb", "hemmelig", "mia",
)  # fmt: skip
"""What no message that arrives unasked may say on a lock screen."""


class Chat:
    """One person's chat in a test. `hear` reads what was promised since it last read."""

    def __init__(self, session, person, now) -> None:
        self.session, self.person, self.now = session, person, now
        self.contact = contacts.of(session, person.id)
        self.turns = 0

    def turn(self) -> Turn:
        self.turns += 1
        occasion = f"{self.person.id}:{self.turns}"
        return Turn(self.session, self.person, self.contact, self.now, occasion, 7, "cb")

    def press(self, action: str, subject: int = 0, version: int = 0) -> list[Message]:
        handlers.BUTTONS[action](self.turn(), subject, version)
        return self.hear()

    def command(self, name: str) -> list[Message]:
        handlers.COMMANDS[name](self.turn(), "")
        return self.hear()

    def run(self, flow: str, subject: int | None, given: dict[str, Any]) -> list[Message]:
        """Walk a flow with these answers; it must come to its end with them."""
        turn, found = self.turn(), handlers.FLOWS[flow]
        outcome = walk(found, found.prepare(turn, subject), list(given.items()))
        assert isinstance(outcome, Done), outcome
        if outcome.value is not None:
            found.finish(turn, outcome.value)
        return self.hear()

    def question(self, flow: str, subject: int | None, given: dict[str, Any]) -> Pending:
        found = handlers.FLOWS[flow]
        outcome = walk(found, found.prepare(self.turn(), subject), list(given.items()))
        assert isinstance(outcome, Pending), outcome
        return outcome

    def hear(self) -> list[Message]:
        """Compose everything that waits for this person, in order; moot promises say nothing."""
        rows = self.session.scalars(
            select(Outgoing)
            .where(
                Outgoing.recipient_id == self.person.id,
                Outgoing.state == OutState.WAITING,
                Outgoing.kind.not_in(("toast", "strip")),
            )
            .order_by(Outgoing.id)
        ).all()
        heard = []
        for row in rows:
            row.state = OutState.SENT
            message = self.show(row.kind, row.subject_id or 0, **row.params)
            if message is not None:
                heard.append(message)
        return heard

    def show(self, kind: str, subject: int = 0, **params: Any) -> Message | None:
        reading = Reading(self.session, self.person, self.contact, self.now, subject, params)
        return handlers.compose(reading, kind)

    def words(self, *messages: Message | None) -> str:
        return "\n---\n".join(say(m.text, self.person.language) for m in messages if m)


def labels(message: Message, language: str = "nb") -> list[str]:
    return [say(button.label, language) for row in message.buttons for button in row]


def actions(message: Message) -> list[str]:
    return [button.action for row in message.buttons for button in row]


def reveals(message: Message, language: str = "nb") -> list[str]:
    """Words in the text and on the buttons that a lock screen must not show."""
    shown = " ".join([say(message.text, language), *labels(message, language)]).casefold()
    return [word for word in REVEALING if word in shown + " "]
