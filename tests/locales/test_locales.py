"""The catalogues are complete, fit their sentences, and follow the code. Each check can fail."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel import Locale
from babel.dates import format_datetime
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from locales import LANGUAGES
from locales.catalogues import forms, path_of
from locales.text import fields
from locales.update import (
    KEYWORDS,
    ROOT,
    TEMPLATE,
    TRANSLATED,
    extract,
    files,
    load,
    render,
    sources,
)

PATTERNS = "date pattern"


# --- the checks -----------------------------------------------------------------------------


def keys(catalog: Catalog) -> set[tuple[tuple[str, ...], str | None]]:
    """What a catalogue has, whatever it says for it."""
    return {(forms(message.id), message.context) for message in catalog if message.id}


def problems(message: Message) -> list[str]:
    """What is wrong with one translation."""
    sources_, words = forms(message.id), forms(message.string)
    if message.fuzzy:
        return ["fuzzy"]
    if not words or not all(words):
        return ["not translated"]
    found = [problem for form in words for problem in _form_problems(sources_, form, len(words))]
    try:
        if not fields(sources_[-1]) <= fields(words[-1]):
            found.append("a field is missing")
    except ValueError:
        pass  # broken braces, already said
    if message.context == PATTERNS and letters(words[0]) != letters(sources_[0]):
        found.append("another date pattern")
    return found


def _form_problems(sources_: tuple[str, ...], form: str, count: int) -> Iterator[str]:
    offered = frozenset[str]().union(*(fields(source) for source in sources_))
    try:
        asked = fields(form)
    except ValueError:
        yield "broken braces"
        return
    if asked - offered:
        yield "an unknown field"
    if _edges(form) != _edges(sources_[0]):
        yield "other white space around it"
    if form.count("\n") != sources_[0].count("\n"):
        yield "other lines"


def _edges(words: str) -> tuple[str, str]:
    return words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]


def letters(pattern: str) -> set[str]:
    """The fields of a date pattern, without the words it quotes."""
    return set(re.sub(r"'[^']*'|[^A-Za-z]", "", pattern))


def unread(path: Path) -> list[str]:
    """Calls whose sentence no tool can find, because it is not written out in the call."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        wanted = {"_": 1, "plural": 2, "pgettext": 2}.get(node.func.id, 0)
        written = [
            isinstance(a, ast.Constant) and isinstance(a.value, str) for a in node.args[:wanted]
        ]
        if wanted and written != [True] * wanted:
            found.append(f"{path.name}:{node.lineno}")
    return found


# --- on the real catalogues -----------------------------------------------------------------


@functools.cache
def said() -> set[tuple[tuple[str, ...], str | None]]:
    """What the code says."""
    return keys(extract())


@functools.cache
def catalogue(language: str) -> Catalog:
    return load(language)


def test_the_template_follows_the_code() -> None:
    with (ROOT / "locales" / TEMPLATE).open("rb") as file:
        assert keys(read_po(file)) == said(), "run: python -m locales.update"


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_follows_the_code(language: str) -> None:
    assert keys(catalogue(language)) == said(), "run: python -m locales.update"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_and_fits(language: str) -> None:
    bad = {str(m.id): found for m in catalogue(language) if m.id and (found := problems(m))}
    assert not bad, f"{language}: {len(bad)} to mend"


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_counts_as_the_language_does(language: str) -> None:
    catalog = catalogue(language)
    assert catalog.num_plurals == len(Locale.parse(language).plural_form.tags) + 1
    for message in catalog:
        if message.pluralizable:
            assert len(forms(message.string)) == catalog.num_plurals


@pytest.mark.parametrize("language", TRANSLATED)
def test_date_patterns_are_patterns(language: str) -> None:
    for message in catalogue(language):
        if message.id and message.context == PATTERNS:
            format_datetime(
                datetime(2026, 1, 1, tzinfo=UTC), forms(message.string)[0], locale="en"
            )


@pytest.mark.parametrize("path", [*sources()], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_sentence_is_written_out_where_it_is_said(path: Path) -> None:
    assert not unread(path)


def test_the_files_name_no_day_no_line_and_no_tool() -> None:
    for content in files().values():
        text = content.decode()
        header = text.partition("\n\n")[0]
        assert "Date" not in header
        assert "Generated-By" not in header
        assert not re.search(r"^#: .*:\d+", text, re.MULTILINE)
        assert not re.search(r"^#[,~].*fuzzy|^#~", text, re.MULTILINE)


def test_every_language_on_offer_is_known_to_cldr() -> None:
    assert [code for code in LANGUAGES if code == "nb" or path_of(code).exists()] == list(
        LANGUAGES
    )


# --- each check can fail --------------------------------------------------------------------


def planted(
    source: str, words: str, context: str | None = None, flags: tuple[str, ...] = ()
) -> Message:
    return Message(source, words, context=context, flags=flags)


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        (planted("Hei", ""), "not translated"),
        (planted("Hei", "Hei", flags=("fuzzy",)), "fuzzy"),
        (planted("Hei, {name}", "Hei"), "a field is missing"),
        (planted("Hei, {name}", "Hei, {navn}"), "an unknown field"),
        (planted("Hei, {name}", "Hei, {name"), "broken braces"),
        (planted("Hei, {name}", "Hei, {name.x}"), "broken braces"),
        (planted("Hei\n", "Hei"), "other white space around it"),
        (planted("Hei", " Hei"), "other white space around it"),
        (planted("a\nb", "a b"), "other lines"),
        (planted("EEEE HH.mm", "EEEE hh.mm", PATTERNS), "another date pattern"),
        (Message(("{n} sak", "{n} saker"), ("{n} sak", "")), "not translated"),
        (Message(("{n} sak", "{n} saker"), ("{n} sak", "saker")), "a field is missing"),
        (Message(("{n} sak", "{n} saker"), ("{m} sak", "{n} saker")), "an unknown field"),
    ],
)
def test_a_planted_fault_is_found(message: Message, fault: str) -> None:
    assert fault in problems(message)


@pytest.mark.parametrize(
    "message",
    [
        planted("Hei, {name}", "{name}, hei"),
        planted("EEEE d. 'kl.' HH.mm", "EEEE d 'at' HH:mm", PATTERNS),
        Message(("Én sak", "{n} saker"), ("Ei sak", "{n} saker")),
        Message(("{n} sak", "{n} saker"), ("One case", "{n} cases")),
    ],
)
def test_what_is_right_is_not_complained_about(message: Message) -> None:
    assert problems(message) == []


@pytest.mark.parametrize(
    "call", ["_(x)", "_(f'{x}')", "_('a' + x)", "plural('a', x, 1)", "pgettext(x, 'a')", "_()"]
)
def test_a_sentence_that_is_not_written_out_is_found(call: str, tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text(f"y = {call}\nz = _('a'\n  'b'); plural('a', 'b', n)\n", encoding="utf-8")
    assert unread(path) == ["x.py:1"]


CODE = """
from locales import _, pgettext, plural
for _i, _x in []: pass
TITLE = _("Hei, {name}! "
          "Dette er én setning.", name="x")
COUNT = plural("{n} sak", "{n} saker", 2)
SHORT = pgettext("knapp", "Ja")
AGAIN = _("Ja")
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small tree with a few sentences and the catalogues that belong to it."""
    for package in ("bot", "handlers", "locales"):
        (tmp_path / package).mkdir()
    (tmp_path / "handlers" / "x.py").write_text(CODE, encoding="utf-8")
    write(tmp_path)
    return tmp_path


def write(root: Path) -> None:
    for path, content in files(root).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def test_sentences_are_found_as_they_are_written(checkout: Path) -> None:
    assert keys(extract(checkout)) == {
        (("Hei, {name}! Dette er én setning.",), None),
        (("{n} sak", "{n} saker"), None),
        (("Ja",), "knapp"),
        (("Ja",), None),
    }
    assert set(KEYWORDS) == {"_", "plural", "pgettext"}


def test_updating_twice_changes_nothing(checkout: Path) -> None:
    once = files(checkout)
    write(checkout)
    assert files(checkout) == once


def test_a_new_sentence_makes_the_catalogues_stale(checkout: Path) -> None:
    (checkout / "bot" / "y.py").write_text('x = _("Ny")\n', encoding="utf-8")
    assert keys(load("nn", checkout / "locales")) != keys(extract(checkout))
    write(checkout)
    assert keys(load("nn", checkout / "locales")) == keys(extract(checkout))


def test_translations_are_kept_and_what_is_no_longer_said_is_dropped(checkout: Path) -> None:
    folder = checkout / "locales"
    catalog = load("en", folder)
    for message in catalog:
        if message.id == "Ja":
            message.string = "Yes" if message.context is None else "Yes, please"
    path_of("en", folder).write_bytes(render(catalog, "en"))
    changed = CODE.replace("Dette er én setning.", "Dette er to.").replace(
        '"Ja")\nAGAIN', '"Nei")\nAGAIN'
    )
    (checkout / "handlers" / "x.py").write_text(changed, encoding="utf-8")
    write(checkout)
    after = {(forms(m.id)[0], m.context): forms(m.string) for m in load("en", folder) if m.id}
    assert after[("Ja", None)] == ("Yes",)
    assert after[("Nei", "knapp")] == ("",), "a near match is no translation"
    assert ("Ja", "knapp") not in after
    assert after[("Hei, {name}! Dette er to.", None)] == ("",)
