"""What words mean about stopping: clear ones stop, near ones ask, others are none of it."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers import stopping
from handlers.folding import pattern
from handlers.stopping import Stopping, read

CORPUS = Path(__file__).parent / "corpora" / "stopping.txt"


def sentences(misspelt: bool = True) -> list[tuple[str, Stopping]]:
    found = []
    meaning, slips = Stopping.NOTHING, False
    for line in CORPUS.read_text("utf-8").splitlines():
        if line.startswith("== "):
            name, _comma, rest = line[3:].partition(", ")
            meaning, slips = Stopping[name], bool(rest)
        elif line and not line.startswith("#") and (misspelt or not slips):
            found.append((line, meaning))
    return found


SENTENCES = sentences()
STOPS = [words for words, meaning in sentences(misspelt=False) if meaning is Stopping.STOP]


@pytest.mark.parametrize(("words", "meaning"), SENTENCES)
def test_it_means(words, meaning):
    assert read(words) is meaning
    assert read(f"  {words.upper()} ") is meaning


def test_the_corpus_is_large_and_has_all_three():
    assert len(SENTENCES) >= 220
    assert len(STOPS) >= 60
    assert {meaning for _words, meaning in SENTENCES} == set(Stopping)


SIGNS = "abcdefghijklmnopqrstuvwxyzæøå '’.?!-1🛑"


@st.composite
def slips(draw) -> str:
    """A phrase that stops, with one sign put in, left out, changed or swapped with the next."""
    words = draw(st.sampled_from(STOPS))
    at = draw(st.integers(0, len(words) - 1))
    sign = draw(st.sampled_from(SIGNS))
    return draw(
        st.sampled_from(
            [
                words[:at] + sign + words[at:],
                words[:at] + words[at + 1 :],
                words[:at] + sign + words[at + 1 :],
                words[:at] + words[at + 1 : at + 2] + words[at] + words[at + 2 :],
            ]
        )
    )


@given(slips())
@example("topp")
def test_one_slip_never_makes_a_stop_unheard(words):
    assert read(words) is not Stopping.NOTHING


NEGATIONS = ("ikke", "ikkje", "aldri", "not", "never", "don't", "don’t")


@given(st.sampled_from(STOPS), st.sampled_from(NEGATIONS), st.integers(0, 12))
def test_no_phrase_with_a_negation_in_it_stops(words, negation, place):
    parts = words.split()
    assert read(" ".join([*parts[:place], negation, *parts[place:]])) is not Stopping.STOP


@given(
    st.sampled_from(STOPS), st.sampled_from(["{}?", "«{}»", "“{}”", '"{}"', "> {}", "Per sa {}"])
)
def test_no_question_or_quotation_stops(words, around):
    assert read(around.format(words)) is not Stopping.STOP


@given(st.text(max_size=200))
def test_any_text_means_something_or_nothing(words):
    assert read(words) in Stopping


@pytest.mark.parametrize(
    "words", ["ja", "Ja, det er greit", "jeg samtykker", "eg samtykkjer", "I consent", "yes", "ok"]
)
def test_a_yes_is_none_of_it(words):
    assert read(words) is Stopping.NOTHING


# --- the time it takes ---------------------------------------------------------------------------


QUICKLY = 0.25
"""Seconds of work; several times what it takes, for slow machines. What it guards against takes
minutes, or hours."""


def seconds(words: str) -> float:
    began = time.process_time()
    read(words)
    return time.process_time() - began


@pytest.mark.parametrize(
    "words",
    [
        "stop" * 5 + "s", "stopp" * 6 + "x", "slutt " * 6 + "x", "ﬆop" * 22 + "s", "ﬆop" * 1365,
        "ﬆopp slutt " * 9, "S\u0336T\u0336O\u0336P\u0336" * 512, "stopp " * 682, "x" * 4096,
        "slutt å dele alt " * 240, "\ufdfa" * 4096, " 'a" * 1365, "\u0301" * 4096, "s t o p " * 512,
        "angr" * 1024, "ikke a b c " * 372, "samtykkke " * 409, "'" * 4096, ". " * 2048,
    ],
)  # fmt: skip
def test_no_text_takes_long(words):
    assert seconds(words) < QUICKLY


VOCABULARY = sorted(
    {
        word
        for listed in (*stopping._NORWEGIAN.values(), *stopping._ENGLISH.values(), *STOPS)
        for word in re.findall(r"\w+", listed)
    }
)


@given(
    st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=3),
    st.sampled_from(["", " ", ", "]), st.integers(1, 50), st.sampled_from(["", "s", " x", "!"]),
)  # fmt: skip
@example(["ﬆop"], "", 22, "s")
def test_no_repetition_of_its_own_words_takes_long(words, between, times, end):
    assert seconds((between.join([*words, ""]) * times + end)[:4096]) < QUICKLY


def test_a_text_that_grows_when_folded_is_as_long_as_it_grew():
    assert read("ﬆopp " * 16) is Stopping.STOP
    assert len("ﬆopp " * 20) == 100
    assert read("ﬆopp " * 20) is Stopping.STOP
    assert read("ﬆop" * 33) is Stopping.RESEMBLES


def test_words_that_fold_into_one_are_one_choice():
    assert pattern("(stopp|stop|slutt)").pattern == pattern("(stop|slut)").pattern
    assert pattern("( nå| na|å|a)*").pattern == pattern("( na|a)*").pattern
