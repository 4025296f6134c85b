"""A list too long for a phone, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.turns import Button, Rows
from locales import _

A_PAGE = 12


def page_of(rows: Sequence[Button], page: int, *, action: str, subject: int = 0) -> Rows:
    """The rows of one page, and the way to the others: buttons whose version is the page."""
    last = max(0, (len(rows) - 1) // A_PAGE)
    page = min(max(page, 0), last)
    shown = tuple((each,) for each in rows[page * A_PAGE : (page + 1) * A_PAGE])
    ways = []
    if page > 0:
        ways.append(Button(_("‹ Forrige"), action=action, subject=subject, version=page - 1))
    if page < last:
        ways.append(Button(_("Neste ›"), action=action, subject=subject, version=page + 1))
    return (*shown, tuple(ways)) if ways else shown
