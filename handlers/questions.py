"""The kinds of question: what buttons each shows, what it hears in a press or in words.

A question hears a press (what a button carries) or words, and says whether that is an answer,
a redraw (a tick, a page of the calendar: not an answer) or neither. Answers are plain JSON.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar

from handlers.turns import Button
from locales import Text, _, join, verbatim

LONGEST = 300
BACK, CANCEL = "b", "c"

YES_WORDS = frozenset(
    {
        "ja", "jo", "ja takk", "ja, det er greit", "jada", "japp", "jepp", "greit", "ok", "okei",
        "okay", "samtykker", "jeg samtykker", "samtykkjer", "eg samtykkjer", "yes", "yes please",
        "yep", "sure", "i agree", "i consent", "👍",
    }
)  # fmt: skip
"""Words that mean yes. They are never heard as one; whoever writes them is told so."""

ONLY_BUTTONS = _("Jeg tar ikke ja skrevet som tekst. Trykk på knappen.")

HINTS: dict[str, Text] = {
    "buttons": _("Trykk på en av knappene."),
    "only_buttons": ONLY_BUTTONS,
    "no_address": _("Det ser ikke ut som en e-postadresse. Prøv igjen."),
    "too_long": _("Det ble litt langt. Skriv det med høyst 300 tegn."),
    "empty": _("Skriv det med noen ord."),
    "at_least": _("Velg minst én."),
    "not_understood": _(
        "Jeg forsto ikke tidspunktet. Skriv for eksempel «torsdag 3. des kl 14.15»."
    ),
    "no_time": _("Hvilket klokkeslett? Velg det under, eller skriv dag og klokkeslett."),
    "past": _("Det tidspunktet er passert. Velg et som kommer."),
    "invalid": _("Den dagen eller det klokkeslettet finnes ikke. Prøv igjen."),
    "ambiguous": _("Mente du en av disse?"),
}


def means_yes(words: str) -> bool:
    return " ".join(words.split()).casefold().strip(" .!") in YES_WORDS


@dataclass(frozen=True)
class Answer:
    value: Any


@dataclass(frozen=True)
class Redraw:
    draft: dict[str, Any]


Heard = Answer | Redraw | None


@dataclass(frozen=True)
class Question:
    name: str
    text: Text

    keys: ClassVar[Any] = ()
    """What the fingerprint covers beside the name: the options, in order."""
    only: ClassVar[Any] = None
    """The one possible answer, when there is just one."""
    hears_words: ClassVar[bool] = False

    def accepts(self, given: Any) -> bool:
        raise NotImplementedError

    def decode(self, given: Any) -> Any:
        return given

    def press(self, pressed: str, draft: Mapping[str, Any]) -> Heard:
        return None

    def read(self, words: str, now: datetime, language: str) -> Heard:
        return Redraw({"hint": "only_buttons" if means_yes(words) else "buttons"})

    def rows(self, draft: Mapping[str, Any], now: datetime) -> tuple[tuple[Button, ...], ...]:
        return ()

    def body(self, draft: Mapping[str, Any]) -> Text:
        """The question, with a hint when the last reply was not an answer."""
        hint = HINTS.get(draft.get("hint", ""))
        return self.text if hint is None else join([hint, self.text], "\n\n")


def _key(option: Any) -> str:
    return str(option.value if isinstance(option, Enum) else option)


@dataclass(frozen=True)
class _Options(Question):
    options: tuple[tuple[Any, Text], ...] = ()
    columns: int = 1

    @property
    def keys(self) -> list[str]:
        return [_key(option) for option, _label in self.options]

    def _option(self, key: str) -> Any:
        return next(option for option, _label in self.options if _key(option) == key)

    def _index(self, pressed: str) -> int | None:
        return int(pressed) if pressed.isdecimal() and int(pressed) < len(self.options) else None


@dataclass(frozen=True)
class Choice(_Options):
    ask_single: bool = False

    @property
    def only(self) -> str | None:
        return self.keys[0] if len(self.options) == 1 and not self.ask_single else None

    def accepts(self, given: Any) -> bool:
        return given in self.keys

    def decode(self, given: Any) -> Any:
        return self._option(given)

    def press(self, pressed: str, draft: Mapping[str, Any]) -> Heard:
        index = self._index(pressed)
        return None if index is None else Answer(self.keys[index])

    def rows(self, draft: Mapping[str, Any], now: datetime) -> tuple[tuple[Button, ...], ...]:
        buttons = [Button(label, choice=str(i)) for i, (_o, label) in enumerate(self.options)]
        return in_rows(buttons, self.columns)


@dataclass(frozen=True)
class Several(_Options):
    at_least: int = 1

    def accepts(self, given: Any) -> bool:
        return (
            isinstance(given, list)
            and len(given) >= self.at_least
            and set(given) <= set(self.keys)
        )

    def decode(self, given: Any) -> tuple[Any, ...]:
        return tuple(self._option(key) for key in given)

    def press(self, pressed: str, draft: Mapping[str, Any]) -> Heard:
        """`+2` ticks, `-2` unticks, `ok` answers: a double tap changes nothing twice."""
        ticked = [key for key in draft.get("ticked", ()) if key in self.keys]
        if pressed == "ok":
            if len(ticked) < self.at_least:
                return Redraw({"ticked": ticked, "hint": "at_least"})
            return Answer([key for key in self.keys if key in ticked])
        index = self._index(pressed[1:])
        if index is None or pressed[:1] not in ("+", "-"):
            return None
        key = self.keys[index]
        chosen = [k for k in ticked if k != key] + ([key] if pressed[0] == "+" else [])
        return Redraw({"ticked": chosen})

    def rows(self, draft: Mapping[str, Any], now: datetime) -> tuple[tuple[Button, ...], ...]:
        ticked = draft.get("ticked", ())
        buttons = [
            Button(join([verbatim("☑" if key in ticked else "☐"), label], " "),
                   choice=("-" if key in ticked else "+") + str(i))
            for i, (key, (_o, label)) in enumerate(zip(self.keys, self.options, strict=True))
        ]  # fmt: skip
        return (*in_rows(buttons, 1), (Button(_("Ferdig"), choice="ok"),))


@dataclass(frozen=True)
class Words(Question):
    optional: bool = False
    skip: Text | None = None  # the other answer, where skipping is one
    hears_words: ClassVar[bool] = True

    def accepts(self, given: Any) -> bool:
        return (given is None and self.optional) or isinstance(given, str)

    def press(self, pressed: str, draft: Mapping[str, Any]) -> Heard:
        return Answer(None) if pressed == "skip" and self.optional else None

    def read(self, words: str, now: datetime, language: str) -> Heard:
        words = unicodedata.normalize("NFC", words).strip()
        if not words:
            return Redraw({"hint": "empty"})
        return Answer(words) if len(words) <= LONGEST else Redraw({"hint": "too_long"})

    def rows(self, draft: Mapping[str, Any], now: datetime) -> tuple[tuple[Button, ...], ...]:
        skip = _("Hopp over") if self.skip is None else self.skip
        return ((Button(skip, choice="skip"),),) if self.optional else ()

    def body(self, draft: Mapping[str, Any]) -> Text:
        # DOMAIN rule 56: every free-text place says that nobody reads along.
        caution = _("Ingen leser dette fortløpende. Haster det, trykk Hjelp nå.")
        return join([super().body(draft), caution], "\n\n")


def in_rows(buttons: list[Button], columns: int) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(buttons[i : i + columns]) for i in range(0, len(buttons), columns))


def choosing(
    name: str, text: Text, options: Mapping[Any, Text], columns: int, ask_single: bool = False
) -> Choice:
    return Choice(name, text, tuple(options.items()), columns, ask_single)


def several_of(name: str, text: Text, options: Mapping[Any, Text], at_least: int) -> Several:
    return Several(name, text, tuple(options.items()), 1, at_least)


def worded(name: str, text: Text, optional: bool, skip: Text | None = None) -> Words:
    return Words(name, text, optional, skip)
