"""The words: sentences built where they are said, put into a language where they are read.

    text = _("Møtet er {when}.", when=Moment(instant))     # in a handler
    say(text, "nn")                                         # at the edge

Bokmål is the source. After changing a sentence: `python -m locales.update`.
"""

from locales.speech import LANGUAGES, has_own, language_name, language_of, say
from locales.text import (
    Clock,
    Day,
    Moment,
    Text,
    Value,
    _,
    has_name,
    join,
    list_of,
    named,
    pgettext,
    plural,
    shown,
    verbatim,
)

__all__ = [
    "LANGUAGES",
    "Clock",
    "Day",
    "Moment",
    "Text",
    "Value",
    "_",
    "has_name",
    "has_own",
    "join",
    "language_name",
    "language_of",
    "list_of",
    "named",
    "pgettext",
    "plural",
    "say",
    "shown",
    "verbatim",
]
