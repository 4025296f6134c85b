"""Whether words tell of a danger to life or safety, so that the help card comes at once.

Nothing is remembered: the answer is a yes or a no, used once and told to nobody. To miss somebody
is worse than a card too many, so in doubt it is a yes; common idioms are known and are none.
All languages are listened for at once: people mix them.
"""

from __future__ import annotations

import re

from handlers import (
    crisis_elsewhere,
    crisis_english,
    crisis_norwegian,
    crisis_signs,
    crisis_signs_english,
)
from handlers.folding import folded, near, pattern

_LANGUAGES = (crisis_norwegian, crisis_english, crisis_signs, crisis_signs_english)
_SAYS = [
    [pattern(part, language.PARTS) for part in phrase.split(" & ")]
    for language in _LANGUAGES
    for phrase in language.SAYS
]
_SOUNDS_LIKE = [
    pattern(phrase, language.PARTS) for language in _LANGUAGES for phrase in language.SOUNDS_LIKE
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


_MISSPELT = _words(
    "selvmord sjølvmord suicide suicidal overdose selvskading voldtatt voldtok voldtekt mishandler "
    "mishandlet misbruker misbrukt myself overgrep bevisstløs unconscious killing "
    "livredd stefaren tabletter paracet nakenbilder blåmerker strupetak kvelertak voldtekt "
    "breathing bleeding threatened strangled bruises molested"
)
"""Known with a letter wrong."""
_SWAPPED = _words("want kill leve livet drepe orker slår sparker hits beats")
"""Known with two letters swapped."""
_RUN_TOGETHER = re.compile(
    r"(?:je?g|eg)vil(?:bare|bere)?do[yd]?\Z|vilik[kj]?eleve|orkerik[kj]?eleve|livetavmeg|"
    r"drepemeg|kilmyself|wan(?:to|a)die|endmylife|slarmeg|hitsme\Z|beatsme\Z"
)


def speaks_of_danger(words: str) -> bool:
    text, unquoted = _compared(words), _compared(_QUOTED.sub(" ~ ", words))
    if _of_others(unquoted):
        text = unquoted
        for phrase in _THERE:
            text = phrase.sub("~", text)
    for idiom in _SOUNDS_LIKE:
        text = idiom.sub("~", text)
    sentences = text.split(" . ")
    return any(_is_said(phrase, text, sentences) for phrase in _SAYS) or any(
        map(_RUN_TOGETHER.search, text.split())
    )


def _of_others(text: str) -> bool:
    """Whether school, a book, a film or a game is spoken of, and the writer not."""
    return not _OWN.search(text) and any(among.search(text) for among in _AMONG)


def _compared(words: str) -> str:
    return " ".join(map(_corrected, folded(words).split()))


def _is_said(phrase: list[re.Pattern[str]], text: str, sentences: list[str]) -> bool:
    if len(phrase) == 1:
        return phrase[0].search(text) is not None
    return any(all(part.search(sentence) for part in phrase) for sentence in sentences)


def _corrected(part: str) -> str:
    """A word that matters, known in spite of a slip of the finger; else the part as it is."""
    if len(part) >= 6:
        return next((word for word in _MISSPELT if near(part, word)), part)
    swapped = (word for word in _SWAPPED if sorted(part) == sorted(word) and near(part, word))
    return next(swapped, part)
