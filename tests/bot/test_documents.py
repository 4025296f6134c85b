"""Pages and data that stand alone: nothing fetched, nothing executed, nothing lost."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest

from bot.attachments import make
from bot.documents import as_json, page
from handlers.turns import Attachment
from locales import LANGUAGES, verbatim
from models.terms import Role

EVIL = "<script>alert(1)</script><img src=//x> & \"quoted\" 'too'"
DATA = {
    "title": verbatim("Det vi har om deg"),
    "intro": (verbatim("Laget i dag"),),
    "sections": ((verbatim("Deg"), (((verbatim("Navn"), verbatim(EVIL)),),)),),
    "lists": ((verbatim("Ikke med"), (verbatim("Andres navn"),)),),
}


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [v for name, v in attrs if name in ("src", "href", "action", "style")]

    def handle_data(self, data):
        self.text += data


def read(data: bytes) -> Tags:
    tags = Tags()
    tags.feed(data.decode())
    return tags


def test_whatever_somebody_wrote_is_text():
    seen = read(page(DATA, "nb"))
    assert set(seen.tags) == {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "dl", "dt", "dd",
        "ul", "li",
    }  # fmt: skip
    assert EVIL in seen.text


def test_a_page_fetches_nothing_and_says_so():
    words = page(DATA, "nb").decode()
    assert read(words.encode()).addresses == []
    assert "http" not in words.replace("http-equiv", "")
    assert "url(" not in words
    assert "default-src 'none'" in words


def test_a_page_is_for_light_and_dark_and_paper():
    words = page(DATA, "nb").decode()
    assert "prefers-color-scheme:dark" in words
    assert "@media print" in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_names_its_language(language):
    assert f'<html lang="{language}">' in page(DATA, language).decode()


def test_the_municipalitys_own_words_are_used():
    told = page({**DATA, "title": verbatim("Om los"), "terms": {"los": "veiviser"}}, "nb")
    assert "<title>Om veiviser</title>" in told.decode()


def test_json_is_plain_and_the_same_each_time():
    data = {"b": Role.LOS, "a": (date(2026, 1, 2), datetime(2026, 1, 2, tzinfo=UTC), "æ", None)}
    told = as_json(data)
    assert json.loads(told) == {
        "a": ["2026-01-02", "2026-01-02T00:00:00+00:00", "æ", None], "b": "los",
    }  # fmt: skip
    assert told == as_json(dict(reversed(data.items())))


def test_what_is_not_plain_is_an_error():
    with pytest.raises(TypeError):
        as_json({"x": object()})


def test_the_files_names_tell_nothing():
    made = make(Attachment("page", DATA), "nb"), make(Attachment("json", {}), "nb")
    assert [(file.name, file.mime) for file in made] == [
        ("oversikt.html", "text/html"), ("oversikt.json", "application/json"),
    ]  # fmt: skip
