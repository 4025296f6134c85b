"""The pages of the web chat as HTML. They work without their script, as pages one loads anew."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from bot.web import bubbles, words
from handlers import help_now
from handlers.rehearsal import BANNER
from locales import LANGUAGES, Text, language_name, say
from models.terms import LoginKind

_PHONE = "0123456789 "


@dataclass(frozen=True, slots=True)
class Look:
    """What every page is drawn with."""

    place: str
    language: str
    assets: str  # where style and script lie
    today: date
    rehearsal: bool = False

    def say(self, text: Text) -> str:
        return escape(say(text, self.language))


def page(look: Look, body: str, *, kind: str = "paper", script: str = "") -> str:
    """A whole page. The help card is part of each: it needs nothing but the page."""
    place, assets = escape(look.place), look.assets
    scripts = f'<script type="module" src="{assets}/{script}"></script>' if script else ""
    return (
        f'<!doctype html>\n<html lang="{escape(look.language)}" '
        f'dir="{words.direction(look.language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1, '
        'interactive-widget=resizes-content">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff">\n'
        '<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#16232a">\n'
        f"<title>{place}</title>\n"
        f'<link rel="icon" href="{assets}/icon.svg" type="image/svg+xml">\n'
        f'<link rel="apple-touch-icon" href="{assets}/icon.png">\n'
        '<link rel="manifest" href="/manifest.webmanifest">\n'
        f'<link rel="stylesheet" href="{assets}/chat.css">\n'
        f'<link rel="stylesheet" href="{assets}/web.css">\n{scripts}</head>\n'
        f'<body class="{kind}">\n{body}\n{_help(look)}\n</body>\n</html>\n'
    )


def _help(look: Look) -> str:
    """The fixed numbers, in words that were approved; shown by the button in any state of things."""
    first, _lines, last = help_now.card(look.language, look.today).split("\n\n")
    close = look.say(words.PAGE["close"])
    return (
        f'<dialog id="hjelp" class="help" aria-labelledby="help-title">'
        f'<h2 id="help-title">{look.say(help_now.LABEL)}</h2><p>{escape(first)}</p>'
        f"{_numbers(look)}<p>{escape(last)}</p>"
        f'<a class="help-close" href="#top">{close}</a></dialog>'
    )


def _numbers(look: Look) -> str:
    numbers = help_now.card(look.language, look.today).split("\n\n")[1]
    lines = []
    for line in numbers.split("\n"):
        number, _dash, what = line.partition(" – ")
        digits = number.replace(" ", "") if set(number) <= set(_PHONE) else ""
        target = f"tel:{digits}" if digits else f"https://{number}"
        link = f'<a href="{escape(target)}">{escape(number)}</a>'
        lines.append(f"<li>{link} <span>{escape(what)}</span></li>")
    return f"<ul>{''.join(lines)}</ul>"


def _closed(look: Look, more: str = "") -> str:
    """The channel is stopped: one neutral line, and the numbers that are always there."""
    line = look.say(words.PAGE["closed"])
    return (
        f'<section class="closed"><p><strong>{line}</strong>{more}</p>'
        f"<p>{look.say(help_now.LABEL)}:</p>{_numbers(look)}</section>"
    )


def _top(look: Look, more: str = "") -> str:
    return (
        f'<header class="top" id="top"><h1><img src="{look.assets}/icon.svg" alt="" width="32" '
        f'height="32"><bdi>{escape(look.place)}</bdi></h1>'
        f'<a class="help-open" href="#hjelp">{look.say(help_now.LABEL)}</a>{more}</header>{_banner(look)}'
    )


def _banner(look: Look) -> str:
    return f'<p class="banner">{look.say(BANNER)}</p>' if look.rehearsal else ""


# --- the chat ------------------------------------------------------------------------------------


def conversation(
    look: Look,
    told: Mapping[str, Any],
    change: int,
    proof: str,
    nonce: str,
    *,
    closed: bool = False,
) -> str:
    """The chat as it stands, and below it the keyboard and a place to write. `closed`: nothing of
    it, but who must stop something writes here all the same."""
    spoken = words.page_words(look.language, look.place)
    shut = f'<p class="shut">{escape(spoken["shut"])}</p>' if told["shut"] else ""
    if closed:
        shut, spoken["hello"] = _closed(look, f" {escape(spoken['shut'])}"), ""
    data = {
        "change": change, "proof": proof, "lang": look.language, "place": look.place,
        "words": spoken, "closed": closed, **told,
    }  # fmt: skip
    hidden = carried(proof=proof, nonce=nonce)
    body = (
        f'<a class="skip" href="#log">{escape(spoken["skip"])}</a>{_top(look, _menu(look, proof))}'
        '<main><div class="log-box" id="box">'
        f'<div class="log" id="log" role="log" tabindex="0" aria-label="{escape(spoken["messages"])}">'
        f"{bubbles.log(told['messages'], spoken, look.language)}</div></div>"
        f'{shut}<form class="say" id="say" method="post" action="/si">{hidden}'
        f"{_keyboard(told['keyboard'])}{_composer(spoken)}</form>"
        f'<noscript><p class="bare"><a href="/">{escape(spoken["reload"])}</a></p></noscript></main>'
        '<p class="notice" id="notice" role="status"></p><p class="toast" id="toast" role="status">'
        f'</p><p class="offline" id="offline" role="status" hidden>{escape(spoken["offline"])}</p>'
        '<p class="sr" id="voice" role="status"></p>'
        f'<script type="application/json" id="told">{_data(data)}</script>'
    )
    return page(look, body, kind="chatting", script="main.js")


def _data(data: Mapping[str, Any]) -> str:
    """JSON that cannot end the element it stands in."""
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def carried(**values: str) -> str:
    return "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in values.items()
    )


def _menu(look: Look, proof: str) -> str:
    spoken = words.PAGE
    return (
        f'<details class="menu"><summary aria-label="{look.say(spoken["menu"])}">'
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">'
        '<path d="M5 7h14M5 12h14M5 17h14"/></svg></summary><nav class="panel">'
        f'<a href="/enheter">{look.say(spoken["devices"])}</a>'
        f'<form method="post" action="/ut">{carried(proof=proof)}'
        f"<button>{look.say(spoken['out'])}</button></form></nav></details>"
    )


def _keyboard(rows: Sequence[Sequence[str]]) -> str:
    drawn = []
    for row in rows:
        keys = "".join(
            f'<button class="key" dir="auto" name="key" value="{escape(label)}">{escape(label)}'
            "</button>"
            for label in row
        )
        drawn.append(f'<div class="keys-row">{keys}</div>')
    hidden = "" if rows else " hidden"
    return f'<div class="reply-keys" id="keys"{hidden}>{"".join(drawn)}</div>'


def _composer(spoken: Mapping[str, str]) -> str:
    return (
        '<div class="composer"><button type="button" class="round" id="toggle" hidden '
        f'aria-controls="keys" aria-expanded="true" aria-label="{escape(spoken["keyboard"])}">'
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">'
        '<path d="M4 6h7v5H4zM13 6h7v5h-7zM4 13h7v5H4zM13 13h7v5h-7z"/></svg></button>'
        f'<textarea id="words" name="words" rows="1" maxlength="4096" dir="auto" '
        f'aria-label="{escape(spoken["write"])}" placeholder="{escape(spoken["write"])}"></textarea>'
        f'<button class="round send" aria-label="{escape(spoken["send"])}">'
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">'
        '<path d="M4 12 20 4.5 16 20l-4.5-6zM11.5 14 20 4.5"/></svg></button></div>'
    )


def paper(look: Look, body: str, script: str = "") -> str:
    """A page with the house's head, and one's own body."""
    return page(look, f"{_top(look)}{body}", script=script)


# --- pages of paper ------------------------------------------------------------------------------


def front(look: Look, logins: Sequence[LoginKind] = (), *, closed: bool = False) -> str:
    """For whoever is not in: what this is, a way to begin, and the languages."""
    if closed:
        begin = _closed(look)
    else:
        begin = (
            f'<form method="post" action="/"><label for="name">{look.say(words.NAME)}</label>'
            f'<input id="name" name="name" maxlength="60" autocomplete="nickname" dir="auto">'
            f"{carried(sprak=look.language)}"
            f'<button class="primary">{look.say(words.BEGIN)}</button></form>'
        )
    tongues = "".join(
        f'<a href="/?sprak={code}" lang="{code}"{_current(code == look.language)}>'
        f"{escape(language_name(code))}</a>"
        for code in LANGUAGES
    )
    body = (
        f'{_top(look)}<main class="card"><h2>{look.say(words.TITLE)}</h2>'
        f"<p>{look.say(words.WELCOME)}</p><p>{look.say(words.PROGRAM)}</p>"
        f"<p>{look.say(words.LINK)}</p>{_passkey(look)}{_logins(look, logins)}"
        f'{begin}<p class="small">{look.say(words.COOKIE)}</p>'
        f'<nav class="langs">{tongues}</nav></main>'
    )
    return page(look, body, script="passkey.js")


def _passkey(look: Look) -> str:
    """A way in for whoever has made a passkey here; its script shows what the browser can do."""
    return (
        f'<section class="passkey" id="passkey" data-does="enter"><p class="small without">'
        f'{look.say(words.PASSKEY_BARE)}</p><div class="with" hidden>'
        f'<button type="button" class="key">{look.say(words.PASSKEY_ENTER)}</button>'
        f'<p class="small">{look.say(words.PASSKEY_HINT)}</p></div>'
        f'<p class="said" role="status" data-failed="{look.say(words.NO_PASSKEY)}"></p></section>'
    )


def _logins(look: Look, logins: Sequence[LoginKind], link: str = "") -> str:
    """A way to each provider that is set up. Links, for a form of ours leads nowhere else."""
    query = f"?lenke={escape(link)}" if link else ""
    ways = (
        f'<a class="key" href="/logg-inn/{kind}{query}">{look.say(words.LOGINS[kind])}</a>'
        for kind in logins
    )
    return f'<p class="logins">{"".join(ways)}</p>' if logins else ""


def _current(here: bool) -> str:
    return ' aria-current="true"' if here else ""


def opened(look: Look, token: str, logins: Sequence[LoginKind] = (), *, enter: bool = True) -> str:
    """A link was opened: looking at it uses nothing up, pressing does. Without `enter` there is no
    way in but to log in."""
    form = (
        f'<form method="post" action="/inn/{escape(token)}">'
        f'<button class="primary">{look.say(words.ENTER)}</button></form>'
    )
    body = (
        f'{_top(look)}<main class="card"><h2>{look.say(words.OPENED)}</h2>'
        f"<p>{look.say(words.OPENED_TEXT)}</p><p>{look.say(words.OPENED_SHARED)}</p>"
        f"{form if enter else ''}{_logins(look, logins, token)}"
        f'<p class="small">{look.say(words.COOKIE)}</p></main>'
    )
    return page(look, body)


def logged_out(look: Look, address: str | None) -> str:
    """Out here; the browser is led on to `address`, and this is the same way by hand."""
    there = look.say(words.OUT_THERE)
    link = f'<p><a href="{escape(address)}">{there}</a></p>' if address else ""
    body = (
        f'{_top(look)}<main class="card"><h2>{look.say(words.LOGGED_OUT)}</h2>'
        f"<p>{look.say(words.LOGGED_OUT_TEXT)}</p>{link}"
        f'<p><a href="/">{look.say(words.HOME)}</a></p></main>'
    )
    return page(look, body)


def plain(look: Look, heading: Text, text: Text) -> str:
    """A few words, and the way back."""
    body = (
        f'{_top(look)}<main class="card"><h2>{look.say(heading)}</h2><p>{look.say(text)}</p>'
        f'<p><a href="/">{look.say(words.HOME)}</a></p></main>'
    )
    return page(look, body)
