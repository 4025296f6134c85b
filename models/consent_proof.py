"""What the audit keeps of an answer, so that it can be seen later that nobody has changed it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any

from models.base import Base
from models.consent_history import ConsentEvent, ConsentQuestion
from models.follow_ups import FollowedUp

_MOVES = frozenset(FollowedUp.__annotations__) - {"id"}
"""What of a question changes as time goes by, and says nothing about what was asked."""


def digest_of(event: ConsentEvent, question: ConsentQuestion) -> str:
    """A hash over all of an answer and of the question that was answered: ids, dates and enum
    names. Columns that are empty count for nothing, so that a new one changes no old digest."""
    told = json.dumps([_told(event), _told(question)], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _told(row: Base) -> dict[str, Any]:
    names = [c.key for c in row.__table__.columns if c.key not in _MOVES]
    values = {name: getattr(row, name) for name in names}
    return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
