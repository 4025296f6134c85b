"""Words that speak of danger are known, idioms are not taken for them. In doubt, a card comes."""

from __future__ import annotations

import hashlib
import re
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import (
    crisis_english,
    crisis_norwegian,
    crisis_of_others,
    crisis_signs,
    crisis_signs_english,
)
from handlers.crisis import speaks_of_danger
from handlers.folding import folded, near, pattern
from handlers.help_now import card
from handlers.sieve import Text, needs
from locales import LANGUAGES

CORPORA = Path(__file__).parent / "corpora"


def sentences(name: str) -> list[tuple[str, bool, str]]:
    """(words, whether help is to come, language)."""
    found = []
    help_comes, language = False, ""
    for line in (CORPORA / name).read_text("utf-8").splitlines():
        if line.startswith("== "):
            kind, language = line[3:].split()
            help_comes = {"HELP": True, "NONE": False}[kind]
        elif line and not line.startswith("#"):
            found.append((line, help_comes, language))
    return found


CORPUS = sentences("crisis.txt")
HELD_OUT = sentences("crisis_held_out.txt")
FROZEN = sentences("crisis_frozen.txt")
OF_OTHERS = sentences("crisis_of_others.txt")
UNTUNED = sentences("crisis_untuned.txt")
MODULES = [
    crisis_english,
    crisis_norwegian,
    crisis_of_others,
    crisis_signs,
    crisis_signs_english,
]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_each_sentence_counts(language):
    wrong = [w for w, comes, spoken in CORPUS if spoken == language
             and speaks_of_danger(w) is not comes]  # fmt: skip
    assert wrong == []


def test_the_corpus_is_large_and_a_third_of_it_are_traps():
    spoken = Counter(language for _words, _comes, language in CORPUS)
    assert all(spoken[language] >= 150 for language in LANGUAGES)
    traps = [words for words, comes, _language in CORPUS if not comes]
    assert len(traps) * 3 >= len(CORPUS)


@pytest.mark.parametrize(
    ("held_out", "size", "recall", "precision"),
    [(HELD_OUT, 60, 0.65, 0.95), (FROZEN, 60, 0.9, 0.9), (OF_OTHERS, 105, 0.98, 0.94),
     (UNTUNED, 40, 0.8, 0.8)],
    ids=["by another hand", "by the same hand", "of others, learned since", "of others, unseen"],
)  # fmt: skip
def test_how_well_it_does_on_what_it_was_not_made_for(held_out, size, recall, precision):
    """Measured, not tuned. What another hand wrote, unseen: recall 0.70, precision 1.00 (once
    0.60). What the rules' own hand wrote before them, which flatters: 0.96 and 0.96, from 0.51 and
    0.75. Of others' danger, unseen: 0.90 and 0.86, from 0.55 and 0.79."""
    learned = {words for words, _comes, _language in CORPUS}
    heard = [(comes, speaks_of_danger(w)) for w, comes, _language in held_out if w not in learned]
    assert len(heard) >= size
    right = heard.count((True, True))
    assert right / (right + heard.count((True, False))) >= recall
    assert right / (right + heard.count((False, True))) >= precision


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        (
            "crisis_frozen.txt",
            "87d750933adf3a91a747ee01082f87024b508b4cfc3fb1f5ab55cf6388fa7847",
        ),
        (
            "crisis_untuned.txt",
            "f37d0a1f97ab887124082c2dd838d0f23c4ec4a6f7c223bf7b61f4db2f262e08",
        ),
    ],
)
def test_what_is_frozen_stays_as_it_was_written(name, digest):
    assert hashlib.sha256((CORPORA / name).read_bytes()).hexdigest() == digest


def test_what_is_frozen_is_not_learned_from():
    assert not {words for words, _c, _l in UNTUNED} & {words for words, _c, _l in CORPUS}
    assert not {words for words, _c, _l in FROZEN} & {words for words, _c, _l in CORPUS}
    traps = [words for words, comes, _language in FROZEN if not comes]
    assert len(traps) * 2 >= len(FROZEN) >= 120


@pytest.mark.parametrize("words", [w for w, comes, _l in CORPUS if comes][::7])
def test_however_it_is_written(words):
    assert speaks_of_danger(words.upper())
    assert speaks_of_danger(words.replace("'", "’") + "!!! 😭")
    assert speaks_of_danger("\u202e" + words.replace("e", "e\u0301\u200b"))
    assert speaks_of_danger("hei, " + words)


@pytest.mark.parametrize(
    "words",
    ["I was raped after the show", "jeg ble voldtatt etter filmen", "“I want to die”, i wrote it in "
     "my essay", "han tok livet av seg, og nå vil jeg også, sa jeg i krle"],
)  # fmt: skip
def test_school_and_films_hide_nothing_of_ones_own(words):
    assert speaks_of_danger(words)


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_what_stands_in_any_order_is_never_mixed_with_either_or(module):
    """`a & b|c` would mean a, and b or c."""
    for phrase in module.SAYS:
        for part in phrase.split(" & ") if " & " in phrase else ():
            flat = part
            while (inner := re.sub(r"\([^()]*\)", "", flat)) != flat:
                flat = inner
            assert "|" not in flat, phrase


@given(st.text(max_size=400))
def test_any_text_gets_an_answer(words):
    assert speaks_of_danger(words) in (True, False)


QUICKLY = 0.25
"""Seconds of work; several times what it takes, for slow machines. What it guards against takes
minutes, or hours."""


def seconds(words: str) -> float:
    began = time.process_time()
    speaks_of_danger(words)
    return time.process_time() - began


def _of_nothing() -> str:
    """As long as a message may be: sentences in which there is nothing, and what sounds like it."""
    traps = [words for words, comes, _language in CORPUS if not comes]
    return ". ".join(w for w in traps if not speaks_of_danger("Jeg. " + w))[:4090]


def test_a_long_text_of_nothing_but_traps_takes_no_time():
    """It is looked at where everybody waits. Ordinary words take half of this."""
    said = _of_nothing()
    assert len(said) == 4090
    assert not speaks_of_danger(said)
    assert min(seconds(said) for _again in range(3)) < QUICKLY


@pytest.mark.parametrize(
    "words",
    [
        "x" * 4096, "pappa " * 680, "jeg vil ikke " * 315, "a1" * 2048, "'" * 4096, ". " * 2048,
        "\ufdfa" * 4096, "\u33c2" * 4096, "selvmrdd " * 450, "pappa slår hun . meg " * 195, "«" * 4096,
        "e\u0301\u200b" * 1365, "a b c dd " * 455, "orker vel mamma dem " * 205, "faren " * 682,
        "".join(f"selvmr{i:x} " for i in range(450)),
    ],
)  # fmt: skip
def test_no_text_takes_long(words):
    assert min(seconds(words) for _again in range(3)) < QUICKLY


@settings(max_examples=40)
@given(
    st.lists(
        st.sampled_from(
            sorted({w for m in MODULES for p in (*m.SAYS, *m.SOUNDS_LIKE)
                    for w in re.findall(r"\w+", p)})
        ),
        min_size=1, max_size=6,
    ),
    st.sampled_from([" ", " . ", ""]),
)  # fmt: skip
def test_no_repetition_of_its_own_words_takes_long(words, between):
    once = between.join([*words, ""])
    assert seconds((once * 4096)[:4096]) < QUICKLY


PHRASES = [
    (phrase, module.PARTS)
    for module in MODULES
    for phrases in (*module.SAYS, *module.SOUNDS_LIKE)
    for phrase in phrases.split(" & ")
]


def test_each_can_be_looked_for():
    """None is compiled before it is needed, and a broken one would hold up who needs it."""
    assert all(pattern(phrase, parts) for phrase, parts in PHRASES)


@given(st.data())
def test_no_phrase_that_is_found_falls_through_the_sieve(data):
    phrase, parts = data.draw(st.sampled_from(PHRASES))
    held = data.draw(st.from_regex(pattern(phrase, parts)))
    assert Text(held).meets(needs([phrase], parts))


def test_the_sieve_keeps_what_it_must():
    assert needs(["(vil|ønsker) … dø", "(meg )?her"], {}) == [{"her"}, {"onsker", "vil"}, {"do"}]
    assert needs(["(a|(b )?)c*"], {}) == [{"c"}]
    assert needs(["dr[oar]* s[0-9]+", "sexual *|y"], {}) == [{"dr"}, {"s"}, {"sexual", "y"}]
    assert needs(["(vil)?", "(vil|(nå)*)"], {}) == []


def test_folding_leaves_what_can_be_compared():
    assert folded("Stooopp  delingen NÅ!! 🛑") == "stop delingen na ."
    assert folded("don’t, don't don`t") == "dont , dont dont"
    assert folded("d ø d, så selvm0rd 3-0") == "dod , sa selvmord 3 0"
    assert folded("s t o p p") == "stop"
    assert folded("\u202eＳtö\u0336pp\u200b") == "stop"


def test_near_counts_letters():
    assert near("stop", "stpo")
    assert near("samtykke", "samtyke")
    assert not near("stop", "spot")
    assert near("withdraw", "widthdarw", 2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_that_came_unasked_says_that_no_person_sent_it(language, now):
    plain, unasked = (card(language, now.date(), unasked=u) for u in (False, True))
    assert unasked.startswith(plain)
    assert unasked.removeprefix(plain).strip()
