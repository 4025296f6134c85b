"""What others wrote, made harmless to show: literal, but unable to disturb the words around it."""

from __future__ import annotations

import re
import unicodedata

NOTHING = "–"
MOST_MARKS = 8
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"

_BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_EMPTY_LINES = re.compile(r"\n\s*\n")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Controls, halves of surrogate pairs (they cannot be sent) and the deprecated format characters.
_UNSHOWABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u206a-\u206f\ufff9-\ufffb]")
# Letters and symbols that look like nothing at all.
_BLANK = re.compile("[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]")


def literal(words: str) -> str:
    """`words` without what could reorder, hide or pile up; a dash when nothing is left to see."""
    plain = _LINE_ENDS.sub("\n", words).replace("\t", " ")
    calm = _BIDI_CONTROLS.sub("", plain)
    had_controls = calm != plain
    calm = _EMPTY_LINES.sub("\n\n", _few_marks(_UNSHOWABLE.sub("", calm)).strip())
    if not _visible(calm):
        return NOTHING
    if had_controls or any(unicodedata.bidirectional(c) in ("R", "AL") for c in calm):
        # Line by line, because an isolate ends with its paragraph.
        return "\n".join(_isolated(line) for line in calm.split("\n"))
    return calm


def _isolated(line: str) -> str:
    return f"{FIRST_STRONG_ISOLATE}{line}{POP_ISOLATE}" if line else line


def _few_marks(words: str) -> str:
    """At most `MOST_MARKS` on one base, and none without a base of their own.

    Joiners and tags neither count nor start anew: they hold emoji together, and between marks
    they would otherwise be a way round the limit.
    """
    kept, marks = [], MOST_MARKS
    for character in words:
        category = unicodedata.category(character)
        if category[0] == "M":
            marks += 1
            if marks > MOST_MARKS:
                continue
        elif category != "Cf":
            marks = MOST_MARKS if character.isspace() else 0
        kept.append(character)
    return "".join(kept)


def _visible(words: str) -> bool:
    return any(
        not c.isspace() and unicodedata.category(c) not in ("Cf", "Mn")
        for c in _BLANK.sub("", words)
    )
