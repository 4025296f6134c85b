"""Text and buttons -> words and keyboards in one language, within what a chat can show.

What a button carries proves nothing by itself: it is signed for one chat and one life, and what
it may do is asked when it is pressed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bot.attachments import File
from handlers.turns import Button, Message
from locales import _, say
from models.sealed import Keyring

LONGEST_TEXT = 4096
LONGEST_LABEL = 60
LONGEST_DATA = 64  # bytes
MOST_BUTTONS = 100
HANDLE_LIFE = timedelta(days=90)
NOTHING = "–"

_REST = _("Resten er for langt til å vises her.")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_HOUR = 3600
_OPENERS, _CLOSER = "\u2066\u2067\u2068", "\u2069"


class Key(NamedTuple):
    """A button as it is sent."""

    label: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """Words for one reader, ready to go."""

    text: str
    rows: tuple[tuple[Key, ...], ...] = ()
    menu: tuple[tuple[str, ...], ...] | None = None
    document: File | None = None
    silent: bool = False

    @property
    def fixed(self) -> bool:
        """Telegram changes no words in a file, nor in what brought the keyboard."""
        return self.document is not None or (bool(self.menu) and not self.rows)


class Pressed(NamedTuple):
    action: str
    subject: int
    version: int


def render(
    message: Message,
    *,
    language: str,
    contact_id: int,
    keyring: Keyring,
    now: datetime,
    params: Mapping[str, Any] | None = None,
    document: File | None = None,
    terms: Mapping[str, str] | None = None,
) -> Rendered:
    """`params["fingerprint"]` is the question's, for messages whose buttons answer one; `terms`
    are the municipality's own words for ours (DOMAIN section 1: even 'stafettlogg' has others)."""
    fingerprint = str((params or {}).get("fingerprint", ""))
    rows: list[tuple[Key, ...]] = []
    left = MOST_BUTTONS
    for row in message.buttons:
        keys = tuple(
            _key(button, language, contact_id, keyring, now, fingerprint) for button in row[:left]
        )
        left -= len(keys)
        if keys:
            rows.append(keys)
    menu = tuple(
        tuple(_label(say(label, language)) for label in menu_row)
        for menu_row in message.menu or ()
    )
    text = _fitting(in_own_terms(say(message.text, language), terms or {}), language)
    return Rendered(text, tuple(rows), menu or None, document, message.silent)


def in_own_terms(words: str, terms: Mapping[str, str]) -> str:
    """Whole words replaced by the municipality's own, a capital kept."""
    for ours, theirs in terms.items():

        def own(found: re.Match[str], theirs: str = theirs) -> str:
            return theirs[:1].upper() + theirs[1:] if found[0][:1].isupper() else theirs

        words = re.sub(rf"\b{re.escape(ours)}\b", own, words, flags=re.IGNORECASE)
    return words


def _key(
    button: Button,
    language: str,
    contact_id: int,
    keyring: Keyring,
    now: datetime,
    fingerprint: str,
) -> Key:
    label = _label(say(button.label, language))
    if button.url:
        return Key(label, url=button.url)
    if button.choice:
        data = f"t:{fingerprint}:{button.choice}"
    elif button.command:
        data = f"c:{button.command}"
    else:
        pressed = Pressed(button.action, button.subject, button.version)
        data = make_handle(pressed, contact_id, keyring, now)
    if len(data.encode()) > LONGEST_DATA:
        raise ValueError(f"what the button carries is too long: {data[:LONGEST_DATA]}")
    return Key(label, data)


def make_handle(pressed: Pressed, contact_id: int, keyring: Keyring, now: datetime) -> str:
    """A signed token for one chat, for ninety days. At most 64 bytes with actions up to 24."""
    hours = int((now + HANDLE_LIFE).timestamp()) // _HOUR
    body = f"b:{pressed.action}:{_b36(pressed.subject)}:{_b36(pressed.version)}:{_b36(hours)}"
    return f"{body}:{_signature(body, contact_id, keyring)}"


def read_handle(data: str, contact_id: int, keyring: Keyring, now: datetime) -> Pressed | None:
    """What a signed button stands for. None, alike, for unknown, foreign, changed and expired."""
    body, _colon, signature = data.rpartition(":")
    expected = _signature(body, contact_id, keyring)
    if not hmac.compare_digest(signature.encode(), expected.encode()):
        return None
    kind, _colon, rest = body.partition(":")
    parts = rest.rsplit(":", 3)
    if kind != "b" or len(parts) != 4:
        return None
    action, subject, version, hours = parts
    if int(hours, 36) * _HOUR < now.timestamp():
        return None
    return Pressed(action, int(subject, 36), int(version, 36))


def _signature(body: str, contact_id: int, keyring: Keyring) -> str:
    key = keyring.derive("buttons")
    digest = hmac.new(key, f"{contact_id}|{body}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:12]).decode()


def _b36(number: int) -> str:
    if number < 0:
        raise ValueError("only ids and versions go into a button")
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if number == 0:
            return digits


def _fitting(words: str, language: str) -> str:
    """Cut to what a message holds, and say so; never empty."""
    if not _visible(words):
        return NOTHING
    if len(words) <= LONGEST_TEXT:
        return words
    closing = "\n\n" + say(_REST, language)
    return _cut(words, LONGEST_TEXT - len(closing)) + closing


def _label(words: str) -> str:
    words = " ".join(words.split())
    if not _visible(words):
        return NOTHING
    return words if len(words) <= LONGEST_LABEL else _cut(words, LONGEST_LABEL - 1) + "…"


def _cut(words: str, length: int) -> str:
    """At a space near the end if there is one, else before a character and all its marks.
    Isolates opened around foreign words are closed again."""
    room = length - _unclosed(words[:length])
    space = max(words.rfind(" ", 0, room), words.rfind("\n", 0, room))
    end = space if space > room - 200 and space > room // 2 else room
    while end and (unicodedata.combining(words[end]) or words[end] in "\u200d\ufe0f"):
        end -= 1
    cut = words[:end]
    return cut + _CLOSER * _unclosed(cut)


def _unclosed(words: str) -> int:
    return max(0, sum(words.count(opener) for opener in _OPENERS) - words.count(_CLOSER))


def _visible(words: str) -> bool:
    return any(unicodedata.category(letter)[0] not in "ZC" for letter in words)
