"""Choosing one pupil of many: by first letter when the list is too long for a phone."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.dialogue import Asking, choose
from locales import Text, _, verbatim
from models.base import by_name

SHORT = 12
"""More names than this are asked for by first letter before they are shown."""


def pick(text: Text, names: Mapping[int, str], extra: Mapping[int, Text]) -> Asking[int]:
    """One id among `names` and `extra`. At most two questions: `letter`, then `pupil`."""
    shown = dict(names)
    if len(names) > SHORT:
        letters = sorted({name[:1].upper() for name in names.values()})
        options = {letter: verbatim(letter) for letter in letters}
        if extra:
            options[""] = _("Ingen av disse")
        letter = yield from choose("letter", _("Hva begynner fornavnet på?"), options, columns=4)
        shown = {i: name for i, name in names.items() if letter and name[:1].upper() == letter}
    choices = {i: verbatim(name) for i, name in by_name(shown).items()} | dict(extra)
    picked: int = yield from choose("pupil", text, choices)
    return picked
