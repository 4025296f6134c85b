"""Wherever a person may write freely it is said that nobody reads along, and what to do in haste."""

from __future__ import annotations

import ast
from pathlib import Path

import handlers
from handlers.conversing import as_message
from handlers.dialogue import Done
from handlers.questions import Words
from locales import LANGUAGES, say
from tests.handlers.test_every_path import opened, paths

CAUTION = {
    "nb": "Ingen leser dette fortløpende. Haster det, trykk Hjelp nå.",
    "nn": "Ingen les dette fortløpande. Hastar det, trykk Hjelp no.",
    "en": "Nobody reads this all the time. If it is urgent, press Help now.",
}
HANDLERS = Path(handlers.__file__).parent


def _asked_for_words() -> set[str]:
    """The names of all questions that take words, as the source has them."""
    calls = [
        node
        for path in HANDLERS.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ask_words"
    ]
    return {ast.unparse(call.args[0]) for call in calls}


def test_every_question_that_takes_words_says_so_in_every_language(session, cast, now):
    asked = set()
    for _name, flow, plain, reading in opened(session, cast, now):
        for _answers, outcome in paths(flow, plain, now):
            if isinstance(outcome, Done) or not isinstance(outcome.question, Words):
                continue
            asked.add((flow.name, outcome.question.name))
            for draft in ({}, {"hint": "too_long"}, {"hint": "empty"}):
                for language in LANGUAGES:
                    words = say(as_message(outcome, draft, reading).text, language)
                    assert CAUTION[language] in words, (flow.name, language)
    names = {name.rstrip("0123456789") for _flow, name in asked}
    assert len(asked) >= 8
    assert {ast.literal_eval(n) for n in _asked_for_words() if n[0] in "'\""} <= names
