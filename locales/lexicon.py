"""The words people use for dates and times, in every offered language at once.

Names come from CLDR. What is written here is what CLDR lacks: spellings in use, numbers as
words, and words that may stand beside a date without changing it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from babel import Locale

_LOCALES = tuple(Locale.parse(code) for code in ("nb", "nn", "en_GB"))


def _names(kind: str, first: int) -> dict[str, int]:
    """Names of at least three letters: shorter ones ('to', 'on', 'fr') are other words as well."""
    names = {}
    for locale in _LOCALES:
        widths = getattr(locale, kind)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in widths[context][width].items():
                    names[name.lower().rstrip(".")] = number - first
    return {name: number for name, number in names.items() if len(name) >= 3}


MONTHS: Final = {**_names("months", 0), "sept": 9}
"""Name -> 1 to 12."""

WEEKDAYS: Final = {
    **_names("days", 0),
    **{"tirs": 1, "tors": 3, "tues": 1, "thur": 3, "thurs": 3},
    **{"sundag": 6, "lordag": 5, "sondag": 6},
}
"""Name -> 0 (Monday) to 6."""

SHY: Final = frozenset({"man", "tor", "fri", "sat", "sun", "wed"})
"""Abbreviations that are words or names too; without a dot they count in their own language only."""
SHY_IN_NORWEGIAN: Final = frozenset({"man", "tor"})

ENGLISH_MONTHS: Final = frozenset(
    name.lower().rstrip(".")
    for width in ("wide", "abbreviated")
    for name in _LOCALES[-1].months["format"][width].values()
)

_COUNTED = (
    ("en ett ein eitt ei et one a", 1),
    ("to two", 2),
    ("tre three", 3),
    ("fire four", 4),
    ("fem five", 5),
    ("seks six", 6),
    ("sju syv seven", 7),
    ("åtte eight", 8),
    ("ni nine", 9),
    ("ti ten", 10),
    ("elleve eleven", 11),
    ("tolv twelve", 12),
    ("fjorten fourteen", 14),
)
NUMBERS: Final = {word: number for words, number in _COUNTED for word in words.split()}
HOURS: Final = {
    word: number
    for word, number in NUMBERS.items()
    if number <= 12 and word not in ("en", "ei", "et", "a")
}
MINUTES: Final = {
    "fem": 5, "five": 5, "ti": 10, "ten": 10, "tjue": 20, "tyve": 20, "twenty": 20,
    "kvart": 15, "kvarter": 15, "quarter": 15, "a quarter": 15,
}  # fmt: skip

MORNING, FORENOON, AFTERNOON, EVENING = range(5, 12), range(8, 13), range(12, 18), range(17, 24)
PARTS: Final = {
    word: hours
    for words, hours in (
        ("morgenen morgen morgonen morgon tidlig tidleg morning", MORNING),
        ("formiddagen formiddag føremiddagen føremiddag", FORENOON),
        ("ettermiddagen ettermiddag afternoon", AFTERNOON),
        ("kvelden kveld evening", EVENING),
    )
    for word in words.split()
}
"""Part of the day -> its hours."""

AHEAD: Final = {
    name: days
    for names, days in (
        ("i dag|idag|today", 0),
        ("i morgen|imorgen|i morgon|imorgon|i morra|tomorrow", 1),
        ("i overmorgen|overmorgen|i overmorgon|overmorgon", 2),
        ("the day after tomorrow|day after tomorrow", 2),
    )
    for name in names.split("|")
}
"""Days counted from today."""

TODAY_PARTS: Final = {
    name: hours
    for names, hours in (
        ("this morning", MORNING),
        ("i formiddag|i føremiddag", FORENOON),
        ("i ettermiddag|this afternoon", AFTERNOON),
        ("i kveld|ikveld|tonight|this evening", EVENING),
    )
    for name in names.split("|")
}

NEXT: Final = frozenset({"neste", "nest", "next"})
COMING: Final = frozenset({"kommende", "komande", "førstkommende", "førstkomande", "coming"})
THIS: Final = frozenset({"denne", "this"})
WEEK: Final = frozenset({"uke", "uka", "uken", "veke", "veka", "week"})
SUMMER: Final = frozenset({"sommertid", "sommartid", "summer time"})
WINTER: Final = frozenset({"normaltid", "vintertid", "winter time", "standard time"})


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


HARMLESS: Final = _words(
    """
    på den det on the hei hallo hello hi ja yes ok okei takk thanks please gjerne
    møte møtet møtes møtast meeting meet vi kan can we da så passer passar hva kva med
    for meg oss me us er is bra fint fine good works jeg eg
    """
)
"""May stand beside a date without changing it. Any other word may: 'ikke', 'etter', 'annenhver'."""

DEADLINE: Final = _words("innen innan senest seinast by frist fristen")
"""Beside a deadline these change nothing either; 'før' would."""


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of the words, the longest that fits."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first) + ")"
