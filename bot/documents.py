"""Pages and data that stand alone: an HTML file that needs nothing else, and JSON beside it.

Everything that goes into a page is escaped; there is no other way in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from enum import Enum
from html import escape, unescape
from typing import Any

from bot import charts, curve_picture
from locales import Text, say

Terms = Mapping[str, str]
Lines = Iterable[tuple[Text, Text]]
Speaker = Callable[[Text], str]
"""Puts words into one language and the municipality's own terms, escaped."""

_STYLE = """
:root{color-scheme:light dark;--ink:#1a1a1a;--paper:#fff;--line:#8886;--soft:#595959}
@media(prefers-color-scheme:dark){:root{--ink:#ececec;--paper:#181818;--soft:#b4b4b4}}
body{margin:0 auto;max-width:44rem;padding:1.5rem;background:var(--paper);color:var(--ink);
font:1.05rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
p{white-space:pre-line}h1{font-size:1.6rem}h2{font-size:1.2rem;margin:2rem 0 .5rem}
dl{margin:0 0 .75rem;padding:.5rem .75rem;border:1px solid var(--line);border-radius:.4rem;
display:grid;grid-template-columns:minmax(7rem,14rem) 1fr;gap:.15rem 1rem}
dt{color:var(--soft)}dd{margin:0;white-space:pre-line}
@media(max-width:30rem){dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}
@media print{:root{--ink:#000;--paper:#fff;--soft:#333}body{max-width:none;padding:0;font-size:11pt}
dl,h2{break-inside:avoid}h2{break-after:avoid}}
"""
_ALONE = "default-src 'none'; style-src 'unsafe-inline'"


def page(data: Mapping[str, Any], language: str) -> bytes:
    """A page for reading and printing. `data`: title, intro, sections (heading, entries of label
    and value), curves (heading, points in words, scores), bars (the same, from to and whether marked), lists (heading, lines); `terms` are the municipality's own words for ours."""
    said = speaker(language, data.get("terms") or {})
    body = [f"<h1>{said(data['title'])}</h1>"]
    body += [f"<p>{said(line)}</p>" for line in data.get("intro", ())]
    body += _drawn(curve_picture.svg, data.get("curves", ()), said)
    for heading, entries in data["sections"]:
        body.append(f"<h2>{said(heading)}</h2>")
        body += [_entry(lines, said) for lines in entries]
    body += _drawn(charts.svg, data.get("bars", ()), said, below=False)
    for heading, lines in data.get("lists", ()):
        items = "".join(f"<li>{said(line)}</li>" for line in lines)
        body.append(f"<h2>{said(heading)}</h2>\n<ul>{items}</ul>")
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_ALONE}">\n'
        f"<title>{said(data['title'])}</title>\n<style>{_STYLE}</style>\n</head>\n"
        "<body>\n" + "\n".join(body) + "\n</body>\n</html>\n"
    ).encode()


def _drawn(
    draw: Callable[..., str], found: Iterable[Any], said: Speaker, *, below: bool = True
) -> list[str]:
    """Each (heading, what is drawn in words, numbers): the picture, and the words `below` it, unless
    they stand in it."""
    body = []
    for number, (heading, points, numbers) in enumerate(found):
        told = [said(point) for point in points]
        picture = draw(unescape(said(heading)), list(map(unescape, told)), numbers, number)
        items = "".join(f"<li>{point}</li>" for point in told) if below else ""
        body.append(
            f"<h2>{said(heading)}</h2>\n{picture}" + (f"\n<ul>{items}</ul>" if below else "")
        )
    return body


def speaker(language: str, terms: Terms) -> Speaker:
    from bot.render import in_own_terms  # which makes what goes beside a file of ours

    def said(text: Text) -> str:
        return escape(in_own_terms(say(text, language), terms))

    return said


def _entry(lines: Lines, said: Speaker) -> str:
    told = "".join(f"<dt>{said(label)}</dt><dd>{said(value)}</dd>" for label, value in lines)
    return f"<dl>{told}</dl>"


def as_json(data: Any) -> bytes:
    """The same bytes for the same data, whenever it is asked."""
    told = json.dumps(data, default=_plain, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{told}\n".encode()


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case datetime() | date() | time():
            return value.isoformat()
        case frozenset() | set():
            return sorted(value)
    raise TypeError(f"not plain: {type(value).__name__}")
