"""How large a picture is, read from its first bytes. No picture library is needed for that."""

from __future__ import annotations

import struct

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, WebP or JPEG, or None for anything else."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return _positive(*struct.unpack(">II", data[16:24]))
        if data[:6] in (b"GIF87a", b"GIF89a"):
            return _positive(*struct.unpack("<HH", data[6:10]))
        if data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8X":
            return _little(data[24:27]) + 1, _little(data[27:30]) + 1
        if data.startswith(b"\xff\xd8"):
            return _jpeg(data)
    except struct.error:
        return None
    return None


def kind_of(data: bytes) -> str:
    """The media type of what `size_of` can read."""
    starts = ((b"\x89PNG", "png"), (b"GIF", "gif"), (b"RIFF", "webp"))
    return f"image/{next((kind for start, kind in starts if data.startswith(start)), 'jpeg')}"


def _positive(width: int, height: int) -> tuple[int, int] | None:
    return (width, height) if width and height else None


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        if data[at + 1] in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return _positive(width, height)
        at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
    return None
