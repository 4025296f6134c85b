"""How a conversation is written: a generator that asks questions and returns what it wants done.

    def talk(wards):
        whom = yield from choose("whom", _("Hvem gjelder det?"), {...})
        if (yield from confirm(_("Skal jeg sende?"), yes=_("Ja, send"))):
            return Wish(whom)
        return None

`talk` takes plain data and touches nothing. Its state is the answers given so far, by question
name; on every reply it is replayed from the top with them. That is why it survives a restart,
can go back, and notices when the world changed underneath. Names are unique and stable.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from handlers.calendar import when_at
from handlers.questions import Question, choosing, several_of, worded
from locales import Text, _

if TYPE_CHECKING:
    from handlers.turns import Turn

T = TypeVar("T")
K = TypeVar("K")

Asking = Generator[Question, Any, T]


def choose(name: str, text: Text, options: Mapping[K, Text], *, columns: int = 1) -> Asking[K]:
    """One of several buttons. With one possible answer it is not asked at all."""
    answer: K = yield choosing(name, text, options, columns)
    return answer


def several(
    name: str, text: Text, options: Mapping[K, Text], *, at_least: int = 1
) -> Asking[tuple[K, ...]]:
    """Any of several buttons, then 'done'. Nothing is chosen beforehand."""
    answer: tuple[K, ...] = yield several_of(name, text, options, at_least)
    return answer


def ask_words(
    name: str, text: Text, *, optional: bool = False, skip: Text | None = None
) -> Asking[str | None]:
    """The person's own words, at most 300 characters; None when optional and skipped, or when the
    other answer, `skip`, was pressed."""
    answer: str | None = yield worded(name, text, optional or skip is not None, skip)
    return answer


def ask_when(name: str, text: Text) -> Asking[datetime]:
    """An instant to come: from a calendar, or typed. Unsure means asked again, never guessed."""
    answer: datetime = yield when_at(name, text, with_time=True)
    return answer


def ask_day(name: str, text: Text) -> Asking[datetime]:
    """A day to come, as its first instant in the municipality's zone."""
    answer: datetime = yield when_at(name, text, with_time=False)
    return answer


def confirm(text: Text, *, yes: Text, name: str = "confirm") -> Asking[bool]:
    """Repeats everything it will do and hears buttons only: no word ever confirms."""
    question = choosing(name, text, {True: yes, False: _("Nei, avbryt")}, 1, ask_single=True)
    answer: bool = yield question
    return answer


@dataclass(frozen=True)
class Flow(Generic[T]):
    """One thing a person comes to do by answering questions.

    `prepare` fetches the plain data `talk` needs, under the rules as they are now (it may raise
    Refused). `finish` does what the talk returned, unless that was None.
    """

    name: str
    title: Text
    prepare: Callable[[Turn, int | None], Any]
    talk: Callable[[Any], Asking[T | None]]
    finish: Callable[[Turn, T], None]
    version: int = 1
    home: str = ""  # the button that shows what it was opened on, for who regrets it


@dataclass(frozen=True)
class Pending:
    """The question the replay came to, and what was answered before it."""

    question: Question
    before: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True)
class Done(Generic[T]):
    value: T | None


@dataclass
class Answers:
    """What a conversation row remembers, as plain JSON."""

    given: dict[str, Any] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)  # a question once shown is never skipped
    salt: str = ""  # kept sealed with them: fingerprints outlive a conversation, and tell nothing

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> Answers:
        salt = stored.get("salt", "")
        return cls(dict(stored.get("given", {})), list(stored.get("shown", ())), salt)

    def dump(self) -> dict[str, Any]:
        return {"given": self.given, "shown": self.shown, "salt": self.salt}


def replay(flow: Flow[T], plain: Any, answers: Answers) -> Pending | Done[T]:
    """Run the talk with the answers so far, until it asks what they do not tell.

    An answer that no longer fits is asked for again and everything after it is not trusted: the
    fingerprint covers all answers before a question.
    """
    talk = flow.talk(plain)
    before: dict[str, Any] = {}
    try:
        question = next(talk)
        while True:
            if question.name in before:
                raise ValueError(f"{flow.name} asks {question.name!r} twice")
            if question.name in answers.given:
                given = answers.given[question.name]
                if not question.accepts(given):
                    break
            elif question.only is not None and question.name not in answers.shown:
                given = question.only
            else:
                break
            before[question.name] = given
            question = talk.send(question.decode(given))
    except StopIteration as end:
        return Done(end.value)
    finally:
        talk.close()
    names = tuple(name for name in before if name in answers.given)
    return Pending(question, names, _fingerprint(flow, question, before, answers.salt))


def _fingerprint(flow: Flow[Any], question: Question, before: Mapping[str, Any], salt: str) -> str:
    told = [flow.name, flow.version, question.name, question.keys, list(before.items()), salt]
    digest = hashlib.sha256(json.dumps(told, sort_keys=False).encode()).digest()
    return digest[:8].hex()


def walk(flow: Flow[T], plain: Any, given: Sequence[tuple[str, Any]]) -> Pending | Done[T]:
    """Replay with answers as data: how tests and `losbot flows` go down a path."""
    return replay(flow, plain, Answers(dict(given)))
