"""From typed words to the clauses about days and times in them, or to nothing.

Rules are tried in order and each takes its words out of the line. If a word or a digit is left
that is not known to be harmless, nothing was understood: half a meaning is a guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TypeAlias

from locales import lexicon as lex
from locales.clauses import Ahead, At, Date, DateClause, InWeeks, Near, Week, Weekday

LONGEST = 300
TAKEN = "¦"

_D = r"[0-9]{1,2}"
_YEAR = r"(?:19|20|21)[0-9]{2}"
_BEGIN = rf"(?<![^\s{TAKEN}])"
_END = rf"(?![^\s{TAKEN}.])(?!\.\S)"
_KL = r"(?:kl\.?\s*|klokk(?:a|en)\s+|at\s+)"


@dataclass(slots=True)
class Found:
    """What a line said about when. More than one of a kind is a contradiction."""

    dates: list[DateClause] = field(default_factory=list)
    weekdays: list[Weekday] = field(default_factory=list)
    times: list[At] = field(default_factory=list)
    parts: list[range] = field(default_factory=list)
    summer: list[bool] = field(default_factory=list)


Take: TypeAlias = Callable[[re.Match[str], Found, str], bool | None]
"""Notes what a match means. False: on a closer look it is not what the rule is about."""
Rule: TypeAlias = tuple[re.Pattern[str], Take]


def parse(words: str, language: str, harmless: frozenset[str] = lex.HARMLESS) -> Found | None:
    """The clauses of a line, or None when something in it was not understood."""
    line = _plain(words)
    if line is None:
        return None
    found = Found()
    for pattern, take in _rules():
        line = pattern.sub(partial(_taken, take, found, language), line)
    left = {word.rstrip(".") for word in line.split()} - {TAKEN, "", "-", "–", "—"}
    return found if left <= harmless else None


def _taken(take: Take, found: Found, language: str, match: re.Match[str]) -> str:
    return match[0] if take(match, found, language) is False else f" {TAKEN} "


def _plain(words: str) -> str | None:
    """Lower case without the punctuation that never matters; None when it cannot be a date."""
    if len(words) > LONGEST or TAKEN in words:
        return None
    # Isolates come along when someone copies one of our own lines.
    line = re.sub("[\u200e\u200f\u2066-\u2069]", "", unicodedata.normalize("NFC", words)).lower()
    line = re.sub(r"(?<![0-9])[,;]|[,;](?![0-9])", " ", line)
    return re.sub(r"[!?()\"«»“”…]", " ", line)


def _time(match: re.Match[str], found: Found, language: str) -> None:
    hour, minute = match["h"], match["m"] or "0"
    if match["half"]:
        found.times.append(At.of_half(int(hour), int(minute), match["half"][0] == "p"))
    else:
        found.times.append(At(int(hour), int(minute), sure=hour.startswith("0")))


def _number_time(match: re.Match[str], found: Found, language: str) -> None:
    hour = lex.HOURS.get(match["h"]) or int(match["h"])
    found.times.append(At(hour, 0, sure=match["h"].startswith("0")))


def _four_digits(match: re.Match[str], found: Found, language: str) -> None:
    found.times.append(At(int(match["h"]), int(match["m"]), sure=True))


def _spoken(match: re.Match[str], found: Found, language: str) -> bool | None:
    groups = match.groupdict()
    word = groups["hour"]
    hour = lex.HOURS.get(word) or int(word)
    if not 1 <= hour <= 12:
        return False
    minutes = hour * 60 - (30 if groups.get("half") else 0)
    if away := groups.get("away"):
        size = lex.MINUTES.get(away) or int(away)
        # After 'kl.' digits are the hour: 'kl 10 på 7' was going to be something else.
        if away.isdigit() and match[0][0] not in "0123456789":
            return False
        if size >= (15 if groups.get("half") else 30):
            return False
        minutes += size if groups["way"] in ("over", "past") else -size
    elif groups.get("past"):
        minutes += 30
    found.times.append(At(minutes // 60 % 12, minutes % 60, spoken=True))
    return None


def _dotted_time(match: re.Match[str], found: Found, language: str) -> bool | None:
    """Without 'kl.' only what cannot be a date: the date rules have had their turn."""
    if int(match["h"]) > 24:
        return False
    found.times.append(At(int(match["h"]), int(match["m"]), sure=match["h"].startswith("0")))
    return None


def _date(match: re.Match[str], found: Found, language: str) -> None:
    groups = match.groupdict()
    day, name, year = int(groups["d"]), groups.get("month"), groups.get("y")
    month = (lex.MONTHS.get(name) or int(name)) if name else None
    if year and len(year) == 2:
        year = "20" + year
    # British and American readers disagree about 3/12.
    either_way = language == "en" and "/" in match[0] and day <= 12
    found.dates.append(Date(day, month, int(year) if year else None, either_way))


def _day_and_month(match: re.Match[str], found: Found, language: str) -> bool | None:
    """3.12 is a date; 14.15 and 00.12 are not."""
    if int(match["d"]) == 0 or not 1 <= int(match["month"]) <= 12:
        return False
    _date(match, found, language)
    return None


def _ahead(match: re.Match[str], found: Found, language: str) -> None:
    found.dates.append(Ahead(lex.AHEAD[" ".join(match[1].split())]))


def _today_part(match: re.Match[str], found: Found, language: str) -> None:
    found.dates.append(Ahead(0))
    found.parts.append(lex.TODAY_PARTS[" ".join(match[1].split())])


def _offset(match: re.Match[str], found: Found, language: str) -> None:
    number = lex.NUMBERS.get(match["n"]) or int(match["n"])
    weeks = match["unit"].startswith(("u", "v", "w"))
    found.dates.append(InWeeks(number) if weeks else Ahead(number))


def _week(match: re.Match[str], found: Found, language: str) -> None:
    if match["number"]:
        found.dates.append(Week(number=int(match["number"])))
    else:
        found.dates.append(Week(ahead=1 if match["which"] in lex.NEXT else 0))


def _weekday(match: re.Match[str], found: Found, language: str) -> bool | None:
    name, which = match["name"], match["which"]
    shy = lex.SHY_IN_NORWEGIAN if language == "en" else lex.SHY
    # 'fri. kl 14' is a day; 'da er jeg fri.' is not. Beside a date it can only confirm it.
    shortened = match["dot"] and match.string[match.end() :].strip()
    confirms = any(isinstance(clause, Date) for clause in found.dates)
    if name in shy and not shortened and not confirms:
        return False
    near = Near.NEXT if which in lex.NEXT else Near.COMING if which in lex.COMING else Near.PLAIN
    found.weekdays.append(Weekday(lex.WEEKDAYS[name], near))
    return None


def _part(match: re.Match[str], found: Found, language: str) -> None:
    found.parts.append(lex.PARTS[match[1]])


def _season(match: re.Match[str], found: Found, language: str) -> None:
    found.summer.append(" ".join(match[1].split()) in lex.SUMMER)


def _rule(pattern: str, take: Take) -> Rule:
    return re.compile(_BEGIN + pattern + _END), take


@cache
def _rules() -> tuple[Rule, ...]:
    """The order matters: clear times, then dates, then times that could have been dates."""
    return (*_clear_times(), *_dates(), *_other_times())


def _clear_times() -> tuple[Rule, ...]:
    half = r"\s?(?P<half>[ap]\.?m\.?)"
    return (
        _rule(rf"{_KL}?(?P<h>{_D})(?:[.:](?P<m>[0-9]{{2}}))?{half}", _time),
        _rule(rf"{_KL}(?P<h>{_D})[.:](?P<m>[0-9]{{2}})(?P<half>)", _time),
        _rule(rf"(?P<h>{_D}):(?P<m>[0-9]{{2}})(?P<half>)", _time),
        _rule(r"(?:kl\.?\s*|klokk(?:a|en)\s+)(?P<h>[0-9]{2})(?P<m>[0-9]{2})", _four_digits),
    )


def _dates() -> tuple[Rule, ...]:
    month, english = lex.any_of(lex.MONTHS), lex.any_of(lex.ENGLISH_MONTHS)
    weekday = lex.any_of(lex.WEEKDAYS)
    which = lex.any_of(lex.NEXT | lex.COMING | lex.THIS)
    this_or_next, week = lex.any_of(lex.NEXT | lex.THIS), lex.any_of(lex.WEEK)
    count = rf"(?P<n>[0-9]{{1,3}}|{lex.any_of(lex.NUMBERS)})"
    units = r"(?P<unit>dag|dager|dagar|day|days|uke|uker|veke|veker|week|weeks)"
    nth = r"(?:st|nd|rd|th)"
    return (
        _rule(rf"(?P<y>{_YEAR})-(?P<month>[0-9]{{2}})-(?P<d>[0-9]{{2}})", _date),
        _rule(rf"(?P<d>{_D})\.\s?(?P<month>{_D})\.\s?(?P<y>{_YEAR})", _date),
        _rule(rf"(?P<d>{_D})([./-])(?P<month>{_D})\2(?P<y>{_YEAR}|[0-9]{{2}})", _date),
        _rule(rf"(?P<d>{_D})/(?P<month>{_D})-(?P<y>{_YEAR}|[0-9]{{2}})", _date),
        _rule(
            rf"(?P<d>{_D})(?:\.|{nth})?(?:\s+of)?\s*(?P<month>{month})\.?(?:\s+(?P<y>{_YEAR}))?",
            _date,
        ),
        _rule(rf"(?P<month>{english})\.?\s+(?P<d>{_D}){nth}?(?:\s+(?P<y>{_YEAR}))?", _date),
        _rule(rf"(?P<d>{_D})[./](?P<month>{_D})\.?", _day_and_month),
        _rule(rf"(?:den\s+(?P<d>{_D})\.?)", _date),
        _rule(rf"the\s+(?P<d>{_D}){nth}", _date),
        _rule(rf"({lex.any_of(lex.TODAY_PARTS)})", _today_part),
        _rule(rf"({lex.any_of(lex.AHEAD)})", _ahead),
        _rule(rf"(?:om|in)\s+{count}\s+{units}", _offset),
        _rule(
            rf"(?:i\s+|in\s+)?(?:(?P<which>{this_or_next})\s+{week}|{week}\s+(?P<number>{_D}))",
            _week,
        ),
        _rule(rf"(?:(?P<which>{which})\s+)?(?P<name>{weekday})(?:en)?(?P<dot>\.)?", _weekday),
    )


def _other_times() -> tuple[Rule, ...]:
    # With a dot and something after it, '3.' is a date.
    hour = rf"(?P<hour>{_D}(?!\.\s*\S)|{lex.any_of(lex.HOURS)})"
    words = lex.any_of(lex.MINUTES)
    # Never '5 to 7' or 'ten to three': that may be a range.
    nb_away = rf"(?P<away>{_D}|{words})\s+(?P<way>over|på)\s+"
    en_past = r"(?:a\s+)?(?P<away>quarter|five|ten|twenty)\s+(?P<way>past)"
    en_to = r"(?:a\s+)?(?P<away>quarter)\s+(?P<way>to)"
    part = lex.any_of(lex.PARTS)
    season = lex.any_of(lex.SUMMER | lex.WINTER)
    return (
        _rule(rf"{_KL}?(?:{nb_away})?(?P<half>halv)\s+{hour}", _spoken),
        _rule(rf"{_KL}?{nb_away}{hour}", _spoken),
        _rule(rf"{_KL}?{en_past}\s+{hour}", _spoken),
        _rule(rf"{_KL}?{en_to}\s+{hour}", _spoken),
        _rule(rf"{_KL}?(?P<past>half\s+past)\s+{hour}", _spoken),
        _rule(rf"{_KL}(?P<h>{_D}|{lex.any_of(lex.HOURS)})(?:\s+o['’]clock)?", _number_time),
        _rule(rf"(?P<h>{_D}|{lex.any_of(lex.HOURS)})\s+o['’]clock", _number_time),
        _rule(rf"(?P<h>{_D})\.(?P<m>[0-9]{{2}})", _dotted_time),
        _rule(rf"(?:(?:om|på|in\s+the)\s+)?({part})", _part),
        _rule(rf"({season})", _season),
    )
