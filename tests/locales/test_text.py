"""Building sentences and putting them into words, with the worst names people can have."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import locales
from locales import (
    LANGUAGES,
    Clock,
    Day,
    Moment,
    Text,
    _,
    has_own,
    join,
    language_name,
    language_of,
    list_of,
    pgettext,
    plural,
    say,
    shown,
    verbatim,
)
from locales.literal import literal
from locales.text import has_name, named

FSI, PDI = "\u2068", "\u2069"
FAMILY = "👩🏽\u200d👩🏻\u200d👧\u200d👦"
SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


def in_bokmal(name: str) -> str:
    return say(_("Hei, {name}!", name=name), "nb")


@pytest.mark.parametrize(
    "name",
    [
        "{name}",
        "{0}",
        "{name.__class__}",
        "{",
        "}}",
        "%s %(x)s %",
        "<b>",
        "*_`[x](y)",
        "\\n",
        "$x",
    ],
)
def test_markup_in_a_name_is_shown_as_it_stands(name: str) -> None:
    assert in_bokmal(name) == f"Hei, {name}!"
    assert say(verbatim(name), "en") == name


@pytest.mark.parametrize(
    "name", ["", " ", "\n\t", "\u200b", "\u202e", "\u3164", "\u0301", "\u2800"]
)
def test_a_name_that_shows_nothing_is_a_dash(name: str) -> None:
    assert in_bokmal(name) == "Hei, –!"


@pytest.mark.parametrize(
    "control",
    [chr(c) for c in (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))],
)
def test_bidi_controls_are_removed_and_the_name_is_isolated(control: str) -> None:
    assert in_bokmal(f"O{control}la") == f"Hei, {FSI}Ola{PDI}!"


@pytest.mark.parametrize("name", ["محمد", "דוד", "Ola محمد"])
def test_right_to_left_names_cannot_turn_the_sentence_around(name: str) -> None:
    assert in_bokmal(name) == f"Hei, {FSI}{name}{PDI}!"


def test_every_line_is_isolated_because_an_isolate_ends_with_its_line() -> None:
    assert literal("محمد\r\nOla") == f"{FSI}محمد{PDI}\n{FSI}Ola{PDI}"


def test_64_combining_marks_become_eight() -> None:
    assert literal("Z" + "\u0301" * 64 + "o\u0308") == "Z" + "\u0301" * 8 + "o\u0308"


def test_joiners_between_marks_are_no_way_round_the_limit() -> None:
    assert literal("Z" + "\u0301\u200d" * 64).count("\u0301") == 8


def test_a_mark_without_a_base_does_not_reach_the_words_before_it() -> None:
    assert in_bokmal("\u0301\u200d\u0301Ola") == "Hei, \u200dOla!"
    assert in_bokmal("a \u0301b") == "Hei, a b!"


@pytest.mark.parametrize(
    "name",
    [FAMILY, SCOTLAND, "🇳🇴", "1️⃣", "❤️", "Åse Čáhppes-Ŋiŋ", "नमस्ते", "می\u200cخواهم", "Nguyễn"],
)
def test_names_and_emoji_stay_whole(name: str) -> None:
    assert literal(name).strip(FSI + PDI) == name


def test_control_characters_go_but_lines_stay() -> None:
    assert literal("a\x00b\tc\x9f\ud800\u2028d") == "ab c\nd"


def test_many_empty_lines_become_one() -> None:
    assert literal("a" + "\n \n" * 50 + "b") == "a\n\nb"


@settings(deadline=None)
@given(st.text(alphabet=st.characters(), max_size=60))
def test_any_name_is_harmless_and_settles_at_once(name: str) -> None:
    calm = literal(name)
    assert calm.strip(FSI + PDI)
    assert literal(calm) == calm
    calm.encode()
    assert calm.count(FSI) == calm.count(PDI)
    assert not any(unicodedata.category(c) == "Cc" for c in calm if c != "\n"), (
        "a control character is left"
    )


def test_texts_are_equal_and_hash_by_value() -> None:
    assert _("{a} {b}", a=1, b="x") == _("{a} {b}", b="x", a=1)
    assert len({_("a"), _("a"), pgettext("c", "a"), verbatim("a"), join([_("a")])}) == 4
    assert isinstance(_("a"), Text)


def test_instants_are_equal_whatever_the_zone_they_came_in() -> None:
    noon = datetime(2026, 12, 3, 12, tzinfo=UTC)
    assert Moment(noon) == Moment(noon.astimezone())


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("{a}", {}),
        ("{a.b}", {"a": "x"}),
        ("{0}", {}),
        ("{a!r}", {"a": "x"}),
        ("{", {}),
        ("a}", {}),
    ],
)
def test_a_slip_in_a_source_shows_where_it_is_written(source: str, values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"brace|no value"):
        _(source, **values)


@pytest.mark.parametrize("value", [None, True, 1.5, ["a"], datetime(2026, 1, 1, tzinfo=UTC)])
def test_values_that_have_no_words_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        _("{a}", a=value)  # type: ignore[arg-type]


def test_naive_moments_and_unknown_zones_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Moment(datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(KeyError):
        Moment(datetime(2026, 1, 1, tzinfo=UTC), "Europe/Nowhere")


def test_doubled_braces_are_braces() -> None:
    assert say(_("{{a}} {a}", a="{{b}}"), "nb") == "{a} {{b}}"


def test_texts_go_into_texts() -> None:
    inner = plural("{n} ungdom", "{n} ungdommer", 2)
    assert say(_("Du følger {who}.", who=inner), "nb") == "Du følger 2 ungdommer."


@pytest.mark.parametrize(
    ("n", "words"), [(0, "0 saker"), (1, "1 sak"), (2, "2 saker"), (21, "21 saker")]
)
def test_counting(n: int, words: str) -> None:
    assert say(plural("{n} sak", "{n} saker", n), "nb") == words


def test_lists_and_lines() -> None:
    names = [verbatim(name) for name in ("Ida", "Kari", "Per")]
    assert [say(list_of(names), code) for code in LANGUAGES] == [
        "Ida, Kari og Per",
        "Ida, Kari og Per",
        "Ida, Kari and Per",
    ]
    assert say(join(names), "nb") == "Ida\nKari\nPer"
    assert say(join(names, ", "), "nb") == "Ida, Kari, Per"
    assert say(list_of([]), "nb") == say(join([]), "nb") == ""


def test_days_and_times_in_every_language() -> None:
    at = datetime(2026, 12, 5, 13, 15, tzinfo=UTC)
    values = (Moment(at), Moment(at, year=True), Day(date(2026, 12, 1)), Clock(time(9)))
    assert [[say(shown(value), code) for value in values] for code in LANGUAGES] == [
        [
            "lørdag 5. desember kl. 14.15",
            "lørdag 5. desember 2026 kl. 14.15",
            "tirsdag 1. desember",
            "kl. 09.00",
        ],
        [
            "laurdag 5. desember kl. 14.15",
            "laurdag 5. desember 2026 kl. 14.15",
            "tysdag 1. desember",
            "kl. 09.00",
        ],
        [
            "Saturday 5 December at 14:15",
            "Saturday 5 December 2026 at 14:15",
            "Tuesday 1 December",
            "09:00",
        ],
    ]


def test_the_hour_that_comes_twice_says_which_it_is() -> None:
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert say(shown(Moment(first)), "nn") == "søndag 25. oktober kl. 02.30 (sommartid)"
    assert say(shown(Moment(second)), "en") == "Sunday 25 October at 02:30 (winter time)"


def test_a_sentence_without_a_translation_is_said_in_bokmal() -> None:
    strange = _("Denne setningen står ikke i noen katalog.")
    assert say(strange, "nn") == say(strange, "en") == say(strange, "nb")
    assert not has_own(strange, "nn")
    assert has_own(strange, "nb")
    assert not has_own(strange, "sv")


def test_having_own_words_goes_all_the_way_in() -> None:
    known, strange = _("i dag"), _("Denne setningen står ikke i noen katalog.")
    assert has_own(known, "nn")
    assert has_own(join([known, verbatim("x"), shown(Day(date(2026, 1, 1)))]), "en")
    assert not has_own(list_of([known, strange]), "en")
    assert not has_own(shown(strange), "en")


@pytest.mark.parametrize(
    ("code", "language"),
    [
        *[
            (code, "nb")
            for code in ("nb", "NB", "nb-NO", "nb_NO", "no", "no-NO", "NO", None, "", "da")
        ],
        *[(code, "nb") for code in ("sv", "uk", "xx-YY", "english", "☃", " ", "-", "n")],
        *[(code, "nn") for code in ("nn", "nn-NO", "NN", "nn_no", "nno")],
        *[(code, "en") for code in ("en", "en-GB", "EN-us", "en_US", "eng", " en ")],
    ],
)
def test_what_telegram_says_becomes_a_language_on_offer(code: str | None, language: str) -> None:
    assert language_of(code) == language


def test_languages_bear_their_own_names() -> None:
    assert [language_name(code) for code in LANGUAGES] == [
        "Norsk bokmål",
        "Norsk nynorsk",
        "English",
    ]
    inside = [language_name(code, inside=True) for code in LANGUAGES]
    assert inside == ["norsk bokmål", "norsk nynorsk", "English"]


def test_the_package_offers_what_it_promises() -> None:
    assert all(hasattr(locales, name) for name in locales.__all__)


def test_a_name_in_which_there_is_nothing_to_see_gets_words() -> None:
    for name in (None, "", " ", "\u200b\u2060", "\u3164", "\u2800", "\u202e", "\u0301"):
        assert say(named(name), "nb") == "Noen uten navn"
        assert not has_name(name)
    for name in ("Ola", "Å", "李", "🙂", "\u200bOla"):
        assert has_name(name)
        assert "uten navn" not in say(named(name), "nb")
