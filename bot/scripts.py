"""`losbot flows`: each conversation as a script, for whoever approves the wording.

The talk itself is walked, with the demo's invented people, so what is printed is what is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

import handlers
from bot import demo
from bot.clock import SystemClock
from handlers.calendar import When
from handlers.conversing import as_message
from handlers.dialogue import Answers, Done, Flow, Pending, replay
from handlers.questions import Choice, Question, Several, Words
from handlers.turns import Reading, Turn
from locales import say
from models import contacts, people
from models.base import Base, Refused
from models.sealed import Keyring


def lines(names: Sequence[str], language: str) -> Iterator[str]:
    """The scripts of the flows named, or of all."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        session.info["keyring"] = Keyring(bytes(32))
        now = SystemClock().now()
        cast = demo.seed(session, now)
        for name, flow in handlers.FLOWS.items():
            if not names or name in names:
                yield from _script(session, flow, list(cast.values()), now, language)


def _script(
    session: Session, flow: Flow[Any], cast: Sequence[people.Person], now: Any, language: str
) -> Iterator[str]:
    yield f"== {flow.name}: {say(flow.title, language)}"
    for person in cast:
        contact = contacts.of(session, person.id)
        if contact is None:
            continue
        turn = Turn(session, person, contact, now, occasion="script")
        try:
            plain = flow.prepare(turn, None)
        except Refused:
            continue
        yield f"   ({person.name})"
        yield from _first_path(flow, plain, Reading(session, person, contact, now, 0), language)
        return
    yield "   (opens from a card, about a thing)"


def _first_path(flow: Flow[Any], plain: Any, reading: Reading, language: str) -> Iterator[str]:
    """Every question once, with all its buttons; the first answer goes on."""
    answers = Answers()
    while isinstance(outcome := replay(flow, plain, answers), Pending):
        message = as_message(outcome, {}, reading)
        for line in say(message.text, language).splitlines():
            yield f"   Bot: {line}"
        for row in message.buttons:
            yield "        " + " ".join(f"[{say(b.label, language)}]" for b in row)
        answers.given[outcome.question.name] = _an_answer(outcome.question, reading)
    if isinstance(outcome, Done):
        yield "   --"


def _an_answer(question: Question, reading: Reading) -> Any:
    match question:
        case Choice():
            return question.keys[0]
        case Several():
            return question.keys[:1]
        case Words():
            return "…"
        case When():
            return reading.now.isoformat()
    raise AssertionError(question)
