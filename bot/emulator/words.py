"""Text and its entities as Telegram keeps them: cleaned, trimmed, counted in UTF-16 units."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.emulator.state import Entity

FORMATTING = frozenset(
    [
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    ]
)
FOUND_BY_TELEGRAM = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bank_card_number",
    ]
)
SPACE = " \n\t\r\v\f"

# What TDLib's clean_input_string does: control characters become spaces; CR, the line and
# paragraph separators, the bidi controls below and three combining strokes vanish.
_VANISH = frozenset("\r\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u0333\u033f\u030a")
_DIRTY = re.compile("[\x00-\x09\x0b-\x1f" + "".join(_VANISH) + "]")
_FINDERS = (
    (
        "bot_command",
        re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])"),
    ),
    ("url", re.compile(r"\bhttps?://[^\s<>\"]*[^\s<>\".,;:!?)\]]")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}\b")),
    ("email", re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")),
)


def units(text: str) -> int:
    """Length in UTF-16 code units, which is how entities count."""
    return len(text) + sum(1 for character in text if character > "\uffff")


def tidy(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Clean and trim, and move the entities along."""
    if not _DIRTY.search(text) and text == text.strip(SPACE):
        return text, entities
    kept: list[str] = []
    moved: list[int] = []  # for each old UTF-16 offset, the new one
    at = 0
    for character in text:
        moved += [at] * (2 if character > "\uffff" else 1)
        if character in _VANISH:
            continue
        kept.append(" " if character < " " and character != "\n" else character)
        at += units(character)
    moved.append(at)
    cleaned = "".join(kept)
    left = len(cleaned) - len(cleaned.lstrip(SPACE))
    trimmed = cleaned.strip(SPACE)
    return trimmed, list(_moved(entities, moved, left, units(trimmed)))


def _moved(entities: list[Entity], moved: list[int], left: int, length: int) -> Iterator[Entity]:
    for entity in entities:
        start, end = span(entity)
        new = [min(max(moved[edge] - left, 0), length) for edge in (start, end)]
        if new[0] < new[1]:
            yield entity | {"offset": new[0], "length": new[1] - new[0]}


def span(entity: Entity) -> tuple[int, int]:
    offset, length = entity["offset"], entity["length"]
    if not isinstance(offset, int) or not isinstance(length, int):
        raise TypeError("an entity's place is whole numbers")
    return offset, offset + length


def found(text: str) -> list[Entity]:
    """What Telegram marks by itself in any text."""
    entities: list[Entity] = []
    for kind, pattern in _FINDERS:
        for match in pattern.finditer(text):
            start = units(text[: match.start()])
            entities.append({"offset": start, "length": units(match[0]), "type": kind})
    return sorted(entities, key=lambda entity: span(entity))


def with_found(text: str, given: list[Entity]) -> list[Entity]:
    """The bot's own entities, and those found outside of them."""
    taken = [span(entity) for entity in given if entity["type"] in _OPAQUE]
    extra = [
        entity
        for entity in found(text)
        if not any(start < span(entity)[1] and span(entity)[0] < end for start, end in taken)
    ]
    return sorted(given + extra, key=lambda entity: (span(entity)[0], -span(entity)[1]))


_OPAQUE = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji"})


def misplaced(text: str, entities: list[Entity]) -> str | None:
    """Why Telegram refuses the places of these entities, in its words."""
    edges: dict[int, int] = {}
    at = size = 0
    for character in text:
        edges[at] = size
        at += units(character)
        size += len(character.encode())
    edges[at] = size
    for entity in entities:
        start, end = span(entity)
        if start < 0:
            return f"receive an entity with incorrect offset {start}"
        if end < start:
            return f"receive an entity with incorrect length {end - start}"
        if start > at:
            return f"entity begins after the end of the text at UTF-16 offset {start}"
        if start not in edges:
            return f"entity begins {_SPLIT} {_after(edges, start)}"
        if end > at:
            return _begins(start, f"ends after the end of the text at UTF-16 offset {end}")
        if end not in edges:
            return _begins(start, f"ends {_SPLIT} {_after(edges, end)}")
    return None


_SPLIT = "in a middle of a UTF-16 symbol at byte offset"


def _begins(start: int, rest: str) -> str:
    return f"entity beginning at UTF-16 offset {start} {rest}"


def _after(edges: dict[int, int], unit: int) -> int:
    # Telegram names the byte at which it noticed: the first symbol boundary behind the place.
    return edges[unit + 1]
