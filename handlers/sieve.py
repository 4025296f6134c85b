"""Which of many phrases a text may hold, told without looking for each.

needs(["(vil|ønsker) … dø"], {})  ->  [{"vil", "onsker"}, {"do"}]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from handlers.folding import spelt

Need = frozenset[str]
"""One of these strings must stand in a text."""
_MISSING = {False: "?*", True: "?"}
"""What says that the sign before it may be missing; after a letter, `*` is any ending."""
_SIGNS = re.compile(r"\[[^]]*\]|.")


def needs(sources: Iterable[str], parts: Mapping[str, str]) -> list[Need]:
    """What a text meets in which each `folding.pattern` of these is found, the rarest first.
    Never too strict."""
    needed = {
        need for source in sources for need in _either(_SIGNS.findall(spelt(source, parts))[::-1])
    }
    return sorted(needed, key=_strictness, reverse=True)


class Text:
    def __init__(self, folded: str) -> None:
        self._folded = folded
        self._known: dict[Need, bool] = {}

    def meets(self, needed: Iterable[Need]) -> bool:
        return all(map(self._has, needed))

    def _has(self, need: Need) -> bool:
        if need not in self._known:
            self._known[need] = any(one in self._folded for one in need)
        return self._known[need]


def _either(signs: list[str]) -> list[Need]:
    """What a choice needs, whichever is taken. Takes the signs it reads off the end of the list,
    with the bracket that closes the choice."""
    choices: list[list[Need]] = [[]]
    run = ""
    while signs and (sign := signs.pop()) != ")":
        inner = _either(signs) if sign == "(" else []
        may_be_missing = bool(signs) and signs[-1] in _MISSING[sign.isalpha()]
        if (sign.isalnum() or sign == " ") and not may_be_missing:
            run += sign
            continue
        choices[-1] += [*_one(run), *([] if may_be_missing else inner)]
        run = ""
        if sign == "|":
            choices.append([])
    choices[-1] += _one(run)
    if len(choices) == 1:
        return choices[0]
    if not all(choices):
        return []
    any_of = frozenset().union(*(max(needed, key=_strictness) for needed in choices))
    return [frozenset(one for one in any_of if not any(o in one for o in any_of - {one}))]


def _one(run: str) -> list[Need]:
    return [frozenset({run.strip()})] if run.strip() else []


def _strictness(need: Need) -> tuple[int, int]:
    return min(map(len, need)), -len(need)
