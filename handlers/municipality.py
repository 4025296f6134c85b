"""What only an administrator comes to do, by file; and what a rektor is told of it."""

from __future__ import annotations

from typing import Any

from handlers import (
    municipality_desk,
    municipality_office,
    municipality_policy,
    municipality_staff,
    municipality_terms,
    municipality_texts,
    municipality_units,
    staff_news,
)
from handlers.dialogue import Flow

PARTS = (
    municipality_desk,  # the front door
    municipality_units,  # schools and services
    municipality_staff,  # who works where
    municipality_terms,  # for a while: stand-ins, absence
    municipality_policy,  # what is decided, from a day on
    municipality_texts,  # approved word by word
    municipality_office,  # the archive's receipts, the guest list, the channels
    staff_news,
)


def tables(name: str) -> tuple[dict[str, Any], ...]:
    """COMMANDS, BUTTONS, NOTICES or TOASTS of each part that has some."""
    return tuple(getattr(part, name, {}) for part in PARTS)


FLOWS: tuple[Flow[Any], ...] = tuple(f for part in PARTS for f in getattr(part, "FLOWS", ()))
