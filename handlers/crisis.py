"""Whether words tell of a danger to life or safety, so that the help card comes at once.

Nothing is remembered: the answer is a yes or a no, used once and told to nobody. To miss somebody
is worse than a card too many, so in doubt it is a yes; common idioms are known and are none.
All languages are listened for at once: people mix them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from handlers import (
    crisis_elsewhere,
    crisis_english,
    crisis_norwegian,
    crisis_of_others,
    crisis_signs,
    crisis_signs_english,
)
from handlers.folding import folded, near, pattern
from handlers.sieve import Text, needs

_LANGUAGES = (
    crisis_norwegian,
    crisis_english,
    crisis_signs,
    crisis_signs_english,
    crisis_of_others,
)


class _Phrase:
    """Compiled when it is first looked for, as most never are: all of them take a third of a second."""

    def __init__(self, source: str, parts: Mapping[str, str]) -> None:
        self._source, self._parts = source, parts

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return pattern(self._source, self._parts)


_SAYS = [
    (
        needs(phrase.split(" & "), language.PARTS),
        [_Phrase(part, language.PARTS) for part in phrase.split(" & ")],
    )
    for language in _LANGUAGES
    for phrase in language.SAYS
]
_SOUNDS_LIKE = [
    (needs([phrase], language.PARTS), _Phrase(phrase, language.PARTS))
    for language in _LANGUAGES
    for phrase in language.SOUNDS_LIKE
]

_AMONG = [pattern(phrase) for phrase in crisis_elsewhere.AMONG]
_THERE = [pattern(phrase) for phrase in crisis_elsewhere.THERE]
_OWN = pattern(
    "im|ive|me|jeg|eg|jg|æ|je|meg|mæ|mitt|i (was|am|want|wanna|wrote|have|had|feel|felt|cant|dont|"
    "will|wish|just|tried|think|need|hate|cut|got|did|would|could|might|really|still|also|keep)"
)
"""The writer. Of `i` only what is no Norwegian."""
_QUOTED = re.compile(r"[\"“”„«][^\"“”„«»]*[\"“”»]")


def _words(listed: str) -> tuple[str, ...]:
    return tuple(folded(word) for word in listed.split())


def _less(word: str) -> set[str]:
    """The word, and the word without each of its letters. None of a word too long to be meant."""
    if len(word) > _LONGEST_WORD:
        return set()
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


_LONGEST = 8192
"""So much folded text is looked at: twice as long as a message, as no words grow but strange signs."""
_LONGEST_WORD = 20
_MISSPELT = _words(
    "selvmord sjølvmord suicide suicidal overdose selvskading voldtatt voldtok voldtekt mishandler "
    "mishandlet misbruker misbrukt myself overgrep bevisstløs unconscious killing "
    "livredd stefaren tabletter paracet nakenbilder blåmerker strupetak kvelertak voldtekt "
    "breathing bleeding threatened strangled bruises molested"
)
"""Known with a letter wrong."""
_LIKE_MISSPELT: dict[str, set[str]] = {}
"""By the word or the word less a letter: two that are one slip apart have one of these in common."""
for _word in _MISSPELT:
    for _same in _less(_word):
        _LIKE_MISSPELT.setdefault(_same, set()).add(_word)
_SWAPPED = _words("want kill leve livet drepe orker slår sparker hits beats")
"""Known with two letters swapped."""
_RUN_TOGETHER = re.compile(
    r"(?:je?g|eg)vil(?:bare|bere)?do[yd]?\Z|vilik[kj]?eleve|orkerik[kj]?eleve|livetavmeg|"
    r"drepemeg|kilmyself|wan(?:to|a)die|endmylife|slarmeg|hitsme\Z|beatsme\Z"
)


def speaks_of_danger(words: str) -> bool:
    text = _compared(words)
    unquoted = _compared(_QUOTED.sub(" ~ ", words)) if _QUOTED.search(words) else text
    if _of_others(unquoted):
        text = unquoted
        for phrase in _THERE:
            text = phrase.sub("~", text)
    held = Text(text)  # what is taken out of it leaves nothing that was not there
    for needed, idiom in _SOUNDS_LIKE:
        if held.meets(needed):
            text = idiom.pattern.sub("~", text)
    sentences = text.split(" . ")
    return any(
        held.meets(needed) and _is_said(phrase, text, sentences) for needed, phrase in _SAYS
    ) or any(map(_RUN_TOGETHER.search, text.split()))


def _of_others(text: str) -> bool:
    """Whether school, a book, a film or a game is spoken of, and the writer not."""
    return not _OWN.search(text) and any(among.search(text) for among in _AMONG)


def _compared(words: str) -> str:
    parts = folded(words)[:_LONGEST].split()
    meant = {part: _corrected(part) for part in set(parts)}
    return " ".join(meant[part] for part in parts)


def _is_said(phrase: list[_Phrase], text: str, sentences: list[str]) -> bool:
    if len(phrase) == 1:
        return phrase[0].pattern.search(text) is not None
    return any(all(part.pattern.search(sentence) for part in phrase) for sentence in sentences)


def _corrected(part: str) -> str:
    """A word that matters, known in spite of a slip of the finger; else the part as it is."""
    if len(part) >= 6:
        like = set().union(*(_LIKE_MISSPELT.get(less, ()) for less in _less(part)))
        return next((word for word in _MISSPELT if word in like and near(part, word)), part)
    swapped = (word for word in _SWAPPED if sorted(part) == sorted(word) and near(part, word))
    return next(swapped, part)
