"""From `Text` to words in one language."""

from __future__ import annotations

from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.lists import format_list

from locales.catalogues import NotTranslated, catalogue
from locales.literal import literal
from locales.text import (
    Clock,
    Day,
    Joined,
    Listed,
    Message,
    Moment,
    MonthName,
    Shown,
    Text,
    Value,
    WeekdayLetter,
    _,
    fill,
    pgettext,
)

SOURCE: Final = "nb"
LANGUAGES: Final = (SOURCE, "nn", "en")

# British, because its clock has twenty-four hours and its dates begin with the day.
_CLDR = {"nb": "nb", "nn": "nn", "en": "en_GB"}
_ALSO = {"nno": "nn", "eng": "en"}

# NOTE: CLDR date patterns; words in apostrophes are shown as they stand.
_DAY = pgettext("date pattern", "EEEE d. MMMM")
_DAY_YEAR = pgettext("date pattern", "EEEE d. MMMM y")
_MOMENT = pgettext("date pattern", "EEEE d. MMMM 'kl.' HH.mm")
_MOMENT_YEAR = pgettext("date pattern", "EEEE d. MMMM y 'kl.' HH.mm")
_CLOCK = pgettext("date pattern", "'kl.' HH.mm")


def language_of(code: str | None) -> str:
    """The offered language that a Telegram `language_code` means; bokmål when it means none."""
    primary = (code or "").strip().replace("_", "-").lower().partition("-")[0]
    language = _ALSO.get(primary, primary)
    return language if language in LANGUAGES else SOURCE


@cache
def cldr(language: str) -> Locale:
    """Babel's data for an offered language."""
    return Locale.parse(_CLDR[language_of(language)])


def language_name(code: str, *, inside: bool = False) -> str:
    """What speakers of the language call it; `inside` a sentence as they write it there."""
    name = cldr(code).language_name or code
    return name if inside else name[0].upper() + name[1:]


def say(text: Text, language: str) -> str:
    """Words for a reader. A sentence without a translation is said in bokmål."""
    language = language_of(language)
    match text:
        case Message():
            values = {name: _value(value, language) for name, value in text.values}
            return fill(_template(text, language), values)
        case Shown(value):
            return _value(value, language)
        case Joined(parts, separator):
            return separator.join(say(part, language) for part in parts)
        case Listed(parts):
            return format_list([say(part, language) for part in parts], locale=cldr(language))
    raise TypeError(f"not a text: {type(text).__name__}")


def has_own(text: Text, language: str) -> bool:
    """Whether every sentence in `text` has its own words in `language`, none of them borrowed."""
    match text:
        case Message():
            inner = (value for _name, value in text.values if isinstance(value, Text))
            return _known(text, language) and all(has_own(value, language) for value in inner)
        case Shown(value):
            return not isinstance(value, Text) or has_own(value, language)
        case Joined(parts) | Listed(parts):
            return all(has_own(part, language) for part in parts)
    raise TypeError(f"not a text: {type(text).__name__}")


def _known(text: Message, language: str) -> bool:
    if language not in LANGUAGES:
        return False
    if language == SOURCE:
        return True
    try:
        _translated(text, language)
    except NotTranslated:
        return False
    return True


def _template(text: Message, language: str) -> str:
    if language != SOURCE:
        try:
            return _translated(text, language)
        except NotTranslated:
            pass
    return text.source if text.many is None or text.count == 1 else text.many


def _translated(text: Message, language: str) -> str:
    words = catalogue(language)
    if text.many is not None:
        return words.ngettext(text.source, text.many, text.count)
    if text.context is not None:
        return str(words.pgettext(text.context, text.source))
    return words.gettext(text.source)


def _value(value: Value, language: str) -> str:
    match value:
        case str():
            return literal(value)
        case int():
            return str(value)
        case Text():
            return say(value, language)
        case Day(day, year):
            pattern = say(_DAY_YEAR if year else _DAY, language)
            return format_date(day, pattern, locale=cldr(language))
        case Clock(time):
            return format_time(time, say(_CLOCK, language), locale=cldr(language))
        case Moment():
            return _moment(value, language)
        case MonthName(number):
            return str(cldr(language).months["stand-alone"]["wide"][number])
        case WeekdayLetter(number):
            return str(cldr(language).days["stand-alone"]["narrow"][number])


def _moment(moment: Moment, language: str) -> str:
    """The hour that comes twice in autumn says which of the two it is."""
    zone = ZoneInfo(moment.zone)
    local = moment.instant.astimezone(zone)
    pattern = say(_MOMENT_YEAR if moment.year else _MOMENT, language)
    words = format_datetime(local, pattern, tzinfo=zone, locale=cldr(language))
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return words
    if local.fold:
        return say(_("{moment} (normaltid)", moment=words), language)
    return say(_("{moment} (sommertid)", moment=words), language)
