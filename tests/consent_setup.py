"""A case of Ida's, questions about it and answers to them: what the tests of consent stand on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

import handlers
from handlers.approved import text_hash
from handlers.turns import Message, Reading, Turn
from locales import say
from models import cases, consents, contacts
from models.outbox import Mode, Outgoing, OutState
from models.terms import InfoKind

REVEALING = (
    "los", "samtykke", "bekymring", "barnevern", "stafett", "tiltak", "bti", "ida", "kari", "per ",
    "jonas", "amina", "fjordvik", "fyret", "skole", "klubb", "helse", "deling", "nei",
)  # fmt: skip


def opened(session, cast, now):
    case = cases.open(
        session,
        actor=cast.randi,
        ungdom=cast.ida,
        school_id=cast.school.id,
        stafettholder=cast.jonas,
        now=now,
    )
    cases.add_service(session, case=case, unit_id=cast.club.id, person=cast.amina, now=now)
    return case


def asked(session, cast, case, now, *kinds, unit=None, days=90):
    return consents.ask(
        session,
        actor=cast.jonas,
        case=case,
        scope={(unit or cast.club).id: kinds or (InfoKind.MEETINGS,)},
        until=(now + timedelta(days=days)).date(),
        now=now,
    )


def agreed(session, question, now, *persons):
    for person in persons:
        consents.give(
            session,
            actor=person,
            question=question,
            text_hash=text_hash("consent.ask", person.language),
            language=person.language,
            now=now,
            occasion=f"{person.id}",
        )


class Phone:
    """One person's chat, without a channel: presses buttons by label, reads what waits."""

    def __init__(self, session, person, now):
        self.session, self.person, self.now = session, person, now
        self.contact = contacts.of(session, person.id)
        self.presses = 0

    def turn(self, *, pressed: int | None = 7) -> Turn:
        self.presses += 1
        occasion = f"{self.person.id}:{self.presses}"
        return Turn(
            self.session, self.person, self.contact, self.now, occasion, pressed,
            "cb" if pressed else None,
        )  # fmt: skip

    def reading(self, subject=0, **params: Any) -> Reading:
        return Reading(self.session, self.person, self.contact, self.now, subject, params)

    def see(self, kind, subject=0, **params) -> Message | None:
        return handlers.compose(self.reading(subject, **params), kind)

    def read(self, kind, subject=0, **params) -> str | None:
        message = self.see(kind, subject, **params)
        return None if message is None else say(message.text, self.person.language)

    def labels(self, message: Message) -> list[str]:
        return [say(b.label, self.person.language) for row in message.buttons for b in row]

    def press(self, message: Message, label: str) -> None:
        found = [
            b
            for row in message.buttons
            for b in row
            if say(b.label, self.person.language).startswith(label)
        ]
        assert found, f"no button {label!r} among {self.labels(message)}"
        handlers.BUTTONS[found[0].action](self.turn(), found[0].subject, found[0].version)

    def type(self, command, typed="") -> None:
        handlers.COMMANDS[command](self.turn(pressed=None), typed)

    def waiting(self, *modes: Mode) -> list[Outgoing]:
        wanted = select(Outgoing).where(
            Outgoing.recipient_id == self.person.id, Outgoing.state == OutState.WAITING
        )
        return [
            row
            for row in self.session.scalars(wanted.order_by(Outgoing.id))
            if not modes or row.mode in modes
        ]

    def deliver(self) -> list[tuple[str, Message]]:
        """Everything that waits, as it would be said now; then nothing waits."""
        told = []
        for row in self.waiting():
            row.state = OutState.SENT
            if row.mode in (Mode.TOAST, Mode.STRIP):
                continue
            message = handlers.compose(self.reading(row.subject_id or 0, **row.params), row.kind)
            if message is not None:
                told.append((row.kind, message))
        self.session.flush()
        return told

    def last(self) -> Message:
        return self.deliver()[-1][1]

    def words(self) -> str:
        return "\n\n".join(say(m.text, self.person.language) for _k, m in self.deliver())

    def toasts(self) -> list[str]:
        return [row.params["words"] for row in self.waiting(Mode.TOAST)]
