"""What a lock screen shows of everything that arrives unasked, in a municipality where every name,
unit and word is one that is found nowhere else."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

import handlers
from bot.app import words_of_the_bot
from bot.composing import compose
from bot.emulator.state import PUSH_LENGTH
from locales import LANGUAGES
from models import (
    contacts,
    follow_ups,
    posts,
    services,
)
from models.ladders import LADDERS
from models.municipality import PolicyVersion, Unit
from models.outbox import BROADCASTS, Outgoing, Promise
from models.people import Person, Position
from tests.full_case import CANARIES
from tests.look_setup import told_on_fridays

ROOT = Path(__file__).resolve().parent.parent

CASE_WORDS = re.compile(
    r"\b(los(en|er|ane|ene|ar|es)?|ungdomslos\w*|samtykk\w*|bekymr\w*|uro|barnevern\w*|stafett\w*|"
    r"tiltak\w*|bti|consent\w*|concern\w*|child welfare|relay\w*|measures?|baton\w*|rektor\w*|"
    r"head teacher|skole\w*|skule\w*|school\w*|klubb\w*|club\w*|helsesykepl\w*|ppt|nurse\w*|"
    r"fastlege\w*|foresatt\w*|føresett\w*|guardian\w*)\b",
    re.IGNORECASE,
)
"""Words of a case, of a service and of a school, in each language."""

OWN_ACTS = frozenset(
    {"consent.receipt", "request.receipt", "erasing.receipt", "joining.link", "meeting.file"}
)
"""Promised by a verb to whoever has just pressed; the file of a moved meeting is looked at too."""
NOT_SAID = frozenset({"hidden", "covered"})
"""Changes in place: no phone makes a sound for them."""


BY_MAIL = frozenset({"mail.code", "mail.meeting", "mail.new", "mail.weekly"})
"""Mails; what they say is read in tests/bot/test_mail.py."""


class Push(NamedTuple):
    """The first of what a lock screen shows, and all that the message says."""

    kind: str
    language: str
    shown: str
    all: str  # of what is news to its reader, not an answer


@functools.cache
def unasked_kinds() -> frozenset[str]:
    """Every notice that a verb promises: handlers only answer."""
    told = {
        node.value
        for path in (ROOT / "models").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    dotted = {kind for kind in handlers.NOTICES if "." in kind and kind in told}
    answered = {kind for kind in dotted if kind in _ANSWERS}
    return frozenset((dotted - answered | {"not_reached"}) - OWN_ACTS - NOT_SAID - BY_MAIL)


_ANSWERS = frozenset({"access.answer", "check.receipt", "consent.map_thing"}) | {
    services.LOOKED,
    *services.TOLD,
}
"""What models name for another reason: an action in the audit, what is taken back from a chat or
forgotten."""


# --- looking -------------------------------------------------------------------------------------


def leaks(push: Push, planted: set[str]) -> list[str]:
    """What the lock screen must not show, found in what it shows; names in the rest as well."""
    found = [match[0] for match in CASE_WORDS.finditer(push.shown)]
    said = f"{push.shown}\n{push.all}".casefold()
    return found + [word for word in planted if word.casefold() in said]


def senders() -> set[str]:
    """What the bot is called, in every language, before anyone has told it a place."""
    _commands, profiles = words_of_the_bot("")
    return {name for name, _long, _short in profiles.values()}


class Screens:
    """Looks at every message that a verb has promised to somebody, when it would be sent: in every
    language; or, `once`, at each kind for each of them in one, by turns."""

    def __init__(self, session, now: datetime, *, once: bool = False) -> None:
        self.session, self.now = session, now
        self.pushes: list[Push] = []
        self._once, self._seen = once, 0
        self._looked_at: set[tuple[str, int]] = set()

    def look(self) -> None:
        fresh = select(Outgoing).where(Outgoing.id > self._seen).order_by(Outgoing.id)
        for row in self.session.scalars(fresh).all():
            self._seen = row.id
            said = row.kind in handlers.NOTICES and row.kind not in BY_MAIL
            if said and row.promise in (*BROADCASTS, Promise.RECEIPT):
                self._compose(row)

    def _compose(self, row: Outgoing) -> None:
        reader = self.session.get_one(Person, row.recipient_id)
        contact = contacts.of(self.session, reader.id)
        if contact is None:
            return
        spoken = reader.language
        for language in self._languages(row):
            reader.language, row.contact_id = language, contact.id
            self.session.info["noted"] = set()
            rendered = compose(self.session, row, max(row.not_before, self.now))
            if rendered is None:
                continue
            file = f"{rendered.document.name} " if rendered.document else ""
            labels = [key.label for keys in rendered.rows for key in keys]
            said = "\n".join([file + rendered.text, *labels])
            if row.promise not in BROADCASTS:
                said = ""
            self._looked_at.add((row.kind, reader.id))
            self.pushes.append(
                Push(row.kind, language, (file + rendered.text)[:PUSH_LENGTH], said)
            )
        reader.language = spoken
        self.session.info.pop("sending", None)
        self.session.info.pop("unseen", None)

    def _languages(self, row: Outgoing) -> Sequence[str]:
        if not self._once:
            return LANGUAGES
        if (row.kind, row.recipient_id) in self._looked_at:
            return ()
        turn = len(self._looked_at) % len(LANGUAGES)
        return LANGUAGES[turn : turn + 1]

    def passes(self, days: int, hour: int = 10) -> None:
        """Day after day: what is due is promised, and looked at."""
        due = follow_ups.next_due(self.session, LADDERS)
        for _day in range(days):
            self.now = (self.now + timedelta(days=1)).replace(hour=hour)
            if due is not None and due <= self.now:
                for ladder in LADDERS:
                    while follow_ups.take_due(self.session, ladder, self.now):
                        pass
                self.session.info.pop("policy", None)
                due = follow_ups.next_due(self.session, LADDERS)
            self.look()


# --- the municipality ----------------------------------------------------------------------------


def plant(session, cast, now: datetime) -> set[str]:
    """Give everyone, every unit and the municipality's own terms a name to be known by."""
    for number, person in enumerate(session.scalars(select(Person)).all()):
        person.name = f"Kråke{chr(97 + number)}nor"
    for number, unit in enumerate(session.scalars(select(Unit)).all()):
        unit.name = f"Skjæredal{chr(97 + number)} skole"
    session.flush()
    names = {p.name for p in session.scalars(select(Person))}
    units = {unit.name.split()[0] for unit in session.scalars(select(Unit))}
    decide(session, answer_promised_days=10, los_request_first_review_days=3)
    decide(session, friday_digest=True, friday_at="10:00")  # before the hour of `Screens.passes`
    for position in session.scalars(select(Position)):
        follow_ups.reschedule(session, posts.LADDER, position, now)
    told_on_fridays(session, now)
    return names | units | set(CANARIES)


def decide(session, **choices: Any) -> None:
    for version in session.scalars(select(PolicyVersion)):
        version.choices = {**version.choices, **choices}
    session.flush()
    session.info.pop("policy", None)
