"""A curve of scores from 1 to 5 as an inline picture for a page: it takes the page's own colours, and
says in words what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_WIDE, _HIGH, _EDGE, _STEP = 300, 110, 24, 20


def svg(title: str, told: Sequence[str], scores: Sequence[int], number: int) -> str:
    """`told` says each point in words; `number` keeps the ids of several on a page apart."""
    across = (_WIDE - 2 * _EDGE) / max(1, len(scores) - 1)
    places = [(_EDGE + i * across, _height(score)) for i, score in enumerate(scores)]
    lines = "".join(
        f'<line x1="{_EDGE}" y1="{_height(s)}" x2="{_WIDE - _EDGE}" y2="{_height(s)}" '
        f'stroke="currentColor" stroke-opacity=".15"/>'
        f'<text x="4" y="{_height(s) + 4}" font-size="11" fill="currentColor">{s}</text>'
        for s in (1, 3, 5)
    )
    path = " ".join(f"{x:.0f},{y}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.0f}" cy="{y}" r="4" fill="currentColor"/>' for x, y in places)
    return (
        f'<svg role="img" aria-labelledby="c{number} d{number}" viewBox="0 0 {_WIDE} {_HIGH}" '
        f'width="100%" style="max-width:30rem">'
        f'<title id="c{number}">{escape(title)}</title>'
        f'<desc id="d{number}">{escape("; ".join(told))}</desc>{lines}'
        f'<polyline points="{path}" fill="none" stroke="currentColor" stroke-width="2"/>{dots}</svg>'
    )


def _height(score: int) -> int:
    return _HIGH - 10 - (score - 1) * _STEP
