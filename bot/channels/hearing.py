"""What is the same wherever something is said: clean words, commands, and a call for help."""

from __future__ import annotations

import re
import unicodedata

from bot.channels import Said
from handlers import help_now
from locales import LANGUAGES, say

HELP_COMMANDS = frozenset({"hjelp", "help"})
HELP_DATA = frozenset({"hjelp", "c:hjelp"})

COMMAND = re.compile(r"/([a-z0-9_]{1,64})(?:@\w+)?(?:\s+(.*))?\Z", re.IGNORECASE | re.DOTALL)


def clean(words: str) -> str:
    """Without control characters and halves of characters, which no store and no phone takes."""
    whole = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(c for c in whole if c in "\n\t" or unicodedata.category(c) != "Cc")


def _help_words() -> frozenset[str]:
    labels = {say(help_now.LABEL, language).casefold() for language in LANGUAGES}
    return frozenset(labels | HELP_COMMANDS | {"hjelp nå", "hjelp no", "help now"})


HELP_WORDS = _help_words()


def is_help(said: Said) -> bool:
    """Whether this asks for help now: answered before anything else, with whatever still works."""
    if said.kind == "command":
        return said.command in HELP_COMMANDS
    if said.kind == "button":
        return said.data in HELP_DATA
    return (
        said.kind == "words"
        and " ".join(said.typed.split()).casefold().strip(" /!.?") in HELP_WORDS
    )
