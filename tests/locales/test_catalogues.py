"""Only whole and sure translations are ever said."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from locales import Text, _, has_own, pgettext, plural, say
from locales.catalogues import NotTranslated, compiled


@pytest.fixture
def broken() -> Catalog:
    catalog = Catalog(locale="nn")
    catalog.add("Ja", "Jau", context="knapp")
    catalog.add("Lik", "Lik")
    catalog.add("Tom", "")
    catalog.add("Usikker", "Usikker", flags=["fuzzy"])
    catalog.add("Hei, {name}", "Hei, {namn}")
    catalog.add("Hei, {x}", "Hei, {x")
    catalog.add(("{n} sak", "{n} saker"), ("{n} sak", ""))
    catalog.add(("{n} dag", "{n} dager"), ("{n} dag", "{n} dagar"))
    return catalog


def test_only_whole_and_sure_translations_are_used(broken: Catalog) -> None:
    words = compiled(broken)
    assert words.gettext("Lik") == "Lik"
    assert words.pgettext("knapp", "Ja") == "Jau"
    assert [words.ngettext("{n} dag", "{n} dager", n) for n in (0, 1, 2)] == [
        "{n} dagar",
        "{n} dag",
        "{n} dagar",
    ]
    for source in ("Ja", "Tom", "Usikker", "Hei, {name}", "Hei, {x}", "Finst ikkje"):
        with pytest.raises(NotTranslated):
            words.gettext(source)
    with pytest.raises(NotTranslated):
        words.ngettext("{n} sak", "{n} saker", 2)
    with pytest.raises(NotTranslated):
        words.pgettext("knapp", "Lik")


@pytest.mark.parametrize(
    ("text", "words", "own"),
    [
        (pgettext("knapp", "Ja"), "Jau", True),
        (_("Ja"), "Ja", False),
        (_("Lik"), "Lik", True),
        (_("Hei, {name}", name="Ida"), "Hei, Ida", False),
        (plural("{n} sak", "{n} saker", 2), "2 saker", False),
        (plural("{n} dag", "{n} dager", 2), "2 dagar", True),
        (_("Lik {n}", n=plural("{n} dag", "{n} dager", 3)), "Lik 3 dagar", False),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_in_bokmal_and_is_not_its_own(
    text: Text, words: str, own: bool, broken: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("locales.speech.catalogue", lambda _language: compiled(broken))
    assert say(text, "nn") == words
    assert has_own(text, "nn") is own
