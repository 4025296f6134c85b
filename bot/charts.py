"""Bars as a picture: for a chat, where what they are stands below them in words; and for a page, with
the words in them.

A PNG is written by hand: a drawing library would be fifty times this file for rectangles, and a font
would have to know every letter of every language. It can be seen on a light and on a dark screen.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from html import escape

Bar = tuple[int, int, bool]
"""From (drawn full) to (drawn pale), and whether it is marked."""
Colour = tuple[int, int, int]

WIDTH, BAR, GAP, EDGE = 640, 28, 16, 20
GROUND, LINE = (255, 255, 255), (200, 205, 212)
FULL, PALE = (28, 82, 140), (160, 190, 222)
MARKED, MARKED_PALE = (168, 60, 20), (232, 180, 150)
STEPS = (5, 10, 20, 50, 100, 200, 500, 1000)


def bars(found: Sequence[Bar]) -> bytes:
    """One below the other, over lines at round numbers. The longest fills the width."""
    longest = max([most for _least, most, _marked in found] or [0])
    scale = max(STEPS[0], longest)
    step = next((each for each in STEPS if scale / each <= 8), STEPS[-1])
    width = WIDTH - 2 * EDGE

    def x(number: int) -> int:
        return EDGE + number * width // scale

    plain = _row([])
    ticks = [(x(at), x(at) + 1, LINE) for at in range(0, scale + 1, step)]
    empty = _row(ticks)
    rows = [plain] * (EDGE // 2) + [empty] * (EDGE // 2)
    for least, most, marked in found:
        full, pale = (MARKED, MARKED_PALE) if marked else (FULL, PALE)
        # Nought is a thin line: there is a bar, and it has no length.
        drawn = [(x(0), max(x(least), x(0) + 2), full), (x(least), x(most), pale)]
        rows += [_row([*ticks, *drawn])] * BAR + [empty] * GAP
    rows += [plain] * (EDGE // 2)
    return _png(rows)


def _row(spans: Sequence[tuple[int, int, Colour]]) -> bytes:
    row = bytearray(bytes(GROUND) * WIDTH)
    for start, end, colour in spans:
        end = min(end, WIDTH)
        if end > start:
            row[start * 3 : end * 3] = bytes(colour) * (end - start)
    return bytes(row)


def _png(rows: Sequence[bytes]) -> bytes:
    head = struct.pack(">IIBBBBB", WIDTH, len(rows), 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    parts = [(b"IHDR", head), (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, parts))


def _chunk(part: tuple[bytes, bytes]) -> bytes:
    kind, data = part
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# --- on a page -----------------------------------------------------------------------------------

_WIDE, _HIGH, _TEXT = 300, 34, 14


def svg(title: str, told: Sequence[str], found: Sequence[Bar], number: int) -> str:
    """`told` says each bar in words, above it; `number` keeps the ids of several on a page apart. It
    takes the page's own colours, so what is marked has an outline, and says so in its words."""
    longest = max([most for _least, most, _marked in found] or [0]) or 1
    body = []
    for at, (words, (least, most, marked)) in enumerate(zip(told, found, strict=True)):
        top = at * _HIGH
        full, pale = (_WIDE * each // longest for each in (least, most))
        edge = ' stroke="currentColor" stroke-width="2"' if marked else ""
        body.append(
            f'<text x="0" y="{top + 11}" font-size="11" fill="currentColor">{escape(words)}</text>'
            f'<rect x="0" y="{top + _TEXT + 1}" width="{pale}" height="14" fill="currentColor" '
            f'fill-opacity=".3"{edge}/>'
            f'<rect x="0" y="{top + _TEXT + 1}" width="{max(1, full)}" height="14" '
            'fill="currentColor" fill-opacity=".7"/>'
        )
    return (
        f'<svg role="img" aria-labelledby="b{number} e{number}" '
        f'viewBox="-2 0 {_WIDE + 4} {_HIGH * len(found) + 2}" width="100%" style="max-width:34rem">'
        f'<title id="b{number}">{escape(title)}</title>'
        f'<desc id="e{number}">{escape("; ".join(told))}</desc>{"".join(body)}</svg>'
    )
