"""The catalogues, compiled in memory at first use: there is no .mo file to forget."""

from __future__ import annotations

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NoReturn

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from locales.text import fields

DOMAIN = "losbot"
HERE = Path(__file__).parent


class NotTranslated(LookupError):
    """The catalogue does not have this sentence."""


class _Nothing(gettext.NullTranslations):
    """The end of the look-up: says that it found nothing, where gettext would hide it."""

    def gettext(self, message: str) -> NoReturn:
        raise NotTranslated(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> NoReturn:
        raise NotTranslated(msgid1)

    def pgettext(self, context: str, message: str) -> NoReturn:
        raise NotTranslated(message)


def path_of(language: str, folder: Path = HERE) -> Path:
    """Where a language's catalogue lies; the same in a checkout and in a wheel."""
    return folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def catalogue(language: str) -> Translations:
    """The usable sentences of a language. A missing file is an empty catalogue."""
    path = path_of(language)
    if path.exists():
        with path.open("rb") as file:
            return compiled(read_po(file, locale=language, domain=DOMAIN))
    return compiled(Catalog(locale=language))


def compiled(catalog: Catalog) -> Translations:
    """Look-ups raise `NotTranslated` for what is absent, half done, fuzzy or broken."""
    for message in list(catalog):
        if message.id and not usable(message):
            catalog.delete(message.id, message.context)
    file = BytesIO()
    write_mo(file, catalog)
    file.seek(0)
    translations = Translations(file, domain=DOMAIN)
    translations.add_fallback(_Nothing())
    return translations


def usable(message: Message) -> bool:
    """Complete, sure, and asking for no value that the source does not have."""
    sources, words = forms(message.id), forms(message.string)
    if message.fuzzy or not words or not all(words):
        return False
    offered = frozenset[str]().union(*(fields(source) for source in sources))
    try:
        return all(fields(form) <= offered for form in words)
    except ValueError:
        return False


def forms(words: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """The forms of a message, one or several, as Babel keeps them."""
    if words is None:
        return ()
    return (words,) if isinstance(words, str) else tuple(words)
