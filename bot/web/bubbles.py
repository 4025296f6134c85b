"""The messages of a chat as HTML: what a page shows before its script runs, and without one.

The script draws them again in the same shapes (bot/page/message.js). Everything that goes into a
page is escaped; there is no other way in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from locales import Day, say, shown

Message = Mapping[str, Any]

OSLO = ZoneInfo("Europe/Oslo")
_URL = re.compile(r"https?://[^\s<>\"«»]*[^\s<>\"«».,;:!?)\]]")


def log(messages: Iterable[Message], words: Mapping[str, str], language: str) -> str:
    """All of them, with the days between."""
    parts: list[str] = []
    day: date | None = None
    for message in messages:
        at = datetime.fromisoformat(message["date"]).astimezone(OSLO)
        if at.date() != day:
            day = at.date()
            parts.append(f'<p class="day"><span>{escape(_named(day, language))}</span></p>')
        parts.append(_message(message, at, words))
    return "".join(parts) or f'<p class="hello">{escape(words["hello"])}</p>'


def _named(day: date, language: str) -> str:
    return say(shown(Day(day)), language)


def _message(message: Message, at: datetime, words: Mapping[str, str]) -> str:
    mine = message["from"] == "person"
    keys = message["inline_keyboard"]
    side = ("mine" if mine else "theirs") + (" keyed" if keys else "")
    who = escape(words["fromPerson" if mine else "fromBot"])
    edited = f'<span class="edited">{escape(words["edited"])}</span>' if message["edited"] else ""
    return (
        f'<div class="msg {side}"><span class="sr">{who}</span><div class="bubble" dir="auto">'
        f'{_file(message, words)}<span class="text">{_text(message["text"])}</span>'
        f'<span class="meta" dir="ltr">{edited}<time datetime="{at.isoformat()}">{at:%H:%M}</time>'
        f"</span></div>{_keys(message) if keys else ''}</div>"
    )


def _text(text: str) -> str:
    parts, end = [], 0
    for found in _URL.finditer(text):
        url = escape(found[0])
        parts.append(escape(text[end : found.start()]))
        parts.append(f'<a class="inline-link" rel="noopener noreferrer" href="{url}">{url}</a>')
        end = found.end()
    return "".join(parts) + escape(text[end:])


def _file(message: Message, words: Mapping[str, str]) -> str:
    if photo := message["photo"]:
        return f'<img class="photo" src="{escape(photo["url"])}" alt="{escape(words["photo"])}">'
    if file := message["document"]:
        name = escape(file["file_name"])
        return (
            f'<a class="file" href="{escape(file["url"])}" download="{name}">'
            f'<span class="file-name"><bdi>{name}</bdi></span></a>'
        )
    return ""


def _keys(message: Message) -> str:
    rows = []
    for row in message["inline_keyboard"]:
        keys = "".join(_key(message["message_id"], key) for key in row)
        tight = " tight" if len(row) > 3 else ""
        rows.append(f'<div class="keys-row{tight}">{keys}</div>')
    return f'<div class="keys">{"".join(rows)}</div>'


def _key(number: int, key: Mapping[str, str]) -> str:
    label = escape(key["text"])
    if "url" in key:
        url = escape(key["url"])
        return f'<a class="key" dir="auto" rel="noopener noreferrer" href="{url}">{label}</a>'
    value = escape(f"{number} {key['callback_data']}")
    return (
        f'<button class="key" dir="auto" form="say" name="press" value="{value}">{label}</button>'
    )
