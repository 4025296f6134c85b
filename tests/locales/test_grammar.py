"""What typed words mean, line by line, and that what is not sure is never taken for sure."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from locales import LANGUAGES
from locales.dates import (
    Ambiguous,
    DayReading,
    Invalid,
    Nothing,
    NoTime,
    Ok,
    Reading,
    WhichDay,
    WrongWeekday,
    read_day,
    read_when,
)

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2026, 11, 21, 10, tzinfo=OSLO)
"""A Saturday."""


def shorthand(reading: Reading | DayReading) -> str:
    """A reading as one line: '12-03 14:15', 'a | b', '12-03 ?', or why not."""
    match reading:
        case Ok(value):
            return _short(value)
        case Ambiguous(options):
            return " | ".join(_short(option) for option in options)
        case NoTime(day):
            return f"{_short(day)} ?"
        case WhichDay(days):
            return " | ".join(f"{_short(day)} ?" for day in days)
        case WrongWeekday(named, options):
            times = "" if isinstance(options[0], datetime) else " ?"
            either = " | ".join(_short(option) + times for option in options)
            return f"not {', '.join(map(_short, named))}: {either}"
        case Invalid(reason):
            return str(reason)
        case Nothing():
            return "-"


def _short(value: date) -> str:
    year = "" if value.year == NOW.year else f"{value.year}-"
    if isinstance(value, datetime):
        return f"{year}{value.astimezone(OSLO):%m-%d %H:%M}"
    return f"{year}{value:%m-%d}"


def table(lines: str) -> list[tuple[str, str]]:
    """Lines of 'words -> meaning'."""
    pairs = [line.split("->") for line in lines.strip().splitlines() if line.strip()]
    return [(words.strip(), meaning.strip()) for words, meaning in pairs]


SURE = """
torsdag 3. desember kl. 14.15            -> 12-03 14:15
Torsdag 3. Desember, kl. 14.15.          -> 12-03 14:15
«torsdag 3. desember kl. 14.15»          -> 12-03 14:15
torsdag 3. desember – kl. 14.15          -> 12-03 14:15
torsdag 3. des kl 14.15                  -> 12-03 14:15
torsdag 3.des. kl.14.15                  -> 12-03 14:15
tors. 3. des. 14:15                      -> 12-03 14:15
tor 3.12 14:15                           -> 12-03 14:15
torsdag den 3. desember klokken 14.15    -> 12-03 14:15
3. desember 14.15                        -> 12-03 14:15
3.12. kl 14                              -> 12-03 14:00
3.12.2026 14:15                          -> 12-03 14:15
3.12.26 kl 14.15                         -> 12-03 14:15
3. 12. 2026 kl 14.15                     -> 12-03 14:15
3/12 kl 14                               -> 12-03 14:00
3/12-26 kl 14                            -> 12-03 14:00
2026-12-03 14:15                         -> 12-03 14:15
14.15 3.12                               -> 12-03 14:15
kl 14 3. desember                        -> 12-03 14:00
kl 10 på 3. desember                     -> 12-03 10:00
10.12.2026 klokka 9                      -> 12-10 09:00
den 3. kl 14                             -> 12-03 14:00
torsdag den 3. kl 14                     -> 12-03 14:00
1.1 kl 10                                -> 2027-01-01 10:00
29.2 kl 10                               -> 2028-02-29 10:00
3. mai 2027 kl 10                        -> 2027-05-03 10:00
i dag 15.30                              -> 11-21 15:30
i morgen kl 9                            -> 11-22 09:00
i morgen kl. 0900                        -> 11-22 09:00
i morgen klokka ni                       -> 11-22 09:00
i morgen 22.11 kl 10                     -> 11-22 10:00
i overmorgen kl 12                       -> 11-23 12:00
om 14 dager kl 12                        -> 12-05 12:00
om to uker kl 12                         -> 12-05 12:00
lørdag om to uker kl 12                  -> 12-05 12:00
fredag klokka 10                         -> 11-27 10:00
på fredag kl 10                          -> 11-27 10:00
denne fredagen kl 10                     -> 11-27 10:00
kommende lørdag kl 10                    -> 11-28 10:00
tirsdag neste uke kl 10                  -> 11-24 10:00
torsdag i uke 49 kl 10                   -> 12-03 10:00
neste torsdag 3. desember kl 10          -> 12-03 10:00
man. kl 14                               -> 11-23 14:00
man 23.11 kl 14                          -> 11-23 14:00
Kan vi møtes torsdag kl 14?              -> 11-26 14:00
lørdag kl 9                              -> 11-28 09:00
mandag klokka 1415                       -> 11-23 14:15
mandag kl 2                              -> 11-23 14:00
mandag kl to                             -> 11-23 14:00
mandag kl 02                             -> 11-23 02:00
mandag kl 00.30                          -> 11-23 00:30
mandag kl 12                             -> 11-23 12:00
mandag 21:30                             -> 11-23 21:30
mandag halv elleve                       -> 11-23 10:30
mandag halv ett                          -> 11-23 12:30
mandag halv 3                            -> 11-23 14:30
kvart over to på mandag                  -> 11-23 14:15
mandag kvarter på 3                      -> 11-23 14:45
ti over ni mandag                        -> 11-23 09:10
mandag fem over halv tre                 -> 11-23 14:35
mandag 5 på halv 3                       -> 11-23 14:25
i dag halv ni                            -> 11-21 20:30
i kveld kl 7                             -> 11-21 19:00
torsdag kveld kl 7                       -> 11-26 19:00
torsdag kl 8 om kvelden                  -> 11-26 20:00
torsdag morgen halv ni                   -> 11-26 08:30
i morgen tidlig kl 8                     -> 11-22 08:00
laurdag 5. desember kl. 14.15            -> 12-05 14:15
sundag kl 12                             -> 11-22 12:00
tysdag kvart på tre                      -> 11-24 14:45
tysdag i neste veke kl 10                -> 11-24 10:00
om ei veke kl 10                         -> 11-28 10:00
Thursday 3 December at 14:15             -> 12-03 14:15
Thursday 3 December at 2.15 pm           -> 12-03 14:15
Thu 3 Dec 10:00                          -> 12-03 10:00
3rd of December 2026 2pm                 -> 12-03 14:00
Dec. 3, 2026 at 2 p.m.                   -> 12-03 14:00
tomorrow 10:00                           -> 11-22 10:00
tomorrow morning at 9                    -> 11-22 09:00
today at 3 o'clock                       -> 11-21 15:00
the day after tomorrow at 12             -> 11-23 12:00
half past two on Monday                  -> 11-23 14:30
Monday at a quarter to three             -> 11-23 14:45
on Monday at ten past 2                  -> 11-23 14:10
tonight at 8                             -> 11-21 20:00
"""

TWO = """
neste tirsdag kl 10            -> 11-24 10:00 | 12-01 10:00
next Tuesday at 10             -> 11-24 10:00 | 12-01 10:00
neste lørdag kl 10             -> 11-28 10:00 | 12-05 10:00
tirsdag om en uke kl 10        -> 11-24 10:00 | 12-01 10:00
lørdag kl 15                   -> 11-21 15:00 | 11-28 15:00
i morgen halv ni               -> 11-22 08:30 | 11-22 20:30
mandag kl 7                    -> 11-23 07:00 | 11-23 19:00
mandag 7.30                    -> 11-23 07:30 | 11-23 19:30
fem på halv ni mandag          -> 11-23 08:25 | 11-23 20:25
neste mandag halv ni           -> 11-23 08:30 | 11-23 20:30 | 11-30 08:30 | 11-30 20:30
neste tirsdag                  -> 11-24 ? | 12-01 ?
lørdag                         -> 11-21 ? | 11-28 ?
torsdag                        -> 11-26 ?
3. desember                    -> 12-03 ?
i kveld                        -> 11-21 ?
i dag                          -> 11-21 ?
torsdag kveld                  -> 11-26 ?
"""

IMPOSSIBLE = """
i dag kl 9                     -> past
i dag kl 10.00                 -> past
3.12.2020 kl 10                -> past
fredag 20.11 kl 10             -> past
20.11.2026                     -> past
denne uka mandag kl 10         -> past
3.12.2028 kl 10                -> far
22.5.2028 kl 10                -> far
om 99 uker kl 10               -> far
31. november kl 10             -> no_such_date
31.2.2026 kl 10                -> no_such_date
13.13.2026 kl 10               -> no_such_date
40.12 kl 10                    -> no_such_date
mandag i uke 54 kl 10          -> no_such_date
mandag kl 25                   -> no_such_time
mandag 14:75                   -> no_such_time
mandag 14 pm                   -> no_such_time
28.3.2027 kl 02.30             -> no_such_time
"""

WRONG_WEEKDAY = """
fredag 3. desember kl 10       -> not 12-03: 12-03 10:00 | 12-04 10:00
fredag 3. desember             -> not 12-03: 12-03 ? | 12-04 ?
onsdag 3. desember kl 3        -> not 12-03: 12-02 15:00 | 12-03 15:00
mandag 3. desember kl 10       -> not 12-03: 11-30 10:00 | 12-03 10:00
i morgen torsdag kl 10         -> not 11-22: 11-22 10:00 | 11-26 10:00
fredag den 3. kl 10            -> not 12-03: 12-03 10:00 | 12-04 10:00
mandag 20.11.2026 kl 10        -> not 11-20: 11-23 10:00
torsdag 20.11.2026 kl 10       -> past
onsdag 22.5.2028 kl 10         -> far
"""

REFUSED = """
2 | mars | 90 min | kl 14 | halv ni | 14:15 | neste uke | uke 49 | desember | desember 2026
torsdag 14 | torsdag 3 kl 14 | 3. desember 14 | 14 3. desember | i morgen 9
torsdag kl 14-15 | torsdag 14:15-15:00 | torsdag kl. 14 – 15 | torsdag kl 14 til 15
torsdag mellom 14:00 og 15:00 | torsdag fra 14:00 til 15:00 | Thursday 2 to 3 | Thursday ten to three
Thursday from 2 pm to 3 pm | torsdag kl 14 kl 15 | torsdag kl 14, 15 | torsdag kl 14,15
torsdag eller fredag kl 14 | torsdag og fredag kl 14 | mandag - onsdag kl 10 | 3. og 5. desember kl 10
3.-5. desember kl 10 | 2.12.-3.12. kl 10 | 3. desember - 5. desember kl 10 | 3.12 10.11
i dag i morgen kl 10 | i morgen 3. desember kl 10 | i morgen 10.12 | torsdag 3. desember 5. desember
ikke torsdag kl 14 | torsdag kl 14 passer ikke | alle dager unntatt torsdag kl 14 | aldri mandag kl 10
torsdag etter kl 14 | torsdag før kl 14 | senest torsdag kl 14 | torsdag ca kl 14 | rundt kl 14 torsdag
hver torsdag kl 10 | annenhver torsdag kl 10 | torsdager kl 10 | every Thursday at 10 | Thursdays at 10
i går kl 14 | forrige torsdag kl 14 | sist torsdag kl 14 | last Thursday at 2 pm | for to dager siden kl 10
første torsdag i desember kl 10 | siste torsdag kl 10 | torsdag i påska kl 10 | 1. juledag kl 12
om en time | om 2 timer | om halvannen uke kl 10 | om en måned kl 10 | om noen dager kl 10
kan man møtes kl 14 | møte med Tor kl 14
torsdag kveld kl 14 | torsdag formiddag kl 18 | mandag om natta kl 2 | 3.12 kl 02.30 sommertid
half nine on Monday | torsdag kl 9½ | torsdag kl 1² | torsdag kl -2 | torsdag kl 14:15:30 | torsdag kl 141
3.12.2026.14.15 | kl 14.12.2026 | 3.12.2026kl14 | 1234567890 | 3-12 kl 14 | torsdag 1/2 kl 3/4
/start | 👍 torsdag kl 14 | torsdag kl ١٤ | torsdag k1 14
kl 10 på 3. 5. desember | kl 10 på 7 3. desember | mandag kvart på halv tre | mandag 45 over 3 | mandag kl 10 på 3. 2 desember
jeg er 14 år | ring 22 33 44 55 | 116 111 | klasse 9b | to barn | en uke | a Thursday in May at 10
"""


@pytest.mark.parametrize(
    ("words", "meaning"), table(SURE) + table(TWO) + table(IMPOSSIBLE) + table(WRONG_WEEKDAY)
)
def test_what_words_mean(words: str, meaning: str) -> None:
    assert shorthand(read_when(words, NOW, "nb")) == meaning


@pytest.mark.parametrize(
    "words", [w.strip() for w in REFUSED.replace("\n", "|").split("|") if w.strip()]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_wholly_understood_is_nothing(words: str, language: str) -> None:
    assert read_when(words, NOW, language) == Nothing()


@pytest.mark.parametrize(
    "words",
    ["fri kl 14", "man kl 14", "kl 14 er jeg fri.", "møte med Tor kl 14", "the sun at 10:00"],
)
def test_short_names_of_days_that_are_other_words(words: str) -> None:
    assert read_when(words, NOW, "nb") == read_when(words, NOW, "nn") == Nothing()


def test_a_marker_of_ours_in_the_words_is_refused() -> None:
    assert read_when("torsdag ¦ kl 14", NOW, "nb") == Nothing()


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("3/12 10:00", "12-03 10:00 | 2027-03-12 10:00"),
        ("3/12/2026 10:00", "past | 12-03 10:00"),
        ("12/12 10:00", "12-12 10:00"),
        ("25/12 10:00", "12-25 10:00"),
        ("Saturday 12/12 10:00", "12-12 10:00"),
        (
            "Sunday 3/12 10:00",
            "not 12-03, 2027-03-12: 12-03 10:00 | 12-06 10:00 | "
            "2027-03-12 10:00 | 2027-03-14 10:00",
        ),
        ("Fri 2 pm", "11-27 14:00"),
        ("Sat 10:30", "11-21 10:30 | 11-28 10:30"),
    ],
)
def test_what_only_an_english_reader_may_mean(words: str, meaning: str) -> None:
    assert shorthand(read_when(words, NOW, "en")) == meaning.removeprefix("past | ")


@pytest.mark.parametrize(
    ("words", "meaning"),
    table("""
    fredag                -> 11-27
    innen fredag          -> 11-27
    senest 3. desember    -> 12-03
    by Friday             -> 11-27
    i dag                 -> 11-21
    om to uker            -> 12-05
    lørdag                -> 11-21 | 11-28
    neste fredag          -> 11-27 | 12-04
    20.11.2026            -> past
    fredag 3. desember    -> not 12-03: 12-03 ? | 12-04 ?
    3.12.2030             -> far
    før fredag            -> -
    fredag kl 14          -> -
    fredag kveld          -> -
    kl 14                 -> -
    i går                 -> -
    uke 49                -> -
    """),
)
def test_deadlines(words: str, meaning: str) -> None:
    assert shorthand(read_day(words, NOW, "nb")) == meaning


@settings(deadline=None)
@given(st.sampled_from([words for words, _meaning in table(SURE) if _meaning != "-"]), st.data())
def test_one_more_word_or_digit_never_gives_another_sure_time(
    words: str, data: st.DataObject
) -> None:
    """Whatever strays into a good line: the same meaning, or no sure one."""
    pieces = words.split()
    where = data.draw(st.integers(0, len(pieces)))
    stray = data.draw(
        st.sampled_from(["ikke", "eller", "7", "x", "etter", "20", "½", "annenhver", "til"])
    )
    reading = read_when(" ".join([*pieces[:where], stray, *pieces[where:]]), NOW, "nb")
    assert not isinstance(reading, Ok) or reading == read_when(words, NOW, "nb")
