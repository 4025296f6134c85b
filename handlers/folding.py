"""Words as they are compared when something is recognised in them; never shown, never kept.

folded("Stooopp  delingen nå!! 🛑")  ->  "stop delingen na ."
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_LETTERS = str.maketrans({"ø": "o", "æ": "e", "đ": "d", "ı": "i", "ł": "l"})
_DROPPED = frozenset("'’‘‛`´ʼ′*")  # don't, don’t and dont are one; so are s*ut and sut
_AS_SPACE = frozenset('-‐‑‒–—−/\\_"«»“”„‟‹›()[]{}<>')
_DIGITS = str.maketrans("01345", "oieas")
_MIXED = re.compile(r"\b(?=\w*[a-z])(?=\w*[0-9])\w+")  # su1cide, but not 3-0 and not kl 14
_DOUBLED = re.compile(r"([a-z])\1+")
_ANY_ENDING = re.compile(r"(?<=[a-z])\*")
_ENDS = re.compile(r"(?: \.)+")
_EITHER = re.compile(r"\([^()]*\|[^()]*\)")
_SPELT_OUT = re.compile(r"(?<!\S)(?:\w ){2,}\w(?!\S)")


def folded(words: str) -> str:
    """Small letters without marks, each letter once; single spaces; a lone full stop where a
    sentence ends (at punctuation and emoji), a lone comma at commas."""
    plain = unicodedata.normalize("NFKD", words).casefold().translate(_LETTERS)
    text = " ".join("".join(map(_sign, unicodedata.normalize("NFKD", plain))).split())
    text = _SPELT_OUT.sub(lambda found: found[0].replace(" ", ""), _ENDS.sub(" .", text))
    text = _MIXED.sub(lambda found: found[0].translate(_DIGITS), text)
    return _DOUBLED.sub(r"\1", text)


def _sign(sign: str) -> str:
    if sign.isalnum() or sign.isspace():
        return sign
    if sign in _DROPPED or unicodedata.category(sign) in ("Mn", "Me", "Cf", "Cc"):
        return ""
    return " " if sign in _AS_SPACE else " , " if sign == "," else " . "


def pattern(source: str, parts: Mapping[str, str] | None = None) -> re.Pattern[str]:
    """Phrases in ordinary spelling, to be looked for in folded words.

    `(a|b)` is either, `(a )?` may be missing, `*` any ending, `…` up to three more words, `#` where
    a clause begins or ends, `{name}` one of `parts`. A phrase begins and ends with whole words.
    """
    text = _ANY_ENDING.sub("[a-z]*", spelt(source, parts).replace("(", "(?:"))
    text = text.replace("… ", "(?:[a-z0-9]+ ){0,3}").replace(" #", r"(?= [.,]| *\Z)")
    text = text.replace("# ", r"(?:\A|(?<=[.,] ))")
    return re.compile(rf"(?<![a-z0-9])(?:{text})(?![a-z0-9])")


def spelt(source: str, parts: Mapping[str, str] | None = None) -> str:
    """The same phrases in folded spelling, with each part in its place."""
    # A part may speak of those before it.
    for name, part in reversed(list((parts or {}).items())):
        source = source.replace("{" + name + "}", part)
    text = source.casefold().translate(_LETTERS).replace("å", "a").replace("'", "")
    return _EITHER.sub(_each_once, _DOUBLED.sub(r"\1", text))


def _each_once(either: re.Match[str]) -> str:
    """What folds into the same is one choice: twice in what repeats, it doubles the time with each
    repetition."""
    return "(" + "|".join(dict.fromkeys(either[0][1:-1].split("|"))) + ")"


def near(one: str, other: str, edits: int = 1) -> bool:
    """Whether so few letters put in, left out, changed or swapped turn one into the other."""
    if abs(len(one) - len(other)) > edits:
        return False
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, opposite in enumerate(other, 1):
            cost = min(last[j] + 1, row[-1] + 1, last[j - 1] + (letter != opposite))
            if i > 1 and j > 1 and (letter, one[i - 2]) == (other[j - 2], opposite):
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1] <= edits
